//! A Raft-replicated key-value store, emulated message by message: a deterministic, synchronous, single-threaded core
//! that runs the same in a browser and in a terminal.
//!
//! **A run is (configuration, seed, acts).** Nothing else decides what happens: the same three give the same bytes,
//! native or WebAssembly. An act is what a person did at a step, in place of what would have come next by itself. Going
//! back is replaying.
//!
//! # The house, from the roof down
//!
//! ```text
//! terminal/      wasm.rs                 faces: terminal | browser
//!    |              |
//!    |           view.rs                 what the page shows, in plain words; it reads, and changes nothing
//!     \          /
//!      export.rs                         a stretch of a run as a file: account.rs (JSON, whose letters are in json.rs),
//!          |                             mermaid.rs, shiviz.rs, sketch/ (text, for the terminal), and the picture of
//!       diagram/                         who sent what to whom, as shapes to be drawn
//!          |
//!       why.rs, goal.rs                  why a step did what it did | going on until something happens
//!          |
//!     emulation.rs                       going back and forward, by emulation/checkpoints.rs and emulation/window.rs
//!          |                             emulation/acts.rs: what a person does, with act_text.rs: acts as sentences
//!          |                             saved.rs: a run as a text, so that whatever can be done can be saved
//!          |                             emulation/reading.rs, folds.rs: how the trace is read
//!          |                             emulation/stretch.rs, journal.rs: what each step of a stretch did
//!          |                             chronicle.rs: what is noted on the way
//!          |
//!       run.rs --------- config/         where engine and protocol are put together | document.rs: TOML
//!        /   \    chaos.rs, faults.rs    what goes wrong
//!       /     \
//! simulation.rs   raft/                  engine | protocol, which never name each other
//!    |  network.rs, workload.rs,           node/ client  main  message  log  role  calls  options  rules  text
//!    |  generator.rs                       safety  verdict: what must hold, looked at from outside
//!    |                                     why/: what to say of an event
//!     \        /
//!     process.rs, action.rs, trace.rs    shared words: who, what is sent, what may be done, what happened
//!        |        history.rs             what clients asked and heard, and whether that is linearizable
//!        |       /
//!     kv.rs                              the application: put, get, delete
//!     chunks.rs, sorted.rs               a list that is cheap to clone | short lists in order
//! ```
//!
//! To read the protocol beside Figure 2 of the Raft paper, begin at [`raft`] and [`raft::node`].
//!
//! # The walls
//!
//! 1. [`simulation`] never names [`raft`], and `raft` never names `simulation`. They meet in [`process`] and in [`run`].
//!    Another protocol is another folder and another arm there.
//! 2. Below the faces nobody reads a clock, a file, the environment or a random source. A process holds no randomness:
//!    the engine draws, from one generator.
//! 3. A handler changes its own process and pushes to its [`process::Outbox`]. Nothing else.
//! 4. What is iterated is ordered: no hash maps. No floating point. Sizes are explicit in what is stored, drawn or
//!    printed.
//! 5. A line of the trace has one place that writes it: [`trace`], with the texts of [`raft::text`]. Records are
//!    structs; only lines that somebody looks at become text.
//! 6. The views of the page (`www/views`) draw a [`view::snapshot`] and what their reader did to them (a list scrolled, a
//!    text typed); they name neither each other nor the WebAssembly package.

pub mod account;
pub mod act_text;
pub mod action;
pub mod chaos;
pub mod chronicle;
pub mod chunks;
pub mod config;
pub mod diagram;
pub mod document;
pub mod emulation;
pub mod export;
pub mod faults;
pub mod folds;
pub mod generator;
pub mod goal;
pub mod history;
pub mod journal;
pub mod json;
pub mod kv;
pub mod mermaid;
pub mod network;
pub mod process;
pub mod raft;
pub mod run;
pub mod saved;
pub mod shiviz;
pub mod simulation;
#[cfg(not(target_arch = "wasm32"))]
pub mod sketch;
pub mod sorted;
pub mod trace;
pub mod view;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
pub mod why;
pub mod workload;
