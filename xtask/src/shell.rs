//! Command lines: how one is written, shown, run and judged. A line runs from the repository's root unless told.

use anyhow::{Context, Result, bail};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// The repository's root: the folder above this crate's.
pub fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().unwrap_or(crate_folder).to_path_buf()
}

/// One command line: variables, a program and its arguments. It shows itself as a person would type it.
#[derive(Clone)]
pub struct Line {
    variables: Vec<(&'static str, OsString)>,
    words: Vec<OsString>,
    /// Where it runs.
    folder: PathBuf,
}

impl Line {
    /// The command line written as `text`, its words separated by blanks.
    pub fn new(text: &str) -> Self {
        let words = text.split_whitespace().map(OsString::from).collect();
        Self { variables: Vec::new(), words, folder: root() }
    }

    /// Adds one argument as it is, blanks and all.
    pub fn arg(mut self, word: impl Into<OsString>) -> Self {
        self.words.push(word.into());
        self
    }

    /// Adds each of the arguments as it is.
    pub fn args<'a>(mut self, words: impl IntoIterator<Item = &'a str>) -> Self {
        self.words.extend(words.into_iter().map(OsString::from));
        self
    }

    /// Sets a variable for this line only.
    pub fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Has the line run in this folder.
    pub fn within(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    /// The line without its variables, which is enough to name it.
    pub fn name(&self) -> String {
        self.words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }

    /// Shows the line and runs it in this terminal.
    pub fn run(&self) -> Result<()> {
        println!("$ {self}");
        let status = self.command().status().with_context(|| self.cannot_start())?;
        self.judge(status)
    }

    /// Shows the line, runs it, and returns what it printed (both streams, in order) while passing it on.
    pub fn run_listening(&self) -> Result<Vec<String>> {
        let (heard, outcome) = self.hear()?;
        outcome.map(|()| heard)
    }

    /// The same, also when the line fails: what it printed, and how it ended.
    pub fn hear(&self) -> Result<(Vec<String>, Result<()>)> {
        println!("$ {self}");
        let (reader, writer) = io::pipe().context("cannot open a pipe")?;
        let mut command = self.command();
        command.stdout(writer.try_clone().context("cannot open a pipe")?).stderr(writer);
        let mut child = command.spawn().with_context(|| self.cannot_start())?;
        // The command keeps the pipe's writing end open: without it the reading below ends with the child.
        drop(command);

        let mut heard = Vec::new();
        for line in BufReader::new(reader).split(b'\n') {
            let line = line.with_context(|| format!("cannot read what `{}` prints", self.name()))?;
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            println!("{line}");
            heard.push(line);
        }
        let status = child.wait().with_context(|| format!("`{}` was lost", self.name()))?;
        Ok((heard, self.judge(status)))
    }

    /// Runs the line silently and returns its standard output, or nothing when it fails.
    pub fn output(&self) -> Option<String> {
        let output = self.command().stdin(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs the line silently and says whether it succeeds.
    pub fn succeeds(&self) -> bool {
        self.output().is_some()
    }

    fn command(&self) -> Command {
        let mut words = self.words.iter();
        let mut command = Command::new(words.next().map_or(OsStr::new(""), OsString::as_os_str));
        command.args(words).envs(self.variables.iter().map(|(name, value)| (name, value))).current_dir(&self.folder);
        command
    }

    fn judge(&self, status: ExitStatus) -> Result<()> {
        if !status.success() {
            bail!("`{}` failed ({status})", self.name());
        }
        Ok(())
    }

    fn cannot_start(&self) -> String {
        format!("`{}` does not start; is its program installed and in PATH?", self.name())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.variables {
            write!(f, "{name}={} ", quoted(value))?;
        }
        f.write_str(&self.name())
    }
}

/// The word as a shell reads it back: in quotes when it holds anything but the plainest characters.
pub fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_itself_as_typed() {
        let line = Line::new("cargo doc  --no-deps").arg("a b").env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(line.to_string(), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps 'a b'");
        assert_eq!(line.name(), "cargo doc --no-deps 'a b'");
        assert_eq!(Line::new("echo").arg("it's").to_string(), r"echo 'it'\''s'");
        assert_eq!(Line::new("echo").arg("").to_string(), "echo ''");
    }

    #[test]
    fn a_missing_program_is_an_error_that_names_the_line() {
        let problem = Line::new("no-such-program-here --now").run().unwrap_err().to_string();
        assert!(problem.contains("`no-such-program-here --now`"), "{problem}");
    }

    #[cfg(unix)]
    #[test]
    fn a_failed_line_names_itself_and_its_status() {
        let problem = Line::new("sh -c").arg("exit 3").run().unwrap_err().to_string();
        assert_eq!(problem, "`sh -c 'exit 3'` failed (exit status: 3)");
    }

    #[cfg(unix)]
    #[test]
    fn a_line_that_fails_is_heard_all_the_same() {
        let line = Line::new("sh -c").arg("echo one; exit 3");
        assert!(line.run_listening().is_err());
        let (heard, outcome) = line.hear().unwrap();
        assert_eq!(heard, ["one"]);
        assert!(outcome.is_err());
    }

    #[cfg(unix)]
    #[test]
    fn listening_hears_both_streams_in_order() {
        let line = Line::new("sh -c").arg("echo one; echo two >&2; echo $WORD").env("WORD", "three");
        assert_eq!(line.run_listening().unwrap(), ["one", "two", "three"]);
    }

    #[test]
    fn the_root_holds_this_crate() {
        assert!(root().join("xtask/Cargo.toml").is_file());
    }
}
