//! Why of requests, of the store and of clients (§8).

use super::premises::{NOTHING_IS_LOST, RULE_IS_MISSING, given};
use super::words::{command as written, count, quoted};
use super::{Reason, Scene, by, plain};
use crate::kv::{Command, Reply};
use crate::process::ProcessId;
use crate::raft::log::Index;
use crate::raft::message::{Event, NodeId, Refused};
use crate::raft::role::Role;

impl Scene<'_> {
    #[cold]
    pub(super) fn of_service(&self, event: &Event) -> Reason {
        match *event {
            Event::ReadAnswered { .. } if !self.options.rules.confirm_before_reading => by(
                "§8",
                format!(
                    "It answers from its own store, without asking anybody whether it still leads. {RULE_IS_MISSING}"
                ),
            ),
            Event::ReadAnswered { reply, .. } => by(
                "§8",
                format!(
                    "Since the read came, {} confirmed that node {} leads, and all that was committed before is \
                     applied. So it answers from its own store, without an entry. {}",
                    if self.is().rules().majority_quorum {
                        "a majority has"
                    } else {
                        "half of all (here that is enough) have"
                    },
                    self.id(),
                    self.outcome(None, reply)
                ),
            ),
            Event::RequestRefused => self.request_refused(),
            Event::Applied { slot, command, reply } => self.applied(slot, command, reply),
            Event::Recognised { client, request } => by(
                "§8",
                format!(
                    "Client {client} heard no answer and asked again, so its request {request} is in the log twice. \
                     The store remembers what each client asked last and what it was told, and does nothing twice."
                ),
            ),
            Event::NoOpApplied { index } => {
                let term = self.is().log().term_at(index).unwrap_or(0);
                by(
                    "§8",
                    format!("Entry {index} is committed. The leader of term {term} began with it; it changes nothing."),
                )
            }
            Event::ClientStarting { requests } => plain(format!(
                "Main told it to begin. It will send {}, one after another, and waits for each answer.",
                count(requests, "request", "requests")
            )),
            Event::Redirected { leader } => by(
                "§8",
                format!("{} does not lead, and said that node {leader} does. So the client asks there.", self.sender()),
            ),
            Event::TurnedAway { node } => self.turned_away(node),
            Event::Retried { silent, node } => self.retried(silent, node),
            Event::Answered { command, result } => self.answered(command, result),
            _ => plain("Its last request is answered, and it has nothing more to ask."),
        }
    }

    fn request_refused(&self) -> Reason {
        let hint = match self.was().leader() {
            Some(leader) => format!("It takes node {leader} for the leader, and tells the client so."),
            None => "It knows of no leader, so it cannot tell the client whom to ask.".to_owned(),
        };
        let role = match self.was().role() {
            Role::Follower => "a follower",
            Role::PreCandidate { .. } | Role::Candidate { .. } => "only a candidate",
            Role::Leader(_) => "not the leader any more",
        };
        by("§8", format!("Only the leader takes requests, and node {} is {role}. {hint}", self.id()))
    }

    fn applied(&self, slot: Option<Index>, command: Command, reply: Reply) -> Reason {
        let what = match slot {
            Some(index) => format!("Entry {index} is committed, and all before it are applied, so it is applied now"),
            None => "Its entry is committed, and all before it are applied, so it is applied now, and the client is answered"
                .to_owned(),
        };
        by("§5.3", format!("{what}. {}", self.outcome(Some(command), reply)))
    }

    /// What came of a command, and why.
    fn outcome(&self, command: Option<Command>, reply: Reply) -> String {
        match (reply, command) {
            (Reply::Done, Some(Command::Delete { .. })) => "The key was there, and is deleted.".to_owned(),
            (Reply::Done, _) => "The key was free, so the value is stored.".to_owned(),
            (Reply::Value(value), _) => format!("The key holds {}.", quoted(value, self.texts)),
            (Reply::KeyExists, command) => {
                let held = command.map(|command| self.is().store().read(command.key()));
                let holds = match held {
                    Some(Reply::Value(value)) if self.applies_one() => format!(", with {}", quoted(value, self.texts)),
                    _ => String::new(),
                };
                format!("The key exists already{holds}, and a put never overwrites: it fails, and changes nothing.")
            }
            (Reply::KeyMissing, _) => "There is no such key, so it fails, and changes nothing.".to_owned(),
        }
    }

    /// Whether the step applies one entry alone, so that the store is what that found.
    fn applies_one(&self) -> bool {
        self.is().last_applied() == self.was().last_applied() + 1
    }

    pub(super) fn sender(&self) -> String {
        match self.message {
            Some((ProcessId::Node(node), _)) => format!("Node {node}"),
            _ => "The node that was asked".to_owned(),
        }
    }

    fn turned_away(&self, node: NodeId) -> Reason {
        let patience = self.timing().map_or(0, |timing| timing.client_timeout_ms);
        by(
            "§8",
            format!(
                "Node {node} does not lead and knows of nobody else to ask, as during an election. The client waits \
                 until its {patience} ms are over, then it asks the next node."
            ),
        )
    }

    fn retried(&self, silent: Option<NodeId>, node: NodeId) -> Reason {
        let patience = self.timing().map_or(0, |timing| timing.client_timeout_ms);
        let number = if self.options.rules.recognise_repeated_requests {
            "by which a repeated request is recognised"
        } else {
            "but the rule by which a repeated request is recognised is taken away in this run"
        };
        let text = match silent {
            Some(silent) if self.is_hurried => {
                format!("Node {silent} has not answered so far. It asks node {node} with the same number, {number}.")
            }
            Some(silent) => format!(
                "Node {silent} has not answered in {patience} ms. Nobody can tell whether the request was lost, or the \
                 answer, or the node: so it asks node {node} with the same number, {number}."
            ),
            None => format!("It was turned away before and has waited. Node {node} may lead by now, or know who does."),
        };
        by("§8", text)
    }

    fn answered(&self, command: Command, result: Result<Reply, Refused>) -> Reason {
        let asked = written(command, self.texts);
        match result {
            Ok(_) => {
                let final_ = given(self.now.node(1), NOTHING_IS_LOST, "That is final.", "it is final");
                by("§8", format!("{} has answered: {asked} was carried out by its store. {final_}", self.sender()))
            }
            Err(Refused::NotLeader { .. }) => {
                by("§8", format!("{} does not lead, so {asked} was not carried out.", self.sender()))
            }
            Err(Refused::ReplicationFailed) => {
                by("§8", format!("{} leads no more. Whether {asked} will be carried out is not known.", self.sender()))
            }
        }
    }
}
