//! The types of the page's scripts, which stand in their comments: TypeScript checks them, and writes nothing.

use crate::node;
use crate::shell::{self, Line};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// The version that checks. Another one may know better, and then the page would fail without having changed.
const TYPESCRIPT: &str = "5.9.3";

const OPTIONS: &str = "--noEmit --allowJs --checkJs --strict --target esnext --module esnext --moduleResolution bundler \
                       --lib esnext,dom,dom.iterable";

/// Where there are scripts: the page's own, and those of a single file.
const FOLDERS: [&str; 2] = ["www", "xtask/src/standalone"];

/// Node.js and TypeScript's folder, below the build's folder, where it is installed first; or why it is not at hand.
pub fn typescript() -> Result<Result<(PathBuf, PathBuf), &'static str>> {
    node::package("typescript", TYPESCRIPT, "checks the types of the page's scripts")
}

/// The command line that checks all scripts of the page, once the package is built, whose types they use. Without Node.js
/// and npm there is no such line, but the reason.
pub fn line() -> Result<Result<Line, &'static str>> {
    let (node, program) = match typescript()? {
        Ok(found) => found,
        Err(reason) => return Ok(Err(reason)),
    };
    let line = Line::new("").arg(node).arg(program.join("bin/tsc")).args(OPTIONS.split_whitespace());
    Ok(Ok(line.args(scripts(&shell::root())?.iter().map(String::as_str))))
}

/// All scripts that are written here, by their names from the repository's root.
pub fn scripts(root: &Path) -> Result<Vec<String>> {
    let mut scripts = Vec::new();
    for folder in FOLDERS {
        collect(root, folder, &mut scripts)?;
    }
    Ok(scripts)
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
    if FOLDERS.contains(&folder) && scripts.is_empty() {
        bail!("there is no script in {folder}/");
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
}
