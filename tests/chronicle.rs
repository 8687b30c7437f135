//! What is noted of a run on the way is what somebody finds who looks at every step and every line.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::chronicle::{MAX_MARKS, Quiet};
use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation, Simulation};
use raft_kv::generator::Generator;
use raft_kv::process::ProcessId;
use raft_kv::raft::role::Role;
use raft_kv::raft::{Process, Timer};

/// Little traffic between heartbeats, with a crash, a partition and losses.
const EVENTFUL: &str = "
num_nodes = 5
num_clients = 2
requests_per_client = 40
duration_ms = 20000
[timers]
[network]
latency_ms = [2, 9]
loss_percent = 2
duplicate_percent = 2
[[fault]]
at_ms = 3000
crash = \"leader\"
[[fault]]
at_ms = 6000
partition = [[1, 2, \"client 1\"], [3, 4, 5, \"client 2\"]]
[[fault]]
at_ms = 9000
heal = true
";

fn emulation(toml: &str, seed: u64) -> Emulation {
    Emulation::new(Config::parse("config.toml", toml).unwrap_or_else(|error| panic!("{error}")), seed)
}

/// Everything that a reader sees of the nodes, but for timers.
fn visible(simulation: &Simulation) -> Vec<String> {
    let node = |process: &Process| {
        let Process::Node(node) = process else { panic!("nodes are nodes") };
        let progress: Vec<_> = match node.role() {
            Role::Leader(leadership) => {
                leadership.progress.iter().map(|peer| (peer.peer, peer.next_index, peer.match_index)).collect()
            }
            Role::Follower | Role::PreCandidate { .. } | Role::Candidate { .. } => Vec::new(),
        };
        let role = match node.role() {
            Role::Leader(_) => "leader".to_owned(),
            role => format!("{role:?}"),
        };
        let (persistent, indices) = (node.persistent(), (node.commit_index(), node.last_applied()));
        format!("{persistent:?} {role} {:?} {progress:?} {indices:?} {:?}", node.leader(), node.store())
    };
    simulation.nodes().iter().map(node).collect()
}

/// The quiet stretches, as far as they can be told from the lines and from the states before and after each step.
fn quiet_by_hand(emulation: &mut Emulation, acts: &[u64]) -> Vec<(u64, u64, u64, u64)> {
    let head = emulation.head();
    let mut stretches: Vec<(u64, u64, u64, u64)> = Vec::new();
    emulation.seek(0);
    let mut before = visible(emulation.now());
    for step in 1..=head {
        let first = emulation.now().record_count();
        emulation.seek(step);
        let after = visible(emulation.now());
        let lines: Vec<String> =
            emulation.happened().iter().map(|record| record.line(emulation.texts()).to_string()).collect();
        let input = format!("{:?}", emulation.now().input());
        let is_of_log = input.contains("Heartbeat)")
            || input.contains("message: AppendEntries {") && input.contains("entries: [],")
            || input.contains("outcome: Matched");
        let is_told = |line: &String| {
            line.contains("eartbeat") || line.ends_with("(it has crashed)") || line.ends_with("(the link is cut)")
        };
        if before == after && is_of_log && lines.iter().all(is_told) && !acts.contains(&step) {
            let end = first + lines.len() as u64;
            match stretches.last_mut() {
                Some((_, last, _, last_end)) if *last + 1 == step => (*last, *last_end) = (step, end),
                _ => stretches.push((step, step, first, end)),
            }
        }
        before = after;
    }
    stretches.retain(|(first, last, ..)| first < last);
    stretches
}

fn quiet(emulation: &Emulation) -> Vec<(u64, u64, u64, u64)> {
    let parts = |quiet: &Quiet| (quiet.first_step, quiet.last_step, quiet.first_place, quiet.end_place);
    emulation.chronicle().quiet().iter().map(parts).collect()
}

#[test]
fn quiet_stretches_are_the_steps_that_changed_nothing_and_said_nothing_new() {
    for seed in 0..3 {
        let mut emulation = emulation(EVENTFUL, seed);
        emulation.run(u64::MAX);
        let noted = quiet(&emulation);
        assert!(noted.len() > 20, "{} stretches", noted.len());
        assert!(noted.iter().any(|(first, last, ..)| last - first > 50), "somewhere there is long nothing new");
        assert_eq!(noted, quiet_by_hand(&mut emulation, &[]), "seed {seed}");
    }
}

#[test]
fn what_was_noted_of_another_future_is_forgotten() {
    let mut draw = Generator::new(5);
    let mut emulation = emulation(EVENTFUL, 3);
    emulation.run(u64::MAX);
    let mut acts: Vec<u64> = Vec::new();
    for _ in 0..8 {
        let head = emulation.head();
        emulation.seek(u64::from(draw.below(head as u32)) + 1);
        let choices = emulation.choices();
        let Some(choice) = choices.get(draw.below(choices.len().max(1) as u32) as usize) else { continue };
        let step = emulation.now().step_count() + 1;
        if emulation.perform(choice).is_err() {
            continue;
        }
        acts.retain(|&act| act < step);
        acts.push(step);
        emulation.run(2_000);
        assert_eq!(quiet(&emulation), quiet_by_hand(&mut emulation, &acts), "after another way from step {step}");
        let by_hand = emulation.chronicle().marks().iter().filter(|mark| mark.by_hand);
        assert_eq!(by_hand.map(|mark| mark.step).collect::<Vec<_>>(), acts);
    }
    assert!(acts.len() > 1);
}

#[test]
fn reigns_begin_where_the_trace_says_so() {
    for seed in 0..6 {
        let mut emulation = emulation(EVENTFUL, seed);
        let (mut told, mut faults) = (Vec::new(), Vec::new());
        while emulation.step() {
            for record in emulation.happened() {
                let line = record.line(emulation.texts()).to_string();
                if let (ProcessId::Node(id), Some((_, term))) = (record.process, line.split_once("LEADER for term ")) {
                    told.push((record.step, id, term.parse::<u32>().expect("a term is a number")));
                }
                if ["Crashed", "Partition", "All links healed"].iter().any(|what| line.contains(what)) {
                    faults.push(record.step);
                }
            }
        }
        let chronicle = emulation.chronicle();
        let reigns = chronicle.reigns();
        assert_eq!(reigns.iter().map(|reign| (reign.from, reign.leader, reign.term)).collect::<Vec<_>>(), told);
        assert!(reigns.len() > 1 && reigns.is_sorted_by_key(|reign| reign.term));
        assert!(reigns.windows(2).all(|pair| pair[0].to.is_some_and(|to| pair[0].from < to && to <= pair[1].from)));
        let marks = chronicle.marks();
        assert_eq!(marks.iter().map(|mark| mark.step).collect::<Vec<_>>(), faults);
        assert!(marks.iter().all(|mark| !mark.by_hand) && matches!(marks[0].action, Action::Crash(..)));
        assert!(reigns.iter().any(|reign| reign.to == Some(marks[0].step)), "the leader's crash ends its reign");
    }
}

#[test]
fn a_leader_that_crashes_by_hand_leads_no_more_and_a_reign_that_was_undone_goes_on() {
    let mut emulation = emulation("num_nodes = 3\nnum_clients = 1\nrequests_per_client = 200\n[timers]\n", 2);
    emulation.run(600);
    let leader = emulation.state().leader().expect("somebody leads").id();
    emulation.seek(400);
    emulation.perform(&Action::Crash(ProcessId::Node(leader), 0)).expect("it runs");
    assert_eq!(emulation.chronicle().reigns().last().and_then(|reign| reign.to), Some(401));
    emulation.run(1_000);
    assert!(emulation.chronicle().reigns().len() > 1, "somebody else leads");
    emulation.seek(300);
    let heartbeat = Action::Fire(ProcessId::Node(leader), Timer::Heartbeat);
    emulation.perform(&heartbeat).expect("a leader always waits for its heartbeat");
    let reigns = emulation.chronicle().reigns();
    assert_eq!((reigns.len(), reigns[0].to), (1, None));
    let marks = emulation.chronicle().marks();
    assert_eq!(marks.len(), 1);
    assert!(marks[0].by_hand && marks[0].action == heartbeat && marks[0].step == 301);
}

#[test]
fn there_are_never_too_many_marks() {
    let mut emulation = emulation("num_nodes = 3\nnum_clients = 1\nrequests_per_client = 200\n[timers]\n", 2);
    emulation.run(100);
    for round in 0..MAX_MARKS as u64 {
        emulation.perform(&Action::Pause(ProcessId::Client(1))).expect("it runs");
        emulation.perform(&Action::Resume(ProcessId::Client(1))).expect("it is paused");
        assert_eq!(emulation.chronicle().marks().len() as u64, (2 * (round + 1)).min(MAX_MARKS as u64));
    }
    assert_eq!(emulation.chronicle().more_marks(), MAX_MARKS as u64);
    emulation.seek(100 + MAX_MARKS as u64 + 10);
    emulation.perform(&Action::Pause(ProcessId::Client(1))).expect("it runs");
    assert_eq!(emulation.chronicle().more_marks(), 11);
}

#[test]
fn a_run_that_was_cut_short_has_its_times_as_close_together_as_one_that_never_was_longer() {
    let mut emulation = emulation(EVENTFUL, 1);
    emulation.run(6_000);
    assert!(emulation.chronicle().times()[1].0 >= 64, "it is long");
    emulation.seek(60);
    emulation.perform(&Action::Pause(ProcessId::Client(1))).expect("it runs");
    emulation.run(1_000);
    let steps: Vec<u64> = emulation.chronicle().times().iter().map(|&(step, _)| step).collect();
    assert!((32..=64).contains(&steps.len()), "{steps:?}");
    assert!(steps.windows(2).skip(1).all(|pair| pair[1] - pair[0] <= 32), "{steps:?}");
}

#[test]
fn times_lie_evenly_over_the_run() {
    let mut emulation = emulation(EVENTFUL, 1);
    for _ in 0..40 {
        emulation.run(97);
        let times = emulation.chronicle().times();
        let distance = times[1].0;
        assert!(times.iter().zip(0..).all(|(&(step, _), place)| step == place * distance));
        assert!(emulation.head() - times[times.len() - 1].0 < distance);
        assert!((32..=64).contains(&times.len()) || distance == 1);
    }
    let times = emulation.chronicle().times().to_vec();
    for (step, time_ms) in times {
        emulation.seek(step);
        assert_eq!(emulation.now().time_ms(), time_ms);
    }
}
