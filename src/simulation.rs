//! The engine: processes, the network between them, a clock, timers and the one seeded generator.
//!
//! It knows no protocol. One step gives one input to one process: a message that has arrived, or a timer that is due.
//! What comes next is a choice: [`Simulation::choices`] lists all that could be next, [`Simulation::perform`] does one
//! of them, and [`Simulation::step`] does the default, which is first in, first out.
//!
//! The clock stands still while there are messages to receive: a message takes no time. It moves when all is quiet and
//! somebody waits for a timer. Left out: latency, faults, and crashed processes.

use std::fmt;

use crate::generator::Generator;
use crate::network::Network;
use crate::process::{Envelope, MessageId, OutboxOf, Process, ProcessId};
use crate::trace::Record;
use crate::workload::Workload;

/// What can be done to a run in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action<T> {
    /// Let the receiver have this message.
    Deliver(MessageId),
    /// Let this timer of this process fire.
    Fire(ProcessId, T),
}

/// Why an action cannot be performed. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such message in flight.
    NotInFlight(MessageId),
    /// The message waits: its receiver is not ready for it, or an earlier one of the same pair comes first.
    Waits {
        /// The message that was to be delivered.
        message: MessageId,
        /// Who would receive it.
        to: ProcessId,
    },
    /// The process has not set this timer.
    NoSuchTimer(ProcessId),
    /// The timer is not due: messages, or an earlier timer, come first.
    NotDue(ProcessId),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotInFlight(message) => write!(f, "message {message} is not in flight"),
            Refusal::Waits { message, to } => {
                write!(f, "message {message} waits: {to} is not ready for it, or an earlier one comes first")
            }
            Refusal::NoSuchTimer(process) => write!(f, "{process} does not wait for this timer"),
            Refusal::NotDue(process) => write!(f, "the timer of {process} is not due: something else comes first"),
        }
    }
}

impl std::error::Error for Refusal {}

/// A timer that somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Waiting<T> {
    due_ms: u64,
    process: ProcessId,
    timer: T,
}

/// A whole run at one moment. Clones are independent and go on alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation<P: Process> {
    step: u64,
    time_ms: u64,
    record_count: u64,
    num_nodes: u32,
    processes: Vec<P>,
    network: Network<P::Message>,
    timers: Vec<Waiting<P::Timer>>,
    delivered: Option<Envelope<P::Message>>,
    generator: Generator,
    workload: Workload,
    outbox: OutboxOf<P>,
}

impl<P: Process> Simulation<P> {
    /// A run before its first step.
    ///
    /// # Panics
    /// If there is no main process.
    pub fn new(main: P, nodes: Vec<P>, clients: Vec<P>, workload: Workload, seed: u64) -> Self {
        let num_nodes = u32::try_from(nodes.len()).expect("nodes are counted in 32 bits");
        let processes = std::iter::once(main).chain(nodes).chain(clients).collect();
        Simulation {
            step: 0,
            time_ms: 0,
            record_count: 0,
            num_nodes,
            processes,
            network: Network::default(),
            timers: Vec::new(),
            delivered: None,
            generator: Generator::new(seed),
            workload,
            outbox: OutboxOf::<P>::default(),
        }
    }

    /// Sends a message from outside: the one that sets everything going.
    pub fn send(&mut self, from: ProcessId, to: ProcessId, message: P::Message) {
        self.network.send(from, to, self.time_ms, message);
    }

    /// How many steps have been taken.
    pub fn step_count(&self) -> u64 {
        self.step
    }

    /// The virtual time, in milliseconds since the start.
    pub fn time_ms(&self) -> u64 {
        self.time_ms
    }

    /// How many records there were in all steps up to this one, kept or not.
    pub fn record_count(&self) -> u64 {
        self.record_count
    }

    /// The messages in flight, and how many were ever sent.
    pub fn network(&self) -> &Network<P::Message> {
        &self.network
    }

    /// The message that the last step delivered; none if a timer fired, or before the first step.
    pub fn delivered(&self) -> Option<&Envelope<P::Message>> {
        self.delivered.as_ref()
    }

    /// A process.
    ///
    /// # Panics
    /// If there is none of that name.
    pub fn process(&self, id: ProcessId) -> &P {
        &self.processes[self.place_of(id)]
    }

    /// Everything that could be next, the default first. Empty when the run is over.
    ///
    /// A timer is a choice only when no message is: as long as somebody has something to do, nobody's time runs out.
    pub fn choices(&self) -> Vec<Action<P::Timer>> {
        let messages: Vec<_> = self.deliverable().map(|place| Action::Deliver(self.network.at(place).id)).collect();
        if !messages.is_empty() {
            return messages;
        }
        let next_timer = self.next_timer().map(|place| self.timers[place]);
        next_timer.map(|waiting| Action::Fire(waiting.process, waiting.timer)).into_iter().collect()
    }

    /// Does what is next by default: the oldest message that can be received, else the earliest timer. Returns false,
    /// and does nothing, when the run is over. Records are added to `records`, or only counted if there is none.
    pub fn step(&mut self, records: Option<&mut Vec<Record<P::Event>>>) -> bool {
        let next_message = self.deliverable().next();
        if let Some(place) = next_message {
            self.deliver(place, records);
            return true;
        }
        if let Some(place) = self.next_timer() {
            self.fire(place, records);
            return true;
        }
        false
    }

    /// Does one of the [`choices`](Self::choices).
    ///
    /// # Errors
    /// If it is not one of them; then nothing is changed.
    pub fn perform(
        &mut self,
        action: Action<P::Timer>,
        records: Option<&mut Vec<Record<P::Event>>>,
    ) -> Result<(), Refusal> {
        match action {
            Action::Deliver(id) => {
                let place = self.network.place_of(id).ok_or(Refusal::NotInFlight(id))?;
                if !self.deliverable().any(|other| other == place) {
                    return Err(Refusal::Waits { message: id, to: self.network.at(place).to });
                }
                self.deliver(place, records);
            }
            Action::Fire(process, timer) => {
                let wanted = |waiting: &Waiting<P::Timer>| waiting.process == process && waiting.timer == timer;
                let place = self.timers.iter().position(wanted).ok_or(Refusal::NoSuchTimer(process))?;
                if self.deliverable().next().is_some() || self.next_timer() != Some(place) {
                    return Err(Refusal::NotDue(process));
                }
                self.fire(place, records);
            }
        }
        Ok(())
    }

    fn deliverable(&self) -> impl Iterator<Item = usize> {
        self.network.deliverable(|envelope| self.process(envelope.to).accepts(&envelope.message))
    }

    /// The place of the timer that is due first; of two at the same time, the one that was set first.
    fn next_timer(&self) -> Option<usize> {
        (0..self.timers.len()).min_by_key(|&place| self.timers[place].due_ms)
    }

    fn deliver(&mut self, place: usize, records: Option<&mut Vec<Record<P::Event>>>) {
        let envelope = self.network.take(place);
        self.begin_step(envelope.due_ms, records.is_some());
        let receiver = self.place_of(envelope.to);
        self.processes[receiver].on_message(envelope.from, &envelope.message, &mut self.outbox);
        self.finish_step(envelope.to, Some(envelope.id), records);
        self.delivered = Some(envelope);
    }

    fn fire(&mut self, place: usize, records: Option<&mut Vec<Record<P::Event>>>) {
        let Waiting { due_ms, process, timer } = self.timers.remove(place);
        self.begin_step(due_ms, records.is_some());
        let owner = self.place_of(process);
        self.processes[owner].on_timer(timer, &mut self.outbox);
        self.finish_step(process, None, records);
        self.delivered = None;
    }

    fn begin_step(&mut self, due_ms: u64, recording: bool) {
        self.step += 1;
        self.time_ms = self.time_ms.max(due_ms);
        self.outbox.set_recording(recording);
    }

    /// Carries out what the process wanted. A command that it asked for is given to it within the same step.
    fn finish_step(
        &mut self,
        process: ProcessId,
        cause: Option<MessageId>,
        mut records: Option<&mut Vec<Record<P::Event>>>,
    ) {
        loop {
            let (step, time_ms) = (self.step, self.time_ms);
            self.record_count += self.outbox.take_event_count();
            if let Some(records) = records.as_deref_mut() {
                let events = self.outbox.take_events();
                records.extend(events.map(|event| Record { step, time_ms, process, cause, event }));
            }
            for (to, message) in self.outbox.take_sends() {
                self.network.send(process, to, time_ms, message);
            }
            for (timer, after_ms) in self.outbox.take_timers() {
                self.timers.push(Waiting { due_ms: time_ms + after_ms, process, timer });
            }
            let Some(number) = self.outbox.take_wanted_request() else { return };
            let command = self.workload.command(process, number, &mut self.generator).command;
            let asker = self.place_of(process);
            self.processes[asker].on_request(command, &mut self.outbox);
        }
    }

    fn place_of(&self, id: ProcessId) -> usize {
        match id {
            ProcessId::Main => 0,
            ProcessId::Node(node) => node as usize,
            ProcessId::Client(client) => self.num_nodes as usize + client as usize,
        }
    }
}
