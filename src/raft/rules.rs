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

/// The switch of a rule.
type Switch = fn(&mut Rules) -> &mut bool;

/// The rules by name, in the order of [`Rules`].
static SWITCHES: [(&str, Switch); 19] = [
    ("commit_own_term_only", |rules| &mut rules.commit_own_term_only),
    ("vote_is_durable", |rules| &mut rules.vote_is_durable),
    ("term_is_durable", |rules| &mut rules.term_is_durable),
    ("log_is_durable", |rules| &mut rules.log_is_durable),
    ("truncate_only_on_conflict", |rules| &mut rules.truncate_only_on_conflict),
    ("cut_conflicting_tail", |rules| &mut rules.cut_conflicting_tail),
    ("clamp_commit_to_new_entries", |rules| &mut rules.clamp_commit_to_new_entries),
    ("acknowledge_compared_only", |rules| &mut rules.acknowledge_compared_only),
    ("vote_for_up_to_date_only", |rules| &mut rules.vote_for_up_to_date_only),
    ("count_current_votes_only", |rules| &mut rules.count_current_votes_only),
    ("one_vote_per_term", |rules| &mut rules.one_vote_per_term),
    ("majority_quorum", |rules| &mut rules.majority_quorum),
    ("refuse_stale_entries", |rules| &mut rules.refuse_stale_entries),
    ("check_previous_entry", |rules| &mut rules.check_previous_entry),
    ("count_current_acks_only", |rules| &mut rules.count_current_acks_only),
    ("step_down_on_higher_term", |rules| &mut rules.step_down_on_higher_term),
    ("verify_commit_notification", |rules| &mut rules.verify_commit_notification),
    ("recognise_repeated_requests", |rules| &mut rules.recognise_repeated_requests),
    ("confirm_before_reading", |rules| &mut rules.confirm_before_reading),
];

impl Rules {
    /// The names of all rules.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SWITCHES.iter().map(|(name, _)| *name)
    }

    /// Takes the rule of this name away. Returns false, and does nothing, if there is none.
    pub fn take_away(&mut self, name: &str) -> bool {
        let switch = SWITCHES.iter().find(|(known, _)| *known == name);
        switch.map(|(_, switch)| *switch(self) = false).is_some()
    }

    /// The names of the rules that are not in force.
    pub fn taken_away(mut self) -> impl Iterator<Item = &'static str> {
        SWITCHES.iter().filter(move |(_, switch)| !*switch(&mut self)).map(|(name, _)| *name)
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_and_every_name_its_own_rule() {
        let mut rules = Rules::ALL;
        for (place, name) in Rules::names().enumerate() {
            assert!(format!("{rules:?}").contains(&format!("{name}: true")), "{name} is taken away once");
            assert!(rules.take_away(name));
            assert!(format!("{rules:?}").contains(&format!("{name}: false")), "{name} is what is taken away");
            assert!(rules.taken_away().eq(Rules::names().take(place + 1)));
        }
        assert!(!format!("{rules:?}").contains("true"), "no rule is forgotten: {rules:?}");
        assert!(!rules.take_away("luck"));
    }
}
