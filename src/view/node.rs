//! A node: what it has, and what the current step changed of it.

use super::{SHOWN_ENTRIES, health, short, timers};
use crate::emulation::Emulation;
use crate::kv::Texts;
use crate::process::{Field, ProcessId};
use crate::raft::log::{Entry, Index, Log};
use crate::raft::message::NodeId;
use crate::raft::role::{Progress, Role};
use crate::raft::{Message, Node};

/// How many pairs of a store, and changed keys of it, a snapshot shows: the first ones by key.
const SHOWN_PAIRS: usize = 32;

/// A `NodeView`, with entries from `log_first` on.
pub(super) fn node(id: u32, log_first: Index, emulation: &Emulation) -> Field {
    let (node, texts, process) = (emulation.node(id), emulation.texts(), ProcessId::Node(id));
    let (persistent, store) = (node.persistent(), node.store());
    let changes = Changes::of(id, emulation);
    Field::Parts(vec![
        ("id", id.into()),
        ("started", node.is_started().into()),
        ("role", node.role().name().into()),
        ("term", persistent.current_term.into()),
        ("voted_for", persistent.voted_for.into()),
        ("leader", node.leader().into()),
        ("votes", votes(node, emulation).into()),
        ("peers", progress(node).map(|peers| peers.iter().map(peer).collect::<Field>()).into()),
        ("log_len", persistent.log.last_index().into()),
        ("entries", entries(&persistent.log, log_first, texts)),
        ("commit_index", node.commit_index().into()),
        ("last_applied", node.last_applied().into()),
        ("store", store.pairs(texts).into_iter().take(SHOWN_PAIRS).map(pair).collect()),
        ("store_len", (store.len() as u64).into()),
        ("awaits", node.awaited().into()),
        ("timers", timers(process, emulation)),
        ("health", health(process, emulation)),
        ("changed", changes.names.into_iter().map(Field::from).collect()),
        ("changed_keys", changes.keys.into_iter().map(Field::from).collect()),
        ("changed_from", changes.from.into()),
    ])
}

/// Some `EntryView`s: those from this index on, as many as are shown at once.
pub(super) fn entries(log: &Log, first: Index, texts: &Texts) -> Field {
    let view = |(index, Entry { term, request }): (u32, Entry)| {
        Field::Parts(vec![
            ("index", index.into()),
            ("term", term.into()),
            ("command", request.map(|request| short(request.command, texts)).into()),
        ])
    };
    (first..).zip(log.entries(first, SHOWN_ENTRIES)).map(view).collect()
}

fn pair((key, value): (&str, &str)) -> Field {
    Field::List(vec![key.into(), value.into()])
}

fn progress(node: &Node) -> Option<&[Progress]> {
    match node.role() {
        Role::Leader(leadership) => Some(&leadership.progress),
        Role::Follower | Role::PreCandidate { .. } | Role::Candidate { .. } => None,
    }
}

fn peer(progress: &Progress) -> Field {
    Field::Parts(vec![
        ("id", progress.peer.into()),
        ("next_index", progress.next_index.into()),
        ("match_index", progress.match_index.into()),
    ])
}

/// Who is known to vote for it.
fn ballots(node: &Node) -> Option<&[NodeId]> {
    match node.role() {
        Role::PreCandidate { votes } | Role::Candidate { votes } => Some(votes),
        Role::Follower | Role::Leader(_) => None,
    }
}

/// For each peer of a candidate or pre-candidate, what is known of its vote.
fn votes(node: &Node, emulation: &Emulation) -> Option<Field> {
    let granted = ballots(node)?;
    let vote = |peer: NodeId| match answer(node, peer, emulation) {
        _ if granted.contains(&peer) => "granted",
        Some(true) => "coming",
        Some(false) => "refused",
        None if has_refused(node, emulation.node(peer)) => "refused",
        None => "none",
    };
    let view = |peer: NodeId| Field::Parts(vec![("peer", peer.into()), ("vote", vote(peer).into())]);
    Some((1..=emulation.config().num_nodes).filter(|&peer| peer != node.id()).map(view).collect())
}

/// What a peer answers to the candidate, if its answer is on the way and will not be lost there by chance.
fn answer(node: &Node, peer: NodeId, emulation: &Emulation) -> Option<bool> {
    let (from, to, current) = (ProcessId::Node(peer), ProcessId::Node(node.id()), node.current_term());
    let is_candidate = matches!(node.role(), Role::Candidate { .. });
    let answers = emulation.now().network().in_flight().filter(|envelope| (envelope.from, envelope.to) == (from, to));
    answers.filter(|envelope| !envelope.is_lost).find_map(|envelope| match envelope.message {
        Message::RequestVoteResponse { term, granted } if is_candidate && term == current => Some(granted),
        Message::RequestPreVoteResponse { next_term, granted, .. } if !is_candidate && next_term == current + 1 => {
            Some(granted)
        }
        _ => None,
    })
}

/// Whether a peer has given the vote of the candidate's term to another one.
fn has_refused(candidate: &Node, peer: &Node) -> bool {
    let has_voted = peer.persistent().voted_for.is_some_and(|voted_for| voted_for != candidate.id());
    matches!(candidate.role(), Role::Candidate { .. }) && peer.current_term() == candidate.current_term() && has_voted
}

/// What the current step changed of a node.
#[derive(Default)]
struct Changes {
    names: Vec<&'static str>,
    keys: Vec<String>,
    from: Option<Index>,
}

impl Changes {
    fn of(id: NodeId, emulation: &Emulation) -> Changes {
        // A step changes nobody but the one to whom it happens.
        let is_actor = emulation.now().input().is_some_and(|input| input.process() == ProcessId::Node(id));
        let Some(before) = emulation.before().filter(|_| is_actor) else { return Changes::default() };
        let (was, is, process) = (before.node(id), emulation.node(id), ProcessId::Node(id));
        let from = is.log().first_difference(was.log());
        let keys = changed_keys(was, is, emulation.texts());
        let known = |progress: &Progress| (progress.next_index, progress.match_index);
        let peers = |node| progress(node).map(|peers| peers.iter().map(known).collect::<Vec<_>>());
        let has_changed = [
            (was.role().name() != is.role().name(), "role"),
            (was.current_term() != is.current_term(), "term"),
            (was.persistent().voted_for != is.persistent().voted_for, "voted_for"),
            (from.is_some(), "log"),
            (was.commit_index() != is.commit_index(), "commit_index"),
            (was.last_applied() != is.last_applied(), "last_applied"),
            (!keys.is_empty(), "store"),
            (peers(was) != peers(is), "peers"),
            (ballots(was) != ballots(is), "votes"),
            (before.simulation().health(process) != emulation.now().health(process), "health"),
        ];
        let names = has_changed.into_iter().filter(|(has_changed, _)| *has_changed).map(|(_, name)| name).collect();
        Changes { names, keys, from }
    }
}

/// The first keys, in order, under which something else is stored than before.
fn changed_keys(was: &Node, is: &Node, texts: &Texts) -> Vec<String> {
    let (was, is) = (was.store().pairs(texts), is.store().pairs(texts));
    let (mut was, mut is) = (was.into_iter().peekable(), is.into_iter().peekable());
    let mut changed = Vec::new();
    while changed.len() < SHOWN_PAIRS {
        let (old, new) = (was.peek().copied(), is.peek().copied());
        let Some((key, _)) = old.into_iter().chain(new).min_by_key(|&(key, _)| key) else { break };
        let (old, new) = (was.next_if(|pair| pair.0 == key), is.next_if(|pair| pair.0 == key));
        if old != new {
            changed.push(key.to_owned());
        }
    }
    changed
}
