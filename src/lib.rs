//! stub
pub mod chunks;
pub mod config;
pub mod emulation;
pub mod generator;
pub mod kv;
pub mod network;
pub mod process;
pub mod raft;
pub mod simulation;
pub mod trace;
pub mod view;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
pub mod workload;
