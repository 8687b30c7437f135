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

/// The text of one of the page's scenarios.
pub(crate) fn scenario(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("www/scenarios/{name}.toml"));
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()))
}

/// The names of the page's scenarios, in the order of its gallery.
pub(crate) fn scenarios() -> Vec<String> {
    serde_json::from_str(include_str!("../../www/scenarios/list.json")).expect("it is a list of names")
}

/// Does this by hand in the core's run, behind this step.
pub(crate) fn act(run: &mut Emulation, step: u64, sentence: &str) {
    run.seek(step);
    run.act(sentence).unwrap_or_else(|why| panic!("{sentence} behind step {step}: {why}"));
}

/// The core's run with these acts: each is done behind the step beside it.
pub(crate) fn native_with_acts(toml: &str, seed: u64, acts: &[(u64, &str)]) -> Emulation {
    let mut emulation = native(toml, seed);
    for (step, act) in acts {
        self::act(&mut emulation, *step, act);
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
