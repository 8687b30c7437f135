//! The package for npm: the element, what it loads, and the laboratory that its link opens.

use super::{Files, LICENSES, read};
use crate::package::{self, Target};
use crate::scripts;
use anyhow::{Context, Result, ensure};
use std::path::Path;

const NAME: &str = "raft-kv";
const ELEMENT: &str = "raft-kv.js";
const TYPES: &str = "raft-kv.d.ts";
const README: &str = include_str!("npm.md");

/// All files of the package, out of those of the site.
pub fn package(root: &Path, site: &Files) -> Result<Files> {
    let mut names = vec![ELEMENT.to_owned(), TYPES.to_owned(), "config.toml".to_owned()];
    names.extend(LICENSES.map(str::to_owned));
    let element = scripts::module(root, "www/raft-kv.js")?;
    let laboratory = scripts::loaded(root, "www/index.html")?;
    let loaded = [element.first, element.later, laboratory.first, laboratory.later].concat();
    names.extend(loaded.iter().filter_map(|name| name.strip_prefix("www/")).map(str::to_owned));
    names.extend(site.keys().filter(|name| name.starts_with("style/") || name.starts_with("scenarios/")).cloned());
    let target = Target::of(&root.join(package::FOLDER)).context("there is no whole package in pkg/")?;
    for name in ["package.json", "raft_kv.d.ts", target.script(), package::WASM] {
        names.push(format!("{}/{name}", package::FOLDER));
    }
    let mut files = Files::new();
    for name in names {
        let bytes = site.get(&name).with_context(|| format!("there is no {name} for the package for npm"))?;
        files.insert(name, bytes.clone());
    }
    let version = version(&String::from_utf8_lossy(&read(&root.join("Cargo.toml"))?))?;
    files.insert("README.md".to_owned(), README.into());
    let about = about(&version, &files);
    files.insert("package.json".to_owned(), about.into_bytes());
    Ok(files)
}

/// The package's own description.
fn about(version: &str, files: &Files) -> String {
    // npm takes a folder for all that is in it, and the texts about the package by themselves.
    let tops = files.keys().map(|name| name.split_once('/').map_or(name.clone(), |(folder, _)| format!("{folder}/")));
    let mut list: Vec<String> = tops.filter(|name| name != "README.md").collect();
    list.dedup();
    let list: Vec<String> = list.into_iter().map(|name| format!("    \"{name}\"")).collect();
    format!(
        r#"{{
  "name": "{NAME}",
  "version": "{version}",
  "description": "<raft-kv>: a Raft-replicated key-value store at work, emulated message by message, as an element of any page",
  "keywords": ["raft", "consensus", "emulation", "visualization", "custom-element", "wasm"],
  "license": "MIT OR Apache-2.0",
  "type": "module",
  "main": "./{ELEMENT}",
  "module": "./{ELEMENT}",
  "types": "./{TYPES}",
  "exports": {{
    ".": {{ "types": "./{TYPES}", "default": "./{ELEMENT}" }},
    "./{ELEMENT}": {{ "types": "./{TYPES}", "default": "./{ELEMENT}" }},
    "./scenarios/*": "./scenarios/*",
    "./package.json": "./package.json"
  }},
  "sideEffects": true,
  "files": [
{}
  ]
}}
"#,
        list.join(",\n")
    )
}

/// Fails if the package's description names what is not in it, or more is in it than the element and its link need.
pub fn check(files: &Files) -> Result<()> {
    let about = String::from_utf8_lossy(files.get("package.json").context("there is no package.json")?);
    for file in about.split('"').filter_map(|word| word.strip_prefix("./")).filter(|file| !file.contains('*')) {
        ensure!(files.contains_key(file), "package.json names {file}, which is not there");
    }
    let listed =
        about.split_once("\"files\": [").context("package.json lists no files")?.1.split('"').skip(1).step_by(2);
    for name in listed {
        ensure!(files.keys().any(|file| file.starts_with(name)), "package.json lists {name}, which is not there");
    }
    ensure!(!files.contains_key("embed.html"), "it has more than the element and its link need");
    Ok(())
}

/// The version that a crate's manifest tells.
fn version(manifest: &str) -> Result<String> {
    let told = manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    let version = told.context("Cargo.toml tells no version")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    ensure!(!version.is_empty() && version.chars().all(is_plain), "Cargo.toml tells an odd version: {version}");
    Ok(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_lists_each_folder_and_file_once() {
        let names = ["LICENSE-MIT", "README.md", "raft-kv.js", "views/a.js", "views/b.js"];
        let files: Files = names.iter().map(|name| (name.to_string(), Vec::new())).collect();
        let about = about("1.2.3", &files);
        assert!(
            about.contains("\"files\": [\n    \"LICENSE-MIT\",\n    \"raft-kv.js\",\n    \"views/\"\n  ]"),
            "{about}"
        );
        assert!(about.contains("\"version\": \"1.2.3\"") && about.contains("\"types\": \"./raft-kv.d.ts\""), "{about}");
    }

    #[test]
    fn what_the_description_names_must_be_there() {
        let names = ["LICENSE-MIT", "raft-kv.js", "raft-kv.d.ts", "package.json", "views/a.js"];
        let files: Files = names.iter().map(|name| (name.to_string(), Vec::new())).collect();
        let about = about("1.2.3", &files);
        let without = |name: &str| {
            let mut files = files.clone();
            files.insert("package.json".to_owned(), about.clone().into_bytes());
            files.remove(name);
            check(&files).map_err(|problem| problem.to_string())
        };
        assert_eq!(without("nothing"), Ok(()));
        for name in names {
            assert!(without(name).unwrap_err().contains(name.split('/').next().unwrap()), "{name}");
        }
    }

    #[test]
    fn the_version_is_the_crates() {
        assert_eq!(version("[package]\nname = \"x\"\nversion = \"0.1.0\"\n").unwrap(), "0.1.0");
        assert!(version("[package]\n").is_err() && version("version = \"\\\"\"").is_err());
        let own = std::fs::read_to_string(crate::shell::root().join("Cargo.toml")).unwrap();
        assert!(version(&own).is_ok());
    }
}
