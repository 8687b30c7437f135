//! scratch
use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::network::Conditions;
use raft_kv::raft::options::*;
fn main() {
    let nodes: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    let clients: u32 = std::env::args().nth(2).unwrap().parse().unwrap();
    let timed: bool = std::env::args().nth(3).unwrap() == "t";
    let reqs = 300_000 / clients;
    for _ in 0..5 {
        let config = Config {
            num_nodes: nodes,
            num_clients: clients,
            requests_per_client: reqs,
            raft: Options { timing: timed.then_some(Timing::default()), ..Options::default() },
            network: Conditions { latency_ms: (5, 15), ..Default::default() },
            duration_ms: 1_000_000_000,
            max_steps: 1_000_000_000,
            ..Config::default()
        };
        let mut e = Emulation::new(config, 7);
        let t = std::time::Instant::now();
        while e.step() {
            std::hint::black_box(e.happened());
        }
        let d = t.elapsed().as_secs_f64();
        let steps = e.now().step_count();
        println!(
            "{:?} {} steps {:.1}/cmd, {:.2} M cmd/s, {:.2} M steps/s, violations {}",
            e.state().ending(),
            steps,
            steps as f64 / 300_000.0,
            0.3 / d,
            steps as f64 / d / 1e6,
            e.state().safety().violations().len()
        );
    }
}
