//! The trace as it is read, and the story of a run.

use super::line;
use crate::act_text;
use crate::chronicle::{Mark, Reign};
use crate::emulation::Emulation;
use crate::emulation::reading::{Row, topic};
use crate::kv::Texts;
use crate::process::Field;

/// A row of the trace, for the page: a `Row` of `wasm.d.ts`.
pub fn row(row: &Row, texts: &Texts) -> Field {
    match row {
        Row::Line { place, record, is_folded } => {
            let Field::Parts(mut parts) = line(*place, record, texts) else { unreachable!("a line has parts") };
            parts.push(("kind", "line".into()));
            parts.push(("group", topic(record).name().into()));
            if *is_folded {
                parts.push(("folded", true.into()));
            }
            Field::Parts(parts)
        }
        Row::Fold { quiet, is_open } => Field::Parts(vec![
            ("kind", "fold".into()),
            ("place", quiet.first_place.into()),
            ("lines", quiet.lines().into()),
            ("steps", quiet.steps().into()),
            ("first_step", quiet.first_step.into()),
            ("last_step", quiet.last_step.into()),
            ("open", (*is_open).into()),
        ]),
    }
}

/// What there is to tell of a run as far as it is known, for the page: a `Story`.
pub fn story(emulation: &Emulation) -> Field {
    let (chronicle, head) = (emulation.chronicle(), emulation.head());
    let time = |&(step, time_ms): &(u64, u64)| Field::List(vec![step.into(), time_ms.into()]);
    Field::Parts(vec![
        ("reigns", chronicle.reigns().iter().map(|reign| self::reign(reign, head)).collect()),
        ("marks", chronicle.marks().iter().map(|mark| self::mark(mark, emulation.texts())).collect()),
        ("more_marks", chronicle.more_marks().into()),
        ("times", chronicle.times().iter().map(time).collect()),
    ])
}

fn reign(&Reign { from, to, term, leader }: &Reign, head: u64) -> Field {
    Field::Parts(vec![
        ("from", from.into()),
        ("to", to.unwrap_or(head).into()),
        ("term", term.into()),
        ("leader", leader.into()),
    ])
}

fn mark(Mark { step, action, by_hand }: &Mark, texts: &Texts) -> Field {
    let text = act_text::write(action, texts);
    let kind = match text.split(' ').next() {
        Some("client") => "request".to_owned(),
        verb => verb.unwrap_or_default().to_owned(),
    };
    Field::Parts(vec![
        ("step", (*step).into()),
        ("kind", kind.into()),
        ("text", text.into()),
        ("by_hand", (*by_hand).into()),
    ])
}
