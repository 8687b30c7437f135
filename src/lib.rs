//! stub
pub mod chunks;
pub mod generator;
pub mod kv;
pub mod network;
pub mod process;
pub mod raft;
pub mod simulation;
pub mod trace;
pub mod workload;
