//! Packages of Node.js that only look at the page: installed below the build's folder, and never part of it.

use crate::shell::{self, Line};
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::path::PathBuf;
use which::which;

/// The version of axe-core that looks for what keeps people out.
const AXE: &str = "4.14.1";

/// The script of axe-core, or why it is not at hand.
pub fn axe() -> Result<Result<PathBuf, &'static str>> {
    let found = package("axe-core", AXE, "looks for what keeps people out of the page")?;
    Ok(found.map(|(_, program)| program.join("axe.min.js")))
}

/// Node.js, and the folder of this package in this version, which is installed first if it is not there; or why it is not
/// at hand. `purpose` says what it is for.
pub fn package(name: &str, version: &str, purpose: &str) -> Result<Result<(PathBuf, PathBuf), &'static str>> {
    let (Ok(node), Ok(npm)) = (which("node"), which("npm")) else {
        return Ok(Err("Node.js and npm are not in PATH"));
    };
    let folder = build_folder().join(name);
    let program = folder.join("node_modules").join(name);
    let is_there = fs::read_to_string(program.join("package.json")).is_ok_and(|about| is_version(&about, version));
    if !is_there {
        println!("Installing {name} {version} in {} ({purpose}).", folder.display());
        fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let install = Line::new("").arg(npm).args("install --no-save --no-audit --no-fund --prefix".split(' '));
        if let Err(problem) = install.arg(&folder).arg(format!("{name}@{version}")).run() {
            // Who is offline can check all the rest.
            println!("{problem:#}");
            return Ok(Err("it cannot be installed"));
        }
    }
    Ok(Ok((node, program)))
}

/// Where cargo builds, which nobody commits.
pub fn build_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), |folder| shell::root().join(folder))
}

fn is_version(about: &str, version: &str) -> bool {
    about.lines().any(|line| line.trim().trim_end_matches(',') == format!("\"version\": \"{version}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_is_not_taken_for_the_pinned_one() {
        let about = "{\n    \"name\": \"typescript\",\n    \"version\": \"5.9.3\",\n    \"license\": \"Apache-2.0\"\n}";
        assert!(is_version(about, "5.9.3"));
        assert!(!is_version(about, "5.9.30") && !is_version(about, "5.9"));
    }
}
