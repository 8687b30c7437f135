//! What goes wrong by chance: it can be left out fault by fault, it ends, and a run with it ends when it is told to.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::process::ProcessId;
use raft_kv::run::Ending;

fn config() -> Config {
    let toml = "num_nodes = 3\nrequests_per_client = 10\n[timers]\n[chaos]\nintensity = 100\nuntil_ms = 2_000\n";
    Config::parse("chaos.toml", toml).expect("it can be run")
}

/// The lines with their times, and the run at its end.
fn run(config: Config, seed: u64) -> (Vec<String>, Emulation) {
    let mut emulation = Emulation::new(config, seed);
    let mut lines = Vec::new();
    while emulation.step() {
        let line =
            |record: &raft_kv::emulation::Record| format!("{} {}", record.time_ms, record.line(emulation.texts()));
        lines.extend(emulation.happened().iter().map(line));
    }
    (lines, emulation)
}

#[test]
fn in_the_end_all_is_mended() {
    for seed in 0..60 {
        let (_, emulation) = run(config(), seed);
        for id in 1..=3 {
            let health = emulation.now().health(ProcessId::Node(id));
            assert!(!health.has_crashed && !health.is_paused && !health.is_doomed, "seed {seed}, node {id}");
        }
        assert_eq!(emulation.state().ending(), Some(Ending::Done), "seed {seed}");
    }
}

#[test]
fn a_run_takes_no_more_steps_than_it_may_whatever_is_on_its_agenda() {
    for max_steps in 1..300 {
        let (_, emulation) = run(Config { max_steps, ..config() }, 3);
        assert_eq!((emulation.now().step_count(), emulation.state().ending()), (max_steps, Some(Ending::Steps)));
    }
}

#[test]
fn what_is_left_out_leaves_all_before_it_as_it_was() {
    let (all, emulation) = run(config(), 3);
    let drawn = emulation.state().faults_drawn();
    let only = |numbers: Vec<u32>| run(Config { only_faults: Some(numbers), ..config() }, 3).0;
    assert!(only((1..=drawn).collect()) == all, "nothing is left out");
    let without_last = only((1..drawn).collect());
    let same = without_last.iter().zip(&all).take_while(|(one, other)| one == other).count();
    assert!(same > all.len() / 3, "{same} of {}", all.len());

    // It ends earlier, as it does not wait until all is mended.
    let quiet = run(Config { chaos: None, ..config() }, 3).0;
    assert!(only(Vec::new()).starts_with(&quiet), "chaos takes nothing from the chances of the network");
}
