//! The page as a person has it before them: what can be pressed and typed, and what is seen.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions, MouseActions, PointerAction, WheelAction, WheelActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::sleep;

/// Whoever waits longer waits for what does not come.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// The bar that leads to any step.
pub(crate) const BAR: &str = "#scrub";

/// The page, open in a browser.
pub(crate) struct Page {
    client: Client,
    address: String,
}

/// All that is seen of the run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Sight {
    /// The line that says at which step the run stands.
    pub(crate) place: String,
    /// What this step did, in words.
    pub(crate) happened: String,
    pub(crate) seed: String,
    /// Nodes, clients and main on the ring: what they are, and how they are drawn.
    pub(crate) ring: BTreeMap<String, String>,
    pub(crate) messages: Vec<String>,
    pub(crate) cards: Vec<String>,
    pub(crate) clients: Vec<String>,
    /// Whose turn it was, in each of the views.
    pub(crate) highlighted: Vec<String>,
    pub(crate) lines: Vec<Line>,
}

/// A line of the trace.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Line {
    /// The first one is 1.
    pub(crate) place: u64,
    pub(crate) step: u64,
    pub(crate) text: String,
    /// Whether it belongs to the current step, and is drawn so.
    pub(crate) now: bool,
    /// Whether it can be seen as the list is scrolled; the others stand ready above and below.
    pub(crate) visible: bool,
}

/// Where an element or a part of one is drawn, in the window.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

const LINES: &str = "
    const list = document.querySelector('#trace .lines');
    const { top, bottom } = list.getBoundingClientRect();
    const lines = [...list.querySelectorAll('[role=listitem]')].map((row) => {
        const frame = row.getBoundingClientRect();
        return {
            place: Number(row.getAttribute('aria-posinset')),
            step: Number(row.dataset.step),
            text: row.lastChild.data,
            now: row.classList.contains('now'),
            visible: frame.top > top - 1 && frame.bottom < bottom + 1,
        };
    });
";

const SIGHT: &str = "
    const all = (selector, tell) => [...document.querySelectorAll(selector)].map(tell);
    const text = (selector) => document.querySelector(selector).textContent;
    const title = (element) => element.querySelector('title').textContent;
    const classes = (element) => [...element.classList].sort().join(' ');
    return {
        place: text('#where'),
        happened: text('#happened'),
        seed: document.querySelector('#seed-value').value,
        ring: Object.fromEntries(all('#cluster [data-process]', (it) => [it.dataset.process, classes(it) + ' ' + title(it)])),
        messages: all('#cluster [data-id]', (it) => [classes(it), title(it), it.style.transform].join(' ')).sort(),
        cards: all('#nodes .card', (it) => it.innerText),
        clients: all('#clients li', (it) => it.innerText),
        highlighted: all('#emulation .actor', (it) =>
            it.closest('section').id + ': ' + (it.dataset.process ?? it.querySelector('h3, strong').firstChild.data.trim())),
        lines,
    };
";

const WHOLE_TRACE: &str = "
    const list = document.querySelector('#trace .lines');
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const lines = [];
    list.scrollTop = 0;
    for (;;) {
        await drawn();
        const rows = [...list.querySelectorAll('[role=listitem]')];
        for (const row of rows) lines[row.getAttribute('aria-posinset') - 1] = row.lastChild.data;
        if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) break;
        list.scrollTop += (rows.length / 2) * 20;
    }
    return Array.from(lines, (line, place) => line ?? `line ${place + 1} was never in the page`).join('\\n') + '\\n';
";

impl Page {
    pub(crate) fn new(client: Client, address: String) -> Self {
        Page { client, address }
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

    async fn is_ready(&self) {
        self.until("the emulation is shown", "!document.querySelector('#emulation').hidden").await;
        self.until("it stands at a step", "document.querySelector('#where').textContent !== ''").await;
        self.until("all of it is there", "!document.querySelector('#emulation').ariaBusy").await;
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
            (async () => {{ {script} }})().then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let answer = self.client.execute_async(&script, arguments.to_vec()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error} in the script\n{script}"));
        assert!(answer["error"].is_null(), "{} in the script\n{script}", answer["error"]);
        read(&script, answer["value"].clone())
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

    /// Goes on until nothing more happens, and the run ends in this way.
    pub(crate) async fn end_as(&self, ending: &str) {
        self.press("End").await;
        self.until(ending, &format!("document.querySelector('#where').textContent.includes(', {ending} ·')")).await;
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

    /// Presses the button with these words on it.
    pub(crate) async fn press(&self, words: &str) {
        let path = format!("//button[contains(concat(' ', normalize-space(.), ' '), ' {words} ')]");
        let found = self.client.find(Locator::XPath(&path)).await;
        let button = found.unwrap_or_else(|error| panic!("no button says {words}: {error}"));
        // In the middle, where nothing that stays at a border of the window lies over it.
        let centre = "arguments[0].scrollIntoView({ block: 'center' })";
        let argument = serde_json::to_value(&button).expect("an element can be an argument");
        self.ask::<Value>(centre, &[argument]).await;
        button.click().await.unwrap_or_else(|error| panic!("{words} cannot be pressed: {error}"));
    }

    /// Presses a key, wherever the focus is.
    pub(crate) async fn press_key(&self, key: Key) {
        let value = char::from(key);
        let strokes = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down { value });
        self.client.perform_actions(strokes.then(KeyAction::Up { value })).await.expect("a key can be pressed");
    }

    /// Presses the tab key until the focus is on this element.
    pub(crate) async fn tab_to(&self, selector: &str) {
        let is_there = "return document.activeElement === document.querySelector(arguments[0])";
        for _ in 0..100 {
            if self.ask(is_there, &[selector.into()]).await {
                return;
            }
            self.press_key(Key::Tab).await;
        }
        panic!("the tab key does not lead to {selector}");
    }

    /// Turns the mouse's wheel over an element, by so many pixels.
    pub(crate) async fn wheel(&self, selector: &str, pixels: i64) {
        let Frame { left, right, top, bottom } = self.frame(selector).await;
        let (x, y) = ((left + right) as i64 / 2, (top + bottom) as i64 / 2);
        let scroll = WheelAction::Scroll { duration: None, x, y, delta_x: 0, delta_y: pixels };
        let wheel = WheelActions::new("wheel".to_owned()).then(scroll);
        self.client.perform_actions(wheel).await.expect("a wheel can be turned");
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
        self.type_into("#config", toml).await;
        self.press("Apply").await;
    }

    /// Types a configuration that can be run, applies it, and runs it with this seed.
    pub(crate) async fn apply_with_seed(&self, toml: &str, seed: u64) {
        self.apply(toml).await;
        assert!(!self.shows("#config-error").await, "{}", self.text("#config-error").await);
        self.use_seed(&seed.to_string()).await;
    }

    /// Types a seed and has it used.
    pub(crate) async fn use_seed(&self, seed: &str) {
        self.type_into("#seed-value", seed).await;
        self.press("Use").await;
    }

    /// Goes on to the end of the run.
    pub(crate) async fn finish(&self) {
        self.press("End").await;
        self.until_done().await;
    }

    /// Moves the bar to a step. It has more steps than pixels, so no mouse is used.
    pub(crate) async fn scrub_to(&self, step: u64) {
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

    /// A picture of what is seen at the page's top, as a PNG file: nothing moves, and nothing is pointed at.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let script = "
            if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
            scrollTo(0, 0);
            await document.fonts.ready;
            const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
            const moves = () => document.getAnimations().some((it) => it.playState === 'running');
            for (let frames = 0; frames < 3 || (moves() && frames < 120); frames += 1) await drawn();
        ";
        let corner = PointerAction::MoveTo { duration: None, x: 0.0, y: 0.0 };
        let mouse = MouseActions::new("mouse".to_owned()).then(corner);
        self.client.perform_actions(mouse).await.expect("the mouse can be moved");
        self.ask_patiently::<Value>(script, &[]).await;
        self.client.screenshot().await.expect("a picture can be taken")
    }

    /// The number of the current step.
    pub(crate) async fn step(&self) -> u64 {
        let place = self.text("#where").await;
        let number = place.strip_prefix("step ").and_then(|rest| rest.split(' ').next());
        let number = number.and_then(|number| number.replace(',', "").parse().ok());
        number.unwrap_or_else(|| panic!("no number of a step: {place}"))
    }

    /// All that is seen of the run.
    pub(crate) async fn look(&self) -> Sight {
        self.ask(&format!("{LINES}{SIGHT}"), &[]).await
    }

    /// The lines of the trace that are in the page now.
    pub(crate) async fn lines(&self) -> Vec<Line> {
        self.ask(&format!("{LINES} return lines"), &[]).await
    }

    /// The last line of the trace that is in the page now.
    pub(crate) async fn last_line(&self) -> Line {
        self.lines().await.pop().expect("the trace has a line")
    }

    /// The whole trace, read line by line while scrolling from its start to its end.
    pub(crate) async fn whole_trace(&self) -> String {
        self.ask_patiently(WHOLE_TRACE, &[]).await
    }

    /// Where the element under this selector is drawn.
    pub(crate) async fn frame(&self, selector: &str) -> Frame {
        self.ask("return document.querySelector(arguments[0]).getBoundingClientRect()", &[selector.into()]).await
    }

    /// Where a line of the configuration is drawn: beside its number.
    pub(crate) async fn config_line(&self, line: usize) -> Frame {
        let script = "
            const numbers = document.querySelector('#editor .gutter').firstChild;
            const start = numbers.data.split('\\n').slice(0, arguments[0] - 1).join('\\n').length + (arguments[0] > 1 ? 1 : 0);
            const range = document.createRange();
            range.setStart(numbers, start);
            range.setEnd(numbers, start + String(arguments[0]).length);
            return range.getBoundingClientRect();
        ";
        self.ask(script, &[json!(line)]).await
    }
}

fn read<T: DeserializeOwned>(script: &str, answer: Value) -> T {
    serde_json::from_value(answer).unwrap_or_else(|error| panic!("{error} in the answer to the script\n{script}"))
}
