//! A client: it is told who leads, sends one request after another, and waits for each answer.
//!
//! Left out: looking for the leader, timeouts, and retries.

use super::Outbox;
use super::message::{Event, Message, NodeId};
use crate::kv::Command;
use crate::process::{Describe, ProcessId};

/// A client of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Client {
    /// The node that it sends its requests to, once it was told.
    leader: Option<NodeId>,
    /// How many requests it will send in all.
    requests: u32,
    /// How many it has sent.
    sent: u32,
    /// The command whose answer it waits for.
    waiting_for: Option<Command>,
}

impl Client {
    /// A client that will send this many requests once it is started.
    pub fn new(requests: u32) -> Self {
        Client { leader: None, requests, sent: 0, waiting_for: None }
    }

    /// How many requests the client will send in all.
    pub fn requests(&self) -> u32 {
        self.requests
    }

    /// How many requests were answered.
    pub fn answered(&self) -> u32 {
        self.sent - u32::from(self.waiting_for.is_some())
    }

    /// The command whose answer the client waits for.
    pub fn waiting_for(&self) -> Option<Command> {
        self.waiting_for
    }

    /// Whether the client was told to begin.
    pub fn is_started(&self) -> bool {
        self.leader.is_some()
    }

    /// Handles a message.
    pub fn on_message(&mut self, from: ProcessId, message: &Message, out: &mut Outbox) {
        match *message {
            Message::Init => out.send(from, Message::Ready),
            Message::Start { leader } => {
                assert!(self.leader.is_none(), "a client is started once");
                self.leader = Some(leader);
                out.event(Event::ClientStarting { requests: self.requests });
                self.go_on(out);
            }
            Message::ClientResponse { request, result } => {
                assert_eq!(request, self.sent, "a client is answered what it asked last");
                let command = self.waiting_for.take().expect("a client is answered once");
                out.event(Event::Answered { command, result });
                self.go_on(out);
            }
            Message::Ready
            | Message::SetPeers { .. }
            | Message::StartElection
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

    /// Sends the command that the client asked for.
    pub fn on_request(&mut self, command: Command, out: &mut Outbox) {
        assert!(self.waiting_for.is_none(), "a client has one request at a time");
        let leader = self.leader.expect("a client asks for commands once it knows the leader");
        self.sent += 1;
        self.waiting_for = Some(command);
        out.send(ProcessId::Node(leader), Message::ClientRequest { request: self.sent, command });
    }

    fn go_on(&mut self, out: &mut Outbox) {
        if self.sent < self.requests {
            out.want_request(self.sent);
        } else {
            out.event(Event::ClientFinished { requests: self.requests });
        }
    }
}
