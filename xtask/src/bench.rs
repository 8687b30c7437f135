//! `cargo xtask bench`: how fast it is, in the terminal and in the browser.

use crate::package::{self, Target};
use crate::shell::Line;
use crate::{test, tools};
use anyhow::Result;
use clap::Args;

/// Measure how many commands a second are committed, natively and in the browser
///
/// Installs what is missing first, as for the tests. Figures mean little on a busy machine; the ratio of browser to
/// native is taken in turns and means more.
#[derive(Args)]
pub struct Bench {}

impl Bench {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let browser = tools::for_tests()?;
        Line::new("cargo bench --bench throughput").run()?;
        package::build(Target::Bundler)?;
        test::drive("cargo bench --bench browser", Target::Bundler, &browser)
    }
}
