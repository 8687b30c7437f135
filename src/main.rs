//! The command line: reads a configuration, runs it, prints the trace.

#[cfg(target_arch = "wasm32")]
fn main() {
    // The browser has a face of its own; this one is for the terminal.
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    terminal::main()
}

#[cfg(not(target_arch = "wasm32"))]
mod terminal {
    use std::fmt;
    use std::fs;
    use std::io::{self, BufWriter, ErrorKind, Write};
    use std::path::{Path, PathBuf};
    use std::process::ExitCode;

    use clap::{Parser, ValueEnum};
    use raft_kv::config::{Config, SEED};
    use raft_kv::emulation::Emulation;
    use raft_kv::view::RecordView;

    const AFTER_HELP: &str = "\
The trace alone goes to standard output; the seed, the counts and errors go to standard error.

Examples:
  raft_kv                          run config.toml
  raft_kv lecture.toml --seed 7    run another configuration, and choose the seed
  raft_kv --format json | jq .     one JSON object a line of the trace, with messages and states

Exit codes: 0 for a run that ended, 1 for one that failed, 2 for a wrong command line or configuration.";

    /// Runs a Raft-replicated key-value store, emulated message by message, and prints all that happens
    #[derive(Parser)]
    #[command(version, after_help = AFTER_HELP)]
    struct Arguments {
        /// The configuration, a TOML file
        #[arg(default_value = "config.toml")]
        config: PathBuf,

        /// The seed of the run, instead of the configuration's own or a fresh one; the same seed repeats the run
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(SEED))]
        seed: Option<u64>,

        /// How to print the trace
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
        format: Format,
    }

    #[derive(Clone, Copy, ValueEnum)]
    enum Format {
        /// A line for each thing that happened
        Text,
        /// A JSON object for each thing that happened, with the message that caused it and the state after it, the whole
        /// log included: for runs of some hundred requests
        Json,
    }

    /// Why the program ends without a whole trace.
    enum Failure {
        /// The configuration cannot be read or run: a sentence for the person who wrote it.
        Config(String),
        /// The trace cannot be written, or no seed can be drawn.
        Run(String),
        /// Whoever read the trace has enough.
        ReaderGone,
    }

    pub(crate) fn main() -> ExitCode {
        match run(&Arguments::parse()) {
            Ok(summary) => {
                eprintln!("{summary}");
                ExitCode::SUCCESS
            }
            Err(Failure::ReaderGone) => ExitCode::SUCCESS,
            Err(Failure::Run(message)) => fail(&message, 1),
            Err(Failure::Config(message)) => fail(&message, 2),
        }
    }

    fn fail(message: &str, code: u8) -> ExitCode {
        eprintln!("error: {message}");
        ExitCode::from(code)
    }

    fn run(arguments: &Arguments) -> Result<Summary, Failure> {
        let config = read_config(&arguments.config)?;
        let seed = choose_seed(arguments.seed.or(config.seed))?;
        let mut emulation = Emulation::new(config, seed);
        eprintln!("seed {seed}");

        let mut out = BufWriter::new(io::stdout().lock());
        while emulation.step() {
            print_step(&emulation, arguments.format, &mut out)?;
        }
        out.flush()?;
        Ok(Summary::of(&emulation))
    }

    fn read_config(path: &Path) -> Result<Config, Failure> {
        let file = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| {
            Failure::Config(match error.kind() {
                ErrorKind::NotFound => {
                    format!("{file}: there is no such file; give the path of a TOML file, as in `raft_kv config.toml`")
                }
                ErrorKind::IsADirectory => format!("{file} is a directory; give the path of a TOML file in it"),
                _ => format!("{file} cannot be read: {error}"),
            })
        })?;
        Config::parse_bytes(&file, &bytes).map_err(|error| Failure::Config(error.to_string()))
    }

    /// Fresh seeds have 32 bits, so that a person can copy them.
    fn choose_seed(given: Option<u64>) -> Result<u64, Failure> {
        let fresh = || getrandom::u32().map(u64::from);
        given
            .map_or_else(fresh, Ok)
            .map_err(|error| Failure::Run(format!("the system gives no random seed ({error}); choose one with --seed")))
    }

    fn print_step(emulation: &Emulation, format: Format, out: &mut impl Write) -> Result<(), Failure> {
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

    impl From<io::Error> for Failure {
        fn from(error: io::Error) -> Self {
            match error.kind() {
                ErrorKind::BrokenPipe => Failure::ReaderGone,
                _ => Failure::Run(format!("the trace cannot be written: {error}")),
            }
        }
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
                messages: emulation.now().network().counts().sent,
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
}
