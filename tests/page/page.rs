//! The page as a person has it before them: what can be pressed and typed, and what is seen.

mod deeds;
mod sight;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::browser::post;

#[allow(unused_imports, reason = "not all who share the page need them all")]
pub(crate) use deeds::{Point, Pointer};
#[allow(unused_imports, reason = "not all who share the page need them all")]
pub(crate) use sight::{Line, Sight, assert_same_sight};

/// Whoever waits longer waits for what does not come.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// The bar that leads to any step.
pub(crate) const BAR: &str = "#scrub";

/// What the editor says of its text.
const STATE: &str = "document.querySelector('#config-state').textContent";

/// The page, open in a browser.
pub(crate) struct Page {
    pub(crate) client: Client,
    pub(crate) address: String,
    /// Where the browser's driver listens.
    port: u16,
}

/// Where an element or a part of one is drawn, in the window.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl Frame {
    pub(crate) fn centre(&self) -> (f64, f64) {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }
}

/// A button by its words: those that say just this first, signs and spaces apart, then those that say this among other
/// words. While a dialog is open, nothing else can be pressed.
const BUTTON: &str = "
    const [scope, words] = arguments;
    const root = scope ? document.querySelector(scope) : document.querySelector('dialog[open]') ?? document.body;
    const bare = (it) => it.textContent.replace(/\\s+/g, ' ').replace(/^[^\\p{L}\\d?]+|[^\\p{L}\\d.?…]+$/gu, '');
    const seen = [...root.querySelectorAll('button, summary, .button, a[href]')].filter((it) => it.checkVisibility());
    const button = seen.find((it) => bare(it) === words) ?? seen.find((it) => ` ${bare(it)} `.includes(` ${words} `));
    // In the middle, where nothing that stays at a border of the window lies over it.
    button?.scrollIntoView({ block: 'center' });
    return button ?? null;
";

/// What was requested, and the status of each answer; what stands in the page itself was not.
const REQUESTS: &str = "
    const all = ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind));
    const entries = all.filter((it) => !it.name.startsWith('data:'));
    return Object.fromEntries(entries.map((it) => [it.name, it.responseStatus]));
";

impl Page {
    pub(crate) fn new(client: Client, address: String, port: u16) -> Self {
        Page { client, address, port }
    }

    /// Opens the page and waits until the emulation is there.
    pub(crate) async fn open(&self) {
        self.open_at(&self.address).await;
        self.is_ready().await;
    }

    /// Opens another address.
    pub(crate) async fn open_at(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address} cannot be opened: {error}"));
    }

    /// Loads the page again, as the browser's own button does.
    pub(crate) async fn reload(&self) {
        self.client.refresh().await.expect("a page can be loaded again");
        self.is_ready().await;
    }

    /// Waits until the emulation is shown and stands at a step.
    pub(crate) async fn is_ready(&self) {
        self.until("the emulation is shown", "document.querySelector('#emulation')?.hidden === false").await;
        self.until("it stands at a step", "document.querySelector('#where').textContent !== ''").await;
        self.until("all of it is there", "!document.querySelector('#emulation').ariaBusy").await;
    }

    /// Has the browser itself do something, by a command of its developer tools.
    pub(crate) async fn order(&self, command: &str, parameters: Value) -> Value {
        let session = self.client.session_id().await.expect("the browser still answers").expect("a session was begun");
        let order = json!({ "cmd": command, "params": parameters });
        let answer = post(self.port, &format!("/session/{session}/goog/cdp/execute"), &order);
        assert!(answer["value"]["error"].is_null(), "{command} is refused: {answer}");
        answer["value"].clone()
    }

    /// Has a script run in every page that is loaded from now on, before the page's own.
    pub(crate) async fn prepare(&self, script: &str) {
        self.order("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    /// What a script returns.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, script: &str, arguments: &[Value]) -> T {
        let answer = self.client.execute(script, arguments.to_vec()).await;
        read(script, answer.unwrap_or_else(|error| panic!("{error} in the script\n{script}")))
    }

    /// What a script returns that may wait.
    pub(crate) async fn ask_patiently<T: DeserializeOwned>(&self, script: &str, arguments: &[Value]) -> T {
        let script = format!(
            "const done = arguments[arguments.length - 1];
            const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
            (async () => {{ {script} }})().then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let answer = self.client.execute_async(&script, arguments.to_vec()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error} in the script\n{script}"));
        assert!(answer["error"].is_null(), "{} in the script\n{script}", answer["error"]);
        read(&script, answer["value"].clone())
    }

    /// The addresses that were requested until now, and the status of each answer.
    pub(crate) async fn requests(&self) -> BTreeMap<String, u16> {
        self.ask(REQUESTS, &[]).await
    }

    /// Waits until the condition, a JavaScript expression, is true.
    pub(crate) async fn until(&self, what: &str, condition: &str) {
        let start = Instant::now();
        while !self.ask::<bool>(&format!("return Boolean({condition})"), &[]).await {
            let place = "return document.querySelector('#where')?.textContent ?? document.body.innerText";
            let waited = start.elapsed();
            assert!(
                waited < LONGEST_WAIT,
                "waited {waited:.0?} until {what}; {}",
                self.ask::<String>(place, &[]).await
            );
            sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Waits until the run is over and says so.
    pub(crate) async fn until_done(&self) {
        let is_done = "document.querySelector('#where').textContent.includes(', done') \
                       && document.querySelector('#run').textContent.includes('again')";
        self.until("the run is over", is_done).await;
    }

    /// Waits until it is known how long the run is, so that nothing is looked ahead any more. A very long one stays unknown.
    pub(crate) async fn until_known(&self) {
        self.until("the run's end is known", "!document.querySelector('#where').textContent.includes('+')").await;
    }

    /// Goes on until nothing more happens, and the run ends in this way.
    pub(crate) async fn end_as(&self, ending: &str) {
        self.press("End").await;
        self.until(ending, &format!("document.querySelector('#where').textContent.endsWith(', {ending}')")).await;
    }

    /// The element under this selector.
    pub(crate) async fn find(&self, selector: &str) -> Element {
        let found = self.client.find(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("the page has no {selector}: {error}"))
    }

    /// The text of the element under this selector, as it is rendered.
    pub(crate) async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.unwrap_or_else(|error| panic!("{selector} has no text: {error}"))
    }

    /// What stands in a field.
    pub(crate) async fn value(&self, selector: &str) -> String {
        self.ask("return document.querySelector(arguments[0]).value", &[selector.into()]).await
    }

    /// Whether a person sees the element under this selector.
    pub(crate) async fn shows(&self, selector: &str) -> bool {
        self.find(selector).await.is_displayed().await.expect("an element is seen or not")
    }

    /// How many elements there are under this selector.
    pub(crate) async fn count(&self, selector: &str) -> u64 {
        self.ask("return document.querySelectorAll(arguments[0]).length", &[selector.into()]).await
    }

    /// Presses the button with these words on it.
    pub(crate) async fn press(&self, words: &str) {
        self.press_in("", words).await;
    }

    /// Presses the button with these words on it that is within the element under this selector.
    pub(crate) async fn press_in(&self, scope: &str, words: &str) {
        let found: Value = self.ask(BUTTON, &[scope.into(), words.into()]).await;
        let id = found.as_object().and_then(|reference| reference.values().next()).and_then(Value::as_str);
        let id = id.unwrap_or_else(|| panic!("no button {scope} says {words}"));
        let button = Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()));
        button.click().await.unwrap_or_else(|error| panic!("{words} cannot be pressed: {error}"));
    }

    /// Chooses what says this in a list of choices.
    pub(crate) async fn choose(&self, selector: &str, label: &str) {
        let list = self.find(selector).await;
        list.select_by_label(label).await.unwrap_or_else(|error| panic!("{selector} does not offer {label}: {error}"));
    }

    /// Types into a field, in place of all that it holds.
    pub(crate) async fn type_into(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.click().await.unwrap_or_else(|error| panic!("{selector} cannot be clicked: {error}"));
        self.ask::<Value>("document.querySelector(arguments[0]).select()", &[selector.into()]).await;
        field.send_keys(&Key::Delete).await.unwrap_or_else(|error| panic!("{selector} cannot be emptied: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{selector} takes no text: {error}"));
    }

    /// Types a configuration and applies it.
    pub(crate) async fn apply(&self, toml: &str) {
        assert_ne!(self.value("#config").await, toml, "the text stands there already: who has applied it?");
        self.type_into("#config", toml).await;
        // The first letter has the editor loaded.
        self.until("another text stands in the editor", &format!("{STATE}.includes('not applied')")).await;
        self.press_in("#editor", "Apply").await;
        self.until("the text was looked at", &format!("{STATE} !== 'edited, not applied'")).await;
    }

    /// Types a configuration that can be run, and applies it.
    pub(crate) async fn run_this(&self, toml: &str) {
        self.apply(toml).await;
        assert!(!self.shows("#config-error").await, "{}", self.text("#config-error").await);
    }

    /// Types a configuration that can be run, applies it, and runs it with this seed.
    pub(crate) async fn apply_with_seed(&self, toml: &str, seed: u64) {
        self.run_this(toml).await;
        self.use_seed(&seed.to_string()).await;
    }

    /// Types a seed and has it used.
    pub(crate) async fn use_seed(&self, seed: &str) {
        self.type_into("#seed-value", seed).await;
        self.press_in("#seed", "Use").await;
    }

    /// Goes on to the end of the run.
    pub(crate) async fn finish(&self) {
        self.press("End").await;
        self.until_done().await;
    }

    /// Moves the bar to a step. It has more steps than pixels, so no mouse is used.
    pub(crate) async fn scrub_to(&self, step: u64) {
        let is_known = format!("Number(document.querySelector('{BAR}').max) >= {step}");
        self.until(&format!("step {step} is on the bar"), &is_known).await;
        let script = "
            const bar = document.querySelector('#scrub');
            bar.value = arguments[0];
            bar.dispatchEvent(new Event('input', { bubbles: true }));
        ";
        self.ask::<Value>(script, &[step.into()]).await;
        assert_eq!(self.step().await, step, "the bar leads to the step that it was moved to");
    }

    /// Moves the bar to a step as often as it takes until the trace shows this line. A run that is still being loaded moves
    /// it away again.
    pub(crate) async fn show(&self, step: u64, line: &str) {
        let script = "
            const [selector, step, line] = arguments;
            const bar = document.querySelector(selector);
            if (Number(bar.value) !== step && Number(bar.max) >= step) {
                bar.value = step;
                bar.dispatchEvent(new Event('input', { bubbles: true }));
            }
            return Number(bar.value) === step && document.querySelector('#trace').textContent.includes(line);
        ";
        let start = Instant::now();
        while !self.ask::<bool>(script, &[BAR.into(), step.into(), line.into()]).await {
            assert!(start.elapsed() < LONGEST_WAIT, "the trace does not show the line of step {step}: {line}");
            sleep(BETWEEN_LOOKS).await;
        }
    }

    /// A picture of what is seen at the page's top, as a PNG file: all is there, nothing moves, and nothing is pointed at.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let script = "
            if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
            scrollTo(0, 0);
            await document.fonts.ready;
            const moves = () => document.getAnimations().some((it) => it.playState === 'running');
            for (let frames = 0; frames < 2 || (moves() && frames < 60); frames += 1) await drawn();
        ";
        let corner = PointerAction::MoveTo { duration: None, x: 0.0, y: 0.0 };
        let mouse = MouseActions::new("mouse".to_owned()).then(corner);
        self.client.perform_actions(mouse).await.expect("the mouse can be moved");
        self.ask_patiently::<Value>(script, &[]).await;
        self.client.screenshot().await.expect("a picture can be taken")
    }

    /// The number of the current step.
    pub(crate) async fn step(&self) -> u64 {
        let place: String = self.ask("return document.querySelector('#where').textContent", &[]).await;
        let number = place.strip_prefix("step ").and_then(|rest| rest.split(' ').next());
        let number = number.and_then(|number| number.replace(',', "").parse().ok());
        number.unwrap_or_else(|| panic!("no number of a step: {place}"))
    }

    /// Where the element under this selector is drawn.
    pub(crate) async fn frame(&self, selector: &str) -> Frame {
        self.ask("return document.querySelector(arguments[0]).getBoundingClientRect()", &[selector.into()]).await
    }
}

fn read<T: DeserializeOwned>(script: &str, answer: Value) -> T {
    serde_json::from_value(answer).unwrap_or_else(|error| panic!("{error} in the answer to the script\n{script}"))
}
