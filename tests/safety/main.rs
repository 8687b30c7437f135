//! The checks of what must hold, checked themselves: each fires on a bad state, none fires where Raft is right though it may
//! not look so, and each rule of Raft is missed when it is taken away.
#![cfg(not(target_arch = "wasm32"))]

mod bad_states;
mod rules;
mod silent;
mod stage;
