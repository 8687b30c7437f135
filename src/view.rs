//! What the page shows of a run, with its strings filled in and ready for serde: trees of [`Field`]s, as every struct would
//! bring code of its own into the page's first load. `wasm.d.ts` says what is in those trees.
//!
//! The page is made of these, never of the core's own types. How a [`Field`] is written is shared with the JSON of the
//! terminal, whose structs are in `terminal/json.rs`.

use serde::ser::{Serialize, Serializer};

use crate::emulation::{Emulation, Record};
use crate::kv::{Command, Texts};
use crate::process::{Describe, Described, Envelope, Field, MessageId};
use crate::raft::log::{Entry, Log};
use crate::raft::role::Role;
use crate::raft::{Client, Message, Node};
use crate::simulation::Input;

/// How many entries of a log a snapshot shows: the last ones.
const SHOWN_ENTRIES: u32 = 6;
/// How many pairs of a store a snapshot shows: the first ones by key.
const SHOWN_PAIRS: usize = 32;
/// How many messages in flight a snapshot shows: the oldest ones.
const SHOWN_MESSAGES: usize = 256;

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field::Number(number) => serializer.serialize_u64(*number),
            Field::Flag(flag) => serializer.serialize_bool(*flag),
            Field::Text(text) => serializer.serialize_str(text),
            Field::List(list) => serializer.collect_seq(list),
            Field::Parts(parts) => serializer.collect_map(parts.iter().map(|(name, part)| (name, part))),
            Field::Nothing => serializer.serialize_none(),
        }
    }
}

/// The run at its current step, for the page: a `Snapshot` of `wasm.d.ts`.
pub fn snapshot(emulation: &Emulation) -> Field {
    let (now, texts, config) = (emulation.now(), emulation.texts(), emulation.config());
    let choices = emulation.choices();
    let is_ready = |id: MessageId| choices.contains(&crate::emulation::Action::Deliver(id));
    let in_flight = now.network().in_flight();
    let in_flight_count = in_flight.len() as u64;
    let actor = now.input().map(Input::process);
    Field::Parts(vec![
        ("step", now.step_count().into()),
        ("head", emulation.head().into()),
        ("over", choices.is_empty().into()),
        ("time_ms", now.time_ms().into()),
        ("seed", emulation.seed().into()),
        ("lines", now.record_count().into()),
        ("nodes", (1..=config.num_nodes).map(|id| node(id, emulation.node(id), texts)).collect()),
        ("clients", (1..=config.num_clients).map(|id| client(id, emulation.client(id), texts)).collect()),
        (
            "messages",
            in_flight.take(SHOWN_MESSAGES).map(|envelope| flight(envelope, texts, is_ready(envelope.id))).collect(),
        ),
        ("in_flight", in_flight_count.into()),
        ("delivered", message_of(emulation).map(|envelope| flight(envelope, texts, true)).into()),
        ("actor", actor.map(|id| id.to_string()).into()),
    ])
}

/// The line of a record that stands at this place of the trace, for the page: a `Line`.
pub fn line(place: u64, record: &Record, texts: &Texts) -> Field {
    Field::Parts(vec![
        ("place", place.into()),
        ("step", record.step.into()),
        ("process", record.process.to_string().into()),
        ("text", record.line(texts).to_string().into()),
    ])
}

/// A `FlightView`.
fn flight(envelope: &Envelope<Message>, texts: &Texts, ready: bool) -> Field {
    Field::Parts(vec![
        ("id", envelope.id.0.get().into()),
        ("from", envelope.from.to_string().into()),
        ("to", envelope.to.to_string().into()),
        ("kind", envelope.message.kind().into()),
        ("text", Described::new(&envelope.message, texts).to_string().into()),
        ("reply", envelope.message.is_response().into()),
        ("ready", ready.into()),
    ])
}

/// A `NodeView`.
fn node(id: u32, node: &Node, texts: &Texts) -> Field {
    let (persistent, store) = (node.persistent(), node.store());
    Field::Parts(vec![
        ("id", id.into()),
        ("started", node.is_started().into()),
        ("role", role_name(node.role()).into()),
        ("term", persistent.current_term.into()),
        ("voted_for", persistent.voted_for.into()),
        ("log_len", persistent.log.last_index().into()),
        ("entries", last_entries(&persistent.log, texts)),
        ("commit_index", node.commit_index().into()),
        ("last_applied", node.last_applied().into()),
        ("store", store.pairs(texts).into_iter().take(SHOWN_PAIRS).map(pair).collect()),
        ("store_len", (store.len() as u64).into()),
        ("awaits", node.awaited().into()),
    ])
}

/// Some `EntryView`s.
fn last_entries(log: &Log, texts: &Texts) -> Field {
    let first = log.last_index().saturating_sub(SHOWN_ENTRIES) + 1;
    let view = |(index, Entry { term, request }): (u32, Entry)| {
        Field::Parts(vec![
            ("index", index.into()),
            ("term", term.into()),
            ("command", request.map(|request| short(request.command, texts)).into()),
        ])
    };
    (first..).zip(log.entries_from(first)).map(view).collect()
}

fn pair((key, value): (&str, &str)) -> Field {
    Field::List(vec![key.into(), value.into()])
}

/// A `ClientView`.
fn client(id: u32, client: &Client, texts: &Texts) -> Field {
    Field::Parts(vec![
        ("id", id.into()),
        ("started", client.is_started().into()),
        ("requests", client.requests().into()),
        ("answered", client.answered().into()),
        ("waiting_for", client.waiting_for().map(|command| short(command, texts)).into()),
    ])
}

fn role_name(role: &Role) -> &'static str {
    match role {
        Role::Follower => "follower",
        Role::PreCandidate { .. } => "pre-candidate",
        Role::Candidate { .. } => "candidate",
        Role::Leader(_) => "leader",
    }
}

/// The message that the last step delivered, or lost.
fn message_of(emulation: &Emulation) -> Option<&Envelope<Message>> {
    match emulation.now().input()? {
        Input::Delivered(envelope) | Input::Dropped(envelope) => Some(envelope),
        Input::Fired(..) | Input::Act(_) => None,
    }
}

/// A command as it is written in a script: `put x hello`.
fn short(command: Command, texts: &Texts) -> String {
    match command {
        Command::Put { key, value } => format!("put {} {}", texts.get(key), texts.get(value)),
        Command::Get { key } => format!("get {}", texts.get(key)),
        Command::Delete { key } => format!("delete {}", texts.get(key)),
    }
}
