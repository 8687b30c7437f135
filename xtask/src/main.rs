//! The project's own commands, run as `cargo xtask <command>`.
//!
//! Each command is one module: [`serve`], [`mod@test`], [`mod@bench`], [`size`], [`shots`], [`pictures`], [`site`],
//! [`standalone`] and [`recipes`]. They share [`shell`] (command lines), [`tools`] (what must be installed), [`package`] (the
//! WebAssembly package in `pkg/`), [`server`] (the page over HTTP), [`drive`] (what steers the page in a browser),
//! [`folder`] (copies of folders) and [`report`] (the table at the end). [`scripts`], [`loads`], [`words`], [`bare`], [`types`] and
//! [`tokens`] look at the page's scripts, [`palette`] at its pictures, [`told`] writes its scenarios as HTML, and [`commands`]
//! runs the commands as a person does.

mod bare;
mod bench;
mod commands;
mod drive;
mod folder;
mod loads;
mod node;
mod package;
mod palette;
mod pictures;
mod recipes;
mod report;
mod scripts;
mod serve;
mod server;
mod shell;
mod shots;
mod site;
mod size;
mod standalone;
mod test;
mod tokens;
mod told;
mod tools;
mod types;
mod words;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The project's own commands: look at the page, check everything, measure it, weigh it, take its
/// pictures, write it as a site or as one file.
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
    Shots(shots::Shots),
    Pictures(pictures::Pictures),
    Recipes(recipes::Recipes),
    Site(site::Site),
    Standalone(standalone::Standalone),
}

impl Command {
    fn run(&self) -> Result<()> {
        match self {
            Self::Serve(serve) => serve.run(),
            Self::Test(test) => test.run(),
            Self::Bench(bench) => bench.run(),
            Self::Size(size) => size.run(),
            Self::Shots(shots) => shots.run(),
            Self::Pictures(pictures) => pictures.run(),
            Self::Recipes(recipes) => recipes.run(),
            Self::Site(site) => site.run(),
            Self::Standalone(standalone) => standalone.run(),
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
