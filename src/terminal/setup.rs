//! What commands that run a configuration have in common: which one, and what is changed of it.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use raft_kv::config::{Config, MAX_STEPS};
use raft_kv::raft::options::Options;
use raft_kv::raft::rules::Rules;

use super::Failure;
use super::numbers::Numbers;

#[derive(clap::Args)]
pub(super) struct Setup {
    /// The configuration, a TOML file
    #[arg(default_value = "config.toml")]
    config: PathBuf,

    /// After how many steps a run ends at the latest, instead of the configuration's max_steps
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(MAX_STEPS))]
    steps: Option<u64>,

    /// Take one of Raft's rules away, to see what it is for; may be given several times
    #[arg(long, value_name = "RULE", value_parser = PossibleValuesParser::new(RULES.iter().map(|(name, _)| *name)))]
    without_rule: Vec<String>,
}

/// The switch of a rule.
type Switch = fn(&mut Rules) -> &mut bool;

/// The rules by name, in the order of [`Rules`].
const RULES: [(&str, Switch); 19] = [
    ("commit_own_term_only", |rules| &mut rules.commit_own_term_only),
    ("vote_is_durable", |rules| &mut rules.vote_is_durable),
    ("term_is_durable", |rules| &mut rules.term_is_durable),
    ("log_is_durable", |rules| &mut rules.log_is_durable),
    ("truncate_only_on_conflict", |rules| &mut rules.truncate_only_on_conflict),
    ("cut_conflicting_tail", |rules| &mut rules.cut_conflicting_tail),
    ("clamp_commit_to_new_entries", |rules| &mut rules.clamp_commit_to_new_entries),
    ("acknowledge_compared_only", |rules| &mut rules.acknowledge_compared_only),
    ("vote_for_up_to_date_only", |rules| &mut rules.vote_for_up_to_date_only),
    ("count_current_votes_only", |rules| &mut rules.count_current_votes_only),
    ("one_vote_per_term", |rules| &mut rules.one_vote_per_term),
    ("majority_quorum", |rules| &mut rules.majority_quorum),
    ("refuse_stale_entries", |rules| &mut rules.refuse_stale_entries),
    ("check_previous_entry", |rules| &mut rules.check_previous_entry),
    ("count_current_acks_only", |rules| &mut rules.count_current_acks_only),
    ("step_down_on_higher_term", |rules| &mut rules.step_down_on_higher_term),
    ("verify_commit_notification", |rules| &mut rules.verify_commit_notification),
    ("recognise_repeated_requests", |rules| &mut rules.recognise_repeated_requests),
    ("confirm_before_reading", |rules| &mut rules.confirm_before_reading),
];

impl Setup {
    /// Reads the configuration, warns of what it says, and changes what is to be changed of it.
    pub(super) fn read(&self) -> Result<Config, Failure> {
        let mut config = read_config(&self.config)?;
        for warning in &config.warnings {
            eprintln!("warning: {warning}");
        }
        config.max_steps = self.steps.unwrap_or(config.max_steps);
        for (_, switch) in RULES.iter().filter(|(name, _)| self.without_rule.iter().any(|taken| taken == name)) {
            *switch(&mut config.raft.rules) = false;
        }
        if let Some(why) = idle_rule(&config) {
            eprintln!("warning: {why}");
        }
        Ok(config)
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

/// Why a rule that is taken away is never applied in this run anyway.
fn idle_rule(config: &Config) -> Option<&'static str> {
    let Options { timing, read_index, rules, .. } = config.raft;
    let reads_without_entries = timing.is_some() && read_index;
    if !rules.confirm_before_reading && !reads_without_entries {
        Some("a leader confirms before it reads only with [timers], and read_index = true in [raft]")
    } else if !rules.verify_commit_notification && timing.is_some() {
        Some("with [timers] there are no CommitNotifications to verify: the commit index travels in AppendEntries")
    } else if !rules.step_down_on_higher_term {
        Some("without step_down_on_higher_term nothing becomes wrong, only slow: a deposed leader leads on in vain")
    } else {
        None
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_and_every_name_its_own_rule() {
        let mut rules = Rules::ALL;
        for (name, switch) in RULES {
            assert!(format!("{rules:?}").contains(&format!("{name}: true")), "{name} is taken away once");
            *switch(&mut rules) = false;
            assert!(format!("{rules:?}").contains(&format!("{name}: false")), "{name} is what is taken away");
        }
        assert!(!format!("{rules:?}").contains("true"), "no rule is forgotten: {rules:?}");
    }
}
