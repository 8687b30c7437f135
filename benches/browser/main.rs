//! How fast it is in a real browser: the core beside its native self, and the page in a reader's hands.
//!
//! `cargo xtask bench` serves the page and says where the browser is. The page is measured through what it offers to a
//! person, by events on its bar and by its keys. What is demanded stands beside each figure; a figure that misses it fails
//! the bench, which no test does.

mod demand;
mod hands;
mod ratio;

#[path = "../../tests/page/browser.rs"]
mod browser;
#[allow(dead_code, reason = "shared with the tests of the page, which look at more of it")]
#[path = "../../tests/page/page.rs"]
mod page;

use std::process::ExitCode;

use browser::Story;

/// So that memory is told to the byte, and what is garbage does not count.
const ARGUMENTS: [&str; 2] = ["--enable-precise-memory-info", "--js-flags=--expose-gc"];

fn main() -> ExitCode {
    Story { alone: true, ..Story::default() }.tell(ratio::measure);
    let mut demands = Vec::new();
    Story { alone: true, arguments: &ARGUMENTS, ..Story::default() }.tell(async |page| {
        demands = hands::measure(page).await;
        "measured in a reader's hands".to_owned()
    });
    for demand in &demands {
        println!("{demand}");
    }
    if demands.iter().all(demand::Demand::is_met) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
