//! A stretch of a run as a file: the trace, or a diagram of it. Both faces write the same.

use std::fmt::Write;

use crate::account::Account;
use crate::diagram::{self, Fold, Options, svg};
use crate::emulation::Emulation;
use crate::mermaid;
use crate::shiviz::{self, Clocks};

/// How many steps are drawn at most.
pub const MAX_DRAWN: u64 = 10_000;
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

/// The file of these steps, as far as the run is known; both ends included, the first step being 1.
pub fn write(emulation: &mut Emulation, format: Format, from: u64, to: u64) -> String {
    let (from, to) = (from.max(1), to.min(emulation.head()));
    match format {
        Format::Text => text(emulation, from, to),
        Format::Json => json(emulation, from, to),
        Format::Shiviz => shiviz_log(emulation, from, to),
        Format::Svg => svg_file(emulation, (from, to), true),
        Format::Mermaid => mermaid_file(emulation, (from, to), true),
    }
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

/// All that happened in these steps: the lines of the terminal's JSON, without the last one, which is of the whole run.
fn json(emulation: &Emulation, from: u64, to: u64) -> String {
    let mut out = String::new();
    let mut copy = at(emulation, from);
    let mut account = Account::begin(&copy, &mut out);
    while copy.now().step_count() < to && copy.step() {
        account.write_step(&copy, &mut out);
        account.write_violations(&copy, &mut out);
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
    let mut folds: Vec<Fold> = Vec::new();
    let mut step = from;
    while fold && step <= last {
        let found = diagram::fold_at(emulation, step);
        folds.extend(found);
        step = found.map_or(step, |fold| fold.last) + 1;
    }
    let title = title(emulation);
    let (journal, texts) = emulation.journal(from, last);
    mermaid::write(journal, texts, (from, last), &folds, (&title, notice.as_deref()))
}

/// What run it is.
fn title(emulation: &Emulation) -> String {
    let config = emulation.config();
    match &config.scenario {
        Some(scenario) => format!("{} (seed {})", scenario.title, emulation.seed()),
        None => format!("{} nodes and {} clients, seed {}", config.num_nodes, config.num_clients, emulation.seed()),
    }
}
