//! What travels between processes, what a process waits for, and what it says of itself.
//!
//! Their text is in [`super::text`].

use super::log::{Entry, Index, Term};
use crate::kv::{Command, Reply};

/// A node's number, counted from 1.
pub type NodeId = u32;

/// What processes send to each other. Who sent it stands on the envelope, so a candidate's or leader's id is not
/// repeated here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Message {
    /// To a process that does not run yet, main's own first message included: start.
    Init,
    /// A process to main: it has started.
    Ready,
    /// Main to a node: who the others are.
    SetPeers {
        /// All other nodes, in ascending order.
        peers: Vec<NodeId>,
    },
    /// Main to a node: stand for election. It takes the place of an election timeout.
    StartElection,
    /// Main to a client: begin sending requests.
    Start {
        /// The node to send them to.
        leader: NodeId,
    },
    /// A candidate gathers votes (§5.2).
    RequestVote {
        /// The candidate's term.
        term: Term,
        /// The index of the candidate's last log entry (§5.4.1).
        last_log_index: Index,
        /// The term of the candidate's last log entry (§5.4.1).
        last_log_term: Term,
    },
    /// The answer to [`Message::RequestVote`].
    RequestVoteResponse {
        /// The voter's term, for the candidate to update itself.
        term: Term,
        /// Whether the candidate has the vote.
        granted: bool,
    },
    /// A node asks whether it would get votes (§9.6 of the dissertation).
    RequestPreVote {
        /// The term that it would stand for.
        next_term: Term,
        /// The index of its last log entry.
        last_log_index: Index,
        /// The term of its last log entry.
        last_log_term: Term,
    },
    /// The answer to [`Message::RequestPreVote`].
    RequestPreVoteResponse {
        /// The current term of the one that answers.
        term: Term,
        /// The term that was asked for.
        next_term: Term,
        /// Whether it would vote for the node that asks.
        granted: bool,
    },
    /// A leader replicates its log (§5.3), or says that it still leads (§5.2).
    AppendEntries {
        /// The leader's term.
        term: Term,
        /// The index of the entry right before the new ones.
        prev_log_index: Index,
        /// The term of that entry.
        prev_log_term: Term,
        /// The new entries.
        entries: Vec<Entry>,
        /// The leader's commit index.
        leader_commit: Index,
        /// The leader's number for this round, by which it knows who has answered since. Always 0 if it never reads
        /// without an entry.
        round: u32,
    },
    /// The answer to [`Message::AppendEntries`].
    AppendEntriesResponse {
        /// The follower's term, for the leader to update itself.
        term: Term,
        /// The round that is answered.
        round: u32,
        /// What became of the entries.
        outcome: AppendOutcome,
    },
    /// A leader tells a follower how far the log is committed. The original program has this message in place of the
    /// paper's next AppendEntries; it names the entry's term too, so that a follower with another entry there commits nothing.
    CommitNotification {
        /// The leader's term.
        term: Term,
        /// The leader's commit index.
        commit_index: Index,
        /// The term of the entry at that index.
        commit_term: Term,
    },
    /// A client asks for a command to be carried out.
    ClientRequest {
        /// The client's own number for this request, counted from 1.
        request: u32,
        /// What is asked.
        command: Command,
    },
    /// The answer to [`Message::ClientRequest`].
    ClientResponse {
        /// The client's number of the request.
        request: u32,
        /// What the store answered, or why it was not asked.
        result: Result<Reply, Refused>,
    },
}

/// What became of the entries of an AppendEntries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AppendOutcome {
    /// The follower's log is equal to the leader's up to this index, which is the one before the new entries plus their
    /// number. What the follower may have behind it is not vouched for.
    Matched {
        /// How far the logs are known to be equal.
        match_index: Index,
    },
    /// The message was of an old term.
    StaleTerm,
    /// The follower has no entry of the right term right before the new ones. The rest is the hint of §5.3 that spares
    /// the leader from going back one entry at a time.
    Mismatch {
        /// The index where the entry was expected.
        prev_log_index: Index,
        /// The term of the follower's entry there; none if its log is too short.
        conflict_term: Option<Term>,
        /// The first index of that term; the one behind the follower's last if its log is too short.
        conflict_index: Index,
    },
}

/// Why a request was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refused {
    /// The node that was asked is not the leader.
    NotLeader {
        /// The one that it takes for the leader.
        leader: Option<NodeId>,
    },
    /// The node lost its leadership before its round was decided. What became of the entry is not known: a successor may
    /// still commit it.
    ReplicationFailed,
}

/// What a process can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// Main gives the election this long before it starts the clients.
    ElectionOver,
    /// Main gives the clients this long before it ends the run.
    RunOver,
    /// A node that hears from no leader stands for election (§5.2).
    Election,
    /// A leader that said nothing for a while says that it leads (§5.2).
    Heartbeat,
    /// A node that has heard from a leader takes it for alive until then (§9.6 of the dissertation).
    Trust,
    /// A client that heard no answer asks another node (§8).
    Retry,
    /// A client thinks before it asks for the next thing.
    Think,
}

/// What a process says of itself: the lines of the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// Main read the configuration.
    Configured {
        /// How many nodes the cluster has.
        num_nodes: u32,
        /// How many clients it serves.
        num_clients: u32,
    },
    /// Main heard that a node has started.
    NodeStarted {
        /// Which one.
        node: NodeId,
    },
    /// Main sent every node its peers.
    PeersSent,
    /// Main's wait for the election is over, whatever came of it.
    ElectionOver,
    /// Main heard that a client has started.
    ClientStarted {
        /// Which one.
        client: u32,
    },
    /// Main told all clients to begin.
    ClientsStarted {
        /// How many there are.
        num_clients: u32,
    },
    /// Main's wait for the clients is over.
    Done,

    /// A node runs.
    Starting,
    /// A node knows its peers.
    PeersConfigured {
        /// How many peers it has.
        peers: u32,
    },
    /// A node has heard from no leader for too long.
    ElectionTimedOut,
    /// A node asks whether it could win.
    StartingPreVote {
        /// In this term.
        next_term: Term,
    },
    /// A node would vote for another one.
    PreVoteGranted {
        /// Which one.
        candidate: NodeId,
        /// In this term.
        next_term: Term,
    },
    /// A node would not vote for another one.
    PreVoteDenied {
        /// Which one.
        candidate: NodeId,
        /// Why not.
        why: Denial,
    },
    /// A node stands for election.
    StartingElection {
        /// In this term.
        term: Term,
    },
    /// A node votes for a candidate.
    VoteGranted {
        /// Whom it votes for.
        candidate: NodeId,
        /// In this term.
        term: Term,
    },
    /// A node refuses its vote: the candidate's term is over.
    VoteDeniedStale {
        /// Who asked.
        candidate: NodeId,
    },
    /// A node refuses its vote: it has voted for another one, or its log is more up-to-date.
    VoteDenied {
        /// Who asked.
        candidate: NodeId,
    },
    /// A candidate got a vote.
    VoteReceived {
        /// From whom.
        from: NodeId,
    },
    /// A candidate's election is decided.
    ElectionResult {
        /// How many votes it has, its own included.
        votes: u32,
        /// How many it needs.
        quorum: u32,
    },
    /// A candidate won.
    BecameLeader {
        /// The term it leads.
        term: Term,
    },
    /// A candidate did not win.
    ElectionFailed,
    /// A candidate or leader saw a higher term and follows.
    SteppedDown {
        /// The higher term.
        term: Term,
    },
    /// A leader put a request into its log.
    Appended {
        /// The entry's index.
        index: Index,
        /// The entry's term.
        term: Term,
    },
    /// A follower's log matches the leader's.
    EntriesAccepted {
        /// Who leads.
        leader: NodeId,
        /// Up to which index.
        match_index: Index,
    },
    /// A node refuses entries of an old term.
    EntriesStale {
        /// Who sent them.
        leader: NodeId,
    },
    /// A follower lacks the entry that the new ones follow on.
    EntriesMismatch {
        /// The index of that entry.
        prev_log_index: Index,
    },
    /// A follower deleted entries that conflict with its leader's.
    EntriesCut {
        /// The index of the first of them.
        index: Index,
    },
    /// A leader heard that a follower's log matches.
    AckReceived {
        /// Which follower.
        from: NodeId,
        /// Up to which index.
        match_index: Index,
    },
    /// A leader heard that a follower's log does not match.
    NackReceived {
        /// Which follower.
        from: NodeId,
    },
    /// A leader's round of replication is decided.
    Replicated {
        /// How many nodes have the entry, the leader included.
        acks: u32,
        /// How many are needed.
        quorum: u32,
    },
    /// A leader lost its leadership before the round for this entry was decided. A successor may still commit it.
    ReplicationFailed {
        /// The entry's index.
        index: Index,
    },
    /// A leader that had nothing to say says that it leads.
    HeartbeatSent,
    /// A follower heard from its leader, which had nothing new.
    HeartbeatReceived {
        /// Who leads.
        leader: NodeId,
    },
    /// A follower learned from an AppendEntries how far the log is committed.
    Committed {
        /// Its commit index now.
        commit_index: Index,
    },
    /// A leader answers a read without an entry.
    ReadAnswered {
        /// What was asked.
        command: Command,
        /// What it found.
        reply: Reply,
    },
    /// A follower was told how far the log is committed.
    CommitNotified {
        /// Its commit index now, which may be what it was before.
        commit_index: Index,
    },
    /// A node refuses a request because it does not lead.
    RequestRefused,
    /// A node applied a committed entry to its store.
    Applied {
        /// The entry's index, said by followers; a leader's line is about the request that it answers.
        slot: Option<Index>,
        /// The entry's command.
        command: Command,
        /// What the store answered.
        reply: Reply,
    },

    /// The next entry that a node applies repeats a request that took effect before: its store answers from memory, and
    /// changes nothing.
    Recognised {
        /// Whose request.
        client: u32,
        /// Its number.
        request: u32,
    },
    /// A node applied the entry with which a leader begins its term.
    NoOpApplied {
        /// The entry's index.
        index: Index,
    },

    /// A client begins.
    ClientStarting {
        /// How many requests it will send.
        requests: u32,
    },
    /// A client asked a node that does not lead, and asks the one that it was told of.
    Redirected {
        /// Who is said to lead.
        leader: NodeId,
    },
    /// A client asked a node that does not lead, and that does not help it further. It waits a while.
    TurnedAway {
        /// Whom it asked.
        node: NodeId,
    },
    /// A client has waited long enough, and asks another node.
    Retried {
        /// Whom it asked, if that one did not answer at all.
        silent: Option<NodeId>,
        /// Whom it asks now.
        node: NodeId,
    },
    /// A client has its answer.
    Answered {
        /// What it asked.
        command: Command,
        /// What it heard.
        result: Result<Reply, Refused>,
    },
    /// A client has all its answers.
    ClientFinished {
        /// How many requests it sent.
        requests: u32,
    },
}

/// Why a node would not vote for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Denial {
    /// Its own term is not older than the one that is asked for.
    StaleTerm,
    /// It has heard from a leader a short while ago.
    LeaderLives,
    /// Its own log is more up-to-date.
    LogIsBehind,
}
