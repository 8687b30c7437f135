//! Three pictures and a text: what is picked in one is marked in all, what a step changed is marked, and an election is seen
//! as it goes.

use std::collections::BTreeMap;

use fantoccini::key::Key;

use crate::TIMED;
use crate::browser::Story;
use crate::native::{native, step_of};
use crate::page::{Page, Point, Pointer};

const SEED: u64 = 1;

/// What is marked as picked, in each of the views.
const PICKED: &str = "
    // Nobody draws what nobody sees.
    document.querySelector('#diagram').scrollIntoView({ block: 'nearest' });
    const back = document.querySelector('#diagram h2 button');
    if (!back.hidden) back.click();
    await drawn();
    await drawn();
    const all = (selector, tell) => [...new Set([...document.querySelectorAll(selector)].map(tell))].sort().join(', ');
    return {
        cluster: all('#cluster .selected', (it) => it.dataset.process ?? `message ${it.dataset.message}`),
        heads: all('#diagram .heads [aria-pressed=true]', (it) => it.dataset.process),
        arrows: all('#diagram .arrow.selected', (it) => `message ${it.dataset.message}`),
        row: all('#diagram .row.selected', (it) => it.dataset.step),
        lines: all('#trace .selected', (it) => it.dataset.step),
        of: all('#trace .belongs', (it) => /^\\[(.*?)\\]/.exec(it.lastChild.data)?.[1]),
        logs: all('#logs tbody .who [aria-pressed=true]', (it) => it.dataset.process),
        entry: all('#logs td.chosen', (it) => `index ${it.dataset.index}`),
        panel: document.querySelector('#panel h3').textContent,
        button: document.querySelector('#verbs').textContent,
        why: document.querySelector('#trace .why h3').textContent,
    };
";

async fn picked(page: &Page) -> BTreeMap<String, String> {
    page.ask_patiently(PICKED, &[]).await
}

/// Compares what is marked as picked, view by view.
#[track_caller]
fn assert_picked(marked: &BTreeMap<String, String>, expected: &[(&str, &str)]) {
    for (view, wanted) in expected {
        assert_eq!(marked[*view], *wanted, "in {view}: {marked:#?}");
    }
}

#[test]
fn what_is_picked_in_one_view_is_marked_in_all_by_mouse() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| pick_in_all(page, Pointer::Mouse).await);
}

#[test]
fn what_is_picked_in_one_view_is_marked_in_all_by_finger() {
    let story = Story { window: (320, 640), touch: true, ..Story::default() };
    story.tell(async |page| pick_in_all(page, Pointer::Finger).await);
}

async fn pick_in_all(page: &Page, pointer: Pointer) -> String {
    let press = async |selector: &str| match pointer {
        Pointer::Mouse => page.click(selector).await,
        Pointer::Finger => page.tap(selector).await,
    };
    page.open().await;
    page.run_this(TIMED).await;
    page.open_hands().await;
    let mut core = native(TIMED, SEED);
    let step = step_of(&mut core, "Appending entry at index 2", 1);
    page.scrub_to(step).await;
    let ids: Vec<u64> = page.ask(IDS, &[]).await;
    assert!(ids.len() >= 4, "the entry is on its way to all others: {ids:?}");

    // A message, in the cluster, in the diagram, in an inbox.
    for (id, place) in [(ids[3], "#cluster"), (ids[0], "#diagram"), (ids[2], "#inboxes")] {
        match place {
            "#cluster" => press(&format!("#cluster [data-message=\"{id}\"] .disc")).await,
            "#inboxes" => press(&format!("#inboxes [data-message=\"{id}\"] .pick")).await,
            _ => {
                page.centre_of(&format!("#diagram .arrow[data-message=\"{id}\"]")).await;
                let spot: Option<Point> = page.ask(SPOT, &[id.into()]).await;
                page.draw(pointer, &[spot.expect("a part of the arrow is seen")]).await;
            }
        }
        let name = format!("message {id}");
        let button = format!("Do with {name}…");
        let marked = picked(page).await;
        assert_picked(
            &marked,
            &[("cluster", &name), ("arrows", &name), ("button", &button), ("entry", ""), ("lines", "")],
        );
        assert!(marked["panel"].contains(&name), "{}", marked["panel"]);
    }

    // A process, in the cluster, above the diagram, in the logs, among the clients.
    for (name, selector) in [
        ("node 2", "#cluster [data-process=\"node 2\"] .disc"),
        ("node 1", "#diagram .heads [data-process=\"node 1\"]"),
        ("node 3", "#logs [data-process=\"node 3\"]"),
        ("client 1", "#clients [data-process=\"client 1\"]"),
    ] {
        press(selector).await;
        let marked = picked(page).await;
        let row = if name == "client 1" { "" } else { name };
        let button = format!("Do with {name}…");
        let expected = [("cluster", name), ("heads", name), ("logs", row), ("arrows", ""), ("button", &button)];
        assert_picked(&marked, &expected);
        // Of a client, no line stands near this step.
        assert_picked(&marked, &[("of", row)]);
        assert!(marked["panel"].contains(name), "{}", marked["panel"]);
    }

    // An entry, in the logs: who has it, which messages carry it, what there is to say of it.
    press("#logs thead [data-index=\"2\"]").await;
    let arrows: Vec<String> = ids.iter().map(|id| format!("message {id}")).collect();
    let marked = picked(page).await;
    let title = "The entry at index 2";
    assert_picked(&marked, &[("entry", "index 2"), ("cluster", ""), ("why", title)]);
    // In a small window, the arrows may be scrolled out of the few rows that are drawn.
    if pointer == Pointer::Mouse {
        assert_picked(&marked, &[("arrows", &arrows.join(", "))]);
    }
    let said = core.why_entry(core.node(1).log().last_index()).text;
    assert!(page.text("#trace .why").await.contains(&said), "{said}");

    // A line of the trace leads to its step.
    let line = page.lines().await.into_iter().rfind(|line| line.visible && line.step < step).expect("an earlier line");
    press(&format!("#trace [data-place=\"{}\"] .number", line.place - 1)).await;
    assert_eq!(page.step().await, line.step);
    let number = line.step.to_string();
    assert_picked(&picked(page).await, &[("lines", &number), ("row", &number), ("entry", ""), ("why", "Why?")]);
    assert_eq!(page.text("#trace .why .line").await, line.text, "its reason is told");
    format!("at {pointer:?}'s press, all views mark what is picked at steps {step} and {number}")
}

/// Where on an arrow of the diagram nothing lies over it.
const SPOT: &str = "
    const arrow = document.querySelector(`#diagram .arrow[data-message=\"${arguments[0]}\"]`);
    const { left, right, top, bottom } = arrow.getBoundingClientRect();
    const isMirrored = (arrow.x2.baseVal.value < arrow.x1.baseVal.value) !== (arrow.y2.baseVal.value < arrow.y1.baseVal.value);
    for (let part = 0.9; part > 0; part -= 0.02) {
        const [x, y] = [left + (right - left) * (isMirrored ? 1 - part : part), top + (bottom - top) * part];
        if (document.elementFromPoint(x, y)?.closest('[data-message]')?.dataset.message === String(arguments[0])) return [x, y];
    }
    return null;
";

/// The numbers of the messages in flight that carry entries.
const IDS: &str = "
    const titled = (it) => /AppendEntries \\d/.test(it.querySelector('title').textContent);
    return [...document.querySelectorAll('#cluster [data-message]')].filter(titled).map((it) => Number(it.dataset.message));
";

#[test]
fn by_keys_the_cluster_is_one_stop_whose_arrows_go_around_and_the_logs_and_the_trace_can_be_picked_from() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        page.open_hands().await;
        let step = step_of(&mut native(TIMED, SEED), "Appending entry at index 2", 1);
        page.scrub_to(step).await;
        page.tab_to("#cluster [tabindex='0']").await;
        assert!(page.focused().await.starts_with("node 1, term 1: leader"), "{}", page.focused().await);
        page.press_key(Key::Right).await;
        page.press_key(Key::Space).await;
        assert_picked(&picked(page).await, &[("cluster", "node 2"), ("logs", "node 2"), ("heads", "node 2")]);
        page.press_key(Key::End).await;
        assert!(page.focused().await.starts_with("message "), "{}", page.focused().await);
        page.press_key(Key::Space).await;
        let marked = picked(page).await;
        assert_eq!(marked["cluster"], marked["arrows"], "{marked:#?}");
        page.press_key(Key::Escape).await;
        assert_picked(&picked(page).await, &[("cluster", ""), ("arrows", ""), ("button", "Do with…")]);
        assert_eq!(page.step().await, step, "the run's keys are not the picture's");

        page.tab_to("#diagram .time").await;
        page.press_key(Key::Up).await;
        assert_eq!(page.step().await, step - 1);
        page.tab_to("#trace .lines").await;
        page.press_key(Key::Up).await;
        let marked = picked(page).await;
        assert_eq!((&marked["lines"], marked["lines"].is_empty()), (&marked["row"], false), "{marked:#?}");
        page.scrub_to(step).await;
        page.tab_to("#logs thead [tabindex='0']").await;
        page.press_key(Key::Right).await;
        page.press_key(Key::Enter).await;
        assert_picked(&picked(page).await, &[("entry", "index 2"), ("why", "The entry at index 2")]);
        "keys alone pick a node, a message, a line and an entry".to_owned()
    });
}

/// What is marked as changed: in the logs by node, and in the cluster the messages that were sent.
const CHANGED: &str = "
    const rows = [...document.querySelectorAll('#logs tbody tr')];
    const marks = (row) => [...row.querySelectorAll('mark, .entry.new')].map((it) => it.matches('mark') ? it.textContent : 'new');
    const fresh = document.querySelectorAll('#cluster .message.fresh').length;
    return [rows.map((row) => marks(row).join(', ')), fresh];
";

#[test]
fn what_this_step_changed_is_marked_and_nothing_else() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        let mut core = native(TIMED, SEED);
        let moments = [
            ("[node 1] Starting election", ["term 1, candidate, voted for 1", "", "", "", ""], 4),
            ("[node 3] Granting vote", ["", "", "term 1, voted for 1", "", ""], 1),
            ("[node 1] Became LEADER", ["leader, new", "", "", "", ""], 4),
            ("[node 1] Appending entry at index 2", ["new", "", "", "", ""], 4),
            ("[node 2] slot 2", ["", "commit 2, applied 2, x = hello", "", "", ""], 1),
        ];
        for (line, changed, sent) in moments {
            let step = step_of(&mut core, line, 1);
            page.scrub_to(step).await;
            let (marks, fresh): (Vec<String>, u64) =
                page.ask_patiently(&format!("await drawn(); {CHANGED}"), &[]).await;
            assert_eq!(marks, changed, "at step {step}: {line}");
            assert_eq!(fresh, sent, "messages were sent at step {step}: {line}");
        }
        format!("{} steps mark what they changed", moments.len())
    });
}

#[test]
fn an_election_is_seen_in_the_candidate_and_its_timer_and_terms_are_numbers_too() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        let mut core = native(TIMED, SEED);
        let begin = step_of(&mut core, "[node 1] Starting election", 1);
        let grant = step_of(&mut core, "Granting vote to 1", begin);
        let heard = step_of(&mut core, "[node 1] Became LEADER", begin);
        let votes = "return document.querySelector('#cluster [data-process=\"node 1\"] .votes').dataset.votes";
        let mut seen = Vec::new();
        for step in [begin, grant, heard] {
            page.scrub_to(step).await;
            let drawn: Option<String> = page.ask(votes, &[]).await;
            seen.push(drawn.unwrap_or_default());
        }
        assert_eq!(seen[0], "granted,none,none,none,none", "its own vote");
        assert_eq!(seen[1].matches("coming").count(), 1, "a vote is on its way: {}", seen[1]);
        assert_eq!(seen[2], "", "a leader counts no votes");

        page.scrub_to(grant).await;
        let sight = page.look().await;
        assert!(sight.ring["node 1"].contains("term 1: candidate"), "{}", sight.ring["node 1"]);
        assert!(
            sight.ring["node 1"].contains("has granted its vote, which is still on its way"),
            "{}",
            sight.ring["node 1"]
        );
        assert!(sight.nodes[0].contains("term 1"), "{}", sight.nodes[0]);
        assert!(sight.diagram.iter().any(|head| head == "node 1, candidate, term 1"), "{:?}", sight.diagram);
        assert!(page.count("#diagram .lane.term-1.stands").await > 0, "the lane of who stands for election");

        // Each step nearer to the timeout, the arc is shorter.
        let left = async || -> u64 {
            let ring = page.look().await.ring["node 2"].clone();
            let rest = ring.split("election timeout in ").nth(1).unwrap_or_else(|| panic!("no timer: {ring}"));
            rest.split(' ').next().and_then(|ms| ms.parse().ok()).expect("milliseconds")
        };
        let arc = "return document.querySelector('#cluster [data-process=\"node 2\"] .arc').getTotalLength()";
        page.scrub_to(begin - 1).await;
        let (before, long): (u64, f64) = (left().await, page.ask(arc, &[]).await);
        page.scrub_to(begin).await;
        let (after, short): (u64, f64) = (left().await, page.ask(arc, &[]).await);
        assert!(after < before && short < long, "{before} ms, {long}; {after} ms, {short}");
        format!("votes are {} and then {}", seen[0], seen[1])
    });
}

/// How high the smallest words in the cluster's picture are drawn, in tenths of a pixel, and which stand on each other.
const WORDS: &str = "
    const picture = document.querySelector('#cluster svg');
    const scale = picture.getScreenCTM().a;
    const words = [...picture.querySelectorAll('text:not(.sign)')].filter((it) => it.textContent.trim() && it.checkVisibility());
    const outside = words.filter((it) => !it.matches('.node *, .client *') || it.matches('.words'));
    const boxes = outside.map((it) => [it.textContent, it.getBoundingClientRect()]);
    const meets = (one, other) =>
        Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
        Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 3;
    return {
        least: Math.min(...words.map((it) => Math.round(10 * scale * parseFloat(getComputedStyle(it).fontSize)))),
        met: boxes.flatMap(([text, box], at) =>
            boxes.slice(at + 1).filter(([, other]) => meets(box, other)).map(([other]) => `${text} / ${other}`)),
    };
";

#[derive(serde::Deserialize)]
struct Words {
    least: u32,
    met: Vec<String>,
}

#[test]
fn words_in_the_cluster_can_be_read_however_small_it_is() {
    for window in [(1280, 800), (720, 700), (320, 640)] {
        Story { window, ..Story::default() }.tell(async |page| {
            page.open_scenario("figure-8").await;
            page.scrub_to(161).await;
            let Words { least, met } = page.ask(WORDS, &[]).await;
            assert!(least >= 100, "{window:?}: {least} tenths of a pixel");
            assert!(met.is_empty(), "{window:?}: {met:?}");
            format!("{window:?}: words of {least} tenths of a pixel")
        });
    }
}
