//! The configuration: TOML text in, a [`Config`] out, or an error that says where, what was found, and what is allowed.
//!
//! Every key may be left out, and then has its default. Nothing is ignored: an unknown key or a value of the wrong type
//! is an error, never silently a default.
//!
//! Left out: the tables of full Raft (`timers`, `network`, `fault` and their kin). They are refused by name.

mod error;
mod read;

use std::ops::RangeInclusive;

use toml::de::DeTable;

pub use error::ConfigError;
use error::Mistake;
use read::Reader;

use crate::kv::Texts;
use crate::workload::Scripted;

/// How many nodes a cluster may have.
pub const NUM_NODES: RangeInclusive<u64> = 1..=101;
/// How many clients there may be.
pub const NUM_CLIENTS: RangeInclusive<u64> = 0..=1_000;
/// How many requests a client may send.
pub const REQUESTS_PER_CLIENT: RangeInclusive<u64> = 0..=1_000_000;
/// The seeds: all whole numbers that JavaScript can hold exactly.
pub const SEED: RangeInclusive<u64> = 0..=(1 << 53) - 1;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// What to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
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
}

impl Default for Config {
    fn default() -> Self {
        Config {
            num_nodes: 5,
            num_clients: 3,
            requests_per_client: 5,
            seed: None,
            keys: ["a", "b", "c", "d", "e"].map(String::from).into(),
            scripts: Vec::new(),
            texts: Texts::default(),
        }
    }
}

impl Config {
    /// Reads a configuration. `file` is the name that errors call it by.
    ///
    /// # Errors
    /// If it is not TOML, or says what is not allowed. The error is about the first such place.
    pub fn parse(file: &str, text: &str) -> Result<Config, ConfigError> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let mut reader = Reader { text, config: Config::default(), mistake: None };
        match DeTable::parse(text) {
            Ok(table) => reader.read(table.get_ref()),
            Err(error) => reader.not_toml(&error),
        }
        match reader.mistake {
            Some(mistake) => Err(mistake.locate(file, text)),
            None => Ok(reader.config),
        }
    }

    /// Reads a configuration from the bytes of a file, see [`Config::parse`].
    ///
    /// # Errors
    /// If it is not UTF-8, or as there.
    pub fn parse_bytes(file: &str, bytes: &[u8]) -> Result<Config, ConfigError> {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let place = match std::str::from_utf8(bytes) {
            Ok(text) => return Config::parse(file, text),
            Err(error) => error.valid_up_to(),
        };
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
