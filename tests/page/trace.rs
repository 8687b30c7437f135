//! The trace: scrolled, followed, filtered and searched.

use serde_json::Value;

use crate::browser::Story;
use crate::native::native_trace;
use crate::page::{Line, Page};
use crate::{LONG, SEED};

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
