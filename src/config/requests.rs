//! The scripts of clients.

use std::mem;
use std::ops::Range;

use crate::document::DeTable;

use super::keys::{CLIENT, Entry};
use super::read::{Reader, cut, digits, is_disruptive, nearest, whole_number};
use super::{NUM_CLIENTS, TIMEOUT_MS};
use crate::kv::Command;
use crate::workload::Scripted;

/// What a request can begin with. The last is for timed runs only.
const OPERATIONS: [&str; 4] = ["put", "get", "delete", "wait"];

impl Reader<'_> {
    pub(super) fn clients(&mut self, entry: &Entry<'_>) {
        self.tables(entry.name, entry.value, &NUM_CLIENTS, Self::client);
    }

    fn client(&mut self, span: Range<usize>, entries: &DeTable<'_>) {
        let before = self.config.scripts.len();
        self.entries(&CLIENT, entries);
        if self.config.scripts.len() == before {
            let help = "write requests = [\"put x hello\", \"get x\", \"delete x\"]";
            self.complain(span, &["a [[client]] needs its requests"], &[help]);
            self.config.scripts.push(Vec::new());
        }
    }

    pub(super) fn script(&mut self, &Entry { value, .. }: &Entry<'_>) {
        let must_be = "requests must be a list of strings such as \"put x hello\"";
        let mut script = Vec::new();
        let mut after_ms: u32 = 0;
        for (request, span) in self.strings(must_be, value).unwrap_or_default() {
            let (operation, rest) = split_word(request);
            if operation == "wait" {
                let wait_ms = self.wait(request, &span, rest.trim_ascii());
                after_ms = after_ms.saturating_add(wait_ms);
                // The last of the list, not only of its strings: else something follows, if nothing good.
                if value.get_ref().as_array().and_then(|items| items.last()).is_some_and(|last| last.span() == span) {
                    self.complain(span, &["nothing follows this wait"], &["a client waits before its next request"]);
                }
            } else if let Some(command) = self.request(request, &span) {
                script.push(Scripted { after_ms: mem::take(&mut after_ms), command });
            }
        }
        self.config.scripts.push(script);
    }

    /// Reads what stands behind `wait`, in milliseconds.
    fn wait(&mut self, request: &str, span: &Range<usize>, behind: &str) -> u32 {
        self.needs_timers(self.span_of_part(request, span, request), &["`wait`"]);
        match whole_number(behind, 10) {
            Some(number) if TIMEOUT_MS.contains(&number) => number as u32,
            _ => {
                let most = digits(*TIMEOUT_MS.end());
                let message = ["`wait` takes a whole number of milliseconds from 1 to ", &most];
                let span = self.span_of_part(request, span, if behind.is_empty() { request } else { behind });
                self.complain(span, &message, &["write it as \"wait 300\""]);
                0
            }
        }
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

    #[cold]
    fn unknown_operation(&mut self, operation: &str, span: Range<usize>) {
        let (operations, allowed) = match self.config.raft.timing {
            Some(_) => (&OPERATIONS[..], "a request is put KEY VALUE, get KEY, delete KEY or wait MILLISECONDS"),
            None => (&OPERATIONS[..3], "a request is put KEY VALUE, get KEY or delete KEY"),
        };
        let (found, dots) = cut(operation);
        let message = ["`", found, dots, "` is not a request"];
        let message: &[&str] = if operation.is_empty() { &["this request is empty"] } else { &message };
        match nearest(operation, operations) {
            Some(known) => self.complain(span, message, &["did you mean `", known, "`? (", allowed, ")"]),
            None => self.complain(span, message, &[allowed]),
        }
    }

    /// Where a part of a string stands in the text; the whole string, quotes included, if it is written with escapes.
    #[cold]
    #[inline(never)]
    fn span_of_part(&self, string: &str, span: &Range<usize>, part: &str) -> Range<usize> {
        let written = &self.text[span.clone()];
        if written.get(1..written.len() - 1) != Some(string) {
            return span.clone();
        }
        let start = span.start + 1 + (part.as_ptr() as usize - string.as_ptr() as usize);
        start..start + part.len()
    }
}

/// The first word, and what stands behind it.
pub(super) fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_ascii_start();
    text.split_at(text.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(text.len()))
}
