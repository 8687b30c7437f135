//! What may be written in which table: a tree, from the whole file down.
//!
//! It is data, because every first load of the page carries it: a key costs its name, its range, and where its value
//! goes.

use std::ops::{Range, RangeInclusive};

use crate::document::{DeValue, Spanned};

use super::faults::Verb;
use super::read::Reader;
use super::{
    ANSWERS, DURATION_MS, FAULT_MS, LATENCY_MS, LOST_ENTRIES, MAX_ENTRIES_PER_APPEND, MAX_STEPS, NUM_CLIENTS,
    NUM_NODES, PERCENT, REQUESTS_PER_CLIENT, SEED, SKEW_PERCENT, Scenario, TIMEOUT_MS,
};
use crate::faults::Chaos;
use crate::raft::options::Timing;

/// A table and its keys.
pub(super) struct Table {
    /// Where its keys are written.
    pub(super) title: &'static str,
    pub(super) keys: &'static [Key],
}

/// What may be written behind a name.
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What a value may be, and where it goes.
pub(super) enum Kind {
    /// A whole number in this range.
    Number(RangeInclusive<u64>, fn(&mut Reader<'_>, u64)),
    /// A list of the least and the most, both in this range, or one number for both.
    MinMax(RangeInclusive<u64>, fn(&mut Reader<'_>, (u32, u32))),
    /// True or false.
    Switch(fn(&mut Reader<'_>, bool)),
    /// A text that is not empty.
    Text(fn(&mut Scenario, String)),
    /// A table of its own.
    Table(&'static Table),
    /// What goes wrong, and whom it strikes.
    Verb(Verb),
    /// What has a reader of its own.
    Other(fn(&mut Reader<'_>, &Entry<'_>)),
    /// What is read when all else has been read.
    Later,
}

/// A key with its value, as written.
pub(super) struct Entry<'t> {
    pub(super) name: &'static str,
    /// Where the key stands.
    pub(super) span: Range<usize>,
    pub(super) value: &'t Spanned<DeValue<'t>>,
}

/// What makes no sense without timeouts.
pub(super) const NEEDS_TIMERS: [&str; 9] =
    ["network", "no_op", "pre_vote", "read_index", "max_entries_per_append", "chaos", "duration_ms", "timeout", "skew"];

/// The numbers that answers may have.
const RIGHT: RangeInclusive<u64> = 1..=*ANSWERS.end();

/// A time that is not told.
pub(super) const UNTOLD: u64 = u64::MAX;

/// All tables, to find the one that a key belongs to.
pub(super) static TABLES: [&Table; 8] = [&TOP, &CLIENT, &TIMERS, &NETWORK, &RAFT, &CHAOS, &SCENARIO, &FAULT];

pub(super) static TOP: Table = Table {
    title: "the top of the file, above the first table",
    keys: &[
        number("num_nodes", NUM_NODES, |reader, number| reader.config.num_nodes = number as u32),
        number("num_clients", NUM_CLIENTS, |reader, number| reader.config.num_clients = number as u32),
        number("seed", SEED, |reader, number| reader.config.seed = Some(number)),
        number("requests_per_client", REQUESTS_PER_CLIENT, |reader, number| {
            reader.config.requests_per_client = number as u32;
        }),
        other("keys", |reader, entry| reader.keys(entry)),
        number("duration_ms", DURATION_MS, |reader, number| reader.config.duration_ms = number),
        number("max_steps", MAX_STEPS, |reader, number| reader.config.max_steps = number),
        other("client", |reader, entry| reader.clients(entry)),
        table("timers", &TIMERS),
        table("network", &NETWORK),
        table("raft", &RAFT),
        Key { name: "fault", kind: Kind::Later },
        table("chaos", &CHAOS),
        table("scenario", &SCENARIO),
    ],
};

pub(super) static CLIENT: Table =
    Table { title: "[[client]]", keys: &[other("requests", |reader, entry| reader.script(entry))] };

static TIMERS: Table = Table {
    title: "[timers]",
    keys: &[
        min_max("election_timeout_ms", TIMEOUT_MS, |reader, range| timing(reader).election_timeout_ms = range),
        number("heartbeat_ms", TIMEOUT_MS, |reader, number| timing(reader).heartbeat_ms = number as u32),
        number("client_timeout_ms", TIMEOUT_MS, |reader, number| timing(reader).client_timeout_ms = number as u32),
    ],
};

static NETWORK: Table = Table {
    title: "[network]",
    keys: &[
        min_max("latency_ms", LATENCY_MS, |reader, range| reader.config.network.latency_ms = range),
        number("loss_percent", PERCENT, |reader, number| reader.config.network.loss_percent = number as u32),
        number("duplicate_percent", PERCENT, |reader, number| reader.config.network.duplicate_percent = number as u32),
    ],
};

static RAFT: Table = Table {
    title: "[raft]",
    keys: &[
        switch("no_op", |reader, on| reader.config.raft.no_op = on),
        switch("pre_vote", |reader, on| reader.config.raft.pre_vote = on),
        switch("read_index", |reader, on| reader.config.raft.read_index = on),
        number("max_entries_per_append", MAX_ENTRIES_PER_APPEND, |reader, number| {
            reader.config.raft.max_entries_per_append = number as u32;
        }),
        other("without_rules", |reader, entry| reader.rules(entry)),
    ],
};

static CHAOS: Table = Table {
    title: "[chaos]",
    keys: &[
        number("intensity", PERCENT, |reader, number| chaos(reader).intensity = number as u32),
        number("until_ms", FAULT_MS, |reader, number| chaos(reader).until_ms = number),
    ],
};

static SCENARIO: Table = Table {
    title: "[scenario]",
    keys: &[
        text("title", |scenario, text| scenario.title = text),
        text("text", |scenario, text| scenario.text = text),
        text("look_for", |scenario, text| scenario.look_for = text),
        text("ask", |scenario, text| scenario.question.get_or_insert_default().ask = text),
        other("answers", |reader, entry| reader.answers(entry)),
        number("right", RIGHT, |reader, number| reader.question().right = number as u32),
        text("reveal_on", |scenario, text| scenario.question.get_or_insert_default().reveal_on = text),
        text("explain", |scenario, text| scenario.question.get_or_insert_default().explain = text),
    ],
};

pub(super) static FAULT: Table = Table {
    title: "[[fault]]",
    keys: &[
        number("at_ms", FAULT_MS, |reader, number| reader.draft.at_ms = number),
        verb("crash", Verb::Crash),
        number("lose", LOST_ENTRIES, |reader, number| reader.draft.lose = number as u32),
        switch("midway", |reader, on| reader.draft.midway = on),
        verb("restart", Verb::Restart),
        verb("pause", Verb::Pause),
        verb("resume", Verb::Resume),
        verb("partition", Verb::Partition),
        verb("cut", Verb::Cut),
        verb("heal", Verb::Heal),
        verb("timeout", Verb::Timeout),
        verb("skew", Verb::Skew),
        number("percent", SKEW_PERCENT, |reader, number| reader.draft.percent = number as u32),
    ],
};

const fn number(name: &'static str, allowed: RangeInclusive<u64>, set: fn(&mut Reader<'_>, u64)) -> Key {
    Key { name, kind: Kind::Number(allowed, set) }
}

const fn min_max(name: &'static str, allowed: RangeInclusive<u64>, set: fn(&mut Reader<'_>, (u32, u32))) -> Key {
    Key { name, kind: Kind::MinMax(allowed, set) }
}

const fn switch(name: &'static str, set: fn(&mut Reader<'_>, bool)) -> Key {
    Key { name, kind: Kind::Switch(set) }
}

const fn text(name: &'static str, set: fn(&mut Scenario, String)) -> Key {
    Key { name, kind: Kind::Text(set) }
}

const fn table(name: &'static str, table: &'static Table) -> Key {
    Key { name, kind: Kind::Table(table) }
}

const fn verb(name: &'static str, verb: Verb) -> Key {
    Key { name, kind: Kind::Verb(verb) }
}

const fn other(name: &'static str, read: fn(&mut Reader<'_>, &Entry<'_>)) -> Key {
    Key { name, kind: Kind::Other(read) }
}

fn timing<'r>(reader: &'r mut Reader<'_>) -> &'r mut Timing {
    reader.config.raft.timing.get_or_insert_default()
}

/// The chaos that is told of.
pub(super) fn chaos<'r>(reader: &'r mut Reader<'_>) -> &'r mut Chaos {
    reader.config.chaos.get_or_insert(Chaos { intensity: 50, until_ms: UNTOLD })
}
