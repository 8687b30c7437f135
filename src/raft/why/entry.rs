//! Where an entry stands: who has it, and whether it is committed, or why not yet.

use super::election::RULE_IS_MISSING;
use super::replication::{holders, promise, standing};
use super::words::{command, end_of, nodes};
use super::{Cast, Reason, by, plain};
use crate::kv::Texts;
use crate::raft::log::{Entry, Index};
use crate::raft::message::NodeId;
use crate::raft::node::Node;
use crate::raft::rules::Rules;

/// What is asked of an entry.
#[derive(Debug, Clone, Copy)]
pub struct Inquiry<'a> {
    /// The strings of the run.
    pub texts: &'a Texts,
    /// The rules in force.
    pub rules: Rules,
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
    /// What there is to say of the entry that is committed there; if none is, of the one in the leader's log, or, if
    /// nobody leads, in the most up-to-date one.
    #[cold]
    pub fn answer(&self) -> Reason {
        if let Some(entry) = self.committed {
            return self.is_committed(entry);
        }
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
                "At index {index} there is an entry on {} only, not committed. The {whose}, of node {}, {}: where logs \
                 differ, a leader's counts, so it is up to the leaders to come whether that entry stays.",
                nodes(&having),
                node.id(),
                end_of(node.log())
            ),
        )
    }

    /// What the entry is, who has it, and how that reads.
    fn introduce(&self, entry: Entry) -> (String, Vec<NodeId>, String) {
        let (index, size, term) = (self.index, self.now.nodes.len(), entry.term);
        let what = match entry.request {
            Some(request) => format!("{} of client {}", command(request.command, self.texts), request.client),
            None => "an entry that does nothing".to_owned(),
        };
        let having = self.those(|node| node.log().matches(index, term));
        let on = format!("It is on {}, {} of {size}", nodes(&having), having.len());
        (format!("Entry {index} of term {term} is {what}."), having, on)
    }

    fn is_committed(&self, entry: Entry) -> Reason {
        let (what, having, on) = self.introduce(entry);
        let knowing = having.iter().copied().filter(|&id| self.now.node(id).commit_index() >= self.index);
        let knowing: Vec<NodeId> = knowing.collect();
        let know = if knowing.is_empty() {
            "nobody who runs knows that now".to_owned()
        } else {
            format!("known so to {}", nodes(&knowing))
        };
        let lacks = match self.leader.filter(|leader| !having.contains(&leader.id())) {
            Some(leader) => {
                format!(" Node {}, which leads in term {}, does not have it.", leader.id(), leader.current_term())
            }
            None => String::new(),
        };
        by("§5.3", format!("{what} It is committed, and {know}{}. {on}.{lacks}", promise(self.rules)))
    }

    fn stands(&self, entry: Entry) -> Reason {
        let (index, size) = (self.index, self.now.nodes.len());
        let (what, having, on) = self.introduce(entry);
        let Some(leader) = self.leader else {
            let text = format!(
                "{what} {on}, and not committed: nobody leads, so it is up to the leaders to come whether it stays."
            );
            return by("§5.4", text);
        };
        if leader.commit_index() >= index {
            let id = leader.id();
            let text =
                format!("{what} {on}. No leader has committed it, but node {id} takes it for so. {RULE_IS_MISSING}");
            return by("§5.3", text);
        }
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
