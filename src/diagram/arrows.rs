//! Messages: an arrow each, with a short label beside its end.

use super::Picture;
use super::flights::Flight;
use super::labels::{Labels, Side};
use super::shape::{Point, Shape, cross, cut, head, term_class};
use crate::act_text;
use crate::kv::Texts;
use crate::process::{Described, Envelope, ProcessId};
use crate::raft::Message;
use crate::raft::message::AppendOutcome;

/// How far an arrow ends before the line of its receiver.
const BEFORE_LINE: u32 = 3;
/// How far below its row's line the label of a message stands.
const LABEL_BELOW: u32 = 11;

/// Draws those whose sender and receiver have columns; not those that are sent and received within one fold.
pub(super) fn draw(picture: &mut Picture, labels: &mut Labels, flights: &[Flight]) {
    for flight in flights {
        let ends = (picture.lanes.x(flight.envelope.from), picture.lanes.x(flight.envelope.to));
        let (Some(from), Some(to)) = ends else { continue };
        let row = |step: Option<u64>| step.and_then(|step| picture.row_of(step));
        let arrow = Arrow { flight, from, to, sent: row(flight.sent), ended: row(flight.ended) };
        if arrow.sent != arrow.ended {
            arrow.draw(picture, labels);
        }
    }
}

/// A message, the places of its two lines, and its rows.
struct Arrow<'a> {
    flight: &'a Flight<'a>,
    from: u32,
    to: u32,
    sent: Option<usize>,
    ended: Option<usize>,
}

impl Arrow<'_> {
    fn draw(&self, picture: &mut Picture, labels: &mut Labels) {
        let (start, end) = self.ends(picture);
        let class = self.class(picture);
        let title = title(self.flight, picture.texts);
        let shape = |shape: Shape| self.marked(shape);
        picture
            .shapes
            .push(Shape { title: Some(title.clone()), ..shape(Shape::line(["arrow ", &class].concat(), start, end)) });
        let Some(row) = self.ended else { return };
        if self.flight.is_lost {
            picture.shapes.push(shape(Shape::path("cross", cross(end, 4))));
        } else {
            picture.shapes.push(shape(Shape::path(["head ", &class].concat(), head(start, end))));
        }
        if picture.is_folded(row) {
            return;
        }
        let side = if self.from < self.to { Side::Left } else { Side::Right };
        let like = shape(Shape::text(["label ", &class].concat(), end, String::new()));
        let mut text = cut(&label(&self.flight.envelope.message, picture.texts));
        if self.flight.is_lost {
            text += " lost";
        }
        let place = (self.to, Picture::y(row) + LABEL_BELOW);
        labels.put(row, place, side, Shape { title: Some(title), ..like }, text);
    }

    /// From where to where the line goes. What is lost comes to nothing shortly before its receiver.
    fn ends(&self, picture: &Picture) -> (Point, Point) {
        let before = |x: u32, by: u32| if self.from < self.to { x.saturating_sub(by) } else { x + by };
        let start = (self.from, self.sent.map_or(0, Picture::y));
        let end = (before(self.to, BEFORE_LINE), self.ended.map_or(picture.height(), Picture::y));
        if !self.flight.is_lost {
            return (start, end);
        }
        let short = |a: u32, b: u32| (i64::from(a) + (i64::from(b) - i64::from(a)) * 4 / 5) as u32;
        (start, (short(start.0, end.0), short(start.1, end.1)))
    }

    fn class(&self, picture: &Picture) -> String {
        let Envelope { from, to, message, .. } = self.flight.envelope;
        let between = |kind: fn(&ProcessId) -> bool| kind(from) || kind(to);
        let mut class = String::new();
        class += match message.term() {
            _ if between(|process| matches!(process, ProcessId::Main)) => "main",
            _ if between(|process| matches!(process, ProcessId::Client(_))) => "client",
            Some(term) => term_class(term),
            None => match message {
                Message::RequestPreVote { next_term, .. } => term_class(*next_term),
                _ => "main",
            },
        };
        let is_folded = |row: Option<usize>| row.is_some_and(|row| picture.is_folded(row));
        let words = [
            (message.is_response(), " reply"),
            (message.grants() == Some(false), " refused"),
            (self.flight.is_lost, " lost"),
            (self.sent.is_none(), " early"),
            (self.ended.is_none(), " late"),
            (is_folded(self.sent) || is_folded(self.ended), " folded"),
            (message.is_heartbeat(), " heartbeat"),
        ];
        words.into_iter().filter(|(holds, _)| *holds).for_each(|(_, word)| class += word);
        class
    }

    /// The shape, with what it shows.
    fn marked(&self, shape: Shape) -> Shape {
        let envelope = self.flight.envelope;
        let step = self.flight.ended.or(self.flight.sent);
        Shape {
            step,
            message: Some(envelope.id.0.get()),
            sent: Some(envelope.sent.step),
            entries: envelope.message.carried(),
            process: Some(envelope.to),
            ..shape
        }
    }
}

/// All that there is to say of a message.
fn title(flight: &Flight, texts: &Texts) -> String {
    let Envelope { id, copy_of, from, to, message, .. } = flight.envelope;
    let mut title = format!("{id} {from} → {to}: {}", Described::new(message, texts));
    if let Some(original) = copy_of {
        title += &format!(", a copy of {original}");
    }
    if flight.is_lost {
        title += ", lost";
    }
    title
}

/// What a message says, in a word or two.
pub(crate) fn label(message: &Message, texts: &Texts) -> String {
    match message {
        Message::RequestVote { .. } => "RequestVote".to_owned(),
        Message::RequestVoteResponse { granted: true, .. } => "+ vote".to_owned(),
        Message::RequestVoteResponse { granted: false, .. } => "− no vote".to_owned(),
        Message::RequestPreVote { .. } => "PreVote".to_owned(),
        Message::RequestPreVoteResponse { granted: true, .. } => "+ pre-vote".to_owned(),
        Message::RequestPreVoteResponse { granted: false, .. } => "− no pre-vote".to_owned(),
        Message::AppendEntries { prev_log_index, entries, .. } => match entries.as_slice() {
            [] => "heartbeat".to_owned(),
            [_] => format!("append {}", prev_log_index + 1),
            several => format!("append {}–{}", prev_log_index + 1, *prev_log_index as usize + several.len()),
        },
        Message::AppendEntriesResponse { outcome, .. } => match outcome {
            AppendOutcome::Matched { match_index } => format!("+ up to {match_index}"),
            AppendOutcome::StaleTerm => "− stale term".to_owned(),
            AppendOutcome::Mismatch { conflict_index, .. } => format!("− try {conflict_index}"),
        },
        Message::CommitNotification { commit_index, .. } => format!("commit {commit_index}"),
        Message::ClientRequest { command, .. } => act_text::write_command(*command, texts),
        Message::Init
        | Message::Ready
        | Message::SetPeers { .. }
        | Message::StartElection
        | Message::Start { .. }
        | Message::ClientResponse { .. } => Described::new(message, texts).to_string(),
    }
}
