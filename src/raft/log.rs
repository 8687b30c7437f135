//! The replicated log: what is stored, and the two questions that Raft's safety rests on.

use crate::chunks::Chunks;
use crate::kv::Request;

/// A term, the protocol's logical time (§5.1). Terms are counted from 1; 0 is before the first election.
pub type Term = u32;

/// A place in the log. The first entry has index 1; 0 is before the first entry (Figure 2).
pub type Index = u32;

/// A request, and the term in which a leader received it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The term of the leader that created the entry.
    pub term: Term,
    /// What to apply to the store once the entry is committed. None in the entry with which a leader begins its term,
    /// which does nothing (§8).
    pub request: Option<Request>,
}

/// The entries of one node.
///
/// | index | 1 | 2 | 3 | 4 |
/// |---|---|---|---|---|
/// | term | 1 | 1 | 2 | 3 |
/// | command | put a 1 | get a | put b 7 | delete a |
///
/// Indices are contiguous from 1. That terms never decrease, that an entry is replaced only by one of another term (§5.3)
/// together with everything behind it, and that nothing committed is ever cut, is up to the rules of
/// [`Node`](super::node::Node), and looked at from outside by [`super::safety`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Log {
    entries: Chunks<Entry>,
}

impl Log {
    /// The index of the last entry; 0 if there is none.
    #[inline]
    pub fn last_index(&self) -> Index {
        Index::try_from(self.entries.len()).expect("a log has at most u32::MAX entries")
    }

    /// The term of the last entry; 0 if there is none.
    #[inline]
    pub fn last_term(&self) -> Term {
        self.term_at(self.last_index()).unwrap_or(0)
    }

    /// The entry at this index, if there is one.
    #[inline]
    pub fn get(&self, index: Index) -> Option<Entry> {
        self.entries.get(index.checked_sub(1)? as usize)
    }

    /// The term at this index: 0 at index 0, none behind the end.
    #[inline]
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == 0 { Some(0) } else { self.get(index).map(|entry| entry.term) }
    }

    /// The entries from this index to the end.
    pub fn entries_from(&self, index: Index) -> Vec<Entry> {
        self.entries(index, u32::MAX)
    }

    /// The entries from this index on, at most so many.
    pub fn entries(&self, index: Index, most: u32) -> Vec<Entry> {
        let end = self.last_index().min((index - 1).saturating_add(most));
        (index..=end).filter_map(|index| self.get(index)).collect()
    }

    /// The first index at which two logs differ, or at which only one of them has an entry; none if they are equal.
    pub fn first_difference(&self, other: &Log) -> Option<Index> {
        self.entries.first_difference(&other.entries).map(|position| position as Index + 1)
    }

    /// Whether this log has an entry of that term at that index. If two logs do, they are equal up to there: the Log
    /// Matching Property (§5.3). Index 0 always matches.
    #[inline]
    pub fn matches(&self, index: Index, term: Term) -> bool {
        self.term_at(index) == Some(term)
    }

    /// Whether a log that ends with this term and index is at least as up-to-date as this one: the later last term
    /// wins, and of two equal ones the longer log (§5.4.1).
    pub fn is_at_most_as_up_to_date_as(&self, last_term: Term, last_index: Index) -> bool {
        (last_term, last_index) >= (self.last_term(), self.last_index())
    }

    /// The first index whose entry has the same term as the one at `index`, which exists.
    pub fn first_index_of_term_at(&self, index: Index) -> Index {
        let term = self.term_at(index);
        assert!(term.is_some(), "there is no entry at index {index}");
        let mut first = index;
        while first > 1 && self.term_at(first - 1) == term {
            first -= 1;
        }
        first
    }

    /// The last index whose entry has this term, if there is one.
    pub fn last_index_of_term(&self, term: Term) -> Option<Index> {
        let not_later = (1..=self.last_index()).rev().find(|&index| self.term_at(index) <= Some(term))?;
        self.matches(not_later, term).then_some(not_later)
    }

    /// Adds an entry behind the last one and returns its index.
    pub fn append(&mut self, entry: Entry) -> Index {
        self.entries.push(entry);
        self.last_index()
    }

    /// Forgets everything behind this index.
    pub fn truncate(&mut self, last_index: Index) {
        self.entries.truncate(last_index as usize);
    }

    /// Takes over a leader's entries behind `prev_index`, where the logs match (AppendEntries RPC, rules 3 and 4).
    /// Returns the index from which on entries were cut, if there were any.
    ///
    /// An entry that is there already stays, and so does everything behind it: an old message must not cut what a newer
    /// one brought. Only where the terms differ, the entry and all that follow it are deleted.
    ///
    /// # Panics
    /// If this would leave a gap.
    pub fn splice(&mut self, prev_index: Index, entries: &[Entry]) -> Option<Index> {
        assert!(prev_index <= self.last_index(), "entries must follow on an entry that is there");
        let mut cut = None;
        for (index, &entry) in (prev_index + 1..).zip(entries) {
            match self.term_at(index) {
                Some(term) if term == entry.term => continue,
                Some(_) => {
                    self.truncate(index - 1);
                    cut = cut.or(Some(index));
                }
                None => {}
            }
            let appended = self.append(entry);
            assert_eq!(appended, index, "indices are contiguous");
        }
        cut
    }

    /// What [`splice`](Self::splice) would be without its care: entries replace what is there, and what stands behind
    /// them stays. Only for a run in which that rule is taken away.
    pub fn overwrite(&mut self, prev_index: Index, entries: &[Entry]) {
        assert!(prev_index <= self.last_index(), "entries must follow on an entry that is there");
        for (index, &entry) in (prev_index + 1..).zip(entries) {
            if index <= self.last_index() {
                self.entries.set(index as usize - 1, entry);
            } else {
                self.append(entry);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(term: Term) -> Entry {
        Entry { term, request: None }
    }

    fn log(terms: &[Term]) -> Log {
        let mut log = Log::default();
        for &term in terms {
            log.append(entry(term));
        }
        log
    }

    fn entries(terms: &[Term]) -> Vec<Entry> {
        terms.iter().map(|&term| entry(term)).collect()
    }

    #[test]
    fn an_empty_log_ends_at_index_0_of_term_0_and_matches_there() {
        let log = Log::default();
        assert_eq!((log.last_index(), log.last_term()), (0, 0));
        assert!(log.matches(0, 0) && !log.matches(1, 0) && !log.matches(1, 1));
        assert_eq!(log.get(0), None);
    }

    #[test]
    fn a_conflicting_entry_goes_with_all_that_follow_it() {
        let mut log = log(&[1, 1, 2, 2]);
        assert_eq!(log.splice(1, &entries(&[1, 3])), Some(3));
        assert_eq!(log.entries_from(1), entries(&[1, 1, 3]));
    }

    #[test]
    fn entries_that_are_there_already_cut_nothing() {
        let mut log = log(&[1, 1, 2, 2]);
        assert_eq!(log.splice(0, &entries(&[1, 1])), None);
        assert_eq!(log.entries_from(1), entries(&[1, 1, 2, 2]), "a delayed message must not shorten the log");
        assert_eq!(log.splice(2, &[]), None);
        assert_eq!(log.last_index(), 4);
        assert_eq!(log.splice(4, &entries(&[2, 3])), None);
        assert_eq!(log.entries(5, 1), entries(&[2]));
    }

    #[test]
    fn overwriting_leaves_the_tail() {
        let mut log = log(&[1, 1, 2, 2]);
        log.overwrite(1, &entries(&[3]));
        assert_eq!(log.entries_from(1), entries(&[1, 3, 2, 2]));
        log.overwrite(4, &entries(&[3]));
        assert_eq!(log.last_index(), 5);
    }

    #[test]
    fn the_later_last_term_is_more_up_to_date_then_the_longer_log() {
        let log = log(&[1, 2, 2]);
        assert!(log.is_at_most_as_up_to_date_as(2, 3));
        assert!(log.is_at_most_as_up_to_date_as(3, 1));
        assert!(!log.is_at_most_as_up_to_date_as(2, 2));
        assert!(!log.is_at_most_as_up_to_date_as(1, 9));
    }

    #[test]
    fn the_borders_of_a_term_are_found() {
        let log = log(&[1, 1, 3, 3, 3, 4]);
        assert_eq!(log.first_index_of_term_at(5), 3);
        assert_eq!(log.first_index_of_term_at(2), 1);
        assert_eq!(log.last_index_of_term(3), Some(5));
        assert_eq!(log.last_index_of_term(2), None);
        assert_eq!(log.last_index_of_term(9), None);
    }
}
