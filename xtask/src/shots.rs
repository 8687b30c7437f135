//! `cargo xtask shots`: the pictures of the page in `www/shots/`.

use crate::drive::drive;
use crate::package::{self, Target};
use crate::shell::Line;
use crate::{palette, shell, tools};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::fs;

const FOLDER: &str = "www/shots";

/// So much do the pictures weigh at most, all together, in bytes: everybody who clones the repository takes them along.
const LIMIT: usize = 600_000;

/// The test of `tests/shots.rs` that takes the pictures.
const TAKING: &str = "every_picture_shows_its_moment";

/// Take the pictures of the page that the documents show
///
/// Installs what is missing first (the WebAssembly target, wasm-pack, Chromium and chromedriver), builds the package and
/// writes each picture of the table in tests/shots.rs to www/shots/. Configurations, seeds and moments are fixed, so a
/// page that looks the same gives the same pictures.
#[derive(Args)]
pub struct Shots {}

impl Shots {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let browser = tools::for_browser()?;
        package::build(Target::Bundler)?;
        let line = Line::new("cargo test --test shots -- --nocapture --exact").arg(TAKING);
        drive(line, Target::Bundler, &browser)?;
        lighten()
    }
}

/// Gives each picture a palette, unless it has become lighter before.
fn lighten() -> Result<()> {
    let folder = shell::root().join(FOLDER);
    let cannot = || format!("cannot list the folder {FOLDER}/");
    let mut weight = 0;
    for entry in folder.read_dir().with_context(cannot)? {
        let file = entry.with_context(cannot)?.path();
        if file.extension().is_none_or(|ending| ending != "png") {
            continue;
        }
        let name = file.display();
        let picture = fs::read(&file).with_context(|| format!("cannot read {name}"))?;
        let lighter = palette::reduce(&picture).with_context(|| format!("cannot lighten {name}"))?;
        weight += lighter.len().min(picture.len());
        if lighter.len() < picture.len() {
            fs::write(&file, lighter).with_context(|| format!("cannot write {name}"))?;
        }
    }
    println!("The pictures in {FOLDER}/ weigh {weight} bytes.");
    if weight > LIMIT {
        bail!("that is more than {LIMIT} bytes: take a picture less, or a smaller one");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_that_takes_the_pictures_is_there() {
        let tests = fs::read_to_string(shell::root().join("tests/shots.rs")).unwrap();
        assert!(tests.contains(&format!("#[test]\nfn {TAKING}() {{")));
    }
}
