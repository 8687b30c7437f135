//! A node: the state and the rules of Figure 2 of the Raft paper, one handler a message.
//!
//! Section numbers are those of "In Search of an Understandable Consensus Algorithm (Extended Version)" by Diego Ongaro
//! and John Ousterhout.

use super::Outbox;
use super::calls::Calls;
use super::log::{Entry, Index, Log, Term};
use super::message::{AppendOutcome, Event, Message, NodeId, Refused};
use super::role::{Leadership, Progress, Role, Waiting};
use crate::kv::{Command, Reply, Store};
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
    stage: Stage,
    persistent: Persistent,
    role: Role,
    commit_index: Index,
    last_applied: Index,
    store: Store,
    calls: Calls,
}

/// What is there to see of a node.
impl Node {
    /// A node that has not been started.
    pub fn new(id: NodeId) -> Self {
        Node {
            id,
            stage: Stage::Created,
            persistent: Persistent::default(),
            role: Role::Follower,
            commit_index: 0,
            last_applied: 0,
            store: Store::default(),
            calls: Calls::default(),
        }
    }

    /// Whether the node runs.
    pub fn is_started(&self) -> bool {
        self.stage != Stage::Created
    }

    /// Term, vote and log.
    pub fn persistent(&self) -> &Persistent {
        &self.persistent
    }

    /// The role in the current term.
    pub fn role(&self) -> &Role {
        &self.role
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

    /// How many nodes are a majority of the cluster (§5.2).
    fn quorum(&self) -> u32 {
        let cluster_size = self.calls.peers().len() as u32 + 1;
        cluster_size / 2 + 1
    }

    fn current_term(&self) -> Term {
        self.persistent.current_term
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
                Message::ClientRequest { .. } | Message::StartElection => !self.calls.is_open(),
                Message::Init
                | Message::Ready
                | Message::SetPeers { .. }
                | Message::Start { .. }
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
        {
            self.become_follower(term, out);
        }
        match *message {
            Message::Init => self.on_init(from, out),
            Message::SetPeers { ref peers } => self.on_set_peers(peers, out),
            Message::StartElection => self.on_start_election(out),
            Message::RequestVote { term, last_log_index, last_log_term } => {
                self.on_request_vote(node(from), term, last_log_index, last_log_term, out);
            }
            Message::RequestVoteResponse { term, granted } => {
                self.on_request_vote_response(node(from), term, granted, out);
            }
            Message::AppendEntries { term, prev_log_index, prev_log_term, ref entries, leader_commit } => {
                self.on_append_entries(node(from), term, (prev_log_index, prev_log_term), entries, leader_commit, out);
            }
            Message::AppendEntriesResponse { term, outcome } => {
                self.on_append_entries_response(node(from), term, outcome, out);
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
        out.event(Event::PeersConfigured { peers: peers.len() as u32 });
    }
}

/// Elections (§5.2, §5.4.1).
impl Node {
    fn on_start_election(&mut self, out: &mut Outbox) {
        // Only a node that lacks a leader stands for election (§5.2).
        if matches!(self.role, Role::Leader(_)) {
            return;
        }
        self.become_candidate(out);
        let first = self.calls.begin();
        self.call_for_vote(first, out);
    }

    /// Asks the next peer for its vote, or counts the votes if all have replied.
    fn call_for_vote(&mut self, next: Option<NodeId>, out: &mut Outbox) {
        let Some(peer) = next else { return self.finish_election(out) };
        let Persistent { current_term: term, ref log, .. } = self.persistent;
        let (last_log_index, last_log_term) = (log.last_index(), log.last_term());
        out.send(ProcessId::Node(peer), Message::RequestVote { term, last_log_index, last_log_term });
    }

    fn on_request_vote(
        &mut self,
        candidate: NodeId,
        term: Term,
        last_log_index: Index,
        last_log_term: Term,
        out: &mut Outbox,
    ) {
        let current_term = self.current_term();
        let respond = |granted| Message::RequestVoteResponse { term: current_term, granted };
        // "Reply false if term < currentTerm" (§5.1).
        if term < current_term {
            out.event(Event::VoteDeniedStale { candidate });
            return out.send(ProcessId::Node(candidate), respond(false));
        }
        assert_eq!(term, current_term, "a higher term has been taken over before");

        // One vote a term, first come, first served (§5.2); asked again, the same answer.
        let is_free = self.persistent.voted_for.is_none_or(|voted_for| voted_for == candidate);
        // A candidate that lacks a committed entry must not win, and every committed entry is in the log of one of any
        // majority (§5.4.1).
        let is_up_to_date = self.persistent.log.is_at_most_as_up_to_date_as(last_log_term, last_log_index);
        if !(is_free && is_up_to_date) {
            out.event(Event::VoteDenied { candidate });
            return out.send(ProcessId::Node(candidate), respond(false));
        }
        self.persistent.voted_for = Some(candidate);
        out.event(Event::VoteGranted { candidate, term });
        out.send(ProcessId::Node(candidate), respond(true));
    }

    fn on_request_vote_response(&mut self, from: NodeId, term: Term, granted: bool, out: &mut Outbox) {
        // A vote counts only in the term it was given for, and only for a candidate (§5.2).
        if term < self.current_term() {
            return;
        }
        let Role::Candidate { votes } = &mut self.role else { return };
        if granted && !votes.contains(&from) {
            votes.push(from);
            out.event(Event::VoteReceived { from });
        }
        if self.calls.awaited() == Some(from) {
            let next = self.calls.go_on();
            self.call_for_vote(next, out);
        }
    }

    fn finish_election(&mut self, out: &mut Outbox) {
        let Role::Candidate { votes } = &self.role else { panic!("only a candidate's election can be decided") };
        let (votes, quorum) = (votes.len() as u32, self.quorum());
        out.event(Event::ElectionResult { votes, quorum });
        // "If votes received from majority of servers: become leader" (§5.2).
        if votes >= quorum {
            self.become_leader(out);
        } else {
            out.event(Event::ElectionFailed);
            self.become_follower(self.current_term(), out);
        }
    }
}

/// The three transitions, the only writers of the role (Figure 4).
impl Node {
    fn become_candidate(&mut self, out: &mut Outbox) {
        assert!(!matches!(self.role, Role::Leader(_)), "a leader does not stand for election");
        // "Increment currentTerm, vote for self" (§5.2).
        self.persistent.current_term += 1;
        self.persistent.voted_for = Some(self.id);
        self.role = Role::Candidate { votes: vec![self.id] };
        out.event(Event::StartingElection { term: self.current_term() });
    }

    fn become_leader(&mut self, out: &mut Outbox) {
        assert!(matches!(self.role, Role::Candidate { .. }), "only a candidate becomes leader");
        assert!(self.persistent.voted_for == Some(self.id), "a leader has voted for itself");
        // "nextIndex: initialized to leader last log index + 1; matchIndex: initialized to 0" (Figure 2).
        let next_index = self.persistent.log.last_index() + 1;
        let peers = self.calls.peers().iter();
        let progress = peers.map(|&peer| Progress { peer, next_index, match_index: 0 }).collect();
        self.role = Role::Leader(Leadership { progress, waiting: Vec::new() });
        out.event(Event::BecameLeader { term: self.current_term() });
    }

    /// Follows in this term, which is not older than the current one. A vote is forgotten only with its term.
    fn become_follower(&mut self, term: Term, out: &mut Outbox) {
        assert!(term >= self.current_term(), "a term never goes back");
        let was = std::mem::replace(&mut self.role, Role::Follower);
        self.calls.close();
        if term > self.current_term() {
            self.persistent.current_term = term;
            self.persistent.voted_for = None;
            if was != Role::Follower {
                out.event(Event::SteppedDown { term });
            }
        }
        if let Role::Leader(Leadership { waiting, .. }) = was {
            for Waiting { index, client, request } in waiting {
                out.event(Event::ReplicationFailed { index });
                out.send(client, Message::ClientResponse { request, result: Err(Refused::ReplicationFailed) });
            }
        }
    }
}

/// Replication (§5.3, §5.4.2).
impl Node {
    fn on_client_request(&mut self, client: ProcessId, request: u32, command: Command, out: &mut Outbox) {
        let Role::Leader(leadership) = &mut self.role else {
            out.event(Event::RequestRefused);
            return out.send(client, Message::ClientResponse { request, result: Err(Refused::NotLeader) });
        };
        // "If command received from client: append entry to local log" (Figure 2). Every command takes its place there,
        // reads and those that the store will refuse included.
        let term = self.persistent.current_term;
        let index = self.persistent.log.append(Entry { term, command });
        leadership.waiting.push(Waiting { index, client, request });
        out.event(Event::Appended { index, term });
        let first = self.calls.begin();
        self.call_to_append(first, out);
    }

    /// Sends the next peer what it lacks, or commits if all have replied.
    fn call_to_append(&mut self, next: Option<NodeId>, out: &mut Outbox) {
        let Some(peer) = next else { return self.finish_round(out) };
        let Role::Leader(leadership) = &mut self.role else { panic!("only a leader replicates") };
        let Persistent { current_term: term, ref log, .. } = self.persistent;
        let prev_log_index = leadership.progress_of(peer).next_index - 1;
        let message = Message::AppendEntries {
            term,
            prev_log_index,
            prev_log_term: log.term_at(prev_log_index).expect("a leader has all entries up to each next index"),
            entries: log.entries_from(prev_log_index + 1),
            leader_commit: self.commit_index,
        };
        out.send(ProcessId::Node(peer), message);
    }

    fn on_append_entries(
        &mut self,
        leader: NodeId,
        term: Term,
        (prev_log_index, prev_log_term): (Index, Term),
        entries: &[Entry],
        leader_commit: Index,
        out: &mut Outbox,
    ) {
        let current_term = self.current_term();
        let respond = |outcome| Message::AppendEntriesResponse { term: current_term, outcome };
        // "Reply false if term < currentTerm" (§5.1).
        if term < current_term {
            out.event(Event::EntriesStale { leader });
            return out.send(ProcessId::Node(leader), respond(AppendOutcome::StaleTerm));
        }
        assert!(!matches!(self.role, Role::Leader(_)), "there is one leader a term");
        // A candidate recognises the leader of its own term (§5.2).
        self.become_follower(term, out);

        // "Reply false if log doesn't contain an entry at prevLogIndex whose term matches prevLogTerm" (§5.3).
        if !self.persistent.log.matches(prev_log_index, prev_log_term) {
            out.event(Event::EntriesMismatch { prev_log_index });
            return out.send(ProcessId::Node(leader), respond(self.mismatch_at(prev_log_index)));
        }
        self.persistent.log.splice(prev_log_index, entries, self.commit_index);
        // Not the end of the own log: what stands behind the new entries was not compared with the leader's.
        let match_index = prev_log_index + entries.len() as u32;
        out.event(Event::EntriesAccepted { leader, match_index });
        out.send(ProcessId::Node(leader), respond(AppendOutcome::Matched { match_index }));

        // "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)" (Figure 2).
        self.commit_index = self.commit_index.max(leader_commit.min(match_index));
        self.apply_committed(out);
    }

    /// The hint that lets a leader skip a whole term at once (§5.3).
    fn mismatch_at(&self, prev_log_index: Index) -> AppendOutcome {
        let log = &self.persistent.log;
        match log.term_at(prev_log_index) {
            None => AppendOutcome::Mismatch { conflict_term: None, conflict_index: log.last_index() + 1 },
            Some(conflict_term) => AppendOutcome::Mismatch {
                conflict_term: Some(conflict_term),
                conflict_index: log.first_index_of_term_at(prev_log_index),
            },
        }
    }

    fn on_append_entries_response(&mut self, from: NodeId, term: Term, outcome: AppendOutcome, out: &mut Outbox) {
        // An answer counts only in the term it was given for: since then the follower's log may have been cut.
        if term < self.current_term() {
            return;
        }
        let Role::Leader(leadership) = &mut self.role else { return };
        let progress = leadership.progress_of(from);
        match outcome {
            // About a message of an earlier term than the one that this node leads now.
            AppendOutcome::StaleTerm => {}
            AppendOutcome::Matched { match_index } => {
                progress.match_index = progress.match_index.max(match_index);
                progress.next_index = progress.match_index + 1;
                out.event(Event::AckReceived { from, match_index });
                // An answer from an earlier round says nothing of the entry that this one is about.
                let has_all = match_index >= self.persistent.log.last_index();
                if has_all && self.calls.awaited() == Some(from) {
                    let next = self.calls.go_on();
                    self.call_to_append(next, out);
                }
            }
            AppendOutcome::Mismatch { conflict_term, conflict_index } => {
                // "If AppendEntries fails because of log inconsistency: decrement nextIndex and retry" (§5.3), or skip
                // all entries of the conflicting term but those that this log has, too.
                let last_of_term = conflict_term.and_then(|term| self.persistent.log.last_index_of_term(term));
                let hint = last_of_term.map_or(conflict_index, |index| index + 1).min(progress.next_index - 1);
                // What is known to match is not doubted again: this answers a question that was asked before.
                if hint <= progress.match_index {
                    return;
                }
                progress.next_index = hint;
                out.event(Event::NackReceived { from });
                if self.calls.awaited() == Some(from) {
                    self.call_to_append(Some(from), out);
                }
            }
        }
    }

    /// Commits what a majority has, answers, and tells the followers.
    fn finish_round(&mut self, out: &mut Outbox) {
        let Role::Leader(leadership) = &self.role else { panic!("only a leader's round can be decided") };
        let last_index = self.persistent.log.last_index();
        let (acks, quorum) = (leadership.count_with(last_index), self.quorum());
        assert!(acks >= quorum, "a round is decided when a majority has the last entry");
        out.event(Event::Replicated { acks, quorum });
        self.advance_commit_index();
        self.apply_committed(out);
        self.notify_followers(out);
    }

    /// "If there exists an N such that N > commitIndex, a majority of `matchIndex[i] >= N`, and `log[N].term ==
    /// currentTerm`: set commitIndex = N" (§5.3, §5.4). An entry of an earlier term is never committed by counting, only
    /// by one of the current term behind it (§5.4.2, Figure 8).
    fn advance_commit_index(&mut self) {
        let Role::Leader(leadership) = &self.role else { panic!("only a leader commits by counting") };
        let log = &self.persistent.log;
        let mut index = log.last_index();
        while index > self.commit_index && log.matches(index, self.persistent.current_term) {
            if leadership.count_with(index) >= self.quorum() {
                self.commit_index = index;
                return;
            }
            index -= 1;
        }
    }

    fn notify_followers(&self, out: &mut Outbox) {
        let commit_index = self.commit_index;
        let commit_term = self.persistent.log.term_at(commit_index).expect("a committed entry is in the log");
        for &peer in self.calls.peers() {
            let term = self.current_term();
            out.send(ProcessId::Node(peer), Message::CommitNotification { term, commit_index, commit_term });
        }
    }

    fn on_commit_notification(&mut self, term: Term, commit_index: Index, commit_term: Term, out: &mut Outbox) {
        // By the Log Matching Property (§5.3), a log which has the committed entry has all that came before it.
        let is_vouched_for = term == self.current_term() && self.persistent.log.matches(commit_index, commit_term);
        if is_vouched_for {
            self.commit_index = self.commit_index.max(commit_index);
        }
        out.event(Event::CommitNotified { commit_index: self.commit_index });
        self.apply_committed(out);
    }
}

/// The store.
impl Node {
    /// "If commitIndex > lastApplied: increment lastApplied, apply `log[lastApplied]` to state machine" (§5.3). The same
    /// for all roles; a leader also answers who waits for the entry.
    fn apply_committed(&mut self, out: &mut Outbox) {
        while self.last_applied < self.commit_index {
            self.last_applied += 1;
            let index = self.last_applied;
            let Entry { command, .. } = self.persistent.log.get(index).expect("a committed entry is in the log");
            let reply = self.store.apply(command);
            let waiting = self.take_waiting(index);
            out.event(Event::Applied { slot: waiting.is_none().then_some(index), command, reply });
            if let Some(Waiting { client, request, .. }) = waiting {
                out.send(client, Message::ClientResponse { request, result: Ok::<Reply, Refused>(reply) });
            }
        }
    }

    fn take_waiting(&mut self, index: Index) -> Option<Waiting> {
        match &mut self.role {
            Role::Leader(leadership) => leadership.take_waiting(index),
            Role::Follower | Role::Candidate { .. } => None,
        }
    }

    fn assert_invariants(&self) {
        assert!(self.last_applied <= self.commit_index, "what is applied is committed");
        assert!(self.commit_index <= self.persistent.log.last_index(), "what is committed is in the log");
        assert!(self.persistent.log.last_term() <= self.current_term(), "no entry is of a later term");
        let has_own_vote = self.persistent.voted_for == Some(self.id);
        assert!(has_own_vote || self.role == Role::Follower, "a candidate or leader has voted for itself");
    }
}

/// The node that sent a message which only nodes send.
fn node(from: ProcessId) -> NodeId {
    match from {
        ProcessId::Node(id) => id,
        ProcessId::Main | ProcessId::Client(_) => panic!("{from} sent a message that only nodes send"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kv::Texts;

    /// A leader of five in this term, with entries of these terms, whose peers match up to these indices.
    fn leader(term: Term, terms: &[Term], matching: [Index; 4]) -> Node {
        let mut node = Node::new(1);
        let command = Command::Get { key: Texts::default().intern("x") };
        for &term in terms {
            node.persistent.log.append(Entry { term, command });
        }
        node.persistent.current_term = term;
        node.calls.set_peers(vec![2, 3, 4, 5]);
        let next_index = terms.len() as Index + 1;
        let progress = (2..).zip(matching).map(|(peer, match_index)| Progress { peer, next_index, match_index });
        node.role = Role::Leader(Leadership { progress: progress.collect(), waiting: Vec::new() });
        node
    }

    #[test]
    fn a_leader_commits_the_last_entry_of_its_term_that_a_majority_has_section_5_3() {
        for (matching, committed) in [
            ([0, 0, 0, 0], 0),
            ([4, 0, 0, 0], 0),
            ([4, 4, 0, 0], 4),
            ([1, 2, 3, 4], 3),
            ([4, 3, 0, 0], 3),
            ([4, 4, 4, 4], 4),
        ] {
            let mut node = leader(1, &[1, 1, 1, 1], matching);
            node.advance_commit_index();
            assert_eq!(node.commit_index, committed, "peers match up to {matching:?}");
        }
    }

    #[test]
    fn an_entry_of_an_earlier_term_is_never_committed_by_counting_section_5_4_2() {
        // Figure 8 (c): the entry of term 2 is on a majority, and may yet be overwritten.
        let mut node = leader(4, &[1, 2, 4], [2, 2, 1, 1]);
        node.advance_commit_index();
        assert_eq!(node.commit_index, 0);
        // Figure 8 (e): with one of its own term behind it, it is committed.
        let mut node = leader(4, &[1, 2, 4], [3, 3, 1, 1]);
        node.advance_commit_index();
        assert_eq!(node.commit_index, 3);
    }

    #[test]
    fn what_is_committed_stays_committed() {
        let mut node = leader(1, &[1, 1, 1], [2, 2, 0, 0]);
        node.advance_commit_index();
        let Role::Leader(leadership) = &mut node.role else { panic!("it leads") };
        leadership.progress.truncate(1);
        node.advance_commit_index();
        assert_eq!(node.commit_index, 2);
    }
}
