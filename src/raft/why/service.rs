//! Why of requests, of the store and of clients (§8).

use super::election::RULE_IS_MISSING;
use super::words::{command as written, count, quoted};
use super::{Reason, Scene, by, plain};
use crate::kv::{Command, Reply};
use crate::process::ProcessId;
use crate::raft::log::Index;
use crate::raft::message::{Event, Message, NodeId, Refused};
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
            Event::ReadAnswered { reply, .. } if !self.is_raft() => by(
                "§8",
                format!(
                    "It takes it for confirmed that it leads, and answers from its own store. {}",
                    self.outcome(None, reply)
                ),
            ),
            Event::ReadAnswered { reply, .. } => by(
                "§8",
                format!(
                    "Since the read came, a majority has confirmed that node {} leads, and all that was committed \
                     before is applied. So it answers from its own store, without an entry. {}",
                    self.id(),
                    self.outcome(None, reply)
                ),
            ),
            Event::RequestRefused => self.request_refused(),
            Event::Applied { slot, command, reply } => self.applied(slot, command, reply),
            Event::Recognised { client, request } => by(
                "§8",
                format!(
                    "The store has done request {request} of client {client}, or a later one, before: the client asked \
                     again, or the network delivered it twice. The store remembers what each client asked last and what \
                     it was told, and does nothing twice."
                ),
            ),
            Event::NoOpApplied { index } => {
                by("§8", format!("Entry {index} is committed. A leader began its term with it; it changes nothing."))
            }
            Event::ClientStarting { requests } => plain(format!(
                "Main told it to begin. It is to send {}, one after another, and waits for each answer.",
                count(requests, "request", "requests")
            )),
            Event::Redirected { leader } => by(
                "§8",
                format!("{} did not lead, and said that node {leader} does. So the client asks there.", self.sender()),
            ),
            Event::TurnedAway { node } => self.turned_away(node),
            Event::Retried { silent, node } => self.retried(silent, node),
            Event::Answered { command, result } => self.answered(command, result),
            _ => plain("All its requests are answered, and it has nothing more to ask."),
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
        let outcome = if self.is_repeated {
            "The answer is what the store remembers, and nothing changes.".to_owned()
        } else {
            self.outcome(Some(command), reply)
        };
        by("§5.3", format!("{what}. {outcome}"))
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
        let why = match self.message {
            Some((_, Message::ClientResponse { result: Err(Refused::ReplicationFailed), .. })) => {
                "leads no more, and does not know what becomes of the request"
            }
            Some((_, Message::ClientResponse { result: Err(Refused::NotLeader { leader: Some(leader) }), .. }))
                if *leader != node =>
            {
                "does not lead. It names another, but the client was sent on often enough"
            }
            _ => "does not lead, and names nobody else, as during an election",
        };
        by("§8", format!("Node {node} {why}. The client waits for its timer, of {patience} ms, to ask the next node."))
    }

    fn retried(&self, silent: Option<NodeId>, node: NodeId) -> Reason {
        let text = match silent {
            Some(silent) => format!(
                "It asked node {silent}, and has no answer. It cannot tell whether the request was lost, or the answer, \
                 or the node: so it asks node {node} with the same number, by which a repeated request is recognised."
            ),
            None => format!("It was turned away before. Node {node} may lead by now, or know who does."),
        };
        by("§8", text)
    }

    fn answered(&self, command: Command, result: Result<Reply, Refused>) -> Reason {
        let asked = written(command, self.texts);
        match result {
            Ok(_) => by("§8", format!("{} has answered: the store has carried out {asked}.", self.sender())),
            Err(Refused::NotLeader { .. }) => {
                by("§8", format!("{} does not lead, so it did not take {asked}.", self.sender()))
            }
            Err(Refused::ReplicationFailed) => {
                by("§8", format!("{} leads no more. Whether {asked} will be carried out is not known.", self.sender()))
            }
        }
    }
}
