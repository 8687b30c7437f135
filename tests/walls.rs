//! The house is built as `src/lib.rs` says: its map has every room, and nobody names what stands above.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// All files of a folder that end like this, and of the folders in it, as paths from the package's folder.
fn files(folder: &str) -> Vec<(String, String)> {
    fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() { gather(&path, found) } else { found.push(path) }
        }
    }
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    gather(&home.join(folder), &mut found);
    let sources = found.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let read = |path: PathBuf| {
        let name = path.strip_prefix(home).expect("it is in there").to_str().expect("a plain name").replace('\\', "/");
        (name, fs::read_to_string(path).expect("it is a text"))
    };
    sources.map(read).collect()
}

/// Whether the code of a file names a module of the core; what its comments name does not count.
fn names(text: &str, module: &str) -> bool {
    let path = format!("crate::{module}");
    text.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
        line.split(path.as_str())
            .skip(1)
            .any(|rest| !rest.starts_with(|next: char| next == '_' || next.is_alphanumeric()))
    })
}

#[test]
fn the_map_has_every_room() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).expect("it is there");
    let map = text.split("```").nth(1).expect("there is a map");
    let is_on_map = |room: &str| {
        map.split(|letter: char| !(letter.is_alphanumeric() || "_./".contains(letter)))
            .any(|word| word == format!("{room}.rs") || word == format!("{room}/"))
    };
    let rooms: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(rooms.len() > 30, "{rooms:?}");
    let missing: Vec<&&str> = rooms.iter().filter(|room| !is_on_map(room)).collect();
    assert!(missing.is_empty(), "not on the map: {missing:?}");
}

#[test]
fn nobody_names_what_stands_above() {
    // Who may name these, besides themselves: what stands above them.
    let above: [(&str, &[&str]); 10] = [
        ("wasm", &[]),
        ("view", &["wasm"]),
        ("export", &["wasm"]),
        ("account", &["export"]),
        ("mermaid", &["export"]),
        ("shiviz", &["export"]),
        ("sketch", &["export"]),
        ("diagram", &["wasm", "export", "mermaid", "shiviz", "sketch"]),
        ("goal", &["wasm"]),
        ("why", &["view", "wasm"]),
    ];
    for (file, text) in files("src").iter().filter(|(file, _)| !file.starts_with("src/terminal")) {
        let room = file.trim_start_matches("src/").split(['/', '.']).next().expect("it has a name");
        for (module, allowed) in above {
            let is_allowed = room == module || allowed.contains(&room);
            assert!(is_allowed || !names(text, module), "{file} names {module}, which stands above it");
        }
    }
}

#[test]
fn engine_and_protocol_never_name_each_other() {
    let sources = files("src");
    let engine = ["simulation", "network", "workload", "generator"];
    for (file, text) in &sources {
        let is_engine = engine.iter().any(|module| *file == format!("src/{module}.rs"));
        assert!(!is_engine || !names(text, "raft"), "{file} names the protocol");
        let is_protocol = file.starts_with("src/raft/");
        assert!(!is_protocol || !engine.iter().any(|module| names(text, module)), "{file} names the engine");
    }
    let shared = ["process", "action", "trace", "history", "kv", "chunks", "sorted", "json"];
    for (file, text) in sources.iter().filter(|(file, _)| shared.iter().any(|room| *file == format!("src/{room}.rs"))) {
        assert!(!names(text, "raft") && !names(text, "simulation"), "{file} is below engine and protocol");
    }
}
