//! What the page can do to a run, as it asks for it: every kind of act, and what is told to one that makes no sense.
#![cfg(target_arch = "wasm32")]

use js_sys::{JSON, Reflect};
use raft_kv::wasm::Emulation;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// At step 18 node 1 leads, and calls node 2 first; client 1 has nothing to ask.
const TIMED: &str = "
    seed = 1\nnum_nodes = 3\n[timers]\n[network]\nlatency_ms = 10\n[[client]]\nrequests = []
    [[fault]]\nat_ms = 50\ntimeout = 1\n[[fault]]\nat_ms = 60000\ntimeout = 1
";

fn emulation() -> Emulation {
    let mut emulation = Emulation::new("acts.toml", TIMED, None).expect("the configuration is good");
    emulation.seek(18.0);
    emulation
}

fn part(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object has parts")
}

fn snapshot(emulation: &mut Emulation) -> JsValue {
    emulation.snapshot().expect("a snapshot can be made").into()
}

/// The number of the message that arrives next.
fn next_message(emulation: &mut Emulation) -> u32 {
    let message = Reflect::get_u32(&part(&snapshot(emulation), "messages"), 0).expect("a message is in flight");
    part(&message, "id").as_f64().expect("a message has a number") as u32
}

fn trace(emulation: &mut Emulation) -> Vec<String> {
    let count = part(&snapshot(emulation), "lines").as_f64().expect("lines are counted");
    let lines: JsValue = emulation.lines(count - 1000.0, count).expect("lines can be made").into();
    let line = |place| Reflect::get_u32(&lines, place).ok().filter(|line| !line.is_undefined());
    (0..).map_while(line).map(|line| part(&line, "text").as_string().expect("a line is text")).collect()
}

#[wasm_bindgen_test]
fn every_kind_of_act_is_done() {
    for (sentence, befell) in [
        ("drop NEXT", "[node 2] Lost: AppendEntries from node 1 (dropped by hand)"),
        ("duplicate NEXT", "[node 2] Duplicated: AppendEntries from node 1"),
        ("delay NEXT 30", "[node 2] Delayed by 30 ms: AppendEntries from node 1"),
        ("crash node 1", "[node 1] Crashed"),
        ("crash node 2 lose 1", "[node 2] Crashed"),
        ("crash node 1 midway", "[node 1] Will crash in the middle of its next step"),
        ("pause client 1", "[client 1] Paused"),
        ("skew node 3 50", "[node 3] Timers take 50 % of their time"),
        ("partition node 1 | node 2, client 1", "Partition: node 1 | node 2, client 1"),
        ("cut node 1 > node 2", "[node 1] Link to node 2 cut"),
    ] {
        let mut emulation = emulation();
        let sentence = sentence.replace("NEXT", &next_message(&mut emulation).to_string());
        assert_eq!(emulation.refusal(&sentence), None, "{sentence}");
        emulation.act(&sentence).unwrap_or_else(|error| panic!("{sentence}: {}", error.message()));
        assert_eq!(part(&snapshot(&mut emulation), "befell").as_string().as_deref(), Some(befell), "{sentence}");
    }
}

#[wasm_bindgen_test]
fn what_was_broken_is_mended() {
    let mut emulation = emulation();
    let acts = [
        ("crash node 3", "[node 3] Crashed"),
        ("restart node 3", "[node 3] Restarted"),
        ("pause node 3", "[node 3] Paused"),
        ("resume node 3", "[node 3] Resumed"),
        ("cut node 1 > node 2", "[node 1] Link to node 2 cut"),
        ("heal node 1 > node 2", "[node 1] Link to node 2 healed"),
        ("cut node 1 > node 2", "[node 1] Link to node 2 cut"),
        ("heal", "All links healed"),
    ];
    for (sentence, befell) in acts {
        emulation.act(sentence).unwrap_or_else(|error| panic!("{sentence}: {}", error.message()));
        assert_eq!(part(&snapshot(&mut emulation), "befell").as_string().as_deref(), Some(befell), "{sentence}");
    }
    let listed: JsValue = emulation.acts().expect("acts can be listed").into();
    for (place, (sentence, _)) in acts.into_iter().enumerate() {
        let act = Reflect::get_u32(&listed, place as u32).expect("it is listed");
        assert_eq!(part(&act, "step").as_f64(), Some(19.0 + place as f64));
        assert_eq!(part(&act, "text").as_string().as_deref(), Some(sentence));
    }
}

#[wasm_bindgen_test]
fn messages_timers_and_requests_are_chosen_by_hand() {
    let mut emulation = emulation();
    let next = next_message(&mut emulation);
    assert!(emulation.act(&format!("deliver {next}")).is_ok());
    assert_eq!(part(&snapshot(&mut emulation), "actor").as_string().as_deref(), Some("node 2"));
    assert!(emulation.act("fire node 3 election").is_ok());
    assert_eq!(part(&snapshot(&mut emulation), "actor").as_string().as_deref(), Some("node 3"));

    for (request, answer) in [
        ("put x two words ", r#"[client 1] PUT "x" = "two words" -> OK"#),
        ("get x", r#"[client 1] GET "x" -> "two words""#),
        ("delete x", r#"[client 1] DELETE "x" -> OK"#),
    ] {
        emulation.act(&format!("client 1 {request}")).unwrap_or_else(|error| panic!("{request}: {}", error.message()));
        emulation.run(400.0);
        let trace = trace(&mut emulation);
        assert!(trace.iter().any(|line| line == answer), "{request}: no line is {answer} in {trace:#?}");
    }
}

#[wasm_bindgen_test]
fn what_cannot_be_done_is_refused_with_its_reason_and_changes_nothing() {
    let mut emulation = emulation();
    let before = JSON::stringify(&snapshot(&mut emulation)).expect("a snapshot is plain");
    for (sentence, reason) in [
        ("restart node 1", "node 1 has not crashed"),
        ("heal", "no link is cut"),
        ("drop 1", "message #1 is not in flight"),
        ("drop one", "`one` is no whole number from 1 to 9007199254740991; write it as `drop MESSAGE`"),
        ("fire node 1 election", "node 1 does not wait for this timer"),
    ] {
        assert_eq!(emulation.refusal(sentence).as_deref(), Some(reason));
        let error = emulation.act(sentence).expect_err(sentence);
        assert_eq!((String::from(error.name()), String::from(error.message())), ("Refusal".into(), reason.into()));
    }
    assert_eq!(JSON::stringify(&snapshot(&mut emulation)).ok(), Some(before));
}

#[wasm_bindgen_test]
fn a_copy_goes_its_own_way() {
    let mut emulation = emulation();
    let before = JSON::stringify(&snapshot(&mut emulation)).expect("a snapshot is plain");
    let mut copy = emulation.fork();
    emulation.act("crash node 1").expect("it runs");
    assert_eq!(JSON::stringify(&snapshot(&mut copy)).ok(), Some(before));
    assert_eq!(copy.config_text(), TIMED);
    assert_eq!(raft_kv::wasm::last_panic(), None);
}

#[wasm_bindgen_test]
fn a_saved_run_is_opened_or_refused_by_name() {
    let mut emulation = emulation();
    emulation.act("crash node 1").expect("it runs");
    let text = emulation.saved();
    let mut again = Emulation::open(&text).unwrap_or_else(|error| panic!("{}", error.message()));
    let stringify = |emulation: &mut Emulation| JSON::stringify(&snapshot(emulation)).ok();
    assert_eq!(stringify(&mut again), stringify(&mut emulation));
    assert_eq!(again.saved(), text);

    let engine = format!("engine = {}", raft_kv::wasm::engine_version());
    for (wrong, name) in [
        (text.replace(&engine, "engine = 999"), "SavedError"),
        (text.replace("node 1", "node 7"), "SavedError"),
        (text.replace("num_nodes = 3", "num_nodes = 0"), "ConfigError"),
    ] {
        let Err(error) = Emulation::open(&wrong) else { panic!("it must be refused: {wrong}") };
        assert_eq!(String::from(error.name()), name, "{}", error.message());
    }
}
