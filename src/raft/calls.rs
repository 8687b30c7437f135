//! Whom a node calls, when a round of calls is decided, and how long it waits for anybody: the two gears.
//!
//! **One by one**, the failure-free gear: a node calls its peers in ascending order, and waits for each reply before the next
//! call; the round is decided when every peer has replied, and then all are told what was decided. While a round is open,
//! new work waits (see [`Node::accepts`](super::node::Node::accepts)), but requests of other nodes are answered, so that two
//! nodes which call each other do not wait forever. Nobody ever stops waiting.
//!
//! **All at once**, full Raft: a node calls all its peers together and is content with a majority (§5.2, §5.3). Whoever
//! waits too long tries again, so that nothing depends on any one message or node.
//!
//! This file alone knows the gears; the handlers do not ask.

use super::Outbox;
use super::message::{NodeId, Timer};
use super::options::Timing;

/// The peers of a node, and the round of calls that it is in, if any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Calls {
    peers: Vec<NodeId>,
    gear: Gear,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Gear {
    OneByOne {
        /// The place of the peer whose reply is awaited.
        awaited: Option<u32>,
    },
    AllAtOnce(Timing),
}

impl Calls {
    /// Calls one by one, or, if it is known how long to wait, all at once.
    pub fn new(timing: Option<Timing>) -> Self {
        let gear = timing.map_or(Gear::OneByOne { awaited: None }, Gear::AllAtOnce);
        Calls { peers: Vec::new(), gear }
    }

    /// Calls go to these peers, which are in ascending order.
    pub fn set_peers(&mut self, peers: Vec<NodeId>) {
        assert!(peers.is_sorted(), "peers are called in ascending order");
        self.peers = peers;
    }

    /// All peers, in ascending order.
    pub fn peers(&self) -> &[NodeId] {
        &self.peers
    }

    /// Begins a round. Returns whom to call now; if that is nobody, there is no peer.
    #[inline]
    pub fn begin(&mut self) -> &[NodeId] {
        match &mut self.gear {
            Gear::OneByOne { awaited } => {
                assert!(awaited.is_none(), "a round is decided before the next one begins");
                *awaited = (!self.peers.is_empty()).then_some(0);
                &self.peers[..self.peers.len().min(1)]
            }
            Gear::AllAtOnce(_) => &self.peers,
        }
    }

    /// The peer whose reply is awaited before anything else, if there is one.
    pub fn awaited(&self) -> Option<NodeId> {
        match self.gear {
            Gear::OneByOne { awaited } => awaited.map(|place| self.peers[place as usize]),
            Gear::AllAtOnce(_) => None,
        }
    }

    /// Whether new work waits until the round is decided.
    pub fn is_busy(&self) -> bool {
        self.awaited().is_some()
    }

    /// Whether this peer may be called now.
    #[inline]
    pub fn may_call(&self, peer: NodeId) -> bool {
        match self.gear {
            Gear::OneByOne { .. } => self.awaited() == Some(peer),
            Gear::AllAtOnce(_) => true,
        }
    }

    /// Goes on after the reply of this peer. Returns whom to call next, if anybody.
    #[inline]
    pub fn go_on(&mut self, from: NodeId) -> Option<NodeId> {
        if self.awaited() != Some(from) {
            return None;
        }
        match &mut self.gear {
            Gear::OneByOne { awaited } => {
                let next = awaited.map_or(0, |place| place + 1);
                let peer = self.peers.get(next as usize).copied();
                *awaited = peer.map(|_| next);
                peer
            }
            Gear::AllAtOnce(_) => None,
        }
    }

    /// Whether the round is decided, with so many nodes that agree, where `quorum` are needed.
    #[inline]
    pub fn is_decided(&self, agreeing: u32, quorum: u32) -> bool {
        match self.gear {
            Gear::OneByOne { awaited } => awaited.is_none(),
            Gear::AllAtOnce(_) => agreeing >= quorum,
        }
    }

    /// Gives the round up: its question is of no interest any more.
    pub fn close(&mut self) {
        match &mut self.gear {
            Gear::OneByOne { awaited } => *awaited = None,
            Gear::AllAtOnce(_) => {}
        }
    }

    /// Who is told of a commit by a message of its own; otherwise it travels in the next AppendEntries (§5.3).
    pub fn to_notify(&self) -> &[NodeId] {
        match self.gear {
            Gear::OneByOne { .. } => &self.peers,
            Gear::AllAtOnce(_) => &[],
        }
    }

    /// Whether a leader may begin its term with an entry that does nothing, and read without an entry: not if nobody else
    /// will ever lead.
    pub fn is_full_raft(&self) -> bool {
        matches!(self.gear, Gear::AllAtOnce(_))
    }

    /// Waits for a leader's word, from now on (§5.2).
    #[inline]
    pub fn await_leader(&self, out: &mut Outbox) {
        if let Gear::AllAtOnce(timing) = self.gear {
            out.set_timer(Timer::Election, timing.election_timeout_ms);
        }
    }

    /// Takes the leader for alive as long as nobody has reason to doubt it (§9.6 of the dissertation).
    #[inline]
    pub fn trust_leader(&self, out: &mut Outbox) {
        if let Gear::AllAtOnce(Timing { election_timeout_ms: (least, _), .. }) = self.gear {
            out.set_timer(Timer::Trust, (least, least));
        }
    }

    /// Has the node say something as a leader when it has nothing to say for a while (§5.2).
    #[inline]
    pub fn keep_leading(&self, out: &mut Outbox) {
        if let Gear::AllAtOnce(timing) = self.gear {
            out.set_timer(Timer::Heartbeat, (timing.heartbeat_ms, timing.heartbeat_ms));
        }
    }

    /// From now on the node leads, and waits for nobody.
    #[inline]
    pub fn begin_leading(&self, out: &mut Outbox) {
        if let Gear::AllAtOnce(_) = self.gear {
            out.cancel_timer(Timer::Election);
            self.keep_leading(out);
        }
    }

    /// The node does not lead any more.
    pub fn end_leading(&self, out: &mut Outbox) {
        if let Gear::AllAtOnce(_) = self.gear {
            out.cancel_timer(Timer::Heartbeat);
            self.await_leader(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_by_one_peers_are_called_in_ascending_order() {
        let mut calls = Calls::new(None);
        calls.set_peers(vec![2, 3]);
        assert_eq!(calls.begin(), [2]);
        assert_eq!(calls.awaited(), Some(2));
        assert_eq!((calls.go_on(3), calls.awaited()), (None, Some(2)), "3 was not asked yet");
        assert_eq!((calls.go_on(2), calls.awaited()), (Some(3), Some(3)));
        assert!(!calls.is_decided(3, 2), "one is still to be heard");
        assert_eq!((calls.go_on(3), calls.is_busy()), (None, false));
        assert!(calls.is_decided(1, 2), "all were heard, whatever they said");
    }

    #[test]
    fn all_at_once_a_majority_decides() {
        let mut calls = Calls::new(Some(Timing::default()));
        calls.set_peers(vec![2, 3, 4, 5]);
        assert_eq!(calls.begin(), [2, 3, 4, 5]);
        assert!(!calls.is_busy() && !calls.is_decided(2, 3) && calls.is_decided(3, 3));
        assert_eq!(calls.go_on(2), None);
    }

    #[test]
    fn without_peers_a_round_is_decided_at_once() {
        for timing in [None, Some(Timing::default())] {
            let mut calls = Calls::new(timing);
            assert!(calls.begin().is_empty() && calls.is_decided(1, 1));
        }
    }
}
