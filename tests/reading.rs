//! The trace as it is read: folds, filters and the search for a text show what somebody finds who goes through all lines.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::config::Config;
use raft_kv::emulation::reading::{Filter, Row, topic};
use raft_kv::emulation::{Emulation, MAX_RECORDS, Record};
use raft_kv::generator::Generator;
use raft_kv::process::ProcessId;
use raft_kv::trace::Topic;
use raft_kv::view;

/// Two faults, and clients who ask now and then, so that heartbeats fill the time between.
const EVENTFUL: &str = "
num_nodes = 3
num_clients = 2
duration_ms = 30000
requests_per_client = 60
[timers]
[network]
latency_ms = [2, 9]
loss_percent = 1
[[fault]]
at_ms = 3000
crash = 1
[[fault]]
at_ms = 9000
restart = 1
[[fault]]
at_ms = 12000
partition = [[1], [2, 3, \"client 1\", \"client 2\"]]
";

fn eventful(seed: u64) -> Emulation {
    let config = Config::parse("config.toml", EVENTFUL).unwrap_or_else(|error| panic!("{error}"));
    let mut emulation = Emulation::new(config, seed);
    emulation.run(u64::MAX);
    emulation
}

fn folded() -> Filter {
    Filter { fold: true, ..Filter::default() }
}

/// All lines of the trace.
fn records(emulation: &mut Emulation) -> Vec<Record> {
    let mut all = Vec::new();
    loop {
        let start = all.len() as u64;
        let some = emulation.lines(start..start + MAX_RECORDS, |_, record, _| record.clone());
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

/// All rows, asked for in pieces of uneven length.
fn rows(emulation: &mut Emulation) -> Vec<Row> {
    let mut all = Vec::new();
    for length in [1, 7, 50, 1024].into_iter().cycle() {
        let start = all.len() as u64;
        all.extend(emulation.rows(start..start + length));
        if all.len() as u64 == emulation.row_count() {
            return all;
        }
    }
    unreachable!("a cycle has no end")
}

/// The rows as they must be, with these folds open: found by going through all lines.
fn rows_by_hand(emulation: &mut Emulation, opened: &[u64]) -> Vec<Row> {
    let stretches: Vec<_> = emulation
        .chronicle()
        .quiet()
        .iter()
        .filter(|quiet| quiet.end_place - quiet.first_place >= 2)
        .copied()
        .collect();
    let mut rows = Vec::new();
    for (place, record) in (0..).zip(records(emulation)) {
        let Some(quiet) = stretches.iter().find(|quiet| (quiet.first_place..quiet.end_place).contains(&place)) else {
            rows.push(Row::Line { place, record, is_folded: false });
            continue;
        };
        let is_open = opened.contains(&quiet.first_place);
        if place == quiet.first_place {
            rows.push(Row::Fold { quiet: *quiet, is_open });
        }
        if is_open {
            rows.push(Row::Line { place, record, is_folded: true });
        }
    }
    rows
}

fn lines_of(rows: &[Row]) -> u64 {
    let lines = |row: &Row| match row {
        Row::Line { is_folded, .. } => u64::from(!is_folded),
        Row::Fold { quiet, .. } => quiet.lines(),
    };
    rows.iter().map(lines).sum()
}

fn fold_places(rows: &[Row]) -> Vec<u64> {
    let place = |row: &Row| match row {
        Row::Fold { quiet, .. } => Some(quiet.first_place),
        Row::Line { .. } => None,
    };
    rows.iter().filter_map(place).collect()
}

#[test]
fn folds_leave_no_line_out_whatever_is_open() {
    let mut draw = Generator::new(4);
    for seed in 0..3 {
        let mut emulation = eventful(seed);
        emulation.read(folded());
        let (all, closed) = (emulation.now().record_count(), rows(&mut emulation));
        assert!(closed.len() as u64 + 300 < all, "{} rows for {all} lines", closed.len());
        let places = fold_places(&closed);
        let mut opened: Vec<u64> = Vec::new();
        for _ in 0..12 {
            assert!(rows(&mut emulation) == rows_by_hand(&mut emulation, &opened), "seed {seed}, {opened:?} open");
            assert_eq!(lines_of(&rows(&mut emulation)), all);
            let place = places[draw.below(places.len() as u32) as usize];
            emulation.toggle_fold(place);
            match opened.iter().position(|&other| other == place) {
                Some(known) => drop(opened.remove(known)),
                None => opened.push(place),
            }
        }
        emulation.read(Filter::default());
        assert!(rows(&mut emulation).iter().all(|row| matches!(row, Row::Line { is_folded: false, .. })));
        assert_eq!(emulation.row_count(), all);
    }
}

#[test]
fn what_no_fold_begins_at_is_not_opened() {
    let mut emulation = eventful(1);
    emulation.read(folded());
    let before = rows(&mut emulation);
    let Some(Row::Fold { quiet, .. }) = before.iter().find(|row| matches!(row, Row::Fold { .. })) else {
        panic!("there are folds");
    };
    for place in [0, quiet.first_place + 1, quiet.end_place, u64::MAX] {
        emulation.toggle_fold(place);
    }
    assert!(rows(&mut emulation) == before);
}

#[test]
fn the_row_of_a_step_is_where_its_last_line_stands() {
    let mut emulation = eventful(2);
    emulation.read(folded());
    let places = fold_places(&rows(&mut emulation));
    emulation.toggle_fold(places[1]);
    emulation.toggle_fold(places[5]);
    let (all, lines) = (rows(&mut emulation), records(&mut emulation));
    for step in 0..=emulation.head() {
        let last = lines.partition_point(|record| record.step <= step).saturating_sub(1) as u64;
        let row = &all[emulation.row_of_step(step) as usize];
        match row {
            Row::Line { place, .. } => assert_eq!(*place, last),
            Row::Fold { quiet, is_open } => assert!(!is_open && (quiet.first_place..quiet.end_place).contains(&last)),
        }
    }
    assert_eq!(emulation.row_of_step(u64::MAX), emulation.row_count() - 1);
    assert_eq!(emulation.row_of_place(u64::MAX), emulation.row_count() - 1);
}

#[test]
fn rows_follow_the_run_as_it_goes_on() {
    let config = Config::parse("config.toml", EVENTFUL).unwrap_or_else(|error| panic!("{error}"));
    let mut emulation = Emulation::new(config, 5);
    emulation.read(folded());
    assert_eq!((emulation.row_count(), emulation.row_of_step(0), emulation.rows(0..10)), (0, 0, vec![]));
    let mut opened = Vec::new();
    while emulation.run(131) > 0 {
        assert!(rows(&mut emulation) == rows_by_hand(&mut emulation, &opened), "at step {}", emulation.head());
        // The last one may still grow.
        if let Some(&last) = fold_places(&rows(&mut emulation)).last().filter(|last| !opened.contains(last)) {
            emulation.toggle_fold(last);
            opened.push(last);
        }
    }
    assert!(opened.len() > 5);
}

/// What a filter must let pass: found by going through all lines.
fn filtered(emulation: &mut Emulation, filter: &Filter) -> Vec<(u64, Record)> {
    let all = records(emulation);
    let is_shown = |(_, record): &(u64, Record)| {
        let line = record.line(emulation.texts()).to_string().to_lowercase();
        (filter.processes.is_empty() || filter.processes.contains(&record.process))
            && (filter.topics.is_empty() || filter.topics.contains(&topic(record)))
            && line.contains(&filter.text.to_lowercase())
    };
    (0..).zip(all).filter(is_shown).collect()
}

fn found(emulation: &mut Emulation) -> Vec<(u64, Record)> {
    let line = |row: Row| match row {
        Row::Line { place, record, is_folded: false } => (place, record),
        Row::Line { .. } | Row::Fold { .. } => panic!("nothing is folded where a filter is active"),
    };
    if emulation.row_count() == 0 { vec![] } else { rows(emulation).into_iter().map(line).collect() }
}

fn filters() -> Vec<Filter> {
    let none = Filter::default();
    vec![
        Filter { text: "LEADER".to_owned(), ..folded() },
        Filter { text: "put \"".to_owned(), ..none.clone() },
        Filter { processes: vec![ProcessId::Node(2), ProcessId::Main], ..none.clone() },
        Filter { topics: vec![Topic::Election, Topic::Faults], ..folded() },
        Filter { processes: vec![ProcessId::Client(1)], text: "ok".to_owned(), ..none.clone() },
        Filter {
            processes: vec![ProcessId::Node(1)],
            topics: vec![Topic::Replication],
            text: "[NODE 1] h".to_owned(),
            ..none.clone()
        },
        Filter { text: "nobody says this".to_owned(), ..none },
    ]
}

#[test]
fn a_filter_lets_pass_what_it_must_and_goes_on_with_the_run() {
    for filter in filters() {
        let config = Config::parse("config.toml", EVENTFUL).unwrap_or_else(|error| panic!("{error}"));
        let mut emulation = Emulation::new(config, 8);
        emulation.read(filter.clone());
        for _ in 0..6 {
            emulation.run(400);
            let mut slices = 1;
            while !emulation.find(37) {
                slices += 1;
            }
            assert!(slices <= 400 / 37 + 1, "each step is looked at once");
            let wanted = filtered(&mut emulation, &filter);
            assert!(found(&mut emulation) == wanted, "{filter:?}");
            for step in [0, emulation.head() / 2, emulation.head()] {
                let before = wanted.iter().filter(|(_, record)| record.step <= step).count();
                assert_eq!(emulation.row_of_step(step), before.saturating_sub(1) as u64);
            }
        }
    }
}

#[test]
fn after_another_way_was_taken_the_old_lines_are_gone() {
    let mut draw = Generator::new(6);
    for filter in filters().into_iter().chain([folded()]) {
        let mut emulation = eventful(3);
        emulation.read(filter.clone());
        emulation.find(u64::MAX);
        for _ in 0..4 {
            let rows_before = emulation.row_count();
            assert!(emulation.rows(rows_before.saturating_sub(5)..rows_before).len() <= 5);
            emulation.seek(u64::from(draw.below(emulation.head() as u32)));
            let choices = emulation.choices();
            let choice = choices[draw.below(choices.len() as u32) as usize].clone();
            if emulation.perform(&choice).is_err() {
                continue;
            }
            emulation.run(u64::from(draw.below(900)));
            emulation.find(u64::MAX);
            if filter.is_active() {
                let wanted = filtered(&mut emulation, &filter);
                assert!(found(&mut emulation) == wanted, "{filter:?}");
            } else {
                assert!(rows(&mut emulation) == rows_by_hand(&mut emulation, &[]));
            }
        }
    }
}

#[test]
fn every_line_has_a_topic_and_faults_are_faults() {
    let mut emulation = eventful(1);
    for topic in Topic::ALL {
        let filter = Filter { topics: vec![topic], ..Filter::default() };
        emulation.read(filter.clone());
        emulation.find(u64::MAX);
        assert!(emulation.row_count() > 0, "{}", topic.name());
    }
    let marks: Vec<u64> = emulation.chronicle().marks().iter().map(|mark| mark.step).collect();
    assert_eq!(marks.len(), 3);
    let all = records(&mut emulation);
    let of_marks = all.iter().filter(|record| marks.contains(&record.step));
    assert!(of_marks.into_iter().all(|record| topic(record) == Topic::Faults));
}

#[test]
fn a_text_is_found_forward_and_backward() {
    // Long enough for several checkpoints.
    let toml = "num_nodes = 3\nnum_clients = 2\nrequests_per_client = 900\n";
    let mut emulation = Emulation::new(Config::parse("config.toml", toml).expect("it can be run"), 2);
    emulation.run(u64::MAX);
    assert!(emulation.head() > 10_000);
    let all = records(&mut emulation);
    let lines: Vec<String> = all.iter().map(|record| record.line(emulation.texts()).to_string()).collect();
    for (text, has_any) in [("leader", true), ("index 777 ", true), ("[CLIENT 2] finished", true), ("xyzzy", false)] {
        let places: Vec<u64> = (0..)
            .zip(&lines)
            .filter(|(_, line)| line.to_lowercase().contains(&text.to_lowercase()))
            .map(|(place, _)| place)
            .collect();
        assert_eq!(!places.is_empty(), has_any, "{text}");
        for from in [0, 1, 5_000, 9_000, 20_000, lines.len() as u64 - 1, lines.len() as u64, u64::MAX] {
            let behind = places.iter().copied().find(|&place| place >= from);
            let before = places.iter().copied().rfind(|&place| place < from);
            assert_eq!(emulation.next_with(text, from), behind, "{text} from {from} on");
            assert_eq!(emulation.last_with(text, from), before, "{text} before {from}");
        }
    }
    emulation.read(Filter { processes: vec![ProcessId::Node(3)], ..Filter::default() });
    let shown = emulation.next_with("heartbeat", 0).or_else(|| emulation.next_with("index", 0));
    assert!(
        shown.is_some_and(|place| all[place as usize].process == ProcessId::Node(3)),
        "only what is shown is found"
    );
}

#[test]
fn rows_far_apart_in_a_long_run_are_what_they_were() {
    let toml = "num_nodes = 3\nnum_clients = 1\nrequests_per_client = 4000\n";
    let mut emulation = Emulation::new(Config::parse("config.toml", toml).expect("it can be run"), 2);
    emulation.run(u64::MAX);
    let all = records(&mut emulation);
    emulation.read(Filter { text: "99".to_owned(), ..Filter::default() });
    emulation.find(u64::MAX);
    let filter = emulation.filter().clone();
    let wanted = filtered(&mut emulation, &filter);
    assert!(found(&mut emulation) == wanted);
    emulation.read(folded());
    let mut draw = Generator::new(1);
    for _ in 0..60 {
        let start = u64::from(draw.below(all.len() as u32));
        for row in emulation.rows(start..start + 30) {
            let Row::Line { place, record, .. } = row else { panic!("without timers nothing is quiet") };
            assert_eq!(record, all[place as usize]);
        }
    }
}

#[test]
fn the_page_is_told_who_led_and_what_was_done() {
    let mut emulation = eventful(1);
    let leader = emulation.state().leader().expect("somebody leads").id();
    let end_of_last = |emulation: &Emulation| {
        let story = serde_json::to_value(view::reading::story(emulation)).expect("it is plain data");
        story["reigns"].as_array().and_then(|reigns| reigns.last()?["to"].as_u64())
    };
    assert_eq!(end_of_last(&emulation), Some(emulation.head()), "it leads as long as is known");
    let crashed = emulation.head() + 1;
    emulation.act(&format!("crash node {leader} lose 1")).expect("it runs");
    emulation.act("client 1 put x y").expect("it runs");
    emulation.run(2_000);
    let story = serde_json::to_value(view::reading::story(&emulation)).expect("it is plain data");
    let mark = |place: usize| {
        let mark = &story["marks"][place];
        (mark["kind"].as_str(), mark["text"].as_str(), mark["by_hand"].as_bool())
    };
    assert_eq!(mark(0), (Some("crash"), Some("crash node 1"), Some(false)));
    assert_eq!(mark(2).0, Some("partition"));
    assert_eq!(mark(3), (Some("crash"), Some(&*format!("crash node {leader} lose 1")), Some(true)));
    assert_eq!(mark(4), (Some("request"), Some("client 1 put x y"), Some(true)));
    assert_eq!((story["more_marks"].as_u64(), story["marks"].as_array().map(Vec::len)), (Some(0), Some(5)));
    assert_eq!(end_of_last(&emulation), Some(crashed), "a minority is left, which elects nobody");
    assert!(emulation.head() > crashed);
    assert_eq!(story["times"][0], serde_json::json!([0, 0]));
}

#[test]
fn the_page_is_given_lines_and_folds() {
    let mut emulation = eventful(1);
    emulation.read(folded());
    let places = fold_places(&rows(&mut emulation));
    emulation.toggle_fold(places[0]);
    let fold = emulation.row_of_place(places[0]) - 1;
    let rows = emulation.rows(fold - 1..fold + 2);
    let rows: Vec<_> = rows.iter().map(|row| view::reading::row(row, emulation.texts())).collect();
    let rows = serde_json::to_value(rows).expect("it is plain data");
    assert_eq!((rows[0]["kind"].as_str(), &rows[0]["folded"]), (Some("line"), &serde_json::Value::Null));
    assert_eq!((rows[1]["kind"].as_str(), rows[1]["open"].as_bool()), (Some("fold"), Some(true)));
    assert_eq!(rows[1]["place"], rows[2]["place"]);
    assert_eq!((rows[2]["folded"].as_bool(), rows[2]["group"].as_str()), (Some(true), Some("replication")));
    assert!(rows[2]["text"].as_str().is_some_and(|text| text.contains("eartbeat")));
}
