//! The words that the engine and the protocols share: who takes part, what is sent, and what a process may do.
//!
//! A process is a state machine: it handles one input at a time, changes nothing but itself, and pushes everything else
//! that it wants to happen to its [`Outbox`]. It reads no clock and holds no randomness.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use crate::kv::{Command, Texts};

/// Who takes part in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProcessId {
    /// The one who starts everything: nodes, the election, clients.
    Main,
    /// A node of the cluster, counted from 1.
    Node(u32),
    /// A client of the cluster, counted from 1.
    Client(u32),
}

impl fmt::Display for ProcessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProcessId::Main => f.write_str("main"),
            ProcessId::Node(id) => write!(f, "node {id}"),
            ProcessId::Client(id) => write!(f, "client {id}"),
        }
    }
}

impl FromStr for ProcessId {
    type Err = ();

    /// Reads what is written by its `Display`.
    #[inline(never)]
    fn from_str(name: &str) -> Result<Self, ()> {
        if name == "main" {
            return Ok(ProcessId::Main);
        }
        let (kind, number) = name.split_once(' ').ok_or(())?;
        let id = number.parse().map_err(|_| ())?;
        match kind {
            "node" => Ok(ProcessId::Node(id)),
            "client" => Ok(ProcessId::Client(id)),
            _ => Err(()),
        }
    }
}

/// The number of a message: the first one sent in a run is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(pub NonZeroU64);

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A place in a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Moment {
    /// The step; 0 is before the first.
    pub step: u64,
    /// The time, in milliseconds of virtual time.
    pub time_ms: u64,
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Envelope<M> {
    /// Which message this is.
    pub id: MessageId,
    /// Which message this repeats; none if a process sent it itself.
    pub copy_of: Option<MessageId>,
    /// Who sent it.
    pub from: ProcessId,
    /// Who will receive it.
    pub to: ProcessId,
    /// When it was sent; what is repeated keeps that.
    pub sent: Moment,
    /// When it arrives at the receiver's door, in milliseconds of virtual time.
    pub due_ms: u64,
    /// Whether the network will lose it on its way.
    pub is_lost: bool,
    /// What it says.
    pub message: M,
}

/// What a process wants of one of its timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alarm<T> {
    /// That it fires after a time, in milliseconds of virtual time, drawn from this range. One that was set before is set
    /// anew.
    Set(T, (u32, u32)),
    /// That it does not fire any more.
    Cancel(T),
}

/// What a process wants to happen, collected while it handles one input.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Outbox<M, T, E> {
    sends: Vec<(ProcessId, M)>,
    alarms: Vec<Alarm<T>>,
    events: Vec<E>,
    event_count: u64,
    recording: bool,
    wanted_request: Option<u32>,
}

impl<M, T, E> Default for Outbox<M, T, E> {
    fn default() -> Self {
        Outbox {
            sends: Vec::new(),
            alarms: Vec::new(),
            events: Vec::new(),
            event_count: 0,
            recording: true,
            wanted_request: None,
        }
    }
}

impl<M, T, E> Clone for Outbox<M, T, E> {
    /// An empty one: between two inputs there is nothing in an outbox.
    fn clone(&self) -> Self {
        assert!(self.sends.is_empty() && self.alarms.is_empty(), "what a process wants is carried out at once");
        Outbox::default()
    }
}

impl<M, T, E> Outbox<M, T, E> {
    /// Sends a message.
    #[inline]
    pub fn send(&mut self, to: ProcessId, message: M) {
        self.sends.push((to, message));
    }

    /// Sets a timer, which fires after a time drawn from this range, in milliseconds of virtual time. If it was set
    /// before, it is set anew.
    pub fn set_timer(&mut self, timer: T, after_ms: (u32, u32)) {
        self.alarms.push(Alarm::Set(timer, after_ms));
    }

    /// Has a timer not fire, if it is set at all.
    pub fn cancel_timer(&mut self, timer: T) {
        self.alarms.push(Alarm::Cancel(timer));
    }

    /// Says what happened: a line of the trace.
    #[inline]
    pub fn event(&mut self, event: E) {
        self.event_count += 1;
        if self.recording {
            self.events.push(event);
        }
    }

    /// Asks for this client's command of that number, the first being 0. It comes by [`Process::on_request`] before
    /// anything else happens.
    pub fn want_request(&mut self, number: u32) {
        self.wanted_request = Some(number);
    }

    /// Whether events are kept, or only counted: a replay towards an earlier step has no use for them.
    pub fn set_recording(&mut self, recording: bool) {
        self.recording = recording;
    }

    /// Takes out the messages to send, in the order in which they were sent.
    #[inline]
    pub fn take_sends(&mut self) -> impl Iterator<Item = (ProcessId, M)> + '_ {
        self.sends.drain(..)
    }

    /// Takes out what is wanted of timers, in order.
    #[inline]
    pub fn take_alarms(&mut self) -> impl Iterator<Item = Alarm<T>> + '_ {
        self.alarms.drain(..)
    }

    /// Takes out the events, in order. None if they are only counted.
    #[inline]
    pub fn take_events(&mut self) -> impl Iterator<Item = E> + '_ {
        self.events.drain(..)
    }

    /// How many events there were since this was last asked.
    pub fn take_event_count(&mut self) -> u64 {
        std::mem::take(&mut self.event_count)
    }

    /// Which command is asked for, if any; asking is over with this.
    pub fn take_wanted_request(&mut self) -> Option<u32> {
        self.wanted_request.take()
    }
}

/// The outbox of a process of this kind.
pub type OutboxOf<P> = Outbox<<P as Process>::Message, <P as Process>::Timer, <P as Process>::Event>;

/// What the engine knows of a protocol: how each of its processes takes its inputs.
pub trait Process {
    /// What processes send to each other.
    type Message: Clone + fmt::Debug + PartialEq + Describe;
    /// What a process can wait for.
    type Timer: Copy + fmt::Debug + PartialEq;
    /// What a process says of itself.
    type Event: Clone + fmt::Debug + PartialEq + Describe;

    /// The name of a timer, one word.
    fn timer_name(timer: Self::Timer) -> &'static str;

    /// Whether the process takes this message now. One that it does not take waits in front of its door, and with it
    /// all later ones from the same sender. This is the selective receive of an actor which waits for a reply.
    fn accepts(&self, message: &Self::Message) -> bool;

    /// Handles a message.
    fn on_message(&mut self, from: ProcessId, message: &Self::Message, out: &mut OutboxOf<Self>);

    /// Handles a timer that it set.
    fn on_timer(&mut self, timer: Self::Timer, out: &mut OutboxOf<Self>);

    /// Takes the command that it asked for with [`Outbox::want_request`], to be sent after this many milliseconds.
    fn on_request(&mut self, command: Command, after_ms: u32, out: &mut OutboxOf<Self>);

    /// Takes a command from a person, to be sent as soon as may be. Only clients are given one.
    fn on_order(&mut self, command: Command, out: &mut OutboxOf<Self>);

    /// Stops, and forgets all that is not on its disk; and of that the end of what was written, `lost` entries, which a
    /// disk never loses that keeps its word.
    fn on_crash(&mut self, lost: u32);

    /// Starts again, with what is on its disk.
    fn on_restart(&mut self, out: &mut OutboxOf<Self>);
}

/// What can be told to a reader, as a sentence and in parts.
pub trait Describe {
    /// The name of its kind, one word: `AppendEntries`.
    fn kind(&self) -> &'static str;

    /// Its parts by name, in the order in which a reader wants them.
    fn fields(&self, texts: &Texts) -> Vec<(&'static str, Field)>;

    /// The whole as one line of text, without a line end.
    fn write(&self, texts: &Texts, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// One part of something that is told to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// An index, a term, a count, a process' number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
    /// A key, a value, a word.
    Text(String),
    /// Several of one kind.
    List(Vec<Field>),
    /// Parts of a part.
    Parts(Vec<(&'static str, Field)>),
    /// Texts by names that are not known beforehand, each name once.
    Pairs(Vec<(String, String)>),
    /// There is none.
    Nothing,
}

impl From<u32> for Field {
    fn from(number: u32) -> Self {
        Field::Number(number.into())
    }
}

impl From<u64> for Field {
    fn from(number: u64) -> Self {
        Field::Number(number)
    }
}

impl From<bool> for Field {
    fn from(flag: bool) -> Self {
        Field::Flag(flag)
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Field::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Field::Text(text)
    }
}

impl FromIterator<Field> for Field {
    fn from_iter<I: IntoIterator<Item = Field>>(list: I) -> Self {
        Field::List(list.into_iter().collect())
    }
}

impl<T: Into<Field>> From<Option<T>> for Field {
    fn from(part: Option<T>) -> Self {
        part.map_or(Field::Nothing, Into::into)
    }
}

/// Anything that can be described, ready to be printed.
pub struct Described<'a, D> {
    what: &'a D,
    texts: &'a Texts,
}

impl<'a, D: Describe> Described<'a, D> {
    /// Joins what is described with the strings that its texts stand for.
    pub fn new(what: &'a D, texts: &'a Texts) -> Self {
        Described { what, texts }
    }
}

impl<D: Describe> fmt::Display for Described<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what.write(self.texts, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_as_it_is_written() {
        for process in [ProcessId::Main, ProcessId::Node(1), ProcessId::Client(1_000)] {
            assert_eq!(process.to_string().parse(), Ok(process));
        }
        for nobody in ["", "node", "node ", "node -1", "node one", "main 1", "Node 1", "leader"] {
            assert_eq!(nobody.parse::<ProcessId>(), Err(()), "{nobody:?}");
        }
    }
}
