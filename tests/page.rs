//! The page in a real browser, used as a person uses it: buttons are pressed, text is typed, and what is seen is
//! compared, for the trace with the native program's.
//!
//! `cargo xtask test` builds the package, serves the page and finds the browser; it says where they are in
//! `RAFT_KV_PAGE`, `RAFT_KV_CHROMEDRIVER`, `RAFT_KV_CHROMIUM` and `RAFT_KV_TARGET`. `RAFT_KV_SITE` is where the same page is
//! as a site, `RAFT_KV_HOSTS` where pages are that embed it, `RAFT_KV_STANDALONE` a single file with an emulation in it, and
//! `RAFT_KV_LOADS` a list of what is weighed.
//! Each test has a browser of its own, prints the line that it comes to, and fails if the browser's console holds an error
//! or a warning at its end.
#![cfg(not(target_arch = "wasm32"))]

#[path = "page/axe.rs"]
mod axe;
#[path = "page/branches.rs"]
mod branches;
#[path = "page/browser.rs"]
mod browser;
#[path = "page/configuration.rs"]
mod configuration;
#[path = "page/course.rs"]
mod course;
#[path = "page/devtools.rs"]
mod devtools;
#[path = "page/embed.rs"]
mod embed;
#[path = "page/embed_frame.rs"]
mod embed_frame;
#[path = "page/embed_life.rs"]
mod embed_life;
#[path = "page/embed_manners.rs"]
mod embed_manners;
#[path = "page/embed_room.rs"]
mod embed_room;
#[path = "page/embed_scripts.rs"]
mod embed_scripts;
#[path = "page/embed_standalone.rs"]
mod embed_standalone;
#[path = "page/embed_wrong.rs"]
mod embed_wrong;
#[path = "page/endings.rs"]
mod endings;
#[path = "page/exports.rs"]
mod exports;
#[path = "page/gallery.rs"]
mod gallery;
#[path = "page/hostile.rs"]
mod hostile;
#[path = "page/inbox.rs"]
mod inbox;
#[path = "page/keyboard.rs"]
mod keyboard;
#[path = "page/links.rs"]
mod links;
#[path = "page/native.rs"]
mod native;
#[path = "page/network.rs"]
mod network;
#[path = "page/notes.rs"]
mod notes;
#[allow(dead_code, reason = "shared with the pictures of the page, which need other parts of it")]
#[path = "page/page.rs"]
mod page;
#[path = "page/pictures.rs"]
mod pictures;
#[path = "page/places.rs"]
mod places;
#[path = "page/reader.rs"]
mod reader;
#[path = "page/reasons.rs"]
mod reasons;
#[path = "page/robust.rs"]
mod robust;
#[path = "page/running.rs"]
mod running;
#[path = "page/senses.rs"]
mod senses;
#[path = "page/site.rs"]
mod site;
#[path = "page/stages.rs"]
mod stages;
#[path = "page/start.rs"]
mod start;
#[path = "page/time.rs"]
mod time;
#[path = "page/trace.rs"]
mod trace;
#[path = "page/weight.rs"]
mod weight;

const DEFAULT: &str = include_str!("../config.toml");
/// A run of 84,036 steps, and its seed.
const LONG: &str = "requests_per_client = 2000\n";
const SEED: u64 = 7;

/// Full Raft: node 1 leads from 70 ms on, and a client asks before and after a long wait.
const TIMED: &str = "
seed = 1
[timers]
[network]
latency_ms = 10
[[client]]
requests = ['wait 300', 'put x hello', 'wait 2000', 'get x']
[[fault]]
at_ms = 50
timeout = 1
";
