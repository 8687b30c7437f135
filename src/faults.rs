//! What goes wrong in a run, and when: the script of the configuration.

use std::fmt;

use crate::process::ProcessId;

/// Something that goes wrong, or is mended, at a given time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The virtual time, in milliseconds since the start. It happens before anything else of that time.
    pub at_ms: u64,
    /// What happens.
    pub what: FaultKind,
}

/// What can go wrong, and be mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// The process stops, and forgets what is not on its disk.
    Crash {
        /// Who.
        target: Target,
        /// How many entries at the end of its log are lost with it, as on a disk that said "written" too early.
        /// Raft does not survive that.
        lost_entries: u32,
    },
    /// The process crashes in the middle of its next step: what it wrote stays, what it wanted to send is never sent.
    CrashMidway(Target),
    /// A crashed process starts again, with what is on its disk.
    Restart(Target),
    /// The process stands still. What comes for it waits, and then comes in a burst.
    Pause(Target),
    /// A paused process goes on.
    Resume(Target),
    /// Processes reach each other only within a group. One may stand in several groups, as a bridge; one that stands in
    /// none keeps all its links. Takes the place of all earlier cuts.
    Partition(Vec<Vec<Target>>),
    /// Messages from one process to another are lost; the other way they still arrive.
    Cut {
        /// The sender.
        from: Target,
        /// The receiver.
        to: Target,
    },
    /// All links work again.
    Heal,
    /// The link from one process to another works again, this way.
    HealLink {
        /// The sender.
        from: Target,
        /// The receiver.
        to: Target,
    },
    /// The election timers of these nodes fire at once.
    Timeout(Vec<Target>),
    /// The clock of the process goes wrong: its timers take this many percent of their time.
    Skew {
        /// Whose clock.
        target: Target,
        /// 100 is right, 50 is twice as fast, 200 half as fast.
        percent: u32,
    },
}

/// Whom a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// This process.
    Process(ProcessId),
    /// The node that leads in the latest term when it happens.
    Leader,
    /// Every node.
    AllNodes,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Process(process) => process.fmt(f),
            Target::Leader => f.write_str("the leader"),
            Target::AllNodes => f.write_str("all nodes"),
        }
    }
}

/// Faults drawn at random, with quiet times in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chaos {
    /// How much goes wrong, 0 (nothing) to 100.
    pub intensity: u32,
    /// When all is mended for good, in milliseconds of virtual time.
    pub until_ms: u64,
}
