//! The gallery: scenarios as cards, each with a question that the run itself answers, and nothing else does.

use fantoccini::key::Key;
use raft_kv::config::{Config, Scenario};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::Story;
use crate::native::{lines_from, native as run_of, scenario, scenarios};
use crate::page::Page;

#[derive(Debug, Deserialize)]
struct Card {
    title: String,
    address: String,
    words: String,
    is_shut: bool,
}

const CARDS: &str = "
    return [...document.querySelectorAll('dialog .gallery li')].map((it) => ({
        title: it.querySelector('h3 a').textContent,
        address: it.querySelector('h3 a').href,
        words: it.querySelector('p').textContent,
        is_shut: !it.querySelector('details')?.open,
    }));
";

/// From now on, whatever waits for a time waits for none, and all clocks are an hour ahead of what they were.
const NO_TIME: &str = "
    const wait = window.setTimeout;
    window.setTimeout = (call, ms, ...rest) => wait(call, 0, ...rest);
    window.setInterval = (call, ms, ...rest) => wait(call, 0, ...rest);
    for (const clock of [performance, Date]) {
        const now = clock.now.bind(clock);
        const start = now();
        clock.now = () => now() + (now() - start > 50 ? 3_600_000 : 0);
    }
";

/// What a scenario's file tells.
fn told(name: &str) -> Scenario {
    let config = Config::parse(name, &scenario(name)).expect("a scenario can be run");
    config.scenario.expect("a scenario tells itself")
}

/// The step of the first line that answers a scenario's question.
fn answered_at(name: &str, reveal_on: &str) -> u64 {
    let mut native = run_of(&scenario(name), 1);
    let place = lines_from(&native, 0).iter().position(|line| line.contains(reveal_on));
    let place = place.unwrap_or_else(|| panic!("{name} never comes to {reveal_on:?}"));
    while native.now().record_count() <= place as u64 {
        assert_eq!(native.run(1), 1, "the line has a step");
    }
    native.now().step_count()
}

#[test]
fn each_scenario_is_a_card_opens_paused_and_answers_its_question_by_what_happens() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.order("Page.addScriptToEvaluateOnNewDocument", json!({ "source": NO_TIME })).await;
        page.open().await;
        page.press_on("#scenarios").await;
        page.until("the gallery is open", "document.querySelectorAll('dialog .gallery li').length").await;
        let cards: Vec<Card> = page.ask(CARDS, &[]).await;
        let names = scenarios();
        assert_eq!(cards.len(), names.len());
        for (card, name) in cards.iter().zip(&names) {
            let told = told(name);
            assert_eq!(card.title, told.title);
            assert_eq!(card.address, format!("{}?scenario={name}", page.address));
            let question = told.question.unwrap_or_else(|| panic!("{name} asks nothing"));
            assert_eq!(card.words, question.ask, "the card asks, and keeps the answer to itself");
            assert!(card.is_shut, "{name}");
        }
        page.press("Close").await;

        for (place, name) in names.iter().enumerate() {
            page.press_on("#scenarios").await;
            page.until("the gallery is open", "document.querySelector('dialog .gallery')").await;
            page.press_on(&format!("dialog .gallery a[data-name='{name}']")).await;
            assert!(!page.has("dialog").await, "the gallery closes");
            page.until_said("#story h2", &told(name).title).await;
            assert_eq!(page.shown_address().await, cards[place].address);
            assert_question(page, name, place % 2 == 0).await;
        }
        format!("{} scenarios answer by what happens", names.len())
    });
}

/// Guesses, rightly or wrongly, and runs on to what answers.
async fn assert_question(page: &Page, name: &str, rightly: bool) {
    let question = told(name).question.expect("it was asked on the card");
    page.until("it asks", "document.querySelector('#story fieldset')").await;
    let where_it_stands = page.text("#where").await;
    assert!(where_it_stands.starts_with("step 0 of"), "{name} opens paused at its start: {where_it_stands}");
    assert!(page.text("#run").await.contains("Run"));
    assert_eq!(page.text("#story legend").await, question.ask);
    assert_nothing_revealed(page, name).await;

    let right = question.right as usize;
    let guess = if rightly { right } else { right % question.answers.len() + 1 };
    page.press_on(&format!("#story input[value='{guess}']")).await;
    assert_eq!(page.text("#story .said").await, "Now run it, and see.");
    assert_nothing_revealed(page, name).await;

    let step = answered_at(name, &question.reveal_on);
    page.scrub_to(step - 1).await;
    page.ask_patiently::<Value>(SOME_PICTURES, &[]).await;
    assert_eq!(page.text("#story .said").await, "Now run it, and see.", "{name}: the clock reveals nothing");
    assert_nothing_revealed(page, name).await;
    page.press_on("#forward").await;
    let said = page.text("#story .said").await;
    let answers = &question.answers;
    let verdict = match rightly {
        true => format!("✓ You were right: {}. {}", answers[right - 1], question.explain),
        false => format!("✕ You guessed: {}. But: {}. {}", answers[guess - 1], answers[right - 1], question.explain),
    };
    assert_eq!(said, verdict, "{name}");
    assert!(page.shows("#story .told .text").await, "the whole story is told now");
    page.press_on("#back").await;
    assert_eq!(page.text("#story .said").await, verdict, "what was seen is not forgotten");
}

/// Time enough for what waits for none.
const SOME_PICTURES: &str = "
    for (let left = 12; left > 0; left -= 1) await new Promise((resolve) => requestAnimationFrame(resolve));
";

async fn assert_nothing_revealed(page: &Page, name: &str) {
    let question = told(name).question.expect("it was asked on the card");
    assert!(!page.shows("#story .told .text").await, "{name} tells its end");
    let text = page.text("#story").await;
    assert!(!text.contains(&question.explain), "{name}: {text}");
}

#[test]
fn on_a_telephone_a_scenario_is_chosen_and_guessed_by_keys() {
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.tab_to("#scenarios").await;
        page.press_key(Key::Enter).await;
        page.until("the gallery is open", "document.querySelector('dialog .gallery')").await;
        let width: u32 = page.ask("return document.querySelector('dialog').scrollWidth", &[]).await;
        assert!(width <= 320, "the gallery is {width} px wide");
        page.press_key(Key::Escape).await;
        assert!(!page.has("dialog").await);
        let focused: String = page.ask("return document.activeElement.id", &[]).await;
        assert_eq!(focused, "scenarios", "who escapes is back where they were");
        page.press_key(Key::Enter).await;
        page.until("the gallery is open", "document.querySelector('dialog .gallery')").await;
        page.tab_to("dialog a[data-name='split-vote']").await;
        page.press_key(Key::Enter).await;
        page.until("it asks", "document.querySelector('#story fieldset')").await;
        let question = told("split-vote").question.expect("it asks");
        page.tab_from("#story-title", "#story input[value='1']").await;
        page.press_key(Key::Down).await;
        assert_eq!(page.text("#story .said").await, "Now run it, and see.");
        assert_eq!(page.step().await, 0, "the arrows choose, and do not step");
        page.press_on("#story-title").await;
        page.press_key(Key::End).await;
        page.until_said("#story .said", &question.explain).await;
        assert!(page.text("#story .said").await.starts_with("✓ You were right"));
        "on a telephone, a split vote is foretold by keys".to_owned()
    });
}
