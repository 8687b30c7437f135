//! What can be wrong with a configuration, and what a person is told then.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::config::{Config, ConfigError};

fn parse(text: &str) -> Config {
    Config::parse_bytes("config.toml", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
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
  = did you mean `num_nodes`? (allowed here: num_nodes, num_clients, seed, requests_per_client, keys, client)";
    assert_eq!(refused("# a cluster\nnum_node = 7\n").to_string(), shown);

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
    let allowed = "allowed here: num_nodes, num_clients, seed, requests_per_client, keys, client";
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
fn what_belongs_to_full_raft_is_refused_by_name() {
    for (text, key) in [
        ("[timers]\nheartbeat_ms = 50", "timers"),
        ("[network]\nloss_percent = 1", "network"),
        ("[[fault]]\nat_ms = 700\ncrash = 1", "fault"),
    ] {
        let error = refused(text);
        let message = format!("`{key}` belongs to full Raft, and this version emulates the failure-free run only");
        assert_eq!((error.line, error.message), (1, message));
    }
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
        "move it above the first [[client]] (allowed here: requests)",
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
