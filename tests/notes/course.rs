//! The notes as they lie in their folder: pages, their sections, and what a section says of its run.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the notes.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("www/notes")
}

/// A file of the page.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A page of the notes.
pub(crate) struct Page {
    /// The name of its file.
    pub(crate) name: String,
    /// Its markup.
    pub(crate) markup: String,
}

/// All pages, by name: the nine in their order, then the index.
pub(crate) fn pages() -> Vec<Page> {
    let files =
        fs::read_dir(folder()).expect("there are notes").map(|file| file.expect("a folder can be listed").path());
    let mut pages: Vec<Page> = files
        .filter(|path| path.extension().is_some_and(|kind| kind == "html"))
        .map(|path| Page { name: path.file_name().unwrap().to_string_lossy().into_owned(), markup: read(&path) })
        .collect();
    pages.sort_by(|one, other| one.name.cmp(&other.name));
    pages
}

/// A section that can be copied: what stands between its tags, them included.
pub(crate) struct Section {
    /// Where it stands, for messages.
    pub(crate) place: String,
    /// Its markup.
    pub(crate) markup: String,
}

/// The sections of the pages that have a run.
pub(crate) fn sections() -> Vec<Section> {
    pages().iter().flat_map(sections_of).filter(|section| section.markup.contains("<raft-kv")).collect()
}

fn sections_of(page: &Page) -> Vec<Section> {
    let parts = page.markup.split("\n<section ").skip(1);
    let section = |part: &str| {
        let (inside, _) = part.split_once("</section>").expect("a section ends");
        let markup = format!("<section {inside}</section>");
        let place = format!("{}, {:?}", page.name, attribute(&markup, "id").expect("a section has a name"));
        Section { place, markup }
    };
    parts.map(section).collect()
}

impl Section {
    /// An attribute of its emulation.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let tag =
            self.markup.split_once("<raft-kv").expect("it has an emulation").1.split_once('>').expect("a tag ends").0;
        attribute(tag, name)
    }

    /// The step at which its emulation stands.
    pub(crate) fn step(&self) -> u64 {
        self.attribute("step").and_then(|step| step.parse().ok()).unwrap_or_else(|| panic!("{}: no step", self.place))
    }

    /// What it says happens: lines of the trace, each with the step that was named last before it.
    pub(crate) fn claims(&self) -> Vec<Claim> {
        let (mut claims, mut step, mut act) = (Vec::new(), None, None);
        for piece in self.markup.split('<').skip(1) {
            let (tag, text) = piece.split_once('>').expect("a tag ends");
            if let Some(sentence) = attribute(tag, "data-act") {
                act = Some(sentence);
            } else if tag == "/ul" {
                act = None;
            }
            if tag == "samp" {
                let step = step.unwrap_or_else(|| panic!("{}: {text:?} at which step?", self.place));
                claims.push(Claim { step, line: unescape(text), act: act.clone() });
            }
            step = steps_named(text).last().copied().or(step);
        }
        claims
    }

    /// The steps that its text names.
    pub(crate) fn steps(&self) -> Vec<u64> {
        self.markup.split('>').filter_map(|piece| piece.split('<').next()).flat_map(steps_named).collect()
    }
}

/// That a line appears at a step.
pub(crate) struct Claim {
    /// The step.
    pub(crate) step: u64,
    /// The line.
    pub(crate) line: String,
    /// What is done by hand where the emulation stands, if this is about what comes of that.
    pub(crate) act: Option<String>,
}

/// The numbers behind the word “step”.
fn steps_named(text: &str) -> Vec<u64> {
    let behind =
        text.split("tep ").skip(1).map(|rest| rest.split(|it: char| !it.is_ascii_digit()).next().unwrap_or(""));
    behind.filter_map(|digits| digits.parse().ok()).collect()
}

/// The first attribute of this name, its value in double quotes.
pub(crate) fn attribute(markup: &str, name: &str) -> Option<String> {
    let value = markup.split_once(&format!(" {name}=\"")).or_else(|| {
        let start = format!("{name}=\"");
        markup.strip_prefix(start.as_str()).map(|rest| ("", rest))
    })?;
    Some(unescape(value.1.split_once('"')?.0))
}

/// All values of the attributes of this name.
pub(crate) fn attributes(markup: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    let values = markup.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next());
    values.map(unescape).collect()
}

/// Markup as the text that shows it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
