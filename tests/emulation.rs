//! Going back and forward: every step can be reached from every other, and is what it was.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation, Ending, MAX_RECORDS, Record, Simulation};
use raft_kv::generator::Generator;
use raft_kv::process::ProcessId;
use raft_kv::simulation::Refusal;

/// What there is to see of a run at one step.
type Sight = (Simulation, Vec<Record>);

fn sight(emulation: &Emulation) -> Sight {
    (emulation.now().clone(), emulation.happened().to_vec())
}

/// A run step by step, and all that was seen on the way; the step is the place.
fn walk(mut emulation: Emulation) -> (Emulation, Vec<Sight>) {
    let mut seen = vec![sight(&emulation)];
    while emulation.step() {
        seen.push(sight(&emulation));
    }
    (emulation, seen)
}

fn records(emulation: &mut Emulation, places: std::ops::Range<u64>) -> Vec<Record> {
    emulation.lines(places, |_, record, _| record.clone())
}

fn config(num_clients: u32, requests_per_client: u32) -> Config {
    Config { num_clients, requests_per_client, ..Config::default() }
}

#[test]
fn every_step_of_a_run_can_be_reached_from_the_end() {
    let (mut emulation, seen) = walk(Emulation::new(config(3, 5), 7));
    assert_eq!(seen.len(), 247);
    for step in (0..seen.len()).rev().chain(0..seen.len()) {
        emulation.seek(step as u64);
        assert_eq!(emulation.now().step_count(), step as u64);
        assert!(sight(&emulation) == seen[step], "step {step} is not what it was");
    }
}

#[test]
fn steps_far_apart_in_a_long_run_are_what_they_were() {
    // Long enough that checkpoints are thinned out: more than 64 times 4096 steps.
    let steps = 270_000;
    let mut emulation = Emulation::new(config(4, 5_000), 3);
    let mut draw = Generator::new(1);
    let mut wanted: Vec<u64> = (0..60).map(|_| u64::from(draw.below(steps))).collect();
    wanted.extend([0, 1, 4095, 4096, 4097, 262_143, 262_144, 262_145]);

    let mut seen = std::collections::BTreeMap::new();
    for step in 0..u64::from(steps) {
        if wanted.contains(&step) {
            seen.insert(step, sight(&emulation));
        }
        assert!(emulation.step());
    }
    for step in wanted {
        emulation.seek(step);
        assert!(sight(&emulation) == seen[&step], "step {step} is not what it was");
    }
    assert_eq!(emulation.head(), u64::from(steps), "going back forgets nothing");
}

#[test]
fn seeking_beyond_the_end_stops_at_the_last_step_and_shows_it() {
    let (walked, seen) = walk(Emulation::new(config(2, 3), 9));
    let mut emulation = Emulation::new(config(2, 3), 9);
    emulation.seek(1_000_000);
    assert!(emulation.choices().is_empty() && walked.choices().is_empty());
    assert!(sight(&emulation) == seen[seen.len() - 1]);
    assert_eq!(emulation.head(), seen.len() as u64 - 1);
    assert!(!emulation.step(), "there is nothing after the end");
    assert!(sight(&emulation) == seen[seen.len() - 1], "a step that was not taken changes nothing");
}

#[test]
fn records_are_the_same_wherever_they_are_looked_at_from() {
    let mut emulation = Emulation::new(config(3, 2000), 5);
    let mut all = Vec::new();
    while emulation.step() {
        all.extend_from_slice(emulation.happened());
    }
    assert!(all.len() > 100_000, "{} records", all.len());

    let mut draw = Generator::new(2);
    for round in 0..200 {
        if round % 3 == 0 {
            emulation.seek(u64::from(draw.below(90_000)));
        }
        let start = draw.below(all.len() as u32) as usize;
        let end = (start + draw.below(300) as usize).min(all.len());
        assert_eq!(records(&mut emulation, start as u64..end as u64), &all[start..end]);
    }
    let len = all.len() as u64;
    assert_eq!(records(&mut emulation, len - 5..len + 500), &all[all.len() - 5..], "as far as the run is known");
    assert_eq!(records(&mut emulation, len + 5..len + 9), []);
    assert_eq!(records(&mut emulation, 0..u64::MAX).len() as u64, MAX_RECORDS, "no more than can be asked for");
}

#[test]
fn a_step_with_very_many_records_can_be_looked_at() {
    // A follower that starts again applies the whole log in one step.
    let toml = "num_nodes = 3\nnum_clients = 3\nrequests_per_client = 3000\n[timers]\n[network]\nlatency_ms = 0\n";
    let mut emulation = Emulation::new(Config::parse("config.toml", toml).expect("it can be run"), 1);
    emulation.run(1_000_000);
    let leader = emulation.state().leader().expect("somebody leads").id();
    let follower = ProcessId::Node(leader % 3 + 1);
    emulation.perform(&Action::Crash(follower, 0)).expect("it runs");
    emulation.perform(&Action::Restart(follower)).expect("it has crashed");
    let restarted = emulation.now().step_count();
    emulation.run(1_000_000);
    for step in (restarted..=emulation.head()).rev() {
        emulation.seek(step);
        let count = emulation.now().record_count();
        let happened = emulation.happened().len() as u64;
        let start = count - happened;
        let first = records(&mut emulation, start..start + happened.min(1));
        assert_eq!(first.first(), emulation.happened().first(), "at step {step}");
        assert_eq!(records(&mut emulation, count - 40..count).len(), 40);
    }
}

#[test]
fn what_a_person_chose_is_repeated_and_begins_another_future() {
    let mut emulation = Emulation::new(config(3, 5), 7);
    emulation.run(100);
    let default = emulation.choices()[0].clone();
    let chosen = emulation.choices().pop().expect("a run has choices until it is over");
    assert_ne!(chosen, default);
    emulation.perform(&chosen).expect("a choice can be performed");
    let after = sight(&emulation);
    emulation.run(20);
    let later = sight(&emulation);

    emulation.seek(3);
    emulation.seek(101);
    assert!(sight(&emulation) == after, "the act is repeated at its step");
    emulation.seek(121);
    assert!(sight(&emulation) == later);

    emulation.seek(100);
    emulation.perform(&default).expect("the default is a choice, too");
    assert_eq!(emulation.head(), 101, "the other future is forgotten");
    emulation.seek(121);
    let (_, straight) = walk(Emulation::new(config(3, 5), 7));
    assert!(sight(&emulation) == straight[121], "choosing the default is the default");
}

#[test]
fn another_future_has_no_checkpoint_and_no_line_of_the_old_one() {
    let mut emulation = Emulation::new(config(3, 300), 7);
    emulation.seek(10_000);
    let old = records(&mut emulation, 4_000..4_500);
    let last_choices = |emulation: &mut Emulation| {
        emulation.seek(1_500);
        for _ in 0..100 {
            let chosen = emulation.choices().pop().expect("a run has choices until it is over");
            emulation.perform(&chosen).expect("a choice can be performed");
        }
    };
    last_choices(&mut emulation);
    while emulation.now().step_count() < 10_000 {
        assert!(emulation.step());
    }
    let new = records(&mut emulation, 4_000..4_500);
    assert!(new != old, "the futures must differ, or nothing is checked");

    let mut again = Emulation::new(config(3, 300), 7);
    last_choices(&mut again);
    again.seek(7_000);
    emulation.seek(7_000);
    assert!(sight(&emulation) == sight(&again), "a checkpoint of the old future is left");
    again.seek(10_000);
    assert!(records(&mut again, 4_000..4_500) == new, "lines of the old future are left");
}

#[test]
fn the_clock_moves_only_when_all_is_quiet() {
    let (_, seen) = walk(Emulation::new(config(3, 5), 7));
    let times: std::collections::BTreeSet<_> = seen.iter().map(|(now, _)| now.time_ms()).collect();
    assert_eq!(times.into_iter().collect::<Vec<_>>(), [0, 200, 3200], "main waits twice, as in the original");
}

#[test]
#[cfg(target_pointer_width = "64")]
fn messages_records_and_nodes_are_small_enough_to_clone_states_often() {
    use raft_kv::process::Envelope;
    use raft_kv::raft::{Message, Node};
    assert_eq!(size_of::<Message>(), 48);
    assert_eq!(size_of::<Envelope<Message>>(), 112);
    assert_eq!(size_of::<Record>(), 64);
    assert_eq!(size_of::<Node>(), 312);
}

#[test]
fn nobody_crashes_before_main_has_started_everybody() {
    let text = "num_nodes = 3\n[timers]\n[[fault]]\nat_ms = 0\ncrash = 2\n[[fault]]\nat_ms = 500\nrestart = 2\n";
    let mut emulation = Emulation::new(Config::parse("start.toml", text).expect("a good configuration"), 1);
    emulation.run(3);
    let before = emulation.state().clone();
    let node = ProcessId::Node(2);
    let time_out = Action::Fire(ProcessId::Node(1), raft_kv::raft::Timer::Election);
    for action in [Action::Crash(node, 0), Action::CrashMidway(node), Action::Pause(node), time_out] {
        assert_eq!(emulation.perform(&action), Err(Refusal::NotStarted));
    }
    assert!(*emulation.state() == before, "what is refused changes nothing");
    emulation.run(u64::MAX);
    assert_eq!(emulation.state().ending(), Some(Ending::Done), "the fault of the first moment waited for main");
    assert_eq!(emulation.client(3).answered(), 5);
}

#[test]
fn what_is_a_choice_can_be_done_from_the_first_step_on() {
    for toml in ["num_nodes = 3\n[timers]\n", "num_nodes = 3\n"] {
        let mut emulation = Emulation::new(Config::parse("start.toml", toml).expect("a good configuration"), 1);
        for step in 0..60 {
            let choices = emulation.choices();
            for choice in &choices {
                assert_eq!(emulation.refusal(choice), None, "step {step}: {choice:?}");
            }
            let mut by_hand = emulation.clone();
            by_hand.perform(&choices[0]).expect("it comes next by itself");
            emulation.run(1);
            assert!(by_hand.now() == emulation.now(), "step {step}: the first choice is the default");
        }
    }
}

#[test]
fn a_snapshot_shows_as_ready_what_can_be_delivered() {
    let mut emulation = Emulation::new(Config::parse("start.toml", "[timers]").expect("a good configuration"), 1);
    for step in 0..40 {
        let snapshot = serde_json::to_value(raft_kv::view::snapshot(&emulation)).expect("it is written");
        for message in snapshot["messages"].as_array().expect("a list") {
            let is_ready = message["ready"].as_bool().expect("true or false");
            let refused = emulation.why_not(&format!("deliver {}", message["id"]));
            assert_eq!(refused.is_none(), is_ready, "step {step}: {message}: {refused:?}");
        }
        emulation.run(1);
    }
}

#[test]
fn time_passes_however_fast_a_clock_is() {
    let text = "num_nodes = 3\nnum_clients = 1\nduration_ms = 2000\n[timers]\nheartbeat_ms = 9\n[[fault]]\nat_ms = 400\nskew = 1\npercent = 10\n\
                [[fault]]\nat_ms = 400\nskew = 2\npercent = 10\n[[fault]]\nat_ms = 400\nskew = 3\npercent = 10\n";
    let mut emulation = Emulation::new(Config::parse("fast.toml", text).expect("a good configuration"), 1);
    assert!(emulation.run(200_000) < 200_000, "the run ends");
    assert!(emulation.now().time_ms() > 400);
}

#[test]
fn nobody_has_to_serve_clients_while_elections_are_disturbed() {
    let mut text = String::from("num_nodes = 3\nnum_clients = 1\n[timers]\n");
    for at_ms in (100..20_000).step_by(10) {
        text += &format!("[[fault]]\nat_ms = {at_ms}\ntimeout = [1, 2, 3]\n");
    }
    let mut emulation = Emulation::new(Config::parse("storm.toml", &text).expect("a good configuration"), 1);
    emulation.run(u64::MAX);
    assert!(emulation.now().time_ms() > 20_000);
    assert_eq!(emulation.state().safety().violations(), []);
    assert_eq!(emulation.state().ending(), Some(Ending::Done));
}
