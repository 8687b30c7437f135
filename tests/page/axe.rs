//! What axe-core, which knows the rules of accessibility, has to say of the page.

use std::env;
use std::fs;

use serde::Deserialize;

use crate::browser::Story;
use crate::page::Page;

/// What is wrong, how badly, and where.
#[derive(Debug, Deserialize)]
struct Finding {
    #[allow(dead_code, reason = "read by who reads the failure")]
    id: String,
    impact: String,
    #[allow(dead_code, reason = "read by who reads the failure")]
    help: String,
    #[allow(dead_code, reason = "read by who reads the failure")]
    places: Vec<String>,
}

/// In pictures a word is cut short for want of room (`c1`, `put x fro…`), and the name has all of it: that rule is left
/// out.
const LOOK: &str = "
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const rules = { 'label-content-name-mismatch': { enabled: false } };
    const { violations } = await window.axe.run(document, { runOnly: tags, rules, resultTypes: ['violations'] });
    return violations.map(({ id, impact, help, nodes }) => {
        return { id, impact, help, places: nodes.slice(0, 5).map((it) => it.html.slice(0, 200)) };
    });
";

/// Tells a story of pages that axe-core can look at, if it is at hand; what stands in shadow roots is looked at as well.
pub(crate) fn tell_with_axe(story: Story, told: impl AsyncFnOnce(&Page) -> String) {
    // `cargo xtask test` installs it where it can.
    let Ok(file) = env::var("RAFT_KV_AXE") else {
        println!("axe-core is not at hand (RAFT_KV_AXE is not set): what it knows is not looked at");
        return;
    };
    let axe = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file} cannot be read: {error}"));
    story.tell(async |page| {
        page.prepare(&axe).await;
        told(page).await
    });
}

/// The page as it stands has nothing that keeps somebody out.
pub(crate) async fn assert_open_to_all(page: &Page, state: &str) {
    let findings: Vec<Finding> = page.ask_patiently(LOOK, &[]).await;
    let grave = |it: &&Finding| ["serious", "critical"].contains(&it.impact.as_str());
    let findings: Vec<&Finding> = findings.iter().filter(grave).collect();
    assert!(findings.is_empty(), "{state}: {findings:#?}");
}

#[test]
fn axe_finds_nothing_grave_in_any_state_of_the_page() {
    tell_with_axe(Story { window: (1280, 800), ..Story::default() }, async |page| {
        page.open().await;
        assert_open_to_all(page, "at first").await;
        page.open_scenario("partition").await;
        page.scrub_to(150).await;
        page.scrub_to(130).await;
        page.open_hands().await;
        page.select("node 4").await;
        page.doing("pause").await;
        page.open_filter().await;
        page.press_on("#checks .chip").await;
        page.until("the branches are there", "document.querySelector('#branches li')").await;
        page.press_on("[data-branch='1'][data-does='compare']").await;
        page.until("they are compared", "document.querySelector('.comparison')").await;
        assert_open_to_all(page, "with branches, compared").await;
        page.run_this("num_nodes = 3\n[timers]\n").await;
        page.apply("num_node = 3\n").await;
        assert_open_to_all(page, "with an error").await;
        let mut states = 3;
        page.open_scenario("partition").await;
        page.scrub_to(150).await;
        page.open_filter().await;
        for (window, scheme) in [((1280, 800), "light"), ((1280, 800), "dark"), ((320, 640), "light")] {
            page.resize(window).await;
            page.show_on("screen", &[("prefers-color-scheme", scheme)]).await;
            assert_open_to_all(page, &format!("at {window:?}, {scheme}")).await;
            for (opener, name) in [("#scenarios", "the gallery"), ("#exports", "the exports"), ("#help", "the help")] {
                page.press_on(opener).await;
                page.until(name, "document.querySelector('dialog .close')").await;
                assert_open_to_all(page, &format!("{name} at {window:?}, {scheme}")).await;
                page.press_on("dialog .close").await;
                states += 1;
            }
            states += 1;
        }
        format!("axe-core finds nothing grave in {states} states")
    });
}
