//! A message on its way.

use crate::kv::Texts;
use crate::process::{Describe, Described, Envelope, Field, MessageId};
use crate::raft::Message;

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
        ("granted", message.grants().into()),
    ])
}
