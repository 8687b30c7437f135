//! The laboratory 4A of MIT 6.5840, the key-value service without snapshots (3A of MadRaft): clients ask for one thing after
//! another while nodes fail, and each gets what it asked for.

use std::rc::Rc;

use raft_kv::action::Group;
use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation};
use raft_kv::kv::{Command, Texts};
use raft_kv::network::Conditions;
use raft_kv::process::ProcessId;
use raft_kv::raft::message::NodeId;
use raft_kv::raft::options::Options;

use crate::actor::full_raft;
use crate::lab::{ELECTION_MS, Lab, Setting};

/// The configuration of such a cluster, with clients that draw what they ask for.
pub(crate) fn config(setting: &Setting) -> Config {
    Config {
        num_nodes: setting.num_nodes,
        raft: Options { timing: Some(setting.timing), ..setting.options },
        network: setting.network,
        duration_ms: 1_000_000_000,
        ..Config::default()
    }
}

/// What clients meet with.
#[derive(Clone, Copy)]
struct Trial {
    num_nodes: u32,
    num_clients: u32,
    requests: u32,
    is_unreliable: bool,
    is_partitioned: bool,
    crashes: bool,
    options: Options,
}

/// One client, five nodes, and nothing that goes wrong.
fn trial() -> Trial {
    Trial {
        num_nodes: 5,
        num_clients: 1,
        requests: 120,
        is_unreliable: false,
        is_partitioned: false,
        crashes: false,
        options: full_raft(),
    }
}

impl Trial {
    fn begin(self, seed: u64) -> Lab {
        let of = if self.is_unreliable { Setting::unreliable } else { Setting::of };
        let setting = Setting { options: self.options, ..of(self.num_nodes) };
        let config = Config { num_clients: self.num_clients, requests_per_client: self.requests, ..config(&setting) };
        Lab::with(Emulation::new(config, seed))
    }

    /// Three rounds of faults while clients ask, then peace: all requests are answered, and nothing is lost.
    fn run(self, seed: u64) {
        let mut lab = self.begin(seed);
        for _ in 0..3 {
            for _ in 0..3 {
                if self.is_partitioned {
                    split(&mut lab);
                }
                let pause_ms = 300 + u64::from(lab.draw(200));
                lab.run_for(pause_ms);
            }
            if self.is_partitioned {
                lab.perform(&Action::Heal);
                lab.run_for(300);
            }
            if self.crashes {
                lab.nodes().for_each(|node| lab.crash(node));
                lab.run_for(300);
                lab.nodes().for_each(|node| lab.restart(node));
            }
        }
        lab.expect_served(self.requests);
    }
}

/// Every node goes to one of two sides, neither of which is empty; clients reach all.
fn split(lab: &mut Lab) {
    let left = lab.draw_node();
    let mut sides = [Vec::new(), Vec::new()];
    for node in lab.nodes() {
        let side = match () {
            () if node == left => 0,
            () if node == left % lab.emulation().config().num_nodes + 1 => 1,
            () => lab.draw(2) as usize,
        };
        sides[side].push(ProcessId::Node(node));
    }
    let groups: Vec<Group> = sides.into_iter().map(Group::from).collect();
    lab.perform(&Action::Partition(Rc::from(groups)));
}

/// TestBasic4A
#[test]
fn one_client() {
    trial().run(1);
}

/// TestConcurrent4A
#[test]
fn many_clients() {
    Trial { num_clients: 5, ..trial() }.run(2);
}

/// TestUnreliable4A
#[test]
fn many_clients_on_an_unreliable_network() {
    for seed in 0..2 {
        Trial { num_clients: 5, is_unreliable: true, ..trial() }.run(seed);
    }
}

/// TestUnreliableOneKey4A: who asks twice is carried out once, though others change the same key meanwhile.
#[test]
fn many_clients_and_one_key_on_an_unreliable_network() {
    let network = Conditions { latency_ms: (1, 27), loss_percent: 10, duplicate_percent: 20 };
    let setting = Setting { network, ..Setting::of(3) };
    for seed in 0..2 {
        let keys = vec![String::from("k")];
        let config = Config { num_clients: 5, requests_per_client: 30, keys, ..config(&setting) };
        Lab::with(Emulation::new(config, seed)).expect_served(30);
    }
}

/// TestManyPartitionsOneClient4A
#[test]
fn many_partitions_and_one_client() {
    for seed in 0..2 {
        Trial { is_partitioned: true, ..trial() }.run(seed);
    }
}

/// TestManyPartitionsManyClients4A
#[test]
fn many_partitions_and_many_clients() {
    for seed in 0..2 {
        Trial { num_clients: 5, is_partitioned: true, ..trial() }.run(seed);
    }
}

/// TestPersistOneClient4A
#[test]
fn crashes_of_all_and_one_client() {
    Trial { crashes: true, ..trial() }.run(3);
}

/// TestPersistConcurrent4A
#[test]
fn crashes_of_all_and_many_clients() {
    Trial { num_clients: 5, crashes: true, ..trial() }.run(4);
}

/// TestPersistConcurrentUnreliable4A
#[test]
fn crashes_of_all_on_an_unreliable_network() {
    Trial { num_clients: 5, crashes: true, is_unreliable: true, ..trial() }.run(5);
}

/// TestPersistPartition4A
#[test]
fn crashes_of_all_and_partitions() {
    Trial { num_clients: 5, crashes: true, is_partitioned: true, ..trial() }.run(6);
}

/// TestPersistPartitionUnreliable4A
#[test]
fn crashes_of_all_and_partitions_on_an_unreliable_network() {
    let all = Trial { num_clients: 5, crashes: true, is_partitioned: true, is_unreliable: true, ..trial() };
    all.run(7);
    Trial { options: Options { pre_vote: true, ..full_raft() }, ..all }.run(8);
    Trial { options: Options { no_op: false, ..full_raft() }, ..all }.run(9);
}

/// TestPersistPartitionUnreliableLinearizable4A
#[test]
fn everything_at_once_with_15_clients_and_7_nodes() {
    let all = Trial {
        num_nodes: 7,
        num_clients: 15,
        requests: 60,
        crashes: true,
        is_partitioned: true,
        is_unreliable: true,
        ..trial()
    };
    for seed in 10..13 {
        all.run(seed);
    }
}

/// TestOnePartition4A: "progress in majority", "no progress in minority", "completion after heal".
#[test]
fn one_partition() {
    let mut texts = Texts::default();
    let [key, one, two] = ["k", "1", "2"].map(|string| texts.intern(string));
    let config = Config { num_clients: 3, requests_per_client: 0, texts, ..config(&Setting::of(5)) };
    let mut lab = Lab::with(Emulation::new(config, 1));
    let old = lab.expect_leader();
    let (majority, minority) = divide(&lab, old);
    let groups: [Group; 2] = [with_clients(&majority, &[1]), with_clients(&minority, &[2, 3])];
    lab.perform(&Action::Partition(Rc::from(groups)));

    let ask = |lab: &mut Lab, client, command| lab.perform(&Action::Request(ProcessId::Client(client), command));
    let answered = |lab: &Lab, client| lab.emulation().client(client).answered();
    ask(&mut lab, 2, Command::Put { key, value: two });
    ask(&mut lab, 3, Command::Get { key });
    for (number, command) in (1..).zip([
        Command::Put { key, value: one },
        Command::Get { key },
        Command::Delete { key },
        Command::Get { key },
    ]) {
        ask(&mut lab, 1, command);
        let is_answered = lab.run_until(2 * ELECTION_MS, |lab| answered(lab, 1) == number);
        assert!(is_answered, "the majority goes on: {command:?}");
    }
    lab.run_for(ELECTION_MS);
    assert_eq!([2, 3].map(|client| answered(&lab, client)), [0, 0], "the minority does not");
    assert!(lab.is_leader(old), "though it has somebody who takes itself for the leader");

    lab.perform(&Action::Heal);
    lab.expect_served(0);
    assert_eq!([2, 3].map(|client| answered(&lab, client)), [1, 1], "what waited is done after all");
}

/// Three nodes without the leader, and two with it.
fn divide(lab: &Lab, leader: NodeId) -> (Vec<NodeId>, Vec<NodeId>) {
    let others: Vec<NodeId> = lab.nodes().filter(|&node| node != leader).collect();
    (others[..3].to_vec(), vec![leader, others[3]])
}

fn with_clients(nodes: &[NodeId], clients: &[u32]) -> Group {
    nodes
        .iter()
        .map(|&node| ProcessId::Node(node))
        .chain(clients.iter().map(|&client| ProcessId::Client(client)))
        .collect()
}
