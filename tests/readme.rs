//! The README keeps its word: its commands run, its configuration is one, its trace is one.
//!
//! What it says of `cargo xtask`, `wasm-pack build` and `cargo bench` is run by `cargo xtask test`.
#![cfg(not(target_arch = "wasm32"))]

use std::process::Command;

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;

const README: &str = include_str!("../README.md");

/// The blocks of code in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let blocks: Vec<_> = README.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty(), "the README has a block of {language}");
    blocks
}

#[test]
fn its_configuration_runs() {
    for block in blocks("toml") {
        let config = Config::parse("README.md", block).unwrap_or_else(|error| panic!("{error}"));
        let mut emulation = Emulation::new(config, 7);
        emulation.run(u64::MAX);
        assert_eq!(emulation.client(1).answered(), 4);
    }
}

#[test]
fn its_lines_are_lines_of_the_trace() {
    for block in blocks("text") {
        assert!(include_str!("golden/default-seed-7.txt").contains(block), "{block}");
    }
}

#[test]
fn its_commands_for_the_terminal_run() {
    let lines = blocks("sh").into_iter().flat_map(str::lines);
    let commands: Vec<_> = lines.filter_map(|line| line.split('#').next()?.trim().strip_prefix("cargo run")).collect();
    assert!(commands.len() >= 4, "{commands:?}");
    for command in commands {
        let arguments = command.split_whitespace().filter(|&argument| argument != "--");
        let status = Command::new(env!("CARGO_BIN_EXE_raft_kv"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("the program starts")
            .status;
        assert!(status.success(), "cargo run{command}: {status}");
    }
}

#[test]
fn its_pictures_and_links_to_files_are_there() {
    let targets = README.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files: Vec<_> = targets.filter(|target| !target.starts_with("http") && !target.starts_with('#')).collect();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        assert!(path.exists(), "the README links to {file}, which is not there");
    }
}
