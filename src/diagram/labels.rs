//! The texts beside the lines of processes. Each stands in the row of its step, on the side where there is room.

use super::shape::{Shape, width_of};

/// What is written boldly is so much wider than what is not, a letter, in pixels.
const BOLDER: u32 = 1;

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
        let is_bold = like.class.split(' ').any(|word| word == "mark" || word == "cut");
        let width = width_of(&text) + if is_bold { BOLDER * text.chars().count() as u32 } else { 0 };
        let left = x.checked_sub(GAP + width).filter(|&start| start >= LEFT).map(|start| (start, true));
        let right = Some((x + GAP, false)).filter(|(start, _)| start + width <= self.width);
        let wishes = if side == Side::Left { [left, right] } else { [right, left] };
        let is_free = |(start, _): &(u32, bool)| {
            let (from, to) = (start.saturating_sub(SPACE), start + width + SPACE);
            self.taken[row].iter().all(|&(begin, end)| end <= from || to <= begin)
        };
        let beside = wishes.into_iter().flatten().find(is_free);
        // Where there is no room at all, it rather covers another text than the line that it belongs to.
        let (start, ends) = beside
            .or_else(|| self.farther(row, width).filter(&is_free))
            .or_else(|| self.nearer(row, x, width).filter(&is_free))
            .or_else(|| wishes.into_iter().flatten().next())
            .unwrap_or_else(|| (self.width.saturating_sub(width).min(x + GAP).max(LEFT), false));
        self.taken[row].push((start, start + width));
        let (class, x) = if ends { (" end", start + width) } else { ("", start) };
        let class = [like.class.as_str(), class].concat();
        self.shapes.push(Shape { class, at: vec![("x", x.into()), ("y", y.into())], text: Some(text), ..like });
    }

    /// The first place right of all that is taken in a row, if there is room.
    fn farther(&self, row: usize, width: u32) -> Option<(u32, bool)> {
        let end = self.taken[row].iter().map(|&(_, end)| end).max()?;
        (end + SPACE + width <= self.width).then_some((end + SPACE, false))
    }

    /// The last place left of a line and of all that is taken on that side of it, if there is room.
    fn nearer(&self, row: usize, x: u32, width: u32) -> Option<(u32, bool)> {
        let here = self.taken[row].iter().filter(|&&(begin, _)| begin < x);
        let end = here.map(|&(begin, _)| begin).min()?.checked_sub(SPACE)?;
        end.checked_sub(width).filter(|&start| start >= LEFT).map(|start| (start, true))
    }

    pub(super) fn into_shapes(self) -> Vec<Shape> {
        self.shapes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From where to where the texts of a row go that are put there, in a picture of this width.
    fn spans(width: u32, texts: &[(u32, Side, &str)]) -> Vec<(u32, u32)> {
        let mut labels = Labels::new(1, width);
        for &(x, side, text) in texts {
            labels.put(0, (x, 0), side, Shape::text("label mark", (0, 0), String::new()), text.to_owned());
        }
        labels.taken.remove(0)
    }

    #[test]
    fn a_text_stays_between_the_numbers_and_the_edge() {
        for x in (LEFT..280).step_by(3) {
            for side in [Side::Left, Side::Right] {
                let (from, to) = spans(286, &[(x, side, "commit 1")])[0];
                assert!(from >= LEFT && to <= 286, "{from} to {to} beside {x}");
                assert!(to <= x || x <= from, "{from} to {to} covers its line at {x}");
            }
        }
    }

    #[test]
    fn at_the_last_line_a_text_stands_left_of_the_one_beside_it() {
        let spans = spans(286, &[(250, Side::Left, "+ vote"), (250, Side::Right, "leads term 2")]);
        assert!(spans[1].1 <= spans[0].0, "{spans:?}");
    }
}
