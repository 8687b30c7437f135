//! `raft_kv draw`: runs a configuration, and writes the space-time diagram of some of its steps.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use raft_kv::config::SEED;
use raft_kv::emulation::Emulation;
use raft_kv::export;
use raft_kv::sketch::WIDTH;

use super::run::choose_seed;
use super::setup::{Setup, Source};
use super::{Failure, saved};

/// Writes a diagram of a run: who sent what to whom, and when it came
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    setup: Setup,

    /// The seed of the run, instead of the configuration's own or a fresh one
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(SEED))]
    seed: Option<u64>,

    /// The first step to draw
    #[arg(long, value_name = "STEP", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    from: u64,

    /// The last step to draw, instead of the last one of the run
    #[arg(long, value_name = "STEP", value_parser = clap::value_parser!(u64).range(1..))]
    to: Option<u64>,

    /// Draw every step, also those in which only heartbeats went to and fro
    #[arg(long)]
    heartbeats: bool,

    /// What to write
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Svg)]
    format: Format,

    /// How many columns wide a diagram in plain text is, instead of 80; the messages of a process for whose column there
    /// is no room are told in words
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u32).range(width()))]
    width: Option<u32>,

    /// Write it to this file, not to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// A picture that every browser shows
    Svg,
    /// A sequence diagram in the language of Mermaid, for a README
    Mermaid,
    /// Plain text in ASCII, to be printed, mailed, and shown where there are no pictures
    Txt,
}

/// How wide a diagram in plain text is, in columns: as wide as a terminal, a sheet of paper and an e-mail.
const COLUMNS: u32 = 80;

/// How wide a command line may ask for.
fn width() -> std::ops::RangeInclusive<i64> {
    i64::from(*WIDTH.start())..=i64::from(*WIDTH.end())
}

/// Runs the configuration as far as it is drawn, and writes the diagram.
pub(super) fn main(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (from, to) = (arguments.from, arguments.to.unwrap_or(u64::MAX));
    if to < from {
        return Err(Failure::Input(format!("--to {to} comes before --from {from}: there is no such step")));
    }
    if arguments.width.is_some() && arguments.format != Format::Txt {
        return Err(Failure::Input("--width is for --format txt: leave it out, or ask for that".to_owned()));
    }
    arguments.setup.spare(arguments.out.as_ref())?;
    let mut emulation = match arguments.setup.read_source()? {
        Source::Config(config) => {
            let seed = choose_seed(arguments.seed.or(config.seed))?;
            Emulation::new(*config, seed)
        }
        Source::Saved(_) if arguments.seed.is_some() => return Err(Failure::own_way(arguments.setup.file())),
        Source::Saved(text) => saved::open(arguments.setup.file(), &text)?,
    };
    eprintln!("seed {}", emulation.seed());
    emulation.run(to);
    let last = emulation.head();
    if last < from {
        return Err(Failure::Input(format!("the run has only {last} steps: there is none from {from} on")));
    }
    let steps = (from, to.min(last));
    let text = match arguments.format {
        Format::Svg => export::svg_file(&mut emulation, steps, !arguments.heartbeats),
        Format::Mermaid => export::mermaid_file(&mut emulation, steps, !arguments.heartbeats),
        Format::Txt => {
            let width = arguments.width.unwrap_or(COLUMNS);
            export::sketch_file(&mut emulation, steps, !arguments.heartbeats, width)
        }
    };
    match &arguments.out {
        Some(path) => fs::write(path, text)
            .map_err(|error| Failure::Run(format!("{} cannot be written: {error}", path.display())))?,
        None => io::stdout().write_all(text.as_bytes()).map_err(|error| Failure::writing("the diagram", &error))?,
    }
    Ok(ExitCode::SUCCESS)
}
