//! Hostile texts: whatever somebody types is shown as text, all of it is at hand, and nothing else changes by it.

use serde_json::Value;

use crate::TIMED;
use crate::browser::Story;
use crate::native::{assert_same_lines, lines_so_far, native as run_of};
use crate::page::Page;

/// Markup, words that run from right to left, what looks like an entity, joined emoji, and marks upon marks.
const TEXTS: [&str; 5] = [
    "<img/src=x/onerror=document.title=1>",
    "\u{5e9}\u{5dc}\u{5d5}\u{5dd}\u{200f}\u{639}\u{627}\u{644}\u{645}!",
    "&lt;b&gt;&amp;</bdi></title><script>document.title=1</script>",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "z\u{35c}\u{361}\u{489}\u{489}\u{489}a\u{300}\u{301}\u{302}\u{303}lgo",
];
const LONG: usize = 10_000;

/// A client that asks for all of these, and for one that is very long.
fn config(long: &str) -> String {
    let requests: Vec<String> = TEXTS
        .iter()
        .flat_map(|text| [format!("put {text} {text}"), format!("get {text}")])
        .chain([format!("put long {long}"), format!("put {long} short")])
        .map(|request| Value::from(request).to_string())
        .collect();
    format!(
        "seed = 1\nnum_nodes = 3\n[timers]\n[network]\nlatency_ms = 10\n[[client]]\nrequests = [\"wait 200\", {}]\n\
         [[fault]]\nat_ms = 50\ntimeout = 1\n",
        requests.join(", ")
    )
}

/// In which views a text stands as it is, in words or in a title.
const VIEWS: &str = "
    const [text] = arguments;
    const words = (it) => [it.textContent, it.title, it.ariaLabel, ...[...it.querySelectorAll('[title]')].map((one) => one.title)];
    return ['#cluster', '#diagram', '#logs', '#trace .lines', '#trace .why', '#inboxes', '#clients', '#happened', '#story']
        .filter((view) => words(document.querySelector(view)).some((said) => said?.includes(text)));
";

async fn assert_harmless(page: &Page, title: &str, when: &str) {
    let made =
        "return [...document.querySelectorAll('main b, main img, main script, [onerror]')].map((it) => it.outerHTML)";
    assert_eq!(page.ask::<Vec<String>>(made, &[]).await, [""; 0], "markup became elements {when}");
    assert_eq!(page.ask::<String>("return document.title", &[]).await, title, "something was executed {when}");
    let width: i64 = page.ask("return document.documentElement.scrollWidth - innerWidth", &[]).await;
    assert!(width <= 0, "the page is too wide {when}");
}

#[test]
fn hostile_keys_and_values_of_a_configuration_are_text_in_every_view() {
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        let long = format!("start{}end", "x".repeat(LONG - 8));
        let toml = config(&long);
        page.open().await;
        let folder = page.save_files_in("hostile").await;
        let title: String = page.ask("return document.title", &[]).await;
        let file = folder.join("hostile.toml");
        std::fs::write(&file, &toml).expect("a file can be written");
        page.press_on("#exports").await;
        page.until("files can be opened", "document.querySelector('dialog input[type=file]')").await;
        page.choose_file("dialog input[type=file]", &file).await;
        page.until_said("#where", "step 0 of").await;
        page.open_hands().await;
        page.unfold_trace().await;
        let mut native = run_of(&toml, 1);
        native.run(u64::MAX);
        let head = native.head();
        let mut seen: Vec<(usize, String)> = Vec::new();
        let texts = TEXTS.iter().copied().chain([long.as_str()]);
        for step in 0..=head {
            page.scrub_to(step).await;
            assert_harmless(page, &title, &format!("at step {step}")).await;
            for (place, text) in texts.clone().enumerate() {
                for view in page.ask::<Vec<String>>(VIEWS, &[text.into()]).await {
                    if !seen.contains(&(place, view.clone())) {
                        seen.push((place, view));
                    }
                }
            }
        }
        for (place, text) in texts.enumerate() {
            for view in ["#cluster", "#diagram", "#logs", "#trace .lines", "#inboxes", "#clients"] {
                let is_seen = seen.contains(&(place, view.to_owned()));
                assert!(is_seen, "{view} never shows all of {}: {seen:?}", text.chars().take(40).collect::<String>());
            }
        }
        assert_same_lines(&page.lines_of_trace().await, &lines_so_far(&native), "hostile");
        let isolated = "return [...document.querySelectorAll('#trace .lines [role=listitem]')]
            .every((it) => getComputedStyle(it).unicodeBidi === 'isolate')";
        assert!(page.ask::<bool>(isolated, &[]).await, "what runs from right to left turns nothing else around");
        format!("{} texts are text at all of {head} steps", TEXTS.len() + 1)
    });
}

#[test]
fn hostile_keys_and_values_typed_into_the_form_are_text_too() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        let title: String = page.ask("return document.title", &[]).await;
        let toml = TIMED;
        page.run_this(toml).await;
        page.scrub_to(90).await;
        page.scrub_to(80).await;
        page.open_hands().await;
        let mut native = run_of(toml, 1);
        let mut step = 80;
        let long = "y".repeat(LONG);
        for (text, value) in [TEXTS[0], TEXTS[2], TEXTS[4]]
            .map(|text| (text, format!("{text} {text}")))
            .into_iter()
            .chain([(long.as_str(), long.clone())])
        {
            page.paste_into("#request [name=key]", text).await;
            page.paste_into("#request [name=value]", &value).await;
            page.press_on("#request button").await;
            assert_eq!(page.text("#request-error").await, "", "{text:.40}");
            native.seek(step);
            native.act(&format!("client 1 put {text} {value}")).expect("what the form does can be done natively");
            step += 1;
            page.until_said("#where", &format!("step {step} of")).await;
            assert_harmless(page, &title, "behind a request").await;
        }
        // What cannot be asked for is refused, and stays as it was typed.
        for (key, value, words) in [
            ("two words", "x", "a key is one word"),
            ("", "x", "type a key"),
            ("k", "", "type a value"),
            ("k", "a\u{202e}b", "control character"),
        ] {
            page.type_into("#request [name=key]", key).await;
            page.type_into("#request [name=value]", value).await;
            page.press_on("#request button").await;
            let error = page.text("#request-error").await;
            assert!(error.contains(words), "{error}");
            assert_eq!(page.value("#request [name=key]").await, key);
            assert_eq!(page.step().await, step);
        }
        let branch = page.text("#branches [aria-current] strong").await;
        assert!(branch.starts_with("client 1 put <img/src=x"), "{branch}");
        page.unfold_trace().await;
        page.finish_quietly().await;
        native.run(u64::MAX);
        assert_same_lines(&page.lines_of_trace().await, &lines_so_far(&native), "typed");
        assert_harmless(page, &title, "at the end").await;
        "what is typed into the form is text".to_owned()
    });
}
