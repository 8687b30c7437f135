//! The application: a key-value store that every node applies its log to.
//!
//! `put` fails if the key exists (there is no overwrite: to change a value, delete it first), `get` returns the value
//! or an error, `delete` fails if the key is missing. A refused command changes nothing, but it is a command like any
//! other: it takes its place in the log.
//!
//! Keys and values are interned: a [`Text`] is a small number, and the [`Texts`] of a run hold what it stands for. So
//! entries, messages and states are cheap to copy, compare and keep, and nobody touches text while the protocol runs.

use std::fmt;

/// A key or a value: the place of a string in [`Texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(u32);

/// The strings of a run, each once. It only grows, so a [`Text`] stays true for as long as the run lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    strings: Vec<Box<str>>,
    /// All texts in the order of their strings, to find one by its string.
    sorted: Vec<Text>,
}

impl Texts {
    /// The [`Text`] of this string, which is remembered if it is new.
    ///
    /// # Panics
    /// If there are more than `u32::MAX` different strings.
    pub fn intern(&mut self, string: &str) -> Text {
        match self.sorted.binary_search_by(|&text| self.get(text).cmp(string)) {
            Ok(place) => self.sorted[place],
            Err(place) => {
                let text = Text(u32::try_from(self.strings.len()).expect("a run has at most u32::MAX strings"));
                self.strings.push(string.into());
                self.sorted.insert(place, text);
                text
            }
        }
    }

    /// The string that this text stands for.
    ///
    /// # Panics
    /// If the text comes from other `Texts` than these.
    pub fn get(&self, text: Text) -> &str {
        &self.strings[text.0 as usize]
    }
}

/// What a client asks of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Store the value under the key, if the key is not there yet.
    Put {
        /// The key to create.
        key: Text,
        /// What to store under it.
        value: Text,
    },
    /// Read the value of the key.
    Get {
        /// The key to read.
        key: Text,
    },
    /// Remove the key, if it is there.
    Delete {
        /// The key to remove.
        key: Text,
    },
}

impl Command {
    /// The key that this command is about.
    pub fn key(&self) -> Text {
        match *self {
            Command::Put { key, .. } | Command::Get { key } | Command::Delete { key } => key,
        }
    }

    /// The command as the trace writes it: `PUT "x" = "hello"`.
    pub fn write(&self, texts: &Texts, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Command::Put { key, value } => write!(f, "PUT \"{}\" = \"{}\"", texts.get(key), texts.get(value)),
            Command::Get { key } => write!(f, "GET \"{}\"", texts.get(key)),
            Command::Delete { key } => write!(f, "DELETE \"{}\"", texts.get(key)),
        }
    }
}

/// What the store answers to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The put or the delete took effect.
    Done,
    /// The get found this value.
    Value(Text),
    /// The put was refused: the key exists.
    KeyExists,
    /// The get or the delete was refused: the key is missing.
    KeyMissing,
}

/// A replica of the key-value store: the pairs, in ascending order of their keys' numbers. Two stores are equal if they
/// hold the same pairs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Store(Vec<(Text, Text)>);

impl Store {
    /// Applies one command and says what came of it. Depends on nothing but the store and the command, so that all
    /// replicas which apply the same commands in the same order are equal.
    pub fn apply(&mut self, command: Command) -> Reply {
        let place = self.0.binary_search_by_key(&command.key(), |&(key, _)| key);
        match (command, place) {
            (Command::Put { .. }, Ok(_)) => Reply::KeyExists,
            (Command::Put { key, value }, Err(place)) => {
                self.0.insert(place, (key, value));
                Reply::Done
            }
            (Command::Get { .. }, Ok(place)) => Reply::Value(self.0[place].1),
            (Command::Delete { .. }, Ok(place)) => {
                self.0.remove(place);
                Reply::Done
            }
            (Command::Get { .. } | Command::Delete { .. }, Err(_)) => Reply::KeyMissing,
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pairs, sorted by key as text.
    pub fn pairs<'a>(&'a self, texts: &'a Texts) -> Vec<(&'a str, &'a str)> {
        let mut pairs: Vec<(&str, &str)> = Vec::with_capacity(self.0.len());
        for &(key, value) in &self.0 {
            let key = texts.get(key);
            let place = pairs.partition_point(|&(other, _)| other < key);
            pairs.insert(place, (key, texts.get(value)));
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn put_fails_if_the_key_exists_and_get_and_delete_if_it_is_missing() {
        let mut texts = Texts::default();
        let [x, hello, world] = ["x", "hello", "world"].map(|string| texts.intern(string));
        let mut store = Store::default();

        assert_eq!(store.apply(Command::Get { key: x }), Reply::KeyMissing);
        assert_eq!(store.apply(Command::Delete { key: x }), Reply::KeyMissing);
        assert_eq!(store.apply(Command::Put { key: x, value: hello }), Reply::Done);
        assert_eq!(store.apply(Command::Put { key: x, value: world }), Reply::KeyExists);
        assert_eq!(store.apply(Command::Get { key: x }), Reply::Value(hello), "a refused put must not overwrite");
        assert_eq!(store.apply(Command::Delete { key: x }), Reply::Done);
        assert!(store.is_empty());
    }

    #[test]
    fn the_same_string_is_the_same_text_and_pairs_are_sorted_by_text() {
        let mut texts = Texts::default();
        let (b, a) = (texts.intern("b"), texts.intern("a"));
        assert_eq!(texts.intern("b"), b);
        assert_ne!(a, b);

        let mut store = Store::default();
        store.apply(Command::Put { key: b, value: b });
        store.apply(Command::Put { key: a, value: b });
        assert_eq!(store.pairs(&texts), [("a", "b"), ("b", "b")]);
        assert_eq!(store.len(), 2);
    }
}
