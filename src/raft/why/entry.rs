//! Where an entry stands: who has it, and whether it is committed, or why not yet.

use super::premises::{NOTHING_IS_LOST, given};
use super::replication::{holders, standing};
use super::words::{command, end_of, nodes};
use super::{Cast, Reason, by, plain};
use crate::kv::Texts;
use crate::raft::log::{Entry, Index};
use crate::raft::message::NodeId;
use crate::raft::node::Node;

/// What is asked of an entry.
#[derive(Debug, Clone, Copy)]
pub struct Inquiry<'a> {
    /// The strings of the run.
    pub texts: &'a Texts,
    /// Everybody now.
    pub now: Cast<'a>,
    /// The node that leads in the latest term and runs, if one does.
    pub leader: Option<&'a Node>,
    /// Where it stands.
    pub index: Index,
    /// What a leader has committed there, if one has.
    pub committed: Option<Entry>,
}

impl<'a> Inquiry<'a> {
    /// What there is to say of the entry in the leader's log; if nobody leads, in the most up-to-date one.
    #[cold]
    pub fn answer(&self) -> Reason {
        let log_of = self.leader.or_else(|| self.most_up_to_date());
        match log_of.and_then(|node| node.log().get(self.index)) {
            Some(entry) => self.stands(entry),
            None => self.is_missing(log_of),
        }
    }

    fn all(&self) -> impl Iterator<Item = &'a Node> {
        let now = self.now;
        (1..=now.nodes.len() as NodeId).map(move |id| now.node(id))
    }

    fn most_up_to_date(&self) -> Option<&'a Node> {
        self.all().max_by_key(|node| (node.log().last_term(), node.log().last_index()))
    }

    fn those(&self, is_meant: impl Fn(&Node) -> bool) -> Vec<NodeId> {
        self.all().filter(|node| is_meant(node)).map(Node::id).collect()
    }

    fn is_missing(&self, node: Option<&Node>) -> Reason {
        let index = self.index;
        let having = self.those(|node| node.log().get(index).is_some());
        let Some(node) = node.filter(|_| !having.is_empty()) else {
            return plain(format!("No log has an entry at index {index}."));
        };
        let whose = if self.leader.is_some() { "leader's log" } else { "most up-to-date log" };
        by(
            "§5.3",
            format!(
                "At index {index} there is an entry on {} only. The {whose}, of node {}, {}: where logs differ, a \
                 leader's counts, so that entry will most likely be cut.",
                nodes(&having),
                node.id(),
                end_of(node.log())
            ),
        )
    }

    fn stands(&self, entry: Entry) -> Reason {
        let (index, size, term) = (self.index, self.now.nodes.len(), entry.term);
        let what = match entry.request {
            Some(request) => format!("{} of client {}", command(request.command, self.texts), request.client),
            None => "an entry that does nothing".to_owned(),
        };
        let what = format!("Entry {index} of term {term} is {what}.");
        let having = self.those(|node| node.log().matches(index, term));
        let on = format!("It is on {}, {} of {size}", nodes(&having), having.len());
        if self.committed.is_some_and(|committed| committed.term == term) {
            let knowing = self.those(|node| node.commit_index() >= index && node.log().matches(index, term));
            let know = if knowing.is_empty() {
                "nobody who runs knows that yet".to_owned()
            } else {
                format!("known so to {}", nodes(&knowing))
            };
            let stays =
                given(self.now.node(1), NOTHING_IS_LOST, "Every leader to come has it.", "every leader to come has it");
            return by("§5.3", format!("{what} It is committed, and {know}. {stays} {on}."));
        }
        let Some(leader) = self.leader else {
            let text = format!(
                "{what} {on}, and not committed: nobody leads, so it is up to the leaders to come whether it stays."
            );
            return by("§5.4", text);
        };
        let standing = standing(leader, index, size, "As far as its leader knows, it");
        let known = holders(leader, index);
        let unheard: Vec<NodeId> = having.iter().copied().filter(|id| !known.contains(id)).collect();
        let missing = self.those(|node| !having.contains(&node.id()));
        let mut text = format!("{what} It is not committed yet. {}", standing.text);
        if !unheard.is_empty() {
            text += &format!(" It is on {} as well, of which the leader has not heard.", nodes(&unheard));
        }
        if !missing.is_empty() {
            text += &format!(" Not there: {}.", nodes(&missing));
        }
        Reason { text, section: standing.section }
    }
}
