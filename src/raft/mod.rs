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
//! # Two gears
//!
//! Without timeouts this is the failure-free emulation of the original: node 1 is told to stand for the only election, a
//! node calls its peers one after another and hears them all, and nobody ever stops waiting.
//!
//! With them it is full Raft: randomized election timeouts and heartbeats (§5.2), concurrent calls and commit at a majority
//! (§5.3), repair of logs, crash and restart (§5.5), an entry that does nothing at the start of a term, clients that find
//! the leader, and requests that are recognised when they are repeated (§8); as options PreVote (§9.6 of the dissertation)
//! and reads without an entry (§8). The gears differ in [`calls`] alone; the rules are the same.
//!
//! Each rule has a switch in [`rules`], to see what it is for, and [`safety`] looks from outside at what must hold.
//!
//! # What is left out
//!
//! - log compaction (§7): logs grow for as long as a run does;
//! - membership changes (§6): a cluster keeps its members;
//! - a leader that steps down by itself when it does not hear from a majority (§6.2 of the dissertation).

pub mod calls;
pub mod client;
pub mod log;
pub mod main;
pub mod message;
pub mod node;
pub mod options;
pub mod role;
pub mod rules;
pub mod safety;
pub mod text;
pub mod verdict;
pub mod why;

pub use client::Client;
pub use main::Main;
pub use message::{Event, Message, Timer};
pub use node::Node;

use crate::kv::Command;
use crate::process::{self, ProcessId};

/// What a process of this protocol wants to happen.
pub type Outbox = process::Outbox<Message, Timer, Event>;

/// A process of this protocol.
#[allow(clippy::large_enum_variant, reason = "most are nodes, and they are looked at in every step")]
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

    fn timer_name(timer: Timer) -> &'static str {
        timer.name()
    }

    #[inline]
    fn accepts(&self, message: &Message) -> bool {
        match self {
            Process::Node(node) => node.accepts(message),
            Process::Main(_) | Process::Client(_) => true,
        }
    }

    #[inline]
    fn on_message(&mut self, from: ProcessId, message: &Message, out: &mut Outbox) {
        match self {
            Process::Main(main) => main.on_message(from, message, out),
            Process::Node(node) => node.on_message(from, message, out),
            Process::Client(client) => client.on_message(from, message, out),
        }
    }

    #[inline]
    fn on_timer(&mut self, timer: Timer, out: &mut Outbox) {
        match self {
            Process::Main(main) => main.on_timer(timer, out),
            Process::Node(node) => node.on_timer(timer, out),
            Process::Client(client) => client.on_timer(timer, out),
        }
    }

    #[inline]
    fn on_request(&mut self, command: Command, after_ms: u32, out: &mut Outbox) {
        match self {
            Process::Client(client) => client.on_request(command, after_ms, out),
            Process::Main(_) | Process::Node(_) => panic!("only clients ask for commands"),
        }
    }

    fn on_order(&mut self, command: Command, out: &mut Outbox) {
        match self {
            Process::Client(client) => client.on_order(command, out),
            Process::Main(_) | Process::Node(_) => panic!("only clients take orders"),
        }
    }

    fn on_crash(&mut self, lost: u32) {
        match self {
            Process::Node(node) => node.on_crash(lost),
            Process::Client(client) => client.on_crash(),
            Process::Main(_) => panic!("main is not part of the cluster"),
        }
    }

    fn on_restart(&mut self, out: &mut Outbox) {
        match self {
            Process::Node(node) => node.on_restart(out),
            Process::Client(client) => client.on_restart(out),
            Process::Main(_) => panic!("main is not part of the cluster"),
        }
    }
}
