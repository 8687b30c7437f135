//! What can be chosen of the protocol.

use super::rules::Rules;

/// How Raft runs here. The default is the failure-free gear, with every rule in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Options {
    /// Timeouts and heartbeats. With them nodes call all peers at once and go on when a majority has answered: full Raft.
    /// Without them nothing is expected to fail.
    pub timing: Option<Timing>,
    /// Whether a leader begins its term with an entry that does nothing, so that what earlier terms left behind can be
    /// committed at once (§8). Full Raft only.
    pub no_op: bool,
    /// Whether a node asks if it could win before it stands for election (§9.6 of the dissertation). Full Raft only.
    pub pre_vote: bool,
    /// Whether a leader answers reads without an entry, after a majority has confirmed that it still leads (§8). Full Raft
    /// only.
    pub read_index: bool,
    /// How many entries an AppendEntries carries at most, at least 1.
    pub max_entries_per_append: u32,
    /// The rules in force.
    pub rules: Rules,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            timing: None,
            no_op: true,
            pre_vote: false,
            read_index: false,
            max_entries_per_append: 64,
            rules: Rules::default(),
        }
    }
}

/// How long is waited, in milliseconds of virtual time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timing {
    /// The shortest and the longest time after which a follower that hears from nobody stands for election (§5.2). Each
    /// wait is drawn anew.
    pub election_timeout_ms: (u32, u32),
    /// How often a leader that has nothing to say says so (§5.2).
    pub heartbeat_ms: u32,
    /// After what time a client that has no answer asks another node.
    pub client_timeout_ms: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Timing { election_timeout_ms: (150, 300), heartbeat_ms: 50, client_timeout_ms: 400 }
    }
}
