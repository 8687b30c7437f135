//! What a server has: which file a path stands for, and of what type it is.

use anyhow::{Context, Result};
use percent_encoding::percent_decode_str;
use std::path::{Path, PathBuf};

/// What is served.
pub enum Content {
    /// Of the repository in this folder: `config.toml`, and all below `www/` and `pkg/`.
    Repository(PathBuf),
    /// Whole folders, each below a path that begins and ends with a slash. A folder's address gives its `index.html`.
    Folders(Vec<(&'static str, PathBuf)>),
}

impl Content {
    /// The same, with folders that links do not lead to.
    pub fn canonical(self) -> Result<Self> {
        let canonical = |folder: PathBuf| {
            folder.canonicalize().with_context(|| format!("cannot find the folder {}", folder.display()))
        };
        Ok(match self {
            Self::Repository(root) => Self::Repository(canonical(root)?),
            Self::Folders(folders) => {
                let folders = folders.into_iter().map(|(path, folder)| Ok((path, canonical(folder)?)));
                Self::Folders(folders.collect::<Result<_>>()?)
            }
        })
    }

    /// The path with a slash behind it, when that is the address of a page and the path itself is not. It is written as
    /// the path was, and leads nowhere but to this server.
    pub fn folder_at(&self, path: &str) -> Option<String> {
        let is_address = path.starts_with('/') && !path.starts_with("//") && !path.ends_with('/');
        let below = matches!(self, Self::Folders(_)).then(|| format!("{path}/")).filter(|_| is_address)?;
        self.file_at(&below).map(|_| below)
    }

    /// The file that the path stands for, when it is one of those served. The folders are canonical paths.
    pub fn file_at(&self, path: &str) -> Option<PathBuf> {
        let path = percent_decode_str(path).decode_utf8().ok()?;
        let (folder, below) = match self {
            Self::Repository(root) => (root, path.strip_prefix('/')?),
            Self::Folders(folders) => {
                folders.iter().find_map(|(prefix, folder)| Some((folder, path.strip_prefix(prefix)?)))?
            }
        };
        let is_whole = matches!(self, Self::Folders(_));
        let below = match below.is_empty() || below.ends_with('/') {
            true if is_whole => format!("{below}index.html"),
            _ => below.to_owned(),
        };
        let names: Vec<&str> = below.split('/').collect();
        let top = match names.as_slice() {
            _ if is_whole => folder.clone(),
            ["config.toml"] => folder.join("config.toml"),
            [top @ ("www" | "pkg"), _, ..] => folder.join(top),
            _ => return None,
        };
        // No name may lead elsewhere than one step down, here or on Windows; hidden files are not served.
        let leads_down = |name: &&str| !name.is_empty() && !name.starts_with('.') && !name.contains(['\\', ':', '\0']);
        if !names.iter().all(leads_down) {
            return None;
        }
        // Symbolic links are followed before the file is judged by where it truly lies.
        let file = names.iter().fold(folder.clone(), |path, name| path.join(name)).canonicalize().ok()?;
        (file.starts_with(top) && file.is_file()).then_some(file)
    }
}

/// What a browser is told a file to be, by its name: where no name tells, as of a licence, it is text to be read.
pub fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("toml" | "txt" | "md" | "ts") | None => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_go_by_the_files_name() {
        assert_eq!(content_type(Path::new("a.css")), "text/css; charset=utf-8");
        assert_eq!(content_type(Path::new("a.json")), "application/json");
        assert_eq!(content_type(Path::new("a.png")), "image/png");
        assert_eq!(content_type(Path::new("a.svg")), "image/svg+xml");
        assert_eq!(content_type(Path::new("a.b")), "application/octet-stream");
        for name in ["LICENSE-MIT", "SHA256SUMS", "raft-kv.d.ts", "README.md", "html"] {
            assert_eq!(content_type(Path::new(name)), "text/plain; charset=utf-8", "{name}");
        }
    }
}
