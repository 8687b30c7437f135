//! Why of elections (§5.2, §5.4.1).

use super::premises::{ONE_LEADER, RULE_IS_MISSING, given};
use super::words::{count, end_of, ends, in_order, nodes};
use super::{Reason, Scene, by, plain};
use crate::process::ProcessId;
use crate::raft::Message;
use crate::raft::log::{Index, Term};
use crate::raft::message::{Denial, Event, NodeId};
use crate::raft::role::Role;

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
                let asked = self.message.and_then(|(_, message)| message.term()).unwrap_or(0);
                let term = self.is().current_term();
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
                let few = self.half_is_enough();
                by(
                    "§5.2",
                    format!(
                        "It has the votes of {voters}: {votes} of {}. {verdict}: {quorum} are needed.{few}",
                        self.size()
                    ),
                )
            }
            Event::BecameLeader { term } => by(
                "§5.2",
                format!(
                    "The votes of {} decide it: {} of {}, where {} are needed. {}",
                    nodes(&self.voters()),
                    self.voters().len(),
                    self.size(),
                    self.is().quorum(),
                    given(
                        self.is(),
                        ONE_LEADER,
                        &format!("A node has one vote a term, so nobody else can win term {term}."),
                        &format!("nobody else can win term {term}")
                    )
                ),
            ),
            Event::ElectionFailed => {
                by("§5.2", "All others have answered, and too few voted for it. It follows, and waits for a leader.")
            }
            _ => self.stepped_down(),
        }
    }

    /// What is added where fewer than a majority decide.
    fn half_is_enough(&self) -> &'static str {
        if self.is().rules().majority_quorum { "" } else { " That it takes a majority is taken away in this run." }
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
                "It has heard from no leader, and voted for nobody, during a whole election timeout, which is drawn \
                 from {least} to {most} ms. So it believes that nobody leads.{again}"
            ),
        )
    }

    fn pre_vote_granted(&self, candidate: NodeId, next_term: Term) -> Reason {
        let (theirs, own) = (self.asked_log(), end_of(self.is().log()));
        if !self.is_up_to_date() {
            let text = format!(
                "The log of node {candidate}, which {theirs}, is not as up-to-date as that of node {}, which {own}. \
                 {RULE_IS_MISSING}",
                self.id()
            );
            return by(PRE_VOTE, text);
        }
        by(
            PRE_VOTE,
            format!(
                "Node {} has not heard from a leader for a while, and the log of node {candidate}, which {theirs}, is \
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
                self.is().current_term()
            ),
            Denial::LeaderLives => match self.was().leader() {
                Some(leader) if leader == id => format!("Node {id} leads itself, so there is no need for an election."),
                Some(leader) => format!(
                    "Node {id} has heard from leader {leader} a short while ago. An election would only disturb it."
                ),
                None => format!("Node {id} has heard from a leader a short while ago, and waits for it."),
            },
            Denial::LogIsBehind => self.is_behind(candidate),
        };
        by(PRE_VOTE, text)
    }

    fn starting(&self, term: Term) -> Reason {
        let cause = match (self.was().role(), self.message) {
            (Role::PreCandidate { .. }, Some((ProcessId::Node(_), _))) => {
                format!("A majority would vote for it ({}), so it stands", nodes(&self.voters()))
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
        let (id, was, own) = (self.id(), self.was(), self.is().log());
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
        let has_not_voted = if was.rules().vote_is_durable {
            format!("has not voted in term {term} yet")
        } else {
            format!("remembers no vote in term {term}: here a crash makes it forget, as that rule is taken away")
        };
        let text = if self.is_up_to_date() {
            format!(
                "Node {id} {has_not_voted} (§5.2), and the log of node {candidate}, which {theirs}, \
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

    /// Whether the log of the one who asks is at least as up-to-date as the own one.
    fn is_up_to_date(&self) -> bool {
        match self.message {
            Some((
                _,
                Message::RequestVote { last_log_index, last_log_term, .. }
                | Message::RequestPreVote { last_log_index, last_log_term, .. },
            )) => self.is().log().is_at_most_as_up_to_date_as(*last_log_term, *last_log_index),
            _ => true,
        }
    }

    fn vote_denied(&self, candidate: NodeId) -> Reason {
        let (id, persistent) = (self.id(), self.is().persistent());
        match persistent.voted_for {
            Some(voted_for) if voted_for != candidate => {
                let whom = if voted_for == id { "itself".to_owned() } else { format!("node {voted_for}") };
                by(
                    "§5.2",
                    format!(
                        "Node {id} has voted for {whom} in term {} already. {}",
                        persistent.current_term,
                        given(
                            self.is(),
                            ONE_LEADER,
                            "With one vote a term, no term can have two leaders.",
                            "no term can have two leaders"
                        )
                    ),
                )
            }
            _ => by("§5.4.1", self.is_behind(candidate)),
        }
    }

    /// That a candidate's log is not as up-to-date as the own one.
    fn is_behind(&self, candidate: NodeId) -> String {
        let term = match self.message {
            Some((_, Message::RequestVote { term, .. } | Message::RequestPreVote { next_term: term, .. })) => *term,
            _ => self.is().current_term(),
        };
        format!(
            "Node {candidate} asks for a vote in term {term}, but its log {}; node {}'s {}, which is more up-to-date. \
             A vote for it could lose a committed entry.",
            self.asked_log(),
            self.id(),
            end_of(self.is().log())
        )
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
        let given = self.message.and_then(|(_, message)| message.term()).unwrap_or(0);
        let counts = if given < self.is().current_term() && self.message.is_some() {
            format!(
                " That vote was given in term {given}, and counts in term {}. {RULE_IS_MISSING}",
                self.is().current_term()
            )
        } else {
            String::new()
        };
        by(
            "§5.2",
            format!(
                "Node {from} voted for it: it has {have} of {} votes, and needs {need}. {rest}.{counts}{}",
                self.size(),
                self.half_is_enough()
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
        let (was, term) = (self.was(), self.is().current_term());
        let (from, kind) = match self.message {
            Some((from, message)) => (from.to_string(), if message.is_response() { "an answer" } else { "a message" }),
            None => return plain(format!("There is a later term: {term}.")),
        };
        let what = if matches!(was.role(), Role::Leader(_)) { "leads" } else { "stands for election in" };
        let follows = if was.rules().step_down_on_higher_term {
            "Whoever sees a later term follows: its own is over."
        } else {
            "So it follows: its own is over. In this run that is so for requests alone: the rule for answers is taken away."
        };
        by(
            "§5.1",
            format!("It had {kind} of term {term} from {from}, and {what} only term {}. {follows}", was.current_term()),
        )
    }
}
