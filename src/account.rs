//! A run as records of all that happens, one JSON object a line: enough to judge the run without this program. The help of
//! `raft_kv run` says what is in it.

use crate::act_text;
use crate::emulation::{Emulation, Record};
use crate::json;
use crate::kv::Texts;
use crate::process::{Describe, Described, Envelope, Field, ProcessId};
use crate::raft::log::{Entry, Index, Log};
use crate::raft::role::Role;
use crate::raft::verdict::Violation;
use crate::raft::{self, Message, Node, text};
use crate::simulation::Input;

/// The parts of a record.
type Parts = Vec<(&'static str, Field)>;

/// What was written so far.
pub struct Account {
    /// How many messages.
    sent: u64,
    /// Of each node its log and its commit index.
    nodes: Vec<(Log, Index)>,
    violations: usize,
    /// Nothing is written behind so many bytes.
    most_bytes: usize,
}

impl Account {
    /// Of what follows on the current step. Before the first step, the messages that were sent by then are written.
    pub fn begin(emulation: &Emulation, out: &mut String) -> Self {
        let ids = 1..=emulation.config().num_nodes;
        let nodes = ids.map(|id| (emulation.node(id).log().clone(), emulation.node(id).commit_index())).collect();
        let violations = emulation.state().safety().violations().len();
        let mut account = Account { sent: 0, nodes, violations, most_bytes: usize::MAX };
        if emulation.now().step_count() == 0 {
            account.write_sends(emulation, out);
        } else {
            account.sent = emulation.now().network().counts().made();
        }
        account
    }

    /// The same, but once more than so many bytes are written, it writes no more records: one step can have many, and each
    /// tells a whole log.
    pub fn with_room_for(self, most_bytes: usize) -> Self {
        Account { most_bytes, ..self }
    }

    /// Writes all that happened in the current step.
    pub fn write_step(&mut self, emulation: &Emulation, out: &mut String) {
        let texts = emulation.texts();
        let Some(input) = emulation.now().input() else { return };
        let (what, envelope, timer) = match input {
            Input::Delivered(envelope) => ("receive", Some(envelope), None),
            Input::Dropped(envelope) => ("drop", Some(envelope), None),
            Input::Fired(_, timer) => ("timeout", None, Some(timer.name())),
            Input::Act(_) => ("act", None, None),
        };
        let message = |parts: &mut Parts| parts.extend(envelope.map(|envelope| ("message", message(envelope, texts))));
        self.write(emulation, what, input.process(), out, |parts| {
            parts.extend(timer.map(|timer| ("timer", timer.into())));
            message(parts);
        });
        for record in emulation.happened() {
            self.write(emulation, "event", record.process, out, |parts| {
                message(parts);
                parts.push(("event", event(record, texts)));
            });
        }
        if let ProcessId::Node(id) = input.process() {
            self.write_changes(emulation, id, out);
        }
        self.write_sends(emulation, out);
    }

    /// Writes what became of a node's log and commit index.
    fn write_changes(&mut self, emulation: &Emulation, id: u32, out: &mut String) {
        let node = emulation.node(id);
        let (log, commit_index) = (node.log(), node.commit_index());
        let (log_before, commit_before) = &self.nodes[id as usize - 1];
        let process = ProcessId::Node(id);
        let kept = last_common(log_before, log, emulation.now().input());
        if kept < log_before.last_index() {
            self.write(emulation, "truncate", process, out, |parts| parts.push(("last_index", kept.into())));
        }
        if kept < log.last_index() {
            self.write(emulation, "append", process, out, |parts| {
                parts.push(("first_index", (kept + 1).into()));
                parts.push(("entries", entries(log, kept + 1, emulation.texts())));
            });
        }
        if commit_index > *commit_before {
            self.write(emulation, "commit", process, out, |parts| parts.push(("commit_index", commit_index.into())));
        }
        self.nodes[id as usize - 1] = (log.clone(), commit_index);
    }

    /// Writes which messages were put on their way since the last time.
    fn write_sends(&mut self, emulation: &Emulation, out: &mut String) {
        for envelope in emulation.now().network().made_since(self.sent) {
            self.sent = envelope.id.0.get();
            let what = if envelope.copy_of.is_some() { "duplicate" } else { "send" };
            self.write(emulation, what, envelope.from, out, |parts| {
                parts.push(("message", message(envelope, emulation.texts())));
                parts.push(("due_ms", envelope.due_ms.into()));
                parts.push(("will_be_lost", envelope.is_lost.into()));
            });
        }
    }

    /// Writes a record of the current step about a process; `add` is what sets it apart from others.
    fn write(
        &self,
        emulation: &Emulation,
        what: &'static str,
        process: ProcessId,
        out: &mut String,
        add: impl FnOnce(&mut Parts),
    ) {
        if out.len() > self.most_bytes {
            return;
        }
        let mut parts = moment(emulation, what);
        parts.push(("process", process.to_string().into()));
        add(&mut parts);
        parts.push(("state", state(emulation, process)));
        write_line(Field::Parts(parts), out);
    }

    /// Writes what does not hold any more since the last step, once the checks have looked at it.
    pub fn write_violations(&mut self, emulation: &Emulation, out: &mut String) {
        let violations = emulation.state().safety().violations();
        for broken in &violations[self.violations..] {
            let mut parts = moment(emulation, "violation");
            parts.push(("violation", violation(broken, emulation.texts())));
            write_line(Field::Parts(parts), out);
        }
        self.violations = violations.len();
    }
}

/// Writes an object and a line end.
pub fn write_line(object: Field, out: &mut String) {
    json::push(out, &object);
    out.push('\n');
}

/// What a record begins with: when it is, and what kind it is of.
pub fn moment(emulation: &Emulation, what: &'static str) -> Vec<(&'static str, Field)> {
    let now = emulation.now();
    vec![("step", now.step_count().into()), ("time_ms", now.time_ms().into()), ("what", what.into())]
}

/// Up to which index the log is what it was before.
fn last_common(before: &Log, now: &Log, input: Option<&Input<Message, raft::Timer>>) -> Index {
    let shorter = before.last_index().min(now.last_index());
    // Entries are replaced only by those of a leader; else the end is cut, or something is added.
    let sure = match input {
        Some(Input::Delivered(Envelope { message: Message::AppendEntries { prev_log_index, .. }, .. })) => {
            shorter.min(*prev_log_index)
        }
        _ => shorter,
    };
    (sure..shorter).find(|&index| before.get(index + 1) != now.get(index + 1)).unwrap_or(shorter)
}

fn entries(log: &Log, first: Index, texts: &Texts) -> Field {
    let parts = |entry: Entry| Field::Parts(text::entry_parts(entry, texts));
    log.entries_from(first).into_iter().map(parts).collect()
}

fn event(record: &Record, texts: &Texts) -> Field {
    Field::Parts(vec![
        ("kind", record.event.kind().into()),
        ("fields", Field::Parts(record.event.fields(texts))),
        ("line", record.line(texts).to_string().into()),
    ])
}

fn message(envelope: &Envelope<Message>, texts: &Texts) -> Field {
    let mut parts = vec![("id", envelope.id.0.get().into())];
    parts.extend(envelope.copy_of.map(|id| ("copy_of", id.0.get().into())));
    parts.extend([
        ("from", envelope.from.to_string().into()),
        ("to", envelope.to.to_string().into()),
        ("kind", envelope.message.kind().into()),
        ("fields", Field::Parts(envelope.message.fields(texts))),
        ("text", Described::new(&envelope.message, texts).to_string().into()),
    ]);
    Field::Parts(parts)
}

/// What does not hold, as an object.
pub fn violation(violation: &Violation, texts: &Texts) -> Field {
    Field::Parts(vec![
        ("property", violation.property.name().into()),
        ("step", violation.step.into()),
        ("line", violation.line(texts).to_string().into()),
    ])
}

/// A process after the step.
fn state(emulation: &Emulation, process: ProcessId) -> Field {
    let texts = emulation.texts();
    let mut parts = match emulation.now().process(process) {
        raft::Process::Node(node) => node_parts(node, texts),
        raft::Process::Client(client) => vec![
            ("requests", client.requests().into()),
            ("sent", client.sent().into()),
            ("answered", client.answered().into()),
            ("waiting_for", client.waiting_for().map(|command| act_text::write_command(command, texts)).into()),
        ],
        raft::Process::Main(main) => return Field::Parts(vec![("done", main.is_done().into())]),
    };
    let health = emulation.now().health(process);
    let health = vec![
        ("crashed", health.has_crashed.into()),
        ("paused", health.is_paused.into()),
        ("will_crash_midway", health.is_doomed.into()),
        ("clock_percent", health.clock_percent.into()),
    ];
    parts.push(("health", Field::Parts(health)));
    Field::Parts(parts)
}

fn node_parts(node: &Node, texts: &Texts) -> Parts {
    let mut parts = vec![
        ("role", node.role().name().into()),
        ("term", node.current_term().into()),
        ("voted_for", node.persistent().voted_for.into()),
    ];
    match node.role() {
        Role::Follower => {}
        Role::PreCandidate { votes } | Role::Candidate { votes } => {
            parts.push(("votes", votes.iter().map(|&voter| voter.into()).collect()));
        }
        Role::Leader(leadership) => {
            let peers = leadership.progress.iter().map(|progress| {
                Field::Parts(vec![
                    ("node", progress.peer.into()),
                    ("next_index", progress.next_index.into()),
                    ("match_index", progress.match_index.into()),
                ])
            });
            parts.push(("peers", peers.collect()));
        }
    }
    let pairs = node.store().pairs(texts).into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    parts.extend([
        ("log", entries(node.log(), 1, texts)),
        ("commit_index", node.commit_index().into()),
        ("last_applied", node.last_applied().into()),
        ("store", Field::Pairs(pairs.collect())),
    ]);
    parts
}
