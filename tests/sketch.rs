//! The diagram in plain text shows what a run did: every message once, where it was received or lost, in lines that no
//! text makes too long or bends.
#![cfg(not(target_arch = "wasm32"))]

mod native;

use std::collections::BTreeMap;
use std::path::PathBuf;

use native::{raft_kv, run_of};
use raft_kv::config::Config;
use raft_kv::diagram::{Flight, flights};
use raft_kv::emulation::Emulation;
use raft_kv::export::{self, MAX_DRAWN};
use raft_kv::kv::{self, Texts};
use raft_kv::process::{MessageId, ProcessId};
use raft_kv::raft::Process;
use raft_kv::raft::role::Role;
use raft_kv::workload::Scripted;
use unicode_width::UnicodeWidthStr;

const SCENARIOS: [&str; 10] = [
    "all-crash-and-return",
    "failure-free",
    "figure-8",
    "follower-lag-and-repair",
    "heartbeats-lost",
    "leader-crash",
    "lost-reply-and-retry",
    "partition",
    "split-vote",
    "stale-leader-deposed",
];

fn scenario(name: &str) -> Emulation {
    run_of(&format!("www/scenarios/{name}.toml"), 1)
}

/// A sketch, read as a person reads it.
struct Read {
    /// The columns of the processes.
    lanes: BTreeMap<ProcessId, usize>,
    rows: Vec<Row>,
}

/// A row that is no second line of another.
#[derive(Debug)]
struct Row {
    step: Option<u64>,
    sent: Option<u64>,
    /// The last step, if the row is several.
    last: Option<u64>,
    /// The line without its words.
    strip: Vec<u8>,
    words: String,
}

fn named(name: &str) -> ProcessId {
    match name.strip_prefix('c') {
        _ if name == "main" => ProcessId::Main,
        Some(number) => ProcessId::Client(number.parse().expect("a client is a number")),
        None => ProcessId::Node(name.parse().expect("a node is a number")),
    }
}

fn read(sketch: &str) -> Read {
    let mut parts = sketch.split("\n\n").skip(1);
    let mut read = Read { lanes: BTreeMap::new(), rows: Vec::new() };
    for part in &mut parts {
        let mut lines = part.lines();
        let heads = lines.next().expect("a part begins with names");
        if !heads.trim_start().starts_with("step") {
            assert!(heads.starts_with("|  follows"), "only the legend has no names: {heads}");
            break;
        }
        let end_of = |head: &str| heads.find(head).map(|at| at + head.len()).expect("the gutter has this head");
        let (step_end, sent_end, gutter) = (end_of("step"), end_of("sent"), end_of("ms") + 1);
        for name in heads[gutter..].split_whitespace() {
            let mut at = heads[gutter..].match_indices(name).map(|(at, _)| at + gutter);
            let is_alone = |&at: &usize| {
                heads[..at].ends_with(' ') && matches!(heads.as_bytes().get(at + name.len()), None | Some(b' '))
            };
            let at = at.find(is_alone).expect("a name stands alone");
            read.lanes.insert(named(name), at + name.len() / 2);
        }
        let end = read.lanes.values().max().expect("somebody takes part") + 1;
        for line in lines {
            let number = |text: &str| text.trim().trim_start_matches('.').parse::<u64>().ok();
            let (step, other) = (number(&line[..step_end]), &line[step_end..sent_end]);
            let is_fold = other.contains("..");
            if line[..gutter].trim().is_empty() {
                read.rows.last_mut().expect("a row goes on").words += &[" ", line[end..].trim()].concat();
                continue;
            }
            read.rows.push(Row {
                step,
                sent: number(other).filter(|_| !is_fold),
                last: number(other).filter(|_| is_fold),
                strip: line.as_bytes()[..end.min(line.len())].to_vec(),
                words: line[end.min(line.len())..].trim().to_owned(),
            });
        }
    }
    read
}

impl Read {
    /// The first column of the drawing.
    fn drawing(&self) -> usize {
        *self.lanes.values().min().expect("somebody takes part")
    }
}

/// The arrow in a row, from this column on: the column of its tip and of its other end, its body and its head.
fn arrow(row: &Row, start: usize) -> Option<(usize, usize, u8, u8)> {
    let is_arrow = |letter: &u8| b"-.<>".contains(letter) || *letter == b'x';
    let start = (start..row.strip.len()).find(|&at| is_arrow(&row.strip[at]))?;
    let length = row.strip[start..].iter().take_while(|letter| is_arrow(letter)).count();
    let end = start + length - 1;
    let rest = &row.strip[end + 1..];
    assert!(!rest.iter().any(is_arrow), "a row has one arrow: {row:?}");
    let is_head = |letter: u8| b"<>x".contains(&letter);
    let (tip, tail) = if is_head(row.strip[start]) { (start, end) } else { (end, start) };
    assert!(is_head(row.strip[tip]), "an arrow has a head: {row:?}");
    let body = row.strip[tail];
    assert!(row.strip[start..=end].iter().enumerate().all(|(at, &letter)| letter == body || at + start == tip));
    Some((tip, tail, body, row.strip[tip]))
}

/// Looks whether a row shows a message from its sender to its receiver.
fn assert_arrow(read: &Read, row: &Row, flight: &Flight) {
    let envelope = flight.envelope;
    assert_eq!(row.sent, Some(envelope.sent.step), "{row:?}");
    assert_eq!(row.words.contains("lost"), flight.is_lost, "{row:?}");
    assert_eq!(row.words.contains("on its way"), flight.ended.is_none(), "{row:?}");
    if envelope.from == envelope.to {
        return;
    }
    let (from, to) = (read.lanes[&envelope.from], read.lanes[&envelope.to]);
    let (tip, tail, body, head) =
        arrow(row, read.drawing()).unwrap_or_else(|| panic!("a message is an arrow: {row:?}"));
    let is_right = from < to;
    assert_eq!(tail, if is_right { from + 1 } else { from - 1 }, "{row:?}");
    assert_eq!(body, if envelope.message.is_response() { b'.' } else { b'-' }, "{row:?}");
    assert_eq!(
        head,
        if flight.is_lost {
            b'x'
        } else if is_right {
            b'>'
        } else {
            b'<'
        },
        "{row:?}"
    );
    match flight.ended {
        Some(_) => assert_eq!(tip, if is_right { to - 1 } else { to + 1 }, "{row:?}"),
        None => assert!(tip.abs_diff(from) < to.abs_diff(from), "{row:?}"),
    }
}

/// Looks whether exactly these messages are drawn, each once, and every step has its row.
fn assert_messages(read: &Read, flights: &[Flight], (from, to): (u64, u64)) {
    let mut by_end: BTreeMap<u64, &Flight> = BTreeMap::new();
    let mut under_way: BTreeMap<(u64, MessageId), &Flight> = BTreeMap::new();
    for flight in flights {
        match flight.ended {
            Some(step) => assert!(by_end.insert(step, flight).is_none(), "a step takes one message"),
            None => assert!(under_way.insert((flight.envelope.sent.step, flight.envelope.id), flight).is_none()),
        }
    }
    let mut next = from;
    let mut under_way = under_way.into_values();
    for row in &read.rows {
        let Some(step) = row.step else {
            assert_eq!(next, to + 1, "what is still on its way comes last");
            assert_arrow(read, row, under_way.next().expect("a message is drawn once"));
            continue;
        };
        assert_eq!(step, next, "steps follow each other");
        next = row.last.unwrap_or(step) + 1;
        match by_end.get(&step).filter(|_| row.last.is_none()) {
            Some(flight) => assert_arrow(read, row, flight),
            None => assert!(row.sent.is_none() && arrow(row, read.drawing()).is_none(), "{row:?}"),
        }
        if row.last.is_some() {
            assert!(row.words.contains("of heartbeats"), "{row:?}");
        }
    }
    assert_eq!(next, to + 1, "every step has a row");
    assert!(under_way.next().is_none(), "every message is drawn");
}

/// Looks whether the line of each node is what it should be, where no arrow covers it.
fn assert_lives(read: &Read, emulation: &mut Emulation) {
    for row in &read.rows {
        let Some(step) = row.step.filter(|_| row.last.is_none()) else { continue };
        emulation.seek(step);
        for (&process, &x) in read.lanes.iter().filter(|(process, _)| matches!(process, ProcessId::Node(_))) {
            let Process::Node(node) = emulation.now().process(process) else { panic!("a node is a node") };
            let health = emulation.now().health(process);
            let life = match node.role() {
                _ if health.has_crashed => b':',
                _ if health.is_paused => b'~',
                Role::Leader(_) => b'#',
                Role::Candidate { .. } | Role::PreCandidate { .. } => b'?',
                Role::Follower => b'|',
            };
            let shown = row.strip[x];
            assert!(shown == life || b"-.*X".contains(&shown), "step {step}, {process}: {row:?}");
        }
    }
}

fn assert_lines(sketch: &str, width: usize) {
    for line in sketch.lines() {
        assert!(line.width() <= width, "{} columns: {line:?}", line.width());
        assert!(!line.contains(|letter: char| letter.is_control()), "{line:?}");
        assert!(!line.ends_with(' '), "{line:?}");
    }
}

#[test]
fn every_message_of_every_scenario_is_drawn_once_from_its_sender_to_its_receiver() {
    for name in SCENARIOS {
        let mut emulation = scenario(name);
        let head = emulation.head();
        for (steps, width) in [((1, head.min(400)), 80), ((40, head.min(95)), 80), ((30, 31), 100), ((head, head), 120)]
        {
            for fold in [true, false] {
                let sketch = export::sketch_file(&mut emulation, steps, fold, width);
                assert_lines(&sketch, width as usize);
                assert!(sketch.is_ascii(), "{name} has plain keys and values");
                let read = read(&sketch);
                let (journal, _) = emulation.journal(steps.0, steps.1);
                assert_messages(&read, &flights(journal.deeds(steps.0..=steps.1)), steps);
            }
        }
    }
}

#[test]
fn the_line_of_a_node_shows_its_role_and_whether_it_runs() {
    for name in ["figure-8", "leader-crash", "split-vote", "all-crash-and-return"] {
        let mut emulation = scenario(name);
        let steps = (20, emulation.head().min(300));
        let sketch = export::sketch_file(&mut emulation, steps, true, 80);
        assert_lives(&read(&sketch), &mut emulation);
    }
}

/// These two were read and compared with the trace, arrow by arrow.
#[test]
fn two_sketches_are_what_they_were_when_they_were_read() {
    for (name, from, to, golden) in [
        ("leader-crash", 42, 120, include_str!("golden/sketch-leader-crash.txt")),
        ("partition", 94, 145, include_str!("golden/sketch-partition.txt")),
    ] {
        let sketch = export::sketch_file(&mut scenario(name), (from, to), true, 80);
        assert!(
            sketch == golden,
            "`raft_kv draw www/scenarios/{name}.toml --from {from} --to {to} --format txt` says another thing than \
             tests/golden/sketch-{name}.txt:\n{sketch}"
        );
    }
}

/// A run in which a client stores this value under this key.
fn storing(key: &str, value: &str) -> Emulation {
    let mut texts = Texts::default();
    let (key, value) = (texts.intern(key), texts.intern(value));
    let scripts = vec![vec![Scripted { after_ms: 0, command: kv::Command::Put { key, value } }]];
    let config = Config { num_nodes: 3, num_clients: 1, texts, scripts, ..Config::default() };
    let mut emulation = Emulation::new(config, 1);
    emulation.run(u64::MAX);
    emulation
}

#[test]
fn whatever_a_text_holds_the_lines_stay_straight() {
    let long = "long ".repeat(2_000);
    for (text, shown) in [
        ("鍵は値である", "鍵は値である"),
        ("größe", "größe"),
        ("\u{0}\u{7f}\u{85}", "\\u{0}\\u{7f}\\u{85}"),
        ("a\nb\tc\r", "a\\u{a}b\\u{9}c\\u{d}"),
        ("\u{202e}abc", "\\u{202e}abc"),
        ("\u{5d9}", "\\u{5d9}"),
        ("\u{2028}x\u{301}", "\\u{2028}x\\u{301}"),
        ("👩\u{200d}👩", "👩\\u{200d}👩"),
        ("1 -->* 2 ..>|", "1 -->* 2 ..>|"),
        (long.as_str(), "long long"),
    ] {
        let mut emulation = storing("k", text);
        let steps = (1, emulation.head());
        for width in [60, 80, 200] {
            let sketch = export::sketch_file(&mut emulation, steps, true, width);
            assert_lines(&sketch, width as usize);
            let read = read_words(&sketch);
            assert!(read.contains(&format!("put k {shown}").replace(' ', "")), "{text:?}: {sketch}");
        }
    }
}

/// All that is said in a sketch, without the blanks at which lines may be broken.
fn read_words(sketch: &str) -> String {
    read_rows(sketch).replace(' ', "")
}

fn read_rows(sketch: &str) -> String {
    // Right of the line of the client, who stands last.
    let heads = sketch.lines().find(|line| line.trim_start().starts_with("step")).expect("there are names");
    let end = heads.len();
    sketch.lines().filter_map(|line| line.get(end..)).collect()
}

#[test]
fn who_has_no_room_for_a_column_stands_in_the_words() {
    let config = Config { num_nodes: 101, num_clients: 100, ..Config::default() };
    let mut emulation = Emulation::new(config, 1);
    emulation.run(700);
    let sketch = export::sketch_file(&mut emulation, (400, 450), true, 80);
    assert_lines(&sketch, 80);
    assert!(sketch.contains("There is no room for columns of "), "{sketch}");
    let (journal, _) = emulation.journal(400, 450);
    let lanes = read(&sketch).lanes;
    assert!(lanes.len() >= 5, "{lanes:?}");
    let short = |process| match process {
        ProcessId::Main => "main".to_owned(),
        ProcessId::Node(number) => number.to_string(),
        ProcessId::Client(number) => format!("c{number}"),
    };
    let said = read_rows(&sketch);
    for flight in flights(journal.deeds(400..=450)) {
        let (from, to) = (flight.envelope.from, flight.envelope.to);
        let told = format!("{} -> {}: ", short(from), short(to));
        let is_drawn = lanes.contains_key(&from) && lanes.contains_key(&to);
        assert!(is_drawn || said.contains(&told), "{told}: {sketch}");
    }
}

#[test]
fn a_sketch_of_too_many_steps_is_cut_and_says_so() {
    let config = Config { num_clients: 4, requests_per_client: 500, ..Config::default() };
    let mut emulation = Emulation::new(config, 3);
    emulation.run(12_000);
    let sketch = export::sketch_file(&mut emulation, (1, 12_000), true, 80);
    assert!(sketch.replace('\n', " ").contains("Only the steps from 1 to 10000 are drawn, not those up to 12000"));
    assert_lines(&sketch, 80);
    assert!(!export::sketch_file(&mut emulation, (2_001, 2_000 + MAX_DRAWN), true, 80).contains("Only the steps"));
}

#[test]
fn the_terminal_draws_in_plain_text() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("run.txt");
    let out = path.to_str().expect("the target folder has a plain name");
    let scenario = "www/scenarios/leader-crash.toml";
    let steps = ["--from", "42", "--to", "120"];
    let drawn = [&["draw", scenario, "--format", "txt", "--out", out][..], &steps].concat();
    assert_eq!(raft_kv(&drawn), (String::new(), "seed 1\n".to_owned(), Some(0)));
    let file = std::fs::read_to_string(&path).expect("it was written");
    assert_eq!(file, include_str!("golden/sketch-leader-crash.txt"));
    let (wide, _, _) = raft_kv(&[&["draw", scenario, "--format", "txt", "--width", "140"][..], &steps].concat());
    assert_lines(&wide, 140);
    assert!(wide.lines().any(|line| line.len() > 80), "{wide}");
    let (all, _, _) = raft_kv(&[&["draw", scenario, "--format", "txt", "--heartbeats"][..], &steps].concat());
    assert!(!all.contains("steps of heartbeats") && all.lines().count() > file.lines().count());
}

#[test]
fn a_width_that_cannot_be_is_refused() {
    let (_, told, code) = raft_kv(&["draw", "--seed", "7", "--width", "80"]);
    let sentence = "error: --width is for --format txt: leave it out, or ask for that\n";
    assert_eq!((told.as_str(), code), (sentence, Some(2)));
    for width in ["59", "1001", "wide"] {
        let (_, told, code) = raft_kv(&["draw", "--seed", "7", "--format", "txt", "--width", width]);
        assert_eq!(code, Some(2));
        assert!(told.contains("--width <COLUMNS>"), "{told}");
    }
}
