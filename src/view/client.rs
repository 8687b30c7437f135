//! A client.

use std::fmt;

use super::{health, sent, short, timers};
use crate::emulation::Emulation;
use crate::kv::{Command, Reply, Texts};
use crate::process::{Field, ProcessId};
use crate::raft::message::Refused;
use crate::raft::{Message, text};

/// A `ClientView`.
pub(super) fn client(id: u32, emulation: &Emulation) -> Field {
    let (client, texts, process) = (emulation.client(id), emulation.texts(), ProcessId::Client(id));
    Field::Parts(vec![
        ("id", id.into()),
        ("started", client.is_started().into()),
        ("requests", client.requests().into()),
        ("answered", client.answered().into()),
        ("waiting_for", client.waiting_for().map(|command| short(command, texts)).into()),
        ("target", client.target().into()),
        ("timers", timers(process, emulation)),
        ("heard", client.heard().map(|heard| heard_text(heard, texts)).into()),
        ("health", health(process, emulation)),
        ("changed", changes(id, emulation).into_iter().map(Field::from).collect()),
    ])
}

/// `put x hello -> OK`.
fn heard_text((command, result): (Command, Result<Reply, Refused>), texts: &Texts) -> String {
    let result = fmt::from_fn(|f| text::write_result(f, texts, None, result)).to_string();
    [&short(command, texts), " -> ", &result].concat()
}

/// What the current step changed of it.
fn changes(id: u32, emulation: &Emulation) -> Vec<&'static str> {
    let Some(before) = emulation.before() else { return Vec::new() };
    let process = ProcessId::Client(id);
    let is_request = |message: &Message| matches!(message, Message::ClientRequest { .. });
    let has_asked = sent(emulation).any(|envelope| envelope.from == process && is_request(&envelope.message));
    let has_heard = emulation.client(id).answered() > before.client(id).answered();
    let is_struck = emulation.now().health(process) != before.simulation().health(process);
    let changes = [(has_asked, "asked"), (has_heard, "heard"), (is_struck, "health")];
    changes.into_iter().filter(|(has_changed, _)| *has_changed).map(|(_, name)| name).collect()
}
