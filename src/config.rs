//! The configuration: TOML text in, a [`Config`] out, or an error that says where, what was found, and what is allowed.
//!
//! Every key may be left out, and then has its default. Nothing is ignored: an unknown key or a value of the wrong type
//! is an error, never silently a default.
//!
//! Left out: the tables of full Raft (`timers`, `network`, `fault` and their kin). They are refused by name.

use std::fmt;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::kv::{Command, Texts};

/// How many nodes a cluster may have.
pub const NUM_NODES: RangeInclusive<u64> = 1..=101;
/// How many clients there may be.
pub const NUM_CLIENTS: RangeInclusive<u64> = 0..=1_000;
/// How many requests a client may send.
pub const REQUESTS_PER_CLIENT: RangeInclusive<u64> = 0..=1_000_000;
/// The seeds: all whole numbers that JavaScript can hold exactly.
pub const SEED: RangeInclusive<u64> = 0..=(1 << 53) - 1;

const BYTE_ORDER_MARK: char = '\u{feff}';
const TOP_KEYS: [&str; 6] = ["num_nodes", "num_clients", "seed", "requests_per_client", "keys", "client"];
const CLIENT_KEYS: [&str; 1] = ["requests"];
const OPERATIONS: [&str; 3] = ["put", "get", "delete"];
/// What belongs to full Raft, and is refused here.
const FULL_RAFT_KEYS: [&str; 7] = ["timers", "network", "fault", "raft", "chaos", "duration_ms", "max_steps"];

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How many nodes the cluster has, 1 to 101.
    pub num_nodes: u32,
    /// How many clients there are, 0 to 1,000.
    pub num_clients: u32,
    /// How many requests each client without a script sends, 0 to 1,000,000.
    pub requests_per_client: u32,
    /// The seed of the run, 0 to 2^53 - 1. If there is none, one is drawn afresh.
    pub seed: Option<u64>,
    /// The keys that clients without a script draw from, at least one.
    pub keys: Vec<String>,
    /// What the first clients ask, in order; clients behind the last script draw their requests.
    pub scripts: Vec<Vec<Command>>,
    /// The strings of the scripts.
    pub texts: Texts,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            num_nodes: 5,
            num_clients: 3,
            requests_per_client: 5,
            seed: None,
            keys: ["a", "b", "c", "d", "e"].map(String::from).into(),
            scripts: Vec::new(),
            texts: Texts::default(),
        }
    }
}

impl Config {
    /// Reads a configuration. `file` is the name that errors call it by.
    ///
    /// # Errors
    /// If it is not TOML, or says what is not allowed. The error is about the first such place.
    pub fn parse(file: &str, text: &str) -> Result<Config, ConfigError> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let mut reader = Reader { text, config: Config::default(), mistakes: Vec::new() };
        match DeTable::parse(text) {
            Ok(table) => reader.read(table.get_ref()),
            Err(error) => reader.not_toml(&error),
        }
        match reader.mistakes.into_iter().min_by_key(|mistake| mistake.span.start) {
            Some(mistake) => Err(mistake.locate(file, text)),
            None => Ok(reader.config),
        }
    }

    /// Reads a configuration from the bytes of a file, see [`Config::parse`].
    ///
    /// # Errors
    /// If it is not UTF-8, or as there.
    pub fn parse_bytes(file: &str, bytes: &[u8]) -> Result<Config, ConfigError> {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let place = match std::str::from_utf8(bytes) {
            Ok(text) => return Config::parse(file, text),
            Err(error) => error.valid_up_to(),
        };
        // Replaced, so that it can be shown; all that stands before it keeps its place.
        let text = String::from_utf8_lossy(bytes);
        let mistake = Mistake {
            span: place..place + char::REPLACEMENT_CHARACTER.len_utf8(),
            message: format!("this is not UTF-8: found the byte 0x{:02x}", bytes[place]),
            help: Some("save the file as UTF-8 text".to_owned()),
        };
        Err(mistake.locate(file, &text))
    }
}

/// Why a configuration cannot be run, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The name of the file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// How many characters are meant, at least 1.
    pub width: u32,
    /// The whole line.
    pub source: String,
    /// What is wrong: what was found, and what is allowed.
    pub message: String,
    /// How to mend it, where that can be guessed.
    pub help: Option<String>,
}

impl std::error::Error for ConfigError {}

/// More of a line than this is cut from what is shown of it, in characters.
const SHOWN_WIDTH: usize = 100;
/// More of a name than this is cut from messages, in characters.
const QUOTED_WIDTH: usize = 40;

impl fmt::Display for ConfigError {
    /// The message with its place, the line with a caret under what is meant, and the help.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ConfigError { file, line, column, width, source, message, help } = self;
        let message: String = message.chars().map(printable).collect();
        writeln!(f, "{file}:{line}:{column}: {message}")?;

        let (column, width) = (*column as usize - 1, *width as usize);
        let start = if column + width > SHOWN_WIDTH { column.saturating_sub(SHOWN_WIDTH / 2) } else { 0 };
        let shown: String = source.chars().skip(start).take(SHOWN_WIDTH).map(printable).collect();
        // Tabs stay tabs, so that the caret stands below what it means.
        let blank: String =
            source.chars().skip(start).take(column - start).map(|c| if c == '\t' { c } else { ' ' }).collect();
        let carets = "^".repeat(width.min(SHOWN_WIDTH - (column - start)).max(1));
        let gutter = " ".repeat(line.to_string().len());
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{line} | {shown}")?;
        write!(f, "{gutter} | {blank}{carets}")?;
        if let Some(help) = help {
            write!(f, "\n{gutter} = {help}")?;
        }
        Ok(())
    }
}

/// What a terminal would take for a command is shown as a mark.
fn printable(c: char) -> char {
    if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}

/// Something wrong, at some bytes of the text.
struct Mistake {
    span: Range<usize>,
    message: String,
    help: Option<String>,
}

impl Mistake {
    fn locate(self, file: &str, text: &str) -> ConfigError {
        let Mistake { span, message, help } = self;
        let bytes = text.as_bytes();
        let mut start = span.start.min(bytes.len());
        // What is behind the last line is shown at its end, where a person looks.
        if bytes[start..].iter().all(u8::is_ascii_whitespace) {
            while start > 0 && matches!(bytes[start - 1], b'\r' | b'\n') {
                start -= 1;
            }
        }
        let line_start = bytes[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let is_line_end = |&byte: &u8| matches!(byte, b'\r' | b'\n');
        let line_end = bytes[start..].iter().position(is_line_end).map_or(bytes.len(), |len| start + len);
        ConfigError {
            file: file.to_owned(),
            line: count(bytes[..start].iter().filter(|&&byte| byte == b'\n')) + 1,
            column: count_chars(&bytes[line_start..start]) + 1,
            width: count_chars(&bytes[start..span.end.clamp(start, line_end)]).max(1),
            source: text[line_start..line_end].to_owned(),
            message,
            help,
        }
    }
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// How many characters begin in these bytes of UTF-8.
fn count_chars(bytes: &[u8]) -> u32 {
    count(bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000))
}

/// Reads the parsed table into a configuration, and collects what is wrong.
struct Reader<'a> {
    text: &'a str,
    config: Config,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn complain(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        self.mistakes.push(Mistake { span, message, help });
    }

    /// Says what the parser says, in words for somebody who does not know its terms where they mislead.
    fn not_toml(&mut self, error: &toml::de::Error) {
        let span = error.span().unwrap_or(self.text.len()..self.text.len());
        let found = &self.text[span.clone()];
        let (message, help) = match error.message() {
            "duplicate key" => (format!("`{}` is given twice", cut(found)), Some("keep one of the two")),
            said if said.starts_with("string values must be quoted") && found.trim().is_empty() => {
                ("this is not valid TOML: there is no value behind the `=`".to_owned(), None)
            }
            said if said.starts_with("string values must be quoted") => {
                let message = format!("this is not valid TOML: `{}` is not a value", cut(found));
                (message, Some("a value is a number, a text in quotes, or a list of them in [ ]"))
            }
            said => (format!("this is not valid TOML: {said}"), None),
        };
        self.complain(span, message, help.map(str::to_owned));
    }

    fn read(&mut self, table: &DeTable<'_>) {
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
            Some((number, span)) if number < scripts => self.complain(
                span,
                format!("num_clients is {number}, but there are {scripts} [[client]] tables"),
                Some(format!("write num_clients = {scripts}, or leave it out")),
            ),
            Some((number, _)) => self.config.num_clients = number as u32,
            None if scripts > 0 => self.config.num_clients = scripts as u32,
            None => {}
        }
    }

    fn number(&mut self, key: &str, value: &Spanned<DeValue<'_>>, allowed: RangeInclusive<u64>) -> Option<u64> {
        let must_be = format!("{key} must be a whole number from {} to {}", allowed.start(), allowed.end());
        let DeValue::Integer(integer) = value.get_ref() else {
            self.wrong_type(&must_be, value);
            return None;
        };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if allowed.contains(&number) => Some(number),
            _ => {
                let found = cut(&self.text[value.span()]);
                self.complain(value.span(), format!("{must_be}, found {found}"), None);
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
        self.complain(value.span(), format!("{must_be}, found {found}"), None);
    }

    fn unknown_key(&mut self, key: &str, span: Range<usize>, allowed: &[&str]) {
        if FULL_RAFT_KEYS.contains(&key) {
            self.complain(
                span,
                format!("`{key}` belongs to full Raft, and this version emulates the failure-free run only"),
                Some("remove it: there are no timeouts, no faults and no delays yet".to_owned()),
            );
            return;
        }
        let allowed_here = format!("allowed here: {}", allowed.join(", "));
        let help = match nearest(key, allowed) {
            _ if TOP_KEYS.contains(&key) => format!("move it above the first [[client]] ({allowed_here})"),
            Some(known) => format!("did you mean `{known}`? ({allowed_here})"),
            None => allowed_here,
        };
        self.complain(span, format!("unknown key `{}`", cut(key)), Some(help));
    }

    /// The items of a list of strings, and whether all of them are strings.
    fn strings<'v>(&mut self, must_be: &str, value: &'v Spanned<DeValue<'_>>) -> Vec<(&'v str, Range<usize>)> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(must_be, value);
            return Vec::new();
        };
        let mut strings = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(string) => strings.push((string.as_ref(), item.span())),
                _ => self.wrong_type(must_be, item),
            }
        }
        strings
    }

    fn keys(&mut self, value: &Spanned<DeValue<'_>>) {
        let must_be = "keys must be a list of one or more strings";
        let before = self.mistakes.len();
        let strings = self.strings(must_be, value);
        if strings.is_empty() && self.mistakes.len() == before {
            self.complain(value.span(), format!("{must_be}, found an empty list"), None);
        }
        let mut keys: Vec<String> = Vec::new();
        for (key, span) in strings {
            if key.is_empty() || key.contains(|c: char| c.is_ascii_whitespace() || c.is_control()) {
                let help = "a key has no blanks, lest it be taken for two words".to_owned();
                self.complain(span, "this cannot be a key".to_owned(), Some(help));
            } else if keys.iter().any(|other| other == key) {
                self.complain(span, format!("the key \"{}\" is in the list twice", cut(key)), None);
            }
            keys.push(key.to_owned());
        }
        self.config.keys = keys;
    }

    fn clients(&mut self, value: &Spanned<DeValue<'_>>) {
        let must_be = "client must be written as [[client]], a table for each client";
        let DeValue::Array(tables) = value.get_ref() else { return self.wrong_type(must_be, value) };
        if tables.len() as u64 > *NUM_CLIENTS.end() {
            let (found, most) = (tables.len(), NUM_CLIENTS.end());
            let message = format!("there may be at most {most} [[client]] tables, found {found}");
            return self.complain(tables_span(tables), message, None);
        }
        for table in tables.iter() {
            let DeValue::Table(entries) = table.get_ref() else {
                self.wrong_type(must_be, table);
                continue;
            };
            let mut script = None;
            for (key, value) in entries {
                match key.get_ref().as_ref() {
                    "requests" => script = Some(self.script(value)),
                    unknown => self.unknown_key(unknown, key.span(), &CLIENT_KEYS),
                }
            }
            if script.is_none() {
                let help = Some("write requests = [\"put x hello\", \"get x\", \"delete x\"]".to_owned());
                self.complain(table.span(), "a [[client]] needs its requests".to_owned(), help);
            }
            self.config.scripts.push(script.unwrap_or_default());
        }
    }

    fn script(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<Command> {
        let requests = self.strings("requests must be a list of strings such as \"put x hello\"", value);
        let mut script = Vec::new();
        for (request, span) in requests {
            match parse_request(request, &mut self.config.texts) {
                Ok(command) => script.push(command),
                Err(BadRequest { place, message, help }) => {
                    let span = self.span_in_string(request, span, place);
                    self.complain(span, message, Some(help));
                }
            }
        }
        script
    }

    /// Where a part of a string stands in the text; the whole string if it is written with escapes.
    fn span_in_string(&self, string: &str, span: Range<usize>, part: Range<usize>) -> Range<usize> {
        let written = &self.text[span.clone()];
        let is_plain = written.get(1..written.len() - 1) == Some(string);
        if is_plain { span.start + 1 + part.start..span.start + 1 + part.end } else { span }
    }
}

fn tables_span(tables: &DeArray<'_>) -> Range<usize> {
    tables.iter().next().map_or(0..0, Spanned::span)
}

/// Why a request cannot be sent.
struct BadRequest {
    /// Which bytes of the request are meant.
    place: Range<usize>,
    message: String,
    help: String,
}

/// Reads `put KEY VALUE`, `get KEY` or `delete KEY`. The value is the rest of the line, blanks within it included.
fn parse_request(request: &str, texts: &mut Texts) -> Result<Command, BadRequest> {
    let bad = |part: &str, message: String, help: &str| {
        let start = part.as_ptr() as usize - request.as_ptr() as usize;
        Err(BadRequest { place: start..start + part.len(), message, help: help.to_owned() })
    };
    if let Some(place) = request.find(char::is_control) {
        let part = &request[place..place + request[place..].chars().next().map_or(0, char::len_utf8)];
        let help = "a line of the trace is one line: leave out line ends, tabs and other control characters";
        return bad(part, "this request has a control character in it".to_owned(), help);
    }
    let (operation, rest) = split_word(request);
    let (key, rest) = split_word(rest);
    let usage = match operation {
        "put" => "put KEY VALUE",
        "get" => "get KEY",
        "delete" => "delete KEY",
        _ => {
            let allowed = "a request is put KEY VALUE, get KEY or delete KEY";
            let help = match nearest(operation, &OPERATIONS) {
                Some(known) => format!("did you mean `{known}`? ({allowed})"),
                None => allowed.to_owned(),
            };
            let message = match operation {
                "" => "this request is empty".to_owned(),
                _ => format!("`{}` is not a request", cut(operation)),
            };
            return bad(operation, message, &help);
        }
    };
    let usage = format!("write it as \"{usage}\"");
    let value = rest.trim_ascii();
    match (operation, key, value) {
        (_, "", _) => bad(request, format!("`{}` lacks its key", cut(request)), &usage),
        ("put", _, "") => bad(request, format!("`{}` lacks its value", cut(request)), &usage),
        ("put", key, value) => Ok(Command::Put { key: texts.intern(key), value: texts.intern(value) }),
        ("get", key, "") => Ok(Command::Get { key: texts.intern(key) }),
        ("delete", key, "") => Ok(Command::Delete { key: texts.intern(key) }),
        (_, _, surplus) => bad(surplus, format!("`{operation}` takes a key and nothing behind it"), &usage),
    }
}

/// A text that is quoted in a message, cut where it would hide the message.
fn cut(text: &str) -> String {
    match text.char_indices().nth(QUOTED_WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
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
    let distance = |known: &str| strsim::osa_distance(&word, known);
    let nearest = known.iter().copied().min_by_key(|known| distance(known))?;
    (distance(nearest) <= nearest.len().div_ceil(3)).then_some(nearest)
}
