//! What is loaded before a reader does anything, by the laboratory and by an element: read from their scripts, starting from
//! what is known to be asked for without anybody's doing. A story of the page compares these lists with what a browser loads.

use crate::package::{self, Target};
use crate::scripts::{self, Files};
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// What the laboratory asks for by itself once its first picture is shown; each with what it imports by statements.
const BEHIND: [&str; 2] = ["www/later.js", "www/printing.js"];

/// What the element asks for at once to show its usual views with its usual controls; each with what it imports by
/// statements.
const ELEMENT: [&str; 10] = [
    "www/raft-kv.js",
    "www/element/showing.js",
    "www/stage.js",
    "www/joins/cluster.js",
    "www/grasp.js",
    "www/joins/trace.js",
    "www/time.js",
    "www/bar.js",
    "www/keys.js",
    "www/bindings.js",
];

/// Files by their names from the repository's root.
#[derive(Debug, Default)]
pub struct Loads {
    /// What the first picture takes, in the order a browser meets it.
    pub first: Vec<String>,
    /// What is loaded right behind the first picture, whatever the reader does.
    pub behind: Vec<String>,
    /// What is loaded when a reader turns to something.
    pub later: Vec<String>,
}

impl Loads {
    /// The names of all that is loaded without anybody's doing, separated by blanks.
    pub fn undone(&self) -> String {
        [&self.first[..], &self.behind].concat().join(" ")
    }
}

/// What the laboratory loads, from the repository's root.
pub fn laboratory(root: &Path) -> Result<Loads> {
    let Files { mut first, mut later } = scripts::loaded(root, "www/index.html")?;
    let mut behind = Vec::new();
    for part in BEHIND {
        ensure!(
            later.iter().any(|name| name == part),
            "the laboratory does not load {part} behind its first picture any more: mend the list of what it does"
        );
        add(&mut behind, &first, scripts::module(root, part)?.first);
    }
    later.retain(|name| !behind.contains(name));
    first.extend(run_by(root)?);
    Ok(Loads { first, behind, later })
}

/// What the element loads with its usual views and controls, from the repository's root.
pub fn element(root: &Path) -> Result<Loads> {
    scripts::assert_all_named(root, "www")?;
    let all = scripts::module(root, ELEMENT[0])?;
    let mut first = Vec::new();
    for part in ELEMENT {
        ensure!(
            all.first.iter().chain(&all.later).any(|name| name == part),
            "the element does not load {part} any more: mend the list of what it loads at first"
        );
        add(&mut first, &[], scripts::module(root, part)?.first);
    }
    first.extend(scripts::styles(root)?);
    first.extend(run_by(root)?);
    Ok(Loads { first, ..Loads::default() })
}

/// Adds the files that are neither there nor known.
fn add(files: &mut Vec<String>, known: &[String], more: Vec<String>) {
    for name in more {
        if !files.contains(&name) && !known.contains(&name) {
            files.push(name);
        }
    }
}

/// The package, and what runs if nobody says anything else.
fn run_by(root: &Path) -> Result<[String; 4]> {
    let folder = package::FOLDER;
    let target = Target::of(&root.join(folder)).with_context(|| format!("there is no whole package in {folder}/"))?;
    let [script, wasm] = [target.script(), package::WASM].map(|name| format!("{folder}/{name}"));
    Ok([format!("{folder}/package.json"), script, wasm, "config.toml".to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;
    use std::fs;

    #[test]
    fn the_files_are_those_the_page_loads() {
        let folder = tempfile::tempdir().unwrap();
        let add = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        let page = "<link rel=\"stylesheet\" href=\"a.css\">\n<script type=\"module\" src=\"main.js\"></script>";
        add("www/index.html", page);
        add("www/main.js", "import(\"./later.js\"); import(\"./printing.js\"); import(\"./asked.js\");\n");
        add("www/later.js", "import \"./main.js\"; import \"./deep.js\"; import(\"./asked_then.js\");\n");
        add("www/printing.js", "import \"./deep.js\";");
        for name in ["a.css", "asked.js", "asked_then.js", "deep.js", "notes.md"] {
            add(&format!("www/{name}"), "");
        }
        for name in ["package.json", "raft_kv.js", "raft_kv.d.ts", "raft_kv_bg.wasm"] {
            add(&format!("pkg/{name}"), "");
        }
        let Loads { first, behind, mut later } = laboratory(folder.path()).unwrap();
        let package = ["pkg/package.json", "pkg/raft_kv.js", "pkg/raft_kv_bg.wasm"];
        assert_eq!(first, [&["www/index.html", "www/a.css", "www/main.js"], &package[..], &["config.toml"]].concat());
        assert_eq!(behind, ["www/later.js", "www/deep.js", "www/printing.js"]);
        later.sort();
        assert_eq!(later, ["www/asked.js", "www/asked_then.js"]);
        add("pkg/raft_kv_bg.js", "");
        assert_eq!(laboratory(folder.path()).unwrap().first[4], "pkg/raft_kv_bg.js");
        add("www/main.js", "import(\"./later.js\");");
        let problem = laboratory(folder.path()).unwrap_err().to_string();
        assert!(problem.contains("does not load www/printing.js"), "{problem}");
    }

    #[test]
    fn the_element_loads_its_parts_once_and_its_styles() {
        let root = shell::root();
        let loads = |name: &str| element(&root).map(|files| files.first.iter().filter(|file| *file == name).count());
        if Target::of(&root.join(package::FOLDER)).is_none() {
            assert!(element(&root).unwrap_err().to_string().contains("no whole package"));
            return;
        }
        for name in ["www/raft-kv.js", "www/views/cluster.js", "www/style/element.css", "config.toml"] {
            assert_eq!(loads(name).unwrap(), 1, "{name}");
        }
        assert_eq!(loads("www/views/diagram.js").unwrap(), 0, "it is none of the usual views");
    }

    #[test]
    fn all_that_is_loaded_without_a_doing_is_named() {
        let named = |name: &str| vec![name.to_owned()];
        let loads = Loads { first: named("www/a.js"), behind: named("www/b.js"), later: named("www/c.js") };
        assert_eq!(loads.undone(), "www/a.js www/b.js");
    }
}
