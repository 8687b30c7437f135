//! The records that somebody looks at: they are not kept for the whole run.

use std::ops::Range;

use super::{MAX_RECORDS, Record};

/// How many records are kept for those who look at them; more, if one step has more. It holds what is asked for at once
/// several times.
const MAX_WINDOW: usize = 8 * MAX_RECORDS as usize;

/// Some records in a row, kept for those who look at them.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    /// The place of the first one in the trace.
    start: u64,
    records: Vec<Record>,
}

impl Window {
    fn end(&self) -> u64 {
        self.start + self.records.len() as u64
    }

    pub(super) fn holds(&self, places: &Range<u64>) -> bool {
        self.start <= places.start && places.end <= self.end()
    }

    /// Adds the records which begin at this place; begins anew if they do not follow on what is here. Those before `wanted`
    /// may be forgotten.
    pub(super) fn append(&mut self, place: u64, records: &[Record], wanted: u64) {
        if (self.start..=self.end()).contains(&place) {
            self.forget_from(place);
        } else {
            *self = Window { start: place, records: Vec::new() };
        }
        self.records.extend_from_slice(records);
        if self.records.len() > MAX_WINDOW {
            // Half at once, so that it is seldom.
            let surplus = (self.records.len() - MAX_WINDOW / 2) as u64;
            let surplus = surplus.min(wanted.saturating_sub(self.start));
            self.records.drain(..surplus as usize);
            self.start += surplus;
        }
    }

    fn forget_from(&mut self, place: u64) {
        self.records.truncate(place.saturating_sub(self.start) as usize);
    }

    pub(super) fn get(&self, places: &Range<u64>) -> &[Record] {
        let range = (places.start - self.start) as usize..(places.end - self.start) as usize;
        &self.records[range]
    }
}
