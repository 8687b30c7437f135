//! What a node is in a term, and what a leader knows of the others (§5.1, Figure 2).
//!
//! [`Node`](super::node::Node) alone changes its role, in four transitions.

use super::log::Index;
use super::message::NodeId;
use crate::kv::Request;
use crate::process::ProcessId;

/// What a node is in the current term, with what it needs for that alone (§5.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Role {
    /// Answers others.
    Follower,
    /// Asks whether it could win before it stands for election, lest it disturb a leader in vain (§9.6 of the
    /// dissertation).
    PreCandidate {
        /// Who would vote for it, itself included, each once.
        votes: Vec<NodeId>,
    },
    /// Wants to lead.
    Candidate {
        /// Who voted for it, itself included, each once.
        votes: Vec<NodeId>,
    },
    /// Leads.
    Leader(Leadership),
}

impl Role {
    /// Its name, one word.
    pub fn name(&self) -> &'static str {
        match self {
            Role::Follower => "follower",
            Role::PreCandidate { .. } => "pre-candidate",
            Role::Candidate { .. } => "candidate",
            Role::Leader(_) => "leader",
        }
    }
}

/// What only a leader keeps (Figure 2, "Volatile state on leaders").
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leadership {
    /// For each peer, in ascending order, how far its log is known.
    pub progress: Vec<Progress>,
    /// Who waits for which entry, in ascending order of the index.
    pub(super) waiting: Vec<Waiting>,
    /// Reads that wait for their quorum, in ascending order of the round.
    pub(super) reads: Vec<Read>,
    /// The last round of AppendEntries: an answer to it says that the follower took this node for its leader then.
    pub(super) round: u32,
    /// The index of the first entry that this leader appended, or will.
    pub(super) first_index: Index,
}

/// How far a leader knows a peer's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Progress {
    /// Which peer.
    pub peer: NodeId,
    /// The next entry to send to it.
    pub next_index: Index,
    /// Up to here its log is known to equal the leader's.
    pub match_index: Index,
    /// The last round that it answered.
    pub(super) round: u32,
}

impl Progress {
    /// Of a peer, at the start of a term (Figure 2).
    pub(super) fn new(peer: NodeId, next_index: Index) -> Self {
        Progress { peer, next_index, match_index: 0, round: 0 }
    }
}

/// A client that waits for an entry to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Waiting {
    /// The entry.
    pub index: Index,
    /// Who waits.
    pub client: ProcessId,
    /// The client's number of its request.
    pub request: u32,
}

/// A read that is answered without an entry (§8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Read {
    /// Who asks for what.
    pub request: Request,
    /// The round that a majority has to answer.
    pub round: u32,
    /// The entry that has to be applied first.
    pub index: Index,
}

impl Leadership {
    /// How many nodes are known to have the leader's entry at this index, the leader included.
    #[inline]
    pub(super) fn count_with(&self, index: Index) -> u32 {
        1 + self.progress.iter().filter(|progress| progress.match_index >= index).count() as u32
    }

    /// How many nodes have answered this round, the leader included.
    #[inline]
    fn count_in_round(&self, round: u32) -> u32 {
        1 + self.progress.iter().filter(|progress| progress.round >= round).count() as u32
    }

    /// Takes out the reads that can be answered, as so many nodes have answered their round and everything up to their
    /// index is applied.
    pub(super) fn take_reads(&mut self, quorum: u32, last_applied: Index) -> Vec<Read> {
        let is_ready = |read: &Read| self.count_in_round(read.round) >= quorum && read.index <= last_applied;
        let ready: Vec<Read> = self.reads.iter().copied().filter(is_ready).collect();
        self.reads.retain(|read| !ready.contains(read));
        ready
    }

    /// What is known of this peer.
    #[inline]
    pub(super) fn progress_of(&mut self, peer: NodeId) -> &mut Progress {
        let place = self.progress.binary_search_by_key(&peer, |progress| progress.peer);
        &mut self.progress[place.expect("a leader knows the progress of all its peers")]
    }

    /// Who waits for the entry at this index, which is the next to be applied; that wait is over with this.
    pub(super) fn take_waiting(&mut self, index: Index) -> Option<Waiting> {
        let is_first = self.waiting.first().is_some_and(|waiting| waiting.index == index);
        is_first.then(|| self.waiting.remove(0))
    }
}
