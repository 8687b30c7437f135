//! The terminal: which commands there are, and with which exit code they end.

mod check;
mod draw;
mod ending;
mod json;
mod numbers;
mod operations;
mod repeat;
mod run;
mod saved;
mod setup;
mod shrink;
mod sweep;

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use raft_kv::run::Run;

const AFTER_HELP: &str = "\
Without a command, it runs: `raft_kv lecture.toml` is `raft_kv run lecture.toml`. The trace alone goes to standard output; \
the seed, warnings, how the run ended, what held of it, and errors go to standard error.

Examples:
  raft_kv                          run config.toml
  raft_kv lecture.toml --seed 7    run another configuration, and choose the seed
  raft_kv --seed 7 --save run.toml write the run to a file that the page opens, too
  raft_kv run.toml                 print a saved run, with what was done to it by hand
  raft_kv --format json | jq .     one JSON object for all that happens, with messages and states
  raft_kv sweep tests/chaos.toml   check every property in many runs
  raft_kv check history.json       say whether what clients asked and heard is linearizable
  raft_kv draw --to 80 --out run.svg
                                   draw who sent what to whom
  raft_kv draw --to 80 --format txt
                                   draw it in plain text
  raft_kv help run                 what is in the JSON; also: help sweep, help check, help draw

Exit codes: 0 for a run in which all properties held, 1 if one did not or the run failed, 2 for a wrong command line, \
configuration or other file. A check ends with 1 if the history is not linearizable, and with 3 if that is undecided.";

/// Runs a Raft-replicated key-value store, emulated message by message, and prints all that happens
#[derive(Parser)]
#[command(version, after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    task: Option<Task>,

    #[command(flatten)]
    run: run::Arguments,
}

#[derive(Subcommand)]
enum Task {
    // Not there: what runs without a command has help of its own.
    #[command(after_long_help = json::HELP)]
    Run(run::Arguments),
    Sweep(sweep::Arguments),
    Check(check::Arguments),
    Draw(draw::Arguments),
}

/// Why the program ends without having done its task.
enum Failure {
    /// A configuration or another file cannot be read or used: a sentence for the person who wrote it.
    Input(String),
    /// What was asked for cannot be done or written.
    Run(String),
    /// Whoever read the output has enough.
    ReaderGone,
}

impl Failure {
    /// An option would change how a saved run goes.
    fn own_way(file: &Path) -> Self {
        let file = file.display();
        Failure::Input(format!(
            "{file} is a saved run, and says itself how it goes; leave out all options that change it"
        ))
    }

    /// What cannot be written is named: `the trace`.
    fn writing(what: &str, error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Failure::ReaderGone,
            _ => Failure::Run(format!("{what} cannot be written: {error}")),
        }
    }
}

pub(crate) fn main() -> ExitCode {
    let CommandLine { task, run } = CommandLine::parse();
    let ended = match task.unwrap_or(Task::Run(run)) {
        Task::Run(arguments) => run::main(&arguments),
        Task::Sweep(arguments) => sweep::main(&arguments),
        Task::Check(arguments) => check::main(&arguments),
        Task::Draw(arguments) => draw::main(&arguments),
    };
    match ended {
        Ok(code) => code,
        Err(Failure::ReaderGone) => ExitCode::SUCCESS,
        Err(Failure::Run(message)) => fail(&message, 1),
        Err(Failure::Input(message)) => fail(&message, 2),
    }
}

fn fail(message: &str, code: u8) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(code)
}

/// Prints a line to standard output. That its reader has enough does not change how the program ends.
fn print_line(line: &impl fmt::Display) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::writing("the result", &error)),
        _ => Ok(()),
    }
}

/// How many requests were answered.
fn answered(run: &Run) -> u64 {
    (1..=run.config().num_clients).map(|id| u64::from(run.client(id).answered())).sum()
}
