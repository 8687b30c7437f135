//! The face for the browser: the only file that names wasm-bindgen. One class, views as plain objects, one error path.

use std::num::NonZeroU64;
use std::ops::RangeInclusive;
use std::rc::Rc;

use js_sys::{Error, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::action::{Group, Refusal};
use crate::config::{Config, ConfigError, LATENCY_MS, LOST_ENTRIES, SEED, SKEW_PERCENT, is_disruptive};
use crate::emulation::{self, Action};
use crate::kv::Command;
use crate::process::{Field, MessageId, ProcessId};
use crate::raft::{Node, Timer};
use crate::view;

/// The numbers of messages that JavaScript can hold exactly.
const MESSAGE: RangeInclusive<u64> = 1..=*SEED.end();

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("wasm.d.ts");

#[wasm_bindgen]
extern "C" {
    /// A [`view::snapshot`] as an object.
    #[wasm_bindgen(typescript_type = "Snapshot")]
    pub type SnapshotObject;
    /// What is to be done, as an object.
    #[wasm_bindgen(typescript_type = "Act")]
    pub type ActObject;
    /// Some [`view::line`]s as an array of objects.
    #[wasm_bindgen(typescript_type = "Line[]")]
    pub type LineArray;
    /// [`view::logs`] as an array of objects.
    #[wasm_bindgen(typescript_type = "LogRow[]")]
    pub type LogRows;
}

/// Panics are told on the console, with their sentence.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// A run that one can go forward and back in.
#[wasm_bindgen]
pub struct Emulation(emulation::Emulation);

#[wasm_bindgen]
impl Emulation {
    /// A run before its first step. `file` is the name that errors call the configuration by; without a `seed`, the
    /// configuration's own is taken, or else a fresh one.
    ///
    /// # Errors
    /// If the configuration cannot be run: an `Error` with `line`, `column`, `width` and `help`.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &str, toml: &str, seed: Option<f64>) -> Result<Emulation, Error> {
        let config = Config::parse(file, toml).map_err(|error| into_error(&error))?;
        let seed = match seed.map(|seed| seed as u64).or(config.seed) {
            Some(seed) => seed,
            None => getrandom::u32()
                .map_err(|error| Error::new(&format!("the browser gives no random seed: {error}")))?
                .into(),
        };
        Ok(Emulation(emulation::Emulation::new(config, seed)))
    }

    /// Up to this many steps forward. Returns how many there were; fewer if the run is over.
    pub fn run(&mut self, steps: f64) -> f64 {
        self.0.run(steps as u64) as f64
    }

    /// Goes to a step, back or forward; to the last one if the run is over before it.
    pub fn seek(&mut self, step: f64) {
        self.0.seek(step as u64);
    }

    /// Does this in the next step, in place of what would come by itself. In the past, this begins another future: the
    /// one that was known is forgotten.
    ///
    /// # Errors
    /// If it cannot be done: an `Error` named `Refusal`, and nothing is changed.
    pub fn act(&mut self, act: &ActObject) -> Result<(), Error> {
        let refuse = |reason: String| {
            let error = Error::new(&reason);
            error.set_name("Refusal");
            error
        };
        let action = Act { act, leader: self.0.state().leader().map(Node::id) }.read(&mut self.0).map_err(refuse)?;
        self.0.perform(&action).map_err(|refusal| refuse(refusal.to_string()))
    }

    /// The run at its current step.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn snapshot(&mut self) -> Result<SnapshotObject, Error> {
        self.0.recall();
        to_object(&view::snapshot(&self.0))
    }

    /// The lines of the trace from `start` up to, but not including, `end`: as far as the run is known, and no more
    /// than about a thousand at once.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn lines(&mut self, start: f64, end: f64) -> Result<LineArray, Error> {
        let lines = self.0.lines(start as u64..end as u64, view::line);
        to_object(&Field::List(lines))
    }
}

/// What there is to see beside the snapshot.
#[wasm_bindgen]
impl Emulation {
    /// The entries of all nodes from this index on, as many as a snapshot shows.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn logs(&self, first: f64) -> Result<LogRows, Error> {
        to_object(&view::logs(first as u32, &self.0))
    }
}

/// What is to be done, as it comes from the page, and the node that `leader` means.
struct Act<'a> {
    act: &'a JsValue,
    leader: Option<u32>,
}

/// Most of it is read by few functions that are carried once, for the page's weight.
impl Act<'_> {
    fn read(&self, emulation: &mut emulation::Emulation) -> Result<Action, String> {
        let kind = self.text("kind")?;
        Ok(match &*kind {
            "heal" => Action::Heal,
            "partition" => Action::Partition(self.groups()?),
            "cut" | "heal-link" => {
                let (from, to) = (self.process("from")?, self.process("to")?);
                if kind == "cut" { Action::Cut(from, to) } else { Action::HealLink(from, to) }
            }
            "deliver" | "drop" | "duplicate" | "delay" => {
                let number = self.number("message", &MESSAGE)?;
                let message = MessageId(NonZeroU64::new(number).expect("the range begins at 1"));
                match &*kind {
                    "deliver" => Action::Deliver(message),
                    "drop" => Action::Drop(message),
                    "duplicate" => Action::Duplicate(message),
                    _ => Action::Delay(message, self.number("ms", &LATENCY_MS)? as u32),
                }
            }
            _ => {
                let process = self.process("process")?;
                match &*kind {
                    "crash" if self.part("lose").is_undefined() => Action::Crash(process, 0),
                    "crash" => Action::Crash(process, self.number("lose", &LOST_ENTRIES)? as u32),
                    "crash-midway" => Action::CrashMidway(process),
                    "restart" => Action::Restart(process),
                    "pause" => Action::Pause(process),
                    "resume" => Action::Resume(process),
                    "skew" => Action::Skew(process, self.number("percent", &SKEW_PERCENT)? as u32),
                    "fire" => Action::Fire(process, self.timer()?),
                    "request" => Action::Request(process, self.command(emulation)?),
                    _ => return Err(wrong("kind", &kind)),
                }
            }
        })
    }

    #[inline(never)]
    fn part(&self, name: &str) -> JsValue {
        Reflect::get(self.act, &name.into()).unwrap_or_default()
    }

    #[inline(never)]
    fn text(&self, name: &str) -> Result<String, String> {
        self.part(name).as_string().ok_or_else(|| wrong(name, "no text"))
    }

    #[inline(never)]
    fn number(&self, name: &str, allowed: &RangeInclusive<u64>) -> Result<u64, String> {
        match self.part(name).as_f64() {
            // What is below 0, or not a number, becomes 0.
            Some(number) if number.trunc() == number && allowed.contains(&(number as u64)) => Ok(number as u64),
            _ => Err(wrong(name, "no whole number in its range")),
        }
    }

    #[inline(never)]
    fn process(&self, name: &str) -> Result<ProcessId, String> {
        self.named(&self.text(name)?)
    }

    #[inline(never)]
    fn named(&self, process: &str) -> Result<ProcessId, String> {
        match (process.parse(), self.leader) {
            (Ok(process), _) => Ok(process),
            (Err(()), Some(leader)) if process == "leader" => Ok(ProcessId::Node(leader)),
            (Err(()), None) if process == "leader" => Err(Refusal::NobodyLeads.to_string()),
            _ => Err(wrong("process", process)),
        }
    }

    fn timer(&self) -> Result<Timer, String> {
        let name = self.text("timer")?;
        let timers = [Timer::Election, Timer::Heartbeat, Timer::Trust, Timer::Retry, Timer::Think];
        timers.into_iter().find(|timer| timer.name() == name).ok_or_else(|| wrong("timer", &name))
    }

    fn groups(&self) -> Result<Rc<[Group]>, String> {
        let mut groups: Vec<Group> = Vec::new();
        for group in items(&self.part("groups")) {
            let mut members = Vec::new();
            for member in items(&group) {
                members.push(self.named(&member.as_string().unwrap_or_default())?);
            }
            groups.push(members.into());
        }
        Ok(groups.into())
    }

    fn command(&self, emulation: &mut emulation::Emulation) -> Result<Command, String> {
        let (operation, key) = (self.text("op")?, self.text("key")?);
        if key.is_empty() || key.contains(|c: char| c == ' ' || is_disruptive(c)) {
            return Err(wrong("key", "not one word"));
        }
        let key = emulation.intern(&key);
        match &*operation {
            "put" => {
                let value = self.text("value")?;
                let value = value.trim_ascii();
                if value.is_empty() || value.contains(is_disruptive) {
                    return Err(wrong("value", "not one line of text"));
                }
                Ok(Command::Put { key, value: emulation.intern(value) })
            }
            "get" => Ok(Command::Get { key }),
            "delete" => Ok(Command::Delete { key }),
            _ => Err(wrong("op", &operation)),
        }
    }
}

/// Why an act cannot be read: one of its parts is not what it must be.
#[cold]
#[inline(never)]
fn wrong(part: &str, found: &str) -> String {
    [part, " cannot be this: ", found].concat()
}

/// What is in an array; nothing if it is none.
fn items(array: &JsValue) -> impl Iterator<Item = JsValue> {
    (0..).map_while(|place| Reflect::get_u32(array, place).ok().filter(|item| !item.is_undefined()))
}

fn to_object<T: JsCast>(view: &Field) -> Result<T, Error> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    let object = view.serialize(&serializer).map_err(|error| Error::new(&error.to_string()))?;
    Ok(object.unchecked_into())
}

fn into_error(config_error: &ConfigError) -> Error {
    let error = Error::new(&config_error.message);
    error.set_name("ConfigError");
    let ConfigError { file: _, line, column, width, source: _, message: _, help } = config_error;
    let parts: [(&str, JsValue); 4] = [
        ("line", (*line).into()),
        ("column", (*column).into()),
        ("width", (*width).into()),
        ("help", help.as_deref().unwrap_or("").into()),
    ];
    for (name, part) in parts {
        let is_set = Reflect::set(&error, &name.into(), &part).is_ok();
        assert!(is_set, "an Error is an object that takes properties");
    }
    error
}
