//! The trace: scrolled, followed, filtered and searched.

use fantoccini::key::Key;
use serde_json::Value;

use crate::browser::Story;
use crate::native::{native, native_trace};
use crate::page::{Line, Page};
use crate::{LONG, SEED, TIMED};

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

    page.centre_of("#trace h2").await;
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

/// The lines of the core's whole run: step and text.
fn lines_of(toml: &str) -> Vec<(u64, String)> {
    let mut core = native(toml, 1);
    let mut lines = Vec::new();
    while core.step() {
        let step = core.now().step_count();
        lines.extend(core.happened().iter().map(|record| (step, record.line(core.texts()).to_string())));
    }
    lines
}

/// All lines that are shown, read while scrolling, wherever they stand in the whole trace.
const SHOWN: &str = "
    const list = document.querySelector('#trace .lines');
    const shown = new Map();
    // What is still being looked for may scroll it once more.
    do {
        list.scrollTop = 0;
        await drawn();
    } while (list.scrollTop > 0);
    for (;;) {
        await drawn();
        for (const row of list.querySelectorAll('[role=listitem]:not(.fold)')) {
            shown.set(Number(row.dataset.place), [...row.childNodes].slice(1).map((it) => it.textContent).join(''));
        }
        if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) break;
        list.scrollTop += list.clientHeight;
    }
    return [...shown].sort(([one], [other]) => one - other).map(([, text]) => text);
";

#[test]
fn heartbeats_are_folded_into_a_count_that_opens_in_the_trace_and_in_the_diagram() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        page.end_as("done").await;
        let all = lines_of(TIMED);
        let fold = "#trace .fold";
        page.scrub_to(all[all.len() / 2].0).await;
        page.until("a fold is shown", "document.querySelector('#trace .fold')").await;
        let words = page.text(&format!("{fold} button")).await;
        let number = |place: usize| -> u64 {
            let numbers = words.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
            numbers.map(|part| part.parse().expect("a number")).nth(place).unwrap_or_else(|| panic!("{words}"))
        };
        let (count, first, last) = (number(0), number(1), number(2));
        let within = all.iter().filter(|(step, _)| (first..=last).contains(step)).count() as u64;
        assert_eq!(count, within, "{words}, in the core");
        let before = page.count("#trace .folded").await;
        assert_eq!(before, 0);
        page.click(&format!("{fold} button")).await;
        assert!(page.count("#trace .folded").await > 3, "its lines are shown");
        for line in page.lines().await {
            assert_eq!(line.text, all[line.place as usize - 1].1, "line {}", line.place);
        }
        page.click(&format!("{fold} [aria-expanded=true]")).await;
        assert_eq!(page.count("#trace .folded").await, 0, "and hidden again");

        // By keys: the arrows go from row to row, Enter opens a fold.
        page.tab_to("#trace .lines").await;
        let mut rows = 0;
        while page.count("#trace .fold.cursor").await == 0 {
            page.press_key(Key::Up).await;
            rows += 1;
            assert!(rows < 40, "no fold is above");
        }
        page.press_key(Key::Enter).await;
        assert!(page.count("#trace .folded").await > 3);

        // In the diagram.
        page.tab_to("#diagram .time").await;
        page.until("the step is in a fold", "document.querySelector('#diagram .row.current[data-fold]')").await;
        let label = page.ask::<String>("return document.querySelector('#diagram .fold-label').textContent", &[]).await;
        assert!(label.contains("heartbeat"), "{label}");
        page.press_key(Key::Enter).await;
        page.until("it has a row of its own", "document.querySelector('#diagram .row.current:not([data-fold])')").await;
        page.click("#diagram label input").await;
        page.until("no step is folded", "!document.querySelector('#diagram .row[data-fold]')").await;
        format!("{words}: they are opened and closed, in the trace and in the diagram")
    });
}

#[test]
fn words_are_found_in_the_trace_and_lines_chosen_by_kind_and_process() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        page.end_as("done").await;
        page.press("Start").await;
        let all = lines_of(TIMED);
        let matching: Vec<u64> =
            all.iter().filter(|(_, line)| line.to_lowercase().contains("vote")).map(|(step, _)| *step).collect();
        page.open_filter().await;
        page.type_into("#sought", "VOTE").await;
        let counted = format!("document.querySelector('#filter output').textContent === '{} lines'", matching.len());
        page.until("all matches are counted, in the future, too", &counted).await;
        page.press_in("#filter", "Next").await;
        assert_eq!(page.step().await, matching[0]);
        page.press_in("#filter", "Next").await;
        assert_eq!(page.step().await, matching[1]);
        page.tab_to("#sought").await;
        page.press_key(Key::Enter).await;
        assert_eq!(page.step().await, matching[2]);
        page.press_with(Key::Shift, Key::Enter).await;
        assert_eq!(page.step().await, matching[1]);
        let chosen = page.text("#trace .selected mark").await;
        assert_eq!(chosen.to_lowercase(), "vote", "what was found is marked in its line");
        page.press_in("#filter", "Previous").await;
        page.press_in("#filter", "Previous").await;
        assert_eq!(page.step().await, matching[matching.len() - 1], "before the first match comes the last");

        // Only those lines; then only of one process; then only of one kind.
        let keep = |holds: &dyn Fn(&str) -> bool| -> Vec<String> {
            all.iter().filter(|(_, line)| holds(line)).map(|(_, line)| line.clone()).collect()
        };
        page.click("#filter .keys:last-child label:first-child input").await;
        assert_eq!(shown(page, matching.len()).await, keep(&|line| line.to_lowercase().contains("vote")));
        page.press_in("#trace h2", "Clear").await;
        page.click("#filter [value='node 2']").await;
        page.click("#filter .keys:last-child label:nth-child(2) input").await;
        let of_node_2 = keep(&|line| line.starts_with("[node 2]"));
        assert_eq!(shown(page, of_node_2.len()).await, of_node_2);
        page.click("#filter [value='election']").await;
        let election = keep(&|line| line.starts_with("[node 2]") && line.contains("vote"));
        assert_eq!(shown(page, election.len()).await, election);
        let used = page.text("#trace h2").await;
        assert!(used.contains("Find and filter… (3)"), "{used}");
        page.press_in("#trace h2", "Clear").await;
        page.finish().await;
        page.until("all lines are shown again", "document.querySelector('#trace [role=listitem]').ariaSetSize > 50")
            .await;
        format!("{} lines contain the word, {} are of node 2", matching.len(), of_node_2.len())
    });
}

/// The lines that are shown, once there are so many.
async fn shown(page: &Page, count: usize) -> Vec<String> {
    let size = "document.querySelector('#trace [role=listitem]')?.ariaSetSize";
    page.until(&format!("{count} lines are shown"), &format!("Number({size} ?? 0) === {count}")).await;
    page.ask_patiently(SHOWN, &[]).await
}
