//! Whether a run can be repeated: the same configuration and seed again, on another way.

use std::rc::Rc;

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::raft::verdict::{Fact, Property, Violation};
use raft_kv::run::Run;

/// A run before its first step.
pub(super) fn start(config: &Rc<Config>, seed: u64) -> Run {
    Run::new(config.clone(), seed, &mut config.texts.clone())
}

/// The same of a run to which something was done by hand.
pub(super) fn find_difference_with_acts(emulation: &Emulation) -> Option<Violation> {
    let mut again = emulation.clone();
    again.seek(0);
    while again.now().step_count() < emulation.now().step_count() && again.step() {}
    let step = emulation.now().step_count();
    let is_same = again.state().clone() == emulation.state().clone();
    (!is_same).then_some(Violation {
        property: Property::Repeatable,
        step,
        facts: [Fact::SameStart, Fact::DiffersAt(step)],
    })
}

/// Runs again what led to this state, and says where it came out differently, if it did. The second time records are made
/// where the first time may have had none, and a copy goes on from half way: neither may matter.
pub(super) fn find_difference(run: &Run, seed: u64) -> Option<Violation> {
    let config = Rc::new(run.config().clone());
    let steps = run.simulation().step_count();
    let mut again = start(&config, seed);
    let mut records = Vec::new();
    while again.simulation().step_count() < steps && again.step(Some(&mut records)) {
        records.clear();
        if again.simulation().step_count() == steps / 2 {
            again = again.clone();
        }
    }
    // What is left in an outbox is no part of a run, and no part of its clone.
    if again.clone() == run.clone() {
        return None;
    }
    let step = first_difference(&config, seed, steps).unwrap_or(steps);
    Some(Violation { property: Property::Repeatable, step, facts: [Fact::SameStart, Fact::DiffersAt(step)] })
}

/// The first step after which two runs differ, one of which makes records.
fn first_difference(config: &Rc<Config>, seed: u64, steps: u64) -> Option<u64> {
    let (mut one, mut other) = (start(config, seed), start(config, seed));
    (1..=steps).find(|_| one.step(None) != other.step(Some(&mut Vec::new())) || one.clone() != other.clone())
}
