//! A stretch of a run as a space-time diagram in plain text, to be printed, mailed, and shown where there are no pictures.
//!
//! All that is drawn is ASCII, one letter a column, so that it stands straight in every typewriter font; keys and values
//! stand right of the drawing, and what would not stay in its line there is written as its number. A message has one row,
//! that of the step which received or lost it, and beside it the step that sent it.
//!
//! | file | what it does |
//! |---|---|
//! | `sheet.rs` | columns, and lines of them |
//! | `words.rs` | texts that stay where they are put |

mod sheet;
mod words;

use crate::diagram::{self, Fold, fold_of, network_words, short};
use crate::journal::{Cuts, Deed, Journal, Rank, Standing};
use crate::kv::Texts;
use crate::process::{Envelope, ProcessId};
use crate::raft::{Message, Timer};
use crate::simulation::Input;
use sheet::{Gutter, Other, Sheet, Strip};
use words::{ascii, plain};

/// How wide a sketch may be, in columns.
pub const WIDTH: std::ops::RangeInclusive<u32> = 60..=1000;
/// How much of a message is told, in columns.
const MESSAGE_COLUMNS: usize = 60;
/// How much is told of what was done to the network, in columns.
const NETWORK_COLUMNS: usize = 240;

const LEGEND: &str = "\
|  follows, or is a client     *  to whom the step happened
#  leads                       X  crashes
?  asks for votes              :  has crashed
/  neighbours that are cut     ~  stands still
-->  a message    ..>  an answer    --x  lost
Each row is a step, and a message stands where it arrives;
`sent` is the step that sent it.
";
/// What the legend also says where steps are folded.
const FOLDED: &str = "`..N` there: steps of heartbeats up to N, folded into one row.\n";

/// What stands around the drawing.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// What run it is.
    pub title: &'a str,
    /// That not all is drawn, if so.
    pub notice: Option<&'a str>,
    /// How many nodes and clients there are.
    pub sizes: (u32, u32),
    /// The width, one of [`WIDTH`].
    pub width: u32,
}

/// Draws these deeds; folds, which are of these steps, are one row each.
pub fn write(journal: &Journal, texts: &Texts, (first, last): (u64, u64), folds: &[Fold], frame: Frame<'_>) -> String {
    let sheet = Sheet::new(journal, (first, last), frame.sizes, frame.width as usize);
    let (standings, cuts) = (journal.standings_before(first), journal.cuts_before(first));
    let mut sketch = Sketch { journal, texts, sheet, standings, cuts };
    sketch.head(frame);
    for deed in journal.deeds(first..=last) {
        match fold_of(folds, deed.step) {
            None => sketch.deed(deed),
            Some(fold) => {
                sketch.stand(deed);
                if fold.first == deed.step {
                    sketch.fold(deed, fold);
                }
            }
        }
    }
    for flight in diagram::flights(journal.deeds(first..=last)).iter().filter(|flight| flight.ended.is_none()) {
        sketch.on_its_way(flight.envelope);
    }
    sketch.sheet.finish(&[LEGEND, if folds.is_empty() { "" } else { FOLDED }])
}

/// What is being drawn, how far it is, and how everybody stands there.
struct Sketch<'a> {
    journal: &'a Journal,
    texts: &'a Texts,
    sheet: Sheet,
    standings: Vec<Standing>,
    cuts: Cuts,
}

impl Sketch<'_> {
    /// What there is to say before the first row.
    fn head(&mut self, frame: Frame<'_>) {
        self.sheet.text(&plain(frame.title, NETWORK_COLUMNS));
        if let Some(notice) = frame.notice {
            self.sheet.text(notice);
        }
        match self.sheet.left_out() {
            0 => {}
            1 => self.sheet.text("There is no room for a column of 1 more process: it stands in the words."),
            more => {
                let text = format!("There is no room for columns of {more} more processes: they stand in the words.");
                self.sheet.text(&text);
            }
        }
        match self.cuts.len() {
            0 => {}
            1 => self.sheet.text("One link is cut before the first row."),
            count => self.sheet.text(&format!("{count} links are cut before the first row.")),
        }
    }

    /// Goes on by a deed; returns how its process stood before.
    fn stand(&mut self, deed: &Deed) -> Standing {
        self.cuts = deed.cuts.clone();
        std::mem::replace(&mut self.standings[self.journal.place_of(deed.process())], deed.standing)
    }

    /// The lines of all processes, and the cuts between them.
    fn strip(&self) -> Strip {
        let is_cut = |from: ProcessId, to: ProcessId| self.cuts.binary_search(&(from, to)).is_ok();
        let life = |process| life(&self.standings[self.journal.place_of(process)]);
        self.sheet.strip(life, |left, right| is_cut(left, right) || is_cut(right, left))
    }

    fn deed(&mut self, deed: &Deed) {
        let before = self.stand(deed);
        let mut strip = self.strip();
        let mut said: Vec<String> = Vec::new();
        let mut other = None;
        match &deed.input {
            Input::Delivered(envelope) | Input::Dropped(envelope) => {
                let is_lost = matches!(deed.input, Input::Dropped(_));
                strip.arrow(
                    envelope.from,
                    envelope.to,
                    body(&envelope.message),
                    if is_lost { Some('x') } else { None },
                );
                let text = self.message(envelope, &strip);
                said.push(if is_lost { text + ": lost" } else { text });
                other = Some(Other::Sent(envelope.sent.step));
            }
            // The words of a deed tell of these.
            Input::Fired(_, Timer::Election | Timer::Retry) => {}
            Input::Fired(_, timer) => said.push(timer.name().replace('_', " ") + " timer"),
            Input::Act(_) => {}
        }
        if !matches!(deed.input, Input::Dropped(_) | Input::Act(ProcessId::Main)) {
            strip.mark(deed.process(), if deed.standing.has_crashed && !before.has_crashed { 'X' } else { '*' });
        }
        said.extend(network_words(deed).map(|words| plain(&ascii(&words), NETWORK_COLUMNS)));
        // A message can say the same as becomes of it: a commit.
        let words = diagram::words(deed, &before);
        let words: Vec<String> = words.iter().map(|words| ascii(words)).filter(|words| !said.contains(words)).collect();
        said.extend(words);
        let is_told = matches!(deed.input, Input::Delivered(_) | Input::Dropped(_) | Input::Act(ProcessId::Main));
        if !is_told && !strip.has(deed.process()) {
            said.insert(0, short(deed.process()));
        }
        let gutter = Gutter { step: Some(deed.step), other, time_ms: Some(deed.time_ms) };
        self.sheet.row(gutter, strip, self.strip(), &said.join(", "));
    }

    /// Steps of heartbeats, of which this deed is the first.
    fn fold(&mut self, deed: &Deed, fold: &Fold) {
        let words = format!("{} steps of heartbeats", fold.last + 1 - fold.first);
        let gutter =
            Gutter { step: Some(fold.first), other: Some(Other::Last(fold.last)), time_ms: Some(deed.time_ms) };
        self.sheet.row(gutter, self.strip(), self.strip(), &words);
    }

    /// A message that was sent, and that no step received or lost.
    fn on_its_way(&mut self, envelope: &Envelope<Message>) {
        let mut strip = self.strip();
        strip.half_arrow(envelope.from, envelope.to, body(&envelope.message));
        let words = self.message(envelope, &strip) + ": on its way";
        let gutter = Gutter { step: None, other: Some(Other::Sent(envelope.sent.step)), time_ms: None };
        self.sheet.row(gutter, strip, self.strip(), &words);
    }

    /// What a message says; and from whom to whom, if that cannot be seen.
    fn message(&self, envelope: &Envelope<Message>, strip: &Strip) -> String {
        let label = diagram::label(&envelope.message, self.texts);
        let label = match &envelope.message {
            // Keys and values keep their own dashes.
            Message::ClientRequest { .. } | Message::ClientResponse { .. } => label,
            _ => ascii(&label),
        };
        let mut text = plain(&label, MESSAGE_COLUMNS);
        if envelope.copy_of.is_some() {
            text += " (a copy)";
        }
        match strip.has(envelope.from) && strip.has(envelope.to) {
            true => text,
            false => format!("{} -> {}: {text}", short(envelope.from), short(envelope.to)),
        }
    }
}

/// What the arrow of a message is made of.
fn body(message: &Message) -> char {
    if message.is_response() { '.' } else { '-' }
}

/// What the line of a process is made of.
fn life(standing: &Standing) -> char {
    match standing.rank {
        _ if standing.has_crashed => ':',
        _ if standing.is_paused => '~',
        Some(Rank::Leader) => '#',
        Some(Rank::Candidate) => '?',
        Some(Rank::Follower) | None => '|',
    }
}
