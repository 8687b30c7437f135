//! The program that this one succeeds, replayed: both of its transcripts, with scripted clients. For every process, its
//! own lines must come out equal and in order; how the lines of different processes interleave was left to chance there.
//!
//! The original's clients do not say who they are, and call every number of requests 5: they count as one process here.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;

use raft_kv::config::Config;
use raft_kv::emulation::Emulation;

const RUN: &str = include_str!("original/raft_kv_run_5nodes_3clients.txt");
const TEST: &str = include_str!("original/raft_kv_test_3nodes.txt");

fn trace(config: &str) -> Vec<String> {
    let config = Config::parse("original.toml", config).unwrap_or_else(|error| panic!("{error}"));
    let mut emulation = Emulation::new(config, 0);
    let mut lines = Vec::new();
    while emulation.step() {
        lines.extend(emulation.happened().iter().map(|record| record.line(emulation.texts()).to_string()));
    }
    lines
}

/// Each process' own lines, in order. Lines without a prefix are main's.
fn by_process<'a>(lines: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, Vec<String>> {
    let mut processes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in lines {
        let (process, text) = match line.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            Some((process, text)) if process.starts_with("client") => ("client", text),
            Some((process, text)) => (process, text),
            None => ("main", line),
        };
        processes.entry(process.to_owned()).or_default().push(text.to_owned());
    }
    processes
}

/// The requests of a transcript's clients, as a script would write them: `put b val_84`.
fn requests(transcript: &str) -> Vec<String> {
    let answers = transcript.lines().filter_map(|line| line.strip_prefix("[client] ")?.split_once(" -> "));
    answers.map(|(request, _)| request.replace([' ', '='], "\u{1}").replace('"', "")).map(words).collect()
}

fn words(request: String) -> String {
    let mut words: Vec<_> = request.split('\u{1}').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words[0].make_ascii_lowercase();
    words.join(" ")
}

#[test]
fn the_default_run_comes_out_line_by_line() {
    // Requests of three clients took their places in turn: the first is client 1's, the fourth is client 1's again.
    let requests = requests(RUN);
    assert_eq!(requests.len(), 15);
    assert_eq!((requests[0].as_str(), requests[1].as_str()), ("delete a", "put b val_84"));
    let script = |client: usize| {
        format!("[[client]]\nrequests = {:?}\n", requests.iter().skip(client).step_by(3).collect::<Vec<_>>())
    };
    let config = format!("num_nodes = 5\nnum_clients = 3\n{}{}{}", script(0), script(1), script(2));

    let ours = trace(&config);
    let theirs: Vec<_> = RUN.lines().filter(|line| !line.starts_with("Running ")).collect();
    assert_eq!((ours.len(), theirs.len()), (340, 340));
    let (ours, theirs) = (by_process(ours.iter().map(String::as_str)), by_process(theirs));
    assert_eq!(ours.keys().collect::<Vec<_>>(), ["client", "main", "node 1", "node 2", "node 3", "node 4", "node 5"]);
    assert_eq!(ours, theirs);
}

#[test]
fn the_test_of_three_nodes_comes_out_line_by_line() {
    let ours = trace(
        "num_nodes = 3\n[[client]]\n\
         requests = ['put x hello', 'get x', 'put x world', 'delete x', 'get x', 'delete x']",
    );
    let mut ours = by_process(ours.iter().map(String::as_str));
    let mut theirs = by_process(TEST.lines().filter(|line| line.starts_with("[node ")));

    // The transcript knows no main and no client: it is of a test which called the node itself. And it ended before
    // two followers had applied the last entry.
    assert!(ours.remove("main").is_some() && ours.remove("client").is_some());
    for follower in ["node 2", "node 3"] {
        let lines = theirs.get_mut(follower).expect("both followers are in the transcript");
        lines.push("slot 6: DELETE \"x\" -> NOT FOUND".to_owned());
    }
    assert_eq!(ours.keys().collect::<Vec<_>>(), ["node 1", "node 2", "node 3"]);
    assert_eq!(ours, theirs);
}
