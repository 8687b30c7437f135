//! `cargo xtask standalone`: one HTML file with one emulation and all that it takes. [`modules`] makes its scripts ready to
//! find each other without addresses, [`archive`] packs them with styles and code, [`page`] is what stands around it.
//!
//! Opened as a file, or in a sandboxed frame, a page cannot load anything, not even what lies beside it. So the scripts are
//! unpacked within the page and become modules at `data:` addresses, which an import map gives names. What does this stands
//! in `standalone/*.js`, together with the module of assets that takes everything from the archive.

mod archive;
mod modules;
mod page;

use crate::package;
use crate::shell;
use anyhow::{Context, Result, ensure};
use clap::Args;
use page::Page;
use raft_kv::config::Config;
use raft_kv::saved::is_saved;
use std::fs;
use std::path::{Path, PathBuf};

/// So much may the file weigh, in bytes: what goes into a mail, or into the text of a course page.
pub const LIMIT: usize = 300_000;

const CONFIG: &str = "config.toml";
const OUT: &str = "raft-kv.html";

/// Write one HTML file with an emulation and all that it takes
///
/// The file runs by double click, offline, from a mail's attachment, and in a sandboxed frame (sandbox="allow-scripts").
/// It shows one configuration, a scenario with its title and text, in all views and with all controls. It may weigh 300 KB
/// (1 KB = 1000 bytes) at most; above, the command fails. The code in it is built small rather than fast, in the build's
/// own folder: pkg/ stays as it is.
#[derive(Args)]
pub struct Standalone {
    /// What runs: a configuration, or a scenario of www/scenarios; `config.toml` of the repository unless told
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The file to write
    #[arg(long, value_name = "FILE", default_value = OUT)]
    out: PathBuf,

    /// Where a laboratory is that "Open in the laboratory" leads to; without it, there is no such link
    #[arg(long, value_name = "URL")]
    laboratory: Option<String>,
}

impl Standalone {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let own = shell::root().join(CONFIG);
        let file = self.config.as_deref().unwrap_or(&own);
        assert_other(file, &self.out)?;
        let config = read(file)?;
        for warning in &config.warnings {
            eprintln!("warning: {warning}");
        }
        package::freshen_small()?;
        let text = write(&config, self.laboratory.as_deref())?;
        fs::write(&self.out, &text).with_context(|| format!("cannot write {}", self.out.display()))?;
        println!("{} runs {} and weighs {} of {LIMIT} bytes.", self.out.display(), file.display(), text.len());
        println!("Open it by double click, send it, or put it into a frame with sandbox=\"allow-scripts\".");
        Ok(())
    }
}

/// What a file with the usual configuration weighs, in bytes.
pub fn weigh() -> Result<usize> {
    package::freshen_small()?;
    Ok(write(&read(&shell::root().join(CONFIG))?, None)?.len())
}

/// Fails if the file to write is the configuration.
fn assert_other(config: &Path, out: &Path) -> Result<()> {
    let is_same = matches!((config.canonicalize(), out.canonicalize()), (Ok(config), Ok(out)) if config == out);
    ensure!(!is_same, "{} is the configuration, and would be overwritten: name another file with --out", out.display());
    Ok(())
}

/// The configuration in this file.
fn read(file: &Path) -> Result<Config> {
    let name = file.file_name().map_or_else(|| CONFIG.to_owned(), |name| name.to_string_lossy().into_owned());
    let bytes = fs::read(file).with_context(|| format!("cannot read the configuration {}", file.display()))?;
    ensure!(
        !str::from_utf8(&bytes).is_ok_and(is_saved),
        "{} is a saved run, and a single file runs a configuration: name the one that it was saved from",
        file.display()
    );
    Ok(Config::parse_bytes(&name, &bytes)?)
}

/// The whole file that runs this configuration, from the small package as it is.
fn write(config: &Config, laboratory: Option<&str>) -> Result<String> {
    let files = modules::files(&shell::root(), &package::small_folder(), laboratory)?;
    let opener = modules::opener()?;
    let page =
        Page { config, modules: &modules::import_map(&files)?, opener: &opener, archive: &archive::letters(&files)? };
    let text = page.write()?;
    ensure!(
        text.len() <= LIMIT,
        "the file would weigh {} bytes, above the limit of {LIMIT}; {} of them are the configuration",
        text.len(),
        config.text.len()
    );
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_not_overwritten_and_a_saved_run_is_told_for_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let [config, saved] = ["mine.toml", "run.toml"].map(|name| folder.path().join(name));
        fs::write(&config, "seed = 7").unwrap();
        fs::write(&saved, "engine = 1\n[config]\n").unwrap();
        let problem = assert_other(&config, &folder.path().join("./mine.toml")).unwrap_err().to_string();
        assert!(problem.contains("would be overwritten"), "{problem}");
        assert!(assert_other(&config, &folder.path().join("new.html")).is_ok());
        assert_eq!(read(&config).unwrap().seed, Some(7));
        let problem = read(&saved).unwrap_err().to_string();
        assert!(problem.contains("run.toml is a saved run"), "{problem}");
    }
}
