//! Nodes that send each other messages by hand, in no time: a schedule can be played exactly.

use std::collections::VecDeque;

use raft_kv::process::ProcessId;
use raft_kv::raft::message::NodeId;
use raft_kv::raft::node::Persistent;
use raft_kv::raft::options::Options;
use raft_kv::raft::role::Role;
use raft_kv::raft::{Event, Message, Node, Outbox, Timer};

use crate::actor::command;

/// A message, from whom, to whom.
pub(crate) type Letter = (NodeId, NodeId, Message);

/// A cluster of nodes, the messages between them, and the links that are cut.
pub(crate) struct Troupe {
    nodes: Vec<Node>,
    pub(crate) letters: VecDeque<Letter>,
    cuts: Vec<(NodeId, NodeId)>,
    out: Outbox,
    requests: u32,
    pub(crate) events: Vec<Event>,
}

impl Troupe {
    /// One node for each disk.
    pub(crate) fn new(options: Options, disks: Vec<Persistent>) -> Self {
        let ids = || 1..=disks.len() as NodeId;
        let peers = |id| ids().filter(|&peer| peer != id).collect();
        let nodes =
            ids().zip(&disks).map(|(id, disk)| Node::with_state(id, peers(id), options, disk.clone())).collect();
        Troupe {
            nodes,
            letters: VecDeque::new(),
            cuts: Vec::new(),
            out: Outbox::default(),
            requests: 0,
            events: Vec::new(),
        }
    }

    /// This many nodes at the very start.
    pub(crate) fn of(cluster_size: u32, options: Options) -> Self {
        Troupe::new(options, vec![Persistent::default(); cluster_size as usize])
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize - 1]
    }

    pub(crate) fn is_leader(&self, id: NodeId) -> bool {
        matches!(self.node(id).role(), Role::Leader(_))
    }

    /// Neither reaches the other.
    pub(crate) fn cut(&mut self, a: NodeId, b: NodeId) {
        self.cuts.extend([(a, b), (b, a)]);
    }

    /// All reach each other.
    pub(crate) fn heal(&mut self) {
        self.cuts.clear();
    }

    fn act(&mut self, id: NodeId, act: impl FnOnce(&mut Node, &mut Outbox)) {
        act(&mut self.nodes[id as usize - 1], &mut self.out);
        for (to, message) in self.out.take_sends() {
            // Clients are not part of the play.
            if let ProcessId::Node(to) = to {
                self.letters.push_back((id, to, message));
            }
        }
        self.out.take_alarms().for_each(drop);
        self.events.extend(self.out.take_events());
    }

    /// A node hears from nobody for too long.
    pub(crate) fn time_out(&mut self, id: NodeId) {
        self.act(id, |node, out| node.on_timer(Timer::Election, out));
    }

    /// A leader has said nothing for a while.
    pub(crate) fn beat(&mut self, id: NodeId) {
        self.act(id, |node, out| node.on_timer(Timer::Heartbeat, out));
    }

    /// A client asks a node for the command of this number.
    pub(crate) fn ask(&mut self, id: NodeId, number: u32) {
        self.requests += 1;
        let message = Message::ClientRequest { request: self.requests, command: command(number) };
        self.act(id, |node, out| node.on_message(ProcessId::Client(1), &message, out));
    }

    /// A message arrives, if its link is not cut.
    pub(crate) fn deliver(&mut self, (from, to, message): Letter) {
        if !self.cuts.contains(&(from, to)) {
            self.act(to, |node, out| node.on_message(ProcessId::Node(from), &message, out));
        }
    }

    /// All messages arrive, and what is said in return, until nobody says anything more.
    pub(crate) fn settle(&mut self) {
        for _ in 0..10_000 {
            let Some(letter) = self.letters.pop_front() else { return };
            self.deliver(letter);
        }
        panic!("they never stop talking");
    }

    /// A node stands, wins, and its first entry is committed.
    pub(crate) fn elect(&mut self, id: NodeId) {
        self.time_out(id);
        self.settle();
        assert!(self.is_leader(id), "node {id} wins");
    }
}
