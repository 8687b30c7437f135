//! How much slower the browser is: the same run, by the same class that the page uses, against the native core. Both in
//! turn, so that a busy machine is busy for both.

use std::hint::black_box;
use std::time::Instant;

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use serde_json::json;

use crate::browser::variable;
use crate::demand::Sorted;
use crate::page::Page;

const CONFIG: &str = "num_clients = 1\nrequests_per_client = 300_000\n";
const REQUESTS: f64 = 300_000.0;
const ROUNDS: usize = 7;

/// Milliseconds that the browser takes for so many steps of a run.
const IN_BROWSER: &str = "
    const [script, toml, steps] = arguments;
    const { Emulation } = await import(new URL(`../pkg/${script}`, location.href).href);
    const emulation = new Emulation('bench.toml', toml, 7);
    const start = performance.now();
    emulation.run(steps);
    const milliseconds = performance.now() - start;
    emulation.free();
    return milliseconds;
";

/// Prints the ratio in one line.
pub(crate) async fn measure(page: &Page) -> String {
    page.open().await;
    let (mut native, mut browser) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        native.push(natively());
        browser.push(in_browser(page, CONFIG, 1e12).await);
    }
    let (native, browser) = (Sorted::new(native).median(), Sorted::new(browser).median());
    let rate = |milliseconds: f64| REQUESTS / milliseconds / 1000.0;
    format!(
        "{:.2} M commands a second natively, {:.2} M in the browser: it takes {:.2} times as long",
        rate(native),
        rate(browser),
        browser / native
    )
}

/// Milliseconds that the core takes in the browser for so many steps. The page has loaded the package, whichever form it
/// has, and its module is the same for whoever imports it.
pub(crate) async fn in_browser(page: &Page, toml: &str, steps: f64) -> f64 {
    let script = if variable("RAFT_KV_TARGET") == "bundler" { "raft_kv_bg.js" } else { "raft_kv.js" };
    page.ask_patiently(IN_BROWSER, &[json!(script), json!(toml), json!(steps)]).await
}

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
