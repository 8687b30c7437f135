//! Why of crashes: what is on a disk, and what is not (§5.5, Figure 2).

use super::premises::RULE_IS_MISSING;
use super::words::{count, end_of};
use super::{Reason, by};
use crate::raft::node::Node;

/// What stays of a node that stops, and what it forgets.
#[cold]
pub fn why_crashed(was: &Node, is: &Node) -> Reason {
    let lost = was.log().last_index().saturating_sub(is.log().last_index());
    let rules = is.rules();
    let vote = match is.persistent().voted_for {
        _ if !rules.vote_is_durable => "not its vote, as that rule is taken away".to_owned(),
        Some(voted_for) => format!("its vote for node {voted_for}"),
        None => "that it has not voted in it".to_owned(),
    };
    let term = if rules.term_is_durable { "its term" } else { "not its term, as that rule is taken away, but term" };
    let disk = if lost > 0 && !rules.log_is_durable {
        format!(" Its log, {}, is not on its disk. {RULE_IS_MISSING}", count(lost, "entry", "entries"))
    } else if lost > 0 {
        format!(
            " Its disk did not keep its word: {} of the log are gone, which Raft does not survive.",
            count(lost, "entry", "entries")
        )
    } else {
        String::new()
    };
    by(
        "§5.5",
        format!(
            "It keeps what is on its disk: {term} {}, {vote}, and its log, which {}. It forgets its role, how far \
             the log is committed, and its store, which can be made again from the log.{disk}",
            is.current_term(),
            end_of(is.log())
        ),
    )
}

/// With what a node starts again.
#[cold]
pub fn why_restarted(is: &Node) -> Reason {
    by(
        "§5.5",
        format!(
            "It begins as a follower with what is on its disk: term {} and its log, which {}. It learns from a leader \
             how far that is committed, and applies it anew.",
            is.current_term(),
            end_of(is.log())
        ),
    )
}
