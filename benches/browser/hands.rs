//! The page in a reader's hands: how long a step back, a move of the bar and a picture take, how evenly pictures follow
//! each other while it runs, and what memory it holds then.

use serde::Deserialize;
use serde_json::json;

use crate::demand::{Demand, Sorted};
use crate::page::{BAR, Page};
use crate::ratio;

/// Both gears, each with more to do than is measured.
const GEARS: [(&str, &str); 2] = [
    ("failure-free", "requests_per_client = 100_000\n"),
    ("full Raft", "requests_per_client = 100_000\nduration_ms = 100_000_000\n[timers]\n"),
];

/// Full Raft for as many steps as are demanded.
const LONG: &str = "requests_per_client = 1_000_000\nduration_ms = 100_000_000\nmax_steps = 100_000\n[timers]\n";
const LONG_STEPS: u64 = 100_000;
const SEED: u64 = 7;

const EVENTS: f64 = 10_000.0;
const EVENTS_MS: f64 = 20.0;
const FRAME_MS: f64 = 16.7;
const MEMORY_MB: f64 = 150.0;

const ROUNDS: usize = 11;
/// So many times is each move of the reader's made.
const MOVES: usize = 61;
/// So many pictures are at least looked at while the page runs.
const PICTURES: usize = 240;

/// Measures everything, with the page's own means.
pub(crate) async fn measure(page: &Page) -> Vec<Demand> {
    page.open().await;
    let mut demands = Vec::new();
    for (gear, toml) in GEARS {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            times.push(ratio::in_browser(page, toml, EVENTS).await);
        }
        let what = format!("10,000 steps simulated, {gear}");
        demands.push(milliseconds(what, Sorted::new(times).median(), Some(EVENTS_MS)));
    }
    page.ask::<()>(WATCH_MEMORY, &[]).await;
    page.apply_with_seed(LONG, SEED).await;
    demands.extend(running(page).await);
    demands.extend(moves(page).await);
    demands
}

/// Runs to the end at full speed, again and again, until enough pictures were drawn.
async fn running(page: &Page) -> Vec<Demand> {
    let mut gaps: Vec<f64> = Vec::new();
    let mut runs = 0;
    while gaps.len() < PICTURES && runs < 40 {
        let run: Run = page.ask_patiently(&format!("{PRESS}{RUN}"), &[json!(BAR)]).await;
        assert_eq!(run.end, LONG_STEPS, "the run is as long as it should be");
        gaps.extend(run.gaps);
        runs += 1;
    }
    let memory: Memory = page.ask_patiently(MEMORY, &[]).await;
    let gaps = Sorted::new(gaps);
    let gap = |what: &str, percent| {
        milliseconds(format!("between two pictures at full speed, {what}, {runs} runs"), gaps.percentile(percent), None)
    };
    let megabytes = |what: &str, bytes: f64, at_most| Demand {
        what: format!("memory after 100,000 steps, {what}"),
        measured: bytes / 1_000_000.0,
        unit: "MB",
        at_most,
    };
    vec![
        Demand {
            what: "pictures a second while 100,000 steps run at full speed, median".to_owned(),
            measured: 1000.0 / gaps.median(),
            unit: "/s",
            at_most: None,
        },
        gap("median", 50),
        gap("95 %", 95),
        gap("at worst", 100),
        megabytes("of the scripts", memory.scripts, None),
        megabytes("of the WebAssembly", memory.wasm, None),
        megabytes("both", memory.scripts + memory.wasm, Some(MEMORY_MB)),
    ]
}

#[derive(Deserialize)]
struct Run {
    /// Milliseconds between pictures that follow each other.
    gaps: Vec<f64>,
    /// The step at which the run ends.
    end: u64,
}

/// In bytes.
#[derive(Deserialize)]
struct Memory {
    scripts: f64,
    wasm: f64,
}

/// What the reader does where the run stands.
async fn moves(page: &Page) -> Vec<Demand> {
    // The same ones every time, all over the run.
    let anywhere: Vec<u64> = (1..=MOVES as u64).map(|turn| turn * 61_803 % LONG_STEPS).collect();
    let scrub = times(page, "to", &anywhere).await;
    page.scrub_to(5_000).await;
    // Each back from the same step.
    let back = times(page, "back", &[5_000; MOVES]).await;
    let forward = times(page, "forward", &[5_000; MOVES]).await;
    let again = times(page, "to", &[5_000; MOVES]).await;
    vec![
        milliseconds("a step back from step 5,000, median".to_owned(), back.median(), Some(FRAME_MS)),
        milliseconds("a step back from step 5,000, 95 %".to_owned(), back.percentile(95), None),
        milliseconds("the bar moved anywhere in 100,000 steps, median".to_owned(), scrub.median(), None),
        milliseconds("the bar moved anywhere in 100,000 steps, 95 %".to_owned(), scrub.percentile(95), None),
        milliseconds("a step forward from step 5,000, median".to_owned(), forward.median(), None),
        milliseconds("the whole page asked to draw the same step again, median".to_owned(), again.median(), None),
    ]
}

/// The milliseconds of a move from each of these steps, or to them.
async fn times(page: &Page, which: &str, steps: &[u64]) -> Sorted {
    let arguments = [json!(BAR), json!(which), json!(steps)];
    Sorted::new(page.ask_patiently(&format!("{PRESS}{TIMES}"), &arguments).await)
}

fn milliseconds(what: String, measured: f64, at_most: Option<f64>) -> Demand {
    Demand { what, measured, unit: "ms", at_most }
}

/// What a reader can do, for the scripts below.
const PRESS: &str = "
    const bar = document.querySelector(arguments[0]);
    const press = (key) => document.querySelector('main').dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    const move = (step) => {
        bar.value = step;
        bar.dispatchEvent(new Event('input', { bubbles: true }));
    };
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
";

/// A move costs what its event takes, and what the browser then does in the next frame before it can show the picture:
/// what the page does there, style, layout and painting. The wait for the frame does not count. A frame's message is heard
/// after its picture, as both belong to one task.
const TIMES: &str = "
    const [, which, steps] = arguments;
    const deeds = { to: move, back: () => press('ArrowLeft'), forward: () => press('ArrowRight') };
    const ends = { to: 0, back: -1, forward: 1 };
    const channel = new MessageChannel();
    const times = [];
    for (const step of steps) {
        if (which !== 'to') move(step);
        for (let quiet = 0; quiet < 3; quiet += 1) await frame();
        times.push(await new Promise((resolve) => {
            let spent = 0;
            let began = 0;
            channel.port1.onmessage = () => resolve(spent + performance.now() - began);
            requestAnimationFrame(() => {
                began = performance.now();
                channel.port2.postMessage(null);
            });
            const start = performance.now();
            deeds[which](step);
            spent = performance.now() - start;
        }));
        await frame();
        if (Number(bar.value) !== step + ends[which]) throw new Error(`it stands at ${bar.value}, not ${which} ${step}`);
    }
    return times;
";

/// From the first step to the end, as fast as it goes; over when the bar has not moved for a while.
const RUN: &str = "
    press('Home');
    await frame();
    const gaps = [];
    let before = await frame();
    press('End');
    let last = { value: bar.value, gaps: 0 };
    for (let still = 0; still < 30; ) {
        const now = await frame();
        gaps.push(now - before);
        before = now;
        still = bar.value === last.value ? still + 1 : 0;
        if (still === 0) last = { value: bar.value, gaps: gaps.length };
    }
    return { gaps: gaps.slice(0, last.gaps), end: Number(bar.value) };
";

/// Notes each WebAssembly memory that is looked into, as the package's JavaScript does whenever it has grown.
const WATCH_MEMORY: &str = "
    const { prototype } = WebAssembly.Memory;
    const { get, ...rest } = Object.getOwnPropertyDescriptor(prototype, 'buffer');
    window.wasmMemories = new Set();
    Object.defineProperty(prototype, 'buffer', {
        ...rest,
        get() {
            window.wasmMemories.add(this);
            return get.call(this);
        },
    });
";

const MEMORY: &str = "
    if (window.wasmMemories.size === 0) throw new Error('the memory has not grown, so nobody looked into it');
    const wasm = [...window.wasmMemories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    gc();
    await new Promise((resolve) => setTimeout(resolve, 200));
    gc();
    return { scripts: performance.memory.usedJSHeapSize, wasm };
";
