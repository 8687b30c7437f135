//! The lines of the processes from top to bottom: in the colour of the term, broken by crashes, and apart where links are
//! cut.

use super::Picture;
use super::labels::{Labels, Side};
use super::shape::{Shape, term_class};
use crate::journal::{Cuts, Rank, Standing};
use crate::process::ProcessId;

pub(super) fn draw(picture: &mut Picture, labels: &mut Labels) {
    draw_cuts(picture, labels);
    let standings = picture.journal.standings_before(picture.first);
    for &(process, x) in &picture.lanes.lanes {
        let mut standing = standings[picture.journal.place_of(process)];
        let mut top = 0;
        for deed in picture.deeds().filter(|deed| deed.process() == process && process != ProcessId::Main) {
            let Some(row) = picture.row_of(deed.step).filter(|_| class(&deed.standing) != class(&standing)) else {
                continue;
            };
            draw_life(picture, process, &standing, (x, top), Picture::y(row));
            (standing, top) = (deed.standing, Picture::y(row));
        }
        draw_life(picture, process, &standing, (x, top), picture.height());
    }
}

fn draw_life(picture: &mut Picture, process: ProcessId, standing: &Standing, (x, top): (u32, u32), bottom: u32) {
    let line = Shape::line(class(standing), (x, top), (x, bottom));
    picture.shapes.push(Shape { process: Some(process), ..line });
}

fn class(standing: &Standing) -> String {
    let mut class = "lane".to_owned();
    let rank = match standing.rank {
        Some(Rank::Leader) => "leads",
        Some(Rank::Candidate) => "stands",
        Some(Rank::Follower) => "follows",
        None => "apart",
    };
    let term = if standing.rank.is_some() { term_class(standing.term) } else { "" };
    let crashed = if standing.has_crashed { "crashed" } else { "" };
    let paused = if standing.is_paused { "paused" } else { "" };
    for word in [rank, term, crashed, paused].into_iter().filter(|word| !word.is_empty()) {
        class.push(' ');
        class += word;
    }
    class
}

/// Bands between neighbours that do not reach each other, for as long as that lasts.
fn draw_cuts(picture: &mut Picture, labels: &mut Labels) {
    let mut cuts = picture.journal.cuts_before(picture.first);
    let mut top = 0;
    for deed in picture.deeds() {
        if deed.cuts == cuts {
            continue;
        }
        let Some(row) = picture.row_of(deed.step) else { continue };
        draw_bands(picture, &cuts, top, Picture::y(row));
        (cuts, top) = (deed.cuts.clone(), Picture::y(row));
    }
    draw_bands(picture, &cuts, top, picture.height());
    let at_top = picture.journal.cuts_before(picture.first);
    if !at_top.is_empty() && !picture.rows.is_empty() {
        let count = at_top.len();
        let text = format!("{count} link{} cut", if count == 1 { " is" } else { "s are" });
        labels.put(
            0,
            (super::lanes::GUTTER - 8, Picture::y(0) + 4),
            Side::Right,
            Shape::text("label cut", (0, 0), String::new()),
            text,
        );
    }
}

fn draw_bands(picture: &mut Picture, cuts: &Cuts, top: u32, bottom: u32) {
    let lanes = picture.lanes;
    for pair in lanes.lanes.windows(2) {
        let [(left, x), (right, next_x)] = *pair else { continue };
        let is_cut = |from: ProcessId, to: ProcessId| cuts.binary_search(&(from, to)).is_ok();
        if is_cut(left, right) || is_cut(right, left) {
            let class = if is_cut(left, right) && is_cut(right, left) { "cut" } else { "cut one-way" };
            let title = format!("{left} and {right} do not reach each other");
            let band = Shape::rect(class, ((x + next_x) / 2 - 4, top), (8, bottom - top), 3);
            picture.shapes.push(Shape { title: Some(title), ..band });
        }
    }
}
