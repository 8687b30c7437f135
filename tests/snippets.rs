//! The lines that the page of recipes has for each tool are lines of the projects that are tried.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PAGE: &str = include_str!("../www/recipes.html");

fn projects() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recipes")
}

/// The blocks of the page that name their file, and what stands in them.
fn snippets() -> Vec<(&'static str, String)> {
    let blocks = PAGE.split("data-file=\"").skip(1).map(|rest| {
        let (file, rest) = rest.split_once("\"><code>").expect("a block with a file is code");
        let (code, _) = rest.split_once("</code></pre>").expect("code ends");
        (file, code.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    });
    blocks.collect()
}

#[test]
fn each_is_lines_of_its_file() {
    let snippets = snippets();
    assert!(snippets.len() >= 15, "{snippets:?}");
    for (file, code) in snippets {
        let text = fs::read_to_string(projects().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let lines = format!("\n{text}");
        assert!(!code.trim().is_empty() && lines.contains(&format!("\n{code}\n")), "not in {file}:\n{code}");
    }
}

#[test]
fn each_project_is_on_the_page() {
    for entry in fs::read_dir(projects()).expect("the projects are there") {
        let name = entry.expect("it can be listed").file_name().into_string().expect("a plain name");
        let own = format!("{name}/");
        assert!(snippets().iter().any(|(file, _)| file.starts_with(&own)), "the page shows nothing of {name}");
    }
}

#[test]
fn each_recipe_says_whether_it_was_tried() {
    let recipes: Vec<_> = PAGE.split("<h2 id=\"").skip(1).collect();
    assert!(recipes.len() >= 10);
    for recipe in recipes {
        let (id, text) = recipe.split_once('"').expect("a heading has a name");
        let shows_project = text.contains("data-file=");
        let says = text.contains("<p class=\"tried\">") || text.contains("<p class=\"written\">");
        assert_eq!(shows_project, says, "{id}");
    }
}

#[test]
fn its_commands_for_paper_run() {
    let lines = PAGE.lines().filter_map(|line| line.split("cargo run -q -- ").nth(1));
    let commands: Vec<_> =
        lines.map(|line| line.split(" &gt; ").next().unwrap_or(line).replace("</code></pre>", "")).collect();
    assert_eq!(commands.len(), 3);
    for command in commands {
        let mut program = Command::new(env!("CARGO_BIN_EXE_raft_kv"));
        let ran = program.args(command.split_whitespace()).current_dir(env!("CARGO_MANIFEST_DIR")).output();
        let output = ran.expect("the program starts");
        assert!(output.status.success() && output.stdout.len() > 500, "{command}: {output:?}");
    }
}
