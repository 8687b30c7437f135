//! Short lists in ascending order, and with little code: the trees and sorts of the standard library are made for long
//! ones, and each type of item brings its own into the page's first load.

/// Inserts an item at its place, unless an equal one is there. Returns whether none was.
pub fn insert<T: Ord>(list: &mut Vec<T>, item: T) -> bool {
    match list.binary_search(&item) {
        Ok(_) => false,
        Err(place) => {
            list.insert(place, item);
            true
        }
    }
}

/// What a key stands for, in a list in ascending order of its keys. If there is nothing yet, the default is put there.
#[inline(never)]
pub fn entry<K: Ord + Copy, V: Default>(list: &mut Vec<(K, V)>, key: K) -> &mut V {
    let place = list.partition_point(|(other, _)| *other < key);
    if list.get(place).is_none_or(|(other, _)| *other != key) {
        list.insert(place, (key, V::default()));
    }
    &mut list[place].1
}

/// Takes out what a key stands for; the default if there is nothing.
#[inline(never)]
pub fn take<K: Ord + Copy, V: Default>(list: &mut Vec<(K, V)>, key: K) -> V {
    match list.binary_search_by_key(&key, |&(other, _)| other) {
        Ok(place) => list.remove(place).1,
        Err(_) => V::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_kept_in_order_and_once() {
        let mut list = Vec::new();
        let is_new = [3, 1, 2, 3, 1].map(|item| insert(&mut list, item));
        assert_eq!((list, is_new), (vec![1, 2, 3], [true, true, true, false, false]));
    }

    #[test]
    fn a_key_stands_for_one_thing_until_it_is_taken() {
        let mut list: Vec<(char, u32)> = Vec::new();
        for key in ['b', 'a', 'b', 'c'] {
            *entry(&mut list, key) += 1;
        }
        assert_eq!(list, [('a', 1), ('b', 2), ('c', 1)]);
        assert_eq!((take(&mut list, 'b'), take(&mut list, 'b')), (2, 0));
        assert_eq!(list, [('a', 1), ('c', 1)]);
    }
}
