//! Why of the log: what is taken, what is refused, and when an entry is committed (§5.3, §5.4.2).

use super::election::RULE_IS_MISSING;
use super::words::{command, count, end_of, in_order, nodes};
use super::{Reason, Scene, by};
use crate::process::ProcessId;
use crate::raft::Message;
use crate::raft::log::{Entry, Index};
use crate::raft::message::{AppendOutcome, Event, NodeId};
use crate::raft::node::Node;
use crate::raft::role::Role;
use crate::raft::rules::Rules;

impl Scene<'_> {
    #[cold]
    pub(super) fn of_replication(&self, event: &Event) -> Reason {
        match *event {
            Event::Appended { .. } => self.appended(),
            Event::EntriesAccepted { leader, match_index } => self.entries_accepted(leader, match_index),
            Event::EntriesStale { leader } => self.entries_stale(leader),
            Event::EntriesMismatch { prev_log_index } => self.entries_mismatch(prev_log_index),
            Event::EntriesCut { index } => self.entries_cut(index),
            Event::AckReceived { from, match_index } if !self.leads() => {
                by("§5.3", format!("Node {from} confirms the leader's log up to entry {match_index}."))
            }
            Event::AckReceived { from, match_index } => {
                let standing = standing(self.is(), match_index, self.size(), THAT_ENTRY);
                by(
                    standing.section.unwrap_or("§5.3"),
                    format!("Node {from} confirms the leader's log up to entry {match_index}. {}", standing.text),
                )
            }
            Event::NackReceived { from } => self.nack_received(from),
            Event::Replicated { acks, quorum } => self.replicated(acks, quorum),
            Event::ReplicationFailed { index } => by(
                "§5.4",
                format!(
                    "It took this request as a leader, and leads no more. It cannot know whether entry {index} stays, \
                     so the client is told only that."
                ),
            ),
            Event::HeartbeatSent => self.heartbeat_sent(),
            Event::HeartbeatReceived { leader } => by(
                "§5.2",
                format!(
                    "Node {leader} says that it leads term {}, and has nothing new. The election timer begins anew: as \
                     long as it does in time, this node does not stand for election.{}",
                    self.term_of_message(),
                    self.though_it_is_over()
                ),
            ),
            Event::Committed { commit_index } => self.committed(commit_index),
            _ => self.commit_notified(),
        }
    }

    fn appended(&self) -> Reason {
        match self.message {
            Some((ProcessId::Client(client), Message::ClientRequest { command: asked, .. })) => by(
                "§5.3",
                format!(
                    "Client {client} asks for {}. The leader puts it at the end of its own log, and sends it to the \
                     others; it is applied once it is committed.",
                    command(*asked, self.texts)
                ),
            ),
            _ => by(
                "§8",
                "A new leader begins its term with an entry that does nothing. Once that is committed, so is \
                 everything before it, which the leader must not commit by counting alone (§5.4.2).",
            ),
        }
    }

    fn entries_accepted(&self, leader: NodeId, match_index: Index) -> Reason {
        let Some((_, Message::AppendEntries { prev_log_index, prev_log_term, entries, .. })) = self.message else {
            return by("§5.3", format!("It confirms the log of leader {leader} up to entry {match_index}."));
        };
        let check = if *prev_log_index == 0 {
            "The leader sends its log from the beginning".to_owned()
        } else {
            format!("Its log has {prev_log_index}@{prev_log_term}, the entry before the new ones, as the leader's had")
        };
        if !self.was().log().matches(*prev_log_index, *prev_log_term) {
            let text = format!(
                "It lacks entry {prev_log_index}@{prev_log_term}, on which the new ones follow. {RULE_IS_MISSING}"
            );
            return by("§5.3", text);
        }
        let known = entries
            .iter()
            .zip(*prev_log_index + 1..)
            .filter(|(entry, index)| self.was().log().matches(*index, entry.term));
        let (sent, known) = (entries.len() as u32, known.count() as u32);
        let takes = match sent - known {
            0 => "it has all that was sent already".to_owned(),
            new => format!("it takes {}", count(new, "new entry", "new entries")),
        };
        let so = if self.is_raft() { "Its log is as the leader's was" } else { "It confirms its log" };
        let over = self.though_it_is_over();
        by("§5.3", format!("{check}: {takes}. {so} up to entry {match_index}.{over}"))
    }

    /// That a message of a leader whose term is over was taken.
    fn though_it_is_over(&self) -> String {
        if self.term_of_message() < self.was().current_term() {
            format!(" That term is over. {RULE_IS_MISSING}")
        } else {
            String::new()
        }
    }

    fn entries_stale(&self, leader: NodeId) -> Reason {
        by(
            "§5.1",
            format!(
                "Node {leader} sent this as leader of term {}, but node {} is in term {} already. The answer tells \
                 node {leader} that its term is over.",
                self.term_of_message(),
                self.id(),
                self.was().current_term()
            ),
        )
    }

    fn entries_mismatch(&self, prev_log_index: Index) -> Reason {
        let expected = match self.message {
            Some((_, Message::AppendEntries { prev_log_term, .. })) => *prev_log_term,
            _ => 0,
        };
        let log = self.was().log();
        let (found, hint) = match log.term_at(prev_log_index) {
            None => {
                (format!("its log {}", end_of(log)), format!("that its log ends before entry {}", log.last_index() + 1))
            }
            Some(term) => (
                format!("its entry there is of term {term}"),
                format!("that its entries of term {term} begin at {}", log.first_index_of_term_at(prev_log_index)),
            ),
        };
        by(
            "§5.3",
            format!(
                "The leader's entries follow on entry {prev_log_index} of term {expected}, which node {} does not \
                 have: {found}. With a gap or another past, logs would not match any more. It answers {hint}, so that \
                 the leader can go back by more than one entry.",
                self.id()
            ),
        )
    }

    fn entries_cut(&self, index: Index) -> Reason {
        let log = self.was().log();
        let (own, theirs) = (log.term_at(index).unwrap_or(0), self.sent_term_at(index).unwrap_or(0));
        let gone = (log.last_index() + 1).saturating_sub(index);
        let fate = if self.was().commit_index() < index {
            "None of them was known here to be committed"
        } else {
            "Some of them were taken for committed here, which must never happen"
        };
        by(
            "§5.3",
            format!(
                "Its entry {index} is of term {own}, the leader's of term {theirs}. The leader's log counts, so from \
                 there on its own goes: {}. {fate}.",
                count(gone, "entry", "entries")
            ),
        )
    }

    /// The term of the entry that the message brings for this index.
    fn sent_term_at(&self, index: Index) -> Option<u32> {
        let (_, Message::AppendEntries { prev_log_index, entries, .. }) = self.message? else { return None };
        // They follow on the log's end, if the entry before them is not asked for.
        let behind = (*prev_log_index).min(self.was().log().last_index());
        entries.get(index.checked_sub(behind + 1)? as usize).map(|entry: &Entry| entry.term)
    }

    fn nack_received(&self, from: NodeId) -> Reason {
        let hint = match self.message {
            Some((
                ProcessId::Node(_),
                Message::AppendEntriesResponse {
                    outcome: AppendOutcome::Mismatch { prev_log_index, conflict_term, conflict_index },
                    ..
                },
            )) => match conflict_term {
                Some(term) => format!(
                    "It has an entry of term {term} at {prev_log_index}, where the leader had another; its entries of \
                     that term begin at {conflict_index}"
                ),
                None => format!("Its log ends before entry {conflict_index}"),
            },
            _ => "Its log is another one".to_owned(),
        };
        by(
            "§5.3",
            format!(
                "Node {from} could not take what was sent, as it lacks the entry before. {hint}, so the leader goes \
                 back to where the logs may match, to send from there."
            ),
        )
    }

    fn replicated(&self, acks: u32, quorum: u32) -> Reason {
        let (was, is) = (self.was(), self.is());
        let index = is.commit_index();
        let first = was.commit_index() + 1;
        let also = if first < index { also_before(first, index) } else { String::new() };
        let term = is.log().term_at(index).unwrap_or(0);
        if !self.leads() {
            let text = format!("Of {} nodes, {acks} have confirmed it, where {quorum} are needed.", self.size());
            return by("§5.3", text);
        }
        if term < is.current_term() {
            let text = format!(
                "As far as it knows, entry {index} is on {acks} of {} nodes, but of term {term}, and the leader's term \
                 is {}: counted like this, it can still be overwritten (Figure 8). {RULE_IS_MISSING}",
                self.size(),
                is.current_term()
            );
            return by("§5.4.2", text);
        }
        by(
            "§5.3",
            format!(
                "As far as it knows, entry {index} of term {term} is on {}: {acks} of {}, where {quorum} are needed. So \
                 it is committed{}.{also}",
                nodes(&holders(is, index)),
                self.size(),
                promise(self.options.rules)
            ),
        )
    }

    /// Whether it leads still, and did not crash in the middle of the step.
    fn leads(&self) -> bool {
        matches!(self.is().role(), Role::Leader(_))
    }

    fn heartbeat_sent(&self) -> Reason {
        let every = self.timing().map_or(0, |timing| timing.heartbeat_ms);
        let when = if self.is_hurried {
            "Its heartbeat timer was made to fire before its time".to_owned()
        } else {
            format!("Its heartbeat timer has run out, which it sets to {every} ms in every round")
        };
        by(
            "§5.2",
            format!("{when}. So that nobody stands for election it says that it leads, and sends what others lack."),
        )
    }

    fn committed(&self, commit_index: Index) -> Reason {
        let (told, compared) = match self.message {
            Some((_, Message::AppendEntries { leader_commit, prev_log_index, entries, .. })) => {
                (*leader_commit, prev_log_index + entries.len() as u32)
            }
            _ => (commit_index, commit_index),
        };
        let cut = if commit_index > compared {
            format!(". It was sent nothing behind {compared}, and believes it up to {commit_index}. {RULE_IS_MISSING}")
        } else if !self.is_raft() {
            format!("; it believes it up to {commit_index}.")
        } else if told > commit_index {
            format!("; up to {commit_index} its log was as the leader's, so that far it believes it.")
        } else {
            ", and its log was as the leader's that far.".to_owned()
        };
        by("§5.3", format!("The leader has said that it has committed up to entry {told}{cut}"))
    }

    fn commit_notified(&self) -> Reason {
        let Some((_, Message::CommitNotification { term, commit_index, commit_term })) = self.message else {
            return by("§5.3", "The leader has said how far the log is committed.");
        };
        let (was, rules) = (self.was(), self.options.rules);
        let told = format!("The leader of term {term} has committed up to {commit_index}@{commit_term}");
        let is_vouched_for = was.log().matches(*commit_index, *commit_term) && *term >= was.current_term();
        let text = if was.commit_index() >= *commit_index {
            format!("{told}, which was known here before.")
        } else if is_vouched_for {
            let so = if self.is_raft() { ", so all before it are the same, too" } else { "" };
            format!("{told}, and this log has the same entry{so}.")
        } else if rules.verify_commit_notification {
            format!(
                "{told}, but this log does not have that entry now, or the term is over. So it commits nothing here."
            )
        } else {
            format!("{told}. It believes that without that entry, or of a term that is over. {RULE_IS_MISSING}")
        };
        by("§5.3", text)
    }
}

/// That entries before the last one are committed with it.
fn also_before(first: Index, last: Index) -> String {
    if first + 1 == last {
        format!(" Entry {first} before it is so, too.")
    } else {
        format!(" Entries {first} to {} before it are so, too.", last - 1)
    }
}

/// What an entry that was just spoken of is called.
pub(super) const THAT_ENTRY: &str = "As far as it knows, that entry";

/// What comes of being committed, if all rules are in force.
pub(super) fn promise(rules: Rules) -> &'static str {
    if rules == Rules::ALL { ": Raft promises that every leader of a later term has it" } else { "" }
}

/// Who has the leader's entry at this index, as far as the leader knows, in ascending order.
pub(super) fn holders(leader: &Node, index: Index) -> Vec<NodeId> {
    let mut holders = vec![leader.id()];
    if let Role::Leader(leadership) = leader.role() {
        let has = leadership.progress.iter().filter(|progress| progress.match_index >= index);
        holders.extend(has.map(|progress| progress.peer));
    }
    in_order(&holders)
}

/// Where an entry stands in the eyes of its leader, of a cluster of this size; `it` is what the entry is called.
#[inline(never)]
pub(super) fn standing(leader: &Node, index: Index, size: usize, it: &str) -> Reason {
    let (holders, quorum) = (holders(leader, index), leader.quorum());
    let (have, who) = (holders.len() as u32, nodes(&holders));
    let Some(term) = leader.log().term_at(index).filter(|_| index > 0) else {
        return by("§5.3", "So far it has nothing in common with it.");
    };
    if index <= leader.commit_index() {
        return by("§5.3", format!("{it} is committed: it is on {who}, {have} of {size}."));
    }
    if have < quorum {
        let missing = count(quorum - have, "more is", "more are");
        return by(
            "§5.3",
            format!("{it} is on {who}: {have} of {size}. {missing} needed for the leader to commit it."),
        );
    }
    if term < leader.current_term() {
        let enough = if have as usize * 2 > size { "a majority" } else { "which is enough here" };
        return by(
            "§5.4.2",
            format!(
                "{it} is on {who}: {have} of {size}, {enough}. Still the leader does not commit it, because it \
                 is of term {term} and the leader's term is {}: a leader counts only entries of its own term, as a \
                 later one could still overwrite this (Figure 8). It can only be committed with an entry of term {} \
                 behind it.",
                leader.current_term(),
                leader.current_term()
            ),
        );
    }
    let waits = if leader.awaited().is_some() { " Here it is committed when all nodes have answered." } else { "" };
    by("§5.3", format!("{it} is on {who}: {have} of {size}.{waits}"))
}
