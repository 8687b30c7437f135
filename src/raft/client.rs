//! A client: it sends one request after another, and waits for each answer.
//!
//! In the failure-free gear it is told who leads, and waits for as long as it takes. In full Raft it finds the leader: it
//! asks any node, goes where it is sent, and asks the next one when it hears nothing for a while (§8). It asks with the
//! same number, so that the store knows a request that it has seen before.

use std::collections::VecDeque;

use super::Outbox;
use super::message::{Event, Message, NodeId, Refused, Timer};
use crate::kv::{Command, Reply};
use crate::process::{Describe, ProcessId};

/// A client of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Client {
    num_nodes: u32,
    /// After how many milliseconds it asks another node; none if it waits for as long as it takes.
    patience_ms: Option<u32>,
    /// The node that it sends its requests to, once it was told to begin.
    target: Option<NodeId>,
    /// How many more times it goes where it is sent before it waits a while.
    redirects: u32,
    /// Whether the node that it asked has turned it away.
    is_turned_away: bool,
    /// How many requests it will send by itself.
    requests: u32,
    /// How many of these it has sent.
    asked: u32,
    /// What a person wants it to send.
    orders: VecDeque<Command>,
    /// How many requests it has sent in all; the number of the last one.
    sent: u32,
    /// What it thinks about before it sends it.
    thinking_of: Option<Command>,
    /// The command whose answer it waits for.
    waiting_for: Option<Command>,
    /// The last command that was answered, and what it heard.
    heard: Option<(Command, Result<Reply, Refused>)>,
}

impl Client {
    /// A client that will send this many requests once it is started, to a cluster of this many nodes.
    pub fn new(requests: u32, num_nodes: u32, patience_ms: Option<u32>) -> Self {
        Client {
            num_nodes,
            patience_ms,
            target: None,
            redirects: num_nodes,
            is_turned_away: false,
            requests,
            asked: 0,
            orders: VecDeque::new(),
            sent: 0,
            thinking_of: None,
            waiting_for: None,
            heard: None,
        }
    }

    /// How many requests the client will send in all, as far as is known.
    pub fn requests(&self) -> u32 {
        self.sent + (self.requests - self.asked) + self.orders.len() as u32 + u32::from(self.thinking_of.is_some())
    }

    /// How many requests it has sent.
    pub fn sent(&self) -> u32 {
        self.sent
    }

    /// How many requests were answered.
    pub fn answered(&self) -> u32 {
        self.sent - u32::from(self.waiting_for.is_some())
    }

    /// The command whose answer the client waits for.
    pub fn waiting_for(&self) -> Option<Command> {
        self.waiting_for
    }

    /// What it heard last.
    pub fn last_answer(&self) -> Option<Result<Reply, Refused>> {
        self.heard.map(|(_, result)| result)
    }

    /// The last command that was answered, and what it heard.
    pub fn heard(&self) -> Option<(Command, Result<Reply, Refused>)> {
        self.heard
    }

    /// The node that it asks, once it was told to begin.
    pub fn target(&self) -> Option<NodeId> {
        self.target
    }

    /// Whether the client was told to begin.
    pub fn is_started(&self) -> bool {
        self.target.is_some()
    }

    /// Whether it has nothing more to ask.
    pub fn is_done(&self) -> bool {
        self.is_started() && self.answered() == self.requests()
    }

    /// Handles a message.
    pub fn on_message(&mut self, from: ProcessId, message: &Message, out: &mut Outbox) {
        match *message {
            Message::Init => out.send(from, Message::Ready),
            Message::Start { leader } => {
                assert!(self.target.is_none(), "a client is started once");
                self.target = Some(leader);
                out.event(Event::ClientStarting { requests: self.requests });
                self.go_on(out);
            }
            Message::ClientResponse { request, result } => self.on_response(from, request, result, out),
            Message::Ready
            | Message::SetPeers { .. }
            | Message::StartElection
            | Message::RequestPreVote { .. }
            | Message::RequestPreVoteResponse { .. }
            | Message::RequestVote { .. }
            | Message::RequestVoteResponse { .. }
            | Message::AppendEntries { .. }
            | Message::AppendEntriesResponse { .. }
            | Message::CommitNotification { .. }
            | Message::ClientRequest { .. } => {
                panic!("{from} sent a client what is not for clients: {}", message.kind())
            }
        }
    }

    fn on_response(&mut self, from: ProcessId, request: u32, result: Result<Reply, Refused>, out: &mut Outbox) {
        // It may have asked twice, and hears twice; and it may hear late.
        let Some(command) = self.waiting_for.filter(|_| request == self.sent) else { return };
        if let (Err(refused), true) = (result, self.patience_ms.is_some()) {
            return self.on_refusal(from, refused, command, out);
        }
        self.waiting_for = None;
        self.heard = Some((command, result));
        out.cancel_timer(Timer::Retry);
        out.event(Event::Answered { command, result });
        self.go_on(out);
    }

    /// Goes where it is sent; if it is sent nowhere, or around in a circle, it waits for its timer.
    fn on_refusal(&mut self, from: ProcessId, refused: Refused, command: Command, out: &mut Outbox) {
        let Some(node) = self.target.filter(|&target| from == ProcessId::Node(target)) else { return };
        match refused {
            Refused::NotLeader { leader: Some(leader) } if leader != node && self.redirects > 0 => {
                self.redirects -= 1;
                self.target = Some(leader);
                out.event(Event::Redirected { leader });
                self.ask(command, out);
            }
            Refused::NotLeader { .. } | Refused::ReplicationFailed if self.is_turned_away => {}
            Refused::NotLeader { .. } | Refused::ReplicationFailed => {
                self.is_turned_away = true;
                out.event(Event::TurnedAway { node });
            }
        }
    }

    /// Handles a timer.
    pub fn on_timer(&mut self, timer: Timer, out: &mut Outbox) {
        match timer {
            Timer::Retry => self.ask_another(out),
            Timer::Think => {
                let command = self.thinking_of.take().expect("it thinks of a command");
                self.send(command, out);
            }
            Timer::ElectionOver | Timer::RunOver | Timer::Election | Timer::Heartbeat | Timer::Trust => {
                panic!("a client does not wait for {timer:?}")
            }
        }
    }

    fn ask_another(&mut self, out: &mut Outbox) {
        let command = self.waiting_for.expect("it waits for an answer");
        let asked = self.target.expect("it has asked somebody");
        let silent = (!self.is_turned_away).then_some(asked);
        let node = asked % self.num_nodes + 1;
        self.target = Some(node);
        self.redirects = self.num_nodes;
        out.event(Event::Retried { silent, node });
        self.ask(command, out);
    }

    /// Sends the command that the client asked for, after so many milliseconds.
    #[inline]
    pub fn on_request(&mut self, command: Command, after_ms: u32, out: &mut Outbox) {
        assert!(self.waiting_for.is_none(), "a client has one request at a time");
        self.asked += 1;
        if after_ms == 0 {
            self.send(command, out);
        } else {
            self.thinking_of = Some(command);
            out.set_timer(Timer::Think, (after_ms, after_ms));
        }
    }

    /// Sends a command that a person wants, once the answer to the last one is there.
    pub fn on_order(&mut self, command: Command, out: &mut Outbox) {
        self.orders.push_back(command);
        if self.is_started() && self.waiting_for.is_none() && self.thinking_of.is_none() {
            self.go_on(out);
        }
    }

    /// Stops. Its requests and their numbers are on its disk.
    pub fn on_crash(&mut self) {
        self.redirects = self.num_nodes;
    }

    /// Starts again: asks another node for what was not answered.
    pub fn on_restart(&mut self, out: &mut Outbox) {
        if self.waiting_for.is_some() {
            self.ask_another(out);
        } else if let Some(command) = self.thinking_of.take() {
            self.send(command, out);
        } else if self.is_started() {
            self.go_on(out);
        }
    }

    #[inline]
    fn go_on(&mut self, out: &mut Outbox) {
        if let Some(command) = self.orders.pop_front() {
            self.send(command, out);
        } else if self.asked < self.requests {
            out.want_request(self.asked);
        } else {
            out.event(Event::ClientFinished { requests: self.sent });
        }
    }

    fn send(&mut self, command: Command, out: &mut Outbox) {
        self.sent += 1;
        self.waiting_for = Some(command);
        self.redirects = self.num_nodes;
        self.ask(command, out);
    }

    #[inline]
    fn ask(&mut self, command: Command, out: &mut Outbox) {
        let target = self.target.expect("a client asks once it was told to begin");
        self.is_turned_away = false;
        out.send(ProcessId::Node(target), Message::ClientRequest { request: self.sent, command });
        if let Some(patience_ms) = self.patience_ms {
            out.set_timer(Timer::Retry, (patience_ms, patience_ms));
        }
    }
}
