//! What happened in a step besides messages: timeouts, elections, commits, crashes and other faults.

use super::Picture;
use super::labels::{Labels, Side};
use super::shape::{Point, Shape, cross};
use crate::action::Group;
use crate::journal::{Deed, Rank, Standing};
use crate::process::ProcessId;
use crate::raft::{Event, Timer};
use crate::simulation::Input;
use crate::trace::Happening;

/// How far below its row's line the words of a mark stand.
const WORDS_BELOW: u32 = 4;

pub(super) fn draw(picture: &mut Picture, labels: &mut Labels) {
    let mut standings = picture.journal.standings_before(picture.first);
    for deed in picture.deeds() {
        let place = picture.journal.place_of(deed.process());
        let before = std::mem::replace(&mut standings[place], deed.standing);
        if let Some(row) = picture.row_of(deed.step).filter(|&row| !picture.is_folded(row)) {
            draw_deed(picture, labels, deed, &before, row);
        }
    }
}

fn draw_deed(picture: &mut Picture, labels: &mut Labels, deed: &Deed, before: &Standing, row: usize) {
    let y = Picture::y(row);
    if let Some(words) = network_words(deed) {
        let like = Shape { step: Some(deed.step), ..Shape::text("label cut", (0, 0), String::new()) };
        labels.put(row, (super::lanes::GUTTER - 8, y + WORDS_BELOW), Side::Right, like, words);
    }
    let process = deed.process();
    let Some(x) = picture.lanes.x(process) else { return };
    let shown = |shape: Shape| Shape { step: Some(deed.step), process: Some(process), ..shape };
    let marks = marks(deed, before, (x, y));
    picture.shapes.extend(marks.into_iter().map(shown));
    let words = words(deed, before).join(", ");
    if !words.is_empty() {
        // A message comes from one side; the other one is free.
        let side = match &deed.input {
            Input::Delivered(envelope) if picture.lanes.x(envelope.from).is_some_and(|from| from > x) => Side::Left,
            Input::Delivered(_) | Input::Dropped(_) | Input::Fired(..) | Input::Act(_) => Side::Right,
        };
        let like = shown(Shape::text("label mark", (0, 0), String::new()));
        labels.put(row, (x, y + WORDS_BELOW), side, like, words);
    }
}

/// The signs on the line of a process.
fn marks(deed: &Deed, before: &Standing, (x, y): Point) -> Vec<Shape> {
    let now = &deed.standing;
    let mut marks = Vec::new();
    if let Input::Fired(_, timer) = deed.input {
        let class = if timer == Timer::Election { "timeout" } else { "timeout minor" };
        let (left, top) = (x.saturating_sub(5), y.saturating_sub(4));
        marks.push(Shape::path(class, format!("M{left} {top}h10l-5 9z")));
    }
    if now.has_crashed != before.has_crashed {
        marks.push(match now.has_crashed {
            true => Shape::path("crash", cross((x, y), 5)),
            false => Shape::circle("restart", (x, y), 5),
        });
    }
    if now.rank == Some(Rank::Leader) && before.rank != Some(Rank::Leader) {
        marks.push(Shape::circle("leader", (x, y), 6));
    } else if now.commit_index > before.commit_index {
        marks.push(Shape::circle("commit", (x, y), 4));
    }
    marks
}

/// What there is to say of a process in a step.
pub(crate) fn words(deed: &Deed, before: &Standing) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    match deed.input {
        Input::Fired(_, Timer::Election) => words.push("times out".to_owned()),
        Input::Fired(_, Timer::Retry) => words.push("waits no more".to_owned()),
        _ => {}
    }
    let times_out = matches!(deed.input, Input::Fired(_, Timer::Election));
    words.extend(deed.records.iter().filter_map(|record| word(&record.event, times_out)));
    if deed.standing.commit_index > before.commit_index {
        words.push(format!("commit {}", deed.standing.commit_index));
    }
    words
}

fn word(happening: &Happening<Event>, times_out: bool) -> Option<String> {
    Some(match *happening {
        Happening::Said(Event::StartingElection { term }) if times_out => format!("term {term}"),
        Happening::Said(Event::StartingElection { term }) => format!("stands, term {term}"),
        Happening::Said(Event::BecameLeader { term }) => format!("leads term {term}"),
        Happening::Said(Event::SteppedDown { term }) => format!("steps down, term {term}"),
        Happening::Said(Event::EntriesCut { index }) => format!("deletes from {index}"),
        Happening::Said(_) | Happening::Dropped { .. } => return None,
        Happening::Crashed => "crashes".to_owned(),
        Happening::Doomed => "will crash midway".to_owned(),
        Happening::Restarted => "restarts".to_owned(),
        Happening::Paused => "stands still".to_owned(),
        Happening::Resumed => "goes on".to_owned(),
        Happening::Duplicated { kind, .. } => format!("{kind} twice"),
        Happening::Delayed { kind, by_ms, .. } => format!("{kind} {by_ms} ms later"),
        Happening::Skewed { percent } => format!("clock {percent} %"),
        Happening::Partitioned(_)
        | Happening::Cut { .. }
        | Happening::LinkHealed { .. }
        | Happening::Healed
        | Happening::Aligned { .. }
        | Happening::Spread { .. }
        | Happening::Refused(_) => return None,
    })
}

/// What there is to say of the network in a step.
pub(crate) fn network_words(deed: &Deed) -> Option<String> {
    let record = deed.records.first()?;
    Some(match &record.event {
        Happening::Partitioned(groups) => format!("partition: {}", groups_text(groups)),
        Happening::Cut { to } => format!("cut: {} → {}", short(record.process), short(*to)),
        Happening::LinkHealed { to } => format!("healed: {} → {}", short(record.process), short(*to)),
        Happening::Healed => "all links healed".to_owned(),
        Happening::Aligned { timer, .. } => format!("{timer} timers aligned"),
        Happening::Spread { timer, .. } => format!("{timer} timers spread"),
        Happening::Refused(_) => "a fault has no effect".to_owned(),
        _ => return None,
    })
}

fn groups_text(groups: &[Group]) -> String {
    let group = |group: &Group| group.iter().map(|&process| short(process)).collect::<Vec<_>>().join(" ");
    groups.iter().map(group).collect::<Vec<_>>().join(" | ")
}

/// The head of a column: `1`, `c2`.
pub(crate) fn short(process: ProcessId) -> String {
    match process {
        ProcessId::Main => "main".to_owned(),
        ProcessId::Node(id) => id.to_string(),
        ProcessId::Client(id) => format!("c{id}"),
    }
}
