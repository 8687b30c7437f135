//! A cluster on a stage: nodes that do what a script says, one step a line, while the checks look on after each.
//!
//! | line | step |
//! |---|---|
//! | `1 times out` | its election timer fires |
//! | `1 beats` | its heartbeat timer fires |
//! | `1 asks 2`, `2 votes 1` | a RequestVote, its answer |
//! | `1 sends 2`, `2 answers 1` | an AppendEntries, its answer |
//! | `a puts x 1 at 2`, `a gets x at 2`, `a deletes x at 2` | a client's request reaches a node |
//! | `a repeats at 3` | the client's last request reaches a node, with the same number |
//! | `1 crashes`, `1 crashes losing 2`, `1 restarts` | |
//! | `1 is doomed` | in its next step it writes, but sends nothing, and crashes; no step by itself |
//! | `1 pings 2 at 3` | what Figure 2 calls a heartbeat: an AppendEntries of no entries, right behind this index |
//! | `1 notifies 2` | a CommitNotification, as true as its sender is |
//!
//! Of several messages the oldest one arrives, and with `late` at the end of the line the newest. Three lines stand for
//! several steps: `1 is elected by 2 3`, `1 copies to 2 3` and `the rest is lost`.

use raft_kv::kv::{Command, Reply, Texts};
use raft_kv::process::{Describe, Envelope, MessageId, Moment, ProcessId};
use raft_kv::raft::log::{Index, Term};
use raft_kv::raft::message::Refused;
use raft_kv::raft::node::Persistent;
use raft_kv::raft::options::{Options, Timing};
use raft_kv::raft::role::Role;
use raft_kv::raft::safety::{Safety, Sight};
use raft_kv::raft::verdict::{Property, Violation};
use raft_kv::raft::{Message, Node, Outbox, Process, Timer};

/// Full Raft, in which leaders append nothing of their own accord, so that a script says all that happens.
pub(crate) fn full_raft() -> Options {
    Options { timing: Some(Timing::default()), no_op: false, ..Options::default() }
}

/// What a client asked, and what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) client: u32,
    pub(crate) command: Command,
    /// The step in which it asked first.
    pub(crate) asked: u64,
    /// What it was told, and in which step.
    pub(crate) answer: (Reply, u64),
}

/// What a client asked last.
#[derive(Debug, Clone, Copy)]
struct Asked {
    number: u32,
    command: Command,
    step: u64,
}

pub(crate) struct Stage {
    nodes: Vec<Process>,
    has_crashed: Vec<bool>,
    /// Who crashes in the middle of its next step.
    doomed: Option<u32>,
    in_flight: Vec<Envelope<Message>>,
    made: u64,
    gone: u64,
    step: u64,
    out: Outbox,
    safety: Safety,
    pub(crate) texts: Texts,
    /// The last request of clients a, b and c.
    asked: [Option<Asked>; 3],
    told: Vec<Told>,
    /// Whether a line that cannot be played is passed over: correct nodes do not do all that broken ones do.
    is_lenient: bool,
}

/// Making a stage, and what there is to see of it.
impl Stage {
    /// So many nodes, which run and know each other.
    pub(crate) fn new(num_nodes: u32, options: Options) -> Self {
        let node = |id| Stage::node_with(id, num_nodes, options, Persistent::default());
        let nodes: Vec<Process> = (1..=num_nodes).map(|id| Process::Node(node(id))).collect();
        Stage {
            has_crashed: vec![false; nodes.len()],
            doomed: None,
            safety: Safety::new(&nodes),
            nodes,
            in_flight: Vec::new(),
            made: 0,
            gone: 0,
            step: 0,
            out: Outbox::default(),
            texts: Texts::default(),
            asked: [None; 3],
            told: Vec::new(),
            is_lenient: false,
        }
    }

    /// A node of a cluster of so many, with this on its disk.
    pub(crate) fn node_with(id: u32, num_nodes: u32, options: Options, persistent: Persistent) -> Node {
        let peers = (1..=num_nodes).filter(|&peer| peer != id).collect();
        Node::with_state(id, peers, options, persistent)
    }

    /// Passes over lines that cannot be played.
    pub(crate) fn lenient(mut self) -> Self {
        self.is_lenient = true;
        self
    }

    pub(crate) fn node(&self, id: u32) -> &Node {
        match &self.nodes[id as usize - 1] {
            Process::Node(node) => node,
            Process::Main(_) | Process::Client(_) => unreachable!("only nodes are on the stage"),
        }
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        (1..=self.nodes.len() as u32).map(|id| self.node(id))
    }

    pub(crate) fn leads(&self, id: u32) -> bool {
        matches!(self.node(id).role(), Role::Leader(_))
    }

    pub(crate) fn terms(&self, id: u32) -> Vec<Term> {
        self.node(id).log().entries_from(1).iter().map(|entry| entry.term).collect()
    }

    pub(crate) fn step(&self) -> u64 {
        self.step
    }

    pub(crate) fn safety(&self) -> &Safety {
        &self.safety
    }

    pub(crate) fn told(&self) -> &[Told] {
        &self.told
    }

    pub(crate) fn violation(&self, property: Property) -> Option<Violation> {
        self.safety.violations().iter().find(|violation| violation.property == property).copied()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.safety.violations().iter().map(|violation| violation.line(&self.texts).to_string()).collect()
    }
}

/// What a script says.
impl Stage {
    /// Plays a script, line by line.
    pub(crate) fn play(&mut self, script: &str) {
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let is_played = self.play_line(line);
            assert!(is_played || self.is_lenient, "step {}: this cannot be played: {line}", self.step + 1);
        }
    }

    fn play_line(&mut self, line: &str) -> bool {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |word: &str| word.parse::<u32>().unwrap_or_else(|_| panic!("{word} is no number, in: {line}"));
        let numbers = |words: &[&str]| -> Vec<u32> { words.iter().map(|word| number(word)).collect() };
        match words.as_slice() {
            ["the", "rest", "is", "lost"] => self.lose_all(),
            [who, "times", "out"] => self.time_out(number(who)),
            [who, "beats"] => self.beat(number(who)),
            [who, "is", "elected", "by", voters @ ..] => self.elect(number(who), &numbers(voters)),
            [who, "copies", "to", others @ ..] => self.copy(number(who), &numbers(others)),
            [who, "crashes"] => self.crash(number(who), 0),
            [who, "crashes", "losing", lost] => self.crash(number(who), number(lost)),
            [who, "is", "doomed"] => self.doomed.replace(number(who)).is_none(),
            [who, "restarts"] => self.restart(number(who)),
            [from, "pings", to, "at", index] => self.ping(number(from), number(to), number(index)),
            [from, "notifies", to] => self.notify(number(from), number(to)),
            [client, "puts", key, value, "at", node] => {
                let (key, value) = (self.texts.intern(key), self.texts.intern(value));
                self.ask(client, Command::Put { key, value }, number(node))
            }
            [client, "gets", key, "at", node] => {
                let key = self.texts.intern(key);
                self.ask(client, Command::Get { key }, number(node))
            }
            [client, "deletes", key, "at", node] => {
                let key = self.texts.intern(key);
                self.ask(client, Command::Delete { key }, number(node))
            }
            [client, "repeats", "at", node] => self.ask_again(place_of(client), number(node)),
            [from, verb, to] => self.pass(kind_of(verb), number(from), number(to), false),
            [from, verb, to, "late"] => self.pass(kind_of(verb), number(from), number(to), true),
            _ => panic!("nobody understands: {line}"),
        }
    }

    /// Delivers one message of this kind between two nodes, if there is one.
    fn pass(&mut self, kind: &str, from: u32, to: u32, newest: bool) -> bool {
        let (from, to) = (ProcessId::Node(from), ProcessId::Node(to));
        let is_meant =
            |envelope: &Envelope<Message>| (envelope.message.kind(), envelope.from, envelope.to) == (kind, from, to);
        let place =
            if newest { self.in_flight.iter().rposition(is_meant) } else { self.in_flight.iter().position(is_meant) };
        place.map(|place| self.deliver_at(place)).is_some()
    }

    fn elect(&mut self, id: u32, voters: &[u32]) -> bool {
        let is_standing = self.time_out(id);
        for &voter in voters {
            self.pass("RequestVote", id, voter, true);
            self.pass("RequestVoteResponse", voter, id, true);
        }
        is_standing && self.leads(id)
    }

    /// Has a leader's messages come to these nodes, and their answers back, as long as there are any.
    fn copy(&mut self, id: u32, others: &[u32]) -> bool {
        let mut is_any = false;
        for &other in others {
            while self.pass("AppendEntries", id, other, false) {
                is_any = true;
                self.pass("AppendEntriesResponse", other, id, false);
            }
        }
        is_any
    }

    fn ask(&mut self, client: &str, command: Command, node: u32) -> bool {
        let place = place_of(client);
        let number = self.asked[place].map_or(1, |asked| asked.number + 1);
        self.asked[place] = Some(Asked { number, command, step: self.step + 1 });
        self.ask_again(place, node)
    }

    fn ask_again(&mut self, place: usize, node: u32) -> bool {
        let Asked { number: request, command, .. } = self.asked[place].expect("it asked something before");
        self.tell(ProcessId::Client(place as u32 + 1), node, Message::ClientRequest { request, command });
        true
    }

    fn ping(&mut self, from: u32, to: u32, prev_log_index: Index) -> bool {
        let leader = self.node(from);
        let Some(prev_log_term) = leader.log().term_at(prev_log_index).filter(|_| self.leads(from)) else {
            return false;
        };
        let (term, leader_commit, entries) = (leader.current_term(), leader.commit_index(), Vec::new());
        let message = Message::AppendEntries { term, prev_log_index, prev_log_term, entries, leader_commit, round: 0 };
        self.tell(ProcessId::Node(from), to, message);
        true
    }

    fn notify(&mut self, from: u32, to: u32) -> bool {
        let (leader, commit_index) = (self.node(from), self.node(from).commit_index());
        let Some(commit_term) = leader.log().term_at(commit_index).filter(|_| self.leads(from)) else { return false };
        let message = Message::CommitNotification { term: leader.current_term(), commit_index, commit_term };
        self.tell(ProcessId::Node(from), to, message);
        true
    }
}

/// The steps.
impl Stage {
    fn time_out(&mut self, id: u32) -> bool {
        if self.leads(id) || self.has_crashed[id as usize - 1] {
            return false;
        }
        self.act(id, None, |node, out| node.on_timer(Timer::Election, out));
        true
    }

    fn beat(&mut self, id: u32) -> bool {
        let leads = self.leads(id);
        if leads {
            self.act(id, None, |node, out| node.on_timer(Timer::Heartbeat, out));
        }
        leads
    }

    fn crash(&mut self, id: u32, lost: u32) -> bool {
        self.has_crashed[id as usize - 1] = true;
        self.act(id, None, |node, _| node.on_crash(lost));
        true
    }

    fn restart(&mut self, id: u32) -> bool {
        let has_crashed = std::mem::take(&mut self.has_crashed[id as usize - 1]);
        if has_crashed {
            self.act(id, None, |node, out| node.on_restart(out));
        }
        has_crashed
    }

    fn lose_all(&mut self) -> bool {
        self.gone += self.in_flight.len() as u64;
        self.in_flight.clear();
        true
    }

    /// Delivers the message at this place among those in flight. It is lost if its receiver has crashed.
    fn deliver_at(&mut self, place: usize) {
        let envelope = self.in_flight.remove(place);
        self.gone += 1;
        if let ProcessId::Node(id) = envelope.to
            && !self.has_crashed[id as usize - 1]
        {
            self.act(id, Some(&envelope), |node, out| node.on_message(envelope.from, &envelope.message, out));
        }
    }

    /// Delivers a message that was not sent before: a client's, or a forged one.
    pub(crate) fn tell(&mut self, from: ProcessId, to: u32, message: Message) {
        let envelope = self.envelope(from, ProcessId::Node(to), message);
        self.in_flight.push(envelope);
        self.deliver_at(self.in_flight.len() - 1);
    }

    /// Delivers a message that a node never sent.
    pub(crate) fn forge(&mut self, from: u32, to: u32, message: Message) {
        self.tell(ProcessId::Node(from), to, message);
    }

    /// Has a node that runs forget what a crash would take from it.
    pub(crate) fn damage(&mut self, id: u32, lost: u32) {
        self.act(id, None, |node, _| node.on_crash(lost));
    }

    /// Has another node stand in a node's place, as if a step had made it so.
    pub(crate) fn replace(&mut self, node: Node) {
        self.act(node.id(), None, |old, _| *old = node);
    }

    fn envelope(&mut self, from: ProcessId, to: ProcessId, message: Message) -> Envelope<Message> {
        self.made += 1;
        let id = MessageId(self.made.try_into().expect("messages are counted from 1"));
        Envelope { id, copy_of: None, from, to, sent: Moment::default(), due_ms: 0, is_lost: false, message }
    }

    /// Something happens to a node, and the checks look at it.
    fn act(&mut self, id: u32, delivered: Option<&Envelope<Message>>, input: impl FnOnce(&mut Node, &mut Outbox)) {
        self.step += 1;
        let Process::Node(node) = &mut self.nodes[id as usize - 1] else { unreachable!("only nodes are on the stage") };
        input(node, &mut self.out);
        if self.doomed == Some(id) {
            self.doomed = None;
            self.has_crashed[id as usize - 1] = true;
            self.out.take_sends().for_each(drop);
            node.on_crash(0);
        }
        let made_before = self.made;
        let sends: Vec<_> = self.out.take_sends().collect();
        self.out.take_alarms().for_each(drop);
        self.out.take_events().for_each(drop);
        for (to, message) in sends {
            let envelope = self.envelope(ProcessId::Node(id), to, message);
            self.in_flight.push(envelope);
        }
        let sent = self.made - made_before;
        let known = self.gone + self.in_flight.len() as u64;
        let sent = &self.in_flight[self.in_flight.len() - sent as usize..];
        let sight = Sight {
            step: self.step,
            nodes: &self.nodes,
            actor: ProcessId::Node(id),
            has_crashed: self.has_crashed[id as usize - 1],
            delivered,
            messages: (self.made, known),
        };
        self.safety.look(&sight, sent.iter());
        self.hear();
    }

    /// Clients hear at once.
    fn hear(&mut self) {
        let is_answer = |envelope: &Envelope<Message>| matches!(envelope.to, ProcessId::Client(_));
        while let Some(place) = self.in_flight.iter().position(is_answer) {
            let Envelope { to, message, .. } = self.in_flight.remove(place);
            self.gone += 1;
            let (ProcessId::Client(client), Message::ClientResponse { result, .. }) = (to, message) else {
                panic!("clients are only sent answers")
            };
            let Asked { command, step: asked, .. } = self.asked[client as usize - 1].expect("it has asked");
            match result {
                Ok(reply) => self.told.push(Told { client, command, asked, answer: (reply, self.step) }),
                Err(Refused::NotLeader { .. } | Refused::ReplicationFailed) => {}
            }
        }
    }

    /// Shows the checks a sight that no step gives.
    pub(crate) fn show(&mut self, sight: impl FnOnce(&mut Sight<'_>), sent: &[Envelope<Message>]) {
        self.step += 1;
        let messages = (self.made, self.gone + self.in_flight.len() as u64);
        let actor = ProcessId::Node(1);
        let mut forged =
            Sight { step: self.step, nodes: &self.nodes, actor, has_crashed: false, delivered: None, messages };
        sight(&mut forged);
        self.safety.look(&forged, sent.iter());
    }
}

fn kind_of(verb: &str) -> &'static str {
    match verb {
        "asks" => "RequestVote",
        "votes" => "RequestVoteResponse",
        "sends" => "AppendEntries",
        "answers" => "AppendEntriesResponse",
        other => panic!("nobody {other} anybody"),
    }
}

fn place_of(client: &str) -> usize {
    ["a", "b", "c"].iter().position(|name| *name == client).expect("clients are a, b and c")
}
