//! Looking at a stretch of the run closely: what each of its steps did.

use super::checkpoints::SHORTEST_INTERVAL;
use super::{Emulation, replay};
use crate::journal::{Journal, MAX_DEEDS};
use crate::kv::Texts;

/// How many steps more than asked for a journal begins earlier, so that who goes back a little does not wait each time.
const JOURNAL_MARGIN: u64 = 512;

/// What steps did.
impl Emulation {
    /// What the steps from `first` to `last` did, as far as the run is known; from 1 on, and no more than [`MAX_DEEDS`] of
    /// them, the last ones. There may be others before and after them. With it come the strings of the run.
    pub fn journal(&mut self, first: u64, last: u64) -> (&Journal, &Texts) {
        let last = last.min(self.head.0);
        let first = first.clamp(1, last + 1).max((last + 1).saturating_sub(MAX_DEEDS as u64));
        let is_near =
            |journal: &mut Journal| journal.first_step() <= first && first <= journal.last_step() + SHORTEST_INTERVAL;
        let mut journal = self.journal.take_if(is_near).unwrap_or_else(|| {
            let begin = first.saturating_sub(JOURNAL_MARGIN).max(1);
            let mut start = self.checkpoints.before(begin).clone();
            while start.simulation().step_count() + 1 < begin && replay(&mut start, &self.acts, None) {}
            Journal::new(start)
        });
        while journal.last_step() < last {
            journal.go_on(|run, records| replay(run, &self.acts, Some(records)));
        }
        (self.journal.insert(journal), &self.texts)
    }
}
