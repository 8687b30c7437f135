//! The program in a terminal: what goes where, what is told of mistakes, and with which exit code.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
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
    assert_eq!(
        err,
        "seed 7\ndone: all clients are served\n\
         340 lines, 246 steps, 244 messages, 15 requests answered; repeat it with --seed 7\n22 properties held; whether \
         clients are served in time is not judged here\n"
    );
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
    let all = records(&out);
    let records: Vec<_> = all.iter().filter(|record| record["what"] == "event").collect();
    let lines: Vec<_> = records.iter().map(|record| record["event"]["line"].as_str().expect("a line")).collect();
    assert_eq!(lines.join("\n") + "\n", include_str!("golden/default-seed-7.txt"));

    let accepted = records.iter().find(|record| record["event"]["kind"] == "EntriesAccepted").expect("there is one");
    let expected = serde_json::json!({
        "step": 37, "time_ms": 200, "what": "event", "process": "node 2",
        "message": {
            "id": 38, "from": "node 1", "to": "node 2", "kind": "AppendEntries",
            "fields": {
                "term": 1, "prev_log_index": 0, "prev_log_term": 0,
                "entries": [{"term": 1, "client": 1, "request": 1, "operation": "get", "key": "a"}], "leader_commit": 0,
                "round": 0
            },
            "text": "AppendEntries 1@1"
        },
        "event": {
            "kind": "EntriesAccepted", "fields": {"leader": 1, "match_index": 1},
            "line": "[node 2] AppendEntries OK from leader 1, match_index=1"
        },
        "state": {
            "role": "follower", "term": 1, "voted_for": 1, "log": [{"term": 1, "client": 1, "request": 1, "operation": "get", "key": "a"}],
            "commit_index": 0, "last_applied": 0, "store": {},
            "health": {"crashed": false, "paused": false, "will_crash_midway": false, "clock_percent": 100}
        }
    });
    assert_eq!(**accepted, expected);

    let done = records.last().expect("there are records");
    assert_eq!((&done["message"], &done["state"]["done"]), (&Value::Null, &Value::Bool(true)));
    let stored = records.iter().rfind(|record| record["process"] == "node 5").expect("node 5 says something");
    assert_eq!(stored["state"]["log"].as_array().map(Vec::len), Some(15));
    assert_eq!(stored["state"]["store"]["e"], "val_30");
}

/// The objects of JSON Lines.
fn records(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("each line is an object")).collect()
}

#[test]
fn in_json_every_message_is_sent_once_and_received_or_lost_or_in_flight() {
    let (out, err, code) = run(&["tests/chaos.toml", "--seed", "3", "--format", "json"]);
    assert_eq!(code, Some(0), "{err}");
    let records = records(&out);
    let ids = |words: &[&str]| {
        let of = records.iter().filter(|record| words.iter().any(|word| record["what"] == *word));
        let mut ids: Vec<u64> = of.map(|record| record["message"]["id"].as_u64().expect("an id")).collect();
        ids.sort_unstable();
        ids
    };
    let (made, gone) = (ids(&["send", "duplicate"]), ids(&["receive", "drop"]));
    assert!(made.iter().copied().eq(1..=made.len() as u64), "each id comes once, and none is left out");
    assert!(gone.windows(2).all(|pair| pair[0] < pair[1]), "no message arrives twice");
    let end = records.last().expect("there are records");
    let counts = &end["messages"];
    assert_eq!(
        (&end["what"], &end["ending"], &end["violations"]),
        (&"end".into(), &"done".into(), &Value::Array(vec![]))
    );
    assert_eq!(counts["in_flight"], made.len() - gone.len());
    for (what, count) in [("send", "sent"), ("duplicate", "duplicated"), ("receive", "received"), ("drop", "dropped")] {
        assert_eq!(counts[count], ids(&[what]).len(), "{what}");
        assert!(counts[count].as_u64() > Some(10), "{what}");
    }
    for copy in records.iter().filter(|record| record["what"] == "duplicate") {
        let original = copy["message"]["copy_of"].as_u64().expect("it says of what");
        assert!(original < copy["message"]["id"].as_u64().expect("an id"));
    }
    for kind in ["Crashed", "Restarted", "Delayed"] {
        assert!(records.iter().any(|record| record["event"]["kind"] == kind), "{kind}");
    }
}

/// Who keeps account of nothing but these records knows every log.
#[test]
fn in_json_the_changes_of_a_log_make_the_log() {
    let (out, ..) = run(&["tests/chaos.toml", "--seed", "5", "--format", "json", "--steps", "1500"]);
    let mut logs: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let (mut cuts, mut commits) = (0, 0);
    let records = records(&out);
    for record in &records {
        let process = record["process"].as_str().unwrap_or_default();
        let log = logs.entry(process.to_owned()).or_default();
        match record["what"].as_str() {
            Some("append") => {
                assert_eq!(record["first_index"], log.len() + 1);
                log.extend(record["entries"].as_array().expect("entries").iter().cloned());
            }
            Some("truncate") => {
                cuts += 1;
                log.truncate(record["last_index"].as_u64().expect("an index") as usize);
            }
            Some("commit") => {
                commits += 1;
                assert_eq!(record["commit_index"], record["state"]["commit_index"]);
            }
            Some("send") if process.starts_with("node") => {
                assert_eq!(record["state"]["log"], Value::Array(log.clone()))
            }
            _ => {}
        }
    }
    assert!(commits > 50 && cuts < 50, "{commits} {cuts}");
    let leads = |record: &&Value| record["state"]["role"] == "leader";
    let leader = records.iter().find(leads).expect("somebody leads");
    assert!(leader["state"]["peers"][0]["next_index"].is_u64(), "{leader}");
}

#[test]
fn a_run_that_is_stuck_says_who_waits_for_whom() {
    let path = file("stuck.toml", "[[fault]]\nat_ms = 100\ncrash = 3\n");
    let (_, err, code) = run(&[&path, "--seed", "1"]);
    assert_eq!(code, Some(0));
    let sentence = "\nstuck: clients 1, 2 and 3 wait for node 1, node 1 waits for node 3, which has crashed; in this gear nobody \
                    stops waiting: [timers] turns on timeouts, which is what real Raft adds\n";
    assert!(err.contains(sentence), "{err}");
}

#[test]
fn a_run_that_is_cut_short_says_by_what_and_who_was_not_served() {
    let (_, err, code) = run(&["--seed", "7", "--steps", "150"]);
    assert!(err.contains("\nthe steps given to it, 150, are taken; clients 1, 2 and 3 were not served\n"), "{err}");
    assert_eq!(code, Some(0));
    let path = file("short.toml", "duration_ms = 1_500\nnum_clients = 1\nrequests_per_client = 9999\n[timers]\n");
    let (_, err, _) = run(&[&path, "--seed", "1"]);
    assert!(err.contains("\nthe time given to it, 1,500 ms, is over; client 1 was not served\n"), "{err}");
}

#[test]
fn times_stand_before_the_same_lines() {
    let (plain, ..) = run(&["tests/chaos.toml", "--seed", "3"]);
    let (timed, ..) = run(&["tests/chaos.toml", "--seed", "3", "--times"]);
    assert_eq!(plain.lines().count(), timed.lines().count());
    let mut before = 0;
    for (plain, timed) in plain.lines().zip(timed.lines()) {
        let (time, line) = timed.trim_start().split_once(' ').expect("a time and a line");
        let time: u64 = time.parse().expect("the time is a number");
        assert!(line == plain && time >= before, "{timed}");
        before = time;
    }
}

#[test]
fn warnings_are_told_before_the_run() {
    let path = file("warning.toml", "[timers]\nheartbeat_ms = 200\nelection_timeout_ms = 150\n");
    let (_, err, code) = run(&[&path, "--seed", "1", "--steps", "100"]);
    assert!(err.starts_with("warning: ") && err.contains("warning.toml:2:16: heartbeat_ms is 200"), "{err}");
    assert_eq!(code, Some(0));
}

/// The arguments of the command that is told to repeat something.
fn told(text: &str) -> Vec<&str> {
    let told = text.lines().find_map(|line| line.strip_prefix("repeat it with: raft_kv ")).expect("a command is told");
    told.split(' ').collect()
}

#[test]
fn a_sweep_over_correct_raft_finds_nothing() {
    let (out, err, code) = run(&["sweep", "tests/chaos.toml", "--seeds", "0..20", "--steps", "1000", "--nodes", "3,5"]);
    assert_eq!((err.as_str(), code), ("", Some(0)), "{out}");
    assert!(out.starts_with("20 seeds, ") && out.ends_with("no violation of 23 properties\n"), "{out}");
}

#[test]
fn a_sweep_shrinks_what_it_finds_to_a_command_that_repeats_it() {
    for (rule, property) in [
        ("vote_is_durable", "one vote a term"),
        ("term_is_durable", "terms grow"),
        ("vote_for_up_to_date_only", "leader completeness"),
        ("recognise_repeated_requests", "at most once"),
    ] {
        let (out, err, code) =
            run(&["sweep", "tests/chaos.toml", "--seeds", "0..100", "--nodes", "3,5,7", "--without-rule", rule]);
        assert_eq!(code, Some(1), "{out}{err}");
        let found = out.lines().find(|line| line.starts_with("violation with seed ")).expect("it is told");
        let (_, line) = found.split_once(": ").expect("the violation follows");
        assert!(line.starts_with(property), "{line}");
        let command = told(&out);
        let (_, err, code) = run(&command);
        assert_eq!(code, Some(1), "{command:?}");
        assert!(err.contains(&format!("violation: {line}\n")), "{command:?} {err}");
        assert_eq!(told(&err), command, "a run tells the same command");

        let mut json = command.clone();
        json.extend(["--format", "json"]);
        let records = records(&run(&json).0);
        let violation = records.iter().find(|record| record["what"] == "violation").expect("it is a record");
        assert_eq!(violation["violation"]["line"], line);

        // Without any one of the faults that are left it does not come about in this way.
        let place = command.iter().position(|&word| word == "--only-faults");
        if let Some(place) = place.filter(|place| command[place + 1] != "none") {
            let mut none = command.clone();
            none[place + 1] = "none";
            assert!(!run(&none).1.contains(&format!("violation: {line}\n")));
        }
    }
}

#[test]
fn wrong_sweeps_are_told_with_exit_code_2() {
    for (arguments, message) in [
        (["sweep", "tests/chaos.toml", "--seeds", "9..3"], "there is no seed from 9 up to, but not including, 3"),
        (["sweep", "tests/chaos.toml", "--seeds", "all"], "as FROM..TO, for example 0..10000"),
        (["sweep", "tests/chaos.toml", "--nodes", "3,0"], "0 is not in 1..=101"),
        (["sweep", "tests/chaos.toml", "--threads", "0"], "0 is not in 1..=1024"),
        (["sweep", "tests/chaos.toml", "--without-rule", "luck"], "commit_own_term_only"),
        (["sweep", "missing.toml", "--seeds", "0..3"], "missing.toml: there is no such file"),
        (["run", "tests/chaos.toml", "--only-faults", "3,1"], "write numbers in ascending order"),
        (["run", "config.toml", "--only-faults", "1"], "config.toml has no [chaos]"),
    ] {
        let (out, err, code) = run(&arguments);
        assert_eq!((out.as_str(), code), ("", Some(2)), "{err}");
        assert!(err.contains(message), "{err}");
    }
    let (help, _, code) = run(&["help", "sweep"]);
    assert!(help.contains("Examples:") && help.contains("Exit codes:") && code == Some(0), "{help}");
    assert!(run(&["help", "run"]).0.contains("will_be_lost"));
}

#[cfg(unix)]
#[test]
fn a_sweep_that_is_interrupted_says_how_far_it_came() {
    let mut child = raft_kv(&["sweep", "tests/chaos.toml", "--seeds", "0..1000000", "--steps", "1000"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is a kill");
    assert!(killed.success());
    let status = child.wait().expect("it ends");
    let mut out = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().expect("it is piped"), &mut out).expect("it prints text");
    assert_eq!(status.code(), Some(130), "{out}");
    assert!(out.starts_with("stopped: ") && out.ends_with(" steps, no violation\n"), "{out}");
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
        (["--format", "xml"], "[possible values: text, json, shiviz]"),
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

#[test]
fn run_is_what_happens_without_a_command() {
    let (out, err, code) = run(&["--seed", "7"]);
    assert_eq!(run(&["run", "--seed", "7"]), (out.clone(), err.clone(), code));
    assert_eq!(run(&["run", "config.toml", "--seed", "7"]), (out, err, code));
}

#[test]
fn help_tells_the_commands_and_what_a_history_looks_like() {
    let (help, ..) = run(&["--help"]);
    for part in ["Commands:", "  run ", "  check ", "raft_kv check history.json"] {
        assert!(help.contains(part), "{help}");
    }
    let (help, _, code) = run(&["check", "--help"]);
    assert_eq!(code, Some(0));
    let line = help.lines().map(str::trim).find(|line| line.starts_with('{')).expect("there is an example");
    assert_eq!(run(&["check", &file("example.json", line)]).2, Some(0));
}

#[test]
fn the_history_of_a_run_can_be_checked() {
    let path = file("history-of-seed-7.json", "");
    let (out, _, code) = run(&["--seed", "7", "--history", &path]);
    assert_eq!((out.as_str(), code), (include_str!("golden/default-seed-7.txt"), Some(0)));
    let checked = (String::from("linearizable: 15 operations, 0 of them without an answer\n"), String::new(), Some(0));
    assert_eq!(run(&["check", &path]), checked);

    // The same as JSON Lines, and with one answer changed.
    let array = fs::read_to_string(&path).expect("the history was written");
    let lines: Vec<&str> = array.lines().map(|line| line.trim_end_matches(',')).filter(|line| line.len() > 1).collect();
    assert_eq!(lines.len(), 15);
    assert_eq!(run(&["check", &file("lines.json", lines.join("\n"))]), checked);
    let wrong = array.replacen("\"key not found\"", "{\"value\":\"val_100\"}", 1);
    assert_ne!(wrong, array);
    let (out, err, code) = run(&["check", &file("wrong.json", wrong)]);
    assert_eq!((err.as_str(), code), ("", Some(1)));
    assert!(out.starts_with("not linearizable: get ") && out.contains(" returned \"val_100\" ("), "{out}");

    let (_, err, code) = run(&["--seed", "7", "--history", env!("CARGO_MANIFEST_DIR")]);
    assert!(err.contains(" cannot be written: ") && code == Some(1), "{err}");
}

/// Operations as one JSON array; single quotes stand for double ones.
fn history(name: &str, operations: &[&str]) -> String {
    file(name, format!("[{}]", operations.join(",\n")).replace('\'', "\""))
}

#[test]
fn a_history_that_is_not_linearizable_is_told_as_a_sentence() {
    let put = "{'client': 1, 'op': 'put x 1', 'start': 1, 'end': 10, 'result': 'ok'}";
    let delete = "{'client': 1, 'op': 'delete x', 'start': 20, 'end': 31, 'result': 'ok'}";
    let stale = "{'client': 2, 'op': 'get x', 'start': 40, 'end': 52, 'result': {'value': '1'}}";
    let unknown = "{'client': 3, 'op': 'put x 1', 'start': 2, 'end': null}";
    let missing = "{'client': 3, 'op': 'get x', 'start': 12, 'end': 13, 'result': 'key not found'}";
    let again = "{'client': 4, 'op': 'put x 2', 'start': 5, 'end': 12, 'result': 'ok'}";
    for (operations, sentence) in [
        (
            [put, delete, stale].as_slice(),
            "get x of client 2 returned \"1\" (40 to 52), but delete x of client 1 had succeeded before (20 to 31)",
        ),
        (&[delete], "delete x of client 1 succeeded (20 to 31), but nothing was stored under x before"),
        (
            &[put, missing],
            "get x of client 3 found no key (12 to 13), but put x 1 of client 1 had succeeded before (1 to 10)",
        ),
        (
            &[put, again],
            "put x 2 of client 4 succeeded (5 to 12), which no order of the operations explains: at the latest, put x 1 \
             of client 1 had succeeded (1 to 10)",
        ),
    ] {
        let (out, err, code) = run(&["check", &history("not-linearizable.json", operations)]);
        assert_eq!((out, err.as_str(), code), (format!("not linearizable: {sentence}\n"), "", Some(1)));
    }
    let (out, _, code) = run(&["check", &history("unknown.json", &[put, delete, stale, unknown])]);
    assert_eq!((out.as_str(), code), ("linearizable: 4 operations, 1 of them without an answer\n", Some(0)));
}

#[test]
fn a_wrong_history_is_told_with_what_to_do_and_exit_code_2() {
    let get = "{'client': 1, 'op': 'get x', 'start': 3, 'end': 5, 'result': 'key not found'}";
    for (operation, message) in [
        ("{'client': 1, 'op': 'get x', 'start': 1,", "this is not a history in JSON: "),
        ("7", "at line 2 column 1"),
        ("{'client': -1, 'op': 'get x', 'start': 1}", "invalid value: integer `-1`, expected u64 at line 2 column 13"),
        ("{'client': 4294967296, 'op': 'get x', 'start': 1}", "operation 2: client 4294967296 is too large a number"),
        ("{'client': 2, 'op': 'get x'}", "missing field `start` at line 2 column 28"),
        (
            "{'client': 2, 'op': 'get x', 'start': 1, 'stop': 2}",
            "unknown field `stop`, expected one of `client`, `op`,",
        ),
        (
            "{'client': 2, 'op': 'pot x 1', 'start': 1}",
            "operation 2: `pot x 1` is not understood; an op is put KEY VALUE,",
        ),
        ("{'client': 2, 'op': 'put x', 'start': 1}", "operation 2: `put x` is not understood"),
        ("{'client': 2, 'op': 'get x y', 'start': 1}", "operation 2: `get x y` is not understood"),
        (
            "{'client': 2, 'op': 'get x', 'start': 5, 'end': 4, 'result': 'ok'}",
            "operation 2: its end 4 is before its start 5",
        ),
        ("{'client': 2, 'op': 'get x', 'start': 5, 'end': 6}", "operation 2: it has an end, but no result"),
        ("{'client': 2, 'op': 'get x', 'start': 5, 'result': 'ok'}", "operation 2: it has a result, but no end"),
        (
            "{'client': 2, 'op': 'get x', 'start': 5, 'end': 6, 'result': 'ok'}",
            "operation 2: `get x` cannot have this result",
        ),
        (
            "{'client': 2, 'op': 'put x 1', 'start': 5, 'end': 6, 'result': 'OK'}",
            "a result is \"ok\", \"key already exists\",",
        ),
        (
            "{'client': 1, 'op': 'delete x', 'start': 4}",
            "client 1 has two operations at a time: `get x` (operation 1) ends at 5, but `delete x` (operation 2) starts at 4",
        ),
    ] {
        let (out, err, code) = run(&["check", &history("bad.json", &[get, operation])]);
        assert_eq!((out.as_str(), code), ("", Some(2)), "{err}");
        assert!(err.starts_with("error: ") && err.contains("bad.json: ") && err.contains(message), "{err}");
    }
    for (path, message) in [
        ("missing.json", "missing.json: there is no such file"),
        (env!("CARGO_MANIFEST_DIR"), "is a directory"),
        (&file("empty.json", " \n"), "the file is empty; a history without operations is []"),
    ] {
        let (out, err, code) = run(&["check", path]);
        assert_eq!((out.as_str(), code), ("", Some(2)), "{err}");
        assert!(err.contains(message), "{err}");
    }
    assert_eq!(run(&["check"]).2, Some(2));
}

/// Where a file for one test is to be written.
fn place(name: &str) -> String {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name).to_str().expect("the folder has a plain name").to_owned()
}

#[test]
fn a_run_is_saved_and_printed_again() {
    let config = file("lecture.toml", "num_nodes = 3\nduration_ms = 2000\n[timers]\n");
    let saved = place("saved-run.toml");
    let (out, err, code) = run(&[&config, "--seed", "7", "--save", &saved]);
    assert_eq!(code, Some(0), "{err}");
    let text = fs::read_to_string(&saved).expect("the run is saved");
    assert!(text.contains("seed = 7\n") && text.contains("file = \"lecture.toml\"\n"), "{text}");

    let (again, err, code) = run(&["run", &saved]);
    assert_eq!((&again, code), (&out, Some(0)), "{err}");
    assert!(err.starts_with("a saved run with 0 acts, saved at step "), "{err}");
    assert!(err.contains("\nseed 7\n") && !err.contains("repeat it with"), "{err}");

    let edited = text.lines().map(|line| match line.split(' ').next() {
        Some("step") => "step = 100\n".to_owned(),
        Some("lines") => String::new(),
        Some("acts") => "acts = [\n\"60 crash node 1\",\n".to_owned(),
        _ => format!("{line}\n"),
    });
    let acts = file("acts.toml", edited.collect::<String>());
    let (out, err, code) = run(&[&acts, "--format", "json"]);
    assert!(out.contains("\"Crashed\"") && err.starts_with("a saved run with 1 act, ") && code == Some(0), "{err}");
    assert!(run(&[&acts]).0.contains("\n[node 1] Crashed\n"));
    let resaved = place("resaved.toml");
    assert_eq!(run(&[&acts, "--save", &resaved]).2, Some(0));
    assert!(fs::read_to_string(&resaved).is_ok_and(|text| text.contains("\n  \"60 crash node 1\",\n")));
}

#[test]
fn a_saved_run_goes_its_own_way_or_says_why_not() {
    let text = "engine = 1\nseed = 7\nstep = 30\nacts = ['9 crash node 1']\nconfig = ''";
    let saved = file("own-way.toml", text);
    for option in [["--seed", "8"], ["--nodes", "3"], ["--steps", "9"], ["--without-rule", "one_vote_per_term"]] {
        let (out, err, code) = run(&[&[saved.as_str()], option.as_slice()].concat());
        assert_eq!((out.as_str(), code), ("", Some(2)), "{err}");
        assert!(err.contains("own-way.toml is a saved run, and says itself how it goes"), "{err}");
    }
    for (text, told) in [
        (text.replace("engine = 1", "engine = 99"), "this run was made by engine 99; this is engine "),
        (text.replace("node 1", "node 9"), "act 1 at step 9 cannot be done: `node 9` is nobody: there are 5 nodes"),
        (text.replace("config = ''", "config = 'x = 1'"), "the configuration in the saved run "),
    ] {
        let (out, err, code) = run(&["run", &file("not-opened.toml", text)]);
        assert_eq!((out.as_str(), code), ("", Some(2)), "{err}");
        assert!(err.starts_with("error: ") && err.contains(told), "{err}");
    }
    let (_, err, code) = run(&["sweep", &saved]);
    assert!(err.contains("is a saved run, not a configuration") && code == Some(2), "{err}");
    let (_, err, code) = run(&["--save", "x.toml", "--nodes", "3"]);
    assert!(err.contains("cannot be used with") && code == Some(2), "{err}");
    let (_, err, code) = run(&["--seed", "7", "--save", env!("CARGO_MANIFEST_DIR")]);
    assert!(err.contains(" cannot be written: ") && code == Some(1), "{err}");
    let beyond = file("beyond.toml", "max_steps = 50");
    let (_, err, code) = run(&[&beyond, "--steps", "80", "--save", &place("beyond-saved.toml")]);
    assert!(err.contains("the run cannot be saved: there is no step 80: max_steps is 50") && code == Some(1), "{err}");
}

#[test]
fn a_configuration_takes_rules_away_as_the_command_line_does() {
    let text = "num_nodes = 3\nduration_ms = 3000\n[timers]\n";
    let (plain, without) =
        (file("plain.toml", text), file("without.toml", format!("{text}[raft]\nwithout_rules = ['majority_quorum']")));
    let (out, _, _) = run(&[&plain, "--seed", "7", "--without-rule", "majority_quorum"]);
    let (same, err, _) = run(&[&without, "--seed", "7"]);
    assert_eq!(out, same);
    assert!(err.contains("these rules are taken away: majority_quorum; what goes wrong is not Raft's fault"), "{err}");
    let path = file("idle.toml", "[raft]\nwithout_rules = ['step_down_on_higher_term']");
    assert_eq!(run(&[&path, "--seed", "7"]).1.matches("nothing becomes wrong, only slow").count(), 1);
}

#[test]
fn what_runs_is_not_overwritten() {
    let config = file("precious.toml", "seed = 7");
    let (folder, name) = config.rsplit_once('/').expect("it is in a folder");
    let same = format!("{folder}/./{name}");
    for words in [
        &["draw", &config, "--to", "9", "--out", &same][..],
        &[&config, "--save", &same],
        &[&config, "--history", &config],
    ] {
        let (_, err, code) = run(words);
        assert!(err.contains("precious.toml is what runs, and would be overwritten"), "{err}");
        assert_eq!(code, Some(2));
        assert_eq!(fs::read_to_string(&config).expect("it is there"), "seed = 7");
    }
}
