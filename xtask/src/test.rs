//! `cargo xtask test`: everything the project checks, in one command, stopping at the first failure.

use crate::package::{self, Target};
use crate::server::{self, Server};
use crate::shell::{self, Line};
use crate::size::Size;
use crate::tools::{self, Browser};
use anyhow::Result;
use clap::Args;
use std::fmt;
use std::time::{Duration, Instant};

/// Check everything: layout, lints, documents, tests, the page in a real browser, size
///
/// Installs what is missing first (the WebAssembly target, wasm-pack, rustfmt, clippy, Chromium and chromedriver).
/// Each step shows the command it runs; the first one that fails ends the run. A table of the steps and their
/// durations closes it. The package for a bundler is left in pkg/.
#[derive(Args)]
pub struct Test {}

impl Test {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let mut report = Report::default();
        let outcome = all(&mut report);
        print!("\n{report}");
        outcome
    }
}

fn all(report: &mut Report) -> Result<()> {
    let browser = report.step("tools", || {
        println!("Tools: the WebAssembly target, wasm-pack, rustfmt, clippy, Chromium and chromedriver.");
        tools::for_tests()
    })?;
    for line in code_lines() {
        report.line(line)?;
    }
    report.build(Target::Bundler)?;
    report.line(
        Line::new("wasm-pack test --headless --chrome --chromedriver")
            .arg(&browser.chromedriver)
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120"),
    )?;
    // The bundler's package comes last, as it is the one to leave behind.
    for target in [Target::Web, Target::Bundler] {
        report.build(target)?;
        report.step(&format!("the page, built for {}", target.name()), || page(target, &browser))?;
    }
    report.step("cargo xtask size", || {
        println!("$ cargo xtask size");
        Size {}.run()
    })
}

fn code_lines() -> [Line; 6] {
    [
        Line::new("cargo fmt --all --check"),
        Line::new("cargo clippy --workspace --all-targets -- -D warnings"),
        Line::new("cargo clippy --target wasm32-unknown-unknown --lib --tests -- -D warnings"),
        Line::new("cargo doc --no-deps --document-private-items").env("RUSTDOCFLAGS", "-D warnings"),
        Line::new("cargo test --workspace"),
        // The benchmarks run once each, unmeasured: they must work, however fast.
        Line::new("cargo bench -- --test"),
    ]
}

/// Drives the page in the browser, served by this very process.
fn page(target: Target, browser: &Browser) -> Result<()> {
    let server = Server::start(&shell::root(), server::listen(0)?)?;
    Line::new("cargo test --test page -- --nocapture")
        .env("RAFT_KV_PAGE", server.page())
        .env("RAFT_KV_CHROMEDRIVER", &browser.chromedriver)
        .env("RAFT_KV_CHROMIUM", &browser.chromium)
        .env("RAFT_KV_TARGET", target.name())
        .run()
}

struct Step {
    name: String,
    duration: Duration,
    passed: bool,
}

/// The steps taken so far.
#[derive(Default)]
struct Report {
    steps: Vec<Step>,
}

impl Report {
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!();
        let start = Instant::now();
        let outcome = work();
        self.steps.push(Step { name: name.to_owned(), duration: start.elapsed(), passed: outcome.is_ok() });
        outcome
    }

    fn line(&mut self, line: Line) -> Result<()> {
        self.step(&line.name(), || line.run())
    }

    fn build(&mut self, target: Target) -> Result<()> {
        self.step(&target.line().name(), || package::build_without_warnings(target))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            let verdict = if step.passed { "passed" } else { "FAILED" };
            writeln!(f, "{verdict}  {:>7.1} s  {}", step.duration.as_secs_f64(), step.name)?;
        }
        let all: Duration = self.steps.iter().map(|step| step.duration).sum();
        writeln!(f, "{:6}  {:>7.1} s  in all", "", all.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn the_report_lists_each_step_and_how_it_ended() {
        let mut report = Report::default();
        assert_eq!(report.step("first", || Ok(7)).unwrap(), 7);
        assert!(report.step("second", || -> Result<()> { bail!("no") }).is_err());
        for (step, seconds) in report.steps.iter_mut().zip([1.5, 62.25]) {
            step.duration = Duration::from_secs_f64(seconds);
        }
        let table = report.to_string();
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines, ["passed      1.5 s  first", "FAILED     62.2 s  second", "           63.8 s  in all"]);
    }
}
