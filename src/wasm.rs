//! The face for the browser: the only file that names wasm-bindgen. Two classes, views as plain objects, one error path.

use std::cell::RefCell;
use std::panic;

use js_sys::{Error, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::config::{Config, ConfigError};
use crate::diagram;
use crate::emulation;
use crate::emulation::reading::Filter;
use crate::export;
use crate::goal::Goal;
use crate::process::Field;
use crate::saved::{self, ENGINE, SavedError};
use crate::trace::Topic;
use crate::view;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("wasm.d.ts");

#[wasm_bindgen]
extern "C" {
    /// A [`view::snapshot`] as an object.
    #[wasm_bindgen(typescript_type = "Snapshot")]
    pub type SnapshotObject;
    /// What was done to a run, as an array of objects.
    #[wasm_bindgen(typescript_type = "ActView[]")]
    pub type ActArray;
    /// Some [`view::line`]s as an array of objects.
    #[wasm_bindgen(typescript_type = "Line[]")]
    pub type LineArray;
    /// [`view::logs`] as an array of objects.
    #[wasm_bindgen(typescript_type = "LogRow[]")]
    pub type LogRows;
    /// [`view::why`] as an array of objects.
    #[wasm_bindgen(typescript_type = "Reason[]")]
    pub type Reasons;
    /// [`view::why_entry`] as an object.
    #[wasm_bindgen(typescript_type = "Reason")]
    pub type ReasonObject;
    /// [`view::reached`] as an object.
    #[wasm_bindgen(typescript_type = "Reached")]
    pub type ReachedObject;
    /// The name of a [`Goal`].
    #[wasm_bindgen(typescript_type = "Goal")]
    pub type GoalName;
    /// What is to be drawn, as an object.
    #[wasm_bindgen(typescript_type = "DiagramOptions")]
    pub type DiagramOptionsObject;
    /// A [`diagram`] as an object.
    #[wasm_bindgen(typescript_type = "Diagram")]
    pub type DiagramObject;
    /// The name of a format.
    #[wasm_bindgen(typescript_type = "ExportFormat")]
    pub type FormatName;
    /// A [`view::reading::story`] as an object.
    #[wasm_bindgen(typescript_type = "Story")]
    pub type StoryObject;
    /// Which lines are shown, as an object.
    #[wasm_bindgen(typescript_type = "Filter")]
    pub type FilterObject;
    /// Some [`view::reading::row`]s as an array of objects.
    #[wasm_bindgen(typescript_type = "Row[]")]
    pub type RowArray;
}

thread_local! {
    /// What was said at the last panic.
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Panics are told on the console, and their sentence is kept.
#[wasm_bindgen(start)]
fn start() {
    panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        LAST_PANIC.set(Some(panic.to_string()));
    }));
}

/// What the core said when it panicked, after a call threw a `WebAssembly.RuntimeError`: where, and on further lines why.
/// None if it did not. What was in hand then is not to be used any more, a new [`Emulation`] is.
#[wasm_bindgen]
#[must_use]
pub fn last_panic() -> Option<String> {
    LAST_PANIC.with_borrow(Clone::clone)
}

/// The version of the engine: two builds with the same one make the same run of a configuration, a seed and acts.
#[wasm_bindgen]
#[must_use]
pub fn engine_version() -> u32 {
    ENGINE
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

    /// A saved run, standing at its step, its acts done. For one that may be long there is [`Opening`].
    ///
    /// # Errors
    /// If its configuration cannot be run, as with a new one, with line and column of the configuration's text; else an
    /// `Error` named `SavedError`.
    pub fn open(text: &str) -> Result<Emulation, Error> {
        emulation::Emulation::open(text).map(Emulation).map_err(why_not_opened)
    }

    /// The run as a text that `open` reads, with its current step.
    #[must_use]
    pub fn saved(&self) -> String {
        self.0.saved()
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
    /// one that was known is forgotten. An act is a sentence, see [`act_text`](crate::act_text).
    ///
    /// # Errors
    /// If it cannot be read or done: an `Error` named `Refusal`, and nothing is changed.
    pub fn act(&mut self, act: &str) -> Result<(), Error> {
        self.0.act(act).map_err(|reason| named("Refusal", &reason))
    }

    /// Why this act cannot be done now; none if it can. Changes nothing.
    #[must_use]
    pub fn refusal(&self, act: &str) -> Option<String> {
        self.0.why_not(act)
    }

    /// What was done to this run by hand, in order.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn acts(&self) -> Result<ActArray, Error> {
        to_object(&self.0.acts().map(view::act).collect())
    }

    /// An independent copy, which goes on alike.
    #[must_use]
    pub fn fork(&self) -> Emulation {
        Emulation(self.0.clone())
    }

    /// The text of the configuration that runs, as it was given.
    #[must_use]
    pub fn config_text(&self) -> String {
        self.0.config().text.clone()
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

/// A saved run on its way to its step, a slice at a time.
#[wasm_bindgen]
pub struct Opening(saved::Opening);

#[wasm_bindgen]
impl Opening {
    /// A saved run before its first step.
    ///
    /// # Errors
    /// As those of [`Emulation::open`].
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str) -> Result<Opening, Error> {
        saved::Opening::new(text).map(Opening).map_err(why_not_opened)
    }

    /// Goes up to so many steps on. Returns whether the run stands at its step, its acts done.
    ///
    /// # Errors
    /// As those of [`Emulation::open`].
    pub fn go_on(&mut self, steps: f64) -> Result<bool, Error> {
        self.0.go_on(steps as u64).map_err(why_not_opened)
    }

    /// At which step it is on its way.
    #[must_use]
    pub fn step(&self) -> f64 {
        self.0.place().0 as f64
    }

    /// To which step it has to go.
    #[must_use]
    pub fn goal(&self) -> f64 {
        self.0.place().1 as f64
    }

    /// The run, once it stands at its step.
    #[must_use]
    pub fn finish(self) -> Emulation {
        Emulation(self.0.finish())
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

    /// Why what happened in the current step happened: one reason for each line of the step, of the first 256 of them,
    /// and one for a step without a line. None before the first step.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn why(&mut self) -> Result<Reasons, Error> {
        to_object(&view::why(&mut self.0))
    }

    /// What there is to say of the entry at this index, in the leader's log, or in the most up-to-date one if nobody leads:
    /// who has it, and whether it is committed, or why not yet.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn why_entry(&self, index: f64) -> Result<ReasonObject, Error> {
        to_object(&view::why_entry(index as u32, &self.0))
    }

    /// On until something of this kind happens, at most so many steps; called again, it goes on from there.
    ///
    /// # Errors
    /// If there is no such goal, or an object cannot be made; either would be a defect.
    pub fn run_until(&mut self, goal: &GoalName, steps: f64) -> Result<ReachedObject, Error> {
        let goal = goal.as_string().and_then(|name| Goal::named(&name)).ok_or_else(|| Error::new("no such goal"))?;
        to_object(&view::reached(self.0.run_until(goal, steps as u64)))
    }
}

/// Pictures and files.
#[wasm_bindgen]
impl Emulation {
    /// The space-time diagram around a step, as shapes to be drawn.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn diagram(&mut self, options: &DiagramOptionsObject) -> Result<DiagramObject, Error> {
        let part = |name: &str| Reflect::get(options, &name.into()).unwrap_or_default();
        // What is below 0, or no number, is 0.
        let number = |name: &str| part(name).as_f64().unwrap_or(0.0) as u64;
        let (opened, hidden) = (part("opened"), part("hidden"));
        let options = diagram::Options {
            step: number("step"),
            rows: number("rows"),
            after: number("after"),
            earliest: 1,
            latest: part("latest").as_f64().map(|latest| latest as u64),
            width: number("width") as u32,
            fold: part("fold").is_truthy(),
            opened: items(&opened).filter_map(|step| Some(step.as_f64()? as u64)).collect(),
            hidden: items(&hidden).filter_map(|name| name.as_string()?.parse().ok()).collect(),
        };
        to_object(&diagram::draw(&mut self.0, &options).into_field())
    }

    /// These steps as a file, both ends included; empty of them, as far as they are not known. One that would be too long is
    /// cut after a step, and says so in its text.
    ///
    /// # Errors
    /// If there is no such format.
    pub fn export(&mut self, format: &FormatName, from: f64, to: f64) -> Result<String, Error> {
        let name = format.as_string().unwrap_or_default();
        let format = export::Format::from_name(&name).ok_or_else(|| Error::new("no such format"))?;
        Ok(export::write(&mut self.0, format, from as u64, to as u64))
    }
}

/// The trace as it is read.
#[wasm_bindgen]
impl Emulation {
    /// Who led when, what was done to the run, and what time it was, over the whole known run. Cheap enough to be asked
    /// for whenever the head has moved.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn story(&self) -> Result<StoryObject, Error> {
        to_object(&view::reading::story(&self.0))
    }

    /// Has the trace be read in this way from now on, with all folds closed. Processes and groups that do not exist are
    /// left out.
    pub fn read(&mut self, filter: &FilterObject) {
        let part = |name: &str| Reflect::get(filter, &name.into()).unwrap_or_default();
        let (processes, groups) = (part("processes"), part("groups"));
        let topic =
            |group: JsValue| Topic::ALL.into_iter().find(|topic| group.as_string().as_deref() == Some(topic.name()));
        self.0.read(Filter {
            fold: part("fold").is_truthy(),
            processes: items(&processes).filter_map(|name| name.as_string()?.parse().ok()).collect(),
            topics: items(&groups).filter_map(topic).collect(),
            text: part("text").as_string().unwrap_or_default(),
        });
    }

    /// Goes on finding what the filter lets pass, looking at so many steps at most. Returns whether it is through with what
    /// is known of the run; without an active filter it always is.
    pub fn find(&mut self, steps: f64) -> bool {
        self.0.find(steps as u64)
    }

    /// How many rows there are; with an active filter, as far as they were found.
    #[must_use]
    pub fn row_count(&self) -> f64 {
        self.0.row_count() as f64
    }

    /// The rows from `start` up to, but not including, `end`: as far as there are any, and at most 1024.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn rows(&mut self, start: f64, end: f64) -> Result<RowArray, Error> {
        let rows = self.0.rows(start as u64..end as u64);
        to_object(&rows.iter().map(|row| view::reading::row(row, self.0.texts())).collect())
    }

    /// The row where this step's last line stands, or the closed fold that it is in; if it has none that is shown, the row
    /// of the last one before it that is.
    #[must_use]
    pub fn row_of_step(&self, step: f64) -> f64 {
        self.0.row_of_step(step as u64) as f64
    }

    /// The same of the line at this place.
    #[must_use]
    pub fn row_of_place(&self, place: f64) -> f64 {
        self.0.row_of_place(place as u64) as f64
    }

    /// Opens or closes the fold that begins at this place; does nothing if none does.
    pub fn toggle_fold(&mut self, place: f64) {
        self.0.toggle_fold(place as u64);
    }

    /// The next place after this one, or the last before it, whose line contains the text, letters from A to Z in either
    /// case, and is let pass by the filter; none if there is none. -1 is before the first place. It may take as long as the
    /// run took.
    #[must_use]
    pub fn search(&self, text: &str, place: f64, backwards: bool) -> Option<f64> {
        let found =
            if backwards { self.0.last_with(text, place as u64) } else { self.0.next_with(text, (place + 1.0) as u64) };
        found.map(|place| place as f64)
    }
}

/// What is in an array; nothing if it is none.
fn items(array: &JsValue) -> impl Iterator<Item = JsValue> {
    (0..).map_while(|place| Reflect::get_u32(array, place).ok().filter(|item| !item.is_undefined()))
}

fn why_not_opened(error: SavedError) -> Error {
    match error {
        SavedError::Config(error) => into_error(&error),
        SavedError::Other(sentence) => named("SavedError", &sentence),
    }
}

fn to_object<T: JsCast>(view: &Field) -> Result<T, Error> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    let object = view.serialize(&serializer).map_err(|error| Error::new(&error.to_string()))?;
    Ok(object.unchecked_into())
}

fn named(name: &str, reason: &str) -> Error {
    let error = Error::new(reason);
    error.set_name(name);
    error
}

fn into_error(config_error: &ConfigError) -> Error {
    let error = named("ConfigError", &config_error.message);
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
