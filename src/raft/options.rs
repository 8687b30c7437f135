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

impl Options {
    /// Why a rule that is taken away is never applied anyway, or does no harm.
    pub fn idle_rule(&self) -> Option<&'static str> {
        let &Options { timing, read_index, rules, .. } = self;
        let reads_without_entries = timing.is_some() && read_index;
        if !rules.confirm_before_reading && !reads_without_entries {
            Some("a leader confirms before it reads only with [timers], and read_index = true in [raft]")
        } else if !rules.verify_commit_notification && timing.is_some() {
            Some("with [timers] there are no CommitNotifications to verify: the commit index travels in AppendEntries")
        } else if !rules.step_down_on_higher_term {
            Some("without step_down_on_higher_term nothing becomes wrong, only slow: a deposed leader leads on in vain")
        } else {
            None
        }
    }
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
