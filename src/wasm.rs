//! The face for the browser: the only file that names wasm-bindgen. One class, views as plain objects, one error path.

use js_sys::{Error, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::config::{Config, ConfigError};
use crate::emulation;
use crate::process::Field;
use crate::view;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("wasm.d.ts");

#[wasm_bindgen]
extern "C" {
    /// A [`view::snapshot`] as an object.
    #[wasm_bindgen(typescript_type = "Snapshot")]
    pub type SnapshotObject;
    /// Some [`view::line`]s as an array of objects.
    #[wasm_bindgen(typescript_type = "Line[]")]
    pub type LineArray;
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

    /// The run at its current step.
    ///
    /// # Errors
    /// If an object cannot be made, which would be a defect.
    pub fn snapshot(&self) -> Result<SnapshotObject, Error> {
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
