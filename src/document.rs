//! A TOML text as a tree in which everything knows its place.
//!
//! The grammar is that of `toml_parser`, by which the crate `toml` reads, too. The tree is our own, under the names that it
//! has there, because theirs would make the page's first load 9 KB heavier; `tests/document.rs` holds one against the
//! other. Left out: whether there is such a day or hour as is written, since nobody here takes one.

use std::borrow::Cow;
use std::iter::Map;
use std::mem;
use std::ops::Range;
use std::slice::Iter;

use toml_parser::decoder::ScalarKind;
use toml_parser::parser::{Event, EventKind, RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{Expected, ParseError, Raw, Source};

/// So deep may values be in each other, and so many keys may be joined by dots.
const DEEPEST: usize = 80;

/// Something with its place in the text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    span: Range<usize>,
    value: T,
}

impl<T> Spanned<T> {
    /// Its place.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What stands there.
    pub fn get_ref(&self) -> &T {
        &self.value
    }
}

/// A key, without its quotes.
pub type DeString<'a> = Cow<'a, str>;

/// What a key can stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeValue<'a> {
    /// A text, without its quotes.
    String(DeString<'a>),
    /// A whole number of any size.
    Integer(DeInteger<'a>),
    /// A floating-point number, as it is written but without `_`.
    Float(DeString<'a>),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or time, as it is written.
    Datetime(DeString<'a>),
    /// A list, or all tables of one `[[name]]`.
    Array(Vec<Spanned<DeValue<'a>>>),
    /// A table.
    Table(DeTable<'a>),
}

impl<'a> DeValue<'a> {
    /// What is in it, if it is a list.
    pub fn as_array(&self) -> Option<&Vec<Spanned<DeValue<'a>>>> {
        match self {
            DeValue::Array(items) => Some(items),
            _ => None,
        }
    }

    fn type_str(&self) -> &'static str {
        match self {
            DeValue::String(_) => "string",
            DeValue::Integer(_) => "integer",
            DeValue::Float(_) => "float",
            DeValue::Boolean(_) => "boolean",
            DeValue::Datetime(_) => "datetime",
            DeValue::Array(_) => "array",
            DeValue::Table(_) => "table",
        }
    }
}

/// The digits of a whole number, with a sign if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeInteger<'a> {
    digits: DeString<'a>,
    radix: u32,
}

impl DeInteger<'_> {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// What they count in: 2, 8, 10 or 16.
    pub fn radix(&self) -> u32 {
        self.radix
    }
}

type Entry<'a> = (Spanned<DeString<'a>>, Spanned<DeValue<'a>>);

/// Keys and what they stand for, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeTable<'a> {
    entries: Vec<Entry<'a>>,
    made: Made,
}

/// How a table came to be, which decides what may be added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    /// By its own header, or as the whole text.
    ByHeader,
    /// By the header of a table inside it; its own may follow.
    ByInnerHeader,
    /// By a key with dots.
    ByDots,
    /// In braces, behind which nothing is added.
    InBraces,
}

/// A key with the keys before its dots.
struct Path<'a> {
    tables: Vec<Spanned<DeString<'a>>>,
    key: Spanned<DeString<'a>>,
}

impl<'a> DeTable<'a> {
    /// Reads a text.
    ///
    /// # Errors
    /// If it is not TOML. The error is the first one that is met.
    pub fn parse(text: &'a str) -> Result<Spanned<DeTable<'a>>, Error> {
        let source = Source::new(text);
        let tokens = source.lex().into_vec();
        let mut events = Vec::new();
        let mut keep = |event: Event| {
            if !matches!(event.kind(), EventKind::Whitespace | EventKind::Comment | EventKind::Newline) {
                events.push(event);
            }
        };
        let mut error = None;
        let mut validated = ValidateWhitespace::new(&mut keep, source);
        parse_document(&tokens, &mut RecursionGuard::new(&mut validated, DEEPEST as u32), &mut error);
        if let Some(error) = error {
            return Err(error.into());
        }
        let value = Reader { source, events: events.iter() }.document()?;
        Ok(Spanned { span: 0..text.len(), value })
    }

    /// The entries in their order.
    pub fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        self.into_iter()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn new(made: Made) -> Self {
        DeTable { entries: Vec::new(), made }
    }

    fn find(&mut self, key: &str) -> Option<&mut Entry<'a>> {
        self.entries.iter_mut().find(|(known, _)| known.value == key)
    }

    /// The table that these keys lead to. Tables that are not there are made.
    fn descend(&mut self, keys: Vec<Spanned<DeString<'a>>>, made: Made) -> Result<&mut Self, Error> {
        let mut table = self;
        for key in keys {
            let span = key.span();
            if table.find(&key.value).is_none() {
                table.entries.push((key.clone(), Spanned { span: key.span(), value: DeValue::Table(Self::new(made)) }));
            }
            let known = table.find(&key.value).map(|(_, known)| &mut known.value);
            table = match known {
                Some(DeValue::Table(inner)) => {
                    match (inner.made, made) {
                        (Made::InBraces, _) => return Err(Error::cannot_extend("inline table", span)),
                        (Made::ByHeader, Made::ByDots) => return Err(Error::twice(span)),
                        (Made::ByInnerHeader, Made::ByDots) => inner.made = Made::ByDots,
                        _ => {}
                    }
                    inner
                }
                Some(DeValue::Array(items)) => match last_table(items) {
                    Some(last) => last,
                    None => return Err(Error::cannot_extend("array", span)),
                },
                other => return Err(Error::cannot_extend(other.map_or("", |other| other.type_str()), span)),
            };
        }
        Ok(table)
    }

    /// Adds what a key stands for.
    fn add(&mut self, Path { tables, key }: Path<'a>, value: Spanned<DeValue<'a>>) -> Result<(), Error> {
        let has_dots = !tables.is_empty();
        let table = self.descend(tables, Made::ByDots)?;
        if table.find(&key.value).is_some() || (has_dots && table.made == Made::ByHeader) {
            return Err(Error::twice(key.span));
        }
        table.entries.push((key, value));
        Ok(())
    }

    /// The table of a header. It is made, unless it is one that may have its header now.
    fn open(&mut self, Path { tables, key }: Path<'a>, span: Range<usize>, is_array: bool) -> Result<&mut Self, Error> {
        let table = self.descend(tables, Made::ByInnerHeader)?;
        let new = Spanned { span: span.clone(), value: DeValue::Table(Self::new(Made::ByHeader)) };
        match table.find(&key.value) {
            None if is_array => {
                table.entries.push((key.clone(), Spanned { span, value: DeValue::Array(vec![new]) }));
            }
            None => table.entries.push((key.clone(), new)),
            Some((known_key, known)) => match &mut known.value {
                DeValue::Array(items) if is_array => match last_table(items) {
                    Some(_) => items.push(new),
                    None => return Err(Error::twice(key.span)),
                },
                DeValue::Table(inner) if !is_array && inner.made == Made::ByInnerHeader => {
                    inner.made = Made::ByHeader;
                    (*known_key, known.span) = (key.clone(), span);
                }
                _ => return Err(Error::twice(key.span)),
            },
        }
        table.descend(vec![key], Made::ByHeader)
    }
}

/// The last table of a `[[name]]`; none if this is a list in brackets.
fn last_table<'t, 'a>(items: &'t mut [Spanned<DeValue<'a>>]) -> Option<&'t mut DeTable<'a>> {
    match &mut items.last_mut()?.value {
        DeValue::Table(last) if last.made != Made::InBraces => Some(last),
        _ => None,
    }
}

impl<'t, 'a> IntoIterator for &'t DeTable<'a> {
    type Item = (&'t Spanned<DeString<'a>>, &'t Spanned<DeValue<'a>>);
    type IntoIter = Map<Iter<'t, Entry<'a>>, fn(&'t Entry<'a>) -> Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter().map(|(key, value)| (key, value))
    }
}

/// Why a text is not TOML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    message: String,
    span: Option<Range<usize>>,
}

impl Error {
    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where, in bytes; none if it is no place in particular.
    pub fn span(&self) -> Option<Range<usize>> {
        self.span.clone()
    }

    fn twice(span: Range<usize>) -> Self {
        Error { message: "duplicate key".to_owned(), span: Some(span) }
    }

    fn cannot_extend(what: &str, span: Range<usize>) -> Self {
        Error { message: ["cannot extend value of type ", what, " with a dotted key"].concat(), span: Some(span) }
    }
}

impl From<ParseError> for Error {
    fn from(error: ParseError) -> Self {
        let mut message = error.description().to_owned();
        let mut before = ", expected ";
        for expected in error.expected().unwrap_or_default() {
            message += before;
            match expected {
                Expected::Literal("\n") => message += "newline",
                Expected::Literal(literal) => message.extend(["`", literal, "`"]),
                Expected::Description(description) => message += description,
                _ => message += "etc",
            }
            before = ", ";
        }
        if error.expected().is_some_and(|expected| expected.is_empty()) {
            message += ", expected nothing";
        }
        Error { message, span: error.unexpected().map(|span| span.start()..span.end()) }
    }
}

/// Makes the tree. The text is well formed by now, which leaves keys and values to be looked into.
struct Reader<'a, 'e> {
    source: Source<'a>,
    events: Iter<'e, Event>,
}

impl<'a> Reader<'a, '_> {
    fn document(&mut self) -> Result<DeTable<'a>, Error> {
        let mut root = DeTable::new(Made::ByHeader);
        let mut table = &mut root;
        while self.peek().is_some() {
            let event = self.next();
            if event.kind() == EventKind::SimpleKey {
                self.entry(event, table)?;
            } else {
                let first = self.next();
                let path = self.path(first)?;
                let span = range(event).start..range(self.next()).end;
                table = root.open(path, span, event.kind() == EventKind::ArrayTableOpen)?;
            }
        }
        Ok(root)
    }

    fn peek(&self) -> Option<EventKind> {
        self.events.as_slice().first().map(Event::kind)
    }

    fn next(&mut self) -> Event {
        *self.events.next().expect("what begins in a well-formed text also ends there")
    }

    /// Adds the entry that begins with this key.
    fn entry(&mut self, first: Event, table: &mut DeTable<'a>) -> Result<(), Error> {
        let path = self.path(first)?;
        // The `=`.
        self.next();
        let value = self.value()?;
        table.add(path, value)
    }

    fn path(&mut self, first: Event) -> Result<Path<'a>, Error> {
        let mut tables = Vec::new();
        let mut key = self.key(first)?;
        while self.peek() == Some(EventKind::KeySep) {
            self.next();
            let event = self.next();
            tables.push(mem::replace(&mut key, self.key(event)?));
        }
        if tables.len() >= DEEPEST {
            return Err(Error { message: "recursion limit".to_owned(), span: None });
        }
        Ok(Path { tables, key })
    }

    fn key(&self, event: Event) -> Result<Spanned<DeString<'a>>, Error> {
        let (mut key, mut error) = (Cow::Borrowed(""), None);
        self.raw(event).decode_key(&mut key, &mut error);
        match error {
            Some(error) => Err(ParseError::into(error)),
            None => Ok(Spanned { span: range(event), value: key }),
        }
    }

    fn value(&mut self) -> Result<Spanned<DeValue<'a>>, Error> {
        let event = self.next();
        let Range { start, mut end } = range(event);
        let value = match event.kind() {
            EventKind::ArrayOpen => {
                let mut items = Vec::new();
                end = loop {
                    match self.peek() {
                        Some(EventKind::ArrayClose) => break range(self.next()).end,
                        Some(EventKind::ValueSep) => drop(self.next()),
                        _ => items.push(self.value()?),
                    }
                };
                DeValue::Array(items)
            }
            EventKind::InlineTableOpen => {
                let mut table = DeTable::new(Made::ByHeader);
                end = loop {
                    let event = self.next();
                    match event.kind() {
                        EventKind::InlineTableClose => break range(event).end,
                        EventKind::ValueSep => {}
                        _ => self.entry(event, &mut table)?,
                    }
                };
                table.made = Made::InBraces;
                DeValue::Table(table)
            }
            _ => self.scalar(event)?,
        };
        Ok(Spanned { span: start..end, value })
    }

    fn scalar(&self, event: Event) -> Result<DeValue<'a>, Error> {
        let (mut text, mut error) = (Cow::Borrowed(""), None);
        let kind = self.raw(event).decode_scalar(&mut text, &mut error);
        if let Some(error) = error {
            return Err(ParseError::into(error));
        }
        Ok(match kind {
            ScalarKind::String => DeValue::String(text),
            ScalarKind::Boolean(flag) => DeValue::Boolean(flag),
            ScalarKind::DateTime => DeValue::Datetime(text),
            ScalarKind::Float => DeValue::Float(text),
            ScalarKind::Integer(radix) => DeValue::Integer(DeInteger { digits: text, radix: radix.value() }),
        })
    }

    fn raw(&self, event: Event) -> Raw<'a> {
        self.source.get(event).expect("what is met in a text is there")
    }
}

fn range(event: Event) -> Range<usize> {
    event.span().start()..event.span().end()
}
