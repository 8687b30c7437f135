//! The configuration: applied, refused beside its line, and never lost.

use serde_json::Value;

use crate::DEFAULT;
use crate::browser::Story;
use crate::native::{assert_same_trace, native_trace};
use crate::page::Page;

#[test]
fn an_error_stands_beside_its_line_and_nothing_typed_is_lost() {
    Story::default().tell(async |page| {
        page.open().await;
        page.press("Step").await;
        page.press("Step").await;
        let before = page.look().await;

        let typed = "num_clients = 2\nnum_node = 7\nseed = 1\n";
        page.apply(typed).await;
        assert_error(page, 2, "did you mean `num_nodes`").await;
        assert_eq!(page.value("#config").await, typed);

        // So far down that the text is scrolled.
        let long = format!("{}keys = [\"a\", \"a\"]\n{}", "# one more line\n".repeat(40), "# and more\n".repeat(10));
        page.apply(&long).await;
        assert_error(page, 41, "the key \"a\" is in the list twice").await;
        assert_eq!(page.value("#config").await, long);

        assert_eq!(page.look().await, before, "the run stands where it stood");
        page.press("Step").await;
        assert_eq!(page.step().await, 3, "the run before goes on");
        assert_eq!(page.look().await.nodes.len(), 5);
        "an error stands beside line 2, and beside line 41 of a long text".to_owned()
    });
}

/// The error is seen, names its line, and stands near it, as does the mark.
async fn assert_error(page: &Page, line: usize, words: &str) {
    assert!(page.shows("#config-error").await, "an error that nobody sees");
    let error = page.text("#config-error").await;
    assert!(error.contains(&format!("Line {line},")), "{error}");
    assert!(error.to_lowercase().contains(words), "{error}");

    let place = page.config_line(line).await;
    let message = page.frame("#config-error").await;
    let mark = page.frame("#editor .mark").await;
    let sheet = page.frame("#editor .sheet").await;
    let distance = (message.top - place.bottom).max(place.top - message.bottom);
    assert!(distance < 40.0, "the error, at {message:?}, is far from its line, at {place:?}");
    assert!((mark.top - place.top).abs() < 6.0, "the mark, at {mark:?}, is not on the line, at {place:?}");
    for inside in [place, message, mark] {
        assert!(inside.top >= sheet.top && inside.bottom <= sheet.bottom + 1.0, "{inside:?} is outside of {sheet:?}");
    }
}

#[test]
fn another_configuration_runs_once_applied_and_typed_text_outlives_a_reload() {
    Story::default().tell(async |page| {
        page.open().await;
        page.apply("num_nodes = 0\n").await;
        assert!(page.shows("#config-error").await);

        let mended = "num_nodes = 7\nnum_clients = 2\nseed = 4711\n";
        page.apply(mended).await;
        assert!(!page.shows("#config-error").await, "{}", page.text("#config-error").await);
        let sight = page.look().await;
        let on_the_ring = |kind: &str| sight.ring.keys().filter(|process| process.starts_with(kind)).count();
        assert_eq!((sight.nodes.len(), on_the_ring("node")), (7, 7));
        assert_eq!(on_the_ring("client"), 2);
        assert_eq!(sight.seed, "4711");
        assert!(sight.place.starts_with("step 0 of "), "{}", sight.place);
        page.finish().await;
        assert_same_trace(&page.whole_trace().await, &native_trace("mended", mended, 4711));

        let draft = format!("{mended}# not yet");
        page.type_into("#config", &draft).await;
        page.reload().await;
        assert_eq!(page.value("#config").await, draft);
        assert_eq!(page.look().await.nodes.len(), 7, "what runs after a reload is what ran before it");
        page.press("Bring back the former text").await;
        assert_eq!(page.value("#config").await, DEFAULT);
        page.press("Bring back the former text").await;
        assert_eq!(page.value("#config").await, draft, "the button changes the two for each other");
        assert_eq!(page.look().await.nodes.len(), 7);
        page.apply("num_nodes = 2\nseed = 1\n").await;
        let sight = page.look().await;
        assert_eq!(sight.nodes.len(), 2, "rows of nodes that are not there are gone");
        "another configuration has 7 nodes and its seed, and its text outlives a reload".to_owned()
    });
}

#[test]
fn a_configuration_that_cannot_be_run_at_the_beginning_leaves_the_defaults_running() {
    Story::default().tell(async |page| {
        page.open().await;
        page.prepare(BROKEN).await;
        page.reload().await;
        page.until("the error is shown", "document.querySelector('#config-error').checkVisibility()").await;
        assert!(page.text("#config-error").await.contains("`num_nodes`?"), "{}", page.text("#config-error").await);
        assert_eq!(page.value("#config").await, "num_node = 5");
        let notice = page.text("#notice").await;
        assert!(notice.contains("has an error in line 1") && notice.contains("the defaults are running"), "{notice}");
        assert!(page.ask::<bool>("return scrollY === 0", &[]).await, "nobody is taken away from what they look at");
        assert_eq!(page.look().await.nodes.len(), 5);
        page.press("Step").await;
        assert_eq!(page.step().await, 1, "the defaults can be run");
        "a broken configuration at the beginning is shown, and the defaults run".to_owned()
    });
}

/// The page's file, as if somebody had broken it.
const BROKEN: &str = "
    const fetched = fetch;
    window.fetch = (what, ...how) =>
        String(what).endsWith('config.toml') ? Promise.resolve(new Response('num_node = 5')) : fetched(what, ...how);
";

#[test]
fn a_scripted_client_asks_exactly_what_its_script_says() {
    Story::default().tell(async |page| {
        page.open().await;
        let script = "num_nodes = 3\n[[client]]\nrequests = [\"put x hello\", \"get x\", \"delete x\"]\n";
        page.apply(script).await;
        page.finish().await;
        let trace = page.whole_trace().await;
        let client: Vec<&str> = trace.lines().filter(|line| line.starts_with("[client ")).collect();
        assert_eq!(
            client,
            [
                "[client 1] Starting — will send 3 requests",
                "[client 1] PUT \"x\" = \"hello\" -> OK",
                "[client 1] GET \"x\" -> \"hello\"",
                "[client 1] DELETE \"x\" -> OK",
                "[client 1] Finished all 3 requests",
            ]
        );
        let applied: Vec<&str> = trace.lines().filter(|line| line.starts_with("[node 3] slot ")).collect();
        assert_eq!(
            applied,
            [
                "[node 3] slot 1: PUT \"x\" = \"hello\" -> OK",
                "[node 3] slot 2: GET \"x\" -> \"hello\"",
                "[node 3] slot 3: DELETE \"x\" -> OK",
            ]
        );
        format!("a script of three requests makes its {} lines", client.len() + applied.len())
    });
}

#[test]
fn the_first_tap_into_the_editor_leaves_the_caret_where_it_is() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        let tap = "
            const area = document.querySelector('#config');
            area.focus();
            area.setSelectionRange(5, 5);
        ";
        page.ask::<Value>(tap, &[]).await;
        let is_loaded = "performance.getEntriesByType('resource').some((it) => it.name.endsWith('/editor.js'))";
        page.until("the editor is loaded", is_loaded).await;
        page.ask_patiently::<Value>("await drawn()", &[]).await;
        let caret: usize = page.ask("return document.querySelector('#config').selectionStart", &[]).await;
        assert_eq!(caret, 5);
        "the caret stays where it was put".to_owned()
    });
}
