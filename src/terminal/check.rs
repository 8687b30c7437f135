//! `raft_kv check`: whether a history from elsewhere is linearizable.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use raft_kv::history::{self, Contradiction, Operation, Verdict};
use raft_kv::kv::{Command, Reply, Texts};

use super::Failure;
use super::operations::{self, Op};

const AFTER_HELP: &str = "\
The history is a JSON array of operations, or has one operation a line:
  {\"client\": 1, \"op\": \"put x hello\", \"start\": 12, \"end\": 15, \"result\": \"ok\"}

  client  a number; each client has one operation at a time
  op      put KEY VALUE, get KEY or delete KEY; a put fails if the key exists
  start   when it was asked, a whole number in any unit that all clients share
  end     when it was answered; null or left out if it never was
  result  \"ok\", \"key already exists\", \"key not found\" or {\"value\": \"hello\"}; left out without an end

Exit codes: 0 for a linearizable history, 1 for one that is not, 2 for a wrong command line or file, \
3 if the search was given up.";

/// Says whether a history of puts, gets and deletes is linearizable, and if not, why
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Arguments {
    /// The history, a JSON file
    history: PathBuf,
}

/// Checks, and prints what came of it.
pub(super) fn main(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let report = run(&arguments.history).map_err(Failure::Input)?;
    super::print_line(&report)?;
    Ok(report.exit_code())
}

/// What came of a check.
pub(crate) struct Report {
    operations: usize,
    unanswered: usize,
    verdict: Verdict,
    texts: Texts,
}

/// Checks the history in this file.
///
/// # Errors
/// If there is none: a sentence for the person who wrote the file.
pub(crate) fn run(path: &Path) -> Result<Report, String> {
    let file = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!("{file}: there is no such file; give the path of a history in JSON"),
        ErrorKind::IsADirectory => format!("{file} is a directory; give the path of a history in it"),
        _ => format!("{file} cannot be read: {error}"),
    })?;
    let mut texts = Texts::default();
    let history = operations::read(&bytes, &mut texts).map_err(|message| format!("{file}: {message}"))?;
    let verdict = history::check(&history);
    Ok(Report { operations: history.len(), unanswered: history.len() - history.answered(), verdict, texts })
}

impl Report {
    fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.verdict {
            Verdict::Linearizable => 0,
            Verdict::NotLinearizable(_) => 1,
            Verdict::Undecided => 3,
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { operations, unanswered, verdict, texts } = self;
        match verdict {
            Verdict::Linearizable => {
                write!(f, "linearizable: {operations} operations, {unanswered} of them without an answer")
            }
            Verdict::NotLinearizable(contradiction) => {
                write!(f, "not linearizable: {}", Explained { contradiction, texts })
            }
            Verdict::Undecided => {
                write!(f, "undecided: too many orders are possible, the search was given up; try a shorter history")
            }
        }
    }
}

/// A contradiction as a sentence.
struct Explained<'a> {
    contradiction: &'a Contradiction,
    texts: &'a Texts,
}

impl fmt::Display for Explained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Contradiction { key, operation, against, .. } = self.contradiction;
        self.tell(operation, "", f)?;
        self.tell_when(operation, f)?;
        let Some(against) = against else {
            return write!(f, ", but nothing was stored under {} before", self.texts.get(*key));
        };
        let is_before = against.returned.is_some_and(|(end, _)| end < operation.invoked);
        f.write_str(if is_before { ", but " } else { ", which no order of the operations explains: at the latest, " })?;
        self.tell(against, "had ", f)?;
        f.write_str(if is_before { " before" } else { "" })?;
        self.tell_when(against, f)
    }
}

impl Explained<'_> {
    /// Writes who asked what and what came of it.
    fn tell(&self, operation: &Operation, had: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Operation { client, command, returned, .. } = *operation;
        write!(f, "{} of client {client} ", Op { command, texts: self.texts })?;
        let was = if had.is_empty() { "was" } else { "had been" };
        match (command, returned) {
            (_, None) => write!(f, "{was} not answered"),
            (_, Some((_, Reply::Done))) => write!(f, "{had}succeeded"),
            (_, Some((_, Reply::Value(value)))) => write!(f, "{had}returned \"{}\"", self.texts.get(value)),
            (_, Some((_, Reply::KeyExists))) => write!(f, "{was} told that the key exists"),
            (Command::Get { .. }, Some((_, Reply::KeyMissing))) => write!(f, "{had}found no key"),
            (_, Some((_, Reply::KeyMissing))) => write!(f, "{was} told that the key is missing"),
        }
    }

    fn tell_when(&self, operation: &Operation, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match operation.returned {
            Some((end, _)) => write!(f, " ({} to {end})", operation.invoked),
            None => write!(f, " (from {})", operation.invoked),
        }
    }
}
