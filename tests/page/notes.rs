//! Pages of notes as somebody has them, with emulations in them, and what is seen of each.

use fantoccini::elements::{Element, ElementRef};
use serde::Deserialize;
use serde_json::Value;

use crate::browser::variable;
use crate::page::{Frame, Page};

/// Finds what stands within an emulation: `at(id, selector)`.
const AT: &str = "
    window.at = (id, selector = '.element') => document.getElementById(id)?.shadowRoot?.querySelector(selector) ?? null;
";

/// What an emulation has told the page around it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Told {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) detail: Value,
    pub(crate) bubbles: bool,
    pub(crate) composed: bool,
}

impl Page {
    /// Opens one of the pages of notes, which takes the element from the site.
    pub(crate) async fn open_notes(&self, name: &str) {
        self.prepare(AT).await;
        self.open_at(&format!("{}{name}?site={}", variable("RAFT_KV_HOSTS"), variable("RAFT_KV_SITE"))).await;
    }

    /// Waits until an emulation shows its run.
    pub(crate) async fn until_live(&self, id: &str) {
        self.until_state(id, "live").await;
    }

    /// Waits until an emulation is `loading`, `live` or `refused`.
    pub(crate) async fn until_state(&self, id: &str, state: &str) {
        let is_so = format!("window.at && at('{id}')?.dataset.state === '{state}'");
        self.until(&format!("{id} is {state}"), &is_so).await;
    }

    /// What stands under this selector within an emulation.
    pub(crate) async fn within(&self, id: &str, selector: &str) -> Element {
        let found: Value = self.ask("return at(...arguments)", &[id.into(), selector.into()]).await;
        let reference = found.as_object().and_then(|it| it.values().next()).and_then(Value::as_str);
        let reference = reference.unwrap_or_else(|| panic!("{id} has no {selector}"));
        Element::from_element_id(self.client.clone(), ElementRef::from(reference.to_owned()))
    }

    /// Presses what stands under this selector within an emulation.
    pub(crate) async fn press_within(&self, id: &str, selector: &str) {
        let button = self.within(id, selector).await;
        button.click().await.unwrap_or_else(|error| panic!("{selector} of {id} cannot be pressed: {error}"));
    }

    /// Presses the button with just these words within an emulation.
    pub(crate) async fn press_words(&self, id: &str, words: &str) {
        let find = "
            const [id, words] = arguments;
            const buttons = [...document.getElementById(id).shadowRoot.querySelectorAll('button')];
            const button = buttons.find((it) => it.textContent === words);
            button?.scrollIntoView({ block: 'center' });
            return button ?? buttons.map((it) => it.textContent).join(', ');
        ";
        let found: Value = self.ask(find, &[id.into(), words.into()]).await;
        let reference = found.as_object().and_then(|it| it.values().next()).and_then(Value::as_str);
        let reference = reference.unwrap_or_else(|| panic!("{id} has no button {words}, only {found}"));
        let button = Element::from_element_id(self.client.clone(), ElementRef::from(reference.to_owned()));
        button.click().await.unwrap_or_else(|error| panic!("{words} cannot be pressed: {error}"));
    }

    /// At which step the run of an emulation stands; none before it is there.
    pub(crate) async fn step_of(&self, id: &str) -> Option<u64> {
        self.ask("return document.getElementById(arguments[0]).snapshot?.step ?? null", &[id.into()]).await
    }

    /// Waits until the run of an emulation stands at a step.
    pub(crate) async fn until_step(&self, id: &str, step: u64) {
        let is_so = format!("document.getElementById('{id}').snapshot?.step === {step}");
        self.until(&format!("{id} stands at step {step}"), &is_so).await;
    }

    /// What the emulations of the page have told, of this kind.
    pub(crate) async fn told(&self, name: &str) -> Vec<Told> {
        self.ask("return window.told.filter(({ name }) => name === arguments[0])", &[name.into()]).await
    }

    /// What went wrong in the page's own scripts, or was thrown into them.
    pub(crate) async fn assert_untouched(&self) {
        let failures: Vec<String> = self.ask("return window.failures", &[]).await;
        assert_eq!(failures, [""; 0], "something was thrown into the page");
    }

    /// The middle of what stands under this selector within an emulation, in the window.
    pub(crate) async fn centre_within(&self, id: &str, selector: &str) -> (f64, f64) {
        let frame: Frame =
            self.ask("return at(...arguments).getBoundingClientRect()", &[id.into(), selector.into()]).await;
        frame.centre()
    }

    /// Brings an element of the page into the window, as somebody who scrolls does.
    pub(crate) async fn scroll_to(&self, selector: &str) {
        let script = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })";
        self.ask::<Value>(script, &[selector.into()]).await;
    }

    /// Puts an emulation into the page by a script, with these attributes.
    pub(crate) async fn put(&self, id: &str, attributes: &[(&str, &str)]) {
        self.until("the element is known", "customElements.get('raft-kv')").await;
        let script = "
            const [id, attributes] = arguments;
            const element = document.createElement('raft-kv');
            element.id = id;
            for (const [name, value] of attributes) element.setAttribute(name, value);
            document.querySelector('#place').replaceChildren(element);
        ";
        let attributes = attributes.iter().map(|(name, value)| Value::from(vec![*name, *value])).collect::<Vec<_>>();
        self.ask::<Value>(script, &[id.into(), attributes.into()]).await;
    }
}
