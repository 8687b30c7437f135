//! Elections, and the transitions between roles (§5.2, §5.4.1).

use super::{Index, Message, Node, NodeId, Outbox, Persistent, Role, Term};
use crate::process::ProcessId;
use crate::raft::message::{Denial, Event, Refused};
use crate::raft::role::{Leadership, Progress, Waiting};

/// Standing for election.
impl Node {
    pub(super) fn on_start_election(&mut self, out: &mut Outbox) {
        // Only a node that lacks a leader stands for election (§5.2).
        if !matches!(self.role, Role::Leader(_)) {
            self.stand(out);
        }
    }

    /// "If election timeout elapses without receiving AppendEntries RPC from current leader or granting vote to candidate:
    /// convert to candidate"; a candidate begins anew (§5.2).
    pub(super) fn on_election_timeout(&mut self, out: &mut Outbox) {
        self.insist(!matches!(self.role, Role::Leader(_)), "a leader waits for nobody");
        out.event(Event::ElectionTimedOut);
        if self.options.pre_vote { self.ask_for_pre_votes(out) } else { self.stand(out) }
    }

    fn stand(&mut self, out: &mut Outbox) {
        self.become_candidate(out);
        let Persistent { current_term: term, ref log, .. } = self.persistent;
        let (last_log_index, last_log_term) = (log.last_index(), log.last_term());
        for &peer in self.calls.begin() {
            out.send(ProcessId::Node(peer), Message::RequestVote { term, last_log_index, last_log_term });
        }
        self.count_votes(out);
    }

    pub(super) fn on_request_vote(
        &mut self,
        candidate: NodeId,
        term: Term,
        (last_log_index, last_log_term): (Index, Term),
        out: &mut Outbox,
    ) {
        let current_term = self.current_term();
        let respond = |granted| Message::RequestVoteResponse { term: current_term, granted };
        // "Reply false if term < currentTerm" (§5.1).
        if term < current_term {
            out.event(Event::VoteDeniedStale { candidate });
            return out.send(ProcessId::Node(candidate), respond(false));
        }
        assert_eq!(term, current_term, "a higher term has been taken over before");

        // One vote a term, first come, first served (§5.2); asked again, the same answer.
        let is_free =
            self.persistent.voted_for.is_none_or(|voted_for| voted_for == candidate) || !self.rules().one_vote_per_term;
        // A candidate that lacks a committed entry must not win, and every committed entry is in the log of one of any
        // majority (§5.4.1).
        let is_up_to_date = self.log().is_at_most_as_up_to_date_as(last_log_term, last_log_index)
            || !self.rules().vote_for_up_to_date_only;
        if !(is_free && is_up_to_date) {
            out.event(Event::VoteDenied { candidate });
            return out.send(ProcessId::Node(candidate), respond(false));
        }
        self.persistent.voted_for = Some(candidate);
        // Where a rule is missing, a leader may have one more vote to give, and leads on.
        if !matches!(self.role, Role::Leader(_)) {
            self.calls.await_leader(out);
        }
        out.event(Event::VoteGranted { candidate, term });
        out.send(ProcessId::Node(candidate), respond(true));
    }

    pub(super) fn on_request_vote_response(&mut self, from: NodeId, term: Term, granted: bool, out: &mut Outbox) {
        // A vote counts only in the term it was given for, and only for a candidate (§5.2).
        if term < self.current_term() && self.rules().count_current_votes_only {
            return;
        }
        let Role::Candidate { votes } = &mut self.role else { return };
        if granted && !votes.contains(&from) {
            votes.push(from);
            out.event(Event::VoteReceived { from });
        }
        if let Some(peer) = self.calls.go_on(from) {
            let Persistent { current_term: term, ref log, .. } = self.persistent;
            let (last_log_index, last_log_term) = (log.last_index(), log.last_term());
            out.send(ProcessId::Node(peer), Message::RequestVote { term, last_log_index, last_log_term });
        }
        self.count_votes(out);
    }

    /// "If votes received from majority of servers: become leader" (§5.2).
    fn count_votes(&mut self, out: &mut Outbox) {
        let Role::Candidate { votes } = &self.role else { panic!("only a candidate counts votes") };
        let (votes, quorum) = (votes.len() as u32, self.quorum());
        if !self.calls.is_decided(votes, quorum) {
            return;
        }
        out.event(Event::ElectionResult { votes, quorum });
        if votes >= quorum {
            self.become_leader(out);
        } else {
            out.event(Event::ElectionFailed);
            self.become_follower(self.current_term(), out);
        }
    }
}

/// Asking first: who cannot win does not stand, and so does not disturb a leader with its term (§9.6 of the dissertation).
impl Node {
    fn ask_for_pre_votes(&mut self, out: &mut Outbox) {
        self.become_pre_candidate(out);
        let Persistent { current_term, ref log, .. } = self.persistent;
        let (next_term, last_log_index, last_log_term) = (current_term + 1, log.last_index(), log.last_term());
        for &peer in self.calls.peers() {
            out.send(ProcessId::Node(peer), Message::RequestPreVote { next_term, last_log_index, last_log_term });
        }
        self.count_pre_votes(out);
    }

    pub(super) fn on_request_pre_vote(
        &mut self,
        candidate: NodeId,
        next_term: Term,
        (last_log_index, last_log_term): (Index, Term),
        out: &mut Outbox,
    ) {
        let denial = if next_term <= self.current_term() {
            Some(Denial::StaleTerm)
        } else if self.trusts_leader || matches!(self.role, Role::Leader(_)) {
            Some(Denial::LeaderLives)
        } else if !self.log().is_at_most_as_up_to_date_as(last_log_term, last_log_index) {
            Some(Denial::LogIsBehind)
        } else {
            None
        };
        out.event(match denial {
            Some(why) => Event::PreVoteDenied { candidate, why },
            None => Event::PreVoteGranted { candidate, next_term },
        });
        let (term, granted) = (self.current_term(), denial.is_none());
        out.send(ProcessId::Node(candidate), Message::RequestPreVoteResponse { term, next_term, granted });
    }

    pub(super) fn on_request_pre_vote_response(
        &mut self,
        from: NodeId,
        next_term: Term,
        granted: bool,
        out: &mut Outbox,
    ) {
        let is_current = next_term == self.current_term() + 1;
        let Role::PreCandidate { votes } = &mut self.role else { return };
        if is_current && granted && !votes.contains(&from) {
            votes.push(from);
            self.count_pre_votes(out);
        }
    }

    fn count_pre_votes(&mut self, out: &mut Outbox) {
        let Role::PreCandidate { votes } = &self.role else { panic!("only a pre-candidate counts pre-votes") };
        if votes.len() as u32 >= self.quorum() {
            self.stand(out);
        }
    }
}

/// The four transitions, the only writers of the role (Figure 4). Besides, a crash makes a follower of anybody.
impl Node {
    fn become_pre_candidate(&mut self, out: &mut Outbox) {
        self.insist(!matches!(self.role, Role::Leader(_)), "a leader does not stand for election");
        self.role = Role::PreCandidate { votes: vec![self.id] };
        self.leader = None;
        self.calls.await_leader(out);
        out.event(Event::StartingPreVote { next_term: self.current_term() + 1 });
    }

    fn become_candidate(&mut self, out: &mut Outbox) {
        self.insist(!matches!(self.role, Role::Leader(_)), "a leader does not stand for election");
        // "Increment currentTerm, vote for self, reset election timer" (§5.2).
        self.persistent.current_term += 1;
        self.persistent.voted_for = Some(self.id);
        self.role = Role::Candidate { votes: vec![self.id] };
        self.leader = None;
        self.calls.await_leader(out);
        out.event(Event::StartingElection { term: self.current_term() });
    }

    fn become_leader(&mut self, out: &mut Outbox) {
        assert!(matches!(self.role, Role::Candidate { .. }), "only a candidate becomes leader");
        self.insist(self.persistent.voted_for == Some(self.id), "a leader has voted for itself");
        // "nextIndex: initialized to leader last log index + 1; matchIndex: initialized to 0" (Figure 2).
        let next_index = self.log().last_index() + 1;
        let peers = self.calls.peers().iter();
        let progress = peers.map(|&peer| Progress::new(peer, next_index)).collect();
        self.role = Role::Leader(Leadership {
            progress,
            waiting: Vec::new(),
            reads: Vec::new(),
            round: 0,
            first_index: next_index,
        });
        out.event(Event::BecameLeader { term: self.current_term() });
        self.calls.begin_leading(out);
        self.announce(out);
    }

    /// Follows in this term, which is not older than the current one. A vote is forgotten only with its term.
    pub(super) fn become_follower(&mut self, term: Term, out: &mut Outbox) {
        assert!(term >= self.current_term(), "a term never goes back");
        let was = std::mem::replace(&mut self.role, Role::Follower);
        self.calls.close();
        if term > self.current_term() {
            self.persistent.current_term = term;
            self.persistent.voted_for = None;
            self.leader = None;
            if matches!(was, Role::Candidate { .. } | Role::Leader(_)) {
                out.event(Event::SteppedDown { term });
            }
        }
        if let Role::Leader(Leadership { waiting, reads, .. }) = was {
            self.calls.end_leading(out);
            for Waiting { index, client, request } in waiting {
                out.event(Event::ReplicationFailed { index });
                out.send(client, Message::ClientResponse { request, result: Err(Refused::ReplicationFailed) });
            }
            for read in reads {
                let refusal = Err(Refused::NotLeader { leader: None });
                let response = Message::ClientResponse { request: read.request.number, result: refusal };
                out.send(ProcessId::Client(read.request.client), response);
            }
        }
    }
}
