//! The sheet of a sketch: a gutter with steps and times, a column for each process, and words right of them.

use std::fmt::Write;
use std::rc::Rc;

use super::words::{columns_of, wrap};
use crate::diagram::{self, short};
use crate::journal::Journal;
use crate::process::ProcessId;

/// The least room for words, in columns.
const WORDS: usize = 24;
/// The room for words that columns leave to them, if these are not too narrow then.
const AMPLE_WORDS: usize = 28;
/// From how many to how many columns lie from one line to the next.
const PITCH: std::ops::RangeInclusive<usize> = 4..=8;
/// After so many rows the names of the columns stand there again.
const ROWS_A_NAME: usize = 50;

/// What stands before the last step of a row that stands for several.
const UP_TO: &str = "..";

/// The lines of the processes from left to right, each with its column.
type Lanes = Rc<[(ProcessId, usize)]>;

/// What stands left of a row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gutter {
    pub(super) step: Option<u64>,
    /// What else there is to say of the step.
    pub(super) other: Option<Other>,
    pub(super) time_ms: Option<u64>,
}

/// Another step beside that of a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Other {
    /// The one that sent its message.
    Sent(u64),
    /// The last one of those that the row stands for.
    Last(u64),
}

/// A text of lines that are no wider than the sheet.
#[derive(Debug)]
pub(super) struct Sheet {
    out: String,
    lanes: Lanes,
    left_out: u32,
    /// How wide a step, one that sent a message, and a time are in the gutter.
    digits: [usize; 3],
    words_at: usize,
    width: usize,
    rows: usize,
}

impl Sheet {
    /// For the deeds of these steps.
    pub(super) fn new(journal: &Journal, (first, last): (u64, u64), sizes: (u32, u32), width: usize) -> Self {
        let digits = |number: u64| number.to_string().len();
        let time_ms = journal.deeds(first..=last).next_back().map_or(0, |deed| deed.time_ms);
        let digits = [
            digits(last).max("step".len()),
            (UP_TO.len() + digits(last)).max("sent".len()),
            digits(time_ms).max("ms".len()),
        ];
        let gutter = gutter_of(digits);
        let room = width - gutter - WORDS;
        let longest_name = [ProcessId::Node(sizes.0), ProcessId::Client(sizes.1)].map(|process| short(process).len());
        let least = longest_name.into_iter().fold(*PITCH.start(), |least, name| least.max(name + 1));
        let (everybody, left_out) =
            diagram::columns(journal.deeds(first..=last), sizes, &[], room.checked_div(least).unwrap_or(1).max(1));
        let ample_room = (gutter + AMPLE_WORDS).min(width);
        let pitch = ((width - ample_room) / everybody.len().max(1)).clamp(least, least.max(*PITCH.end()));
        let lanes: Lanes = everybody
            .iter()
            .enumerate()
            .map(|(place, &process)| (process, gutter + pitch * place + pitch / 2))
            .collect();
        let words_at = gutter + pitch * lanes.len() + 1;
        Sheet { out: String::new(), lanes, left_out, digits, words_at, width, rows: 0 }
    }

    /// How many processes take part, and have no column.
    pub(super) fn left_out(&self) -> u32 {
        self.left_out
    }

    /// Writes a text over the whole width.
    pub(super) fn text(&mut self, text: &str) {
        for line in wrap(text, self.width) {
            self.out += &line;
            self.out.push('\n');
        }
    }

    /// The lines of all processes, `/` standing between neighbours that are cut from each other.
    pub(super) fn strip(
        &self,
        life: impl Fn(ProcessId) -> char,
        is_cut: impl Fn(ProcessId, ProcessId) -> bool,
    ) -> Strip {
        let mut strip = Strip { letters: vec![' '; self.words_at], lanes: self.lanes.clone() };
        for &(process, x) in &*self.lanes {
            strip.letters[x] = life(process);
        }
        for pair in self.lanes.windows(2) {
            let [(left, x), (right, next_x)] = *pair else { continue };
            if is_cut(left, right) {
                strip.letters[(x + next_x) / 2] = '/';
            }
        }
        strip
    }

    /// Writes a row. If its words need more lines, these have the lines of `behind`.
    pub(super) fn row(&mut self, gutter: Gutter, strip: Strip, behind: Strip, words: &str) {
        if self.rows.is_multiple_of(ROWS_A_NAME) {
            self.names();
        }
        self.rows += 1;
        let mut lines = wrap(words, self.width - self.words_at).into_iter();
        self.line(gutter, &strip, &lines.next().unwrap_or_default());
        lines.for_each(|words| self.line(Gutter::default(), &behind, &words));
    }

    fn line(&mut self, Gutter { step, other, time_ms }: Gutter, strip: &Strip, words: &str) {
        let text = |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
        let other = match other {
            Some(Other::Sent(step)) => step.to_string(),
            Some(Other::Last(step)) => format!("{UP_TO}{step}"),
            None => String::new(),
        };
        self.gutter(&text(step), &other, &text(time_ms));
        self.out.extend(&strip.letters[gutter_of(self.digits)..]);
        self.out += words;
        self.end_line();
    }

    /// The names of the columns, after an empty line.
    fn names(&mut self) {
        self.out.push('\n');
        let start = self.out.len();
        self.gutter("step", "sent", "ms");
        for &(process, x) in self.lanes.clone().iter() {
            let name = short(process);
            // That of main is longer than a column is wide, but stands at the left.
            let column = x.saturating_sub(name.len() / 2);
            let room = column.saturating_sub(columns_of(&self.out[start..]));
            self.out.extend(std::iter::repeat_n(' ', room));
            self.out += &name;
        }
        self.end_line();
    }

    fn gutter(&mut self, step: &str, other: &str, time: &str) {
        let [steps, others, times] = self.digits;
        let is_written = write!(self.out, "{step:>steps$} {other:>others$} {time:>times$} ");
        assert!(is_written.is_ok(), "a string takes everything");
    }

    fn end_line(&mut self) {
        self.out.truncate(self.out.trim_end_matches(' ').len());
        self.out.push('\n');
    }

    /// The whole text, which ends with the lines of these.
    pub(super) fn finish(mut self, legend: &[&str]) -> String {
        self.out.push('\n');
        legend.iter().flat_map(|part| part.lines()).for_each(|line| self.text(line));
        self.out
    }
}

/// How wide the gutter is whose numbers have these widths; a space follows each of them.
fn gutter_of(digits: [usize; 3]) -> usize {
    digits.iter().map(|digits| digits + 1).sum()
}

/// The drawing of one line.
#[derive(Debug, Clone)]
pub(super) struct Strip {
    letters: Vec<char>,
    lanes: Lanes,
}

impl Strip {
    fn x(&self, process: ProcessId) -> Option<usize> {
        self.lanes.iter().find(|(other, _)| *other == process).map(|&(_, x)| x)
    }

    /// Whether a process has a column.
    pub(super) fn has(&self, process: ProcessId) -> bool {
        self.x(process).is_some()
    }

    /// Puts a sign on the line of a process, if it has one.
    pub(super) fn mark(&mut self, process: ProcessId, sign: char) {
        if let Some(x) = self.x(process) {
            self.letters[x] = sign;
        }
    }

    /// Draws an arrow from one line to the other, if both are there; with this head, if not that of an arrow.
    pub(super) fn arrow(&mut self, from: ProcessId, to: ProcessId, body: char, head: Option<char>) {
        if let (Some(from), Some(to)) = (self.x(from), self.x(to)) {
            self.draw(from, to, body, head);
        }
    }

    /// Draws an arrow that ends half-way.
    pub(super) fn half_arrow(&mut self, from: ProcessId, to: ProcessId, body: char) {
        if let (Some(from), Some(to)) = (self.x(from), self.x(to)) {
            let middle = (from + to) / 2;
            self.draw(from, if from < to { middle + 1 } else { middle - 1 }, body, None);
        }
    }

    fn draw(&mut self, from: usize, to: usize, body: char, head: Option<char>) {
        let between = from.min(to) + 1..from.max(to);
        if between.is_empty() {
            return;
        }
        let (tip, sign) = if from < to { (to - 1, '>') } else { (to + 1, '<') };
        self.letters[between].fill(body);
        self.letters[tip] = head.unwrap_or(sign);
    }
}
