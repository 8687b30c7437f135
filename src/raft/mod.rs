//! Raft, as it runs here: a cluster of [`Node`]s that agree on a log, [`Client`]s that ask them, and [`Main`], which
//! starts them all. Read [`node`] beside Figure 2 of the paper.
//!
//! It succeeds a program in Gleam, called the original here, whose semantics and trace lines it keeps.
//!
//! # What happens
//!
//! Main starts the nodes, tells each its peers, and has node 1 stand for election. A node has one vote a term, and gives
//! it to a candidate whose log is at least as up-to-date as its own; a majority makes a leader (§5.2, §5.4.1). Clients
//! send their commands to the leader. It appends each to its log and replicates it with AppendEntries; once a majority
//! has it, it is committed and applied to the store, and the client is answered (§5.3). CommitNotification tells the
//! followers, which apply it too.
//!
//! # What is left out
//!
//! This is the failure-free emulation. The rules of the protocol are all here, but nothing goes wrong that some of them
//! would be needed for:
//! - election timeouts (§5.2): node 1 is told to stand for the only election;
//! - heartbeats (§5.2): nobody doubts the leader, and commits travel by CommitNotification;
//! - concurrent calls (§5.3): a node calls its peers one after another and hears them all, see [`calls`];
//! - crashes, restarts, and lost or repeated messages (§5.5);
//! - a no-op entry at the start of a term, finding the leader, repeated requests (§8);
//! - log compaction (§7) and membership changes (§6).

pub mod calls;
pub mod client;
pub mod log;
pub mod main;
pub mod message;
pub mod node;
pub mod options;
pub mod role;
pub mod rules;
pub mod text;

pub use client::Client;
pub use main::Main;
pub use message::{Event, Message, Timer};
pub use node::Node;

use crate::kv::Command;
use crate::process::{self, ProcessId};

/// What a process of this protocol wants to happen.
pub type Outbox = process::Outbox<Message, Timer, Event>;

/// A process of this protocol.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Process {
    /// The one that starts the others.
    Main(Main),
    /// A node of the cluster.
    Node(Node),
    /// A client of the cluster.
    Client(Client),
}

impl process::Process for Process {
    type Message = Message;
    type Timer = Timer;
    type Event = Event;

    fn accepts(&self, message: &Message) -> bool {
        match self {
            Process::Node(node) => node.accepts(message),
            Process::Main(_) | Process::Client(_) => true,
        }
    }

    fn on_message(&mut self, from: ProcessId, message: &Message, out: &mut Outbox) {
        match self {
            Process::Main(main) => main.on_message(from, message, out),
            Process::Node(node) => node.on_message(from, message, out),
            Process::Client(client) => client.on_message(from, message, out),
        }
    }

    fn on_timer(&mut self, timer: Timer, out: &mut Outbox) {
        match self {
            Process::Main(main) => main.on_timer(timer, out),
            Process::Node(_) | Process::Client(_) => panic!("only main waits for a timer"),
        }
    }

    fn on_request(&mut self, command: Command, out: &mut Outbox) {
        match self {
            Process::Client(client) => client.on_request(command, out),
            Process::Main(_) | Process::Node(_) => panic!("only clients ask for commands"),
        }
    }
}
