//! Why of crashes: what is on a disk, and what is not (§5.5, Figure 2).

use super::words::{count, end_of};
use super::{Reason, by};
use crate::raft::node::Node;
use crate::raft::rules::Rules;

/// What stays of a node that stops, and what it forgets. In the middle of a step, it has written, but not sent.
#[cold]
pub fn why_crashed(was: &Node, is: &Node, is_midway: bool, rules: Rules) -> Reason {
    let lost = was.log().last_index().saturating_sub(is.log().last_index());
    let vote = match is.persistent().voted_for {
        Some(voted_for) => format!("its vote for node {voted_for}"),
        None => "no vote in it".to_owned(),
    };
    let keeps = if rules.term_is_durable && rules.vote_is_durable && rules.log_is_durable {
        "It keeps what is on its disk:"
    } else {
        "A rule about what must be on its disk is taken away in this run. It is left with"
    };
    let disk = if is_midway {
        " It was in the middle of a step: what it wrote stays, what it wanted to send is never sent.".to_owned()
    } else if lost > 0 && rules.log_is_durable {
        let lost = count(lost, "entry is", "entries are");
        format!(" Its disk did not keep its word: {lost} gone from the log, which Raft does not reckon with.")
    } else {
        String::new()
    };
    by(
        "§5.5",
        format!(
            "{keeps} its term {}, {vote}, and its log, which {}. It forgets its role, how far the log is committed, \
             and its store, which is made again from the log.{disk}",
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
            "It begins as a follower with what is on its disk: term {} and its log, which {}. It has to learn anew how \
             far that is committed, to apply it.",
            is.current_term(),
            end_of(is.log())
        ),
    )
}
