//! The README keeps its word: its commands run, its configuration is one, its trace is one. So do the commands for the
//! terminal in the recipes.
//!
//! `wasm-pack build` and `cargo bench` are run by `cargo xtask test`, and so are the cheap commands of `cargo xtask` itself:
//! serve, size, site, standalone, and those recipes that need no tool. Of the others (bench, pictures, shots, the other
//! recipes) it is only looked at that the documents name no command and no option that is not there.
#![cfg(not(target_arch = "wasm32"))]

use std::path::Path;
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

/// Runs a command of a document as it stands there, but where its output goes.
fn assert_runs(command: &str) {
    let words = command.split_whitespace().filter(|&word| word != "--" && word != "-q");
    let status = Command::new(env!("CARGO_BIN_EXE_raft_kv"))
        .args(words.take_while(|&word| word != ">"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the program starts")
        .status;
    assert!(status.success(), "cargo run{command}: {status}");
}

#[test]
fn its_commands_for_the_terminal_run() {
    let lines = blocks("sh").into_iter().flat_map(str::lines);
    let commands: Vec<_> = lines.filter_map(|line| line.split('#').next()?.trim().strip_prefix("cargo run")).collect();
    assert!(commands.len() >= 4, "{commands:?}");
    commands.into_iter().for_each(assert_runs);
}

#[test]
fn the_recipes_commands_for_the_terminal_run() {
    let page = include_str!("../www/recipes.html").replace("&gt;", ">");
    let commands: Vec<_> = page.split("cargo run").skip(1).filter_map(|rest| rest.split(['\n', '<']).next()).collect();
    assert!(commands.len() >= 3, "{commands:?}");
    commands.into_iter().for_each(assert_runs);
}

#[test]
fn its_way_through_the_code_leads_everywhere() {
    let table = README.split("## Find your way in the code").nth(1).expect("the README shows the way");
    let rows = table.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split('|').nth(1));
    let places: Vec<_> = rows.flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for place in &places {
        assert!(root.join(place).exists(), "the README shows the way to {place}, which is not there");
    }
    for entry in root.join("src").read_dir().expect("the sources are there") {
        let entry = entry.expect("a folder can be listed");
        let name = format!("src/{}", entry.file_name().to_string_lossy());
        let is_named = || places.iter().any(|place| *place == format!("{name}/") || *place == format!("{name}.rs"));
        assert!(!entry.path().is_dir() || is_named(), "the README does not show the way to {name}/");
    }
    for place in ["www/raft-kv.js", "www/element/", "www/notes/"] {
        assert!(places.contains(&place), "the README does not show the way to {place}");
    }
}

#[test]
fn its_pictures_and_links_to_files_are_there() {
    let targets = README.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files: Vec<_> = targets.filter(|target| !target.starts_with("http") && !target.starts_with('#')).collect();
    assert!(files.len() >= 4, "{files:?}");
    for file in files {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        assert!(path.exists(), "the README links to {file}, which is not there");
    }
}
