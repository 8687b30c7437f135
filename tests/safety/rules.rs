//! Each rule of Raft, taken away: a schedule in which it is missed, and the same schedule on correct nodes.
//!
//! No rule stands alone, so an assertion of the nodes' own does not tell; the checks from outside do.

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::faults::Chaos;
use raft_kv::kv::{Command, Reply};
use raft_kv::network::Conditions;
use raft_kv::raft::options::Options;
use raft_kv::raft::role::Role;
use raft_kv::raft::rules::Rules;
use raft_kv::raft::verdict::Property;

use crate::stage::{Stage, Told, full_raft};

/// So many nodes play this without the rule that `remove` takes away, and with all.
fn play_both(num_nodes: u32, options: Options, remove: fn(&mut Rules), script: &str) -> [Stage; 2] {
    let mut rules = Rules::ALL;
    remove(&mut rules);
    assert_ne!(rules, Rules::ALL, "a rule is taken away");
    let mut broken = Stage::new(num_nodes, Options { rules, ..options });
    broken.play(script);
    // A correct node does not send all that a broken one sends.
    let mut correct = Stage::new(num_nodes, options).lenient();
    correct.play(script);
    assert_eq!(correct.lines(), [""; 0], "with all rules the same schedule does no harm");
    [broken, correct]
}

/// The properties that do not hold without the rule, in the order in which that is seen, each with its step.
fn assert_missed(num_nodes: u32, remove: fn(&mut Rules), script: &str, expected: &[(Property, u64)]) {
    let [broken, _] = play_both(num_nodes, full_raft(), remove, script);
    assert_violated(&broken, expected);
}

fn assert_violated(stage: &Stage, expected: &[(Property, u64)]) {
    println!("{}", stage.lines().join("\n"));
    let violations = stage.safety().violations().iter();
    assert_eq!(violations.map(|violation| (violation.property, violation.step)).collect::<Vec<_>>(), expected);
}

#[test]
fn figure_8_a_leader_commits_only_entries_of_its_own_term_by_counting() {
    assert_missed(
        5,
        |rules| rules.commit_own_term_only = false,
        "1 is elected by 2 3 4 5
         a puts x 1 at 1
         1 copies to 2
         1 crashes
         5 is elected by 3 4
         b puts y 2 at 5
         the rest is lost
         5 crashes
         1 restarts
         1 times out
         1 is elected by 2 3
         1 copies to 2 3
         1 crashes
         5 restarts
         5 times out
         5 is elected by 2 3",
        &[(Property::CommitsOwnTerm, 35), (Property::LeaderCompleteness, 43)],
    );
}

#[test]
fn a_vote_survives_a_crash() {
    assert_missed(
        3,
        |rules| rules.vote_is_durable = false,
        "1 times out
         1 asks 3
         3 votes 1
         3 crashes
         3 restarts
         2 times out
         2 asks 3
         3 votes 2",
        &[(Property::OneVotePerTerm, 7), (Property::OneLeaderPerTerm, 8)],
    );
}

#[test]
fn a_term_survives_a_crash() {
    assert_missed(
        3,
        |rules| rules.term_is_durable = false,
        "1 times out
         1 asks 2
         2 votes 1
         a puts x 1 at 1
         1 crashes",
        &[(Property::TermsGrow, 5), (Property::LogTermsInOrder, 5)],
    );
}

#[test]
fn a_log_survives_a_crash() {
    assert_missed(
        3,
        |rules| rules.log_is_durable = false,
        "1 times out
         1 asks 2
         2 votes 1
         a puts x 1 at 1
         1 sends 2 late
         2 answers 1
         2 crashes",
        &[(Property::CommittedOnMajority, 7), (Property::MatchIndexTrue, 7)],
    );
}

#[test]
fn an_old_message_cuts_nothing() {
    assert_missed(
        3,
        |rules| rules.truncate_only_on_conflict = false,
        "1 times out
         1 asks 2
         2 votes 1
         a puts x 1 at 1
         1 sends 2 late
         2 answers 1
         1 sends 2",
        &[(Property::CommittedOnMajority, 7), (Property::MatchIndexTrue, 7)],
    );
}

#[test]
fn what_stands_behind_a_conflict_is_cut_with_it() {
    assert_missed(
        3,
        |rules| rules.cut_conflicting_tail = false,
        "1 is elected by 2 3
         a puts x 1 at 1
         b puts y 2 at 1
         the rest is lost
         2 is elected by 3
         c puts z 3 at 2
         2 copies to 1",
        &[(Property::LogTermsInOrder, 14), (Property::LogMatching, 14)],
    );
}

#[test]
fn a_follower_commits_up_to_the_last_new_entry_at_most() {
    assert_missed(
        3,
        |rules| rules.clamp_commit_to_new_entries = false,
        "1 is elected by 2 3
         a puts x 1 at 1
         1 copies to 2 3
         b puts y 2 at 1
         the rest is lost
         2 is elected by 3
         c puts z 3 at 2
         2 copies to 3
         2 pings 1 at 1",
        &[(Property::StateMachineSafety, 24)],
    );
}

#[test]
fn a_follower_acknowledges_what_was_compared_not_the_end_of_its_log() {
    assert_missed(
        3,
        |rules| rules.acknowledge_compared_only = false,
        "1 is elected by 2 3
         a puts x 1 at 1
         the rest is lost
         2 is elected by 3
         b puts y 2 at 2
         2 sends 1
         1 answers 2",
        &[(Property::CommittedOnMajority, 12), (Property::MatchIndexTrue, 12)],
    );
}

#[test]
fn a_vote_goes_only_to_a_log_that_is_up_to_date() {
    assert_missed(
        3,
        |rules| rules.vote_for_up_to_date_only = false,
        "1 times out
         1 asks 2
         2 votes 1
         a puts x 1 at 1
         1 sends 2 late
         2 answers 1
         3 times out
         3 times out
         3 asks 2 late
         2 votes 3",
        &[(Property::LeaderCompleteness, 10)],
    );
}

#[test]
fn a_candidate_counts_only_votes_of_its_term() {
    assert_missed(
        3,
        |rules| rules.count_current_votes_only = false,
        "1 times out
         1 asks 2
         1 times out
         2 times out
         2 asks 3
         3 votes 2
         2 votes 1",
        &[(Property::OneLeaderPerTerm, 7), (Property::LeaderHasQuorum, 7)],
    );
}

#[test]
fn a_node_has_one_vote_a_term() {
    assert_missed(
        3,
        |rules| rules.one_vote_per_term = false,
        "1 times out
         2 times out
         1 asks 3
         2 asks 3
         3 votes 1
         3 votes 2",
        &[(Property::OneVotePerTerm, 4), (Property::OneLeaderPerTerm, 6)],
    );
}

#[test]
fn a_decision_takes_a_majority() {
    assert_missed(
        4,
        |rules| rules.majority_quorum = false,
        "1 times out
         1 asks 2
         2 votes 1
         a puts x 1 at 1
         1 sends 2 late
         2 answers 1
         3 times out
         3 asks 4
         4 votes 3",
        &[(Property::LeaderHasQuorum, 3), (Property::CommittedOnMajority, 6), (Property::OneLeaderPerTerm, 9)],
    );
}

#[test]
fn entries_of_an_old_term_are_refused() {
    assert_missed(
        3,
        |rules| rules.refuse_stale_entries = false,
        "1 is elected by 2 3
         a puts x 1 at 1
         2 is elected by 3
         b puts y 2 at 2
         2 sends 3 late
         3 answers 2
         2 beats
         2 sends 3 late
         1 sends 3 late",
        &[(Property::CommittedIsFinal, 15), (Property::CommittedOnMajority, 15), (Property::MatchIndexTrue, 15)],
    );
}

#[test]
fn entries_are_refused_if_the_one_before_them_is_missing() {
    assert_missed(
        3,
        |rules| rules.check_previous_entry = false,
        "1 is elected by 2
         a puts x 1 at 1
         b puts y 2 at 1
         1 sends 2 late",
        &[(Property::LogMatching, 6)],
    );
}

#[test]
fn a_leader_counts_only_answers_of_its_term() {
    assert_missed(
        5,
        |rules| rules.count_current_acks_only = false,
        "1 is elected by 2 3 4 5
         a puts x 1 at 1
         1 sends 3 late
         2 is elected by 4 5
         b puts y 2 at 2
         2 sends 3 late
         1 crashes
         1 restarts
         1 times out
         1 is elected by 4 5
         3 answers 1",
        &[(Property::MatchIndexTrue, 27)],
    );
}

#[test]
fn an_old_answer_may_be_about_a_log_that_was_longer() {
    assert_missed(
        5,
        |rules| rules.count_current_acks_only = false,
        "1 is elected by 2 3 4 5
         a puts x 1 at 1
         b puts y 2 at 1
         1 copies to 3
         a puts z 3 at 1
         b puts x 4 at 1
         1 beats
         1 sends 3 late
         2 is elected by 4 5
         c puts y 5 at 2
         2 sends 1 late
         1 is elected by 4 5
         3 answers 1",
        &[],
    );
}

#[test]
fn a_notification_is_believed_only_if_its_entry_is_there() {
    assert_missed(
        3,
        |rules| rules.verify_commit_notification = false,
        "1 is elected by 2 3
         a puts x 1 at 1
         the rest is lost
         2 is elected by 3
         b puts y 2 at 2
         2 copies to 3
         2 notifies 1",
        &[(Property::StateMachineSafety, 15)],
    );
}

/// Nothing bad comes of this one: it is for the sake of progress.
#[test]
fn who_sees_a_higher_term_in_an_answer_follows() {
    const ROUND: &str = "1 beats\n1 sends 3 late\n3 answers 1 late\n";
    let remove: fn(&mut Rules) = |rules| rules.step_down_on_higher_term = false;
    let [broken, correct] =
        play_both(3, full_raft(), remove, &format!("1 is elected by 2 3\n2 is elected by 3\n{}", ROUND.repeat(100)));
    assert_violated(&broken, &[]);
    assert_eq!(broken.step(), 5 + 3 + 100 * 3);
    assert!(broken.leads(1) && broken.node(1).current_term() == 1, "it never learns that nobody follows it");
    assert!(correct.step() < 5 + 3 + 2 * 3, "it is told once");
    assert_eq!((correct.node(1).role(), correct.node(1).current_term()), (&Role::Follower, 2));

    let script = "2 times out\n2 times out\n1 times out\n1 asks 2\n2 votes 1";
    let [broken, correct] = play_both(3, full_raft(), remove, script);
    assert_violated(&broken, &[]);
    assert_eq!((broken.node(1).role(), broken.node(1).current_term()), (&Role::Candidate { votes: vec![1] }, 1));
    assert_eq!((correct.node(1).role(), correct.node(1).current_term()), (&Role::Follower, 2));
}

/// Asserts that no order of the requests explains what clients were told: the first of these two answers, given the
/// second.
fn assert_contradiction(stage: &Stage, wrong: Told, because: Told) {
    assert!(stage.told().contains(&wrong) && stage.told().contains(&because), "they were told: {:?}", stage.told());
    assert!(because.answer.1 < wrong.asked || because.asked == wrong.asked, "one was told before the other asked");
}

#[test]
fn a_repeated_request_is_answered_from_memory() {
    let [mut broken, correct] = play_both(
        3,
        full_raft(),
        |rules| rules.recognise_repeated_requests = false,
        "1 is elected by 2 3
         a puts x 1 at 1
         1 copies to 2
         a repeats at 1
         1 copies to 2
         b deletes x at 1
         1 copies to 2
         a repeats at 1
         1 copies to 2",
    );
    let replies = |stage: &Stage| stage.told().iter().map(|told| told.answer.0).collect::<Vec<_>>();
    assert_eq!(replies(&correct), [Reply::Done; 4]);
    assert_eq!(replies(&broken), [Reply::Done, Reply::KeyExists, Reply::Done, Reply::Done]);
    assert_contradiction(&broken, broken.told()[1], broken.told()[0]);
    assert_violated(&broken, &[(Property::AtMostOnce, 19)]);
    let key = broken.texts.intern("x");
    assert_ne!(broken.node(1).store().read(key), correct.node(1).store().read(key), "a deleted key has come back");
}

#[test]
fn a_leader_reads_only_after_a_majority_has_confirmed_it() {
    let [mut broken, correct] = play_both(
        3,
        Options { read_index: true, ..full_raft() },
        |rules| rules.confirm_before_reading = false,
        "1 is elected by 2 3
         a puts x 1 at 1
         1 copies to 2 3
         1 beats
         1 copies to 2 3
         2 is elected by 3
         b deletes x at 2
         2 copies to 3
         a gets x at 1",
    );
    let (key, value) = (broken.texts.intern("x"), broken.texts.intern("1"));
    let [_, deleted, read] = *broken.told() else { panic!("three were answered: {:?}", broken.told()) };
    assert_eq!((deleted.command, deleted.answer.0), (Command::Delete { key }, Reply::Done));
    assert_eq!((read.command, read.answer.0), (Command::Get { key }, Reply::Value(value)), "what is deleted is read");
    assert_contradiction(&broken, read, deleted);
    assert_violated(&broken, &[]);
    assert_eq!(correct.told().len(), 2, "nobody confirms that it leads, so it does not answer");
}

/// All rules, each with its number, so that one can be taken away.
fn take_away(number: u32, rules: &mut Rules) {
    let rule = match number {
        0 => &mut rules.commit_own_term_only,
        1 => &mut rules.vote_is_durable,
        2 => &mut rules.term_is_durable,
        3 => &mut rules.log_is_durable,
        4 => &mut rules.truncate_only_on_conflict,
        5 => &mut rules.cut_conflicting_tail,
        6 => &mut rules.clamp_commit_to_new_entries,
        7 => &mut rules.acknowledge_compared_only,
        8 => &mut rules.vote_for_up_to_date_only,
        9 => &mut rules.count_current_votes_only,
        10 => &mut rules.one_vote_per_term,
        11 => &mut rules.majority_quorum,
        12 => &mut rules.refuse_stale_entries,
        13 => &mut rules.check_previous_entry,
        14 => &mut rules.count_current_acks_only,
        15 => &mut rules.step_down_on_higher_term,
        16 => &mut rules.verify_commit_notification,
        17 => &mut rules.recognise_repeated_requests,
        _ => &mut rules.confirm_before_reading,
    };
    *rule = false;
}

#[test]
fn nodes_without_a_rule_go_on_so_that_what_comes_of_it_is_seen() {
    for (number, seed) in (0..19).flat_map(|number| (0..4).map(move |seed| (number, seed))) {
        let mut rules = Rules::ALL;
        take_away(number, &mut rules);
        let config = Config {
            num_nodes: [3, 4, 5, 5][seed as usize],
            requests_per_client: 100,
            raft: Options {
                timing: full_raft().timing,
                pre_vote: seed == 1,
                read_index: seed == 2,
                max_entries_per_append: [64, 1][seed as usize % 2],
                rules,
                ..Options::default()
            },
            network: Conditions { latency_ms: (5, 15), loss_percent: 5, duplicate_percent: 5 },
            chaos: Some(Chaos { intensity: 80, until_ms: 6_000 }),
            max_steps: 1_500,
            ..Config::default()
        };
        let mut emulation = Emulation::new(config, seed);
        while emulation.step() {}
        // Two that are seen in any run; most take a schedule of their own.
        let is_seen = !emulation.state().safety().violations().is_empty();
        assert!(is_seen || ![11, 13].contains(&number), "rule {number} is missed in no step of seed {seed}");
    }
}

#[test]
fn nodes_without_several_rules_go_on_too() {
    let pairs = (0..19).flat_map(|first| (first + 1..19).map(move |second| [first, second]));
    // A leader that has two votes a term waits for no leader.
    for (seed, numbers) in pairs.map(|pair| pair.to_vec()).chain([(0..19).collect(), vec![1, 2, 5, 10]]).enumerate() {
        let mut rules = Rules::ALL;
        for &number in &numbers {
            take_away(number, &mut rules);
        }
        let config = Config {
            requests_per_client: 50,
            raft: Options { timing: full_raft().timing, rules, ..Options::default() },
            network: Conditions { latency_ms: (5, 100), loss_percent: 15, duplicate_percent: 5 },
            max_steps: 1_500,
            ..Config::default()
        };
        let mut emulation = Emulation::new(config, seed as u64);
        while emulation.step() {}
        assert!(emulation.now().step_count() > 100, "without {numbers:?}");
    }
}
