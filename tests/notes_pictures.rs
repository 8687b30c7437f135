//! The pictures that stand in the notes where nothing runs: on paper, without scripts, and while the page is loading. Each
//! is the diagram of some steps of a run, as `raft_kv draw` draws it, up to the step at which the notes show the run.
//!
//! `cargo xtask pictures` draws them anew.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::export;

const NOTES: &str = "www/notes";
const FOLDER: &str = "www/notes/pictures";

/// So much does a picture weigh at most, in bytes: who reads the notes waits for it.
const LIMIT: usize = 25_000;
/// If this variable is set, the pictures are written, not looked at.
const WRITE: &str = "RAFT_KV_DRAW";

const PICTURES: [Picture; 12] = [
    of_scenario("log", "failure-free", (20, 27)),
    of_scenario("election", "split-vote", (17, 18)),
    of_scenario("replication", "all-crash-and-return", (28, 31)),
    of_scenario("commit", "leader-crash", (46, 47)),
    of_scenario("crash", "leader-crash", (57, 66)),
    of_scenario("repair", "follower-lag-and-repair", (241, 255)),
    of_scenario("partition", "partition", (94, 115)),
    of_scenario("two-leaders", "stale-leader-deposed", (41, 55)),
    of_scenario("figure-8", "figure-8", (136, 161)),
    Picture { file: "figure-8-broken", run: Run::OwnConfig("figure-8-broken.toml"), steps: (136, 161) },
    of_scenario("failure-free", "failure-free", (19, 21)),
    of_scenario("words", "partition", (312, 322)),
];

/// A picture.
struct Picture {
    /// The file's name, without its ending.
    file: &'static str,
    run: Run,
    /// The first and the last step that it shows, heartbeats included.
    steps: (u64, u64),
}

/// What runs.
#[derive(Clone, Copy, PartialEq)]
enum Run {
    /// A scenario, by the name of its file.
    Scenario(&'static str),
    /// A configuration in the folder of the notes.
    OwnConfig(&'static str),
}

const fn of_scenario(file: &'static str, name: &'static str, steps: (u64, u64)) -> Picture {
    Picture { file, run: Run::Scenario(name), steps }
}

impl Picture {
    fn path(&self) -> PathBuf {
        home().join(FOLDER).join(self.file).with_extension("svg")
    }

    fn draw(&self) -> String {
        let config = match self.run {
            Run::Scenario(name) => format!("www/scenarios/{name}.toml"),
            Run::OwnConfig(name) => format!("{NOTES}/{name}"),
        };
        let text = fs::read_to_string(home().join(&config)).unwrap_or_else(|error| panic!("{config}: {error}"));
        let parsed = Config::parse(&config, &text).unwrap_or_else(|error| panic!("{error}"));
        let seed = parsed.seed.unwrap_or_else(|| panic!("{config} names its seed"));
        let mut emulation = Emulation::new(parsed, seed);
        let last = self.steps.1;
        emulation.run(last);
        assert_eq!(emulation.head(), last, "{config} has so many steps");
        export::svg_file(&mut emulation, self.steps, false)
    }
}

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder with this ending, by name.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(home().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|other| other == ending)).collect();
    files.sort();
    files
}

#[test]
fn each_picture_is_what_is_drawn_now() {
    for picture in &PICTURES {
        let (path, drawn) = (picture.path(), picture.draw());
        let name = path.display();
        assert!(drawn.len() <= LIMIT, "{name} would weigh {} bytes: draw fewer steps", drawn.len());
        if std::env::var_os(WRITE).is_some() {
            fs::write(&path, drawn).unwrap_or_else(|error| panic!("{name} cannot be written: {error}"));
            continue;
        }
        let there =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}; run `cargo xtask pictures`"));
        assert!(there == drawn, "{name} is not what is drawn now: run `cargo xtask pictures`, and look at it");
    }
}

#[test]
fn there_is_no_other_picture() {
    let known: Vec<_> = PICTURES.iter().map(Picture::path).collect();
    let others: Vec<_> = files(FOLDER, "svg").into_iter().filter(|path| !known.contains(path)).collect();
    assert!(others.is_empty(), "not in the table of tests/notes_pictures.rs: {others:?}");
}

/// An attribute of the element with which a text begins.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let tag = element.split('>').next()?;
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

/// What the notes show live: the file of the picture in it, what runs, and at which step.
fn shown(page: &str) -> Vec<(String, String, u64)> {
    let elements = page.split("<raft-kv ").skip(1).map(|rest| format!(" {rest}"));
    let elements = elements.map(|element| {
        let inside = element.split("</raft-kv>").next().expect("a split has a first part");
        let picture = inside.split("<img").nth(1).and_then(|picture| attribute(picture, "src"));
        let run = attribute(inside, "scenario").or(attribute(inside, "config"));
        let step = attribute(inside, "step").and_then(|step| step.parse().ok());
        let (Some(picture), Some(run), Some(step)) = (picture, run, step) else {
            panic!("a run, a step and a picture belong to an element: {inside}")
        };
        (picture.to_owned(), run.to_owned(), step)
    });
    elements.collect()
}

#[test]
fn the_notes_show_each_picture_where_its_run_is_live() {
    let pages = files(NOTES, "html");
    let shown: Vec<_> =
        pages.iter().flat_map(|path| shown(&fs::read_to_string(path).expect("the page can be read"))).collect();
    let table = PICTURES.iter().map(|picture| {
        let (Run::Scenario(run) | Run::OwnConfig(run)) = picture.run;
        (format!("pictures/{}.svg", picture.file), run.to_owned(), picture.steps.1)
    });
    let mut table: Vec<_> = table.collect();
    table.sort();
    let mut shown = shown;
    shown.sort();
    assert_eq!(shown, table, "what the notes show, and what is drawn up to where");
}
