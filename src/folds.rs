//! Which rows a trace has when its quiet stretches are folded: each is one row, and one that was opened is a row with its
//! lines behind it.
//!
//! Rows are computed from the stretches, which know how many rows are spared before them; no line is looked at.

use crate::chronicle::Quiet;

/// Which stretches are opened.
#[derive(Debug, Clone, Default)]
pub struct Folds {
    /// The places of their first lines, in ascending order.
    opened: Vec<u64>,
}

impl Folds {
    /// Opens the fold that begins at this place, or closes it.
    pub fn toggle(&mut self, place: u64) {
        match self.opened.binary_search(&place) {
            Ok(found) => {
                self.opened.remove(found);
            }
            Err(gap) => self.opened.insert(gap, place),
        }
    }

    /// Forgets what begins at this place or behind it.
    pub fn forget_from(&mut self, place: u64) {
        self.opened.retain(|&opened| opened < place);
    }

    /// The rows of a trace with so many lines and these quiet stretches.
    pub fn layout<'a>(&self, quiet: &'a [Quiet], lines: u64) -> Layout<'a> {
        let mut added = 0;
        let mut opened = Vec::with_capacity(self.opened.len());
        for &place in &self.opened {
            if let Some(fold) = stretch_at(quiet, place).filter(|fold| fold.first_place == place) {
                added += fold.lines();
                opened.push((place, added));
            }
        }
        Layout { quiet, opened, lines }
    }
}

/// What stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A line of the trace.
    Line {
        /// Its place in the trace.
        place: u64,
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

/// The rows of a trace.
#[derive(Debug, Clone)]
pub struct Layout<'a> {
    quiet: &'a [Quiet],
    /// The first places of opened folds, each with the number of lines that these folds add up to it, itself included.
    opened: Vec<(u64, u64)>,
    lines: u64,
}

impl Layout<'_> {
    /// How many rows there are.
    pub fn row_count(&self) -> u64 {
        self.lines - self.quiet.last().map_or(0, Quiet::spared_behind) + self.added_before(u64::MAX)
    }

    /// What stands in this row, which is one of them.
    pub fn spot(&self, row: u64) -> Spot {
        let count = self.quiet.partition_point(|quiet| self.row_of_stretch(quiet) <= row);
        let Some(quiet) = self.quiet[..count].last() else { return Spot::Line { place: row, is_folded: false } };
        let offset = row - self.row_of_stretch(quiet);
        if !quiet.is_foldable() {
            return Spot::Line { place: quiet.first_place + offset, is_folded: false };
        }
        let is_open = self.is_open(quiet);
        let size = if is_open { 1 + quiet.lines() } else { 1 };
        match offset {
            0 => Spot::Fold { quiet: *quiet, is_open },
            _ if offset < size => Spot::Line { place: quiet.first_place + offset - 1, is_folded: true },
            _ => Spot::Line { place: quiet.end_place + offset - size, is_folded: false },
        }
    }

    /// The row of the line at this place, or of the closed fold that it is in.
    pub fn row_of(&self, place: u64) -> u64 {
        let count = self.quiet.partition_point(|quiet| quiet.first_place <= place);
        let Some(quiet) = self.quiet[..count].last() else { return place };
        let (row, offset) = (self.row_of_stretch(quiet), place - quiet.first_place);
        match (quiet.is_foldable(), self.is_open(quiet)) {
            (false, _) => row + offset,
            (true, true) => row + 1 + offset,
            (true, false) => row + (offset + 1).saturating_sub(quiet.lines()),
        }
    }

    /// The row in which a stretch begins.
    fn row_of_stretch(&self, quiet: &Quiet) -> u64 {
        quiet.first_place - quiet.spared_before() + self.added_before(quiet.first_place)
    }

    /// How many rows are added before this place by folds that are open.
    fn added_before(&self, place: u64) -> u64 {
        let count = self.opened.partition_point(|&(opened, _)| opened < place);
        self.opened[..count].last().map_or(0, |&(_, added)| added)
    }

    fn is_open(&self, quiet: &Quiet) -> bool {
        self.opened.binary_search_by_key(&quiet.first_place, |&(place, _)| place).is_ok()
    }
}

/// The stretch that can be folded and begins at this place or, of those before it, last.
pub fn stretch_at(quiet: &[Quiet], place: u64) -> Option<&Quiet> {
    // Of several that begin at one place, only the last has lines.
    quiet[..quiet.partition_point(|quiet| quiet.first_place <= place)].last().filter(|quiet| quiet.is_foldable())
}
