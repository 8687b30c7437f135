//! What sentences rest on: rules that a run may do without (see [`Rules`](crate::raft::rules::Rules)).

use crate::raft::node::Node;

/// What is said where a node does what a rule forbids.
pub(super) const RULE_IS_MISSING: &str = "The rule that forbids this is taken away in this run.";

/// That a term has one leader at most rests on these (§5.2).
pub(super) const ONE_LEADER: &[&str] =
    &["one_vote_per_term", "majority_quorum", "vote_is_durable", "term_is_durable", "count_current_votes_only"];

/// That equal entries have equal pasts rests on these (§5.3).
pub(super) const EQUAL_LOGS: &[&str] = &[
    "check_previous_entry",
    "cut_conflicting_tail",
    "refuse_stale_entries",
    "one_vote_per_term",
    "majority_quorum",
    "vote_is_durable",
    "term_is_durable",
    "count_current_votes_only",
];

/// That every leader to come has what is committed rests on these (§5.4.3): all that do not concern followers' and clients'
/// knowledge alone.
pub(super) const NOTHING_IS_LOST: &[&str] = &[
    "commit_own_term_only",
    "vote_is_durable",
    "term_is_durable",
    "log_is_durable",
    "truncate_only_on_conflict",
    "cut_conflicting_tail",
    "acknowledge_compared_only",
    "vote_for_up_to_date_only",
    "count_current_votes_only",
    "one_vote_per_term",
    "majority_quorum",
    "refuse_stale_entries",
    "check_previous_entry",
    "count_current_acks_only",
    "step_down_on_higher_term",
];

/// What follows from these rules: the sentence that says so, or, where some are taken away, that what it says is not certain.
/// `that` is the same behind "that".
#[inline(never)]
pub(super) fn given(node: &Node, rules: &[&str], sentence: &str, that: &str) -> String {
    let gone = node.rules().taken_away().filter(|name| rules.contains(name)).collect::<Vec<_>>();
    let (names, are) = match gone.as_slice() {
        [] => return sentence.to_owned(),
        [name] => ((*name).to_owned(), "the rule that is taken away here"),
        names => (names.join(", "), "the rules that are taken away here"),
    };
    format!("That {that} is not certain: it rests on {are} ({names}).")
}
