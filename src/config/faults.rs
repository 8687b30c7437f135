//! The `[[fault]]` tables: what goes wrong, whom it strikes, and whether it can.

use std::mem;
use std::ops::Range;
use std::slice;

use crate::document::{DeTable, DeValue, Spanned};

use super::NUM_FAULTS;
use super::error::Mistake;
use super::keys::{Entry, FAULT, UNTOLD};
use super::read::{Reader, cut, digits, glue, whole_number};
use super::requests::split_word;
use crate::faults::{Fault, FaultKind, Target};
use crate::process::ProcessId;

/// What can be said of a fault beside its time, and of which fault.
const DETAILS: [(&str, &str); 3] = [("lose", "crash"), ("midway", "crash"), ("percent", "skew")];
const VERBS: &str = "crash, restart, pause, resume, partition, cut, heal, timeout or skew";

/// What a `[[fault]]` can say.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Verb {
    Crash,
    Restart,
    Pause,
    Resume,
    Partition,
    Cut,
    Heal,
    Timeout,
    Skew,
}

/// The `[[fault]]` that is being read.
pub(super) struct Draft {
    pub(super) at_ms: u64,
    pub(super) lose: u32,
    pub(super) midway: bool,
    pub(super) percent: u32,
    /// Empty until one is read.
    verb: &'static str,
    what: Option<FaultKind>,
}

impl Default for Draft {
    fn default() -> Self {
        Draft { at_ms: UNTOLD, lose: 0, midway: false, percent: 0, verb: "", what: None }
    }
}

/// What the script itself says of a process.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Running,
    Paused,
    Crashed,
    /// It depends on the run.
    Open,
}

impl Reader<'_> {
    /// Reads what goes wrong. All else has been read: how many nodes and clients there are, and when the run ends.
    pub(super) fn faults(&mut self, value: &Spanned<DeValue<'_>>) {
        let earlier = self.mistake.take();
        self.tables("fault", value, &NUM_FAULTS, Self::fault);
        // What follows from a fault that could not be read is not known.
        if self.mistake.is_none() {
            self.follow();
        }
        if let Some(Mistake { span, message, help }) = earlier {
            self.complain(span, &[&message], &[&help]);
        }
    }

    fn fault(&mut self, span: Range<usize>, entries: &DeTable<'_>) {
        self.places.clear();
        self.entries(&FAULT, entries);
        let Draft { at_ms, lose, midway, percent, verb, what } = mem::take(&mut self.draft);
        // With an unknown key among them, that is what is wrong.
        let all_known = self.places.len() == entries.len();
        if at_ms > self.config.duration_ms && at_ms != UNTOLD && self.config.raft.timing.is_some() {
            self.after_the_end("at_ms");
        }
        if at_ms == UNTOLD && all_known {
            self.complain(span.clone(), &["a [[fault]] needs its time"], &["write at_ms = 700"]);
        }
        if verb.is_empty() && all_known {
            self.complain(span, &["a [[fault]] needs to say what happens"], &["it is one of ", VERBS]);
        }
        self.details(verb, midway);
        let what = match what {
            Some(FaultKind::Crash { target, .. }) if midway => FaultKind::CrashMidway(target),
            Some(FaultKind::Crash { target: Target::Process(ProcessId::Client(_)), .. }) if lose > 0 => {
                let span = self.place(verb).unwrap_or_default();
                return self.complain(span, &["a client has no log to lose entries of"], &[]);
            }
            Some(FaultKind::Crash { target, .. }) => FaultKind::Crash { target, lost_entries: lose },
            Some(FaultKind::Skew { target, .. }) => FaultKind::Skew { target, percent },
            Some(what) => what,
            None => return,
        };
        let place = self.config.faults.partition_point(|before| before.at_ms <= at_ms);
        self.config.faults.insert(place, Fault { at_ms, what });
        self.fault_places.insert(place, self.place(verb).unwrap_or_default());
    }

    /// Whether what is said beside the verb goes with it.
    fn details(&mut self, verb: &str, midway: bool) {
        for (detail, of) in DETAILS {
            if let Some(span) = self.place(detail).filter(|_| verb != of) {
                self.complain(span, &["`", detail, "` goes with `", of, "` only"], &[]);
            }
        }
        if let Some(span) = self.place("lose").filter(|_| midway) {
            self.complain(span, &["`lose` does not go with `midway`"], &[]);
        }
        if let (Some(span), None) = (self.place("skew"), self.place("percent")) {
            let help = "write percent = 50 for a clock that is twice as fast, 200 for one that is half as fast";
            self.complain(span, &["`skew` needs its percent"], &[help]);
        }
    }

    /// Reads what happens, and to whom.
    pub(super) fn verb(&mut self, verb: Verb, &Entry { name, ref span, value }: &Entry<'_>) {
        let first = mem::replace(&mut self.draft.verb, name);
        if first.is_empty() {
            self.draft.what = self.what(verb, name, value);
        } else {
            let message = ["`", name, "` beside `", first, "`: one [[fault]] is one thing that happens"];
            self.complain(span.clone(), &message, &["write a [[fault]] for each"]);
        }
    }

    fn what(&mut self, verb: Verb, name: &str, value: &Spanned<DeValue<'_>>) -> Option<FaultKind> {
        match verb {
            Verb::Partition => return Some(FaultKind::Partition(self.groups(value)?)),
            Verb::Timeout => return Some(FaultKind::Timeout(self.nodes(value)?)),
            Verb::Heal if matches!(value.get_ref(), DeValue::Boolean(true)) => return Some(FaultKind::Heal),
            Verb::Cut | Verb::Heal => {
                let or_true = if verb == Verb::Heal { " must be true or [FROM, TO]" } else { " must be [FROM, TO]" };
                let (from, to) = self.link(&[name, or_true], value)?;
                let cut = verb == Verb::Cut;
                return Some(if cut { FaultKind::Cut { from, to } } else { FaultKind::HealLink { from, to } });
            }
            _ => {}
        }
        let must_be = [name, " must be the number of a node, or a name in quotes"];
        let target = self.target(&must_be, value, verb != Verb::Skew)?;
        // Without timeouts a client that has crashed is missed by nobody, and one that starts again is not answered.
        if matches!((verb, target), (Verb::Crash | Verb::Restart, Target::Process(ProcessId::Client(_)))) {
            self.needs_timers(value.span(), &["`", name, "` of a client"]);
        }
        Some(match verb {
            Verb::Restart => FaultKind::Restart(target),
            Verb::Pause => FaultKind::Pause(target),
            Verb::Resume => FaultKind::Resume(target),
            Verb::Skew => FaultKind::Skew { target, percent: 0 },
            _ => FaultKind::Crash { target, lost_entries: 0 },
        })
    }

    fn link(&mut self, must_be: &[&str], value: &Spanned<DeValue<'_>>) -> Option<(Target, Target)> {
        let [from, to] = self.pair(must_be, value)?;
        let link = (self.target(must_be, from, false)?, self.target(must_be, to, false)?);
        if link.0 == link.1 {
            self.complain(value.span(), &["there is no link from a process to itself"], &[]);
        }
        Some(link)
    }

    fn groups(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Vec<Vec<Target>>> {
        let must_be = &["partition must be a list of groups such as [[1, 2], [3, 4, 5]]"];
        let groups = self.list(must_be, value)?;
        let mut partition = Vec::new();
        for group in groups {
            let targets = self.list(must_be, group)?.iter().map(|target| self.target(must_be, target, false));
            partition.push(targets.collect::<Option<_>>()?);
        }
        Some(partition)
    }

    fn nodes(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Vec<Target>> {
        let must_be = &["timeout must be the number of a node, or a list of them"];
        let items = match value.get_ref() {
            DeValue::Array(_) => self.list(must_be, value)?,
            _ => slice::from_ref(value),
        };
        let mut nodes = Vec::new();
        for item in items {
            let target = self.target(must_be, item, false)?;
            if matches!(target, Target::Process(ProcessId::Client(_))) {
                self.complain(item.span(), &["a client has no election timer"], &["name nodes only"]);
            }
            nodes.push(target);
        }
        Some(nodes)
    }

    /// What is in a list that is not empty.
    #[inline(never)]
    fn list<'v>(&mut self, must_be: &[&str], value: &'v Spanned<DeValue<'v>>) -> Option<&'v [Spanned<DeValue<'v>>]> {
        match value.get_ref().as_array().map(|items| &items[..]) {
            None => self.wrong_type(must_be, value),
            Some([]) => self.complain(value.span(), &[&glue(must_be), ", found an empty list"], &[]),
            Some(items) => return Some(items),
        }
        None
    }

    /// Reads the number of a node, or the name of somebody.
    #[inline(never)]
    fn target(&mut self, must_be: &[&str], value: &Spanned<DeValue<'_>>, all: bool) -> Option<Target> {
        let (who, number) = match value.get_ref() {
            DeValue::Integer(integer) => ("node", whole_number(integer.as_str(), integer.radix())),
            DeValue::String(name) => match split_word(name) {
                ("leader", "") => return Some(Target::Leader),
                ("all", "") if all => return Some(Target::AllNodes),
                (who, number) => (who, whole_number(number.trim_ascii(), 10)),
            },
            _ => {
                self.wrong_type(must_be, value);
                return None;
            }
        };
        let (found, dots) = cut(&self.text[value.span()]);
        let (most, process): (_, fn(u32) -> ProcessId) = match who {
            "node" => (self.config.num_nodes, ProcessId::Node),
            "client" => (self.config.num_clients, ProcessId::Client),
            _ => {
                let or_all = if all { ", \"leader\" or \"all\"" } else { " or \"leader\"" };
                let help = ["write the number of a node, \"node 1\", \"client 1\"", or_all];
                self.complain(value.span(), &["nobody is called ", found, dots], &help);
                return None;
            }
        };
        match number {
            Some(number) if (1..=u64::from(most)).contains(&number) => Some(Target::Process(process(number as u32))),
            _ => {
                let most = digits(most.into());
                let node = if matches!(value.get_ref(), DeValue::Integer(_)) { "node " } else { "" };
                let message = ["there is no ", node, found, dots];
                self.complain(value.span(), &message, &["there are ", &most, " ", who, "s, counted from 1"]);
                None
            }
        }
    }

    /// Follows the script in its order of time, and complains of what certainly cannot happen, as the crash of a crashed
    /// process. Chaos can be in between at any time, and then nothing is certain.
    fn follow(&mut self) {
        if self.config.chaos.is_some() {
            return;
        }
        let num_nodes = self.config.num_nodes as usize;
        let mut states = vec![State::Running; num_nodes + self.config.num_clients as usize];
        let (faults, places) = (mem::take(&mut self.config.faults), mem::take(&mut self.fault_places));
        for (Fault { what, .. }, span) in faults.iter().zip(places) {
            let Some(target) = struck(what) else { continue };
            let struck = match target {
                Target::AllNodes => 0..num_nodes,
                Target::Process(ProcessId::Client(id)) => num_nodes + id as usize - 1..num_nodes + id as usize,
                Target::Process(ProcessId::Node(id)) => id as usize - 1..id as usize,
                // It may be any.
                Target::Leader | Target::Process(ProcessId::Main) => {
                    states[..num_nodes].fill(State::Open);
                    continue;
                }
            };
            let before = states[struck.start];
            let mut strikes = false;
            for state in &mut states[struck] {
                if let Some(next) = after(what, *state) {
                    *state = next;
                    strikes = true;
                }
            }
            if !strikes {
                self.strikes_nobody(what, target, before, span);
            }
        }
        self.config.faults = faults;
    }

    #[cold]
    fn strikes_nobody(&mut self, what: &FaultKind, target: Target, state: State, span: Range<usize>) {
        let whom = target.to_string();
        let what = match (target, what, state) {
            (Target::AllNodes, ..) => ": there is none that this can happen to",
            (_, FaultKind::Restart(_), _) => " has not crashed",
            (_, _, State::Crashed) => " has crashed before",
            (_, FaultKind::Resume(_), _) => " is not paused",
            _ => " is paused already",
        };
        self.complain(span, &[&whom, what], &["faults happen in the order of their at_ms"]);
    }
}

/// Whom this stops or starts.
fn struck(what: &FaultKind) -> Option<Target> {
    match *what {
        FaultKind::Crash { target, .. }
        | FaultKind::CrashMidway(target)
        | FaultKind::Restart(target)
        | FaultKind::Pause(target)
        | FaultKind::Resume(target) => Some(target),
        _ => None,
    }
}

/// What becomes of a process; none if this cannot happen to it.
fn after(what: &FaultKind, state: State) -> Option<State> {
    use FaultKind::{Crash, CrashMidway, Pause, Restart, Resume};
    match (what, state) {
        (Crash { .. } | CrashMidway(_) | Pause(_) | Resume(_), State::Crashed)
        | (Restart(_), State::Running | State::Paused)
        | (Pause(_), State::Paused)
        | (Resume(_), State::Running) => None,
        (Crash { .. }, _) => Some(State::Crashed),
        // When its next step comes is not known, nor if there is one.
        (CrashMidway(_), _) | (_, State::Open) => Some(State::Open),
        (Pause(_), _) => Some(State::Paused),
        _ => Some(State::Running),
    }
}
