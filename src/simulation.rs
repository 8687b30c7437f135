//! The engine: processes, the network between them, a clock, timers and the one seeded generator.
//!
//! It knows no protocol. One step gives one input to one process: a message that has arrived, or a timer that is due; or it
//! does something to a process or to the network. What comes next is a choice: [`Simulation::choices`] lists all inputs
//! that could be next, [`Simulation::perform`] does one of them or brings a fault about, and [`Simulation::step`] does the
//! default, which the [`Pace`] decides.

pub use crate::action::{Action, Refusal};
use crate::generator::Generator;
use crate::network::{Conditions, Network};
use crate::process::{Alarm, Describe, Envelope, MessageId, Moment, OutboxOf, Process, ProcessId};
use crate::sorted;
use crate::trace::{Happening, Loss, Record};
use crate::workload::{Scripted, Workload};
use std::rc::Rc;

/// How a run goes on by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pace {
    /// Messages take no time, and come in the order in which they were sent. Those of one pair of processes never overtake
    /// each other. The clock moves, to the next timer, when nobody has anything to receive.
    MessagesFirst,
    /// Messages and timers come in the order of their time, and at the same time in the order in which they were sent or
    /// set.
    ByTime,
}

/// A timer that somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Waiting<T> {
    /// When it was set, in milliseconds of virtual time.
    pub set_ms: u64,
    /// When it fires, in milliseconds of virtual time.
    pub due_ms: u64,
    /// Whose it is.
    pub process: ProcessId,
    /// Which one.
    pub timer: T,
    /// How many messages had been sent when it was set, to tell which came first.
    sent_before: u64,
    /// How many timers had been set before.
    set_before: u64,
}

/// What befell a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Health {
    /// Whether it does not run.
    pub has_crashed: bool,
    /// Whether it stands still.
    pub is_paused: bool,
    /// Whether it will crash in the middle of its next step.
    pub is_doomed: bool,
    /// How much of their time its timers take, in percent.
    pub clock_percent: u32,
}

const HEALTHY: Health = Health { has_crashed: false, is_paused: false, is_doomed: false, clock_percent: 100 };

/// What a step was about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Input<M, T> {
    /// A message was received.
    Delivered(Envelope<M>),
    /// A message was lost.
    Dropped(Envelope<M>),
    /// A timer fired.
    Fired(ProcessId, T),
    /// Something was done to this process, or, if it is main, to the network.
    Act(ProcessId),
}

impl<M, T> Input<M, T> {
    /// To whom it happened.
    #[inline]
    pub fn process(&self) -> ProcessId {
        match self {
            Input::Delivered(envelope) | Input::Dropped(envelope) => envelope.to,
            Input::Fired(process, _) | Input::Act(process) => *process,
        }
    }
}

/// The records of a step go here, if somebody wants them.
pub type Records<'a, P> = Option<&'a mut Vec<Record<<P as Process>::Event>>>;

/// A whole run at one moment. Clones are independent and go on alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation<P: Process> {
    step: u64,
    time_ms: u64,
    record_count: u64,
    num_nodes: u32,
    processes: Vec<P>,
    health: Vec<Health>,
    /// How many processes stand still.
    paused: u32,
    network: Network<P::Message>,
    conditions: Conditions,
    pace: Pace,
    timers: Vec<Waiting<P::Timer>>,
    timers_set: u64,
    /// What comes next by default; looked for once a step.
    next: Option<Next>,
    input: Option<Input<P::Message, P::Timer>>,
    generator: Generator,
    workload: Workload,
    outbox: OutboxOf<P>,
}

/// The next thing that happens by default, by its place.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Next {
    Message(usize),
    Timer(usize),
}

/// What there is to see of a run.
impl<P: Process> Simulation<P> {
    /// A run before its first step. The first of the processes is main, then come the nodes, this many, then the clients.
    pub fn new(processes: Vec<P>, num_nodes: u32, workload: Workload, seed: u64) -> Self {
        assert!(processes.len() > num_nodes as usize, "there are main and all nodes");
        Simulation {
            step: 0,
            time_ms: 0,
            record_count: 0,
            num_nodes,
            health: vec![HEALTHY; processes.len()],
            paused: 0,
            processes,
            network: Network::default(),
            conditions: Conditions::default(),
            pace: Pace::MessagesFirst,
            timers: Vec::new(),
            timers_set: 0,
            next: None,
            input: None,
            generator: Generator::new(seed),
            workload,
            outbox: OutboxOf::<P>::default(),
        }
    }

    /// Has messages take time, and be lost and repeated by chance, from now on.
    pub fn set_conditions(&mut self, conditions: Conditions) {
        self.conditions = conditions;
        self.pace = Pace::ByTime;
        self.next = self.find_next();
    }

    /// Sends a message from outside: the one that sets everything going.
    pub fn send(&mut self, from: ProcessId, to: ProcessId, message: P::Message) {
        let sent = Moment { step: self.step, time_ms: self.time_ms };
        self.network.send((from, to), sent, self.time_ms, false, message);
        self.next = self.find_next();
    }

    /// How many steps have been taken.
    pub fn step_count(&self) -> u64 {
        self.step
    }

    /// The virtual time, in milliseconds since the start.
    pub fn time_ms(&self) -> u64 {
        self.time_ms
    }

    /// How the run goes on by default.
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// How good the network is.
    pub fn conditions(&self) -> Conditions {
        self.conditions
    }

    /// How many records there were in all steps up to this one, kept or not.
    pub fn record_count(&self) -> u64 {
        self.record_count
    }

    /// The messages in flight, the links, and how many messages went which way.
    pub fn network(&self) -> &Network<P::Message> {
        &self.network
    }

    /// What the last step was about; none before the first.
    pub fn input(&self) -> Option<&Input<P::Message, P::Timer>> {
        self.input.as_ref()
    }

    /// The timers that are waited for, in no order.
    pub fn timers(&self) -> &[Waiting<P::Timer>] {
        &self.timers
    }

    /// All nodes, the first one being node 1.
    pub fn nodes(&self) -> &[P] {
        &self.processes[1..=self.num_nodes as usize]
    }

    /// All clients, the first one being client 1.
    pub fn clients(&self) -> &[P] {
        &self.processes[self.num_nodes as usize + 1..]
    }

    /// A process.
    ///
    /// # Panics
    /// If there is none of that name.
    #[inline]
    pub fn process(&self, id: ProcessId) -> &P {
        &self.processes[self.place_of(id)]
    }

    /// What befell a process.
    ///
    /// # Panics
    /// If there is none of that name.
    #[inline]
    pub fn health(&self, id: ProcessId) -> Health {
        self.health[self.place_of(id)]
    }

    /// When the next thing happens by default; none if there is nothing.
    pub fn next_due_ms(&self) -> Option<u64> {
        self.next.map(|next| match next {
            Next::Message(place) => self.network.at(place).due_ms.max(self.time_ms),
            Next::Timer(place) => self.timers[place].due_ms.max(self.time_ms),
        })
    }

    #[inline]
    fn place_of(&self, id: ProcessId) -> usize {
        match id {
            ProcessId::Main => 0,
            ProcessId::Node(node) => node as usize,
            ProcessId::Client(client) => self.num_nodes as usize + client as usize,
        }
    }

    /// Whether there is a process of this name that things can be done to.
    fn is_subject(&self, id: ProcessId) -> bool {
        match id {
            ProcessId::Main => false,
            ProcessId::Node(node) => (1..=self.num_nodes).contains(&node),
            ProcessId::Client(client) => client > 0 && self.place_of(ProcessId::Client(client)) < self.processes.len(),
        }
    }
}

/// What comes next.
impl<P: Process> Simulation<P> {
    /// Every input that could be next, the default first. Empty when nothing can happen by itself.
    ///
    /// If messages come first, a timer is a choice only when no message is: as long as somebody has something to do,
    /// nobody's time runs out.
    pub fn choices(&self) -> Vec<Action<P::Timer>> {
        let fire = |waiting: &Waiting<P::Timer>| Action::Fire(waiting.process, waiting.timer);
        let mut choices: Vec<_> =
            self.deliverable().into_iter().map(|place| Action::Deliver(self.network.at(place).id)).collect();
        match (self.pace, self.next) {
            (Pace::MessagesFirst, Some(Next::Timer(place))) => choices.push(fire(&self.timers[place])),
            (Pace::MessagesFirst, _) => {}
            (Pace::ByTime, next) => {
                let awake = self.timers.iter().filter(|waiting| !self.health(waiting.process).is_paused);
                choices.extend(awake.map(fire));
                let default = next.map(|next| match next {
                    Next::Message(place) => Action::Deliver(self.network.at(place).id),
                    Next::Timer(place) => fire(&self.timers[place]),
                });
                if let Some(place) = choices.iter().position(|choice| Some(choice) == default.as_ref()) {
                    choices[..=place].rotate_right(1);
                }
            }
        }
        choices
    }

    /// Does what is next by default. Returns false, and does nothing, when there is nothing. Records are added to
    /// `records`, or only counted if there is none.
    pub fn step(&mut self, records: Records<'_, P>) -> bool {
        let Some(next) = self.next else { return false };
        self.take(next, records);
        self.next = self.find_next();
        true
    }

    #[inline]
    fn take(&mut self, next: Next, records: Records<'_, P>) {
        match next {
            Next::Message(place) => {
                let due_ms = self.network.at(place).due_ms;
                self.arrive(place, due_ms, records);
            }
            Next::Timer(place) => {
                let due_ms = self.timers[place].due_ms;
                self.fire(place, due_ms, records);
            }
        }
    }

    #[inline]
    fn find_next(&self) -> Option<Next> {
        let timer = || self.next_timer().map(Next::Timer);
        let Some(message) = self.next_message() else { return timer() };
        if self.pace == Pace::MessagesFirst {
            return Some(Next::Message(message));
        }
        let envelope = self.network.at(message);
        match self.next_timer().map(|place| (place, &self.timers[place])) {
            Some((place, waiting))
                if (waiting.due_ms, waiting.sent_before) < (envelope.due_ms, envelope.id.0.get()) =>
            {
                Some(Next::Timer(place))
            }
            _ => Some(Next::Message(message)),
        }
    }

    /// The places of the messages that can arrive now.
    fn deliverable(&self) -> Vec<usize> {
        match self.pace {
            Pace::MessagesFirst => self.network.deliverable(|envelope| self.accepts(envelope)).collect(),
            Pace::ByTime => (0..self.network.in_flight().len()).filter(|&place| self.is_awake(place)).collect(),
        }
    }

    /// The place of the message that arrives first.
    #[inline]
    fn next_message(&self) -> Option<usize> {
        match self.pace {
            Pace::MessagesFirst => self.network.deliverable(|envelope| self.accepts(envelope)).next(),
            Pace::ByTime => (0..self.network.in_flight().len()).find(|&place| self.is_awake(place)),
        }
    }

    #[inline]
    fn is_awake(&self, place: usize) -> bool {
        self.paused == 0 || !self.health(self.network.at(place).to).is_paused
    }

    /// Whether the receiver takes this message now, or will never: then it is lost at its door.
    #[inline]
    fn accepts(&self, envelope: &Envelope<P::Message>) -> bool {
        let health = self.health(envelope.to);
        !health.is_paused && (health.has_crashed || self.process(envelope.to).accepts(&envelope.message))
    }

    /// The place of the timer that is due first; of several at the same time, the one that was set first.
    #[inline]
    fn next_timer(&self) -> Option<usize> {
        let is_awake = |place: &usize| self.paused == 0 || !self.health(self.timers[*place].process).is_paused;
        let key = |place: &usize| (self.timers[*place].due_ms, self.timers[*place].set_before);
        (0..self.timers.len()).filter(is_awake).min_by_key(key)
    }
}

/// What is done.
impl<P: Process> Simulation<P> {
    /// Does one of the [`choices`](Self::choices), or brings a fault about. What is not the default happens at once,
    /// without a wait for its time.
    ///
    /// # Errors
    /// If it cannot be done; then nothing is changed.
    pub fn perform(&mut self, action: &Action<P::Timer>, records: Records<'_, P>) -> Result<(), Refusal> {
        self.try_to(action, records)?;
        self.next = self.find_next();
        Ok(())
    }

    fn try_to(&mut self, action: &Action<P::Timer>, records: Records<'_, P>) -> Result<(), Refusal> {
        match *action {
            Action::Deliver(id) => {
                let place = self.deliverable_place(id)?;
                match self.next {
                    Some(next @ Next::Message(first)) if first == place => self.take(next, records),
                    _ => self.arrive(place, self.time_ms, records),
                }
            }
            Action::Fire(process, timer) => {
                let place = self.timer_of(process, timer).ok_or(Refusal::NoSuchTimer(process))?;
                match self.next {
                    Some(next @ Next::Timer(first)) if first == place => self.take(next, records),
                    _ if self.pace == Pace::MessagesFirst => return Err(Refusal::NotDue(process)),
                    _ if self.health(process).is_paused => return Err(Refusal::IsPaused(process)),
                    _ => self.fire(place, self.time_ms, records),
                }
            }
            Action::Drop(id) => {
                let place = self.network_place(id)?;
                self.lose(place, Loss::Taken, self.time_ms, records);
            }
            Action::Duplicate(id) => {
                let place = self.network_place(id)?;
                let Envelope { from, to, due_ms, ref message, .. } = *self.network.at(place);
                let kind = message.kind();
                self.network.duplicate(id, due_ms.max(self.time_ms), false);
                self.act(to, Happening::Duplicated { from, kind }, records);
            }
            Action::Delay(id, by_ms) => {
                let place = self.network_place(id)?;
                if self.pace == Pace::MessagesFirst {
                    return Err(Refusal::TimeStandsStill);
                }
                let Envelope { from, to, ref message, .. } = *self.network.at(place);
                let kind = message.kind();
                self.network.delay(place, by_ms);
                self.act(to, Happening::Delayed { from, kind, by_ms }, records);
            }
            Action::Request(process, command) => {
                if !(matches!(process, ProcessId::Client(_)) && self.is_subject(process)) {
                    return Err(Refusal::NotAClient(process));
                }
                let place = self.running(process)?;
                if self.health[place].is_paused {
                    return Err(Refusal::IsPaused(process));
                }
                self.begin_step(self.time_ms, records.is_some());
                self.processes[place].on_order(command, &mut self.outbox);
                self.finish_step(process, None, records);
                self.input = Some(Input::Act(process));
            }
            Action::Align(timer) => return self.regulate(timer, None, records),
            Action::Spread(timer, apart_ms) => return self.regulate(timer, Some(apart_ms), records),
            Action::Restart(process) => return self.restart(process, records),
            Action::Partition(_) | Action::Cut(..) | Action::HealLink(..) | Action::Heal => {
                return self.change_links(action, records);
            }
            Action::Crash(process, _)
            | Action::CrashMidway(process)
            | Action::Pause(process)
            | Action::Resume(process)
            | Action::Skew(process, _) => return self.change_health(action, process, records),
        }
        Ok(())
    }

    /// Says that something was to happen to a process, and why it did not.
    pub fn note_refusal(&mut self, refusal: Refusal, records: Records<'_, P>) {
        self.act(ProcessId::Main, Happening::Refused(refusal), records);
    }

    /// Lets the time pass up to this moment. What is due before stays due.
    pub fn wait_until(&mut self, time_ms: u64) {
        self.time_ms = self.time_ms.max(time_ms);
    }

    /// Why a message cannot be delivered now, as [`perform`](Self::perform) would find; none if it can.
    pub fn delivery_refusal(&self, id: MessageId) -> Option<Refusal> {
        self.deliverable_place(id).err()
    }

    fn deliverable_place(&self, id: MessageId) -> Result<usize, Refusal> {
        let place = self.network.place_of(id).ok_or(Refusal::NotInFlight(id))?;
        if self.deliverable().contains(&place) { Ok(place) } else { Err(Refusal::Waits(id, self.network.at(place).to)) }
    }

    #[inline]
    fn network_place(&self, id: MessageId) -> Result<usize, Refusal> {
        let place = self.network.place_of(id).ok_or(Refusal::NotInFlight(id))?;
        let envelope = self.network.at(place);
        if envelope.from == ProcessId::Main || envelope.to == ProcessId::Main {
            return Err(Refusal::NotOnNetwork(id));
        }
        Ok(place)
    }

    fn timer_of(&self, process: ProcessId, timer: P::Timer) -> Option<usize> {
        self.timers.iter().position(|waiting| waiting.process == process && waiting.timer == timer)
    }

    /// The place of a process that runs.
    fn running(&self, process: ProcessId) -> Result<usize, Refusal> {
        let place = self.place_of(process);
        if !self.is_subject(process) {
            Err(Refusal::NoSuchProcess(process))
        } else if self.health[place].has_crashed {
            Err(Refusal::HasCrashed(process))
        } else {
            Ok(place)
        }
    }

    /// A message has come to its receiver's door.
    #[inline]
    fn arrive(&mut self, place: usize, time_ms: u64, records: Records<'_, P>) {
        let Envelope { from, to, is_lost, .. } = *self.network.at(place);
        let loss = match () {
            () if is_lost => Loss::Network,
            () if self.network.is_cut(from, to) => Loss::Cut,
            () if self.health(to).has_crashed => Loss::Crashed,
            () => return self.deliver(place, time_ms, records),
        };
        self.lose(place, loss, time_ms, records);
    }

    #[inline]
    fn deliver(&mut self, place: usize, time_ms: u64, records: Records<'_, P>) {
        let envelope = self.network.take(place);
        self.begin_step(time_ms, records.is_some());
        let receiver = self.place_of(envelope.to);
        self.processes[receiver].on_message(envelope.from, &envelope.message, &mut self.outbox);
        self.finish_step(envelope.to, Some(envelope.id), records);
        self.input = Some(Input::Delivered(envelope));
    }

    fn lose(&mut self, place: usize, why: Loss, time_ms: u64, records: Records<'_, P>) {
        let envelope = self.network.drop_at(place);
        self.begin_step(time_ms, records.is_some());
        let (from, kind) = (envelope.from, envelope.message.kind());
        self.note(envelope.to, Some(envelope.id), Happening::Dropped { from, kind, why }, records);
        self.input = Some(Input::Dropped(envelope));
    }

    fn fire(&mut self, place: usize, time_ms: u64, records: Records<'_, P>) {
        let Waiting { process, timer, .. } = self.timers.swap_remove(place);
        self.begin_step(time_ms, records.is_some());
        let owner = self.place_of(process);
        self.processes[owner].on_timer(timer, &mut self.outbox);
        self.finish_step(process, None, records);
        self.input = Some(Input::Fired(process, timer));
    }

    /// A step that is something done from outside.
    fn act(&mut self, process: ProcessId, event: Happening<P::Event>, records: Records<'_, P>) {
        self.begin_step(self.time_ms, records.is_some());
        self.note(process, None, event, records);
        self.input = Some(Input::Act(process));
    }

    #[inline]
    fn begin_step(&mut self, time_ms: u64, recording: bool) {
        self.step += 1;
        self.time_ms = self.time_ms.max(time_ms);
        self.outbox.set_recording(recording);
    }

    #[inline]
    fn note(
        &mut self,
        process: ProcessId,
        cause: Option<MessageId>,
        event: Happening<P::Event>,
        records: Records<'_, P>,
    ) {
        self.record_count += 1;
        if let Some(records) = records {
            records.push(Record { step: self.step, time_ms: self.time_ms, process, cause, event });
        }
    }

    /// Carries out what the process wanted. A command that it asked for is given to it within the same step.
    fn finish_step(&mut self, process: ProcessId, cause: Option<MessageId>, mut records: Records<'_, P>) {
        let actor = self.place_of(process);
        loop {
            let (step, time_ms) = (self.step, self.time_ms);
            self.record_count += self.outbox.take_event_count();
            if let Some(records) = records.as_deref_mut() {
                let events = self.outbox.take_events().map(Happening::Said);
                records.extend(events.map(|event| Record { step, time_ms, process, cause, event }));
            }
            if self.health[actor].is_doomed {
                return self.die_midway(process, records);
            }
            for (to, message) in self.outbox.take_sends() {
                let sent = Moment { step, time_ms };
                transmit(&mut self.network, &mut self.generator, &self.conditions, (process, to), sent, message);
            }
            for alarm in self.outbox.take_alarms() {
                match alarm {
                    Alarm::Set(timer, range) => {
                        let after_ms = draw_from(range, &mut self.generator);
                        let percent = u64::from(self.health[actor].clock_percent);
                        // However fast a clock is: a wait that takes no time at all would stop everybody's.
                        let wait_ms = (u64::from(after_ms) * percent / 100).max(after_ms.min(1).into());
                        let due_ms = time_ms + wait_ms;
                        let counts = self.network.counts();
                        let (sent_before, set_before) = (counts.sent + counts.duplicated, self.timers_set);
                        self.timers_set += 1;
                        let waiting = Waiting { set_ms: time_ms, due_ms, process, timer, sent_before, set_before };
                        set_timer(&mut self.timers, waiting);
                    }
                    Alarm::Cancel(timer) => {
                        self.timers.retain(|waiting| waiting.process != process || waiting.timer != timer);
                    }
                }
            }
            let Some(number) = self.outbox.take_wanted_request() else { return };
            let Scripted { after_ms, command } = self.workload.command(process, number, &mut self.generator);
            self.processes[actor].on_request(command, after_ms, &mut self.outbox);
        }
    }

    /// What the process wrote stays; what it wanted to send is never sent.
    fn die_midway(&mut self, process: ProcessId, records: Records<'_, P>) {
        self.outbox.take_sends().for_each(drop);
        self.outbox.take_alarms().for_each(drop);
        self.outbox.take_wanted_request();
        self.stop(process, 0);
        self.note(process, None, Happening::Crashed, records);
    }

    fn stop(&mut self, process: ProcessId, lost: u32) {
        let place = self.place_of(process);
        self.processes[place].on_crash(lost);
        self.paused -= u32::from(self.health[place].is_paused);
        let clock_percent = self.health[place].clock_percent;
        self.health[place] = Health { has_crashed: true, clock_percent, ..HEALTHY };
        self.timers.retain(|waiting| waiting.process != process);
    }
}

/// What befalls processes and links.
impl<P: Process> Simulation<P> {
    fn restart(&mut self, process: ProcessId, mut records: Records<'_, P>) -> Result<(), Refusal> {
        if !self.is_subject(process) {
            return Err(Refusal::NoSuchProcess(process));
        }
        let place = self.place_of(process);
        if !self.health[place].has_crashed {
            return Err(Refusal::Runs(process));
        }
        self.health[place].has_crashed = false;
        self.act(process, Happening::Restarted, records.as_deref_mut());
        self.processes[place].on_restart(&mut self.outbox);
        self.finish_step(process, None, records);
        Ok(())
    }

    /// Has all timers of a kind fire at the time of the first of them, or so many milliseconds one after another.
    fn regulate(&mut self, timer: P::Timer, apart_ms: Option<u32>, records: Records<'_, P>) -> Result<(), Refusal> {
        if self.pace == Pace::MessagesFirst {
            return Err(Refusal::TimeStandsStill);
        }
        // In ascending order of their processes.
        let mut places: Vec<usize> = Vec::new();
        for (place, waiting) in self.timers.iter().enumerate().filter(|(_, waiting)| waiting.timer == timer) {
            let rank = places.partition_point(|&other| self.timers[other].process < waiting.process);
            places.insert(rank, place);
        }
        let count = places.len() as u32;
        if count < 2 {
            return Err(Refusal::TooFewTimers);
        }
        let first = (0..places.len()).min_by_key(|&rank| self.timers[places[rank]].due_ms).expect("there are some");
        places[..=first].rotate_right(1);
        // That of a process which stands still may have been due long ago.
        let from_ms = self.timers[places[0]].due_ms.max(self.time_ms);
        for (rank, place) in places.into_iter().enumerate() {
            self.timers[place].due_ms = from_ms + rank as u64 * u64::from(apart_ms.unwrap_or(0));
        }
        let in_ms = u32::try_from(from_ms - self.time_ms).unwrap_or(u32::MAX);
        let timer = P::timer_name(timer);
        let happening = match apart_ms {
            None => Happening::Aligned { timer, count, in_ms },
            Some(apart_ms) => Happening::Spread { timer, count, in_ms, apart_ms },
        };
        self.act(ProcessId::Main, happening, records);
        Ok(())
    }

    fn change_health(
        &mut self,
        action: &Action<P::Timer>,
        process: ProcessId,
        records: Records<'_, P>,
    ) -> Result<(), Refusal> {
        let place = self.running(process)?;
        let is_paused = self.health[place].is_paused;
        let happening = match *action {
            Action::Crash(_, lost) => {
                self.stop(process, lost);
                Happening::Crashed
            }
            Action::CrashMidway(_) => {
                self.health[place].is_doomed = true;
                Happening::Doomed
            }
            Action::Pause(_) if is_paused => return Err(Refusal::IsPaused(process)),
            Action::Pause(_) => {
                self.health[place].is_paused = true;
                self.paused += 1;
                Happening::Paused
            }
            Action::Resume(_) if !is_paused => return Err(Refusal::NotPaused(process)),
            Action::Resume(_) => {
                self.health[place].is_paused = false;
                self.paused -= 1;
                Happening::Resumed
            }
            Action::Skew(_, percent) => {
                self.health[place].clock_percent = percent;
                Happening::Skewed { percent }
            }
            _ => unreachable!("this action is not about a process"),
        };
        self.act(process, happening, records);
        Ok(())
    }

    /// Cuts the links between those of these members that are in no group together. They may be a thousand, so that nobody is
    /// looked for in the groups for each link.
    fn part(&mut self, members: &[ProcessId], groups: &[Rc<[ProcessId]>]) {
        let place = |member: &ProcessId| members.binary_search(member).expect("groups consist of members");
        let groups: Vec<Vec<usize>> = groups.iter().map(|group| group.iter().map(place).collect()).collect();
        for (own, &from) in members.iter().enumerate() {
            let mut is_together = vec![false; members.len()];
            is_together[own] = true;
            for group in groups.iter().filter(|group| group.contains(&own)) {
                group.iter().for_each(|&place| is_together[place] = true);
            }
            for (&to, _) in members.iter().zip(&is_together).filter(|(_, is_together)| !**is_together) {
                self.network.cut(from, to);
            }
        }
    }

    fn change_links(&mut self, action: &Action<P::Timer>, records: Records<'_, P>) -> Result<(), Refusal> {
        match action {
            Action::Partition(groups) => {
                // In ascending order and each once, so that however many groups name them, it is soon done.
                let mut members = Vec::new();
                for &member in groups.iter().flat_map(|group| group.iter()) {
                    if !self.is_subject(member) {
                        return Err(Refusal::NoSuchProcess(member));
                    }
                    sorted::insert(&mut members, member);
                }
                self.network.heal_all();
                self.part(&members, groups);
                self.act(ProcessId::Main, Happening::Partitioned(groups.clone()), records);
            }
            &Action::Cut(from, to) | &Action::HealLink(from, to) if !self.is_subject(from) || !self.is_subject(to) => {
                return Err(Refusal::NoSuchProcess(if self.is_subject(from) { to } else { from }));
            }
            &Action::Cut(from, to) | &Action::HealLink(from, to) if from == to => {
                return Err(Refusal::NoSuchProcess(from));
            }
            &Action::Cut(from, to) if !self.network.cut(from, to) => return Err(Refusal::IsCut(from, to)),
            &Action::Cut(from, to) => self.act(from, Happening::Cut { to }, records),
            &Action::HealLink(from, to) if !self.network.heal(from, to) => return Err(Refusal::NotCut(from, to)),
            &Action::HealLink(from, to) => self.act(from, Happening::LinkHealed { to }, records),
            _ => {
                if self.network.cuts().is_empty() {
                    return Err(Refusal::NothingToHeal);
                }
                self.network.heal_all();
                self.act(ProcessId::Main, Happening::Healed, records);
            }
        }
        Ok(())
    }
}

/// Sends a message on the network as it is. Main's messages are not on it.
fn transmit<M: Clone>(
    network: &mut Network<M>,
    generator: &mut Generator,
    conditions: &Conditions,
    (from, to): (ProcessId, ProcessId),
    sent: Moment,
    message: M,
) {
    let time_ms = sent.time_ms;
    if from == ProcessId::Main || to == ProcessId::Main {
        network.send((from, to), sent, time_ms, false, message);
        return;
    }
    let mut travel = || {
        let is_lost = conditions.loss_percent > 0 && generator.below(100) < conditions.loss_percent;
        (time_ms + u64::from(draw_from(conditions.latency_ms, generator)), is_lost)
    };
    let (due_ms, is_lost) = travel();
    let id = network.send((from, to), sent, due_ms, is_lost, message);
    if conditions.duplicate_percent > 0 && generator.below(100) < conditions.duplicate_percent {
        let due_ms = time_ms + u64::from(draw_from(conditions.latency_ms, generator));
        network.duplicate(id, due_ms, false);
    }
}

/// Draws from a range, both ends included; nothing is drawn if there is no choice.
fn draw_from((least, most): (u32, u32), generator: &mut Generator) -> u32 {
    if least < most { least + generator.below(most - least + 1) } else { least }
}

/// Sets a timer; one that was set before is set anew.
fn set_timer<T: PartialEq>(timers: &mut Vec<Waiting<T>>, waiting: Waiting<T>) {
    let is_same = |other: &&mut Waiting<T>| other.process == waiting.process && other.timer == waiting.timer;
    match timers.iter_mut().find(is_same) {
        Some(place) => *place = waiting,
        None => timers.push(waiting),
    }
}
