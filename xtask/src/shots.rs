//! `cargo xtask shots`: the pictures of the page in `www/shots/`.

use crate::drive::drive;
use crate::package::{self, Target};
use crate::shell;
use crate::tools;
use anyhow::{Context, Result, bail};
use clap::Args;

/// So much do the pictures weigh at most, all together, in bytes: everybody who clones the repository takes them along.
const LIMIT: u64 = 600_000;

/// Take the pictures of the page that the documents show
///
/// Installs what is missing first (the WebAssembly target, wasm-pack, Chromium and chromedriver), builds the package and
/// writes each picture of the table in tests/shots.rs to www/shots/. Configurations, seeds and steps are fixed, so a page
/// that looks the same gives the same pictures.
#[derive(Args)]
pub struct Shots {}

impl Shots {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let browser = tools::for_browser()?;
        package::build(Target::Bundler)?;
        drive("cargo test --test shots -- --nocapture", Target::Bundler, &browser)?;
        weigh()
    }
}

fn weigh() -> Result<()> {
    let folder = shell::root().join("www/shots");
    let cannot = || format!("cannot list the folder {}", folder.display());
    let mut weight = 0;
    for entry in folder.read_dir().with_context(cannot)? {
        weight += entry.and_then(|entry| entry.metadata()).with_context(cannot)?.len();
    }
    println!("The pictures in www/shots/ weigh {weight} bytes.");
    if weight > LIMIT {
        bail!("that is more than {LIMIT} bytes: remove a picture, or take a smaller one");
    }
    Ok(())
}
