//! The laboratory 3C of MIT 6.5840: what survives crashes, and unreliable networks (2C of MadRaft).

use raft_kv::config::Config;
use raft_kv::emulation::{Action, Emulation};
use raft_kv::network::Conditions;
use raft_kv::process::ProcessId;
use raft_kv::raft::Message;
use raft_kv::raft::options::Options;

use crate::actor::full_raft;
use crate::lab::{ELECTION_MS, Lab, Setting, Started};

fn restart_at_once(lab: &mut Lab, node: u32) {
    lab.crash(node);
    lab.restart(node);
}

/// TestPersist13C
#[test]
fn persistence_of_term_vote_and_log() {
    for seed in 0..3 {
        let mut lab = Lab::new(Setting::of(3), seed);
        lab.agree(3);
        lab.nodes().for_each(|node| lab.crash(node));
        lab.nodes().for_each(|node| lab.restart(node));
        lab.agree(3);

        let first = lab.expect_leader();
        restart_at_once(&mut lab, first);
        lab.agree(3);

        let second = lab.expect_leader();
        lab.crash(second);
        let fourth = lab.agree(2);
        lab.restart(second);
        let has_caught_up = lab.run_until(ELECTION_MS, |lab| lab.node(second).last_applied() >= fourth);
        assert!(has_caught_up, "seed {seed}: who comes back hears what it missed");

        let third = lab.expect_leader() % 3 + 1;
        lab.crash(third);
        lab.agree(2);
        lab.restart(third);
        lab.agree(3);
        lab.finish();
    }
}

/// TestPersist23C
#[test]
fn persistence_when_another_majority_goes_on_each_time() {
    let mut lab = Lab::new(Setting::of(5), 1);
    for _ in 0..5 {
        lab.agree(5);
        let leader = lab.expect_leader();
        let after = |places: u32| (leader + places - 1) % 5 + 1;
        [1, 2].into_iter().for_each(|places| lab.crash(after(places)));
        lab.agree(3);
        [0, 3, 4].into_iter().for_each(|places| lab.crash(after(places)));
        [1, 2].into_iter().for_each(|places| lab.restart(after(places)));
        lab.run_for(ELECTION_MS);
        lab.restart(after(3));
        lab.agree(3);
        [4, 0].into_iter().for_each(|places| lab.restart(after(places)));
    }
    lab.agree(5);
    lab.finish();
}

/// TestPersist33C
#[test]
fn persistence_of_a_leader_that_was_cut_off() {
    for seed in 0..3 {
        let mut lab = Lab::new(Setting::of(3), seed);
        lab.agree(3);
        let leader = lab.expect_leader();
        let (second, third) = (leader % 3 + 1, (leader + 1) % 3 + 1);
        lab.disconnect(third);
        lab.agree(2);
        lab.crash(leader);
        lab.crash(second);
        lab.connect(third);
        lab.restart(leader);
        lab.agree(2);
        lab.restart(second);
        lab.agree(3);
        lab.finish();
    }
}

/// TestFigure83C: leaders crash before or after their entries are committed, so that some are on a majority and not
/// committed when the next leader comes.
#[test]
fn figure_8_with_crashes() {
    for seed in 0..12 {
        let no_op = seed % 2 == 0;
        let setting = Setting { options: Options { no_op, ..full_raft() }, commands: 260, ..Setting::of(5) };
        let mut lab = Lab::new(setting, seed);
        lab.agree(1);
        for _ in 0..40 {
            let leader = lab.nodes().filter_map(|id| lab.start(id).map(|_| id)).last();
            // Mostly just so long that the entry is on its way.
            let pause_ms = if lab.draw(10) == 0 { lab.draw(500) } else { lab.draw(13) };
            lab.run_for(pause_ms.into());
            if let Some(leader) = leader {
                lab.crash(leader);
            }
            while lab.connected().count() < 3 {
                let node = lab.draw_node();
                if lab.is_crashed(node) {
                    lab.restart(node);
                }
            }
            lab.run_until(200, |lab| lab.leader().is_some());
        }
        restart_all(&mut lab);
        lab.agree(5);
        lab.finish();
    }
}

fn restart_all(lab: &mut Lab) {
    for node in lab.nodes().filter(|&node| lab.is_crashed(node)).collect::<Vec<_>>() {
        lab.restart(node);
    }
}

/// TestUnreliableAgree3C
#[test]
fn agreement_on_an_unreliable_network() {
    let mut lab = Lab::new(Setting { commands: 150, ..Setting::unreliable(5) }, 1);
    let mut started: Vec<Started> = Vec::new();
    for _ in 0..15 {
        for _ in 0..4 {
            started.extend(lab.leader().and_then(|leader| lab.start(leader)));
        }
        lab.agree(1);
    }
    lab.agree(5);
    assert!(started.len() > 30, "somebody led most of the time");
    let term = lab.common_term();
    if started.iter().all(|started| Some(started.term) == term) {
        assert!(
            started.iter().all(|&started| lab.appliers(started) == 5),
            "one leader carries out all that it was asked"
        );
    }
    lab.finish();
}

/// TestFigure8Unreliable3C: the same as with crashes, where leaders are cut off and answers come in any order.
#[test]
fn figure_8_on_an_unreliable_network() {
    for seed in 0..8 {
        let mut lab = Lab::new(Setting { commands: 300, ..Setting::unreliable(5) }, seed);
        lab.agree(1);
        for round in 0..50 {
            if round > 10 {
                delay_answers(&mut lab);
            }
            let leader = lab.nodes().filter_map(|id| lab.start(id).map(|_| id)).last();
            let pause_ms = if lab.draw(10) == 0 { lab.draw(500) } else { lab.draw(13) };
            lab.run_for(pause_ms.into());
            if let Some(leader) = leader.filter(|_| lab.draw(2) == 0) {
                lab.disconnect(leader);
            }
            if lab.connected().count() < 3 {
                let node = lab.draw_node();
                lab.connect(node);
            }
        }
        lab.nodes().for_each(|node| lab.connect(node));
        lab.agree(5);
        lab.finish();
    }
}

/// Two of three answers that are on their way now come much later.
fn delay_answers(lab: &mut Lab) {
    let is_answer = |message: &Message| {
        matches!(message, Message::AppendEntriesResponse { .. } | Message::RequestVoteResponse { .. })
    };
    let answers: Vec<_> = lab
        .now()
        .network()
        .in_flight()
        .filter(|envelope| is_answer(&envelope.message))
        .map(|envelope| envelope.id)
        .collect();
    for id in answers {
        if lab.draw(3) < 2 {
            let by_ms = 200 + lab.draw(2_000);
            lab.perform(&Action::Delay(id, by_ms));
        }
    }
}

/// TestReliableChurn3C
#[test]
fn churn_on_a_reliable_network() {
    for seed in 0..4 {
        churn(Conditions { latency_ms: (5, 15), ..Conditions::default() }, seed);
    }
}

/// TestUnreliableChurn3C
#[test]
fn churn_on_an_unreliable_network() {
    for seed in 0..6 {
        churn(Conditions { latency_ms: (1, 27), loss_percent: 10, duplicate_percent: 5 }, seed);
    }
}

/// Nodes come and go while three clients ask for one thing after another; all that they were told is there in the end.
fn churn(network: Conditions, seed: u64) {
    let setting = Setting { network, commands: 0, ..Setting::of(5) };
    let config = Config { num_clients: 3, requests_per_client: 150, ..crate::service::config(&setting) };
    let mut lab = Lab::with(Emulation::new(config, seed));
    for _ in 0..20 {
        if lab.draw(1000) < 200 {
            let node = lab.draw_node();
            lab.disconnect(node);
        }
        if lab.draw(1000) < 500 {
            let node = lab.draw_node();
            if lab.is_crashed(node) {
                lab.restart(node);
            }
            lab.connect(node);
        }
        if lab.draw(1000) < 200 {
            let node = lab.draw_node();
            if !lab.is_crashed(node) {
                lab.perform(&Action::Crash(ProcessId::Node(node), 0));
            }
        }
        let pause_ms = lab.draw(300);
        lab.run_for(pause_ms.into());
    }
    restart_all(&mut lab);
    lab.nodes().for_each(|node| lab.connect(node));
    lab.expect_served(150);
}
