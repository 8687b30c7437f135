//! Whom a node calls, and when a round of calls is decided.
//!
//! A node calls its peers one after another, in ascending order, and waits for each reply before the next call; the
//! round is decided when every peer has replied. While a round is open, new work waits (see
//! [`Node::accepts`](super::node::Node::accepts)), but requests of other nodes are answered, so that two nodes which
//! call each other do not wait forever. This file alone knows this order; the handlers do not ask.
//!
//! Left out: calls to all peers at once, and a round that is decided by a majority.

use super::message::NodeId;

/// The peers of a node, and the round of calls that it is in, if any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Calls {
    peers: Vec<NodeId>,
    /// The place of the peer whose reply is awaited.
    awaited: Option<u32>,
}

impl Calls {
    /// Calls go to these peers, which are in ascending order.
    pub fn set_peers(&mut self, peers: Vec<NodeId>) {
        assert!(peers.is_sorted(), "peers are called in ascending order");
        self.peers = peers;
    }

    /// All peers, in ascending order.
    pub fn peers(&self) -> &[NodeId] {
        &self.peers
    }

    /// Begins a round. Returns whom to call first; none if there is no peer, and then the round is decided at once.
    pub fn begin(&mut self) -> Option<NodeId> {
        assert!(!self.is_open(), "a round is decided before the next one begins");
        self.call(0)
    }

    /// The peer whose reply is awaited.
    pub fn awaited(&self) -> Option<NodeId> {
        self.awaited.map(|place| self.peers[place as usize])
    }

    /// Whether a round is open.
    pub fn is_open(&self) -> bool {
        self.awaited.is_some()
    }

    /// Goes on after the awaited reply. Returns whom to call next; none if the round is decided.
    ///
    /// # Panics
    /// If no round is open.
    pub fn go_on(&mut self) -> Option<NodeId> {
        let place = self.awaited.expect("a reply can only be awaited in a round");
        self.call(place + 1)
    }

    /// Gives the round up: its question is of no interest any more.
    pub fn close(&mut self) {
        self.awaited = None;
    }

    fn call(&mut self, place: u32) -> Option<NodeId> {
        let peer = self.peers.get(place as usize).copied();
        self.awaited = peer.map(|_| place);
        peer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_called_one_by_one_in_ascending_order() {
        let mut calls = Calls::default();
        calls.set_peers(vec![2, 3]);
        assert_eq!((calls.begin(), calls.awaited()), (Some(2), Some(2)));
        assert_eq!((calls.go_on(), calls.awaited()), (Some(3), Some(3)));
        assert_eq!((calls.go_on(), calls.is_open()), (None, false));
    }

    #[test]
    fn without_peers_a_round_is_decided_at_once() {
        let mut calls = Calls::default();
        assert_eq!((calls.begin(), calls.is_open()), (None, false));
    }
}
