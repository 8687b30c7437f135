//! Messages in flight.
//!
//! Every message is kept in the order of its arrival, then of its sending. Between two processes messages never
//! overtake each other: one that waits in front of its receiver's door holds back all later ones of the same pair.
//!
//! Left out: loss, duplication, delay and partitions. The failure-free emulation has a perfect network.

use std::collections::VecDeque;
use std::num::NonZeroU64;

use crate::process::{Envelope, MessageId, ProcessId};

/// How good the network is. The default is perfect.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Conditions {
    /// The shortest and the longest time that a message takes, in milliseconds of virtual time. Each is drawn anew, so
    /// messages overtake each other.
    pub latency_ms: (u32, u32),
    /// How many of 100 messages are lost.
    pub loss_percent: u32,
    /// How many of 100 messages arrive twice.
    pub duplicate_percent: u32,
}

/// The messages that were sent and not yet received.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Network<M> {
    in_flight: VecDeque<Envelope<M>>,
    sent: u64,
}

impl<M> Default for Network<M> {
    fn default() -> Self {
        Network { in_flight: VecDeque::new(), sent: 0 }
    }
}

impl<M> Network<M> {
    /// Puts a message on its way.
    ///
    /// # Panics
    /// If it would arrive before one that was sent earlier: this network keeps the order of sending.
    pub fn send(&mut self, from: ProcessId, to: ProcessId, due_ms: u64, message: M) -> MessageId {
        assert!(
            self.in_flight.back().is_none_or(|last| last.due_ms <= due_ms),
            "a message must not overtake those sent before it"
        );
        self.sent += 1;
        let id = MessageId(NonZeroU64::new(self.sent).expect("the count of sent messages is at least 1 here"));
        self.in_flight.push_back(Envelope { id, from, to, due_ms, message });
        id
    }

    /// How many messages have been sent so far.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// The messages in flight, oldest first.
    pub fn in_flight(&self) -> impl ExactSizeIterator<Item = &Envelope<M>> {
        self.in_flight.iter()
    }

    /// The places, oldest first, of the messages that can be received now, where `accepts` says whether the receiver
    /// takes a message.
    pub fn deliverable(&self, accepts: impl Fn(&Envelope<M>) -> bool) -> impl Iterator<Item = usize> {
        (0..self.in_flight.len()).filter(move |&place| accepts(&self.in_flight[place]) && !self.is_held_back(place))
    }

    /// The place of a message, if it is in flight.
    pub fn place_of(&self, id: MessageId) -> Option<usize> {
        self.in_flight.iter().position(|envelope| envelope.id == id)
    }

    /// The message at a place.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn at(&self, place: usize) -> &Envelope<M> {
        &self.in_flight[place]
    }

    /// Takes out the message at a place.
    ///
    /// # Panics
    /// If there is no such place, or an earlier message of the same pair is still in flight.
    pub fn take(&mut self, place: usize) -> Envelope<M> {
        assert!(!self.is_held_back(place), "messages between two processes must not overtake each other");
        self.in_flight.remove(place).expect("the place is one of a message in flight")
    }

    fn is_held_back(&self, place: usize) -> bool {
        let later = &self.in_flight[place];
        self.in_flight.iter().take(place).any(|earlier| earlier.from == later.from && earlier.to == later.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ProcessId = ProcessId::Node(1);
    const B: ProcessId = ProcessId::Node(2);

    #[test]
    fn a_message_that_is_not_accepted_holds_back_its_pair_and_nobody_else() {
        let mut network = Network::default();
        for (from, to, message) in [(A, B, 'x'), (A, B, 'y'), (B, A, 'z')] {
            network.send(from, to, 0, message);
        }
        let all_but = |refused: char| network.deliverable(move |envelope| envelope.message != refused);

        assert_eq!(all_but('x').collect::<Vec<_>>(), [2], "y waits behind x");
        assert_eq!(all_but('z').collect::<Vec<_>>(), [0], "y waits behind x, z is not accepted");
        assert_eq!(all_but('y').collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    #[should_panic(expected = "must not overtake")]
    fn taking_a_message_out_of_the_order_of_its_pair_is_a_broken_invariant() {
        let mut network = Network::default();
        network.send(A, B, 0, 'x');
        network.send(A, B, 0, 'y');
        network.take(1);
    }
}
