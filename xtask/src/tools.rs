//! What the commands need on the machine. Each function leaves alone what is there and sets up what is missing,
//! after one line saying what it installs and why.

use crate::shell::Line;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use which::which;

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const CHROMIUM_NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const DEBIAN_PACKAGES: &str = "chromium chromium-driver";
const UBUNTU_PACKAGES: &str = "chromium-browser chromium-chromedriver";

/// A browser and the driver that steers it.
pub struct Browser {
    /// The browser's program.
    pub chromium: PathBuf,
    /// The WebDriver server's program.
    pub chromedriver: PathBuf,
}

/// What building the page needs: the WebAssembly target and wasm-pack.
pub fn for_page() -> Result<()> {
    wasm_target()?;
    wasm_pack()
}

/// What looking at the page in a browser needs: all of the page's tools, and a browser.
pub fn for_browser() -> Result<Browser> {
    for_page()?;
    browser()
}

/// What testing needs: the page in a browser, rustfmt and clippy.
pub fn for_tests() -> Result<Browser> {
    component("rustfmt", "cargo fmt --version", "checks the code's layout")?;
    component("clippy", "cargo clippy --version", "checks the code for mistakes")?;
    for_browser()
}

fn wasm_target() -> Result<()> {
    let folder = Line::new("rustc --print target-libdir --target").arg(WASM_TARGET).output();
    if folder.is_some_and(|folder| has_file_starting(Path::new(&folder), "libcore")) {
        return Ok(());
    }
    if which("rustup").is_err() {
        bail!(
            "the {WASM_TARGET} target is missing, and there is no rustup to install it; install the target where \
             Rust came from (on Debian: `sudo apt-get install libstd-rust-dev-wasm32`), or rustup (https://rustup.rs)"
        );
    }
    println!("Installing the {WASM_TARGET} target (the page runs the Rust code as WebAssembly).");
    Line::new("rustup target add").arg(WASM_TARGET).run()
}

fn wasm_pack() -> Result<()> {
    if which("wasm-pack").is_ok() {
        return Ok(());
    }
    println!("Installing wasm-pack (builds the page's WebAssembly package); this takes about two minutes.");
    Line::new("cargo install wasm-pack --locked").run()?;
    if which("wasm-pack").is_err() {
        bail!(
            "wasm-pack is installed now, but cargo's folder for programs (usually ~/.cargo/bin) is not in PATH; \
             add it and run this again"
        );
    }
    Ok(())
}

fn component(name: &str, check: &str, purpose: &str) -> Result<()> {
    if Line::new(check).succeeds() {
        return Ok(());
    }
    if which("rustup").is_err() {
        bail!("{name} is missing, and there is no rustup to install it; install it where Rust came from");
    }
    println!("Installing {name} ({purpose}).");
    Line::new("rustup component add").arg(name).run()
}

fn browser() -> Result<Browser> {
    if let Some(browser) = find_browser() {
        return Ok(browser);
    }
    let Some(apt_get) = apt_get() else { bail!(install_by_hand("are not both in PATH", DEBIAN_PACKAGES)) };

    println!("Installing Chromium and chromedriver (to run the page in a real browser).");
    if let Err(problem) = Line::new(&format!("{apt_get} update")).run() {
        // One unreachable source of many fails the whole update; the package may well come from another.
        println!("{problem:#}; going on with the package lists as they are.");
    }
    if Line::new("apt-cache show").args(DEBIAN_PACKAGES.split(' ')).output().is_none_or(|shown| shown.is_empty()) {
        bail!(install_by_hand(&format!("are missing, and apt-get has no {DEBIAN_PACKAGES}"), UBUNTU_PACKAGES));
    }
    Line::new(&format!("{apt_get} install -y --no-install-recommends {DEBIAN_PACKAGES}"))
        .run()
        .with_context(|| install_by_hand("cannot be installed", DEBIAN_PACKAGES))?;
    find_browser().with_context(|| install_by_hand("are installed, but not both in PATH", DEBIAN_PACKAGES))
}

fn find_browser() -> Option<Browser> {
    let chromium = CHROMIUM_NAMES.into_iter().find_map(|name| which(name).ok())?;
    Some(Browser { chromium, chromedriver: which("chromedriver").ok()? })
}

/// How to call apt-get without being asked for a password, where that is possible.
fn apt_get() -> Option<&'static str> {
    which("apt-get").ok()?;
    if Line::new("id -u").output().is_some_and(|id| id == "0") {
        return Some("apt-get");
    }
    Line::new("sudo -n true").succeeds().then_some("sudo -n apt-get")
}

fn install_by_hand(state: &str, packages: &str) -> String {
    format!(
        "Chromium and chromedriver {state}; install both and run this again \
         (here or on a similar system: `sudo apt-get install {packages}`)"
    )
}

/// Whether the folder is there and holds a file whose name starts so.
pub fn has_file_starting(folder: &Path, start: &str) -> bool {
    let Ok(entries) = folder.read_dir() else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_how_its_name_starts() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_file_starting(folder.path(), "libcore"));
        std::fs::write(folder.path().join("libcore-0123.rlib"), "").unwrap();
        assert!(has_file_starting(folder.path(), "libcore"));
        assert!(!has_file_starting(folder.path(), "libstd"));
        assert!(!has_file_starting(&folder.path().join("missing"), "libcore"));
    }

    #[test]
    fn the_way_out_is_one_line_to_run() {
        let sentence = install_by_hand("are not both in PATH", DEBIAN_PACKAGES);
        assert!(sentence.contains("`sudo apt-get install chromium chromium-driver`"), "{sentence}");
    }
}
