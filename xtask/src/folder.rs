//! Folders of files as a whole: listed, copied and removed.

use anyhow::{Context, Result};
use std::fs;
use std::io;
use std::path::Path;

/// The names of all files below a folder, from the root that the folder is named from; in order.
pub fn names_below(root: &Path, folder: &str) -> Result<Vec<String>> {
    let cannot = || format!("cannot list the folder {folder}/");
    let mut names = Vec::new();
    for entry in root.join(folder).read_dir().with_context(cannot)? {
        let entry = entry.with_context(cannot)?;
        let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            names.extend(names_below(root, &name)?);
        } else {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Copies a folder and all in it, in place of what is there.
pub fn replace(from: &Path, to: &Path) -> Result<()> {
    remove(to)?;
    copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}

/// Removes a folder and all in it, if it is there.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => {
            Err(problem).with_context(|| format!("cannot remove the folder {}", folder.display()))
        }
        _ => Ok(()),
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir()? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &place)?;
        } else {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_whole_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        fs::create_dir_all(from.join("deep/er")).unwrap();
        fs::write(from.join("deep/er/file"), "new").unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(to.join("old"), "old").unwrap();
        replace(&from, &to).unwrap();
        fs::write(to.join("deep/a"), "").unwrap();
        assert_eq!(names_below(home.path(), "to").unwrap(), ["to/deep/a", "to/deep/er/file"]);
        assert_eq!(fs::read_to_string(to.join("deep/er/file")).unwrap(), "new");
        assert!(!to.join("old").exists());
        remove(&to).unwrap();
        remove(&to).unwrap();
        assert!(!to.exists());
    }

    #[test]
    fn what_is_not_there_is_named() {
        let problem = names_below(Path::new("/"), "no such folder").unwrap_err().to_string();
        assert_eq!(problem, "cannot list the folder no such folder/");
        let problem = replace(Path::new("/no such folder"), Path::new("/tmp/neither")).unwrap_err();
        assert!(problem.to_string().contains("/no such folder"), "{problem:#}");
    }
}
