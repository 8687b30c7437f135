//! What goes wrong by chance.
//!
//! Each fault is drawn from a stream of its own of the run's seed: one that is left out leaves the others at their times
//! and with their draws, and so do the network's. That is what makes a run with many faults shrink to one with few.
//!
//! Busy times alternate with quiet ones, and no two busy times are equally bad. Everything that can be scripted can
//! happen but loss of what is on disk: a crash of the whole cluster, too, and a storm of timeouts. At the end all is mended, for good.

use std::rc::Rc;

use crate::action::Group;
use crate::faults::Chaos;
use crate::generator::Generator;
use crate::process::{MessageId, ProcessId};
use crate::raft::{self, Timer};
use crate::simulation::{self, Health, Simulation};

type Action = simulation::Action<Timer>;

/// How long a busy and a quiet time last, in milliseconds.
const BUSY_MS: (u32, u32) = (200, 1_500);
const QUIET_MS: (u32, u32) = (200, 1_200);
/// At intensity 1, this many milliseconds lie between two faults; at 100, a hundredth of it.
const CALMEST_MS: u32 = 2_000;
/// How much longer a delayed message takes at most, in milliseconds.
const LONGEST_DELAY_MS: u32 = 400;
/// How much of its time a wrong clock's timer takes, in percent.
const SKEW_PERCENT: (u32, u32) = (40, 250);

/// How far the chaos of a run has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weather {
    chaos: Chaos,
    seed: u64,
    /// How many faults were drawn, whether they made sense or not.
    drawn: u32,
    /// How many times it was asked for what happens.
    strikes: u64,
    /// When something goes wrong next.
    next_ms: u64,
    /// When the busy time ends.
    busy_until_ms: u64,
    /// How bad it is until then.
    intensity: u32,
    is_over: bool,
}

impl Weather {
    /// Quiet, at the start of a run with this seed.
    pub fn new(chaos: Chaos, seed: u64) -> Self {
        let is_over = chaos.intensity == 0;
        Weather { chaos, seed, drawn: 0, strikes: 0, next_ms: 0, busy_until_ms: 0, intensity: 0, is_over }
    }

    /// How many faults were drawn so far, whether they made sense or not. The first one has the number 1.
    pub fn drawn(&self) -> u32 {
        self.drawn
    }

    /// When it will do something next; none if it is over for good.
    pub fn next_ms(&self) -> Option<u64> {
        (!self.is_over).then_some(self.next_ms.min(self.chaos.until_ms))
    }

    /// What happens now, at the time that was foretold. Nothing, if what was drawn makes no sense now, or if only
    /// some faults are wanted, by their numbers in ascending order, and this is none of them.
    pub fn strike(&mut self, simulation: &Simulation<raft::Process>, only: Option<&[u32]>) -> Vec<Action> {
        let now = self.next_ms.min(self.chaos.until_ms);
        if now == self.chaos.until_ms {
            self.is_over = true;
            return mend(simulation);
        }
        self.strikes += 1;
        let mut chance = Generator::stream(self.seed, self.strikes);
        if now >= self.busy_until_ms {
            let begins_ms = now + u64::from(draw(QUIET_MS, &mut chance));
            self.busy_until_ms = begins_ms + u64::from(draw(BUSY_MS, &mut chance));
            self.intensity = draw((1, self.chaos.intensity), &mut chance);
            self.next_ms = begins_ms;
            return Vec::new();
        }
        self.next_ms = now + u64::from(draw((1, 2 * CALMEST_MS / self.intensity), &mut chance));
        self.drawn += 1;
        if only.is_some_and(|only| only.binary_search(&self.drawn).is_err()) {
            return Vec::new();
        }
        draw_fault(simulation, &mut chance)
    }
}

fn draw((least, most): (u32, u32), chance: &mut Generator) -> u32 {
    least + chance.below(most - least + 1)
}

/// Everything that mends what is broken now.
fn mend(simulation: &Simulation<raft::Process>) -> Vec<Action> {
    let mut actions = Vec::new();
    if !simulation.network().cuts().is_empty() {
        actions.push(Action::Heal);
    }
    for process in everybody(simulation) {
        let health = simulation.health(process);
        if health.is_doomed {
            // Else it would crash later, with nobody to restart it.
            actions.push(Action::Crash(process, 0));
        }
        if health.has_crashed || health.is_doomed {
            actions.push(Action::Restart(process));
        } else if health.is_paused {
            actions.push(Action::Resume(process));
        }
        if health.clock_percent != 100 {
            actions.push(Action::Skew(process, 100));
        }
    }
    actions
}

fn everybody(simulation: &Simulation<raft::Process>) -> Vec<ProcessId> {
    let nodes = (1..=simulation.nodes().len() as u32).map(ProcessId::Node);
    nodes.chain((1..=simulation.clients().len() as u32).map(ProcessId::Client)).collect()
}

fn draw_fault(simulation: &Simulation<raft::Process>, chance: &mut Generator) -> Vec<Action> {
    let num_nodes = simulation.nodes().len() as u32;
    let kind = chance.below(100);
    let node = ProcessId::Node(1 + chance.below(num_nodes));
    let Health { has_crashed, is_paused, .. } = simulation.health(node);
    let runs = |node: &ProcessId| !simulation.health(*node).has_crashed;
    let all_nodes = (1..=num_nodes).map(ProcessId::Node);
    let fault = match kind {
        0..22 => draw_message(simulation, chance).map(Action::Drop),
        22..32 => draw_message(simulation, chance).map(Action::Duplicate),
        32..42 => {
            let by_ms = draw((1, LONGEST_DELAY_MS), chance);
            draw_message(simulation, chance).map(|id| Action::Delay(id, by_ms))
        }
        42..49 => (!has_crashed).then_some(Action::Crash(node, 0)),
        49 => return all_nodes.filter(runs).map(|node| Action::Crash(node, 0)).collect(),
        50..53 => (!has_crashed).then_some(Action::CrashMidway(node)),
        53..69 => has_crashed.then_some(Action::Restart(node)),
        69..72 => Some(Action::Partition(draw_groups(simulation, chance))),
        72..74 => isolate_leader(simulation),
        74..79 => {
            let to = ProcessId::Node(1 + chance.below(num_nodes));
            (to != node && !simulation.network().is_cut(node, to)).then_some(Action::Cut(node, to))
        }
        79..85 => (!simulation.network().cuts().is_empty()).then_some(Action::Heal),
        85..89 => (!is_paused && !has_crashed).then_some(Action::Pause(node)),
        89..94 => is_paused.then_some(Action::Resume(node)),
        94..96 => return time_out(simulation, &[node]),
        96 => return time_out(simulation, &all_nodes.collect::<Vec<_>>()),
        97..99 => {
            let percent = draw(SKEW_PERCENT, chance);
            (!has_crashed).then_some(Action::Skew(node, percent))
        }
        _ => draw_client(simulation, chance),
    };
    fault.into_iter().collect()
}

/// The election timers of these nodes fire, where they are set.
fn time_out(simulation: &Simulation<raft::Process>, nodes: &[ProcessId]) -> Vec<Action> {
    let timers = simulation.timers().iter();
    let set = timers.filter(|waiting| waiting.timer == Timer::Election && nodes.contains(&waiting.process));
    let awake = set.filter(|waiting| !simulation.health(waiting.process).is_paused);
    awake.map(|waiting| Action::Fire(waiting.process, Timer::Election)).collect()
}

/// A node that leads is cut off from all others; clients still reach it.
fn isolate_leader(simulation: &Simulation<raft::Process>) -> Option<Action> {
    let leads =
        |process: &raft::Process| matches!(process, raft::Process::Node(node) if node.leader() == Some(node.id()));
    let leader = simulation.nodes().iter().position(leads)?;
    let nodes = (1..=simulation.nodes().len() as u32).map(ProcessId::Node);
    let (alone, others): (Vec<_>, Vec<_>) = nodes.partition(|&node| node == ProcessId::Node(leader as u32 + 1));
    Some(Action::Partition([alone, others].map(Group::from).into()))
}

/// A client crashes, or starts again.
fn draw_client(simulation: &Simulation<raft::Process>, chance: &mut Generator) -> Option<Action> {
    let num_clients = simulation.clients().len() as u32;
    let client = ProcessId::Client(1 + chance.below(num_clients.max(1)));
    if num_clients == 0 {
        return None;
    }
    Some(if simulation.health(client).has_crashed { Action::Restart(client) } else { Action::Crash(client, 0) })
}

fn draw_message(simulation: &Simulation<raft::Process>, chance: &mut Generator) -> Option<MessageId> {
    let count = simulation.network().in_flight().len() as u32;
    let place = chance.below(count.max(1));
    let envelope = simulation.network().in_flight().nth(place as usize)?;
    let is_on_network = envelope.from != ProcessId::Main && envelope.to != ProcessId::Main;
    is_on_network.then_some(envelope.id)
}

/// Two sides, with or without a node that reaches both.
fn draw_groups(simulation: &Simulation<raft::Process>, chance: &mut Generator) -> Rc<[Group]> {
    let num_nodes = simulation.nodes().len() as u32;
    let bridge = chance.below(2 * num_nodes);
    let mut sides = [Vec::new(), Vec::new()];
    for place in 0..num_nodes {
        let side = chance.below(2) as usize;
        sides[side].push(ProcessId::Node(place + 1));
        if place == bridge {
            sides[1 - side].push(ProcessId::Node(place + 1));
        }
    }
    sides.into_iter().filter(|side| !side.is_empty()).map(Group::from).collect()
}
