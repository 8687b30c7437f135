//! The space-time diagram and the files as the page asks for them.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, JSON, Reflect};
use raft_kv::wasm::Emulation;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

fn emulation() -> Emulation {
    let mut emulation = Emulation::new("config.toml", "seed = 7\nnum_nodes = 3\nnum_clients = 1", None)
        .expect("the configuration is good");
    emulation.run(60.0);
    emulation
}

fn part(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("an object has parts")
}

fn list(object: &JsValue, name: &str) -> Vec<JsValue> {
    part(object, name).unchecked_into::<Array>().to_vec()
}

#[wasm_bindgen_test]
fn a_diagram_is_made_of_shapes() {
    let options = r#"{"step": 40, "rows": 20, "after": 5, "width": 400, "fold": true, "opened": [3], "hidden": ["node 3", "main"]}"#;
    let options = JSON::parse(options).expect("it is JSON");
    let diagram: JsValue = emulation().diagram(options.unchecked_ref()).expect("it can be drawn").into();
    assert_eq!(part(&diagram, "first_step"), 26);
    assert_eq!(part(&diagram, "last_step"), 45);
    assert_eq!(part(&diagram, "width"), 400);
    assert_eq!(list(&diagram, "rows").len(), 20);
    let lanes: Vec<_> = list(&diagram, "lanes").iter().map(|lane| part(lane, "process").as_string()).collect();
    assert_eq!(lanes, ["client 1", "node 1", "node 2"].map(|process| Some(process.to_owned())));
    let shapes = list(&diagram, "shapes");
    let is_arrow = |shape: &&JsValue| {
        part(shape, "class").as_string().is_some_and(|class| class.starts_with("arrow "))
            && part(shape, "message").is_truthy()
    };
    let arrow = shapes.iter().find(is_arrow).expect("messages are drawn");
    assert_eq!(part(arrow, "tag"), "line");
    assert!(part(&part(arrow, "at"), "x1").as_f64().is_some_and(|x| x > 40.0));
    assert!(part(arrow, "title").as_string().is_some_and(|title| title.contains(" → ")));
}

#[wasm_bindgen_test]
fn without_options_the_first_step_is_drawn() {
    let diagram: JsValue = emulation().diagram(JsValue::NULL.unchecked_ref()).expect("it can be drawn").into();
    assert_eq!((list(&diagram, "lanes").len(), list(&diagram, "rows").len()), (5, 1));
}

#[wasm_bindgen_test]
fn every_format_is_a_file() {
    let mut emulation = emulation();
    for (format, begin) in [
        ("text", "[node 1] Starting\nStarted node 1\n"),
        ("json", r#"{"step":2,"time_ms":0,"what":"receive","process":"node 1","#),
        ("svg", "<svg xmlns="),
        ("mermaid", "sequenceDiagram\n"),
        ("shiviz", "(?<event>.*)\\n(?<host>"),
    ] {
        let format: JsValue = format.into();
        let file = emulation.export(format.unchecked_ref(), 2.0, 40.0).expect("there is this format");
        assert!(file.starts_with(begin), "{file}");
    }
    let format: JsValue = "pdf".into();
    assert!(emulation.export(format.unchecked_ref(), 2.0, 40.0).is_err());
}
