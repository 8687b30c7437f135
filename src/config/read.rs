//! A parsed file, held against the tables of keys.

use std::ops::{Deref, Range, RangeInclusive};

use crate::document::{DeTable, DeValue, Spanned};

use super::error::{ConfigError, Mistake};
use super::faults::Draft;
use super::keys::{Entry, Key, Kind, NEEDS_TIMERS, TABLES, TOP, Table};
use super::{Config, SEED};
use crate::raft::options::Timing;

/// How many keys there may be to draw from.
const MAX_KEYS: usize = 1_000;
/// More of a name than this is cut from messages, in characters.
const QUOTED_WIDTH: usize = 40;

/// Reads the parsed table into a configuration, and finds the first mistake in the file.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) config: Config,
    pub(super) mistake: Option<Mistake>,
    /// In the order of the file.
    warnings: Vec<Mistake>,
    /// Where the values of keys stand. Each `[[fault]]` forgets those before it.
    pub(super) places: Vec<(&'static str, Range<usize>)>,
    /// Where it is written whom the faults of the configuration strike.
    pub(super) fault_places: Vec<Range<usize>>,
    /// The `[[fault]]` that is being read.
    pub(super) draft: Draft,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Reader {
            text,
            config: Config::default(),
            mistake: None,
            warnings: Vec::new(),
            places: Vec::new(),
            fault_places: Vec::new(),
            draft: Draft::default(),
        }
    }

    /// The configuration with its warnings, or the first mistake.
    pub(super) fn finish(mut self, file: &str) -> Result<Config, ConfigError> {
        if let Some(mistake) = self.mistake {
            return Err(mistake.locate(file, self.text));
        }
        for warning in self.warnings {
            self.config.warnings.push(warning.locate(file, self.text));
        }
        Ok(self.config)
    }
}

impl Reader<'_> {
    /// Message and help come in pieces.
    #[cold]
    #[inline(never)]
    pub(super) fn complain(&mut self, span: Range<usize>, message: &[&str], help: &[&str]) {
        if self.mistake.as_ref().is_none_or(|first| span.start < first.span.start) {
            self.mistake = Some(Mistake { span, message: glue(message), help: glue(help) });
        }
    }

    /// Warns of the value of a key, or if that is not written, of the other that it does not go with.
    #[cold]
    #[inline(never)]
    pub(super) fn warn(&mut self, key: &str, other: &str, message: &[&str], help: &str) {
        let Some(span) = self.place(key).or_else(|| self.place(other)) else { return };
        let place = self.warnings.iter().take_while(|before| before.span.start <= span.start).count();
        self.warnings.insert(place, Mistake { span, message: glue(message), help: glue(&[help]) });
    }

    /// Where the value of a key stands, if it is written.
    #[inline(never)]
    pub(super) fn place(&self, key: &str) -> Option<Range<usize>> {
        self.places.iter().find(|(name, _)| *name == key).map(|(_, span)| span.clone())
    }

    /// Complains of what makes no sense in the failure-free gear, if that is what runs.
    #[cold]
    #[inline(never)]
    pub(super) fn needs_timers(&mut self, span: Range<usize>, what: &[&str]) {
        if self.config.raft.timing.is_none() {
            let help = "add a [timers] table, empty if you like: it turns on full Raft. Without timeouts nobody \
                        sends again what was lost, nor takes the place of a leader that is gone";
            self.complain(span, &[&glue(what), " needs [timers]"], &[help]);
        }
    }

    /// Says what the parser says, in words for somebody who does not know its terms where they mislead.
    #[cold]
    pub(super) fn not_toml(&mut self, error: &crate::document::Error) {
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

    /// Reads the whole file.
    pub(super) fn read(&mut self, file: &DeTable<'_>) {
        if file.iter().any(|(key, _)| key.get_ref() == "timers") {
            self.config.raft.timing = Some(Timing::default());
            self.config.network.latency_ms = (5, 15);
        }
        self.entries(&TOP, file);
        self.settle();
        if let Some((_, value)) = file.iter().find(|(key, _)| key.get_ref() == "fault") {
            self.faults(value);
        }
    }

    /// Reads what is written in a table.
    pub(super) fn entries(&mut self, table: &Table, entries: &DeTable<'_>) {
        for (key, value) in entries {
            let (name, span) = (key.get_ref().as_ref(), key.span());
            match table.keys.iter().find(|known| known.name == name) {
                Some(known) => {
                    if NEEDS_TIMERS.contains(&name) {
                        self.needs_timers(span.clone(), &["`", name, "`"]);
                    }
                    self.entry(known, &Entry { name: known.name, span, value });
                }
                None => self.unknown_key(name, span, table),
            }
        }
    }

    fn entry(&mut self, key: &Key, entry: &Entry<'_>) {
        let &Entry { name, value, .. } = entry;
        self.places.push((name, value.span()));
        match &key.kind {
            Kind::Number(allowed, set) => {
                let number = self.number([name, " must be a whole number"], value, allowed);
                set(self, number);
            }
            Kind::MinMax(allowed, set) => {
                let range = self.min_max(name, value, allowed);
                set(self, range);
            }
            Kind::Switch(set) => match value.get_ref() {
                DeValue::Boolean(on) => set(self, *on),
                _ => self.wrong_type(&[name, " must be true or false"], value),
            },
            Kind::Text(set) => {
                let text = self.some_text(name, value);
                set(self.config.scenario.get_or_insert_default(), text);
            }
            Kind::Table(table) => match value.get_ref() {
                DeValue::Table(entries) => self.entries(table, entries),
                _ => self.wrong_type(&[name, " must be a table, ", table.title], value),
            },
            Kind::Verb(verb) => self.verb(*verb, entry),
            Kind::Other(read) => read(self, entry),
            Kind::Later => {}
        }
    }

    /// Reads each of the tables that are written as `[[key]]`.
    pub(super) fn tables(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        allowed: &RangeInclusive<u64>,
        read: fn(&mut Self, Range<usize>, &DeTable<'_>),
    ) {
        let must_be = [key, " must be written as [[", key, "]], a table for each ", key];
        let DeValue::Array(tables) = value.get_ref() else { return self.wrong_type(&must_be, value) };
        for (place, table) in tables.iter().enumerate() {
            if place as u64 == *allowed.end() {
                let most = digits(place as u64);
                return self.complain(table.span(), &["there may be at most ", &most, " [[", key, "]] tables"], &[]);
            }
            match table.get_ref() {
                DeValue::Table(entries) => read(self, table.span(), entries),
                _ => self.wrong_type(&must_be, table),
            }
        }
    }

    /// What is not a number in the range is complained of, and stands for the largest: so nothing else is found to be
    /// too large for it. What it must be is told as the key and the rest.
    #[inline(never)]
    fn number(&mut self, must_be: [&str; 2], value: &Spanned<DeValue<'_>>, allowed: &RangeInclusive<u64>) -> u64 {
        if let DeValue::Integer(integer) = value.get_ref()
            && let Some(number) = whole_number(integer.as_str(), integer.radix())
            && allowed.contains(&number)
        {
            return number;
        }
        let must_be = within(must_be, allowed);
        match value.get_ref() {
            DeValue::Integer(_) => {
                let (found, dots) = cut(&self.text[value.span()]);
                self.complain(value.span(), &[&must_be, ", found ", found, dots], &[]);
            }
            _ => self.wrong_type(&[&must_be], value),
        }
        *allowed.end()
    }

    fn min_max(&mut self, name: &str, value: &Spanned<DeValue<'_>>, allowed: &RangeInclusive<u64>) -> (u32, u32) {
        let must_be = [name, " must be a whole number, or two as [MIN, MAX],"];
        let [min, max] = match value.get_ref() {
            DeValue::Array(_) => match self.pair(&[&within(must_be, allowed)], value) {
                Some(pair) => pair,
                None => return (0, 0),
            },
            _ => [value, value],
        };
        let (least, most) = (self.number(must_be, min, allowed) as u32, self.number(must_be, max, allowed) as u32);
        if least > most {
            let (least, most) = (digits(least.into()), digits(most.into()));
            let message = [name, " has ", &least, " for the shortest and ", &most, " for the longest"];
            self.complain(min.span().start..max.span().end, &message, &["write [", &most, ", ", &least, "]"]);
        }
        (least, most)
    }

    /// What is in a list of two.
    #[inline(never)]
    pub(super) fn pair<'v>(
        &mut self,
        must_be: &[&str],
        value: &'v Spanned<DeValue<'v>>,
    ) -> Option<[&'v Spanned<DeValue<'v>>; 2]> {
        match value.get_ref().as_array().map(|items| &items[..]) {
            Some([one, other]) => return Some([one, other]),
            Some(items) => {
                let found = digits(items.len() as u64);
                self.complain(value.span(), &[&glue(must_be), ", found a list of ", &found], &[]);
            }
            None => self.wrong_type(must_be, value),
        }
        None
    }

    /// A text without the blanks around it.
    fn some_text(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> String {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(&[name, " must be a text in quotes"], value);
            return String::new();
        };
        let text = text.trim_ascii();
        if text.is_empty() {
            self.complain(value.span(), &[name, " must not be empty"], &[]);
        } else if text.contains(|c: char| is_disruptive(c) && !matches!(c, '\n' | '\r')) {
            self.complain(value.span(), &[name, " has a control character in it"], &["leave out all but line ends"]);
        }
        text.to_owned()
    }

    #[cold]
    #[inline(never)]
    pub(super) fn wrong_type(&mut self, must_be: &[&str], value: &Spanned<DeValue<'_>>) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a floating-point number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.complain(value.span(), &[&glue(must_be), ", found ", found], &[]);
    }

    #[cold]
    fn unknown_key(&mut self, key: &str, span: Range<usize>, table: &Table) {
        let (found, dots) = cut(key);
        let message = ["unknown key `", found, dots, "`"];
        let allowed: Vec<_> = table.keys.iter().map(|known| known.name).collect();
        let allowed_here = glue(&["allowed here: ", &allowed.join(", ")]);
        let home = TABLES.iter().find(|other| other.keys.iter().any(|known| known.name == key));
        match (home, nearest(key, &allowed)) {
            (Some(home), _) => self.complain(span, &message, &["move it to ", home.title, " (", &allowed_here, ")"]),
            (_, Some(near)) => self.complain(span, &message, &["did you mean `", near, "`? (", &allowed_here, ")"]),
            _ => self.complain(span, &message, &[&allowed_here]),
        }
    }

    /// The strings of a list, each with its place; none if it is no list. What is no string is complained of.
    pub(super) fn strings<'v>(
        &mut self,
        must_be: &str,
        value: &'v Spanned<DeValue<'_>>,
    ) -> Option<Vec<(&'v str, Range<usize>)>> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(&[must_be], value);
            return None;
        };
        let mut strings = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(string) => strings.push((string.as_ref(), item.span())),
                _ => self.wrong_type(&[must_be], item),
            }
        }
        Some(strings)
    }

    pub(super) fn keys(&mut self, &Entry { value, .. }: &Entry<'_>) {
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
}

/// Whether a character would end the line that it stands in, or turn the rest of it around.
#[inline(never)]
pub(crate) fn is_disruptive(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text that is quoted in a message: as much as does not hide the message, and dots for the rest.
#[inline(never)]
pub(crate) fn cut(text: &str) -> (&str, &str) {
    match text.char_indices().nth(QUOTED_WIDTH) {
        Some((end, _)) => (&text[..end], "…"),
        None => (text, ""),
    }
}

/// Reads a whole number with or without a sign; none if it is less than 0, or beyond all ranges.
pub(crate) fn whole_number(written: &str, radix: u32) -> Option<u64> {
    let (digits, most) = match written.as_bytes() {
        [b'-', digits @ ..] => (digits, 0),
        [b'+', digits @ ..] | digits => (digits, *SEED.end()),
    };
    let mut number = 0;
    for &digit in digits {
        // Digits and ranges are so small that this does not overflow before it is found to be too much.
        number = number * u64::from(radix) + u64::from(char::from(digit).to_digit(radix)?);
        if number > most {
            return None;
        }
    }
    (!digits.is_empty()).then_some(number)
}

/// A key, what its value must be, and in which range.
#[cold]
#[inline(never)]
fn within([key, must_be]: [&str; 2], allowed: &RangeInclusive<u64>) -> String {
    glue(&[key, must_be, " from ", &digits(*allowed.start()), " to ", &digits(*allowed.end())])
}

/// A text of pieces. Everybody makes texts, and this is carried once.
#[cold]
#[inline(never)]
pub(crate) fn glue(pieces: &[&str]) -> String {
    pieces.concat()
}

/// A number as text, on the stack: nobody has to free it, and it is carried once.
pub(crate) struct Digits([u8; 20]);

impl Deref for Digits {
    type Target = str;

    fn deref(&self) -> &str {
        str::from_utf8(self.0.trim_ascii_start()).unwrap_or_default()
    }
}

#[cold]
#[inline(never)]
pub(crate) fn digits(mut number: u64) -> Digits {
    let mut digits = [b' '; 20];
    for place in digits.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    Digits(digits)
}

/// The known word that this one was probably meant to be.
#[cold]
#[inline(never)]
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_ascii_lowercase().replace('-', "_");
    let near = known.iter().map(|&known| (strsim::osa_distance(&word, known), known)).min()?;
    (near.0 <= near.1.len().div_ceil(3)).then_some(near.1)
}
