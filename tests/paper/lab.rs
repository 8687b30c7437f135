//! A cluster in virtual time, as the laboratories of MIT 6.5840 have it: nodes can be cut off, crashed and asked, and it is
//! seen from outside what became of that.

use std::collections::BTreeSet;
use std::rc::Rc;

use raft_kv::action::Group;
use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation, Ending, Simulation};
use raft_kv::generator::Generator;
use raft_kv::kv::{Command, Text, Texts};
use raft_kv::network::Conditions;
use raft_kv::process::{Envelope, ProcessId};
use raft_kv::raft::log::{Index, Term};
use raft_kv::raft::message::NodeId;
use raft_kv::raft::options::{Options, Timing};
use raft_kv::raft::role::Role;
use raft_kv::raft::{Event, Message, Node, Timer};
use raft_kv::trace::Happening;
use raft_kv::workload::Scripted;

use crate::actor::full_raft;

/// Time enough for an election, even if a vote is split now and then.
pub(crate) const ELECTION_MS: u64 = 2_000;
/// Time enough for everything that should happen at all.
const PATIENCE_MS: u64 = 10_000;
/// More steps than any run here needs to come to its end.
const MOST_STEPS: u32 = 100_000;
/// Longer than any run here.
const FOREVER_MS: u32 = 1_000_000_000;

type Letter = Envelope<Message>;

/// What must hold at any moment of any run: no property was violated, what clients heard is linearizable, nothing that a
/// client was told is lost, and nodes that have applied as much have the same store.
pub(crate) fn assert_sound(emulation: &Emulation) {
    let (state, seed) = (emulation.state(), emulation.seed());
    let violations = state.judge();
    let violations: Vec<String> =
        violations.iter().map(|violation| violation.line(emulation.texts()).to_string()).collect();
    assert!(violations.is_empty(), "seed {seed}: {violations:#?}");
    assert_nothing_acknowledged_is_lost(emulation);
    let mut nodes: Vec<&Node> = (1..=emulation.config().num_nodes).map(|id| emulation.node(id)).collect();
    nodes.sort_by_key(|node| node.last_applied());
    for pair in nodes.windows(2).filter(|pair| pair[0].last_applied() == pair[1].last_applied()) {
        assert_eq!(pair[0].store(), pair[1].store(), "seed {seed}: nodes {} and {}", pair[0].id(), pair[1].id());
    }
}

/// Every request that was answered stands in the logs of a majority.
fn assert_nothing_acknowledged_is_lost(emulation: &Emulation) {
    let num_nodes = emulation.config().num_nodes;
    let requests_of = |id| -> BTreeSet<(u32, u32)> {
        let entries = emulation.node(id).log().entries_from(1);
        entries.iter().filter_map(|entry| entry.request.map(|request| (request.client, request.number))).collect()
    };
    let logs: Vec<_> = (1..=num_nodes).map(requests_of).collect();
    for client in 1..=emulation.config().num_clients {
        for number in 1..=emulation.client(client).answered() {
            let holders = logs.iter().filter(|log| log.contains(&(client, number))).count() as u32;
            assert!(
                holders > num_nodes / 2,
                "seed {}: request {number} of client {client} was answered, and {holders} nodes have it",
                emulation.seed()
            );
        }
    }
}

/// The node that said something like this in the last step.
pub(crate) fn said(emulation: &Emulation, is_like: impl Fn(&Event) -> bool) -> Option<NodeId> {
    emulation.happened().iter().find_map(|record| match (&record.event, record.process) {
        (Happening::Said(event), ProcessId::Node(node)) if is_like(event) => Some(node),
        _ => None,
    })
}

/// What a cluster is like.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) num_nodes: u32,
    pub(crate) options: Options,
    pub(crate) timing: Timing,
    pub(crate) network: Conditions,
    /// How many commands there can be.
    pub(crate) commands: u32,
}

impl Setting {
    /// A cluster of this many nodes, in which nothing goes wrong by itself.
    pub(crate) fn of(num_nodes: u32) -> Self {
        Setting {
            num_nodes,
            options: full_raft(),
            timing: Timing::default(),
            network: Conditions { latency_ms: (5, 15), ..Conditions::default() },
            commands: 40,
        }
    }

    /// The same, where messages are lost, come late and come twice.
    pub(crate) fn unreliable(num_nodes: u32) -> Self {
        let network = Conditions { latency_ms: (1, 27), loss_percent: 10, duplicate_percent: 5 };
        Setting { network, ..Setting::of(num_nodes) }
    }
}

/// A command that a leader has put into its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Started {
    pub(crate) index: Index,
    pub(crate) term: Term,
    pub(crate) command: Command,
}

/// A cluster, and how it is treated.
pub(crate) struct Lab {
    emulation: Emulation,
    draw: Generator,
    commands: Vec<Text>,
    commands_used: usize,
    /// For each node, the next client that asks it first.
    clients: Vec<u32>,
    disconnected: BTreeSet<NodeId>,
    until_ms: u64,
    requests_sent: u64,
}

/// What there is to see.
impl Lab {
    /// A cluster that has just been started.
    ///
    /// Its clients are asked for one command each. Client 1 alone never asks for anything, nor is ever done, so that the
    /// run goes on.
    pub(crate) fn new(setting: Setting, seed: u64) -> Self {
        let mut texts = Texts::default();
        let commands: Vec<Text> = (0..setting.commands).map(|number| texts.intern(&format!("{number:04}"))).collect();
        let never = Scripted { after_ms: FOREVER_MS, command: Command::Get { key: commands[0] } };
        let config = Config {
            num_nodes: setting.num_nodes,
            num_clients: 1 + setting.num_nodes * setting.commands,
            requests_per_client: 0,
            scripts: vec![vec![never]],
            texts,
            raft: Options { timing: Some(setting.timing), ..setting.options },
            network: setting.network,
            duration_ms: FOREVER_MS.into(),
            ..Config::default()
        };
        Lab { commands, ..Lab::with(Emulation::new(config, seed)) }
    }

    /// A cluster that has just been started, with clients of its own, one at least.
    pub(crate) fn with(mut emulation: Emulation) -> Self {
        let Config { num_nodes, num_clients, .. } = *emulation.config();
        while !emulation.client(num_clients).is_started() {
            assert!(emulation.step(), "main starts all clients");
        }
        Lab {
            draw: Generator::new(emulation.seed()),
            commands: Vec::new(),
            commands_used: 0,
            clients: (1..=num_nodes).map(|node| if node == 1 { node + num_nodes } else { node }).collect(),
            disconnected: BTreeSet::new(),
            until_ms: 0,
            requests_sent: 0,
            emulation,
        }
    }

    pub(crate) fn emulation(&self) -> &Emulation {
        &self.emulation
    }

    pub(crate) fn now(&self) -> &Simulation {
        self.emulation.now()
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        self.emulation.node(id)
    }

    pub(crate) fn nodes(&self) -> std::ops::RangeInclusive<NodeId> {
        1..=self.emulation.config().num_nodes
    }

    /// How many calls, and not answers to them, nodes have sent to each other.
    pub(crate) fn requests_sent(&self) -> u64 {
        self.requests_sent
    }

    /// Draws a number below this.
    pub(crate) fn draw(&mut self, bound: u32) -> u32 {
        self.draw.below(bound)
    }

    pub(crate) fn draw_node(&mut self) -> NodeId {
        let num_nodes = self.emulation.config().num_nodes;
        1 + self.draw(num_nodes)
    }

    pub(crate) fn is_crashed(&self, id: NodeId) -> bool {
        self.now().health(ProcessId::Node(id)).has_crashed
    }

    pub(crate) fn is_leader(&self, id: NodeId) -> bool {
        matches!(self.node(id).role(), Role::Leader(_))
    }

    /// The nodes that run and are connected.
    pub(crate) fn connected(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes().filter(|id| !self.is_crashed(*id) && !self.disconnected.contains(id))
    }

    /// Of the connected nodes, the one that leads in the latest term.
    pub(crate) fn leader(&self) -> Option<NodeId> {
        self.connected().filter(|&id| self.is_leader(id)).max_by_key(|&id| self.node(id).current_term())
    }

    /// How many nodes have applied this command at this index.
    pub(crate) fn appliers(&self, Started { index, command, .. }: Started) -> u32 {
        let has_applied = |id: &NodeId| {
            let (node, log) = (self.node(*id), self.node(*id).log());
            let entry = log.get(index).filter(|_| node.last_applied() >= index);
            entry.is_some_and(|entry| entry.request.is_some_and(|request| request.command == command))
        };
        self.nodes().filter(has_applied).count() as u32
    }

    /// Whether all connected nodes are in the same term; which one, if so.
    pub(crate) fn common_term(&self) -> Option<Term> {
        let terms: BTreeSet<Term> = self.connected().map(|id| self.node(id).current_term()).collect();
        if terms.len() == 1 { terms.first().copied() } else { None }
    }
}

/// What is done.
impl Lab {
    /// One step forward. Returns false if the run is over.
    pub(crate) fn step(&mut self) -> bool {
        let counts = |now: &Simulation| now.network().counts().sent + now.network().counts().duplicated;
        let before = counts(self.now());
        if !self.emulation.step() {
            return false;
        }
        let envelopes = self.now().network().in_flight().filter(|envelope| envelope.id.0.get() > before);
        let is_call = |message: &Message| {
            matches!(
                message,
                Message::AppendEntries { .. } | Message::RequestVote { .. } | Message::RequestPreVote { .. }
            )
        };
        self.requests_sent += envelopes.filter(|envelope| is_call(&envelope.message)).count() as u64;
        true
    }

    /// Lets this much time pass.
    pub(crate) fn run_for(&mut self, ms: u64) {
        self.run_until(ms, |_| false);
    }

    /// Goes on until this holds, for at most so long. Returns whether it does.
    pub(crate) fn run_until(&mut self, most_ms: u64, holds: impl Fn(&Lab) -> bool) -> bool {
        let end_ms = self.until_ms.max(self.now().time_ms()) + most_ms;
        while !holds(self) {
            if self.now().next_due_ms().is_none_or(|due_ms| due_ms > end_ms) || !self.step() {
                self.until_ms = end_ms;
                return false;
            }
        }
        self.until_ms = self.now().time_ms();
        true
    }

    pub(crate) fn perform(&mut self, action: &Action) {
        self.emulation.perform(action).unwrap_or_else(|refusal| panic!("{action:?}: {refusal}"));
    }

    /// A node times out, whatever its clock says.
    pub(crate) fn time_out(&mut self, id: NodeId) {
        self.perform(&Action::Fire(ProcessId::Node(id), Timer::Election));
    }

    pub(crate) fn crash(&mut self, id: NodeId) {
        self.perform(&Action::Crash(ProcessId::Node(id), 0));
    }

    pub(crate) fn restart(&mut self, id: NodeId) {
        self.perform(&Action::Restart(ProcessId::Node(id)));
    }

    /// Nobody reaches this node any more, and it reaches nobody; but clients do.
    pub(crate) fn disconnect(&mut self, id: NodeId) {
        self.disconnected.insert(id);
        self.relink();
    }

    /// All that is not disconnected reaches this node again.
    pub(crate) fn connect(&mut self, id: NodeId) {
        self.disconnected.remove(&id);
        self.relink();
    }

    fn relink(&mut self) {
        let together = self.nodes().filter(|id| !self.disconnected.contains(id)).map(ProcessId::Node);
        let mut groups: Vec<Group> = vec![together.collect()];
        groups.extend(self.disconnected.iter().map(|&id| Group::from([ProcessId::Node(id)])));
        groups.retain(|group| !group.is_empty());
        self.perform(&Action::Partition(Rc::from(groups)));
    }

    /// Asks a node for a command, once and for all: whether it is carried out is seen in the logs. None if the node does
    /// not lead.
    pub(crate) fn start(&mut self, id: NodeId) -> Option<Started> {
        if self.is_crashed(id) || !self.is_leader(id) {
            return None;
        }
        let key = self.commands[self.commands_used];
        self.commands_used += 1;
        let command = Command::Put { key, value: key };
        let num_nodes = self.emulation.config().num_nodes;
        let client = ProcessId::Client(self.clients[id as usize - 1]);
        self.clients[id as usize - 1] += num_nodes;
        self.perform(&Action::Request(client, command));
        self.deliver_request(client);
        self.perform(&Action::Crash(client, 0));
        let node = self.node(id);
        let started = Started { index: node.log().last_index(), term: node.current_term(), command };
        assert!(self.is_in_log(id, started), "a leader appends what it is asked for");
        Some(started)
    }

    /// Has the request of a client arrive at once, though the network may have lost it: here, to ask is to call.
    fn deliver_request(&mut self, client: ProcessId) {
        let request = |lab: &Lab, is_fit: fn(&Letter) -> bool| {
            let mut letters = lab.now().network().in_flight().filter(|letter| letter.from == client);
            letters.find(|letter| is_fit(letter)).map(|letter| letter.id)
        };
        let lost = request(self, |_| true).expect("the client asks at once");
        if request(self, |letter| !letter.is_lost).is_none() {
            self.perform(&Action::Duplicate(lost));
        }
        let arriving = request(self, |letter| !letter.is_lost).expect("a copy by hand is not lost");
        self.perform(&Action::Deliver(arriving));
    }

    /// Whether a node has this command at its index.
    pub(crate) fn is_in_log(&self, id: NodeId, started: Started) -> bool {
        let entry = self.node(id).log().get(started.index);
        entry.is_some_and(|entry| {
            entry.term == started.term && entry.request.is_some_and(|request| request.command == started.command)
        })
    }

    /// Has a command carried out by at least so many nodes. Returns its index.
    pub(crate) fn agree(&mut self, expected: u32) -> Index {
        let end_ms = self.now().time_ms() + PATIENCE_MS;
        while self.now().time_ms() < end_ms {
            self.run_until(PATIENCE_MS, |lab| lab.leader().is_some());
            let started = self.leader().and_then(|leader| self.start(leader));
            let Some(started) = started else { continue };
            if self.run_until(ELECTION_MS, |lab| lab.appliers(started) >= expected) {
                return started.index;
            }
        }
        panic!("seed {}: {expected} nodes do not agree", self.emulation.seed());
    }
}

/// What is asserted.
impl Lab {
    /// Somebody leads, and nobody else does in the same term. Returns who, of the latest term.
    pub(crate) fn expect_leader(&mut self) -> NodeId {
        let is_led = self.run_until(ELECTION_MS, |lab| lab.leader().is_some());
        assert!(is_led, "seed {}: nobody leads", self.emulation.seed());
        let leaders: Vec<NodeId> = self.connected().filter(|&id| self.is_leader(id)).collect();
        let terms: BTreeSet<Term> = leaders.iter().map(|&id| self.node(id).current_term()).collect();
        assert_eq!(terms.len(), leaders.len(), "one leader a term");
        self.leader().expect("somebody leads")
    }

    /// Nobody comes to lead in the time that an election takes.
    pub(crate) fn expect_no_leader(&mut self) {
        let is_led = self.run_until(ELECTION_MS, |lab| lab.leader().is_some());
        assert!(!is_led, "seed {}: somebody leads without a majority", self.emulation.seed());
    }

    /// With nothing broken any more, all clients are served, with so many requests at least, and all nodes agree.
    pub(crate) fn expect_served(&mut self, requests: u32) {
        let seed = self.emulation.seed();
        for _ in 0..MOST_STEPS {
            if !self.emulation.step() {
                break;
            }
        }
        assert_eq!(self.emulation.state().ending(), Some(Ending::Done), "seed {seed}: all are served, and agree");
        for client in 1..=self.emulation.config().num_clients {
            assert!(self.emulation.client(client).answered() >= requests, "seed {seed}: client {client}");
        }
        let first = self.node(1);
        for node in self.nodes().map(|id| self.node(id)) {
            assert_eq!((node.store(), node.log()), (first.store(), first.log()), "seed {seed}: node {}", node.id());
        }
        self.finish();
    }

    /// The whole run was as it should be.
    pub(crate) fn finish(&self) {
        assert_sound(&self.emulation);
    }
}
