//! What a run can be taken on to, instead of a step of a given number.

use crate::emulation::Emulation;
use crate::raft::Event;
use crate::trace::Happening;

/// What a run is taken on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// A node stands for election.
    Election,
    /// A node becomes the leader.
    Leader,
    /// A leader commits more than before.
    Commit,
    /// A client hears an answer.
    Reply,
    /// A property does not hold that held before.
    Violation,
}

/// All goals by name.
const GOALS: [(&str, Goal); 5] = [
    ("election", Goal::Election),
    ("leader", Goal::Leader),
    ("commit", Goal::Commit),
    ("reply", Goal::Reply),
    ("violation", Goal::Violation),
];

impl Goal {
    /// The goal of this name: `election`, `leader`, `commit`, `reply`, `violation`.
    pub fn named(name: &str) -> Option<Goal> {
        GOALS.iter().find(|(known, _)| *known == name).map(|&(_, goal)| goal)
    }
}

impl Emulation {
    /// On until this happens, at most so many steps. Returns how many there were, and whether it happened in the last of
    /// them; if not, and there were fewer than allowed, the run is over.
    pub fn run_until(&mut self, goal: Goal, steps: u64) -> (u64, bool) {
        let violations = self.state().safety().violations().len();
        for taken in 0..steps {
            let is_taken = if taken + 1 < steps { self.step() } else { self.step_to_be_seen() };
            if !is_taken {
                return (taken, false);
            }
            if self.has_reached(goal, violations) {
                return (taken + 1, true);
            }
        }
        (steps, false)
    }

    fn has_reached(&self, goal: Goal, violations: usize) -> bool {
        let says = |is_meant: fn(&Event) -> bool| {
            self.happened().iter().any(|record| matches!(&record.event, Happening::Said(event) if is_meant(event)))
        };
        match goal {
            Goal::Election => says(|event| matches!(event, Event::StartingElection { .. })),
            Goal::Leader => says(|event| matches!(event, Event::BecameLeader { .. })),
            // Said whenever a leader's commit index grows, and by leaders only.
            Goal::Commit => says(|event| matches!(event, Event::Replicated { .. })),
            Goal::Reply => says(|event| matches!(event, Event::Answered { .. })),
            Goal::Violation => self.state().safety().violations().len() > violations,
        }
    }
}
