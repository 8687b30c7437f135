//! The configuration: TOML text in, a [`Config`] out, or an error that says where, what was found, and what is allowed.
//!
//! Every key may be left out, and then has its default. Nothing is ignored: an unknown key or a value of the wrong type
//! is an error, never silently a default. What runs, but not as somebody would expect, is a warning.
//!
//! A `[timers]` table turns on full Raft. What makes no sense without timeouts is refused without that table.
//!
//! What may be written is a tree of tables in `keys`; `read` holds a file against it, `requests` reads the scripts of
//! clients, `faults` what goes wrong, `rules` what is taken away of Raft, `scenario` what the file says of itself, and
//! `settle` compares what was written in different places.

mod error;
mod faults;
mod keys;
mod read;
mod requests;
mod rules;
mod scenario;
mod settle;

use std::ops::RangeInclusive;

use crate::document::DeTable;

pub use error::ConfigError;
pub(crate) use error::Mistake;
use read::Reader;
pub(crate) use read::{cut, digits, glue, is_disruptive, nearest, whole_number};

use crate::faults::{Chaos, Fault};
use crate::kv::Texts;
use crate::network::Conditions;
use crate::raft::options::Options;
use crate::workload::Scripted;

/// How many nodes a cluster may have.
pub const NUM_NODES: RangeInclusive<u64> = 1..=101;
/// How many clients there may be.
pub const NUM_CLIENTS: RangeInclusive<u64> = 0..=1_000;
/// How many requests a client may send.
pub const REQUESTS_PER_CLIENT: RangeInclusive<u64> = 0..=1_000_000;
/// The seeds: all whole numbers that JavaScript can hold exactly.
pub const SEED: RangeInclusive<u64> = 0..=(1 << 53) - 1;
/// How long is waited, in milliseconds of virtual time: timeouts, heartbeats, and the waits of scripts.
pub const TIMEOUT_MS: RangeInclusive<u64> = 1..=1_000_000;
/// How long a message may take, in milliseconds of virtual time.
pub const LATENCY_MS: RangeInclusive<u64> = 0..=1_000_000;
/// How long a timed run may be, in milliseconds of virtual time.
pub const DURATION_MS: RangeInclusive<u64> = 1..=1_000_000_000;
/// When something may go wrong, or be mended, in milliseconds of virtual time.
pub const FAULT_MS: RangeInclusive<u64> = 0..=*DURATION_MS.end();
/// How many steps a run may have.
pub const MAX_STEPS: RangeInclusive<u64> = 1..=1_000_000_000;
/// How many entries an AppendEntries may carry at most.
pub const MAX_ENTRIES_PER_APPEND: RangeInclusive<u64> = 1..=100_000;
/// How many of a hundred messages are lost, or arrive twice; and how much goes wrong at random.
pub const PERCENT: RangeInclusive<u64> = 0..=100;
/// How much of their time the timers of a wrong clock take, in percent.
pub const SKEW_PERCENT: RangeInclusive<u64> = 10..=1_000;
/// How many entries a crash may lose.
pub const LOST_ENTRIES: RangeInclusive<u64> = 1..=1_000_000;
/// How many `[[fault]]` tables there may be.
pub const NUM_FAULTS: RangeInclusive<u64> = 0..=10_000;

/// How many answers a question has.
pub const ANSWERS: RangeInclusive<u64> = 2..=6;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The name of the file that it was read from; empty if from none.
    pub file: String,
    /// The text that it was read from, to the byte.
    pub text: String,
    /// How many nodes the cluster has, 1 to 101.
    pub num_nodes: u32,
    /// How many clients there are, 0 to 1,000.
    pub num_clients: u32,
    /// How many requests each client without a script sends, 0 to 1,000,000.
    pub requests_per_client: u32,
    /// The seed of the run, 0 to 2^53 - 1. If there is none, one is drawn afresh.
    pub seed: Option<u64>,
    /// The keys that clients without a script draw from, at least one.
    pub keys: Vec<String>,
    /// What the first clients ask, in order; clients behind the last script draw their requests.
    pub scripts: Vec<Vec<Scripted>>,
    /// The strings of the scripts.
    pub texts: Texts,
    /// How Raft runs. It has a timing if, and only if, there is a `[timers]` table.
    pub raft: Options,
    /// How good the network is. Perfect without a `[timers]` table; with one, messages take 5 to 15 ms unless told.
    pub network: Conditions,
    /// What goes wrong, in ascending order of time; at the same time, in the order of the file. A fault of
    /// [`Target::AllNodes`](crate::faults::Target::AllNodes) is meant for those nodes that it can strike: the rest, as
    /// crashed nodes in a crash, are left alone.
    pub faults: Vec<Fault>,
    /// What goes wrong at random.
    pub chaos: Option<Chaos>,
    /// Of the faults that are drawn at random only those of these numbers, which are in ascending order, the first fault
    /// being 1; none if all. No file says so.
    pub only_faults: Option<Vec<u32>>,
    /// When a timed run ends, in milliseconds of virtual time, 1 to 1,000,000,000. Others end when all is quiet.
    pub duration_ms: u64,
    /// After how many steps any run ends, 1 to 1,000,000,000.
    pub max_steps: u64,
    /// What the run is to show.
    pub scenario: Option<Scenario>,
    /// What runs, but not as somebody would expect, in the order of the file.
    pub warnings: Vec<ConfigError>,
}

/// What somebody who opens the configuration is told about it. No text is empty, or has blanks around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scenario {
    /// What happens, in a few words.
    pub title: String,
    /// What happens, and why.
    pub text: String,
    /// What to watch.
    pub look_for: String,
    /// What to think about before it runs.
    pub question: Option<Question>,
}

/// A question that the run itself answers. No text is empty, or has blanks around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub ask: String,
    /// Two to six answers.
    pub answers: Vec<String>,
    /// The number of the right one, the first being 1.
    pub right: u32,
    /// A text in a line of the trace: when the run has come to that line, the answer is to be seen.
    pub reveal_on: String,
    /// Why it is so.
    pub explain: String,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            file: String::new(),
            text: String::new(),
            num_nodes: 5,
            num_clients: 3,
            requests_per_client: 5,
            seed: None,
            keys: ["a", "b", "c", "d", "e"].map(String::from).into(),
            scripts: Vec::new(),
            texts: Texts::default(),
            raft: Options::default(),
            network: Conditions::default(),
            faults: Vec::new(),
            chaos: None,
            only_faults: None,
            duration_ms: 60_000,
            max_steps: 10_000_000,
            scenario: None,
            warnings: Vec::new(),
        }
    }
}

impl Config {
    /// Reads a configuration. `file` is the name that errors call it by.
    ///
    /// # Errors
    /// If it is not TOML, or says what is not allowed. The error is about the first such place.
    pub fn parse(file: &str, text: &str) -> Result<Config, ConfigError> {
        let whole = text;
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let mut reader = Reader::new(text);
        match DeTable::parse(text) {
            Ok(table) => reader.read(table.get_ref()),
            Err(error) => reader.not_toml(&error),
        }
        Ok(Config { file: file.to_owned(), text: whole.to_owned(), ..reader.finish(file)? })
    }

    /// Reads a configuration from the bytes of a file, see [`Config::parse`].
    ///
    /// # Errors
    /// If it is not UTF-8, or as there.
    pub fn parse_bytes(file: &str, bytes: &[u8]) -> Result<Config, ConfigError> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Config::parse(file, text);
        }
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let place = bytes.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
        // Replaced, so that it can be shown; all that stands before it keeps its place.
        let text = String::from_utf8_lossy(bytes);
        let mistake = Mistake {
            span: place..place + char::REPLACEMENT_CHARACTER.len_utf8(),
            message: format!("this is not UTF-8: found the byte 0x{:02x}", bytes[place]),
            help: "save the file as UTF-8 text".to_owned(),
        };
        Err(mistake.locate(file, &text))
    }
}
