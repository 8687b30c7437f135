//! The log: how a leader has it copied, and when an entry is committed (§5.3, §5.4.2).

use super::{Entry, Index, Message, Node, NodeId, Outbox, Persistent, Role, Term};
use crate::process::ProcessId;
use crate::raft::message::{AppendOutcome, Event};

/// The leader's part.
impl Node {
    /// "Upon election: send initial empty AppendEntries RPCs to each server" (§5.2), or with an entry that does nothing:
    /// once that is committed, so is everything that earlier terms left behind (§8).
    pub(super) fn announce(&mut self, out: &mut Outbox) {
        if !self.calls.is_full_raft() {
            return;
        }
        if self.options.no_op {
            self.append(None, out);
        }
        self.call_all(out);
    }

    /// "Send heartbeats during idle periods to prevent election timeouts" (§5.2).
    pub(super) fn on_heartbeat(&mut self, out: &mut Outbox) {
        out.event(Event::HeartbeatSent);
        self.call_all(out);
    }

    /// Puts an entry behind the others. Returns its index.
    pub(super) fn append(&mut self, request: Option<crate::kv::Request>, out: &mut Outbox) -> Index {
        let term = self.current_term();
        let index = self.persistent.log.append(Entry { term, request });
        out.event(Event::Appended { index, term });
        index
    }

    /// Begins a round of AppendEntries.
    pub(super) fn call_all(&mut self, out: &mut Outbox) {
        self.calls.keep_leading(out);
        for place in 0..self.calls.begin().len() {
            self.call(self.calls.peers()[place], out);
        }
        self.finish_round(out);
    }

    /// Sends a peer what it lacks: as much as goes into a message.
    fn call(&mut self, peer: NodeId, out: &mut Outbox) {
        let Role::Leader(leadership) = &mut self.role else { panic!("only a leader replicates") };
        let Persistent { current_term: term, ref log, .. } = self.persistent;
        let round = leadership.round;
        let progress = leadership.progress_of(peer);
        let prev_log_index = progress.next_index - 1;
        let entries = log.entries(progress.next_index, self.options.max_entries_per_append);
        // It will most likely take them. If not, it says so, or is silent, and then hears of it in the next round.
        progress.next_index += entries.len() as u32;
        let prev_log_term = log.term_at(prev_log_index).expect("a leader has all entries up to each next index");
        let leader_commit = self.commit_index;
        let message = Message::AppendEntries { term, prev_log_index, prev_log_term, entries, leader_commit, round };
        out.send(ProcessId::Node(peer), message);
    }

    pub(super) fn on_append_entries_response(
        &mut self,
        from: NodeId,
        (term, round): (Term, u32),
        outcome: AppendOutcome,
        out: &mut Outbox,
    ) {
        // An answer counts only in the term it was given for: since then the follower's log may have been cut.
        if term < self.current_term() && self.rules().count_current_acks_only {
            return;
        }
        let Role::Leader(leadership) = &mut self.role else { return };
        let progress = leadership.progress_of(from);
        let end = self.persistent.log.last_index() + 1;
        match outcome {
            // About a message of an earlier term than the one that this node leads now.
            AppendOutcome::StaleTerm => {}
            AppendOutcome::Matched { match_index } => {
                progress.round = progress.round.max(round);
                if match_index > progress.match_index {
                    progress.match_index = match_index;
                    out.event(Event::AckReceived { from, match_index });
                }
                progress.next_index = progress.next_index.max(match_index + 1).min(end);
                self.go_on_with(from, match_index, out);
            }
            AppendOutcome::Mismatch { prev_log_index, conflict_term, conflict_index } => {
                progress.round = progress.round.max(round);
                // "If AppendEntries fails because of log inconsistency: decrement nextIndex and retry" (§5.3), or skip
                // all entries of the conflicting term but those that this log has, too.
                let last_of_term = conflict_term.and_then(|term| self.persistent.log.last_index_of_term(term));
                let hint = last_of_term.map_or(conflict_index, |index| index + 1).min(prev_log_index).min(end);
                // What is known to match is not doubted again: this answers a question that was asked before.
                if hint > progress.match_index {
                    progress.next_index = hint;
                    out.event(Event::NackReceived { from });
                    if self.calls.may_call(from) {
                        self.call(from, out);
                    }
                }
            }
        }
        self.answer_reads(out);
    }

    /// After a peer has said up to where its log is equal.
    fn go_on_with(&mut self, peer: NodeId, match_index: Index, out: &mut Outbox) {
        let Role::Leader(leadership) = &mut self.role else { panic!("only a leader replicates") };
        let last_index = self.persistent.log.last_index();
        if leadership.progress_of(peer).next_index <= last_index {
            if self.calls.may_call(peer) {
                self.call(peer, out);
            }
        } else if match_index >= last_index
            // An answer from an earlier round says nothing of the entry that this one is about.
            && let Some(next) = self.calls.go_on(peer)
        {
            self.call(next, out);
        }
        // What a majority has is committed, however much is still to be sent (§5.3).
        self.finish_round(out);
    }

    /// Commits what a majority has, answers, and tells the followers.
    fn finish_round(&mut self, out: &mut Outbox) {
        let quorum = self.quorum();
        let before = self.commit_index;
        if !self.calls.is_decided(quorum, quorum) {
            return;
        }
        self.advance_commit_index();
        if self.commit_index == before {
            return;
        }
        let Role::Leader(leadership) = &self.role else { panic!("only a leader's round can be decided") };
        let acks = leadership.count_with(self.commit_index);
        out.event(Event::Replicated { acks, quorum });
        self.apply_committed(out);
        self.notify_followers(out);
    }

    /// "If there exists an N such that N > commitIndex, a majority of `matchIndex[i] >= N`, and `log[N].term ==
    /// currentTerm`: set commitIndex = N" (§5.3, §5.4). An entry of an earlier term is never committed by counting, only
    /// by one of the current term behind it (§5.4.2, Figure 8).
    fn advance_commit_index(&mut self) {
        let Role::Leader(leadership) = &self.role else { panic!("only a leader commits by counting") };
        let log = &self.persistent.log;
        let mut index = log.last_index();
        while index > self.commit_index {
            if !log.matches(index, self.current_term()) && self.rules().commit_own_term_only {
                return;
            }
            if leadership.count_with(index) >= self.quorum() {
                self.commit_index = index;
                return;
            }
            index -= 1;
        }
    }

    fn notify_followers(&self, out: &mut Outbox) {
        let (term, commit_index) = (self.current_term(), self.commit_index);
        let commit_term = self.log().term_at(commit_index).expect("a committed entry is in the log");
        for &peer in self.calls.to_notify() {
            out.send(ProcessId::Node(peer), Message::CommitNotification { term, commit_index, commit_term });
        }
    }
}

/// The follower's part.
impl Node {
    pub(super) fn on_append_entries(
        &mut self,
        leader: NodeId,
        (term, round): (Term, u32),
        (prev_log_index, prev_log_term): (Index, Term),
        entries: &[Entry],
        leader_commit: Index,
        out: &mut Outbox,
    ) {
        let current_term = self.current_term();
        let respond = |outcome| Message::AppendEntriesResponse { term: current_term, round, outcome };
        // "Reply false if term < currentTerm" (§5.1).
        if term < current_term && self.rules().refuse_stale_entries {
            out.event(Event::EntriesStale { leader });
            return out.send(ProcessId::Node(leader), respond(AppendOutcome::StaleTerm));
        }
        self.insist(!matches!(self.role, Role::Leader(_)), "there is one leader a term");
        // A candidate recognises the leader of its own term (§5.2).
        self.become_follower(current_term, out);
        self.follow(leader, out);

        // "Reply false if log doesn't contain an entry at prevLogIndex whose term matches prevLogTerm" (§5.3).
        if !self.log().matches(prev_log_index, prev_log_term) && self.rules().check_previous_entry {
            out.event(Event::EntriesMismatch { prev_log_index });
            return out.send(ProcessId::Node(leader), respond(self.mismatch_at(prev_log_index)));
        }
        self.take_entries(prev_log_index, entries, out);
        // Not the end of the own log: what stands behind the new entries was not compared with the leader's.
        let last_index = self.log().last_index();
        let compared = (prev_log_index + entries.len() as u32).min(last_index);
        let match_index = if self.rules().acknowledge_compared_only { compared } else { last_index };
        out.event(if entries.is_empty() && self.calls.is_full_raft() {
            Event::HeartbeatReceived { leader }
        } else {
            Event::EntriesAccepted { leader, match_index }
        });
        out.send(ProcessId::Node(leader), respond(AppendOutcome::Matched { match_index }));

        // "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)" (Figure 2).
        let most = if self.rules().clamp_commit_to_new_entries { compared } else { last_index };
        let commit_index = leader_commit.min(most);
        if commit_index > self.commit_index {
            self.commit_index = commit_index;
            out.event(Event::Committed { commit_index });
        }
        self.apply_committed(out);
    }

    fn follow(&mut self, leader: NodeId, out: &mut Outbox) {
        self.leader = Some(leader);
        self.calls.await_leader(out);
        if self.options.pre_vote {
            self.trusts_leader = true;
            self.calls.trust_leader(out);
        }
    }

    fn take_entries(&mut self, prev_log_index: Index, entries: &[Entry], out: &mut Outbox) {
        let rules = self.rules();
        let log = &mut self.persistent.log;
        let prev_log_index =
            if rules.check_previous_entry { prev_log_index } else { prev_log_index.min(log.last_index()) };
        if !rules.truncate_only_on_conflict {
            log.truncate(prev_log_index);
        }
        if !rules.cut_conflicting_tail {
            return log.overwrite(prev_log_index, entries);
        }
        let cut = log.splice(prev_log_index, entries);
        if let Some(index) = cut {
            out.event(Event::EntriesCut { index });
        }
        self.insist(cut.is_none_or(|index| index > self.commit_index), "a committed entry is never cut");
    }

    /// The hint that lets a leader skip a whole term at once (§5.3).
    fn mismatch_at(&self, prev_log_index: Index) -> AppendOutcome {
        let log = self.log();
        let conflict_term = log.term_at(prev_log_index);
        let conflict_index = match conflict_term {
            None => log.last_index() + 1,
            Some(_) => log.first_index_of_term_at(prev_log_index),
        };
        AppendOutcome::Mismatch { prev_log_index, conflict_term, conflict_index }
    }

    pub(super) fn on_commit_notification(
        &mut self,
        term: Term,
        commit_index: Index,
        commit_term: Term,
        out: &mut Outbox,
    ) {
        // By the Log Matching Property (§5.3), a log which has the committed entry has all that came before it.
        let is_vouched_for = term == self.current_term() && self.log().matches(commit_index, commit_term);
        if is_vouched_for || !self.rules().verify_commit_notification {
            self.commit_index = self.commit_index.max(commit_index.min(self.log().last_index()));
        }
        out.event(Event::CommitNotified { commit_index: self.commit_index });
        self.apply_committed(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::options::Options;
    use crate::raft::role::{Leadership, Progress};

    /// A leader of five in this term, with entries of these terms, whose peers match up to these indices.
    fn leader(term: Term, terms: &[Term], matching: [Index; 4]) -> Node {
        let mut node = Node::new(1, Options::default());
        for &term in terms {
            node.persistent.log.append(Entry { term, request: None });
        }
        node.persistent.current_term = term;
        node.calls.set_peers(vec![2, 3, 4, 5]);
        let next_index = terms.len() as Index + 1;
        let progress = (2..)
            .zip(matching)
            .map(|(peer, match_index)| Progress { match_index, ..Progress::new(peer, next_index) })
            .collect();
        let (waiting, reads) = (Vec::new(), Vec::new());
        node.role = Role::Leader(Leadership { progress, waiting, reads, round: 0, first_index: next_index });
        node
    }

    #[test]
    fn a_leader_commits_the_last_entry_of_its_term_that_a_majority_has_section_5_3() {
        for (matching, committed) in [
            ([0, 0, 0, 0], 0),
            ([4, 0, 0, 0], 0),
            ([4, 4, 0, 0], 4),
            ([1, 2, 3, 4], 3),
            ([4, 3, 0, 0], 3),
            ([4, 4, 4, 4], 4),
        ] {
            let mut node = leader(1, &[1, 1, 1, 1], matching);
            node.advance_commit_index();
            assert_eq!(node.commit_index, committed, "peers match up to {matching:?}");
        }
    }

    #[test]
    fn an_entry_of_an_earlier_term_is_never_committed_by_counting_section_5_4_2() {
        // Figure 8 (c): the entry of term 2 is on a majority, and may yet be overwritten.
        let mut node = leader(4, &[1, 2, 4], [2, 2, 1, 1]);
        node.advance_commit_index();
        assert_eq!(node.commit_index, 0);
        // Figure 8 (e): with one of its own term behind it, it is committed.
        let mut node = leader(4, &[1, 2, 4], [3, 3, 1, 1]);
        node.advance_commit_index();
        assert_eq!(node.commit_index, 3);
    }

    #[test]
    fn what_is_committed_stays_committed() {
        let mut node = leader(1, &[1, 1, 1], [2, 2, 0, 0]);
        node.advance_commit_index();
        let Role::Leader(leadership) = &mut node.role else { panic!("it leads") };
        leadership.progress.truncate(1);
        node.advance_commit_index();
        assert_eq!(node.commit_index, 2);
    }
}
