//! Saved runs: opened in place of a configuration, and written.

use std::fs;
use std::path::Path;

use raft_kv::emulation::Emulation;
use raft_kv::saved::SavedError;

use super::Failure;
use super::numbers::{Count, Grouped};

/// The run of this text, before its first step: what was done to it by hand will be done again.
pub(super) fn open(file: &Path, text: &str) -> Result<Emulation, Failure> {
    let file = file.display();
    let mut emulation = Emulation::open(text).map_err(|error| {
        Failure::Input(match error {
            SavedError::Config(error) => format!("the configuration in the saved run {file} cannot be run: {error}"),
            SavedError::Other(sentence) => format!("{file}: {sentence}"),
        })
    })?;
    for warning in &emulation.config().warnings {
        eprintln!("warning: {warning}");
    }
    let (acts, step) = (Count(emulation.acts().count() as u64, "act"), Grouped(emulation.now().step_count()));
    eprintln!("a saved run with {acts}, saved at step {step}");
    emulation.seek(0);
    Ok(emulation)
}

/// Writes the run as it stands now.
pub(super) fn write(file: &Path, emulation: &Emulation) -> Result<(), Failure> {
    let text = emulation.saved();
    // So that nobody learns later that it was in vain: it may be too long, or go beyond its configuration.
    Emulation::open(&text).map_err(|why| Failure::Run(format!("the run cannot be saved: {why}")))?;
    fs::write(file, text).map_err(|error| Failure::Run(format!("{} cannot be written: {error}", file.display())))
}
