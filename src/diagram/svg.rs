//! A diagram as a file of its own: SVG, with its colours in it.

use super::marks::short;
use super::rows::ROW_HEIGHT;
use super::shape::{Shape, Tag};
use super::{Diagram, Picture};
use crate::process::Field;

/// The room for the heads of the columns and the notice above them, in pixels.
const HEAD: u32 = 64;
const NOTICE: u32 = 20;
/// After so many rows the names of the columns stand there again.
const ROWS_A_NAME: usize = 50;

const STYLE: &str = include_str!("svg.css");

/// The file. `notice` is shown above the diagram: that it was cut.
pub fn write(diagram: &Diagram, title: &str, notice: Option<&str>) -> String {
    let top = HEAD + if notice.is_some() { NOTICE } else { 0 };
    let (width, height) = (diagram.width, diagram.height + top + 8);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">"
    );
    push_text(&mut out, title);
    out += "</title>\n<desc id=\"desc\">A column for each process, time downwards, a row for each step, an arrow for \
            each message.";
    if let Some(notice) = notice {
        out.push(' ');
        push_text(&mut out, notice);
    }
    out += "</desc>\n<style>\n";
    out += STYLE;
    out += "</style>\n";
    push_shape(&mut out, &Shape::rect("paper", (0, 0), (width, height), 0));
    push_shape(&mut out, &Shape::text("title", (12, 24), title.to_owned()));
    if let Some(notice) = notice {
        push_shape(&mut out, &Shape::text("notice", (12, 44), notice.to_owned()));
    }
    push_names(&mut out, diagram, top - 14);
    out += &format!("<g transform=\"translate(0 {top})\">\n");
    // Nobody stands at a step of a file.
    diagram.shapes.iter().filter(|shape| shape.class != "now").for_each(|shape| push_shape(&mut out, shape));
    (ROWS_A_NAME..diagram.rows.len()).step_by(ROWS_A_NAME).for_each(|row| {
        push_names(&mut out, diagram, Picture::top(row) + ROW_HEIGHT / 2);
    });
    out += "</g>\n</svg>\n";
    out
}

/// The names of the columns in one row.
fn push_names(out: &mut String, diagram: &Diagram, y: u32) {
    for &(process, x) in &diagram.lanes {
        let name = Shape::text("name", (x, y), short(process));
        push_shape(out, &Shape { title: Some(process.to_string()), ..name });
    }
    if diagram.left_out > 0 {
        let text = format!("and {} more", diagram.left_out);
        push_shape(out, &Shape::text("number", (diagram.width - 6, y + 12), text));
    }
}

fn push_shape(out: &mut String, shape: &Shape) {
    let name = shape.tag.name();
    out.push('<');
    out.push_str(name);
    push_attribute(out, "class", &shape.class);
    for (name, part) in &shape.at {
        match part {
            Field::Number(number) => push_attribute(out, name, &number.to_string()),
            Field::Text(text) => push_attribute(out, name, text),
            Field::Flag(_) | Field::List(_) | Field::Parts(_) | Field::Pairs(_) | Field::Nothing => {
                unreachable!("a place is a number or a path")
            }
        }
    }
    out.push('>');
    if let Some(title) = &shape.title {
        out.push_str("<title>");
        push_text(out, title);
        out.push_str("</title>");
    }
    if shape.tag == Tag::Text {
        push_text(out, shape.text.as_deref().unwrap_or_default());
    }
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push_text(out, value);
    out.push('"');
}

/// A text in which nothing is markup. What XML does not allow is replaced.
fn push_text(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
}
