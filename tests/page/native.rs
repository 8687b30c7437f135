//! The same run in the native core, to compare with.

use std::fs;
use std::path::Path;

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;

/// The run of this configuration, before its first step.
pub(crate) fn run_of(toml: &str, seed: u64) -> Emulation {
    let config = Config::parse("config.toml", toml).unwrap_or_else(|error| panic!("it can be run: {error}"));
    Emulation::new(config, seed)
}

/// The text of one of the page's scenarios.
pub(crate) fn scenario(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("www/scenarios/{name}.toml"));
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()))
}

/// The names of the page's scenarios, in the order of its gallery.
pub(crate) fn scenarios() -> Vec<String> {
    serde_json::from_str(include_str!("../../www/scenarios/list.json")).expect("it is a list of names")
}

/// What is done by hand in a native run: behind this step, this.
pub(crate) fn act(run: &mut Emulation, step: u64, sentence: &str) {
    run.seek(step);
    run.act(sentence).unwrap_or_else(|why| panic!("{sentence} behind step {step}: {why}"));
}

/// All lines of a run up to its end, from a place on; the first is 0. The run stays where it is.
pub(crate) fn lines_from(run: &Emulation, place: u64) -> Vec<String> {
    let mut copy = run.clone();
    copy.run(u64::MAX);
    lines(&mut copy, place, u64::MAX)
}

/// The lines of a run up to the step where it stands.
pub(crate) fn lines_so_far(run: &Emulation) -> Vec<String> {
    let end = run.now().record_count();
    lines(&mut run.clone(), 0, end)
}

fn lines(run: &mut Emulation, start: u64, end: u64) -> Vec<String> {
    const AT_ONCE: u64 = 1000;
    let mut lines = Vec::new();
    let mut place = start;
    loop {
        let some = run.lines(place..end.min(place + AT_ONCE), |_, record, texts| record.line(texts).to_string());
        if some.is_empty() {
            return lines;
        }
        place += some.len() as u64;
        lines.extend(some);
    }
}

/// Compares two lists of lines, and tells the first one that differs.
#[track_caller]
pub(crate) fn assert_same_lines(shown: &[String], native: &[String], what: &str) {
    let place = shown.iter().zip(native).take_while(|(one, other)| one == other).count();
    let is_same = place == shown.len() && place == native.len();
    let counts = (shown.len(), native.len());
    assert!(is_same, "{what}, line {place} of {counts:?}: {:?}, natively {:?}", shown.get(place), native.get(place));
}
