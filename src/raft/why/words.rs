//! How nodes, logs and commands are named in a sentence.

use super::super::log::Log;
use super::super::message::NodeId;
use crate::kv::{Command, Text, Texts};

/// Longer keys and values are cut.
const LONGEST: usize = 60;

/// `nodes 1, 2 and 4`, `node 3`, `no node`.
#[inline(never)]
pub(super) fn nodes(ids: &[NodeId]) -> String {
    let Some((last, others)) = ids.split_last() else { return "no node".to_owned() };
    if others.is_empty() {
        return format!("node {last}");
    }
    let mut text = String::from("nodes ");
    for (place, id) in others.iter().enumerate() {
        text.push_str(if place > 0 { ", " } else { "" });
        text.push_str(&id.to_string());
    }
    text.push_str(" and ");
    text.push_str(&last.to_string());
    text
}

/// The same nodes in ascending order, each once. They are few: sorting would bring more code into the page's first load.
#[inline(never)]
pub(super) fn in_order(ids: &[NodeId]) -> Vec<NodeId> {
    let mut ordered = Vec::with_capacity(ids.len());
    for &id in ids {
        let place = ordered.iter().take_while(|&&other| other < id).count();
        if ordered.get(place) != Some(&id) {
            ordered.insert(place, id);
        }
    }
    ordered
}

/// `1 entry`, `3 entries`.
#[inline(never)]
pub(super) fn count(number: u32, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// How a log ends: `ends at 4@2`, `is empty`.
#[inline(never)]
pub(super) fn ends(index: u32, term: u32) -> String {
    if index == 0 { "is empty".to_owned() } else { format!("ends at {index}@{term}") }
}

/// The same, of this log.
pub(super) fn end_of(log: &Log) -> String {
    ends(log.last_index(), log.last_term())
}

/// A key or a value in quotes, not too much of it.
#[inline(never)]
pub(super) fn quoted(text: Text, texts: &Texts) -> String {
    let string = texts.get(text);
    match string.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("\"{}…\"", &string[..end]),
        None => format!("\"{string}\""),
    }
}

/// A command as the trace writes it: `PUT "x" = "hello"`.
#[inline(never)]
pub(super) fn command(command: Command, texts: &Texts) -> String {
    let key = quoted(command.key(), texts);
    match command {
        Command::Put { value, .. } => format!("PUT {key} = {}", quoted(value, texts)),
        Command::Get { .. } => format!("GET {key}"),
        Command::Delete { .. } => format!("DELETE {key}"),
    }
}
