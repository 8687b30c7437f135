//! The space-time diagram: a column for each process, time downwards, a row for each step, an arrow for each message from
//! the step that sent it to the one that received or lost it. The page draws it; [`svg`] writes it as a file.
//!
//! | file | what it draws |
//! |---|---|
//! | `rows.rs` | which steps have rows, and which are folded |
//! | `lanes.rs` | which processes have columns |
//! | `lives.rs` | the lines of the processes with terms and crashes, and cut links between them |
//! | `flights.rs` | the messages of the steps, each with its sending and its end |
//! | `arrows.rs` | the messages |
//! | `marks.rs` | what else happened in a step |
//! | `labels.rs` | texts, so that none covers another |
//! | `shape.rs` | what all of it is drawn with |

mod arrows;
mod flights;
mod labels;
mod lanes;
mod lives;
mod marks;
mod rows;
mod shape;
pub mod svg;

pub use flights::{Flight, flights};
pub use rows::{Fold, Row, RowKind, fold_of};
pub use shape::{Shape, Tag};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use {
    arrows::label,
    lanes::columns,
    marks::{network_words, short, words},
};

use crate::emulation::{Emulation, Record};
use crate::journal::{Deed, Journal};
use crate::kv::Texts;
use crate::process::{Described, Field, ProcessId};
use crate::raft::{Message, Timer};
use crate::simulation::Input;
use labels::Labels;
use lanes::{GUTTER, Lanes};
use rows::{ROW_HEIGHT, ROW_LINE};

/// The room above the first row and below the last, in pixels.
const MARGIN: u32 = 4;
/// How many letters of what happened in a step are told.
const TOLD_LETTERS: usize = 400;

/// What is to be drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The step to be in view.
    pub step: u64,
    /// How many rows there are at most.
    pub rows: u64,
    /// How many of them come after that of the step at most.
    pub after: u64,
    /// The first step that may be shown.
    pub earliest: u64,
    /// The last step that may be shown, if not the last that is known.
    pub latest: Option<u64>,
    /// How wide it is, in pixels; wider if the columns need it.
    pub width: u32,
    /// Whether steps that changed nothing but timers are folded into one row.
    pub fold: bool,
    /// The first steps of folds that are not.
    pub opened: Vec<u64>,
    /// Who has no column.
    pub hidden: Vec<ProcessId>,
}

impl Options {
    /// Whether this fold is one row.
    fn folds(&self, fold: &Fold) -> bool {
        self.fold && !self.opened.contains(&fold.first)
    }
}

/// A diagram, ready to be drawn.
#[derive(Debug)]
pub struct Diagram {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The columns from left to right, with the place of the line.
    pub lanes: Vec<(ProcessId, u32)>,
    /// How many processes take part in what is shown, and have no column.
    pub left_out: u32,
    /// The rows, each with what there is to say of it.
    pub rows: Vec<(Row, String)>,
    /// In the order in which they are drawn.
    pub shapes: Vec<Shape>,
}

/// Draws what the steps around one did.
pub fn draw(emulation: &mut Emulation, options: &Options) -> Diagram {
    let (head, now) = (emulation.head(), emulation.now().step_count());
    let sizes = (emulation.config().num_nodes, emulation.config().num_clients);
    let latest = options.latest.map_or(head, |latest| latest.min(head));
    let (rows, last) = rows::rows(options, latest, &|step| fold_at(emulation, step));
    let (first, _) = span(&rows);
    let (journal, texts) = emulation.journal(first, last);
    let first = first.max(journal.first_step());
    let lanes = Lanes::new(journal.deeds(first..=last), sizes, options);
    let mut picture = Picture { journal, texts, now, first, last, rows: &rows, lanes: &lanes, shapes: Vec::new() };
    let mut labels = Labels::new(rows.len(), lanes.width);
    picture.draw_now();
    lives::draw(&mut picture, &mut labels);
    picture.draw_numbers();
    let flights = flights(picture.journal.deeds(first..=last));
    arrows::draw(&mut picture, &mut labels, &flights);
    marks::draw(&mut picture, &mut labels);
    let mut shapes = picture.shapes;
    shapes.extend(labels.into_shapes());
    let told = rows.iter().map(|row| (*row, tell(row, journal, texts))).collect();
    let height = height(rows.len());
    Diagram { width: lanes.width, height, lanes: lanes.lanes, left_out: lanes.left_out, rows: told, shapes }
}

/// The fold that a step can be in.
pub(crate) fn fold_at(emulation: &Emulation, step: u64) -> Option<Fold> {
    let quiet = emulation.chronicle().quiet();
    let fold = quiet.get(quiet.partition_point(|quiet| quiet.last_step < step))?;
    let is_fold = fold.first_step <= step && fold.steps() > 1;
    is_fold.then_some(Fold { first: fold.first_step, last: fold.last_step })
}

/// The steps from the first row to the last one; an empty span before the first step.
fn span(rows: &[Row]) -> (u64, u64) {
    let steps = rows.iter().filter(|row| row.kind != RowKind::Open);
    let first = steps.clone().map(|row| row.first).next().unwrap_or(1);
    (first, steps.map(|row| row.last).next_back().unwrap_or(0))
}

fn height(rows: usize) -> u32 {
    2 * MARGIN + ROW_HEIGHT * rows as u32
}

/// What is being drawn, and from what.
struct Picture<'a> {
    journal: &'a Journal,
    texts: &'a Texts,
    /// The current step.
    now: u64,
    first: u64,
    /// The last step of which a deed is shown; of a last fold that is too long, one within it.
    last: u64,
    rows: &'a [Row],
    lanes: &'a Lanes,
    shapes: Vec<Shape>,
}

impl<'a> Picture<'a> {
    fn deeds(&self) -> impl Iterator<Item = &'a Deed> + use<'a> {
        self.journal.deeds(self.first..=self.last)
    }

    /// The row that shows a step, if any.
    fn row_of(&self, step: u64) -> Option<usize> {
        // The head of an opened fold stands before its steps, and shows none.
        let is_before = |row: &Row| row.last < step || (row.kind == RowKind::Open && row.first <= step);
        let place = self.rows.partition_point(is_before);
        self.rows.get(place).filter(|row| row.first <= step).map(|_| place)
    }

    /// Where a row begins.
    fn top(row: usize) -> u32 {
        MARGIN + ROW_HEIGHT * row as u32
    }

    /// Where the step of a row stands.
    fn y(row: usize) -> u32 {
        Picture::top(row) + ROW_LINE
    }

    fn height(&self) -> u32 {
        height(self.rows.len())
    }

    fn is_folded(&self, row: usize) -> bool {
        self.rows[row].kind != RowKind::Step
    }

    /// The row of the current step.
    fn draw_now(&mut self) {
        let Some(row) = self.row_of(self.now) else { return };
        let shape = Shape::rect("now", (0, Picture::top(row) - 2), (self.lanes.width, ROW_HEIGHT - 2), 4);
        self.shapes.push(Shape { step: Some(self.now), ..shape });
    }

    /// The numbers of the steps, and the folds.
    fn draw_numbers(&mut self) {
        for (place, row) in self.rows.iter().enumerate() {
            let (top, step) = (Picture::top(place), Some(row.first));
            if row.kind == RowKind::Step {
                let number = Shape::text("number", (GUTTER - 10, top + 11), row.first.to_string());
                self.shapes.push(Shape { step, ..number });
                continue;
            }
            let class = if row.kind == RowKind::Open { "fold open" } else { "fold" };
            let width = self.lanes.width - GUTTER - 6;
            let pill = Shape::rect(class, (GUTTER, top + 1), (width, ROW_HEIGHT - 6), 8);
            let text = Shape::text("fold-label", (GUTTER + width / 2, top + 13), fold_text(row));
            self.shapes.extend([Shape { step, ..pill }, Shape { step, ..text }]);
        }
    }
}

fn fold_text(row: &Row) -> String {
    let steps = row.last + 1 - row.first;
    let plural = if steps == 1 { "" } else { "s" };
    let sign = if row.kind == RowKind::Open { "▾" } else { "▸" };
    format!("{sign} {steps} step{plural} of heartbeats")
}

/// What there is to say of a row.
fn tell(row: &Row, journal: &Journal, texts: &Texts) -> String {
    if row.kind != RowKind::Step {
        return format!("steps {} to {}: {}", row.first, row.last, &fold_text(row)["▸ ".len()..]);
    }
    let Some(deed) = journal.deeds(row.first..=row.last).next() else { return String::new() };
    let told = format!("step {}, {} ms: {}", deed.step, deed.time_ms, tell_deed(deed, texts));
    match told.char_indices().nth(TOLD_LETTERS) {
        Some((end, _)) => [&told[..end], "…"].concat(),
        None => told,
    }
}

/// What a step did, in one line.
pub(crate) fn tell_deed(deed: &Deed, texts: &Texts) -> String {
    tell_step(&deed.input, &deed.records, texts)
}

/// What a step with this input and these records did, in one line.
pub(crate) fn tell_step(input: &Input<Message, Timer>, records: &[Record], texts: &Texts) -> String {
    let mut told = String::new();
    for record in records {
        told += if told.is_empty() { "" } else { "; " };
        told += &record.line(texts).to_string();
    }
    if !told.is_empty() {
        return told;
    }
    match input {
        Input::Delivered(envelope) => {
            let (from, to, message) = (envelope.from, envelope.to, Described::new(&envelope.message, texts));
            format!("{to} receives from {from}: {message}")
        }
        Input::Dropped(envelope) => {
            format!("{} from {} is lost", Described::new(&envelope.message, texts), envelope.from)
        }
        Input::Fired(process, timer) => format!("the {} timer of {process} fires", timer.name()),
        Input::Act(process) => format!("something is done to {process}"),
    }
}

impl Diagram {
    /// A `Diagram` of `wasm.d.ts`.
    pub fn into_field(self) -> Field {
        let (first, last) = span(&self.rows.iter().map(|(row, _)| *row).collect::<Vec<_>>());
        let lane = |(process, x): (ProcessId, u32)| {
            Field::Parts(vec![("process", process.to_string().into()), ("x", x.into())])
        };
        let row = |(place, (row, text)): (usize, (Row, String))| {
            let fold = (row.kind != RowKind::Step).then(|| {
                let open = row.kind == RowKind::Open;
                let count = row.last + 1 - row.first;
                Field::Parts(vec![
                    ("first", row.first.into()),
                    ("last", row.last.into()),
                    ("count", count.into()),
                    ("open", open.into()),
                ])
            });
            Field::Parts(vec![
                ("step", row.first.into()),
                ("y", Picture::top(place).into()),
                ("height", ROW_HEIGHT.into()),
                ("text", text.into()),
                ("fold", fold.unwrap_or(Field::Nothing)),
            ])
        };
        Field::Parts(vec![
            ("width", self.width.into()),
            ("height", self.height.into()),
            ("first_step", first.into()),
            ("last_step", last.into()),
            ("left_out", self.left_out.into()),
            ("lanes", self.lanes.into_iter().map(lane).collect()),
            ("rows", self.rows.into_iter().enumerate().map(row).collect()),
            ("shapes", self.shapes.into_iter().map(Shape::into_field).collect()),
        ])
    }
}
