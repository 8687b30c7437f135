//! The project's own commands as a person runs them, each in a process of its own: those of the documents that are cheap
//! enough for `cargo xtask test`. Of all others the documents' words are at least known.

use crate::shell::{self, Line};
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

/// Runs `cargo xtask` with these words. Not this very program, whose file a build may have replaced since it began.
pub fn run(words: &[&OsStr]) -> Result<()> {
    words.iter().fold(Line::new("cargo xtask"), |line, word| line.arg(word)).run()
}

/// Serves as `cargo xtask serve` does with these words, and asks for what it says the address of.
pub fn serve(words: &[&OsStr]) -> Result<()> {
    let shown: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    println!("$ cargo xtask serve --port 0 --no-open {}", shown.join(" "));
    // Cargo gives its process to the command, so that to end one is to end the other.
    let mut child = Command::new("cargo")
        .args(["xtask", "serve", "--port", "0", "--no-open"])
        .current_dir(shell::root())
        .args(words)
        .stdout(Stdio::piped())
        .spawn()
        .context("`cargo xtask serve` does not start")?;
    let heard = child.stdout.take().context("`cargo xtask serve` has no output")?;
    let answer = first_address(heard).and_then(|address| ask(&address));
    child.kill().and_then(|()| child.wait()).context("`cargo xtask serve` does not stop")?;
    let answer = answer?;
    ensure!(answer == "HTTP/1.1 200 OK", "`cargo xtask serve` answers {answer:?} when asked for the page");
    Ok(())
}

/// The first address that is printed; passes on all lines up to it.
fn first_address(heard: impl Read) -> Result<String> {
    for line in BufReader::new(heard).lines() {
        let line = line.context("cannot read what `cargo xtask serve` prints")?;
        println!("{line}");
        if let Some(address) = line.split_whitespace().find_map(|word| word.strip_prefix("http://")) {
            return Ok(address.to_owned());
        }
    }
    bail!("`cargo xtask serve` ends without an address")
}

/// The first line of the answer from this address, which is written as `host:port/path`.
fn ask(address: &str) -> Result<String> {
    let (host, path) = address.split_once('/').with_context(|| format!("{address} has no path"))?;
    let mut stream = TcpStream::connect(host).with_context(|| format!("nothing answers at {host}"))?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut first = String::new();
    BufReader::new(stream).read_line(&mut first)?;
    Ok(first.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cli;
    use clap::Parser;
    use std::fs;

    /// The documents that tell of the commands, from the repository's root.
    const DOCUMENTS: [&str; 3] = ["README.md", "www/recipes.html", "xtask/src/site/npm.md"];

    /// What a line of a document says of `cargo xtask`: each command with its words. An option that stands there by itself
    /// is one of the command before it.
    fn told(line: &str) -> Vec<String> {
        let mut commands: Vec<String> = Vec::new();
        for rest in line.split("cargo xtask ").skip(1) {
            let (command, behind) = rest.split_at(rest.find(['`', '<', '#', '&']).unwrap_or(rest.len()));
            commands.push(command.trim().to_owned());
            let options = behind.split(['`', '<', '>']).filter(|code| code.starts_with("--"));
            commands.extend(options.map(|option| format!("{} {option}", command.trim())));
        }
        commands
    }

    #[test]
    fn what_is_told_of_commands_is_found() {
        assert_eq!(told("cargo xtask serve --site  # looks at it"), ["serve --site"]);
        let text = "`cargo xtask recipes` builds (or installs, with `--install`); `cargo xtask site`";
        assert_eq!(told(text), ["recipes", "recipes --install", "site"]);
        assert_eq!(told("<code>cargo xtask recipes quarto</code>, <code>--install</code>").len(), 2);
        assert!(told("`wasm-pack build` (`--target web`)").is_empty());
    }

    #[test]
    fn the_documents_name_no_command_or_option_that_is_not_there() {
        let mut found = Vec::new();
        for document in DOCUMENTS {
            let text = fs::read_to_string(shell::root().join(document)).unwrap();
            for command in text.lines().flat_map(told) {
                let words = ["cargo xtask"].into_iter().chain(command.split_whitespace());
                if let Err(problem) = Cli::try_parse_from(words) {
                    panic!("{document} tells of `cargo xtask {command}`: {problem}");
                }
                found.push(command);
            }
        }
        for name in ["serve", "test", "bench", "size", "shots", "pictures", "recipes", "site", "standalone"] {
            assert!(found.iter().any(|command| command.split(' ').next() == Some(name)), "nobody is told of {name}");
        }
        assert!(Cli::try_parse_from(["cargo xtask", "site", "--no-such-option"]).is_err());
    }

    #[test]
    fn the_first_address_is_heard() {
        let heard = "building\nThe page is at http://127.0.0.1:80/a (Ctrl+C stops the server).\n";
        assert_eq!(first_address(heard.as_bytes()).unwrap(), "127.0.0.1:80/a");
        assert!(first_address("nothing\n".as_bytes()).is_err());
    }
}
