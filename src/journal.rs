//! What each step of a stretch of a run did, for those who draw or write down more than its lines: what came in, what was
//! sent, and how its actor stands after it.
//!
//! [`Emulation`](crate::emulation::Emulation) makes it by replaying, and keeps the last stretch, so that going on by a step
//! costs a step.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::rc::Rc;

use crate::emulation::Record;
use crate::process::{Envelope, ProcessId};
use crate::raft::log::{Index, Term};
use crate::raft::role::Role;
use crate::raft::{self, Message, Timer};
use crate::run::{Run, Simulation};
use crate::simulation::Input;

/// How many steps a journal holds at most.
pub const MAX_DEEDS: usize = 1 << 14;

/// Links that are cut, each from whom to whom, in ascending order.
pub type Cuts = Rc<[(ProcessId, ProcessId)]>;

/// How a process stands between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What a node is in its term; none for main and clients.
    pub rank: Option<Rank>,
    /// A node's term, else 0.
    pub term: Term,
    /// A node's commit index, else 0.
    pub commit_index: Index,
    /// Whether it does not run.
    pub has_crashed: bool,
    /// Whether it stands still.
    pub is_paused: bool,
}

/// What a node is in its term, without what it knows as that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// It answers others.
    Follower,
    /// It asks for votes or pre-votes.
    Candidate,
    /// It leads.
    Leader,
}

/// What one step did.
#[derive(Debug, Clone)]
pub struct Deed {
    /// The step.
    pub step: u64,
    /// Its virtual time, in milliseconds since the start.
    pub time_ms: u64,
    /// What it was about.
    pub input: Input<Message, Timer>,
    /// The messages that were put on their way, in ascending order of their numbers.
    pub sent: Vec<Envelope<Message>>,
    /// What happened.
    pub records: Vec<Record>,
    /// How the one to whom it happened stands now.
    pub standing: Standing,
    /// The links that are cut now.
    pub cuts: Cuts,
}

impl Deed {
    /// To whom it happened; main if it happened to the network.
    pub fn process(&self) -> ProcessId {
        self.input.process()
    }
}

/// A stretch of a run, step by step.
#[derive(Debug, Clone)]
pub struct Journal {
    /// How everybody stood before the first deed: main, the nodes, the clients.
    standings: Vec<Standing>,
    /// The links that were cut before the first deed.
    cuts: Cuts,
    deeds: VecDeque<Deed>,
    num_nodes: usize,
    /// The run after the last deed.
    end: Run,
}

impl Journal {
    /// Of the steps that follow on the one where this run stands.
    pub(crate) fn new(start: Run) -> Self {
        let simulation = start.simulation();
        let (nodes, clients) = (simulation.nodes().len() as u32, simulation.clients().len() as u32);
        let everybody = (1..=nodes).map(ProcessId::Node).chain((1..=clients).map(ProcessId::Client));
        let everybody = std::iter::once(ProcessId::Main).chain(everybody);
        Journal {
            standings: everybody.map(|process| standing(simulation, process)).collect(),
            cuts: simulation.network().cuts().into(),
            deeds: VecDeque::new(),
            num_nodes: nodes as usize,
            end: start,
        }
    }

    /// The last step that is in it, or the one before the first that will be.
    pub fn last_step(&self) -> u64 {
        self.end.simulation().step_count()
    }

    /// The first step that is in it, or will be.
    pub fn first_step(&self) -> u64 {
        self.last_step() + 1 - self.deeds.len() as u64
    }

    /// What these steps did, as far as they are in it.
    pub fn deeds(&self, steps: RangeInclusive<u64>) -> impl DoubleEndedIterator<Item = &Deed> + ExactSizeIterator {
        let first = self.first_step();
        let place = |step: u64| (step.saturating_sub(first) as usize).min(self.deeds.len());
        self.deeds.range(place(*steps.start())..place(*steps.end() + 1).max(place(*steps.start())))
    }

    /// How everybody stood before a step, which is in it or the one after its last: main, the nodes, the clients.
    pub fn standings_before(&self, step: u64) -> Vec<Standing> {
        let mut standings = self.standings.clone();
        for deed in self.deeds.iter().take_while(|deed| deed.step < step) {
            standings[self.place_of(deed.process())] = deed.standing;
        }
        standings
    }

    /// Which links were cut before a step, which is in it or the one after its last.
    pub fn cuts_before(&self, step: u64) -> Cuts {
        let earlier = self.deeds(0..=step.saturating_sub(1)).next_back();
        earlier.map_or(&self.cuts, |deed| &deed.cuts).clone()
    }

    /// The place of a process among the standings.
    pub fn place_of(&self, process: ProcessId) -> usize {
        match process {
            ProcessId::Main => 0,
            ProcessId::Node(id) => id as usize,
            ProcessId::Client(id) => self.num_nodes + id as usize,
        }
    }

    /// Takes one more step, which `replay` does. The earliest ones are forgotten when there are too many.
    pub(crate) fn go_on(&mut self, replay: impl FnOnce(&mut Run, &mut Vec<Record>) -> bool) {
        let made_before = self.end.simulation().network().counts().made();
        let mut records = Vec::new();
        let is_taken = replay(&mut self.end, &mut records);
        assert!(is_taken, "a run goes at least as far as it did before");
        let simulation = self.end.simulation();
        let input = simulation.input().expect("a step has an input").clone();
        let last_cuts = self.deeds.back().map_or(&self.cuts, |deed| &deed.cuts);
        let cuts = simulation.network().cuts();
        self.deeds.push_back(Deed {
            step: simulation.step_count(),
            time_ms: simulation.time_ms(),
            // All of them are in flight, as only this step can have sent them.
            sent: simulation.network().made_since(made_before).into_iter().cloned().collect(),
            records,
            standing: standing(simulation, input.process()),
            cuts: if **last_cuts == *cuts { last_cuts.clone() } else { cuts.into() },
            input,
        });
        if self.deeds.len() > MAX_DEEDS {
            let oldest = self.deeds.pop_front().expect("there are many");
            let place = self.place_of(oldest.process());
            self.standings[place] = oldest.standing;
            self.cuts = oldest.cuts;
        }
    }
}

fn standing(simulation: &Simulation, process: ProcessId) -> Standing {
    let health = simulation.health(process);
    let (rank, term, commit_index) = match simulation.process(process) {
        raft::Process::Node(node) => {
            let rank = match node.role() {
                Role::Follower => Rank::Follower,
                Role::PreCandidate { .. } | Role::Candidate { .. } => Rank::Candidate,
                Role::Leader(_) => Rank::Leader,
            };
            (Some(rank), node.current_term(), node.commit_index())
        }
        raft::Process::Main(_) | raft::Process::Client(_) => (None, 0, 0),
    };
    Standing { rank, term, commit_index, has_crashed: health.has_crashed, is_paused: health.is_paused }
}
