//! A single file with an emulation in it: opened by double click, sent by mail, or put into a sandboxed frame. There it has
//! no origin of its own, and nothing but itself.

use std::fs;
use std::path::{Path, PathBuf};

use fantoccini::Locator;

use crate::browser::{Story, variable};
use crate::page::Page;

/// What the browser has loaded by address, that is, more than the page itself and what lies in it.
const LOADED: &str = "
    return performance.getEntriesByType('resource').map((it) => it.name).filter((name) => !name.startsWith('data:'));
";

#[test]
fn opened_as_a_file_it_runs_without_anything_else() {
    Story::default().tell(async |page| {
        page.open_at(&address_of(Path::new(&variable("RAFT_KV_STANDALONE")))).await;
        assert_runs(page).await;
        assert_eq!(page.ask::<Vec<String>>(LOADED, &[]).await, [""; 0]);
        assert_eq!(page.text("h1").await, "A split vote");
        let told: String = page.ask("return document.querySelector('main > details').textContent", &[]).await;
        assert!(told.contains("Randomized timeouts"), "{told}");
        let shown: String = page.ask("return document.querySelector('pre').textContent", &[]).await;
        let toml = include_str!("../../www/scenarios/split-vote.toml");
        assert_eq!(shown, toml.trim_end(), "the configuration is there to be read");
        let link: bool = page.ask(&format!("{IN}.querySelector('[part=link]').checkVisibility()"), &[]).await;
        assert!(!link, "there is no laboratory to lead to");
        format!("a file of {} bytes runs by double click", text().len())
    });
}

#[test]
fn in_a_sandboxed_frame_it_runs_from_its_address() {
    in_frame("sandbox-src", "src", "a sandboxed frame of the file runs", |file| address_of(Path::new(file)));
}

#[test]
fn in_a_sandboxed_frame_it_runs_from_its_text() {
    in_frame("sandbox-srcdoc", "srcdoc", "a sandboxed frame of the file's text runs", |_| {
        text().replace('&', "&amp;").replace('"', "&quot;")
    });
}

#[test]
fn all_views_can_be_worked_with_and_fit_a_narrow_window() {
    let narrow = Story { window: (320, 640), ..Story::default() };
    narrow.tell(async |page| {
        page.open_at(&address_of(Path::new(&variable("RAFT_KV_STANDALONE")))).await;
        assert_runs(page).await;
        for view in ["cluster", "diagram", "logs", "trace", "checks"] {
            let part: bool = page.ask(&format!("{IN}.querySelector('[part~={view}]').checkVisibility()"), &[]).await;
            assert!(part, "{view} is not seen");
        }
        let width: u32 = page.ask("return document.documentElement.scrollWidth", &[]).await;
        assert!(width <= 320, "the page is {width} px wide");
        let done: bool = page.ask("return document.querySelector('raft-kv').act('crash node 1')", &[]).await;
        assert!(done, "a node can be crashed by hand");
        page.ask::<()>("document.querySelector('raft-kv').forward()", &[]).await;
        let crashed = "document.querySelector('raft-kv').snapshot.nodes[0].health.crashed";
        page.until("node 1 has crashed", crashed).await;
        "all five views fit a narrow window, and a node can be crashed".to_owned()
    });
}

/// Within the element.
const IN: &str = "return document.querySelector('raft-kv').shadowRoot";

/// The element comes to a leader in the second term, by its methods and in its views.
async fn assert_runs(page: &Page) {
    page.until("the emulation is there", "document.querySelector('raft-kv').snapshot?.step === 0").await;
    page.ask::<()>("document.querySelector('raft-kv').until('leader')", &[]).await;
    let leads =
        "document.querySelector('raft-kv').snapshot.nodes.some(({ role, term }) => role === 'leader' && term > 1)";
    page.until("a node leads", leads).await;
    let trace =
        "document.querySelector('raft-kv').shadowRoot.querySelector('#trace').textContent.includes('Became LEADER')";
    page.until("the trace says so", trace).await;
    assert_eq!(page.ask::<Option<String>>("return self.origin", &[]).await.as_deref(), Some("null"));
}

/// A page with the file in a frame that may run scripts, and nothing else.
fn in_frame(name: &str, attribute: &str, line: &str, value: impl Fn(&str) -> String) {
    let value = value(&variable("RAFT_KV_STANDALONE"));
    let host = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.html"));
    let frame =
        format!("<iframe sandbox=\"allow-scripts\" width=\"1000\" height=\"800\" {attribute}=\"{value}\"></iframe>");
    fs::write(
        &host,
        format!("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Notes</title>\n<p>Watch:</p>\n{frame}\n"),
    )
    .expect("the folder for tests can be written");
    Story::default().tell(async |page| {
        page.open_at(&address_of(&host)).await;
        let frame = page.client.find(Locator::Css("iframe")).await.expect("there is a frame");
        frame.enter_frame().await.expect("a frame can be looked into");
        assert_runs(page).await;
        assert_eq!(page.ask::<Vec<String>>(LOADED, &[]).await, [""; 0]);
        line.to_owned()
    });
}

#[test]
fn it_names_nothing_outside_of_itself() {
    let text = text();
    assert!(text.len() <= 300_000, "it weighs {} bytes", text.len());
    let before_archive = text.split_once("id=\"archive\"").expect("there is an archive").0;
    for tag in before_archive.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        for attribute in [" src=", " href="] {
            let value = tag.split_once(attribute).map(|(_, value)| value);
            assert!(value.is_none_or(|value| value.starts_with("\"data:,\"")), "<{tag}>");
        }
    }
    assert!(before_archive.contains("default-src 'none'"), "its rules keep everything out");
}

fn text() -> String {
    let file = variable("RAFT_KV_STANDALONE");
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file} cannot be read: {error}"))
}

fn address_of(file: &Path) -> String {
    format!("file://{}", file.display()).replace(' ', "%20")
}
