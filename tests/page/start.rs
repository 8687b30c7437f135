//! What the page is before anybody touches it, however small its window is and wherever it was opened from.

use std::collections::BTreeMap;
use std::path::Path;

use crate::DEFAULT;
use crate::browser::{Story, variable};
use crate::page::{Frame, Page};

#[test]
fn it_loads_the_configuration_and_stands_before_its_first_step() {
    Story::default().tell(async |page| {
        page.open().await;
        assert_eq!(page.value("#config").await, DEFAULT, "the text is the file's");
        assert!(!page.shows("#notice").await, "there is nothing to be told: {}", page.text("#notice").await);

        let sight = page.look().await;
        assert!(sight.place.starts_with("step 0 of "), "{}", sight.place);
        assert_eq!(sight.nodes.len(), 5);
        assert!(sight.nodes.iter().all(|node| node.contains("not started")), "{:?}", sight.nodes);
        assert_eq!(sight.clients().count(), 3);
        assert_eq!(sight.highlighted, [""; 0], "nobody has acted");
        assert_eq!(sight.lines, []);

        let requests = page.requests().await;
        assert!(requests.values().all(|status| *status == 200), "a request failed: {requests:?}");
        let loaded = |name: &str| requests.keys().any(|address| address.ends_with(name));
        assert!(loaded("/config.toml") && loaded("/pkg/raft_kv_bg.wasm"), "{requests:?}");
        for later in ["editor", "filter", "gallery", "help", "exports", "branches", "comparison"] {
            assert!(!loaded(&format!("/views/{later}.js")), "nobody has turned to it yet: {requests:?}");
        }
        let is_bundler = variable("RAFT_KV_TARGET") == "bundler";
        assert_eq!(loaded("/pkg/raft_kv_bg.js"), is_bundler, "the package has the other form: {requests:?}");
        format!("it stands before its first step after {} requests", requests.len())
    });
}

#[test]
fn opened_as_a_file_it_says_what_to_run() {
    // The browser complains itself about scripts of files.
    Story { quiet: false, ..Story::default() }.tell(async |page| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/index.html");
        page.open_at(&format!("file://{}", file.display()).replace(' ', "%20")).await;
        page.until("the page says something", "!document.querySelector('#notice').textContent.startsWith('Loading')")
            .await;
        let notice = page.text("#notice").await;
        assert!(notice.contains("cargo xtask serve"), "{notice}");
        assert!(!page.shows("#emulation").await);
        "opened as a file it says to run cargo xtask serve".to_owned()
    });
}

#[test]
fn at_320_by_640_nothing_is_wider_than_the_window() {
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        page.open().await;
        let inside: (u32, u32) = page.ask("return [innerWidth, innerHeight]", &[]).await;
        assert_eq!(inside, (320, 640), "the window has the size that was asked for");
        assert_fits(page, "at the start").await;
        let buttons: BTreeMap<String, Button> = page.ask(BUTTONS, &[]).await;
        assert_eq!(buttons.len(), 5, "{buttons:?}");
        for (name, Button { frame, on_top }) in &buttons {
            assert!(frame.bottom - frame.top >= 24.0 && frame.right - frame.left >= 24.0, "{name}: {frame:?}");
            assert!(frame.left >= 0.0 && frame.right <= 320.0, "{name}: {frame:?}");
            assert!(on_top, "{name} is covered or not seen: {frame:?}");
        }

        page.scrub_to(60).await;
        assert_fits(page, "in the middle").await;
        page.finish().await;
        assert_fits(page, "at the end").await;
        page.apply(&format!("num_nodes = 101\nkeys = [\"{0}\", \"{0}\"]\n", "long".repeat(50))).await;
        assert!(page.shows("#config-error").await);
        assert_fits(page, "with an error").await;
        let wide = "wide".repeat(60);
        page.apply(&format!("num_nodes = 101\n[[client]]\nrequests = [\"put {wide} {wide}\", \"get {wide}\"]\n")).await;
        page.finish().await;
        assert_fits(page, "with many nodes and long texts").await;
        let smallest = buttons.values().map(|button| button.frame.bottom - button.frame.top).fold(f64::MAX, f64::min);
        format!("at 320 x 640 all fits, and the player's buttons are {smallest:.0} px high or more")
    });
}

#[derive(Debug, serde::Deserialize)]
struct Button {
    frame: Frame,
    /// Whether a finger at its centre meets it.
    on_top: bool,
}

const BUTTONS: &str = "
    return Object.fromEntries([...document.querySelectorAll('#player > .keys button')].map((button) => {
        button.scrollIntoView({ block: 'center' });
        const frame = button.getBoundingClientRect();
        const met = document.elementFromPoint((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2);
        return [button.id, { frame, on_top: button.contains(met) }];
    }));
";

async fn assert_fits(page: &Page, when: &str) {
    let width: u32 = page.ask("return document.documentElement.scrollWidth", &[]).await;
    let wide: Vec<String> = page.ask(WIDE, &[]).await;
    assert!(width <= 320, "{when} the page is {width} px wide: {wide:?}");
}

/// What reaches beyond the window, for the person who looks for the culprit.
const WIDE: &str = "
    return [...document.querySelectorAll('body *')]
        .filter((it) => it.getBoundingClientRect().right > innerWidth + 1)
        .map((it) => `${it.closest('[id]')?.id} ${it.tagName} ${it.getAttribute('class')}`)
        .slice(0, 20);
";

#[test]
fn markup_in_keys_and_values_is_shown_as_text() {
    let (key, value) = ("<b>key</b>", "<img src=x onerror=\"document.title=1\">");
    Story::default().tell(async |page| {
        page.open().await;
        let title: String = page.ask("return document.title", &[]).await;
        page.apply(&format!("num_nodes = 3\n[[client]]\nrequests = ['''put {key} {value}''', 'get {key}']\n")).await;
        assert!(!page.shows("#config-error").await, "{}", page.text("#config-error").await);
        page.finish().await;
        let steps = page.step().await;
        let mut seen = String::new();
        for step in 0..=steps {
            page.scrub_to(step).await;
            assert_no_markup(page, &format!("at step {step}")).await;
            let sight = page.look().await;
            let clients: String = sight.clients().collect();
            seen += &[sight.happened, sight.messages.concat(), sight.nodes.concat(), clients].concat();
        }
        let trace = page.whole_trace().await;
        assert!(trace.contains(&format!("[client 1] PUT \"{key}\" = \"{value}\" -> OK")), "{trace}");
        assert!(trace.contains(&format!("[client 1] GET \"{key}\" -> \"{value}\"")), "{trace}");
        for text in [format!("waits for: put {key} {value}"), format!("{key} = {value}"), format!("get {key}")] {
            assert!(seen.to_lowercase().contains(&text.to_lowercase()), "{text} is never seen");
        }

        page.apply(&format!("'{key}{value}' = 1\n")).await;
        let error = page.text("#config-error").await;
        assert!(error.contains(&key[..40.min(key.len())]), "{error}");
        assert_no_markup(page, "in the error").await;
        assert_eq!(page.ask::<String>("return document.title", &[]).await, title);
        format!("markup is text at all of {steps} steps, and in an error")
    });
}

async fn assert_no_markup(page: &Page, when: &str) {
    let made = "return [...document.querySelectorAll('b, img, [onerror]')].map((it) => it.outerHTML)";
    assert_eq!(page.ask::<Vec<String>>(made, &[]).await, [""; 0], "markup became elements {when}");
}
