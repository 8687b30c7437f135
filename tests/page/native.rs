//! What the native program makes of the same run, to compare the page with.

use std::fs;
use std::path::Path;
use std::process::Command;

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;

/// What the native program prints for this configuration and seed.
pub(crate) fn native_trace(name: &str, toml: &str, seed: u64) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("page {name}.toml"));
    fs::write(&file, toml).unwrap_or_else(|error| panic!("{} cannot be written: {error}", file.display()));
    let mut program = Command::new(env!("CARGO_BIN_EXE_raft_kv"));
    let output = program.arg(&file).args(["--seed", &seed.to_string()]).output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("a trace is UTF-8")
}

/// The run of this configuration in the core itself.
pub(crate) fn native(toml: &str, seed: u64) -> Emulation {
    let config = Config::parse("config.toml", toml).unwrap_or_else(|error| panic!("{error}"));
    Emulation::new(config, seed)
}

/// The core's run with these acts: each is done behind the step beside it.
pub(crate) fn native_with_acts(toml: &str, seed: u64, acts: &[(u64, &str)]) -> Emulation {
    let mut emulation = native(toml, seed);
    for (step, act) in acts {
        emulation.seek(*step);
        emulation.act(act).unwrap_or_else(|refusal| panic!("{act} behind step {step}: {refusal}"));
    }
    emulation
}

/// All lines of a run up to this step.
pub(crate) fn trace_up_to(emulation: &mut Emulation, step: u64) -> String {
    emulation.seek(0);
    let mut trace = String::new();
    while emulation.now().step_count() < step && emulation.step() {
        for record in emulation.happened() {
            trace += &format!("{}\n", record.line(emulation.texts()));
        }
    }
    trace
}

/// The first step from this one on whose lines contain this text.
pub(crate) fn step_of(emulation: &mut Emulation, text: &str, from: u64) -> u64 {
    emulation.seek(from.saturating_sub(1));
    while emulation.step() {
        if emulation.happened().iter().any(|record| record.line(emulation.texts()).to_string().contains(text)) {
            return emulation.now().step_count();
        }
    }
    panic!("no line from step {from} on contains {text}");
}

/// Compares two traces byte for byte, and tells the first line that differs.
#[track_caller]
pub(crate) fn assert_same_trace(page: &str, expected: &str) {
    if page != expected {
        let (here, there): (Vec<&str>, Vec<&str>) = (page.split('\n').collect(), expected.split('\n').collect());
        let place = here.iter().zip(&there).take_while(|(here, there)| here == there).count();
        let (counts, place_from_1) = ((here.len(), there.len()), place + 1);
        panic!("line {place_from_1} of {counts:?}: {:?}, expected {:?}", here.get(place), there.get(place));
    }
}
