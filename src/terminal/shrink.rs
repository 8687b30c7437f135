//! Makes a run that violates a property small: few steps, few faults.
//!
//! Each fault of chaos is drawn from a stream of its own, so the run without one has all others at their times. First the
//! steps behind the violation are cut, then faults are left out, in halves, quarters, down to single ones, for as long as
//! the same property is still violated, and then once more the steps.

use std::fmt;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::raft::verdict::{Property, Violation};
use raft_kv::run::Run;

use super::numbers::{Count, Grouped, Numbers};
use super::repeat;

/// A run that was made as small as it could be.
pub(super) struct Shrunk {
    config: Config,
    seed: u64,
    violation: Violation,
    /// How many faults chaos had drawn before anything was left out.
    drawn: u32,
}

/// A violation, and what had been drawn by then.
struct Sighting {
    violation: Violation,
    drawn: u32,
}

/// Makes the run of this configuration and seed small that has this violation. If it is stopped, it is as small as it
/// became.
pub(super) fn shrink(config: Config, seed: u64, violation: Violation, is_stopped: &AtomicBool) -> Shrunk {
    let search = Search { seed, property: violation.property, is_stopped };
    let mut shrunk = Shrunk { config, seed, violation, drawn: 0 };
    if !shrunk.is_repeated_by_run() {
        return shrunk;
    }
    let Some(first) = search.find(&shrunk.config) else { return shrunk };
    (shrunk.violation, shrunk.drawn) = (first.violation, first.drawn);
    if shrunk.config.chaos.is_some() {
        search.leave_out_faults(&mut shrunk);
    }
    search.cut_steps(&mut shrunk);
    shrunk
}

struct Search<'a> {
    seed: u64,
    property: Property,
    is_stopped: &'a AtomicBool,
}

impl Search<'_> {
    /// Runs to the end, or to the first violation, and looks whether it is of the property. What a run does after a
    /// violation is of no interest.
    fn find(&self, config: &Config) -> Option<Sighting> {
        let mut run = repeat::start(&Rc::new(config.clone()), self.seed);
        let is_it = |violation: &&Violation| violation.property == self.property;
        let sighting = |run: &Run, violation: Violation| Sighting { violation, drawn: run.faults_drawn() };
        while run.step(None) {
            let violations = run.safety().violations();
            if !violations.is_empty() {
                return violations.iter().find(is_it).map(|&violation| sighting(&run, violation));
            }
        }
        let judged = run.judge();
        judged.iter().find(is_it).map(|&violation| sighting(&run, violation))
    }

    fn leave_out_faults(&self, shrunk: &mut Shrunk) {
        let mut kept: Vec<u32> = (1..=shrunk.drawn).collect();
        let mut size = kept.len().div_ceil(2).max(1);
        loop {
            let before = kept.len();
            let mut at = 0;
            while at < kept.len() && !self.is_stopped.load(Ordering::Relaxed) {
                let mut fewer = kept.clone();
                fewer.drain(at..kept.len().min(at + size));
                let config = Config { only_faults: Some(fewer.clone()), ..shrunk.config.clone() };
                match self.find(&config) {
                    Some(sighting) => {
                        (kept, shrunk.violation, shrunk.config) = (fewer, sighting.violation, config);
                    }
                    None => at += size,
                }
            }
            if size == 1 && kept.len() == before || kept.is_empty() || self.is_stopped.load(Ordering::Relaxed) {
                return;
            }
            size = size.div_ceil(2);
        }
    }

    /// Ends the run with the violation. What only a whole run can show is looked for at earlier and earlier ends.
    fn cut_steps(&self, shrunk: &mut Shrunk) {
        shrunk.config.max_steps = shrunk.violation.step;
        let (mut too_few, mut enough) = (0, shrunk.violation.step);
        while too_few + 1 < enough && !self.is_stopped.load(Ordering::Relaxed) {
            let steps = too_few + (enough - too_few) / 2;
            let config = Config { max_steps: steps, ..shrunk.config.clone() };
            match self.find(&config) {
                Some(sighting) => {
                    (shrunk.config, shrunk.violation) = (config, sighting.violation);
                    enough = steps;
                }
                None => too_few = steps,
            }
        }
    }
}

impl Shrunk {
    /// Whether a run alone shows it. That a run differs from its repetition is found by a sweep.
    pub(super) fn is_repeated_by_run(&self) -> bool {
        self.violation.property != Property::Repeatable
    }

    /// After how many steps the run ends.
    pub(super) fn steps(&self) -> u64 {
        self.config.max_steps
    }

    /// Which faults of chaos happen in it; none if all.
    pub(super) fn only_faults(&self) -> Option<Numbers> {
        self.config.only_faults.clone().map(Numbers)
    }
}

impl fmt::Display for Shrunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut emulation = Emulation::new(self.config.clone(), self.seed);
        let mut acts = Vec::new();
        loop {
            let is_act = emulation.state().next_act().is_some();
            if emulation.now().step_count() == self.violation.step || !emulation.step() {
                break;
            }
            if let Some(record) = emulation.happened().first().filter(|_| is_act) {
                acts.push(format!("  {:>9} ms  {}", Grouped(record.time_ms), record.line(emulation.texts())));
            }
        }
        let nodes = Count(self.config.num_nodes.into(), "node");
        writeln!(f, "violation with seed {}, {nodes}: {}", self.seed, self.violation.line(emulation.texts()))?;
        if let Some(only_faults) = &self.config.only_faults {
            let (kept, drawn) = (Grouped(only_faults.len() as u64), Count(self.drawn.into(), "random fault"));
            writeln!(f, "{drawn} before it, shrunk to {kept}")?;
        }
        let nothing = if acts.is_empty() { " nothing, but for what [network] lost and repeated" } else { "" };
        write!(f, "what was done to the cluster, mending included:{nothing}")?;
        for act in acts {
            write!(f, "\n{act}")?;
        }
        Ok(())
    }
}
