//! The types of the page's scripts, which stand in their comments: TypeScript checks them, and writes nothing.

use crate::shell::{self, Line};
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use which::which;

/// The version that checks. Another one may know better, and then the page would fail without having changed.
const TYPESCRIPT: &str = "5.9.3";

const OPTIONS: &str = "--noEmit --allowJs --checkJs --strict --target esnext --module esnext --moduleResolution bundler \
                       --lib esnext,dom,dom.iterable";

/// The command line that checks all scripts of the page, once the package is built, whose types they use. Installs
/// TypeScript below the build's folder first. Without Node.js and npm there is no such line, but the reason.
pub fn line() -> Result<Result<Line, &'static str>> {
    let (Ok(node), Ok(npm)) = (which("node"), which("npm")) else {
        return Ok(Err("Node.js and npm are not in PATH"));
    };
    let folder = build_folder().join("typescript");
    let program = folder.join("node_modules/typescript");
    let is_there = fs::read_to_string(program.join("package.json")).is_ok_and(|about| is_version(&about, TYPESCRIPT));
    if !is_there {
        println!(
            "Installing TypeScript {TYPESCRIPT} in {} (checks the types of the page's scripts).",
            folder.display()
        );
        fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let install = Line::new("").arg(npm).args("install --no-save --no-audit --no-fund --prefix".split(' '));
        if let Err(problem) = install.arg(&folder).arg(format!("typescript@{TYPESCRIPT}")).run() {
            // Who is offline can check all the rest.
            println!("{problem:#}");
            return Ok(Err("TypeScript cannot be installed"));
        }
    }
    let mut scripts = Vec::new();
    collect(&shell::root(), "www", &mut scripts)?;
    let line = Line::new("").arg(node).arg(program.join("bin/tsc")).args(OPTIONS.split_whitespace());
    Ok(Ok(line.args(scripts.iter().map(String::as_str))))
}

/// Where cargo builds, which nobody commits.
fn build_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), |folder| shell::root().join(folder))
}

fn is_version(about: &str, version: &str) -> bool {
    about.lines().any(|line| line.trim().trim_end_matches(',') == format!("\"version\": \"{version}\""))
}

/// All scripts below a folder, in the order of their names.
fn collect(root: &Path, folder: &str, scripts: &mut Vec<String>) -> Result<()> {
    let cannot = || format!("cannot list the folder {folder}/");
    let mut entries: Vec<_> =
        root.join(folder).read_dir().and_then(|entries| entries.collect::<Result<_, _>>()).with_context(cannot)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(root, &name, scripts)?;
        } else if name.ends_with(".js") {
            scripts.push(name);
        }
    }
    if folder == "www" && scripts.is_empty() {
        bail!("there is no script in www/");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_found_however_deep_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let find = || {
            let mut scripts = Vec::new();
            collect(folder.path(), "www", &mut scripts).map(|()| scripts)
        };
        fs::create_dir_all(folder.path().join("www/views/deep")).unwrap();
        assert!(find().unwrap_err().to_string().contains("no script"));
        for name in ["main.js", "views/deep/b.js", "views/a.js", "views/style.css", "index.html"] {
            fs::write(folder.path().join("www").join(name), "").unwrap();
        }
        assert_eq!(find().unwrap(), ["www/main.js", "www/views/a.js", "www/views/deep/b.js"]);
    }

    #[test]
    fn another_version_is_not_taken_for_the_pinned_one() {
        let about = "{\n    \"name\": \"typescript\",\n    \"version\": \"5.9.3\",\n    \"license\": \"Apache-2.0\"\n}";
        assert!(is_version(about, "5.9.3"));
        assert!(!is_version(about, "5.9.30") && !is_version(about, "5.9"));
    }
}
