//! What the program prints, and the whole run of a configuration of the repository, to compare it with.

use std::path::PathBuf;
use std::process::{Command, Output};

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;

/// Runs the program at the repository's root; returns what it printed, what it said beside it, and its exit code.
pub(crate) fn raft_kv(arguments: &[&str]) -> (String, String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_raft_kv"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    let Output { stdout, stderr, status } = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
    (text(stdout), text(stderr), status.code())
}

/// The run of the configuration in this file, named from the repository's root, at its end.
pub(crate) fn run_of(path: &str, seed: u64) -> Emulation {
    let text = std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)).expect("it is there");
    let mut emulation = Emulation::new(Config::parse(path, &text).expect("it can be run"), seed);
    emulation.run(u64::MAX);
    emulation
}
