//! What the notes say of a moment beside the lines of the trace.

use raft_kv::emulation::Emulation;
use raft_kv::raft::log::Term;
use raft_kv::raft::message::Message;
use raft_kv::raft::options::Timing;
use raft_kv::raft::role::Role;

/// Something that the notes say.
pub(crate) struct Fact {
    /// In these words.
    pub(crate) told: &'static str,
    /// Of this run.
    pub(crate) run: &'static str,
    /// At this step.
    pub(crate) step: u64,
    /// Whether it is so.
    pub(crate) holds: fn(&Emulation) -> bool,
}

const fn fact(run: &'static str, step: u64, told: &'static str, holds: fn(&Emulation) -> bool) -> Fact {
    Fact { told, run, step, holds }
}

pub(crate) const FACTS: &[Fact] = &[
    fact("failure-free", 27, "in all three logs, and has taken effect in all three stores", |run| {
        (1..=3).all(|node| terms(run, node) == [1] && keys(run, node) == ["x"])
    }),
    fact("split-vote", 18, "Six requests for votes are on their way", |run| {
        let is_request = |message: &Message| matches!(message, Message::RequestVote { .. });
        run.now().network().in_flight().filter(|envelope| is_request(&envelope.message)).count() == 6
    }),
    fact("all-crash-and-return", 31, "All three nodes have it in their logs, and none in its store", |run| {
        (1..=3).all(|node| terms(run, node) == [1, 1] && keys(run, node).is_empty())
    }),
    fact("all-crash-and-return", 34, "In the leader’s alone. The followers have the entry, but do not know", |run| {
        keys(run, 1) == ["x"] && keys(run, 2).is_empty() && keys(run, 3).is_empty()
    }),
    fact("leader-crash", 47, "Four copies of the entry, “put x hello”, are on their way", |run| {
        let carries =
            |message: &Message| matches!(message, Message::AppendEntries { entries, .. } if entries.len() == 1);
        run.now().network().in_flight().filter(|envelope| carries(&envelope.message)).count() == 4
    }),
    fact("leader-crash", 49, "Nodes 1, 2 and 3 have the entry", |run| {
        (1..=5).all(|node| (terms(run, node).len() == 2) == (node <= 3)) && run.node(1).commit_index() == 1
    }),
    fact("leader-crash", 75, "It has the put in its log, and no node that lacks it could have been elected", |run| {
        terms(run, 5).len() == 3
    }),
    fact("leader-crash", 66, "its role, its commit index, its store", |run| {
        let node = run.node(1);
        let is_empty = node.commit_index() == 0 && keys(run, 1).is_empty();
        is_empty && matches!(node.role(), Role::Follower) && node.current_term() == 1 && terms(run, 1) == [1, 1]
    }),
    fact("follower-lag-and-repair", 255, "its log ends at 3@1", |run| terms(run, 5) == [1, 1, 1]),
    fact("follower-lag-and-repair", 255, "5@1 and 6@1, which nobody else has", |run| {
        let others = (2..=5).all(|node| !run.node(node).log().matches(5, 1) && !run.node(node).log().matches(6, 1));
        terms(run, 1) == [1, 1, 1, 1, 1, 1] && others
    }),
    fact("follower-lag-and-repair", 255, "node 2 leads term 2, with entries up to index 7", |run| {
        leads(run, 2) == Some(2) && terms(run, 2) == [1, 1, 1, 1, 2, 2, 2]
    }),
    fact("partition", 318, "Nodes 1 and 3 could not win: their logs are behind", |run| {
        [1, 3].iter().all(|&node| terms(run, node).len() == 1) && terms(run, 5).len() == 3
    }),
    fact("stale-leader-deposed", 55, "Two nodes take themselves for the leader", |run| {
        (leads(run, 1), leads(run, 2)) == (Some(1), Some(2))
    }),
    fact("stale-leader-deposed", 80, "Node 1 has its own 2@1 on one node of three", |run| {
        run.node(1).log().matches(2, 1) && [2, 3].iter().all(|&node| run.node(node).log().matches(2, 2))
    }),
    fact("figure-8", 134, "2@3, which gets to nobody", |run| {
        terms(run, 5) == [1, 3] && (1..=4).all(|node| !run.node(node).log().matches(2, 3))
    }),
    fact("figure-8", 161, "Now 2@2 is on nodes 1, 2, 3 and 4", |run| {
        (1..=5).all(|node| run.node(node).log().matches(2, 2) == (node <= 4)) && leads(run, 1) == Some(4)
    }),
    fact("figure-8", 171, "and its commit index stays at 0", |run| {
        run.node(1).commit_index() == 0 && leads(run, 1) == Some(4)
    }),
    fact("figure-8", 184, "Node 5’s last entry is of term 3, node 2’s of term 2", |run| {
        (run.node(5).log().last_term(), run.node(2).log().last_term()) == (3, 2)
    }),
    fact("figure-8-broken.toml", 162, "and takes 2@2 for committed", |run| run.node(1).commit_index() == 2),
    fact("figure-8-broken.toml", 197, "Node 2 has applied 2@2, and its log now says otherwise", |run| {
        run.node(2).last_applied() == 2 && terms(run, 2) == [1, 3] && keys(run, 2) == ["a", "x"]
    }),
    fact(
        "figure-8-broken.toml",
        360,
        "x is “from-term-3” in the stores of nodes 1 and 5, and “from-term-2”",
        |run| {
            (1..=5)
                .all(|node| value(run, node, "x") == if [1, 5].contains(&node) { "from-term-3" } else { "from-term-2" })
        },
    ),
    fact("figure-8", u64::MAX, "With the rule it is the same everywhere", |run| {
        (1..=5).all(|node| run.node(node).store().pairs(run.texts()) == run.node(1).store().pairs(run.texts()))
    }),
    fact("failure-free", 21, "Nodes 1 and 2 have the entry: two of three, a majority", |run| {
        terms(run, 1) == [1] && terms(run, 2) == [1] && terms(run, 3).is_empty()
    }),
    fact("failure-free", 21, "Whenever the leader has said nothing for 50 ms, or what is set", |_| {
        Timing::default().heartbeat_ms == 50
    }),
    fact("partition", 322, "Its log ends at 1@1; nodes 2, 4 and 5 have two entries more, both committed", |run| {
        let is_ahead = |node: u32| terms(run, node).len() == 3 && run.node(node).commit_index() == 3;
        terms(run, 1) == [1] && [2, 4, 5].into_iter().all(is_ahead)
    }),
    fact("partition", 322, "No term is higher", |run| (1..=5).all(|node| run.node(node).current_term() <= 7)),
    fact("partition", 322, "All links work", |run| run.now().network().cuts().is_empty()),
    fact("partition", 324, "Node 3 has missed as much", |run| terms(run, 3) == terms(run, 1)),
];

/// The terms of a node's entries, in order.
fn terms(run: &Emulation, node: u32) -> Vec<Term> {
    let log = run.node(node).log();
    (1..=log.last_index()).filter_map(|index| log.term_at(index)).collect()
}

/// The keys in a node's store.
fn keys(run: &Emulation, node: u32) -> Vec<&str> {
    run.node(node).store().pairs(run.texts()).into_iter().map(|(key, _)| key).collect()
}

/// What a node has stored under a key.
fn value<'a>(run: &'a Emulation, node: u32, key: &str) -> &'a str {
    let pairs = run.node(node).store().pairs(run.texts());
    pairs.into_iter().find(|pair| pair.0 == key).map_or("", |(_, value)| value)
}

/// The term that a node leads, if it takes itself for a leader.
fn leads(run: &Emulation, node: u32) -> Option<Term> {
    let node = run.node(node);
    matches!(node.role(), Role::Leader(_)).then(|| node.current_term())
}
