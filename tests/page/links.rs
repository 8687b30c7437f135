//! Links: a run as an address, which opens elsewhere as the same run, and does no harm whatever it holds.

use std::ops::Range;

use fantoccini::key::Key;
use raft_kv::emulation::Emulation;
use raft_kv::saved::ENGINE;
use serde_json::Value;

use crate::browser::Story;
use crate::native::{act, assert_same_lines, lines_so_far, native as run_of, scenario, scenarios};
use crate::page::Page;

/// A link that people can paste anywhere is no longer.
const LONGEST_LINK: usize = 2_000;

/// The saved run in the address that is shown, unpacked without the page's own script.
const SAVED: &str = "
    const [, letters] = location.hash.slice('#run='.length).split('.');
    const bytes = Uint8Array.from(atob(letters.replaceAll('-', '+').replaceAll('_', '/')), (it) => it.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Response(stream).text();
";

/// The end of an address that holds this text: `packed(text)`.
const PACK: &str = "
    const stream = new Blob([arguments[0]]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    let letters = '';
    for (const byte of bytes) letters += String.fromCharCode(byte);
    return '#run=1.' + btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
";

/// Everybody in the picture, in words.
const CLUSTER: &str =
    "return [...document.querySelectorAll('#cluster [data-process] title')].map((it) => it.textContent)";

async fn copy_link(page: &Page) -> String {
    page.press_on("#copy-link").await;
    page.until_said("#copy-link", "Copied").await;
    let copied: String = page.ask_patiently("return navigator.clipboard.readText()", &[]).await;
    assert_eq!(copied, page.shown_address().await, "what is copied is what the address bar shows");
    page.until("it can be copied again", "!document.querySelector('#copy-link').textContent.includes('Copied')").await;
    copied
}

#[test]
fn a_link_opens_elsewhere_as_the_same_run_with_its_acts_at_its_step() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.lend_clipboard().await;
        page.open_scenario("partition").await;
        page.unfold_trace().await;
        page.scrub_to(150).await;
        page.select("node 2").await;
        page.doing("pause").await;
        page.scrub_to(170).await;
        page.doing("resume").await;
        page.scrub_to(160).await;
        let mut native = run_of(&scenario("partition"), 1);
        act(&mut native, 150, "pause node 2");
        act(&mut native, 170, "resume node 2");
        native.seek(160);
        let link = copy_link(page).await;
        let saved: String = page.ask_patiently(SAVED, &[]).await;
        let acts = |run: &Emulation| run.acts().collect::<Vec<_>>();
        let opened = Emulation::open(&saved).unwrap_or_else(|error| panic!("{error}\n{saved}"));
        assert_eq!((acts(&opened), opened.now().step_count()), (acts(&native), 160));
        let before: Vec<String> = page.ask(CLUSTER, &[]).await;
        let shown = page.lines_of_trace().await;
        assert_same_lines(&shown, &lines_so_far(&native), "before it is sent");

        page.open_afresh(&link).await;
        page.unfold_trace().await;
        assert_eq!(page.step().await, 160);
        assert_same_lines(&page.lines_of_trace().await, &shown, "opened elsewhere");
        assert_eq!(page.ask::<Vec<String>>(CLUSTER, &[]).await, before);
        page.finish().await;
        native.run(u64::MAX);
        assert_same_lines(&page.lines_of_trace().await, &lines_so_far(&native), "opened elsewhere, at its end");

        // From link to link, and back by the browser's button.
        page.open_scenario("split-vote").await;
        page.scrub_to(30).await;
        let other = copy_link(page).await;
        page.open_at(&link).await;
        page.until_said("#where", "step 160 of").await;
        page.client.back().await.expect("the browser goes back");
        page.until_said("#where", "step 30 of").await;
        assert_eq!(page.shown_address().await, other);
        page.until_said("#story h2", "A split vote").await;
        page.client.forward().await.expect("the browser goes forward");
        page.until_said("#where", "step 160 of").await;
        format!("a link of {} letters opens elsewhere", link.len())
    });
}

/// Twenty acts between these steps, as a lively lesson has them. Where one cannot be done, a client asks for something.
fn act_often(run: &mut Emulation, steps: Range<u64>) {
    let sentences = [
        "skew node 2 150",
        "pause node 3",
        "crash node 1",
        "spread election 40",
        "resume node 3",
        "restart node 1",
        "cut node 1 > node 2",
        "client 1 get color",
        "heal node 1 > node 2",
        "align election",
        "crash node 2",
        "skew node 1 80",
        "restart node 2",
        "partition node 1 | node 2, node 3",
        "client 1 put shape round",
        "heal",
        "pause node 1",
        "client 1 delete color",
        "resume node 1",
        "fire node 2 election",
    ];
    for (place, sentence) in (1_u64..).zip(sentences) {
        run.seek(steps.start + (steps.end - steps.start) * place / 21);
        let instead = format!("client 1 put key-{place} value-{place}");
        if run.act(sentence).is_err() {
            run.act(&instead).unwrap_or_else(|why| panic!("{instead}: {why}"));
        }
    }
}

#[test]
fn no_link_is_longer_than_two_thousand_letters_and_files_open_too() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.lend_clipboard().await;
        page.open().await;
        let folder = page.save_files_in("links").await;
        let mut longest = (0, "");
        let names = scenarios();
        for name in &names {
            // Nodes send heartbeats as long as they run: the scenario may be over, a run goes on.
            let mut native = run_of(&scenario(name), 1);
            native.run(10_000);
            let steps = native.head();
            act_often(&mut native, steps.min(120) / 2..steps);
            native.run(10_000_u64.saturating_sub(native.now().step_count()));
            let file = folder.join(format!("{name}.run"));
            std::fs::write(&file, native.saved()).expect("a file can be written");
            page.press_on("#exports").await;
            page.until("files can be opened", "document.querySelector('dialog input[type=file]')").await;
            page.choose_file("dialog input[type=file]", &file).await;
            page.until_said("#story h2", &native.config().scenario.as_ref().expect("it tells itself").title).await;
            assert_eq!(page.step().await, native.now().step_count());
            page.press_on("#copy-link").await;
            page.until("the address is the run's", "location.hash.startsWith('#run=')").await;
            let saved: String = page.ask_patiently(SAVED, &[]).await;
            assert_eq!(saved.lines().filter(|line| line.starts_with("  \"")).count(), 20, "{saved}");
            let length = page.shown_address().await.len();
            assert!(length <= LONGEST_LINK, "{name}: {length} letters");
            longest = longest.max((length, name));
            page.ask::<Value>("history.replaceState(null, '', location.pathname)", &[]).await;
        }
        format!("of {} scenarios with 20 acts, {} has the longest link, {} letters", names.len(), longest.1, longest.0)
    });
}

#[test]
fn a_link_that_cannot_be_opened_says_so_and_nothing_in_it_is_executed() {
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        page.open().await;
        let title: String = page.ask("return document.title", &[]).await;
        let evil = "<img src=x onerror=document.title=1>";
        let good = format!("engine = {ENGINE}\nseed = 1\nstep = 3\nconfig = 'num_nodes = 3'\n");
        let packed = async |text: &str| page.ask_patiently::<String>(PACK, &[text.into()]).await;
        let whole = packed(&good).await;
        let far = format!("engine = {ENGINE}\nseed = 1\nstep = 3\nacts = ['2 {evil}']\nconfig = ''\n");
        let no_config = format!("engine = {ENGINE}\nseed = 1\nstep = 0\nconfig = '''num_node = \"{evil}\"'''\n");
        let cases = [
            ("#run=1.@@@".to_owned(), "it holds letters that no link has"),
            ("#run=".to_owned(), "it is not complete"),
            (whole.replace("=1.", "=2."), "it was made by another version of this page"),
            (whole[..whole.len() - 9].to_owned(), "it is damaged, or a part of it is missing"),
            (packed(&" ".repeat(20_000_000)).await, "what it holds is too long for a run"),
            (packed(&good.replacen(&format!("= {ENGINE}"), "= 999", 1)).await, "engine"),
            (packed("<script>document.title = 1</script>").await, "The run of this link cannot be shown"),
            (packed(&far).await, "`<img` is no act"),
            (packed(&no_config).await, "unknown key `num_node`"),
            (format!("#run=1.javascript:document.title=1//{evil}"), "The run of this link cannot be shown"),
        ];
        page.scrub_to(5).await;
        for (hash, words) in &cases {
            assert!(hash.len() < 60_000, "{words}: a small link of {}", hash.len());
            page.ask::<Value>("location.hash = arguments[0]", &[hash.as_str().into()]).await;
            page.until_said("#notice", words).await;
            page.until("the address is the page's again", "!location.hash").await;
            let notice = page.text("#notice").await;
            assert!(notice.contains("The run before goes on.") && page.shows("#notice").await, "{notice}");
            assert_eq!(page.step().await, 5, "{words}: the run before goes on");
            assert!(!page.has("#notice img, #notice script").await);
            let width: u32 = page.ask("return document.documentElement.scrollWidth", &[]).await;
            assert!(width <= 320, "{words}: {width} px wide");
        }
        // Nobody is left with nothing, who has only such a link.
        page.open_afresh(&format!("{}{}", page.address, cases[3].0)).await;
        page.until_said("#notice", "The page's own configuration runs instead.").await;
        page.press_on("#where").await;
        page.press_key(Key::Right).await;
        assert_eq!(page.step().await, 1);
        assert_eq!(page.ask::<String>("return document.title", &[]).await, title, "nothing was executed");
        format!("{} links are refused", cases.len())
    });
}

#[test]
fn a_reload_keeps_the_run_with_its_branches() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open_scenario("leader-crash").await;
        page.unfold_trace().await;
        page.scrub_to(140).await;
        for (step, verb) in [(120, "crash"), (100, "pause")] {
            page.scrub_to(step).await;
            page.select("node 3").await;
            page.doing(verb).await;
        }
        page.press_on("#branches [data-branch='2'][data-does='show']").await;
        page.scrub_to(125).await;
        let kept = "return [...document.querySelectorAll('#branches li')].map((it) => it.innerText)";
        let branches: Vec<String> = page.ask(kept, &[]).await;
        assert_eq!(branches.len(), 3);
        let lines = page.lines_of_trace().await;
        page.reload().await;
        page.until("the branches are there again", "document.querySelectorAll('#branches li').length === 3").await;
        assert_eq!(page.ask::<Vec<String>>(kept, &[]).await, branches);
        assert_eq!(page.step().await, 125);
        page.unfold_trace().await;
        assert_same_lines(&page.lines_of_trace().await, &lines, "after a reload");
        page.press_on("#branches [data-branch='3'][data-does='show']").await;
        page.finish().await;
        let mut native = run_of(&scenario("leader-crash"), 1);
        act(&mut native, 100, "pause node 3");
        native.run(u64::MAX);
        assert_same_lines(&page.lines_of_trace().await, &lines_so_far(&native), "another branch after a reload");
        "a reload keeps three branches".to_owned()
    });
}
