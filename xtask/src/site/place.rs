//! The folder that a site is written to: what may be overwritten there, and what may not.

use super::{Files, SUMS, hex, names_in};
use crate::shell;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

/// The project's own folders, from the repository's root, in which nothing is written.
const OWN: [&str; 8] = ["www", "pkg", "src", "xtask", "tests", "benches", ".cargo", ".git"];

/// Whether a site was written to this folder.
pub fn is_one(folder: &Path) -> bool {
    fs::read_to_string(folder.join(SUMS)).is_ok_and(|sums| names_in(&sums).any(|name| name == "pkg/raft_kv_bg.wasm"))
}

/// Fails if something else than a site is in the folder, or it is one of the project's own.
pub fn assert_free(folder: &Path) -> Result<()> {
    let there = resolved(folder)?;
    let is_there = |name: &&&str| shell::root().join(name).canonicalize().is_ok_and(|own| there.starts_with(own));
    if let Some(own) = OWN.iter().find(is_there) {
        bail!("{} is within {own}/ of the repository, so nothing is written there", folder.display());
    }
    let is_empty = match folder.read_dir() {
        Ok(mut entries) => entries.next().is_none(),
        Err(problem) if problem.kind() == ErrorKind::NotFound => true,
        Err(problem) => return Err(problem).with_context(|| format!("cannot list the folder {}", folder.display())),
    };
    if !is_empty && !is_one(folder) {
        bail!(
            "there is something in {} that is no former site (it has no {SUMS} of one), so nothing is written there; \
             name an empty folder with `--out DIR`, or empty this one",
            folder.display()
        );
    }
    Ok(())
}

/// The folder by its one name, though it may not be there yet.
fn resolved(folder: &Path) -> Result<PathBuf> {
    let folder = std::path::absolute(folder).with_context(|| format!("{} is no folder", folder.display()))?;
    let found = folder.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let (above, found) = found.with_context(|| format!("{} is nowhere", folder.display()))?;
    let rest = folder.strip_prefix(above).expect("it is above the folder");
    let leads_down = rest.components().all(|step| matches!(step, Component::Normal(_)));
    ensure!(leads_down, "{} leads through a folder that is not there", folder.display());
    Ok(found.join(rest))
}

/// Writes the files, and then removes what only the former site had. Fails before the first change if that would take
/// anything which no site wrote.
pub fn replace(folder: &Path, files: &Files) -> Result<()> {
    let sums = fs::read_to_string(folder.join(SUMS)).unwrap_or_default();
    let former: BTreeMap<&str, &str> = sums
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(sum, name)| (name, sum))
        .filter(leads_down)
        .collect();
    for name in former.keys().copied().chain(files.keys().map(String::as_str)) {
        let new = files.get(name).map(Vec::as_slice);
        assert_ours(folder, name, former.get(name).copied(), new)?;
    }
    // The list comes last: until then the former one tells what is a site's.
    let is_list = |name: &str| name == SUMS;
    for (name, bytes) in files.iter().filter(|(name, _)| !is_list(name)).chain(files.get_key_value(SUMS)) {
        put(&folder.join(name), bytes)?;
    }
    former.keys().filter(|name| !files.contains_key(**name)).try_for_each(|name| remove(folder, name))
}

/// Whether the name of a file in a list of checksums stays within the folder.
fn leads_down((name, _): &(&str, &str)) -> bool {
    name.split('/').all(|name| !["", ".", ".."].contains(&name) && !name.contains(['\\', ':']))
}

/// Fails if what stands at this name is neither what the former site has there, nor what the new one will have: then
/// somebody's work is in it.
fn assert_ours(folder: &Path, name: &str, sum: Option<&str>, new: Option<&[u8]>) -> Result<()> {
    let file = folder.join(name);
    let within = file.ancestors().take_while(|above| *above != folder);
    if let Some(link) = within.into_iter().find(|above| above.is_symlink()) {
        bail!("{} is a link, which a site does not write through: remove it", link.display());
    }
    let bytes = match fs::read(&file) {
        Ok(bytes) if name != SUMS => bytes,
        Err(problem) if problem.kind() != ErrorKind::NotFound => {
            return Err(problem).with_context(|| format!("cannot replace {}", file.display()));
        }
        _ => return Ok(()),
    };
    if new == Some(&bytes) || sum == Some(&hex(&bytes)) {
        return Ok(());
    }
    match sum {
        Some(_) => bail!("{} was changed since the site was written: put it elsewhere, or remove it", file.display()),
        None => bail!(
            "{} is no file of the former site, and the new one has one of that name: put it elsewhere",
            file.display()
        ),
    }
}

/// Removes a file, and the folders in which nothing is left.
fn remove(folder: &Path, name: &str) -> Result<()> {
    let file = folder.join(name);
    match fs::remove_file(&file) {
        Err(problem) if problem.kind() != ErrorKind::NotFound => {
            return Err(problem).with_context(|| format!("cannot remove {} of the former site", file.display()));
        }
        _ => {}
    }
    let folders = file.ancestors().skip(1).take_while(|above| *above != folder);
    for above in folders {
        if fs::remove_dir(above).is_err() {
            break;
        }
    }
    Ok(())
}

fn put(file: &Path, bytes: &[u8]) -> Result<()> {
    let folder = file.parent().context("a file is in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{files, sums};
    use tempfile::TempDir;

    /// A site of these files, in a folder of its own.
    fn site(list: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        replace(folder.path(), &whole(list)).unwrap();
        folder
    }

    fn whole(list: &[(&str, &str)]) -> Files {
        let mut files = files(list);
        files.insert(SUMS.to_owned(), sums(&files).into_bytes());
        files
    }

    fn text(folder: &TempDir, name: &str) -> String {
        fs::read_to_string(folder.path().join(name)).unwrap()
    }

    #[test]
    fn a_folder_that_is_no_site_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        assert!(assert_free(folder.path()).is_ok() && assert_free(&folder.path().join("new")).is_ok());
        for (name, text) in [("thesis.txt", "mine"), (SUMS, "00  thesis.txt\n")] {
            fs::write(folder.path().join(name), text).unwrap();
            let problem = assert_free(folder.path()).unwrap_err().to_string();
            assert!(problem.contains("no former site") && problem.contains("--out"), "{problem}");
        }
        fs::write(folder.path().join(SUMS), "00  pkg/raft_kv_bg.wasm\n").unwrap();
        assert!(assert_free(folder.path()).is_ok());
        assert!(assert_free(&folder.path().join("thesis.txt")).is_err(), "a file is no folder");
    }

    #[test]
    fn the_projects_own_folders_are_left_alone() {
        for name in ["www/site", "src", "tests/../xtask/src/new/deep"] {
            let problem = assert_free(&shell::root().join(name)).unwrap_err().to_string();
            assert!(problem.contains("of the repository"), "{problem}");
        }
        assert!(assert_free(&shell::root().join("missing/../www/site")).is_err());
        assert!(assert_free(&shell::root().join("a new folder")).is_ok());
    }

    #[test]
    fn a_former_site_goes_and_nothing_else() {
        let folder = site(&[("old/er/a.js", "a"), ("gone/b.js", "b"), ("same.js", "1")]);
        put(&folder.path().join("old/mine.txt"), b"mine").unwrap();
        fs::remove_file(folder.path().join("gone/b.js")).unwrap();
        replace(folder.path(), &whole(&[("new/c.js", "c"), ("same.js", "2")])).unwrap();
        assert!(!folder.path().join("old/er").exists());
        assert_eq!(text(&folder, "old/mine.txt"), "mine");
        assert_eq!(["new/c.js", "same.js"].map(|name| text(&folder, name)), ["c", "2"]);
        assert!(text(&folder, SUMS).contains("  new/c.js") && !text(&folder, SUMS).contains("  old"));
    }

    #[test]
    fn what_somebody_wrote_stays_and_is_named() {
        let folder = site(&[("a.js", "a"), ("b.js", "b")]);
        let new = whole(&[("a.js", "other"), ("c.js", "c")]);
        let tries = [
            ("c.js", "mine", "no file of the former site"),
            ("a.js", "mine", "was changed"),
            ("b.js", "mine", "was changed"),
        ];
        for (name, mine, says) in tries {
            let before = fs::read(folder.path().join(name)).ok();
            put(&folder.path().join(name), mine.as_bytes()).unwrap();
            let problem = replace(folder.path(), &new).unwrap_err().to_string();
            assert!(problem.contains(name) && problem.contains(says), "{problem}");
            assert_eq!(text(&folder, name), mine);
            match before {
                Some(before) => put(&folder.path().join(name), &before).unwrap(),
                None => fs::remove_file(folder.path().join(name)).unwrap(),
            }
        }
        // As if it had been interrupted: what is new is there, and the list is the former one.
        put(&folder.path().join("c.js"), b"c").unwrap();
        put(&folder.path().join("a.js"), b"other").unwrap();
        replace(folder.path(), &new).unwrap();
        assert_eq!(text(&folder, "a.js"), "other");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_names_that_lead_out_of_the_site_lead_to_nothing() {
        let folder = site(&[("b/c.js", "c")]);
        let elsewhere = tempfile::tempdir_in(folder.path()).unwrap();
        put(&elsewhere.path().join("c.js"), b"c").unwrap();
        fs::remove_dir_all(folder.path().join("b")).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("b")).unwrap();
        for list in [&[("a.js", "a")][..], &[("b/d.js", "d")]] {
            let problem = replace(folder.path(), &whole(list)).unwrap_err().to_string();
            assert!(problem.contains("is a link"), "{problem}");
        }
        assert!(elsewhere.path().join("c.js").exists() && !elsewhere.path().join("d.js").exists());
        fs::remove_file(folder.path().join("b")).unwrap();
        let precious = folder.path().join("precious.txt");
        fs::write(&precious, "x").unwrap();
        let site = folder.path().join("site");
        put(&site.join(SUMS), format!("{}  ../precious.txt\n", hex(b"x")).as_bytes()).unwrap();
        replace(&site, &whole(&[("a.js", "a")])).unwrap();
        assert!(precious.exists());
    }
}
