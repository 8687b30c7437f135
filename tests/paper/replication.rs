//! What the paper says of the log (§5.3, §5.4.2).

use raft_kv::kv::{Command, Reply};
use raft_kv::process::ProcessId;
use raft_kv::raft::log::{Entry, Index, Term};
use raft_kv::raft::message::AppendOutcome;
use raft_kv::raft::{Event, Message};

use crate::actor::{Actor, append, command, disk, entries, entry, full_raft, terms, text};
use crate::troupe::Troupe;

/// TestLeaderStartReplication: "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs in
/// parallel to each of the other servers to replicate the entry. [...] When sending an AppendEntries RPC, the leader
/// includes the index and term of the entry in its log that immediately precedes the new entries" (§5.3).
#[test]
fn a_leader_appends_a_command_and_sends_it_to_all_section_5_3() {
    let mut actor = Actor::new(5);
    actor.lead_and_commit();
    let deed = actor.ask(1);
    let new = entry(1, 1);
    assert_eq!(actor.node.log().entries_from(2), [new]);
    assert_eq!(*deed.sent_to_all(2..=5), append(1, (1, 1), &[new], 1));
    assert_eq!(actor.node.commit_index(), 1, "nobody else has it yet");
}

/// TestLeaderCommitEntry: "When the entry has been safely replicated, the leader applies the entry to its state machine and
/// returns the result of that execution to the client. [...] The leader keeps track of the highest index it knows to be
/// committed, and it includes that index in future AppendEntries RPCs" (§5.3).
#[test]
fn a_leader_applies_what_is_safely_replicated_and_tells_of_it_section_5_3() {
    let mut actor = Actor::new(3);
    actor.lead_and_commit();
    actor.ask(1);
    assert_eq!(actor.node.store().read(text(1)), Reply::KeyMissing);
    let deed = actor.hear_match(2, 2);
    assert_eq!((actor.node.commit_index(), actor.node.last_applied()), (2, 2));
    assert_eq!(actor.node.store().read(text(1)), Reply::Value(text(1)));
    let answer = Message::ClientResponse { request: 1, result: Ok(Reply::Done) };
    assert_eq!(deed.sent, [(ProcessId::Client(1), answer)]);
    assert_eq!(*actor.beat().sent_to_all(2..=3), append(1, (2, 1), &[], 2));
}

/// TestLeaderAcknowledgeCommit: "A log entry is committed once the leader that created the entry has replicated it on a
/// majority of the servers" (§5.3).
#[test]
fn an_entry_is_committed_once_a_majority_has_it_section_5_3() {
    let cases: [(u32, &[u32], bool); 11] = [
        (1, &[], true),
        (3, &[], false),
        (3, &[2], true),
        (3, &[2, 3], true),
        (4, &[2], false),
        (5, &[], false),
        (5, &[2], false),
        (5, &[2, 2, 2], false),
        (5, &[2, 3], true),
        (5, &[2, 3, 4], true),
        (5, &[2, 3, 4, 5], true),
    ];
    for (cluster_size, acceptors, is_committed) in cases {
        let mut actor = Actor::new(cluster_size);
        actor.lead_and_commit();
        actor.ask(1);
        for &acceptor in acceptors {
            actor.hear_match(acceptor, 2);
        }
        assert_eq!(actor.node.commit_index() == 2, is_committed, "{acceptors:?} of {cluster_size} have it");
    }
}

/// The same, of a leader that has more to send than it may send at once: what a majority has is committed before the rest
/// is on its way.
#[test]
fn an_entry_is_committed_while_later_ones_are_still_to_be_sent_section_5_3() {
    let mut actor = Actor::with_disk(3, disk(1, &[]));
    actor.lead_and_commit();
    (1..=200).for_each(|number| drop(actor.ask(number)));
    let outcome = AppendOutcome::Mismatch { prev_log_index: 2, conflict_term: None, conflict_index: 2 };
    let deed = actor.hear(2, Message::AppendEntriesResponse { term: 2, round: 0, outcome });
    let Message::AppendEntries { entries, .. } = deed.answer_to(2) else { panic!("it is sent what it lacks") };
    let sent_up_to = 1 + entries.len() as Index;
    assert!(sent_up_to < actor.node.log().last_index(), "not all at once");
    actor.hear_match(2, sent_up_to);
    assert_eq!(actor.node.commit_index(), sent_up_to);
}

/// TestLeaderCommitPrecedingEntries: "This also commits all preceding entries in the leader's log, including entries
/// created by previous leaders" (§5.3).
#[test]
fn a_leader_commits_all_preceding_entries_with_its_own_section_5_3() {
    for log in [&[][..], &[2], &[1, 2], &[1]] {
        let mut actor = Actor::with_disk(3, disk(2, log));
        actor.lead();
        actor.ask(9);
        let last_index = log.len() as Index + 2;
        let deed = actor.hear_match(3, last_index);
        assert_eq!(terms(actor.node.log()), [log, &[3, 3]].concat());
        assert_eq!(actor.node.last_applied(), last_index);
        let applied: Vec<_> = deed.events.iter().filter_map(applied_command).collect();
        let numbers: Vec<_> = (1..=log.len() as u32).chain([9]).map(command).collect();
        assert_eq!(applied, numbers, "in log order");
    }
}

fn applied_command(event: &Event) -> Option<Command> {
    match event {
        Event::Applied { command, .. } => Some(*command),
        _ => None,
    }
}

/// TestFollowerCommitEntry: "Once a follower learns that a log entry is committed, it applies the entry to its local state
/// machine (in log order)" (§5.3).
#[test]
fn a_follower_applies_what_it_learns_to_be_committed_section_5_3() {
    let cases: [(&[u32], Index, Index); 6] =
        [(&[1], 1, 1), (&[1, 2], 2, 2), (&[2, 1], 2, 2), (&[1, 2], 1, 1), (&[1, 2], 0, 0), (&[1, 2], 7, 2)];
    for (numbers, leader_commit, committed) in cases {
        let mut actor = Actor::with_disk(3, disk(1, &[]));
        let new: Vec<Entry> = numbers.iter().map(|&number| entry(1, number)).collect();
        let deed = actor.hear(2, append(1, (0, 0), &new, leader_commit));
        assert_eq!((actor.node.commit_index(), actor.node.last_applied()), (committed, committed));
        let applied: Vec<_> = deed.events.iter().filter_map(applied_command).collect();
        let expected: Vec<_> = numbers[..committed as usize].iter().map(|&number| command(number)).collect();
        assert_eq!(applied, expected);
        // Told again, it applies nothing twice.
        let deed = actor.hear(2, append(1, (0, 0), &new, leader_commit));
        assert_eq!(deed.events.iter().filter_map(applied_command).count(), 0);
    }
}

/// The same, of a follower that has more than the leader has compared: "If leaderCommit > commitIndex, set commitIndex =
/// min(leaderCommit, index of last new entry)" (Figure 2).
#[test]
fn a_follower_commits_no_more_than_was_compared_section_5_3() {
    for (prev, count, committed) in [((0, 0), 0, 0), ((1, 1), 0, 1), ((1, 1), 1, 2), ((3, 1), 0, 3)] {
        let mut actor = Actor::with_disk(3, disk(2, &[1, 1, 1]));
        let all = entries(&[1, 1, 1]);
        let new = &all[prev.0 as usize..][..count];
        let deed = actor.hear(2, append(2, prev, new, 3));
        assert_eq!(deed.outcome_for(2), AppendOutcome::Matched { match_index: committed });
        assert_eq!(actor.node.commit_index(), committed, "{count} entries behind {prev:?}");
        assert_eq!(terms(actor.node.log()), [1, 1, 1], "nothing is cut");
    }
}

/// TestFollowerCheckMsgApp: "If the follower does not find an entry in its log with the same index and term, then it
/// refuses the new entries" (§5.3).
#[test]
fn a_follower_refuses_entries_that_do_not_follow_on_its_log_section_5_3() {
    let mismatch = |index, conflict_term, conflict_index| AppendOutcome::Mismatch {
        prev_log_index: index,
        conflict_term,
        conflict_index,
    };
    let cases: [((Index, Term), AppendOutcome); 5] = [
        ((0, 0), AppendOutcome::Matched { match_index: 0 }),
        ((1, 1), AppendOutcome::Matched { match_index: 1 }),
        ((2, 2), AppendOutcome::Matched { match_index: 2 }),
        ((2, 1), mismatch(2, Some(2), 2)),
        ((3, 3), mismatch(3, None, 3)),
    ];
    for (prev, outcome) in cases {
        let mut actor = Actor::with_disk(3, disk(2, &[1, 2]));
        let deed = actor.hear(2, append(2, prev, &[], 0));
        assert_eq!(deed.outcome_for(2), outcome, "entries behind {prev:?}");
        assert!(deed.restarts_election_timer(), "the leader has spoken, whatever it said");
        let is_refused = matches!(outcome, AppendOutcome::Mismatch { .. });
        let deed = actor.hear(2, append(2, prev, &[entry(2, 9)], 9));
        assert_eq!(matches!(deed.outcome_for(2), AppendOutcome::Mismatch { .. }), is_refused);
        if is_refused {
            assert_eq!((terms(actor.node.log()), actor.node.commit_index()), (vec![1, 2], 0), "nothing is taken");
        }
    }
}

/// TestFollowerAppendEntries: "If an existing entry conflicts with a new one (same index but different terms), delete the
/// existing entry and all that follow it. Append any new entries not already in the log" (Figure 2, §5.3).
#[test]
fn a_follower_deletes_what_conflicts_and_appends_what_is_new_section_5_3() {
    let cases: [(_, &[Term], &[Term]); 6] = [
        ((2, 2), &[3], &[1, 2, 3]),
        ((1, 1), &[3, 4], &[1, 3, 4]),
        ((1, 1), &[3], &[1, 3]),
        ((0, 0), &[1], &[1, 2]),
        ((0, 0), &[], &[1, 2]),
        ((0, 0), &[3], &[3]),
    ];
    for (prev, new, expected) in cases {
        let mut actor = Actor::with_disk(3, disk(4, &[1, 2]));
        let all = entries(&[&[0; 2][..prev.0 as usize], new].concat());
        let deed = actor.hear(2, append(4, prev, &all[prev.0 as usize..], 0));
        let match_index = prev.0 + new.len() as Index;
        assert_eq!(deed.outcome_for(2), AppendOutcome::Matched { match_index });
        assert_eq!(terms(actor.node.log()), expected, "{new:?} behind {prev:?}");
        assert_eq!(actor.node.log().entries_from(1), entries(expected));
    }
}

/// TestLeaderSyncFollowerLog: "The leader brings a follower's log into consistency with its own", in the six ways of
/// Figure 7 (§5.3).
#[test]
fn a_leader_brings_the_logs_of_figure_7_into_consistency_section_5_3() {
    let leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];
    let followers: [&[Term]; 6] = [
        &[1, 1, 1, 4, 4, 5, 5, 6, 6],
        &[1, 1, 1, 4],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        &[1, 1, 1, 4, 4, 4, 4],
        &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    let mut disks = vec![disk(7, &leader)];
    disks.extend(followers.iter().map(|log| disk(7, log)));
    let mut troupe = Troupe::new(full_raft(), disks);
    // (c) and (d) do not vote for it, as they have more; the other four do.
    troupe.time_out(1);
    troupe.settle();
    assert!(troupe.is_leader(1));
    troupe.ask(1, 9);
    troupe.settle();
    for id in 1..=7 {
        assert_eq!(terms(troupe.node(id).log()), [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 8, 8], "node {id}");
        assert_eq!(troupe.node(id).log(), troupe.node(1).log(), "node {id}");
    }
    troupe.beat(1);
    troupe.settle();
    assert!(
        (1..=7).all(|id| troupe.node(id).last_applied() == 12 && troupe.node(id).store() == troupe.node(1).store())
    );
}

/// TestLeaderOnlyCommitsLogFromCurrentTerm: "Only log entries from the leader's current term are committed by counting
/// replicas" (§5.4.2).
#[test]
fn a_leader_commits_by_counting_only_entries_of_its_term_section_5_4_2() {
    for (match_index, committed) in [(1, 0), (2, 0), (3, 3), (4, 4)] {
        let mut actor = Actor::with_disk(3, disk(2, &[1, 2]));
        actor.lead();
        actor.ask(9);
        actor.hear_match(2, match_index);
        assert_eq!(actor.node.commit_index(), committed, "a majority has all up to {match_index}");
        assert_eq!(actor.node.last_applied(), committed);
    }
}
