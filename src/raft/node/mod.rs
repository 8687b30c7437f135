//! A node: the state and the rules of Figure 2 of the Raft paper, one handler a message.
//!
//! | file | rules |
//! |---|---|
//! | `mod.rs` | the state, what comes in, crash and restart |
//! | `election.rs` | elections and the transitions between roles (§5.2, §5.4.1) |
//! | `replication.rs` | the log (§5.3, §5.4.2) |
//! | `service.rs` | clients and the store (§8) |
//!
//! Section numbers are those of "In Search of an Understandable Consensus Algorithm (Extended Version)" by Diego Ongaro
//! and John Ousterhout.

mod election;
mod replication;
mod service;

use super::Outbox;
use super::calls::Calls;
use super::log::{Entry, Index, Log, Term};
use super::message::{Event, Message, NodeId, Timer};
use super::options::Options;
use super::role::Role;
use super::rules::Rules;
use crate::kv::Store;
use crate::process::{Describe, ProcessId};

/// What a node must not forget: it is written down before any message is answered (Figure 2, "Persistent state").
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Persistent {
    /// The latest term this node has seen; it only grows.
    pub current_term: Term,
    /// The candidate that has this node's vote in the current term.
    pub voted_for: Option<NodeId>,
    /// The log.
    pub log: Log,
}

/// How far a node has come before it takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Stage {
    Created,
    Started,
    Configured,
}

/// A node of the cluster.
///
/// Invariants: `last_applied <= commit_index <= log.last_index()`; a candidate or leader has voted for itself; the term
/// of the last log entry is at most the current term.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Node {
    id: NodeId,
    options: Options,
    stage: Stage,
    persistent: Persistent,
    role: Role,
    /// Whom it takes for the leader of the current term, if anybody.
    leader: Option<NodeId>,
    /// Whether it has heard from a leader a short while ago.
    trusts_leader: bool,
    commit_index: Index,
    last_applied: Index,
    store: Store,
    calls: Calls,
}

/// What is there to see of a node.
impl Node {
    /// A node that has not been started.
    pub fn new(id: NodeId, options: Options) -> Self {
        Node {
            id,
            options,
            stage: Stage::Created,
            persistent: Persistent::default(),
            role: Role::Follower,
            leader: None,
            trusts_leader: false,
            commit_index: 0,
            last_applied: 0,
            store: Store::default(),
            calls: Calls::new(options.timing),
        }
    }

    /// A node of a cluster with these peers, which runs and has this on its disk: for tests and for what cannot be
    /// reached otherwise.
    pub fn with_state(id: NodeId, peers: Vec<NodeId>, options: Options, persistent: Persistent) -> Self {
        let mut node = Node { persistent, stage: Stage::Configured, ..Node::new(id, options) };
        node.calls.set_peers(peers);
        node
    }

    /// The node, taking this for committed, applied and stored, whatever is in its log: for tests that look at what a
    /// correct node never is.
    pub fn believing(self, commit_index: Index, last_applied: Index, store: Store) -> Self {
        Node { commit_index, last_applied, store, ..self }
    }

    /// Its number.
    pub fn id(&self) -> NodeId {
        self.id
    }

    /// Whether the node was started.
    pub fn is_started(&self) -> bool {
        self.stage != Stage::Created
    }

    /// Term, vote and log.
    pub fn persistent(&self) -> &Persistent {
        &self.persistent
    }

    /// The current term.
    pub fn current_term(&self) -> Term {
        self.persistent.current_term
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.persistent.log
    }

    /// The role in the current term.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// Whom it takes for the leader, if anybody.
    pub fn leader(&self) -> Option<NodeId> {
        match self.role {
            Role::Leader(_) => Some(self.id),
            Role::Follower | Role::PreCandidate { .. } | Role::Candidate { .. } => self.leader,
        }
    }

    /// The last index known to be committed.
    pub fn commit_index(&self) -> Index {
        self.commit_index
    }

    /// The last index applied to the store.
    pub fn last_applied(&self) -> Index {
        self.last_applied
    }

    /// The replica of the key-value store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The peer whose reply this node waits for, if any.
    pub fn awaited(&self) -> Option<NodeId> {
        self.calls.awaited()
    }

    /// How many nodes decide for all: a majority of the cluster (§5.2).
    pub fn quorum(&self) -> u32 {
        let cluster_size = self.calls.peers().len() as u32 + 1;
        if self.rules().majority_quorum { cluster_size / 2 + 1 } else { (cluster_size / 2).max(1) }
    }

    /// The rules that it follows.
    pub(in crate::raft) fn rules(&self) -> Rules {
        self.options.rules
    }
}

/// What comes in.
impl Node {
    /// Whether the node takes this message now. It must be started, then configured; and while it waits for the reply
    /// to a call of its own, it begins nothing new, but answers other nodes.
    pub fn accepts(&self, message: &Message) -> bool {
        match self.stage {
            Stage::Created => matches!(message, Message::Init),
            Stage::Started => matches!(message, Message::SetPeers { .. }),
            Stage::Configured => match message {
                Message::ClientRequest { .. } | Message::StartElection => !self.calls.is_busy(),
                Message::Init
                | Message::Ready
                | Message::SetPeers { .. }
                | Message::Start { .. }
                | Message::RequestPreVote { .. }
                | Message::RequestPreVoteResponse { .. }
                | Message::RequestVote { .. }
                | Message::RequestVoteResponse { .. }
                | Message::AppendEntries { .. }
                | Message::AppendEntriesResponse { .. }
                | Message::CommitNotification { .. }
                | Message::ClientResponse { .. } => true,
            },
        }
    }

    /// Handles a message: the rule that all of them share, then the one handler that it has.
    pub fn on_message(&mut self, from: ProcessId, message: &Message, out: &mut Outbox) {
        // "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower" (§5.1).
        if let Some(term) = message.term()
            && term > self.current_term()
            && (self.rules().step_down_on_higher_term || !message.is_response())
        {
            self.become_follower(term, out);
        }
        match *message {
            Message::Init => self.on_init(from, out),
            Message::SetPeers { ref peers } => self.on_set_peers(peers, out),
            Message::StartElection => self.on_start_election(out),
            Message::RequestPreVote { next_term, last_log_index, last_log_term } => {
                self.on_request_pre_vote(node(from), next_term, (last_log_index, last_log_term), out);
            }
            Message::RequestPreVoteResponse { term: _, next_term, granted } => {
                self.on_request_pre_vote_response(node(from), next_term, granted, out);
            }
            Message::RequestVote { term, last_log_index, last_log_term } => {
                self.on_request_vote(node(from), term, (last_log_index, last_log_term), out);
            }
            Message::RequestVoteResponse { term, granted } => {
                self.on_request_vote_response(node(from), term, granted, out);
            }
            Message::AppendEntries { term, prev_log_index, prev_log_term, ref entries, leader_commit, round } => {
                let prev = (prev_log_index, prev_log_term);
                self.on_append_entries(node(from), (term, round), prev, entries, leader_commit, out);
            }
            Message::AppendEntriesResponse { term, round, outcome } => {
                self.on_append_entries_response(node(from), (term, round), outcome, out);
            }
            Message::CommitNotification { term, commit_index, commit_term } => {
                self.on_commit_notification(term, commit_index, commit_term, out);
            }
            Message::ClientRequest { request, command } => self.on_client_request(from, request, command, out),
            Message::Ready | Message::Start { .. } | Message::ClientResponse { .. } => {
                panic!("{from} sent node {} what is not for nodes: {}", self.id, message.kind())
            }
        }
        self.assert_invariants();
    }

    /// Handles a timer.
    pub fn on_timer(&mut self, timer: Timer, out: &mut Outbox) {
        match timer {
            Timer::Election => self.on_election_timeout(out),
            Timer::Heartbeat => self.on_heartbeat(out),
            Timer::Trust => self.trusts_leader = false,
            Timer::ElectionOver | Timer::RunOver | Timer::Retry | Timer::Think => {
                panic!("node {} does not wait for {timer:?}", self.id)
            }
        }
        self.assert_invariants();
    }

    /// Stops. What is not persistent is gone (Figure 2, "Volatile state"), and so are the last `lost` entries, if the disk
    /// did not keep its word.
    pub fn on_crash(&mut self, lost: u32) {
        let rules = self.rules();
        let Persistent { current_term, voted_for, log } = &mut self.persistent;
        if !rules.term_is_durable {
            (*current_term, *voted_for) = (0, None);
        }
        if !rules.vote_is_durable {
            *voted_for = None;
        }
        let kept = if rules.log_is_durable { log.last_index().saturating_sub(lost) } else { 0 };
        log.truncate(kept);
        self.role = Role::Follower;
        self.leader = None;
        self.trusts_leader = false;
        (self.commit_index, self.last_applied) = (0, 0);
        self.store = Store::default();
        self.calls.close();
    }

    /// Starts again as a follower, and waits for a leader.
    pub fn on_restart(&mut self, out: &mut Outbox) {
        if self.stage == Stage::Configured {
            self.calls.await_leader(out);
        }
    }

    fn on_init(&mut self, from: ProcessId, out: &mut Outbox) {
        assert!(self.stage == Stage::Created, "a node is started once");
        self.stage = Stage::Started;
        out.event(Event::Starting);
        out.send(from, Message::Ready);
    }

    fn on_set_peers(&mut self, peers: &[NodeId], out: &mut Outbox) {
        assert!(self.stage == Stage::Started, "a cluster keeps its members");
        assert!(!peers.contains(&self.id), "a node is not its own peer");
        self.stage = Stage::Configured;
        self.calls.set_peers(peers.to_vec());
        self.calls.await_leader(out);
        out.event(Event::PeersConfigured { peers: peers.len() as u32 });
    }

    fn assert_invariants(&self) {
        self.insist(self.last_applied <= self.commit_index, "what is applied is committed");
        self.insist(self.commit_index <= self.log().last_index(), "what is committed is in the log");
        self.insist(self.log().last_term() <= self.current_term(), "no entry is of a later term");
        let has_own_vote = self.persistent.voted_for == Some(self.id);
        let needs_it = matches!(self.role, Role::Candidate { .. } | Role::Leader(_));
        self.insist(has_own_vote || !needs_it, "a candidate or leader has voted for itself");
    }

    /// Asserts what holds as long as all rules are in force. Where one was taken away, the checks from outside say what
    /// became of it ([`super::safety`]).
    fn insist(&self, holds: bool, invariant: &str) {
        assert!(holds || self.rules() != Rules::ALL, "node {}: {invariant}", self.id);
    }
}

/// The node that sent a message which only nodes send.
#[inline]
fn node(from: ProcessId) -> NodeId {
    match from {
        ProcessId::Node(id) => id,
        ProcessId::Main | ProcessId::Client(_) => panic!("{from} sent a message that only nodes send"),
    }
}
