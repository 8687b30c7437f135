//! What a command of several steps has to say at its end: a table of the steps, how each ended and how long it took.

use anyhow::{Result, bail};
use std::fmt;
use std::time::{Duration, Instant};

struct Step {
    name: String,
    duration: Duration,
    verdict: Verdict,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    Skipped,
}

/// The steps taken so far.
#[derive(Default)]
pub struct Report {
    steps: Vec<Step>,
}

impl Report {
    /// Takes a step and passes on what it comes to.
    pub fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!();
        let start = Instant::now();
        let outcome = work();
        let verdict = if outcome.is_ok() { Verdict::Passed } else { Verdict::Failed };
        self.steps.push(Step { name: name.to_owned(), duration: start.elapsed(), verdict });
        outcome
    }

    /// Leaves out a step for which this machine has not what it takes.
    pub fn skip(&mut self, name: &str, reason: &str) {
        let name = format!("{name}: {reason}");
        println!("\nnot checked: {name}");
        self.steps.push(Step { name, duration: Duration::ZERO, verdict: Verdict::Skipped });
    }

    /// An error if a step has failed.
    pub fn outcome(&self) -> Result<()> {
        let failed = |step: &&Step| step.verdict == Verdict::Failed;
        let names: Vec<_> = self.steps.iter().filter(failed).map(|step| step.name.as_str()).collect();
        if !names.is_empty() {
            bail!("failed: {}", names.join(", "));
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            let verdict = match step.verdict {
                Verdict::Passed => "passed",
                Verdict::Failed => "FAILED",
                Verdict::Skipped => "skipped",
            };
            writeln!(f, "{verdict:7}  {:>7.1} s  {}", step.duration.as_secs_f64(), step.name)?;
        }
        let all: Duration = self.steps.iter().map(|step| step.duration).sum();
        writeln!(f, "{:7}  {:>7.1} s  in all", "", all.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_lists_each_step_and_how_it_ended() {
        let mut report = Report::default();
        assert_eq!(report.step("first", || Ok(7)).unwrap(), 7);
        assert!(report.outcome().is_ok());
        assert!(report.step("second", || -> Result<()> { bail!("no") }).is_err());
        report.skip("third", "nothing there");
        for (step, seconds) in report.steps.iter_mut().zip([1.5, 62.25]) {
            step.duration = Duration::from_secs_f64(seconds);
        }
        let table = report.to_string();
        let lines: Vec<_> = table.lines().collect();
        let steps =
            ["passed       1.5 s  first", "FAILED      62.2 s  second", "skipped      0.0 s  third: nothing there"];
        assert_eq!(lines, [&steps[..], &["            63.8 s  in all"]].concat());
        assert_eq!(report.outcome().unwrap_err().to_string(), "failed: second");
    }
}
