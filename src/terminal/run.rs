//! `raft_kv run`: reads a configuration, runs it, prints the trace.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use raft_kv::config::{Config, SEED};
use raft_kv::emulation::Emulation;
use raft_kv::history::History;
use raft_kv::process::ProcessId;
use raft_kv::raft::Event;
use raft_kv::view::RecordView;

use super::{Failure, operations};

/// Runs a configuration and prints all that happens: the default
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The configuration, a TOML file
    #[arg(default_value = "config.toml")]
    config: PathBuf,

    /// The seed of the run, instead of the configuration's own or a fresh one; the same seed repeats the run
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(SEED))]
    seed: Option<u64>,

    /// How to print the trace
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Also write to this file what clients asked and heard, as `raft_kv check` reads it; moments are steps
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A line for each thing that happened
    Text,
    /// A JSON object for each thing that happened, with the message that caused it and the state after it, the whole
    /// log included: for runs of some hundred requests
    Json,
}

/// Runs the configuration, and prints the trace.
pub(super) fn main(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = read_config(&arguments.config)?;
    let seed = choose_seed(arguments.seed.or(config.seed))?;
    let mut emulation = Emulation::new(config, seed);
    eprintln!("seed {seed}");

    let mut out = BufWriter::new(io::stdout().lock());
    let mut history = History::default();
    while emulation.step() {
        print_step(&emulation, arguments.format, &mut out).map_err(|error| Failure::writing("the trace", &error))?;
        if arguments.history.is_some() {
            note_requests(&emulation, &mut history);
        }
    }
    out.flush().map_err(|error| Failure::writing("the trace", &error))?;
    if let Some(path) = &arguments.history {
        write_history(path, &history, &emulation)
            .map_err(|error| Failure::Run(format!("{} cannot be written: {error}", path.display())))?;
    }
    eprintln!("{}", Summary::of(&emulation));
    Ok(ExitCode::SUCCESS)
}

/// Adds to the history what clients heard in the current step, and what they asked then.
fn note_requests(emulation: &Emulation, history: &mut History) {
    let step = emulation.now().step_count();
    for record in emulation.happened() {
        let ProcessId::Client(id) = record.process else { continue };
        if let Event::Answered { result, .. } = record.event {
            match result {
                Ok(reply) => history.answer(id, reply, step),
                // No answer of the store.
                Err(_) => history.abandon(id),
            }
        }
        if let Some(command) = emulation.client(id).waiting_for()
            && !history.is_open(id)
        {
            history.invoke(id, command, step);
        }
    }
}

fn write_history(path: &Path, history: &History, emulation: &Emulation) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    operations::write(history, emulation.texts(), &mut out)?;
    out.flush()
}

fn read_config(path: &Path) -> Result<Config, Failure> {
    let file = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| {
        Failure::Input(match error.kind() {
            ErrorKind::NotFound => {
                format!("{file}: there is no such file; give the path of a TOML file, as in `raft_kv config.toml`")
            }
            ErrorKind::IsADirectory => format!("{file} is a directory; give the path of a TOML file in it"),
            _ => format!("{file} cannot be read: {error}"),
        })
    })?;
    Config::parse_bytes(&file, &bytes).map_err(|error| Failure::Input(error.to_string()))
}

/// Fresh seeds have 32 bits, so that a person can copy them.
fn choose_seed(given: Option<u64>) -> Result<u64, Failure> {
    let fresh = || getrandom::u32().map(u64::from);
    given
        .map_or_else(fresh, Ok)
        .map_err(|error| Failure::Run(format!("the system gives no random seed ({error}); choose one with --seed")))
}

fn print_step(emulation: &Emulation, format: Format, out: &mut impl Write) -> io::Result<()> {
    for record in emulation.happened() {
        match format {
            Format::Text => writeln!(out, "{}", record.line(emulation.texts()))?,
            Format::Json => {
                serde_json::to_writer(&mut *out, &RecordView::new(emulation, record)).map_err(io::Error::from)?;
                writeln!(out)?;
            }
        }
    }
    Ok(())
}

/// What a run came to.
struct Summary {
    lines: u64,
    steps: u64,
    messages: u64,
    answered: u64,
    seed: u64,
}

impl Summary {
    fn of(emulation: &Emulation) -> Self {
        let clients = 1..=emulation.config().num_clients;
        Summary {
            lines: emulation.now().record_count(),
            steps: emulation.now().step_count(),
            messages: emulation.now().network().sent(),
            answered: clients.map(|id| u64::from(emulation.client(id).answered())).sum(),
            seed: emulation.seed(),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { lines, steps, messages, answered, seed } = self;
        write!(
            f,
            "{lines} lines, {steps} steps, {messages} messages, {answered} requests answered; repeat it with --seed {seed}"
        )
    }
}
