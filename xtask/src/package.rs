//! The WebAssembly package in `pkg/`: for whom it is built, whether it is there, and building it with wasm-pack.

use crate::shell::{self, Line};
use crate::{node, tools};
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use which::which;

/// The package's folder, as the page's addresses name it.
pub const FOLDER: &str = "pkg";

/// The compiled code inside the folder.
pub const WASM: &str = "raft_kv_bg.wasm";

/// What the package is made of, from the repository's root.
const SOURCES: [&str; 5] = ["src", "build.rs", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"];

/// wasm-pack's last line about the package. What it says afterwards is about itself: that a newer wasm-pack is out.
const READY: &str = "Your wasm pkg is ready";

/// cargo's line when wasm-pack compiles its own helper, whose warnings are not the package's.
const HELPER: &str = "Installing wasm-bindgen-cli v";

/// For whom wasm-pack writes the package's JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// For a bundler, wasm-pack's default; the page plays the bundler's part itself.
    Bundler,
    /// For a browser as it is.
    Web,
}

impl Target {
    /// The target's name on wasm-pack's command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bundler => "bundler",
            Self::Web => "web",
        }
    }

    /// The JavaScript file of the package that the page loads.
    pub fn script(self) -> &'static str {
        match self {
            Self::Bundler => "raft_kv_bg.js",
            Self::Web => "raft_kv.js",
        }
    }

    /// The target of the package in `folder`, or nothing when there is no whole package.
    pub fn of(folder: &Path) -> Option<Self> {
        // A bundler's package has both scripts, so its own one is looked for first.
        let whole = folder.join(WASM).is_file();
        [Self::Bundler, Self::Web].into_iter().find(|target| whole && folder.join(target.script()).is_file())
    }

    /// The command line that builds the package.
    pub fn line(self) -> Line {
        match self {
            Self::Bundler => Line::new("wasm-pack build"),
            Self::Web => Line::new("wasm-pack build --target web"),
        }
    }
}

/// Builds the package anew.
pub fn build(target: Target) -> Result<()> {
    prepare()?;
    target.line().run()
}

/// Builds the package if it is not there, or older than what it is made of.
pub fn freshen() -> Result<()> {
    let folder = shell::root().join(FOLDER);
    let Some(reason) = stale(&folder)? else { return Ok(()) };
    println!("The package in {FOLDER}/ {reason}, so it is built first.");
    tools::for_page()?;
    build(Target::of(&folder).unwrap_or(Target::Bundler))
}

/// The folder of the package for a single file: it is built small rather than fast.
pub fn small_folder() -> PathBuf {
    node::build_folder().join("small-package")
}

/// Builds the small package if it is not there, or older than what it is made of.
pub fn freshen_small() -> Result<()> {
    let folder = small_folder();
    let Some(reason) = stale(&folder)? else { return Ok(()) };
    println!("The small package for a single file {reason}, so it is built first.");
    tools::for_page()?;
    announce_helper();
    Line::new("wasm-pack build --profile standalone --no-opt --no-typescript --no-pack --out-dir").arg(folder).run()
}

/// What is wrong with the package in a folder, if it must be built.
fn stale(folder: &Path) -> Result<Option<String>> {
    if Target::of(folder).is_none() {
        return Ok(Some("is not there yet".to_owned()));
    }
    let made = last_change(&folder.join(WASM))?;
    for source in SOURCES {
        if last_change(&shell::root().join(source))? > made {
            return Ok(Some(format!("is older than {source}")));
        }
    }
    Ok(None)
}

/// When a file, or the last one below a folder, was changed.
fn last_change(path: &Path) -> Result<SystemTime> {
    let cannot = || format!("cannot tell when {} was changed", path.display());
    if !path.is_dir() {
        return path.metadata().and_then(|about| about.modified()).with_context(cannot);
    }
    let mut last = SystemTime::UNIX_EPOCH;
    for entry in path.read_dir().with_context(cannot)? {
        last = last.max(last_change(&entry.with_context(cannot)?.path())?);
    }
    Ok(last)
}

/// Builds the package anew and takes a warning for a failure.
pub fn build_without_warnings(target: Target) -> Result<()> {
    prepare()?;
    // In colour, the word and the colon after it would stand apart.
    let line = target.line().env("CARGO_TERM_COLOR", "never");
    let mut heard = line.run_listening()?;
    if heard.iter().any(|line| line.contains(HELPER)) {
        println!("wasm-pack built its helper along the way; once more, to hear what the package alone has to say.");
        heard = line.run_listening()?;
    }
    match warnings(&heard).as_slice() {
        [] => Ok(()),
        [first, ..] => bail!("`{}` prints a warning: {first}", line.name()),
    }
}

fn warnings(heard: &[String]) -> Vec<&str> {
    let about_package = heard.iter().take_while(|line| !line.contains(READY)).map(String::as_str);
    about_package.filter(|line| line.contains("[WARN]") || line.contains("warning:")).collect()
}

/// Removes the old package, so that nothing stale is left in the new one.
fn prepare() -> Result<()> {
    let folder = shell::root().join(FOLDER);
    match fs::remove_dir_all(&folder) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => {
            return Err(problem).with_context(|| format!("cannot remove the old package in {}", folder.display()));
        }
        _ => {}
    }
    announce_helper();
    Ok(())
}

/// Says when the build will take long.
fn announce_helper() {
    let has_helper = which("wasm-bindgen").is_ok()
        || wasm_pack_cache().is_some_and(|cache| tools::has_file_starting(&cache, "wasm-bindgen"));
    if !has_helper {
        println!(
            "wasm-pack fetches its helper wasm-bindgen now, or builds it when there is nothing to fetch; \
             that takes about two minutes, this first time only."
        );
    }
}

/// The folder in which wasm-pack keeps its helpers.
fn wasm_pack_cache() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("WASM_PACK_CACHE") {
        return Some(PathBuf::from(folder));
    }
    let caches = if cfg!(windows) {
        PathBuf::from(env::var_os("LOCALAPPDATA")?)
    } else if cfg!(target_os = "macos") {
        env::home_dir()?.join("Library/Caches")
    } else {
        env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cache")))?
    };
    Some(caches.join(".wasm-pack"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_told_from_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let add = |name| fs::write(folder.path().join(name), "").unwrap();
        assert_eq!(Target::of(folder.path()), None);
        add("raft_kv.js");
        assert_eq!(Target::of(folder.path()), None, "a package without its code is none");
        add("raft_kv_bg.wasm");
        assert_eq!(Target::of(folder.path()), Some(Target::Web));
        add("raft_kv_bg.js");
        assert_eq!(Target::of(folder.path()), Some(Target::Bundler));
    }

    #[test]
    fn a_folder_is_as_young_as_its_youngest_file() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, seconds| {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, "").unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            fs::File::options().write(true).open(file).unwrap().set_modified(time).unwrap();
            time
        };
        let (_, last, _) = (write("a.rs", 100), write("deep/er/b.rs", 300), write("c.rs", 200));
        assert_eq!(last_change(folder.path()).unwrap(), last);
        assert!(last_change(&folder.path().join("missing")).unwrap_err().to_string().contains("missing"));
    }

    #[test]
    fn the_sources_are_there() {
        for source in SOURCES {
            assert!(shell::root().join(source).exists(), "{source}");
        }
    }

    #[test]
    fn warnings_are_heard_until_the_package_is_ready() {
        let heard = |lines: &[&str]| lines.iter().map(|line| line.to_string()).collect::<Vec<_>>();
        let quiet = heard(&[
            "[INFO]: Compiling to Wasm...",
            "    Finished `release` profile [optimized] target(s) in 5.85s",
            "[INFO]: Your wasm pkg is ready to publish at pkg.",
            "[WARN]: There's a newer version of wasm-pack available",
        ]);
        assert!(warnings(&quiet).is_empty());
        let loud = heard(&["warning: unused variable: `x`", "[WARN]: \"x\" is an unknown key", "[INFO]: Done"]);
        assert_eq!(warnings(&loud).len(), 2);
    }
}
