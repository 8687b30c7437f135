//! The program in a terminal: what goes where, what is told of mistakes, and with which exit code.
#![cfg(not(target_arch = "wasm32"))]

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn raft_kv(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_raft_kv"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn run(arguments: &[&str]) -> (String, String, Option<i32>) {
    let Output { stdout, stderr, status } = raft_kv(arguments).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
    (text(stdout), text(stderr), status.code())
}

/// A file for one test, with this content.
fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).expect("the target folder can be written to");
    path.to_str().expect("the target folder has a plain name").to_owned()
}

#[test]
fn the_trace_alone_goes_to_standard_output() {
    let (out, err, code) = run(&["--seed", "7"]);
    assert_eq!(code, Some(0));
    assert_eq!(out, include_str!("golden/default-seed-7.txt"));
    assert_eq!(err, "seed 7\n340 lines, 246 steps, 244 messages, 15 requests answered; repeat it with --seed 7\n");
}

#[test]
fn a_fresh_seed_is_shown_and_repeats_the_run() {
    let (out, err, _) = run(&[]);
    let seed = err.lines().next().and_then(|line| line.strip_prefix("seed ")).expect("the seed is told first");
    let (again, _, _) = run(&["--seed", seed]);
    assert_eq!(out, again);
    let (other, other_err, _) = run(&[]);
    assert!(err != other_err && out != other, "two fresh seeds of 32 bits are hardly ever equal");
}

#[test]
fn the_seed_of_the_command_line_comes_before_that_of_the_file() {
    let path = file("seed-3.toml", "seed = 3");
    assert!(run(&[&path]).1.starts_with("seed 3\n"));
    assert!(run(&[&path, "--seed", "4"]).1.starts_with("seed 4\n"));
}

#[test]
fn json_is_one_object_a_record_with_message_and_state() {
    let (out, _, code) = run(&["--seed", "7", "--format", "json"]);
    assert_eq!(code, Some(0));
    let records: Vec<Value> =
        out.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect();
    let lines: Vec<_> = records.iter().map(|record| record["event"]["line"].as_str().expect("a line")).collect();
    assert_eq!(lines.join("\n") + "\n", include_str!("golden/default-seed-7.txt"));

    let accepted = records.iter().find(|record| record["event"]["kind"] == "EntriesAccepted").expect("there is one");
    let expected = serde_json::json!({
        "step": 37, "time_ms": 200, "process": "node 2",
        "message": {
            "id": 38, "from": "node 1", "to": "node 2", "kind": "AppendEntries",
            "fields": {
                "term": 1, "prev_log_index": 0, "prev_log_term": 0,
                "entries": [{"term": 1, "operation": "get", "key": "a"}], "leader_commit": 0
            },
            "text": "AppendEntries 1@1"
        },
        "event": {
            "kind": "EntriesAccepted", "fields": {"leader": 1, "match_index": 1},
            "line": "[node 2] AppendEntries OK from leader 1, match_index=1"
        },
        "state": {
            "role": "follower", "term": 1, "voted_for": 1, "log": [{"term": 1, "operation": "get", "key": "a"}],
            "commit_index": 0, "last_applied": 0, "store": {}
        }
    });
    assert_eq!(*accepted, expected);

    let done = records.last().expect("there are records");
    assert_eq!((&done["message"], &done["state"]["done"]), (&Value::Null, &Value::Bool(true)));
    let stored = records.iter().rfind(|record| record["process"] == "node 5").expect("node 5 says something");
    assert_eq!(stored["state"]["log"].as_array().map(Vec::len), Some(15));
    assert_eq!(stored["state"]["store"]["e"], "val_30");
}

#[test]
fn a_wrong_configuration_is_told_with_its_place_and_exit_code_2() {
    let path = file("typo.toml", "# a cluster\nnum_node = 7\n");
    let (out, err, code) = run(&[&path]);
    assert_eq!((out.as_str(), code), ("", Some(2)));
    assert!(err.starts_with(&format!("error: {path}:2:1: unknown key `num_node`\n")), "{err}");
    assert!(err.contains("\n2 | num_node = 7\n  | ^^^^^^^^\n"), "{err}");
}

#[test]
fn files_that_cannot_be_read_are_told_apart() {
    let directory = env!("CARGO_MANIFEST_DIR");
    let not_utf8 = file("not-utf8.toml", b"num_nodes = 5 # caf\xe9\n");
    for (path, message) in [
        ("missing.toml", "missing.toml: there is no such file"),
        (directory, "is a directory"),
        (&not_utf8, ":1:20: this is not UTF-8: found the byte 0xe9"),
    ] {
        let (out, err, code) = run(&[path]);
        assert_eq!((out.as_str(), code), ("", Some(2)), "{err}");
        assert!(err.starts_with("error: ") && err.contains(message), "{err}");
    }
}

#[test]
fn a_wrong_command_line_is_told_with_exit_code_2() {
    for (arguments, message) in [
        (["--seed", "many"], "invalid value 'many' for '--seed <NUMBER>'"),
        (["--seed", "9007199254740992"], "9007199254740992 is not in 0..=9007199254740991"),
        (["--format", "xml"], "[possible values: text, json]"),
        (["--sed", "7"], "--seed"),
    ] {
        let (out, err, code) = run(&arguments);
        assert_eq!((out.as_str(), code), ("", Some(2)));
        assert!(err.contains(message), "{err}");
    }
}

#[test]
fn help_and_version_are_no_errors() {
    let (help, _, code) = run(&["--help"]);
    assert_eq!(code, Some(0));
    for part in ["config.toml", "--seed <NUMBER>", "--format <FORMAT>", "Exit codes", "Examples"] {
        assert!(help.contains(part), "{help}");
    }
    assert_eq!(run(&["--version"]).0, format!("raft_kv {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_who_has_enough_is_no_error() {
    let path = file("long.toml", "requests_per_client = 5000");
    let mut child =
        raft_kv(&[&path]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut line = String::new();
    let out = child.stdout.take().expect("standard output is piped");
    BufReader::new(out).read_line(&mut line).expect("there is a line");
    assert_eq!(line, "Config: 5 nodes, 3 clients\n");
    let Output { status, stderr, .. } = child.wait_with_output().expect("the program ends");
    assert_eq!((status.code(), String::from_utf8_lossy(&stderr).contains("error")), (Some(0), false));
}

#[cfg(target_os = "linux")]
#[test]
fn a_trace_that_cannot_be_written_is_a_failed_run() {
    let full = File::create("/dev/full").expect("this system has a device that is always full");
    let Output { status, stderr, .. } = raft_kv(&["--seed", "7"]).stdout(full).output().expect("the program starts");
    assert_eq!(status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&stderr);
    assert!(stderr.contains("error: the trace cannot be written: "), "{stderr}");
}
