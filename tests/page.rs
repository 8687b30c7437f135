//! The page in a real browser, used as a person uses it: buttons are pressed, text is typed, and what is seen is
//! compared, for the trace with the native program's.
//!
//! `cargo xtask test` builds the package, serves the page and finds the browser; it says where they are in
//! `RAFT_KV_PAGE`, `RAFT_KV_CHROMEDRIVER`, `RAFT_KV_CHROMIUM` and `RAFT_KV_TARGET`. Each test has a browser of its own,
//! prints the line that it comes to, and fails if the browser's console holds an error or a warning at its end.
#![cfg(not(target_arch = "wasm32"))]

#[path = "page/branches.rs"]
mod branches;
#[path = "page/browser.rs"]
mod browser;
#[path = "page/devtools.rs"]
mod devtools;
#[path = "page/exports.rs"]
mod exports;
#[path = "page/gallery.rs"]
mod gallery;
#[path = "page/links.rs"]
mod links;
#[path = "page/native.rs"]
mod native;
#[path = "page/page.rs"]
mod page;
#[path = "page/reader.rs"]
mod reader;
#[path = "page/reasons.rs"]
mod reasons;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use browser::{Story, variable};
use fantoccini::key::Key;
use page::{Frame, Line, Page, Sight};
use serde_json::Value;

const DEFAULT: &str = include_str!("../config.toml");
/// A run of 84,036 steps, and its seed.
const LONG: &str = "requests_per_client = 2000\n";
const SEED: u64 = 7;

#[test]
fn it_loads_the_configuration_and_stands_before_its_first_step() {
    Story::default().tell(async |page| {
        page.open().await;
        assert_eq!(page.value("#config").await, DEFAULT, "the text is the file's");
        assert!(!page.shows("#notice").await, "there is nothing to be told: {}", page.text("#notice").await);

        let sight = page.look().await;
        assert!(sight.place.starts_with("step 0 of "), "{}", sight.place);
        assert_eq!(sight.cards.len(), 5);
        assert!(sight.cards.iter().all(|card| card.contains("not started")), "{:?}", sight.cards);
        assert_eq!(sight.clients.len(), 3);
        assert_eq!(sight.highlighted, [""; 0], "nobody has acted");
        assert_eq!(sight.lines, []);

        let requests: BTreeMap<String, u16> = page.ask(REQUESTS, &[]).await;
        assert!(requests.values().all(|status| *status == 200), "a request failed: {requests:?}");
        let loaded = |name: &str| requests.keys().any(|address| address.ends_with(name));
        assert!(loaded("/config.toml") && loaded("/pkg/raft_kv_bg.wasm"), "{requests:?}");
        assert!(!loaded("/views/editor.js"), "nobody has turned to the editor yet: {requests:?}");
        let is_bundler = variable("RAFT_KV_TARGET") == "bundler";
        assert_eq!(loaded("/pkg/raft_kv_bg.js"), is_bundler, "the package has the other form: {requests:?}");
        format!("it stands before its first step after {} requests", requests.len())
    });
}

/// The addresses that were requested, and the status of each answer.
const REQUESTS: &str = "
    const entries = ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind));
    return Object.fromEntries(entries.filter((it) => !it.name.startsWith('data:')).map((it) => [it.name, it.responseStatus]));
";

#[test]
fn it_runs_to_done_and_offers_to_run_again() {
    Story::default().tell(async |page| {
        page.open().await;
        let speed = page.find("#speed").await;
        speed.select_by_label("full speed").await.expect("the fastest speed can be chosen");
        page.press("Run").await;
        page.until_done().await;

        let last = page.last_line().await;
        assert_eq!(last.text, "Done");
        assert!(last.visible, "the list shows its end");
        let sight = page.look().await;
        let is_leader: Vec<bool> = sight.cards.iter().map(|card| card.contains("★ leader")).collect();
        assert_eq!(is_leader, [true, false, false, false, false], "node 1 leads, and nobody else");
        assert!(sight.clients.iter().all(|client| client.contains("5 of 5 answered")), "{:?}", sight.clients);
        assert_eq!(page.text("#run").await, "↻ Run again");

        page.press("Start").await;
        assert_eq!(page.step().await, 0);
        page.finish().await;
        page.press("Run again").await;
        page.until_done().await;
        assert_eq!(page.look().await, sight, "the run ends as it did before");
        format!("it runs to {}", sight.place)
    });
}

#[test]
fn a_step_forward_and_a_step_back_lead_to_the_same_sight() {
    Story::default().tell(async |page| {
        page.open().await;
        page.use_seed("7").await;
        let steps = [0, 1, 2, 12, 40, 130, 240];
        let mut turns = 0;
        for step in steps {
            page.scrub_to(step).await;
            let before = page.look().await;
            page.press("Step").await;
            let after = page.look().await;
            assert_eq!(page.step().await, step + 1);
            assert_ne!((&after.place, &after.happened), (&before.place, &before.happened));
            assert_one_acts(&after);
            turns += usize::from(after.highlighted != before.highlighted);
            let new: Vec<&Line> = after.lines.iter().filter(|line| line.step == step + 1).collect();
            assert!(new.iter().all(|line| line.now), "the lines of the step are marked: {new:?}");
            assert_eq!(after.lines.iter().filter(|line| line.now).count(), new.len(), "and no others");

            page.press("Back").await;
            assert_eq!(page.step().await, step);
            assert_eq!(page.look().await, before, "at step {step}, after a step forward and a step back");
            page.press("Step").await;
            assert_eq!(page.look().await, after, "at step {}, for the second time", step + 1);
        }
        assert!(turns >= 3, "the turn goes from one to another, {turns} times");
        format!("a step forward and a step back change nothing, at the steps {steps:?}")
    });
}

/// One process is highlighted: on the ring, and on its card or in its row where it has one.
fn assert_one_acts(sight: &Sight) {
    let ring = sight.highlighted.iter().find_map(|it| it.strip_prefix("cluster: "));
    let actor = ring.unwrap_or_else(|| panic!("nobody acts on the ring: {:?}", sight.highlighted));
    let mut expected = vec![format!("cluster: {actor}")];
    match actor.split(' ').next() {
        Some("node") => expected.push(format!("nodes: {actor}")),
        Some("client") => expected.push(format!("clients: {actor}")),
        _ => assert_eq!(actor, "main"),
    }
    assert_eq!(sight.highlighted, expected);
}

/// A time in a test: one frame at 60 pictures a second is what a step back may take. So it has the machine to itself
/// and counts the median.
#[test]
fn a_step_back_at_step_5000_takes_less_than_a_frame() {
    const TIMES: usize = 21;
    const FRAME_MS: f64 = 16.0;
    Story { alone: true, ..Story::default() }.tell(async |page| {
        page.open().await;
        page.apply_with_seed(LONG, SEED).await;
        page.scrub_to(5000).await;
        let mut times: Vec<f64> = page.ask_patiently(TIMES_OF_BACK, &[TIMES.into()]).await;
        assert_eq!((page.step().await, times.len()), (4999, TIMES));
        times.sort_by(f64::total_cmp);
        let (median, worst) = (times[TIMES / 2], times[TIMES - 1]);
        assert!(median < FRAME_MS, "a step back takes {median:.1} ms: {times:?}");
        format!("a step back at step 5,000 takes {median:.1} ms, at worst {worst:.1} ms")
    });
}

/// The milliseconds that steps back take, from the press of the button until all views are made anew.
const TIMES_OF_BACK: &str = "
    const button = (id) => document.querySelector(id);
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const times = [];
    for (let left = arguments[0]; left > 0; left -= 1) {
        await drawn();
        const start = performance.now();
        button('#back').click();
        times.push(performance.now() - start);
        if (left > 1) button('#forward').click();
    }
    return times;
";

#[test]
fn the_trace_is_the_native_programs_to_the_byte() {
    Story::default().tell(async |page| {
        page.open().await;
        let mut counts = Vec::new();
        for (name, toml) in [("default", DEFAULT), ("101 nodes", "num_nodes = 101\n")] {
            page.apply_with_seed(toml, SEED).await;
            page.finish().await;
            let native = native_trace(name, toml, SEED);
            assert_same_trace(&page.whole_trace().await, &native);
            counts.push(format!("{} bytes for {name}", native.len()));
        }
        format!("the trace is the native program's, {}", counts.join(", "))
    });
}

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
        assert_eq!(page.look().await.cards.len(), 5);
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
        assert_eq!((sight.cards.len(), on_the_ring("node")), (7, 7));
        assert_eq!((sight.clients.len(), on_the_ring("client")), (2, 2));
        assert_eq!(sight.seed, "4711");
        assert!(sight.place.starts_with("step 0 of "), "{}", sight.place);
        page.finish().await;
        assert_same_trace(&page.whole_trace().await, &native_trace("mended", mended, 4711));

        let draft = format!("{mended}# not yet");
        page.type_into("#config", &draft).await;
        page.reload().await;
        assert_eq!(page.value("#config").await, draft);
        assert_eq!(page.look().await.cards.len(), 7, "what runs after a reload is what ran before it");
        page.press("Bring back the former text").await;
        assert_eq!(page.value("#config").await, DEFAULT);
        page.press("Bring back the former text").await;
        assert_eq!(page.value("#config").await, draft, "the button changes the two for each other");
        assert_eq!(page.look().await.cards.len(), 7);
        page.apply("num_nodes = 2\nseed = 1\n").await;
        let sight = page.look().await;
        assert_eq!(sight.cards.len(), 2, "cards of nodes that are not there are gone");
        "another configuration has 7 nodes and its seed, and its text outlives a reload".to_owned()
    });
}

#[test]
fn a_configuration_that_cannot_be_run_at_the_beginning_leaves_the_defaults_running() {
    Story::default().tell(async |page| {
        page.open().await;
        // As if the file had been broken: what is kept over a reload says that this ran.
        let remember = "
            const broken = 'num_node = 5';
            const sheet = { file: 'config.toml', text: broken };
            const draft = { base: arguments[0], sheet, refused: false, applied: broken, seed: 1, former: null };
            const key = `raft_kv config ${location.pathname}${location.search}`;
            addEventListener('pagehide', () => sessionStorage.setItem(key, JSON.stringify(draft)));
        ";
        page.ask::<Value>(remember, &[DEFAULT.into()]).await;
        page.reload().await;
        assert!(page.shows("#config-error").await);
        assert!(page.text("#config-error").await.contains("`num_nodes`?"), "{}", page.text("#config-error").await);
        assert_eq!(page.value("#config").await, "num_node = 5");
        let notice = page.text("#notice").await;
        assert!(notice.contains("has an error in line 1") && notice.contains("the defaults are running"), "{notice}");
        assert!(page.ask::<bool>("return scrollY === 0", &[]).await, "nobody is taken away from what they look at");
        assert_eq!(page.look().await.cards.len(), 5);
        page.press("Step").await;
        assert_eq!(page.step().await, 1, "the defaults can be run");
        "a broken configuration at the beginning is shown, and the defaults run".to_owned()
    });
}

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
fn more_than_100_000_lines_are_scrolled_with_few_of_them_in_the_page() {
    const MOST_ROWS: usize = 200;
    Story::default().tell(async |page| {
        page.open().await;
        page.apply_with_seed(LONG, SEED).await;
        page.finish().await;
        let native = native_trace("long", LONG, SEED);
        let native: Vec<&str> = native.lines().collect();
        assert!(native.len() > 100_000);

        let last = page.last_line().await;
        assert_eq!((last.place, last.text.as_str()), (native.len() as u64, "Done"));
        assert!(last.visible, "the list follows the run to its end");

        let mut most = 0;
        for percent in (0..=100).step_by(5) {
            page.ask_patiently::<Value>(SCROLL_TO_PART, &[(f64::from(percent) / 100.0).into()]).await;
            let lines = page.lines().await;
            most = most.max(lines.len());
            for line in &lines {
                assert_eq!(line.text, native[line.place as usize - 1], "line {} of the trace", line.place);
            }
            let visible: Vec<u64> = lines.iter().filter(|line| line.visible).map(|line| line.place).collect();
            let (first, last) = (visible[0], visible[visible.len() - 1]);
            assert_eq!(last - first, visible.len() as u64 - 1, "no line is missing: {visible:?}");
            match percent {
                0 => assert_eq!(first, 1),
                100 => assert_eq!(last, native.len() as u64),
                _ => assert!(first > 1 && last < native.len() as u64),
            }
        }
        assert!(most <= MOST_ROWS, "{most} lines are in the page at once");

        follows_until_scrolled_away(page).await;
        format!("{} lines are scrolled with at most {most} in the page", native.len())
    });
}

/// Scrolls the trace to a part of its height, and waits until that is drawn.
const SCROLL_TO_PART: &str = "
    const list = document.querySelector('#trace .lines');
    list.scrollTop = arguments[0] * (list.scrollHeight - list.clientHeight);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
";

/// In the middle of a long run, the list follows it until it is scrolled up, and again when the button is pressed.
async fn follows_until_scrolled_away(page: &Page) {
    page.scrub_to(40_000).await;
    assert!(!page.shows("#follow").await, "a list that follows offers nothing");
    assert!(page.last_line().await.visible, "the list goes back with the run");
    for _ in 0..3 {
        page.press("Step").await;
        assert!(page.last_line().await.visible, "the list follows each step");
    }

    page.find("#trace h2").await.click().await.expect("the title of the trace is in the page");
    page.wheel("#trace .lines", -2_000).await;
    page.until("the list says that it does not follow", "!document.querySelector('#follow').hidden").await;
    let seen = |lines: Vec<Line>| lines.into_iter().filter(|line| line.visible).map(|line| line.place).collect();
    let before: Vec<u64> = seen(page.lines().await);
    page.press("Step").await;
    page.press("Step").await;
    let after: Vec<u64> = seen(page.lines().await);
    assert_eq!(after, before, "the list stays where its reader is");

    page.press("Follow the run").await;
    assert!(page.last_line().await.visible, "the button leads back to the end");
    assert!(!page.shows("#follow").await);
    page.press("Step").await;
    assert!(page.last_line().await.visible, "the list follows again");
}

#[test]
fn a_new_seed_makes_another_run_and_the_old_one_brings_the_old_run_back() {
    Story::default().tell(async |page| {
        page.open().await;
        let old = page.look().await.seed;
        page.finish().await;
        let trace = page.whole_trace().await;

        page.press("New seed").await;
        let new = page.look().await.seed;
        assert_ne!(new, old);
        assert_eq!(page.step().await, 0);
        page.finish().await;
        assert_ne!(page.whole_trace().await, trace, "seeds {old} and {new}");

        page.use_seed(&old).await;
        page.finish().await;
        assert_same_trace(&page.whole_trace().await, &trace);

        let before = page.look().await;
        for bad in ["abc", "-1", "1.5", "9007199254740992", " "] {
            page.use_seed(bad).await;
            let after = page.look().await;
            assert_eq!((&after.place, &after.cards), (&before.place, &before.cards), "with the seed {bad:?}");
            assert_eq!(after.lines, before.lines, "with the seed {bad:?}");
        }
        page.press("Back").await;
        page.press("Step").await;
        assert_eq!(page.look().await, before, "the run before goes on, and its seed is shown again");
        format!("seed {old} and {new} make two runs, and each its own again")
    });
}

#[test]
fn keys_run_and_step_where_no_text_is_typed() {
    Story::default().tell(async |page| {
        page.open().await;
        page.press_key(Key::Right).await;
        assert_eq!(page.step().await, 1, "the keys act from the beginning");
        page.press("Step").await;
        page.press_key(Key::Right).await;
        assert_eq!(page.step().await, 3);
        page.press_key(Key::Left).await;
        assert_eq!(page.step().await, 2);
        page.press_key(Key::Home).await;
        assert_eq!(page.step().await, 0);
        page.press_key(Key::End).await;
        page.until_done().await;
        page.press_key(Key::Home).await;
        assert_eq!(page.step().await, 0);

        page.tab_to("#trace .lines").await;
        page.press_key(Key::Down).await;
        page.press_key(Key::Down).await;
        page.press_key(Key::Up).await;
        assert_eq!(page.step().await, 1, "in the trace, down is forward and up is back");
        page.press_key(Key::Left).await;

        page.tab_to("#run").await;
        page.press_key(Key::Space).await;
        page.until("the run has taken some steps", "/^step [2-9]/.test(document.querySelector('#where').textContent)")
            .await;
        assert!(page.text("#run").await.contains("Pause"));
        page.press_key(Key::Space).await;
        assert!(page.text("#run").await.contains("Run"));
        let paused = page.step().await;
        assert!(paused >= 2, "it ran");

        page.type_into("#config", "num_nodes = 3").await;
        for key in [Key::Space, Key::Left, Key::Left, Key::Left, Key::Right, Key::Space, Key::Home, Key::End] {
            page.press_key(key).await;
        }
        assert_eq!(page.value("#config").await, "num_nodes =  3 ", "keys in the text are the text's");
        assert_eq!(page.step().await, paused, "and not the run's");
        page.type_into("#seed-value", "12").await;
        page.press_key(Key::Left).await;
        page.press_key(Key::Home).await;
        assert_eq!(page.step().await, paused);
        "space runs and pauses, arrows, Home and End step, and none of them while typing".to_owned()
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
    return Object.fromEntries([...document.querySelectorAll('#player button')].map((button) => {
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
            seen += &[sight.happened, sight.messages.concat(), sight.cards.concat(), sight.clients.concat()].concat();
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

/// Full Raft: node 1 leads from 70 ms on, and a client asks before and after a long wait.
const TIMED: &str = "
seed = 1
[timers]
[network]
latency_ms = 10
[[client]]
requests = ['wait 300', 'put x hello', 'wait 2000', 'get x']
[[fault]]
at_ms = 50
timeout = 1
";

#[test]
fn the_leader_crashes_by_its_button_another_leads_and_the_first_follows_when_it_is_back() {
    Story::default().tell(async |page| {
        page.open().await;
        page.apply(TIMED).await;
        page.scrub_to(60).await;
        assert!(page.look().await.cards[0].contains("★ leader"), "{:?}", page.look().await.cards);
        page.press("Crash node 1").await;
        let sight = page.look().await;
        assert!(sight.cards[0].contains("✕ crashed"), "{}", sight.cards[0]);
        assert!(sight.ring["node 1"].contains("crashed"), "{}", sight.ring["node 1"]);
        assert_eq!((sight.happened.as_str(), page.step().await), ("[node 1] Crashed", 61));
        let focused = "return document.activeElement.textContent";
        assert_eq!(page.ask::<String>(focused, &[]).await, "Restart node 1", "the button keeps the focus");
        assert_eq!(page.text("#told").await, "", "nothing was seen of another future");

        page.end_as("done").await;
        let sight = page.look().await;
        let leads: Vec<usize> = (1..=5).filter(|id| sight.cards[id - 1].contains("★ leader")).collect();
        assert!(leads.len() == 1 && leads != [1], "another leads: {:?}", sight.cards);
        assert!(sight.clients[0].contains("2 of 2 answered"), "{:?}", sight.clients);

        page.press("Restart node 1").await;
        page.end_as("done").await;
        let sight = page.look().await;
        assert!(sight.cards[0].contains("follower") && sight.cards[0].contains("x = hello"), "{}", sight.cards[0]);

        page.scrub_to(60).await;
        page.press("Pause node 2").await;
        let told = page.text("#told").await;
        assert_eq!(told, "Another future begins here: what came after step 60 before is forgotten.");
        assert!(page.look().await.cards[1].contains("follower, paused"));
        page.press("Resume node 2").await;
        assert_eq!(page.text("#told").await, "");
        format!("node {} leads when node 1 has crashed", leads[0])
    });
}

#[test]
fn a_cluster_is_split_and_mended_and_what_cannot_be_done_is_refused() {
    Story::default().tell(async |page| {
        page.open().await;
        page.apply(TIMED).await;
        page.scrub_to(60).await;
        let before = page.look().await;
        page.press("Heal").await;
        assert_eq!(page.text("#told").await, "Not done: no link is cut.");
        assert_eq!(page.look().await, before, "what is refused changes nothing");
        page.press("Split off").await;
        assert_eq!(page.step().await, 60, "nobody is chosen");

        for id in [1, 2] {
            page.tab_to(&format!("#faults input[value='node {id}']")).await;
            page.press_key(Key::Space).await;
        }
        page.press("Split off").await;
        assert_eq!(page.look().await.happened, "Partition: node 1, node 2 | node 3, node 4, node 5");
        let cuts = page.text("#cuts").await;
        assert!(cuts.starts_with("Cut: node 1 ↔ node 3, node 1 ↔ node 4"), "{cuts}");
        let drawn = "return document.querySelectorAll('#cluster .cut').length";
        assert_eq!(page.ask::<u64>(drawn, &[]).await, 12, "six links, both ways");
        page.press("Step").await;
        page.press("Heal").await;
        assert_eq!(page.text("#cuts").await, "All links work.");
        assert_eq!(page.ask::<u64>(drawn, &[]).await, 0);

        page.press("Isolate leader").await;
        let happened = page.look().await.happened;
        assert_eq!(happened, "Partition: node 1 | node 2, node 3, node 4, node 5");
        page.press("Drop next message").await;
        let happened = page.look().await.happened;
        assert!(happened.contains("Lost: ") && happened.contains("(dropped by hand)"), "{happened}");
        page.end_as("time is over").await;
        assert!(page.text("#ending").await.contains("duration_ms"), "{}", page.text("#ending").await);
        "nodes 1 and 2 are split off, and the leader is isolated".to_owned()
    });
}

#[test]
fn a_run_that_is_stuck_says_who_waits_for_whom() {
    Story::default().tell(async |page| {
        page.open().await;
        page.use_seed("7").await;
        page.scrub_to(1).await;
        page.press("Drop next message").await;
        let told = page.text("#told").await;
        assert!(told.starts_with("Not done: message #2 starts the run"), "{told}");
        page.scrub_to(60).await;
        page.press("Crash node 3").await;
        page.end_as("stuck").await;
        let ending = page.text("#ending").await;
        assert!(ending.contains("client 1 waits for node 1;"), "{ending}");
        assert!(ending.contains("node 1 waits for node 3, which has crashed."), "{ending}");
        assert!(ending.contains("write [timers]"), "{ending}");
        ending
    });
}

#[test]
fn a_broken_property_is_told_and_leads_to_its_step() {
    Story::default().tell(async |page| {
        page.open().await;
        // Two of three disks said too early that an entry was written.
        let lossy = "
            num_nodes = 3\nseed = 1\nduration_ms = 1500\n[timers]\n[network]\nlatency_ms = 10
            [[client]]\nrequests = ['wait 300', 'put x hello', 'wait 500', 'get x']
            [[fault]]\nat_ms = 50\ntimeout = 1
            [[fault]]\nat_ms = 345\ncrash = 2\nlose = 1
            [[fault]]\nat_ms = 345\ncrash = 3\nlose = 1
            [[fault]]\nat_ms = 400\nrestart = 'all'
        ";
        page.apply(lossy).await;
        page.end_as("time is over").await;
        assert_eq!(page.text("#holds").await, "✕ 18 of 20 properties hold");
        page.press("match index is true,").await;
        let step = page.step().await;
        assert_eq!(page.text("#holds").await, "✕ 19 of 20 properties hold");
        assert!(page.look().await.happened.ends_with("Crashed"));
        page.press("Back").await;
        assert_eq!(page.text("#holds").await, "✓ 20 properties hold so far");
        format!("a property breaks at step {step}")
    });
}

#[test]
fn a_scenario_is_chosen_by_its_title_tells_itself_and_runs() {
    Story::default().tell(async |page| {
        page.open().await;
        assert!(!page.shows("#story").await);
        let select = page.find("#scenario").await;
        select.select_by_label("A split vote").await.expect("the scenario can be chosen");
        page.until("the scenario tells itself", "document.querySelector('#story h2').textContent === 'A split vote'")
            .await;
        assert!(page.text("#story").await.contains("Two candidates and no leader in term 1"));
        let text = include_str!("../www/scenarios/split-vote.toml");
        assert_eq!(page.value("#config").await, text);
        page.until("it runs by itself", "Number(document.querySelector('#scrub').value) > 0").await;
        page.end_as("done").await;
        assert_same_trace(&page.whole_trace().await, &native_trace("split-vote", text, 1));
        let sight = page.look().await;
        assert_eq!(sight.cards.iter().filter(|card| card.contains("★ leader")).count(), 1);
        assert!(sight.cards.iter().all(|card| card.contains("1 no-op")), "{:?}", sight.cards);

        page.apply("[timers]\nheartbeat_ms = 200\n").await;
        let warnings = page.text("#warnings").await;
        assert!(warnings.starts_with("Line 2: heartbeat_ms is 200, but"), "{warnings}");
        assert!(!page.shows("#story").await);
        assert_eq!(page.value("#scenario").await, "", "no scenario is chosen any more");
        "a split vote is chosen, told, and runs as it does natively".to_owned()
    });
}

/// What the native program prints for this configuration and seed.
fn native_trace(name: &str, toml: &str, seed: u64) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("page {name}.toml"));
    fs::write(&file, toml).unwrap_or_else(|error| panic!("{} cannot be written: {error}", file.display()));
    let mut program = Command::new(env!("CARGO_BIN_EXE_raft_kv"));
    let output = program.arg(&file).args(["--seed", &seed.to_string()]).output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a trace is UTF-8")
}

/// Compares two traces byte for byte, and tells the first line that differs.
#[track_caller]
fn assert_same_trace(page: &str, expected: &str) {
    if page != expected {
        let (here, there): (Vec<&str>, Vec<&str>) = (page.split('\n').collect(), expected.split('\n').collect());
        let place = here.iter().zip(&there).take_while(|(here, there)| here == there).count();
        let (counts, place_from_1) = ((here.len(), there.len()), place + 1);
        panic!("line {place_from_1} of {counts:?}: {:?}, expected {:?}", here.get(place), there.get(place));
    }
}
