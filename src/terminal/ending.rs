//! How a run ended, as a sentence.

use std::fmt;

use raft_kv::process::ProcessId;
use raft_kv::run::{Ending, Run, Wait};

use super::numbers::{Grouped, Named};

/// How a run that is over ended, as a sentence without a full stop.
pub(super) struct Sentence<'a>(pub(super) &'a Run);

/// The ending in one word.
pub(super) fn word(ending: Ending) -> &'static str {
    match ending {
        Ending::Done => "done",
        Ending::Duration => "duration",
        Ending::Steps => "steps",
        Ending::Stuck => "stuck",
    }
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sentence(run) = self;
        let is_timed = run.config().raft.timing.is_some();
        match run.ending() {
            None => f.write_str("the run is not over"),
            Some(Ending::Done) => {
                f.write_str(if run.config().num_clients > 0 { "done: all clients are served" } else { "done" })?;
                f.write_str(if is_timed { ", and the nodes that run agree" } else { "" })
            }
            Some(Ending::Duration) => {
                write!(f, "the time given to it, {} ms, is over; ", Grouped(run.config().duration_ms))?;
                write_unserved(run, f)
            }
            Some(Ending::Steps) => {
                write!(f, "the steps given to it, {}, are taken; ", Grouped(run.config().max_steps))?;
                write_unserved(run, f)
            }
            Some(Ending::Stuck) => {
                f.write_str("stuck: ")?;
                write_waits(run, f)?;
                if is_timed {
                    return Ok(());
                }
                f.write_str(
                    "; in this gear nobody stops waiting: [timers] turns on timeouts, which is what real Raft adds",
                )
            }
        }
    }
}

fn write_unserved(run: &Run, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let unserved: Vec<u32> = (1..=run.config().num_clients).filter(|&id| !run.client(id).is_done()).collect();
    match unserved.len() {
        0 => f.write_str("no client waits, but the nodes have not settled or something is still to go wrong"),
        1 => write!(f, "{} was not served", Named("client", &unserved)),
        _ => write!(f, "{} were not served", Named("client", &unserved)),
    }
}

/// Clients that wait for the same node are told of together.
fn write_waits(run: &Run, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut waits = run.waits();
    if waits.is_empty() {
        return f.write_str("nobody has anything to do");
    }
    let is_client = |wait: &Wait| matches!(wait.who, ProcessId::Client(_));
    let num_clients = waits.iter().filter(|wait| is_client(wait)).count();
    waits[..num_clients].sort_by_key(|wait| wait.for_whom);
    let groups = waits.chunk_by(|a, b| is_client(a) && is_client(b) && a.for_whom == b.for_whom);
    for (place, group) in groups.enumerate() {
        f.write_str(if place > 0 { ", " } else { "" })?;
        let ids: Vec<u32> = group.iter().filter_map(|wait| id_of(wait.who)).collect();
        let kind = if is_client(&group[0]) { "client" } else { "node" };
        let wait = if ids.len() == 1 { "waits" } else { "wait" };
        let Wait { for_whom, has_crashed, .. } = group[0];
        write!(f, "{} {wait} for {for_whom}", Named(kind, &ids))?;
        if has_crashed {
            f.write_str(", which has crashed")?;
        } else if run.simulation().health(for_whom).is_paused {
            f.write_str(", which is paused")?;
        }
    }
    Ok(())
}

fn id_of(process: ProcessId) -> Option<u32> {
    match process {
        ProcessId::Main => None,
        ProcessId::Node(id) | ProcessId::Client(id) => Some(id),
    }
}
