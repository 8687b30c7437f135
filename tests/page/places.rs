//! Places: what the address stands for, whoever changes it, and in whatever order they come.

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use crate::browser::Story;

/// Answers from the address that holds `window.late` come so much later.
const LATE: Duration = Duration::from_millis(700);

/// Has answers come late, and one scenario hold what cannot be run.
const FETCH: &str = "
    const fetched = window.fetch;
    window.fetch = async (address, how) => {
        if (String(address).includes('split-vote')) return new Response('num_nodes = 0');
        const answer = await fetched(address, how);
        if (window.late && String(address).includes(window.late)) await new Promise((resolve) => setTimeout(resolve, 700));
        return answer;
    };
";

const GO: &str = "
    history.pushState(null, '', arguments[0]);
    dispatchEvent(new PopStateEvent('popstate'));
";

#[test]
fn the_newest_place_wins_and_one_that_cannot_be_read_takes_no_other_away() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.prepare(FETCH).await;
        page.open().await;
        page.press_on("#scenarios").await;
        page.until("the gallery is open", "document.querySelectorAll('dialog .gallery li').length > 5").await;
        let unread = "return [...document.querySelectorAll('dialog .gallery li')]
            .filter((it) => it.textContent.includes('cannot be loaded')).map((it) => it.querySelector('a').dataset.name)";
        assert_eq!(page.ask::<Vec<String>>(unread, &[]).await, ["split-vote"]);
        page.ask::<Value>("window.late = 'figure-8'", &[]).await;
        page.press_on("dialog [data-name='figure-8']").await;
        page.ask::<Value>(GO, &["?scenario=partition".into()]).await;
        page.until_said("#story h2", "A partition").await;
        sleep(LATE * 2).await;
        assert!(page.text("#story h2").await.contains("A partition"), "what came later is not wanted any more");
        assert!(page.shown_address().await.ends_with("?scenario=partition"));

        // What is applied meanwhile counts, too; and the address does not claim otherwise.
        let go_and_apply = format!("{GO} document.querySelector('#new-seed').click();");
        page.ask::<Value>(&go_and_apply, &["?scenario=figure-8".into()]).await;
        sleep(LATE * 2).await;
        assert!(page.text("#story h2").await.contains("A partition"));
        assert!(page.shown_address().await.ends_with("?scenario=partition"));
        "the newest place wins".to_owned()
    });
}

#[test]
fn links_within_the_page_and_broken_links_leave_the_run_where_it_stands() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.lend_clipboard().await;
        page.open().await;
        page.scrub_to(20).await;
        page.press_on("#copy-link").await;
        page.until("the address is the run's", "location.hash.startsWith('#run=')").await;
        let address = page.shown_address().await;
        for hash in ["", "#run=1.@@@", "#editor"] {
            if !hash.is_empty() {
                page.ask::<Value>("location.hash = arguments[0]", &[hash.into()]).await;
                sleep(LATE).await;
            }
            page.press_on("nav [href='#editor']").await;
            page.ask_patiently::<Value>("await drawn()", &[]).await;
            assert_eq!(page.step().await, 20, "after {hash:?}");
            let sight =
                "const { top } = document.querySelector('#editor').getBoundingClientRect(); return top < innerHeight";
            assert!(page.ask::<bool>(sight, &[]).await, "the configuration is in sight");
            if hash != "#editor" {
                assert_eq!(page.shown_address().await, address, "after {hash:?}");
                page.reload().await;
                assert_eq!(page.step().await, 20, "after {hash:?} and a reload");
            }
        }
        "links within the page lose no run".to_owned()
    });
}
