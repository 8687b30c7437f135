//! Why of the log: what is taken, what is refused, and when an entry is committed (§5.3, §5.4.2).

use super::premises::{EQUAL_LOGS, NOTHING_IS_LOST, RULE_IS_MISSING, given};
use super::words::{command, count, end_of, in_order, nodes};
use super::{Reason, Scene, by};
use crate::process::ProcessId;
use crate::raft::Message;
use crate::raft::log::{Entry, Index};
use crate::raft::message::{AppendOutcome, Event, NodeId};
use crate::raft::node::Node;
use crate::raft::role::Role;

impl Scene<'_> {
    #[cold]
    pub(super) fn of_replication(&self, event: &Event) -> Reason {
        match *event {
            Event::Appended { index, .. } => self.appended(index),
            Event::EntriesAccepted { leader, match_index } => self.entries_accepted(leader, match_index),
            Event::EntriesStale { leader } => self.entries_stale(leader),
            Event::EntriesMismatch { prev_log_index } => self.entries_mismatch(prev_log_index),
            Event::EntriesCut { index } => self.entries_cut(index),
            Event::AckReceived { from, match_index } if !self.leads() => {
                by("§5.3", self.acknowledged_up_to(from, match_index))
            }
            Event::AckReceived { from, match_index } => {
                let standing = standing(self.is(), match_index, self.size(), "That entry");
                let text = format!("{} {}", self.acknowledged_up_to(from, match_index), standing.text);
                by(standing.section.unwrap_or("§5.3"), text)
            }
            Event::NackReceived { from } => self.nack_received(from),
            Event::Replicated { acks, quorum } => self.replicated(acks, quorum),
            Event::ReplicationFailed { index } => by(
                "§5.4",
                format!(
                    "It took this request as a leader, and leads no more. Whether entry {index} stays is up to the \
                     leaders to come, so the client is told only that it is not known."
                ),
            ),
            Event::HeartbeatSent => self.heartbeat_sent(),
            Event::HeartbeatReceived { leader } if self.stale_term().is_some() => by(
                "§5.1",
                format!(
                    "Node {leader} led term {}, which is over: node {} is in term {}. It follows all the same. \
                     {RULE_IS_MISSING}",
                    self.stale_term().unwrap_or(0),
                    self.id(),
                    self.is().current_term()
                ),
            ),
            Event::HeartbeatReceived { leader } => by(
                "§5.2",
                format!(
                    "Node {leader} still leads term {}, and has nothing new. The election timer begins anew: as long \
                     as it does in time, nobody stands for election.",
                    self.is().current_term()
                ),
            ),
            Event::Committed { commit_index } => self.committed(commit_index),
            _ => self.commit_notified(),
        }
    }

    /// The term of the message, if it is over.
    fn stale_term(&self) -> Option<u32> {
        let (_, message) = self.message?;
        message.term().filter(|&term| term < self.was().current_term())
    }

    /// What an acknowledgement says; where a rule is taken away that makes it true, why it may be wrong.
    fn acknowledged_up_to(&self, from: NodeId, match_index: Index) -> String {
        let rules = self.was().rules();
        let (mut text, mut doubt) = (format!("Node {from} has the leader's log up to entry {match_index}."), "");
        if let Some(term) = self.stale_term() {
            text = format!(
                "Node {from} said in term {term}, which is over, that it had the log up to entry {match_index}."
            );
            doubt = " Here that counts. ";
        } else if !rules.acknowledge_compared_only {
            text = format!("Node {from} has a log up to entry {match_index}, which it did not compare to its end.");
            doubt = " Here that counts. ";
        } else if !rules.check_previous_entry {
            text = format!("Node {from} took what the leader sent up to entry {match_index}, whatever stands before.");
            doubt = " Here that counts. ";
        }
        if !doubt.is_empty() {
            text += doubt;
            text += RULE_IS_MISSING;
        }
        text
    }

    fn appended(&self, index: Index) -> Reason {
        let entry = self.is().log().get(index);
        match entry.and_then(|entry| entry.request) {
            Some(request) => by(
                "§5.3",
                format!(
                    "Client {} asks for {}. The leader puts it at the end of its own log, and sends it to the others; \
                     it takes effect once it is committed.",
                    request.client,
                    command(request.command, self.texts)
                ),
            ),
            None => by(
                "§8",
                "A new leader begins its term with an entry that does nothing. Once that is committed, so is \
                 everything before it, which the leader must not commit by counting alone (§5.4.2).",
            ),
        }
    }

    fn entries_accepted(&self, leader: NodeId, match_index: Index) -> Reason {
        let Some((_, Message::AppendEntries { prev_log_index, prev_log_term, entries, .. })) = self.message else {
            return by("§5.3", format!("Its log is the one of leader {leader} up to entry {match_index}."));
        };
        if let Some(term) = self.stale_term() {
            let text = format!("Node {leader} sent this as leader of term {term}, which is over. {RULE_IS_MISSING}");
            return by("§5.1", text);
        }
        let check = if *prev_log_index == 0 {
            "The leader sends its log from the beginning".to_owned()
        } else {
            format!("Its log has {prev_log_index}@{prev_log_term}, the entry before the new ones, as the leader's has")
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
        let log = self.was().log();
        let behind = *prev_log_index < log.last_index();
        let is_conflict = known < sent && prev_log_index + known < log.last_index();
        let rules = self.was().rules();
        let cut = if behind && !rules.truncate_only_on_conflict {
            format!(" First it cuts all that it has behind entry {prev_log_index}, equal or not. {RULE_IS_MISSING}")
        } else if is_conflict && !rules.cut_conflicting_tail {
            format!(
                " Where its own entries differ, those alone give way, and what stands behind them stays. {RULE_IS_MISSING}"
            )
        } else {
            String::new()
        };
        let equal = given(
            self.was(),
            EQUAL_LOGS,
            &format!("The two logs are equal up to entry {match_index}."),
            &format!("the two logs are equal up to entry {match_index}"),
        );
        by("§5.3", format!("{check}: {takes}.{cut} {equal}"))
    }

    fn entries_stale(&self, leader: NodeId) -> Reason {
        let sent = self.message.and_then(|(_, message)| message.term()).unwrap_or(0);
        by(
            "§5.1",
            format!(
                "Node {leader} sent this as leader of term {sent}, but node {} is in term {} already. The answer tells \
                 node {leader} that its term is over.",
                self.id(),
                self.is().current_term()
            ),
        )
    }

    fn entries_mismatch(&self, prev_log_index: Index) -> Reason {
        let expected = match self.message {
            Some((_, Message::AppendEntries { prev_log_term, .. })) => *prev_log_term,
            _ => 0,
        };
        let log = self.is().log();
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
                 the leader goes back at once as far as needed.",
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
        entries.get(index.checked_sub(prev_log_index + 1)? as usize).map(|entry: &Entry| entry.term)
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
                    "It has an entry of term {term} at {prev_log_index}, where the leader has another; its entries of \
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
                 back to where the logs may match, and sends from there."
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
            let text = format!("So many nodes have it that it is committed: {acks}, where {quorum} are needed.");
            return by("§5.3", text);
        }
        if term < is.current_term() {
            let text = format!(
                "Entry {index} is on {acks} of {} nodes, but of term {term}, and the leader's term is {}: counted like \
                 this, it can still be overwritten (Figure 8). {RULE_IS_MISSING}",
                self.size(),
                is.current_term()
            );
            return by("§5.4.2", text);
        }
        by(
            "§5.3",
            format!(
                "Entry {index} of term {term} is on {}: {acks} of {}, where {quorum} are needed. So it is committed. \
                 {}{also}",
                nodes(&holders(is, index)),
                self.size(),
                given(is, NOTHING_IS_LOST, "Every leader to come has it.", "every leader to come has it")
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
            format!("It has sent nothing for {every} ms")
        };
        by(
            "§5.2",
            format!("{when}. So that nobody stands for election it says that it leads, and sends what others lack."),
        )
    }

    fn committed(&self, commit_index: Index) -> Reason {
        let told = match self.message {
            Some((_, Message::AppendEntries { leader_commit, .. })) => *leader_commit,
            _ => commit_index,
        };
        if !self.is().rules().clamp_commit_to_new_entries {
            let text = format!(
                "The leader has said that it has committed up to entry {told}. It believes that up to {commit_index}, as \
                 far as its log goes, whether or not that was compared with the leader's. {RULE_IS_MISSING}"
            );
            return by("§5.3", text);
        }
        let cut = if told > commit_index {
            format!("; up to {commit_index} its log is known to be the same, so that far it believes it")
        } else {
            ", and its log is the same that far".to_owned()
        };
        by("§5.3", format!("The leader has said that it has committed up to entry {told}{cut}."))
    }

    fn commit_notified(&self) -> Reason {
        let Some((_, Message::CommitNotification { term, commit_index, commit_term })) = self.message else {
            return by("§5.3", "The leader has said how far the log is committed.");
        };
        let (was, is) = (self.was(), self.is());
        let told = format!("The leader of term {term} has committed up to {commit_index}@{commit_term}");
        let is_known_here = is.log().matches(*commit_index, *commit_term) && *term == is.current_term();
        let text = if !is_known_here && was.commit_index() < is.commit_index() {
            format!("{told}. This log does not have that entry, and takes its own for committed. {RULE_IS_MISSING}")
        } else if is_known_here && was.commit_index() < *commit_index {
            let same = given(is, EQUAL_LOGS, "So all before it are the same, too.", "all before it are the same, too,");
            format!("{told}, and this log has the same entry. {same}")
        } else if was.commit_index() >= *commit_index {
            format!("{told}, which was known here before.")
        } else {
            format!("{told}, but this log does not have that entry, so nothing is committed here by it.")
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
        return by(
            "§5.4.2",
            format!(
                "{it} is on {who}: {have} of {size}, a majority. Still the leader does not commit it, because it \
                 is of term {term} and the leader's term is {}: a leader counts only entries of its own term, as a \
                 later one could still overwrite this (Figure 8). It will be committed with the first entry of term {} behind it.",
                leader.current_term(),
                leader.current_term()
            ),
        );
    }
    by("§5.3", format!("{it} is on {who}: {have} of {size}. Here it is committed when all nodes have answered."))
}
