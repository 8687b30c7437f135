//! What can be wrong with a configuration, and what a person is told then.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::config::{Config, ConfigError, Question, Scenario};
use raft_kv::faults::{Chaos, Fault, FaultKind, Target};
use raft_kv::network::Conditions;
use raft_kv::process::ProcessId;
use raft_kv::raft::options::{Options, Timing};

/// What a text says, without the text.
fn parse(text: &str) -> Config {
    let config = Config::parse_bytes("config.toml", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((config.file.as_str(), config.text.as_str()), ("config.toml", text));
    Config { file: String::new(), text: String::new(), ..config }
}

fn refused(bytes: impl AsRef<[u8]>) -> ConfigError {
    Config::parse_bytes("config.toml", bytes.as_ref()).expect_err("this must be refused")
}

/// Checks where an error stands, in line, column and width, and what its message and its help say.
#[track_caller]
fn expect(text: &str, place: (u32, u32, u32), message: &str, help: &str) {
    let error = refused(text);
    assert_eq!((error.line, error.column, error.width), place, "{error}");
    assert_eq!(error.message, message);
    assert_eq!(error.help.as_deref().unwrap_or(""), help);
}

const ALLOWED_AT_THE_TOP: &str = "allowed here: num_nodes, num_clients, seed, requests_per_client, keys, \
    duration_ms, max_steps, client, timers, network, raft, fault, chaos, scenario";
const NEEDS_TIMERS_HELP: &str = "add a [timers] table, empty if you like: it turns on full Raft. Without timeouts \
    nobody sends again what was lost, nor takes the place of a leader that is gone";

#[test]
fn every_key_has_its_default_on_its_own() {
    assert_eq!(parse(""), Config::default());
    assert_eq!(parse("num_nodes = 7"), Config { num_nodes: 7, ..Config::default() });
    assert_eq!(parse("num_clients = 0"), Config { num_clients: 0, ..Config::default() });
    assert_eq!(parse("requests_per_client = 0"), Config { requests_per_client: 0, ..Config::default() });
    assert_eq!(parse("seed = 7"), Config { seed: Some(7), ..Config::default() });
    assert_eq!(parse("keys = ['k']"), Config { keys: vec!["k".to_owned()], ..Config::default() });
    let default = Config::default();
    assert_eq!((default.num_nodes, default.num_clients, default.requests_per_client), (5, 3, 5));
    assert_eq!(default.keys, ["a", "b", "c", "d", "e"]);
    assert_eq!(default.seed, None);
}

#[test]
fn the_file_that_is_shipped_is_the_default() {
    assert_eq!(parse(include_str!("../config.toml")), Config::default());
}

#[test]
fn what_is_commented_out_in_the_file_that_is_shipped_can_be_used() {
    let config = parse(&include_str!("../config.toml").replace("\n# ", "\n"));
    assert_eq!(config.raft.timing, Some(Timing::default()));
    assert_eq!((config.scripts.len(), config.faults.len(), config.warnings.len()), (1, 1, 0));
}

#[test]
fn all_forms_of_a_whole_number_are_read() {
    assert_eq!(parse("num_nodes = 0x3\nnum_clients = 1_0\nseed = 0b101").num_nodes, 3);
    assert_eq!(parse("num_clients = 1_0").num_clients, 10);
    assert_eq!(parse("num_nodes = +9").num_nodes, 9);
    assert_eq!(parse("num_clients = -0").num_clients, 0);
}

#[test]
fn the_borders_of_every_range_are_inside_and_the_next_numbers_outside() {
    let borders = [
        ("num_nodes", 1, 101),
        ("num_clients", 0, 1_000),
        ("requests_per_client", 0, 1_000_000),
        ("seed", 0, (1i128 << 53) - 1),
        ("max_steps", 1, 1_000_000_000),
    ];
    for (key, least, most) in borders {
        for inside in [least, most] {
            parse(&format!("{key} = {inside}"));
        }
        for outside in [least - 1, most + 1, i128::from(i64::MAX), -5] {
            let column = key.len() as u32 + 4;
            let message = format!("{key} must be a whole number from {least} to {most}, found {outside}");
            expect(&format!("{key} = {outside}"), (1, column, outside.to_string().len() as u32), &message, "");
        }
    }
}

#[test]
fn a_byte_order_mark_and_crlf_with_comments_are_fine() {
    let config = parse("\u{feff}num_nodes = 4 # four\r\n# and\r\nnum_clients = 2 # two\r\n");
    assert_eq!((config.num_nodes, config.num_clients), (4, 2));

    let error = refused("\u{feff}num_node = 4 # four\r\n");
    assert_eq!((error.line, error.column, error.source.as_str()), (1, 1, "num_node = 4 # four"));
    let error = refused("# one\r\n# two\r\nseed = x\r\n");
    assert_eq!((error.line, error.column, error.source.as_str()), (3, 8, "seed = x"));
}

#[test]
fn scripts_are_read_and_make_as_many_clients_as_there_are() {
    let two = "[[client]]\nrequests = ['put x hello world', ' GET  x ']\n[[client]]\nrequests = []";
    let error = refused(two);
    assert_eq!(error.help.as_deref(), Some("did you mean `get`? (a request is put KEY VALUE, get KEY or delete KEY)"));

    let config = parse(&two.replace("GET", "get"));
    assert_eq!((config.num_clients, config.scripts.len()), (2, 2));
    let [put, get] = config.scripts[0].as_slice() else { panic!("two requests were written") };
    let text = |command: &raft_kv::kv::Command| {
        struct Shown<'a>(&'a raft_kv::kv::Command, &'a raft_kv::kv::Texts);
        impl std::fmt::Display for Shown<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.write(self.1, f)
            }
        }
        Shown(command, &config.texts).to_string()
    };
    assert_eq!(
        (text(&put.command).as_str(), text(&get.command).as_str()),
        ("PUT \"x\" = \"hello world\"", "GET \"x\"")
    );

    assert_eq!(parse("num_clients = 9\n[[client]]\nrequests = ['get x']").num_clients, 9);
    expect(
        "num_clients = 1\n[[client]]\nrequests = []\n[[client]]\nrequests = []",
        (1, 15, 1),
        "num_clients is 1, but there are 2 [[client]] tables",
        "write num_clients = 2, or leave it out",
    );
}

#[test]
fn an_error_is_shown_with_its_line_and_a_caret_under_what_is_meant() {
    let shown = "\
config.toml:2:1: unknown key `num_node`
  |
2 | num_node = 7
  | ^^^^^^^^
  = did you mean `num_nodes`? (ALLOWED)";
    assert_eq!(refused("# a cluster\nnum_node = 7\n").to_string(), shown.replace("ALLOWED", ALLOWED_AT_THE_TOP));

    let shown = "\
config.toml:1:9: this is not valid TOML: `x` is not a value
  |
1 | \tseed\t= x # ?
  | \t    \t  ^
  = a value is a number, a text in quotes, or a list of them in [ ]";
    assert_eq!(refused("\tseed\t= x # ?").to_string(), shown);
}

#[test]
fn a_long_line_is_cut_around_what_is_meant() {
    let error = refused(format!("keys = ['{}', 3, '{}']", "k".repeat(10_000), "l".repeat(10_000)));
    let lines: Vec<_> = error.to_string().lines().map(str::to_owned).collect();
    assert!(lines.iter().all(|line| line.chars().count() <= 120), "{error}");
    let caret = lines[3].find('^').expect("a caret is shown");
    assert_eq!(&lines[2][caret..=caret], "3");
}

#[test]
fn what_is_not_toml_is_said_in_words() {
    expect("num_nodes = ", (1, 13, 1), "this is not valid TOML: there is no value behind the `=`", "");
    expect("num_nodes = 5\nnum_nodes = 6", (2, 1, 9), "`num_nodes` is given twice", "keep one of the two");
    expect("num_nodes 5", (1, 11, 1), "this is not valid TOML: key with no value, expected `=`", "");
    expect("keys = ['a'\n", (1, 12, 1), "this is not valid TOML: unclosed array, expected `]`", "");
    expect("[client\n", (1, 8, 1), "this is not valid TOML: unclosed table, expected `]`", "");
}

#[test]
fn a_wrong_type_is_never_silently_the_default() {
    let must_be = "num_nodes must be a whole number from 1 to 101, found";
    for (value, found) in [
        ("'five'", "a string"),
        ("5.0", "a floating-point number"),
        ("true", "true or false"),
        ("[5]", "a list"),
        ("{ n = 5 }", "a table"),
        ("2026-01-01", "a date or time"),
    ] {
        expect(&format!("num_nodes = {value}"), (1, 13, value.len() as u32), &format!("{must_be} {found}"), "");
    }
    let must_be = "keys must be a list of one or more strings, found";
    expect("keys = 'a'", (1, 8, 3), &format!("{must_be} a string"), "");
    expect("keys = ['a', 3]", (1, 14, 1), &format!("{must_be} a whole number"), "");
    let many: Vec<String> = (0..1_001).map(|number| format!("'{number}'")).collect();
    assert_eq!(parse(&format!("keys = [{}]", many[1..].join(","))).keys.len(), 1_000);
    assert_eq!(refused(format!("keys = [{}]", many.join(","))).message, "keys can be a thousand at most");
    expect("keys = []", (1, 8, 2), &format!("{must_be} an empty list"), "");
    expect("keys = ['a', 'a']", (1, 14, 3), "the key \"a\" is in the list twice", "");
    expect(
        "[client]\nrequests = []",
        (1, 1, 8),
        "client must be written as [[client]], a table for each client, found a table",
        "",
    );
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_known_one() {
    let allowed = ALLOWED_AT_THE_TOP;
    for (unknown, known) in [
        ("num-nodes", "num_nodes"),
        ("NUM_NODES", "num_nodes"),
        ("nodes_num", ""),
        ("num_client", "num_clients"),
        ("clients", "client"),
        ("sede", "seed"),
        ("request_per_client", "requests_per_client"),
        ("colour", ""),
    ] {
        let help = if known.is_empty() { allowed.to_owned() } else { format!("did you mean `{known}`? ({allowed})") };
        let message = format!("unknown key `{unknown}`");
        expect(&format!("{unknown} = 3"), (1, 1, unknown.len() as u32), &message, &help);
    }
    expect(
        "[[client]]\nrequest = ['get x']\nrequests = []",
        (2, 1, 7),
        "unknown key `request`",
        "did you mean `requests`? (allowed here: requests)",
    );
    expect("[cluster]\nnum_nodes = 3", (1, 2, 7), "unknown key `cluster`", allowed);
}

#[test]
fn a_request_that_cannot_be_sent_is_shown_within_its_string() {
    let script = |request: &str| format!("[[client]]\nrequests = [\"get a\", {request}]");
    let allowed = "a request is put KEY VALUE, get KEY or delete KEY";
    let typo = format!("did you mean `put`? ({allowed})");
    expect(&script("'putt x 1'"), (2, 23, 4), "`putt` is not a request", &typo);
    expect(&script("'increment x'"), (2, 23, 9), "`increment` is not a request", allowed);
    expect(&script("''"), (2, 23, 1), "this request is empty", allowed);
    expect(&script("'put x'"), (2, 23, 5), "`put x` lacks its value", "write it as \"put KEY VALUE\"");
    expect(&script("'put'"), (2, 23, 3), "`put` lacks its key", "write it as \"put KEY VALUE\"");
    expect(&script("'delete '"), (2, 23, 7), "`delete ` lacks its key", "write it as \"delete KEY\"");
    expect(&script("'get x y z'"), (2, 29, 3), "`get` takes a key and nothing behind it", "write it as \"get KEY\"");
    // Written with an escape, the whole string is meant.
    expect(&script("\"putt\\u0020x 1\""), (2, 22, 15), "`putt` is not a request", &typo);
    expect(
        "[[client]]\n",
        (1, 1, 10),
        "a [[client]] needs its requests",
        "write requests = [\"put x hello\", \"get x\", \"delete x\"]",
    );
}

#[test]
fn a_line_of_the_trace_stays_one_line() {
    let message = "this request has a control character in it";
    let help = "a line of the trace is one line: leave out line ends, tabs and other control characters";
    for control in ["\\n", "\\t", "\\u001b", "\\u0085", "\\u202e"] {
        expect(
            &format!("[[client]]\nrequests = [\"put x a{control}b\"]"),
            (2, 13, 10 + control.len() as u32),
            message,
            help,
        );
    }
    let config = parse("[[client]]\nrequests = ['put \u{1f600} <b>\u{5d0}\u{5d1}</b> \"quoted\"']");
    assert_eq!(config.scripts[0].len(), 1, "anything else may be in a key or a value");
    for key in ["''", "' '", "'a b'", "\"a\\nb\""] {
        let help = "a key has no blanks, lest it be taken for two words";
        expect(&format!("keys = [{key}]"), (1, 9, key.len() as u32), "this cannot be a key", help);
    }
}

#[test]
fn what_is_quoted_neither_hides_the_message_nor_commands_the_terminal() {
    let error = refused(format!("{} = 3", "k".repeat(10_000)));
    assert_eq!(error.message, format!("unknown key `{}…`", "k".repeat(40)));
    let told = refused("\"a\\u001b[31mb\" = 3").to_string();
    assert!(told.starts_with("config.toml:1:1: unknown key `a\u{fffd}[31mb`\n"), "{told}");
}

#[test]
fn a_key_that_slipped_below_a_client_is_sent_back_up() {
    expect(
        "[[client]]\nrequests = []\nnum_nodes = 3",
        (3, 1, 9),
        "unknown key `num_nodes`",
        "move it to the top of the file, above the first table (allowed here: requests)",
    );
}

#[test]
fn the_first_mistake_in_the_file_is_told_first() {
    assert_eq!(refused("seed = -1\nnum_nodes = 0\nkeys = 1").line, 1);
    assert_eq!(refused("num_nodes = 0\nkeys = 1\nseed = -1").line, 1);
    let scripts = "[[client]]\nrequests = []\n".repeat(2);
    let settled_last = format!("num_clients = 1\ncolour = 1\n{scripts}");
    assert_eq!(refused(settled_last).message, "num_clients is 1, but there are 2 [[client]] tables");
}

#[test]
fn what_is_not_utf8_is_told_with_the_place_of_the_first_bad_byte() {
    let error = refused(b"num_nodes = 5\nseed = 3 # caf\xe9\nkeys = 1");
    assert_eq!((error.line, error.column), (2, 15));
    assert_eq!(error.message, "this is not UTF-8: found the byte 0xe9");
    assert_eq!(error.source, "seed = 3 # caf\u{fffd}");
    assert_eq!(refused(b"\xef\xbb\xbf# caf\xe9").column, 6, "a byte-order mark is not counted");
}

const fn node(id: u32) -> Target {
    Target::Process(ProcessId::Node(id))
}

const fn client(id: u32) -> Target {
    Target::Process(ProcessId::Client(id))
}

/// What full Raft is without a word more.
fn timed() -> Config {
    Config {
        raft: Options { timing: Some(Timing::default()), ..Options::default() },
        network: Conditions { latency_ms: (5, 15), ..Conditions::default() },
        ..Config::default()
    }
}

#[test]
fn a_table_of_timers_turns_on_full_raft() {
    assert_eq!(parse("[timers]"), timed());
    assert_eq!(Config::default().raft.timing, None);
    assert_eq!((Config::default().duration_ms, Config::default().max_steps), (60_000, 10_000_000));

    let config = parse(
        "duration_ms = 10_000\nmax_steps = 100_000\n\
         [network]\nlatency_ms = [0, 7]\nloss_percent = 100\nduplicate_percent = 3\n\
         [raft]\nno_op = false\npre_vote = true\nread_index = true\nmax_entries_per_append = 1\n\
         [timers]\nelection_timeout_ms = [15, 30]\nheartbeat_ms = 5\nclient_timeout_ms = 40\n\
         [chaos]\nintensity = 7\nuntil_ms = 10_000\n\
         [scenario]\ntitle = ' A leader dies '\ntext = \"\"\"\n1\n2\n\"\"\"\nlook_for = 'terms'",
    );
    let timing = Timing { election_timeout_ms: (15, 30), heartbeat_ms: 5, client_timeout_ms: 40 };
    let scenario =
        Scenario { title: "A leader dies".into(), text: "1\n2".into(), look_for: "terms".into(), question: None };
    let expected = Config {
        raft: Options {
            timing: Some(timing),
            no_op: false,
            pre_vote: true,
            read_index: true,
            max_entries_per_append: 1,
            ..Options::default()
        },
        network: Conditions { latency_ms: (0, 7), loss_percent: 100, duplicate_percent: 3 },
        chaos: Some(Chaos { intensity: 7, until_ms: 10_000 }),
        duration_ms: 10_000,
        max_steps: 100_000,
        scenario: Some(scenario),
        ..Config::default()
    };
    assert_eq!(config, expected);

    assert_eq!(parse("max_steps = 1").max_steps, 1, "steps are counted in both gears");
    assert_eq!(parse("duration_ms = 9\n[timers]\n[chaos]").chaos, Some(Chaos { intensity: 50, until_ms: 4 }));
    assert_eq!(parse("[timers]\n[network]\nlatency_ms = 7").network.latency_ms, (7, 7));
    assert_eq!(parse("[timers]\n[network]").network.latency_ms, (5, 15));
}

#[test]
fn the_borders_of_the_ranges_of_full_raft() {
    for (table, key, least, most) in [
        ("timers", "heartbeat_ms", 1, 1_000_000),
        ("timers", "client_timeout_ms", 1, 1_000_000),
        ("network", "loss_percent", 0, 100),
        ("network", "duplicate_percent", 0, 100),
        ("raft", "max_entries_per_append", 1, 100_000),
        ("chaos", "intensity", 0, 100),
    ] {
        let file = |number: i64| {
            let timers = if table == "timers" { "" } else { "[timers]\n" };
            format!("{timers}[{table}]\n{key} = {number}")
        };
        parse(&file(least));
        parse(&file(most));
        for outside in [least - 1, most + 1] {
            let message = format!("{key} must be a whole number from {least} to {most}, found {outside}");
            assert_eq!(refused(file(outside)).message, message);
        }
    }
    parse("duration_ms = 1_000_000_000\n[timers]");
    let message = "duration_ms must be a whole number from 1 to 1000000000, found 0";
    expect("duration_ms = 0\n[timers]", (1, 15, 1), message, "");
}

#[test]
fn a_range_of_times_is_two_numbers_or_one() {
    let file = |latency: &str| format!("[timers]\n[network]\nlatency_ms = {latency}");
    let must_be = "latency_ms must be a whole number, or two as [MIN, MAX], from 0 to 1000000, found";
    expect(&file("1000001"), (3, 14, 7), &format!("{must_be} 1000001"), "");
    expect(&file("[5, -1]"), (3, 18, 2), &format!("{must_be} -1"), "");
    expect(&file("[true, 5]"), (3, 15, 4), &format!("{must_be} true or false"), "");
    expect(&file("[5]"), (3, 14, 3), &format!("{must_be} a list of 1"), "");
    expect(&file("'5'"), (3, 14, 3), &format!("{must_be} a string"), "");
    let message = "latency_ms has 15 for the shortest and 5 for the longest";
    expect(&file("[15, 5]"), (3, 15, 5), message, "write [5, 15]");
    expect(
        "[timers]\nelection_timeout_ms = 0",
        (2, 23, 1),
        "election_timeout_ms must be a whole number, or two as [MIN, MAX], from 1 to 1000000, found 0",
        "",
    );
}

#[test]
fn what_makes_no_sense_without_timeouts_is_refused_without_timers() {
    for (text, key, place) in [
        ("duration_ms = 5", "duration_ms", (1, 1)),
        ("[network]\nloss_percent = 1", "network", (1, 2)),
        ("[raft]\nno_op = true", "no_op", (2, 1)),
        ("[raft]\npre_vote = true", "pre_vote", (2, 1)),
        ("[raft]\nread_index = true", "read_index", (2, 1)),
        ("[raft]\nmax_entries_per_append = 1", "max_entries_per_append", (2, 1)),
        ("[chaos]", "chaos", (1, 2)),
        ("[[fault]]\nat_ms = 1\ntimeout = 1", "timeout", (3, 1)),
        ("[[fault]]\nat_ms = 1\nskew = 1\npercent = 50", "skew", (3, 1)),
    ] {
        expect(text, (place.0, place.1, key.len() as u32), &format!("`{key}` needs [timers]"), NEEDS_TIMERS_HELP);
        parse(&format!("{text}\n[timers]"));
    }
    let crash = "num_clients = 1\n[[fault]]\nat_ms = 1\ncrash = 'client 1'";
    expect(crash, (4, 9, 10), "`crash` of a client needs [timers]", NEEDS_TIMERS_HELP);
    parse(&format!("{crash}\n[timers]"));
}

#[test]
fn what_runs_but_not_as_expected_is_a_warning() {
    let one = |text: &str| {
        let config = parse(text);
        let [warning] = config.warnings.as_slice() else { panic!("one warning, not {:?}", config.warnings) };
        warning.to_string()
    };
    let shown = "\
config.toml:2:16: heartbeat_ms is 151, but a follower may lose patience after 150 ms: followers stand for election \
         although the leader lives
  |
2 | heartbeat_ms = 151
  |                ^^^
  = make heartbeat_ms much less than the shortest election timeout";
    assert_eq!(one("[timers]\nheartbeat_ms = 151"), shown);
    assert_eq!(parse("[timers]\nheartbeat_ms = 150").warnings, []);

    let shown = "\
config.toml:2:23: heartbeat_ms is 50, but a follower may lose patience after 9 ms: followers stand for election \
         although the leader lives
  |
2 | election_timeout_ms = 9
  |                       ^
  = make heartbeat_ms much less than the shortest election timeout";
    assert_eq!(one("[timers]\nelection_timeout_ms = 9"), shown, "the one that is written is meant");

    let shown = "\
config.toml:2:21: client_timeout_ms is 29, but a request and its answer alone can take 30 ms: clients ask again \
         although nothing was lost
  |
2 | client_timeout_ms = 29
  |                     ^^
  = make client_timeout_ms several times the longest latency";
    assert_eq!(one("[timers]\nclient_timeout_ms = 29"), shown);
    assert_eq!(parse("[timers]\nclient_timeout_ms = 30").warnings, []);

    let both = parse("[network]\nlatency_ms = 500\n[timers]\nheartbeat_ms = 999");
    let places: Vec<_> = both.warnings.iter().map(|warning| (warning.line, warning.column)).collect();
    assert_eq!(places, [(2, 14), (4, 16)], "warnings stand in the order of the file");
}

#[test]
fn faults_are_read_and_stand_in_the_order_of_their_time() {
    let config = parse(
        "num_nodes = 5\n[timers]\n\
         [[fault]]\nat_ms = 900\nrestart = 'all'\n\
         [[fault]]\ncrash = 1\nat_ms = 700\nlose = 2\n\
         [[fault]]\nat_ms = 700\npause = 'node 2'\n\
         [[fault]]\nat_ms = 701\nresume = 2\n\
         [[fault]]\nat_ms = 0\npartition = [[1, 2, 'client 1'], [3, 4, 'leader']]\n\
         [[fault]]\nat_ms = 60_000\ncut = [1, 'client 3']\n\
         [[fault]]\nat_ms = 1_000\nheal = true\n\
         [[fault]]\nat_ms = 1_001\nheal = [2, 1]\n\
         [[fault]]\nat_ms = 1_002\ntimeout = 'leader'\n\
         [[fault]]\nat_ms = 1_003\ntimeout = [1, 2]\n\
         [[fault]]\nat_ms = 1_004\nskew = 'client 1'\npercent = 1_000\n\
         [[fault]]\nat_ms = 1_005\ncrash = 'leader'\nmidway = true\n\
         [[fault]]\nat_ms = 1_006\ncrash = 0x3\nmidway = false",
    );
    let expected = [
        (0, FaultKind::Partition(vec![vec![node(1), node(2), client(1)], vec![node(3), node(4), Target::Leader]])),
        (700, FaultKind::Crash { target: node(1), lost_entries: 2 }),
        (700, FaultKind::Pause(node(2))),
        (701, FaultKind::Resume(node(2))),
        (900, FaultKind::Restart(Target::AllNodes)),
        (1_000, FaultKind::Heal),
        (1_001, FaultKind::HealLink { from: node(2), to: node(1) }),
        (1_002, FaultKind::Timeout(vec![Target::Leader])),
        (1_003, FaultKind::Timeout(vec![node(1), node(2)])),
        (1_004, FaultKind::Skew { target: client(1), percent: 1_000 }),
        (1_005, FaultKind::CrashMidway(Target::Leader)),
        (1_006, FaultKind::Crash { target: node(3), lost_entries: 0 }),
        (60_000, FaultKind::Cut { from: node(1), to: client(3) }),
    ];
    assert_eq!(config.faults, expected.map(|(at_ms, what)| Fault { at_ms, what }));

    let untimed = "at_ms = 1_000_000\ncrash = 1\n[[fault]]\nat_ms = 2_000_000\nheal = true";
    assert_eq!(parse(&format!("[[fault]]\n{untimed}")).faults.len(), 2, "faults are for both gears");
}

#[test]
fn there_is_an_end_to_faults() {
    let faults = |count: usize| "[[fault]]\nat_ms = 1\nheal = true\n".repeat(count);
    assert_eq!(parse(&faults(10_000)).faults.len(), 10_000);
    assert_eq!(refused(faults(10_001)).message, "there may be at most 10000 [[fault]] tables");
}

/// Checks what is said of the second line of a fault, in a run of three nodes and two clients.
#[track_caller]
fn expect_fault(line: &str, columns: (u32, u32), message: &str, help: &str) {
    let file = format!("fault = [{{ at_ms = 5,\n  {line} }}]\nnum_nodes = 3\nnum_clients = 2\ntimers = {{}}");
    expect(&file, (2, columns.0 + 3, columns.1), message, help);
}

#[test]
fn whom_a_fault_strikes_must_exist() {
    let nodes = "there are 3 nodes, counted from 1";
    expect_fault("crash = 4", (8, 1), "there is no node 4", nodes);
    expect_fault("crash = 0", (8, 1), "there is no node 0", nodes);
    expect_fault("cut = [1, -1]", (10, 2), "there is no node -1", nodes);
    expect_fault("pause = 'node 4'", (8, 8), "there is no 'node 4'", nodes);
    expect_fault("pause = 'node x'", (8, 8), "there is no 'node x'", nodes);
    let clients = "there are 2 clients, counted from 1";
    expect_fault("partition = [[1, 'client 3']]", (17, 10), "there is no 'client 3'", clients);
    let who = "write the number of a node, \"node 1\", \"client 1\"";
    expect_fault("crash = 'nod 1'", (8, 7), "nobody is called 'nod 1'", &format!("{who}, \"leader\" or \"all\""));
    expect_fault("skew = 'all', percent = 50", (7, 5), "nobody is called 'all'", &format!("{who} or \"leader\""));
    expect_fault("timeout = 'client 1'", (10, 10), "a client has no election timer", "name nodes only");
    expect_fault("cut = [2, 'node 2']", (6, 13), "there is no link from a process to itself", "");
    expect(
        "[[fault]]\nat_ms = 1\npause = 'client 2'\n[[client]]\nrequests = []",
        (3, 9, 10),
        "there is no 'client 2'",
        "there are 1 clients, counted from 1",
    );
}

#[test]
fn a_fault_is_one_thing_at_one_time() {
    let verbs = "it is one of crash, restart, pause, resume, partition, cut, heal, timeout or skew";
    expect("[[fault]]\nat_ms = 1", (1, 1, 9), "a [[fault]] needs to say what happens", verbs);
    expect("[[fault]]\nheal = true", (1, 1, 9), "a [[fault]] needs its time", "write at_ms = 700");
    expect(
        "[fault]\nheal = true",
        (1, 1, 7),
        "fault must be written as [[fault]], a table for each fault, found a table",
        "",
    );
    let message = "`restart` beside `crash`: one [[fault]] is one thing that happens";
    expect_fault("crash = 1, restart = 2", (11, 7), message, "write a [[fault]] for each");

    expect_fault("heal = true, lose = 2", (20, 1), "`lose` goes with `crash` only", "");
    expect_fault("pause = 1, midway = true", (20, 4), "`midway` goes with `crash` only", "");
    expect_fault("pause = 1, percent = 50", (21, 2), "`percent` goes with `skew` only", "");
    let message = "`lose` does not go with `midway`";
    expect_fault("crash = 1, lose = 1, midway = true", (18, 1), message, "");
    expect_fault("midway = true, crash = 1, lose = 1", (33, 1), message, "");
    let half = "write percent = 50 for a clock that is twice as fast, 200 for one that is half as fast";
    expect_fault("skew = 1", (7, 1), "`skew` needs its percent", half);
    expect_fault("crash = 'client 1', lose = 1", (8, 10), "a client has no log to lose entries of", "");

    let message = "lose must be a whole number from 1 to 1000000, found 0";
    expect_fault("crash = 1, lose = 0", (18, 1), message, "");
    let message = "percent must be a whole number from 10 to 1000, found 9";
    expect_fault("skew = 1, percent = 9", (20, 1), message, "");
    expect_fault("crash = 1, midway = 1", (20, 1), "midway must be true or false, found a whole number", "");
    let must_be = "crash must be the number of a node, or a name in quotes, found a list";
    expect_fault("crash = [1]", (8, 3), must_be, "");
    expect_fault("cut = [1, 2, 3]", (6, 9), "cut must be [FROM, TO], found a list of 3", "");
    expect_fault("cut = 1", (6, 1), "cut must be [FROM, TO], found a whole number", "");
    expect_fault("heal = false", (7, 5), "heal must be true or [FROM, TO], found true or false", "");
    let must_be = "partition must be a list of groups such as [[1, 2], [3, 4, 5]], found";
    expect_fault("partition = [1, 2]", (13, 1), &format!("{must_be} a whole number"), "");
    expect_fault("partition = []", (12, 2), &format!("{must_be} an empty list"), "");
    expect_fault("partition = [[1], []]", (18, 2), &format!("{must_be} an empty list"), "");
    let must_be = "timeout must be the number of a node, or a list of them, found an empty list";
    expect_fault("timeout = []", (10, 2), must_be, "");
    let allowed = "at_ms, crash, lose, midway, restart, pause, resume, partition, cut, heal, timeout, skew, percent";
    let help = format!("did you mean `restart`? (allowed here: {allowed})");
    expect_fault("restrat = 1", (0, 7), "unknown key `restrat`", &help);
}

#[test]
fn nothing_comes_after_the_end_of_a_timed_run() {
    let fault = "[[fault]]\nat_ms = 5001\nheal = true\n[timers]";
    let message = "this comes after the end of the run, which is at 5000 ms";
    let help = "make at_ms smaller, or duration_ms larger";
    expect(&format!("duration_ms = 5000\n{fault}"), (3, 9, 4), message, help);
    parse(&format!("duration_ms = 5001\n{fault}"));
    let help = "make until_ms smaller, or duration_ms larger";
    expect("duration_ms = 5000\n[timers]\n[chaos]\nuntil_ms = 6000", (4, 12, 4), message, help);
}

/// A run of three nodes with a fault every millisecond, written by the line.
fn script_of(faults: &[&str]) -> String {
    let faults = faults.iter().enumerate().map(|(at, fault)| format!("{{ at_ms = {at}, {fault} }},\n"));
    format!("fault = [\n{}]\nnum_nodes = 3\ntimers = {{}}\n", faults.collect::<String>())
}

#[test]
fn what_certainly_cannot_happen_to_a_process_is_refused() {
    for (faults, message) in [
        (&["crash = 1", "crash = 1"][..], "node 1 has crashed before"),
        (&["crash = 'client 1'", "pause = 'client 1'"], "client 1 has crashed before"),
        (&["crash = 'all'", "restart = 1", "resume = 2"], "node 2 has crashed before"),
        (&["crash = 1", "restart = 2"], "node 2 has not crashed"),
        (&["pause = 3", "restart = 3"], "node 3 has not crashed"),
        (&["pause = 2", "pause = 2"], "node 2 is paused already"),
        (&["pause = 2", "resume = 2", "resume = 2"], "node 2 is not paused"),
        (&["pause = 2", "crash = 2", "restart = 2", "resume = 2"], "node 2 is not paused"),
        (&["crash = 'all'", "crash = 'all'"], "all nodes: there is none that this can happen to"),
        (&["restart = 'all'"], "all nodes: there is none that this can happen to"),
    ] {
        let error = refused(script_of(faults));
        assert_eq!((error.line as usize, error.message.as_str()), (faults.len() + 1, message));
        assert_eq!(error.help.as_deref(), Some("faults happen in the order of their at_ms"));
    }
    // The order of time counts, not that of the file.
    parse("fault = [{ at_ms = 9, restart = 1 }, { at_ms = 8, crash = 1 }]");
}

#[test]
fn what_may_happen_to_a_process_is_left_to_the_run() {
    for faults in [
        &["crash = 'leader'", "crash = 1", "restart = 1", "restart = 2", "resume = 3"][..],
        &["crash = 1, midway = true", "crash = 1", "restart = 1"],
        &["crash = 1", "crash = 'all'", "restart = 'all'", "crash = 2"],
        &["crash = 1", "restart = 1", "crash = 1"],
        &["pause = 'all'", "resume = 2", "pause = 2", "resume = 'all'"],
    ] {
        assert_eq!(parse(&script_of(faults)).faults.len(), faults.len());
    }
    let chaotic = format!("{}chaos = {{}}", script_of(&["restart = 1", "crash = 2", "crash = 2"]));
    assert_eq!(parse(&chaotic).faults.len(), 3, "chaos may have been in between");
}

#[test]
fn the_first_mistake_is_told_whatever_is_read_first() {
    let error = refused("[[fault]]\nat_ms = 1\ncrash = 9\n[timers]\nheartbeat_ms = 0");
    assert_eq!((error.line, error.message.as_str()), (3, "there is no node 9"));
    let error = refused("[timers]\nheartbeat_ms = 0\n[[fault]]\nat_ms = 1\ncrash = 9");
    assert_eq!(error.line, 2);
    // What follows from a fault that was not read is not complained of.
    let error = refused(script_of(&["restart = 1", "crash = 9"]));
    assert_eq!((error.line, error.message.as_str()), (3, "there is no node 9"));
}

#[test]
fn a_client_can_wait_between_its_requests() {
    let file = |requests: &str| format!("[[client]]\nrequests = [{requests}]\n[timers]");
    let config = parse(&file("'get x', 'wait 300', ' wait  7 ', 'get y', 'get z'"));
    let waits: Vec<_> = config.scripts[0].iter().map(|scripted| scripted.after_ms).collect();
    assert_eq!(waits, [0, 307, 0]);

    let message = "`wait` takes a whole number of milliseconds from 1 to 1000000";
    let help = "write it as \"wait 300\"";
    expect(&file("'wait', 'get x'"), (2, 14, 4), message, help);
    expect(&file("'wait 0', 'get x'"), (2, 19, 1), message, help);
    expect(&file("'wait 1000001', 'get x'"), (2, 19, 7), message, help);
    expect(&file("'wait 3 4', 'get x'"), (2, 19, 3), message, help);
    let help = "a client waits before its next request";
    expect(&file("'get x', 'wait 3'"), (2, 22, 8), "nothing follows this wait", help);
    expect(
        &file("'wait 3', 'git x'").replace("git", "increment"),
        (2, 24, 9),
        "`increment` is not a request",
        WAITABLE,
    );
    expect(
        &file("'wait 3', 7"),
        (2, 23, 1),
        "requests must be a list of strings such as \"put x hello\", found a whole number",
        "",
    );
    let untimed = "[[client]]\nrequests = ['wait 3', 'get x']";
    expect(untimed, (2, 14, 6), "`wait` needs [timers]", NEEDS_TIMERS_HELP);
}

const WAITABLE: &str = "a request is put KEY VALUE, get KEY, delete KEY or wait MILLISECONDS";

#[test]
fn a_scenario_says_three_things() {
    let all = "title = 't'\ntext = 'x'\nlook_for = 'l'";
    assert!(parse(&format!("[scenario]\n{all}")).scenario.is_some(), "in both gears");
    for key in ["title", "text", "look_for"] {
        let without: String =
            all.lines().filter(|line| !line.starts_with(&format!("{key} "))).map(|line| format!("{line}\n")).collect();
        let (message, help) = (format!("a [scenario] needs its {key}"), format!("write {key} = \"...\""));
        expect(&format!("[scenario]\n{without}"), (1, 1, 10), &message, &help);
    }
    expect("[scenario]\ntitle = ' '\ntext = 'x'\nlook_for = 'l'", (2, 9, 3), "title must not be empty", "");
    let help = "leave out all but line ends";
    expect("[scenario]\ntitle = \"\\u001b\"", (1, 1, 10), "a [scenario] needs its text", "write text = \"...\"");
    let control = all.replace("'t'", "\"a\\u001b\"");
    expect(&format!("[scenario]\n{control}"), (2, 9, 9), "title has a control character in it", help);
    let number = all.replace("'t'", "3");
    expect(&format!("[scenario]\n{number}"), (2, 9, 1), "title must be a text in quotes, found a whole number", "");
}

#[test]
fn a_scenario_may_ask_a_question_and_then_asks_it_as_a_whole() {
    let told = "[scenario]\ntitle = 't'\ntext = 'x'\nlook_for = 'l'\n";
    let asked = "ask = 'Who?'\nanswers = ['you', ' me ']\nright = 2\nreveal_on = 'leader'\nexplain = 'So it is.'\n";
    let question = parse(&format!("{told}{asked}")).scenario.and_then(|scenario| scenario.question);
    let (ask, explain, reveal_on) = ("Who?".to_owned(), "So it is.".to_owned(), "leader".to_owned());
    let answers = vec!["you".to_owned(), "me".to_owned()];
    assert_eq!(question, Some(Question { ask, answers, right: 2, reveal_on, explain }));
    for (key, like) in [
        ("ask", "ask = \"...\""),
        ("answers", "answers = [\"...\", \"...\"]"),
        ("right", "right = 1, the number of the right answer"),
        ("reveal_on", "reveal_on = \"...\""),
        ("explain", "explain = \"...\""),
    ] {
        let without: String = asked
            .lines()
            .filter(|line| !line.starts_with(&format!("{key} ")))
            .map(|line| format!("{line}\n"))
            .collect();
        expect(
            &format!("{told}{without}"),
            (1, 1, 10),
            &format!("a question needs its {key}"),
            &format!("write {like}"),
        );
    }
    let three = asked.replace("right = 2", "right = 3");
    expect(&format!("{told}{three}"), (7, 9, 1), "right is the number of an answer, and there are 2", "");
    let one = asked.replace(", ' me '", "");
    let message = "answers must be a list of two to six texts, none of them empty; found 1";
    expect(&format!("{told}{one}"), (6, 11, 7), message, "");
}

#[test]
fn a_key_in_the_wrong_table_is_sent_to_its_own() {
    let help = "move it to [timers] (allowed here: latency_ms, loss_percent, duplicate_percent)";
    expect("[timers]\n[network]\nheartbeat_ms = 5", (3, 1, 12), "unknown key `heartbeat_ms`", help);
    let help = "did you mean `heartbeat_ms`? (allowed here: election_timeout_ms, heartbeat_ms, client_timeout_ms)";
    expect("[timers]\nheartbeet_ms = 5", (2, 1, 12), "unknown key `heartbeet_ms`", help);
    let help = format!("move it to [network] ({ALLOWED_AT_THE_TOP})");
    expect("loss_percent = 5", (1, 1, 12), "unknown key `loss_percent`", &help);
    expect("timers = 5", (1, 10, 1), "timers must be a table, [timers], found a whole number", "");
}

#[test]
fn rules_are_taken_away_in_both_gears_with_a_warning() {
    for timers in ["", "[timers]\n"] {
        let text = format!("{timers}[raft]\nwithout_rules = ['one_vote_per_term', 'majority_quorum']");
        let config = parse(&text);
        assert!(config.raft.rules.taken_away().eq(["one_vote_per_term", "majority_quorum"]));
        let [warning] = &config.warnings[..] else { panic!("one warning, not {:?}", config.warnings) };
        let message =
            "these rules are taken away: one_vote_per_term, majority_quorum; what goes wrong is not Raft's fault";
        assert_eq!((warning.column, warning.message.as_str()), (17, message));
    }
    assert!(parse("[raft]\nwithout_rules = []").warnings.is_empty());
    let idle = parse("[timers]\n[raft]\nwithout_rules = ['confirm_before_reading']");
    assert!(idle.warnings[1].message.starts_with("a leader confirms before it reads only with"), "{:?}", idle.warnings);
}

#[test]
fn a_rule_that_is_not_there_cannot_be_taken_away() {
    let text = "[raft]\nwithout_rules = ['one-vote-per-trem']";
    expect(text, (2, 18, 19), "there is no rule `one-vote-per-trem`", "did you mean `one_vote_per_term`?");
    let error = refused("[raft]\nwithout_rules = ['luck']");
    assert!(error.help.is_some_and(|help| help.starts_with("the rules are commit_own_term_only, vote_is_durable, ")));
    expect(
        "raft.without_rules = 'x'",
        (1, 22, 3),
        "without_rules must be a list of names of rules, found a string",
        "",
    );
    let text = "[raft]\nwithout_rules = ['confirm_before_reading']";
    expect(text, (2, 18, 24), "`confirm_before_reading` needs [timers]", NEEDS_TIMERS_HELP);
}
