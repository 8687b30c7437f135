//! What the trace guarantees whatever order the messages come in: a node calls its peers one by one, the next request
//! waits, and no follower is ever more than one entry behind. Orders are chosen at random, from a seed.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation};
use raft_kv::generator::Generator;
use raft_kv::process::{MessageId, ProcessId};
use raft_kv::raft::Timer;
use raft_kv::simulation::Refusal;

/// A whole run in which every step is drawn from the choices.
fn run_at_random(config: &Config, seed: u64) -> Emulation {
    let mut emulation = Emulation::new(config.clone(), seed);
    let mut order = Generator::new(seed);
    loop {
        let choices = emulation.choices();
        if choices.is_empty() {
            return emulation;
        }
        let choice = &choices[order.below(choices.len() as u32) as usize];
        emulation.perform(choice).unwrap_or_else(|refusal| panic!("a choice was refused: {refusal}"));
    }
}

fn lines(emulation: &mut Emulation) -> Vec<String> {
    let count = emulation.now().record_count();
    let mut lines = Vec::new();
    while (lines.len() as u64) < count {
        let start = lines.len() as u64;
        lines.extend(emulation.lines(start..count, |_, record, texts| record.line(texts).to_string()));
    }
    lines
}

/// The places of lines in a trace.
struct Trace {
    lines: Vec<String>,
    seed: u64,
}

impl Trace {
    /// Where this line stands; it stands there once.
    fn place(&self, line: &str) -> usize {
        let places: Vec<_> = (0..self.lines.len()).filter(|&place| self.lines[place] == line).collect();
        assert_eq!(places.len(), 1, "seed {}: {line:?} must be there once", self.seed);
        places[0]
    }

    /// All of these lines are there, and in this order.
    fn chain(&self, lines: &[String]) {
        let places: Vec<_> = lines.iter().map(|line| self.place(line)).collect();
        assert!(places.is_sorted(), "seed {}: these must be in order: {lines:#?}", self.seed);
    }
}

fn line(text: impl Into<String>) -> String {
    text.into()
}

fn check_start(trace: &Trace, nodes: u32, clients: u32) {
    let mut chain = vec![format!("Config: {nodes} nodes, {clients} clients")];
    for node in 1..=nodes {
        chain.extend([format!("[node {node}] Starting"), format!("Started node {node}")]);
    }
    chain.push(line("All peers configured"));
    trace.chain(&chain);

    let last_start = format!("Started node {nodes}");
    for node in 1..=nodes {
        trace.chain(&[last_start.clone(), format!("[node {node}] Peers configured ({} peers)", nodes - 1)]);
    }
    for node in 2..=nodes {
        let configured = format!("[node {node}] Peers configured ({} peers)", nodes - 1);
        trace.chain(&[configured, format!("[node {node}] Granting vote to 1 for term 1")]);
    }
}

fn check_election(trace: &Trace, nodes: u32, clients: u32) {
    let mut chain =
        vec![format!("[node 1] Peers configured ({} peers)", nodes - 1), line("[node 1] Starting election for term 1")];
    for node in 2..=nodes {
        chain.push(format!("[node {node}] Granting vote to 1 for term 1"));
        chain.push(format!("[node 1] Received vote from node {node}"));
    }
    chain.push(format!("[node 1] Election result: {nodes} votes (need {})", nodes / 2 + 1));
    chain.push(line("[node 1] Became LEADER for term 1"));
    chain.push(line("Election complete, starting clients"));
    chain.extend((1..=clients).map(|client| format!("Started client {client}")));
    chain.push(format!("All {clients} clients started sending requests"));
    trace.chain(&chain);
}

fn check_replication(trace: &Trace, nodes: u32, requests: u32) {
    for index in 1..=requests {
        let mut chain = vec![format!("[node 1] Appending entry at index {index} (term 1)")];
        for node in 2..=nodes {
            chain.push(format!("[node {node}] AppendEntries OK from leader 1, match_index={index}"));
            chain.push(format!("[node 1] AppendEntries ACK from node {node} (match={index})"));
        }
        trace.chain(&chain);

        // One request at a time: the next is appended behind the leader's result, which follows the last acknowledgement.
        let last = trace.place(chain.last().expect("a chain begins with the leader's line"));
        assert_eq!(trace.lines[last + 1], format!("[node 1] Replication: {nodes}/{} acks", nodes / 2 + 1));
        assert!(trace.lines[last + 2].starts_with("[node 1] ") && trace.lines[last + 2].contains(" -> "));
        if index < requests {
            let next = trace.place(&format!("[node 1] Appending entry at index {} (term 1)", index + 1));
            assert!(next > last + 2, "seed {}: request {} overtook", trace.seed, index + 1);
        }

        for node in 2..=nodes {
            let slot = format!("[node {node}] slot {index}: ");
            let notified = trace.place(&format!("[node {node}] CommitNotification: commit_index updated to {index}"));
            assert!(notified > last, "seed {}: nobody learns of a commit before the leader", trace.seed);
            assert!(trace.lines[notified + 1].starts_with(&slot), "a follower applies what it hears is committed");
            if index < requests {
                let next = format!("[node {node}] AppendEntries OK from leader 1, match_index={}", index + 1);
                assert!(notified < trace.place(&next), "seed {}: a follower is two entries behind", trace.seed);
            }
        }
    }
}

fn check_clients(trace: &Trace, clients: u32, requests: u32) {
    for client in 1..=clients {
        let prefix = format!("[client {client}] ");
        let own: Vec<_> = trace.lines.iter().filter_map(|line| line.strip_prefix(&prefix)).collect();
        assert_eq!(own.len() as u32, requests + 2);
        assert_eq!(own[0], format!("Starting — will send {requests} requests"));
        assert_eq!(own[own.len() - 1], format!("Finished all {requests} requests"));
        let started = trace.place(&format!("[client {client}] {}", own[0]));
        assert!(started > trace.place(&format!("Started client {clients}")));
    }
}

#[test]
fn the_guaranteed_orders_hold_under_any_order_of_delivery() {
    let mut traces = BTreeSet::new();
    for seed in 0..300 {
        let (nodes, clients, requests) = ([1, 2, 3, 5, 8][seed as usize % 5], seed as u32 % 4, 4);
        let config =
            Config { num_nodes: nodes, num_clients: clients, requests_per_client: requests, ..Config::default() };
        let mut emulation = run_at_random(&config, seed);
        let trace = Trace { lines: lines(&mut emulation), seed };

        let all_requests = clients * requests;
        let expected = 4 * nodes * all_requests + 5 * nodes + 3 * clients + 6;
        assert_eq!(
            trace.lines.len(),
            expected as usize,
            "seed {seed}: the count of lines does not depend on the order"
        );
        check_start(&trace, nodes, clients);
        check_election(&trace, nodes, clients);
        check_replication(&trace, nodes, all_requests);
        check_clients(&trace, clients, requests);
        assert_eq!(trace.lines.last().map(String::as_str), Some("Done"));
        traces.insert(trace.lines);
    }
    assert!(traces.len() > 250, "orders must differ, or nothing is checked: {} traces", traces.len());
}

#[test]
fn in_the_end_all_nodes_agree_whatever_the_order() {
    for seed in 0..100 {
        let emulation = run_at_random(&Config::default(), seed);
        let leader = emulation.node(1);
        assert_eq!((leader.commit_index(), leader.last_applied()), (15, 15));
        for id in 2..=5 {
            let node = emulation.node(id);
            assert_eq!(node.persistent().log, leader.persistent().log);
            assert_eq!(node.store(), leader.store());
            assert_eq!((node.commit_index(), node.last_applied()), (15, 15));
        }
    }
}

#[test]
fn what_cannot_be_next_is_refused_and_changes_nothing() {
    let mut emulation = Emulation::new(Config::default(), 7);
    emulation.run(60);
    let before = emulation.now().clone();
    let in_flight: Vec<_> = before.network().in_flight().map(|envelope| envelope.id).collect();
    let choices = emulation.choices();
    let is_ready = |&id: &MessageId| choices.contains(&Action::Deliver(id));
    let (ready, waiting): (Vec<_>, Vec<_>) = in_flight.into_iter().partition(is_ready);
    assert!(!ready.is_empty() && !waiting.is_empty(), "the leader is busy, so that requests of clients wait");

    let refusal = emulation.perform(&Action::Deliver(waiting[0])).expect_err("it waits");
    assert!(matches!(refusal, Refusal::Waits { .. }), "{refusal}");
    let gone = MessageId(1.try_into().expect("1 is not 0"));
    assert_eq!(emulation.perform(&Action::Deliver(gone)), Err(Refusal::NotInFlight(gone)));
    assert_eq!(
        emulation.perform(&Action::Fire(ProcessId::Main, Timer::RunOver)),
        Err(Refusal::NotDue(ProcessId::Main)),
        "time does not pass while there is something to do"
    );
    assert_eq!(
        emulation.perform(&Action::Fire(ProcessId::Node(2), Timer::RunOver)),
        Err(Refusal::NoSuchTimer(ProcessId::Node(2)))
    );
    assert_eq!(*emulation.now(), before);
    assert_eq!(emulation.choices().len(), ready.len());
}
