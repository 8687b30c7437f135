//! The notes: each page shows its runs where they are to stand, and each section runs in another page, too.

use std::fs;

use serde::Deserialize;
use serde_json::json;

use crate::browser::Story;
use crate::page::Page;

/// An emulation in the notes.
#[derive(Debug, Deserialize)]
struct Shown {
    label: String,
    wanted: u64,
    step: u64,
    /// Whether the still picture was there.
    has_picture: bool,
}

/// Waits for each emulation as a reader comes to it.
const READ: &str = "
    const shown = [];
    for (const element of document.querySelectorAll('raft-kv')) {
        const picture = element.querySelector('img');
        await picture.decode();
        element.scrollIntoView();
        await customElements.whenDefined('raft-kv');
        await element.ready;
        shown.push({
            label: element.label, wanted: Number(element.getAttribute('step')), step: element.snapshot.step,
            has_picture: picture.naturalWidth > 100,
        });
    }
    return shown;
";

/// Puts what is offered for copying into an empty page. A script that was parsed does not run, so it is made anew.
const PASTE: &str = "
    document.head.replaceChildren();
    const pasted = arguments[0].map((text) => new DOMParser().parseFromString(text, 'text/html'));
    document.body.replaceChildren(...pasted.flatMap((page) => [...page.body.children]));
    const script = document.createElement('script');
    for (const { name, value } of pasted[0].querySelector('script').attributes) script.setAttribute(name, value);
    document.body.append(script);
";

/// The addresses of the pages that have emulations.
fn addresses(page: &Page) -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/www/notes");
    let files = fs::read_dir(folder).expect("there are notes").map(|file| file.expect("a folder can be listed"));
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".html") && name != "index.html").collect();
    names.sort();
    names.into_iter().map(|name| page.address.replace("index.html", &format!("notes/{name}"))).collect()
}

async fn assert_shown(page: &Page, place: &str) -> usize {
    let all: Vec<Shown> = page.ask_patiently(READ, &[]).await;
    assert!(!all.is_empty(), "{place} has emulations");
    for shown in &all {
        assert_eq!(shown.step, shown.wanted, "{place}: {shown:?}");
        assert!(shown.has_picture && !shown.label.is_empty(), "{place}: {shown:?}");
    }
    let overflow: f64 = page.ask("return document.documentElement.scrollWidth - innerWidth", &[]).await;
    assert!(overflow <= 0.0, "{place} is {overflow} pixels too wide");
    all.len()
}

#[test]
fn each_page_of_the_notes_shows_its_runs_where_they_are_to_stand() {
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        let mut count = 0;
        for address in addresses(page) {
            page.open_at(&address).await;
            count += assert_shown(page, &address).await;
        }
        format!("{count} runs stand in the notes where the notes say")
    });
}

#[test]
fn a_section_of_the_notes_runs_in_a_page_that_has_nothing_else() {
    Story::default().tell(async |page| {
        let copies = "return [...document.querySelectorAll('pre code')].map((code) => code.textContent)";
        let mut texts: Vec<String> = Vec::new();
        for address in addresses(page) {
            page.open_at(&address).await;
            texts.extend(page.ask::<Vec<String>>(copies, &[]).await);
        }
        for few in texts.chunks(4) {
            page.open_at(&page.address.replace("index.html", "notes/index.html")).await;
            page.ask::<()>(PASTE, &[json!(few)]).await;
            assert_eq!(assert_shown(page, "a page with copied sections").await, few.len());
        }
        format!("{} sections of the notes run where they are copied to", texts.len())
    });
}
