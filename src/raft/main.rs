//! Main: the original's main program as a process. It starts the nodes one by one, tells them their peers, has node 1 stand
//! for election, waits, starts the clients one by one, waits, and is done.
//!
//! The original knows no better than to wait for the election and for the clients. Here the time passes only when all is
//! quiet, so that the waits always suffice. In full Raft main waits for nothing: the nodes elect a leader by themselves, and
//! the clients find it.

use super::Outbox;
use super::message::{Event, Message, NodeId, Timer};
use crate::process::{Describe, ProcessId};

/// The node that is told to stand for the only election, and that clients are told to ask.
const DESIGNATED: NodeId = 1;
/// How long main waits for the election, in milliseconds, as in the original.
const ELECTION_MS: u32 = 200;
/// How long main waits for the clients, in milliseconds, as in the original.
const CLIENTS_MS: u32 = 3000;

/// The process that starts all others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Main {
    num_nodes: u32,
    num_clients: u32,
    leaves_alone: bool,
    is_done: bool,
}

impl Main {
    /// Main for this many nodes, at least one, and clients. In full Raft it leaves them alone once they are started.
    pub fn new(num_nodes: u32, num_clients: u32, leaves_alone: bool) -> Self {
        assert!(num_nodes >= DESIGNATED, "somebody must lead");
        Main { num_nodes, num_clients, leaves_alone, is_done: false }
    }

    /// Whether the run is over.
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// Handles a message.
    pub fn on_message(&mut self, from: ProcessId, message: &Message, out: &mut Outbox) {
        match (message, from) {
            (Message::Init, _) => {
                let Main { num_nodes, num_clients, .. } = *self;
                out.event(Event::Configured { num_nodes, num_clients });
                out.send(ProcessId::Node(1), Message::Init);
            }
            (Message::Ready, ProcessId::Node(node)) => {
                out.event(Event::NodeStarted { node });
                if node < self.num_nodes {
                    out.send(ProcessId::Node(node + 1), Message::Init);
                } else {
                    self.elect(out);
                }
            }
            (Message::Ready, ProcessId::Client(client)) => {
                out.event(Event::ClientStarted { client });
                self.start_client_behind(client, out);
            }
            _ => panic!("{from} sent main what is not for main: {}", message.kind()),
        }
    }

    /// Handles the end of a wait.
    pub fn on_timer(&mut self, timer: Timer, out: &mut Outbox) {
        match timer {
            Timer::ElectionOver => {
                out.event(Event::ElectionOver);
                self.start_client_behind(0, out);
            }
            Timer::RunOver => {
                self.is_done = true;
                out.event(Event::Done);
            }
            Timer::Election | Timer::Heartbeat | Timer::Trust | Timer::Retry | Timer::Think => {
                panic!("main does not wait for {timer:?}")
            }
        }
    }

    fn elect(&mut self, out: &mut Outbox) {
        for node in 1..=self.num_nodes {
            let peers = (1..=self.num_nodes).filter(|&peer| peer != node).collect();
            out.send(ProcessId::Node(node), Message::SetPeers { peers });
        }
        out.event(Event::PeersSent);
        if self.leaves_alone {
            return self.start_client_behind(0, out);
        }
        out.send(ProcessId::Node(DESIGNATED), Message::StartElection);
        out.set_timer(Timer::ElectionOver, (ELECTION_MS, ELECTION_MS));
    }

    /// Starts the next client, or lets all of them begin if that was the last.
    fn start_client_behind(&mut self, client: u32, out: &mut Outbox) {
        if client < self.num_clients {
            return out.send(ProcessId::Client(client + 1), Message::Init);
        }
        for client in 1..=self.num_clients {
            // Where nobody leads yet, each may as well ask another one first.
            let leader = if self.leaves_alone { (client - 1) % self.num_nodes + 1 } else { DESIGNATED };
            out.send(ProcessId::Client(client), Message::Start { leader });
        }
        out.event(Event::ClientsStarted { num_clients: self.num_clients });
        if !self.leaves_alone {
            out.set_timer(Timer::RunOver, (CLIENTS_MS, CLIENTS_MS));
        }
    }
}
