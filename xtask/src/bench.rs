//! `cargo xtask bench`: how fast it is, in the terminal and in the browser.

use crate::drive::drive;
use crate::package::{self, Target};
use crate::shell::Line;
use crate::tools;
use anyhow::Result;
use clap::Args;

/// Measure how many commands a second are committed, and how fast the page is in the reader's hands
///
/// Installs what is missing first (the WebAssembly target, wasm-pack, Chromium and chromedriver). Figures mean little on a
/// busy machine; the ratio of browser to native is taken in turns and means more. Fails if the page misses what is
/// demanded of it, which stands beside each figure.
#[derive(Args)]
pub struct Bench {}

impl Bench {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let browser = tools::for_browser()?;
        Line::new("cargo bench --bench throughput").run()?;
        package::build(Target::Bundler)?;
        drive(Line::new("cargo bench --bench browser"), Target::Bundler, &browser)
    }
}
