//! A message on its way.

use crate::kv::Texts;
use crate::process::{Describe, Described, Envelope, Field, MessageId};
use crate::raft::Message;
use crate::raft::log::Index;
use crate::raft::message::AppendOutcome;

/// A `FlightView`.
pub(super) fn flight(envelope: &Envelope<Message>, texts: &Texts, ready: bool) -> Field {
    let message = &envelope.message;
    Field::Parts(vec![
        ("id", envelope.id.0.get().into()),
        ("from", envelope.from.to_string().into()),
        ("to", envelope.to.to_string().into()),
        ("kind", message.kind().into()),
        ("text", Described::new(message, texts).to_string().into()),
        ("reply", message.is_response().into()),
        ("ready", ready.into()),
        ("sent_step", envelope.sent.step.into()),
        ("sent_ms", envelope.sent.time_ms.into()),
        ("due_ms", envelope.due_ms.into()),
        ("lost", envelope.is_lost.into()),
        ("copy_of", envelope.copy_of.map(|MessageId(number)| number.get()).into()),
        ("heartbeat", is_heartbeat(message).into()),
        ("entries", carried(message).map(|(first, last)| Field::List(vec![first.into(), last.into()])).into()),
        ("granted", granted(message).into()),
    ])
}

/// Whether it is an AppendEntries that brings nothing new.
fn is_heartbeat(message: &Message) -> bool {
    matches!(message, Message::AppendEntries { entries, .. } if entries.is_empty())
}

/// The first and the last index of the entries that it carries.
pub(crate) fn carried(message: &Message) -> Option<(Index, Index)> {
    let Message::AppendEntries { prev_log_index, entries, .. } = message else { return None };
    let last = prev_log_index + entries.len() as u32;
    (!entries.is_empty()).then_some((prev_log_index + 1, last))
}

/// Whether an answer grants what was asked.
fn granted(message: &Message) -> Option<bool> {
    match message {
        Message::RequestVoteResponse { granted, .. } | Message::RequestPreVoteResponse { granted, .. } => {
            Some(*granted)
        }
        Message::AppendEntriesResponse { outcome, .. } => Some(matches!(outcome, AppendOutcome::Matched { .. })),
        Message::ClientResponse { result, .. } => Some(result.is_ok()),
        Message::Init
        | Message::Ready
        | Message::SetPeers { .. }
        | Message::StartElection
        | Message::Start { .. }
        | Message::RequestPreVote { .. }
        | Message::RequestVote { .. }
        | Message::AppendEntries { .. }
        | Message::CommitNotification { .. }
        | Message::ClientRequest { .. } => None,
    }
}
