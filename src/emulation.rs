//! A run that one can go forward and back in.
//!
//! A run is decided by its configuration, its seed and its acts: what a person chose to happen at a step, where
//! otherwise the default happens. So going back is going forward again, from an earlier state that was kept: a
//! checkpoint. There are never more than 64 of them, so their distance grows with the run, and shrinks again when its end is
//! forgotten. Records are not kept either, but for a window that is looked at, and made again when needed.

mod acts;
mod checkpoints;
pub mod reading;
mod stretch;
mod window;

use std::ops::Range;
use std::rc::Rc;

use crate::chronicle::Chronicle;
use crate::config::Config;
use crate::journal::Journal;
use crate::kv::Texts;
use crate::raft::{self, Client, Node};
use crate::run::Run;
pub use crate::run::{Action, Ending, Simulation};
use crate::saved;
use crate::simulation::Refusal;
use crate::trace;
use checkpoints::Checkpoints;
use reading::Reading;
use window::Window;

/// One thing that happened.
pub type Record = trace::Record<raft::Event>;

/// How many lines can be asked for at once.
pub const MAX_RECORDS: u64 = 1024;

/// A run at one of its steps, with a way to every other step.
#[derive(Debug, Clone)]
pub struct Emulation {
    config: Rc<Config>,
    seed: u64,
    texts: Texts,
    /// The state at the current step.
    now: Run,
    /// The state one step before, once somebody has looked for it.
    before: Option<Box<Run>>,
    /// The records of the current step.
    happened: Vec<Record>,
    /// Room for the records of the next step.
    spare: Vec<Record>,
    /// What a person chose, each with the step that it made, in ascending order.
    acts: Vec<(u64, Action)>,
    /// How many bytes of a saved run there are before the first act, and up to each of them.
    lengths: Vec<usize>,
    /// The farthest step that was reached, and how many records there were up to it.
    head: (u64, u64),
    checkpoints: Checkpoints,
    window: Window,
    /// The stretch that was asked for last, if it is still true.
    journal: Option<Journal>,
    chronicle: Chronicle,
    reading: Reading,
}

impl Emulation {
    /// A run before its first step. The seed decides whatever the configuration leaves to chance.
    pub fn new(config: Config, seed: u64) -> Self {
        let mut texts = config.texts.clone();
        let config = Rc::new(config);
        let now = Run::new(config.clone(), seed, &mut texts);
        Emulation {
            seed,
            texts,
            before: None,
            happened: Vec::new(),
            spare: Vec::new(),
            acts: Vec::new(),
            lengths: vec![saved::length_without_acts(&config)],
            head: (0, 0),
            checkpoints: Checkpoints::new(now.clone()),
            window: Window::default(),
            journal: None,
            chronicle: Chronicle::new(&now),
            reading: Reading::default(),
            now,
            config,
        }
    }

    /// The configuration of the run.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The seed of the run.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The strings of the run.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The engine at the current step.
    pub fn now(&self) -> &Simulation {
        self.now.simulation()
    }

    /// The run at the current step.
    pub fn state(&self) -> &Run {
        &self.now
    }

    /// The records of the current step.
    pub fn happened(&self) -> &[Record] {
        &self.happened
    }

    /// What was noted of the run up to its head.
    pub fn chronicle(&self) -> &Chronicle {
        &self.chronicle
    }

    /// The farthest step that was reached.
    pub fn head(&self) -> u64 {
        self.head.0
    }

    /// A node.
    ///
    /// # Panics
    /// If there is none of that number.
    pub fn node(&self, id: u32) -> &Node {
        self.now.node(id)
    }

    /// A client.
    ///
    /// # Panics
    /// If there is none of that number.
    pub fn client(&self, id: u32) -> &Client {
        self.now.client(id)
    }

    /// One step forward: again what happened then, or at the head what comes by default. Returns false, and does
    /// nothing, when the run is over.
    pub fn step(&mut self) -> bool {
        self.step_telling(|_| {})
    }

    /// One step forward, of which `tell` hears before it is judged: what it says is not lost if a check should fail.
    pub fn step_telling(&mut self, tell: impl FnOnce(&Emulation)) -> bool {
        let before = self.now().record_count();
        self.spare.clear();
        if !advance(&mut self.now, &self.acts, Some(&mut self.spare)) {
            return false;
        }
        std::mem::swap(&mut self.happened, &mut self.spare);
        self.before = None;
        self.window.append(before, &self.happened, before);
        tell(self);
        self.now.look();
        self.arrive();
        true
    }

    /// Up to this many steps forward. Returns how many there were; fewer if the run is over.
    pub fn run(&mut self, steps: u64) -> u64 {
        let mut step = |place| if place < steps { self.step() } else { self.step_to_be_seen() };
        (1..=steps).take_while(|&place| step(place)).count() as u64
    }

    /// One step forward, behind which somebody looks at the run.
    pub(crate) fn step_to_be_seen(&mut self) -> bool {
        let before = self.now.clone();
        let is_taken = self.step();
        if is_taken {
            self.before = Some(Box::new(before));
        }
        is_taken
    }

    /// What could come next, the default first. All of it can be done.
    pub fn choices(&self) -> Vec<Action> {
        self.now.choices()
    }

    /// Has this come next, instead of the default. In the past, this begins another future: the one that was known is
    /// forgotten.
    ///
    /// # Errors
    /// If it cannot be done; then nothing is changed.
    pub fn perform(&mut self, action: &Action) -> Result<(), Refusal> {
        let (before, step) = (self.now().record_count(), self.now().step_count());
        let (mut happened, sight) = (Vec::new(), Chronicle::sight(&self.now));
        let state = self.now.clone();
        self.now.perform(action, Some(&mut happened))?;
        self.happened = happened;
        self.before = Some(Box::new(state));

        self.note_act(step + 1, action);
        self.checkpoints.forget_after(step);
        self.journal.take_if(|journal| journal.last_step() > step);
        self.chronicle.forget_after(sight);
        self.reading.forget_after(step, before, self.checkpoints.before(step + 1));
        self.window.append(before, &self.happened, before);
        self.head = (step, before);
        self.arrive();
        Ok(())
    }

    /// Goes to a step, back or forward; to the last one if the run is over before it.
    pub fn seek(&mut self, step: u64) {
        let here = self.now().step_count();
        if here == step {
            return;
        }
        let start = self.checkpoints.before(step);
        if here > step || here < start.simulation().step_count() {
            self.now = start.clone();
            self.before = None;
            self.happened.clear();
        }
        // Nobody looks at the way there, only at the last step.
        while self.now().step_count() + 1 < step && replay(&mut self.now, &self.acts, None) {
            self.arrive();
        }
        if self.now().step_count() < step && !self.step_to_be_seen() {
            let end = self.now().step_count();
            self.now = self.checkpoints.before(end).clone();
            self.before = None;
            self.seek(end);
        }
    }

    /// Has the state before the current step at hand, for [`before`](Self::before): who has come here step by step did not
    /// keep it.
    pub fn recall(&mut self) {
        let step = self.now().step_count();
        if self.before.is_some() || step == 0 {
            return;
        }
        let mut before = self.checkpoints.before(step).clone();
        while before.simulation().step_count() + 1 < step {
            let advanced = replay(&mut before, &self.acts, None);
            assert!(advanced, "a run goes at least as far as it did before");
        }
        self.before = Some(Box::new(before));
    }

    /// The run as it was before the current step; none before the first, or if nobody has [recalled](Self::recall) it.
    pub fn before(&self) -> Option<&Run> {
        self.before.as_deref()
    }

    /// The lines of these places in the trace, the first one being at 0: as far as the run is known, and at most
    /// [`MAX_RECORDS`] of them. Each is made by `line` from its place, its record and the strings of the run.
    pub fn lines<L>(&mut self, places: Range<u64>, line: impl Fn(u64, &Record, &Texts) -> L) -> Vec<L> {
        let places = self.look_at(places);
        let records = self.window.get(&places);
        places.zip(records).map(|(place, record)| line(place, record, &self.texts)).collect()
    }

    /// Has the window hold these places, as many of them as there are and as can be asked for. Returns those.
    fn look_at(&mut self, places: Range<u64>) -> Range<u64> {
        let start = places.start.min(self.head.1);
        let places = start..places.end.clamp(start, self.head.1).min(start + MAX_RECORDS);
        if !self.window.holds(&places) {
            let mut replay = self.checkpoints.before_record(places.start).clone();
            self.window = Window::default();
            let mut records = Vec::new();
            // Somewhat farther than asked: who reads on shall not wait again.
            let end = self.head.1.min(places.end + MAX_RECORDS);
            while replay.simulation().record_count() < end {
                let before = replay.simulation().record_count();
                records.clear();
                let advanced = self::replay(&mut replay, &self.acts, Some(&mut records));
                assert!(advanced, "a run goes at least as far as it did before");
                self.window.append(before, &records, places.start);
            }
        }
        places
    }

    /// Notes how far the run has come.
    #[inline]
    fn arrive(&mut self) {
        if self.now().step_count() > self.head.0 {
            self.head = (self.now().step_count(), self.now().record_count());
            self.checkpoints.offer(&self.now);
            let is_by_hand = self.now.last_act().is_some()
                && self.acts.binary_search_by_key(&self.head.0, |&(step, _)| step).is_ok();
            self.chronicle.note(&self.now, is_by_hand);
        }
    }
}

/// Does what a person chose for the next step, else what comes by itself; it is still to be looked at. Returns false when
/// the run is over.
#[inline]
fn advance(run: &mut Run, acts: &[(u64, Action)], records: Option<&mut Vec<Record>>) -> bool {
    let next = run.simulation().step_count() + 1;
    match acts.binary_search_by_key(&next, |&(step, _)| step) {
        Ok(place) => {
            let is_done = run.act(&acts[place].1, records).is_ok();
            assert!(is_done, "what could be done once can be done again");
            true
        }
        Err(_) => run.advance(records),
    }
}

/// The same, and looks at it.
fn replay(run: &mut Run, acts: &[(u64, Action)], records: Option<&mut Vec<Record>>) -> bool {
    let is_taken = advance(run, acts, records);
    if is_taken {
        run.look();
    }
    is_taken
}
