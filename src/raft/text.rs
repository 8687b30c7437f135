//! The text of messages and events: what a reader sees of them.
//!
//! The lines of the trace are the original program's, to the letter; keys and values stand in them as they are.

use std::fmt;

use super::log::{Entry, Index};
use super::message::{AppendOutcome, Denial, Event, Message, Refused, Timer};
use crate::kv::{Command, Reply, Request, Texts};
use crate::process::{Describe, Field};
use crate::trace::Topic;

impl Message {
    /// The sender's term, in a message between nodes.
    #[inline]
    pub fn term(&self) -> Option<super::log::Term> {
        match *self {
            Message::RequestPreVoteResponse { term, .. }
            | Message::RequestVote { term, .. }
            | Message::RequestVoteResponse { term, .. }
            | Message::AppendEntries { term, .. }
            | Message::AppendEntriesResponse { term, .. }
            | Message::CommitNotification { term, .. } => Some(term),
            Message::Init
            | Message::Ready
            | Message::SetPeers { .. }
            | Message::StartElection
            | Message::Start { .. }
            | Message::RequestPreVote { .. }
            | Message::ClientRequest { .. }
            | Message::ClientResponse { .. } => None,
        }
    }

    /// Whether it answers another message.
    pub fn is_response(&self) -> bool {
        matches!(self, Message::Ready) || self.grants().is_some()
    }

    /// Whether it grants what it was asked for; none if it was not asked for anything.
    #[inline(never)]
    pub fn grants(&self) -> Option<bool> {
        match self {
            Message::RequestVoteResponse { granted, .. } | Message::RequestPreVoteResponse { granted, .. } => {
                Some(*granted)
            }
            Message::AppendEntriesResponse { outcome, .. } => Some(matches!(outcome, AppendOutcome::Matched { .. })),
            Message::ClientResponse { result, .. } => Some(result.is_ok()),
            Message::Init
            | Message::Ready
            | Message::SetPeers { .. }
            | Message::StartElection
            | Message::Start { .. }
            | Message::RequestPreVote { .. }
            | Message::RequestVote { .. }
            | Message::AppendEntries { .. }
            | Message::CommitNotification { .. }
            | Message::ClientRequest { .. } => None,
        }
    }

    /// Whether it is an AppendEntries that brings nothing but word that its sender leads.
    pub fn is_heartbeat(&self) -> bool {
        matches!(self, Message::AppendEntries { entries, .. } if entries.is_empty())
    }

    /// The first and the last index of the entries that it carries.
    pub fn carried(&self) -> Option<(Index, Index)> {
        let Message::AppendEntries { prev_log_index, entries, .. } = self else { return None };
        let last = prev_log_index + entries.len() as u32;
        (!entries.is_empty()).then_some((prev_log_index + 1, last))
    }
}

impl Timer {
    /// Its name, one word.
    pub fn name(self) -> &'static str {
        match self {
            Timer::ElectionOver => "election_over",
            Timer::RunOver => "run_over",
            Timer::Election => "election",
            Timer::Heartbeat => "heartbeat",
            Timer::Trust => "trust",
            Timer::Retry => "retry",
            Timer::Think => "think",
        }
    }
}

impl Denial {
    fn reason(self) -> &'static str {
        match self {
            Denial::StaleTerm => "stale term",
            Denial::LeaderLives => "the leader lives",
            Denial::LogIsBehind => "its log is behind",
        }
    }
}

impl Refused {
    /// The reason as the client hears it.
    pub fn reason(self) -> &'static str {
        match self {
            Refused::NotLeader { .. } => "not leader",
            Refused::ReplicationFailed => "replication failed",
        }
    }
}

/// What a client hears: `OK`, `"hello"`, `key not found: x`, `not leader`.
pub fn write_result(
    f: &mut fmt::Formatter<'_>,
    texts: &Texts,
    command: Option<Command>,
    result: Result<Reply, Refused>,
) -> fmt::Result {
    let key = command.map_or("", |command| texts.get(command.key()));
    let colon = if command.is_some() { ": " } else { "" };
    match result {
        Ok(Reply::Done) => f.write_str("OK"),
        Ok(Reply::Value(value)) => write!(f, "\"{}\"", texts.get(value)),
        Ok(Reply::KeyExists) => write!(f, "key already exists{colon}{key}"),
        Ok(Reply::KeyMissing) => write!(f, "key not found{colon}{key}"),
        Err(refused) => f.write_str(refused.reason()),
    }
}

/// What a node's line says of a command that it applied. A refused put does not repeat its value.
fn write_applied(f: &mut fmt::Formatter<'_>, texts: &Texts, command: Command, reply: Reply) -> fmt::Result {
    match reply {
        Reply::Done => command.write(texts, f).and_then(|()| f.write_str(" -> OK")),
        Reply::Value(value) => command.write(texts, f).and_then(|()| write!(f, " -> \"{}\"", texts.get(value))),
        Reply::KeyExists => write!(f, "PUT \"{}\" -> REJECTED (key exists)", texts.get(command.key())),
        Reply::KeyMissing => command.write(texts, f).and_then(|()| f.write_str(" -> NOT FOUND")),
    }
}

/// The parts of a command.
fn command_parts(command: Command, texts: &Texts) -> Vec<(&'static str, Field)> {
    let operation = match command {
        Command::Put { .. } => "put",
        Command::Get { .. } => "get",
        Command::Delete { .. } => "delete",
    };
    let mut parts = vec![("operation", operation.into()), ("key", texts.get(command.key()).into())];
    if let Command::Put { value, .. } = command {
        parts.push(("value", texts.get(value).into()));
    }
    parts
}

/// The parts of what the store answered, or of why it was not asked.
fn result_parts(result: Result<Reply, Refused>, texts: &Texts) -> Vec<(&'static str, Field)> {
    match result {
        Ok(Reply::Done) => vec![("ok", true.into())],
        Ok(Reply::Value(value)) => vec![("ok", true.into()), ("value", texts.get(value).into())],
        Ok(Reply::KeyExists) => vec![("ok", false.into()), ("reason", "key already exists".into())],
        Ok(Reply::KeyMissing) => vec![("ok", false.into()), ("reason", "key not found".into())],
        Err(refused) => vec![("ok", false.into()), ("reason", refused.reason().into())],
    }
}

/// The parts of a log entry.
pub fn entry_parts(entry: Entry, texts: &Texts) -> Vec<(&'static str, Field)> {
    let mut parts = vec![("term", entry.term.into())];
    if let Some(Request { client, number, command }) = entry.request {
        parts.extend([("client", client.into()), ("request", number.into())]);
        parts.extend(command_parts(command, texts));
    }
    parts
}

impl Describe for Message {
    fn kind(&self) -> &'static str {
        match self {
            Message::Init => "Init",
            Message::Ready => "Ready",
            Message::SetPeers { .. } => "SetPeers",
            Message::StartElection => "StartElection",
            Message::Start { .. } => "Start",
            Message::RequestPreVote { .. } => "RequestPreVote",
            Message::RequestPreVoteResponse { .. } => "RequestPreVoteResponse",
            Message::RequestVote { .. } => "RequestVote",
            Message::RequestVoteResponse { .. } => "RequestVoteResponse",
            Message::AppendEntries { .. } => "AppendEntries",
            Message::AppendEntriesResponse { .. } => "AppendEntriesResponse",
            Message::CommitNotification { .. } => "CommitNotification",
            Message::ClientRequest { .. } => "ClientRequest",
            Message::ClientResponse { .. } => "ClientResponse",
        }
    }

    fn fields(&self, texts: &Texts) -> Vec<(&'static str, Field)> {
        match *self {
            Message::Init | Message::Ready | Message::StartElection => vec![],
            Message::SetPeers { ref peers } => {
                vec![("peers", Field::List(peers.iter().map(|&peer| peer.into()).collect()))]
            }
            Message::Start { leader } => vec![("leader", leader.into())],
            Message::RequestPreVote { next_term, last_log_index, last_log_term } => vec![
                ("next_term", next_term.into()),
                ("last_log_index", last_log_index.into()),
                ("last_log_term", last_log_term.into()),
            ],
            Message::RequestPreVoteResponse { term, next_term, granted } => {
                vec![("term", term.into()), ("next_term", next_term.into()), ("granted", granted.into())]
            }
            Message::RequestVote { term, last_log_index, last_log_term } => vec![
                ("term", term.into()),
                ("last_log_index", last_log_index.into()),
                ("last_log_term", last_log_term.into()),
            ],
            Message::RequestVoteResponse { term, granted } => {
                vec![("term", term.into()), ("granted", granted.into())]
            }
            Message::AppendEntries { term, prev_log_index, prev_log_term, ref entries, leader_commit, round } => {
                let entries = entries.iter().map(|&entry| Field::Parts(entry_parts(entry, texts))).collect();
                vec![
                    ("term", term.into()),
                    ("prev_log_index", prev_log_index.into()),
                    ("prev_log_term", prev_log_term.into()),
                    ("entries", Field::List(entries)),
                    ("leader_commit", leader_commit.into()),
                    ("round", round.into()),
                ]
            }
            Message::AppendEntriesResponse { term, round, outcome } => {
                let mut fields = vec![("term", term.into()), ("round", round.into())];
                fields.extend(match outcome {
                    AppendOutcome::Matched { match_index } => {
                        vec![("success", true.into()), ("match_index", match_index.into())]
                    }
                    AppendOutcome::StaleTerm => vec![("success", false.into())],
                    AppendOutcome::Mismatch { prev_log_index, conflict_term, conflict_index } => vec![
                        ("success", false.into()),
                        ("prev_log_index", prev_log_index.into()),
                        ("conflict_term", conflict_term.into()),
                        ("conflict_index", conflict_index.into()),
                    ],
                });
                fields
            }
            Message::CommitNotification { term, commit_index, commit_term } => {
                vec![("term", term.into()), ("commit_index", commit_index.into()), ("commit_term", commit_term.into())]
            }
            Message::ClientRequest { request, command } => {
                let mut fields = vec![("request", request.into())];
                fields.extend(command_parts(command, texts));
                fields
            }
            Message::ClientResponse { request, result } => {
                let mut fields = vec![("request", request.into())];
                fields.extend(result_parts(result, texts));
                fields
            }
        }
    }

    /// A short form for a label: `AppendEntries 3@1`, index and term together.
    fn write(&self, texts: &Texts, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Message::Init | Message::Ready | Message::StartElection => f.write_str(self.kind()),
            Message::SetPeers { ref peers } => write!(f, "SetPeers ({} peers)", peers.len()),
            Message::Start { leader } => write!(f, "Start (leader is node {leader})"),
            Message::RequestPreVote { next_term, .. } => write!(f, "RequestPreVote for term {next_term}"),
            Message::RequestPreVoteResponse { granted: true, .. } => f.write_str("pre-vote granted"),
            Message::RequestPreVoteResponse { granted: false, .. } => f.write_str("pre-vote denied"),
            Message::RequestVote { term, .. } => write!(f, "RequestVote for term {term}"),
            Message::RequestVoteResponse { granted: true, .. } => f.write_str("vote granted"),
            Message::RequestVoteResponse { granted: false, .. } => f.write_str("vote denied"),
            Message::AppendEntries { term, prev_log_index, ref entries, .. } => match entries.as_slice() {
                [] => write!(f, "AppendEntries, none new (term {term})"),
                [entry] => write!(f, "AppendEntries {}@{}", prev_log_index + 1, entry.term),
                several => {
                    let (first, last) = (prev_log_index + 1, prev_log_index as usize + several.len());
                    write!(f, "AppendEntries {first} to {last} (term {term})")
                }
            },
            Message::AppendEntriesResponse { outcome, .. } => match outcome {
                AppendOutcome::Matched { match_index } => write!(f, "matches up to {match_index}"),
                AppendOutcome::StaleTerm => f.write_str("stale term"),
                AppendOutcome::Mismatch { conflict_index, .. } => write!(f, "log mismatch, try {conflict_index}"),
            },
            Message::CommitNotification { commit_index, commit_term, .. } => {
                write!(f, "committed up to {commit_index}@{commit_term}")
            }
            Message::ClientRequest { command, .. } => command.write(texts, f),
            Message::ClientResponse { result, .. } => write_result(f, texts, None, result),
        }
    }
}

impl Event {
    /// What it is about.
    pub fn topic(&self) -> Topic {
        match self {
            Event::Configured { .. }
            | Event::NodeStarted { .. }
            | Event::PeersSent
            | Event::ElectionOver
            | Event::ClientStarted { .. }
            | Event::ClientsStarted { .. }
            | Event::Done
            | Event::Starting
            | Event::PeersConfigured { .. } => Topic::Other,
            Event::ElectionTimedOut
            | Event::StartingPreVote { .. }
            | Event::PreVoteGranted { .. }
            | Event::PreVoteDenied { .. }
            | Event::StartingElection { .. }
            | Event::VoteGranted { .. }
            | Event::VoteDeniedStale { .. }
            | Event::VoteDenied { .. }
            | Event::VoteReceived { .. }
            | Event::ElectionResult { .. }
            | Event::BecameLeader { .. }
            | Event::ElectionFailed
            | Event::SteppedDown { .. } => Topic::Election,
            Event::Appended { .. }
            | Event::EntriesAccepted { .. }
            | Event::EntriesStale { .. }
            | Event::EntriesMismatch { .. }
            | Event::EntriesCut { .. }
            | Event::AckReceived { .. }
            | Event::NackReceived { .. }
            | Event::Replicated { .. }
            | Event::ReplicationFailed { .. }
            | Event::HeartbeatSent
            | Event::HeartbeatReceived { .. }
            | Event::Committed { .. }
            | Event::CommitNotified { .. }
            | Event::Applied { .. }
            | Event::Recognised { .. }
            | Event::NoOpApplied { .. } => Topic::Replication,
            Event::ReadAnswered { .. }
            | Event::RequestRefused
            | Event::ClientStarting { .. }
            | Event::Redirected { .. }
            | Event::TurnedAway { .. }
            | Event::Retried { .. }
            | Event::Answered { .. }
            | Event::ClientFinished { .. } => Topic::Clients,
        }
    }
}

impl Describe for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Configured { .. } => "Configured",
            Event::NodeStarted { .. } => "NodeStarted",
            Event::PeersSent => "PeersSent",
            Event::ElectionOver => "ElectionOver",
            Event::ClientStarted { .. } => "ClientStarted",
            Event::ClientsStarted { .. } => "ClientsStarted",
            Event::Done => "Done",
            Event::Starting => "Starting",
            Event::PeersConfigured { .. } => "PeersConfigured",
            Event::ElectionTimedOut => "ElectionTimedOut",
            Event::StartingPreVote { .. } => "StartingPreVote",
            Event::PreVoteGranted { .. } => "PreVoteGranted",
            Event::PreVoteDenied { .. } => "PreVoteDenied",
            Event::StartingElection { .. } => "StartingElection",
            Event::VoteGranted { .. } => "VoteGranted",
            Event::VoteDeniedStale { .. } => "VoteDeniedStale",
            Event::VoteDenied { .. } => "VoteDenied",
            Event::VoteReceived { .. } => "VoteReceived",
            Event::ElectionResult { .. } => "ElectionResult",
            Event::BecameLeader { .. } => "BecameLeader",
            Event::ElectionFailed => "ElectionFailed",
            Event::SteppedDown { .. } => "SteppedDown",
            Event::Appended { .. } => "Appended",
            Event::EntriesAccepted { .. } => "EntriesAccepted",
            Event::EntriesStale { .. } => "EntriesStale",
            Event::EntriesMismatch { .. } => "EntriesMismatch",
            Event::AckReceived { .. } => "AckReceived",
            Event::NackReceived { .. } => "NackReceived",
            Event::Replicated { .. } => "Replicated",
            Event::ReplicationFailed { .. } => "ReplicationFailed",
            Event::HeartbeatSent => "HeartbeatSent",
            Event::HeartbeatReceived { .. } => "HeartbeatReceived",
            Event::Committed { .. } => "Committed",
            Event::ReadAnswered { .. } => "ReadAnswered",
            Event::CommitNotified { .. } => "CommitNotified",
            Event::RequestRefused => "RequestRefused",
            Event::Applied { .. } => "Applied",
            Event::Recognised { .. } => "Recognised",
            Event::NoOpApplied { .. } => "NoOpApplied",
            Event::TurnedAway { .. } => "TurnedAway",
            Event::EntriesCut { .. } => "EntriesCut",
            Event::ClientStarting { .. } => "ClientStarting",
            Event::Redirected { .. } => "Redirected",
            Event::Retried { .. } => "Retried",
            Event::Answered { .. } => "Answered",
            Event::ClientFinished { .. } => "ClientFinished",
        }
    }

    fn fields(&self, texts: &Texts) -> Vec<(&'static str, Field)> {
        match *self {
            Event::PeersSent
            | Event::ElectionOver
            | Event::Done
            | Event::Starting
            | Event::ElectionTimedOut
            | Event::HeartbeatSent
            | Event::ElectionFailed
            | Event::RequestRefused => vec![],
            Event::Configured { num_nodes, num_clients } => {
                vec![("num_nodes", num_nodes.into()), ("num_clients", num_clients.into())]
            }
            Event::NodeStarted { node } => vec![("node", node.into())],
            Event::ClientStarted { client } => vec![("client", client.into())],
            Event::ClientsStarted { num_clients } => vec![("num_clients", num_clients.into())],
            Event::PeersConfigured { peers } => vec![("peers", peers.into())],
            Event::StartingElection { term } | Event::BecameLeader { term } | Event::SteppedDown { term } => {
                vec![("term", term.into())]
            }
            Event::StartingPreVote { next_term } => vec![("next_term", next_term.into())],
            Event::PreVoteGranted { candidate, next_term } => {
                vec![("candidate", candidate.into()), ("next_term", next_term.into())]
            }
            Event::PreVoteDenied { candidate, why } => {
                vec![("candidate", candidate.into()), ("why", why.reason().into())]
            }
            Event::HeartbeatReceived { leader } | Event::Redirected { leader } => vec![("leader", leader.into())],
            Event::Committed { commit_index } => vec![("commit_index", commit_index.into())],
            Event::NoOpApplied { index } => vec![("slot", index.into())],
            Event::Retried { silent, node } => vec![("silent", silent.into()), ("node", node.into())],
            Event::VoteGranted { candidate, term } => vec![("candidate", candidate.into()), ("term", term.into())],
            Event::VoteDeniedStale { candidate } | Event::VoteDenied { candidate } => {
                vec![("candidate", candidate.into())]
            }
            Event::VoteReceived { from } | Event::NackReceived { from } => vec![("from", from.into())],
            Event::ElectionResult { votes, quorum } => vec![("votes", votes.into()), ("quorum", quorum.into())],
            Event::Appended { index, term } => vec![("index", index.into()), ("term", term.into())],
            Event::EntriesAccepted { leader, match_index } => {
                vec![("leader", leader.into()), ("match_index", match_index.into())]
            }
            Event::EntriesStale { leader } => vec![("leader", leader.into())],
            Event::EntriesMismatch { prev_log_index } => vec![("prev_log_index", prev_log_index.into())],
            Event::AckReceived { from, match_index } => {
                vec![("from", from.into()), ("match_index", match_index.into())]
            }
            Event::Replicated { acks, quorum } => vec![("acks", acks.into()), ("quorum", quorum.into())],
            Event::ReplicationFailed { index } => vec![("index", index.into())],
            Event::CommitNotified { commit_index } => vec![("commit_index", commit_index.into())],
            Event::EntriesCut { index } => vec![("index", index.into())],
            Event::TurnedAway { node } => vec![("node", node.into())],
            Event::Recognised { client, request } => vec![("client", client.into()), ("request", request.into())],
            Event::Applied { slot, command, reply } => {
                let mut fields = vec![("slot", slot.into())];
                fields.extend(command_parts(command, texts));
                fields.push(("reply", Field::Parts(result_parts(Ok(reply), texts))));
                fields
            }
            Event::ReadAnswered { command, reply } => {
                let mut fields = command_parts(command, texts);
                fields.push(("reply", Field::Parts(result_parts(Ok(reply), texts))));
                fields
            }
            Event::Answered { command, result } => {
                let mut fields = command_parts(command, texts);
                fields.push(("reply", Field::Parts(result_parts(result, texts))));
                fields
            }
            Event::ClientStarting { requests } | Event::ClientFinished { requests } => {
                vec![("requests", requests.into())]
            }
        }
    }

    /// The line of the trace, without the prefix that says whose it is.
    fn write(&self, texts: &Texts, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Event::Configured { num_nodes, num_clients } => {
                write!(f, "Config: {num_nodes} nodes, {num_clients} clients")
            }
            Event::NodeStarted { node } => write!(f, "Started node {node}"),
            Event::PeersSent => f.write_str("All peers configured"),
            Event::ElectionOver => f.write_str("Election complete, starting clients"),
            Event::ClientStarted { client } => write!(f, "Started client {client}"),
            Event::ClientsStarted { num_clients } => {
                write!(f, "All {num_clients} clients started sending requests")
            }
            Event::Done => f.write_str("Done"),
            Event::Starting => f.write_str("Starting"),
            Event::PeersConfigured { peers } => write!(f, "Peers configured ({peers} peers)"),
            Event::ElectionTimedOut => f.write_str("Election timeout"),
            Event::StartingPreVote { next_term } => write!(f, "Asking for pre-votes for term {next_term}"),
            Event::PreVoteGranted { candidate, next_term } => {
                write!(f, "Granting pre-vote to {candidate} for term {next_term}")
            }
            Event::PreVoteDenied { candidate, why } => {
                write!(f, "Denying pre-vote to {candidate} ({})", why.reason())
            }
            Event::StartingElection { term } => write!(f, "Starting election for term {term}"),
            Event::VoteGranted { candidate, term } => write!(f, "Granting vote to {candidate} for term {term}"),
            Event::VoteDeniedStale { candidate } => write!(f, "Denying vote to {candidate} (stale term)"),
            Event::VoteDenied { candidate } => write!(f, "Denying vote to {candidate}"),
            Event::VoteReceived { from } => write!(f, "Received vote from node {from}"),
            Event::ElectionResult { votes, quorum } => write!(f, "Election result: {votes} votes (need {quorum})"),
            Event::BecameLeader { term } => write!(f, "Became LEADER for term {term}"),
            Event::ElectionFailed => f.write_str("Election FAILED, staying follower"),
            Event::SteppedDown { term } => write!(f, "Stepping down, following in term {term}"),
            Event::Appended { index, term } => write!(f, "Appending entry at index {index} (term {term})"),
            Event::EntriesAccepted { leader, match_index } => {
                write!(f, "AppendEntries OK from leader {leader}, match_index={match_index}")
            }
            Event::EntriesStale { leader } => write!(f, "Rejecting AppendEntries from node {leader} (stale term)"),
            Event::EntriesMismatch { prev_log_index } => {
                write!(f, "AppendEntries log mismatch at index {prev_log_index}")
            }
            Event::AckReceived { from, match_index } => {
                write!(f, "AppendEntries ACK from node {from} (match={match_index})")
            }
            Event::NackReceived { from } => write!(f, "AppendEntries NACK from node {from}"),
            Event::Replicated { acks, quorum } => write!(f, "Replication: {acks}/{quorum} acks"),
            Event::ReplicationFailed { index } => {
                write!(f, "Leads no more: what becomes of index {index} is not known")
            }
            Event::EntriesCut { index } => write!(f, "Deleting conflicting entries from index {index} on"),
            Event::HeartbeatSent => f.write_str("Sending heartbeats"),
            Event::HeartbeatReceived { leader } => write!(f, "Heartbeat from leader {leader}"),
            Event::Committed { commit_index } => write!(f, "commit_index updated to {commit_index}"),
            Event::ReadAnswered { command, reply } => {
                f.write_str("read: ")?;
                write_applied(f, texts, command, reply)
            }
            Event::CommitNotified { commit_index } => {
                write!(f, "CommitNotification: commit_index updated to {commit_index}")
            }
            Event::RequestRefused => f.write_str("Not leader, rejecting client request"),
            Event::Applied { slot: Some(slot), command, reply } => {
                write!(f, "slot {slot}: ")?;
                write_applied(f, texts, command, reply)
            }
            Event::Applied { slot: None, command, reply } => write_applied(f, texts, command, reply),
            Event::Recognised { client, request } => {
                write!(f, "Request {request} of client {client} took effect before: answering from memory")
            }
            Event::NoOpApplied { index } => write!(f, "slot {index}: no-op"),
            Event::Redirected { leader } => write!(f, "Not the leader: asking node {leader}"),
            Event::TurnedAway { node } => write!(f, "Node {node} does not lead, and knows of no leader: waiting"),
            Event::Retried { silent: Some(silent), node } => {
                write!(f, "No answer from node {silent}: asking node {node}")
            }
            Event::Retried { silent: None, node } => write!(f, "Asking node {node}"),
            Event::ClientStarting { requests } => write!(f, "Starting — will send {requests} requests"),
            Event::Answered { command, result } => {
                command.write(texts, f)?;
                f.write_str(" -> ")?;
                write_result(f, texts, Some(command), result)
            }
            Event::ClientFinished { requests } => write!(f, "Finished all {requests} requests"),
        }
    }
}
