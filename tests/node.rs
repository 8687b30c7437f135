//! A single node, given one message after another: the rules that the failure-free run never needs, because nothing goes
//! wrong there. Each test names the section of the Raft paper that it is about.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::kv::{Command, Reply, Request, Text, Texts};
use raft_kv::process::ProcessId;
use raft_kv::raft::log::{Entry, Term};
use raft_kv::raft::message::{AppendOutcome, Refused};
use raft_kv::raft::options::Options;
use raft_kv::raft::role::Role;
use raft_kv::raft::{Event, Message, Node, Outbox};

const CLIENT: ProcessId = ProcessId::Client(1);

/// A node of a cluster, and what it sends and says.
struct Stage {
    node: Node,
    out: Outbox,
    key: Text,
    value: Text,
}

impl Stage {
    /// Node 1 of this many, started and configured.
    fn new(cluster_size: u32) -> Self {
        let mut texts = Texts::default();
        let (key, value) = (texts.intern("x"), texts.intern("1"));
        let mut stage = Stage { node: Node::new(1, Options::default()), out: Outbox::default(), key, value };
        stage.deliver(ProcessId::Main, Message::Init);
        stage.deliver(ProcessId::Main, Message::SetPeers { peers: (2..=cluster_size).collect() });
        stage
    }

    fn put(&self) -> Command {
        Command::Put { key: self.key, value: self.value }
    }

    fn get(&self) -> Command {
        Command::Get { key: self.key }
    }

    /// Gives a message to the node. Returns what it sends and says.
    fn deliver(&mut self, from: ProcessId, message: Message) -> (Vec<(ProcessId, Message)>, Vec<Event>) {
        assert!(self.node.accepts(&message), "the node does not take {message:?} now");
        self.node.on_message(from, &message, &mut self.out);
        (self.out.take_sends().collect(), self.out.take_events().collect())
    }

    fn from(&mut self, node: u32, message: Message) -> (Vec<(ProcessId, Message)>, Vec<Event>) {
        self.deliver(ProcessId::Node(node), message)
    }

    /// Entries from the leader of that term, node 2. Returns what the node answers.
    fn append(&mut self, term: Term, prev: (u32, Term), terms: &[Term], leader_commit: u32) -> AppendOutcome {
        let request = |number| Some(Request { client: 2, number, command: self.put() });
        let entries = (1..).zip(terms).map(|(number, &term)| Entry { term, request: request(number) }).collect();
        let (prev_log_index, prev_log_term) = prev;
        let message = Message::AppendEntries { term, prev_log_index, prev_log_term, entries, leader_commit, round: 0 };
        let (sent, _) = self.from(2, message);
        match sent.as_slice() {
            [(ProcessId::Node(2), Message::AppendEntriesResponse { outcome, .. })] => *outcome,
            other => panic!("a follower answers its leader once, not {other:?}"),
        }
    }

    /// Has the node, one of five, lead the next term.
    fn lead(&mut self) {
        let term = self.term() + 1;
        self.deliver(ProcessId::Main, Message::StartElection);
        for peer in 2..=5 {
            self.from(peer, Message::RequestVoteResponse { term, granted: true });
        }
        assert!(matches!(self.node.role(), Role::Leader(_)));
    }

    fn term(&self) -> Term {
        self.node.persistent().current_term
    }

    fn log_terms(&self) -> Vec<Term> {
        self.node.persistent().log.entries_from(1).iter().map(|entry| entry.term).collect()
    }
}

fn matched(term: Term, match_index: u32) -> Message {
    Message::AppendEntriesResponse { term, round: 0, outcome: AppendOutcome::Matched { match_index } }
}

fn granted(sent: &[(ProcessId, Message)]) -> bool {
    match sent {
        [(_, Message::RequestVoteResponse { granted, .. })] => *granted,
        other => panic!("a vote is answered once, not {other:?}"),
    }
}

#[test]
fn a_vote_is_given_once_a_term_and_again_to_the_same_candidate_section_5_2() {
    let mut stage = Stage::new(5);
    let ask = Message::RequestVote { term: 1, last_log_index: 0, last_log_term: 0 };
    assert!(granted(&stage.from(2, ask.clone()).0));
    assert!(!granted(&stage.from(3, ask.clone()).0));
    assert!(granted(&stage.from(2, ask).0));
    assert!(granted(&stage.from(3, Message::RequestVote { term: 2, last_log_index: 0, last_log_term: 0 }).0));
    assert!(!granted(&stage.from(4, Message::RequestVote { term: 1, last_log_index: 9, last_log_term: 1 }).0));
    assert_eq!((stage.term(), stage.node.persistent().voted_for), (2, Some(3)));
}

#[test]
fn a_candidate_with_an_older_log_gets_no_vote_section_5_4_1() {
    let mut stage = Stage::new(5);
    stage.append(2, (0, 0), &[1, 2], 0);
    for (last_log_index, last_log_term, wins) in [(9, 1, false), (1, 2, false), (2, 2, true), (1, 3, true)] {
        let term = stage.term() + 1;
        let (sent, _) = stage.from(3, Message::RequestVote { term, last_log_index, last_log_term });
        assert_eq!(granted(&sent), wins, "log ends at {last_log_index}@{last_log_term}");
    }
}

#[test]
fn a_higher_term_in_any_message_makes_a_follower_section_5_1() {
    for message in [
        Message::RequestVote { term: 9, last_log_index: 0, last_log_term: 0 },
        Message::RequestVoteResponse { term: 9, granted: false },
        Message::AppendEntriesResponse { term: 9, round: 0, outcome: AppendOutcome::StaleTerm },
        Message::CommitNotification { term: 9, commit_index: 0, commit_term: 0 },
    ] {
        let mut stage = Stage::new(5);
        stage.lead();
        let (_, events) = stage.from(2, message);
        assert_eq!((stage.term(), stage.node.role()), (9, &Role::Follower));
        assert!(events.contains(&Event::SteppedDown { term: 9 }));
    }
}

#[test]
fn a_deposed_leader_tells_its_clients_and_refuses_the_next_ones() {
    let mut stage = Stage::new(5);
    stage.lead();
    let command = stage.put();
    stage.deliver(CLIENT, Message::ClientRequest { request: 1, command });
    let (sent, events) =
        stage.from(2, Message::AppendEntriesResponse { term: 7, round: 0, outcome: AppendOutcome::StaleTerm });
    let failed = Message::ClientResponse { request: 1, result: Err(Refused::ReplicationFailed) };
    assert_eq!(sent, [(CLIENT, failed)]);
    assert_eq!(events, [Event::SteppedDown { term: 7 }, Event::ReplicationFailed { index: 1 }]);

    let (sent, events) = stage.deliver(CLIENT, Message::ClientRequest { request: 2, command });
    assert_eq!(
        sent,
        [(CLIENT, Message::ClientResponse { request: 2, result: Err(Refused::NotLeader { leader: None }) })]
    );
    assert_eq!(events, [Event::RequestRefused]);
    assert_eq!(stage.node.awaited(), None, "the round was given up");
}

#[test]
fn an_election_without_a_majority_fails_and_can_be_tried_again_section_5_2() {
    let mut stage = Stage::new(5);
    stage.deliver(ProcessId::Main, Message::StartElection);
    for peer in 2..=4 {
        stage.from(peer, Message::RequestVoteResponse { term: 1, granted: peer == 2 });
    }
    let (_, events) = stage.from(5, Message::RequestVoteResponse { term: 1, granted: false });
    assert_eq!(events, [Event::ElectionResult { votes: 2, quorum: 3 }, Event::ElectionFailed]);
    assert_eq!((stage.node.role(), stage.node.persistent().voted_for), (&Role::Follower, Some(1)));
    stage.lead();
    assert_eq!(stage.term(), 2);
}

#[test]
fn votes_of_an_older_term_do_not_count_section_5_2() {
    let mut stage = Stage::new(5);
    stage.deliver(ProcessId::Main, Message::StartElection);
    stage.from(3, Message::RequestVote { term: 5, last_log_index: 0, last_log_term: 0 });
    stage.deliver(ProcessId::Main, Message::StartElection);
    let (_, events) = stage.from(2, Message::RequestVoteResponse { term: 1, granted: true });
    assert_eq!(events, []);
    assert_eq!(stage.node.role(), &Role::Candidate { votes: vec![1] });
}

#[test]
fn a_candidate_follows_the_leader_of_its_own_term_section_5_2() {
    let mut stage = Stage::new(5);
    stage.deliver(ProcessId::Main, Message::StartElection);
    assert_eq!(stage.append(1, (0, 0), &[1], 0), AppendOutcome::Matched { match_index: 1 });
    assert_eq!((stage.node.role(), stage.node.persistent().voted_for), (&Role::Follower, Some(1)));
}

#[test]
fn two_nodes_that_call_each_other_do_not_wait_forever() {
    let mut stage = Stage::new(5);
    stage.deliver(ProcessId::Main, Message::StartElection);
    let ask = Message::RequestVote { term: 1, last_log_index: 0, last_log_term: 0 };
    assert!(!granted(&stage.from(2, ask).0), "a candidate answers another one while it waits");
    let request = Message::ClientRequest { request: 1, command: stage.get() };
    assert!(!stage.node.accepts(&request) && !stage.node.accepts(&Message::StartElection), "new work waits");
}

#[test]
fn a_sitting_leader_does_not_stand_for_election() {
    let mut stage = Stage::new(5);
    stage.lead();
    assert_eq!(stage.deliver(ProcessId::Main, Message::StartElection), (vec![], vec![]));
    assert_eq!(stage.term(), 1);
}

#[test]
fn a_conflicting_tail_is_cut_section_5_3() {
    let mut stage = Stage::new(5);
    stage.append(1, (0, 0), &[1, 1, 1], 0);
    assert_eq!(stage.append(2, (1, 1), &[2], 0), AppendOutcome::Matched { match_index: 2 });
    assert_eq!(stage.log_terms(), [1, 2]);
}

#[test]
fn a_delayed_message_cuts_nothing_and_vouches_for_no_more_than_it_carried_section_5_3() {
    let mut stage = Stage::new(5);
    stage.append(1, (0, 0), &[1, 1, 1], 0);
    assert_eq!(stage.append(1, (0, 0), &[1], 3), AppendOutcome::Matched { match_index: 1 });
    assert_eq!(stage.log_terms(), [1, 1, 1]);
    assert_eq!(stage.node.commit_index(), 1, "not min(leader_commit, end of the own log)");
}

#[test]
fn entries_that_do_not_follow_on_the_log_are_refused_with_a_hint_section_5_3() {
    let mut stage = Stage::new(5);
    assert_eq!(
        stage.append(4, (3, 3), &[4], 0),
        AppendOutcome::Mismatch { prev_log_index: 3, conflict_term: None, conflict_index: 1 }
    );
    stage.append(4, (0, 0), &[1, 2, 2, 2], 0);
    assert_eq!(
        stage.append(4, (4, 4), &[4], 4),
        AppendOutcome::Mismatch { prev_log_index: 4, conflict_term: Some(2), conflict_index: 2 }
    );
    assert_eq!((stage.log_terms(), stage.node.commit_index()), (vec![1, 2, 2, 2], 0));
    assert_eq!(stage.append(3, (4, 2), &[3], 4), AppendOutcome::StaleTerm);
}

#[test]
fn a_notification_commits_only_what_matches() {
    let mut stage = Stage::new(5);
    stage.append(2, (0, 0), &[1, 1], 0);
    let notify = |term, commit_index, commit_term| Message::CommitNotification { term, commit_index, commit_term };
    for (message, why) in [
        (notify(2, 2, 2), "another entry stands there"),
        (notify(2, 3, 2), "no entry stands there"),
        (notify(1, 2, 1), "its sender was deposed"),
    ] {
        let (_, events) = stage.from(2, message);
        assert_eq!(events, [Event::CommitNotified { commit_index: 0 }], "{why}");
        assert_eq!(stage.node.last_applied(), 0, "{why}");
    }
    let (_, events) = stage.from(2, notify(2, 1, 1));
    let applied = Event::Applied { slot: Some(1), command: stage.put(), reply: Reply::Done };
    assert_eq!(events, [Event::CommitNotified { commit_index: 1 }, applied]);
    let (_, events) = stage.from(2, notify(2, 1, 1));
    assert_eq!(events, [Event::CommitNotified { commit_index: 1 }], "told again, it says so again");
}

#[test]
fn a_leader_repairs_a_follower_that_lags_behind_section_5_3() {
    let mut stage = Stage::new(3);
    stage.append(3, (0, 0), &[1, 1, 3, 3], 0);
    stage.deliver(ProcessId::Main, Message::StartElection);
    for peer in [2, 3] {
        stage.from(peer, Message::RequestVoteResponse { term: 4, granted: true });
    }
    let command = stage.get();
    let (sent, _) = stage.deliver(CLIENT, Message::ClientRequest { request: 1, command });
    assert_eq!(sent_entries(&sent), (4, 1), "first it is taken to lack nothing but the new entry");

    // It has 1, 2, 2: the leader has no entry of term 2, and goes to the first of that term.
    let outcome = AppendOutcome::Mismatch { prev_log_index: 4, conflict_term: None, conflict_index: 4 };
    let (sent, events) = stage.from(2, Message::AppendEntriesResponse { term: 4, round: 0, outcome });
    assert_eq!((sent_entries(&sent), events), ((3, 2), vec![Event::NackReceived { from: 2 }]));
    let outcome = AppendOutcome::Mismatch { prev_log_index: 3, conflict_term: Some(2), conflict_index: 2 };
    let (sent, _) = stage.from(2, Message::AppendEntriesResponse { term: 4, round: 0, outcome });
    assert_eq!(sent_entries(&sent), (1, 4));
    let (sent, events) = stage.from(2, matched(4, 5));
    assert_eq!(events, [Event::AckReceived { from: 2, match_index: 5 }]);
    assert_eq!(sent[0].0, ProcessId::Node(3), "the next peer is called when this one has all entries");
    assert_eq!(stage.node.commit_index(), 0);
    stage.from(3, matched(4, 5));
    assert_eq!(stage.node.commit_index(), 5);
}

#[test]
fn an_answer_that_comes_twice_changes_nothing() {
    let mut stage = Stage::new(3);
    stage.append(1, (0, 0), &[1, 1, 1], 0);
    stage.deliver(ProcessId::Main, Message::StartElection);
    for peer in [2, 3] {
        stage.from(peer, Message::RequestVoteResponse { term: 2, granted: true });
    }
    let mismatch = AppendOutcome::Mismatch { prev_log_index: 3, conflict_term: None, conflict_index: 3 };
    let mismatch = Message::AppendEntriesResponse { term: 2, round: 0, outcome: mismatch };
    stage.deliver(CLIENT, Message::ClientRequest { request: 1, command: stage.get() });
    assert_eq!(sent_entries(&stage.from(2, mismatch.clone()).0), (2, 2));
    stage.from(2, matched(2, 4));
    assert_eq!(stage.from(2, mismatch), (vec![], vec![]), "what is known to match is not doubted");
    stage.from(3, matched(2, 4));
    assert_eq!(stage.node.commit_index(), 4);

    stage.deliver(CLIENT, Message::ClientRequest { request: 2, command: stage.get() });
    let (sent, _) = stage.from(2, matched(2, 4));
    assert_eq!((sent, stage.node.awaited()), (vec![], Some(2)), "the answer of an earlier round decides nothing");
    stage.from(2, matched(2, 5));
    stage.from(3, matched(2, 4));
    assert_eq!((stage.node.commit_index(), stage.node.awaited()), (4, Some(3)));
    stage.from(3, matched(2, 5));
    assert_eq!(stage.node.commit_index(), 5);
}

/// How many entries precede those that are sent, and how many are sent, to one peer.
fn sent_entries(sent: &[(ProcessId, Message)]) -> (u32, usize) {
    match sent {
        [(ProcessId::Node(_), Message::AppendEntries { prev_log_index, entries, .. })] => {
            (*prev_log_index, entries.len())
        }
        other => panic!("a leader calls one peer at a time, not {other:?}"),
    }
}

#[test]
fn a_new_leader_applies_what_its_predecessor_left_through_the_same_path_section_5_4_2() {
    let mut stage = Stage::new(3);
    stage.append(1, (0, 0), &[1], 0);
    stage.deliver(ProcessId::Main, Message::StartElection);
    for peer in [2, 3] {
        stage.from(peer, Message::RequestVoteResponse { term: 2, granted: true });
    }
    assert_eq!(stage.node.commit_index(), 0, "an entry of an earlier term is not committed by counting");
    let command = stage.get();
    stage.deliver(CLIENT, Message::ClientRequest { request: 1, command });
    stage.from(2, matched(2, 2));
    let (sent, events) = stage.from(3, matched(2, 2));
    assert_eq!(
        events,
        [
            Event::AckReceived { from: 3, match_index: 2 },
            Event::Replicated { acks: 3, quorum: 2 },
            Event::Applied { slot: Some(1), command: stage.put(), reply: Reply::Done },
            Event::Applied { slot: None, command, reply: Reply::Value(stage.value) },
        ]
    );
    assert_eq!(sent[0], (CLIENT, Message::ClientResponse { request: 1, result: Ok(Reply::Value(stage.value)) }));
    let notify = Message::CommitNotification { term: 2, commit_index: 2, commit_term: 2 };
    assert_eq!(sent[1..], [(ProcessId::Node(2), notify.clone()), (ProcessId::Node(3), notify)]);
}

#[test]
fn an_answer_of_an_older_term_counts_for_nothing() {
    let mut stage = Stage::new(5);
    stage.lead();
    stage.from(3, Message::RequestVoteResponse { term: 4, granted: false });
    stage.lead();
    let command = stage.put();
    stage.deliver(CLIENT, Message::ClientRequest { request: 1, command });
    assert_eq!(stage.from(2, matched(1, 1)), (vec![], vec![]));
    assert_eq!(stage.node.awaited(), Some(2));
}
