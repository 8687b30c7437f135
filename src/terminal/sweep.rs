//! `raft_kv sweep`: many runs of a configuration, on all cores, until a property does not hold.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, IsTerminal};
use std::ops::Range;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use raft_kv::config::{Config, SEED};
use raft_kv::raft::verdict::{PROPERTIES, Violation};
use raft_kv::run::{Ending, Run};

use super::numbers::{Count, Grouped};
use super::run::num_nodes;
use super::setup::{Setup, Which};
use super::{Failure, repeat, shrink};

const AFTER_HELP: &str = "\
Every property is checked after every step, those of whole runs at the end; every 16th seed is run twice and compared. \
The first violation ends the sweep. Its run is shrunk, to fewer steps and to those faults of [chaos] without which it does not \
come about, and the command is printed that repeats it.

Examples:
  raft_kv sweep tests/chaos.toml --seeds 0..10000 --steps 5000 --nodes 3,5,7
  raft_kv sweep tests/chaos.toml --without-rule one_vote_per_term

Exit codes: 0 if all properties held, 1 if one did not, 2 for a wrong command line or configuration, 130 if it was stopped \
with Ctrl-C.";

/// In one of so many seeds the run is repeated and compared.
const REPEATED: u64 = 16;
/// How often the progress is shown, and how often where no terminal shows it.
const REFRESH: Duration = Duration::from_millis(100);
const QUIET_REFRESH: Duration = Duration::from_secs(10);

/// Runs a configuration with many seeds, and checks every property in each run
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    #[command(flatten)]
    setup: Setup,

    /// The seeds: from the first up to, but not including, the second
    #[arg(long, value_name = "FROM..TO", value_parser = parse_seeds, default_value = "0..1000")]
    seeds: Range<u64>,

    /// How many nodes there are, instead of the configuration's num_nodes; of several numbers the seeds take turns
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(num_nodes()))]
    nodes: Vec<u32>,

    /// How many threads run at a time; as many as there are cores if left out
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1024))]
    threads: Option<u32>,
}

impl Arguments {
    /// How many nodes the run of this seed has, if not as many as the configuration says.
    fn nodes_for(&self, seed: u64) -> Option<u32> {
        let turn = seed.checked_rem(self.nodes.len() as u64)?;
        Some(self.nodes[turn as usize])
    }
}

fn parse_seeds(text: &str) -> Result<Range<u64>, String> {
    let most = SEED.end();
    let seed = |text: &str| text.trim().parse::<u64>().ok().filter(|seed| *seed <= most + 1);
    let (from, to) = text
        .split_once("..")
        .and_then(|(from, to)| Some((seed(from)?, seed(to)?)))
        .ok_or_else(|| format!("write two whole numbers up to {} as FROM..TO, for example 0..10000", most + 1))?;
    if from < to { Ok(from..to) } else { Err(format!("there is no seed from {from} up to, but not including, {to}")) }
}

/// A run that did what it could.
struct Outcome {
    seed: u64,
    steps: u64,
    answered: u64,
    /// None if it was left at a violation.
    ending: Option<Ending>,
    violation: Option<Violation>,
}

/// What threads share.
struct Work {
    /// The seed that is run next.
    next: AtomicU64,
    /// No seed from here on is run any more.
    end: AtomicU64,
    is_stopped: Arc<AtomicBool>,
}

/// What came of all runs so far.
struct Tally {
    seeds: u64,
    steps: u64,
    answered: u64,
    endings: BTreeMap<&'static str, u64>,
    start: Instant,
    /// Of those that were found the one with the lowest seed.
    found: Option<(u64, Violation)>,
}

/// Runs all seeds, and says what came of them.
pub(super) fn main(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = arguments.setup.read()?;
    let is_stopped = Arc::new(AtomicBool::new(false));
    let stopper = is_stopped.clone();
    ctrlc::set_handler(move || stopper.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::Run(format!("Ctrl-C cannot be listened to: {error}")))?;
    let tally = sweep(arguments, &config, &is_stopped);
    if let Some((seed, violation)) = tally.found {
        super::print_line(&tally)?;
        return report(arguments, config, seed, violation, &is_stopped);
    }
    if is_stopped.load(Ordering::Relaxed) {
        super::print_line(&tally.stopped())?;
        return Ok(ExitCode::from(130));
    }
    super::print_line(&tally)?;
    Ok(ExitCode::SUCCESS)
}

/// Shrinks the run that violates a property, and tells of it.
fn report(
    arguments: &Arguments,
    mut config: Config,
    seed: u64,
    violation: Violation,
    is_stopped: &AtomicBool,
) -> Result<ExitCode, Failure> {
    let num_nodes = arguments.nodes_for(seed);
    let mut which = Which { seed, num_nodes, steps: None, only_faults: None };
    which.apply(&mut config);
    eprintln!("seed {seed} violates a property: {}; its run is being shrunk", violation.property.name());
    let shrunk = shrink::shrink(config, seed, violation, is_stopped);
    super::print_line(&shrunk)?;
    if shrunk.is_repeated_by_run() {
        (which.steps, which.only_faults) = (Some(shrunk.steps()), shrunk.only_faults());
        super::print_line(&format_args!("repeat it with: {}", which.command(&arguments.setup)))?;
    } else {
        let mut command = arguments.setup.command("sweep", None);
        command.add("--seeds", format_args!("{seed}..{}", seed + 1));
        if let Some(nodes) = num_nodes {
            command.add("--nodes", nodes);
        }
        super::print_line(&format_args!("repeat it with: {command}"))?;
    }
    Ok(ExitCode::FAILURE)
}

/// Has threads run one seed after another. Seeds are begun in ascending order, so that the lowest violation is the same
/// every time.
fn sweep(arguments: &Arguments, config: &Config, is_stopped: &Arc<AtomicBool>) -> Tally {
    let Range { start, end } = arguments.seeds;
    let work = Work { next: AtomicU64::new(start), end: AtomicU64::new(end), is_stopped: is_stopped.clone() };
    let cores = || thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let threads = arguments.threads.map_or_else(cores, u64::from).min(end - start);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, work) = (sender.clone(), &work);
            scope.spawn(move || run_seeds(arguments, config, work, &sender));
        }
        drop(sender);
        collect(&receiver, end - start)
    })
}

fn run_seeds(arguments: &Arguments, config: &Config, work: &Work, sender: &Sender<Outcome>) {
    // A run's configuration is shared within a thread, and every number of nodes has its own.
    let mut configs: BTreeMap<Option<u32>, Rc<Config>> = BTreeMap::new();
    loop {
        let seed = work.next.fetch_add(1, Ordering::Relaxed);
        if seed >= work.end.load(Ordering::Relaxed) {
            return;
        }
        let num_nodes = arguments.nodes_for(seed);
        let config = configs
            .entry(num_nodes)
            .or_insert_with(|| Rc::new(Config { num_nodes: num_nodes.unwrap_or(config.num_nodes), ..config.clone() }));
        let Some(outcome) = run_seed(config, seed, &work.is_stopped) else { return };
        if outcome.violation.is_some() {
            work.end.fetch_min(seed, Ordering::Relaxed);
        }
        if sender.send(outcome).is_err() {
            return;
        }
    }
}

/// Runs to the end, or to the first violation. None if it is stopped before.
fn run_seed(config: &Rc<Config>, seed: u64, is_stopped: &AtomicBool) -> Option<Outcome> {
    let mut run = repeat::start(config, seed);
    let outcome = |run: &Run, ending, violation| Outcome {
        seed,
        steps: run.simulation().step_count(),
        answered: super::answered(run),
        ending,
        violation,
    };
    while run.step(None) {
        if let Some(&violation) = run.safety().violations().first() {
            return Some(outcome(&run, None, Some(violation)));
        }
        if is_stopped.load(Ordering::Relaxed) {
            return None;
        }
    }
    let judged = run.judge().first().copied();
    let repeated = || seed.is_multiple_of(REPEATED).then(|| repeat::find_difference(&run, seed)).flatten();
    Some(outcome(&run, run.ending(), judged.or_else(repeated)))
}

/// Counts what threads report until they are through, and shows how far they are.
fn collect(receiver: &Receiver<Outcome>, seeds: u64) -> Tally {
    let mut tally = Tally::new();
    let style = ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} seeds, {msg}, {eta} left");
    let bar = ProgressBar::new(seeds).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let is_watched = io::stderr().is_terminal();
    let mut shown = Instant::now();
    loop {
        match receiver.recv_timeout(REFRESH) {
            Ok(outcome) => tally.add(&outcome),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if is_watched && shown.elapsed() >= REFRESH {
            bar.set_message(tally.rate().to_string());
            bar.set_position(tally.seeds);
            shown = Instant::now();
        } else if !is_watched && shown.elapsed() >= QUIET_REFRESH {
            eprintln!("{} of {}, {}", Grouped(tally.seeds), Count(seeds, "seed"), tally.rate());
            shown = Instant::now();
        }
    }
    bar.finish_and_clear();
    tally
}

impl Tally {
    fn new() -> Self {
        Tally { seeds: 0, steps: 0, answered: 0, endings: BTreeMap::new(), start: Instant::now(), found: None }
    }

    fn add(&mut self, outcome: &Outcome) {
        self.seeds += 1;
        self.steps += outcome.steps;
        self.answered += outcome.answered;
        if let Some(ending) = outcome.ending {
            let how = match ending {
                Ending::Done => "done",
                Ending::Duration => "out of time",
                Ending::Steps => "out of steps",
                Ending::Stuck => "stuck",
            };
            *self.endings.entry(how).or_default() += 1;
        }
        if let Some(violation) = outcome.violation
            && self.found.is_none_or(|(seed, _)| outcome.seed < seed)
        {
            self.found = Some((outcome.seed, violation));
        }
    }

    fn rate(&self) -> Rate {
        let per_second = |count: u64| (count as f64 / self.start.elapsed().as_secs_f64().max(0.001)) as u64;
        Rate { runs: per_second(self.seeds), steps: per_second(self.steps) }
    }

    /// What is said if it ends before its time.
    fn stopped(&self) -> String {
        format!("stopped: {}, {}, no violation", Count(self.seeds, "seed"), Count(self.steps, "step"))
    }
}

/// What is done in a second.
struct Rate {
    runs: u64,
    steps: u64,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} runs/s, {} steps/s", Grouped(self.runs), Grouped(self.steps))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seeds, steps) = (Count(self.seeds, "seed"), Count(self.steps, "step"));
        write!(f, "{seeds}, {steps}, {} answered", Count(self.answered, "request"))?;
        write!(f, " in {:.1} s ({}); ", self.start.elapsed().as_secs_f64(), self.rate())?;
        for (how, count) in &self.endings {
            write!(f, "{} {how}, ", Count(*count, "run"))?;
        }
        match self.found {
            Some((seed, _)) => write!(f, "a violation with seed {seed}"),
            None => write!(f, "no violation of {} properties", PROPERTIES.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_seeds_are_read() {
        assert_eq!(parse_seeds("0..10"), Ok(0..10));
        assert_eq!(parse_seeds("7 .. 9007199254740992"), Ok(7..1 << 53));
        for text in ["", "7", "..", "0..", "..5", "5..5", "6..5", "-1..5", "0..=5", "0..9007199254740993", "0...5"] {
            assert!(parse_seeds(text).is_err(), "{text}");
        }
    }
}
