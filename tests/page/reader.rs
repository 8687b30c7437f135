//! What a reader does with hand and keyboard, in the words of the page.

use std::path::Path;

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::Value;

use crate::page::Page;

/// Scrolls an element to where neither the window's edge nor the player covers it.
const TO_THE_MIDDLE: &str = "
    const [element] = arguments;
    const player = document.querySelector('#player');
    element.scrollIntoView({ block: 'center' });
    if (player.contains(element)) return;
    const { top, bottom } = element.getBoundingClientRect();
    const bar = player.getBoundingClientRect();
    const room = bar.top < innerHeight / 2 ? Math.max(0, bar.bottom) + innerHeight : Math.min(innerHeight, bar.top);
    scrollBy({ top: (top + bottom) / 2 - room / 2, behavior: 'instant' });
";

impl Page {
    /// Clicks on what is under this selector, wherever it stands on the page.
    pub(crate) async fn press_on(&self, selector: &str) {
        let element = self.find(selector).await;
        let argument = serde_json::to_value(&element).expect("an element can be an argument");
        self.ask::<Value>(TO_THE_MIDDLE, &[argument]).await;
        element.click().await.unwrap_or_else(|error| panic!("{selector} cannot be clicked: {error}"));
    }

    /// Picks a node, in the table of the logs, or a client, in the list of clients, if it is not picked already: a second
    /// press would let it go.
    pub(crate) async fn select(&self, process: &str) {
        let place = if process.starts_with("node") { "#logs" } else { "#clients" };
        let button = format!("{place} button[data-process='{process}']");
        if !self.has(&format!("{button}[aria-pressed=true]")).await {
            self.press_on(&button).await;
        }
    }

    /// Does something with what is picked.
    pub(crate) async fn doing(&self, verb: &str) {
        self.open_hands().await;
        let button = format!("#panel [data-verb='{verb}'] button");
        self.until("it can be done", &format!("document.querySelector({})", Value::from(button.as_str()))).await;
        self.press_on(&button).await;
    }

    /// Pastes a text into a field, in place of all that it holds.
    pub(crate) async fn paste_into(&self, selector: &str, text: &str) {
        let script = "
            const field = document.querySelector(arguments[0]);
            field.focus();
            field.select();
            return document.execCommand('insertText', false, arguments[1]);
        ";
        assert!(self.ask::<bool>(script, &[selector.into(), text.into()]).await, "{selector} takes no text");
    }

    /// Goes on to the end of the run, however it ends.
    pub(crate) async fn finish_quietly(&self) {
        self.press_on("#end").await;
        self.until("it is over", "document.querySelector('#run').textContent.includes('again')").await;
    }

    /// The whole trace up to the current step, line by line.
    pub(crate) async fn lines_of_trace(&self) -> Vec<String> {
        self.whole_trace().await.lines().map(str::to_owned).collect()
    }

    /// Turns to a part of the page by its title, and from there to this by the tab key.
    pub(crate) async fn tab_from(&self, title: &str, selector: &str) {
        // Not by a press in the middle of the title, where in a small window there may be a button.
        let turn = "const it = document.querySelector(arguments[0]); it.tabIndex = -1; it.focus()";
        self.ask::<()>(turn, &[title.into()]).await;
        self.press_key(Key::Tab).await;
        self.tab_to(selector).await;
    }

    /// Chooses a file where the page asks for one.
    pub(crate) async fn choose_file(&self, selector: &str, path: &Path) {
        let field = self.find(selector).await;
        let path = path.to_str().expect("a path of these tests is UTF-8");
        field.send_keys(path).await.unwrap_or_else(|error| panic!("{selector} takes no file: {error}"));
    }

    /// Opens the page at one of its scenarios.
    pub(crate) async fn open_scenario(&self, name: &str) {
        self.open_at(&format!("{}?scenario={name}", self.address)).await;
        self.is_ready().await;
    }

    /// Opens this address in a tab of its own, which knows nothing of others.
    pub(crate) async fn open_afresh(&self, address: &str) {
        let tab = self.client.new_window(true).await.expect("a tab can be opened").handle;
        self.client.switch_to_window(tab).await.expect("a tab can be turned to");
        self.open_at(address).await;
        self.is_ready().await;
    }

    /// The address that the browser shows.
    pub(crate) async fn shown_address(&self) -> String {
        self.ask("return location.href", &[]).await
    }

    /// Whether there is anything under this selector.
    pub(crate) async fn has(&self, selector: &str) -> bool {
        self.client.find_all(Locator::Css(selector)).await.is_ok_and(|found| !found.is_empty())
    }

    /// Waits until what is under this selector says this.
    pub(crate) async fn until_said(&self, selector: &str, words: &str) {
        let [selector_text, words_text] = [selector, words].map(|text| Value::from(text).to_string());
        let condition = format!("document.querySelector({selector_text})?.textContent.includes({words_text})");
        self.until(&format!("{selector} says: {words}"), &condition).await;
    }
}
