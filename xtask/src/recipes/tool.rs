//! What builds a recipe's project: found on the machine, or installed below the build's folder when asked for.

use super::PROJECTS;
use super::recipe::Recipe;
use crate::shell::{self, Line};
use anyhow::{Context, Result};
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
/// not at hand.
pub fn find(recipe: Recipe, room: &Path, install: bool) -> Result<Result<Tool, String>> {
    match recipe {
        Recipe::Page | Recipe::Frame => Ok(Ok(Tool::None { recipe: recipe.name() })),
        Recipe::Mdbook => program(&Program { name: "mdbook", line: "0.5.", install: mdbook }, room, install),
        Recipe::JupyterBook => {
            program(&Program { name: "jupyter-book", line: "1.", install: jupyter_book }, room, install)
        }
        Recipe::Quarto => Ok(which("quarto")
            .ok()
            .and_then(|path| at(&path, "quarto", ""))
            .ok_or_else(|| "quarto is not in PATH; it does not come as a package, see quarto.org".to_owned())),
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

/// The program in the recipe's folder, or else the one in PATH.
fn program(program: &Program, room: &Path, install: bool) -> Result<Result<Tool, String>> {
    let Program { name, line, .. } = *program;
    let own = room.join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name);
    let here = || at(&own, name, line).or_else(|| at(&which(name).ok()?, name, line));
    if let Some(tool) = here() {
        return Ok(Ok(tool));
    }
    if !install {
        return Ok(Err(format!("{name} {line}x is not here; --install installs it")));
    }
    println!("\nInstalling {name} in {} (builds a recipe).", room.display());
    if let Err(problem) = (program.install)(room) {
        println!("{problem:#}");
        return Ok(Err(format!("{name} cannot be installed")));
    }
    here().map(Ok).with_context(|| format!("{name} is installed, but {} does not tell its version", own.display()))
}

/// The program at this path, if it is there and of this line of versions.
fn at(path: &Path, name: &str, line: &str) -> Option<Tool> {
    let told = Line::new("").arg(path).args(["--version"]).output()?;
    let version = version(&told)?;
    version.starts_with(line).then(|| Tool::Program { path: path.to_owned(), version: format!("{name} {version}") })
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
        return Ok(Err("Node.js and npm are not in PATH".to_owned()));
    };
    let wanted = shell::root().join(PROJECTS).join(recipe.name()).join("package.json");
    let wanted = fs::read_to_string(&wanted).with_context(|| format!("cannot read {}", wanted.display()))?;
    let folder = room.join("node_modules");
    let version = pinned(&wanted, name).with_context(|| format!("package.json names no {name}"))?.to_owned();
    let kept = room.join("package.json");
    // npm writes the list of what it has installed last.
    let whole = || folder.join(".package-lock.json").is_file();
    if !(whole() && fs::read_to_string(&kept).is_ok_and(|kept| kept == wanted)) {
        if !install {
            return Ok(Err(format!("{name} {version} is not here; --install installs it")));
        }
        println!("\nInstalling {name} {version} in {} (builds a recipe).", room.display());
        fs::create_dir_all(room)
            .and_then(|()| fs::write(&kept, &wanted))
            .with_context(|| format!("cannot write {}", kept.display()))?;
        let line = Line::new("").arg(npm).args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(room);
        if let Err(problem) = line.run() {
            println!("{problem:#}");
            return Ok(Err(format!("{name} cannot be installed")));
        }
    }
    Ok(Ok(Tool::Packages { folder, name, version }))
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
