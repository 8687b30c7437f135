//! A run as a text that can be kept, sent and edited: which engine made it, its configuration, its seed and its acts.
//!
//! ```toml
//! engine = 1
//! seed = 7
//! step = 240
//! lines = 412
//! acts = [
//!   "214 crash node 1",
//!   "230 client 1 put x hello",
//! ]
//! file = "config.toml"
//! config = """
//! num_nodes = 3
//! """
//! ```
//!
//! An act is the step that it makes, and its sentence, see [`act_text`](crate::act_text). `lines` is how many lines the
//! trace has up to the step: whoever opens the run knows by it that theirs is the same. It may be left out, as may `acts`
//! and `file`.

use std::fmt;
use std::ops::Range;

use crate::config::{Config, ConfigError, Mistake, SEED, cut, digits, glue, is_disruptive, whole_number};
use crate::document::{DeTable, DeValue, Spanned};
use crate::emulation::Emulation;

/// The version of the engine. It grows by one whenever a configuration, a seed and acts give another run than before, or
/// an act means something else. Only the words of a trace may change without.
pub const ENGINE: u32 = 1;

/// How many acts a run may have, so that it can be saved.
pub const MAX_ACTS: usize = 10_000;
/// How long a saved run may be, in bytes.
pub const MAX_BYTES: usize = 16 << 20;

const BYTE_ORDER_MARK: char = '\u{feff}';
const KEYS: [&str; 7] = ["engine", "seed", "step", "lines", "acts", "file", "config"];
const TITLE: &str = "# A run of raft_kv: its configuration, its seed, and what was done to it by hand.\n";

/// Why a saved run cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedError {
    /// Its configuration cannot be run. Line and column are those of the configuration's text.
    Config(ConfigError),
    /// Something else, as a sentence without a full stop.
    Other(String),
}

impl fmt::Display for SavedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SavedError::Config(error) => error.fmt(f),
            SavedError::Other(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for SavedError {}

impl Emulation {
    /// A saved run, standing at its step, its acts done.
    ///
    /// # Errors
    /// If it is no saved run, was made by another engine, or does not come out as it was saved.
    pub fn open(text: &str) -> Result<Emulation, SavedError> {
        let mut opening = Opening::new(text)?;
        while !opening.go_on(u64::MAX)? {}
        Ok(opening.finish())
    }

    /// The run as a text that [`open`](Self::open) reads, unless its configuration alone is longer than [`MAX_BYTES`]. Its
    /// configuration is as it was written: what was changed of it since is lost.
    pub fn saved(&self) -> String {
        let config = self.config();
        let saved = Saved {
            seed: self.seed(),
            step: self.now().step_count(),
            lines: Some(self.now().record_count()),
            acts: self.acts().collect(),
            file: config.file.clone(),
            config: config.text.clone(),
        };
        saved.write()
    }
}

/// Whether this text is meant to be a saved run, and not a configuration.
pub fn is_saved(text: &str) -> bool {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let has = |table: &DeTable<'_>, key| find(table, key).is_some();
    DeTable::parse(text).is_ok_and(|table| has(table.get_ref(), "engine") && has(table.get_ref(), "config"))
}

/// What is saved of a run.
#[derive(Debug)]
struct Saved {
    seed: u64,
    step: u64,
    lines: Option<u64>,
    acts: Vec<(u64, String)>,
    file: String,
    config: String,
}

impl Saved {
    fn write(&self) -> String {
        let mut text = TITLE.to_owned();
        let mut number = |key: &str, number: u64| text += &glue(&[key, " = ", &digits(number), "\n"]);
        number("engine", ENGINE.into());
        number("seed", self.seed);
        number("step", self.step);
        if let Some(lines) = self.lines {
            number("lines", lines);
        }
        text += "acts = [\n";
        self.acts.iter().for_each(|(step, act)| write_act(*step, act, &mut text));
        text += "]\nfile = ";
        write_string(&self.file, false, &mut text);
        text += "\nconfig = ";
        write_string(&self.config, true, &mut text);
        text += "\n";
        text
    }

    fn read(text: &str) -> Result<Saved, String> {
        if text.len() > MAX_BYTES {
            return Err(glue(&["a saved run has ", &digits(MAX_BYTES as u64), " bytes at most"]));
        }
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let table = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or(text.len()..text.len());
            place(text, span, &["this is not valid TOML: ", error.message()])
        })?;
        Reader { text, table: table.get_ref() }.read()
    }
}

/// A saved run on its way to its step, a slice at a time: who opens a long one need not wait without a word.
#[derive(Debug)]
pub struct Opening {
    saved: Saved,
    emulation: Emulation,
    /// How many of its acts are done.
    acts_done: usize,
}

impl Opening {
    /// A saved run before its first step.
    ///
    /// # Errors
    /// If it is no saved run, was made by another engine, or its configuration cannot be run.
    pub fn new(text: &str) -> Result<Opening, SavedError> {
        let saved = Saved::read(text).map_err(SavedError::Other)?;
        let config = Config::parse(&saved.file, &saved.config).map_err(SavedError::Config)?;
        let emulation = Emulation::new(config, saved.seed);
        Ok(Opening { saved, emulation, acts_done: 0 })
    }

    /// Goes up to so many steps on; an act is one. Returns whether the run stands at its step, its acts done.
    ///
    /// # Errors
    /// If it does not come out as it was saved.
    pub fn go_on(&mut self, steps: u64) -> Result<bool, SavedError> {
        self.advance(steps).map_err(SavedError::Other)
    }

    /// At which step it is on its way, and to which it has to go.
    pub fn place(&self) -> (u64, u64) {
        let last_act = self.saved.acts.last().map_or(0, |&(step, _)| step);
        (self.emulation.head(), self.saved.step.max(last_act))
    }

    /// The run.
    ///
    /// # Panics
    /// If it does not stand at its step yet.
    pub fn finish(self) -> Emulation {
        assert!(self.acts_done == self.saved.acts.len(), "all acts are done");
        assert!(self.emulation.now().step_count() == self.saved.step, "the run stands at its step");
        self.emulation
    }

    fn advance(&mut self, steps: u64) -> Result<bool, String> {
        let last = self.emulation.now().step_count().saturating_add(steps);
        while let Some((step, act)) = self.saved.acts.get(self.acts_done) {
            if !reach(&mut self.emulation, step - 1, last).map_err(|why| self.undone(&why))? {
                return Ok(false);
            }
            self.emulation.act(act).map_err(|why| self.undone(&why))?;
            self.acts_done += 1;
        }
        // Acts that were done later than at its step are behind it by now.
        if !reach(&mut self.emulation, self.saved.step, last)? {
            return Ok(false);
        }
        self.compare().map(|()| true)
    }

    fn undone(&self, why: &str) -> String {
        let (step, _) = self.saved.acts[self.acts_done];
        glue(&["act ", &digits(self.acts_done as u64 + 1), " at step ", &digits(step), " cannot be done: ", why])
    }

    /// Whether this is the run that was saved.
    fn compare(&self) -> Result<(), String> {
        let lines = self.emulation.now().record_count();
        match self.saved.lines {
            Some(saved) if saved != lines => {
                let (step, saved, lines) = (digits(self.saved.step), digits(saved), digits(lines));
                let was = ["this is not the run that was saved: at step ", &step, " its trace had ", &saved, " lines"];
                let why = "; either it was changed, and then its `lines` are to be left out, or this engine differs";
                Err(glue(&[&glue(&was), ", here it has ", &lines, why]))
            }
            _ => Ok(()),
        }
    }
}

/// Goes to a step, which must be there; no farther than to the last one of the slice. Returns whether it is reached.
fn reach(emulation: &mut Emulation, step: u64, last: u64) -> Result<bool, String> {
    let most = emulation.config().max_steps;
    if step > most {
        return Err(glue(&["there is no step ", &digits(step), ": max_steps is ", &digits(most)]));
    }
    // An act may have been the last step of the slice, and one more.
    let goal = step.min(last.max(emulation.now().step_count()));
    emulation.seek(goal);
    let end = emulation.now().step_count();
    match end == goal {
        true => Ok(goal == step),
        false => Err(glue(&["there is no step ", &digits(step), ": the run ends at step ", &digits(end)])),
    }
}

struct Reader<'a> {
    text: &'a str,
    table: &'a DeTable<'a>,
}

impl Reader<'_> {
    fn read(&self) -> Result<Saved, String> {
        // First of all: what else is written is for the engine that made it to understand.
        let engine = self.number("engine")?.ok_or("this is no saved run: it has no `engine`")?;
        if engine != u64::from(ENGINE) {
            let (made_by, this) = (digits(engine), digits(ENGINE.into()));
            let why = ": here the same seed and acts would give another run";
            return Err(glue(&["this run was made by engine ", &made_by, "; this is engine ", &this, why]));
        }
        for (key, _) in self.table {
            if !KEYS.contains(&key.get_ref().as_ref()) {
                let (found, dots) = cut(key.get_ref());
                let known = KEYS.join(", ");
                return Err(self.wrong(key.span(), &["unknown key `", found, dots, "`; known are ", &known]));
            }
        }
        let missing = |key| glue(&["the saved run has no `", key, "`"]);
        Ok(Saved {
            seed: self.number("seed")?.ok_or_else(|| missing("seed"))?,
            step: self.number("step")?.ok_or_else(|| missing("step"))?,
            lines: self.number("lines")?,
            acts: self.acts()?,
            file: self.string("file")?.unwrap_or_default().to_owned(),
            config: self.string("config")?.ok_or_else(|| missing("config"))?.to_owned(),
        })
    }

    fn number(&self, key: &str) -> Result<Option<u64>, String> {
        let Some(value) = find(self.table, key) else { return Ok(None) };
        if let DeValue::Integer(integer) = value.get_ref()
            && let Some(number) = whole_number(integer.as_str(), integer.radix())
        {
            return Ok(Some(number));
        }
        let most = digits(*SEED.end());
        Err(self.wrong(value.span(), &["`", key, "` must be a whole number from 0 to ", &most]))
    }

    fn string(&self, key: &str) -> Result<Option<&str>, String> {
        match find(self.table, key) {
            None => Ok(None),
            Some(value) => match value.get_ref() {
                DeValue::String(text) => Ok(Some(text)),
                _ => Err(self.wrong(value.span(), &["`", key, "` must be a text in quotes"])),
            },
        }
    }

    /// The acts, each with its step. The steps are not 0, and grow.
    fn acts(&self) -> Result<Vec<(u64, String)>, String> {
        let Some(value) = find(self.table, "acts") else { return Ok(Vec::new()) };
        let must_be = "`acts` must be a list of texts such as \"214 crash node 1\"";
        let items = value.get_ref().as_array().ok_or_else(|| self.wrong(value.span(), &[must_be]))?;
        if items.len() > MAX_ACTS {
            return Err(self.wrong(value.span(), &["there may be ", &digits(MAX_ACTS as u64), " acts at most"]));
        }
        let (mut acts, mut before) = (Vec::new(), 0);
        for item in items {
            let DeValue::String(written) = item.get_ref() else { return Err(self.wrong(item.span(), &[must_be])) };
            let (number, act) = written.split_once(' ').unwrap_or((written, ""));
            let Some(step) = whole_number(number, 10) else {
                return Err(self.wrong(item.span(), &["an act begins with the number of the step that it makes"]));
            };
            if step <= before {
                let before = digits(before);
                return Err(self.wrong(item.span(), &["the step of an act comes after ", &before, ", that before it"]));
            }
            before = step;
            acts.push((step, act.to_owned()));
        }
        Ok(acts)
    }

    #[cold]
    fn wrong(&self, span: Range<usize>, message: &[&str]) -> String {
        place(self.text, span, message)
    }
}

fn find<'t>(table: &'t DeTable<'_>, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
    table.iter().find(|(known, _)| known.get_ref() == key).map(|(_, value)| value)
}

/// What is wrong, and in which line and column of the saved run.
#[cold]
#[inline(never)]
fn place(text: &str, span: Range<usize>, message: &[&str]) -> String {
    let mistake = Mistake { span, message: glue(message), help: String::new() };
    let ConfigError { line, column, message, .. } = mistake.locate("", text);
    glue(&["line ", &digits(line.into()), ", column ", &digits(column.into()), " of the saved run: ", &message])
}

/// Writes an act as an item of a list.
fn write_act(step: u64, act: &str, out: &mut String) {
    *out += "  ";
    write_string(&glue(&[&digits(step), " ", act]), false, out);
    *out += ",\n";
}

/// How many bytes a saved run without acts has at most.
pub fn length_without_acts(config: &Config) -> usize {
    let (file, text) = (config.file.clone(), config.text.clone());
    let longest = u64::MAX;
    Saved { seed: longest, step: longest, lines: Some(longest), acts: Vec::new(), file, config: text }.write().len()
}

/// How many bytes of a saved run an act takes.
pub fn length_of_act(step: u64, act: &str) -> usize {
    let mut written = String::new();
    write_act(step, act, &mut written);
    written.len()
}

/// Writes a text as TOML takes it: in quotes, or if it is `long`, with its own line ends in three of them.
fn write_string(text: &str, is_long: bool, out: &mut String) {
    let quotes = if is_long { "\"\"\"" } else { "\"" };
    *out += quotes;
    *out += if is_long { "\n" } else { "" };
    for (place, c) in text.char_indices() {
        let is_last = place + c.len_utf8() == text.len();
        match c {
            '\n' | '\t' if is_long => out.push(c),
            // Neither may three follow each other, nor one the quotes at the end.
            '"' if is_long && !is_last && !out.ends_with("\"\"") => out.push(c),
            '"' | '\\' => out.extend(['\\', c]),
            c if is_disruptive(c) || c == BYTE_ORDER_MARK => {
                *out += "\\u";
                let digit = |shift: u32| char::from_digit(c as u32 >> shift & 0xf, 16).unwrap_or('0');
                out.extend([12, 8, 4, 0].map(digit));
            }
            c => out.push(c),
        }
    }
    *out += quotes;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Generator;

    #[test]
    fn every_text_is_read_as_it_is_written() {
        const ALPHABET: [char; 16] =
            ['"', '"', '"', '\\', '\n', '\r', '\t', ' ', '\'', 'x', '\0', '\u{7f}', '\u{202e}', '\u{feff}', '🦀', '#'];
        let mut chance = Generator::new(1);
        for round in 0..20_000 {
            let text: String = (0..chance.below(12)).map(|_| ALPHABET[chance.below(16) as usize]).collect();
            let mut written = "text = ".to_owned();
            write_string(&text, round % 2 == 0, &mut written);
            let table = DeTable::parse(&written).unwrap_or_else(|error| panic!("{written}: {}", error.message()));
            let read = find(table.get_ref(), "text").map(Spanned::get_ref);
            assert_eq!(read, Some(&DeValue::String(text.into())), "{written}");
        }
    }
}
