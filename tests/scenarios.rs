//! The scenarios of the page: each shows what it promises, breaks nothing, and ends.
//!
//! Every test here runs natively and, by wasm-pack, in a browser; but for the one that looks into the folder.

use raft_kv::config::Config;
use raft_kv::emulation::{Emulation, Ending};
use raft_kv::kv::{Command, Reply, Request};
use raft_kv::process::ProcessId;
use raft_kv::raft::Node;
use raft_kv::raft::log::{Index, Term};
use raft_kv::raft::role::Role;
use raft_kv::raft::rules::Rules;
use raft_kv::run::Run;
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Each file's name, its text, and the digest of its trace. Whoever changes a line knows why; the number only says that
/// native and browser agree.
const SCENARIOS: [(&str, &str, u64); 10] = [
    ("all-crash-and-return", include_str!("../www/scenarios/all-crash-and-return.toml"), 0x8812_e5ed_2986_e74d),
    ("failure-free", include_str!("../www/scenarios/failure-free.toml"), 0x0c4d_cd11_726c_4054),
    ("figure-8", include_str!("../www/scenarios/figure-8.toml"), 0x416a_eb9f_998c_1042),
    ("follower-lag-and-repair", include_str!("../www/scenarios/follower-lag-and-repair.toml"), 0xf2fd_8736_cd1d_7735),
    ("heartbeats-lost", include_str!("../www/scenarios/heartbeats-lost.toml"), 0xde96_556a_c846_f29a),
    ("leader-crash", include_str!("../www/scenarios/leader-crash.toml"), 0x96dd_d3d4_2b36_2a42),
    ("lost-reply-and-retry", include_str!("../www/scenarios/lost-reply-and-retry.toml"), 0xbfa6_4983_cd6f_4d80),
    ("partition", include_str!("../www/scenarios/partition.toml"), 0xd2d1_7f8a_ba42_2304),
    ("split-vote", include_str!("../www/scenarios/split-vote.toml"), 0x61a1_5be3_e5e0_7206),
    ("stale-leader-deposed", include_str!("../www/scenarios/stale-leader-deposed.toml"), 0x05e9_43cc_ecc6_585c),
];

/// A scenario that was played to its end.
struct Story {
    emulation: Emulation,
    /// The run before its first step, and after each.
    moments: Vec<Run>,
    /// The trace, each line with its step.
    lines: Vec<(usize, String)>,
}

/// Plays a scenario, which must be well to its end.
fn story(name: &str) -> Story {
    let story = Story::play(config(name));
    assert_eq!(story.violations(), [""; 0], "{name}");
    assert_eq!(story.end().ending(), Some(Ending::Done), "{name}");
    story
}

fn config(name: &str) -> Config {
    let (_, text, _) = SCENARIOS.iter().find(|scenario| scenario.0 == name).expect("a scenario of this name");
    let config = Config::parse(&format!("{name}.toml"), text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(config.warnings, [], "{name}");
    assert!(config.scenario.is_some() && config.seed.is_some(), "{name} tells what it shows, and is always the same");
    config
}

impl Story {
    fn play(config: Config) -> Story {
        let seed = config.seed.expect("a scenario has a seed");
        let mut emulation = Emulation::new(config, seed);
        let mut moments = vec![emulation.state().clone()];
        let mut lines = Vec::new();
        while emulation.step() {
            moments.push(emulation.state().clone());
            let texts = emulation.texts();
            let line = |record: &raft_kv::emulation::Record| record.line(texts).to_string();
            lines.extend(emulation.happened().iter().map(|record| (record.step as usize, line(record))));
        }
        Story { emulation, moments, lines }
    }

    fn end(&self) -> &Run {
        self.emulation.state()
    }

    fn violations(&self) -> Vec<String> {
        let texts = self.emulation.texts();
        self.end().safety().violations().iter().map(|violation| violation.line(texts).to_string()).collect()
    }

    /// The step of the first such line.
    fn step_of(&self, line: &str) -> usize {
        self.step_behind(0, line)
    }

    /// The step of the first such line not before this step.
    fn step_behind(&self, step: usize, line: &str) -> usize {
        let found = self.lines.iter().find(|(at, text)| *at >= step && text == line);
        found.unwrap_or_else(|| panic!("from step {step} on no line is {line:?}:\n{}", self.trace())).0
    }

    fn count(&self, line: &str) -> usize {
        self.lines.iter().filter(|(_, text)| text == line).count()
    }

    fn trace(&self) -> String {
        self.lines.iter().map(|(_, line)| format!("{line}\n")).collect()
    }

    /// The last moment up to this time.
    fn at_ms(&self, time_ms: u64) -> &Run {
        let is_before = |run: &&Run| run.simulation().time_ms() <= time_ms;
        self.moments.iter().rev().find(is_before).expect("a run begins at 0 ms")
    }

    /// The store of a node at the end.
    fn store(&self, id: u32) -> Vec<(&str, &str)> {
        self.end().node(id).store().pairs(self.emulation.texts())
    }

    /// An entry as a script writes it, with its place: `3@1 put x hello`.
    fn entries(&self, node: &Node) -> Vec<String> {
        let texts = self.emulation.texts();
        let entries = node.log().entries_from(1);
        let tell = |(index, entry): (u32, &raft_kv::raft::log::Entry)| {
            let command = match entry.request.map(|request| request.command) {
                None => "no-op".to_owned(),
                Some(Command::Put { key, value }) => format!("put {} {}", texts.get(key), texts.get(value)),
                Some(Command::Get { key }) => format!("get {}", texts.get(key)),
                Some(Command::Delete { key }) => format!("delete {}", texts.get(key)),
            };
            format!("{index}@{} {command}", entry.term)
        };
        (1..).zip(&entries).map(tell).collect()
    }
}

fn nodes(run: &Run) -> impl Iterator<Item = &Node> {
    (1..=run.config().num_nodes).map(|id| run.node(id))
}

/// Who has an entry of this index and term.
fn holders(run: &Run, index: Index, term: Term) -> Vec<u32> {
    nodes(run).filter(|node| node.log().matches(index, term)).map(Node::id).collect()
}

/// Who leads which term, crashed nodes left out.
fn leaders(run: &Run) -> Vec<(u32, Term)> {
    let leads = |node: &&Node| matches!(node.role(), Role::Leader(_)) && !has_crashed(run, node.id());
    nodes(run).filter(leads).map(|node| (node.id(), node.current_term())).collect()
}

fn has_crashed(run: &Run, node: u32) -> bool {
    run.simulation().health(ProcessId::Node(node)).has_crashed
}

#[wasm_bindgen_test(unsupported = test)]
fn failure_free_three_logs_and_stores_become_equal_and_the_second_put_is_refused_by_the_stores() {
    let story = story("failure-free");
    let log = ["1@1 put x hello", "2@1 put x world", "3@1 get x", "4@1 delete x"];
    for node in nodes(story.end()) {
        assert_eq!(story.entries(node), log);
        assert_eq!((node.commit_index(), story.store(node.id()).len()), (4, 0));
    }
    let mut step = 0;
    for answer in
        [r#"PUT "x" = "hello" -> OK"#, r#"PUT "x" = "world" -> key already exists: x"#, r#"GET "x" -> "hello""#]
    {
        step = story.step_behind(step, &format!("[client 1] {answer}"));
    }
    assert_eq!(story.count("[node 2] PUT \"x\" -> REJECTED (key exists)"), 0, "followers name the slot");
    for (before, after) in story.moments.iter().zip(&story.moments[1..]) {
        let answered = after.client(1).answered();
        assert!(answered == before.client(1).answered() || after.node(1).commit_index() >= answered);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn split_vote_the_first_term_has_two_candidates_and_no_leader_and_a_later_one_has_one() {
    let story = story("split-vote");
    assert_eq!(story.count("[node 1] Starting election for term 1"), 1);
    assert_eq!(story.count("[node 2] Starting election for term 1"), 1);
    let is_split = |run: &Run| {
        let votes = |node: &Node| match node.role() {
            Role::Candidate { votes } if node.current_term() == 1 => votes.len(),
            _ => 0,
        };
        (votes(run.node(1)), votes(run.node(2))) == (2, 2)
    };
    assert!(story.moments.iter().any(is_split), "two votes of four each");
    let reigns: Vec<Term> = story.moments.iter().flat_map(leaders).map(|(_, term)| term).collect();
    assert!(!reigns.contains(&1), "nobody ever leads term 1");
    assert_eq!(leaders(story.end()).len(), 1);
    assert!(leaders(story.end())[0].1 > 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn leader_crash_another_leads_with_the_entry_and_the_first_follows_when_it_is_back() {
    let story = story("leader-crash");
    let crash = story.step_of("[node 1] Crashed");
    assert_eq!(leaders(&story.moments[crash - 1]), [(1, 1)]);
    assert_eq!(story.moments[crash - 1].client(1).answered(), 1, "the put was answered");
    let elected = (crash..story.moments.len()).find(|&step| !leaders(&story.moments[step]).is_empty());
    let elected = &story.moments[elected.expect("somebody leads again")];
    let (leader, term) = leaders(elected)[0];
    assert!(leader != 1 && term > 1 && elected.node(leader).log().matches(2, 1), "it has the put");
    assert!(has_crashed(elected, 1));
    let heard = story.step_behind(crash, "[client 1] GET \"x\" -> \"hello\"");
    assert!(heard < story.step_of("[node 1] Restarted"), "the cluster does without node 1");
    assert_eq!(story.end().node(1).leader(), Some(leader));
    assert_eq!(story.store(1), [("x", "hello"), ("y", "world")]);
}

#[wasm_bindgen_test(unsupported = test)]
fn follower_lag_and_repair_three_kinds_of_logs_become_equal_and_nothing_committed_is_cut() {
    let story = story("follower-lag-and-repair");
    let before = story.at_ms(899);
    let common = ["1@1 no-op", "2@1 put a everywhere", "3@1 get a"];
    let stray = ["4@1 put b not-on-5", "5@1 put c only-on-1", "6@1 put d only-on-1"];
    let new = ["4@1 put b not-on-5", "5@2 no-op", "6@2 put e new", "7@2 put f new"];
    assert_eq!(leaders(before).last(), Some(&(2, 2)));
    assert_eq!(story.entries(before.node(5)), common, "node 5 lacks entries");
    assert_eq!(story.entries(before.node(1)), [&common[..], &stray].concat(), "node 1 has strays");
    assert_eq!(before.node(1).commit_index(), 4, "the strays are not committed");
    for id in 2..=4 {
        assert_eq!(story.entries(before.node(id)), [&common[..], &new].concat());
    }
    let healed = story.step_of("All links healed");
    let mismatch = story.step_behind(healed, "[node 1] AppendEntries log mismatch at index 6");
    assert!(story.step_behind(healed, "[node 5] AppendEntries log mismatch at index 6") < mismatch);
    assert_eq!(story.count("[node 1] Leads no more: what becomes of index 5 is not known"), 1);

    let repaired = story.at_ms(1_200);
    for node in nodes(repaired) {
        assert_eq!(story.entries(node), [&common[..], &new].concat(), "node {}", node.id());
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn partition_the_large_side_is_served_and_the_small_one_only_when_all_is_whole_again() {
    let story = story("partition");
    let cut = story.step_of("Partition: node 1, node 3, client 1 | node 2, node 4, node 5, client 2");
    let healed = story.step_of("All links healed");
    assert_eq!(story.moments[cut].client(1).answered() + story.moments[cut].client(2).answered(), 0);
    assert_eq!(story.moments[healed].client(2).answered(), 2, "served during the partition");
    assert_eq!(story.moments[healed].client(1).answered(), 0, "not served during the partition");
    assert!(story.moments[healed].node(1).current_term() > 3, "terms are counted up in vain");
    for run in &story.moments[cut..healed] {
        assert_eq!(leaders(run), [(5, 1)], "nobody is elected by two of five");
        assert_eq!(run.node(1).commit_index(), 1);
    }
    assert!(story.step_of("[node 5] Stepping down, following in term 6") > healed, "the leader is deposed");
    assert_eq!(story.end().client(1).answered(), 2);
    let texts = story.emulation.texts();
    let Some(Ok(Reply::Value(heard))) = story.end().client(1).last_answer() else { panic!("it got an answer") };
    assert_eq!(texts.get(heard), "from-the-large-side");
}

#[wasm_bindgen_test(unsupported = test)]
fn stale_leader_deposed_two_lead_at_once_in_different_terms_and_only_one_can_commit() {
    let story = story("stale-leader-deposed");
    let both = story.moments.iter().find(|run| leaders(run).len() == 2).expect("two lead at once");
    assert_eq!(leaders(both), [(1, 1), (2, 2)]);

    let before = story.at_ms(999);
    assert_eq!(story.entries(before.node(1)), ["1@1 no-op", "2@1 put x from-client-1"]);
    assert_eq!(before.node(1).commit_index(), 1, "alone it commits nothing");
    assert_eq!((before.client(1).answered(), before.client(2).answered()), (0, 1));
    assert_eq!(story.entries(before.node(2)), ["1@1 no-op", "2@2 no-op", "3@2 put x from-client-2"]);

    let healed = story.step_of("All links healed");
    let deposed = story.step_behind(healed, "[node 1] Stepping down, following in term 2");
    story.step_behind(deposed, "[node 1] Leads no more: what becomes of index 2 is not known");
    assert_eq!(holders(story.end(), 2, 1), [0; 0], "its entry is overwritten");
    assert_eq!(story.end().client(1).last_answer(), Some(Ok(Reply::KeyExists)));
    assert_eq!(story.store(1), [("x", "from-client-2")]);
}

#[wasm_bindgen_test(unsupported = test)]
fn lost_reply_and_retry_the_put_takes_effect_once_and_the_client_is_told_so() {
    let story = story("lost-reply-and-retry");
    assert_eq!(story.count("[client 1] Lost: ClientResponse from node 1 (the link is cut)"), 1);
    assert_eq!(story.count("[client 1] No answer from node 1: asking node 2"), 1);
    let requests: Vec<Request> = story.end().node(1).log().entries_from(1).iter().filter_map(|it| it.request).collect();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0], requests[1], "the same request twice");
    assert_eq!((requests[0].client, requests[0].number), (1, 1));
    assert_eq!(story.count("[client 1] PUT \"x\" = \"hello\" -> OK"), 1);
    for node in nodes(story.end()) {
        assert!(node.store().is_repeated(requests[1]));
        assert_eq!(story.store(node.id()), [("x", "hello")]);
    }

    // What it would be without that rule: the put takes effect, and its client is told that it did not.
    let mut config = config("lost-reply-and-retry");
    config.raft.rules = Rules { recognise_repeated_requests: false, ..Rules::ALL };
    let naive = Story::play(config);
    assert_eq!(naive.count("[client 1] PUT \"x\" = \"hello\" -> key already exists: x"), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn figure_8_an_entry_on_a_majority_is_not_committed_and_then_gone() {
    let story = story("figure-8");
    let leader_of = |term| {
        let leads = |run: &Run| leaders(run).into_iter().find(|leader| leader.1 == term);
        story.moments.iter().find_map(leads).map(|(node, _)| node)
    };
    let reigns: Vec<Option<u32>> = (1..=5).map(leader_of).collect();
    assert_eq!(reigns, [Some(2), Some(1), Some(5), Some(1), Some(5)], "who leads the terms 1 to 5");

    let (a, b) = (story.at_ms(279), story.at_ms(429));
    assert_eq!((holders(a, 2, 2), holders(b, 2, 3)), (vec![1, 2], vec![5]));
    let c = story.at_ms(570);
    assert_eq!(holders(c, 2, 2), [1, 2, 3, 4], "on a majority");
    assert_eq!(leaders(c), [(1, 4)]);
    let d = story.at_ms(850);
    assert_eq!(holders(d, 2, 2), [0; 0], "gone");
    assert_eq!(holders(d, 2, 3), [1, 2, 3, 4, 5]);
    for run in &story.moments {
        let nobody_committed = |node: &Node| node.commit_index() < 2 || !node.log().matches(2, 2);
        assert!(nodes(run).all(nobody_committed), "2@2 is never committed");
    }
    assert_eq!(story.end().safety().committed_entry(2).map(|entry| entry.term), Some(3));

    // What it would be if a leader counted copies of older entries, too: the entry is committed, and then lost.
    let mut config = config("figure-8");
    config.raft.rules = Rules { commit_own_term_only: false, ..Rules::ALL };
    let violations = Story::play(config).violations();
    assert!(violations.iter().any(|line| line.starts_with("leader completeness")), "{violations:?}");
}

#[wasm_bindgen_test(unsupported = test)]
fn all_crash_and_return_the_logs_are_kept_and_the_stores_built_anew() {
    let story = story("all-crash-and-return");
    let down = story.at_ms(400);
    for node in nodes(down) {
        assert!(has_crashed(down, node.id()));
        assert_eq!((node.log().last_index(), node.current_term()), (3, 1), "on disk");
        assert_eq!((node.commit_index(), node.store().len()), (0, 0), "in memory");
    }
    assert_eq!(leaders(down), []);
    let back = story.step_of("[node 3] Restarted");
    story.step_behind(back, "[client 1] GET \"x\" -> \"hello\"");
    for node in nodes(story.end()) {
        assert_eq!(story.store(node.id()), [("x", "hello")]);
    }
    assert!(leaders(story.end())[0].1 > 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn heartbeats_lost_a_leader_that_never_crashed_steps_down_for_a_higher_term() {
    let story = story("heartbeats-lost");
    assert_eq!(story.count("[node 1] Crashed"), 0);
    let deposed = story.step_of("[node 1] Stepping down, following in term 2");
    assert_eq!(leaders(&story.moments[deposed - 1]), [(1, 1)]);
    let input = story.moments[deposed].simulation().input();
    let Some(raft_kv::simulation::Input::Delivered(envelope)) = input else { panic!("it received something") };
    assert!(matches!(envelope.message, raft_kv::raft::Message::RequestVote { term: 2, .. }), "{envelope:?}");
    assert!(deposed < story.step_of("All links healed"));
    let elected = &story.moments[story.step_behind(deposed, "[node 3] Became LEADER for term 2")];
    assert!(elected.node(3).log().matches(2, 1), "it has the put");
    story.step_behind(deposed, "[client 1] GET \"x\" -> \"hello\"");
}

/// A digest of many lines, to compare what is too long to read: FNV-1a, over all bytes.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[wasm_bindgen_test(unsupported = test)]
fn timed_runs_are_equal_natively_and_in_the_browser() {
    let digests = SCENARIOS.map(|(name, _, _)| (name, digest(&story(name).trace())));
    let otherwise =
        "if a run is another one now, and not only told in other words, ENGINE in src/saved.rs has to grow by one";
    assert_eq!(digests, SCENARIOS.map(|(name, _, digest)| (name, digest)), "{digests:#x?}: {otherwise}");
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_scenario_has_a_test_and_its_place_in_the_page() {
    let mut names = Vec::new();
    for entry in std::fs::read_dir("www/scenarios").expect("the folder of the scenarios") {
        let path = entry.expect("a file of that folder").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name of plain letters").to_owned();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("toml") => names.push(name),
            _ => assert_eq!(name, "list", "{}", path.display()),
        }
    }
    names.sort();
    assert_eq!(names, SCENARIOS.map(|scenario| scenario.0), "one of the list a file");
    let mut listed: Vec<String> =
        serde_json::from_str(include_str!("../www/scenarios/list.json")).expect("the list of the page's gallery");
    listed.sort();
    assert_eq!(listed, names, "the page's gallery shows each");
    for name in names {
        let call = format!("story(\"{name}\")");
        assert!(include_str!("scenarios.rs").contains(&call), "{name} has no test: nobody calls {call}");
        assert!(config(&name).scenario.is_some_and(|scenario| !scenario.title.is_empty()), "{name} has no title");
    }
}
