//! What the core tells the page beside the snapshot, as the objects that the page gets.
#![cfg(target_arch = "wasm32")]

use js_sys::Reflect;
use raft_kv::wasm::{Emulation, GoalName};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const FIGURE_8: &str = include_str!("../www/scenarios/figure-8.toml");

fn part(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object has parts")
}

fn text(object: &JsValue, name: &str) -> String {
    part(object, name).as_string().expect("a text")
}

fn first(array: &JsValue) -> JsValue {
    Reflect::get_u32(array, 0).expect("an array has a first item")
}

fn goal(name: &str) -> GoalName {
    JsValue::from(name).unchecked_into()
}

#[wasm_bindgen_test]
fn a_run_goes_on_to_its_leader_and_says_why() {
    let mut emulation = Emulation::new("figure-8.toml", FIGURE_8, None).expect("the configuration is good");
    let reached: JsValue = emulation.run_until(&goal("leader"), 1_000.0).expect("a goal").into();
    assert_eq!(part(&reached, "met"), JsValue::TRUE);
    let snapshot: JsValue = emulation.snapshot().expect("a snapshot can be made").into();
    assert_eq!(part(&reached, "steps"), part(&snapshot, "step"));
    let node = Reflect::get_u32(&part(&snapshot, "nodes"), 1).expect("there are five nodes");
    assert_eq!(first(&part(&node, "changed")).as_string().as_deref(), Some("role"));
    let reasons: JsValue = emulation.why().expect("reasons can be made").into();
    let reason = first(&reasons);
    assert_eq!(text(&reason, "line"), "[node 2] Received vote from node 3");
    assert_eq!(text(&reason, "section"), "§5.2");
    assert!(part(&reason, "place").as_f64().is_some() && text(&reason, "text").ends_with('.'));
    let entry: JsValue = emulation.why_entry(1.0).expect("a reason can be made").into();
    assert!(part(&entry, "place").is_undefined() && !text(&entry, "text").is_empty());
    let rows: JsValue = emulation.logs(1.0).expect("rows can be made").into();
    assert_eq!(part(&rows, "length").as_f64(), Some(5.0));
}

#[wasm_bindgen_test]
fn what_is_no_goal_is_an_error() {
    let mut emulation = Emulation::new("figure-8.toml", FIGURE_8, None).expect("the configuration is good");
    assert!(emulation.run_until(&goal("peace"), 1.0).is_err());
}
