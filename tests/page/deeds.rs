//! What hands do: keys, mouse and fingers.

use std::time::Duration;

use fantoccini::actions::{
    Actions, InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction,
    TouchActions, WheelAction, WheelActions,
};
use fantoccini::key::Key;
use serde_json::Value;

use super::{Frame, Page};

/// A finger that rests so long asks for the menu.
const LONG_PRESS: Duration = Duration::from_millis(700);
/// So long a pointer takes from one place to the next.
const STROKE: Duration = Duration::from_millis(40);

/// A place in the window.
pub(crate) type Point = (f64, f64);

/// What points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pointer {
    Mouse,
    Finger,
}

/// Brings an element to the middle of the window and waits until nothing in the pictures moves any more.
const SETTLE: &str = "
    const moves = () => document.getAnimations().some((it) => it.playState === 'running');
    for (let [frames, still, former] = [0, 0, '']; ; frames += 1) {
        const element = document.querySelector(arguments[0]);
        if (!element) throw new Error(`there is no ${arguments[0]}`);
        element.scrollIntoView({ block: 'center', inline: 'nearest' });
        await drawn();
        const frame = element.getBoundingClientRect();
        const place = `${element.isConnected} ${JSON.stringify(frame)}`;
        still = place === former && element.isConnected && !moves() ? still + 1 : 0;
        if (still === 2 || frames > 60) return frame;
        former = place;
    }
";

impl Page {
    /// Presses a key, wherever the focus is.
    pub(crate) async fn press_key(&self, key: Key) {
        self.press_char(char::from(key)).await;
    }

    /// Presses the key of a letter, wherever the focus is.
    pub(crate) async fn press_char(&self, value: char) {
        let strokes = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value });
        self.client.perform_actions(strokes.then(KeyAction::Up { value })).await.expect("a key can be pressed");
    }

    /// Presses a key while another is held.
    pub(crate) async fn press_with(&self, held: Key, key: impl Into<char>) {
        let (held, value) = (char::from(held), key.into());
        let strokes = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value: held });
        let strokes = strokes.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.client.perform_actions(strokes.then(KeyAction::Up { value: held })).await.expect("keys can be pressed");
    }

    /// Types where the focus is.
    pub(crate) async fn type_text(&self, text: &str) {
        for letter in text.chars() {
            self.press_char(letter).await;
        }
    }

    /// Presses the tab key until the focus is on this element.
    pub(crate) async fn tab_to(&self, selector: &str) {
        let is_there = "return document.activeElement === document.querySelector(arguments[0])";
        for _ in 0..150 {
            if self.ask(is_there, &[selector.into()]).await {
                return;
            }
            self.press_key(Key::Tab).await;
        }
        panic!("the tab key does not lead to {selector}");
    }

    /// What the element that has the focus is called.
    pub(crate) async fn focused(&self) -> String {
        self.ask("const it = document.activeElement; return it.ariaLabel ?? it.textContent", &[]).await
    }

    /// Turns the mouse's wheel over an element, by so many pixels.
    pub(crate) async fn wheel(&self, selector: &str, pixels: i64) {
        let (x, y) = self.frame(selector).await.centre();
        let (x, y) = (x as i64, y as i64);
        let scroll = WheelAction::Scroll { duration: None, x, y, delta_x: 0, delta_y: pixels };
        let wheel = WheelActions::new("wheel".to_owned()).then(scroll);
        self.client.perform_actions(wheel).await.expect("a wheel can be turned");
    }

    /// The centre of an element, once it stands still in the middle of the window.
    pub(crate) async fn centre_of(&self, selector: &str) -> Point {
        let frame: Frame = self.ask_patiently(SETTLE, &[selector.into()]).await;
        frame.centre()
    }

    /// Presses the mouse on the centre of an element.
    pub(crate) async fn click(&self, selector: &str) {
        let centre = self.centre_of(selector).await;
        self.draw(Pointer::Mouse, &[centre]).await;
    }

    /// Presses a finger on the centre of an element.
    pub(crate) async fn tap(&self, selector: &str) {
        let centre = self.centre_of(selector).await;
        self.draw(Pointer::Finger, &[centre]).await;
    }

    /// Asks for the menu of an element: by the right button, or by a finger that rests.
    pub(crate) async fn ask_for_menu(&self, pointer: Pointer, selector: &str) {
        let (x, y) = self.centre_of(selector).await;
        let to = PointerAction::MoveTo { duration: None, x, y };
        let (button, rest) = match pointer {
            Pointer::Mouse => (MOUSE_BUTTON_RIGHT, STROKE),
            Pointer::Finger => (MOUSE_BUTTON_LEFT, LONG_PRESS),
        };
        let rest = PointerAction::Pause { duration: rest };
        self.point(pointer, vec![to, PointerAction::Down { button }, rest, PointerAction::Up { button }]).await;
        self.until("the menu is open", "document.querySelector('#menu:popover-open')").await;
    }

    /// Presses at the first place, moves by the others, and lets go at the last.
    pub(crate) async fn draw(&self, pointer: Pointer, way: &[Point]) {
        let button = MOUSE_BUTTON_LEFT;
        let mut strokes = Vec::new();
        for (place, &(x, y)) in way.iter().enumerate() {
            let duration = (place > 0).then_some(STROKE);
            strokes.push(PointerAction::MoveTo { duration, x, y });
            if place == 0 {
                strokes.push(PointerAction::Down { button });
            }
        }
        strokes.push(PointerAction::Up { button });
        self.point(pointer, strokes).await;
    }

    async fn point(&self, pointer: Pointer, strokes: Vec<PointerAction>) {
        let actions: Actions = match pointer {
            Pointer::Mouse => strokes.into_iter().fold(MouseActions::new("mouse".to_owned()), InputSource::then).into(),
            Pointer::Finger => {
                strokes.into_iter().fold(TouchActions::new("finger".to_owned()), InputSource::then).into()
            }
        };
        self.client.perform_actions(actions).await.expect("a pointer can be moved");
        self.ask_patiently::<Value>("await drawn()", &[]).await;
    }

    /// Brings what is done by hand into sight, and waits until it is loaded.
    pub(crate) async fn open_hands(&self) {
        self.ask::<Value>("document.querySelector('#hands').scrollIntoView({ block: 'center' })", &[]).await;
        self.until("what is done by hand is there", "document.querySelector('#panel .common button')").await;
    }

    /// Picks a node, a client or a message in the picture of the cluster by a press, `[data-process="node 1"]`, unless it is
    /// picked already: a second press would let it go.
    pub(crate) async fn pick(&self, item: &str) {
        if self.count(&format!("#cluster {item}.selected")).await > 0 {
            return;
        }
        self.click(&format!("#cluster {item} .disc")).await;
        let selected = format!("document.querySelector('#cluster {item}.selected')");
        self.until(&format!("{item} is picked"), &selected).await;
    }

    /// Picks a node or a client, and presses the verb with these words in the panel.
    pub(crate) async fn do_to(&self, process: &str, verb: &str) {
        self.open_hands().await;
        self.pick(&format!("[data-process=\"{process}\"]")).await;
        self.press_in("#panel .verbs", verb).await;
    }
}
