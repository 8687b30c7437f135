//! The rows of a diagram: one a step, or one for many steps in which only heartbeats went to and fro.

use super::Options;
use crate::journal::MAX_DEEDS;

/// How high a row is, in pixels.
pub(super) const ROW_HEIGHT: u32 = 22;
/// How far below the top of its row a step stands.
pub(super) const ROW_LINE: u32 = 7;

/// How far behind the step that is shown there are deeds at most, so that a journal holds those before it, too.
const REACH: u64 = MAX_DEEDS as u64 / 4;

/// Steps that changed nothing but timers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// The first of them.
    pub first: u64,
    /// The last of them.
    pub last: u64,
}

/// Which of these folds a step is in; they are in ascending order.
pub fn fold_of(folds: &[Fold], step: u64) -> Option<&Fold> {
    let place = folds.partition_point(|fold| fold.last < step);
    folds.get(place).filter(|fold| fold.first <= step)
}

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The first step that it shows.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// What it is.
    pub kind: RowKind,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A step.
    Step,
    /// Steps that are folded into this row.
    Closed,
    /// The head of steps that could be folded, and have rows of their own after this one.
    Open,
}

/// Tells of a step to which fold it belongs.
type FoldAt<'a> = &'a dyn Fn(u64) -> Option<Fold>;

/// The rows of a diagram, of steps up to the head of the run; and the last step of which a deed is needed for them, which
/// may lie within the last fold. The deeds of all rows that are no folds fit into a journal.
pub(super) fn rows(options: &Options, head: u64, fold_at: FoldAt<'_>) -> (Vec<Row>, u64) {
    // Before the first step, what comes is near.
    let step = options.step.max(1).min(head);
    if step < options.earliest {
        return (Vec::new(), step);
    }
    let limit = options.rows.max(1);
    let (mut begin, mut middle) = (step.max(1), step);
    if let Some(fold) = fold_at(begin).filter(|fold| options.folds(fold)) {
        begin = fold.first.max(options.earliest);
        // If a fold is too long for what is before and after it, there is what is nearer to the step.
        let is_last = options.after == 0 || fold.last >= head;
        middle = if is_last || step - begin < fold.last - step { begin } else { fold.last };
    }
    let farthest = head.min(middle.saturating_add(REACH));
    let mut after: Vec<Row> = Vec::new();
    let mut next = begin;
    while next <= farthest && (after.len() as u64) <= options.after.min(limit - 1) {
        let (rows, end) = forward(options, fold_at, next, head);
        after.extend(rows);
        next = end + 1;
    }
    let end = farthest.min(next - 1);
    let oldest = end.saturating_sub(MAX_DEEDS as u64).max(options.earliest.saturating_sub(1));
    let mut before = Vec::new();
    let mut last = begin - 1;
    while last > oldest && ((before.len() + after.len()) as u64) < limit {
        let row = match fold_at(last) {
            Some(fold) if options.folds(&fold) => {
                Row { first: fold.first.max(options.earliest), last, kind: RowKind::Closed }
            }
            _ => Row { first: last, last, kind: RowKind::Step },
        };
        before.push(row);
        before.extend(opened_at(options, fold_at, row.first));
        last = row.first - 1;
    }
    before.reverse();
    before.extend(after);
    (before, end)
}

/// The rows that begin at a step: the head of an opened fold, and the step or the fold. Returns its last step.
fn forward(options: &Options, fold_at: FoldAt<'_>, step: u64, head: u64) -> (Vec<Row>, u64) {
    let mut rows: Vec<Row> = opened_at(options, fold_at, step).into_iter().collect();
    let row = match fold_at(step) {
        Some(fold) if options.folds(&fold) => Row { first: step, last: fold.last.min(head), kind: RowKind::Closed },
        _ => Row { first: step, last: step, kind: RowKind::Step },
    };
    rows.push(row);
    (rows, row.last)
}

/// The head of the opened fold that begins with this step.
fn opened_at(options: &Options, fold_at: FoldAt<'_>, step: u64) -> Option<Row> {
    let fold = fold_at(step)?;
    let is_head = options.fold && fold.first == step && !options.folds(&fold);
    is_head.then_some(Row { first: fold.first, last: fold.last, kind: RowKind::Open })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDS: [Fold; 2] = [Fold { first: 3, last: 6 }, Fold { first: 9, last: 12 }];

    fn shown(step: u64, rows: u64, after: u64, opened: &[u64]) -> Vec<(u64, u64)> {
        let options = Options { step, rows, after, fold: true, opened: opened.to_vec(), ..Options::default() };
        let fold_at = |step| FOLDS.into_iter().find(|fold| (fold.first..=fold.last).contains(&step));
        super::rows(&options, 14, &fold_at).0.iter().map(|row| (row.first, row.last)).collect()
    }

    #[test]
    fn rows_are_taken_around_a_step() {
        assert_eq!(shown(8, 3, 1, &[]), [(7, 7), (8, 8), (9, 12)]);
        assert_eq!(shown(0, 5, 2, &[]), [(1, 1), (2, 2), (3, 6)]);
        assert_eq!(shown(14, 4, 9, &[]), [(8, 8), (9, 12), (13, 13), (14, 14)]);
        assert_eq!(shown(99, 2, 9, &[]), [(13, 13), (14, 14)], "there is nothing after the head");
    }

    #[test]
    fn a_step_in_a_fold_is_shown_by_it_unless_that_is_opened() {
        assert_eq!(shown(10, 2, 0, &[]), [(8, 8), (9, 12)]);
        assert_eq!(shown(10, 4, 0, &[9]), [(8, 8), (9, 12), (9, 9), (10, 10)]);
    }
}
