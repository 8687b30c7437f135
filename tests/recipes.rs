//! The recipes of `www/recipes.html`: pages that other tools have made, with the element in them, in a real browser.
//!
//! `cargo xtask recipes` has each tool build its project in `tests/recipes/`, serves the results below one address, which it
//! tells in `RAFT_KV_PAGE`, and runs the tests of those that are built. Each leaves a picture of what it saw.
#![cfg(not(target_arch = "wasm32"))]

#[allow(dead_code, reason = "shared with the tests of the page, which need more of it")]
#[path = "page/browser.rs"]
mod browser;
#[allow(dead_code, reason = "shared with the tests of the page, which look at more of it")]
#[path = "page/page.rs"]
mod page;

use std::fs;
use std::path::Path;
use std::time::Duration;

use browser::Story;
use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use page::Page;
use serde_json::Value;
use tokio::time::sleep;

/// What the element shows within, as an expression in JavaScript.
const WITHIN: &str = "document.querySelector('raft-kv')?.shadowRoot?";

/// Whether no slide of reveal.js is on its way any more.
const SLIDES_REST: &str = "!document.getAnimations().some((it) => it.effect.target.matches('section'))";

/// A page of a recipe with the element in it.
struct Notes<'a> {
    page: &'a Page,
}

impl<'a> Notes<'a> {
    /// Opens the page below the recipes' address, and waits until the element in it is live.
    async fn open(page: &'a Page, address: &str) -> Self {
        page.open_at(&format!("{}{address}", page.address)).await;
        let notes = Notes { page };
        notes.turn_to().await;
        notes
    }

    /// Scrolls to the element and waits until it is live.
    async fn turn_to(&self) {
        self.page.until("the page has the element", "document.querySelector('raft-kv')").await;
        self.page.ask::<Value>("document.querySelector('raft-kv').scrollIntoView({ block: 'nearest' })", &[]).await;
        self.is_live().await;
    }

    async fn is_live(&self) {
        self.page.until("it stands at a step", &format!("{WITHIN}.querySelector('#where')?.textContent")).await;
        self.page.ask_patiently::<Value>("await document.querySelector('raft-kv').ready", &[]).await;
    }

    /// The number of the step at which the element stands.
    async fn step(&self) -> u64 {
        let place: String = self.page.ask(&format!("return {WITHIN}.querySelector('#where').textContent"), &[]).await;
        let number = place.strip_prefix("step ").and_then(|rest| rest.split(' ').next());
        let number = number.and_then(|number| number.replace(',', "").parse().ok());
        number.unwrap_or_else(|| panic!("no number of a step: {place}"))
    }

    async fn until_step(&self, step: u64) {
        let stands = format!("{WITHIN}.querySelector('#where')?.textContent.startsWith('step {step} ')");
        self.page.until(&format!("it stands at step {step}"), &stands).await;
    }

    /// Presses the button that goes one step forward, as a mouse does.
    async fn press_forward(&self) {
        let found: Value = self.page.ask(&format!("return {WITHIN}.querySelector('#forward')"), &[]).await;
        let id = found.as_object().and_then(|reference| reference.values().next()).and_then(Value::as_str);
        let id = id.expect("the element has a player").to_owned();
        let button = Element::from_element_id(self.page.client.clone(), ElementRef::from(id));
        button.click().await.unwrap_or_else(|error| panic!("the button cannot be pressed: {error}"));
    }

    /// Everything that a reader of notes wants of the element: it runs, shows it, and keeps to its place.
    async fn works(&self, recipe: &str) {
        let first = self.step().await;
        for step in first + 1..first + 6 {
            self.press_forward().await;
            self.until_step(step).await;
        }
        let trace: String =
            self.page.ask(&format!("return {WITHIN}.querySelector('#trace .lines').textContent"), &[]).await;
        assert!(trace.contains("[node "), "the trace tells nothing: {trace}");
        let names = "
            const { shadowRoot } = document.querySelector('raft-kv');
            return shadowRoot.querySelectorAll('#cluster svg [data-process], #cluster svg .node').length;
        ";
        assert!(self.page.ask::<u64>(names, &[]).await >= 3, "the cluster is not drawn");
        let sticks_out = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert!(self.page.ask::<i64>(sticks_out, &[]).await <= 0, "the page has become wider than the window");
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("recipe {recipe}.png"));
        let picture = self.page.client.screenshot().await.expect("a picture can be taken");
        fs::write(&file, picture).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// Has nothing on the page take keys but the page itself.
    async fn leave(&self) {
        self.page.ask::<Value>("document.activeElement.blur()", &[]).await;
    }

    /// Whether an expression in JavaScript is true now.
    async fn is(&self, condition: &str) -> bool {
        self.page.ask(&format!("return Boolean({condition})"), &[]).await
    }
}

fn story() -> Story {
    Story { window: (1280, 1000), ..Story::default() }
}

#[test]
fn page() {
    story().tell(async |page| {
        let notes = Notes::open(page, "page/index.html").await;
        notes.works("page").await;
        "a plain page has the element by one line of script".to_owned()
    });
}

#[test]
fn frame() {
    story().tell(async |page| {
        page.open_at(&format!("{}frame/index.html", page.address)).await;
        let frame = page.find("iframe").await;
        frame.enter_frame().await.expect("a frame can be entered");
        let notes = Notes { page };
        notes.turn_to().await;
        notes.works("frame").await;
        let fits = "document.documentElement.scrollHeight <= innerHeight";
        page.until("the frame is as high as what it shows", fits).await;
        page.client.clone().enter_parent_frame().await.expect("a frame can be left");
        assert!(notes.is("document.querySelector('iframe').getBoundingClientRect().height !== 640").await);
        "a sandboxed frame runs and gets its height".to_owned()
    });
}

#[test]
fn mdbook() {
    story().tell(async |page| {
        let notes = Notes::open(page, "mdbook/failures/leader-crash.html").await;
        notes.works("mdbook").await;
        let before = notes.step().await;
        page.press_key(Key::Right).await;
        notes.until_step(before + 1).await;
        notes.leave().await;
        page.press_key(Key::Right).await;
        page.until("the key turned to the next chapter", "location.pathname.endsWith('/failures/return.html')").await;
        "in mdBook the arrows turn the chapters, and within the element the steps".to_owned()
    });
}

#[test]
fn jupyter_book() {
    // The book's own: one script stands there twice, and a colour scheme is not chosen yet.
    let known = &["THEBE_JS_URL", "Got invalid theme mode"];
    Story { known, ..story() }.tell(async |page| {
        let notes = Notes::open(page, "jupyter-book/failures/leader-crash.html").await;
        notes.works("jupyter-book").await;
        notes.leave().await;
        page.press_with(Key::Control, 'k').await;
        page.until("the key opened the search", "document.activeElement.matches('input[type=search]')").await;
        "in Jupyter Book the element runs, and the search's key is the book's".to_owned()
    });
}

#[test]
fn docusaurus() {
    story().tell(async |page| {
        let notes = Notes::open(page, "docusaurus/failures/leader-crash/").await;
        notes.works("docusaurus").await;
        page.ask::<Value>("window.isSamePage = true", &[]).await;
        page.press_in("nav.menu", "A leader returns").await;
        page.until("the other chapter is shown", "document.querySelector('h1').textContent === 'A leader returns'")
            .await;
        notes.turn_to().await;
        notes.press_forward().await;
        page.until("it runs what stands in it", &format!("{WITHIN}.textContent.includes('3 nodes')")).await;
        page.press_in("nav.menu", "A leader crashes").await;
        page.until("the chapter is shown again", "document.querySelector('h1').textContent === 'A leader crashes'")
            .await;
        notes.turn_to().await;
        assert!(notes.is("window.isSamePage").await, "the chapters are shown without another page being loaded");
        assert_eq!(notes.step().await, 0, "an element that is made anew begins anew");
        notes.press_forward().await;
        notes.until_step(1).await;
        "in Docusaurus the element goes and comes back with its chapter".to_owned()
    });
}

#[test]
fn reveal() {
    story().tell(async |page| {
        page.open_at(&format!("{}reveal/index.html", page.address)).await;
        page.until("the slides are there", "window.Reveal?.isReady()").await;
        let notes = Notes { page };
        page.press_key(Key::Right).await;
        page.until("the second slide is shown", "Reveal.getIndices().h === 1").await;
        notes.is_live().await;
        page.until("the slide has come", SLIDES_REST).await;
        let slide = "document.querySelector('.reveal').getBoundingClientRect()";
        let element = "document.querySelector('raft-kv').getBoundingClientRect()";
        let is_within = format!("{element}.top >= {slide}.top && {element}.bottom <= {slide}.bottom");
        assert!(notes.is(&is_within).await, "the element does not fit on its slide");
        notes.works("reveal").await;
        let before = notes.step().await;
        page.press_key(Key::Right).await;
        notes.until_step(before + 1).await;
        assert!(notes.is("Reveal.getIndices().h === 1").await, "a key within the element has changed the slide");
        // With this transition the slide that goes is in the window still, unseen.
        page.ask::<Value>("Reveal.configure({ transition: 'fade' }); document.querySelector('raft-kv').play()", &[])
            .await;
        page.until("it runs", "document.querySelector('raft-kv').snapshot.running").await;
        notes.leave().await;
        page.press_key(Key::Right).await;
        page.until("the key showed the next slide", "Reveal.getIndices().h === 2").await;
        page.until("the slide has gone", SLIDES_REST).await;
        let before = notes.step().await;
        sleep(Duration::from_millis(500)).await;
        assert_eq!(notes.step().await, before, "on a slide that is not shown it stands still");
        "in reveal.js the arrows change the slide, and within the element the step".to_owned()
    });
}

#[test]
fn quarto() {
    story().tell(async |page| {
        let notes = Notes::open(page, "quarto/failures/leader-crash.html").await;
        notes.works("quarto").await;
        "in Quarto the element runs".to_owned()
    });
}
