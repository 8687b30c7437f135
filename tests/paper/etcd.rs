//! The scenarios of etcd's `raft_test` that are about what is built here.

use raft_kv::process::Alarm;
use raft_kv::raft::log::Term;
use raft_kv::raft::message::AppendOutcome;
use raft_kv::raft::node::Persistent;
use raft_kv::raft::options::Options;
use raft_kv::raft::{Event, Message, Timer};

use crate::actor::{Actor, append, disk, entry, full_raft, request_vote, terms};
use crate::lab::{ELECTION_MS, Lab, Setting};
use crate::troupe::Troupe;

fn logs(troupe: &Troupe, cluster_size: u32) -> Vec<Vec<Term>> {
    (1..=cluster_size).map(|id| terms(troupe.node(id).log())).collect()
}

fn leaders(troupe: &Troupe, cluster_size: u32) -> Vec<u32> {
    (1..=cluster_size).filter(|&id| troupe.is_leader(id)).collect()
}

fn without_no_op() -> Options {
    Options { no_op: false, ..full_raft() }
}

/// TestDuelingCandidates
#[test]
fn of_dueling_candidates_the_one_with_the_shorter_log_never_wins() {
    let mut troupe = Troupe::of(3, full_raft());
    troupe.cut(1, 3);
    troupe.time_out(1);
    troupe.time_out(3);
    troupe.settle();
    assert_eq!(leaders(&troupe, 3), [1], "node 2 has one vote, and 1 came first");
    assert_eq!(troupe.node(3).current_term(), 1);

    troupe.heal();
    troupe.time_out(3);
    troupe.settle();
    assert_eq!(leaders(&troupe, 3), [], "its term disrupts the leader, and its log wins no vote");
    assert_eq!([1, 2, 3].map(|id| troupe.node(id).current_term()), [2; 3]);
    assert_eq!(logs(&troupe, 3), [vec![1], vec![1], vec![]]);

    troupe.elect(2);
    assert_eq!(logs(&troupe, 3), [[1, 3]; 3], "who has the longer log brings it to the others");
    assert_eq!(troupe.node(2).commit_index(), 2);
}

/// TestDuelingPreCandidates
#[test]
fn of_dueling_pre_candidates_the_one_that_cannot_win_disturbs_nobody() {
    let mut troupe = Troupe::of(3, Options { pre_vote: true, ..full_raft() });
    troupe.cut(1, 3);
    troupe.time_out(1);
    troupe.time_out(3);
    troupe.settle();
    assert_eq!(leaders(&troupe, 3), [1]);

    troupe.heal();
    troupe.time_out(3);
    troupe.settle();
    assert_eq!(leaders(&troupe, 3), [1]);
    assert_eq!([1, 2].map(|id| troupe.node(id).current_term()), [1; 2], "nobody's term grew in vain");
}

/// TestOldMessages
#[test]
fn a_message_of_a_deposed_leader_changes_nothing() {
    let mut troupe = Troupe::of(3, full_raft());
    for leader in [1, 2, 1] {
        troupe.elect(leader);
    }
    assert_eq!(logs(&troupe, 3), [[1, 2, 3]; 3]);
    // Node 2 led term 2, and what it sent then comes only now.
    troupe.deliver((2, 1, append(2, (1, 1), &[entry(2, 7)], 2)));
    troupe.deliver((2, 3, append(2, (0, 0), &[entry(2, 8)], 1)));
    assert!(troupe.is_leader(1));
    troupe.ask(1, 1);
    troupe.settle();
    assert_eq!(logs(&troupe, 3), [[1, 2, 3, 3]; 3]);
    assert_eq!(troupe.node(1).commit_index(), 4);
}

/// TestCannotCommitWithoutNewTermEntry
#[test]
fn what_a_predecessor_left_waits_for_an_entry_of_the_new_term() {
    let mut troupe = Troupe::of(5, without_no_op());
    troupe.elect(1);
    (3..=5).for_each(|id| troupe.cut(1, id));
    troupe.ask(1, 1);
    troupe.ask(1, 2);
    troupe.settle();
    assert_eq!(logs(&troupe, 5), [vec![1, 1], vec![1, 1], vec![], vec![], vec![]]);
    assert_eq!(troupe.node(1).commit_index(), 0);

    troupe.heal();
    troupe.elect(2);
    troupe.beat(2);
    troupe.settle();
    assert_eq!(logs(&troupe, 5), [[1, 1]; 5], "all have it");
    assert_eq!(troupe.node(2).commit_index(), 0, "and still it is not committed by counting");

    troupe.ask(2, 3);
    troupe.settle();
    assert_eq!(troupe.node(2).commit_index(), 3);
}

/// TestCommitWithoutNewTermEntry: with an entry that does nothing, it does not wait.
#[test]
fn what_a_predecessor_left_is_committed_with_the_first_entry_of_the_new_term() {
    let mut troupe = Troupe::of(5, full_raft());
    troupe.elect(1);
    (3..=5).for_each(|id| troupe.cut(1, id));
    troupe.ask(1, 1);
    troupe.settle();
    assert_eq!(troupe.node(1).commit_index(), 1);
    troupe.heal();
    troupe.elect(2);
    assert_eq!((logs(&troupe, 5), troupe.node(2).commit_index()), (vec![vec![1, 1, 2]; 5], 3));
}

/// TestAllServerStepdown
#[test]
fn every_server_steps_down_for_a_higher_term() {
    type Prepare = fn(&mut Actor);
    let follower: Prepare = |_| {};
    let candidate: Prepare = |actor| drop(actor.time_out());
    let leader: Prepare = |actor| drop(actor.lead());
    for (prepare, log) in [(follower, &[][..]), (candidate, &[]), (leader, &[1])] {
        let mut actor = Actor::new(3);
        prepare(&mut actor);
        let deed = actor.hear(2, request_vote(3, (9, 2)));
        assert!(actor.is_follower() && deed.grants(2));
        assert!(deed.restarts_election_timer(), "whoever does not lead waits for a leader");
        assert_eq!((actor.node.current_term(), actor.node.leader()), (3, None));
        assert_eq!(terms(actor.node.log()), log, "stepping down cuts nothing");

        let mut actor = Actor::new(3);
        prepare(&mut actor);
        let deed = actor.hear(2, append(3, (0, 0), &[], 0));
        assert!(actor.is_follower() && deed.restarts_election_timer());
        assert_eq!((actor.node.current_term(), actor.node.leader()), (3, Some(2)));
        assert_eq!(actor.node.persistent().voted_for, None);
        assert_eq!(terms(actor.node.log()), log, "an empty message cuts nothing");
    }
}

/// Whoever led waits for a leader from now on, even if it has voted for nobody.
#[test]
fn a_leader_that_is_deposed_by_an_answer_waits_for_the_next_one() {
    let mut actor = Actor::new(3);
    actor.lead();
    let deed = actor.hear(2, Message::AppendEntriesResponse { term: 3, round: 0, outcome: AppendOutcome::StaleTerm });
    assert!(actor.is_follower() && deed.restarts_election_timer());
    assert!(deed.alarms.contains(&Alarm::Cancel(Timer::Heartbeat)), "it does not speak for the cluster any more");

    let mut actor = Actor::new(3);
    actor.lead();
    let deed = actor.hear(2, request_vote(3, (0, 0)));
    assert!(!deed.grants(2) && deed.restarts_election_timer(), "who asks lacks its entry");
}

/// What a follower had in an earlier term of the same leader says nothing of now.
#[test]
fn an_answer_of_an_earlier_term_counts_for_nothing() {
    let mut actor = Actor::new(3);
    actor.lead();
    (1..=3).for_each(|number| drop(actor.ask(number)));
    // Deposed, cut back and elected again: in place of the others stands one entry, and then its own.
    actor.hear(3, append(2, (0, 0), &[entry(2, 9)], 0));
    actor.lead();
    assert_eq!(terms(actor.node.log()), [2, 3]);
    let late = AppendOutcome::Matched { match_index: 2 };
    actor.hear(2, Message::AppendEntriesResponse { term: 1, round: 0, outcome: late });
    assert_eq!(actor.node.commit_index(), 0, "it has another entry there");
    actor.hear_match(2, 2);
    assert_eq!(actor.node.commit_index(), 2);
}

/// TestLeaderElectionOverwriteNewerLogs
#[test]
fn a_leader_overwrites_newer_entries_that_no_majority_has() {
    // Node 1 led term 1, and only 2 has its entry; node 3 led term 2 with the votes of 4 and 5, and only it has that one.
    let voted_for_3 = || Persistent { voted_for: Some(3), ..disk(2, &[]) };
    let disks = vec![
        disk(1, &[1]),
        disk(1, &[1]),
        Persistent { voted_for: Some(3), ..disk(2, &[2]) },
        voted_for_3(),
        voted_for_3(),
    ];
    let mut troupe = Troupe::new(full_raft(), disks);
    troupe.time_out(1);
    troupe.settle();
    assert_eq!(leaders(&troupe, 5), [], "a majority has seen term 2 already");
    assert_eq!(troupe.node(1).current_term(), 2);

    troupe.elect(1);
    assert_eq!(troupe.node(1).current_term(), 3);
    assert_eq!(logs(&troupe, 5), [[1, 3]; 5]);
    assert!((1..=5).all(|id| troupe.node(id).log() == troupe.node(1).log()));
}

/// What is known to match is not sent again because of a refusal that comes late.
#[test]
fn a_refusal_that_comes_late_is_not_answered() {
    let mut actor = Actor::new(3);
    actor.lead_and_commit();
    actor.ask(1);
    actor.hear_match(2, 2);
    let late = AppendOutcome::Mismatch { prev_log_index: 1, conflict_term: None, conflict_index: 1 };
    let deed = actor.hear(2, Message::AppendEntriesResponse { term: 1, round: 0, outcome: late });
    assert_eq!((deed.sent, deed.events), (vec![], vec![]));
}

/// TestRecvMsgPreVote: "A server only grants its pre-vote if the candidate's log is sufficiently up-to-date, and it has not
/// heard from a valid leader for at least a baseline election timeout" (§9.6 of the dissertation, in short).
#[test]
fn a_node_says_beforehand_whom_it_would_vote_for() {
    let options = Options { pre_vote: true, ..full_raft() };
    for (has_leader, next_term, (last_log_index, last_log_term), granted) in [
        (false, 4, (2, 2), true),
        (false, 9, (1, 3), true),
        (false, 3, (2, 2), false),
        (false, 4, (1, 2), false),
        (false, 4, (9, 1), false),
        (true, 4, (2, 2), false),
        (true, 9, (9, 9), false),
    ] {
        let mut actor = Actor::with_options(3, options, disk(3, &[1, 2]));
        actor.hear(2, append(3, (2, 2), &[], 0));
        if !has_leader {
            actor.lose_trust();
        }
        let before = actor.node.persistent().clone();
        let deed = actor.hear(3, Message::RequestPreVote { next_term, last_log_index, last_log_term });
        let response = Message::RequestPreVoteResponse { term: 3, next_term, granted };
        assert_eq!(*deed.answer_to(3), response, "{next_term}, {last_log_index}, {last_log_term}");
        assert_eq!(*actor.node.persistent(), before, "to ask is to change nothing");
        assert!(!deed.restarts_election_timer());
    }
}

/// Who asks first raises its term only once a
/// majority would vote for it.
#[test]
fn a_node_stands_once_a_majority_would_vote_for_it() {
    let options = Options { pre_vote: true, ..full_raft() };
    let mut actor = Actor::with_options(5, options, disk(1, &[1]));
    let ask = Message::RequestPreVote { next_term: 2, last_log_index: 1, last_log_term: 1 };
    assert_eq!(*actor.time_out().sent_to_all(2..=5), ask);
    assert_eq!(*actor.time_out().sent_to_all(2..=5), ask, "asked again, in the same term");
    let would_vote = Message::RequestPreVoteResponse { term: 1, next_term: 2, granted: true };
    actor.hear(2, would_vote.clone());
    actor.hear(2, would_vote.clone());
    actor.hear(3, Message::RequestPreVoteResponse { term: 1, next_term: 2, granted: false });
    actor.hear(4, Message::RequestPreVoteResponse { term: 0, next_term: 1, granted: true });
    assert_eq!((actor.node.current_term(), actor.is_candidate()), (1, false));
    let deed = actor.hear(5, would_vote);
    assert_eq!((actor.node.current_term(), actor.is_candidate()), (2, true));
    assert_eq!(*deed.sent_to_all(2..=5), request_vote(2, (1, 1)));
}

/// TestLogReplicationWithReorderedMessage: in every order in which three messages can come.
#[test]
fn messages_in_any_order_make_equal_logs() {
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut troupe = Troupe::of(2, full_raft());
        troupe.elect(1);
        (1..=3).for_each(|number| troupe.ask(1, number));
        let sent: Vec<_> = troupe.letters.drain(..).collect();
        assert_eq!(sent.len(), 3, "one message for each command");
        order.into_iter().for_each(|place| troupe.deliver(sent[place].clone()));
        // The answers come back to front, so that refusals come late.
        troupe.letters = troupe.letters.drain(..).rev().collect();
        troupe.settle();
        // What was refused because of another message's delay, it asks for at the latest when it hears the next heartbeat.
        troupe.beat(1);
        troupe.settle();
        assert_eq!(logs(&troupe, 2), [[1; 4]; 2], "in the order {order:?}");
        assert_eq!(troupe.node(1).commit_index(), 4, "in the order {order:?}");
        // All of them a second time, as the network may.
        sent.into_iter().for_each(|letter| troupe.deliver(letter));
        troupe.settle();
        assert_eq!((logs(&troupe, 2), troupe.node(2).log()), (vec![vec![1; 4]; 2], troupe.node(1).log()));
    }
}

/// TestFastLogRejection: "When rejecting an AppendEntries request, the follower can include the term of the conflicting
/// entry and the first index it stores for that term. With this information, the leader can decrement nextIndex to bypass
/// all of the conflicting entries in that term; one AppendEntries RPC will be required for each term with conflicting
/// entries" (§5.3).
#[test]
fn one_refusal_is_enough_for_each_conflicting_term() {
    let cases: [(&[Term], &[Term], usize); 8] = [
        (&[1, 2, 2, 4, 4, 4, 4], &[1, 2, 2, 3, 3, 3, 3, 3, 3], 1),
        (&[1, 2, 2, 3, 4, 4, 4, 5], &[1, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3], 1),
        (&[1, 1, 1, 1, 1, 1, 1, 1, 5], &[1], 1),
        (&[1, 3, 3, 3, 3, 3, 3, 3, 5], &[1, 1, 2, 2, 2, 2, 4, 4, 4], 3),
        (&[2, 5, 5, 5, 5, 5, 5, 5], &[2, 4, 4, 4, 4, 4], 2),
        (&[2, 2, 2, 2, 5], &[2, 4, 4, 4, 4, 4], 1),
        (&[1, 1, 1, 3], &[], 1),
        (&[1, 1, 1, 3], &[1, 1, 1, 3], 0),
    ];
    for (leader, follower, refusals) in cases {
        // Node 3 has nothing, and its vote is enough.
        let mut troupe = Troupe::new(full_raft(), vec![disk(6, leader), disk(6, follower), disk(6, &[])]);
        troupe.elect(1);
        let is_refusal = |event: &&Event| **event == Event::NackReceived { from: 2 };
        assert_eq!(troupe.events.iter().filter(is_refusal).count(), refusals, "{leader:?} meets {follower:?}");
        assert_eq!(terms(troupe.node(2).log()), [leader, &[7]].concat());
    }
}

/// A follower that was cut off for a while comes back to a leader that all others still follow.
fn returning_follower(pre_vote: bool) -> (Lab, u32, u32, Term) {
    let setting = Setting { options: Options { pre_vote, ..full_raft() }, ..Setting::of(3) };
    let mut lab = Lab::new(setting, 11);
    let leader = lab.expect_leader();
    lab.agree(3);
    let follower = leader % 3 + 1;
    lab.disconnect(follower);
    lab.run_for(2 * ELECTION_MS);
    let term = lab.node(leader).current_term();
    lab.connect(follower);
    lab.run_for(ELECTION_MS);
    (lab, leader, follower, term)
}

/// TestDisruptiveFollower
#[test]
fn a_follower_that_returns_disrupts_the_leader_with_its_term() {
    let (mut lab, _, _, term) = returning_follower(false);
    let now = lab.common_term().expect("all are in one term again");
    assert!(now > term + 5, "the terms of its vain elections are everybody's now");
    lab.agree(3);
    lab.finish();
}

/// TestDisruptiveFollowerPreVote
#[test]
fn a_follower_that_returns_disrupts_nobody_if_it_asks_first() {
    let (mut lab, leader, follower, term) = returning_follower(true);
    assert_eq!((lab.leader(), lab.common_term()), (Some(leader), Some(term)));
    // Not even if its clock runs fast.
    for _ in 0..20 {
        lab.time_out(follower);
        lab.run_for(60);
    }
    assert_eq!((lab.leader(), lab.common_term()), (Some(leader), Some(term)));
    lab.agree(3);
    lab.finish();
}

/// TestDisruptiveFollower, of a follower whose clock runs fast.
#[test]
fn a_follower_that_times_out_too_early_begins_a_new_term() {
    let mut lab = Lab::new(Setting::of(3), 12);
    let leader = lab.expect_leader();
    lab.agree(3);
    let term = lab.node(leader).current_term();
    lab.time_out(leader % 3 + 1);
    lab.run_for(ELECTION_MS);
    assert_eq!(lab.common_term(), Some(term + 1));
    assert_eq!(lab.expect_leader(), leader % 3 + 1, "its log is as long, and it came first");
    lab.agree(3);
    lab.finish();
}

/// Who asks first still gets to lead.
#[test]
fn nodes_that_ask_first_elect_a_leader_when_theirs_is_gone() {
    for seed in 0..5 {
        let setting = Setting { options: Options { pre_vote: true, ..full_raft() }, ..Setting::unreliable(5) };
        let mut lab = Lab::new(setting, seed);
        let first = lab.expect_leader();
        lab.agree(5);
        lab.crash(first);
        lab.run_until(ELECTION_MS, |lab| lab.leader().is_some());
        assert_ne!(lab.expect_leader(), first);
        lab.agree(4);
        lab.finish();
    }
}

/// A leader of a term answers, and keeps its vote.
#[test]
fn a_leader_gives_no_vote_in_its_own_term() {
    let mut actor = Actor::new(3);
    actor.lead();
    let deed = actor.hear(2, request_vote(1, (9, 9)));
    assert!(actor.is_leader() && !deed.grants(2));
    let late = actor.hear(3, Message::RequestVoteResponse { term: 1, granted: true });
    assert_eq!((late.sent, late.events), (vec![], vec![]), "a vote that comes late changes nothing");
}
