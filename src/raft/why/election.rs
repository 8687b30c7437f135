//! Why of elections (§5.2, §5.4.1).

use super::words::{count, end_of, ends, in_order, nodes};
use super::{Reason, Scene, by, plain};
use crate::process::ProcessId;
use crate::raft::Message;
use crate::raft::log::{Index, Term};
use crate::raft::message::{Denial, Event, NodeId};
use crate::raft::role::Role;

/// What is said where a node does what a rule forbids.
pub(super) const RULE_IS_MISSING: &str = "The rule that forbids this is taken away in this run.";
/// Where asking before an election is explained.
pub(super) const PRE_VOTE: &str = "dissertation §9.6";

impl Scene<'_> {
    #[cold]
    pub(super) fn of_election(&self, event: &Event) -> Reason {
        match *event {
            Event::Starting => by("§5.2", "Main has started it. A node begins as a follower, in term 0."),
            Event::PeersConfigured { peers } => self.peers_configured(peers),
            Event::ElectionTimedOut => self.timed_out(),
            Event::StartingPreVote { next_term } => by(
                PRE_VOTE,
                format!(
                    "Before it stands in term {next_term}, it asks whether it could win: one that cannot raises \
                     nobody's term, and so disturbs no leader. It votes for itself and needs {} of {}.",
                    self.is().quorum(),
                    self.size()
                ),
            ),
            Event::PreVoteGranted { candidate, next_term } => self.pre_vote_granted(candidate, next_term),
            Event::PreVoteDenied { candidate, why } => self.pre_vote_denied(candidate, why),
            Event::StartingElection { term } => self.starting(term),
            Event::VoteGranted { candidate, term } => self.vote_granted(candidate, term),
            Event::VoteDeniedStale { candidate } => {
                let (asked, term) = (self.term_of_message(), self.was().current_term());
                by(
                    "§5.1",
                    format!(
                        "Node {candidate} asks for a vote in term {asked}, but node {} is in term {term} already. \
                         A term that is over elects nobody; the answer tells node {candidate} of the later one.",
                        self.id()
                    ),
                )
            }
            Event::VoteDenied { candidate } => self.vote_denied(candidate),
            Event::VoteReceived { from } => self.vote_received(from),
            Event::ElectionResult { votes, quorum } => {
                let verdict = if votes >= quorum { "That is enough" } else { "That is not enough" };
                let voters = nodes(&self.voters());
                by(
                    "§5.2",
                    format!(
                        "It has the votes of {voters}: {votes} of {}. {verdict}: {quorum} are needed.",
                        self.size()
                    ),
                )
            }
            Event::BecameLeader { term } => by(
                "§5.2",
                format!(
                    "The votes of {} decide it: {} of {}, where {} are needed.{}",
                    nodes(&self.voters()),
                    self.voters().len(),
                    self.size(),
                    self.is().quorum(),
                    if self.is_raft() {
                        format!(" A node has one vote a term, so nobody else can win term {term}.")
                    } else {
                        String::new()
                    }
                ),
            ),
            Event::ElectionFailed => {
                by("§5.2", "All others have answered, and too few voted for it. It follows, and waits for a leader.")
            }
            _ => self.stepped_down(),
        }
    }

    fn peers_configured(&self, peers: u32) -> Reason {
        let waits = if self.timing().is_some() { " From now on it waits for a leader's word." } else { "" };
        by(
            "§5.2",
            format!(
                "Main told it who the others are: {} in all, of which {} decide.{waits}",
                count(peers + 1, "node", "nodes"),
                self.is().quorum()
            ),
        )
    }

    fn timed_out(&self) -> Reason {
        let again = match self.was().role() {
            Role::Candidate { votes } => format!(
                " It stood in term {} and got only {} of the {} votes that it needs; the next wait is drawn anew, so \
                 that votes are seldom split again.",
                self.was().current_term(),
                votes.len(),
                self.was().quorum()
            ),
            Role::PreCandidate { votes } => format!(
                " It asked for pre-votes and has only {} of the {} that it needs.",
                votes.len(),
                self.was().quorum()
            ),
            Role::Follower | Role::Leader(_) => String::new(),
        };
        if self.is_hurried {
            return by("§5.2", format!("Its election timer was made to fire before its time.{again}"));
        }
        let (least, most) = self.timing().map_or((0, 0), |timing| timing.election_timeout_ms);
        by(
            "§5.2",
            format!(
                "Its election timer has run out, which is drawn from {least} to {most} ms, and anew with every word \
                 from its leader and every vote that it gives. So it believes that nobody leads.{again}"
            ),
        )
    }

    fn pre_vote_granted(&self, candidate: NodeId, next_term: Term) -> Reason {
        let (theirs, own) = (self.asked_log(), end_of(self.was().log()));
        by(
            PRE_VOTE,
            format!(
                "Node {} does not count on a leader now, and the log of node {candidate}, which {theirs}, is \
                 at least as up-to-date as its own, which {own}. It would vote for it in term {next_term}, but \
                 promises nothing.",
                self.id()
            ),
        )
    }

    fn pre_vote_denied(&self, candidate: NodeId, why: Denial) -> Reason {
        let id = self.id();
        let text = match why {
            Denial::StaleTerm => format!(
                "Node {candidate} asks for a term that is not later than {}, in which node {id} is already.",
                self.was().current_term()
            ),
            Denial::LeaderLives => match self.was().leader() {
                Some(leader) if leader == id => format!("Node {id} leads itself, so there is no need for an election."),
                Some(leader) => format!(
                    "Node {id} has heard from leader {leader}, and still counts on it. An election would only disturb \
                     that."
                ),
                None => format!("Node {id} has heard from a leader, and still counts on hearing from one."),
            },
            Denial::LogIsBehind => self.is_behind(candidate),
        };
        by(PRE_VOTE, text)
    }

    fn starting(&self, term: Term) -> Reason {
        let cause = match (self.was().role(), self.message) {
            (Role::PreCandidate { .. }, Some((ProcessId::Node(_), _))) => {
                format!("Enough would vote for it ({}), so it stands", nodes(&self.voters()))
            }
            (_, Some((ProcessId::Main, _))) => "Main told it to stand, in place of an election timeout".to_owned(),
            _ => "It believes that nobody leads, so it stands".to_owned(),
        };
        by(
            "§5.2",
            format!("{cause}: it goes on to term {term}, votes for itself, and asks all others for their votes."),
        )
    }

    fn vote_granted(&self, candidate: NodeId, term: Term) -> Reason {
        let (id, was, own) = (self.id(), self.was(), self.was().log());
        match was.persistent().voted_for.filter(|_| was.current_term() == term) {
            Some(voted_for) if voted_for == candidate => {
                let text = format!(
                    "It has voted for node {candidate} in term {term} before. Asked again, it gives the same answer: \
                     the first may have been lost."
                );
                return by("§5.2", text);
            }
            Some(voted_for) => {
                let text =
                    format!("Node {id} has voted for node {voted_for} in term {term} already. {RULE_IS_MISSING}");
                return by("§5.2", text);
            }
            None => {}
        }
        let (theirs, own_end) = (self.asked_log(), end_of(own));
        let is_up_to_date = match self.message {
            Some((_, Message::RequestVote { last_log_index, last_log_term, .. })) => {
                own.is_at_most_as_up_to_date_as(*last_log_term, *last_log_index)
            }
            _ => true,
        };
        let text = if is_up_to_date {
            // What it did before a crash it may have forgotten.
            let has_not = if self.is_raft() { "has not voted" } else { "knows of no vote of its own" };
            format!(
                "Node {id} {has_not} in term {term} yet (§5.2), and the log of node {candidate}, which {theirs}, \
                 is at least as up-to-date as its own, which {own_end}."
            )
        } else {
            format!(
                "The log of node {candidate}, which {theirs}, is not as up-to-date as that of node {id}, which \
                 {own_end}. {RULE_IS_MISSING}"
            )
        };
        by("§5.4.1", text)
    }

    fn vote_denied(&self, candidate: NodeId) -> Reason {
        let (id, term) = (self.id(), self.was().current_term());
        let vote = self.was().persistent().voted_for.filter(|_| term == self.term_of_message());
        match vote {
            Some(voted_for) if voted_for != candidate && self.options.rules.one_vote_per_term => {
                let whom = if voted_for == id { "itself".to_owned() } else { format!("node {voted_for}") };
                let so = if self.is_raft() { " With one vote a term, no term can have two leaders." } else { "" };
                by("§5.2", format!("Node {id} has voted for {whom} in term {term} already.{so}"))
            }
            _ => by("§5.4.1", self.is_behind(candidate)),
        }
    }

    /// That a candidate's log is not as up-to-date as the own one.
    fn is_behind(&self, candidate: NodeId) -> String {
        let term = match self.message {
            Some((_, Message::RequestPreVote { next_term, .. })) => *next_term,
            _ => self.term_of_message(),
        };
        format!(
            "Node {candidate} asks for a vote in term {term}, but its log {}; node {}'s {}, which is more up-to-date. \
             A vote for it could lose a committed entry.",
            self.asked_log(),
            self.id(),
            end_of(self.was().log())
        )
    }

    /// The term of the message that it received; 0 if there is none.
    pub(super) fn term_of_message(&self) -> Term {
        self.message.and_then(|(_, message)| message.term()).unwrap_or(0)
    }

    /// How the log of the one who asks ends.
    fn asked_log(&self) -> String {
        let (index, term): (Index, Term) = match self.message {
            Some((
                _,
                Message::RequestVote { last_log_index, last_log_term, .. }
                | Message::RequestPreVote { last_log_index, last_log_term, .. },
            )) => (*last_log_index, *last_log_term),
            _ => (0, 0),
        };
        ends(index, term)
    }

    fn vote_received(&self, from: NodeId) -> Reason {
        let (have, need) = (self.voters().len() as u32, self.is().quorum());
        let rest = if have >= need { "Enough to lead".to_owned() } else { format!("{} more to go", need - have) };
        let is_over = self.term_of_message() < self.was().current_term();
        let rule = if is_over { format!(" That was in a term that is over. {RULE_IS_MISSING}") } else { String::new() };
        by(
            "§5.2",
            format!(
                "Node {from} voted for it: it has {have} of {} votes, and needs {need}. {rest}.{rule}",
                self.size()
            ),
        )
    }

    /// Who has voted for the candidate, or would, the message that it has just received included.
    pub(super) fn voters(&self) -> Vec<NodeId> {
        let mut voters = match self.was().role() {
            Role::Candidate { votes } | Role::PreCandidate { votes } => votes.clone(),
            Role::Follower | Role::Leader(_) => Vec::new(),
        };
        let granted = |message: &Message| {
            matches!(
                message,
                Message::RequestVoteResponse { granted: true, .. }
                    | Message::RequestPreVoteResponse { granted: true, .. }
            )
        };
        if let Some((ProcessId::Node(from), message)) = self.message
            && granted(message)
        {
            voters.push(from);
        }
        // It began to stand in this step, and won with its own vote.
        if voters.is_empty() || self.message.is_none() {
            voters = vec![self.id()];
        }
        in_order(&voters)
    }

    fn stepped_down(&self) -> Reason {
        let (was, term) = (self.was(), self.term_of_message());
        let (from, kind) = match self.message {
            Some((from, message)) => (from.to_string(), if message.is_response() { "an answer" } else { "a message" }),
            None => return plain("There is a later term."),
        };
        let what = if matches!(was.role(), Role::Leader(_)) { "leads" } else { "stands for election in" };
        by(
            "§5.1",
            format!(
                "It had {kind} of term {term} from {from}, and {what} only term {}. That is over with a later \
                 one, so it follows.",
                was.current_term()
            ),
        )
    }
}
