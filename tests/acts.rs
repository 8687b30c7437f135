//! What the page can do to a run, as it asks for it: every kind of act, and what is told to one that makes no sense.
#![cfg(target_arch = "wasm32")]

use js_sys::{Error, JSON, Reflect};
use raft_kv::wasm::{ActObject, Emulation};
use wasm_bindgen::{JsCast, JsValue};
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

fn act(emulation: &mut Emulation, json: &str) -> Result<(), Error> {
    let act: JsValue = JSON::parse(json).unwrap_or_else(|_| panic!("{json} is no JSON"));
    emulation.act(act.unchecked_ref::<ActObject>())
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
    for (json, befell) in [
        (r#"{"kind":"drop","message":NEXT}"#, "[node 2] Lost: AppendEntries from node 1 (dropped by hand)"),
        (r#"{"kind":"duplicate","message":NEXT}"#, "[node 2] Duplicated: AppendEntries from node 1"),
        (r#"{"kind":"delay","message":NEXT,"ms":30}"#, "[node 2] Delayed by 30 ms: AppendEntries from node 1"),
        (r#"{"kind":"crash","process":"leader"}"#, "[node 1] Crashed"),
        (r#"{"kind":"crash","process":"node 2","lose":1}"#, "[node 2] Crashed"),
        (r#"{"kind":"crash-midway","process":"node 1"}"#, "[node 1] Will crash in the middle of its next step"),
        (r#"{"kind":"pause","process":"client 1"}"#, "[client 1] Paused"),
        (r#"{"kind":"skew","process":"node 3","percent":50}"#, "[node 3] Timers take 50 % of their time"),
        (r#"{"kind":"partition","groups":[["leader"],["node 2","client 1"]]}"#, "Partition: node 1 | node 2, client 1"),
        (r#"{"kind":"cut","from":"node 1","to":"node 2"}"#, "[node 1] Link to node 2 cut"),
    ] {
        let mut emulation = emulation();
        let json = json.replace("NEXT", &next_message(&mut emulation).to_string());
        act(&mut emulation, &json).unwrap_or_else(|error| panic!("{json}: {}", error.message()));
        assert_eq!(part(&snapshot(&mut emulation), "befell").as_string().as_deref(), Some(befell), "{json}");
    }
}

#[wasm_bindgen_test]
fn what_was_broken_is_mended() {
    let mut emulation = emulation();
    for (json, befell) in [
        (r#"{"kind":"crash","process":"node 3"}"#, "[node 3] Crashed"),
        (r#"{"kind":"restart","process":"node 3"}"#, "[node 3] Restarted"),
        (r#"{"kind":"pause","process":"node 3"}"#, "[node 3] Paused"),
        (r#"{"kind":"resume","process":"node 3"}"#, "[node 3] Resumed"),
        (r#"{"kind":"cut","from":"node 1","to":"node 2"}"#, "[node 1] Link to node 2 cut"),
        (r#"{"kind":"heal-link","from":"node 1","to":"node 2"}"#, "[node 1] Link to node 2 healed"),
        (r#"{"kind":"cut","from":"node 1","to":"node 2"}"#, "[node 1] Link to node 2 cut"),
        (r#"{"kind":"heal"}"#, "All links healed"),
    ] {
        act(&mut emulation, json).unwrap_or_else(|error| panic!("{json}: {}", error.message()));
        assert_eq!(part(&snapshot(&mut emulation), "befell").as_string().as_deref(), Some(befell), "{json}");
    }
}

#[wasm_bindgen_test]
fn messages_timers_and_requests_are_chosen_by_hand() {
    let mut emulation = emulation();
    let json = format!(r#"{{"kind":"deliver","message":{}}}"#, next_message(&mut emulation));
    assert!(act(&mut emulation, &json).is_ok());
    assert_eq!(part(&snapshot(&mut emulation), "actor").as_string().as_deref(), Some("node 2"));
    assert!(act(&mut emulation, r#"{"kind":"fire","process":"node 3","timer":"election"}"#).is_ok());
    assert_eq!(part(&snapshot(&mut emulation), "actor").as_string().as_deref(), Some("node 3"));

    for (operation, answer) in [
        (r#""op":"put","key":"x","value":" two words ""#, r#"[client 1] PUT "x" = "two words" -> OK"#),
        (r#""op":"get","key":"x""#, r#"[client 1] GET "x" -> "two words""#),
        (r#""op":"delete","key":"x""#, r#"[client 1] DELETE "x" -> OK"#),
    ] {
        let json = format!(r#"{{"kind":"request","process":"client 1",{operation}}}"#);
        act(&mut emulation, &json).unwrap_or_else(|error| panic!("{json}: {}", error.message()));
        emulation.run(400.0);
        let trace = trace(&mut emulation);
        assert!(trace.iter().any(|line| line == answer), "{json}: no line is {answer} in {trace:#?}");
    }
}

#[wasm_bindgen_test]
fn what_cannot_be_done_is_refused_with_its_reason_and_changes_nothing() {
    let mut emulation = emulation();
    let before = JSON::stringify(&snapshot(&mut emulation)).expect("a snapshot is plain");
    for (json, reason) in [
        (r#"{}"#, "kind cannot be this: no text"),
        (r#"{"kind":"explode","process":"node 1"}"#, "kind cannot be this: explode"),
        (r#"{"kind":"crash"}"#, "process cannot be this: no text"),
        (r#"{"kind":"crash","process":"node one"}"#, "process cannot be this: node one"),
        (r#"{"kind":"crash","process":"node 4"}"#, "nothing can be done to node 4"),
        (r#"{"kind":"crash","process":"main"}"#, "nothing can be done to main"),
        (r#"{"kind":"crash","process":"node 1","lose":0}"#, "lose cannot be this: no whole number in its range"),
        (r#"{"kind":"restart","process":"node 1"}"#, "node 1 has not crashed"),
        (r#"{"kind":"heal"}"#, "no link is cut"),
        (r#"{"kind":"drop","message":1.5}"#, "message cannot be this: no whole number in its range"),
        (r#"{"kind":"drop","message":-1}"#, "message cannot be this: no whole number in its range"),
        (r#"{"kind":"drop","message":"1"}"#, "message cannot be this: no whole number in its range"),
        (r#"{"kind":"drop","message":1}"#, "message #1 is not in flight"),
        (r#"{"kind":"fire","process":"node 1","timer":"election"}"#, "node 1 does not wait for this timer"),
        (r#"{"kind":"fire","process":"node 1","timer":"egg"}"#, "timer cannot be this: egg"),
        (r#"{"kind":"partition","groups":[["node 1",2]]}"#, "process cannot be this: "),
        (r#"{"kind":"skew","process":"node 1","percent":5}"#, "percent cannot be this: no whole number in its range"),
        (r#"{"kind":"request","process":"node 1","op":"get","key":"x"}"#, "node 1 is not a client"),
        (r#"{"kind":"request","process":"client 1","op":"get","key":"x y"}"#, "key cannot be this: not one word"),
        (r#"{"kind":"request","process":"client 1","op":"say","key":"x"}"#, "op cannot be this: say"),
        (
            r#"{"kind":"request","process":"client 1","op":"put","key":"x","value":"a\nb"}"#,
            "value cannot be this: not one line of text",
        ),
    ] {
        let error = act(&mut emulation, json).expect_err(json);
        assert_eq!((String::from(error.name()), String::from(error.message())), ("Refusal".into(), reason.into()));
    }
    assert_eq!(JSON::stringify(&snapshot(&mut emulation)).ok(), Some(before));
}
