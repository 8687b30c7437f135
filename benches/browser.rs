//! How much slower the browser is: the same run, by the same class that the page uses, against the native core. Both in
//! turn, so that a busy machine is busy for both.
//!
//! `cargo xtask bench` serves the page and says where the browser is.

#[path = "../tests/page/browser.rs"]
mod browser;
#[allow(dead_code, reason = "shared with the tests of the page, which look at more of it")]
#[path = "../tests/page/page.rs"]
mod page;

use std::hint::black_box;
use std::time::Instant;

use browser::Story;
use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use serde_json::json;

const CONFIG: &str = "num_clients = 1\nrequests_per_client = 300_000\n";
const REQUESTS: f64 = 300_000.0;
const ROUNDS: usize = 7;

/// Milliseconds that the browser takes for the whole run.
const IN_BROWSER: &str = "
    const { loadPackage } = await import(new URL('emulation.js', location.href));
    const { Emulation } = await loadPackage();
    const emulation = new Emulation('bench.toml', arguments[0], 7);
    const start = performance.now();
    emulation.run(1e12);
    const milliseconds = performance.now() - start;
    emulation.free();
    return milliseconds;
";

/// Milliseconds that the native core takes for the whole run.
fn natively() -> f64 {
    let config = Config::parse("bench.toml", CONFIG).expect("the configuration is good");
    let mut emulation = Emulation::new(config, 7);
    let start = Instant::now();
    while emulation.step() {
        black_box(emulation.happened());
    }
    start.elapsed().as_secs_f64() * 1000.0
}

fn median(mut milliseconds: Vec<f64>) -> f64 {
    milliseconds.sort_by(f64::total_cmp);
    milliseconds[milliseconds.len() / 2]
}

fn main() {
    Story { alone: true, ..Story::default() }.tell(async |page| {
        page.open().await;
        let (mut native, mut browser) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            native.push(natively());
            browser.push(page.ask_patiently::<f64>(IN_BROWSER, &[json!(CONFIG)]).await);
        }
        let (native, browser) = (median(native), median(browser));
        let rate = |milliseconds: f64| REQUESTS / milliseconds / 1000.0;
        format!(
            "{:.2} M commands a second natively, {:.2} M in the browser: it takes {:.2} times as long",
            rate(native),
            rate(browser),
            browser / native
        )
    });
}
