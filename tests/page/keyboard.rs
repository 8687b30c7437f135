//! By keyboard: everything can be turned to, and it is seen what has the focus; the presenter's keys; the help.

use std::collections::BTreeSet;

use fantoccini::key::Key;
use serde::Deserialize;
use serde_json::Value;

use crate::browser::Story;
use crate::page::Page;

/// What has the focus.
#[derive(Debug, Deserialize)]
struct Stop {
    /// Which of the elements that can be turned to it is.
    number: Option<usize>,
    name: String,
    /// Whether it is marked as having it.
    is_marked: bool,
    /// Whether it can be seen: some of it is in the window, and nothing lies over that.
    is_seen: bool,
}

/// Numbers all that can be turned to, and tells what each is. Of radio buttons the tab key leads to one.
const TARGETS: &str = "
    const all = 'a[href], button, input, select, textarea, summary, [tabindex]';
    const leads = (it) => it.tabIndex >= 0 && it.checkVisibility({ visibilityProperty: true }) && !it.closest('[hidden]')
        && (it.type !== 'radio' || it === (document.querySelector(`[name=${it.name}]:checked`) ?? document.querySelector(`[name=${it.name}]`)));
    window.targets = [...document.querySelectorAll(all)].filter(leads);
    return window.targets.map((it) => `${it.closest('[id]')?.id} ${it.tagName} ${it.ariaLabel ?? it.textContent.trim().slice(0, 30)}`);
";

const STOP: &str = "
    const it = document.activeElement;
    const marks = [it, it.closest('.button'), it.querySelector('.halo'), it.querySelector('.cursor')].filter(Boolean);
    const is_marked = it.matches(':focus-visible') && marks.some((mark) => {
        const { outlineStyle, outlineWidth, stroke, strokeWidth } = getComputedStyle(mark);
        const is_stroked = mark.matches('.halo') && stroke !== 'none' && parseFloat(strokeWidth) >= 2;
        return is_stroked || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1.5);
    });
    const shown = it.closest('.button') ?? it;
    const { left, right, top, bottom } = shown.getBoundingClientRect();
    const spots = [0.1, 0.3, 0.5, 0.7, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + (right - left) * x, top + (bottom - top) * y]));
    const is_seen = spots.some(([x, y]) => {
        const met = document.elementFromPoint(x, y);
        return met && (shown.contains(met) || met.contains(shown) && met !== document.body && met.id !== 'emulation');
    });
    const number = window.targets?.indexOf(it) ?? -1;
    const name = `${it.closest('[id]')?.id} ${it.tagName} ${it.ariaLabel ?? it.textContent.trim().slice(0, 30)}`;
    return { number: number < 0 ? null : number, name, is_marked, is_seen };
";

/// Presses the tab key until it has led round, and tells what is never turned to, not marked, or hidden then.
async fn walk_round(page: &Page) -> usize {
    page.ask::<Value>("document.activeElement.blur(); scrollTo(0, 0)", &[]).await;
    page.press_on("#about").await;
    let targets: Vec<String> = page.ask(TARGETS, &[]).await;
    let mut missing: BTreeSet<usize> = (0..targets.len()).collect();
    // What is loaded on the way there may add to them.
    for _ in 0..2 * targets.len() + 20 {
        page.press_key(Key::Tab).await;
        let stop: Stop = page.ask(STOP, &[]).await;
        if stop.name.contains(" BODY ") {
            continue;
        }
        assert!(stop.is_marked, "it is not seen that this has the focus: {stop:?}");
        assert!(stop.is_seen, "what has the focus is hidden: {stop:?}");
        if let Some(number) = stop.number
            && !missing.remove(&number)
            && missing.is_empty()
        {
            break;
        }
        if missing.is_empty() {
            break;
        }
    }
    let missing: Vec<&String> = missing.iter().map(|&number| &targets[number]).collect();
    assert!(missing.is_empty(), "the tab key does not lead to {missing:?}");
    targets.len()
}

#[test]
fn the_tab_key_leads_to_everything_and_it_is_seen_what_has_the_focus() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open_scenario("partition").await;
        page.scrub_to(150).await;
        page.scrub_to(130).await;
        page.select("node 4").await;
        page.doing("pause").await;
        page.open_filter().await;
        let wide = walk_round(page).await;
        page.resize((320, 640)).await;
        let narrow = walk_round(page).await;
        assert!(wide >= 60 && narrow >= 60, "{wide} and {narrow}");
        format!("the tab key leads to {wide} and {narrow} stops, and each is seen")
    });
}

#[test]
fn the_presenters_keys_act_and_do_nothing_where_something_is_typed() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open_scenario("leader-crash").await;
        page.scrub_to(80).await;
        page.press_char('t').await;
        page.until_said("#trace .now", "Election timeout").await;
        let step = page.step().await;
        assert_eq!(step, 81);
        page.press_char('c').await;
        let is_in_form = "document.activeElement.closest('#request')";
        page.until("the form has the focus", is_in_form).await;
        page.press_key(Key::Tab).await;
        page.press_key(Key::Tab).await;
        page.type_text("ct? np[]").await;
        assert_eq!(page.value("#request [name=key]").await, "ct? np[]", "letters in a field are the field's");
        for key in [Key::Left, Key::Home, Key::End, Key::Right] {
            page.press_key(key).await;
        }
        assert_eq!(page.step().await, step, "and not the run's");
        assert!(!page.has("dialog").await);

        page.press_on("#cluster-title").await;
        page.press_char('?').await;
        page.until("the help is open", "document.querySelector('dialog .keys-table')").await;
        let help = page.text("dialog").await;
        for shown in ["Space", "→", "←", "Home", "End", "N", "P", "]", "[", "C", "T", "?"] {
            let key =
                format!("[...document.querySelectorAll('dialog kbd')].some((it) => it.textContent === '{shown}')");
            assert!(page.ask::<bool>(&format!("return {key}"), &[]).await, "{shown} is not in the help: {help}");
        }
        page.press_key(Key::Right).await;
        page.press_char('t').await;
        assert_eq!(page.step().await, step, "keys do nothing behind the help");
        page.press_key(Key::Escape).await;
        assert!(!page.has("dialog").await);
        page.press_key(Key::Right).await;
        assert_eq!(page.step().await, step + 1, "who escapes from the help is where they were");
        page.press_key(Key::Space).await;
        page.until_said("#run", "Pause").await;
        page.press_key(Key::Space).await;
        page.until_said("#run", "Run").await;
        "C, T, ?, space and arrows act, but not in fields".to_owned()
    });
}
