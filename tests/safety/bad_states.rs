//! Every check fires on a state that was made to be bad, says so in the step that made it so, and names what contradicts
//! what. Where the state is bad in several ways, all are said.

use std::num::NonZeroU64;

use raft_kv::kv::{Command, Request, Store};
use raft_kv::process::{Envelope, MessageId, Moment, ProcessId};
use raft_kv::raft::log::{Entry, Log};
use raft_kv::raft::message::AppendOutcome;
use raft_kv::raft::node::Persistent;
use raft_kv::raft::options::Options;
use raft_kv::raft::rules::Rules;
use raft_kv::raft::verdict::Property;
use raft_kv::raft::{Message, Node};

use crate::stage::{Stage, full_raft};

/// Three nodes, of which node 1 leads term 1, and has committed an entry with node 2 in step 6.
fn with_a_committed_entry() -> Stage {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1\n1 sends 2 late\n2 answers 1");
    assert_eq!((stage.step(), stage.safety().committed()), (6, 1));
    stage
}

/// Nodes that do not look after themselves, because this rule is not in force.
fn without(remove: fn(&mut Rules)) -> Options {
    let mut options = full_raft();
    remove(&mut options.rules);
    options
}

/// Node 3 of 3 with this on its disk.
fn third(persistent: Persistent) -> Node {
    Stage::node_with(3, 3, full_raft(), persistent)
}

/// What a node has on its disk.
fn disk_of(stage: &Stage, id: u32) -> Persistent {
    stage.node(id).persistent().clone()
}

fn vote(term: u32) -> Message {
    Message::RequestVoteResponse { term, granted: true }
}

fn matched(term: u32, match_index: u32) -> Message {
    Message::AppendEntriesResponse { term, round: 0, outcome: AppendOutcome::Matched { match_index } }
}

/// An AppendEntries with one entry, put y 2, which nobody asked for.
fn invented(stage: &mut Stage, term: u32) -> Message {
    let (key, value) = (stage.texts.intern("y"), stage.texts.intern("2"));
    let request = Some(Request { client: 3, number: 9, command: Command::Put { key, value } });
    let entries = vec![Entry { term, request }];
    Message::AppendEntries { term, prev_log_index: 0, prev_log_term: 0, entries, leader_commit: 0, round: 0 }
}

fn assert_reported(stage: &Stage, lines: &[&str]) {
    assert_eq!(stage.lines(), lines);
}

#[test]
fn two_leaders_of_one_term() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\n3 times out");
    stage.forge(2, 3, vote(1));
    assert_reported(&stage, &["one leader a term, step 5: node 1 leads term 1, but node 3 leads term 1"]);
}

#[test]
fn a_leader_that_leaves_and_comes_back_is_remembered() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\n1 crashes\n3 times out");
    stage.forge(2, 3, vote(1));
    assert_reported(&stage, &["one leader a term, step 6: node 1 leads term 1, but node 3 leads term 1"]);
}

#[test]
fn a_leader_that_forgets_an_entry() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1");
    stage.damage(1, 1);
    let line =
        "leader append-only, step 5: node 1 had 1@1 when it led term 1, but the log of node 1 ends before index 1";
    assert_reported(&stage, &[line]);
}

#[test]
fn an_entry_that_no_leader_created() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2");
    let message = invented(&mut stage, 1);
    stage.forge(1, 3, message);
    assert_reported(&stage, &["log matching, step 4: node 3 has 1@1, but no leader of term 1 created 1@1"]);
}

#[test]
fn an_entry_other_than_the_one_that_was_created() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1");
    let message = invented(&mut stage, 1);
    stage.forge(1, 3, message);
    assert_reported(&stage, &["log matching, step 5: node 3 has 1@1, but the leader of term 1 created another 1@1"]);
}

const INCOMPLETE: &str =
    "leader completeness, step 9: 1@1 was committed in term 1, but node 3 began to lead term 2 without it";

#[test]
fn a_leader_that_lacks_what_was_committed() {
    let mut stage = with_a_committed_entry();
    stage.play("3 times out\n3 times out");
    stage.forge(2, 3, vote(2));
    assert_reported(&stage, &[INCOMPLETE]);
}

#[test]
fn a_commit_of_what_a_later_leader_lacks() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1\n1 sends 2 late\n3 times out\n3 times out");
    stage.forge(2, 3, vote(2));
    assert_reported(&stage, &[]);
    stage.play("2 answers 1");
    assert_reported(&stage, &[INCOMPLETE]);
}

#[test]
fn a_commit_of_what_a_later_leader_lacked_that_leads_no_more() {
    for (script, line) in [
        ("1 is elected by 2\na puts x 1 at 1\n1 sends 2 late\n3 times out\n3 times out", Some(INCOMPLETE)),
        ("1 is elected by 2 3\na puts x 1 at 1\n1 sends 3 late\n1 sends 2 late\n3 times out", None),
    ] {
        let mut stage = Stage::new(3, full_raft());
        stage.play(script);
        stage.forge(2, 3, vote(2));
        assert!(stage.leads(3));
        stage.damage(3, 0);
        stage.play("2 answers 1");
        let expected = line.map(|line| line.replace("step 9", "step 10"));
        assert_eq!(stage.lines(), expected.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn a_commit_of_more_than_a_later_leader_had() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1\n1 sends 3 late\nb puts y 2 at 1\n1 sends 2\n1 sends 2\n1 sends 2");
    stage.play("3 times out");
    stage.forge(2, 3, vote(2));
    assert_eq!((stage.leads(3), stage.terms(3)), (true, vec![1]));
    stage.play("2 answers 1 late");
    let line = "leader completeness, step 12: 2@1 was committed in term 1, but node 3 began to lead term 2 without it";
    assert_reported(&stage, &[line]);
}

#[test]
fn a_leader_that_lacks_what_was_committed_again_in_an_earlier_term() {
    let mut stage = Stage::new(5, full_raft());
    stage.play(
        "1 is elected by 2 4
         a puts x 1 at 1
         1 sends 2 late
         1 sends 4 late
         3 times out
         3 times out
         2 times out
         2 is elected by 4 5
         b puts y 2 at 2
         2 copies to 4 5",
    );
    assert_eq!((stage.node(2).current_term(), stage.safety().committed()), (3, 2));
    stage.play("2 answers 1\n4 answers 1");
    assert_eq!((stage.node(1).current_term(), stage.node(1).commit_index()), (1, 1));
    stage.forge(4, 3, vote(2));
    assert_reported(&stage, &[]);
    stage.forge(5, 3, vote(2));
    let violation = stage.violation(Property::LeaderCompleteness).expect("it lacks 1@1");
    assert_eq!(
        violation.line(&stage.texts).to_string(),
        format!(
            "leader completeness, step {}: 1@1 was committed in term 1, but node 3 began to lead term 2 without it",
            stage.step()
        )
    );
}

#[test]
fn what_follows_on_a_commit_that_no_leader_made_stands_at_its_own_index() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1\nb puts y 2 at 1\nthe rest is lost");
    let disk = Persistent { voted_for: None, ..disk_of(&stage, 1) };
    stage.replace(third(disk).believing(2, 0, Store::default()));
    assert!(stage.violation(Property::CommitFollowsLeader).is_some());
    stage.play("3 is elected by 2\nc puts z 3 at 3\n3 copies to 2");
    assert_eq!(stage.safety().committed(), 3);
    assert_eq!(stage.safety().committed_entry(3), stage.node(3).log().get(3));
}

#[test]
fn a_node_that_applies_another_entry_than_others_did() {
    let mut stage = Stage::new(3, full_raft());
    stage.play(
        "1 is elected by 2\na puts x 1 at 1\nthe rest is lost\n2 is elected by 3\nb puts y 2 at 2\n2 copies to 3",
    );
    let (prev_log_index, prev_log_term, leader_commit) = (1, 1, 1);
    let entries = Vec::new();
    let lie = Message::AppendEntries { term: 2, prev_log_index, prev_log_term, entries, leader_commit, round: 0 };
    stage.forge(2, 1, lie);
    assert_reported(&stage, &["state machine safety, step 13: 1@2 was applied before, but node 1 applied 1@1"]);
}

#[test]
fn a_node_that_applies_what_was_never_committed() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1");
    let entries = stage.node(1).log().entries_from(1);
    let (term, prev_log_index, prev_log_term) = (1, 0, 0);
    stage.forge(
        1,
        3,
        Message::AppendEntries { term, prev_log_index, prev_log_term, entries, leader_commit: 1, round: 0 },
    );
    assert_reported(
        &stage,
        &[
            "commit follows the leader, step 5: the commit index of node 3 is 1, but leaders of term 1 committed up to \
             index 0",
            "state machine safety, step 5: node 3 applied 1@1, but no leader committed index 1",
        ],
    );
}

#[test]
fn a_node_that_loses_what_it_knows_to_be_committed() {
    let mut stage = with_a_committed_entry();
    stage.play("1 copies to 3\n1 beats\n1 copies to 3");
    assert_eq!(stage.node(3).commit_index(), 1);
    let log = Log::default();
    let store = stage.node(3).store().clone();
    stage.replace(third(Persistent { log, ..disk_of(&stage, 3) }).believing(1, 1, store));
    assert_reported(
        &stage,
        &[
            "committed is final, step 14: the commit index of node 3 is 1, but the log of node 3 ends before index 1",
            "indices in order, step 14: the commit index of node 3 is 1, but the last index of node 3 is 0",
        ],
    );
}

#[test]
fn a_node_that_replaces_what_it_knows_to_be_committed() {
    let mut stage = Stage::new(3, without(|rules| rules.verify_commit_notification = false));
    stage.play("1 is elected by 2\na puts x 1 at 1\n1 copies to 2 3\n1 beats\n1 copies to 2 3");
    assert_eq!((stage.step(), stage.node(3).commit_index()), (17, 1));
    let message = invented(&mut stage, 2);
    stage.forge(2, 3, message);
    assert_reported(
        &stage,
        &[
            "log matching, step 18: node 3 has 1@2, but no leader of term 2 created 1@2",
            "committed is final, step 18: node 3 has 1@2, but 1@1 was committed in term 1",
        ],
    );
}

#[test]
fn leaders_that_commit_different_entries() {
    let mut stage = with_a_committed_entry();
    stage.play("3 times out\n3 times out");
    stage.forge(2, 3, vote(2));
    stage.play("b puts y 2 at 3");
    stage.forge(2, 3, matched(2, 1));
    let violation = stage.violation(Property::CommittedIsFinal).expect("it is not");
    assert_eq!(
        violation.line(&stage.texts).to_string(),
        "committed is final, step 11: 1@1 was committed in term 1, but 1@2 was committed in term 2"
    );
}

#[test]
fn a_majority_that_loses_what_was_committed() {
    let mut stage = with_a_committed_entry();
    stage.play("1 crashes\n2 crashes losing 1");
    let line = "committed on a majority, step 8: 1@1 was committed in term 1, but 1 node has it at index 1, where 2 are \
                a majority";
    assert_reported(&stage, &[line]);
}

#[test]
fn a_leader_that_commits_by_itself() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1");
    stage.forge(2, 1, matched(1, 1));
    assert_reported(
        &stage,
        &[
            "committed on a majority, step 5: 1@1 was committed in term 1, but 1 node has it at index 1, where 2 are a \
             majority",
            "match index is true, step 5: leader 1 believes that node 2 matches up to index 1, but the log of node 2 ends \
             before index 1",
        ],
    );
}

#[test]
fn a_leader_that_commits_an_entry_of_an_earlier_term() {
    let mut stage = Stage::new(3, without(|rules| rules.commit_own_term_only = false));
    stage.play("1 is elected by 2 3\na puts x 1 at 1\n1 crashes\n1 restarts\nthe rest is lost");
    stage.play("1 is elected by 2 3\n1 copies to 2");
    assert_reported(&stage, &["commits its own term, step 17: node 1 leads term 2, but 1@1 was committed in term 2"]);
}

#[test]
fn a_node_that_goes_back_to_an_earlier_term() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 3");
    stage.replace(third(Persistent::default()));
    assert_reported(&stage, &["terms grow, step 4: node 3 was in term 1, but node 3 is in term 0"]);
}

#[test]
fn a_node_that_votes_twice() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 3");
    stage.replace(third(Persistent { voted_for: Some(2), ..disk_of(&stage, 3) }));
    assert_reported(
        &stage,
        &["one vote a term, step 4: node 3 voted for 1 in term 1, but node 3 voted for 2 in term 1"],
    );
}

#[test]
fn a_node_that_votes_twice_because_it_forgot_its_vote_or_its_term() {
    for (term, voted_for) in [(1, None), (0, None), (0, Some(3))] {
        let mut stage = Stage::new(3, full_raft());
        stage.play("1 is elected by 3");
        let disk = disk_of(&stage, 3);
        stage.replace(third(Persistent { current_term: term, voted_for, ..disk.clone() }));
        stage.replace(third(Persistent { voted_for: Some(2), ..disk }));
        let violation = stage.violation(Property::OneVotePerTerm).expect("it voted for 1 before");
        assert_eq!(violation.step, 5);
    }
}

#[test]
fn indices_out_of_order() {
    let commit = "indices in order, step 5: node 3 has applied index 1, but the commit index of node 3 is 0";
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1");
    stage.replace(third(Persistent::default()).believing(0, 1, Store::default()));
    assert_reported(&stage, &[commit]);

    let mut stage = with_a_committed_entry();
    let disk = Persistent { current_term: 1, ..Persistent::default() };
    stage.replace(third(disk).believing(1, 0, Store::default()));
    let last = "indices in order, step 7: the commit index of node 3 is 1, but the last index of node 3 is 0";
    assert_reported(&stage, &[last]);

    let mut stage = with_a_committed_entry();
    stage.play("1 copies to 3\n1 beats\n1 copies to 3");
    let store = stage.node(3).store().clone();
    stage.replace(third(disk_of(&stage, 3)).believing(0, 0, store));
    let back = "indices in order, step 14: the commit index of node 3 was 1, but the commit index of node 3 is 0";
    assert_reported(&stage, &[back]);
}

#[test]
fn an_entry_of_a_later_term_than_the_nodes_own() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1");
    stage.replace(third(Persistent { current_term: 0, voted_for: None, ..disk_of(&stage, 1) }));
    assert_reported(&stage, &["log terms in order, step 5: node 3 has 1@1, but node 3 is in term 0"]);
}

#[test]
fn an_entry_of_a_later_term_before_one_of_an_earlier() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2 3\na puts x 1 at 1\nb puts y 2 at 1\nthe rest is lost");
    stage.play("2 is elected by 3\nc puts z 3 at 2");
    let mut log = stage.node(2).log().clone();
    log.append(stage.node(1).log().get(2).expect("it was put there"));
    stage.replace(third(Persistent { log, ..disk_of(&stage, 3) }));
    assert_reported(
        &stage,
        &[
            "log terms in order, step 12: node 3 has 1@2, but node 3 has 2@1",
            "log matching, step 12: node 3 has 2@1 behind 1@2, but the leader of term 1 created it behind 1@1",
        ],
    );
}

#[test]
fn a_candidate_or_leader_that_has_voted_for_another() {
    for (script, line) in [
        ("", "leader has a quorum, step 3: node 1 stands for election in term 1, but node 1 voted for 2 in term 1"),
        ("1 asks 3\n3 votes 1", "leader has a quorum, step 5: node 1 leads term 1, but node 1 voted for 2 in term 1"),
    ] {
        let mut stage = Stage::new(3, without(|rules| rules.one_vote_per_term = false));
        stage.play(&format!("1 times out\n2 times out\n{script}\n2 asks 1"));
        let violation = stage.violation(Property::LeaderHasQuorum).expect("it has not");
        assert_eq!(violation.line(&stage.texts).to_string(), line);
    }
}

#[test]
fn a_leader_with_too_few_votes() {
    let mut stage = Stage::new(4, without(|rules| rules.majority_quorum = false));
    stage.play("1 is elected by 2");
    let line =
        "leader has a quorum, step 3: node 1 leads term 1, but node 1 got 2 votes in term 1, where 3 are a majority";
    assert_reported(&stage, &[line]);
}

#[test]
fn a_leader_that_believes_too_much() {
    let mut stage = Stage::new(5, full_raft());
    stage.play("1 is elected by 2 3\na puts x 1 at 1");
    stage.forge(2, 1, matched(1, 1));
    let line = "match index is true, step 7: leader 1 believes that node 2 matches up to index 1, but the log of node 2 \
                ends before index 1";
    assert_reported(&stage, &[line]);
}

#[test]
fn a_follower_that_loses_what_it_has_acknowledged() {
    let mut stage = Stage::new(5, full_raft());
    stage.play("1 is elected by 2 3\na puts x 1 at 1\n1 sends 2 late\n2 answers 1\n2 crashes losing 1");
    let line = "match index is true, step 9: leader 1 believes that node 2 matches up to index 1, but the log of node 2 \
                ends before index 1";
    assert_reported(&stage, &[line]);
}

#[test]
fn a_follower_that_commits_more_than_its_leader() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1");
    stage.replace(third(Persistent { voted_for: None, ..disk_of(&stage, 1) }).believing(1, 0, Store::default()));
    let line = "commit follows the leader, step 5: the commit index of node 3 is 1, but leaders of term 1 committed up to \
                index 0";
    assert_reported(&stage, &[line]);
}

/// A message of this term from node 1.
fn sent(term: u32) -> Envelope<Message> {
    let (from, to) = (ProcessId::Node(1), ProcessId::Node(2));
    let message = Message::RequestVote { term, last_log_index: 0, last_log_term: 0 };
    Envelope {
        id: MessageId(NonZeroU64::MIN),
        copy_of: None,
        from,
        to,
        sent: Moment::default(),
        due_ms: 0,
        is_lost: false,
        message,
    }
}

#[test]
fn a_message_of_a_term_that_its_sender_is_not_in() {
    let mut stage = Stage::new(3, full_raft());
    stage.show(|_| {}, &[sent(0)]);
    assert_reported(&stage, &[]);
    stage.show(|_| {}, &[sent(1)]);
    assert_reported(&stage, &["message terms, step 2: node 1 sent a message of term 1, but node 1 is in term 0"]);
}

#[test]
fn a_message_that_nobody_knows_of() {
    let mut stage = Stage::new(3, full_raft());
    stage.show(|sight| sight.messages = (2, 1), &[]);
    let line = "messages conserved, step 1: 2 messages were sent or duplicated, but 1 was delivered or dropped, or is in \
                flight";
    assert_reported(&stage, &[line]);
}

#[test]
fn a_message_of_somebody_who_has_crashed() {
    let mut stage = Stage::new(3, full_raft());
    stage.show(|sight| sight.has_crashed = true, &[sent(0)]);
    assert_reported(&stage, &["messages conserved, step 1: node 1 has crashed, but node 1 sent a message"]);
}

#[test]
fn a_store_that_is_not_what_its_log_makes_it() {
    let mut stage = with_a_committed_entry();
    let disk = Persistent { voted_for: None, ..disk_of(&stage, 1) };
    stage.replace(third(disk.clone()).believing(1, 1, Store::default()));
    let line = "store is the fold of the log, step 7: node 3 has nothing under \"x\", but its log makes that \"1\" under \
                \"x\"";
    assert_reported(&stage, &[line]);

    let mut stage = with_a_committed_entry();
    let mut store = stage.node(1).store().clone();
    let key = stage.texts.intern("y");
    store.execute(Command::Put { key, value: key });
    stage.replace(third(disk).believing(1, 1, store));
    assert_reported(&stage, &["store is the fold of the log, step 7: node 3 has 2 keys, but its log makes that 1"]);
}

#[test]
fn a_wrong_key_is_seen_though_others_were_applied_behind_it_in_the_same_step() {
    let mut stage = Stage::new(3, Options { no_op: true, ..full_raft() });
    stage.play("1 is elected by 2\na puts x 1 at 1\nb deletes x at 1\nc puts y 2 at 1\n1 copies to 2");
    stage.play("1 crashes\n1 restarts\nthe rest is lost\n1 is elected by 2 3\n1 copies to 2");
    let mut store = Store::default();
    let (key, value) = (stage.texts.intern("x"), stage.texts.intern("1"));
    store.execute(Command::Put { key, value });
    stage.replace(third(Persistent { voted_for: None, ..disk_of(&stage, 1) }).believing(5, 5, store));
    let violation = stage.violation(Property::StoreIsFold).expect("x was deleted");
    assert_eq!(
        violation.line(&stage.texts).to_string(),
        "store is the fold of the log, step 24: node 3 has \"1\" under \"x\", but its log makes that nothing under \"x\""
    );
}

#[test]
fn a_request_that_takes_effect_twice() {
    let mut stage = Stage::new(3, full_raft());
    stage.play("1 is elected by 2\na puts x 1 at 1\nb deletes x at 1\na repeats at 1\n1 copies to 2");
    assert_eq!((stage.safety().committed(), stage.node(1).store().len()), (3, 0));
    let mut store = Store::default();
    let (key, value) = (stage.texts.intern("x"), stage.texts.intern("1"));
    store.execute(Command::Put { key, value });
    stage.replace(third(Persistent { voted_for: None, ..disk_of(&stage, 1) }).believing(3, 3, store));
    let line = "at most once, step 15: node 3 has \"1\" under \"x\", but request 1 of client 1 took effect before";
    assert_reported(&stage, &[line]);
}
