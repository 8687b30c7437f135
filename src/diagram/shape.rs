//! What a diagram is drawn with: lines, paths, circles, rectangles and texts, in whole CSS pixels or tenths of them.

use crate::process::{Field, ProcessId};
use crate::raft::log::{Index, Term};

/// What a shape is, by its name in SVG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// `x1 y1 x2 y2`.
    Line,
    /// `d`.
    Path,
    /// `cx cy r`.
    Circle,
    /// `x y width height rx`.
    Rect,
    /// `x y`; it has a text.
    Text,
}

impl Tag {
    /// Its name in SVG.
    pub fn name(self) -> &'static str {
        match self {
            Tag::Line => "line",
            Tag::Path => "path",
            Tag::Circle => "circle",
            Tag::Rect => "rect",
            Tag::Text => "text",
        }
    }
}

/// Something to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// What it is drawn as.
    pub tag: Tag,
    /// What it means, one or more words: `arrow term-3`.
    pub class: String,
    /// Where it is: attributes of SVG.
    pub at: Vec<(&'static str, Field)>,
    /// What a text says.
    pub text: Option<String>,
    /// All that there is to say of it.
    pub title: Option<String>,
    /// The step that it shows.
    pub step: Option<u64>,
    /// The number of the message that it shows.
    pub message: Option<u64>,
    /// The step that sent that message.
    pub sent: Option<u64>,
    /// The first and the last index of the entries that it carries.
    pub entries: Option<(Index, Index)>,
    /// The process that it is about.
    pub process: Option<ProcessId>,
}

/// A point, in pixels.
pub(super) type Point = (u32, u32);

impl Shape {
    fn new(tag: Tag, class: impl Into<String>, at: Vec<(&'static str, Field)>) -> Self {
        Shape {
            tag,
            class: class.into(),
            at,
            text: None,
            title: None,
            step: None,
            message: None,
            sent: None,
            entries: None,
            process: None,
        }
    }

    pub(super) fn line(class: impl Into<String>, (x1, y1): Point, (x2, y2): Point) -> Self {
        let at = vec![("x1", x1.into()), ("y1", y1.into()), ("x2", x2.into()), ("y2", y2.into())];
        Shape::new(Tag::Line, class, at)
    }

    pub(super) fn path(class: impl Into<String>, d: String) -> Self {
        Shape::new(Tag::Path, class, vec![("d", d.into())])
    }

    pub(super) fn circle(class: impl Into<String>, (x, y): Point, radius: u32) -> Self {
        Shape::new(Tag::Circle, class, vec![("cx", x.into()), ("cy", y.into()), ("r", radius.into())])
    }

    pub(super) fn rect(class: impl Into<String>, (x, y): Point, (width, height): Point, round: u32) -> Self {
        let (width, height) = (width.into(), height.into());
        let at = vec![("x", x.into()), ("y", y.into()), ("width", width), ("height", height), ("rx", round.into())];
        Shape::new(Tag::Rect, class, at)
    }

    pub(super) fn text(class: impl Into<String>, (x, y): Point, text: String) -> Self {
        Shape { text: Some(text), ..Shape::new(Tag::Text, class, vec![("x", x.into()), ("y", y.into())]) }
    }

    /// A number of its attributes; 0 if it has none of this name.
    pub fn number(&self, name: &str) -> u64 {
        match self.at.iter().find(|(other, _)| *other == name) {
            Some((_, Field::Number(number))) => *number,
            _ => 0,
        }
    }

    /// A `Shape` of `wasm.d.ts`.
    pub(super) fn into_field(self) -> Field {
        Field::Parts(vec![
            ("tag", self.tag.name().into()),
            ("class", self.class.into()),
            ("at", Field::Parts(self.at)),
            ("text", self.text.into()),
            ("title", self.title.into()),
            ("step", self.step.into()),
            ("message", self.message.into()),
            ("sent", self.sent.into()),
            ("entries", self.entries.map(|(first, last)| Field::List(vec![first.into(), last.into()])).into()),
            ("process", self.process.map(|process| process.to_string()).into()),
        ])
    }
}

/// The class of a term's colour; terms take turns in six colours.
pub(super) fn term_class(term: Term) -> &'static str {
    const CLASSES: [&str; 6] = ["term-1", "term-2", "term-3", "term-4", "term-5", "term-6"];
    match term {
        0 => "term-0",
        term => CLASSES[(term as usize - 1) % CLASSES.len()],
    }
}

/// How many letters of a label are shown.
const LABEL_LETTERS: usize = 24;

/// As much of a text as a label holds, and dots for the rest.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(LABEL_LETTERS) {
        None => text.to_owned(),
        // A letter that joins two others would join the dots.
        Some((end, _)) => [text[..end].trim_end_matches(['\u{200d}', ' ']), "…"].concat(),
    }
}

/// About how wide a label is.
pub(super) fn width_of(text: &str) -> u32 {
    text.chars().map(|letter| if letter.is_ascii() { 6 } else { 11 }).sum()
}

/// Two sides of an arrow's head, which points from one point to the other: `M x y L x y L x y`, the tip in the middle.
pub(super) fn head((x1, y1): Point, (x2, y2): Point) -> String {
    const LENGTH: i64 = 80;
    const HALF_WIDTH: i64 = 36;
    let (dx, dy) = (i64::from(x2) - i64::from(x1), i64::from(y2) - i64::from(y1));
    let length = ((dx * dx + dy * dy) as u64).isqrt().max(1) as i64;
    let (x, y) = (i64::from(x2) * 10, i64::from(y2) * 10);
    let side = |half: i64| (x - (LENGTH * dx + half * dy) / length, y - (LENGTH * dy - half * dx) / length);
    let mut path = String::new();
    for (letter, (x, y)) in [("M", side(HALF_WIDTH)), ("L", (x, y)), ("L", side(-HALF_WIDTH))] {
        path += letter;
        push_tenths(&mut path, x);
        path.push(' ');
        push_tenths(&mut path, y);
    }
    path
}

fn push_tenths(path: &mut String, tenths: i64) {
    let tenths = tenths.max(0);
    path.push_str(&(tenths / 10).to_string());
    path.push('.');
    path.push_str(&(tenths % 10).to_string());
}

/// Two crossing strokes around a point, so far to each side.
pub(super) fn cross((x, y): Point, reach: u32) -> String {
    let (left, top) = (x.saturating_sub(reach), y.saturating_sub(reach));
    let twice = 2 * reach;
    format!("M{left} {top}l{twice} {twice}m0 -{twice}l-{twice} {twice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_points_where_its_line_goes() {
        assert_eq!(head((0, 50), (100, 50)), "M92.0 53.6L100.0 50.0L92.0 46.4");
        assert_eq!(head((100, 50), (0, 50)), "M8.0 46.4L0.0 50.0L8.0 53.6");
        assert_eq!(head((40, 0), (40, 60)), "M36.4 52.0L40.0 60.0L43.6 52.0");
    }

    #[test]
    fn a_label_is_cut_between_letters() {
        assert_eq!(cut("put x hello"), "put x hello");
        assert_eq!(cut(&"ü".repeat(10_000)), "ü".repeat(24) + "…");
        assert_eq!(cut(&["x".repeat(22).as_str(), "👩\u{200d}👩"].concat()), "x".repeat(22) + "👩…");
    }
}
