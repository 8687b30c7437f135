//! `cargo xtask pictures`: the pictures of the notes in `www/notes/pictures/`.

use crate::shell::Line;
use anyhow::Result;
use clap::Args;

/// Draw the pictures that stand in the notes where nothing runs: on paper, without scripts, while loading
///
/// Each is a stretch of a run as `raft_kv draw` draws it, and is written to www/notes/pictures/. Which stretches, says the
/// table in tests/notes_pictures.rs; when one of them looks different now, `cargo test` says so.
#[derive(Args)]
pub struct Pictures {}

impl Pictures {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        Line::new("cargo test --test notes_pictures each_picture_is_what_is_drawn_now").env("RAFT_KV_DRAW", "1").run()
    }
}
