//! The texts beside the lines of processes. Each stands in the row of its step, on the side where there is room.

use super::shape::{Shape, width_of};

/// How far a text stands from its line, in pixels.
const GAP: u32 = 9;
/// The least room between two texts of a row.
const SPACE: u32 = 5;
/// Where the first text may begin: after the numbers of the steps.
const LEFT: u32 = super::lanes::GUTTER - 6;

/// On which side of a line a text stands rather.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Texts that do not cover each other, but where a row has no room left.
pub(super) struct Labels {
    /// In each row what is taken, from where to where.
    taken: Vec<Vec<(u32, u32)>>,
    width: u32,
    shapes: Vec<Shape>,
}

impl Labels {
    pub(super) fn new(rows: usize, width: u32) -> Self {
        Labels { taken: vec![Vec::new(); rows], width, shapes: Vec::new() }
    }

    /// Puts a text beside a line in a row; its other properties are those of `like`.
    pub(super) fn put(&mut self, row: usize, (x, y): (u32, u32), side: Side, like: Shape, text: String) {
        let width = width_of(&text);
        let left = x.checked_sub(GAP + width).filter(|&start| start >= LEFT).map(|start| (start, true));
        let right = Some((x + GAP, false)).filter(|(start, _)| start + width <= self.width);
        let wishes = if side == Side::Left { [left, right] } else { [right, left] };
        let is_free = |(start, _): &(u32, bool)| {
            let (from, to) = (start.saturating_sub(SPACE), start + width + SPACE);
            self.taken[row].iter().all(|&(begin, end)| end <= from || to <= begin)
        };
        let beside = wishes.into_iter().flatten().find(is_free);
        let (start, ends_here) = beside
            .or_else(|| self.farther(row, width).filter(&is_free))
            .unwrap_or_else(|| (self.width.saturating_sub(width).min(x + GAP).max(LEFT), false));
        self.taken[row].push((start, start + width));
        let (class, x) = if ends_here { (" end", x - GAP) } else { ("", start) };
        let class = [like.class.as_str(), class].concat();
        self.shapes.push(Shape { class, at: vec![("x", x.into()), ("y", y.into())], text: Some(text), ..like });
    }

    /// The first place right of all that is taken in a row, if there is room.
    fn farther(&self, row: usize, width: u32) -> Option<(u32, bool)> {
        let end = self.taken[row].iter().map(|&(_, end)| end).max()?;
        (end + SPACE + width <= self.width).then_some((end + SPACE, false))
    }

    pub(super) fn into_shapes(self) -> Vec<Shape> {
        self.shapes
    }
}
