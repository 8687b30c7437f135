//! What must hold of a run, and what is said when it does not: the property, and the two facts that contradict each other.

use std::fmt;

use super::log::{Index, Term};
use super::message::NodeId;
use crate::kv::{Command, Reply, Text, Texts};
use crate::process::ProcessId;

/// A property of every correct run, in the order in which a reader meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// One leader a term, ever: Election Safety (§5.2).
    OneLeaderPerTerm,
    /// A leader never overwrites or deletes entries of its own log: Leader Append-Only (§5.3).
    LeaderAppendOnly,
    /// Two logs that have an entry of the same index and term are equal up to there: Log Matching (§5.3).
    LogMatching,
    /// Leaders of later terms hold what was committed: Leader Completeness (§5.4).
    LeaderCompleteness,
    /// At each index at most one entry is ever applied, by anyone: State Machine Safety (§5.4.3).
    StateMachineSafety,
    /// What is committed is never replaced.
    CommittedIsFinal,
    /// What is committed stands in the durable logs of a majority.
    CommittedOnMajority,
    /// A leader commits by counting only entries of its own term (§5.4.2).
    CommitsOwnTerm,
    /// A node's term never goes back (§5.1).
    TermsGrow,
    /// A node has one vote a term (§5.2).
    OneVotePerTerm,
    /// `last_applied <= commit_index <= last index`, and the commit index goes back only with a crash.
    IndicesInOrder,
    /// Terms in a log never decrease, and the last is at most the current one.
    LogTermsInOrder,
    /// A candidate or leader has voted for itself, and a leader for good reason.
    LeaderHasQuorum,
    /// What a leader believes to match does match.
    MatchIndexTrue,
    /// A follower commits no more than a leader of its term did.
    CommitFollowsLeader,
    /// A message's term is never above its sender's.
    MessageTerms,
    /// Every message that was sent is delivered, dropped or in flight.
    MessagesConserved,
    /// A store is what its log makes it.
    StoreIsFold,
    /// A request takes effect at most once (§8).
    AtMostOnce,
    /// The same configuration, seed and acts give the same run.
    Repeatable,
    /// What clients heard can be put in an order in which it is true (§8).
    Linearizable,
    /// What a client was told is in the log for good.
    NothingLost,
    /// When all is mended, clients are served again.
    Live,
}

/// All properties, in order.
pub const PROPERTIES: [Property; 23] = [
    Property::OneLeaderPerTerm,
    Property::LeaderAppendOnly,
    Property::LogMatching,
    Property::LeaderCompleteness,
    Property::StateMachineSafety,
    Property::CommittedIsFinal,
    Property::CommittedOnMajority,
    Property::CommitsOwnTerm,
    Property::TermsGrow,
    Property::OneVotePerTerm,
    Property::IndicesInOrder,
    Property::LogTermsInOrder,
    Property::LeaderHasQuorum,
    Property::MatchIndexTrue,
    Property::CommitFollowsLeader,
    Property::MessageTerms,
    Property::MessagesConserved,
    Property::StoreIsFold,
    Property::AtMostOnce,
    Property::Repeatable,
    Property::Linearizable,
    Property::NothingLost,
    Property::Live,
];

impl Property {
    /// Whether it can be said only of a whole run, and not step by step.
    pub fn is_of_whole_runs(self) -> bool {
        matches!(self, Property::Repeatable | Property::Linearizable | Property::NothingLost)
    }

    /// Its name, some words.
    pub fn name(self) -> &'static str {
        match self {
            Property::OneLeaderPerTerm => "one leader a term",
            Property::LeaderAppendOnly => "leader append-only",
            Property::LogMatching => "log matching",
            Property::LeaderCompleteness => "leader completeness",
            Property::StateMachineSafety => "state machine safety",
            Property::CommittedIsFinal => "committed is final",
            Property::CommittedOnMajority => "committed on a majority",
            Property::CommitsOwnTerm => "commits its own term",
            Property::TermsGrow => "terms grow",
            Property::OneVotePerTerm => "one vote a term",
            Property::IndicesInOrder => "indices in order",
            Property::LogTermsInOrder => "log terms in order",
            Property::LeaderHasQuorum => "leader has a quorum",
            Property::MatchIndexTrue => "match index is true",
            Property::CommitFollowsLeader => "commit follows the leader",
            Property::MessageTerms => "message terms",
            Property::MessagesConserved => "messages conserved",
            Property::StoreIsFold => "store is the fold of the log",
            Property::AtMostOnce => "at most once",
            Property::Repeatable => "repeatable",
            Property::Linearizable => "linearizable",
            Property::NothingLost => "nothing acknowledged lost",
            Property::Live => "live when mended",
        }
    }
}

/// What a reader is told of a property.
impl Property {
    /// What it says, in one sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Property::OneLeaderPerTerm => "No term ever has two leaders.",
            Property::LeaderAppendOnly => "A leader never overwrites or deletes entries of its own log.",
            Property::LogMatching => "Two logs that have an entry of the same index and term are equal up to there.",
            Property::LeaderCompleteness => "Leaders of later terms hold every entry that was committed before.",
            Property::StateMachineSafety => "No two nodes ever apply different entries at the same index.",
            Property::CommittedIsFinal => "What is committed is never replaced.",
            Property::CommittedOnMajority => "What is committed stands on the disks of a majority.",
            Property::CommitsOwnTerm => "A leader commits by counting only entries of its own term.",
            Property::TermsGrow => "The term of a node never goes back.",
            Property::OneVotePerTerm => "A node votes for at most one candidate in a term.",
            Property::IndicesInOrder => {
                "What is applied is committed, what is committed is in the log, and neither goes back without a crash."
            }
            Property::LogTermsInOrder => "The terms in a log never decrease, and the last is at most the current one.",
            Property::LeaderHasQuorum => "A leader has the votes of a majority, its own among them.",
            Property::MatchIndexTrue => "What a leader believes to match in a follower's log does match.",
            Property::CommitFollowsLeader => "No follower commits more than a leader of its term did.",
            Property::MessageTerms => "No message carries a term above that of its sender.",
            Property::MessagesConserved => "Every message that was sent is delivered, lost or in flight.",
            Property::StoreIsFold => "Every store is what the applied entries of its log make it.",
            Property::AtMostOnce => "A request takes effect at most once, however often it is repeated.",
            Property::Repeatable => "The same configuration, seed and acts give the same run.",
            Property::Linearizable => "What clients heard can be put in an order in which it is true.",
            Property::NothingLost => "What a client was told is in the committed log.",
            Property::Live => "When all is mended, clients are served again.",
        }
    }

    /// The section of the paper that it comes from, if there is one.
    pub fn section(self) -> Option<&'static str> {
        match self {
            Property::OneLeaderPerTerm | Property::OneVotePerTerm | Property::LeaderHasQuorum => Some("§5.2"),
            Property::LeaderAppendOnly
            | Property::LogMatching
            | Property::MatchIndexTrue
            | Property::IndicesInOrder
            | Property::CommitFollowsLeader
            | Property::StoreIsFold => Some("§5.3"),
            Property::LeaderCompleteness | Property::CommittedIsFinal | Property::CommittedOnMajority => Some("§5.4"),
            Property::StateMachineSafety => Some("§5.4.3"),
            Property::CommitsOwnTerm => Some("§5.4.2"),
            Property::TermsGrow | Property::LogTermsInOrder | Property::MessageTerms => Some("§5.1"),
            Property::AtMostOnce | Property::Linearizable | Property::NothingLost => Some("§8"),
            Property::Live => Some("§5.6"),
            Property::MessagesConserved | Property::Repeatable => None,
        }
    }
}

/// Something that was seen in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fact {
    /// A node leads a term.
    Leads(NodeId, Term),
    /// A node stands for election in a term.
    Stands(NodeId, Term),
    /// A node led a term without the entry.
    LedWithout(NodeId, Term),
    /// A node's log has an entry of this term at this index.
    HasEntry(NodeId, Index, Term),
    /// A node's log ends before this index.
    EndsBefore(NodeId, Index),
    /// The leader of this term put its entry at this index.
    Created(Index, Term),
    /// A node's entry at this index, of the first term, stands behind one of the second.
    HasBehind(NodeId, Index, Term, Term),
    /// The leader of the first term put its entry at this index behind one of the second.
    CreatedBehind(Index, Term, Term),
    /// A node had an entry at this index, of the first term, when it led the second.
    HadAsLeader(NodeId, Index, Term, Term),
    /// No leader of this term ever put an entry at this index.
    NeverCreated(Index, Term),
    /// The entry at this index, of the second number's term, was committed in the third's.
    Committed(Index, Term, Term),
    /// The entry at this index was never committed by a leader.
    NeverCommitted(Index),
    /// A node applied the entry of this index and term.
    Applied(NodeId, Index, Term),
    /// The entry of this index and term was applied before.
    AppliedBefore(Index, Term),
    /// A node voted in a term for a candidate.
    Voted(NodeId, Term, Option<NodeId>),
    /// A node is in a term.
    InTerm(NodeId, Term),
    /// A node was in a term.
    WasInTerm(NodeId, Term),
    /// A node's last applied index.
    LastApplied(NodeId, Index),
    /// A node's commit index.
    CommitIndex(NodeId, Index),
    /// A node's commit index a step before.
    CommitIndexBefore(NodeId, Index),
    /// A node's last index.
    LastIndex(NodeId, Index),
    /// So many nodes, of so many needed, have the entry at this index.
    Holders(Index, u32, u32),
    /// A node has so many votes for a term, of so many needed.
    Votes(NodeId, Term, u32, u32),
    /// A leader believes that another node's log matches up to this index.
    Believes(NodeId, NodeId, Index),
    /// The largest commit index that a leader of this term had.
    LargestCommit(Term, Index),
    /// A process sent a message of this term.
    SentTerm(NodeId, Term),
    /// A process has crashed.
    HasCrashed(ProcessId),
    /// A process sent something.
    Sent(ProcessId),
    /// So many messages were sent or duplicated.
    MessagesMade(u64),
    /// So many messages were delivered, dropped, or are in flight.
    MessagesKnown(u64),
    /// A node's store answers a get of this key so.
    Stores(NodeId, Text, Reply),
    /// The log, applied up to where the node is, makes it so.
    Folds(Text, Reply),
    /// A node's store has so many keys.
    StoresKeys(NodeId, u32),
    /// The log, applied up to where the node is, makes it so many.
    FoldsKeys(u32),
    /// A client's request took effect before.
    TookEffect(u32, u32),
    /// A client asked for this, and was answered so in this step.
    Heard(u32, Command, Reply, u64),
    /// A client asked for this, which was never answered by this step.
    Asked(u32, Command, u64),
    /// Nobody ever changed what is under this key.
    NeverChanged(Text),
    /// The request of a client of this number is nowhere in the committed log.
    NowhereCommitted(u32, u32),
    /// Two nodes that applied the same entries have other stores.
    StoreDiffers(NodeId, Index),
    /// Nothing has gone wrong since this time.
    MendedSince(u64),
    /// No client has been answered since this time, though some wait.
    SilentSince(u64),
    /// Nothing else decides what happens.
    SameStart,
    /// The step gave another state when it was repeated.
    DiffersAt(u64),
}

impl Fact {
    /// The fact as a sentence without a full stop.
    pub fn write(&self, texts: &Texts, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Fact::Leads(node, term) => write!(f, "node {node} leads term {term}"),
            Fact::LedWithout(node, term) => write!(f, "node {node} began to lead term {term} without it"),
            Fact::Stands(node, term) => write!(f, "node {node} stands for election in term {term}"),
            Fact::HasEntry(node, index, term) => write!(f, "node {node} has {index}@{term}"),
            Fact::EndsBefore(node, index) => write!(f, "the log of node {node} ends before index {index}"),
            Fact::Created(index, term) => write!(f, "the leader of term {term} created another {index}@{term}"),
            Fact::HasBehind(node, index, term, prev_term) => {
                write!(f, "node {node} has {index}@{term} behind {}@{prev_term}", index - 1)
            }
            Fact::CreatedBehind(index, term, prev_term) => {
                write!(f, "the leader of term {term} created it behind {}@{prev_term}", index - 1)
            }
            Fact::HadAsLeader(node, index, term, led) => {
                write!(f, "node {node} had {index}@{term} when it led term {led}")
            }
            Fact::NeverCreated(index, term) => write!(f, "no leader of term {term} created {index}@{term}"),
            Fact::Committed(index, term, in_term) => write!(f, "{index}@{term} was committed in term {in_term}"),
            Fact::NeverCommitted(index) => write!(f, "no leader committed index {index}"),
            Fact::Applied(node, index, term) => write!(f, "node {node} applied {index}@{term}"),
            Fact::AppliedBefore(index, term) => write!(f, "{index}@{term} was applied before"),
            Fact::Voted(node, term, Some(candidate)) => write!(f, "node {node} voted for {candidate} in term {term}"),
            Fact::Voted(node, term, None) => write!(f, "node {node} has not voted in term {term}"),
            Fact::InTerm(node, term) => write!(f, "node {node} is in term {term}"),
            Fact::WasInTerm(node, term) => write!(f, "node {node} was in term {term}"),
            Fact::LastApplied(node, index) => write!(f, "node {node} has applied index {index}"),
            Fact::CommitIndex(node, index) => write!(f, "the commit index of node {node} is {index}"),
            Fact::CommitIndexBefore(node, index) => write!(f, "the commit index of node {node} was {index}"),
            Fact::LastIndex(node, index) => write!(f, "the last index of node {node} is {index}"),
            Fact::Holders(index, count, needed) => {
                let have = if count == 1 { "node has" } else { "nodes have" };
                write!(f, "{count} {have} it at index {index}, where {needed} are a majority")
            }
            Fact::Votes(node, term, count, needed) => {
                let votes = if count == 1 { "vote" } else { "votes" };
                write!(f, "node {node} got {count} {votes} in term {term}, where {needed} are a majority")
            }
            Fact::Believes(leader, node, index) => {
                write!(f, "leader {leader} believes that node {node} matches up to index {index}")
            }
            Fact::LargestCommit(term, index) => write!(f, "leaders of term {term} committed up to index {index}"),
            Fact::SentTerm(node, term) => write!(f, "node {node} sent a message of term {term}"),
            Fact::HasCrashed(process) => write!(f, "{process} has crashed"),
            Fact::Sent(process) => write!(f, "{process} sent a message"),
            Fact::MessagesMade(1) => f.write_str("1 message was sent or duplicated"),
            Fact::MessagesMade(count) => write!(f, "{count} messages were sent or duplicated"),
            Fact::MessagesKnown(1) => f.write_str("1 was delivered or dropped, or is in flight"),
            Fact::MessagesKnown(count) => write!(f, "{count} were delivered or dropped, or are in flight"),
            Fact::Stores(node, key, reply) => {
                write!(f, "node {node} has {} under \"{}\"", Held(reply, texts), texts.get(key))
            }
            Fact::Folds(key, reply) => {
                write!(f, "its log makes that {} under \"{}\"", Held(reply, texts), texts.get(key))
            }
            Fact::StoresKeys(node, 1) => write!(f, "node {node} has 1 key"),
            Fact::StoresKeys(node, count) => write!(f, "node {node} has {count} keys"),
            Fact::FoldsKeys(count) => write!(f, "its log makes that {count}"),
            Fact::TookEffect(client, number) => write!(f, "request {number} of client {client} took effect before"),
            Fact::Heard(client, command, reply, step) => {
                command.write(texts, f)?;
                write!(f, " of client {client} heard {} in step {step}", Shown(reply, texts))
            }
            Fact::Asked(client, command, step) => {
                command.write(texts, f)?;
                write!(f, " of client {client}, asked in step {step}, was never answered")
            }
            Fact::NeverChanged(key) => write!(f, "nobody ever put anything under \"{}\"", texts.get(key)),
            Fact::NowhereCommitted(client, number) => {
                write!(f, "request {number} of client {client} is not in the committed log")
            }
            Fact::StoreDiffers(node, index) => {
                write!(f, "node {node} has another store, with the same entries up to index {index}")
            }
            Fact::MendedSince(time_ms) => write!(f, "nothing has gone wrong since {time_ms} ms"),
            Fact::SilentSince(time_ms) => write!(f, "clients wait, and none was answered since {time_ms} ms"),
            Fact::SameStart => f.write_str("the configuration, the seed and the acts were the same"),
            Fact::DiffersAt(step) => write!(f, "step {step} was another one when it was repeated"),
        }
    }
}

/// What stands under a key that was asked for, in a sentence.
struct Held<'a>(Reply, &'a Texts);

impl fmt::Display for Held<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reply::Value(value) => write!(f, "\"{}\"", self.1.get(value)),
            Reply::Done | Reply::KeyExists | Reply::KeyMissing => f.write_str("nothing"),
        }
    }
}

/// What a client hears, in a sentence.
struct Shown<'a>(Reply, &'a Texts);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reply::Value(value) => write!(f, "\"{}\"", self.1.get(value)),
            Reply::Done => f.write_str("OK"),
            Reply::KeyExists => f.write_str("\"key already exists\""),
            Reply::KeyMissing => f.write_str("\"key not found\""),
        }
    }
}

/// A property that did not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Violation {
    /// What did not hold.
    pub property: Property,
    /// The step after which it was seen first.
    pub step: u64,
    /// The two that contradict each other.
    pub facts: [Fact; 2],
}

impl Violation {
    /// The violation as a line of text: `one leader a term, step 40: node 1 leads term 3, but node 2 leads term 3`.
    pub fn line<'a>(&'a self, texts: &'a Texts) -> ViolationLine<'a> {
        ViolationLine { violation: self, texts }
    }
}

/// A violation, ready to be printed.
pub struct ViolationLine<'a> {
    violation: &'a Violation,
    texts: &'a Texts,
}

impl fmt::Display for ViolationLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Violation { property, step, facts: [first, second] } = self.violation;
        write!(f, "{}, step {step}: ", property.name())?;
        first.write(self.texts, f)?;
        f.write_str(", but ")?;
        second.write(self.texts, f)
    }
}
