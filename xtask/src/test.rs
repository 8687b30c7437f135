//! `cargo xtask test`: everything the project checks, in one command, stopping at the first failure.

use crate::drive::drive;
use crate::package::{self, Target};
use crate::report::Report;
use crate::server::{self, Content, Server};
use crate::shell::{self, Line};
use crate::tools::Browser;
use crate::{commands, loads, node, tokens, tools, types};
use anyhow::{Context, Result};
use clap::Args;
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;

/// The stories in which the package is loaded, loaded anew, or broken, and those of other places it is loaded from: only in
/// this do the packages for the web and for a bundler differ. Both hold the same code, so all other stories would be told
/// twice, which takes minutes.
const OF_PACKAGE: [&str; 4] = ["start::", "robust::", "links::", "site::"];

/// What runs in the single file that the page's stories look at.
const ONE_FILE: &str = "www/scenarios/split-vote.toml";

/// Check everything: layout, lints, documents, tests, types, the page in a real browser, size
///
/// Installs what is missing first (the WebAssembly target, wasm-pack, rustfmt, clippy, Chromium and chromedriver).
/// Each step shows the command it runs; the first one that fails ends the run. A table of the steps and their
/// durations closes it. The project's own commands are run as a person does, but those that measure, take pictures, or need
/// the tools of the recipes. The package for a bundler is left in pkg/. Where Node.js and npm are at hand, TypeScript checks
/// the types in the page's scripts and reads what is published of them, and axe-core looks for what keeps people out of the
/// page.
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
        run(report, &line)?;
    }
    build(report, Target::Bundler)?;
    for (name, line) in
        [("the types of the page's scripts", types::line()?), ("the scripts as published", tokens::line()?)]
    {
        match line {
            Ok(line) => report.step(name, || line.run())?,
            Err(reason) => report.skip(name, reason),
        }
    }
    run(
        report,
        &Line::new("wasm-pack test --headless --chrome --chromedriver")
            .arg(&browser.chromedriver)
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120"),
    )?;
    let page = Line::new("cargo test --test page -- --nocapture");
    let page = match node::axe()? {
        Ok(axe) => page.env("RAFT_KV_AXE", axe),
        Err(reason) => {
            report.skip("axe-core's look at the page", reason);
            page
        }
    };
    // The bundler's package comes last, as it is the one to leave behind.
    for target in [Target::Web, Target::Bundler] {
        build(report, target)?;
        let line = page.clone();
        report.step(&format!("the page, built for {}", target.name()), || drive_page(line, target, &browser))?;
    }
    report.step("cargo xtask recipes page frame", || commands::run(&["recipes", "page", "frame"].map(OsStr::new)))?;
    report.step("cargo xtask serve", || commands::serve(&[]))?;
    report.step("cargo xtask serve --site", || commands::serve(&["--site".as_ref(), site_folder().as_ref()]))?;
    report.step("cargo xtask size", || commands::run(&["size".as_ref()]))
}

fn run(report: &mut Report, line: &Line) -> Result<()> {
    report.step(&line.name(), || line.run())
}

fn build(report: &mut Report, target: Target) -> Result<()> {
    report.step(&target.line().name(), || package::build_without_warnings(target))
}

/// What a site is written to, and the pages' stories of it are told of.
fn site_folder() -> PathBuf {
    node::build_folder().join("site")
}

/// Tells the stories of the page: the line finds it as it is here, as a site under some folder of a host, and as a single
/// file, both written by their commands. All stories are told of the bundler's package, and of the web's those [`OF_PACKAGE`].
fn drive_page(line: Line, target: Target, browser: &Browser) -> Result<()> {
    let folder = site_folder();
    commands::run(&["site".as_ref(), "--out".as_ref(), folder.as_ref()])?;
    let hosts = shell::root().join("tests/hosts");
    let content = Content::Folders(vec![("/some/folder/", folder), ("/hosts/", hosts)]);
    let server = Server::start(content, server::listen(0)?)?;
    let line = line
        .env("RAFT_KV_SITE", server.at("/some/folder/"))
        .env("RAFT_KV_HOSTS", server.at("/hosts/"))
        .env("RAFT_KV_LOADS", write_loads()?);
    match target {
        Target::Web => drive(line.args(OF_PACKAGE), target, browser),
        Target::Bundler => {
            let file = node::build_folder().join("raft-kv.html");
            let words = ["standalone", "--config", ONE_FILE, "--out"].map(OsStr::new);
            commands::run(&[&words[..], &[file.as_ref()]].concat())?;
            drive(line.env("RAFT_KV_STANDALONE", file), target, browser)
        }
    }
}

/// Writes what is weighed to a file, for the stories that compare it with what a browser loads.
fn write_loads() -> Result<PathBuf> {
    let (root, file) = (shell::root(), node::build_folder().join("loads.txt"));
    let [laboratory, element] = [loads::laboratory(&root)?, loads::element(&root)?].map(|loads| loads.undone());
    fs::write(&file, format!("laboratory {laboratory}\nelement {element}\n"))
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

fn code_lines() -> [Line; 7] {
    [
        Line::new("cargo fmt --all --check"),
        Line::new("cargo clippy --workspace --all-targets -- -D warnings"),
        Line::new("cargo clippy --target wasm32-unknown-unknown --lib --tests -- -D warnings"),
        Line::new("cargo doc --no-deps --document-private-items").env("RUSTDOCFLAGS", "-D warnings"),
        Line::new("cargo test --workspace"),
        // Every property, after every step, in runs in which much goes wrong.
        Line::new("cargo run --release -- sweep tests/chaos.toml --seeds 0..2000 --steps 5000 --nodes 3,5,7"),
        // The benchmarks run once each, unmeasured: they must work, however fast.
        Line::new("cargo bench -- --test"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stories_of_the_package_are_there() {
        let read = |file: &str| fs::read_to_string(shell::root().join(file)).unwrap();
        for name in OF_PACKAGE {
            let name = name.strip_suffix("::").expect("a module's name ends so");
            assert!(read("tests/page.rs").contains(&format!("\nmod {name};")), "{name}");
            assert!(read(&format!("tests/page/{name}.rs")).contains("\n#[test]\n"), "{name}");
        }
    }
}
