//! `cargo xtask site`: all that a static host needs, in one folder. [`gallery`] is the page that lists the scenarios,
//! [`npm`] the package for npm, [`links`] looks whether everything that is linked is there, [`place`] whether the folder is
//! free.

mod gallery;
mod links;
mod npm;
mod place;

use crate::bare::bare;
use crate::{package, shell};
use anyhow::{Context, Result, ensure};
use clap::Args;
pub use place::is_one;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The site's folder, from the repository's root, where none is told.
const FOLDER: &str = "dist";

/// The checksums of all files of a site, by which one is known.
const SUMS: &str = "SHA256SUMS";

/// The types of the package, and the line of them that is left out.
const TYPES: &str = "raft_kv.d.ts";
const DISPOSAL: &str = "[Symbol.dispose](): void;";

/// What of the page's folder is not published with the pages: what has a place of its own, and types for those who work on
/// the views.
const ELSEWHERE: [&str; 4] = ["notes", "scenarios", "shots", "snapshot.d.ts"];

/// What others link to and load, by names that stay.
const DOORS: [&str; 7] =
    ["index.html", "embed.html", "raft-kv.js", "gallery.html", "notes/index.html", "recipes.html", "config.toml"];

const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// In the repository the package and the configuration lie beside the page's folder, in a site within: file, text, what
/// stands there instead.
const MOVED: [(&str, &str, &str); 4] = [
    ("assets.js", "const HOME = new URL(\"../\", import.meta.url);", "const HOME = new URL(\"./\", import.meta.url);"),
    ("index.html", "href=\"../pkg/raft_kv_bg.wasm\"", "href=\"pkg/raft_kv_bg.wasm\""),
    ("index.html", "href=\"../pkg/package.json\"", "href=\"pkg/package.json\""),
    ("raft-kv.d.ts", "from \"../pkg/raft_kv.js\"", "from \"./pkg/raft_kv.js\""),
];

/// Write the site: a folder for any static host
///
/// Laboratory (index.html), frame (embed.html), element (raft-kv.js), gallery, notes, recipes, scenarios, the WebAssembly
/// package, a folder to publish on npm, and the checksums of all (`sha256sum -c SHA256SUMS`). All addresses in it are
/// relative, so it works under any folder of a host; scripts and styles are without their comments, which weigh a third of
/// them. A former site in the same place is replaced, file by file, unless somebody changed it; a folder with anything else
/// in it is left alone. The package in pkg/ is built first when it is missing or older than its
/// sources. Look at it with `cargo xtask serve --site`.
#[derive(Args)]
pub struct Site {
    /// The folder to write; `dist` in the repository unless told
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Site {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let folder = folder(self.out.as_deref());
        place::assert_free(&folder)?;
        package::freshen()?;
        write(&folder)?;
        let told = self.out.as_ref().map_or_else(String::new, |out| format!(" {}", shell::quoted(out.as_os_str())));
        println!("Look at it with `cargo xtask serve --site{told}`.");
        Ok(())
    }
}

/// The folder that is told, or the usual one.
pub fn folder(told: Option<&Path>) -> PathBuf {
    told.map_or_else(|| shell::root().join(FOLDER), Path::to_path_buf)
}

/// Files by their names in the site, in order.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes the site to the folder, scripts and styles without comments, from the package as it is in pkg/.
pub fn write(folder: &Path) -> Result<()> {
    place::assert_free(folder)?;
    let mut files = gather(&shell::root())?;
    links::check(&files)?;
    files.insert(SUMS.to_owned(), sums(&files).into_bytes());
    place::replace(folder, &files)?;
    println!("The site is in {}: {}.", folder.display(), weight(&files));
    Ok(())
}

/// All files but the checksums.
fn gather(root: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut add = |what: &str, part: Files| {
        let part =
            part.into_iter().map(|(name, bytes)| Ok((name.clone(), bare(&name, bytes)?))).collect::<Result<_>>()?;
        println!("{what:24} {}", weight(&part));
        files.extend(part);
        anyhow::Ok(())
    };
    let pages = below(root, "www", &|name| !ELSEWHERE.contains(&name))?;
    add("pages, scripts, styles", moved(pages)?)?;
    add("notes", below(&root.join("www"), "notes", &|_| true).map(|part| within("notes", part))?)?;
    let scenarios = below(&root.join("www"), "scenarios", &|_| true)?;
    add("gallery", gallery::page(&scenarios)?)?;
    add("scenarios", within("scenarios", scenarios))?;
    let package = without_disposal(below(root, package::FOLDER, &|_| true)?)?;
    add("WebAssembly package", within(package::FOLDER, package))?;
    let mut rest = Files::new();
    for name in ["config.toml"].into_iter().chain(LICENSES) {
        rest.insert(name.to_owned(), read(&root.join(name))?);
    }
    add("configuration, licenses", rest)?;
    let npm = npm::package(root, &files)?;
    links::check(&npm).and_then(|()| npm::check(&npm)).context("the package for npm is not whole")?;
    println!("{:24} {}", "package for npm", weight(&npm));
    files.extend(within("npm", npm));
    let missing = DOORS.iter().find(|name| !files.contains_key(**name));
    ensure!(missing.is_none(), "there is no {} in the site", missing.unwrap_or(&""));
    Ok(files)
}

/// The package, whose types do not name what only the newest library of TypeScript has: whoever embeds the element need not
/// have that.
fn without_disposal(mut package: Files) -> Result<Files> {
    if let Some(bytes) = package.get_mut(TYPES) {
        let text = str::from_utf8(bytes).with_context(|| format!("{TYPES} is no text"))?;
        *bytes = text.split_inclusive('\n').filter(|line| line.trim() != DISPOSAL).collect::<String>().into_bytes();
    }
    Ok(package)
}

/// All files below a folder, by their names from there; of those in the folder itself only these.
fn below(root: &Path, folder: &str, is_wanted: &dyn Fn(&str) -> bool) -> Result<Files> {
    let cannot = || format!("cannot list the folder {}", root.join(folder).display());
    let mut files = Files::new();
    for entry in root.join(folder).read_dir().with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).context("files of the page have plain names")?;
        // What is hidden, or an editor's former version, is nobody else's.
        if name.starts_with(['.', '#']) || name.ends_with('~') || !is_wanted(name) {
            continue;
        }
        if path.is_dir() {
            files.extend(within(name, below(&root.join(folder), name, &|_| true)?));
        } else {
            files.insert(name.to_owned(), read(&path)?);
        }
    }
    Ok(files)
}

/// The same files, one folder deeper.
fn within(folder: &str, files: Files) -> Files {
    files.into_iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes)).collect()
}

/// The page's files, who find the package and the configuration where they are in a site.
fn moved(mut files: Files) -> Result<Files> {
    for (name, here, there) in MOVED {
        let bytes = files.get_mut(name).with_context(|| format!("www/{name} is missing"))?;
        let text = str::from_utf8(bytes).with_context(|| format!("www/{name} is no text"))?;
        ensure!(
            text.matches(here).count() == 1,
            "www/{name} does not say `{here}` once, which a site replaces: see what names the package's folder there now"
        );
        *bytes = text.replace(here, there).into_bytes();
    }
    Ok(files)
}

/// A line for each file, as `sha256sum` writes and reads them.
fn sums(files: &Files) -> String {
    let mut sums = String::new();
    for (name, bytes) in files {
        writeln!(sums, "{}  {name}", hex(bytes)).expect("a string takes all that is written");
    }
    sums
}

/// The checksum of a file.
fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The names in a list of checksums.
fn names_in(sums: &str) -> impl Iterator<Item = &str> {
    sums.lines().filter_map(|line| line.split_once("  ")).map(|(_, name)| name)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn weight(files: &Files) -> String {
    let bytes: usize = files.values().map(Vec::len).sum();
    format!("{} files, {bytes} bytes", files.len())
}

/// Files of these texts.
#[cfg(test)]
fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_written_as_sha256sum_writes_them() {
        let sums = sums(&files(&[("b", ""), ("a/c d.txt", "abc")]));
        assert_eq!(
            sums,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a/c d.txt\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n"
        );
        assert_eq!(names_in(&sums).collect::<Vec<_>>(), ["a/c d.txt", "b"]);
    }

    #[test]
    fn what_names_the_packages_folder_is_replaced_or_missed() {
        let page = || -> Files {
            let mut page = Files::new();
            for (name, here, _) in MOVED {
                page.entry(name.to_owned()).or_default().extend(format!("{here}\n").as_bytes());
            }
            page
        };
        let there = moved(page()).unwrap();
        assert!(there.values().all(|bytes| !str::from_utf8(bytes).unwrap().contains("../")), "{there:?}");
        for (name, here, _) in MOVED {
            for text in [String::new(), here.repeat(2), here.replace("../", "./")] {
                let mut page = page();
                page.insert(name.to_owned(), text.into_bytes());
                let problem = moved(page).unwrap_err().to_string();
                assert!(problem.starts_with(&format!("www/{name} does not say `")), "{problem}");
            }
            let mut page = page();
            page.remove(name);
            assert!(moved(page).is_err());
        }
    }

    #[test]
    fn hidden_files_and_former_versions_are_not_published() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("www/views/.git")).unwrap();
        for name in ["a.js", ".env", "a.js~", "views/b.js", "views/.b.js.swp", "views/#b.js#", "views/.git/c.js"] {
            fs::write(folder.path().join("www").join(name), "").unwrap();
        }
        let found = below(folder.path(), "www", &|_| true).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["a.js", "views/b.js"]);
    }

    #[test]
    fn types_are_without_what_only_the_newest_library_has() {
        let text = "class A {\n    free(): void;\n    [Symbol.dispose](): void;\n    b(): void;\n}\n";
        let package = without_disposal(files(&[(TYPES, text), ("raft_kv.js", text)])).unwrap();
        assert_eq!(package[TYPES], b"class A {\n    free(): void;\n    b(): void;\n}\n");
        assert_eq!(package["raft_kv.js"], text.as_bytes());
    }
}
