//! What steers the page in a browser: a command line that is told where the page, the browser and its driver are.

use crate::package::Target;
use crate::server::{self, Content, Server};
use crate::shell::{self, Line};
use crate::tools::Browser;
use anyhow::Result;
use std::path::PathBuf;

/// Runs a line that drives the page in the browser, served by this very process. What fails is tried once more.
pub fn drive(line: Line, target: Target, browser: &Browser) -> Result<()> {
    drive_at(line, Content::Repository(shell::root()), server::PAGE, target, browser, tell)
}

/// Runs a line that drives the pages of a folder in the browser, served by this very process.
pub fn drive_folder(line: Line, folder: PathBuf, target: Target, browser: &Browser) -> Result<()> {
    drive_at(line, Content::Folders(vec![("/", folder)]), "/", target, browser, Line::run)
}

/// Tells stories of the page: a line of `cargo test`, its last words being the tests' own. Those that fail are told once more,
/// one after another: where others use the machine, too, a browser among several may answer too late. What fails twice fails.
fn tell(line: &Line) -> Result<()> {
    let (heard, outcome) = line.hear()?;
    let failed = failed(&heard);
    match outcome {
        Err(problem) if failed.is_empty() => Err(problem),
        Err(_) => {
            println!("\n{} failed and are told once more, one after another.", failed.len());
            line.clone().args(["--test-threads", "1", "--exact"]).args(failed.iter().map(String::as_str)).run()
        }
        Ok(()) => Ok(()),
    }
}

/// The tests that failed, of which `cargo test` prints a list at its end.
fn failed(heard: &[String]) -> Vec<String> {
    let list = heard.rsplit(|line| line == "failures:").next().filter(|list| list.len() < heard.len());
    let names = list.unwrap_or_default().iter().map_while(|line| line.strip_prefix("    "));
    names.map(str::to_owned).collect()
}

fn drive_at(
    line: Line,
    content: Content,
    path: &str,
    target: Target,
    browser: &Browser,
    run: fn(&Line) -> Result<()>,
) -> Result<()> {
    let server = Server::start(content, server::listen(0)?)?;
    let line = line
        .env("RAFT_KV_PAGE", server.at(path))
        .env("RAFT_KV_CHROMEDRIVER", &browser.chromedriver)
        .env("RAFT_KV_CHROMIUM", &browser.chromium)
        .env("RAFT_KV_TARGET", target.name());
    run(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_failed_ones_are_those_of_the_last_list() {
        let text = "test a::b ... FAILED\n\nfailures:\n\n---- a::b stdout ----\nfailures:\n    no::test\n\nfailures:\n    a::b\n    c::d\n\ntest result: FAILED. 3 passed";
        assert_eq!(failed(&heard(text)), ["a::b", "c::d"]);
        assert!(failed(&heard("error: could not compile `raft_kv`")).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn what_fails_twice_fails_and_what_fails_once_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let story = |rest: &str| {
            let text = format!("printf 'failures:\\n    a::b\\n'; {rest}");
            Line::new("sh -c").arg(text).arg("stories").within(folder.path())
        };
        assert!(tell(&story("exit 1")).is_err());
        assert!(tell(&story("rm was-here 2>/dev/null || { touch was-here; exit 1; }")).is_ok());
        // The second time only what failed is told.
        assert!(tell(&story("test \"$*\" = '--test-threads 1 --exact a::b'")).is_ok());
        assert!(tell(&Line::new("sh -c").arg("echo broken; exit 1")).is_err());
    }
}
