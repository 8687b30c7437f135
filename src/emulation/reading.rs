//! How the trace is read: what of it is shown, in which rows, and where a text stands.
//!
//! With quiet stretches folded, rows are computed from the chronicle. A filter has to look at every line: it does so in
//! slices, in a replay of its own which goes on where the last slice ended.

use std::fmt::Write;
use std::ops::Range;

use super::{Emulation, MAX_RECORDS, Record, replay};
use crate::chronicle::Quiet;
use crate::folds::{Folds, Layout, Spot, stretch_at};
use crate::kv::Texts;
use crate::process::ProcessId;
use crate::raft::Event;
use crate::run::Run;
use crate::trace::Topic;

/// How many of the lines that a filter lets pass are kept. If there are more, they lie so close together that they are made
/// again quickly.
const MAX_KEPT: usize = 1 << 16;

/// Which lines are shown, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Whether quiet stretches are folded, if all lines are shown.
    pub fold: bool,
    /// Only lines of these processes; of all, if there are none.
    pub processes: Vec<ProcessId>,
    /// Only lines about these; about everything, if there are none.
    pub topics: Vec<Topic>,
    /// Only lines that contain this, letters from A to Z in either case; all, if it is empty.
    pub text: String,
}

impl Filter {
    /// Whether it keeps any line away.
    pub fn is_active(&self) -> bool {
        !(self.processes.is_empty() && self.topics.is_empty() && self.text.is_empty())
    }

    /// Whether it lets a record pass, as far as its text does not matter.
    fn admits(&self, record: &Record) -> bool {
        (self.processes.is_empty() || self.processes.contains(&record.process))
            && (self.topics.is_empty() || self.topics.contains(&topic(record)))
    }
}

/// What a line is about.
pub fn topic(record: &Record) -> Topic {
    record.event.topic(Event::topic)
}

/// A row of the trace as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A line.
    Line {
        /// Its place in the trace.
        place: u64,
        /// The line.
        record: Record,
        /// Whether it is one of an opened fold.
        is_folded: bool,
    },
    /// A quiet stretch.
    Fold {
        /// Which one.
        quiet: Quiet,
        /// Whether its lines follow.
        is_open: bool,
    },
}

/// How the trace is read.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    filter: Filter,
    folds: Folds,
    /// The places of the lines that the filter lets pass.
    found: Vec<u64>,
    /// The first of these lines, see [`MAX_KEPT`].
    kept: Vec<Record>,
    /// The run up to where lines were looked at; none if none were.
    searched: Option<Box<Run>>,
    /// The lines that were asked for last, by their places.
    shown: Vec<(u64, Record)>,
}

impl Reading {
    /// Forgets what was read after this step, up to which there were so many lines. The state is one at or before it.
    pub(super) fn forget_after(&mut self, step: u64, lines: u64, earlier: &Run) {
        self.shown.retain(|&(place, _)| place < lines);
        self.folds.forget_from(lines);
        if self.searched.as_ref().is_some_and(|run| run.simulation().step_count() > step) {
            let known = earlier.simulation().record_count();
            self.found.truncate(self.found.partition_point(|&place| place < known));
            self.kept.truncate(self.found.len());
            self.searched = Some(Box::new(earlier.clone()));
        }
    }

    /// The line at this place, if it is at hand.
    fn recall(&self, place: u64) -> Option<&Record> {
        if let Ok(nth) = self.shown.binary_search_by_key(&place, |&(shown, _)| shown) {
            return Some(&self.shown[nth].1);
        }
        let nth = self.found.binary_search(&place).ok()?;
        self.kept.get(nth)
    }
}

/// A text that is looked for in lines, whatever the case of letters from A to Z.
struct Needle {
    text: String,
    line: String,
}

impl Needle {
    fn new(text: &str) -> Self {
        Needle { text: text.to_ascii_lowercase(), line: String::new() }
    }

    fn is_in(&mut self, record: &Record, texts: &Texts) -> bool {
        if self.text.is_empty() {
            return true;
        }
        self.line.clear();
        let is_written = write!(self.line, "{}", record.line(texts)).is_ok();
        assert!(is_written, "a string takes every line");
        self.line.make_ascii_lowercase();
        self.line.contains(&self.text)
    }
}

/// What is shown.
impl Emulation {
    /// Has the trace be read in this way, with all folds closed.
    pub fn read(&mut self, filter: Filter) {
        self.reading = Reading { filter, ..Reading::default() };
    }

    /// How the trace is read.
    pub fn filter(&self) -> &Filter {
        &self.reading.filter
    }

    /// Looks at so many steps more at most, for what the filter lets pass. Returns whether all that is known of the run was
    /// looked at, which it always is if the filter is not active.
    pub fn find(&mut self, steps: u64) -> bool {
        if !self.reading.filter.is_active() {
            return true;
        }
        let Emulation { reading, checkpoints, acts, texts, head, .. } = self;
        let start = || Box::new(checkpoints.before(0).clone());
        let run = &mut **reading.searched.get_or_insert_with(start);
        let end = head.0.min(run.simulation().step_count().saturating_add(steps));
        let (mut needle, mut records) = (Needle::new(&reading.filter.text), Vec::new());
        while run.simulation().step_count() < end {
            let place = run.simulation().record_count();
            let advanced = replay(run, acts, Some(&mut records));
            assert!(advanced, "a run goes at least as far as it did before");
            for (place, record) in (place..).zip(records.drain(..)) {
                if reading.filter.admits(&record) && needle.is_in(&record, texts) {
                    reading.found.push(place);
                    if reading.kept.len() < MAX_KEPT {
                        reading.kept.push(record);
                    }
                }
            }
        }
        end == head.0
    }

    /// How many rows there are; with an active filter, as far as they were [found](Self::find).
    pub fn row_count(&self) -> u64 {
        if self.reading.filter.is_active() { self.reading.found.len() as u64 } else { self.layout().row_count() }
    }

    /// These rows: as far as there are any, and at most [`MAX_RECORDS`] of them.
    pub fn rows(&mut self, rows: Range<u64>) -> Vec<Row> {
        let count = self.row_count();
        let start = rows.start.min(count);
        let rows = start..rows.end.clamp(start, count).min(start + MAX_RECORDS);
        let spots: Vec<Spot> = if self.reading.filter.is_active() {
            let found = &self.reading.found[rows.start as usize..rows.end as usize];
            found.iter().map(|&place| Spot::Line { place, is_folded: false }).collect()
        } else {
            let layout = self.layout();
            rows.map(|row| layout.spot(row)).collect()
        };
        let mut replayed = None;
        let mut shown = Vec::new();
        let mut row = |spot| match spot {
            Spot::Fold { quiet, is_open } => Row::Fold { quiet, is_open },
            Spot::Line { place, is_folded } => {
                let record = self.record(place, &mut replayed);
                shown.push((place, record.clone()));
                Row::Line { place, record, is_folded }
            }
        };
        let rows = spots.into_iter().map(&mut row).collect();
        self.reading.shown = shown;
        rows
    }

    /// The row in which the last line up to this step stands, or the closed fold that it is in; the last such row that is
    /// shown if that line is not.
    pub fn row_of_step(&self, step: u64) -> u64 {
        self.row_of_place(self.lines_up_to(step).saturating_sub(1))
    }

    /// The row in which the line at this place stands, or the closed fold that it is in; if it is not shown, the row of the
    /// last one before it that is.
    pub fn row_of_place(&self, place: u64) -> u64 {
        if self.reading.filter.is_active() {
            let behind = self.reading.found.partition_point(|&found| found <= place);
            return behind.saturating_sub(1) as u64;
        }
        self.layout().row_of(place.min(self.head.1.saturating_sub(1)))
    }

    /// Opens the fold that begins at this place, or closes it; does nothing if none begins there.
    pub fn toggle_fold(&mut self, place: u64) {
        if stretch_at(self.chronicle.quiet(), place).is_some_and(|quiet| quiet.first_place == place) {
            self.reading.folds.toggle(place);
        }
    }

    fn layout(&self) -> Layout<'_> {
        let quiet = if self.reading.filter.fold { self.chronicle.quiet() } else { &[] };
        self.reading.folds.layout(quiet, self.head.1)
    }

    /// How many lines the trace has up to this step, as far as the run is known.
    fn lines_up_to(&self, step: u64) -> u64 {
        if step >= self.head.0 {
            return self.head.1;
        }
        if step == self.now().step_count() {
            return self.now().record_count();
        }
        let mut run = self.checkpoints.before(step + 1).clone();
        while run.simulation().step_count() < step && replay(&mut run, &self.acts, None) {}
        run.simulation().record_count()
    }
}

/// How lines are come by.
impl Emulation {
    /// The line at this place, which is known. Who asks for several in ascending order, with the same `replayed`, has
    /// nothing replayed twice.
    fn record(&mut self, place: u64, replayed: &mut Option<Run>) -> Record {
        if let Some(record) = self.reading.recall(place) {
            return record.clone();
        }
        if !self.window.holds(&(place..place + 1)) {
            self.look_around(place, replayed);
        }
        self.window.get(&(place..place + 1))[0].clone()
    }

    /// Has the window hold this place, and what is near it: who scrolls shall not wait again.
    fn look_around(&mut self, place: u64, replayed: &mut Option<Run>) {
        let early = self.checkpoints.before_record(place);
        let here = replayed.take().filter(|run| {
            let lines = run.simulation().record_count();
            lines <= place && lines >= early.simulation().record_count()
        });
        let mut run = here.unwrap_or_else(|| early.clone());
        let near = place.saturating_sub(MAX_RECORDS)..self.head.1.min(place + MAX_RECORDS);
        let mut records = Vec::new();
        while run.simulation().record_count() < near.end {
            let before = run.simulation().record_count();
            let advanced = replay(&mut run, &self.acts, Some(&mut records));
            assert!(advanced, "a run goes at least as far as it did before");
            if run.simulation().record_count() > near.start {
                self.window.append(before, &records, near.start);
            }
            records.clear();
        }
        *replayed = Some(run);
    }
}

/// Where a text stands.
impl Emulation {
    /// The first place from this one on whose line contains this text, letters from A to Z in either case, and is let pass
    /// by the filter. It may take as long as the run did.
    pub fn next_with(&self, text: &str, from: u64) -> Option<u64> {
        let mut run = self.checkpoints.before_record(from).clone();
        self.scan(&mut run, from..self.head.1, &mut Needle::new(text), true)
    }

    /// The last place before this one of which the same is true.
    pub fn last_with(&self, text: &str, before: u64) -> Option<u64> {
        let mut needle = Needle::new(text);
        let mut end = before.min(self.head.1);
        self.checkpoints.backwards().find_map(|state| {
            let start = state.simulation().record_count();
            let places = start..end;
            end = end.min(start);
            (places.start < places.end).then(|| self.scan(&mut state.clone(), places, &mut needle, false)).flatten()
        })
    }

    /// Goes on with the run through these places, and says which is the first, or the last, with this text.
    fn scan(&self, run: &mut Run, places: Range<u64>, needle: &mut Needle, is_first: bool) -> Option<u64> {
        let (mut records, mut last) = (Vec::new(), None);
        while run.simulation().record_count() < places.end {
            let place = run.simulation().record_count();
            let advanced = replay(run, &self.acts, Some(&mut records));
            assert!(advanced, "a run goes at least as far as it did before");
            for (place, record) in (place..).zip(records.drain(..)) {
                let is_wanted = places.contains(&place) && self.reading.filter.admits(&record);
                if is_wanted && needle.is_in(&record, &self.texts) && self.shows(&record) {
                    if is_first {
                        return Some(place);
                    }
                    last = Some(place);
                }
            }
        }
        last
    }

    /// Whether a line has the text that the filter wants.
    fn shows(&self, record: &Record) -> bool {
        Needle::new(&self.reading.filter.text).is_in(record, &self.texts)
    }
}
