//! What happened, as records, and the one place that writes a record as a line.
//!
//! A record is a small struct; it becomes text only when somebody looks at it.

use std::fmt;

use crate::kv::Texts;
use crate::process::{Describe, MessageId, ProcessId};

/// One thing that happened in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Record<E> {
    /// The step in which it happened. The first step is 1; a step may have many records, or none.
    pub step: u64,
    /// The virtual time of that step, in milliseconds since the start.
    pub time_ms: u64,
    /// To whom it happened.
    pub process: ProcessId,
    /// The message that made it happen; none if it was a timer.
    pub cause: Option<MessageId>,
    /// What happened.
    pub event: E,
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
