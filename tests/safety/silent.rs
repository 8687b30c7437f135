//! Four schedules on correct nodes in which an invariant that reads well does not hold. The right ones do. And some more, in
//! which a right one could be looked at wrongly.

use raft_kv::raft::Node;
use raft_kv::raft::log::Log;
use raft_kv::raft::options::Options;

use crate::stage::{Stage, full_raft};

fn assert_silent(stage: &Stage) {
    assert_eq!(stage.lines(), [""; 0], "this is how Raft works");
}

/// Whether a log has everything that was committed up to this index.
fn has_committed(stage: &Stage, log: &Log, up_to: u32) -> bool {
    (1..=up_to).all(|index| log.get(index) == stage.safety().committed_entry(index))
}

#[test]
fn two_nodes_may_lead_at_a_time_in_different_terms() {
    let mut stage = Stage::new(3, full_raft());
    stage.play(
        "1 times out
         1 asks 2
         2 votes 1
         2 times out
         2 asks 3
         3 votes 2",
    );
    let leaders = stage.nodes().filter(|node| stage.leads(node.id())).map(Node::current_term);
    assert_eq!(leaders.collect::<Vec<_>>(), [1, 2], "not: at most one leader at a time");
    assert_eq!(stage.step(), 6);
    stage.play("1 sends 2\n2 answers 1");
    assert!(!stage.leads(1), "it has heard by now");
    assert_silent(&stage);
}

#[test]
fn a_late_vote_may_make_a_leader_of_a_term_that_is_over_and_it_lacks_what_was_committed_since() {
    let mut stage = Stage::new(3, full_raft());
    stage.play(
        "1 times out
         1 times out
         1 asks 2 late
         3 times out
         3 times out
         3 times out
         3 asks 2 late
         2 votes 3
         a puts x 1 at 3
         3 sends 2 late
         2 answers 3",
    );
    assert_eq!((stage.safety().committed(), stage.node(3).current_term()), (1, 3));
    stage.play("2 votes 1");
    assert!(stage.leads(1) && stage.node(1).current_term() == 2, "the vote was on its way for long");
    let log = stage.node(1).log();
    assert!(!has_committed(&stage, log, 1), "not: a new leader holds every entry committed so far");
    assert_silent(&stage);
}

#[test]
fn an_old_entry_may_be_committed_while_the_leader_of_a_term_between_lacks_it() {
    let mut stage = Stage::new(5, full_raft());
    stage.play(
        "1 times out
         1 is elected by 2 3 4 5
         a puts x 1 at 1
         1 copies to 2
         the rest is lost
         5 is elected by 3 4
         the rest is lost
         1 crashes
         1 restarts
         1 times out
         1 is elected by 2 3
         b puts y 2 at 1
         1 copies to 2 3",
    );
    assert_eq!((stage.node(5).current_term(), stage.node(1).current_term()), (3, 4));
    assert_eq!((stage.terms(1), stage.safety().committed()), (vec![2, 4], 2));
    let (log, first) = (stage.node(5).log(), stage.safety().committed_entry(1).expect("it is committed"));
    assert!(stage.leads(5) && first.term < stage.node(5).current_term());
    assert!(!log.matches(1, first.term), "not: leaders hold what was committed of the terms before theirs");
    assert_silent(&stage);
}

#[test]
fn the_more_up_to_date_of_two_logs_may_lack_what_the_other_knows_to_be_committed() {
    let mut stage = Stage::new(5, Options { max_entries_per_append: 1, ..full_raft() });
    stage.play(
        "1 times out
         1 is elected by 2 3 4 5
         a puts x 1 at 1
         1 copies to 2
         the rest is lost
         5 is elected by 3 4
         b puts z 3 at 5
         the rest is lost
         1 crashes
         1 restarts
         1 times out
         1 is elected by 2 3
         c puts y 2 at 1
         1 copies to 2 3
         1 sends 4
         4 answers 1
         1 sends 4 late",
    );
    let (short, late) = (stage.node(4), stage.node(5));
    assert_eq!((stage.terms(4), short.commit_index(), stage.terms(5)), (vec![2], 1, vec![3]));
    assert!(short.log().is_at_most_as_up_to_date_as(late.log().last_term(), late.log().last_index()));
    assert!(
        !has_committed(&stage, late.log(), short.commit_index()),
        "not: the more up-to-date log has what is committed in the other one"
    );
    assert_silent(&stage);
}

#[test]
fn a_late_commit_is_held_by_a_later_leader_beneath_what_others_left() {
    let mut stage = Stage::new(3, full_raft());
    stage.play(
        "1 is elected by 2 3
         a puts x 1 at 1
         1 sends 2 late
         2 is elected by 3
         b puts y 2 at 2
         2 copies to 3
         3 is elected by 2
         2 answers 1",
    );
    assert_eq!((stage.node(1).commit_index(), stage.node(1).current_term()), (1, 1));
    assert_eq!((stage.terms(3), stage.node(3).current_term()), (vec![1, 2], 3));
    assert_silent(&stage);
}

#[test]
fn a_leader_may_crash_in_the_step_that_made_it_one_and_leave_an_entry() {
    for vote_is_durable in [true, false] {
        let mut options = Options { no_op: true, ..full_raft() };
        options.rules.vote_is_durable = vote_is_durable;
        let mut stage = Stage::new(3, options);
        stage.play(
            "1 times out
             1 asks 2
             1 is doomed
             2 votes 1
             1 restarts
             1 is elected by 2 3
             1 copies to 2",
        );
        assert_eq!(stage.terms(2), [1, 2], "nobody saw who led term 1");
        assert_silent(&stage);
    }
}
