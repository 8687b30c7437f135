//! A single node of full Raft, given one input after another.

use raft_kv::kv::{Command, Request, Text, Texts};
use raft_kv::process::{Alarm, ProcessId};
use raft_kv::raft::log::{Entry, Index, Log, Term};
use raft_kv::raft::message::{AppendOutcome, NodeId};
use raft_kv::raft::node::Persistent;
use raft_kv::raft::options::{Options, Timing};
use raft_kv::raft::role::Role;
use raft_kv::raft::{Event, Message, Node, Outbox, Timer};

/// Full Raft, as it is when nothing else is asked for.
pub(crate) fn full_raft() -> Options {
    Options { timing: Some(Timing::default()), ..Options::default() }
}

/// Texts that commands can be made of.
pub(crate) fn text(number: u32) -> Text {
    let mut texts = Texts::default();
    (0..=number).map(|number| texts.intern(&format!("{number:04}"))).last().expect("there is at least one")
}

/// A command that is told from others by its number.
pub(crate) fn command(number: u32) -> Command {
    Command::Put { key: text(number), value: text(number) }
}

/// An entry of this term, with the command of this number.
pub(crate) fn entry(term: Term, number: u32) -> Entry {
    Entry { term, request: Some(Request { client: 1, number, command: command(number) }) }
}

/// Entries of these terms, which hold the commands 1, 2 and so on.
pub(crate) fn entries(terms: &[Term]) -> Vec<Entry> {
    (1..).zip(terms).map(|(number, &term)| entry(term, number)).collect()
}

/// What is on the disk of a node that is in this term, has not voted in it, and has entries of these terms.
pub(crate) fn disk(current_term: Term, terms: &[Term]) -> Persistent {
    let mut log = Log::default();
    for entry in entries(terms) {
        log.append(entry);
    }
    Persistent { current_term, voted_for: None, log }
}

/// The terms of the entries of a log.
pub(crate) fn terms(log: &Log) -> Vec<Term> {
    log.entries_from(1).iter().map(|entry| entry.term).collect()
}

/// What a node did with one input.
#[derive(Debug, PartialEq)]
pub(crate) struct Deed {
    pub(crate) sent: Vec<(ProcessId, Message)>,
    pub(crate) alarms: Vec<Alarm<Timer>>,
    pub(crate) events: Vec<Event>,
}

impl Deed {
    /// Whether it waits for a leader's word from now on, or an election's end.
    pub(crate) fn restarts_election_timer(&self) -> bool {
        let range = Timing::default().election_timeout_ms;
        self.alarms.contains(&Alarm::Set(Timer::Election, range))
    }

    /// What is sent to each of these nodes alike, and to nobody else.
    pub(crate) fn sent_to_all(&self, peers: impl Iterator<Item = NodeId>) -> &Message {
        let (_, first) = self.sent.first().expect("something is sent");
        let expected: Vec<_> = peers.map(|peer| (ProcessId::Node(peer), first.clone())).collect();
        assert_eq!(self.sent, expected, "all are sent the same");
        first
    }

    /// The one answer that is sent, to this node.
    pub(crate) fn answer_to(&self, node: NodeId) -> &Message {
        match self.sent.as_slice() {
            [(ProcessId::Node(to), message)] if *to == node => message,
            other => panic!("node {node} gets one answer, not {other:?}"),
        }
    }

    /// Whether a vote is granted.
    pub(crate) fn grants(&self, candidate: NodeId) -> bool {
        match self.answer_to(candidate) {
            Message::RequestVoteResponse { granted, .. } => *granted,
            other => panic!("a candidate is answered, not told {other:?}"),
        }
    }

    /// What became of the entries that were sent.
    pub(crate) fn outcome_for(&self, leader: NodeId) -> AppendOutcome {
        match self.answer_to(leader) {
            Message::AppendEntriesResponse { outcome, .. } => *outcome,
            other => panic!("a leader is answered, not told {other:?}"),
        }
    }
}

/// Node 1 of a cluster.
pub(crate) struct Actor {
    pub(crate) node: Node,
    cluster_size: u32,
    out: Outbox,
    requests: u32,
}

impl Actor {
    /// In a cluster of this many nodes, at the very start.
    pub(crate) fn new(cluster_size: u32) -> Self {
        Actor::with_disk(cluster_size, Persistent::default())
    }

    /// In a cluster of this many nodes, with this on its disk.
    pub(crate) fn with_disk(cluster_size: u32, persistent: Persistent) -> Self {
        Actor::with_options(cluster_size, full_raft(), persistent)
    }

    /// The same, with other options.
    pub(crate) fn with_options(cluster_size: u32, options: Options, persistent: Persistent) -> Self {
        let node = Node::with_state(1, (2..=cluster_size).collect(), options, persistent);
        Actor { node, cluster_size, out: Outbox::default(), requests: 0 }
    }

    /// The others.
    pub(crate) fn peers(&self) -> impl Iterator<Item = NodeId> + use<> {
        2..=self.cluster_size
    }

    fn deed(&mut self) -> Deed {
        Deed {
            sent: self.out.take_sends().collect(),
            alarms: self.out.take_alarms().collect(),
            events: self.out.take_events().collect(),
        }
    }

    /// It hears this from another node.
    pub(crate) fn hear(&mut self, from: NodeId, message: Message) -> Deed {
        self.node.on_message(ProcessId::Node(from), &message, &mut self.out);
        self.deed()
    }

    /// It hears from nobody for too long.
    pub(crate) fn time_out(&mut self) -> Deed {
        self.node.on_timer(Timer::Election, &mut self.out);
        self.deed()
    }

    /// It has said nothing for a while.
    pub(crate) fn beat(&mut self) -> Deed {
        self.node.on_timer(Timer::Heartbeat, &mut self.out);
        self.deed()
    }

    /// A client asks for the command of this number.
    pub(crate) fn ask(&mut self, number: u32) -> Deed {
        self.requests += 1;
        let message = Message::ClientRequest { request: self.requests, command: command(number) };
        self.node.on_message(ProcessId::Client(1), &message, &mut self.out);
        self.deed()
    }

    /// It has not heard from a leader for as long as an election timeout takes at least.
    pub(crate) fn lose_trust(&mut self) {
        self.node.on_timer(Timer::Trust, &mut self.out);
    }

    /// It wins the next election, with all votes.
    pub(crate) fn lead(&mut self) -> Deed {
        let mut deed = self.time_out();
        for peer in self.peers() {
            let was_candidate = self.is_candidate();
            let heard = self.hear(peer, Message::RequestVoteResponse { term: self.node.current_term(), granted: true });
            deed = if was_candidate { heard } else { deed };
        }
        assert!(self.is_leader(), "all have voted for it");
        deed
    }

    /// It leads, and its first entry is committed.
    pub(crate) fn lead_and_commit(&mut self) {
        self.lead();
        let last_index = self.node.log().last_index();
        for peer in self.peers() {
            self.hear_match(peer, last_index);
        }
        assert_eq!(self.node.commit_index(), last_index, "all have its first entry");
    }

    /// A follower says that its log matches up to here.
    pub(crate) fn hear_match(&mut self, from: NodeId, match_index: Index) -> Deed {
        let outcome = AppendOutcome::Matched { match_index };
        self.hear(from, Message::AppendEntriesResponse { term: self.node.current_term(), round: 0, outcome })
    }

    pub(crate) fn is_follower(&self) -> bool {
        *self.node.role() == Role::Follower
    }

    pub(crate) fn is_candidate(&self) -> bool {
        matches!(self.node.role(), Role::Candidate { .. })
    }

    pub(crate) fn is_leader(&self) -> bool {
        matches!(self.node.role(), Role::Leader(_))
    }
}

/// AppendEntries of this term, with these entries behind that one.
pub(crate) fn append(term: Term, (index, prev_term): (Index, Term), entries: &[Entry], commit: Index) -> Message {
    Message::AppendEntries {
        term,
        prev_log_index: index,
        prev_log_term: prev_term,
        entries: entries.to_vec(),
        leader_commit: commit,
        round: 0,
    }
}

/// RequestVote of this term, of a candidate whose log ends with this index and term.
pub(crate) fn request_vote(term: Term, (last_log_index, last_log_term): (Index, Term)) -> Message {
    Message::RequestVote { term, last_log_index, last_log_term }
}
