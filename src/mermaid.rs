//! A stretch of a run as a sequence diagram in the language of Mermaid, to be shown where that is, as in a README.
//!
//! There a message has one row, not two: it stands where it is received or lost.

use std::fmt::Write;

use crate::diagram::{Fold, fold_of, tell_deed};
use crate::journal::{Deed, Journal};
use crate::kv::Texts;
use crate::process::{Described, Envelope, ProcessId};
use crate::raft::{Event, Message, Timer};
use crate::simulation::Input;
use crate::sorted;
use crate::trace::Happening;

/// How many letters of a text are written.
const LETTERS: usize = 60;

/// Writes these deeds; folds are one note each. `notice` is said first: that not all is drawn.
pub fn write(
    journal: &Journal,
    texts: &Texts,
    (first, last): (u64, u64),
    folds: &[Fold],
    (title, notice): (&str, Option<&str>),
) -> String {
    let mut out = String::from("sequenceDiagram\n");
    line(&mut out, &["  accTitle: ", &escaped(title)]);
    let everybody = participants(journal, first, last);
    for &process in &everybody {
        let name = process.to_string();
        line(&mut out, &["  participant ", &id(process), " as ", &name]);
    }
    let (Some(&left), Some(&right)) = (everybody.first(), everybody.last()) else { return out };
    let all = Note { over: if left == right { vec![left] } else { vec![left, right] } };
    if let Some(notice) = notice {
        all.write_whole(&mut out, notice);
    }
    for deed in journal.deeds(first..=last) {
        match fold_of(folds, deed.step) {
            None => write_deed(&mut out, deed, texts, &all),
            Some(fold) if fold.first == deed.step => {
                let steps = fold.last + 1 - fold.first;
                all.write(&mut out, &format!("{steps} steps of heartbeats"));
            }
            Some(_) => {}
        }
    }
    out
}

/// Who sends, receives or has something done to it: clients and main left, as whoever asks comes first.
fn participants(journal: &Journal, first: u64, last: u64) -> Vec<ProcessId> {
    let (mut others, mut nodes) = (Vec::new(), Vec::new());
    let mut note = |process| match process {
        ProcessId::Node(_) => sorted::insert(&mut nodes, process),
        ProcessId::Main | ProcessId::Client(_) => sorted::insert(&mut others, process),
    };
    for deed in journal.deeds(first..=last) {
        match &deed.input {
            Input::Delivered(envelope) | Input::Dropped(envelope) => {
                note(envelope.from);
                note(envelope.to);
            }
            Input::Fired(process, _) | Input::Act(process) => {
                note(*process);
            }
        }
    }
    [others, nodes].concat()
}

fn write_deed(out: &mut String, deed: &Deed, texts: &Texts, all: &Note) {
    match &deed.input {
        Input::Delivered(envelope) => {
            let arrow = if envelope.message.is_response() { "-->>" } else { "->>" };
            message(out, envelope, arrow, texts);
        }
        Input::Dropped(envelope) => {
            message(out, envelope, if envelope.message.is_response() { "--x" } else { "-x" }, texts);
        }
        Input::Fired(process, Timer::Election) => one(*process).write(out, "election timeout"),
        Input::Fired(process, Timer::Retry) => one(*process).write(out, "no answer"),
        Input::Fired(..) => {}
        Input::Act(ProcessId::Main) => return all.write(out, &tell_deed(deed, texts)),
        Input::Act(process) => return one(*process).write(out, &words(&tell_deed(deed, texts))),
    }
    for record in &deed.records {
        if is_notable(&record.event) {
            one(record.process).write(out, &words(&record.line(texts).to_string()));
        }
    }
}

/// What of a node is worth a note, besides its messages.
fn is_notable(happening: &Happening<Event>) -> bool {
    match happening {
        Happening::Said(event) => matches!(
            event,
            Event::StartingElection { .. }
                | Event::StartingPreVote { .. }
                | Event::BecameLeader { .. }
                | Event::SteppedDown { .. }
                | Event::EntriesCut { .. }
                | Event::Committed { .. }
        ),
        Happening::Crashed => true,
        _ => false,
    }
}

/// A line of the trace without the name that it begins with.
fn words(line: &str) -> String {
    let named = line.strip_prefix('[').and_then(|line| line.split_once("] "));
    named.map_or(line, |(_, words)| words).to_owned()
}

fn message(out: &mut String, envelope: &Envelope<Message>, arrow: &str, texts: &Texts) {
    let text = escaped(&cut(&Described::new(&envelope.message, texts).to_string()));
    line(out, &["  ", &id(envelope.from), arrow, &id(envelope.to), ": ", &text]);
}

/// A note over one participant, or from one to another.
struct Note {
    over: Vec<ProcessId>,
}

fn one(process: ProcessId) -> Note {
    Note { over: vec![process] }
}

impl Note {
    fn write(&self, out: &mut String, text: &str) {
        self.write_whole(out, &cut(text));
    }

    fn write_whole(&self, out: &mut String, text: &str) {
        let over: Vec<String> = self.over.iter().map(|&process| id(process)).collect();
        line(out, &["  Note over ", &over.join(","), ": ", &escaped(text)]);
    }
}

fn id(process: ProcessId) -> String {
    match process {
        ProcessId::Main => "main".to_owned(),
        ProcessId::Node(number) => format!("node{number}"),
        ProcessId::Client(number) => format!("client{number}"),
    }
}

fn line(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
    out.push('\n');
}

/// As much of a text as is written, and dots for the rest.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => [&text[..end], "…"].concat(),
        None => text.to_owned(),
    }
}

/// A text in which nothing is Mermaid's or a browser's: every letter that may be is written as its number.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            letter if letter.is_alphanumeric() => out.push(letter),
            ' ' | '.' | ',' | '…' | '(' | ')' | '=' | '+' | '/' | '_' | '\'' | '-' | '@' | '?' | '!' => {
                out.push(letter)
            }
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => {
                let is_written = write!(out, "#{};", u32::from(letter));
                assert!(is_written.is_ok(), "a string takes everything");
            }
        }
    }
    out
}
