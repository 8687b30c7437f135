//! Why what happened happened: the sentences are there for every step, and say what was the case.
#![cfg(not(target_arch = "wasm32"))]

use std::num::NonZeroU64;

use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation};
use raft_kv::process::{Envelope, MessageId, ProcessId};
use raft_kv::raft::rules::Rules;
use raft_kv::raft::{Message, Timer};
use raft_kv::why::Reason;

#[path = "why/truths.rs"]
mod truths;

/// All scenarios of the page, by name.
fn scenarios() -> Vec<(String, Config)> {
    let mut files: Vec<_> = std::fs::read_dir("www/scenarios").expect("scenarios").map(|file| file.unwrap()).collect();
    files.sort_by_key(std::fs::DirEntry::path);
    let paths =
        files.into_iter().map(|file| file.path()).filter(|path| path.extension().is_some_and(|it| it == "toml"));
    paths
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), read(&path.to_string_lossy())))
        .collect()
}

fn read(path: &str) -> Config {
    Config::parse(path, &std::fs::read_to_string(path).expect("a file")).expect("it can be run")
}

fn parse(toml: &str) -> Emulation {
    Emulation::new(Config::parse("why.toml", toml).expect("it can be run"), 1)
}

/// Takes one step and looks at its reasons. None if the run is over.
fn step(emulation: &mut Emulation) -> Option<Vec<Reason>> {
    (emulation.run(1) == 1).then(|| emulation.why())
}

/// Steps on to the next line that reads like this. Returns its reason.
fn reason_of(emulation: &mut Emulation, line: &str) -> Reason {
    while let Some(reasons) = step(emulation) {
        let found = |reason: &Reason| reason.line.as_ref().is_some_and(|(_, text)| text.contains(line));
        if let Some(reason) = reasons.into_iter().find(found) {
            return reason;
        }
    }
    panic!("no line is {line:?}");
}

#[track_caller]
fn check(reason: &Reason, section: &str, parts: &[&str]) {
    for part in parts {
        assert!(reason.why.text.contains(part), "{part:?} is not in {:?}", reason.why.text);
    }
    assert_eq!(reason.why.section.unwrap_or(""), section, "{}", reason.why.text);
}

fn scenario(name: &str) -> Emulation {
    let config = read(&format!("www/scenarios/{name}.toml"));
    let seed = config.seed.expect("a scenario has a seed");
    Emulation::new(config, seed)
}

/// Goes through a run, and looks at what is said of every step. Returns how many there were.
fn look_through(name: &str, mut emulation: Emulation, steps: u64) -> u64 {
    assert_eq!(emulation.why(), [], "{name}: nothing has happened yet");
    let mut truths = truths::Truths::default();
    while emulation.now().step_count() < steps && emulation.run(1) == 1 {
        let (step, reasons) = (emulation.now().step_count(), emulation.why());
        let lines = emulation.happened().len();
        assert_eq!(reasons.len(), lines.clamp(1, 256), "{name}, step {step}");
        let first = emulation.now().record_count() - lines as u64;
        for (place, reason) in (first..).zip(&reasons) {
            let text = &reason.why.text;
            assert_eq!(reason.line.as_ref().map(|line| line.0), (lines > 0).then_some(place), "{name}, step {step}");
            let is_whole = text.ends_with('.') && text.starts_with(|first: char| first.is_uppercase());
            assert!(is_whole && !text.contains("  "), "{name}, step {step}: {text:?}");
        }
        truths.look(&emulation, &reasons);
        let committed = emulation.state().safety().committed();
        for index in [0, 1, 2, committed, committed + 1, emulation.node(1).log().last_index(), 1_000_000] {
            assert!(emulation.why_entry(index).text.ends_with('.'), "{name}, step {step}, index {index}");
            assert_eq!(truths::is_entry_so(&emulation, index), Ok(()), "{name}, step {step}, index {index}");
        }
    }
    emulation.now().step_count()
}

#[test]
fn every_step_of_every_scenario_has_a_reason() {
    for (name, config) in scenarios() {
        let seed = config.seed.expect("a scenario has a seed");
        assert!(look_through(&name, Emulation::new(config, seed), u64::MAX) > 20);
    }
    look_through("config.toml", Emulation::new(read("config.toml"), 7), u64::MAX);
}

#[test]
fn every_step_of_a_run_in_which_much_goes_wrong_has_a_reason() {
    for seed in 1..=3 {
        let mut config = read("tests/chaos.toml");
        config.raft.pre_vote = seed > 1;
        config.raft.read_index = seed > 2;
        assert_eq!(look_through("chaos", Emulation::new(config, seed), 3_000), 3_000);
    }
}

#[test]
fn where_a_rule_is_missing_every_step_has_a_reason_too() {
    let rules: [fn(&mut Rules); 17] = [
        |rules| rules.commit_own_term_only = false,
        |rules| rules.vote_is_durable = false,
        |rules| rules.term_is_durable = false,
        |rules| rules.log_is_durable = false,
        |rules| rules.truncate_only_on_conflict = false,
        |rules| rules.cut_conflicting_tail = false,
        |rules| rules.vote_for_up_to_date_only = false,
        |rules| rules.count_current_votes_only = false,
        |rules| rules.one_vote_per_term = false,
        |rules| rules.check_previous_entry = false,
        |rules| rules.step_down_on_higher_term = false,
        |rules| rules.confirm_before_reading = false,
        |rules| rules.majority_quorum = false,
        |rules| rules.refuse_stale_entries = false,
        |rules| rules.acknowledge_compared_only = false,
        |rules| rules.clamp_commit_to_new_entries = false,
        |rules| rules.count_current_acks_only = false,
    ];
    for (place, take_away) in rules.into_iter().enumerate() {
        for path in ["www/scenarios/figure-8.toml", "tests/chaos.toml"] {
            let mut config = read(path);
            config.raft.read_index = place % 2 == 1;
            take_away(&mut config.raft.rules);
            look_through(path, Emulation::new(config, 1), 600);
        }
    }
}

#[test]
fn a_vote_is_denied_for_the_log_s_sake() {
    let mut emulation = scenario("partition");
    while let Some(reasons) = step(&mut emulation) {
        let of_log = reasons.iter().find(|reason| reason.why.section == Some("§5.4.1") && is_denial(reason));
        if let Some(reason) = of_log {
            let says =
                ["Node 1 asks for a vote in term 7", "its log ends at 1@1", "node 2's ends at 3@1", "more up-to-date"];
            return check(reason, "§5.4.1", &says);
        }
    }
    panic!("no vote is denied for the log's sake");
}

fn is_denial(reason: &Reason) -> bool {
    reason.line.as_ref().is_some_and(|(_, line)| line.contains("Denying vote"))
}

#[test]
fn a_vote_is_denied_because_it_was_given_before() {
    let reason = reason_of(&mut scenario("split-vote"), "[node 2] Denying vote to 1");
    check(&reason, "§5.2", &["Node 2 has voted for itself in term 1 already"]);
}

/// The message of this kind that is on its way between two nodes.
fn in_flight(emulation: &Emulation, from: u32, to: u32, is_meant: impl Fn(&Message) -> bool) -> MessageId {
    let between = (ProcessId::Node(from), ProcessId::Node(to));
    let is_it = |envelope: &&Envelope<Message>| (envelope.from, envelope.to) == between && is_meant(&envelope.message);
    emulation.now().network().in_flight().find(is_it).expect("it is on its way").id
}

#[test]
fn a_vote_is_denied_because_the_term_is_over() {
    let mut emulation = parse("num_nodes = 3\nnum_clients = 1\n[timers]\n[network]\nlatency_ms = 10\n");
    reason_of(&mut emulation, "[client 1] Starting");
    for (node, term) in [(1, 1), (2, 1), (2, 2)] {
        emulation.perform(&Action::Fire(ProcessId::Node(node), Timer::Election)).expect("it waits");
        assert_eq!(emulation.node(node).current_term(), term);
        check(&emulation.why()[0], "§5.2", &["made to fire before its time"]);
    }
    let asked = in_flight(&emulation, 1, 2, |message| matches!(message, Message::RequestVote { .. }));
    emulation.perform(&Action::Deliver(asked)).expect("it is on its way");
    check(&emulation.why()[0], "§5.1", &["Node 1 asks for a vote in term 1, but node 2 is in term 2 already"]);
}

#[test]
fn an_old_entry_on_a_majority_is_not_committed_figure_8() {
    let mut emulation = scenario("figure-8");
    let reason = loop {
        let reason = reason_of(&mut emulation, "[node 1] AppendEntries ACK from node 3");
        if reason.why.section == Some("§5.4.2") {
            break reason;
        }
    };
    let says = ["nodes 1, 2 and 3: 3 of 5, a majority", "of term 2 and the leader's term is 4", "Figure 8"];
    check(&reason, "§5.4.2", &says);
    let entry = Reason { line: None, why: emulation.why_entry(2) };
    let says = [
        "Entry 2 of term 2 is PUT \"x\" = \"from-term-2\"",
        "not committed yet",
        "3 of 5, a majority",
        "node 4 as well",
    ];
    check(&entry, "§5.4.2", &says);
    assert!(emulation.why_entry(1).text.contains("It is committed"));
}

#[test]
fn entries_are_rejected_taken_and_cut() {
    let mut emulation = scenario("follower-lag-and-repair");
    let says = ["follow on entry 6 of term 1", "its log ends at 3@1", "ends before entry 4"];
    check(&reason_of(&mut emulation, "[node 5] AppendEntries log mismatch at index 6"), "§5.3", &says);
    let nack = reason_of(&mut emulation, "AppendEntries NACK from node 5");
    check(&nack, "§5.3", &["Its log ends before entry 4"]);
    let taken = reason_of(&mut emulation, "[node 5] AppendEntries OK");
    check(&taken, "§5.3", &["Its log has 3@1, the entry before the new ones", "new entries"]);
    let cut = reason_of(&mut scenario("figure-8"), "Deleting conflicting entries from index 2 on");
    check(&cut, "§5.3", &["Its entry 2 is of term", "known here to be committed"]);
}

#[test]
fn a_commit_says_who_has_the_entry() {
    let mut emulation = scenario("leader-crash");
    let reason = reason_of(&mut emulation, "Replication: 3/3 acks");
    check(&reason, "§5.3", &["entry 1 of term 1 is on nodes", "3 of 5, where 3 are needed"]);
    assert!(emulation.why_entry(1).text.contains("It is committed"));
    assert!(emulation.why_entry(99).text.contains("No log has an entry at index 99"));
}

#[test]
fn an_entry_that_waits_for_a_majority_says_who_is_missing() {
    let mut emulation = parse("num_nodes = 5\nnum_clients = 1\n[timers]\n[network]\nlatency_ms = 10\n");
    let mut reason = reason_of(&mut emulation, "Appending entry at index 1 (term 1)");
    check(&reason, "§8", &["an entry that does nothing"]);
    reason.why = emulation.why_entry(1);
    check(&reason, "§5.3", &["1 of 5", "2 more are needed", "Not there: nodes"]);
}

#[test]
fn requests_are_refused_repeated_and_fail_for_a_reason() {
    let refused = reason_of(&mut scenario("leader-crash"), "Not leader, rejecting client request");
    check(&refused, "§8", &["Only the leader takes requests", "tells the client so"]);
    let repeated = reason_of(&mut scenario("lost-reply-and-retry"), "Request 1 of client 1 took effect before");
    check(&repeated, "§8", &["request 1 of client 1", "the client asked again, or the network", "nothing twice"]);

    let toml = format!("num_nodes = 1\n[[client]]\nrequests = [\"put x {}\", \"put x b\"]\n", "long ".repeat(40));
    let mut emulation = parse(&toml);
    let exists = reason_of(&mut emulation, "REJECTED (key exists)");
    check(&exists, "§5.3", &["The key exists already, with \"long long", "…\"", "never overwrites"]);
    assert!(exists.why.text.len() < 300, "long values are cut");
}

#[test]
fn what_goes_wrong_is_explained() {
    let mut emulation = parse("num_nodes = 3\nnum_clients = 1\n[timers]\n[network]\nlatency_ms = 10\n");
    reason_of(&mut emulation, "Became LEADER");
    emulation.run(100);
    let leader = emulation.state().leader().expect("somebody leads").id();
    emulation.perform(&Action::Crash(ProcessId::Node(leader), 0)).expect("it runs");
    let says = ["its term 1", &format!("its vote for node {leader}"), "It forgets its role"];
    check(&emulation.why()[0], "§5.5", &says);
    let lost = reason_of(&mut emulation, "Lost: ");
    assert!(lost.why.text.contains(&format!("node {leader} was not running")));
    emulation.perform(&Action::Restart(ProcessId::Node(leader))).expect("it has crashed");
    check(&emulation.why()[0], "§5.5", &["It begins as a follower with what is on its disk: term 1"]);
    let nobody = MessageId(NonZeroU64::MAX);
    assert!(emulation.perform(&Action::Drop(nobody)).is_err());
    assert_eq!(emulation.why().len(), 1, "what is refused changes nothing");
}

#[test]
fn reasons_are_the_same_from_wherever_one_comes() {
    let mut emulation = scenario("figure-8");
    let mut told = vec![Vec::new()];
    while let Some(reasons) = step(&mut emulation) {
        told.push(reasons);
    }
    let end = told.len() as u64 - 1;
    for at in [end, 3, 200, 0, 199, end + 50, 1] {
        emulation.seek(at);
        assert_eq!(emulation.why(), told[at.min(end) as usize], "step {at}");
    }
    emulation.seek(0);
    assert_eq!(emulation.run(1_000_000), end);
    assert_eq!(emulation.why(), told[end as usize], "whoever ran too far looks at the last step");
}

#[test]
fn timers_that_are_aligned_while_a_leader_lives_are_wound_up_again() {
    let mut emulation = parse("num_nodes = 3\nnum_clients = 1\n[timers]\n[network]\nlatency_ms = 10\n");
    reason_of(&mut emulation, "Became LEADER");
    emulation.run(60);
    let leader = emulation.state().leader().expect("somebody leads").id();
    emulation.perform(&Action::Align(Timer::Election)).expect("somebody waits");
    let says =
        format!("But node {leader} leads: each follower that hears its heartbeat first winds its timer up again");
    check(&emulation.why()[0], "§5.2", &[&says]);
    emulation.perform(&Action::Crash(ProcessId::Node(leader), 0)).expect("it runs");
    emulation.perform(&Action::Align(Timer::Election)).expect("somebody waits");
    check(&emulation.why()[0], "§5.2", &["Nobody leads, so no heartbeat winds them up again."]);
}

/// The rule of this name taken away from a run in which much goes wrong.
fn chaos_without(rule: &str, seed: u64) -> Emulation {
    let mut config = read("tests/chaos.toml");
    assert!(config.raft.rules.take_away(rule), "{rule} is a rule");
    Emulation::new(config, seed)
}

#[test]
fn nothing_is_said_that_a_missing_rule_refutes() {
    for (rule, seed, steps) in [
        ("vote_is_durable", 37, 600),
        ("one_vote_per_term", 2, 100),
        ("step_down_on_higher_term", 1, 1_000),
        ("refuse_stale_entries", 3, 1_800),
        ("vote_for_up_to_date_only", 2, 1_350),
        ("majority_quorum", 1, 1_400),
    ] {
        assert_eq!(look_through(rule, chaos_without(rule, seed), steps), steps);
    }
}

#[test]
fn an_entry_that_is_committed_is_told_of_whoever_leads() {
    let mut emulation = parse("num_nodes = 5\nnum_clients = 1\n[timers]\n[network]\nlatency_ms = 10\n");
    reason_of(&mut emulation, "Became LEADER");
    emulation.run(100);
    let old = emulation.state().leader().expect("somebody leads").id();
    let others: Vec<String> = (1..=5).filter(|&id| id != old).map(|id| format!("node {id}")).collect();
    emulation.act(&format!("partition node {old} | {}", others.join(", "))).expect("a partition");
    let index = emulation.node(old).log().last_index() + 1;
    while emulation.state().safety().committed() < index {
        assert_eq!(emulation.run(1), 1, "the others elect one that commits");
    }
    let new = emulation.state().leader().expect("the new one leads").id();
    emulation.act(&format!("crash node {new}")).expect("it runs");
    assert_eq!(emulation.state().leader().map(|leader| leader.id()), Some(old), "the outdated one is all there is");
    let entry = Reason { line: None, why: emulation.why_entry(index) };
    let lacks = format!("Node {old}, which leads in term 1, does not have it");
    check(&entry, "§5.3", &["It is committed", "Raft promises that every leader of a later term has it", &lacks]);
}

#[test]
fn what_the_store_remembers_is_not_stored_again() {
    let mut emulation = scenario("lost-reply-and-retry");
    loop {
        let reasons = step(&mut emulation).expect("a request is repeated");
        let is_recognised =
            |reason: &Reason| reason.line.as_ref().is_some_and(|(_, line)| line.contains("took effect before"));
        if let Some(place) = reasons.iter().position(is_recognised) {
            let applied = &reasons[place + 1];
            check(applied, "§5.3", &["The answer is what the store remembers, and nothing changes"]);
            return assert!(!applied.why.text.contains("is stored"));
        }
    }
}

#[test]
fn a_clock_goes_wrong_and_right_again() {
    let mut emulation = parse("num_nodes = 3\nnum_clients = 1\n[timers]\n");
    reason_of(&mut emulation, "[client 1] Starting");
    emulation.act("skew node 1 200").expect("a clock");
    check(&emulation.why()[0], "", &["what it takes for 100 ms takes 200 ms"]);
    emulation.act("skew node 1 100").expect("a clock");
    check(&emulation.why()[0], "", &["From now on its clock goes right."]);
}

#[test]
fn a_leader_is_alone_only_with_all_rules() {
    let won = |mut emulation: Emulation| reason_of(&mut emulation, "Became LEADER").why.text;
    assert!(won(scenario("leader-crash")).contains("nobody else can win term 1"));
    for rule in ["one_vote_per_term", "vote_is_durable", "majority_quorum", "count_current_votes_only"] {
        assert!(!won(chaos_without(rule, 1)).contains("nobody else"), "{rule}");
    }
}

#[test]
fn what_a_disk_loses_is_not_kept() {
    for (rule, left) in [
        ("vote_is_durable", "It is left with its term 1, no vote in it, and its log, which ends at 1@1"),
        ("term_is_durable", "It is left with its term 0, no vote in it, and its log, which ends at 1@1"),
        ("log_is_durable", "its vote for node"),
    ] {
        let mut config = Config::parse("why.toml", "num_nodes = 3\nnum_clients = 1\n[timers]\n").expect("a run");
        assert!(config.raft.rules.take_away(rule));
        let mut emulation = Emulation::new(config, 1);
        reason_of(&mut emulation, "Became LEADER");
        let leader = emulation.state().leader().expect("it leads").id();
        emulation.act(&format!("crash node {leader}")).expect("it runs");
        let says = ["A rule about what must be on its disk is taken away in this run", left];
        check(&emulation.why()[0], "§5.5", &says);
    }
}

#[test]
fn a_request_by_hand_is_said_to_be_sent_when_it_is() {
    let mut emulation = parse("num_nodes = 3\nnum_clients = 1\n[timers]\n");
    reason_of(&mut emulation, "[client 1] Starting");
    let sent = emulation.client(1).sent();
    emulation.act("client 1 put x 1").expect("a client");
    assert_eq!(emulation.client(1).sent(), sent, "it waits for an answer");
    check(&emulation.why()[0], "", &["this one waits for its turn"]);
}

#[test]
fn a_timer_of_trust_that_is_fired_by_hand_has_not_run_out() {
    let mut emulation = parse("num_nodes = 3\nnum_clients = 1\n[timers]\n[raft]\npre_vote = true\n");
    reason_of(&mut emulation, "Became LEADER");
    emulation.run(20);
    let leader = emulation.state().leader().expect("it leads").id();
    emulation.act(&format!("fire node {} trust", leader % 3 + 1)).expect("it waits");
    check(&emulation.why()[0], "dissertation §9.6", &["Its trust timer was made to fire before its time"]);
}
