//! What is noted of a run as it goes: quiet stretches, who led when, what was done to it, and what time it was.
//!
//! It is told of every step once, when the run first comes to it, and looks at what that step changed and at nothing
//! else. What it keeps grows with what happens, not with every step: 40 bytes for a quiet stretch, between any two of
//! which lies a step that is not quiet (so at most 14 bytes a step, and next to none in a run that is idle or busy all
//! the time), 24 for a reign, 8 for a mark beyond the first [`MAX_MARKS`].

use crate::process::{Envelope, ProcessId};
use crate::raft::log::{Index, Term};
use crate::raft::message::{AppendOutcome, NodeId};
use crate::raft::role::Role;
use crate::raft::{self, Message, Node, Timer};
use crate::run::{Action, Run};
use crate::simulation::Input;

/// How many marks are kept; of further ones only their steps.
pub const MAX_MARKS: usize = 500;
/// How many moments are kept at most; at least half as many once the run is that long and never took another way.
const MAX_TIMES: usize = 64;

/// Steps in a row, at least two, in each of which the cluster said no more than that it lives: a leader sent heartbeats,
/// or an AppendEntries without entries, or the answer that the logs match, was delivered; or was lost where a crash or
/// a cut of which the trace has told lets nothing through. Nothing that a reader sees of a node was changed by it, and
/// nothing else was said. What a person did is never quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// The first of the steps.
    pub first_step: u64,
    /// The last of them.
    pub last_step: u64,
    /// The place of their first line in the trace.
    pub first_place: u64,
    /// The place behind their last line; equal to `first_place` if they have none.
    pub end_place: u64,
    /// How many rows are spared by folding all stretches before this one.
    spared_before: u64,
}

impl Quiet {
    /// How many lines of the trace these steps have.
    pub fn lines(&self) -> u64 {
        self.end_place - self.first_place
    }

    /// How many steps there are.
    pub fn steps(&self) -> u64 {
        self.last_step - self.first_step + 1
    }

    /// Whether a reader is spared something by one row in place of the lines: there are at least two.
    pub fn is_foldable(&self) -> bool {
        self.lines() >= 2
    }

    /// How many rows are spared in the trace before this stretch, if all stretches there are folded that can be.
    pub fn spared_before(&self) -> u64 {
        self.spared_before
    }

    /// The same behind this stretch.
    pub fn spared_behind(&self) -> u64 {
        self.spared_before + if self.is_foldable() { self.lines() - 1 } else { 0 }
    }
}

/// A time in which a node led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reign {
    /// The step in which it became leader.
    pub from: u64,
    /// The step in which it crashed, stepped down, or another node began to lead in a later term; none so far.
    pub to: Option<u64>,
    /// The term.
    pub term: Term,
    /// The node.
    pub leader: NodeId,
}

/// Something that was done to the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The step in which it was done.
    pub step: u64,
    /// What was done.
    pub action: Action,
    /// Whether by a person, not by the configuration.
    pub by_hand: bool,
}

/// What was noted of a run up to its head.
#[derive(Debug, Clone)]
pub struct Chronicle {
    /// By node, as it was after the last step that was noted.
    looks: Vec<Look>,
    counts: Counts,
    /// The last one may be of one step only, and grow.
    quiet: Vec<Quiet>,
    reigns: Vec<Reign>,
    marks: Vec<Mark>,
    /// The steps of further marks.
    more_marks: Vec<u64>,
    /// Steps and their virtual time in milliseconds.
    times: Vec<(u64, u64)>,
    /// How many steps lie between two of them.
    interval: u64,
}

/// What is to be seen of a run at one of its steps.
#[derive(Debug, Clone)]
pub struct Sight {
    step: u64,
    counts: Counts,
    looks: Vec<Look>,
}

/// What there is to see of a node, as far as a step of the kinds that can be quiet may change it without a line or a message
/// that tells of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    term: Term,
    leader: Option<NodeId>,
    rank: Rank,
    last_index: Index,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    Follower,
    PreCandidate,
    Candidate,
    Leader,
}

impl Look {
    fn of(node: &Node) -> Self {
        Look {
            term: node.current_term(),
            leader: node.leader(),
            rank: match node.role() {
                Role::Follower => Rank::Follower,
                Role::PreCandidate { .. } => Rank::PreCandidate,
                Role::Candidate { .. } => Rank::Candidate,
                Role::Leader(_) => Rank::Leader,
            },
            last_index: node.log().last_index(),
        }
    }

    /// The term that it leads, if it does.
    fn led_term(&self) -> Option<Term> {
        (self.rank == Rank::Leader).then_some(self.term)
    }
}

/// How much there was after a step.
#[derive(Debug, Clone, Copy)]
struct Counts {
    lines: u64,
    messages: u64,
}

impl Counts {
    fn of(run: &Run) -> Self {
        let network = run.simulation().network().counts();
        Counts { lines: run.simulation().record_count(), messages: network.sent + network.duplicated }
    }
}

/// What there is to read.
impl Chronicle {
    /// The quiet stretches, in order. The last one may still grow.
    pub fn quiet(&self) -> &[Quiet] {
        match self.quiet.split_last() {
            Some((last, others)) if last.steps() < 2 => others,
            _ => &self.quiet,
        }
    }

    /// Who led when, in order; only the last one may still lead. At most one at a time: a leader of an earlier term that
    /// knows of no later one does not count any more.
    pub fn reigns(&self) -> &[Reign] {
        &self.reigns
    }

    /// What was done to the run, in order: at most [`MAX_MARKS`].
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// How many things more were done to it.
    pub fn more_marks(&self) -> u64 {
        self.more_marks.len() as u64
    }

    /// Some steps in ascending order, the one before the first included, each with its virtual time in milliseconds. They lie
    /// at even distances, but for those before a step where the run took another way: these may lie farther apart.
    pub fn times(&self) -> &[(u64, u64)] {
        &self.times
    }
}

/// How it is written.
impl Chronicle {
    /// Of a run before its first step.
    pub fn new(run: &Run) -> Self {
        let Sight { counts, looks, .. } = Chronicle::sight(run);
        Chronicle {
            looks,
            counts,
            quiet: Vec::new(),
            reigns: Vec::new(),
            marks: Vec::new(),
            more_marks: Vec::new(),
            times: vec![(0, 0)],
            interval: 1,
        }
    }

    /// What there is to see of a run now, to begin again from here.
    pub fn sight(run: &Run) -> Sight {
        let nodes = run.simulation().nodes().iter().filter_map(|process| match process {
            raft::Process::Node(node) => Some(Look::of(node)),
            raft::Process::Main(_) | raft::Process::Client(_) => None,
        });
        Sight { step: run.simulation().step_count(), counts: Counts::of(run), looks: nodes.collect() }
    }

    /// Forgets what happened after this moment: the run goes on another way.
    pub fn forget_after(&mut self, Sight { step, counts, looks }: Sight) {
        (self.counts, self.looks) = (counts, looks);
        self.quiet.truncate(self.quiet.partition_point(|quiet| quiet.first_step <= step));
        if let Some(last) = self.quiet.last_mut() {
            (last.last_step, last.end_place) = (last.last_step.min(step), last.end_place.min(counts.lines));
        }
        self.reigns.truncate(self.reigns.partition_point(|reign| reign.from <= step));
        if let Some(last) = self.reigns.last_mut() {
            last.to = last.to.filter(|&to| to <= step);
        }
        self.marks.truncate(self.marks.partition_point(|mark| mark.step <= step));
        self.more_marks.truncate(self.more_marks.partition_point(|&mark| mark <= step));
        self.times.truncate(self.times.partition_point(|&(sampled, _)| sampled <= step));
        // From here on as close together as in a run that never was longer.
        while self.interval > 1 && step / (self.interval / 2) < MAX_TIMES as u64 {
            self.interval /= 2;
        }
    }

    /// Notes the last step of this run, the one behind all that were noted so far.
    pub fn note(&mut self, run: &Run, by_hand: bool) {
        let (simulation, step) = (run.simulation(), run.simulation().step_count());
        let before = std::mem::replace(&mut self.counts, Counts::of(run));
        let Some(input) = simulation.input() else { return };
        let mut is_changed = false;
        if let ProcessId::Node(id) = input.process() {
            let look = Look::of(run.node(id));
            let was = std::mem::replace(&mut self.looks[id as usize - 1], look);
            is_changed = was != look;
            if was.led_term() != look.led_term() {
                self.note_leader(step, id, (was.led_term(), look.led_term()));
            }
        }
        if let Some(action) = run.last_act() {
            self.note_mark(Mark { step, action: action.clone(), by_hand });
        } else if !is_changed && is_calm(run, input, before) {
            self.note_quiet(step, before.lines);
        }
        // The interval is a power of two.
        if step & (self.interval - 1) == 0 {
            self.note_time(step, simulation.time_ms());
        }
    }

    fn note_quiet(&mut self, step: u64, first_place: u64) {
        if let Some(last) = self.quiet.last_mut() {
            if last.last_step + 1 == step {
                (last.last_step, last.end_place) = (step, self.counts.lines);
                return;
            }
            if last.steps() < 2 {
                self.quiet.pop();
            }
        }
        let spared_before = self.quiet.last().map_or(0, Quiet::spared_behind);
        self.quiet.push(Quiet {
            first_step: step,
            last_step: step,
            first_place,
            end_place: self.counts.lines,
            spared_before,
        });
    }

    /// A node that led a term, or none, leads another, or none.
    #[inline(never)]
    fn note_leader(&mut self, step: u64, id: NodeId, (led, leads): (Option<Term>, Option<Term>)) {
        let open = self.reigns.last_mut().filter(|reign| reign.to.is_none());
        match (open, leads) {
            (Some(open), None) if (open.leader, Some(open.term)) == (id, led) => open.to = Some(step),
            (Some(open), Some(term)) if open.term < term => {
                open.to = Some(step);
                self.reigns.push(Reign { from: step, to: None, term, leader: id });
            }
            (None, Some(term)) => self.reigns.push(Reign { from: step, to: None, term, leader: id }),
            (Some(_) | None, Some(_) | None) => {}
        }
    }

    #[inline(never)]
    fn note_mark(&mut self, mark: Mark) {
        if self.marks.len() < MAX_MARKS {
            self.marks.push(mark);
        } else {
            self.more_marks.push(mark.step);
        }
    }

    #[inline(never)]
    fn note_time(&mut self, step: u64, time_ms: u64) {
        if self.times.len() == MAX_TIMES {
            self.interval *= 2;
            let interval = self.interval;
            self.times.retain(|(step, _)| step.is_multiple_of(interval));
        }
        if step.is_multiple_of(self.interval) {
            self.times.push((step, time_ms));
        }
    }
}

/// Whether a step with this input did no more than a quiet one may, if what is seen of its node is as before. All else that
/// it could have changed would have been told: what is committed, applied or known of a peer's log by a line, what a peer
/// was sent by a message.
fn is_calm(run: &Run, input: &Input<Message, Timer>, before: Counts) -> bool {
    let now = Counts::of(run);
    let (lines, sent) = (now.lines - before.lines, now.messages - before.messages);
    match input {
        Input::Fired(_, Timer::Heartbeat) => lines == 1 && sends_only_heartbeats(run, before.messages, sent),
        Input::Fired(..) | Input::Act(_) => false,
        Input::Delivered(envelope) => match &envelope.message {
            // One that is refused has one line, too.
            &Message::AppendEntries { term, prev_log_index, prev_log_term, ref entries, .. } => {
                let ProcessId::Node(id) = envelope.to else { return false };
                let node = run.node(id);
                let is_accepted = || term == node.current_term() && node.log().matches(prev_log_index, prev_log_term);
                entries.is_empty() && lines == 1 && is_accepted()
            }
            message => lines == 0 && sent == 0 && is_answer(message),
        },
        Input::Dropped(Envelope { is_lost, message, .. }) => !is_lost && (message.is_heartbeat() || is_answer(message)),
    }
}

/// Whether all messages that this step sent, so many, are heartbeats.
fn sends_only_heartbeats(run: &Run, sent_before: u64, sent: u64) -> bool {
    let is_new = |envelope: &&Envelope<Message>| envelope.id.0.get() > sent_before;
    let mut new = run.simulation().network().in_flight().rev().filter(is_new).take(sent as usize);
    new.all(|envelope| envelope.message.is_heartbeat())
}

/// Whether it is the answer of a follower that has what was sent.
fn is_answer(message: &Message) -> bool {
    matches!(message, Message::AppendEntriesResponse { outcome: AppendOutcome::Matched { .. }, .. })
}
