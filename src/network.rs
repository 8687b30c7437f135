//! Messages in flight, and the links that they travel on.
//!
//! Every message is kept in the order of its arrival, then of its sending. What a run looks at next, and whether messages
//! between two processes may overtake each other, is up to [`simulation`](crate::simulation).

use std::collections::VecDeque;
use std::num::NonZeroU64;

use crate::process::{Envelope, MessageId, Moment, ProcessId};

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

/// How many messages went which way. What was sent or made a second time was delivered or dropped, or is in flight.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Counts {
    /// By a process.
    pub sent: u64,
    /// By the network, or by hand.
    pub duplicated: u64,
    /// To its receiver.
    pub delivered: u64,
    /// For good.
    pub dropped: u64,
}

impl Counts {
    /// How many messages were put on their way, which is the number of the last one.
    pub fn made(&self) -> u64 {
        self.sent + self.duplicated
    }
}

/// The messages that were sent and not yet received, and the links that are cut.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Network<M> {
    in_flight: VecDeque<Envelope<M>>,
    counts: Counts,
    /// From whom, to whom; in ascending order.
    cuts: Vec<(ProcessId, ProcessId)>,
}

impl<M> Default for Network<M> {
    fn default() -> Self {
        Network { in_flight: VecDeque::new(), counts: Counts::default(), cuts: Vec::new() }
    }
}

impl<M> Network<M> {
    /// Puts a message on its way.
    pub fn send(
        &mut self,
        (from, to): (ProcessId, ProcessId),
        sent: Moment,
        due_ms: u64,
        is_lost: bool,
        message: M,
    ) -> MessageId {
        self.counts.sent += 1;
        let id = self.last_id();
        self.keep(Envelope { id, copy_of: None, from, to, sent, due_ms, is_lost, message });
        id
    }

    /// The number of the message that was counted last.
    fn last_id(&self) -> MessageId {
        MessageId(NonZeroU64::new(self.counts.made()).expect("this message is counted already"))
    }

    /// Keeps an envelope where it belongs, which mostly is at the end or close to it.
    #[inline]
    fn keep(&mut self, envelope: Envelope<M>) {
        let key = (envelope.due_ms, envelope.id);
        let later = self.in_flight.iter().rev().take_while(|other| (other.due_ms, other.id) > key).count();
        match later {
            0 => self.in_flight.push_back(envelope),
            _ => self.in_flight.insert(self.in_flight.len() - later, envelope),
        }
    }

    /// How many messages went which way.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The messages in flight, the one that arrives first being first.
    pub fn in_flight(&self) -> impl DoubleEndedIterator<Item = &Envelope<M>> + ExactSizeIterator {
        self.in_flight.iter()
    }

    /// The messages in flight that were put on their way since so many were, in that order.
    pub fn made_since(&self, made: u64) -> Vec<&Envelope<M>> {
        let mut new: Vec<&Envelope<M>> = Vec::new();
        for envelope in self.in_flight.iter().filter(|envelope| envelope.id.0.get() > made) {
            // They are few, and mostly arrive as they were sent.
            let later = new.iter().rev().take_while(|other| other.id > envelope.id).count();
            new.insert(new.len() - later, envelope);
        }
        new
    }

    /// The places of the messages that come next between their two processes, and are accepted by `accepts`, in the order
    /// of their arrival: one that is not accepted holds back all later ones of its pair.
    pub fn deliverable(&self, accepts: impl Fn(&Envelope<M>) -> bool) -> impl Iterator<Item = usize> {
        (0..self.in_flight.len()).filter(move |&place| accepts(&self.in_flight[place]) && !self.is_held_back(place))
    }

    #[inline]
    fn is_held_back(&self, place: usize) -> bool {
        let later = &self.in_flight[place];
        self.in_flight.iter().take(place).any(|earlier| earlier.from == later.from && earlier.to == later.to)
    }

    /// The place of a message, if it is in flight.
    pub fn place_of(&self, id: MessageId) -> Option<usize> {
        self.in_flight.iter().position(|envelope| envelope.id == id)
    }

    /// The message at a place.
    ///
    /// # Panics
    /// If there is no such place.
    #[inline]
    pub fn at(&self, place: usize) -> &Envelope<M> {
        &self.in_flight[place]
    }

    /// Takes out the message at a place, to be received.
    ///
    /// # Panics
    /// If there is no such place.
    #[inline]
    pub fn take(&mut self, place: usize) -> Envelope<M> {
        self.counts.delivered += 1;
        self.remove(place)
    }

    /// Takes out the message at a place, which nobody will receive.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn drop_at(&mut self, place: usize) -> Envelope<M> {
        self.counts.dropped += 1;
        self.remove(place)
    }

    #[inline]
    fn remove(&mut self, place: usize) -> Envelope<M> {
        let envelope = if place == 0 { self.in_flight.pop_front() } else { self.in_flight.remove(place) };
        envelope.expect("the place is one of a message in flight")
    }

    /// Has the message at a place arrive later.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn delay(&mut self, place: usize, by_ms: u32) {
        let mut envelope = self.remove(place);
        envelope.due_ms += u64::from(by_ms);
        self.keep(envelope);
    }

    /// Whether messages from one process to another are lost.
    #[inline]
    pub fn is_cut(&self, from: ProcessId, to: ProcessId) -> bool {
        !self.cuts.is_empty() && self.cuts.binary_search(&(from, to)).is_ok()
    }

    /// The links that are cut, each from whom to whom, in ascending order.
    pub fn cuts(&self) -> &[(ProcessId, ProcessId)] {
        &self.cuts
    }

    /// Cuts a link, one way. Returns whether it worked before.
    pub fn cut(&mut self, from: ProcessId, to: ProcessId) -> bool {
        let Err(place) = self.cuts.binary_search(&(from, to)) else { return false };
        self.cuts.insert(place, (from, to));
        true
    }

    /// Mends a link, one way. Returns whether it was cut before.
    pub fn heal(&mut self, from: ProcessId, to: ProcessId) -> bool {
        let Ok(place) = self.cuts.binary_search(&(from, to)) else { return false };
        self.cuts.remove(place);
        true
    }

    /// Mends all links.
    pub fn heal_all(&mut self) {
        self.cuts.clear();
    }
}

impl<M: Clone> Network<M> {
    /// Puts a message on its way a second time.
    ///
    /// # Panics
    /// If it is not in flight.
    pub fn duplicate(&mut self, id: MessageId, due_ms: u64, is_lost: bool) -> MessageId {
        let original = &self.in_flight[self.place_of(id).expect("a message that is in flight")];
        let (from, to, sent, message) = (original.from, original.to, original.sent, original.message.clone());
        self.counts.duplicated += 1;
        let copy = self.last_id();
        self.keep(Envelope { id: copy, copy_of: Some(id), from, to, sent, due_ms, is_lost, message });
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ProcessId = ProcessId::Node(1);
    const B: ProcessId = ProcessId::Node(2);

    fn messages(network: &Network<char>) -> String {
        network.in_flight().map(|envelope| envelope.message).collect()
    }

    #[test]
    fn a_message_that_is_not_accepted_holds_back_its_pair_and_nobody_else() {
        let mut network = Network::default();
        for (from, to, message) in [(A, B, 'x'), (A, B, 'y'), (B, A, 'z')] {
            network.send((from, to), Moment::default(), 0, false, message);
        }
        let all_but = |refused: char| network.deliverable(move |envelope| envelope.message != refused);

        assert_eq!(all_but('x').collect::<Vec<_>>(), [2], "y waits behind x");
        assert_eq!(all_but('z').collect::<Vec<_>>(), [0], "y waits behind x, z is not accepted");
        assert_eq!(all_but('y').collect::<Vec<_>>(), [0, 2]);
    }

    #[test]
    fn messages_are_kept_in_the_order_of_arrival_then_of_sending() {
        let mut network = Network::default();
        for (due_ms, message) in [(5, 'a'), (3, 'b'), (5, 'c'), (1, 'd'), (3, 'e')] {
            network.send((A, B), Moment::default(), due_ms, false, message);
        }
        assert_eq!(messages(&network), "dbeac");
        network.delay(1, 2);
        assert_eq!(messages(&network), "deabc", "b arrives with a and c now, and was sent between them");
    }

    #[test]
    fn no_message_is_lost_from_the_counts() {
        let mut network = Network::default();
        let id = network.send((A, B), Moment::default(), 0, false, 'x');
        network.duplicate(id, 1, false);
        network.send((A, B), Moment::default(), 0, false, 'y');
        network.drop_at(0);
        network.take(0);
        assert_eq!(network.counts(), Counts { sent: 2, duplicated: 1, delivered: 1, dropped: 1 });
        assert_eq!(messages(&network), "x");
        assert_eq!(network.at(0).id.0.get(), 2, "a copy has a number of its own");
        assert_eq!(network.at(0).copy_of, Some(id));
    }

    #[test]
    fn a_cut_works_one_way_and_once() {
        let mut network = Network::<char>::default();
        assert!(network.cut(A, B) && !network.cut(A, B));
        assert!(network.is_cut(A, B) && !network.is_cut(B, A));
        assert!(network.heal(A, B) && !network.heal(A, B));
        assert!(network.cut(B, A));
        network.heal_all();
        assert_eq!(network.cuts(), []);
    }
}
