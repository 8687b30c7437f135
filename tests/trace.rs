//! The trace: the same bytes in the terminal and in the browser, and as many lines as there must be.
//!
//! Every test here runs natively and, by wasm-pack, in a browser. The golden trace is rewritten by running the native
//! test with `UPDATE_GOLDEN=1`; then read what changed.

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;
use raft_kv::saved::ENGINE;
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const GOLDEN: &str = include_str!("golden/default-seed-7.txt");

fn trace(config: &Config, seed: u64) -> String {
    let mut emulation = Emulation::new(config.clone(), seed);
    let mut trace = String::new();
    while emulation.step() {
        for record in emulation.happened() {
            trace += &record.line(emulation.texts()).to_string();
            trace.push('\n');
        }
    }
    trace
}

#[wasm_bindgen_test(unsupported = test)]
fn the_default_run_of_seed_7_is_the_golden_trace() {
    let config = Config::parse("config.toml", include_str!("../config.toml")).expect("the shipped file is good");
    let trace = trace(&config, 7);
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write("tests/golden/default-seed-7.txt", &trace).expect("the golden file can be written");
        return;
    }
    assert!(trace == GOLDEN, "the trace is not the golden one:\n{trace}");
}

/// A digest of many lines, to compare what is too long to read: FNV-1a, over all bytes.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

const OTHERWISE: &str = "native and browser must agree; and if the run is another one now, and not only told in other words, \
    saved runs would come out differently: then ENGINE has to grow by one";

#[wasm_bindgen_test(unsupported = test)]
fn the_run_of_101_nodes_has_the_same_bytes_on_every_machine() {
    let trace = trace(&Config { num_nodes: 101, ..Config::default() }, 7);
    assert_eq!(trace.lines().count(), 4 * 101 * 15 + 5 * 101 + 3 * 3 + 6);
    assert_eq!((ENGINE, digest(&trace)), (1, 0xae4c_3822_9b61_0113), "{OTHERWISE}");
}

#[wasm_bindgen_test(unsupported = test)]
fn every_request_costs_four_lines_a_node_and_all_else_is_fixed() {
    for (num_nodes, num_clients, requests_per_client) in [
        (1, 0, 5),
        (1, 1, 1),
        (1, 3, 4),
        (2, 2, 3),
        (3, 1, 6),
        (4, 1, 0),
        (5, 3, 5),
        (7, 10, 2),
        (5, 1000, 1),
        (101, 2, 1),
    ] {
        let config = Config { num_nodes, num_clients, requests_per_client, ..Config::default() };
        let trace = trace(&config, 1);
        let requests = num_clients * requests_per_client;
        let expected = 4 * num_nodes * requests + 5 * num_nodes + 3 * num_clients + 6;
        assert_eq!(trace.lines().count(), expected as usize, "{config:?}");
        assert!(trace.ends_with("Done\n"));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_seed_repeats_its_run_and_another_one_does_not() {
    let config = Config::default();
    assert_eq!(trace(&config, 42), trace(&config, 42));
    assert_ne!(trace(&config, 42), trace(&config, 43));
}

/// Full Raft with all that can go wrong by chance.
const CHAOS: &str = include_str!("chaos.toml");

#[wasm_bindgen_test(unsupported = test)]
fn a_timed_run_with_chaos_has_the_same_bytes_on_every_machine() {
    let config = Config::parse("chaos.toml", CHAOS).expect("the configuration is good");
    let trace = trace(&config, 7);
    for line in ["Crashed", "Restarted", "Partition: ", "Election timeout", "Lost: ", "No answer from node"] {
        assert!(trace.contains(line), "there is no {line:?} in it");
    }
    assert_eq!((ENGINE, trace.lines().count(), digest(&trace)), (1, 7878, 0x374c_a9a8_e638_e016), "{OTHERWISE}");
}
