//! Earlier states of a run: who goes back goes forward again from one of them.

use crate::run::Run;

/// How many steps lie between two checkpoints of a short run.
pub(super) const SHORTEST_INTERVAL: u64 = 4096;
/// How many checkpoints there are at most, the one before the first step included.
const MAX_CHECKPOINTS: usize = 64;

/// Earlier states of a run, in ascending order of their steps. The first is the one before the first step.
#[derive(Debug, Clone)]
pub(super) struct Checkpoints {
    states: Vec<Run>,
    interval: u64,
}

impl Checkpoints {
    pub(super) fn new(start: Run) -> Self {
        Checkpoints { states: vec![start], interval: SHORTEST_INTERVAL }
    }

    /// Keeps this state, the farthest so far, if it is time for one.
    #[inline]
    pub(super) fn offer(&mut self, state: &Run) {
        if !state.simulation().step_count().is_multiple_of(self.interval) {
            return;
        }
        if self.states.len() == MAX_CHECKPOINTS {
            self.interval *= 2;
            let interval = self.interval;
            self.states.retain(|state| state.simulation().step_count().is_multiple_of(interval));
        }
        if state.simulation().step_count().is_multiple_of(self.interval) {
            self.states.push(state.clone());
        }
    }

    /// The last state from which one step or more leads to this one; the very first if there is none.
    pub(super) fn before(&self, step: u64) -> &Run {
        self.last_with(|state| state.simulation().step_count() < step)
    }

    /// The last state with no more than this many records.
    pub(super) fn before_record(&self, place: u64) -> &Run {
        self.last_with(|state| state.simulation().record_count() <= place)
    }

    fn last_with(&self, is_early: impl Fn(&Run) -> bool) -> &Run {
        &self.states[self.states.partition_point(is_early).max(1) - 1]
    }

    /// Forgets the states after this step: the run goes on another way. They lie as close together from here on as in a run
    /// that never was longer.
    pub(super) fn forget_after(&mut self, step: u64) {
        self.states.retain(|state| state.simulation().step_count() <= step);
        while self.interval > SHORTEST_INTERVAL && step / (self.interval / 2) < MAX_CHECKPOINTS as u64 {
            self.interval /= 2;
        }
    }

    /// All states, the last one first.
    pub(super) fn backwards(&self) -> impl Iterator<Item = &Run> {
        self.states.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::config::Config;

    #[test]
    fn a_run_that_was_cut_short_has_its_checkpoints_as_close_together_as_one_that_never_was_longer() {
        let config = Rc::new(Config { num_clients: 1, requests_per_client: 1_000, ..Config::default() });
        let mut run = Run::new(config.clone(), 1, &mut config.texts.clone());
        let mut checkpoints = Checkpoints { interval: 16 * SHORTEST_INTERVAL, ..Checkpoints::new(run.clone()) };
        checkpoints.forget_after(100);
        while run.simulation().step_count() < 3 * SHORTEST_INTERVAL && run.step(None) {
            checkpoints.offer(&run);
        }
        let steps: Vec<u64> = checkpoints.states.iter().map(|state| state.simulation().step_count()).collect();
        assert_eq!(steps, [0, SHORTEST_INTERVAL, 2 * SHORTEST_INTERVAL, 3 * SHORTEST_INTERVAL]);

        // What is kept of so long a run needs this distance, and not half of it.
        let mut long = Checkpoints { interval: 16 * SHORTEST_INTERVAL, ..Checkpoints::new(run) };
        long.forget_after(64 * 4 * SHORTEST_INTERVAL);
        assert_eq!(long.interval, 8 * SHORTEST_INTERVAL);
        long.forget_after(64 * 4 * SHORTEST_INTERVAL - 1);
        assert_eq!(long.interval, 4 * SHORTEST_INTERVAL);
    }
}
