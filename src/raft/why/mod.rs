//! Why something happened: sentences about an event, or about a step without one, from the nodes as they were before the
//! step and as they are now.
//!
//! | file | about |
//! |---|---|
//! | `mod.rs` | what is looked at, and who speaks about which event; main's own lines |
//! | `election.rs` | elections (§5.2, §5.4.1) |
//! | `replication.rs` | the log, and when an entry is committed (§5.3, §5.4.2) |
//! | `service.rs` | requests, the store, clients (§8) |
//! | `silent.rs` | steps without an event |
//! | `outage.rs` | crashes and restarts (§5.5) |
//! | `entry.rs` | where an entry stands |
//! | `words.rs` | how nodes, logs and commands are named |

mod election;
pub mod entry;
pub mod outage;
mod replication;
mod service;
mod silent;
mod words;

use super::message::{Event, NodeId};
use super::node::Node;
use super::options::{Options, Timing};
use super::rules::Rules;
use super::{Client, Message, Process};
use crate::kv::Texts;
use crate::process::ProcessId;

/// Why something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// One or more sentences.
    pub text: String,
    /// The section of the paper that says so, if there is one: `§5.4.1`.
    pub section: Option<&'static str>,
}

/// With a section of the paper.
#[inline(never)]
pub(super) fn by(section: &'static str, text: impl Into<String>) -> Reason {
    Reason { text: text.into(), section: Some(section) }
}

/// Without.
#[inline(never)]
fn plain(text: impl Into<String>) -> Reason {
    Reason { text: text.into(), section: None }
}

/// Everybody at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Cast<'a> {
    /// The first one being node 1.
    pub nodes: &'a [Process],
    /// The first one being client 1.
    pub clients: &'a [Process],
}

impl<'a> Cast<'a> {
    /// A node.
    ///
    /// # Panics
    /// If there is none of that number.
    pub fn node(&self, id: NodeId) -> &'a Node {
        match &self.nodes[id as usize - 1] {
            Process::Node(node) => node,
            Process::Main(_) | Process::Client(_) => unreachable!("nodes stand at the nodes' places"),
        }
    }

    fn client(&self, id: u32) -> &'a Client {
        match &self.clients[id as usize - 1] {
            Process::Client(client) => client,
            Process::Main(_) | Process::Node(_) => unreachable!("clients stand at the clients' places"),
        }
    }
}

/// A step, as it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The strings of the run.
    pub texts: &'a Texts,
    /// How Raft runs here.
    pub options: Options,
    /// To whom it happened.
    pub process: ProcessId,
    /// The message that it received, and who sent that.
    pub message: Option<(ProcessId, &'a Message)>,
    /// Whether its timer was made to fire before its time, or something was done to it.
    pub is_hurried: bool,
    /// Whether the store was said to recognise the request just before.
    pub is_repeated: bool,
    /// Everybody before the step.
    pub before: Cast<'a>,
    /// Everybody behind it.
    pub now: Cast<'a>,
}

impl<'a> Scene<'a> {
    /// Why the process said this.
    pub fn why(&self, event: &Event) -> Reason {
        match *event {
            Event::Configured { .. }
            | Event::NodeStarted { .. }
            | Event::PeersSent
            | Event::ElectionOver
            | Event::ClientStarted { .. }
            | Event::ClientsStarted { .. }
            | Event::Done => self.of_main(event),
            Event::Starting
            | Event::PeersConfigured { .. }
            | Event::ElectionTimedOut
            | Event::StartingPreVote { .. }
            | Event::PreVoteGranted { .. }
            | Event::PreVoteDenied { .. }
            | Event::StartingElection { .. }
            | Event::VoteGranted { .. }
            | Event::VoteDeniedStale { .. }
            | Event::VoteDenied { .. }
            | Event::VoteReceived { .. }
            | Event::ElectionResult { .. }
            | Event::BecameLeader { .. }
            | Event::ElectionFailed
            | Event::SteppedDown { .. } => self.of_election(event),
            Event::Appended { .. }
            | Event::EntriesAccepted { .. }
            | Event::EntriesStale { .. }
            | Event::EntriesMismatch { .. }
            | Event::EntriesCut { .. }
            | Event::AckReceived { .. }
            | Event::NackReceived { .. }
            | Event::Replicated { .. }
            | Event::ReplicationFailed { .. }
            | Event::HeartbeatSent
            | Event::HeartbeatReceived { .. }
            | Event::Committed { .. }
            | Event::CommitNotified { .. } => self.of_replication(event),
            Event::ReadAnswered { .. }
            | Event::RequestRefused
            | Event::Applied { .. }
            | Event::Recognised { .. }
            | Event::NoOpApplied { .. }
            | Event::ClientStarting { .. }
            | Event::Redirected { .. }
            | Event::TurnedAway { .. }
            | Event::Retried { .. }
            | Event::Answered { .. }
            | Event::ClientFinished { .. } => self.of_service(event),
        }
    }

    fn of_main(&self, event: &Event) -> Reason {
        let is_timed = self.timing().is_some();
        plain(match *event {
            Event::Configured { .. } => {
                "The configuration is read. Main starts the nodes one after another.".to_owned()
            }
            Event::NodeStarted { node } => {
                format!("Node {node} has answered that it runs. Main starts nobody before the last one runs.")
            }
            Event::PeersSent if is_timed => {
                "All nodes run, so each is told who the others are. They are to elect a leader by themselves."
                    .to_owned()
            }
            Event::PeersSent => {
                "All nodes run, so each is told who the others are. Without timeouts nobody would ever stand for \
                 election, so main tells node 1 to."
                    .to_owned()
            }
            Event::ElectionOver => {
                "Main just waits for a while. Time passes only when no message is on its way, so the election is over."
                    .to_owned()
            }
            Event::ClientStarted { client } => {
                format!("Client {client} has answered that it runs. It asks for nothing before main tells it to.")
            }
            Event::ClientsStarted { .. } if is_timed => {
                "All clients run, so all are told to begin. Each finds the leader by itself.".to_owned()
            }
            Event::ClientsStarted { .. } => "All clients run, so all are told to begin, and to ask node 1.".to_owned(),
            _ => "Nothing is on its way any more, and main's wait for the clients is over.".to_owned(),
        })
    }

    /// The number of the node that this is about.
    fn id(&self) -> NodeId {
        match self.process {
            ProcessId::Node(id) | ProcessId::Client(id) => id,
            ProcessId::Main => 0,
        }
    }

    /// The node before the step.
    fn was(&self) -> &'a Node {
        self.before.node(self.id())
    }

    /// The node behind it.
    fn is(&self) -> &'a Node {
        self.now.node(self.id())
    }

    /// Whether all rules are in force: only then does what the paper proves hold.
    fn is_raft(&self) -> bool {
        self.options.rules == Rules::ALL
    }

    /// How long is waited; none in the failure-free gear.
    fn timing(&self) -> Option<Timing> {
        self.options.timing
    }

    /// How many nodes there are.
    fn size(&self) -> usize {
        self.now.nodes.len()
    }
}
