//! A message on its way.

use crate::kv::Texts;
use crate::process::{Describe, Described, Envelope, Field, MessageId};
use crate::raft::Message;
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
        ("heartbeat", message.is_heartbeat().into()),
        ("entries", message.carried().map(|(first, last)| Field::List(vec![first.into(), last.into()])).into()),
        ("granted", granted(message).into()),
    ])
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
