//! What the page shows of a run, with its strings filled in and ready for serde: trees of [`Field`]s, as every struct would
//! bring code of its own into the page's first load. `wasm.d.ts` says what is in those trees.
//!
//! The page is made of these, never of the core's own types. How a [`Field`] is written is shared with the JSON of the
//! terminal, whose structs are in `terminal/json.rs`.

mod client;
mod flight;
mod node;
pub mod reading;

use serde::ser::{Serialize, Serializer};

use crate::act_text;
use crate::act_text::write_command as short;
use crate::config::{ConfigError, Question, Scenario};
use crate::emulation::{Emulation, Ending, Record};
use crate::kv::Texts;
use crate::process::{Envelope, Field, MessageId, ProcessId};
use crate::raft::log::Index;
use crate::raft::options::Timing;
use crate::raft::verdict::{PROPERTIES, Property, Violation};
use crate::raft::{self, Message, Node, Timer};
use crate::run::{Run, Wait};
use crate::simulation::{Health, Input, Waiting};
use crate::why::Reason;

/// How many entries of a log are shown at once: in a snapshot, those at the end of the longest log.
const SHOWN_ENTRIES: u32 = 24;
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
            Field::Pairs(pairs) => serializer.collect_map(pairs.iter().map(|(name, text)| (name, text))),
            Field::Nothing => serializer.serialize_none(),
        }
    }
}

/// The run at its current step, for the page: a `Snapshot` of `wasm.d.ts`. What the step changed is told if the state
/// before it was [recalled](Emulation::recall).
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
    let log_end = log_end(run);
    let log_first = log_end.saturating_sub(SHOWN_ENTRIES) + 1;
    Field::Parts(vec![
        ("step", now.step_count().into()),
        ("head", emulation.head().into()),
        ("over", ending.is_some().into()),
        ("ending", ending.map(ending_name).into()),
        ("waits", waits.iter().map(wait).collect()),
        ("timed", config.raft.timing.is_some().into()),
        ("timing", config.raft.timing.map(timing).into()),
        ("time_ms", now.time_ms().into()),
        ("seed", emulation.seed().into()),
        ("lines", now.record_count().into()),
        ("leader", run.leader().map(Node::id).into()),
        ("log_first", log_first.into()),
        ("log_end", log_end.into()),
        ("nodes", (1..=config.num_nodes).map(|id| node::node(id, log_first, emulation)).collect()),
        ("clients", (1..=config.num_clients).map(|id| client::client(id, emulation)).collect()),
        (
            "messages",
            in_flight
                .take(SHOWN_MESSAGES)
                .map(|envelope| flight::flight(envelope, texts, is_ready(envelope.id)))
                .collect(),
        ),
        ("in_flight", in_flight_count.into()),
        ("delivered", delivered.map(|envelope| flight::flight(envelope, texts, true)).into()),
        ("sent", sent(emulation).map(|envelope| envelope.id.0.get().into()).collect()),
        ("actor", actor.map(|id| id.to_string()).into()),
        ("befell", befell(emulation).into()),
        ("act", run.last_act().map(|act| act_text::write(act, texts)).into()),
        ("cuts", now.network().cuts().iter().map(link).collect()),
        ("properties", properties(run.safety().violations())),
        ("violations", run.safety().violations().iter().map(|violation| broken(violation, texts)).collect()),
        ("scenario", config.scenario.as_ref().map(scenario).into()),
        ("without_rules", config.raft.rules.taken_away().map(Field::from).collect()),
        ("warnings", config.warnings.iter().map(warning).collect()),
    ])
}

/// Some `LogRow`s: of every node the entries from this index on, as many as are shown at once.
pub fn logs(first: Index, emulation: &Emulation) -> Field {
    let row = |id| {
        let entries = node::entries(emulation.node(id).log(), first.max(1), emulation.texts());
        Field::Parts(vec![("id", id.into()), ("entries", entries)])
    };
    (1..=emulation.config().num_nodes).map(row).collect()
}

/// How long the longest log is.
fn log_end(run: &Run) -> Index {
    let lengths = (1..=run.config().num_nodes).map(|id| run.node(id).log().last_index());
    lengths.max().unwrap_or(0)
}

/// The messages that came to be in the current step, copies included. They are all in flight yet.
fn sent(emulation: &Emulation) -> impl Iterator<Item = &Envelope<Message>> {
    let made = |run: &Run| run.simulation().network().counts().sent + run.simulation().network().counts().duplicated;
    let before = emulation.before().map_or(u64::MAX, made);
    emulation.now().network().in_flight().filter(move |envelope| envelope.id.0.get() > before)
}

fn timing(timing: Timing) -> Field {
    let (least, most) = timing.election_timeout_ms;
    Field::Parts(vec![
        ("election_timeout_ms", Field::List(vec![least.into(), most.into()])),
        ("heartbeat_ms", timing.heartbeat_ms.into()),
        ("client_timeout_ms", timing.client_timeout_ms.into()),
    ])
}

/// Some `PropertyView`s: of what is looked at after every step.
fn properties(violations: &[Violation]) -> Field {
    let view = |&property: &Property| {
        let violation = violations.iter().find(|violation| violation.property == property);
        Field::Parts(vec![
            ("name", property.name().into()),
            ("meaning", property.meaning().into()),
            ("section", property.section().into()),
            ("step", violation.map(|violation| violation.step).into()),
        ])
    };
    PROPERTIES.iter().filter(|property| !property.is_of_whole_runs()).map(view).collect()
}

/// Some `TimerView`s: the timers of a process that run, in the order in which they are due.
fn timers(process: ProcessId, emulation: &Emulation) -> Field {
    // They are few: sorting would bring more code into the page's first load than it is worth.
    let mut timers: Vec<&Waiting<Timer>> = Vec::new();
    for waiting in emulation.now().timers().iter().filter(|waiting| waiting.process == process) {
        let place = timers.iter().take_while(|earlier| earlier.due_ms <= waiting.due_ms).count();
        timers.insert(place, waiting);
    }
    let view = |waiting: &Waiting<Timer>| {
        Field::Parts(vec![
            ("name", waiting.timer.name().into()),
            ("due_ms", waiting.due_ms.into()),
            ("full_ms", full_ms(waiting, emulation).into()),
        ])
    };
    timers.into_iter().map(view).collect()
}

/// How long this timer can be at most, with the clock of its process as it is.
fn full_ms(waiting: &Waiting<Timer>, emulation: &Emulation) -> u64 {
    let drawn_ms = waiting.due_ms.saturating_sub(waiting.set_ms);
    let (Timer::Election, Some(timing)) = (waiting.timer, emulation.config().raft.timing) else { return drawn_ms };
    let percent = emulation.now().health(waiting.process).clock_percent;
    let most_ms = u64::from(timing.election_timeout_ms.1) * u64::from(percent) / 100;
    most_ms.max(drawn_ms)
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
fn scenario(Scenario { title, text, look_for, question: asked }: &Scenario) -> Field {
    Field::Parts(vec![
        ("title", title.as_str().into()),
        ("text", text.as_str().into()),
        ("look_for", look_for.as_str().into()),
        ("question", asked.as_ref().map(question).into()),
    ])
}

/// A `QuestionView`.
fn question(Question { ask, answers, right, reveal_on, explain }: &Question) -> Field {
    Field::Parts(vec![
        ("ask", ask.as_str().into()),
        ("answers", answers.iter().map(|answer| Field::from(answer.as_str())).collect()),
        ("right", (*right).into()),
        ("reveal_on", reveal_on.as_str().into()),
        ("explain", explain.as_str().into()),
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

/// Some `Reason`s: why what happened in the current step happened.
pub fn why(emulation: &mut Emulation) -> Field {
    emulation.why().into_iter().map(|Reason { line, why }| reason(line, why)).collect()
}

/// A `Reason`: what there is to say of the entry at this index.
pub fn why_entry(index: Index, emulation: &Emulation) -> Field {
    reason(None, emulation.why_entry(index))
}

fn reason(line: Option<(u64, String)>, why: raft::why::Reason) -> Field {
    let (place, line) = line.unzip();
    Field::Parts(vec![
        ("place", place.into()),
        ("line", line.into()),
        ("text", why.text.into()),
        ("section", why.section.into()),
    ])
}

/// How far a run was taken on, as `run_until` says it.
pub fn reached((steps, met): (u64, bool)) -> Field {
    Field::Parts(vec![("steps", steps.into()), ("met", met.into())])
}

/// The message that the last step delivered, or lost.
fn message_of(emulation: &Emulation) -> Option<&Envelope<Message>> {
    match emulation.now().input()? {
        Input::Delivered(envelope) | Input::Dropped(envelope) => Some(envelope),
        Input::Fired(..) | Input::Act(_) => None,
    }
}
