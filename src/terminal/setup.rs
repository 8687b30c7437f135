//! What commands that run a configuration have in common: which one, and what is changed of it.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use raft_kv::config::{Config, MAX_STEPS};
use raft_kv::raft::rules::Rules;
use raft_kv::saved::is_saved;

use super::Failure;
use super::numbers::Numbers;

/// What is to be run.
pub(super) enum Source {
    Config(Box<Config>),
    /// The text of a saved run.
    Saved(String),
}

#[derive(clap::Args)]
pub(super) struct Setup {
    /// The configuration, a TOML file; `run` and `draw` take a saved run, too
    #[arg(default_value = "config.toml")]
    config: PathBuf,

    /// After how many steps a run ends at the latest, instead of the configuration's max_steps
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(MAX_STEPS))]
    steps: Option<u64>,

    /// Take one of Raft's rules away, to see what it is for; may be given several times
    #[arg(long, value_name = "RULE", value_parser = PossibleValuesParser::new(Rules::names()))]
    without_rule: Vec<String>,
}

impl Setup {
    /// Reads the configuration, warns of what it says, and changes what is to be changed of it.
    pub(super) fn read(&self) -> Result<Config, Failure> {
        match self.read_source()? {
            Source::Config(config) => Ok(*config),
            Source::Saved(_) => {
                let file = self.config.display();
                Err(Failure::Input(format!("{file} is a saved run, not a configuration; `raft_kv run` prints it")))
            }
        }
    }

    /// The same, if it is no saved run.
    pub(super) fn read_source(&self) -> Result<Source, Failure> {
        let bytes = read_file(&self.config)?;
        if let Some(text) = str::from_utf8(&bytes).ok().filter(|text| is_saved(text)) {
            return match self.steps.is_some() || !self.without_rule.is_empty() {
                true => Err(Failure::own_way(&self.config)),
                false => Ok(Source::Saved(text.to_owned())),
            };
        }
        let file = self.config.display().to_string();
        let mut config = Config::parse_bytes(&file, &bytes).map_err(|error| Failure::Input(error.to_string()))?;
        for warning in &config.warnings {
            eprintln!("warning: {warning}");
        }
        config.max_steps = self.steps.unwrap_or(config.max_steps);
        for name in &self.without_rule {
            config.raft.rules.take_away(name);
        }
        // Else the configuration has warned of it.
        if let Some(why) = config.raft.idle_rule().filter(|_| !self.without_rule.is_empty()) {
            eprintln!("warning: {why}");
        }
        Ok(Source::Config(Box::new(config)))
    }

    /// Fails if what is to be written would stand in place of what runs.
    pub(super) fn spare(&self, out: Option<&PathBuf>) -> Result<(), Failure> {
        let Some(out) = out else { return Ok(()) };
        match (self.config.canonicalize(), out.canonicalize()) {
            (Ok(config), Ok(written)) if config == written => {
                let out = out.display();
                Err(Failure::Input(format!("{out} is what runs, and would be overwritten; name another file to write")))
            }
            _ => Ok(()),
        }
    }

    /// The file of the configuration.
    pub(super) fn file(&self) -> &Path {
        &self.config
    }

    /// A command that runs this configuration, for so many steps if it is told:
    /// `raft_kv run tests/chaos.toml --without-rule NAME`.
    pub(super) fn command(&self, name: &'static str, steps: Option<u64>) -> CommandLine {
        let mut command = CommandLine(format!("raft_kv {name} {}", quoted(&self.config)));
        for rule in &self.without_rule {
            command.add("--without-rule", rule);
        }
        if let Some(steps) = steps.or(self.steps) {
            command.add("--steps", steps);
        }
        command
    }
}

/// A command to repeat what was seen.
pub(super) struct CommandLine(String);

impl CommandLine {
    pub(super) fn add(&mut self, option: &str, value: impl fmt::Display) {
        self.0 += &format!(" {option} {value}");
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which of the runs of a configuration.
pub(super) struct Which {
    pub(super) seed: u64,
    /// How many nodes there are, instead of the configuration's number.
    pub(super) num_nodes: Option<u32>,
    /// After how many steps it ends.
    pub(super) steps: Option<u64>,
    /// Which of the faults drawn at random happen.
    pub(super) only_faults: Option<Numbers>,
}

impl Which {
    /// The command that repeats this run.
    pub(super) fn command(&self, setup: &Setup) -> CommandLine {
        let mut command = setup.command("run", self.steps);
        command.add("--seed", self.seed);
        if let Some(nodes) = self.num_nodes {
            command.add("--nodes", nodes);
        }
        if let Some(only_faults) = &self.only_faults {
            command.add("--only-faults", only_faults);
        }
        command
    }

    /// Changes the configuration of all runs to that of this one.
    pub(super) fn apply(&self, config: &mut Config) {
        config.num_nodes = self.num_nodes.unwrap_or(config.num_nodes);
        config.max_steps = self.steps.unwrap_or(config.max_steps);
        config.only_faults = self.only_faults.as_ref().map(|numbers| numbers.0.clone());
    }
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/\\:".contains(c);
    if path.chars().all(is_plain) { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let file = path.display();
    fs::read(path).map_err(|error| {
        Failure::Input(match error.kind() {
            ErrorKind::NotFound => {
                format!("{file}: there is no such file; give the path of a TOML file, as in `raft_kv config.toml`")
            }
            ErrorKind::IsADirectory => format!("{file} is a directory; give the path of a TOML file in it"),
            _ => format!("{file} cannot be read: {error}"),
        })
    })
}
