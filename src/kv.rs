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

/// The strings of a run, each once. None is forgotten that something stands for, so a [`Text`] stays true for as long as
/// the run lives.
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

    /// How many strings there are.
    pub fn len(&self) -> usize {
        self.strings.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.strings.is_empty()
    }

    /// Forgets all but the strings that came first, this many. Of the others no [`Text`] may be in use.
    pub fn truncate(&mut self, len: usize) {
        self.strings.truncate(len);
        self.sorted.retain(|text| (text.0 as usize) < len);
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

/// A command, and which request of which client it is. A client that asks again, because it heard no answer, asks with
/// the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Request {
    /// The client, counted from 1.
    pub client: u32,
    /// The client's own number for this request, counted from 1.
    pub number: u32,
    /// What is asked.
    pub command: Command,
}

/// The last request of a client that took effect, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Session {
    /// 0 if the client never asked.
    number: u32,
    reply: Reply,
}

/// A replica of the key-value store: the pairs, in ascending order of their keys' numbers, and for each client what it
/// was answered last. Two stores are equal if they hold the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Store {
    pairs: Vec<(Text, Text)>,
    /// The first one is client 1's.
    sessions: Vec<Session>,
}

impl Store {
    /// Applies one request and says what came of it. Depends on nothing but the store and the request, so that all
    /// replicas which apply the same requests in the same order are equal.
    ///
    /// One that took effect before is answered from memory, and changes nothing: a put that succeeded is not told that
    /// the key exists because its client asked twice. A client asks one thing after another, so its last answer is all
    /// that there is to remember; one that comes later than its successor is of no interest to anybody.
    pub fn apply(&mut self, request: Request) -> Reply {
        let Request { client, number, command } = request;
        if self.is_repeated(request) {
            return self.sessions[client as usize - 1].reply;
        }
        let reply = self.execute(command);
        let place = client as usize - 1;
        if place >= self.sessions.len() {
            self.sessions.resize(place + 1, Session { number: 0, reply: Reply::Done });
        }
        self.sessions[place] = Session { number, reply };
        reply
    }

    /// Whether this request took effect before.
    #[inline]
    pub fn is_repeated(&self, Request { client, number, .. }: Request) -> bool {
        assert!(client > 0 && number > 0, "clients and their requests are counted from 1");
        self.sessions.get(client as usize - 1).is_some_and(|session| session.number >= number)
    }

    /// Carries out a command, whoever asked, and remembers nobody.
    pub fn execute(&mut self, command: Command) -> Reply {
        let place = self.place_of(command.key());
        match (command, place) {
            (Command::Put { .. }, Ok(_)) => Reply::KeyExists,
            (Command::Put { key, value }, Err(place)) => {
                self.pairs.insert(place, (key, value));
                Reply::Done
            }
            (Command::Get { .. }, Ok(place)) => Reply::Value(self.pairs[place].1),
            (Command::Delete { .. }, Ok(place)) => {
                self.pairs.remove(place);
                Reply::Done
            }
            (Command::Get { .. } | Command::Delete { .. }, Err(_)) => Reply::KeyMissing,
        }
    }

    /// What a get of this key answers. Changes nothing.
    #[inline]
    pub fn read(&self, key: Text) -> Reply {
        self.place_of(key).map_or(Reply::KeyMissing, |place| Reply::Value(self.pairs[place].1))
    }

    #[inline]
    fn place_of(&self, key: Text) -> Result<usize, usize> {
        self.pairs.binary_search_by_key(&key, |&(key, _)| key)
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The pairs, sorted by key as text.
    pub fn pairs<'a>(&'a self, texts: &'a Texts) -> Vec<(&'a str, &'a str)> {
        let mut pairs: Vec<(&str, &str)> = Vec::with_capacity(self.pairs.len());
        for &(key, value) in &self.pairs {
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

        assert_eq!(store.execute(Command::Get { key: x }), Reply::KeyMissing);
        assert_eq!(store.execute(Command::Delete { key: x }), Reply::KeyMissing);
        assert_eq!(store.execute(Command::Put { key: x, value: hello }), Reply::Done);
        assert_eq!(store.execute(Command::Put { key: x, value: world }), Reply::KeyExists);
        assert_eq!(store.execute(Command::Get { key: x }), Reply::Value(hello), "a refused put must not overwrite");
        assert_eq!(store.execute(Command::Delete { key: x }), Reply::Done);
        assert!(store.is_empty());
    }

    #[test]
    fn a_repeated_request_is_answered_from_memory_and_takes_no_effect() {
        let mut texts = Texts::default();
        let (x, one) = (texts.intern("x"), texts.intern("1"));
        let mut store = Store::default();
        let put = Request { client: 3, number: 1, command: Command::Put { key: x, value: one } };
        let delete = Request { client: 1, number: 1, command: Command::Delete { key: x } };
        assert_eq!(store.apply(put), Reply::Done);
        assert_eq!(store.apply(put), Reply::Done, "it must not be told that its own key exists");
        assert_eq!(store.apply(delete), Reply::Done);
        assert_eq!(store.apply(put), Reply::Done);
        assert!(store.is_empty(), "an old put must not come back");
        assert_eq!(store.apply(Request { number: 2, ..put }), Reply::Done);
        assert_eq!(store.read(x), Reply::Value(one));
    }

    #[test]
    fn the_same_string_is_the_same_text_and_pairs_are_sorted_by_text() {
        let mut texts = Texts::default();
        let (b, a) = (texts.intern("b"), texts.intern("a"));
        assert_eq!(texts.intern("b"), b);
        assert_ne!(a, b);

        let mut store = Store::default();
        store.execute(Command::Put { key: b, value: b });
        store.execute(Command::Put { key: a, value: b });
        assert_eq!(store.pairs(&texts), [("a", "b"), ("b", "b")]);
        assert_eq!(store.len(), 2);
    }
}
