//! A stretch of a run as a file: the trace, or a diagram of it. Both faces write the same.

use std::fmt::Write;

use crate::account::{self, Account};
use crate::diagram::{self, Fold, Options, svg};
use crate::emulation::Emulation;
use crate::mermaid;
use crate::process::Field;
use crate::shiviz::{self, Clocks};
#[cfg(not(target_arch = "wasm32"))]
use crate::sketch::{self, Frame};

/// How many steps are drawn at most.
pub const MAX_DRAWN: u64 = 10_000;
/// How long JSON may be, in bytes: each record tells a whole log.
const MAX_JSON: usize = 64 << 20;
/// The room for a column of a drawn file, in pixels.
const COLUMN: u32 = 104;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The lines of the trace.
    Text,
    /// All that happened, as JSON.
    Json,
    /// The space-time diagram as a picture.
    Svg,
    /// A sequence diagram in the language of Mermaid.
    Mermaid,
    /// A log with vector clocks for ShiViz.
    Shiviz,
}

impl Format {
    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Format> {
        match name {
            "text" => Some(Format::Text),
            "json" => Some(Format::Json),
            "shiviz" => Some(Format::Shiviz),
            "svg" => Some(Format::Svg),
            "mermaid" => Some(Format::Mermaid),
            _ => None,
        }
    }
}

/// The file of these steps, as far as the run is known; both ends included, the first step being 1. One that would be too
/// long is cut after a step, and says so.
pub fn write(emulation: &mut Emulation, format: Format, from: u64, to: u64) -> String {
    let (from, to) = known(emulation, from, to);
    match format {
        Format::Text => text(emulation, from, to),
        Format::Json => json(emulation, (from, to), MAX_JSON),
        Format::Shiviz => shiviz_log(emulation, from, to),
        Format::Svg => svg_file(emulation, (from, to), true),
        Format::Mermaid => mermaid_file(emulation, (from, to), true),
    }
}

/// Those of these steps that are known. If none are, the first one is right behind the last one: nobody goes on beyond the
/// head for what will not be written.
fn known(emulation: &Emulation, from: u64, to: u64) -> (u64, u64) {
    let to = to.min(emulation.head());
    (from.clamp(1, to + 1), to)
}

/// The trace of these steps.
fn text(emulation: &Emulation, from: u64, to: u64) -> String {
    let mut out = String::new();
    let mut copy = at(emulation, from);
    while copy.now().step_count() < to && copy.step() {
        for record in copy.happened() {
            let is_written = writeln!(out, "{}", record.line(copy.texts()));
            assert!(is_written.is_ok(), "a string takes everything");
        }
    }
    out
}

/// All that happened in these steps: the lines of the terminal's JSON, without the last one, which is of the whole run. If
/// they are longer than this, only those of the first steps, and a last line that says so.
fn json(emulation: &Emulation, (from, to): (u64, u64), most_bytes: usize) -> String {
    let mut out = String::new();
    let mut copy = at(emulation, from);
    let mut account = Account::begin(&copy, &mut out).with_room_for(most_bytes);
    while copy.now().step_count() < to && copy.step() {
        let whole = out.len();
        account.write_step(&copy, &mut out);
        account.write_violations(&copy, &mut out);
        if out.len() > most_bytes {
            out.truncate(whole);
            let megabytes = most_bytes >> 20;
            let step = copy.now().step_count();
            let notice =
                format!("This ends before step {step}, not after step {to}: more than {megabytes} MB are not written.");
            let mut parts = account::moment(&copy, "cut");
            parts.push(("notice", notice.into()));
            account::write_line(Field::Parts(parts), &mut out);
            break;
        }
    }
    out
}

/// The log with vector clocks of these steps.
fn shiviz_log(emulation: &Emulation, from: u64, to: u64) -> String {
    let mut out = shiviz::HEAD.to_owned();
    let mut copy = at(emulation, from);
    let mut clocks = Clocks::begin(&copy);
    while copy.now().step_count() < to && copy.step() {
        clocks.write_step(&copy, &mut out);
    }
    out
}

/// A copy of the run right before a step.
fn at(emulation: &Emulation, step: u64) -> Emulation {
    let mut copy = emulation.clone();
    copy.seek(step - 1);
    copy
}

/// The steps that are drawn of those, and what is said if that is not all.
fn drawn(from: u64, to: u64) -> (u64, Option<String>) {
    let last = to.min(from.saturating_add(MAX_DRAWN - 1));
    let notice = (last < to).then(|| {
        format!("Only the steps from {from} to {last} are drawn, not those up to {to}: a diagram has at most {MAX_DRAWN} steps.")
    });
    (last, notice)
}

/// The diagram of these steps as an SVG file; steps of heartbeats are folded, if so wanted.
pub fn svg_file(emulation: &mut Emulation, (from, to): (u64, u64), fold: bool) -> String {
    let (last, notice) = drawn(from, to);
    let columns = (emulation.config().num_nodes + emulation.config().num_clients).clamp(4, 13);
    let options = Options {
        step: last,
        rows: MAX_DRAWN,
        after: 0,
        earliest: from,
        width: 130 + COLUMN * columns,
        fold,
        ..Options::default()
    };
    let title = title(emulation);
    let diagram = diagram::draw(emulation, &options);
    svg::write(&diagram, &title, notice.as_deref())
}

/// The sequence diagram of these steps for Mermaid; steps of heartbeats are folded, if so wanted.
pub fn mermaid_file(emulation: &mut Emulation, (from, to): (u64, u64), fold: bool) -> String {
    let (last, notice) = drawn(from, to);
    let folds = if fold { folds(emulation, from, last) } else { Vec::new() };
    let title = title(emulation);
    let (journal, texts) = emulation.journal(from, last);
    mermaid::write(journal, texts, (from, last), &folds, (&title, notice.as_deref()))
}

/// The diagram of these steps as plain text, in lines of this width, which is one of [`sketch::WIDTH`]; steps of heartbeats
/// are folded, if so wanted.
#[cfg(not(target_arch = "wasm32"))]
pub fn sketch_file(emulation: &mut Emulation, (from, to): (u64, u64), fold: bool, width: u32) -> String {
    let (last, notice) = drawn(from, to);
    let folds = if fold { folds(emulation, from, last) } else { Vec::new() };
    let sizes = (emulation.config().num_nodes, emulation.config().num_clients);
    let title = title(emulation);
    let frame = Frame { title: &title, notice: notice.as_deref(), sizes, width };
    let (journal, texts) = emulation.journal(from, last);
    sketch::write(journal, texts, (from, last), &folds, frame)
}

/// The folds of these steps, each as far as it is of them; one step is none.
fn folds(emulation: &Emulation, from: u64, last: u64) -> Vec<Fold> {
    let mut folds: Vec<Fold> = Vec::new();
    let mut step = from;
    while step <= last {
        let end = diagram::fold_at(emulation, step).map_or(step, |fold| fold.last.min(last));
        if end > step {
            folds.push(Fold { first: step, last: end });
        }
        step = end + 1;
    }
    folds
}

/// What run it is.
fn title(emulation: &Emulation) -> String {
    let config = emulation.config();
    match &config.scenario {
        Some(scenario) => format!("{} (seed {})", scenario.title, emulation.seed()),
        None => format!("{} nodes and {} clients, seed {}", config.num_nodes, config.num_clients, emulation.seed()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn json_that_is_too_long_ends_after_a_step_and_says_so() {
        let mut emulation = Emulation::new(Config::default(), 7);
        emulation.run(200);
        let (whole, cut) = (json(&emulation, (20, 200), usize::MAX), json(&emulation, (20, 200), 1 << 16));
        let (notice, lines) = cut
            .lines()
            .collect::<Vec<_>>()
            .split_last()
            .map(|(last, lines)| (*last, lines.to_vec()))
            .expect("it says so");
        assert!(cut.len() < (1 << 16) + notice.len() + 2 && lines.len() > 50, "{} lines", lines.len());
        assert!(whole.lines().take(lines.len()).eq(lines.iter().copied()));
        let next = whole.lines().nth(lines.len()).expect("there is more");
        let step =
            |line: &str| line.split([':', ',']).nth(1).map(|step| step.parse::<u64>().expect("a step is a number"));
        assert!(step(lines[lines.len() - 1]) < step(next), "no step is written in part");
        assert_eq!(step(notice), step(next));
        assert!(notice.contains("\"what\":\"cut\"") && notice.contains("not after step 200"), "{notice}");
    }

    #[test]
    fn steps_beyond_the_head_are_not_gone_to() {
        let mut emulation = Emulation::new(Config::default(), 7);
        emulation.run(60);
        for (asked, is) in
            [((0, 90), (1, 60)), ((61, 90), (61, 60)), ((u64::MAX, u64::MAX), (61, 60)), ((50, 40), (41, 40))]
        {
            assert_eq!(known(&emulation, asked.0, asked.1), is);
            assert!(at(&emulation, is.0).now().step_count() <= 60);
        }
    }

    #[test]
    fn one_step_that_is_too_long_is_not_written_to_its_end_before_it_is_cut() {
        let mut emulation = Emulation::new(Config::default(), 7);
        let mut out = String::new();
        emulation.run(30);
        let mut account = Account::begin(&emulation, &mut out).with_room_for(1);
        while out.is_empty() && emulation.step() {
            account.write_step(&emulation, &mut out);
        }
        emulation.step();
        account.write_step(&emulation, &mut out);
        assert_eq!(out.lines().count(), 1, "{out}");
    }
}
