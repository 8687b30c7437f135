//! `cargo xtask pictures`: the pictures of the notes in `www/notes/pictures/`.

use crate::shell::Line;
use anyhow::Result;
use clap::Args;

/// The test of `tests/notes_pictures.rs` that draws when it is told to.
const DRAWING: &str = "each_picture_is_what_is_drawn_now";

/// Draw the pictures that stand in the notes where nothing runs: on paper, without scripts, while loading
///
/// Each is a stretch of a run as `raft_kv draw` draws it, and is written to www/notes/pictures/. Which stretches, says the
/// table in tests/notes_pictures.rs; when one of them looks different now, `cargo test` says so.
#[derive(Args)]
pub struct Pictures {}

impl Pictures {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        Line::new("cargo test --test notes_pictures -- --exact").arg(DRAWING).env("RAFT_KV_DRAW", "1").run()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;

    #[test]
    fn the_test_that_draws_is_there() {
        let tests = std::fs::read_to_string(shell::root().join("tests/notes_pictures.rs")).unwrap();
        assert!(tests.contains(&format!("#[test]\nfn {DRAWING}() {{")) && tests.contains("\"RAFT_KV_DRAW\""));
    }
}
