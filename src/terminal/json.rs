//! A run as JSON, one record a line: enough to judge the run without this program. `HELP` says what is in it.

use std::io::{self, Write};

use raft_kv::emulation::{Emulation, Record};
use raft_kv::kv::Texts;
use raft_kv::process::{Describe, Described, Envelope, Field, ProcessId};
use raft_kv::raft::log::{Entry, Index, Log, Term};
use raft_kv::raft::role::Role;
use raft_kv::raft::verdict::Violation;
use raft_kv::raft::{self, Message, Node, text};
use raft_kv::simulation::Input;
use serde::Serialize;
use serde::ser::Serializer;

use super::ending::{self, Sentence};
use super::operations::Op;
use super::setup::CommandLine;

pub(super) const HELP: &str = "\
With --format json each line is an object with these fields, as far as they apply:
  step, time_ms  when: the step, from 1, and the virtual time; step 0 is before the first
  what           one word, see below
  process        to whom it happened: \"main\", \"node 1\", \"client 2\"
  message        id, copy_of (the id of the message that it repeats), from, to, kind, fields, text
  state          the process after the step, with its health. A node: role, term, voted_for, votes
                 (a candidate's), peers (a leader's next_index and match_index), log (from index 1),
                 commit_index, last_applied, store. A client: how many requests it has, has sent
                 and has answers to, and what it is waiting_for

A step begins with one of
  receive    the process takes a message
  drop       a message is lost; an event says why
  timeout    a timer fires; timer is its name
  act        something is done to the process, or to the network if it is main; an event says what
and goes on with what came of it, in this order:
  event      a line of the trace: kind, fields, line. Crashes, restarts, partitions and all other
             faults are events, and so are the answers that clients get
  truncate   a node's log loses its entries behind last_index
  append     a node's log gains entries, the first of them at first_index
  commit     a node's commit_index rises
  send, duplicate
             a message is put on its way, with its due_ms, and whether it will_be_lost. Each id
             comes once here, then once in receive or drop, unless it is in flight at the end
  violation  a property does not hold after this step: property, line. It is printed before the
             next step is taken
The last object is the end: ending (done, duration, steps or stuck), the same as a sentence, counts
of messages, requests answered, all violations, and the command that repeats the run.";

/// What was written so far.
pub(super) struct Journal {
    /// How many messages.
    sent: u64,
    /// Of each node its log and its commit index.
    nodes: Vec<(Log, Index)>,
    violations: usize,
}

#[derive(Default, Serialize)]
struct Line {
    step: u64,
    time_ms: u64,
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timer: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    will_be_lost: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<EventView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_index: Option<Index>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_index: Option<Index>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<Vec<Field>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit_index: Option<Index>,
    #[serde(skip_serializing_if = "Option::is_none")]
    violation: Option<ViolationView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<StateView>,
}

#[derive(Serialize)]
struct EventView {
    kind: &'static str,
    fields: Field,
    line: String,
}

#[derive(Serialize)]
struct MessageView {
    id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    copy_of: Option<u64>,
    from: String,
    to: String,
    kind: &'static str,
    fields: Field,
    text: String,
}

#[derive(Serialize)]
struct ViolationView {
    property: &'static str,
    step: u64,
    line: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum StateView {
    Node {
        role: &'static str,
        term: Term,
        voted_for: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        votes: Option<Vec<u32>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        peers: Option<Vec<Field>>,
        log: Vec<Field>,
        commit_index: Index,
        last_applied: Index,
        store: Pairs,
        health: Field,
    },
    Client {
        requests: u32,
        sent: u32,
        answered: u32,
        waiting_for: Option<String>,
        health: Field,
    },
    Main {
        done: bool,
    },
}

/// A store, written as an object from key to value.
struct Pairs(Vec<(String, String)>);

impl Serialize for Pairs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[derive(Serialize)]
struct End {
    step: u64,
    time_ms: u64,
    what: &'static str,
    ending: &'static str,
    sentence: String,
    messages: Field,
    answered: u64,
    violations: Vec<ViolationView>,
    repeat: String,
}

impl Journal {
    /// Of a run before its first step. What was sent by then is written.
    pub(super) fn begin(emulation: &Emulation, out: &mut impl Write) -> io::Result<Self> {
        let ids = 1..=emulation.config().num_nodes;
        let nodes = ids.map(|id| (emulation.node(id).log().clone(), emulation.node(id).commit_index())).collect();
        let mut journal = Journal { sent: 0, nodes, violations: 0 };
        journal.write_sends(emulation, out)?;
        Ok(journal)
    }

    /// Writes all that happened in the current step.
    pub(super) fn write_step(&mut self, emulation: &Emulation, out: &mut impl Write) -> io::Result<()> {
        let texts = emulation.texts();
        let Some(input) = emulation.now().input() else { return Ok(()) };
        let (what, message, timer) = match input {
            Input::Delivered(envelope) => ("receive", Some(envelope), None),
            Input::Dropped(envelope) => ("drop", Some(envelope), None),
            Input::Fired(_, timer) => ("timeout", None, Some(timer.name())),
            Input::Act(_) => ("act", None, None),
        };
        let message = || message.map(|envelope| MessageView::new(envelope, texts));
        write_line(out, &Line { message: message(), timer, ..line(emulation, what, input.process()) })?;
        for record in emulation.happened() {
            let event = Some(EventView::new(record, texts));
            write_line(out, &Line { message: message(), event, ..line(emulation, "event", record.process) })?;
        }
        if let ProcessId::Node(id) = input.process() {
            self.write_changes(emulation, id, out)?;
        }
        self.write_sends(emulation, out)
    }

    /// Writes what became of a node's log and commit index.
    fn write_changes(&mut self, emulation: &Emulation, id: u32, out: &mut impl Write) -> io::Result<()> {
        let node = emulation.node(id);
        let (log, commit_index) = (node.log(), node.commit_index());
        let (log_before, commit_before) = &self.nodes[id as usize - 1];
        let process = ProcessId::Node(id);
        let kept = last_common(log_before, log, emulation.now().input());
        if kept < log_before.last_index() {
            write_line(out, &Line { last_index: Some(kept), ..line(emulation, "truncate", process) })?;
        }
        if kept < log.last_index() {
            let entries = Some(entries(log, kept + 1, emulation.texts()));
            write_line(out, &Line { first_index: Some(kept + 1), entries, ..line(emulation, "append", process) })?;
        }
        if commit_index > *commit_before {
            let commit_index = Some(commit_index);
            write_line(out, &Line { commit_index, ..line(emulation, "commit", process) })?;
        }
        self.nodes[id as usize - 1] = (log.clone(), commit_index);
        Ok(())
    }

    /// Writes which messages were put on their way since the last time.
    fn write_sends(&mut self, emulation: &Emulation, out: &mut impl Write) -> io::Result<()> {
        let is_new = |envelope: &&Envelope<Message>| envelope.id.0.get() > self.sent;
        let mut new: Vec<_> = emulation.now().network().in_flight().filter(is_new).collect();
        new.sort_by_key(|envelope| envelope.id);
        for envelope in new {
            self.sent = envelope.id.0.get();
            let line = Line {
                message: Some(MessageView::new(envelope, emulation.texts())),
                due_ms: Some(envelope.due_ms),
                will_be_lost: Some(envelope.is_lost),
                ..line(emulation, if envelope.copy_of.is_some() { "duplicate" } else { "send" }, envelope.from)
            };
            write_line(out, &line)?;
        }
        Ok(())
    }

    /// Writes what does not hold any more since the last step, once the checks have looked at it.
    pub(super) fn write_violations(&mut self, emulation: &Emulation, out: &mut impl Write) -> io::Result<()> {
        let violations = emulation.state().safety().violations();
        for violation in &violations[self.violations..] {
            let line = Line {
                step: emulation.now().step_count(),
                time_ms: emulation.now().time_ms(),
                what: "violation",
                violation: Some(ViolationView::new(violation, emulation.texts())),
                ..Line::default()
            };
            write_line(out, &line)?;
        }
        self.violations = violations.len();
        Ok(())
    }
}

/// Writes the last object.
pub(super) fn write_end(
    emulation: &Emulation,
    violations: &[Violation],
    repeat: &CommandLine,
    out: &mut impl Write,
) -> io::Result<()> {
    let (now, texts) = (emulation.now(), emulation.texts());
    let (counts, in_flight) = (now.network().counts(), now.network().in_flight().len() as u64);
    let end = End {
        step: now.step_count(),
        time_ms: now.time_ms(),
        what: "end",
        ending: emulation.state().ending().map_or("", ending::word),
        sentence: Sentence(emulation.state()).to_string(),
        messages: Field::Parts(vec![
            ("sent", counts.sent.into()),
            ("duplicated", counts.duplicated.into()),
            ("received", counts.delivered.into()),
            ("dropped", counts.dropped.into()),
            ("in_flight", in_flight.into()),
        ]),
        answered: super::answered(emulation.state()),
        violations: violations.iter().map(|violation| ViolationView::new(violation, texts)).collect(),
        repeat: repeat.to_string(),
    };
    write_line(out, &end)
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line).map_err(io::Error::from)?;
    writeln!(out)
}

/// A line of the current step about a process, without what sets it apart from others.
fn line(emulation: &Emulation, what: &'static str, process: ProcessId) -> Line {
    Line {
        step: emulation.now().step_count(),
        time_ms: emulation.now().time_ms(),
        what,
        process: Some(process.to_string()),
        state: Some(StateView::new(emulation, process)),
        ..Line::default()
    }
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

fn entries(log: &Log, first: Index, texts: &Texts) -> Vec<Field> {
    let parts = |entry: Entry| Field::Parts(text::entry_parts(entry, texts));
    log.entries_from(first).into_iter().map(parts).collect()
}

impl EventView {
    fn new(record: &Record, texts: &Texts) -> Self {
        EventView {
            kind: record.event.kind(),
            fields: Field::Parts(record.event.fields(texts)),
            line: record.line(texts).to_string(),
        }
    }
}

impl MessageView {
    fn new(envelope: &Envelope<Message>, texts: &Texts) -> Self {
        MessageView {
            id: envelope.id.0.get(),
            copy_of: envelope.copy_of.map(|id| id.0.get()),
            from: envelope.from.to_string(),
            to: envelope.to.to_string(),
            kind: envelope.message.kind(),
            fields: Field::Parts(envelope.message.fields(texts)),
            text: Described::new(&envelope.message, texts).to_string(),
        }
    }
}

impl ViolationView {
    fn new(violation: &Violation, texts: &Texts) -> Self {
        let line = violation.line(texts).to_string();
        ViolationView { property: violation.property.name(), step: violation.step, line }
    }
}

impl StateView {
    fn new(emulation: &Emulation, process: ProcessId) -> Self {
        let texts = emulation.texts();
        match emulation.now().process(process) {
            raft::Process::Node(node) => StateView::of_node(node, texts, health(emulation, process)),
            raft::Process::Client(client) => StateView::Client {
                requests: client.requests(),
                sent: client.sent(),
                answered: client.answered(),
                waiting_for: client.waiting_for().map(|command| Op { command, texts }.to_string()),
                health: health(emulation, process),
            },
            raft::Process::Main(main) => StateView::Main { done: main.is_done() },
        }
    }

    fn of_node(node: &Node, texts: &Texts, health: Field) -> Self {
        let (role, votes, peers) = match node.role() {
            Role::Follower => ("follower", None, None),
            Role::PreCandidate { votes } => ("pre-candidate", Some(votes.clone()), None),
            Role::Candidate { votes } => ("candidate", Some(votes.clone()), None),
            Role::Leader(leadership) => {
                let peers = leadership.progress.iter().map(|progress| {
                    Field::Parts(vec![
                        ("node", progress.peer.into()),
                        ("next_index", progress.next_index.into()),
                        ("match_index", progress.match_index.into()),
                    ])
                });
                ("leader", None, Some(peers.collect()))
            }
        };
        let pairs = node.store().pairs(texts).into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        StateView::Node {
            role,
            term: node.current_term(),
            voted_for: node.persistent().voted_for,
            votes,
            peers,
            log: entries(node.log(), 1, texts),
            commit_index: node.commit_index(),
            last_applied: node.last_applied(),
            store: Pairs(pairs.collect()),
            health,
        }
    }
}

fn health(emulation: &Emulation, process: ProcessId) -> Field {
    let health = emulation.now().health(process);
    Field::Parts(vec![
        ("crashed", health.has_crashed.into()),
        ("paused", health.is_paused.into()),
        ("will_crash_midway", health.is_doomed.into()),
        ("clock_percent", Field::from(health.clock_percent)),
    ])
}
