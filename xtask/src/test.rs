//! `cargo xtask test`: everything the project checks, in one command, stopping at the first failure.

use crate::drive::drive;
use crate::package::{self, Target};
use crate::recipes::Recipes;
use crate::report::Report;
use crate::server::{self, Content, Server};
use crate::shell::{self, Line};
use crate::size::Size;
use crate::tools::Browser;
use crate::{node, site, standalone, tokens, tools, types};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

/// Check everything: layout, lints, documents, tests, types, the page in a real browser, size
///
/// Installs what is missing first (the WebAssembly target, wasm-pack, rustfmt, clippy, Chromium and chromedriver).
/// Each step shows the command it runs; the first one that fails ends the run. A table of the steps and their
/// durations closes it. The package for a bundler is left in pkg/. Where Node.js and npm are at hand, TypeScript checks
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
    report.step("cargo xtask recipes page frame", || {
        println!("$ cargo xtask recipes page frame");
        Recipes::without_tools().run()
    })?;
    report.step("cargo xtask serve", serve)?;
    report.step("cargo xtask size", || {
        println!("$ cargo xtask size");
        Size {}.run()
    })
}

fn run(report: &mut Report, line: &Line) -> Result<()> {
    report.step(&line.name(), || line.run())
}

fn build(report: &mut Report, target: Target) -> Result<()> {
    report.step(&target.line().name(), || package::build_without_warnings(target))
}

/// Tells the stories of the page: the line finds it as it is here, as a site under some folder of a host, and as a single
/// file. What is told of pages that embed it is told once.
fn drive_page(line: Line, target: Target, browser: &Browser) -> Result<()> {
    let folder = node::build_folder().join("site");
    site::write(&folder)?;
    let hosts = shell::root().join("tests/hosts");
    let content = Content::Folders(vec![("/some/folder/", folder), ("/hosts/", hosts)]);
    let server = Server::start(content, server::listen(0)?)?;
    let line = line.env("RAFT_KV_SITE", server.at("/some/folder/")).env("RAFT_KV_HOSTS", server.at("/hosts/"));
    match target {
        Target::Web => drive(line.args(["--skip", "embed"]), target, browser),
        Target::Bundler => {
            let file = node::build_folder().join("raft-kv.html");
            standalone::write_tried(&file)?;
            drive(line.env("RAFT_KV_STANDALONE", file), target, browser)
        }
    }
}

/// Serves the page as a person would, and asks for it once.
fn serve() -> Result<()> {
    println!("$ cargo xtask serve --port 0 --no-open");
    let program = env::current_exe().context("cannot find this program")?;
    let mut child = Command::new(program)
        .args(["serve", "--port", "0", "--no-open"])
        .stdout(Stdio::piped())
        .spawn()
        .context("`cargo xtask serve` does not start")?;
    let heard = child.stdout.take().context("`cargo xtask serve` has no output")?;
    let answer = first_address(heard).and_then(|address| ask(&address));
    child.kill().and_then(|()| child.wait()).context("`cargo xtask serve` does not stop")?;
    match answer?.as_str() {
        "HTTP/1.1 200 OK" => Ok(()),
        other => bail!("`cargo xtask serve` answers {other:?} when asked for the page"),
    }
}

/// The first address that is printed; passes on all lines up to it.
fn first_address(heard: impl Read) -> Result<String> {
    for line in BufReader::new(heard).lines() {
        let line = line.context("cannot read what `cargo xtask serve` prints")?;
        println!("{line}");
        if let Some(address) = line.split_whitespace().find_map(|word| word.strip_prefix("http://")) {
            return Ok(address.to_owned());
        }
    }
    bail!("`cargo xtask serve` ends without an address")
}

/// The first line of the answer from this address, which is written as `host:port/path`.
fn ask(address: &str) -> Result<String> {
    let (host, path) = address.split_once('/').with_context(|| format!("{address} has no path"))?;
    let mut stream = TcpStream::connect(host).with_context(|| format!("nothing answers at {host}"))?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut first = String::new();
    BufReader::new(stream).read_line(&mut first)?;
    Ok(first.trim_end().to_owned())
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
