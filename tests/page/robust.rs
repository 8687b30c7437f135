//! What must not break the page: a panic of the core, scripts from elsewhere, a run without an end.

use serde::Deserialize;
use serde_json::Value;

use crate::browser::Story;
use crate::native::{act, assert_same_lines, lines_so_far, native as run_of, scenario};
use crate::page::Page;

/// A run of some minutes is not to take more, in bytes.
const MOST_MEMORY: u64 = 150_000_000;
/// Whoever presses a button and waits longer presses it again.
const LONGEST_ANSWER_MS: f64 = 200.0;

/// Remembers the cores that are loaded from now on, and where the data ends that each was made with.
pub(crate) const KEEP_CORES: &str = "
    window.cores = [];
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...parts) => {
        const made = await instantiate(...parts);
        const { memory } = (made.instance ?? made).exports;
        window.cores.push({ memory, end: new Uint8Array(memory.buffer).findLastIndex((byte) => byte !== 0) });
        return made;
    };
";

/// Empties the newest core's memory from so far behind its data on, so that it finds there what cannot be.
const BREAK: &str = "
    const { memory, end } = window.cores.at(-1);
    new Uint8Array(memory.buffer).fill(0, end + arguments[0]);
";

#[test]
fn a_panic_of_the_core_is_told_with_the_run_that_repeats_it_and_the_page_goes_on() {
    // The core says on the console what it says to the page.
    Story { window: (1280, 800), quiet: false, ..Story::default() }.tell(async |page| {
        page.prepare(KEEP_CORES).await;
        page.lend_clipboard().await;
        page.open_scenario("leader-crash").await;
        page.unfold_trace().await;
        page.scrub_to(140).await;
        page.scrub_to(100).await;
        page.select("node 3").await;
        page.doing("pause").await;
        page.until_said("#branches .count", "2 of 16").await;
        let mut native = run_of(&scenario("leader-crash"), 1);
        act(&mut native, 100, "pause node 3");
        native.seek(110);
        page.scrub_to(110).await;

        page.ask::<Value>(BREAK, &[0x10000.into()]).await;
        page.press_on("#forward").await;
        let told = recovered(page, 2).await;
        assert!(told.contains("The emulation broke down, which is a mistake in it and not in what you did."), "{told}");
        assert!(!said(&told).is_empty(), "what it said is told: {told}");
        let stood = page.step().await;
        assert!((110..=111).contains(&stood), "the run stands where it stood: {stood}");
        page.press_on("#forward").await;
        assert_eq!(page.step().await, stood + 1, "and goes on");
        native.seek(stood + 1);
        assert_same_lines(&page.lines_of_trace().await, &lines_so_far(&native), "after a panic");
        assert_eq!(page.text("#branches .count").await, "2 of 16 at most", "the branches are there");

        page.press_in("#notice", "Copy link to the run").await;
        page.until("the address is the run's", "location.hash.startsWith('#run=')").await;
        let link = page.shown_address().await;
        page.press_in("#notice", "Close").await;
        assert!(!page.shows("#notice").await);

        // In the middle of running, and with other rubbish.
        page.choose("#speed", "1 s = 100 steps").await;
        page.press_on("#run").await;
        page.until("it runs", "Number(document.querySelector('#scrub').value) > 113").await;
        page.ask::<Value>(BREAK, &[0x1000.into()]).await;
        recovered(page, 3).await;
        let step = page.step().await;
        assert!(page.text("#run").await.contains("Run"), "it has stopped");
        page.finish_quietly().await;
        native.run(u64::MAX);
        assert_same_lines(&page.lines_of_trace().await, &lines_so_far(&native), "after two panics");

        page.open_afresh(&link).await;
        page.unfold_trace().await;
        native.seek(stood + 1);
        assert_same_lines(&page.lines_of_trace().await, &lines_so_far(&native), "who is sent the run has the same");
        format!("after panics behind steps 110 and {step} the run goes on; it was said: {}", said(&told))
    });
}

/// While `window.isGone`, no core can be loaded.
const LOSE: &str = "
    const load = WebAssembly.instantiate;
    WebAssembly.instantiate = async (...parts) => {
        if (window.isGone) throw new Error('the network is gone');
        return load(...parts);
    };
";

#[test]
fn a_core_that_cannot_be_loaded_again_loses_no_branch_and_is_asked_for_again() {
    Story { window: (1280, 800), quiet: false, ..Story::default() }.tell(async |page| {
        page.prepare(KEEP_CORES).await;
        page.prepare(LOSE).await;
        page.open_scenario("leader-crash").await;
        page.scrub_to(140).await;
        page.scrub_to(100).await;
        page.select("node 3").await;
        page.doing("pause").await;
        page.until_said("#branches .count", "2 of 16").await;
        for is_reloaded in [true, false] {
            page.ask::<Value>("window.isGone = true", &[]).await;
            page.ask::<Value>(BREAK, &[0x10000.into()]).await;
            page.press_on("#forward").await;
            page.until_said("#notice", "could not be opened again: the network is gone").await;
            if is_reloaded {
                page.reload().await;
            } else {
                page.ask::<Value>("window.isGone = false", &[]).await;
                page.press_on("#forward").await;
                recovered(page, 2).await;
            }
            page.until_said("#branches .count", "2 of 16").await;
        }
        "while there is no core the branches are kept".to_owned()
    });
}

fn said(told: &str) -> &str {
    told.split('“').nth(1).and_then(|rest| rest.split('”').next()).unwrap_or(told)
}

/// Waits until so many cores were loaded, and the page says why; returns what it says.
async fn recovered(page: &Page, cores: usize) -> String {
    page.until("the core is loaded again", &format!("window.cores.length === {cores}")).await;
    page.until("all is told", "document.querySelector('#notice button')").await;
    page.text("#notice").await
}

/// Tries to do what the page's policy forbids, and remembers what was refused.
const TRESPASS: &str = "
    window.refused = [];
    const note = ({ effectiveDirective }) => window.refused.push(effectiveDirective);
    document.addEventListener('securitypolicyviolation', note);
    const add = (tag, attributes, text = '') => {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        element.textContent = text;
        document.body.append(element);
        return element;
    };
    add('script', {}, 'window.trespassed = true');
    add('script', { src: 'https://example.com/evil.js' });
    add('button', { onclick: 'window.trespassed = true' }).click();
    add('p', { style: 'color: red' });
    add('style', {}, 'p { color: red }');
    add('img', { src: 'https://example.com/evil.png' });
    add('iframe', { src: 'https://example.com/' });
    add('object', { data: 'https://example.com/' });
    add('base', { href: 'https://example.com/' });
    add('form', { action: 'https://example.com/' }).submit();
    setTimeout('window.trespassed = true');
    fetch('https://example.com/').catch(() => undefined);
";

#[test]
fn nothing_from_elsewhere_runs_and_no_script_or_style_in_markup() {
    // Whatever is refused stands on the console. In all other stories nothing does.
    Story { quiet: false, ..Story::default() }.tell(async |page| {
        page.open().await;
        page.ask::<Value>(TRESPASS, &[]).await;
        let directives = [
            "base-uri",
            "connect-src",
            "form-action",
            "frame-src",
            "img-src",
            "object-src",
            "script-src",
            "script-src-attr",
            "script-src-elem",
            "style-src-attr",
            "style-src-elem",
        ];
        for directive in directives {
            page.until(&format!("{directive} is refused"), &format!("window.refused.includes('{directive}')")).await;
        }
        let both = "window.refused.filter((it) => it === 'script-src-elem').length === 2";
        page.until("both scripts are refused, of the page and from elsewhere", both).await;
        assert!(!page.ask::<bool>("return Boolean(window.trespassed)", &[]).await, "something was executed");
        page.press("Step").await;
        assert_eq!(page.step().await, 1, "the page goes on");
        format!("{} ways are barred", directives.len())
    });
}

/// Clients that ask without a pause and, as far as anybody will wait, without an end.
const ENDLESS: &str = "seed = 1\nnum_clients = 5\nrequests_per_client = 1000000\nmax_steps = 1000000000\n\
    duration_ms = 1000000000\n[timers]\n[network]\nlatency_ms = [1, 20]\n";

#[derive(Debug, Deserialize)]
struct Answers {
    /// From the press on the button to the picture that shows what came of it, in milliseconds.
    answers: Vec<f64>,
    steps: u64,
    memory: u64,
}

/// Pauses and runs on, as often as it is told; between two presses the run goes on for some pictures.
const PRESSES: &str = "
    const [times] = arguments;
    const run = document.querySelector('#run');
    const picture = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const answers = [];
    for (let left = times; left > 0; left -= 1) {
        for (let pictures = 20; pictures > 0; pictures -= 1) await picture();
        const before = run.textContent;
        const start = performance.now();
        // As a press comes in: behind what is being done.
        await new Promise((resolve) => setTimeout(() => resolve(run.click())));
        while (run.textContent === before) await picture();
        await picture();
        answers.push(performance.now() - start);
    }
    const memory = window.cores.reduce((sum, { memory }) => sum + memory.buffer.byteLength, 0);
    return { answers, steps: Number(document.querySelector('#scrub').max), memory };
";

#[test]
fn an_endless_run_at_full_speed_leaves_the_page_responsive_and_its_memory_bounded() {
    const TIMES: usize = 9;
    Story { window: (1280, 800), alone: true, ..Story::default() }.tell(async |page| {
        page.prepare(KEEP_CORES).await;
        page.open().await;
        page.run_this(ENDLESS).await;
        page.choose("#speed", "as fast as it goes").await;
        page.press_on("#run").await;
        page.until("it has come far", "Number(document.querySelector('#scrub').value) > 200_000").await;
        let Answers { mut answers, steps, memory } = page.ask_patiently(PRESSES, &[TIMES.into()]).await;
        answers.sort_by(f64::total_cmp);
        let median = answers[TIMES / 2];
        assert!(median < LONGEST_ANSWER_MS, "a press is answered after {median:.0} ms: {answers:?}");
        assert!(memory < MOST_MEMORY, "{memory} bytes at step {steps}");
        // It was pressed an odd number of times, so it stands.
        assert!(page.text("#run").await.contains("Run"), "{answers:?}");
        let step = page.step().await;
        page.press_on("#forward").await;
        assert_eq!(page.step().await, step + 1);
        page.press_on("#start").await;
        assert_eq!(page.step().await, 0, "from far away, back at once");
        let megabytes = memory / 1_000_000;
        format!("at step {steps} a press is answered after {median:.0} ms, and {megabytes} MB are in use")
    });
}
