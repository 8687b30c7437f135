//! The space-time diagram shows what a run did: every message once, from the step that sent it to the step that received
//! or lost it, whatever its texts are.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;

use raft_kv::config::Config;
use raft_kv::diagram::{self, Diagram, Options, RowKind, Shape};
use raft_kv::emulation::{Action, Emulation};
use raft_kv::export::{self, Format, MAX_DRAWN};
use raft_kv::kv::{Command, Texts};
use raft_kv::process::ProcessId;
use raft_kv::raft::Message;
use raft_kv::simulation::Input;
use raft_kv::workload::Scripted;

/// Where the step of a row stands, as the diagram has it: rows are 22 pixels high.
fn y(row: usize) -> u64 {
    11 + 22 * row as u64
}

/// What became of a message, as seen from outside, step by step.
#[derive(Debug, Clone, PartialEq)]
struct Fate {
    from: ProcessId,
    to: ProcessId,
    sent: u64,
    ended: Option<u64>,
    is_lost: bool,
    entries: Option<(u32, u32)>,
}

/// Goes through a run to its end, or so many steps, and notes the fate of each message.
fn walk(emulation: &mut Emulation, steps: u64) -> BTreeMap<u64, Fate> {
    let mut fates = BTreeMap::new();
    loop {
        let step = emulation.now().step_count();
        for envelope in emulation.now().network().in_flight() {
            let entries = match &envelope.message {
                Message::AppendEntries { prev_log_index: before, entries, .. } if !entries.is_empty() => {
                    Some((before + 1, before + entries.len() as u32))
                }
                _ => None,
            };
            let (from, to) = (envelope.from, envelope.to);
            let fate = Fate { from, to, sent: step, ended: None, is_lost: false, entries };
            fates.entry(envelope.id.0.get()).or_insert(fate);
        }
        if step >= steps || !emulation.step() {
            return fates;
        }
        let step = Some(emulation.now().step_count());
        if let Some(Input::Delivered(envelope) | Input::Dropped(envelope)) = emulation.now().input() {
            let fate = fates.get_mut(&envelope.id.0.get()).expect("what arrives was sent");
            (fate.ended, fate.is_lost) = (step, matches!(emulation.now().input(), Some(Input::Dropped(_))));
        }
    }
}

fn scenario(name: &str) -> Emulation {
    let path = format!("{}/www/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the scenario is there");
    Emulation::new(Config::parse(name, &text).expect("the scenario can be run"), 1)
}

fn of_class<'a>(diagram: &'a Diagram, word: &'a str) -> impl Iterator<Item = &'a Shape> {
    diagram.shapes.iter().filter(move |shape| shape.class.split(' ').any(|other| other == word))
}

/// Looks whether exactly the messages of these steps are drawn, each where it belongs.
fn assert_arrows(diagram: &Diagram, fates: &BTreeMap<u64, Fate>) {
    let (first, last) = (diagram.rows[0].0.first, diagram.rows[diagram.rows.len() - 1].0.last);
    let row = |step: u64| diagram.rows.iter().position(|(row, _)| (row.first..=row.last).contains(&step));
    let x =
        |process| diagram.lanes.iter().find(|lane| lane.0 == process).map(|lane| u64::from(lane.1)).expect("a lane");
    let mut arrows: BTreeMap<u64, &Shape> = BTreeMap::new();
    for shape in of_class(diagram, "arrow") {
        let id = shape.message.expect("an arrow is a message");
        assert!(arrows.insert(id, shape).is_none(), "message {id} is drawn once");
    }
    for (id, fate) in fates {
        let is_over = |step: u64| (first..=last).contains(&step);
        if !(is_over(fate.sent) || fate.ended.is_some_and(is_over)) {
            assert!(!arrows.contains_key(id), "message {id} is of other steps");
            continue;
        }
        let arrow = arrows.get(id).unwrap_or_else(|| panic!("message {id} is drawn: {fate:?}"));
        assert_eq!((arrow.sent, arrow.entries), (Some(fate.sent), fate.entries), "{arrow:?}");
        let (start, end) = (row(fate.sent).map(y), fate.ended.and_then(row).map(y));
        assert_eq!(arrow.number("x1"), x(fate.from), "{arrow:?}");
        assert_eq!(arrow.number("y1"), start.unwrap_or(0), "{arrow:?}");
        let is_lost = fate.is_lost && end.is_some();
        assert_eq!(arrow.class.contains(" lost"), is_lost, "{arrow:?}");
        assert_eq!(of_class(diagram, "cross").any(|cross| cross.message == Some(*id)), is_lost, "{arrow:?}");
        if !is_lost {
            assert!(arrow.number("x2").abs_diff(x(fate.to)) <= 3, "{arrow:?}");
            assert_eq!(arrow.number("y2"), end.unwrap_or(diagram.height.into()), "{arrow:?}");
        }
        assert_eq!(arrow.class.contains(" late"), end.is_none(), "{arrow:?}");
        assert_eq!(arrow.class.contains(" early"), start.is_none(), "{arrow:?}");
    }
    assert!(arrows.keys().all(|id| fates.contains_key(id)));
}

#[test]
fn every_message_of_the_window_has_one_arrow_from_its_sending_to_its_end() {
    for name in ["partition", "leader-crash", "heartbeats-lost", "split-vote"] {
        let mut emulation = scenario(name);
        let fates = walk(&mut emulation, 400);
        for (step, rows, after) in [(30, 1000, 1000), (130, 60, 20), (90, 1, 0), (400, 100, 10), (0, 20, 9)] {
            let options = Options { step, rows, after, width: 600, ..Options::default() };
            let diagram = diagram::draw(&mut emulation, &options);
            assert!(diagram.rows.len() as u64 <= rows);
            assert_arrows(&diagram, &fates);
        }
    }
}

#[test]
fn going_on_and_back_draws_the_same_as_beginning_there() {
    let mut emulation = scenario("figure-8");
    emulation.run(u64::MAX);
    for step in (100..140).chain((90..130).rev()).chain([1, 300, 5]) {
        let options = Options { step, rows: 40, after: 10, width: 600, fold: true, ..Options::default() };
        emulation.seek(step);
        let mut fresh = scenario("figure-8");
        fresh.run(u64::MAX);
        fresh.seek(step);
        let (shapes, others) =
            (diagram::draw(&mut emulation, &options).shapes, diagram::draw(&mut fresh, &options).shapes);
        assert!(shapes == others, "step {step}");
        assert_eq!(shapes.iter().filter(|shape| shape.class == "now").count(), 1);
    }
}

#[test]
fn another_future_is_drawn_and_not_the_one_that_was() {
    let mut emulation = scenario("leader-crash");
    emulation.run(200);
    let options = Options { step: 60, rows: 60, after: 20, width: 600, ..Options::default() };
    diagram::draw(&mut emulation, &options);
    emulation.seek(50);
    emulation.perform(&Action::Crash(ProcessId::Node(2), 0)).expect("node 2 runs");
    emulation.run(30);
    let diagram = diagram::draw(&mut emulation, &options);
    let crashes: Vec<_> = of_class(&diagram, "crash").map(|shape| (shape.step, shape.process)).collect();
    assert!(crashes.contains(&(Some(51), Some(ProcessId::Node(2)))), "{crashes:?}");
    let mut again = scenario("leader-crash");
    again.seek(50);
    again.perform(&Action::Crash(ProcessId::Node(2), 0)).expect("node 2 runs");
    assert_arrows(&diagram, &{
        let mut fates = walk(&mut scenario("leader-crash"), 50);
        for (id, fate) in walk(&mut again, 81) {
            match fates.get_mut(&id) {
                // Who begins in the middle sees what is in flight there as sent there.
                Some(earlier) if fate.ended.is_some() => (earlier.ended, earlier.is_lost) = (fate.ended, fate.is_lost),
                Some(_) => {}
                None => {
                    fates.insert(id, fate);
                }
            }
        }
        fates
    });
}

#[test]
fn folds_are_the_quiet_stretches_and_open_into_their_steps() {
    let mut emulation = scenario("partition");
    emulation.run(u64::MAX);
    let head = emulation.head();
    let options = Options { step: head, rows: 10_000, width: 600, fold: true, ..Options::default() };
    let folds: Vec<_> = emulation.chronicle().quiet().iter().filter(|quiet| quiet.steps() > 1).cloned().collect();
    let folds: Vec<_> = folds.iter().map(|quiet| (quiet.first_step, quiet.last_step)).collect();
    let drawn = |diagram: &Diagram, kind| -> Vec<(u64, u64)> {
        let rows = diagram.rows.iter().filter(|(row, _)| row.kind == kind);
        rows.map(|(row, _)| (row.first, row.last)).collect()
    };
    let diagram = diagram::draw(&mut emulation, &options);
    assert!(folds.len() > 2 && drawn(&diagram, RowKind::Closed) == folds);
    let told: Vec<u64> = diagram.rows.iter().flat_map(|(row, _)| row.first..=row.last).collect();
    assert_eq!(told, (1..=head).collect::<Vec<_>>(), "every step is in one row");

    let opened = Options { opened: vec![folds[1].0], ..options };
    let diagram = diagram::draw(&mut emulation, &opened);
    assert_eq!(drawn(&diagram, RowKind::Open), folds[1..2]);
    assert_eq!(drawn(&diagram, RowKind::Closed).len(), folds.len() - 1);
    let head = diagram.rows.iter().position(|(row, _)| row.kind == RowKind::Open).expect("it is open");
    assert_eq!((diagram.rows[head + 1].0.first, diagram.rows[head + 1].0.last), (folds[1].0, folds[1].0));
    let x = |shape: &Shape| shape.number("y1");
    let sent = of_class(&diagram, "arrow").find(|arrow| x(arrow) == y(head + 1) || x(arrow) == y(head + 2));
    assert!(sent.is_some(), "an opened fold shows its messages");
}

/// A run with a quiet stretch that is longer than what a diagram looks at; and that stretch.
fn mostly_quiet() -> (Emulation, u64, u64) {
    let text = "num_nodes = 5\nnum_clients = 1\nrequests_per_client = 2\nduration_ms = 150000\n[timers]\n\
                [[fault]]\nat_ms = 100000\ncrash = \"leader\"\n[[fault]]\nat_ms = 104000\nheal = true";
    let mut emulation = Emulation::new(Config::parse("quiet.toml", text).expect("it can be run"), 1);
    emulation.run(u64::MAX);
    let longest = emulation.chronicle().quiet().iter().max_by_key(|quiet| quiet.steps()).expect("it is quiet");
    let (first, last) = (longest.first_step, longest.last_step);
    (emulation, first, last)
}

#[test]
fn what_is_near_a_long_fold_is_drawn_and_nothing_is_empty() {
    let (mut emulation, first, last) = mostly_quiet();
    assert!(last - first > 17_000, "{first} to {last}");
    for step in [first - 20, first - 1, first, first + 100, first + 9_000, last - 3_000, last, last + 1, last + 9] {
        for after in [0, 5, 25] {
            let options = Options { step, rows: 30, after, earliest: 1, width: 800, fold: true, ..Options::default() };
            let diagram = diagram::draw(&mut emulation, &options);
            let place = (step, after);
            assert!(diagram.rows.iter().any(|(row, _)| (row.first..=row.last).contains(&step)), "{place:?}");
            assert!(diagram.rows.len() > 5.min(after as usize), "{place:?}: {} rows", diagram.rows.len());
            for (row, told) in &diagram.rows {
                assert!(!told.is_empty(), "{place:?}: there is nothing to say of {row:?}");
            }
            if step < first + 9_000 {
                assert_eq!(diagram.rows.len(), 30, "{place:?}");
                assert!(of_class(&diagram, "arrow").count() > 5, "{place:?}: what was sent before the fold is shown");
            }
        }
    }
}

#[test]
fn no_step_is_drawn_that_comes_before_the_earliest() {
    let mut emulation = scenario("partition");
    emulation.run(100);
    let options = Options { step: 40, rows: 9, earliest: 41, width: 600, fold: true, ..Options::default() };
    assert!(diagram::draw(&mut emulation, &options).rows.is_empty());
}

#[test]
fn of_many_processes_only_the_busiest_have_columns_and_the_others_are_counted() {
    let config = Config { num_nodes: 101, num_clients: 1_000, ..Config::default() };
    let mut emulation = Emulation::new(config, 1);
    emulation.run(500);
    let options = Options { step: 500, rows: 200, width: 600, ..Options::default() };
    let diagram = diagram::draw(&mut emulation, &options);
    assert_eq!(diagram.lanes.len(), 16);
    assert!(diagram.left_out > 50, "{}", diagram.left_out);
    assert!(diagram.lanes.windows(2).all(|pair| pair[0].1 + 30 < pair[1].1), "columns stand apart");

    let hidden = diagram.lanes[3].0;
    let diagram = diagram::draw(&mut emulation, &Options { hidden: vec![hidden], ..options });
    assert!(diagram.lanes.iter().all(|&(process, _)| process != hidden));
    assert!(of_class(&diagram, "arrow").all(|arrow| arrow.process != Some(hidden)));
}

/// A run in which a client stores this value under this key.
fn storing(key: &str, value: &str) -> Emulation {
    let mut texts = Texts::default();
    let (key, value) = (texts.intern(key), texts.intern(value));
    let scripts = vec![vec![Scripted { after_ms: 0, command: Command::Put { key, value } }]];
    let config = Config { num_nodes: 3, num_clients: 1, texts, scripts, ..Config::default() };
    let mut emulation = Emulation::new(config, 1);
    emulation.run(u64::MAX);
    emulation
}

const HOSTILE: [&str; 8] = [
    "</text><script>alert(1)</script>",
    "\"'&lt;&#60;<!--]]>%%{init}%%",
    "a;b#35;c\nend\nNote over node1: x",
    "\u{0}\u{1}\u{b}\u{7f}\u{85}\u{fffe}\u{ffff}",
    "\u{202e}abc\u{2066}שלום مرحبا",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "style x:#fff; end wrap: nowrap: -->> %% comment",
    "\u{2028}\u{2029}\t\r\n",
];

#[test]
fn whatever_a_text_holds_it_stays_text_in_svg() {
    let long = "<x>&".repeat(2_500);
    for text in HOSTILE.into_iter().chain([long.as_str()]) {
        let mut emulation = storing(text, text);
        let (mut file, head) = (String::new(), emulation.head());
        file += &export::write(&mut emulation, Format::Svg, 1, head);
        let svg = roxmltree::Document::parse(&file).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let allowed = ["svg", "title", "desc", "style", "g", "line", "path", "circle", "rect", "text"];
        for element in svg.descendants().filter(|node| node.is_element()) {
            assert!(allowed.contains(&element.tag_name().name()), "{text:?}: {element:?}");
        }
        let allowed = |letter: char| !letter.is_control() && !"\u{fffe}\u{ffff}\t\r\n".contains(letter);
        let shown: String = text
            .chars()
            .map(|letter| match letter {
                '\n' | '\t' => ' ',
                letter if allowed(letter) => letter,
                _ => '\u{fffd}',
            })
            .collect();
        let titles: Vec<_> =
            svg.descendants().filter(|node| node.has_tag_name("title")).filter_map(|node| node.text()).collect();
        assert!(titles.iter().any(|title| title.contains(&shown)), "{text:?} is told in full");
    }
}

/// The rules of a file's style, one a selector: its classes, and what it sets.
fn rules(style: &str) -> Vec<(Vec<&str>, &str)> {
    let blocks = style.split('}').filter_map(|block| block.split_once('{'));
    let rules = blocks.flat_map(|(selectors, set)| selectors.split(',').map(move |selector| (selector.trim(), set)));
    rules.map(|(selector, set)| (selector.split('.').skip(1).collect(), set)).collect()
}

#[test]
fn who_knows_no_custom_properties_sees_every_line_too() {
    for name in ["figure-8", "partition", "leader-crash", "split-vote", "heartbeats-lost"] {
        let mut emulation = scenario(name);
        emulation.run(u64::MAX);
        let head = emulation.head();
        let file = export::write(&mut emulation, Format::Svg, 1, head);
        let svg = roxmltree::Document::parse(&file).expect("it is XML");
        let style = svg.descendants().find(|node| node.has_tag_name("style")).and_then(|node| node.text());
        let rules = rules(style.expect("it has its colours in it"));
        let drawn = svg.descendants().filter(|node| ["line", "path"].contains(&node.tag_name().name()));
        for class in drawn.map(|node| node.attribute("class").expect("it means something")) {
            let own: Vec<_> = class.split(' ').collect();
            let met = rules.iter().filter(|(wanted, _)| wanted.iter().all(|word| own.contains(word)));
            let colours: Vec<_> =
                met.filter_map(|(_, set)| set.split_once("stroke: ")).map(|(_, colour)| colour).collect();
            let is_literal = |colour: &&str| colour.starts_with('#');
            assert!(!colours.is_empty() && colours.iter().all(is_literal), "{name}: {class}: {colours:?}");
        }
    }
}

#[test]
fn whatever_a_text_holds_it_stays_text_in_mermaid() {
    for text in HOSTILE {
        let mut emulation = storing(text, text);
        let head = emulation.head();
        let file = export::write(&mut emulation, Format::Mermaid, 1, head);
        let mut lines = file.lines();
        assert_eq!(lines.next(), Some("sequenceDiagram"));
        for line in lines {
            let (begin, said) = line.split_once(": ").unwrap_or((line, ""));
            let is_known = ["  accTitle", "  participant ", "  Note over ", "  node", "  client", "  main"];
            assert!(is_known.iter().any(|known| begin.starts_with(known)), "{line:?}");
            assert!(!said.contains([':', '"', '<', '>', '%', '{', '&']), "{line:?}");
            // Each # begins a number, and each ; ends one.
            let mut parts = said.split('#');
            assert!(!parts.next().is_some_and(|part| part.contains(';')), "{line:?}");
            for part in parts {
                let (number, rest) = part.split_once(';').expect("a number ends");
                assert!(number.parse::<u32>().is_ok() && !rest.contains(';'), "{line:?}");
            }
        }
    }
}

#[test]
fn a_file_of_too_many_steps_is_cut_and_says_so() {
    let config = Config { num_clients: 4, requests_per_client: 500, ..Config::default() };
    let mut emulation = Emulation::new(config, 3);
    emulation.run(12_000);
    for format in [Format::Svg, Format::Mermaid] {
        let file = export::write(&mut emulation, format, 1, 12_000);
        assert!(file.contains("Only the steps from 1 to 10000 are drawn, not those up to 12000"), "{format:?}");
        let file = export::write(&mut emulation, format, 2_001, 2_000 + MAX_DRAWN);
        assert!(!file.contains("Only the steps"), "{format:?}");
    }
}
