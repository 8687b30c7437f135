//! Files of a run: what the page writes is what the terminal prints, and clocks say who could have known of what.
#![cfg(not(target_arch = "wasm32"))]

mod native;

use std::collections::BTreeMap;
use std::path::PathBuf;

use native::{raft_kv, run_of};
use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation};
use raft_kv::export::{self, Format};
use raft_kv::process::ProcessId;
use raft_kv::simulation::Input;
use serde_json::Value;

const SCENARIO: &str = "www/scenarios/figure-8.toml";

#[test]
fn the_page_writes_what_the_terminal_prints() {
    let mut emulation = run_of(SCENARIO, 3);
    let head = emulation.head();
    emulation.seek(40);
    for (format, name) in [(Format::Text, "text"), (Format::Json, "json"), (Format::Shiviz, "shiviz")] {
        let (printed, _, code) = raft_kv(&["run", SCENARIO, "--seed", "3", "--format", name]);
        assert_eq!(code, Some(0));
        // The last object is of the whole run, and names a command.
        let printed = printed.lines().filter(|line| !line.contains(r#""what":"end""#)).collect::<Vec<_>>();
        let written = export::write(&mut emulation, format, 1, head);
        assert!(written.lines().eq(printed.iter().copied()), "{name}");
        assert_eq!(Format::from_name(name), Some(format));
    }
    for (format, name) in [(Format::Svg, "svg"), (Format::Mermaid, "mermaid")] {
        let (printed, _, code) = raft_kv(&["draw", SCENARIO, "--seed", "3", "--format", name]);
        assert_eq!(code, Some(0));
        assert!(export::write(&mut emulation, format, 1, head) == printed, "{name}");
        assert_eq!(Format::from_name(name), Some(format));
    }
    assert_eq!(emulation.now().step_count(), 40, "who writes a file stands where he stood");
}

#[test]
fn a_part_of_the_json_is_the_same_lines() {
    let mut emulation = run_of(SCENARIO, 3);
    let head = emulation.head();
    let step = |line: &&str| serde_json::from_str::<Value>(line).expect("an object")["step"].as_u64().expect("a step");
    let all = export::write(&mut emulation, Format::Json, 1, head);
    let part = export::write(&mut emulation, Format::Json, 50, 90);
    assert!(part.lines().eq(all.lines().filter(|line| (50..=90).contains(&step(line)))));
    let texts: String = export::write(&mut emulation, Format::Text, 50, 90);
    let lines = part.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object"));
    let told: Vec<String> = lines.filter_map(|line| Some(line["event"]["line"].as_str()?.to_owned())).collect();
    assert_eq!(texts.lines().collect::<Vec<_>>(), told);
}

#[test]
fn a_file_of_steps_that_are_not_known_is_empty_and_the_run_does_not_go_on_for_it() {
    let text = std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(SCENARIO)).expect("it is there");
    for (known, from, to) in [(60, 61, 90), (60, 70, 80), (60, u64::MAX, u64::MAX), (60, 50, 40), (0, 5, 9)] {
        let mut emulation = Emulation::new(Config::parse(SCENARIO, &text).expect("it can be run"), 3);
        emulation.run(known);
        let mut file = |format| export::write(&mut emulation, format, from, to);
        assert_eq!(file(Format::Text), "", "{from} to {to}");
        let json = file(Format::Json);
        assert!(json.lines().all(|line| line.starts_with(r#"{"step":0,"#)), "before the first step: {json}");
        assert_eq!(file(Format::Shiviz).lines().count(), 2, "{from} to {to}");
        let svg = file(Format::Svg);
        let svg = roxmltree::Document::parse(&svg).expect("it is XML");
        assert!(svg.descendants().all(|node| node.attribute("class") != Some("number")), "{from} to {to}");
        assert!(!file(Format::Mermaid).contains("Note over"), "{from} to {to}");
        assert_eq!(emulation.head(), known);
    }
}

/// An event of a ShiViz log.
struct Event {
    host: String,
    clock: BTreeMap<String, u64>,
}

/// Reads a log as ShiViz does: two lines an event.
fn events(log: &str) -> Vec<Event> {
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines[0], r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})");
    assert_eq!(lines[1], "", "it is one run");
    lines[2..]
        .chunks(2)
        .map(|event| {
            let (host, clock) = event[1].split_once(' ').expect("a host and its clock");
            Event { host: host.to_owned(), clock: serde_json::from_str(clock).expect("a clock is JSON") }
        })
        .collect()
}

/// Whether the first event is known of in the second.
fn is_known(first: &Event, second: &Event) -> bool {
    second.clock.get(&first.host).is_some_and(|count| *count >= first.clock[&first.host])
}

fn assert_clocks(log: &str) -> Vec<Event> {
    let events = events(log);
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for event in &events {
        let count = counts.entry(&event.host).or_default();
        *count += 1;
        assert_eq!(event.clock[&event.host], *count, "each host counts its own events from 1");
        for (other, known) in &event.clock {
            assert!(
                counts.get(other.as_str()).is_some_and(|count| known <= count),
                "nobody knows what is still to come"
            );
        }
    }
    // Who knows of an event knows of all that was known there, so clocks are ordered as the trace is.
    for (place, second) in events.iter().enumerate() {
        for first in events[..place].iter().rev().take(80) {
            let knows_all = first.clock.iter().all(|(host, count)| second.clock.get(host) >= Some(count));
            assert_eq!(is_known(first, second), knows_all);
            assert!(!is_known(second, first), "nobody knows of what comes later");
        }
    }
    events
}

#[test]
fn what_is_received_knows_of_its_sending() {
    for (path, seed) in [(SCENARIO, 3), ("config.toml", 7), ("www/scenarios/partition.toml", 1)] {
        let mut emulation = run_of(path, seed);
        let head = emulation.head();
        let events = assert_clocks(&export::write(&mut emulation, Format::Shiviz, 1, head));
        assert_eq!(events.len() as u64, head, "each step is an event");

        let mut walked = run_of(path, seed);
        walked.seek(0);
        let mut sent: BTreeMap<u64, u64> = BTreeMap::new();
        loop {
            let step = walked.now().step_count();
            for envelope in walked.now().network().in_flight() {
                sent.entry(envelope.id.0.get()).or_insert(step);
            }
            if !walked.step() {
                break;
            }
            let place = walked.now().step_count() as usize - 1;
            let Some(Input::Delivered(envelope)) = walked.now().input() else { continue };
            assert_eq!(events[place].host, envelope.to.to_string().replace(' ', ""));
            let sender = sent[&envelope.id.0.get()];
            if sender > 0 {
                assert!(is_known(&events[sender as usize - 1], &events[place]), "message {}", envelope.id);
            }
        }
    }
}

#[test]
fn a_copy_knows_what_its_original_knew_and_what_is_lost_nobody_knows() {
    let mut emulation = run_of("www/scenarios/leader-crash.toml", 1);
    // In the middle of an election, so that there are messages to handle.
    emulation.seek(24);
    let messages: Vec<_> = emulation.now().network().in_flight().map(|envelope| envelope.id).collect();
    let (copied, dropped) = (messages[0], messages[1]);
    emulation.perform(&Action::Duplicate(copied)).expect("it is in flight");
    emulation.perform(&Action::Drop(dropped)).expect("it is in flight");
    emulation.run(60);
    let events = assert_clocks(&export::write(&mut emulation, Format::Shiviz, 1, 86));
    assert_eq!((events[24].host.as_str(), events[25].host.as_str()), ("network", "network"));
    assert!(
        events[26..].iter().filter(|event| event.host != "network").all(|event| !event.clock.contains_key("network"))
    );
}

#[test]
fn a_log_of_later_steps_begins_with_clocks_of_its_own() {
    let mut emulation = run_of(SCENARIO, 3);
    assert_clocks(&export::write(&mut emulation, Format::Shiviz, 60, 130));
}

#[test]
fn a_diagram_is_written_where_it_is_wanted() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("run.svg");
    let out = path.to_str().expect("the target folder has a plain name");
    let (printed, told, code) = raft_kv(&["draw", "--seed", "7", "--from", "30", "--to", "60", "--out", out]);
    assert_eq!((printed.as_str(), told.as_str(), code), ("", "seed 7\n", Some(0)));
    let file = std::fs::read_to_string(&path).expect("it was written");
    let svg = roxmltree::Document::parse(&file).expect("it is XML");
    let numbers = svg.descendants().filter(|node| node.attribute("class") == Some("number"));
    let numbers: Vec<u64> = numbers.filter_map(|node| node.text()?.parse().ok()).collect();
    assert_eq!(numbers, (30..=60).collect::<Vec<_>>());

    let (with, _, _) = raft_kv(&["draw", SCENARIO, "--seed", "3", "--heartbeats"]);
    let (without, _, _) = raft_kv(&["draw", SCENARIO, "--seed", "3"]);
    assert!(
        without.contains("steps of heartbeats") && !with.contains("steps of heartbeats") && with.len() > without.len()
    );
}

#[test]
fn steps_that_are_not_there_are_not_drawn() {
    let (_, told, code) = raft_kv(&["draw", "--seed", "7", "--from", "60", "--to", "30"]);
    assert_eq!((told.as_str(), code), ("error: --to 30 comes before --from 60: there is no such step\n", Some(2)));
    let (_, told, code) = raft_kv(&["draw", "--seed", "7", "--from", "100000"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("the run has only 246 steps: there is none from 100000 on"), "{told}");
    let (_, told, code) = raft_kv(&["draw", "--seed", "7", "--out", "/nowhere/run.svg"]);
    assert_eq!(code, Some(1));
    assert!(told.contains("error: /nowhere/run.svg cannot be written: "), "{told}");
}

#[test]
fn a_saved_run_is_drawn_with_what_was_done_to_it() {
    let mut emulation = run_of("www/scenarios/leader-crash.toml", 1);
    emulation.seek(40);
    emulation.perform(&Action::Crash(ProcessId::Node(3), 0)).expect("node 3 runs");
    emulation.run(9);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("drawn.toml");
    std::fs::write(&path, emulation.saved()).expect("the target folder can be written to");
    let path = path.to_str().expect("the target folder has a plain name");
    let (printed, told, code) = raft_kv(&["draw", path, "--to", "50"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(printed == export::write(&mut emulation, Format::Svg, 1, 50) && printed.contains(">crashes<"));
    let (_, told, code) = raft_kv(&["draw", path, "--seed", "2"]);
    assert_eq!(code, Some(2), "{told}");
}
