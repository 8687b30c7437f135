//! The laboratories 3A and 3B of MIT 6.5840: elections and agreement (2A and 2B of MadRaft).

use crate::actor::terms;
use crate::lab::{ELECTION_MS, Lab, Setting};

/// Has so many commands carried out by so many nodes, one after another.
fn agree_often(lab: &mut Lab, commands: u32, expected: u32) {
    for _ in 0..commands {
        lab.agree(expected);
    }
}

/// TestInitialElection3A
#[test]
fn initial_election() {
    for seed in 0..5 {
        let mut lab = Lab::new(Setting::of(3), seed);
        let leader = lab.expect_leader();
        lab.run_for(100);
        let term = lab.common_term().expect("all are in the leader's term");
        assert!(term >= 1);
        lab.run_for(2 * ELECTION_MS);
        assert_eq!(lab.common_term(), Some(term), "nobody stands as long as nothing fails");
        assert_eq!(lab.expect_leader(), leader);
        lab.finish();
    }
}

/// TestReElection3A
#[test]
fn re_election() {
    for seed in 0..5 {
        let mut lab = Lab::new(Setting::of(3), seed);
        let first = lab.expect_leader();
        lab.disconnect(first);
        let second = lab.expect_leader();
        assert!(lab.node(second).current_term() > lab.node(first).current_term());

        lab.connect(first);
        lab.run_for(100);
        assert_eq!(lab.expect_leader(), second, "the old leader comes back and follows");
        assert!(!lab.is_leader(first));

        lab.disconnect(second);
        lab.disconnect(second % 3 + 1);
        lab.expect_no_leader();
        lab.connect(second % 3 + 1);
        lab.expect_leader();
        lab.connect(second);
        lab.expect_leader();
        lab.agree(3);
        lab.finish();
    }
}

/// TestManyElections3A
#[test]
fn many_elections() {
    let mut lab = Lab::new(Setting::of(7), 1);
    lab.expect_leader();
    for _ in 0..10 {
        let cut_off = [lab.draw_node(), lab.draw_node(), lab.draw_node()];
        cut_off.into_iter().for_each(|node| lab.disconnect(node));
        lab.expect_leader();
        cut_off.into_iter().for_each(|node| lab.connect(node));
        lab.run_for(50);
    }
    lab.expect_leader();
    lab.agree(7);
    lab.finish();
}

/// TestBasicAgree3B
#[test]
fn basic_agreement() {
    let mut lab = Lab::new(Setting::of(3), 1);
    let leader = lab.expect_leader();
    let before = lab.node(leader).log().last_index();
    for place in 1..=3 {
        assert!(lab.nodes().all(|id| lab.node(id).last_applied() < before + place), "nothing is applied unasked");
        assert_eq!(lab.agree(3), before + place, "one entry for each command, in order");
    }
    lab.finish();
}

/// TestFollowerFailure3B
#[test]
fn follower_failure() {
    let mut lab = Lab::new(Setting::of(3), 2);
    lab.agree(3);
    let leader = lab.expect_leader();
    let (second, third) = (leader % 3 + 1, (leader + 1) % 3 + 1);
    lab.disconnect(second);
    lab.agree(2);
    lab.run_for(ELECTION_MS);
    lab.agree(2);

    lab.disconnect(third);
    let started = lab.start(leader).expect("cut off from all, it leads as far as it knows");
    lab.run_for(2 * ELECTION_MS);
    assert_eq!(lab.appliers(started), 0, "alone it commits nothing");
    lab.finish();
}

/// TestLeaderFailure3B
#[test]
fn leader_failure() {
    let mut lab = Lab::new(Setting::of(3), 3);
    lab.agree(3);
    let first = lab.expect_leader();
    lab.disconnect(first);
    lab.agree(2);
    lab.run_for(ELECTION_MS);
    lab.agree(2);

    let second = lab.expect_leader();
    lab.disconnect(second);
    let started = [1, 2, 3].map(|node| lab.start(node));
    lab.run_for(2 * ELECTION_MS);
    for started in started.into_iter().flatten() {
        assert_eq!(lab.appliers(started), 0, "{started:?} has no majority");
    }
    lab.finish();
}

/// TestFailAgree3B
#[test]
fn agreement_after_a_follower_reconnects() {
    let mut lab = Lab::new(Setting::of(3), 4);
    lab.agree(3);
    let follower = lab.expect_leader() % 3 + 1;
    lab.disconnect(follower);
    agree_often(&mut lab, 2, 2);
    lab.run_for(ELECTION_MS);
    agree_often(&mut lab, 2, 2);
    let behind = lab.node(follower).last_applied();

    lab.connect(follower);
    lab.agree(3);
    lab.run_for(ELECTION_MS);
    let last = lab.agree(3);
    assert!(behind + 6 <= last && lab.node(follower).last_applied() == last);
    lab.finish();
}

/// TestFailNoAgree3B
#[test]
fn no_agreement_if_too_many_followers_are_cut_off() {
    let mut lab = Lab::new(Setting::of(5), 5);
    lab.agree(5);
    let leader = lab.expect_leader();
    let cut_off: Vec<u32> = lab.nodes().filter(|&id| id != leader).take(3).collect();
    cut_off.iter().for_each(|&node| lab.disconnect(node));
    let started = lab.start(leader).expect("it leads as far as it knows");
    lab.run_for(2 * ELECTION_MS);
    assert_eq!(lab.appliers(started), 0, "two of five commit nothing");

    cut_off.iter().for_each(|&node| lab.connect(node));
    lab.agree(5);
    lab.finish();
}

/// TestConcurrentStarts3B
#[test]
fn concurrent_starts() {
    for seed in 0..5 {
        let mut lab = Lab::new(Setting::of(3), seed);
        let leader = lab.expect_leader();
        let term = lab.node(leader).current_term();
        let started: Vec<_> = (0..5).map(|_| lab.start(leader).expect("it leads")).collect();
        assert!(started.windows(2).all(|pair| pair[0].index + 1 == pair[1].index));
        lab.run_until(ELECTION_MS, |lab| started.iter().all(|&started| lab.appliers(started) == 3));
        for started in started {
            assert_eq!((lab.appliers(started), started.term), (3, term), "seed {seed}");
        }
        assert_eq!(lab.common_term(), Some(term), "it was one leader's work");
        lab.finish();
    }
}

/// TestRejoin3B
#[test]
fn rejoin_of_a_leader_that_was_cut_off() {
    for seed in 0..5 {
        let mut lab = Lab::new(Setting::of(3), seed);
        lab.agree(3);
        let first = lab.expect_leader();
        lab.disconnect(first);
        let lost: Vec<_> = (0..3).map(|_| lab.start(first).expect("it leads as far as it knows")).collect();
        lab.agree(2);

        let second = lab.expect_leader();
        lab.disconnect(second);
        lab.connect(first);
        lab.agree(2);
        lab.connect(second);
        lab.agree(3);
        for started in lost {
            assert_eq!(lab.appliers(started), 0, "seed {seed}: {started:?} gave way to what was committed");
        }
        lab.finish();
    }
}

/// TestBackup3B
#[test]
fn backup_over_incorrect_follower_logs_is_quick() {
    const MANY: u32 = 30;
    let mut lab = Lab::new(Setting { commands: 220, ..Setting::of(5) }, 6);
    lab.agree(5);
    // A leader and a follower alone, with entries that will never be committed.
    let first = lab.expect_leader();
    let others: Vec<u32> = lab.nodes().filter(|&id| id != first).collect();
    let [follower, third, fourth, fifth] = others[..] else { panic!("there are five") };
    [third, fourth, fifth].into_iter().for_each(|node| lab.disconnect(node));
    (0..MANY).for_each(|_| assert!(lab.start(first).is_some()));
    lab.run_for(500);
    assert_eq!(lab.node(follower).log(), lab.node(first).log(), "the follower has them too");

    // The other three go on without them.
    [first, follower].into_iter().for_each(|node| lab.disconnect(node));
    [third, fourth, fifth].into_iter().for_each(|node| lab.connect(node));
    agree_often(&mut lab, MANY, 3);

    // Of these, a leader and a follower that only have each other.
    let second = lab.expect_leader();
    let other = [third, fourth, fifth].into_iter().find(|&node| node != second).expect("two of three");
    lab.disconnect(other);
    (0..MANY).for_each(|_| assert!(lab.start(second).is_some()));
    lab.run_for(500);

    // Everybody dead but the first two and the one that has all that is committed.
    lab.nodes().for_each(|node| lab.disconnect(node));
    [first, follower, other].into_iter().for_each(|node| lab.connect(node));
    agree_often(&mut lab, MANY, 3);

    lab.nodes().for_each(|node| lab.connect(node));
    let before = lab.requests_sent();
    lab.agree(5);
    assert!(lab.requests_sent() - before < 100, "logs far apart are repaired in a few calls");
    lab.finish();
}

/// TestCount3B
#[test]
fn calls_are_not_too_many() {
    // Messages that do not overtake each other, as in the original.
    let mut setting = Setting::of(3);
    setting.network.latency_ms = (5, 5);
    for seed in 0..3 {
        let mut lab = Lab::new(setting.clone(), seed);
        let leader = lab.expect_leader();
        let calls = lab.requests_sent();
        assert!((1..=30).contains(&calls), "seed {seed}: {calls} calls to elect a leader");
        lab.run_for(200);

        let before = lab.requests_sent();
        let started: Vec<_> = (0..10).map(|_| lab.start(leader).expect("it leads")).collect();
        let all_applied = lab.run_until(ELECTION_MS, |lab| started.iter().all(|&started| lab.appliers(started) == 3));
        let calls = lab.requests_sent() - before;
        assert!(all_applied && calls <= (10 + 1 + 3) * 3, "seed {seed}: {calls} calls for 10 commands");

        let before = lab.requests_sent();
        lab.run_for(1_000);
        let calls = lab.requests_sent() - before;
        assert!((20..=60).contains(&calls), "seed {seed}: {calls} calls in an idle second");
        lab.finish();
    }
}

/// TestCount3B, where messages overtake each other: refusals bring no avalanche.
#[test]
fn calls_are_not_too_many_when_messages_overtake_each_other() {
    for seed in 0..5 {
        let mut lab = Lab::new(Setting { commands: 60, ..Setting::of(3) }, seed);
        let leader = lab.expect_leader();
        lab.run_for(200);
        let before = lab.requests_sent();
        let started: Vec<_> = (0..50).map(|_| lab.start(leader).expect("it leads")).collect();
        lab.run_until(ELECTION_MS, |lab| started.iter().all(|&started| lab.appliers(started) == 3));
        let calls = lab.requests_sent() - before;
        assert!(calls <= 3 * 2 * 50, "seed {seed}: {calls} calls for 50 commands to 2 followers");
        lab.finish();
    }
}

/// A leader cut off with one follower, as in MadRaft's partitions: its log grows, and gives way in the end.
#[test]
fn what_a_minority_appended_gives_way_section_5_3() {
    for seed in 0..5 {
        let mut lab = Lab::new(Setting::of(5), seed);
        lab.agree(5);
        let leader = lab.expect_leader();
        lab.disconnect(leader);
        let lost = lab.start(leader).expect("it leads as far as it knows");
        lab.agree(4);
        lab.connect(leader);
        lab.agree(5);
        assert!(!lab.is_in_log(leader, lost));
        assert_eq!(terms(lab.node(leader).log()), terms(lab.node(leader % 5 + 1).log()));
        lab.finish();
    }
}
