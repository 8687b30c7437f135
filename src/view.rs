//! What the page shows of a run, with its strings filled in and ready for serde: trees of [`Field`]s, as every struct would
//! bring code of its own into the page's first load. `wasm.d.ts` says what is in those trees.
//!
//! The page is made of these, never of the core's own types. How a [`Field`] is written is shared with the JSON of the
//! terminal, whose structs are in `terminal/json.rs`.

use serde::ser::{Serialize, Serializer};

use crate::config::{ConfigError, Scenario};
use crate::emulation::{Emulation, Ending, Record};
use crate::kv::{Command, Texts};
use crate::process::{Describe, Described, Envelope, Field, MessageId, ProcessId};
use crate::raft::log::{Entry, Log};
use crate::raft::role::Role;
use crate::raft::verdict::{PROPERTIES, Violation};
use crate::raft::{Message, Node};
use crate::run::Wait;
use crate::simulation::{Health, Input};

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
    let (run, now) = (emulation.state(), emulation.now());
    let (texts, config) = (emulation.texts(), emulation.config());
    let ending = run.ending();
    let waits = if ending == Some(Ending::Stuck) { run.waits() } else { Vec::new() };
    let choices = emulation.choices();
    let is_ready = |id: MessageId| choices.contains(&crate::emulation::Action::Deliver(id));
    let in_flight = now.network().in_flight();
    let in_flight_count = in_flight.len() as u64;
    let actor = now.input().map(Input::process);
    let was_lost = matches!(now.input(), Some(Input::Dropped(_)));
    let delivered = message_of(emulation).filter(|_| !was_lost);
    Field::Parts(vec![
        ("step", now.step_count().into()),
        ("head", emulation.head().into()),
        ("over", ending.is_some().into()),
        ("ending", ending.map(ending_name).into()),
        ("waits", waits.iter().map(wait).collect()),
        ("timed", config.raft.timing.is_some().into()),
        ("time_ms", now.time_ms().into()),
        ("seed", emulation.seed().into()),
        ("lines", now.record_count().into()),
        ("leader", run.leader().map(Node::id).into()),
        ("nodes", (1..=config.num_nodes).map(|id| node(id, emulation, texts)).collect()),
        ("clients", (1..=config.num_clients).map(|id| client(id, emulation, texts)).collect()),
        (
            "messages",
            in_flight.take(SHOWN_MESSAGES).map(|envelope| flight(envelope, texts, is_ready(envelope.id))).collect(),
        ),
        ("in_flight", in_flight_count.into()),
        ("delivered", delivered.map(|envelope| flight(envelope, texts, true)).into()),
        ("actor", actor.map(|id| id.to_string()).into()),
        ("befell", befell(emulation).into()),
        ("cuts", now.network().cuts().iter().map(link).collect()),
        ("properties", (PROPERTIES.iter().filter(|property| !property.is_of_whole_runs()).count() as u64).into()),
        ("violations", run.safety().violations().iter().map(|violation| broken(violation, texts)).collect()),
        ("scenario", config.scenario.as_ref().map(scenario).into()),
        ("warnings", config.warnings.iter().map(warning).collect()),
    ])
}

fn ending_name(ending: Ending) -> &'static str {
    match ending {
        Ending::Done => "done",
        Ending::Duration => "duration",
        Ending::Steps => "steps",
        Ending::Stuck => "stuck",
    }
}

/// A `WaitView`.
fn wait(&Wait { who, for_whom, has_crashed }: &Wait) -> Field {
    Field::Parts(vec![
        ("who", who.to_string().into()),
        ("for_whom", for_whom.to_string().into()),
        ("crashed", has_crashed.into()),
    ])
}

/// The line of what was done to somebody, or of what was lost, in the current step.
fn befell(emulation: &Emulation) -> Option<String> {
    let (Input::Act(_) | Input::Dropped(_)) = emulation.now().input()? else { return None };
    Some(emulation.happened().first()?.line(emulation.texts()).to_string())
}

fn link(&(from, to): &(ProcessId, ProcessId)) -> Field {
    Field::List(vec![from.to_string().into(), to.to_string().into()])
}

/// A `ViolationView`.
fn broken(violation: &Violation, texts: &Texts) -> Field {
    Field::Parts(vec![
        ("property", violation.property.name().into()),
        ("step", violation.step.into()),
        ("line", violation.line(texts).to_string().into()),
    ])
}

/// A `ScenarioView`.
fn scenario(Scenario { title, text, look_for }: &Scenario) -> Field {
    Field::Parts(vec![
        ("title", title.as_str().into()),
        ("text", text.as_str().into()),
        ("look_for", look_for.as_str().into()),
    ])
}

/// A `Warning`.
fn warning(warning: &ConfigError) -> Field {
    Field::Parts(vec![
        ("line", warning.line.into()),
        ("column", warning.column.into()),
        ("message", warning.message.as_str().into()),
        ("help", warning.help.as_deref().unwrap_or("").into()),
    ])
}

/// A `HealthView`.
#[inline(never)]
fn health(process: ProcessId, emulation: &Emulation) -> Field {
    let Health { has_crashed, is_paused, is_doomed, clock_percent } = emulation.now().health(process);
    Field::Parts(vec![
        ("crashed", has_crashed.into()),
        ("paused", is_paused.into()),
        ("doomed", is_doomed.into()),
        ("clock", clock_percent.into()),
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

/// What was done in a step, as a sentence: an `ActView`.
pub fn act((step, sentence): (u64, String)) -> Field {
    Field::Parts(vec![("step", step.into()), ("text", sentence.into())])
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
        ("due_ms", envelope.due_ms.into()),
    ])
}

/// A `NodeView`.
fn node(id: u32, emulation: &Emulation, texts: &Texts) -> Field {
    let node = emulation.node(id);
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
        ("health", health(ProcessId::Node(id), emulation)),
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
fn client(id: u32, emulation: &Emulation, texts: &Texts) -> Field {
    let client = emulation.client(id);
    Field::Parts(vec![
        ("id", id.into()),
        ("started", client.is_started().into()),
        ("requests", client.requests().into()),
        ("answered", client.answered().into()),
        ("waiting_for", client.waiting_for().map(|command| short(command, texts)).into()),
        ("health", health(ProcessId::Client(id), emulation)),
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
