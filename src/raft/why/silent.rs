//! What a step did that nobody said anything about.

use super::election::{PRE_VOTE, RULE_IS_MISSING};
use super::replication::{THAT_ENTRY, standing};
use super::words::nodes;
use super::{Reason, Scene, by, plain};
use crate::process::{Describe, ProcessId};
use crate::raft::Message;
use crate::raft::log::Term;
use crate::raft::message::{AppendOutcome, NodeId, Timer};
use crate::raft::role::Role;

impl Scene<'_> {
    /// What became of this message, which was received without a word.
    #[cold]
    pub fn why_silent(&self, from: ProcessId, message: &Message) -> Reason {
        match (message, self.process, from) {
            (Message::ClientResponse { request, .. }, ProcessId::Client(id), _) => self.late_answer(id, *request),
            (Message::Init, _, _) => plain("Main starts it, and it answers that it runs."),
            (_, ProcessId::Node(_), ProcessId::Node(from)) => self.between_nodes(from, message),
            _ => plain(format!("It received {} from {from}, and does what that asks for.", message.kind())),
        }
    }

    fn between_nodes(&self, from: NodeId, message: &Message) -> Reason {
        let (term, was) = (self.is().current_term(), self.was());
        if let Some(later) = message.term().filter(|&later| later > was.current_term()) {
            let text = format!(
                "Node {from} was in term {later}, which is later than its own, {}. {}",
                was.current_term(),
                if term < later {
                    format!("It does not go on to that. {RULE_IS_MISSING}")
                } else {
                    "So it goes on to that.".to_owned()
                }
            );
            return by("§5.1", text);
        }
        match *message {
            Message::RequestVoteResponse { granted, term: given } => self.vote(from, granted, given),
            Message::RequestPreVoteResponse { next_term, granted, .. } => self.pre_vote(from, next_term, granted),
            Message::AppendEntriesResponse { term: given, .. }
                if given < term && self.options.rules.count_current_acks_only =>
            {
                by(
                    "§5.1",
                    format!(
                        "This answers what it sent in term {given}. It is in term {term} now, so it does not count."
                    ),
                )
            }
            Message::AppendEntriesResponse { outcome, .. } => self.acknowledged(from, outcome),
            _ => plain(format!("It received {} from node {from}, which changes nothing.", message.kind())),
        }
    }

    fn vote(&self, from: NodeId, granted: bool, given: Term) -> Reason {
        let term = self.is().current_term();
        let text = match self.was().role() {
            _ if given < term && self.options.rules.count_current_votes_only => {
                format!("This is about term {given}. It is in term {term} now, so it does not count.")
            }
            Role::Candidate { votes } if !granted => format!(
                "Node {from} does not vote for it. It has the votes of {} and needs {}.",
                nodes(votes),
                self.is().quorum()
            ),
            Role::Candidate { .. } => format!("Node {from} has voted for it before; a vote counts once."),
            Role::Leader(_) => format!("The election of term {term} is won already, so it makes no difference."),
            Role::Follower | Role::PreCandidate { .. } => "It does not stand for election now.".to_owned(),
        };
        by("§5.2", text)
    }

    fn pre_vote(&self, from: NodeId, next_term: Term, granted: bool) -> Reason {
        let text = match self.was().role() {
            _ if next_term != self.was().current_term() + 1 => {
                format!("This is about term {next_term}, for which it does not ask now, so it does not count.")
            }
            Role::PreCandidate { .. } if !granted => format!("Node {from} would not vote for it."),
            Role::PreCandidate { votes } => format!(
                "Node {from} would vote for it. Before, {} would; {} are needed.",
                nodes(votes),
                self.is().quorum()
            ),
            Role::Follower | Role::Candidate { .. } | Role::Leader(_) => {
                "It does not ask for pre-votes now, so it makes no difference.".to_owned()
            }
        };
        by(PRE_VOTE, text)
    }

    fn acknowledged(&self, from: NodeId, outcome: AppendOutcome) -> Reason {
        let is = self.is();
        if !matches!(is.role(), Role::Leader(_)) {
            return plain(format!("Node {from} answers what was sent to it by a leader. This one leads no more."));
        }
        match outcome {
            AppendOutcome::StaleTerm => by("§5.1", "This is about an earlier term, so it does not count."),
            AppendOutcome::Mismatch { .. } => by(
                "§5.3",
                format!(
                    "It takes node {from} to match further than this answer says, as if that was about an earlier \
                     message. So it changes nothing."
                ),
            ),
            AppendOutcome::Matched { match_index: 0 } => {
                by("§5.2", format!("Node {from} has heard that it leads, and confirms no entry."))
            }
            AppendOutcome::Matched { match_index } => {
                let standing = standing(is, match_index, self.size(), THAT_ENTRY);
                let text = format!(
                    "Node {from} confirms what was known: it matches up to entry {match_index}. {}",
                    standing.text
                );
                Reason { text, section: standing.section }
            }
        }
    }

    fn late_answer(&self, id: u32, request: u32) -> Reason {
        let client = self.before.client(id);
        let waits = client.waiting_for().is_some();
        if waits && request == client.sent() {
            return by(
                "§8",
                format!("{} cannot help it further, and it waits already until it asks again.", self.sender()),
            );
        }
        by(
            "§8",
            format!(
                "This answers its request {request}, to which it has an answer. It asked more than once, or the \
                 network delivered something twice."
            ),
        )
    }

    /// What became of this timer, which fired without a word.
    #[cold]
    pub fn why_timer(&self, timer: Timer) -> Reason {
        match timer {
            Timer::Trust => {
                let ended = if self.is_hurried { "was made to fire before its time" } else { "has run out" };
                by(
                    PRE_VOTE,
                    format!(
                        "Its trust timer {ended}, which begins anew with every word from its leader. From now on that \
                         leader is no reason to deny a pre-vote."
                    ),
                )
            }
            Timer::Think => plain("Its time to think is over, so it sends its next request."),
            Timer::Election | Timer::Heartbeat | Timer::Retry | Timer::ElectionOver | Timer::RunOver => {
                plain("What it waited for did not come in time.")
            }
        }
    }

    /// What became of a command that a person gave to a client.
    #[cold]
    pub fn why_order(&self) -> Reason {
        let sends = match self.process {
            ProcessId::Client(id) => self.now.client(id).sent() > self.before.client(id).sent(),
            ProcessId::Main | ProcessId::Node(_) => false,
        };
        plain(if sends {
            "It was asked to send a request by hand, and sends it."
        } else {
            "It was asked to send a request by hand. It sends one after another, so this one waits for its turn."
        })
    }
}
