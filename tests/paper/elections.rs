//! What the paper says of terms, roles and votes (§5.1, §5.2, §5.4.1).

use std::collections::BTreeSet;

use raft_kv::process::{Alarm, ProcessId};
use raft_kv::raft::message::{AppendOutcome, NodeId};
use raft_kv::raft::node::Persistent;
use raft_kv::raft::options::Timing;
use raft_kv::raft::role::Role;
use raft_kv::raft::{Event, Message, Outbox, Timer};

use crate::actor::{Actor, append, disk, entries, request_vote, terms};
use crate::lab::{Lab, Setting, said};

/// Everything that carries a term, of this term.
fn messages(term: u32) -> [Message; 6] {
    [
        append(term, (0, 0), &[], 0),
        request_vote(term, (9, term)),
        Message::RequestVoteResponse { term, granted: false },
        Message::RequestPreVoteResponse { term, next_term: term, granted: false },
        Message::AppendEntriesResponse { term, round: 0, outcome: AppendOutcome::StaleTerm },
        Message::CommitNotification { term, commit_index: 0, commit_term: 0 },
    ]
}

/// "If one server's current term is smaller than the other's, then it updates its current term to the larger value. If a
/// candidate or leader discovers that its term is out of date, it immediately reverts to follower state" (§5.1).
fn updates_its_term(prepare: impl Fn(&mut Actor)) {
    for message in messages(7) {
        let mut actor = Actor::with_disk(3, disk(1, &[1]));
        prepare(&mut actor);
        actor.hear(2, message.clone());
        assert_eq!(actor.node.current_term(), 7, "after {message:?}");
        assert!(actor.is_follower(), "after {message:?}");
        let vote = matches!(message, Message::RequestVote { .. }).then_some(2);
        assert_eq!(actor.node.persistent().voted_for, vote, "the vote is a new one, after {message:?}");
    }
}

/// TestFollowerUpdateTermFromMessage
#[test]
fn a_follower_updates_its_term_from_a_message_section_5_1() {
    updates_its_term(|actor| assert!(actor.is_follower()));
}

/// TestCandidateUpdateTermFromMessage
#[test]
fn a_candidate_updates_its_term_from_a_message_section_5_1() {
    updates_its_term(|actor| {
        actor.time_out();
        assert!(actor.is_candidate());
    });
}

/// TestLeaderUpdateTermFromMessage
#[test]
fn a_leader_updates_its_term_from_a_message_section_5_1() {
    updates_its_term(|actor| {
        actor.lead();
    });
}

/// TestRejectStaleTermMessage: "If a server receives a request with a stale term number, it rejects the request" (§5.1).
#[test]
fn a_server_rejects_a_request_with_a_stale_term_section_5_1() {
    let before = disk(4, &[1, 2]);
    for log_end in [(0, 0), (2, 2), (9, 3)] {
        let mut actor = Actor::with_disk(3, before.clone());
        let deed = actor.hear(2, request_vote(3, log_end));
        assert_eq!(*deed.answer_to(2), Message::RequestVoteResponse { term: 4, granted: false });
        assert!(!deed.restarts_election_timer(), "it has voted for nobody");
        assert_eq!(*actor.node.persistent(), before);
    }
    for commit in [0, 2] {
        let mut actor = Actor::with_disk(3, before.clone());
        let deed = actor.hear(2, append(3, (1, 1), &entries(&[1, 3])[1..], commit));
        let outcome = AppendOutcome::StaleTerm;
        assert_eq!(*deed.answer_to(2), Message::AppendEntriesResponse { term: 4, round: 0, outcome });
        assert!(!deed.restarts_election_timer(), "no leader of its own term has spoken");
        assert_eq!(*actor.node.persistent(), before);
        assert_eq!((actor.node.commit_index(), actor.node.leader()), (0, None));
    }
}

/// TestStartAsFollower: "When servers start up, they begin as followers" (§5.2).
#[test]
fn a_server_starts_as_a_follower_section_5_2() {
    let mut actor = Actor::new(3);
    assert!(actor.is_follower());
    let mut out = Outbox::default();
    for prepare in [
        |_: &mut Actor| {},
        |actor: &mut Actor| drop(actor.time_out()),
        |actor: &mut Actor| {
            actor.lead();
        },
    ] {
        prepare(&mut actor);
        let on_disk = actor.node.persistent().clone();
        actor.node.on_crash(0);
        actor.node.on_restart(&mut out);
        assert!(actor.is_follower(), "starting again is starting up");
        assert_eq!(*actor.node.persistent(), on_disk, "term, vote and log are on its disk");
        assert!(out.take_alarms().any(|alarm| matches!(alarm, Alarm::Set(Timer::Election, _))));
    }
}

/// TestLeaderBcastBeat: "Leaders send periodic heartbeats (AppendEntries RPCs that carry no log entries) to all followers
/// in order to maintain their authority" (§5.2).
#[test]
fn a_leader_sends_heartbeats_to_all_followers_section_5_2() {
    let mut actor = Actor::new(5);
    actor.lead_and_commit();
    let heartbeat_ms = Timing::default().heartbeat_ms;
    for _ in 0..3 {
        let deed = actor.beat();
        assert_eq!(*deed.sent_to_all(2..=5), append(1, (1, 1), &[], 1));
        let again = Alarm::Set(Timer::Heartbeat, (heartbeat_ms, heartbeat_ms));
        assert!(deed.alarms.contains(&again), "they are periodic");
    }
}

/// "To begin an election, a follower increments its current term and transitions to candidate state. It then votes for
/// itself and issues RequestVote RPCs in parallel to each of the other servers in the cluster" (§5.2).
fn begins_an_election(actor: &mut Actor) {
    let term = actor.node.current_term() + 1;
    let deed = actor.time_out();
    assert_eq!(*actor.node.role(), Role::Candidate { votes: vec![1] });
    assert_eq!((actor.node.current_term(), actor.node.persistent().voted_for), (term, Some(1)));
    assert_eq!(*deed.sent_to_all(actor.peers()), request_vote(term, (2, 1)));
    assert!(deed.restarts_election_timer(), "\"each candidate restarts its randomized election timeout\"");
}

/// TestFollowerStartElection: "If a follower receives no communication over a period of time called the election timeout,
/// then it assumes there is no viable leader and begins an election to choose a new leader" (§5.2).
#[test]
fn a_follower_that_hears_nothing_begins_an_election_section_5_2() {
    let mut actor = Actor::with_disk(5, disk(1, &[1, 1]));
    let deed = actor.hear(2, append(1, (2, 1), &[], 0));
    assert!(deed.restarts_election_timer() && actor.is_follower(), "it hears from a leader");
    begins_an_election(&mut actor);
}

/// TestCandidateStartNewElection: "Each candidate will time out and start a new election by incrementing its term and
/// initiating another round of RequestVote RPCs" (§5.2).
#[test]
fn a_candidate_that_does_not_win_begins_another_election_section_5_2() {
    let mut actor = Actor::with_disk(5, disk(1, &[1, 1]));
    actor.time_out();
    actor.hear(2, Message::RequestVoteResponse { term: 2, granted: true });
    begins_an_election(&mut actor);
    actor.hear(3, Message::RequestVoteResponse { term: 2, granted: true });
    actor.hear(4, Message::RequestVoteResponse { term: 3, granted: true });
    assert!(actor.is_candidate(), "votes of an earlier election do not count");
}

/// TestLeaderElectionInOneRoundRPC: "A candidate continues in this state until one of three things happens: (a) it wins the
/// election, (b) another server establishes itself as leader, or (c) a period of time goes by with no winner" (§5.2).
///
/// etcd's candidate gives up when a majority has refused; the paper's waits for its timeout, and so does this one.
#[test]
fn a_candidate_wins_with_the_votes_of_a_majority_section_5_2() {
    type Votes = &'static [(NodeId, bool)];
    let cases: [(u32, Votes, bool); 14] = [
        (1, &[], true),
        (3, &[(2, true), (3, true)], true),
        (3, &[(2, true)], true),
        (5, &[(2, true), (3, true), (4, true), (5, true)], true),
        (5, &[(2, true), (3, true), (4, true)], true),
        (5, &[(2, true), (3, true)], true),
        (3, &[(2, false), (3, false)], false),
        (5, &[(2, false), (3, false), (4, false), (5, false)], false),
        (5, &[(2, true), (3, false), (4, false), (5, false)], false),
        (3, &[], false),
        (5, &[(2, true)], false),
        (5, &[(2, true), (2, true), (2, true)], false),
        (5, &[(2, false), (3, false)], false),
        (4, &[(2, true)], false),
    ];
    for (cluster_size, votes, wins) in cases {
        let mut actor = Actor::new(cluster_size);
        actor.time_out();
        for &(voter, granted) in votes {
            actor.hear(voter, Message::RequestVoteResponse { term: 1, granted });
        }
        assert_eq!((actor.is_leader(), actor.is_candidate()), (wins, !wins), "{votes:?} of {cluster_size}");
        assert_eq!(actor.node.current_term(), 1);
    }
}

/// TestFollowerVote: "Each server will vote for at most one candidate in a given term, on a first-come-first-served basis"
/// (§5.2).
#[test]
fn a_follower_votes_for_one_candidate_a_term_section_5_2() {
    for (voted_for, candidate, granted) in [
        (None, 2, true),
        (None, 3, true),
        (Some(2), 2, true),
        (Some(3), 3, true),
        (Some(2), 3, false),
        (Some(3), 2, false),
    ] {
        let mut actor = Actor::with_disk(3, Persistent { voted_for, ..disk(1, &[]) });
        let deed = actor.hear(candidate, request_vote(1, (0, 0)));
        assert_eq!(deed.grants(candidate), granted, "{candidate} asks, and {voted_for:?} has the vote");
        assert_eq!(deed.restarts_election_timer(), granted, "granting a vote is waiting for its candidate");
        assert_eq!(actor.node.persistent().voted_for, if granted { Some(candidate) } else { voted_for });
        assert!(
            actor.hear(5 - candidate, request_vote(2, (0, 0))).grants(5 - candidate),
            "the next term has its own vote"
        );
    }
}

/// TestCandidateFallback: "If the leader's term (included in its RPC) is at least as large as the candidate's current term,
/// then the candidate recognizes the leader as legitimate and returns to follower state" (§5.2).
#[test]
fn a_candidate_falls_back_to_a_legitimate_leader_section_5_2() {
    for (term, falls_back) in [(1, false), (2, true), (3, true)] {
        let mut actor = Actor::with_disk(3, disk(1, &[]));
        actor.time_out();
        actor.hear(2, append(term, (0, 0), &[], 0));
        assert_eq!((actor.is_follower(), actor.is_candidate()), (falls_back, !falls_back), "a leader of term {term}");
        assert_eq!(actor.node.current_term(), term.max(2));
        assert_eq!(actor.node.leader(), falls_back.then_some(2));
    }
}

/// The wait of a node for its leader or its election, as it was drawn just now.
fn waits(lab: &Lab) -> Vec<(u32, u64)> {
    let now = lab.now();
    let election_timers = now.timers().iter().filter(|waiting| waiting.timer == Timer::Election);
    let of_node = |process| match process {
        ProcessId::Node(id) => id,
        other => panic!("{other} does not stand for election"),
    };
    election_timers.map(|waiting| (of_node(waiting.process), waiting.due_ms - now.time_ms())).collect()
}

/// A short range, all of which can be seen.
fn timing() -> Timing {
    Timing { election_timeout_ms: (150, 170), ..Timing::default() }
}

/// All waits that are drawn whenever a node says something like this, and how often two nodes that wait would time out
/// almost at once.
fn drawn_waits(lab: &mut Lab, for_ms: u64, is_moment: impl Fn(&Event) -> bool) -> (BTreeSet<u64>, f64) {
    let until_ms = lab.now().time_ms() + for_ms;
    let mut drawn = BTreeSet::new();
    let (mut close, mut moments) = (0, 0);
    while lab.now().time_ms() < until_ms {
        assert!(lab.step(), "the run goes on");
        let Some(node) = said(lab.emulation(), &is_moment) else { continue };
        let waits = waits(lab);
        drawn.extend(waits.iter().filter(|&&(id, _)| id == node).map(|&(_, wait_ms)| wait_ms));
        let mut due: Vec<u64> = waits.iter().map(|&(_, wait_ms)| wait_ms).collect();
        due.sort_unstable();
        moments += 1;
        close += u32::from(due.len() > 1 && due[1] - due[0] <= 5);
    }
    assert!(moments > 100, "there is something to count");
    (drawn, f64::from(close) / f64::from(moments))
}

fn has_heard(event: &Event) -> bool {
    matches!(event, Event::HeartbeatReceived { .. })
}

fn stands(event: &Event) -> bool {
    matches!(event, Event::StartingElection { .. })
}

/// TestFollowerElectionTimeoutRandomized: "Election timeouts are chosen randomly from a fixed interval" (§5.2).
#[test]
fn a_follower_waits_for_a_random_time_section_5_2() {
    let mut lab = Lab::new(Setting { timing: timing(), ..Setting::of(3) }, 1);
    let (drawn, _) = drawn_waits(&mut lab, 6_000, has_heard);
    assert_eq!(drawn, (150..=170).collect(), "every time of the interval comes up, and no other");
}

/// TestCandidateElectionTimeoutRandomized: "Each candidate restarts its randomized election timeout at the start of an
/// election" (§5.2).
#[test]
fn a_candidate_waits_for_a_random_time_section_5_2() {
    let mut lab = Lab::new(Setting { timing: timing(), ..Setting::of(5) }, 2);
    (1..=5).for_each(|node| lab.disconnect(node));
    let (drawn, _) = drawn_waits(&mut lab, 10_000, stands);
    assert_eq!(drawn, (150..=170).collect(), "every time of the interval comes up, and no other");
}

/// TestFollowersElectionTimeoutNonconflict: "This spreads out the servers so that in most cases only a single server will
/// time out" (§5.2).
#[test]
fn followers_seldom_time_out_together_section_5_2() {
    let mut lab = Lab::new(Setting::of(5), 3);
    let (_, conflicts) = drawn_waits(&mut lab, 10_000, has_heard);
    assert!(conflicts <= 0.3, "{conflicts} of the times, two would stand at once");
}

/// TestCandidatesElectionTimeoutNonconflict: "this reduces the likelihood of another split vote in the new election"
/// (§5.2).
#[test]
fn candidates_seldom_time_out_together_section_5_2() {
    let mut lab = Lab::new(Setting::of(5), 4);
    (1..=5).for_each(|node| lab.disconnect(node));
    let (_, conflicts) = drawn_waits(&mut lab, 20_000, stands);
    assert!(conflicts <= 0.3, "{conflicts} of the times, two would stand at once");
}

/// TestVoteRequest: "The RPC includes information about the candidate's log" (§5.4.1).
#[test]
fn a_request_for_a_vote_tells_where_the_log_ends_section_5_4_1() {
    for (log, term) in [(&[][..], 1), (&[1], 2), (&[1, 2], 3), (&[1, 1, 4], 5)] {
        let mut actor = Actor::with_disk(3, disk(term - 1, &[]));
        actor.hear(2, append(term - 1, (0, 0), &entries(log), 0));
        assert_eq!(terms(actor.node.log()), log);
        let deed = actor.time_out();
        let end = (log.len() as u32, log.last().copied().unwrap_or(0));
        assert_eq!(*deed.sent_to_all(2..=3), request_vote(term, end));
    }
}

/// TestVoter: "The voter denies its vote if its own log is more up-to-date than that of the candidate" (§5.4.1).
#[test]
fn a_voter_denies_its_vote_if_its_log_is_more_up_to_date_section_5_4_1() {
    let cases: [(&[u32], (u32, u32), bool); 10] = [
        (&[1], (1, 1), true),
        (&[1], (2, 1), true),
        (&[1, 1], (1, 1), false),
        (&[1], (1, 2), true),
        (&[1], (2, 2), true),
        (&[1, 1], (1, 2), true),
        (&[2], (1, 1), false),
        (&[2], (2, 1), false),
        (&[2, 2], (1, 1), false),
        (&[1, 2], (9, 1), false),
    ];
    for (log, end, granted) in cases {
        let mut actor = Actor::with_disk(3, disk(2, log));
        let deed = actor.hear(2, request_vote(3, end));
        assert_eq!(deed.grants(2), granted, "log {log:?}, asked by one that ends at {end:?}");
        assert_eq!(deed.restarts_election_timer(), granted);
        assert_eq!(actor.node.persistent().voted_for, granted.then_some(2));
    }
}
