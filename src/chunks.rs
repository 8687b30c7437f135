//! A growing list that is cheap to clone: what is long settled is shared, only the end is copied.
//!
//! A run keeps many earlier states of itself in order to go back quickly, and the logs of the nodes are by far the
//! largest part of a state.

use std::rc::Rc;

/// How many items are shared together. Longer chunks make clones copy more; shorter ones make them count more.
const CHUNK_LEN: usize = 128;

/// A list of items, counted from 0. All chunks are full, the tail never is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Chunks<T> {
    chunks: Vec<Rc<[T; CHUNK_LEN]>>,
    tail: Vec<T>,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Chunks { chunks: Vec::new(), tail: Vec::new() }
    }
}

impl<T: Copy> Chunks<T> {
    /// How many items there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.chunks.len() * CHUNK_LEN + self.tail.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at this position, if the list is that long.
    #[inline]
    pub fn get(&self, position: usize) -> Option<T> {
        match self.chunks.get(position / CHUNK_LEN) {
            Some(chunk) => Some(chunk[position % CHUNK_LEN]),
            None => self.tail.get(position - self.chunks.len() * CHUNK_LEN).copied(),
        }
    }

    /// The first position where two lists differ, or where only one of them has an item; none if they are equal. What they
    /// share is not looked at.
    pub fn first_difference(&self, other: &Self) -> Option<usize>
    where
        T: PartialEq,
    {
        let shared = self.chunks.iter().zip(&other.chunks).take_while(|(one, other)| Rc::ptr_eq(one, other)).count();
        (shared * CHUNK_LEN..self.len().max(other.len())).find(|&position| self.get(position) != other.get(position))
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        if self.tail.capacity() == 0 {
            self.tail.reserve_exact(CHUNK_LEN);
        }
        self.tail.push(item);
        if self.tail.len() == CHUNK_LEN {
            let chunk = self.tail.as_slice().try_into().expect("the tail is as long as a chunk");
            self.chunks.push(Rc::new(chunk));
            self.tail.clear();
        }
    }

    /// Puts another item in place of the one at this position.
    ///
    /// # Panics
    /// If the list is not that long.
    pub fn set(&mut self, position: usize, item: T) {
        match self.chunks.get_mut(position / CHUNK_LEN) {
            Some(chunk) => Rc::make_mut(chunk)[position % CHUNK_LEN] = item,
            None => self.tail[position - self.chunks.len() * CHUNK_LEN] = item,
        }
    }

    /// Keeps the first items and forgets the rest.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len() {
            return;
        }
        let (full, rest) = (len / CHUNK_LEN, len % CHUNK_LEN);
        if full < self.chunks.len() {
            self.tail = self.chunks[full].to_vec();
        }
        self.chunks.truncate(full);
        self.tail.truncate(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_behaves_like_a_vec_across_the_borders_of_chunks() {
        let mut chunks = Chunks::default();
        let mut model: Vec<(usize, usize)> = Vec::new();
        let lengths = [1, 127, 128, 129, 300, 256, 255, 130, 127, 260, 128, 0, 3];
        for (round, len) in lengths.into_iter().enumerate() {
            let before = chunks.clone();
            while model.len() < len {
                chunks.push((round, model.len()));
                model.push((round, model.len()));
            }
            chunks.truncate(len);
            model.truncate(len);
            if len > 0 {
                chunks.set(len / 2, (99, round));
                model[len / 2] = (99, round);
            }
            assert_eq!(chunks.len(), len);
            assert_eq!(chunks.is_empty(), len == 0);
            assert!((0..=len).all(|position| chunks.get(position) == model.get(position).copied()));
            let difference = (0..before.len().max(len)).find(|&position| before.get(position) != chunks.get(position));
            assert_eq!(chunks.first_difference(&before), difference);
            assert_eq!(before.first_difference(&chunks), difference);
            if round > 0 {
                assert_eq!(before.len(), lengths[round - 1], "a clone must not see later changes");
                assert!((0..before.len()).all(|position| before.get(position) != Some((99, round))));
            }
        }
    }
}
