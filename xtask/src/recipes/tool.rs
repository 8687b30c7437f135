//! What builds a recipe's project: found on the machine, or installed below the build's folder when asked for.

use super::PROJECTS;
use super::recipe::Recipe;
use crate::shell::{self, Line};
use anyhow::{Context, Result, bail, ensure};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use which::which;

/// The versions that are installed. The page of the recipes names them.
const MDBOOK: &str = "0.5.4";
const JUPYTER_BOOK: &str = "1.0.4.post1";

/// What builds a project.
pub enum Tool {
    /// Nothing is built: the project is the page.
    None { recipe: &'static str },
    /// A program, and what it says of its version.
    Program { path: PathBuf, version: String },
    /// The folder of packages for Node.js, and the one that counts in its version.
    Packages { folder: PathBuf, name: &'static str, version: String },
}

impl Tool {
    /// A command line that begins with the program.
    pub fn line(&self) -> Line {
        match self {
            Self::Program { path, .. } => Line::new("").arg(path),
            Self::None { .. } | Self::Packages { .. } => panic!("{self} is no program"),
        }
    }

    /// The folder of packages.
    pub fn packages(&self) -> &Path {
        match self {
            Self::Packages { folder, .. } => folder,
            Self::None { .. } | Self::Program { .. } => panic!("{self} is no folder of packages"),
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None { recipe } => write!(f, "{recipe}, without a tool"),
            Self::Program { version, .. } => f.write_str(version),
            Self::Packages { name, version, .. } => write!(f, "{name} {version}"),
        }
    }
}

/// The recipe's tool, which is installed in the recipe's folder if it is not there and `install` says so; or why it is
/// not at hand. An error if it cannot be installed.
pub fn find(recipe: Recipe, room: &Path, install: bool) -> Result<Result<Tool, String>> {
    match recipe {
        Recipe::Page | Recipe::Frame => Ok(Ok(Tool::None { recipe: recipe.name() })),
        Recipe::Mdbook => Program { name: "mdbook", line: "0.5.", install: mdbook }.find(room, install),
        Recipe::JupyterBook => Program { name: "jupyter-book", line: "1.", install: jupyter_book }.find(room, install),
        Recipe::Quarto => Ok(any_of(which("quarto").ok(), "quarto", "")
            .map_err(|reason| format!("{reason}; it does not come as a package, see quarto.org"))),
        Recipe::Docusaurus => packages(recipe, "@docusaurus/core", room, install),
        Recipe::Reveal => packages(recipe, "reveal.js", room, install),
    }
}

/// A program that can be installed.
struct Program {
    name: &'static str,
    /// How the versions begin for which the recipe is written.
    line: &'static str,
    install: fn(room: &Path) -> Result<()>,
}

impl Program {
    /// The program in the recipe's folder, or else the one in PATH; or why there is none.
    fn find(&self, room: &Path, install: bool) -> Result<Result<Tool, String>> {
        let Self { name, line, .. } = *self;
        let reason = match self.here(room) {
            Err(reason) if install => reason,
            found => return Ok(found.map_err(|reason| format!("{reason}; --install installs {name} {line}x"))),
        };
        println!("\n{reason}. Installing {name} in {} (builds a recipe).", room.display());
        (self.install)(room).with_context(|| format!("{name} cannot be installed"))?;
        match self.here(room) {
            Err(reason) => bail!("{name} is installed in {}, but {reason}", room.display()),
            found => Ok(found),
        }
    }

    fn here(&self, room: &Path) -> Result<Tool, String> {
        let own = room.join(if cfg!(windows) { "Scripts" } else { "bin" }).join(self.name);
        any_of([which(own), which(self.name)].into_iter().flatten(), self.name, self.line)
    }
}

/// The first of the programs at these paths that is of this line of versions; or what is wrong with the last of them.
fn any_of(paths: impl IntoIterator<Item = PathBuf>, name: &str, line: &str) -> Result<Tool, String> {
    let mut reason = format!("{name} is not in PATH");
    for path in paths {
        match at(&path, name, line) {
            Ok(tool) => return Ok(tool),
            Err(other) => reason = other,
        }
    }
    Err(reason)
}

/// The program at this path, if it is of this line of versions; or what it is.
fn at(path: &Path, name: &str, line: &str) -> Result<Tool, String> {
    let told = Line::new("").arg(path).args(["--version"]).output();
    let told = told.ok_or_else(|| format!("`{} --version` fails", path.display()))?;
    let version = version(&told).ok_or_else(|| format!("`{} --version` names no version", path.display()))?;
    if !version.starts_with(line) {
        return Err(format!("{} is {name} {version}, and the recipe is for {line}x", path.display()));
    }
    Ok(Tool::Program { path: path.to_owned(), version: format!("{name} {version}") })
}

/// The first number of a version in what a program tells of itself.
fn version(told: &str) -> Option<&str> {
    let mut words = told.split_whitespace().map(|word| word.trim_start_matches('v'));
    words.find(|word| word.starts_with(|first: char| first.is_ascii_digit()) && word.contains('.'))
}

fn mdbook(room: &Path) -> Result<()> {
    Line::new("cargo install mdbook --locked --version").arg(MDBOOK).args(["--root"]).arg(room).run()
}

fn jupyter_book(room: &Path) -> Result<()> {
    let python =
        ["python3", "python"].into_iter().find_map(|name| which(name).ok()).context("Python is not in PATH")?;
    Line::new("").arg(python).args(["-m", "venv"]).arg(room).run()?;
    let python = room.join(if cfg!(windows) { "Scripts/python" } else { "bin/python" });
    Line::new("")
        .arg(python)
        .args(["-m", "pip", "install", "--quiet"])
        .arg(format!("jupyter-book=={JUPYTER_BOOK}"))
        .run()
}

/// The packages that the recipe's project names.
fn packages(recipe: Recipe, name: &'static str, room: &Path, install: bool) -> Result<Result<Tool, String>> {
    let (Ok(_), Ok(npm)) = (which("node"), which("npm")) else {
        ensure!(!install, "{name} cannot be installed: Node.js and npm are not in PATH");
        return Ok(Err("Node.js and npm are not in PATH".to_owned()));
    };
    let wanted = shell::root().join(PROJECTS).join(recipe.name()).join("package.json");
    let wanted = fs::read_to_string(&wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    let version = pinned(&wanted, name).with_context(|| format!("package.json names no {name}"))?.to_owned();
    if !are_installed(room, &wanted) {
        if !install {
            return Ok(Err(format!("{name} {version} is not here; --install installs it")));
        }
        println!("\nInstalling {name} {version} in {} (builds a recipe).", room.display());
        let line = Line::new("").arg(npm).args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(room);
        install_packages(room, &wanted, &line).with_context(|| format!("{name} cannot be installed"))?;
    }
    Ok(Ok(Tool::Packages { folder: room.join(PACKAGES), name, version }))
}

/// Where npm puts packages.
const PACKAGES: &str = "node_modules";

/// What was installed: the `package.json` that asked for it.
const INSTALLED: &str = "installed.json";

/// Whether the packages that a `package.json` asks for, and no others, were installed here.
fn are_installed(room: &Path, wanted: &str) -> bool {
    room.join(PACKAGES).is_dir() && fs::read_to_string(room.join(INSTALLED)).is_ok_and(|installed| installed == wanted)
}

/// Installs the packages that a `package.json` asks for, by this line. They count as installed only when it has succeeded.
fn install_packages(room: &Path, wanted: &str, npm: &Line) -> Result<()> {
    let cannot = || format!("cannot write to {}", room.display());
    let installed = room.join(INSTALLED);
    fs::create_dir_all(room)
        .and_then(|()| fs::write(&installed, ""))
        .and_then(|()| fs::write(room.join("package.json"), wanted))
        .with_context(cannot)?;
    npm.run()?;
    fs::write(&installed, wanted).with_context(cannot)
}

/// The version of a package that a `package.json` asks for.
fn pinned<'a>(about: &'a str, name: &str) -> Option<&'a str> {
    let line = about.lines().find_map(|line| line.trim().strip_prefix(&format!("\"{name}\": \"")))?;
    line.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_tell_their_version_in_many_ways() {
        assert_eq!(version("mdbook v0.5.4"), Some("0.5.4"));
        assert_eq!(version("Jupyter Book      : 1.0.4.post1\nExternal ToC      : 1.1.0"), Some("1.0.4.post1"));
        assert_eq!(version("v2.1.7"), Some("2.1.7"));
        assert_eq!(version("1.7.34"), Some("1.7.34"));
        assert_eq!(version("no number"), None);
    }

    /// A program in the folder that answers this when it is asked for its version.
    #[cfg(unix)]
    fn program(folder: &Path, script: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join("mdbook");
        fs::create_dir_all(folder).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[cfg(unix)]
    #[test]
    fn who_has_another_version_is_told_which() {
        let folder = tempfile::tempdir().unwrap();
        let found = |script: &str| {
            let path = program(folder.path(), script);
            any_of([path.clone()], "mdbook", "0.5.")
                .map(|tool| tool.to_string())
                .map_err(|reason| reason.replace(&*path.to_string_lossy(), "PATH"))
        };
        assert_eq!(found("echo mdbook v0.5.4"), Ok("mdbook 0.5.4".to_owned()));
        assert_eq!(found("echo mdbook v0.4.21"), Err("PATH is mdbook 0.4.21, and the recipe is for 0.5.x".to_owned()));
        assert_eq!(found("exit 1"), Err("`PATH --version` fails".to_owned()));
        assert_eq!(found("echo mdbook"), Err("`PATH --version` names no version".to_owned()));
        assert_eq!(any_of([], "quarto", "").err().as_deref(), Some("quarto is not in PATH"));
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_installed_is_an_error() {
        let room = tempfile::tempdir().unwrap();
        let install: fn(&Path) -> Result<()> = |room| {
            program(&room.join("bin"), "echo mdbook v7.1");
            Ok(())
        };
        let tool = Program { name: "no-such-book", line: "7.", install: |_| bail!("no network") };
        let reason = tool.find(room.path(), false).unwrap().err().unwrap();
        assert_eq!(reason, "no-such-book is not in PATH; --install installs no-such-book 7.x");
        let problem = format!("{:#}", tool.find(room.path(), true).err().unwrap());
        assert_eq!(problem, "no-such-book cannot be installed: no network");
        let problem = Program { install, ..tool }.find(room.path(), true).err().unwrap().to_string();
        assert!(problem.ends_with("but no-such-book is not in PATH"), "{problem}");
        let tool = Program { name: "mdbook", line: "7.", install };
        assert_eq!(tool.find(room.path(), true).unwrap().unwrap().to_string(), "mdbook 7.1");
    }

    #[cfg(unix)]
    #[test]
    fn packages_are_there_when_their_installation_has_succeeded() {
        let folder = tempfile::tempdir().unwrap();
        let room = folder.path().join("room");
        let npm = |end: &str| Line::new("sh -c").arg(format!("mkdir -p node_modules && exit {end}")).within(&room);
        assert!(!are_installed(&room, "1"));
        install_packages(&room, "1", &npm("0")).unwrap();
        assert!(are_installed(&room, "1") && !are_installed(&room, "2"));
        assert!(install_packages(&room, "2", &npm("1")).is_err());
        assert!(!are_installed(&room, "2"), "what has failed is not there");
        assert!(!are_installed(&room, "1"), "nor is what was there before, as it was");
        install_packages(&room, "2", &npm("0")).unwrap();
        assert!(are_installed(&room, "2"));
    }

    #[test]
    fn a_package_is_asked_for_in_one_version() {
        let about = "{\n  \"dependencies\": {\n    \"reveal.js\": \"6.0.2\"\n  }\n}";
        assert_eq!(pinned(about, "reveal.js"), Some("6.0.2"));
        assert_eq!(pinned(about, "reveal"), None);
    }

    #[test]
    fn the_page_names_the_versions_that_are_tried() {
        let read = |file: &str| fs::read_to_string(shell::root().join(file)).unwrap();
        let page = read("www/recipes.html");
        let of = |recipe: Recipe, name| {
            let about = read(&format!("{PROJECTS}/{}/package.json", recipe.name()));
            pinned(&about, name).unwrap().to_owned()
        };
        let tried = [
            format!("mdBook {MDBOOK}"),
            format!("Jupyter Book {JUPYTER_BOOK}"),
            format!("Docusaurus {}", of(Recipe::Docusaurus, "@docusaurus/core")),
            format!("reveal.js {}", of(Recipe::Reveal, "reveal.js")),
        ];
        for tool in tried {
            assert!(page.contains(&format!("Tried with {tool},")), "the page does not say so: {tool}");
        }
    }
}
