//! The pictures of the page that the documents show: each a run at a moment, in a window.
//!
//! `cargo xtask shots` builds the package, serves the page and finds the browser. Which step a moment is, the native
//! program says; so a picture shows what it is there for, however the steps are counted, or it is not taken.
#![cfg(not(target_arch = "wasm32"))]

#[allow(dead_code, reason = "shared with the tests of the page, which need more of it")]
#[path = "page/browser.rs"]
mod browser;
#[allow(dead_code, reason = "shared with the tests of the page, which look at more of it")]
#[path = "page/page.rs"]
mod page;

use std::fs;
use std::path::Path;
use std::process::Command;

use browser::{Story, variable};
use page::Page;
use serde_json::Value;

const SHOTS: [Shot; 6] = [
    Shot {
        name: "default",
        run: Run::AtFirst { seed: 7 },
        moment: "[node 1] AppendEntries ACK from node 4 (match=4)",
        window: WIDE,
        dark: false,
    },
    // Two candidates, and votes for both on their way.
    Shot {
        name: "election",
        run: Run::Scenario("split-vote"),
        moment: "[node 4] Granting vote to 1 for term 1",
        window: WIDE,
        dark: false,
    },
    // The smaller side tries to elect somebody while the larger one serves.
    Shot {
        name: "partition",
        run: Run::Scenario("partition"),
        moment: "[node 3] Granting vote to 1 for term 2",
        window: WIDE,
        dark: false,
    },
    // The second leader of the same term.
    Shot {
        name: "violation",
        run: Run::Typed(TWO_VOTES),
        moment: "[node 2] Became LEADER for term 1",
        window: WIDE,
        dark: false,
    },
    Shot {
        name: "dark",
        run: Run::Scenario("leader-crash"),
        moment: "[node 4] AppendEntries OK from leader 5, match_index=3",
        window: WIDE,
        dark: true,
    },
    Shot {
        name: "narrow",
        run: Run::Scenario("leader-crash"),
        moment: "[node 4] Granting vote to 5 for term 2",
        window: (320, 640),
        dark: false,
    },
];

const WIDE: (u32, u32) = (1280, 800);

/// Nodes that vote as often as they are asked.
const TWO_VOTES: &str = r#"seed = 1

[raft]
without_rules = ["one_vote_per_term"]

[timers]
election_timeout_ms = [150, 300]

# Both stand for election at once.
[[fault]]
at_ms = 100
timeout = [1, 2]

[[client]]
requests = ["put x hello", "get x"]
"#;

/// A picture.
struct Shot {
    /// The file's name, without its ending.
    name: &'static str,
    run: Run,
    /// A line of the trace. The picture stands at the step of the first one that reads so.
    moment: &'static str,
    /// Width and height of the window's inside, in pixels.
    window: (u32, u32),
    /// Whether the reader's system is dark.
    dark: bool,
}

/// What runs.
enum Run {
    /// What the page runs by itself, with this seed.
    AtFirst { seed: u64 },
    /// A scenario, by the name of its file, opened by its link.
    Scenario(&'static str),
    /// A configuration that is typed, and names its seed.
    Typed(&'static str),
}

impl Run {
    fn toml(&self) -> String {
        match self {
            Run::AtFirst { seed } => format!("seed = {seed}\n{}", read("config.toml")),
            Run::Scenario(name) => read(&format!("www/scenarios/{name}.toml")),
            Run::Typed(toml) => (*toml).to_owned(),
        }
    }

    async fn open(&self, page: &Page) {
        match self {
            Run::AtFirst { seed } => {
                page.open().await;
                page.use_seed(&seed.to_string()).await;
            }
            Run::Scenario(name) => page.open_at(&format!("{}?scenario={name}", variable("RAFT_KV_PAGE"))).await,
            Run::Typed(toml) => {
                page.open().await;
                page.apply(toml).await;
            }
        }
    }
}

impl Shot {
    fn take(&self) {
        let step = self.step();
        // Without travel, so that messages stand where they are.
        const STILL: &str = "--force-prefers-reduced-motion";
        const BARE: &str = "--hide-scrollbars";
        let arguments: &[&str] = match self.dark {
            true => &[STILL, BARE, "--blink-settings=preferredColorScheme=0"],
            false => &[STILL, BARE, "--blink-settings=preferredColorScheme=1"],
        };
        Story { window: self.window, arguments, ..Story::default() }.tell(async |page| {
            self.run.open(page).await;
            page.show(step, self.moment).await;
            let file = format!("www/shots/{}.png", self.name);
            page.is_ready().await;
            let picture = page.picture().await;
            fs::write(root().join(&file), &picture).unwrap_or_else(|error| panic!("{file} cannot be written: {error}"));
            format!("{file} stands at step {step}, {} bytes", picture.len())
        });
    }

    /// The step of the moment.
    fn step(&self) -> u64 {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("shot {}.toml", self.name));
        fs::write(&file, self.run.toml()).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut program = Command::new(env!("CARGO_BIN_EXE_raft_kv"));
        let output = program.arg(&file).args(["--format", "json"]).output().expect("the program starts");
        let trace = String::from_utf8(output.stdout).expect("a trace is UTF-8");
        let mut records = trace.lines().map(|line| serde_json::from_str::<Value>(line).expect("a record is JSON"));
        let record = records.find(|record| record["event"]["line"] == self.moment);
        let step = record.and_then(|record| record["step"].as_u64());
        let told = String::from_utf8_lossy(&output.stderr);
        step.unwrap_or_else(|| panic!("the run of {} has no such line: {}\n{told}", self.name, self.moment))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file} cannot be read: {error}"))
}

#[test]
fn every_picture_shows_its_moment() {
    for shot in &SHOTS {
        shot.take();
    }
    take_notes();
}

/// A page of the notes, with its run at its step.
fn take_notes() {
    let arguments = &["--force-prefers-reduced-motion", "--hide-scrollbars"];
    Story { window: (900, 1330), arguments, ..Story::default() }.tell(async |page| {
        let address = variable("RAFT_KV_PAGE").replace("index.html", "notes/2-election.html");
        page.open_at(&address).await;
        page.until("the run is there", "document.querySelector('raft-kv').snapshot?.step === 18").await;
        let file = "www/shots/notes.png";
        let picture = page.picture().await;
        fs::write(root().join(file), &picture).unwrap_or_else(|error| panic!("{file} cannot be written: {error}"));
        format!("{file}, {} bytes", picture.len())
    });
}
