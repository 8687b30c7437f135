//! What must hold, looked at from outside after every step. It reads, and changes nothing.
//!
//! It remembers what no node has to: every leader, what each leader appended, what was committed in which term. Against
//! these it holds what the step changed, and nothing else, so that a look costs the same however long the run is. The
//! properties are in their right forms: that there is one leader at a time, or that a new leader holds every entry that was
//! committed so far, reads well and is false of correct Raft.
//!
//! Left out: what can be said only of a whole run.

use std::ops::RangeInclusive;

use super::Process;
use super::log::{Entry, Index, Log, Term};
use super::message::{Message, NodeId};
use super::node::Node;
use super::role::Role;
use super::verdict::{Fact, Property, Violation};
use crate::chunks::Chunks;
use crate::kv::{Request, Store, Text};
use crate::process::{Envelope, ProcessId};

/// What the last step did, as far as it can be seen from outside.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// Which step it was.
    pub step: u64,
    /// All nodes as they are now, the first one being node 1.
    pub nodes: &'a [Process],
    /// To whom something happened.
    pub actor: ProcessId,
    /// Whether the actor does not run now.
    pub has_crashed: bool,
    /// The message that it received, if it did.
    pub delivered: Option<&'a Envelope<Message>>,
    /// How many messages were made, and how many of them are known to be somewhere.
    pub messages: (u64, u64),
}

impl<'a> Sight<'a> {
    #[inline]
    fn node(&self, id: NodeId) -> &'a Node {
        match &self.nodes[id as usize - 1] {
            Process::Node(node) => node,
            Process::Main(_) | Process::Client(_) => unreachable!("nodes stand at the nodes' places"),
        }
    }

    fn all(&self) -> impl Iterator<Item = &'a Node> {
        (1..=self.nodes.len() as NodeId).map(|id| self.node(id))
    }

    /// How many nodes are a majority, whatever they think themselves.
    fn majority(&self) -> u32 {
        self.nodes.len() as u32 / 2 + 1
    }

    fn holders(&self, index: Index, term: Term) -> u32 {
        self.all().filter(|node| node.log().matches(index, term)).count() as u32
    }
}

/// What a node looked like after its last step.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    term: Term,
    /// The latest term in which it voted, and for whom; it is remembered even if the node forgets it.
    vote: (Term, Option<NodeId>),
    commit_index: Index,
    last_applied: Index,
    last_index: Index,
    last_term: Term,
    is_leader: bool,
    /// Who was heard to vote for it in that term.
    ballots: u128,
    /// What its log makes of the store, up to where it was applied.
    fold: Store,
}

/// What the leader of a term appended: entries in a row.
#[derive(Debug, Clone, Default, PartialEq)]
struct Reign {
    leader: Option<NodeId>,
    /// The index of the first entry.
    start: Index,
    /// The term of the entry before it.
    prev_term: Term,
    requests: Chunks<Option<Request>>,
    /// How far it committed.
    commit_index: Index,
}

/// All that was seen of a run so far, and what did not hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Safety {
    seen: Vec<Seen>,
    /// Who leads, by the bits of their numbers.
    leaders: u128,
    /// By term.
    reigns: Vec<Reign>,
    /// For each committed index, the entry's term, and the earliest term in which a leader committed it.
    committed: Chunks<(Term, Term)>,
    /// For each index that somebody applied, the entry's term.
    applied: Chunks<Term>,
    violations: Vec<Violation>,
}

impl Safety {
    /// Nothing was seen yet of these nodes.
    pub fn new(nodes: &[Process]) -> Self {
        let mut safety = Safety {
            seen: Vec::new(),
            leaders: 0,
            reigns: Vec::new(),
            committed: Chunks::default(),
            applied: Chunks::default(),
            violations: Vec::new(),
        };
        for process in nodes {
            let Process::Node(node) = process else { panic!("only nodes are looked at") };
            safety.seen.push(Seen {
                term: node.current_term(),
                vote: (node.current_term(), node.persistent().voted_for),
                commit_index: node.commit_index(),
                last_applied: node.last_applied(),
                last_index: node.log().last_index(),
                last_term: node.log().last_term(),
                is_leader: false,
                ballots: 0,
                fold: Store::default(),
            });
            safety.learn(node);
        }
        safety
    }

    /// Takes the log that a node begins with for what earlier leaders appended.
    fn learn(&mut self, node: &Node) {
        for index in 1..=node.log().last_index() {
            let entry = node.log().get(index).expect("an index up to the last");
            let prev_term = node.log().term_at(index - 1).expect("an index up to the last");
            let reign = self.reign(entry.term);
            if reign.requests.is_empty() {
                (reign.start, reign.prev_term) = (index, prev_term);
            }
            if index == reign.start + reign.requests.len() as Index {
                reign.requests.push(entry.request);
            }
        }
    }

    /// What did not hold so far, each property once, in the order in which it was seen.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Notes that a property does not hold. The first time counts.
    pub fn report(&mut self, violation: Violation) {
        if self.violations.iter().all(|other| other.property != violation.property) {
            self.violations.push(violation);
        }
    }

    /// How far leaders have committed.
    pub fn committed(&self) -> Index {
        self.committed.len() as Index
    }

    /// The entry that was committed at this index, if there is one.
    #[inline]
    pub fn committed_entry(&self, index: Index) -> Option<Entry> {
        let (term, _) = self.committed.get(index.checked_sub(1)? as usize)?;
        let reign = self.reigns.get(term as usize)?;
        let request = reign.requests.get(index.checked_sub(reign.start)? as usize)?;
        Some(Entry { term, request })
    }

    /// Looks at what the last step changed. `sent` are the messages that the actor sent in it.
    pub fn look<'m>(&mut self, sight: &Sight<'_>, sent: impl Iterator<Item = &'m Envelope<Message>>) {
        let mut inspection = Inspection { safety: self, sight };
        let (made, known) = sight.messages;
        inspection.demand(made == known, Property::MessagesConserved, || {
            [Fact::MessagesMade(made), Fact::MessagesKnown(known)]
        });
        let term = match sight.actor {
            ProcessId::Node(id) => Some((id, sight.node(id).current_term())),
            ProcessId::Main | ProcessId::Client(_) => None,
        };
        for envelope in sent {
            let actor = sight.actor;
            inspection.demand(!sight.has_crashed, Property::MessagesConserved, || {
                [Fact::HasCrashed(actor), Fact::Sent(actor)]
            });
            if let (Some((id, current)), Some(term)) = (term, envelope.message.term()) {
                inspection.demand(term <= current, Property::MessageTerms, || {
                    [Fact::SentTerm(id, term), Fact::InTerm(id, current)]
                });
            }
        }
        if let ProcessId::Node(id) = sight.actor {
            inspection.look_at(id);
        }
    }

    /// Looks once more, at the end of a run, at everything and not only at what the last step changed.
    pub fn look_back(&mut self, sight: &Sight<'_>) {
        let mut inspection = Inspection { safety: self, sight };
        for node in sight.all() {
            for index in 1..=node.log().last_index() {
                inspection.look_at_entry(node, index);
            }
        }
        for (node, next) in sight.all().zip(sight.all().skip(1)) {
            let is_alike = node.last_applied() != next.last_applied() || node.store() == next.store();
            inspection.demand(is_alike, Property::StoreIsFold, || {
                let index = node.last_applied();
                [Fact::LastApplied(node.id(), index), Fact::StoreDiffers(next.id(), index)]
            });
        }
    }

    fn reign(&mut self, term: Term) -> &mut Reign {
        let place = term as usize;
        if place >= self.reigns.len() {
            self.reigns.resize(place + 1, Reign::default());
        }
        &mut self.reigns[place]
    }

    /// The term of the entry that the leader of a term had at this index when its term began, if it had one.
    fn inherited(&self, term: Term, index: Index) -> Option<Term> {
        let mut reign = &self.reigns[term as usize];
        if index >= reign.start {
            return None;
        }
        loop {
            let term = reign.prev_term;
            let earlier = &self.reigns[term as usize];
            if index >= earlier.start || earlier.start >= reign.start {
                return Some(term);
            }
            reign = earlier;
        }
    }

    fn seen(&mut self, id: NodeId) -> &mut Seen {
        &mut self.seen[id as usize - 1]
    }
}

/// One look.
struct Inspection<'a> {
    safety: &'a mut Safety,
    sight: &'a Sight<'a>,
}

impl Inspection<'_> {
    #[inline]
    fn demand(&mut self, holds: bool, property: Property, facts: impl FnOnce() -> [Fact; 2]) {
        if !holds {
            self.safety.report(Violation { property, step: self.sight.step, facts: facts() });
        }
    }

    /// Looks at what the step may have changed of a node. Most steps change little, and most runs have many.
    fn look_at(&mut self, id: NodeId) {
        let (node, seen) = (self.sight.node(id), &self.safety.seen[id as usize - 1]);
        let (log, vote) = (node.log(), (node.current_term(), node.persistent().voted_for));
        let message = self.sight.delivered.map(|envelope| &envelope.message);

        let is_about_votes = matches!(message, Some(Message::RequestVoteResponse { .. }));
        let has_forgotten = self.sight.has_crashed || vote.0 < seen.term;
        if is_about_votes || vote != seen.vote || vote.0 != seen.term {
            self.look_at_term_and_vote(node);
        }
        if self.sight.has_crashed {
            self.forget_volatile(id);
        }
        let seen = &self.safety.seen[id as usize - 1];
        let is_kept = log.matches(seen.last_index, seen.last_term);
        let is_about_log = matches!(message, Some(Message::AppendEntries { .. }));
        let is_log_touched = has_forgotten || is_about_log || !is_kept || log.last_index() != seen.last_index;
        let is_untold = (node.commit_index(), node.last_applied()) != (seen.commit_index, seen.last_applied);
        let is_leader = matches!(node.role(), Role::Leader(_));
        let has_no_duty = matches!(node.role(), Role::Follower | Role::PreCandidate { .. });
        let is_known = has_no_duty || is_leader && seen.is_leader && vote.1 == Some(id);
        if is_log_touched {
            self.look_at_log(node, is_kept);
        }
        if !is_known {
            self.look_at_role(node);
        }
        if is_untold || is_log_touched {
            self.look_at_commit(node);
            self.look_at_store(node);
        }
        self.look_at_matches(node);

        let seen = self.safety.seen(id);
        (seen.commit_index, seen.last_applied) = (node.commit_index(), node.last_applied());
        if is_log_touched {
            (seen.last_index, seen.last_term) = (log.last_index(), log.last_term());
        }
        seen.is_leader = is_leader;
        let bit = 1 << id;
        self.safety.leaders = if is_leader { self.safety.leaders | bit } else { self.safety.leaders & !bit };
    }

    /// Properties 9 and 10, and whose votes are heard.
    fn look_at_term_and_vote(&mut self, node: &Node) {
        let (id, term, vote) = (node.id(), node.current_term(), node.persistent().voted_for);
        let seen = self.safety.seen(id);
        let (before, (vote_term, vote_before)) = (seen.term, seen.vote);
        if term != before {
            (seen.term, seen.ballots, seen.is_leader) = (term, 0, false);
        }
        if vote.is_some() && term >= vote_term {
            seen.vote = (term, vote);
        }
        if vote == Some(id) {
            seen.ballots |= 1 << id;
        }
        if let Some(Envelope { from: ProcessId::Node(voter), message, .. }) = self.sight.delivered
            && *message == (Message::RequestVoteResponse { term, granted: true })
        {
            seen.ballots |= 1 << voter;
        }
        self.demand(term >= before, Property::TermsGrow, || [Fact::WasInTerm(id, before), Fact::InTerm(id, term)]);
        let has_voted_before = term == vote_term && vote_before.is_some();
        self.demand(!has_voted_before || vote.is_none() || vote == vote_before, Property::OneVotePerTerm, || {
            [Fact::Voted(id, term, vote_before), Fact::Voted(id, term, vote)]
        });
    }

    /// After a crash, only what is durable can be held against a node.
    fn forget_volatile(&mut self, id: NodeId) {
        let seen = self.safety.seen(id);
        (seen.commit_index, seen.last_applied, seen.is_leader, seen.fold) = (0, 0, false, Store::default());
    }

    /// Properties 2, 3, 6, 7 and 12, of the entries that the step may have changed.
    fn look_at_log(&mut self, node: &Node, is_kept: bool) {
        let (id, log) = (node.id(), node.log());
        let seen = self.safety.seen(id);
        let (last_index, last_term, was_leader) = (seen.last_index, seen.last_term, seen.is_leader);
        // Of the same term still. If it has just ceased to lead in it, as no leader does, it may not cut either.
        if was_leader {
            self.demand(is_kept, Property::LeaderAppendOnly, || {
                [Fact::HadAsLeader(id, last_index, last_term, node.current_term()), entry_fact(node, last_index)]
            });
        }
        let touched = match self.sight.delivered.map(|envelope| &envelope.message) {
            Some(Message::AppendEntries { prev_log_index, entries, .. }) => {
                // And one behind the new ones, which must follow on them.
                let end = (prev_log_index + entries.len() as Index + 1).min(log.last_index());
                (prev_log_index.min(&last_index) + 1).min(end + 1)..=end
            }
            _ => last_index + 1..=log.last_index(),
        };
        let is_changed = !is_kept || !touched.is_empty();
        for index in touched {
            self.look_at_entry(node, index);
        }
        let (last_term, term) = (log.last_term(), node.current_term());
        self.demand(last_term <= term, Property::LogTermsInOrder, || {
            [Fact::HasEntry(id, log.last_index(), last_term), Fact::InTerm(id, term)]
        });
        if is_changed {
            self.look_at_committed(node);
        }
    }

    fn look_at_entry(&mut self, node: &Node, index: Index) {
        let (id, log) = (node.id(), node.log());
        let Entry { term, request } = log.get(index).expect("an index up to the last");
        let prev_term = log.term_at(index - 1).expect("an index up to the last");
        self.demand(prev_term <= term, Property::LogTermsInOrder, || {
            [Fact::HasEntry(id, index - 1, prev_term), Fact::HasEntry(id, index, term)]
        });
        // If nobody was seen to lead, by its vote: it may have crashed right after it was elected and has appended.
        let has_own_vote = self.safety.seen(id).vote == (term, Some(id));
        let reign = self.safety.reign(term);
        if term == node.current_term() && reign.leader.map_or(has_own_vote, |leader| leader == id) {
            if reign.requests.is_empty() {
                (reign.start, reign.prev_term) = (index, prev_term);
            }
            if index == reign.start + reign.requests.len() as Index {
                reign.requests.push(request);
            }
        }
        let place = index.checked_sub(reign.start).map(|place| place as usize);
        let created = place.and_then(|place| reign.requests.get(place));
        let prev_created = if index == reign.start { reign.prev_term } else { term };
        self.demand(created == Some(request), Property::LogMatching, || {
            let other = if created.is_some() { Fact::Created(index, term) } else { Fact::NeverCreated(index, term) };
            [Fact::HasEntry(id, index, term), other]
        });
        self.demand(prev_term == prev_created, Property::LogMatching, || {
            [Fact::HasBehind(id, index, term, prev_term), Fact::CreatedBehind(index, term, prev_created)]
        });
        if let Some((committed, in_term)) = self.safety.committed.get(index as usize - 1)
            && index <= self.safety.seen(id).commit_index
        {
            self.demand(committed == term, Property::CommittedIsFinal, || {
                [Fact::HasEntry(id, index, term), Fact::Committed(index, committed, in_term)]
            });
        }
    }

    /// What is committed is still in this log if it was there, and on a majority in any case. By Log Matching, a log with
    /// the last committed entry has them all.
    fn look_at_committed(&mut self, node: &Node) {
        let (id, log) = (node.id(), node.log());
        let own = self.safety.seen(id).commit_index;
        self.demand(own <= log.last_index(), Property::CommittedIsFinal, || {
            [Fact::CommitIndex(id, own), Fact::EndsBefore(id, own)]
        });
        let last = self.safety.committed();
        let Some((term, in_term)) = self.safety.committed.get((last as usize).wrapping_sub(1)) else { return };
        if log.matches(last, term) {
            return;
        }
        let (holders, majority) = (self.sight.holders(last, term), self.sight.majority());
        self.demand(holders >= majority, Property::CommittedOnMajority, || {
            [Fact::Committed(last, term, in_term), Fact::Holders(last, holders, majority)]
        });
    }

    /// Properties 1, 4 and 13.
    fn look_at_role(&mut self, node: &Node) {
        let (id, term) = (node.id(), node.current_term());
        let vote = node.persistent().voted_for;
        let must_have_vote = matches!(node.role(), Role::Candidate { .. } | Role::Leader(_));
        self.demand(!must_have_vote || vote == Some(id), Property::LeaderHasQuorum, || {
            let is_leader = matches!(node.role(), Role::Leader(_));
            [if is_leader { Fact::Leads(id, term) } else { Fact::Stands(id, term) }, Fact::Voted(id, term, vote)]
        });
        if !matches!(node.role(), Role::Leader(_)) || self.safety.seen(id).is_leader {
            return;
        }
        let reign = self.safety.reign(term);
        let other = *reign.leader.get_or_insert(id);
        if reign.requests.is_empty() {
            (reign.start, reign.prev_term) = (node.log().last_index() + 1, node.log().last_term());
        }
        reign.commit_index = reign.commit_index.max(node.commit_index());
        self.demand(other == id, Property::OneLeaderPerTerm, || [Fact::Leads(other, term), Fact::Leads(id, term)]);
        let (votes, majority) = (self.safety.seen(id).ballots.count_ones(), self.sight.majority());
        self.demand(votes >= majority, Property::LeaderHasQuorum, || {
            [Fact::Leads(id, term), Fact::Votes(id, term, votes, majority)]
        });
        // The last one of an earlier term will do: those before it are held with it, by Log Matching.
        let committed = (1..=self.safety.committed()).rev().find_map(|index| {
            let (entry_term, in_term) = self.safety.committed.get(index as usize - 1)?;
            (in_term < term).then_some((index, entry_term, in_term))
        });
        if let Some(committed) = committed {
            let (index, entry_term, in_term) = committed;
            self.demand(node.log().matches(index, entry_term), Property::LeaderCompleteness, || {
                [Fact::Committed(index, entry_term, in_term), Fact::LedWithout(id, term)]
            });
        }
    }

    /// Properties 4, 5, 6, 7, 8, 11 and 15.
    fn look_at_commit(&mut self, node: &Node) {
        let (id, term, commit_index) = (node.id(), node.current_term(), node.commit_index());
        let (last_index, last_applied) = (node.log().last_index(), node.last_applied());
        let before = self.safety.seen(id).commit_index;
        self.demand(last_applied <= commit_index, Property::IndicesInOrder, || {
            [Fact::LastApplied(id, last_applied), Fact::CommitIndex(id, commit_index)]
        });
        self.demand(commit_index <= last_index, Property::IndicesInOrder, || {
            [Fact::CommitIndex(id, commit_index), Fact::LastIndex(id, last_index)]
        });
        self.demand(commit_index >= before, Property::IndicesInOrder, || {
            [Fact::CommitIndexBefore(id, before), Fact::CommitIndex(id, commit_index)]
        });
        if commit_index <= before {
            return;
        }
        if matches!(node.role(), Role::Leader(_)) {
            self.look_at_leader_commit(node, before);
        } else {
            let largest = self.safety.reign(term).commit_index;
            self.demand(commit_index <= largest, Property::CommitFollowsLeader, || {
                [Fact::CommitIndex(id, commit_index), Fact::LargestCommit(term, largest)]
            });
        }
    }

    fn look_at_leader_commit(&mut self, node: &Node, before: Index) {
        let (id, term, commit_index, log) = (node.id(), node.current_term(), node.commit_index(), node.log());
        let Some(entry_term) = log.term_at(commit_index) else { return };
        self.demand(entry_term == term, Property::CommitsOwnTerm, || {
            [Fact::Leads(id, term), Fact::Committed(commit_index, entry_term, term)]
        });
        for index in before.min(self.safety.committed()) + 1..=commit_index {
            let entry_term = log.term_at(index).expect("an index up to the last");
            let place = index as usize - 1;
            match self.safety.committed.get(place) {
                None => self.safety.committed.push((entry_term, term)),
                Some((other, in_term)) => {
                    self.demand(other == entry_term, Property::CommittedIsFinal, || {
                        [Fact::Committed(index, other, in_term), Fact::Committed(index, entry_term, term)]
                    });
                    if other == entry_term && term < in_term {
                        self.safety.committed.set(place, (entry_term, term));
                    }
                }
            }
        }
        let reign = self.safety.reign(term);
        reign.commit_index = reign.commit_index.max(commit_index);
        let (holders, majority) = (self.sight.holders(commit_index, entry_term), self.sight.majority());
        self.demand(holders >= majority, Property::CommittedOnMajority, || {
            [Fact::Committed(commit_index, entry_term, term), Fact::Holders(commit_index, holders, majority)]
        });
        for later in term + 1..self.safety.reigns.len() as Term {
            if let Some(leader) = self.safety.reign(later).leader {
                let is_held = self.safety.inherited(later, commit_index) == Some(entry_term);
                self.demand(is_held, Property::LeaderCompleteness, || {
                    [Fact::Committed(commit_index, entry_term, term), Fact::LedWithout(leader, later)]
                });
            }
        }
    }

    /// Properties 5, 18 and 19.
    fn look_at_store(&mut self, node: &Node) {
        let id = node.id();
        let new = self.safety.seen(id).last_applied + 1..=node.last_applied().min(node.log().last_index());
        if new.is_empty() {
            return;
        }
        for index in new.clone() {
            let Entry { term, request } = node.log().get(index).expect("an index up to the last");
            self.look_at_applied(id, index, term);
            if let Some(request) = request {
                self.safety.seen(id).fold.apply(request);
            }
        }
        // The store is seen only as it is behind the last of them.
        let mut are_keys_right = true;
        for index in new.clone() {
            if let Some(Entry { request: Some(request), .. }) = node.log().get(index) {
                are_keys_right &= self.look_at_effect(node, new.clone(), request.command.key());
            }
        }
        let (found, expected) = (node.store().len() as u32, self.safety.seen(id).fold.len() as u32);
        self.demand(!are_keys_right || found == expected, Property::StoreIsFold, || {
            [Fact::StoresKeys(id, found), Fact::FoldsKeys(expected)]
        });
    }

    fn look_at_applied(&mut self, id: NodeId, index: Index, term: Term) {
        let place = index as usize - 1;
        match self.safety.applied.get(place) {
            None if place == self.safety.applied.len() => self.safety.applied.push(term),
            None => {}
            Some(other) => self.demand(other == term, Property::StateMachineSafety, || {
                [Fact::AppliedBefore(index, other), Fact::Applied(id, index, term)]
            }),
        }
        let committed = self.safety.committed.get(place);
        self.demand(committed.is_some_and(|(other, _)| other == term), Property::StateMachineSafety, || {
            let other = match committed {
                Some((other, in_term)) => Fact::Committed(index, other, in_term),
                None => Fact::NeverCommitted(index),
            };
            [Fact::Applied(id, index, term), other]
        });
    }

    /// Looks at what entries that were applied together made of a key. Returns whether that is right.
    fn look_at_effect(&mut self, node: &Node, mut indices: RangeInclusive<Index>, key: Text) -> bool {
        let (id, fold) = (node.id(), &self.safety.seen(node.id()).fold);
        let (found, expected) = (node.store().read(key), fold.read(key));
        if found == expected {
            return true;
        }
        let repeated = indices.find_map(|index| repeated(node.log(), index).filter(|it| it.command.key() == key));
        let (property, because) = match repeated {
            Some(request) => (Property::AtMostOnce, Fact::TookEffect(request.client, request.number)),
            None => (Property::StoreIsFold, Fact::Folds(key, expected)),
        };
        self.demand(false, property, || [Fact::Stores(id, key, found), because]);
        false
    }

    /// Property 14, from both sides: of the leader that heard an answer, and of the follower whose log changed.
    fn look_at_matches(&mut self, node: &Node) {
        let delivered = self.sight.delivered.map(|envelope| (envelope.from, &envelope.message));
        if let Some((ProcessId::Node(from), Message::AppendEntriesResponse { .. })) = delivered {
            self.look_at_match(node, self.sight.node(from));
        }
        if self.sight.has_crashed || matches!(delivered, Some((_, Message::AppendEntries { .. }))) {
            let mut leaders = self.safety.leaders;
            while leaders != 0 {
                self.look_at_match(self.sight.node(leaders.trailing_zeros()), node);
                leaders &= leaders - 1;
            }
        }
    }

    fn look_at_match(&mut self, leader: &Node, follower: &Node) {
        let Role::Leader(leadership) = leader.role() else { return };
        // A leader whose term is over for the follower may well be wrong.
        if follower.id() == leader.id() || follower.current_term() > leader.current_term() {
            return;
        }
        // They stand in the order of their numbers, the leader left out.
        let place = follower.id() as usize - 1 - usize::from(follower.id() > leader.id());
        let Some(progress) = leadership.progress.get(place) else { return };
        assert_eq!(progress.peer, follower.id(), "a leader knows the progress of all its peers");
        let index = progress.match_index;
        let is_true = leader.log().term_at(index).is_some_and(|term| follower.log().matches(index, term));
        self.demand(is_true, Property::MatchIndexTrue, || {
            [Fact::Believes(leader.id(), follower.id(), index), entry_fact(follower, index)]
        });
    }
}

/// What a node has at an index.
fn entry_fact(node: &Node, index: Index) -> Fact {
    match node.log().term_at(index) {
        Some(term) => Fact::HasEntry(node.id(), index, term),
        None => Fact::EndsBefore(node.id(), index),
    }
}

/// The request at an index, if it stands in the log before, too.
fn repeated(log: &Log, index: Index) -> Option<Request> {
    let request_at = |index| log.get(index).and_then(|entry| entry.request);
    let is_same = |a: Request, b: Request| (a.client, a.number) == (b.client, b.number);
    let request = request_at(index)?;
    (1..index).rev().any(|earlier| request_at(earlier).is_some_and(|other| is_same(other, request))).then_some(request)
}
