//! The Raft paper, sentence by sentence, and the scenarios that others test their Raft with: etcd's `raft_paper_test` and
//! `raft_test`, and the laboratories of MIT 6.5840 and MadRaft.
//!
//! Each test says what it is about in its own words; the name of the one that it follows stands above it.
#![cfg(not(target_arch = "wasm32"))]

mod actor;
mod agreement;
mod elections;
mod etcd;
mod lab;
mod persistence;
mod replication;
mod service;
mod troupe;
