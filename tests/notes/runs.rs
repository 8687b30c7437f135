//! The runs that the notes are about.

use raft_kv::act_text;
use raft_kv::config::Config;
use raft_kv::emulation::{Emulation, Record};

use crate::course::{Section, folder, read};

/// The run of a scenario of the page, or of a configuration among the notes, before its first step.
pub(crate) fn run(name: &str) -> Emulation {
    let path = match name.strip_suffix(".toml") {
        Some(_) => folder().join(name),
        None => folder().join(format!("../scenarios/{name}.toml")),
    };
    let config = Config::parse(name, &read(path)).unwrap_or_else(|error| panic!("{error}"));
    let seed = config.seed.expect("what is told of a run is told of a seed");
    Emulation::new(config, seed)
}

/// The run of a section.
pub(crate) fn run_of(section: &Section) -> Emulation {
    let name = section.attribute("scenario").or_else(|| section.attribute("config"));
    run(&name.unwrap_or_else(|| panic!("{}: of which run?", section.place)))
}

/// Has this be done by hand.
pub(crate) fn act(emulation: &mut Emulation, sentence: &str) {
    let mut texts = emulation.texts().clone();
    let action = act_text::read(sentence, emulation.config(), &mut texts).unwrap_or_else(|error| panic!("{error}"));
    emulation.perform(&action).unwrap_or_else(|refusal| panic!("{sentence}: {refusal:?}"));
}

/// The lines of the current step, and what was found to be violated in it.
pub(crate) fn lines(emulation: &Emulation) -> Vec<String> {
    let texts = emulation.texts();
    let lines = emulation.happened().iter().map(|record: &Record| record.line(texts).to_string());
    let violations = emulation.state().safety().violations().iter().map(|it| it.line(texts).to_string());
    let here = format!(", step {}:", emulation.now().step_count());
    lines.chain(violations.filter(|line| line.contains(&here))).collect()
}
