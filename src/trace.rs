//! What happened, as records, and the one place that writes a record as a line.
//!
//! A record is a small struct; it becomes text only when somebody looks at it.

use std::fmt;
use std::rc::Rc;

use crate::action::{Group, Refusal};
use crate::kv::Texts;
use crate::process::{Describe, Field, MessageId, ProcessId};

/// One thing that happened in a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Record<E> {
    /// The step in which it happened. The first step is 1; a step may have many records, or none.
    pub step: u64,
    /// The virtual time of that step, in milliseconds since the start.
    pub time_ms: u64,
    /// To whom it happened.
    pub process: ProcessId,
    /// The message that made it happen; none if it was a timer or a fault.
    pub cause: Option<MessageId>,
    /// What happened.
    pub event: Happening<E>,
}

/// What can happen: what a process says of itself, and what befalls it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Happening<E> {
    /// A process says so.
    Said(E),
    /// It crashed.
    Crashed,
    /// It will crash in the middle of its next step.
    Doomed,
    /// It runs again.
    Restarted,
    /// It stands still.
    Paused,
    /// It goes on.
    Resumed,
    /// A message to it never arrives.
    Dropped {
        /// Who sent it.
        from: ProcessId,
        /// What kind of message it was.
        kind: &'static str,
        /// Why it does not arrive.
        why: Loss,
    },
    /// A message to it is on its way twice.
    Duplicated {
        /// Who sent it.
        from: ProcessId,
        /// What kind of message it is.
        kind: &'static str,
    },
    /// A message to it takes longer.
    Delayed {
        /// Who sent it.
        from: ProcessId,
        /// What kind of message it is.
        kind: &'static str,
        /// How much longer, in milliseconds.
        by_ms: u32,
    },
    /// Processes reach each other only within these groups.
    Partitioned(Rc<[Group]>),
    /// Its messages to another one are lost.
    Cut {
        /// The other one.
        to: ProcessId,
    },
    /// Its messages to another one arrive again.
    LinkHealed {
        /// The other one.
        to: ProcessId,
    },
    /// All links work again.
    Healed,
    /// Its timers take this many percent of their time.
    Skewed {
        /// 100 is right.
        percent: u32,
    },
    /// All timers of a kind fire at the same time.
    Aligned {
        /// Which kind, by its name.
        timer: &'static str,
        /// How many there are.
        count: u32,
        /// After how many milliseconds they fire.
        in_ms: u32,
    },
    /// The timers of a kind fire one after another.
    Spread {
        /// Which kind, by its name.
        timer: &'static str,
        /// How many there are.
        count: u32,
        /// After how many milliseconds the first of them fires.
        in_ms: u32,
        /// How much later than the one before each other fires, in milliseconds.
        apart_ms: u32,
    },
    /// A fault that was to happen did not, for this reason.
    Refused(Refusal),
}

/// What a line of the trace is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Who leads.
    Election,
    /// The log and the store.
    Replication,
    /// What clients ask and hear.
    Clients,
    /// What goes wrong, and what mends it.
    Faults,
    /// How everything is started and ended.
    Other,
}

impl Topic {
    /// All of them.
    pub const ALL: [Topic; 5] = [Topic::Election, Topic::Replication, Topic::Clients, Topic::Faults, Topic::Other];

    /// Its name, one word.
    pub fn name(self) -> &'static str {
        match self {
            Topic::Election => "election",
            Topic::Replication => "replication",
            Topic::Clients => "clients",
            Topic::Faults => "faults",
            Topic::Other => "other",
        }
    }
}

impl<E> Happening<E> {
    /// What it is about; of what a process says of itself, `said` knows.
    pub fn topic(&self, said: impl FnOnce(&E) -> Topic) -> Topic {
        match self {
            Happening::Said(event) => said(event),
            Happening::Crashed
            | Happening::Doomed
            | Happening::Restarted
            | Happening::Paused
            | Happening::Resumed
            | Happening::Dropped { .. }
            | Happening::Duplicated { .. }
            | Happening::Delayed { .. }
            | Happening::Partitioned(_)
            | Happening::Cut { .. }
            | Happening::LinkHealed { .. }
            | Happening::Healed
            | Happening::Skewed { .. }
            | Happening::Aligned { .. }
            | Happening::Spread { .. }
            | Happening::Refused(_) => Topic::Faults,
        }
    }
}

/// Why a message does not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Loss {
    /// The network lost it.
    Network,
    /// The link is cut.
    Cut,
    /// Its receiver does not run.
    Crashed,
    /// A person dropped it.
    Taken,
}

impl Loss {
    fn reason(self) -> &'static str {
        match self {
            Loss::Network => "by the network",
            Loss::Cut => "the link is cut",
            Loss::Crashed => "it has crashed",
            Loss::Taken => "dropped by hand",
        }
    }
}

impl<E: Describe> Describe for Happening<E> {
    fn kind(&self) -> &'static str {
        match self {
            Happening::Said(event) => event.kind(),
            Happening::Crashed => "Crashed",
            Happening::Doomed => "Doomed",
            Happening::Restarted => "Restarted",
            Happening::Paused => "Paused",
            Happening::Resumed => "Resumed",
            Happening::Dropped { .. } => "Dropped",
            Happening::Duplicated { .. } => "Duplicated",
            Happening::Delayed { .. } => "Delayed",
            Happening::Partitioned(_) => "Partitioned",
            Happening::Cut { .. } => "Cut",
            Happening::LinkHealed { .. } => "LinkHealed",
            Happening::Healed => "Healed",
            Happening::Skewed { .. } => "Skewed",
            Happening::Aligned { .. } => "Aligned",
            Happening::Spread { .. } => "Spread",
            Happening::Refused(_) => "Refused",
        }
    }

    fn fields(&self, texts: &Texts) -> Vec<(&'static str, Field)> {
        let name = |process: ProcessId| Field::Text(process.to_string());
        match self {
            Happening::Said(event) => event.fields(texts),
            Happening::Crashed
            | Happening::Doomed
            | Happening::Restarted
            | Happening::Paused
            | Happening::Resumed
            | Happening::Healed => vec![],
            Happening::Dropped { from, kind, why } => {
                vec![("from", name(*from)), ("message", (*kind).into()), ("why", why.reason().into())]
            }
            Happening::Duplicated { from, kind } => vec![("from", name(*from)), ("message", (*kind).into())],
            Happening::Delayed { from, kind, by_ms } => {
                vec![("from", name(*from)), ("message", (*kind).into()), ("by_ms", (*by_ms).into())]
            }
            Happening::Partitioned(groups) => {
                let list = |group: &Group| Field::List(group.iter().map(|&process| name(process)).collect());
                vec![("groups", Field::List(groups.iter().map(list).collect()))]
            }
            Happening::Cut { to } | Happening::LinkHealed { to } => vec![("to", name(*to))],
            Happening::Skewed { percent } => vec![("percent", (*percent).into())],
            Happening::Aligned { timer, count, in_ms } => {
                vec![("timer", (*timer).into()), ("count", (*count).into()), ("in_ms", (*in_ms).into())]
            }
            Happening::Spread { timer, count, in_ms, apart_ms } => vec![
                ("timer", (*timer).into()),
                ("count", (*count).into()),
                ("in_ms", (*in_ms).into()),
                ("apart_ms", (*apart_ms).into()),
            ],
            Happening::Refused(refusal) => vec![("why", Field::Text(refusal.to_string()))],
        }
    }

    fn write(&self, texts: &Texts, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Happening::Said(event) => event.write(texts, f),
            Happening::Crashed => f.write_str("Crashed"),
            Happening::Doomed => f.write_str("Will crash in the middle of its next step"),
            Happening::Restarted => f.write_str("Restarted"),
            Happening::Paused => f.write_str("Paused"),
            Happening::Resumed => f.write_str("Resumed"),
            Happening::Dropped { from, kind, why } => write!(f, "Lost: {kind} from {from} ({})", why.reason()),
            Happening::Duplicated { from, kind } => write!(f, "Duplicated: {kind} from {from}"),
            Happening::Delayed { from, kind, by_ms } => write!(f, "Delayed by {by_ms} ms: {kind} from {from}"),
            Happening::Partitioned(groups) => {
                f.write_str("Partition: ")?;
                for (place, group) in groups.iter().enumerate() {
                    f.write_str(if place > 0 { " | " } else { "" })?;
                    for (place, process) in group.iter().enumerate() {
                        write!(f, "{}{process}", if place > 0 { ", " } else { "" })?;
                    }
                }
                Ok(())
            }
            Happening::Cut { to } => write!(f, "Link to {to} cut"),
            Happening::LinkHealed { to } => write!(f, "Link to {to} healed"),
            Happening::Healed => f.write_str("All links healed"),
            Happening::Skewed { percent } => write!(f, "Timers take {percent} % of their time"),
            Happening::Aligned { timer, count, in_ms } => {
                write!(f, "Aligned: {count} {timer} timers fire in {in_ms} ms")
            }
            Happening::Spread { timer, count, in_ms, apart_ms } => {
                write!(f, "Spread: {count} {timer} timers fire {apart_ms} ms apart, the first in {in_ms} ms")
            }
            Happening::Refused(refusal) => write!(f, "A fault has no effect: {refusal}"),
        }
    }
}

impl<E: Describe> Record<E> {
    /// The line of the trace for this record, without a line end.
    pub fn line<'a>(&'a self, texts: &'a Texts) -> Line<'a, E> {
        Line { record: self, texts }
    }
}

/// A record, ready to be printed as a line of the trace: `[node 1] Became LEADER for term 1`.
pub struct Line<'a, E> {
    record: &'a Record<E>,
    texts: &'a Texts,
}

impl<E: Describe> fmt::Display for Line<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.record.process {
            ProcessId::Main => {}
            process @ (ProcessId::Node(_) | ProcessId::Client(_)) => write!(f, "[{process}] ")?,
        }
        self.record.event.write(self.texts, f)
    }
}
