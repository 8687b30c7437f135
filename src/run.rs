//! A run at one moment: the engine with the protocol in it, what goes wrong, and those who look on.
//!
//! It goes forward only; to go back is for [`emulation`](crate::emulation). Everything that decides what happens next is
//! here and in the configuration, so two runs that are equal go on alike.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::action::Group;
use crate::chaos::Weather;
use crate::config::Config;
use crate::faults::{FaultKind, Target};
use crate::history::{self, Contradiction, History, Operation, Verdict};
use crate::kv::{Command, Texts};
use crate::process::{Envelope, MessageId, ProcessId};
use crate::raft::role::Role;
use crate::raft::safety::{Safety, Sight};
use crate::raft::verdict::{Fact, Property, Violation};
use crate::raft::{self, Client, Main, Message, Node, Timer};
use crate::simulation::{self, Health, Input, Pace, Records, Refusal};
use crate::workload::Workload;

/// The engine, running this protocol.
pub type Simulation = simulation::Simulation<raft::Process>;
/// What can be done to a run in one step.
pub type Action = simulation::Action<Timer>;

/// Why a run is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All clients are served, and all nodes that run agree.
    Done,
    /// The time that was given to it is over.
    Duration,
    /// The steps that were given to it are taken.
    Steps,
    /// Somebody waits for what will never come.
    Stuck,
}

/// Somebody who waits for somebody else when a run is stuck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Who waits.
    pub who: ProcessId,
    /// Whose answer does not come.
    pub for_whom: ProcessId,
    /// Whether that one has crashed.
    pub has_crashed: bool,
}

/// A run at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    config: Rc<Config>,
    simulation: Simulation,
    safety: Safety,
    history: History,
    weather: Option<Weather>,
    /// How many of the faults of the configuration have had their time.
    faults_begun: u32,
    /// What is to happen next, and at which time.
    agenda: VecDeque<(u64, Item)>,
    /// Whether no client has anything more to ask.
    are_clients_done: bool,
    /// How many messages there were before a step that was not looked at yet.
    unseen: Option<u64>,
    /// Whether that step was something done to the run.
    is_disturbed: bool,
    /// What was done to the cluster in the last step, if it did not come by itself.
    last_act: Option<Action>,
    /// Whether nodes and clients are started: main's messages are through.
    is_set_up: bool,
    /// What was seen of each client.
    heard: Vec<Heard>,
    /// Whether nothing is broken, and since when that is so or otherwise, in milliseconds of virtual time.
    is_well: bool,
    changed_ms: u64,
}

/// Something that is to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Act(Action),
    /// It cannot happen, for this reason.
    Refuse(Refusal),
}

/// What was seen of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Heard {
    sent: u32,
    answered: u32,
    /// When it sent its last request first, in milliseconds of virtual time.
    asked_ms: u64,
}

/// What there is to see of a run.
impl Run {
    /// A run before its first step. The strings of the configuration are in `texts`, and those of its workload come to
    /// them.
    pub fn new(config: Rc<Config>, seed: u64, texts: &mut Texts) -> Self {
        let timing = config.raft.timing;
        let workload = Workload::new(&config.keys, &config.scripts, texts);
        let client = |id| {
            let scripted = workload.script(id).map(|script| script.len() as u32);
            let requests = scripted.unwrap_or(config.requests_per_client);
            let patience_ms = timing.map(|timing| timing.client_timeout_ms);
            raft::Process::Client(Client::new(requests, config.num_nodes, patience_ms))
        };
        let mut processes =
            vec![raft::Process::Main(Main::new(config.num_nodes, config.num_clients, timing.is_some()))];
        processes.extend((1..=config.num_nodes).map(|id| raft::Process::Node(Node::new(id, config.raft))));
        processes.extend((1..=config.num_clients).map(client));

        let mut simulation = Simulation::new(processes, config.num_nodes, workload, seed);
        if timing.is_some() {
            simulation.set_conditions(config.network);
        }
        simulation.send(ProcessId::Main, ProcessId::Main, Message::Init);
        let mut run = Run {
            safety: Safety::new(simulation.nodes()),
            history: History::default(),
            weather: config.chaos.map(|chaos| Weather::new(chaos, seed)),
            faults_begun: 0,
            agenda: VecDeque::new(),
            are_clients_done: config.num_clients == 0,
            heard: vec![Heard { sent: 0, answered: 0, asked_ms: 0 }; config.num_clients as usize],
            unseen: None,
            is_disturbed: false,
            last_act: None,
            is_set_up: false,
            is_well: true,
            changed_ms: 0,
            simulation,
            config,
        };
        run.plan();
        run
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The engine.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// What was seen of the properties that must hold.
    pub fn safety(&self) -> &Safety {
        &self.safety
    }

    /// What clients asked and heard.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// How many faults chaos has drawn so far, those included that are left out or made no sense. The first one has the
    /// number 1.
    pub fn faults_drawn(&self) -> u32 {
        self.weather.as_ref().map_or(0, Weather::drawn)
    }

    /// What is done to the cluster in the next step; none if that step is what comes by itself.
    pub fn next_act(&self) -> Option<&Action> {
        match self.agenda.front() {
            Some((_, Item::Act(action))) => Some(action),
            Some((_, Item::Refuse(_))) | None => None,
        }
    }

    /// What was done to the cluster in the last step; none if that step came by itself.
    pub fn last_act(&self) -> Option<&Action> {
        self.last_act.as_ref()
    }

    /// A node.
    ///
    /// # Panics
    /// If there is none of that number.
    #[inline]
    pub fn node(&self, id: u32) -> &Node {
        match self.simulation.process(ProcessId::Node(id)) {
            raft::Process::Node(node) => node,
            raft::Process::Main(_) | raft::Process::Client(_) => unreachable!("nodes stand at the nodes' places"),
        }
    }

    /// A client.
    ///
    /// # Panics
    /// If there is none of that number.
    #[inline]
    pub fn client(&self, id: u32) -> &Client {
        match self.simulation.process(ProcessId::Client(id)) {
            raft::Process::Client(client) => client,
            raft::Process::Main(_) | raft::Process::Node(_) => unreachable!("clients stand at the clients' places"),
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        (1..=self.config.num_nodes).map(|id| self.node(id))
    }

    /// The nodes that run and do not stand still.
    fn awake_nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes().filter(|node| {
            let health = self.simulation.health(ProcessId::Node(node.id()));
            !health.has_crashed && !health.is_paused
        })
    }

    /// The node that leads in the latest term, if any node leads and runs.
    pub fn leader(&self) -> Option<&Node> {
        self.awake_nodes().filter(|node| matches!(node.role(), Role::Leader(_))).max_by_key(|node| node.current_term())
    }
}

/// How a run ends.
impl Run {
    /// Why nothing more happens by itself; none as long as something does.
    pub fn ending(&self) -> Option<Ending> {
        if self.simulation.step_count() >= self.config.max_steps {
            return Some(Ending::Steps);
        }
        if !self.agenda.is_empty() {
            return None;
        }
        let is_timed = self.simulation.pace() == Pace::ByTime;
        let next_ms = self.simulation.next_due_ms();
        // What is true of nearly every step.
        if next_ms.is_some_and(|next_ms| !is_timed || !self.are_clients_done && next_ms <= self.config.duration_ms) {
            return None;
        }
        let fault_ms = self.next_fault_ms();
        match fault_ms.into_iter().chain(next_ms).min() {
            None if self.are_clients_done && !is_timed => Some(Ending::Done),
            None => Some(Ending::Stuck),
            Some(_) if !is_timed => None,
            Some(first_ms) if first_ms > self.config.duration_ms => Some(Ending::Duration),
            Some(_) => {
                let is_done = self.are_clients_done && fault_ms.is_none() && self.do_nodes_agree();
                is_done.then_some(Ending::Done)
            }
        }
    }

    /// Whether all nodes that run follow one leader, have its log, and have applied it.
    fn do_nodes_agree(&self) -> bool {
        let Some(leader) = self.leader() else { return false };
        self.awake_nodes().all(|node| {
            node.leader() == Some(leader.id())
                && node.current_term() == leader.current_term()
                && node.log().matches(leader.log().last_index(), leader.log().last_term())
                && node.last_applied() == node.log().last_index()
                && node.last_applied() == leader.last_applied()
        })
    }

    /// Who waits for whom, if the run is stuck: clients first, then nodes.
    pub fn waits(&self) -> Vec<Wait> {
        let mut waits = Vec::new();
        let mut note = |who, node| {
            let for_whom = ProcessId::Node(node);
            waits.push(Wait { who, for_whom, has_crashed: self.simulation.health(for_whom).has_crashed });
        };
        for id in 1..=self.config.num_clients {
            let client = self.client(id);
            if let (Some(_), Some(node)) = (client.waiting_for(), client.target()) {
                note(ProcessId::Client(id), node);
            }
        }
        for id in 1..=self.config.num_nodes {
            // One that has crashed awaits nobody.
            if let Some(peer) = self.node(id).awaited() {
                note(ProcessId::Node(id), peer);
            }
        }
        waits
    }
}

/// Going on.
impl Run {
    /// Does what comes next by itself, and looks at it. Returns false, and does nothing, when the run is over.
    pub fn step(&mut self, records: Records<'_, raft::Process>) -> bool {
        let is_taken = self.advance(records);
        if is_taken {
            self.look();
        }
        is_taken
    }

    /// Has this come next, and looks at it.
    ///
    /// # Errors
    /// If it cannot be done; then nothing is changed.
    pub fn perform(&mut self, action: &Action, records: Records<'_, raft::Process>) -> Result<(), Refusal> {
        self.act(action, records)?;
        self.look();
        Ok(())
    }

    /// [`step`](Self::step) for those who tell of it before it is judged: [`look`](Self::look) has to follow.
    #[inline]
    pub fn advance(&mut self, mut records: Records<'_, raft::Process>) -> bool {
        if self.ending().is_some() {
            return false;
        }
        assert!(self.unseen.is_none(), "a step is looked at before the next is taken");
        self.unseen = Some(self.messages_made());
        self.last_act = None;
        // What a person did since may be due before what was planned.
        let next_ms = self.simulation.next_due_ms();
        match self.agenda.pop_front_if(|(at_ms, _)| next_ms.is_none_or(|next_ms| *at_ms <= next_ms)) {
            Some((at_ms, item)) => {
                self.is_disturbed = true;
                self.simulation.wait_until(at_ms);
                let refused = match item {
                    Item::Act(action) => {
                        let done = self.simulation.perform(&action, records.as_deref_mut());
                        self.last_act = done.is_ok().then_some(action);
                        done
                    }
                    Item::Refuse(refusal) => Err(refusal),
                };
                if let Err(refusal) = refused {
                    self.simulation.note_refusal(refusal, records);
                }
            }
            None => {
                let is_done = self.simulation.step(records);
                assert!(is_done, "a run that is not over goes on");
            }
        }
        true
    }

    /// [`perform`](Self::perform) for those who tell of it before it is judged: [`look`](Self::look) has to follow.
    ///
    /// # Errors
    /// As there.
    pub fn act(&mut self, action: &Action, records: Records<'_, raft::Process>) -> Result<(), Refusal> {
        self.check_time_for(action)?;
        assert!(self.unseen.is_none(), "a step is looked at before the next is taken");
        let sent_before = self.messages_made();
        self.simulation.perform(action, records)?;
        self.unseen = Some(sent_before);
        self.is_disturbed = true;
        self.last_act = Some(action.clone());
        Ok(())
    }

    /// Why this cannot be done in the next step; none if it can.
    pub fn refusal(&self, action: &Action) -> Option<Refusal> {
        match action {
            // Asked of each message that is shown, so it is not found out by trying.
            Action::Deliver(id) => self.check_time_for(action).err().or_else(|| self.simulation.delivery_refusal(*id)),
            _ => self.clone().act(action, None).err(),
        }
    }

    /// Whether anything of this kind can be done yet, and still.
    fn check_time_for(&self, action: &Action) -> Result<(), Refusal> {
        if self.simulation.step_count() >= self.config.max_steps {
            return Err(Refusal::NoStepsLeft);
        }
        if !self.is_set_up && self.disturbs_start(action) {
            return Err(Refusal::NotStarted);
        }
        Ok(())
    }

    /// Whether a node or a client would not be started as it must be, if this came before main is through.
    fn disturbs_start(&self, action: &Action) -> bool {
        match action {
            Action::Crash(..) | Action::CrashMidway(_) | Action::Pause(_) => true,
            Action::Request(..) => false,
            // Where messages keep their order, they may come in any that is a choice; else only what comes next by itself.
            _ => self.simulation.pace() == Pace::ByTime && self.simulation.choices().first() != Some(action),
        }
    }

    /// What could come next, the default first. All of it can be done.
    pub fn choices(&self) -> Vec<Action> {
        let mut choices = self.simulation.choices();
        choices.retain(|choice| self.check_time_for(choice).is_ok());
        choices
    }

    fn messages_made(&self) -> u64 {
        self.simulation.network().counts().made()
    }

    /// Looks at what the last step did, once.
    ///
    /// # Panics
    /// If that was looked at.
    pub fn look(&mut self) {
        let sent_before = self.unseen.take().expect("a step is looked at once");
        let sight = sight(&self.simulation);
        let is_new = |id: MessageId| id.0.get() > sent_before;
        let (actor, has_crashed, made) = (sight.actor, sight.has_crashed, sight.messages.0);
        let sent = self.simulation.network().in_flight().rev().filter(|envelope| is_new(envelope.id));
        self.safety.look(&sight, sent.take((made - sent_before) as usize).filter(|envelope| envelope.from == actor));
        let was_disturbed = std::mem::take(&mut self.is_disturbed);
        if was_disturbed || has_crashed {
            self.is_well = self.is_all_well();
            self.changed_ms = self.simulation.time_ms();
        }
        if let ProcessId::Client(id) = actor {
            self.note_client(id);
        }
        self.plan();
    }

    /// Whether nobody has crashed or stands still, no link is cut, and all clocks are right.
    fn is_all_well(&self) -> bool {
        let nodes = (1..=self.config.num_nodes).map(ProcessId::Node);
        let everybody = nodes.chain((1..=self.config.num_clients).map(ProcessId::Client));
        let mut health = everybody.map(|process| self.simulation.health(process));
        self.simulation.network().cuts().is_empty()
            && health.all(|health| !health.has_crashed && !health.is_paused && health.clock_percent == 100)
    }

    /// Notes what a client asked and heard, and whether it waits for too long.
    fn note_client(&mut self, id: u32) {
        let (step, now_ms) = (self.simulation.step_count(), self.simulation.time_ms());
        let raft::Process::Client(client) = self.simulation.process(ProcessId::Client(id)) else { return };
        let (sent, answered, is_done) = (client.sent(), client.answered(), client.is_done());
        let heard = &mut self.heard[id as usize - 1];
        if answered > heard.answered {
            match client.last_answer() {
                Some(Ok(reply)) => self.history.answer(id, reply, step),
                // In the failure-free gear a client takes this for an answer, though what came of it is not known.
                Some(Err(_)) | None => self.history.abandon(id),
            }
        }
        if let Some(command) = client.waiting_for().filter(|_| sent > heard.sent) {
            heard.asked_ms = now_ms;
            self.history.invoke(id, command, step);
        }
        let is_waiting = sent > answered && sent == heard.sent;
        (heard.sent, heard.answered) = (sent, answered);
        let since_ms = heard.asked_ms.max(self.changed_ms);
        if is_waiting && self.is_well && self.bound_ms().is_some_and(|bound_ms| now_ms - since_ms > bound_ms) {
            let facts = [Fact::MendedSince(self.changed_ms), Fact::SilentSince(since_ms)];
            self.safety.report(Violation { property: Property::Live, step, facts });
        }
        self.are_clients_done = is_done && (1..=self.config.num_clients).all(|id| self.client(id).is_done());
    }

    /// Whether it is judged if clients are served: not where the configuration itself keeps the cluster from working, or
    /// where nobody ever stops waiting.
    pub fn judges_liveness(&self) -> bool {
        self.bound_ms().is_some()
    }

    /// How long a client waits at most when nothing is broken, in milliseconds: as many elections as hardly ever fail in a
    /// row, and as many tries. None where the configuration itself keeps the cluster from working.
    #[inline]
    fn bound_ms(&self) -> Option<u64> {
        let timing = self.config.raft.timing?;
        let (network, (least, most)) = (self.config.network, timing.election_timeout_ms);
        let round_trip = 2 * network.latency_ms.1;
        let is_fair = network.loss_percent <= 10
            && least >= 2 * timing.heartbeat_ms + round_trip
            && most - least >= 2 * round_trip
            && timing.client_timeout_ms >= 2 * round_trip;
        let bound = 40 * u64::from(most) + 2 * u64::from(self.config.num_nodes) * u64::from(timing.client_timeout_ms);
        is_fair.then_some(bound)
    }
}

/// What can be said only of a whole run.
impl Run {
    /// What did not hold so far, and what does not hold of the run as a whole, if it ends here.
    pub fn judge(&self) -> Vec<Violation> {
        let mut safety = self.safety.clone();
        safety.look_back(&sight(&self.simulation));
        let step = self.simulation.step_count();
        if let Verdict::NotLinearizable(contradiction) = history::check(&self.history) {
            let facts = facts_of(&contradiction);
            safety.report(Violation { property: Property::Linearizable, step, facts });
        }
        if let Some(facts) = self.find_lost() {
            safety.report(Violation { property: Property::NothingLost, step, facts });
        }
        safety.violations().to_vec()
    }

    /// A request that was answered and is nowhere in the committed log, where everything that was answered has to be, but
    /// for reads without an entry.
    fn find_lost(&self) -> Option<[Fact; 2]> {
        let mut committed: Vec<Vec<bool>> = Vec::new();
        for id in 1..=self.config.num_clients {
            committed.push(vec![false; self.client(id).sent() as usize]);
        }
        for index in 1..=self.safety.committed() {
            let Some(request) = self.safety.committed_entry(index).and_then(|entry| entry.request) else { continue };
            committed[request.client as usize - 1][request.number as usize - 1] = true;
        }
        let mut numbers = vec![0; self.config.num_clients as usize];
        let mut operations: Vec<Operation> = self.history.operations().collect();
        operations.sort_by_key(|operation| operation.invoked);
        for Operation { client, command, returned, .. } in operations {
            let number = &mut numbers[client as usize - 1];
            *number += 1;
            let is_read = self.config.raft.read_index && matches!(command, Command::Get { .. });
            let Some((at, reply)) = returned.filter(|_| !is_read) else { continue };
            if !committed[client as usize - 1][*number as usize - 1] {
                return Some([Fact::Heard(client, command, reply, at), Fact::NowhereCommitted(client, *number as u32)]);
            }
        }
        None
    }
}

/// What there is to see of the last step.
#[inline]
pub fn sight(simulation: &Simulation) -> Sight<'_> {
    let actor = simulation.input().map_or(ProcessId::Main, Input::process);
    let (counts, in_flight) = (simulation.network().counts(), simulation.network().in_flight().len());
    Sight {
        step: simulation.step_count(),
        nodes: simulation.nodes(),
        actor,
        has_crashed: simulation.health(actor).has_crashed,
        delivered: match simulation.input() {
            Some(Input::Delivered(envelope)) => Some(envelope),
            Some(Input::Dropped(_) | Input::Fired(..) | Input::Act(_)) | None => None,
        },
        messages: (counts.sent + counts.duplicated, counts.delivered + counts.dropped + in_flight as u64),
    }
}

/// The two facts of a history that is not linearizable.
fn facts_of(contradiction: &Contradiction) -> [Fact; 2] {
    let fact = |operation: &Operation| match operation.returned {
        Some((at, reply)) => Fact::Heard(operation.client, operation.command, reply, at),
        None => Fact::Asked(operation.client, operation.command, operation.invoked),
    };
    let against = contradiction.against.as_ref().map_or(Fact::NeverChanged(contradiction.key), fact);
    [fact(&contradiction.operation), against]
}

/// What goes wrong.
impl Run {
    /// When something goes wrong next; none if nothing more will.
    #[inline]
    fn next_fault_ms(&self) -> Option<u64> {
        let scripted = self.config.faults.get(self.faults_begun as usize).map(|fault| fault.at_ms);
        let drawn = self.weather.as_ref().and_then(Weather::next_ms);
        [scripted, drawn].into_iter().flatten().min()
    }

    /// Puts on the agenda what goes wrong before anything else happens, once main has started everybody.
    fn plan(&mut self) {
        if !self.is_set_up {
            let is_mains = |envelope: &Envelope<Message>| [envelope.from, envelope.to].contains(&ProcessId::Main);
            self.is_set_up = !self.simulation.network().in_flight().any(is_mains);
        }
        while let Some(fault_ms) = self.next_fault_ms()
            && self.is_set_up
            && self.agenda.is_empty()
            && fault_ms <= self.config.duration_ms
            && self.simulation.next_due_ms().is_none_or(|next_ms| fault_ms <= next_ms)
        {
            let is_drawn = self.weather.as_ref().and_then(Weather::next_ms) == Some(fault_ms);
            let items = if is_drawn { self.draw_faults() } else { self.next_fault() };
            self.agenda.extend(items.into_iter().map(|item| (fault_ms, item)));
        }
    }

    fn draw_faults(&mut self) -> Vec<Item> {
        let Some(weather) = &mut self.weather else { return Vec::new() };
        weather.strike(&self.simulation, self.config.only_faults.as_deref()).into_iter().map(Item::Act).collect()
    }

    fn next_fault(&mut self) -> Vec<Item> {
        let config = self.config.clone();
        let fault = &config.faults[self.faults_begun as usize];
        self.faults_begun += 1;
        match self.actions_of(&fault.what) {
            Ok(actions) => actions.into_iter().map(Item::Act).collect(),
            Err(refusal) => vec![Item::Refuse(refusal)],
        }
    }

    /// What a fault does, step by step, to whom it strikes now.
    fn actions_of(&self, fault: &FaultKind) -> Result<Vec<Action>, Refusal> {
        let each = |target: &Target, is_fit: &dyn Fn(Health) -> bool, action: &dyn Fn(ProcessId) -> Action| {
            // Of all nodes, those that it can happen to.
            let is_struck =
                |process: &ProcessId| *target != Target::AllNodes || is_fit(self.simulation.health(*process));
            Ok(self.struck_by(target)?.into_iter().filter(is_struck).map(action).collect())
        };
        let runs = |health: Health| !health.has_crashed;
        Ok(match fault {
            FaultKind::Crash { target, lost_entries } => {
                each(target, &runs, &|process| Action::Crash(process, *lost_entries))?
            }
            FaultKind::CrashMidway(target) => each(target, &runs, &Action::CrashMidway)?,
            FaultKind::Restart(target) => each(target, &|health| health.has_crashed, &Action::Restart)?,
            FaultKind::Pause(target) => each(target, &|health| runs(health) && !health.is_paused, &Action::Pause)?,
            FaultKind::Resume(target) => each(target, &|health| health.is_paused, &Action::Resume)?,
            FaultKind::Skew { target, percent } => each(target, &runs, &|process| Action::Skew(process, *percent))?,
            FaultKind::Timeout(targets) => {
                let nodes: Result<Vec<_>, _> = targets.iter().map(|target| self.struck_by(target)).collect();
                nodes?.into_iter().flatten().map(|node| Action::Fire(node, Timer::Election)).collect()
            }
            FaultKind::Partition(groups) => {
                let members = |group: &Vec<Target>| -> Result<Group, Refusal> {
                    let members: Result<Vec<_>, _> = group.iter().map(|target| self.struck_by(target)).collect();
                    Ok(members?.into_iter().flatten().collect())
                };
                let groups: Result<Vec<Group>, Refusal> = groups.iter().map(members).collect();
                vec![Action::Partition(groups?.into())]
            }
            FaultKind::Cut { from, to } => vec![Action::Cut(self.one_struck_by(from)?, self.one_struck_by(to)?)],
            FaultKind::HealLink { from, to } => {
                vec![Action::HealLink(self.one_struck_by(from)?, self.one_struck_by(to)?)]
            }
            FaultKind::Heal => vec![Action::Heal],
        })
    }

    fn struck_by(&self, target: &Target) -> Result<Vec<ProcessId>, Refusal> {
        Ok(match *target {
            Target::Process(process) => vec![process],
            Target::Leader => vec![ProcessId::Node(self.leader().ok_or(Refusal::NobodyLeads)?.id())],
            Target::AllNodes => (1..=self.config.num_nodes).map(ProcessId::Node).collect(),
        })
    }

    fn one_struck_by(&self, target: &Target) -> Result<ProcessId, Refusal> {
        Ok(self.struck_by(target)?[0])
    }
}
