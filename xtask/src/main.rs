//! The project's own commands, run as `cargo xtask <command>`.
//!
//! Each command is one module: [`serve`], [`mod@test`], [`bench`] and [`size`]. They share [`shell`] (command lines), [`tools`]
//! (what must be installed), [`package`] (the WebAssembly package in `pkg/`) and [`server`] (the page over HTTP).

mod bench;
mod package;
mod scripts;
mod serve;
mod server;
mod shell;
mod size;
mod test;
mod tools;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The project's own commands: look at the page, check everything, measure it, weigh it.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Test(test::Test),
    Bench(bench::Bench),
    Size(size::Size),
}

impl Command {
    fn run(&self) -> Result<()> {
        match self {
            Self::Serve(serve) => serve.run(),
            Self::Test(test) => test.run(),
            Self::Bench(bench) => bench.run(),
            Self::Size(size) => size.run(),
        }
    }
}

fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem:#}");
            ExitCode::FAILURE
        }
    }
}
