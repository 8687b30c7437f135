//! A run as JSON, one record a line: enough to judge the run without this program. `HELP` says what is in it.

use raft_kv::account;
use raft_kv::emulation::Emulation;
use raft_kv::process::Field;
use raft_kv::raft::verdict::Violation;

use super::ending::{self, Sentence};
use super::setup::CommandLine;

pub(super) const HELP: &str = "\
With --format json each line is an object with these fields, as far as they apply:
  step, time_ms  when: the step, from 1, and the virtual time; step 0 is before the first
  what           one word, see below
  process        to whom it happened: \"main\", \"node 1\", \"client 2\"
  message        id, copy_of (the id of the message that it repeats), from, to, kind, fields, text
  state          the process after the step, with its health. A node: role, term, voted_for, votes
                 (a candidate's), peers (a leader's next_index and match_index), log (from index 1),
                 commit_index, last_applied, store. A client: how many requests it has, has sent
                 and has answers to, and what it is waiting_for

A step begins with one of
  receive    the process takes a message
  drop       a message is lost; an event says why
  timeout    a timer fires; timer is its name
  act        something is done to the process, or to the network if it is main; an event says what
and goes on with what came of it, in this order:
  event      a line of the trace: kind, fields, line. Crashes, restarts, partitions and all other
             faults are events, and so are the answers that clients get
  truncate   a node's log loses its entries behind last_index
  append     a node's log gains entries, the first of them at first_index
  commit     a node's commit_index rises
  send, duplicate
             a message is put on its way, with its due_ms, and whether it will_be_lost. Each id
             comes once here, then once in receive or drop, unless it is in flight at the end
  violation  a property does not hold after this step: property, line. It is printed before the
             next step is taken
The last object is the end: ending (done, duration, steps or stuck), the same as a sentence, counts
of messages, requests answered, all violations, and the command that repeats the run.";

/// The last object, as a line.
pub(super) fn end(emulation: &Emulation, violations: &[Violation], repeat: &CommandLine) -> String {
    let (now, texts) = (emulation.now(), emulation.texts());
    let (counts, in_flight) = (now.network().counts(), now.network().in_flight().len() as u64);
    let mut parts = account::moment(emulation, "end");
    let messages = vec![
        ("sent", counts.sent.into()),
        ("duplicated", counts.duplicated.into()),
        ("received", counts.delivered.into()),
        ("dropped", counts.dropped.into()),
        ("in_flight", in_flight.into()),
    ];
    parts.extend([
        ("ending", emulation.state().ending().map_or("", ending::word).into()),
        ("sentence", Sentence(emulation.state()).to_string().into()),
        ("messages", Field::Parts(messages)),
        ("answered", super::answered(emulation.state()).into()),
        ("violations", violations.iter().map(|violation| account::violation(violation, texts)).collect()),
        ("repeat", repeat.to_string().into()),
    ]);
    let mut line = String::new();
    account::write_line(Field::Parts(parts), &mut line);
    line
}
