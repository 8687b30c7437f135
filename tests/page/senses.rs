//! For eyes and ears: names, what is said aloud, contrast, enlargement, little motion, and paper.

use fantoccini::key::Key;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::browser::Story;
use crate::native::{lines_so_far, native as run_of, scenario};

/// What can be used, and so has a name.
const CONTROLS: [&str; 12] = [
    "button",
    "link",
    "textbox",
    "combobox",
    "slider",
    "checkbox",
    "radio",
    "menuitem",
    "searchbox",
    "spinbutton",
    "DisclosureTriangle",
    "ToggleButton",
];

#[test]
fn all_controls_nodes_and_messages_have_names() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open_scenario("partition").await;
        page.scrub_to(150).await;
        page.open_filter().await;
        page.open_hands().await;
        let spoken = page.spoken().await;
        let controls: Vec<_> = spoken.iter().filter(|it| CONTROLS.contains(&it.role.as_str())).collect();
        for control in &controls {
            assert!(!control.name.trim().is_empty(), "a control without a name: {control:?}");
        }
        let named = |start: &str| controls.iter().filter(|it| it.name.starts_with(start)).count();
        for id in 1..=5 {
            assert!(named(&format!("node {id}:")) + named(&format!("node {id},")) > 0, "node {id}: {controls:?}");
        }
        for id in 1..=2 {
            assert!(named(&format!("c{id}, client {id}:")) > 0, "client {id}");
        }
        let messages = page.count("#cluster [data-message]").await;
        assert!(messages > 0, "some message is on its way");
        let unnamed = "return [...document.querySelectorAll('#cluster [data-message]')]
            .filter((it) => !it.ariaLabel?.includes(' from ') && !it.ariaLabel?.includes(' to ')).length";
        assert_eq!(page.ask::<u64>(unnamed, &[]).await, 0, "messages say who sends what to whom");
        for landmark in ["main", "banner", "navigation"] {
            assert!(spoken.iter().any(|it| it.role == landmark), "{landmark}");
        }
        format!("{} controls and {messages} messages have names", controls.len())
    });
}

#[test]
fn what_is_said_aloud_can_be_turned_down() {
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        page.open().await;
        let live = "#live";
        page.press("Step").await;
        page.until("the step is said", "document.querySelector('#live').textContent").await;
        assert_eq!(page.ask::<String>("return document.querySelector('#live').ariaLive", &[]).await, "polite");
        assert_eq!(page.ask::<String>("return document.querySelector('#live-now').ariaLive", &[]).await, "assertive");
        for (loudness, is_said) in [("off", false), ("all", true), ("important", false)] {
            page.press_on("#help").await;
            page.until("the help is open", "document.querySelector('dialog [name=loudness]')").await;
            page.press_on(&format!("dialog [value='{loudness}']")).await;
            page.press_key(Key::Escape).await;
            page.ask::<Value>("document.querySelector(arguments[0]).textContent = ''", &[live.into()]).await;
            page.press("Step").await;
            page.ask_patiently::<Value>("await drawn()", &[]).await;
            let heard: String = page.ask("return document.querySelector('#live').textContent", &[]).await;
            assert_eq!(!heard.is_empty(), is_said, "{loudness}: {heard}");
        }
        page.reload().await;
        page.press_on("#help").await;
        page.until("the help is open", "document.querySelector('dialog [name=loudness]')").await;
        let kept: String = page.ask("return document.querySelector('[name=loudness]:checked').value", &[]).await;
        assert_eq!(kept, "important", "it stays as it was set");
        page.press_key(Key::Escape).await;
        // Who leads matters.
        page.finish().await;
        page.until("the leader is said", "document.querySelector('#live').textContent.includes('node 1 leads')").await;
        "what is said aloud can be turned down, and stays so".to_owned()
    });
}

/// A text that is hard to read, and how far it stands out from what is behind it.
#[derive(Debug, Deserialize)]
struct Faint {
    #[allow(dead_code, reason = "read by who reads the failure")]
    text: String,
    #[allow(dead_code, reason = "read by who reads the failure")]
    ratio: f64,
}

/// All texts that are seen and stand out less than 4.5 to 1; what cannot be used now, and says so, may.
const FAINT: &str = "
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    const read = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], back) => [r, g, b].map((part, at) => part * a + back[at] * (1 - a));
    const behind = (element) => {
        const layers = [];
        for (let it = element; it; it = it.parentElement) layers.push(read(getComputedStyle(it).backgroundColor));
        return layers.reverse().reduce((back, layer) => over(layer, back), [255, 255, 255]);
    };
    const light = (color) => color.map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const ratio = (one, other) => {
        const [more, less] = [light(one), light(other)].sort((a, b) => b - a);
        return (more + 0.05) / (less + 0.05);
    };
    const faint = [];
    let texts = 0;
    const judge = (element, text, color, back) => {
        let opacity = 1;
        for (let it = element; it; it = it.parentElement) opacity *= Number(getComputedStyle(it).opacity);
        const [r, g, b, a] = read(color);
        const contrast = ratio(over([r, g, b, a * opacity], back), back);
        texts += 1;
        if (contrast < 4.5) faint.push({ text: `${element.closest('[id]')?.id} ${element.getAttribute('class')}: ${text}`, ratio: contrast });
    };
    const seen = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = seen.nextNode(); node; node = seen.nextNode()) {
        const [element, text] = [node.parentElement, node.data.trim().slice(0, 40)];
        if (!text || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        if (element.closest('svg, option, noscript, .hidden-text, .skip, .crashed, .future, [aria-disabled=true], [aria-hidden=true]:not(.gutter)')) continue;
        judge(element, text, getComputedStyle(element).color, behind(element));
    }
    // On the ring: numbers on their discs, words on the paper.
    for (const group of document.querySelectorAll('#cluster g[data-process]:not(.crashed)')) {
        const { fill, fillOpacity } = getComputedStyle(group.querySelector('.disc'));
        const [r, g, b, a] = read(fill);
        const disc = over([r, g, b, a * Number(fillOpacity)], behind(group.closest('section')));
        for (const it of group.querySelectorAll('.number, .term')) judge(it, it.textContent, getComputedStyle(it).fill, disc);
    }
    for (const it of document.querySelectorAll('#cluster .role, #diagram .number, #diagram .label:not(.early, .late)')) {
        if (it.textContent && !it.closest('.future')) judge(it, it.textContent, getComputedStyle(it).fill, behind(it.closest('section')));
    }
    return { texts, faint };
";

#[derive(Debug, Deserialize)]
struct Contrast {
    texts: usize,
    faint: Vec<Faint>,
}

#[test]
fn all_texts_are_legible_in_the_light_and_in_the_dark() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open_scenario("figure-8").await;
        page.scrub_to(150).await;
        page.scrub_to(120).await;
        page.select("node 3").await;
        page.doing("pause").await;
        page.open_filter().await;
        page.press_on("#checks .chip").await;
        let mut counts = Vec::new();
        for scheme in ["light", "dark"] {
            page.show_on("screen", &[("prefers-color-scheme", scheme)]).await;
            for step in [121, 60, 30] {
                page.scrub_to(step).await;
                let Contrast { texts, faint } = page.ask(FAINT, &[]).await;
                assert!(faint.is_empty(), "{scheme}, at step {step}, of {texts} texts: {faint:#?}");
                counts.push(texts);
            }
        }
        assert!(counts.iter().all(|count| *count > 150), "{counts:?}");
        format!("{counts:?} texts stand out")
    });
}

/// The names of all that can be used and is seen, and what is cut off at the window's side.
const OFFERED: &str = "
    const all = [...document.querySelectorAll('button, a[href], input, select, textarea, summary, #cluster [data-process]')];
    const seen = all.filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.closest('.rows, .skip, .time'));
    const name = (it) => `${it.closest('[id]')?.id} ${it.tagName} ${it.ariaLabel ?? it.textContent.trim()}`;
    const beyond = (it) => {
        const { left, right } = it.getBoundingClientRect();
        return (left < -1 || right > innerWidth + 1) && !it.closest('.ledger, .lines');
    };
    return { names: seen.map(name).sort(), beyond: seen.filter(beyond).map(name), wide: document.documentElement.scrollWidth > innerWidth };
";

#[derive(Debug, Deserialize)]
struct Offered {
    names: Vec<String>,
    beyond: Vec<String>,
    wide: bool,
}

#[test]
fn enlarged_and_on_a_telephone_nothing_is_lost_and_motion_can_be_little() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open_scenario("partition").await;
        page.scrub_to(150).await;
        page.open_hands().await;
        let before: Offered = page.ask(OFFERED, &[]).await;
        assert!(before.names.len() > 40, "{before:?}");
        // Twice as large, and four times: the window holds half as much, and a quarter.
        for window in [(640, 400), (320, 640), (320, 256)] {
            page.resize(window).await;
            page.ask_patiently::<Value>("await drawn()", &[]).await;
            let after: Offered = page.ask(OFFERED, &[]).await;
            assert!(!after.wide, "{window:?} is scrolled sideways");
            assert_eq!(after.beyond, [""; 0], "at {window:?} this is cut off");
            assert_eq!(after.names, before.names, "at {window:?}");
        }
        page.resize((1280, 800)).await;

        page.show_on("screen", &[("prefers-reduced-motion", "reduce")]).await;
        assert!(
            page.shows("#cluster [data-message]:not(.arrived) .disc").await,
            "messages are there without motion, too"
        );
        page.choose("#speed", "1 s = 3 steps").await;
        page.press_on("#run").await;
        let moves = "return document.getAnimations().filter((it) => it.playState === 'running')
            .map(({ effect, transitionProperty }) => `${effect.target.outerHTML.slice(0, 150)} ${transitionProperty}`)";
        for step in 152..156 {
            page.until("it runs", &format!("Number(document.querySelector('#scrub').value) >= {step}")).await;
            assert_eq!(page.ask::<Vec<String>>(moves, &[]).await, [""; 0], "something moves");
        }
        page.press_on("#run").await;
        format!("{} controls are there at every size", before.names.len())
    });
}

#[test]
fn on_paper_diagram_and_trace_are_shown_and_controls_are_not() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open_scenario("leader-crash").await;
        page.scrub_to(170).await;
        let is_loaded = "performance.getEntriesByType('resource').some((it) => it.name.endsWith('/printing.js'))";
        page.until("what prints is loaded", is_loaded).await;
        let note = "
            window.printed = [];
            addEventListener('beforeprint', () => {
                const sheet = document.querySelector('#printed');
                window.printed.push(sheet.checkVisibility() ? sheet.textContent : '');
            });
        ";
        page.ask::<Value>(note, &[]).await;
        page.show_on("print", &[]).await;
        for shown in ["#cluster svg", "#diagram .time", "#logs table"] {
            assert!(page.shows(shown).await, "{shown} is not printed");
        }
        for hidden in ["header nav", "#player", "#hands", "#branches", "#editor"] {
            assert!(!page.shows(hidden).await, "{hidden} is printed");
        }
        let buttons = "return [...document.querySelectorAll('h2 button, #request button')].filter((it) => it.checkVisibility()).length";
        assert_eq!(page.ask::<u64>(buttons, &[]).await, 0, "buttons on paper cannot be pressed");
        let paper = page.order("Page.printToPDF", json!({})).await;
        assert!(paper["data"].as_str().is_some_and(|data| data.len() > 20_000), "there is something on the paper");
        let printed: Vec<String> = page.ask("return window.printed", &[]).await;
        let words = printed.first().map_or("", String::as_str);
        let mut native = run_of(&scenario("leader-crash"), 1);
        native.seek(170);
        for line in lines_so_far(&native) {
            assert!(words.contains(&line), "this is not printed: {line}");
        }
        assert!(words.contains("seed 1, up to step 170 of"), "{words:.100}");
        page.show_on("screen", &[]).await;
        assert!(page.shows("#player").await);
        "diagram and trace are printed".to_owned()
    });
}
