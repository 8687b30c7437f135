//! How many commands a second are committed, how that grows with the length of a run, what the checks cost, and what a
//! command costs in memory: 5 nodes, one client that waits for each answer, no printing. One thread, so a second is a second of one CPU.
//!
//! `cargo bench` prints all of it; `cargo bench -- --test` runs everything once, quickly.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

use divan::Bencher;
use divan::counter::ItemsCount;
use raft_kv::config::Config;
use raft_kv::emulation::{Emulation, Simulation};
use raft_kv::network::Conditions;
use raft_kv::raft::options::{Options, Timing};
use raft_kv::raft::safety::Safety;

/// The system's allocator, which also counts the bytes that are in use.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all work is the system allocator's; counting has no influence on it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const LENGTHS: [u32; 3] = [10_000, 100_000, 1_000_000];

fn emulation(requests: u32) -> Emulation {
    Emulation::new(Config { num_clients: 1, requests_per_client: requests, ..Config::default() }, 7)
}

/// Full Raft: messages take time, nodes have timers.
fn timed(requests: u32) -> Emulation {
    let config = Config {
        num_clients: 1,
        requests_per_client: requests,
        raft: Options { timing: Some(Timing::default()), ..Options::default() },
        network: Conditions { latency_ms: (5, 15), ..Conditions::default() },
        duration_ms: 1_000_000_000,
        max_steps: 1_000_000_000,
        ..Config::default()
    };
    Emulation::new(config, 7)
}

fn simulation(requests: u32) -> Simulation {
    emulation(requests).now().clone()
}

/// The run as the page and the terminal have it: every record is made, checkpoints are kept.
#[divan::bench(args = LENGTHS, sample_count = 5)]
fn emulation_with_records(bencher: Bencher, requests: u32) {
    bencher.counter(ItemsCount::new(requests)).with_inputs(|| emulation(requests)).bench_values(|mut emulation| {
        while emulation.step() {
            black_box(emulation.happened());
        }
        emulation
    });
}

/// The engine alone, with every record.
#[divan::bench(args = LENGTHS, sample_count = 5)]
fn engine_with_records(bencher: Bencher, requests: u32) {
    bencher.counter(ItemsCount::new(requests)).with_inputs(|| simulation(requests)).bench_values(|mut simulation| {
        let mut records = Vec::new();
        while simulation.step(Some(&mut records)) {
            black_box(&records);
            records.clear();
        }
        simulation
    });
}

/// The engine alone, where records are only counted: a replay.
#[divan::bench(args = LENGTHS, sample_count = 5)]
fn engine_without_records(bencher: Bencher, requests: u32) {
    bencher.counter(ItemsCount::new(requests)).with_inputs(|| simulation(requests)).bench_values(|mut simulation| {
        while simulation.step(None) {}
        simulation
    });
}

/// Full Raft as the page and the terminal have it: virtual time, every record, all checks, checkpoints.
#[divan::bench(args = [10_000, 100_000], sample_count = 5)]
fn full_raft_with_all_checks(bencher: Bencher, requests: u32) {
    bencher.counter(ItemsCount::new(requests)).with_inputs(|| timed(requests)).bench_values(|mut emulation| {
        while emulation.step() {
            black_box(emulation.happened());
        }
        assert!(emulation.state().safety().violations().is_empty());
        emulation
    });
}

/// The engine alone: who compares the next one with it sees what the checks cost.
#[divan::bench(args = [100_000], sample_count = 5)]
fn full_raft_engine(bencher: Bencher, requests: u32) {
    run_engine(bencher, requests, |_, _, _| {});
}

/// The engine, and all checks after every step.
#[divan::bench(args = [100_000], sample_count = 5)]
fn full_raft_engine_and_checks(bencher: Bencher, requests: u32) {
    run_engine(bencher, requests, |simulation, sent_before, safety| {
        let sight = raft_kv::run::sight(simulation);
        let sent = (sight.messages.0 - sent_before) as usize;
        let in_flight = simulation.network().in_flight().rev();
        safety.look(&sight, in_flight.filter(|envelope| envelope.id.0.get() > sent_before).take(sent));
    });
}

/// Full Raft by the engine, which is looked at after every step.
fn run_engine(bencher: Bencher, requests: u32, look: impl Fn(&Simulation, u64, &mut Safety) + Sync) {
    let mut whole = timed(requests);
    whole.seek(u64::MAX);
    let steps = whole.now().step_count();
    let start = || {
        let simulation = timed(requests).now().clone();
        let safety = Safety::new(simulation.nodes());
        (simulation, safety)
    };
    bencher.counter(ItemsCount::new(requests)).with_inputs(start).bench_values(|(mut simulation, mut safety)| {
        let mut records = Vec::new();
        while simulation.step_count() < steps {
            let sent_before = simulation.network().counts().sent;
            simulation.step(Some(&mut records));
            look(&simulation, sent_before, &mut safety);
            black_box(&records);
            records.clear();
        }
        assert!(safety.violations().is_empty());
        (simulation, safety)
    });
}

/// One step back, where it is slowest: onto a checkpoint, which is reached from the one before it.
#[divan::bench(args = [2 * 4_096, 50 * 4_096, 61 * 16_384], sample_count = 20)]
fn one_step_back_from_just_behind(bencher: Bencher, checkpoint: u64) {
    let mut emulation = emulation(100_000);
    emulation.seek(1_000_000);
    emulation.seek(checkpoint + 1);
    bencher.with_inputs(|| emulation.clone()).bench_local_values(|mut emulation| {
        emulation.seek(checkpoint);
        emulation
    });
}

/// Prints what a command leaves behind in memory when the trace is not kept, checkpoints included.
fn print_memory() {
    println!("bytes in use a command, after a whole run, failure-free and full Raft");
    for requests in LENGTHS {
        let [failure_free, full_raft] = [emulation, timed].map(|start| {
            let before = IN_USE.load(Ordering::Relaxed);
            let mut emulation = start(requests);
            while emulation.step() {}
            (IN_USE.load(Ordering::Relaxed) - before) as f64 / f64::from(requests)
        });
        println!("  {requests:>9} requests: {failure_free:>6.1} bytes, {full_raft:>6.1} bytes");
    }
}

fn main() {
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        print_memory();
    }
    divan::main();
}
