//! A run is taken on to the first step in which something happens.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::goal::Goal;

/// How the line of the trace begins that tells of a goal.
const LINES: [(Goal, &str); 4] = [
    (Goal::Election, "Starting election for term"),
    (Goal::Leader, "Became LEADER"),
    (Goal::Commit, "Replication: "),
    (Goal::Reply, ""),
];

fn emulation(path: &str) -> Emulation {
    let config = Config::parse(path, &std::fs::read_to_string(path).expect("a file")).expect("it can be run");
    Emulation::new(config, 1)
}

/// Whether a line tells of this goal.
fn tells(goal: Goal, beginning: &str, line: &str) -> bool {
    match goal {
        Goal::Reply => line.starts_with("[client") && line.contains(" -> "),
        _ => line.split_once("] ").is_some_and(|(_, text)| text.starts_with(beginning)),
    }
}

#[test]
fn goals_are_met_where_the_trace_says_so() {
    for path in ["www/scenarios/figure-8.toml", "www/scenarios/leader-crash.toml", "config.toml"] {
        for (goal, beginning) in LINES {
            let mut walked = emulation(path);
            let mut steps = Vec::new();
            while walked.step() {
                let texts = walked.texts();
                let mut lines = walked.happened().iter().map(|record| record.line(texts).to_string());
                if lines.any(|line| tells(goal, beginning, &line)) {
                    steps.push(walked.now().step_count());
                }
            }
            let mut run = emulation(path);
            let mut met = Vec::new();
            // In slices, as a page does it.
            loop {
                match run.run_until(goal, 50) {
                    (_, true) => met.push(run.now().step_count()),
                    (50, false) => {}
                    _ => break,
                }
            }
            assert!(!steps.is_empty());
            assert_eq!(met, steps, "{path}: {goal:?}");
        }
    }
}

#[test]
fn commits_are_those_of_leaders() {
    let mut run = emulation("www/scenarios/partition.toml");
    let mut last = 0;
    while let (_, true) = run.run_until(Goal::Commit, 10_000) {
        let before = run.before().map_or(0, |before| before.safety().committed());
        let committed = run.state().safety().committed();
        assert!(committed > last && before <= last, "step {}", run.now().step_count());
        last = committed;
    }
    assert!(last > 0);
}

#[test]
fn a_violation_is_found_in_the_step_that_shows_it() {
    let toml = std::fs::read_to_string("www/scenarios/figure-8.toml").expect("a file");
    let mut config = Config::parse("figure-8.toml", &toml).expect("it can be run");
    assert!(!Emulation::new(config.clone(), 1).run_until(Goal::Violation, 100_000).1, "all rules are in force");
    config.raft.rules.commit_own_term_only = false;
    let mut emulation = Emulation::new(config, 1);
    let mut steps = Vec::new();
    while emulation.run_until(Goal::Violation, 100_000).1 {
        steps.push(emulation.now().step_count());
    }
    let violations = emulation.state().safety().violations();
    let mut noted: Vec<u64> = violations.iter().map(|violation| violation.step).collect();
    noted.dedup();
    assert!(!steps.is_empty());
    assert_eq!(steps, noted);
}

#[test]
fn goals_have_names() {
    for (name, goal) in [("election", Goal::Election), ("violation", Goal::Violation), ("reply", Goal::Reply)] {
        assert_eq!(Goal::named(name), Some(goal));
    }
    assert_eq!(Goal::named("peace"), None);
}
