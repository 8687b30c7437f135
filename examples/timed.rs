use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::faults::Chaos;
use raft_kv::network::Conditions;
use raft_kv::raft::options::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let seeds: u64 = args[1].parse().unwrap();
    let chaos: u32 = args[2].parse().unwrap();
    let reqs: u32 = args[3].parse().unwrap();
    let steps: u64 = args[4].parse().unwrap();
    let print = args.len() > 5;
    let t = std::time::Instant::now();
    let mut total = 0;
    let mut ends = std::collections::BTreeMap::new();
    let mut answered = 0u64;
    let range = if seeds > 1_000_000_000 { seeds - 1_000_000_000..seeds - 999_999_999 } else { 0..seeds };
    for seed in range {
        let config = Config {
            num_nodes: [3, 5, 7][(seed % 3) as usize],
            requests_per_client: reqs,
            raft: Options {
                timing: Some(Timing::default()),
                pre_vote: seed % 2 == 1,
                read_index: seed % 5 == 1,
                no_op: seed % 7 != 1,
                ..Options::default()
            },
            network: Conditions {
                latency_ms: (5, 15),
                loss_percent: if chaos > 0 { (seed % 4) as u32 * 3 } else { 0 },
                duplicate_percent: if chaos > 0 { (seed % 3) as u32 * 3 } else { 0 },
            },
            chaos: (chaos > 0).then_some(Chaos { intensity: chaos, until_ms: 6_000 }),
            max_steps: steps,
            duration_ms: 1_000_000_000,
            ..Config::default()
        };
        let mut e = Emulation::new(config, seed);
        while e.step() {
            if print {
                for r in e.happened() {
                    println!("{:>6} {}", r.time_ms, r.line(e.texts()));
                }
            }
            if !e.state().safety().violations().is_empty() {
                break;
            }
        }
        if e.state().safety().violations().is_empty() {
            for v in e.state().judge() {
                println!("seed {seed} JUDGED {}", v.line(e.texts()));
            }
        }
        total += e.now().step_count();
        for c in 1..=3 {
            answered += u64::from(e.client(c).answered());
        }
        let end = format!("{:?}", e.state().ending());
        *ends.entry(end).or_insert(0) += 1;
        if let Some(v) = e.state().safety().violations().first() {
            println!("seed {seed} VIOLATION {}", v.line(e.texts()));
            break;
        }
    }
    println!(
        "{total} steps {answered} answered {ends:?} {:?} {:.0} steps/s {:.0} cmd/s",
        t.elapsed(),
        total as f64 / t.elapsed().as_secs_f64(),
        answered as f64 / t.elapsed().as_secs_f64()
    );
}
