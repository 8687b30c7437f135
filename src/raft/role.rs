//! What a node is in a term, and what a leader knows of the others (§5.1, Figure 2).
//!
//! [`Node`](super::node::Node) alone changes its role, in three transitions.

use super::log::Index;
use super::message::NodeId;
use crate::process::ProcessId;

/// What a node is in the current term, with what it needs for that alone (§5.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Role {
    /// Answers others.
    Follower,
    /// Wants to lead.
    Candidate {
        /// Who voted for it, itself included, each once.
        votes: Vec<NodeId>,
    },
    /// Leads.
    Leader(Leadership),
}

/// What only a leader keeps (Figure 2, "Volatile state on leaders").
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leadership {
    /// For each peer, in ascending order, how far its log is known.
    pub progress: Vec<Progress>,
    /// Who waits for which entry, in ascending order of the index.
    pub(super) waiting: Vec<Waiting>,
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

impl Leadership {
    /// How many nodes are known to have the leader's entry at this index, the leader included.
    pub(super) fn count_with(&self, index: Index) -> u32 {
        1 + self.progress.iter().filter(|progress| progress.match_index >= index).count() as u32
    }

    /// What is known of this peer.
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
