//! From the parsed table to the configuration.

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Mistake;
use super::{Config, NUM_CLIENTS, NUM_NODES, REQUESTS_PER_CLIENT, SEED};
use crate::kv::Command;
use crate::workload::Scripted;

/// How many keys there may be to draw from.
const MAX_KEYS: usize = 1_000;
/// More of a name than this is cut from messages, in characters.
const QUOTED_WIDTH: usize = 40;

const TOP_KEYS: [&str; 6] = ["num_nodes", "num_clients", "seed", "requests_per_client", "keys", "client"];
const CLIENT_KEYS: [&str; 1] = ["requests"];
const OPERATIONS: [&str; 3] = ["put", "get", "delete"];
/// What belongs to full Raft, and is refused here.
const FULL_RAFT_KEYS: [&str; 7] = ["timers", "network", "fault", "raft", "chaos", "duration_ms", "max_steps"];

/// Reads the parsed table into a configuration, and finds the first mistake in the file.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) config: Config,
    pub(super) mistake: Option<Mistake>,
}

impl Reader<'_> {
    /// Message and help come in pieces.
    fn complain(&mut self, span: Range<usize>, message: &[&str], help: &[&str]) {
        if self.mistake.as_ref().is_none_or(|first| span.start < first.span.start) {
            self.mistake = Some(Mistake { span, message: message.concat(), help: help.concat() });
        }
    }

    /// Says what the parser says, in words for somebody who does not know its terms where they mislead.
    pub(super) fn not_toml(&mut self, error: &toml::de::Error) {
        let text = self.text;
        let span = error.span().unwrap_or(text.len()..text.len());
        let (found, dots) = cut(&text[span.clone()]);
        let not_toml = "this is not valid TOML: ";
        match error.message() {
            "duplicate key" => self.complain(span, &["`", found, dots, "` is given twice"], &["keep one of the two"]),
            said if !said.starts_with("string values must be quoted") => self.complain(span, &[not_toml, said], &[]),
            _ if found.trim_ascii().is_empty() => {
                self.complain(span, &[not_toml, "there is no value behind the `=`"], &[]);
            }
            _ => {
                let help = "a value is a number, a text in quotes, or a list of them in [ ]";
                self.complain(span, &[not_toml, "`", found, dots, "` is not a value"], &[help]);
            }
        }
    }

    pub(super) fn read(&mut self, table: &DeTable<'_>) {
        let mut num_clients = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "num_nodes" => {
                    if let Some(number) = self.number("num_nodes", value, NUM_NODES) {
                        self.config.num_nodes = number as u32;
                    }
                }
                "num_clients" => {
                    num_clients = self.number("num_clients", value, NUM_CLIENTS).map(|number| (number, value.span()));
                }
                "requests_per_client" => {
                    if let Some(number) = self.number("requests_per_client", value, REQUESTS_PER_CLIENT) {
                        self.config.requests_per_client = number as u32;
                    }
                }
                "seed" => self.config.seed = self.number("seed", value, SEED),
                "keys" => self.keys(value),
                "client" => self.clients(value),
                unknown => self.unknown_key(unknown, key.span(), &TOP_KEYS),
            }
        }
        self.settle_num_clients(num_clients);
    }

    /// Scripts make as many clients as there are scripts, unless a number is given; that cannot be smaller.
    fn settle_num_clients(&mut self, given: Option<(u64, Range<usize>)>) {
        let scripts = self.config.scripts.len() as u64;
        match given {
            Some((number, span)) if number < scripts => {
                let (number, scripts) = (number.to_string(), scripts.to_string());
                let message = ["num_clients is ", &number, ", but there are ", &scripts, " [[client]] tables"];
                self.complain(span, &message, &["write num_clients = ", &scripts, ", or leave it out"]);
            }
            Some((number, _)) => self.config.num_clients = number as u32,
            None if scripts > 0 => self.config.num_clients = scripts as u32,
            None => {}
        }
    }

    fn number(&mut self, key: &str, value: &Spanned<DeValue<'_>>, allowed: RangeInclusive<u64>) -> Option<u64> {
        let (least, most) = (allowed.start().to_string(), allowed.end().to_string());
        let must_be = [key, " must be a whole number from ", &least, " to ", &most].concat();
        let DeValue::Integer(integer) = value.get_ref() else {
            self.wrong_type(&must_be, value);
            return None;
        };
        // Signed, as there is a minus zero.
        match i64::from_str_radix(integer.as_str(), integer.radix()).map(u64::try_from) {
            Ok(Ok(number)) if allowed.contains(&number) => Some(number),
            _ => {
                let (found, dots) = cut(&self.text[value.span()]);
                self.complain(value.span(), &[&must_be, ", found ", found, dots], &[]);
                None
            }
        }
    }

    fn wrong_type(&mut self, must_be: &str, value: &Spanned<DeValue<'_>>) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a floating-point number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.complain(value.span(), &[must_be, ", found ", found], &[]);
    }

    fn unknown_key(&mut self, key: &str, span: Range<usize>, allowed: &[&str]) {
        if FULL_RAFT_KEYS.contains(&key) {
            let message = ["`", key, "` belongs to full Raft, and this version emulates the failure-free run only"];
            return self.complain(span, &message, &["remove it: there are no timeouts, no faults and no delays"]);
        }
        let (found, dots) = cut(key);
        let message = ["unknown key `", found, dots, "`"];
        let allowed_here = ["allowed here: ", &allowed.join(", ")].concat();
        match nearest(key, allowed) {
            _ if TOP_KEYS.contains(&key) => {
                self.complain(span, &message, &["move it above the first [[client]] (", &allowed_here, ")"]);
            }
            Some(known) => self.complain(span, &message, &["did you mean `", known, "`? (", &allowed_here, ")"]),
            None => self.complain(span, &message, &[&allowed_here]),
        }
    }

    /// The strings of a list, each with its place; none if it is no list. What is no string is complained of.
    fn strings<'v>(&mut self, must_be: &str, value: &'v Spanned<DeValue<'_>>) -> Option<Vec<(&'v str, Range<usize>)>> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(must_be, value);
            return None;
        };
        let mut strings = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(string) => strings.push((string.as_ref(), item.span())),
                _ => self.wrong_type(must_be, item),
            }
        }
        Some(strings)
    }

    fn keys(&mut self, value: &Spanned<DeValue<'_>>) {
        let must_be = "keys must be a list of one or more strings";
        match value.get_ref().as_array().map_or(1, |items| items.len()) {
            0 => self.complain(value.span(), &[must_be, ", found an empty list"], &[]),
            1..=MAX_KEYS => {}
            _ => return self.complain(value.span(), &["keys can be a thousand at most"], &[]),
        }
        let mut keys: Vec<String> = Vec::new();
        for (key, span) in self.strings(must_be, value).unwrap_or_default() {
            if key.is_empty() || key.contains(|c: char| c == ' ' || is_disruptive(c)) {
                let help = "a key has no blanks, lest it be taken for two words";
                self.complain(span, &["this cannot be a key"], &[help]);
            } else if keys.iter().any(|other| other == key) {
                let (key, dots) = cut(key);
                self.complain(span, &["the key \"", key, dots, "\" is in the list twice"], &[]);
            }
            keys.push(key.to_owned());
        }
        self.config.keys = keys;
    }

    fn clients(&mut self, value: &Spanned<DeValue<'_>>) {
        let must_be = "client must be written as [[client]], a table for each client";
        let DeValue::Array(tables) = value.get_ref() else { return self.wrong_type(must_be, value) };
        for (place, table) in tables.iter().enumerate() {
            let DeValue::Table(entries) = table.get_ref() else {
                self.wrong_type(must_be, table);
                continue;
            };
            if place as u64 == *NUM_CLIENTS.end() {
                let most = place.to_string();
                return self.complain(table.span(), &["there may be at most ", &most, " [[client]] tables"], &[]);
            }
            let mut script = None;
            for (key, value) in entries {
                match key.get_ref().as_ref() {
                    "requests" => script = Some(self.script(value)),
                    unknown => self.unknown_key(unknown, key.span(), &CLIENT_KEYS),
                }
            }
            if script.is_none() {
                let help = "write requests = [\"put x hello\", \"get x\", \"delete x\"]";
                self.complain(table.span(), &["a [[client]] needs its requests"], &[help]);
            }
            self.config.scripts.push(script.unwrap_or_default());
        }
    }

    fn script(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Scripted> {
        let must_be = "requests must be a list of strings such as \"put x hello\"";
        let requests = self.strings(must_be, value).unwrap_or_default();
        let commands = requests.into_iter().filter_map(|(request, span)| self.request(request, &span));
        commands.map(|command| Scripted { after_ms: 0, command }).collect()
    }

    /// Reads `put KEY VALUE`, `get KEY` or `delete KEY`. The value is the rest of the line, blanks within it included.
    fn request(&mut self, request: &str, span: &Range<usize>) -> Option<Command> {
        if let Some(control) = request.matches(is_disruptive).next() {
            let span = self.span_of_part(request, span, control);
            let help = "a line of the trace is one line: leave out line ends, tabs and other control characters";
            self.complain(span, &["this request has a control character in it"], &[help]);
            return None;
        }
        let (operation, rest) = split_word(request);
        let (key, rest) = split_word(rest);
        let value = rest.trim_ascii();
        let (whole, dots) = cut(request);
        let (part, message, usage) = match (operation, key, value) {
            ("put", "", _) => (request, ["`", whole, dots, "` lacks its key"], "put KEY VALUE"),
            ("put", _, "") => (request, ["`", whole, dots, "` lacks its value"], "put KEY VALUE"),
            ("get", "", _) => (request, ["`", whole, dots, "` lacks its key"], "get KEY"),
            ("delete", "", _) => (request, ["`", whole, dots, "` lacks its key"], "delete KEY"),
            ("put", key, value) => {
                let texts = &mut self.config.texts;
                return Some(Command::Put { key: texts.intern(key), value: texts.intern(value) });
            }
            ("get", key, "") => return Some(Command::Get { key: self.config.texts.intern(key) }),
            ("delete", key, "") => return Some(Command::Delete { key: self.config.texts.intern(key) }),
            ("get", _, surplus) => (surplus, ["`get` takes a key and nothing behind it", "", "", ""], "get KEY"),
            ("delete", _, surplus) => {
                (surplus, ["`delete` takes a key and nothing behind it", "", "", ""], "delete KEY")
            }
            _ => {
                self.unknown_operation(operation, self.span_of_part(request, span, operation));
                return None;
            }
        };
        let span = self.span_of_part(request, span, part);
        self.complain(span, &message, &["write it as \"", usage, "\""]);
        None
    }

    fn unknown_operation(&mut self, operation: &str, span: Range<usize>) {
        let allowed = "a request is put KEY VALUE, get KEY or delete KEY";
        let (found, dots) = cut(operation);
        let message = ["`", found, dots, "` is not a request"];
        let message: &[&str] = if operation.is_empty() { &["this request is empty"] } else { &message };
        match nearest(operation, &OPERATIONS) {
            Some(known) => self.complain(span, message, &["did you mean `", known, "`? (", allowed, ")"]),
            None => self.complain(span, message, &[allowed]),
        }
    }

    /// Where a part of a string stands in the text; the whole string, quotes included, if it is written with escapes.
    fn span_of_part(&self, string: &str, span: &Range<usize>, part: &str) -> Range<usize> {
        let written = &self.text[span.clone()];
        if written.get(1..written.len() - 1) != Some(string) {
            return span.clone();
        }
        let start = span.start + 1 + (part.as_ptr() as usize - string.as_ptr() as usize);
        start..start + part.len()
    }
}

/// Whether a character would end the line that it stands in, or turn the rest of it around.
fn is_disruptive(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text that is quoted in a message: as much as does not hide the message, and dots for the rest.
fn cut(text: &str) -> (&str, &str) {
    match text.char_indices().nth(QUOTED_WIDTH) {
        Some((end, _)) => (&text[..end], "…"),
        None => (text, ""),
    }
}

/// The first word, and what stands behind it.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_ascii_start();
    text.split_at(text.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(text.len()))
}

/// The known word that this one was probably meant to be.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_ascii_lowercase().replace('-', "_");
    let near = known.iter().map(|&known| (strsim::osa_distance(&word, known), known)).min()?;
    (near.0 <= near.1.len().div_ceil(3)).then_some(near.1)
}
