//! The rules that Raft's safety rests on, each with a switch: take one away, and see what it is for.
//!
//! All are in force unless a reader asks otherwise. The node asks for each at the one place where it applies it.

/// Which rules are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rules {
    /// A leader commits by counting only entries of its own term (§5.4.2, Figure 8).
    pub commit_own_term_only: bool,
    /// `voted_for` survives a crash (Figure 2).
    pub vote_is_durable: bool,
    /// `current_term` survives a crash (Figure 2).
    pub term_is_durable: bool,
    /// The log survives a crash (Figure 2).
    pub log_is_durable: bool,
    /// Entries are cut only where they conflict: an old AppendEntries cuts nothing (AppendEntries RPC, rule 3).
    pub truncate_only_on_conflict: bool,
    /// All entries behind a conflict are cut with it (AppendEntries RPC, rule 3).
    pub cut_conflicting_tail: bool,
    /// A follower commits up to the last new entry at most (AppendEntries RPC, rule 5).
    pub clamp_commit_to_new_entries: bool,
    /// A follower acknowledges what it compared with the leader's, not the end of its own log.
    pub acknowledge_compared_only: bool,
    /// A vote goes only to a candidate whose log is at least as up-to-date (§5.4.1).
    pub vote_for_up_to_date_only: bool,
    /// A candidate counts only votes of its current term (§5.2).
    pub count_current_votes_only: bool,
    /// A node has one vote a term (§5.2).
    pub one_vote_per_term: bool,
    /// A decision takes a majority (§5.2); without this rule, half of the nodes suffice.
    pub majority_quorum: bool,
    /// AppendEntries of an old term are refused (AppendEntries RPC, rule 1).
    pub refuse_stale_entries: bool,
    /// AppendEntries are refused if the entry before them is missing (AppendEntries RPC, rule 2).
    pub check_previous_entry: bool,
    /// A leader counts only acknowledgements of its current term.
    pub count_current_acks_only: bool,
    /// Whoever sees a higher term in an answer follows (§5.1).
    pub step_down_on_higher_term: bool,
    /// A CommitNotification is believed only if its entry is in the log.
    pub verify_commit_notification: bool,
    /// A request that is repeated is answered from memory (§8).
    pub recognise_repeated_requests: bool,
    /// A leader answers a read only after a majority has confirmed it (§8). Without this rule, it reads its own store.
    pub confirm_before_reading: bool,
}

impl Rules {
    /// Every rule in force.
    pub const ALL: Rules = Rules {
        commit_own_term_only: true,
        vote_is_durable: true,
        term_is_durable: true,
        log_is_durable: true,
        truncate_only_on_conflict: true,
        cut_conflicting_tail: true,
        clamp_commit_to_new_entries: true,
        acknowledge_compared_only: true,
        vote_for_up_to_date_only: true,
        count_current_votes_only: true,
        one_vote_per_term: true,
        majority_quorum: true,
        refuse_stale_entries: true,
        check_previous_entry: true,
        count_current_acks_only: true,
        step_down_on_higher_term: true,
        verify_commit_notification: true,
        recognise_repeated_requests: true,
        confirm_before_reading: true,
    };
}

impl Default for Rules {
    fn default() -> Self {
        Rules::ALL
    }
}
