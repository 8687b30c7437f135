//! Histories as JSON: the file that `raft_kv check` reads, and that any other program can write.
//!
//! An array of operations, or one operation a line (JSON Lines):
//! `{"client": 1, "op": "put x hello", "start": 12, "end": 15, "result": "ok"}`.

use std::fmt;
use std::io::{self, Write};

use raft_kv::history::{History, Operation};
use raft_kv::kv::{Command, Reply, Texts};
use serde::{Deserialize, Serialize};

/// One operation, as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    client: u64,
    op: String,
    start: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<Answer>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "a result is \"ok\", \"key already exists\", \"key not found\" or {\"value\": \"...\"}")]
enum Answer {
    Word(Word),
    Value(Value),
}

#[derive(Serialize, Deserialize)]
enum Word {
    #[serde(rename = "ok")]
    Done,
    #[serde(rename = "key already exists")]
    KeyExists,
    #[serde(rename = "key not found")]
    KeyMissing,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    value: String,
}

/// Reads a history.
///
/// # Errors
/// A sentence with the place in the file, or with the number of the operation, the first being 1.
pub(crate) fn read(bytes: &[u8], texts: &mut Texts) -> Result<History, String> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let lines: Vec<Line> = match bytes.trim_ascii_start().first() {
        None => return Err("the file is empty; a history without operations is []".to_owned()),
        Some(b'[') => serde_json::from_slice(bytes),
        Some(_) => serde_json::Deserializer::from_slice(bytes).into_iter().collect(),
    }
    .map_err(|error| format!("this is not a history in JSON: {error}"))?;

    let mut operations = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        let operation = operation(line, texts).map_err(|message| format!("operation {}: {message}", place + 1))?;
        operations.push((place, operation));
    }
    refuse_overlaps(&mut operations, &lines)?;
    Ok(history(&operations))
}

fn operation(line: &Line, texts: &mut Texts) -> Result<Operation, String> {
    let Line { client, op, start, end, result } = line;
    let command = command(op, texts)?;
    let client = u32::try_from(*client)
        .map_err(|_| format!("client {client} is too large a number; clients are counted up to {}", u32::MAX))?;
    let returned = match (end, result) {
        (None, None) => None,
        (Some(end), _) if end < start => return Err(format!("its end {end} is before its start {start}")),
        (Some(end), Some(answer)) => {
            Some((*end, reply(command, answer, texts).map_err(|why| format!("`{op}` {why}"))?))
        }
        (Some(_), None) => return Err("it has an end, but no result; leave out both if it was not answered".to_owned()),
        (None, Some(_)) => return Err("it has a result, but no end; leave out both if it was not answered".to_owned()),
    };
    Ok(Operation { client, command, invoked: *start, returned })
}

/// Reads `put KEY VALUE`, `get KEY` or `delete KEY`. The value is the rest of the text, blanks within it included.
fn command(op: &str, texts: &mut Texts) -> Result<Command, String> {
    let split = |text: &str| {
        let (word, rest) =
            text.trim_ascii().split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((text.trim_ascii(), ""));
        (word.to_owned(), rest.trim_ascii().to_owned())
    };
    let (name, rest) = split(op);
    let (key, value) = split(&rest);
    match (name.as_str(), key.as_str(), value.as_str()) {
        ("put", key, value) if !key.is_empty() && !value.is_empty() => {
            Ok(Command::Put { key: texts.intern(key), value: texts.intern(value) })
        }
        ("get", key, "") if !key.is_empty() => Ok(Command::Get { key: texts.intern(key) }),
        ("delete", key, "") if !key.is_empty() => Ok(Command::Delete { key: texts.intern(key) }),
        _ => Err(format!("`{op}` is not understood; an op is put KEY VALUE, get KEY or delete KEY")),
    }
}

fn reply(command: Command, answer: &Answer, texts: &mut Texts) -> Result<Reply, &'static str> {
    match (command, answer) {
        (Command::Put { .. } | Command::Delete { .. }, Answer::Word(Word::Done)) => Ok(Reply::Done),
        (Command::Put { .. }, Answer::Word(Word::KeyExists)) => Ok(Reply::KeyExists),
        (Command::Get { .. } | Command::Delete { .. }, Answer::Word(Word::KeyMissing)) => Ok(Reply::KeyMissing),
        (Command::Get { .. }, Answer::Value(Value { value })) => Ok(Reply::Value(texts.intern(value))),
        (Command::Put { .. }, _) => Err("cannot have this result; a put has \"ok\" or \"key already exists\""),
        (Command::Get { .. }, _) => Err("cannot have this result; a get has {\"value\": \"...\"} or \"key not found\""),
        (Command::Delete { .. }, _) => Err("cannot have this result; a delete has \"ok\" or \"key not found\""),
    }
}

/// Sorts the operations by client and time. Within one moment a client may hear at once, or give up, and go on.
fn refuse_overlaps(operations: &mut [(usize, Operation)], lines: &[Line]) -> Result<(), String> {
    operations.sort_by_key(|(_, operation)| {
        let rank = match operation.returned {
            None => 0,
            Some((end, _)) if end == operation.invoked => 1,
            Some(_) => 2,
        };
        (operation.client, operation.invoked, rank)
    });
    for pair in operations.windows(2) {
        let [(first, a), (second, b)] = pair else { unreachable!("windows are as long as they were asked to be") };
        let Some((end, _)) = a.returned else { continue };
        if a.client == b.client && b.invoked < end {
            return Err(format!(
                "client {} has two operations at a time: `{}` (operation {}) ends at {end}, but `{}` (operation {}) \
                 starts at {}; give each thread of yours a client number of its own",
                a.client,
                lines[*first].op,
                first + 1,
                lines[*second].op,
                second + 1,
                b.invoked,
            ));
        }
    }
    Ok(())
}

/// Tells a history what happened, in order. The operations are sorted by client and time.
fn history(operations: &[(usize, Operation)]) -> History {
    let mut events = Vec::with_capacity(2 * operations.len());
    for (place, (_, operation)) in operations.iter().enumerate() {
        events.push((operation.invoked, place, false));
        events.extend(operation.returned.map(|(end, _)| (end, place, true)));
    }
    events.sort_unstable();
    let mut history = History::default();
    for (at, place, is_end) in events {
        let (_, Operation { client, command, returned, .. }) = operations[place];
        match returned {
            Some((_, reply)) if is_end => history.answer(client, reply, at),
            _ => {
                if history.is_open(client) {
                    history.abandon(client);
                }
                history.invoke(client, command, at);
            }
        }
    }
    history
}

/// Writes a history as [`read`] reads it: an array with one operation a line.
///
/// # Errors
/// If `out` cannot be written to.
pub(crate) fn write(history: &History, texts: &Texts, out: &mut impl Write) -> io::Result<()> {
    let mut separator = "[\n";
    for operation in history.operations() {
        write!(out, "{separator}")?;
        serde_json::to_writer(&mut *out, &Line::of(&operation, texts))?;
        separator = ",\n";
    }
    writeln!(out, "{}", if history.is_empty() { "[]" } else { "\n]" })
}

impl Line {
    fn of(operation: &Operation, texts: &Texts) -> Line {
        let answer = |reply| match reply {
            Reply::Done => Answer::Word(Word::Done),
            Reply::KeyExists => Answer::Word(Word::KeyExists),
            Reply::KeyMissing => Answer::Word(Word::KeyMissing),
            Reply::Value(value) => Answer::Value(Value { value: texts.get(value).to_owned() }),
        };
        Line {
            client: operation.client.into(),
            op: Op { command: operation.command, texts }.to_string(),
            start: operation.invoked,
            end: operation.returned.map(|(end, _)| end),
            result: operation.returned.map(|(_, reply)| answer(reply)),
        }
    }
}

/// A command as a person writes it: `put x hello`.
pub(crate) struct Op<'a> {
    pub(crate) command: Command,
    pub(crate) texts: &'a Texts,
}

impl fmt::Display for Op<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |text| self.texts.get(text);
        match self.command {
            Command::Put { key, value } => write!(f, "put {} {}", text(key), text(value)),
            Command::Get { key } => write!(f, "get {}", text(key)),
            Command::Delete { key } => write!(f, "delete {}", text(key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut texts = Texts::default();
        let [x, y, hello] = ["x", "y", "hello \"world\", é"].map(|string| texts.intern(string));
        let mut history = History::default();
        history.invoke(1, Command::Put { key: x, value: hello }, 1);
        history.invoke(2, Command::Get { key: x }, 1);
        history.answer(1, Reply::Done, 3);
        history.invoke(1, Command::Put { key: x, value: hello }, 3);
        history.answer(2, Reply::Value(hello), 4);
        history.answer(1, Reply::KeyExists, 5);
        history.invoke(1, Command::Delete { key: y }, 5);
        history.invoke(2, Command::Delete { key: x }, 5);
        history.answer(1, Reply::KeyMissing, 6);
        history.abandon(2);
        history.invoke(2, Command::Get { key: y }, 7);

        let mut written = Vec::new();
        write(&history, &texts, &mut written).expect("a list can be written to");
        assert_eq!(read(&written, &mut texts), Ok(history));
        let lines = String::from_utf8(written).expect("JSON is text");
        assert!(
            lines.starts_with("[\n{\"client\":1,\"op\":\"put x hello \\\"world\\\", é\",\"start\":1,\"end\":3,"),
            "{lines}"
        );

        let mut empty = Vec::new();
        write(&History::default(), &texts, &mut empty).expect("a list can be written to");
        assert_eq!(read(&empty, &mut texts), Ok(History::default()));
    }
}
