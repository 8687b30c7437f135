//! `raft_kv run`: reads a configuration, runs it, prints the trace, and says what came of it.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use raft_kv::account::Account;
use raft_kv::config::{Config, NUM_NODES, SEED};
use raft_kv::emulation::Emulation;
use raft_kv::raft::verdict::{PROPERTIES, Violation};
use raft_kv::shiviz::{self, Clocks};

use super::ending::Sentence;
use super::json;
use super::numbers::{Count, Numbers};
use super::setup::{CommandLine, Setup, Source, Which};
use super::{Failure, operations, repeat, saved};

/// Runs a configuration and prints all that happens: the default
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    setup: Setup,

    /// The seed of the run, instead of the configuration's own or a fresh one; the same seed repeats the run
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(SEED))]
    seed: Option<u64>,

    /// How many nodes there are, instead of the configuration's num_nodes
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(num_nodes()))]
    nodes: Option<u32>,

    /// Of the faults that [chaos] draws, only those of these numbers, as in 2,5-7, or none
    #[arg(long, value_name = "NUMBERS")]
    only_faults: Option<Numbers>,

    /// How to print what happens
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Begin each line of the trace with its virtual time in milliseconds
    #[arg(long)]
    times: bool,

    /// Also write to this file what clients asked and heard, as `raft_kv check` reads it; moments are steps
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,

    /// Also write the run to this file, as it stands at its last step: the page opens it, and so does `raft_kv run`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["nodes", "only_faults", "without_rule"])]
    save: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// A line for each thing that happened
    Text,
    /// A JSON object for each input, event, change of a log and message, with the state after it, the whole log
    /// included: for runs of some hundred requests
    Json,
    /// A log with vector clocks, as ShiViz reads it: who could have known of what
    Shiviz,
}

/// How many nodes a command line may ask for.
pub(super) fn num_nodes() -> std::ops::RangeInclusive<i64> {
    *NUM_NODES.start() as i64..=*NUM_NODES.end() as i64
}

/// Runs the configuration, or what was saved, and prints the trace.
pub(super) fn main(arguments: &Arguments) -> Result<ExitCode, Failure> {
    arguments.setup.spare(arguments.history.as_ref())?;
    arguments.setup.spare(arguments.save.as_ref())?;
    let (mut emulation, repeat, hint) = match arguments.setup.read_source()? {
        Source::Config(config) => {
            let (emulation, repeat) = start(arguments, *config)?;
            let hint = format!("; repeat it with --seed {}", emulation.seed());
            (emulation, repeat, hint)
        }
        Source::Saved(text) => {
            let file = arguments.setup.file();
            if arguments.seed.is_some() || arguments.nodes.is_some() || arguments.only_faults.is_some() {
                return Err(Failure::own_way(file));
            }
            (saved::open(file, &text)?, arguments.setup.command("run", None), String::new())
        }
    };
    eprintln!("seed {}", emulation.seed());

    let violations =
        print_run(&mut emulation, arguments, &repeat).map_err(|error| Failure::writing("the trace", &error))?;
    if let Some(path) = &arguments.history {
        write_history(path, &emulation)
            .map_err(|error| Failure::Run(format!("{} cannot be written: {error}", path.display())))?;
    }
    if let Some(path) = &arguments.save {
        saved::write(path, &emulation)?;
    }
    eprintln!("{}", Sentence(emulation.state()));
    eprintln!("{}{hint}", Summary::of(&emulation));
    Ok(report(&violations, &emulation, &repeat))
}

/// The run of a configuration before its first step, and the command that repeats it.
fn start(arguments: &Arguments, mut config: Config) -> Result<(Emulation, CommandLine), Failure> {
    if arguments.only_faults.is_some() && config.chaos.is_none() {
        let file = arguments.setup.file().display();
        return Err(Failure::Input(format!(
            "--only-faults is about the faults that [chaos] draws; {file} has no [chaos]"
        )));
    }
    let seed = choose_seed(arguments.seed.or(config.seed))?;
    let which = Which { seed, num_nodes: arguments.nodes, steps: None, only_faults: arguments.only_faults.clone() };
    which.apply(&mut config);
    // Who is sent the run has no use for the folders of who saved it.
    config.file = arguments.setup.file().file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    Ok((Emulation::new(config, seed), which.command(&arguments.setup)))
}

/// Prints all that happens, each step before the checks look at it. Returns what did not hold.
fn print_run(emulation: &mut Emulation, arguments: &Arguments, repeat: &CommandLine) -> io::Result<Vec<Violation>> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut teller = Teller::begin(emulation, arguments, &mut out)?;
    loop {
        let mut told = Ok(());
        let is_taken = emulation.step_telling(|emulation| told = teller.tell_step(emulation, &mut out));
        told?;
        if !is_taken {
            break;
        }
        teller.tell_verdict(emulation, &mut out)?;
    }
    let mut violations = emulation.state().judge();
    violations.extend(match emulation.acts().next() {
        None => repeat::find_difference(emulation.state(), emulation.seed()),
        Some(_) => repeat::find_difference_with_acts(emulation),
    });
    if arguments.format == Format::Json {
        out.write_all(json::end(emulation, &violations, repeat).as_bytes())?;
    }
    out.flush()?;
    Ok(violations)
}

/// Who tells of a run in one of the formats.
enum Teller {
    /// With times, or without.
    Text(bool),
    Json(Account),
    Shiviz(Clocks),
}

impl Teller {
    fn begin(emulation: &Emulation, arguments: &Arguments, out: &mut impl Write) -> io::Result<Self> {
        let mut text = String::new();
        let teller = match arguments.format {
            Format::Text => Teller::Text(arguments.times),
            Format::Json => Teller::Json(Account::begin(emulation, &mut text)),
            Format::Shiviz => {
                text.push_str(shiviz::HEAD);
                Teller::Shiviz(Clocks::begin(emulation))
            }
        };
        out.write_all(text.as_bytes())?;
        Ok(teller)
    }

    /// What happened in the current step.
    fn tell_step(&mut self, emulation: &Emulation, out: &mut impl Write) -> io::Result<()> {
        let mut text = String::new();
        match self {
            Teller::Text(times) => return print_step(emulation, *times, out),
            Teller::Json(account) => account.write_step(emulation, &mut text),
            Teller::Shiviz(clocks) => clocks.write_step(emulation, &mut text),
        }
        out.write_all(text.as_bytes())
    }

    /// What the checks found in it.
    fn tell_verdict(&mut self, emulation: &Emulation, out: &mut impl Write) -> io::Result<()> {
        let Teller::Json(account) = self else { return Ok(()) };
        let mut text = String::new();
        account.write_violations(emulation, &mut text);
        out.write_all(text.as_bytes())
    }
}

fn print_step(emulation: &Emulation, times: bool, out: &mut impl Write) -> io::Result<()> {
    for record in emulation.happened() {
        if times {
            write!(out, "{:>7} ", record.time_ms)?;
        }
        writeln!(out, "{}", record.line(emulation.texts()))?;
    }
    Ok(())
}

fn write_history(path: &Path, emulation: &Emulation) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    operations::write(emulation.state().history(), emulation.texts(), &mut out)?;
    out.flush()
}

/// Says what held of the run, and what did not.
fn report(violations: &[Violation], emulation: &Emulation, repeat: &CommandLine) -> ExitCode {
    if violations.is_empty() {
        let (all, judged) = (PROPERTIES.len(), emulation.state().judges_liveness());
        let left = if judged { "" } else { "; whether clients are served in time is not judged here" };
        eprintln!("{} properties held{left}", all - usize::from(!judged));
        return ExitCode::SUCCESS;
    }
    for violation in violations {
        eprintln!("violation: {}", violation.line(emulation.texts()));
    }
    eprintln!("repeat it with: {repeat}");
    ExitCode::FAILURE
}

/// Fresh seeds have 32 bits, so that a person can copy them.
pub(super) fn choose_seed(given: Option<u64>) -> Result<u64, Failure> {
    let fresh = || getrandom::u32().map(u64::from);
    given
        .map_or_else(fresh, Ok)
        .map_err(|error| Failure::Run(format!("the system gives no random seed ({error}); choose one with --seed")))
}

/// What a run came to.
struct Summary {
    lines: u64,
    steps: u64,
    messages: u64,
    answered: u64,
}

impl Summary {
    fn of(emulation: &Emulation) -> Self {
        Summary {
            lines: emulation.now().record_count(),
            steps: emulation.now().step_count(),
            messages: emulation.now().network().counts().sent,
            answered: super::answered(emulation.state()),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Summary { lines, steps, messages, answered } = *self;
        let (lines, steps, messages) = (Count(lines, "line"), Count(steps, "step"), Count(messages, "message"));
        let answered = Count(answered, "request");
        write!(f, "{lines}, {steps}, {messages}, {answered} answered")
    }
}
