//! How the element behaves in somebody's notes: it keeps to its place, to what is looked at, and to what its reader wants.

use std::env;
use std::fs;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::browser::Story;
use crate::page::Page;

const ALL: &str = "cluster diagram logs trace checks";

/// Whether something is seen, with all that it stands in.
const SEEN: &str = "window.seen = (it) => it.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });";

/// Waits until so many pictures were drawn.
async fn pictures(page: &Page, count: u64) {
    let wait = "for (let left = arguments[0]; left > 0; left -= 1) await drawn();";
    page.ask_patiently::<Value>(wait, &[count.into()]).await;
}

#[test]
fn it_runs_by_itself_when_it_is_looked_at_and_pauses_out_of_sight() {
    Story { window: (1000, 700), ..Story::default() }.tell(async |page| {
        page.open_notes("notes.html").await;
        page.until_live("first").await;
        page.ask::<Value>("Object.assign(document.getElementById('third'), { autoplay: true, speed: '10' })", &[])
            .await;
        page.scroll_to("#third").await;
        page.until("it runs by itself", "document.getElementById('third').snapshot?.step > 2").await;
        page.scroll_to("h1").await;
        let rect = "document.getElementById('third').getBoundingClientRect().top > innerHeight";
        page.until("it is out of sight", rect).await;
        pictures(page, 3).await;
        let left = page.step_of("third").await;
        pictures(page, 20).await;
        assert_eq!(page.step_of("third").await, left, "nothing happens out of sight");
        page.scroll_to("#third").await;
        let on = format!("document.getElementById('third').snapshot.step > {}", left.expect("it is there"));
        page.until("it goes on", &on).await;
        // Whoever has paused it finds it paused.
        page.press_within("third", "#run").await;
        let paused = page.step_of("third").await;
        page.scroll_to("h1").await;
        page.until("it is out of sight", rect).await;
        page.scroll_to("#third").await;
        pictures(page, 20).await;
        assert_eq!(page.step_of("third").await, paused);

        // Who wants less motion starts it by hand.
        page.show_on("screen", &[("prefers-reduced-motion", "reduce")]).await;
        page.ask::<Value>("document.getElementById('third').scenario = 'partition'", &[]).await;
        page.until("another one is there", "document.getElementById('third').snapshot?.nodes.length === 5").await;
        page.until_live("third").await;
        pictures(page, 20).await;
        assert_eq!(page.step_of("third").await, Some(0), "nothing moves by itself");
        page.press_within("third", "#run").await;
        page.until("it runs when it is asked to", "document.getElementById('third').snapshot.step > 1").await;
        format!("it paused at step {} out of sight", left.unwrap_or_default())
    });
}

#[test]
fn in_the_window_but_hidden_nothing_runs() {
    Story { window: (1000, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        let hide = async |name: &str, value: &str| {
            let hide = "document.getElementById('place').style[arguments[0]] = arguments[1]";
            page.ask::<Value>(hide, &[name.into(), value.into()]).await;
        };
        // As a slide that has not come yet.
        hide("opacity", "0").await;
        page.put("it", &[("scenario", "leader-crash"), ("autoplay", ""), ("speed", "100"), ("views", "trace")]).await;
        page.until_live("it").await;
        page.ask_patiently::<Value>("await new Promise((resolve) => setTimeout(resolve, 700))", &[]).await;
        assert_eq!(page.step_of("it").await, Some(0), "nobody sees it yet");
        // What is written is what is meant.
        page.ask::<Value>("document.getElementById('it').setAttribute('autoplay', 'false')", &[]).await;
        hide("opacity", "1").await;
        page.ask_patiently::<Value>("await new Promise((resolve) => setTimeout(resolve, 700))", &[]).await;
        assert_eq!(page.step_of("it").await, Some(0), "it is not to run by itself");
        page.ask::<Value>("document.getElementById('it').autoplay = true", &[]).await;
        page.until("it runs by itself", "document.getElementById('it').snapshot.step > 2").await;
        // As a tab that is left.
        hide("visibility", "hidden").await;
        page.ask_patiently::<Value>("await new Promise((resolve) => setTimeout(resolve, 700))", &[]).await;
        let left = page.step_of("it").await;
        pictures(page, 20).await;
        assert_eq!(page.step_of("it").await, left, "nothing happens while it is hidden");
        hide("visibility", "").await;
        let on = format!("document.getElementById('it').snapshot.step > {}", left.expect("it is there"));
        page.until("it goes on", &on).await;
        page.assert_untouched().await;
        format!("hidden in the window, it stood at step {}", left.unwrap_or_default())
    });
}

#[test]
fn keys_and_wheel_are_the_pages_own_unless_somebody_turns_to_it() {
    Story { window: (1000, 1400), arguments: &["--disable-smooth-scrolling"], ..Story::default() }.tell(async |page| {
        page.prepare("window.keys = []; addEventListener('keydown', (event) => window.keys.push([event.key, event.defaultPrevented]));").await;
        page.open_notes("notes.html").await;
        page.until_live("first").await;
        page.until_live("second").await;
        let scrolled = "return Math.round(scrollY)";
        assert_eq!(page.ask::<u64>(scrolled, &[]).await, 0, "whatever is loaded scrolls nothing");
        let focused = "return document.activeElement === document.body";
        assert!(page.ask::<bool>(focused, &[]).await, "and takes no focus");

        // Elsewhere in the notes.
        page.ask::<Value>("document.getElementById('beside').focus({ preventScroll: true })", &[]).await;
        page.press_key(Key::Right).await;
        page.press_key(Key::Left).await;
        page.press_key(Key::End).await;
        page.until("the page is at its end", "scrollY + innerHeight >= document.documentElement.scrollHeight - 2").await;
        page.press_key(Key::Home).await;
        page.until("the page is at its top again", "scrollY === 0").await;
        let keys: Value = page.ask("return window.keys.splice(0)", &[]).await;
        assert_eq!(keys, json!([["ArrowRight", false], ["ArrowLeft", false], ["End", false], ["Home", false]]));
        assert_eq!((page.step_of("first").await, page.step_of("second").await), (Some(0), Some(60)));

        // Within one, its keys are its own: neither the other nor the page hears of them.
        page.ask::<Value>("at('first').scrollIntoView(); at('first', '#forward').focus({ preventScroll: true })", &[]).await;
        let before: u64 = page.ask(scrolled, &[]).await;
        page.press_key(Key::Right).await;
        page.press_key(Key::Right).await;
        page.press_key(Key::Left).await;
        page.press_key(Key::Down).await;
        page.until("the page is scrolled by its own key", &format!("scrollY >= {before} + 35")).await;
        assert_eq!((page.step_of("first").await, page.step_of("second").await), (Some(1), Some(60)));
        let keys: Value = page.ask("return window.keys.splice(0)", &[]).await;
        assert_eq!(keys, json!([["ArrowDown", false]]));

        // Stepping, running and following a trace leave the page where it is.
        page.ask::<Value>("at('first').scrollIntoView({ behavior: 'instant' })", &[]).await;
        let place: u64 = page.ask(scrolled, &[]).await;
        page.ask::<Value>("document.getElementById('first').seek(60); document.getElementById('second').seek(100)", &[]).await;
        page.until_step("second", 100).await;
        pictures(page, 5).await;
        assert_eq!(page.ask::<u64>(scrolled, &[]).await, place);

        // The wheel goes through the pictures.
        let (x, y) = page.centre_within("first", "#cluster svg").await;
        let wheel = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": 120 });
        page.order("Input.dispatchMouseEvent", wheel).await;
        page.until("the page is scrolled", &format!("scrollY > {place} + 60")).await;
        "keys and wheel are the page's own".to_owned()
    });
}

#[test]
fn its_picture_is_seen_while_it_is_loaded_on_paper_and_without_scripts() {
    Story { window: (1000, 700), ..Story::default() }.tell(async |page| {
        page.prepare(SEEN).await;
        page.open_notes("notes.html").await;
        page.until_live("first").await;
        assert!(page.ask::<bool>("return seen(document.getElementById('picture'))", &[]).await, "it is not loaded yet");
        page.scroll_to("#third").await;
        page.until_live("third").await;
        let sight = "return [seen(document.getElementById('picture')), seen(at('third', '#cluster'))]";
        assert_eq!(page.ask::<Value>(sight, &[]).await, json!([false, true]));
        page.show_on("print", &[]).await;
        assert_eq!(page.ask::<Value>(sight, &[]).await, json!([true, false]), "on paper there is the picture");
        let first = "return [seen(at('first', '#cluster')), seen(at('first', '#trace')), seen(at('first', '#player'))]";
        assert_eq!(page.ask::<Value>(first, &[]).await, json!([true, true, false]), "without one, the views");
        page.show_on("screen", &[]).await;

        page.order("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        page.client.refresh().await.expect("the page can be loaded again");
        let plain = "
            const picture = document.getElementById('picture');
            return [picture.checkVisibility(), customElements.get('raft-kv') === undefined, document.getElementById('first').innerText.trim()];
        ";
        assert_eq!(page.ask::<Value>(plain, &[]).await, json!([true, true, ""]), "without scripts there is the picture");
        "the picture is seen where the run is not".to_owned()
    });
}

/// Remembers which cores are made.
const COUNT_CORES: &str = "
    window.cores = 0;
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = (...parts) => { window.cores += 1; return instantiate(...parts); };
";

#[test]
fn what_is_removed_is_gone_and_its_core_serves_the_next() {
    Story { window: (1000, 700), ..Story::default() }.tell(async |page| {
        page.prepare(COUNT_CORES).await;
        page.open_notes("wrong.html").await;
        page.ask::<Value>("window.gone = []", &[]).await;
        for turn in 0..6 {
            page.put("it", &[("scenario", "leader-crash"), ("views", ALL), ("controls", "all"), ("step", "80")]).await;
            page.until_live("it").await;
            // Not by the mouse: what drives the browser remembers what it has touched.
            let press = if turn == 0 { "#draw" } else { "#forward" };
            page.ask::<Value>("at('it', arguments[0]).click()", &[press.into()]).await;
            let remove = "
                const it = document.getElementById('it');
                it.play();
                window.gone.push(new WeakRef(it), new WeakRef(it.shadowRoot.querySelector('#trace')));
                it.remove();
                await drawn();
            ";
            page.ask_patiently::<Value>(remove, &[]).await;
        }
        assert_eq!(page.ask::<u64>("return window.cores", &[]).await, 1, "one core has served them all");
        // One that could be loading when it is removed.
        page.put("it", &[("scenario", "partition")]).await;
        page.ask::<Value>("document.getElementById('it').remove()", &[]).await;
        pictures(page, 5).await;
        let held = "return window.gone.filter((it) => it.deref() !== undefined).length";
        let mut left = u64::MAX;
        // What the browser still has to do with it may hold it for a moment.
        for _ in 0..20 {
            page.order("HeapProfiler.collectGarbage", json!({})).await;
            left = page.ask(held, &[]).await;
            if left == 0 {
                break;
            }
            pictures(page, 5).await;
        }
        assert_eq!(left, 0, "something holds what was removed");
        page.assert_untouched().await;
        "of six emulations nothing is left, and they had one core".to_owned()
    });
}

#[test]
fn of_a_hundred_emulations_those_in_sight_are_loaded() {
    Story { window: (1000, 700), ..Story::default() }.tell(async |page| {
        page.prepare(COUNT_CORES).await;
        page.open_notes("wrong.html").await;
        let put = "
            for (let at = 0; at < 100; at += 1) {
                const element = document.createElement('raft-kv');
                element.id = `e${at}`;
                element.setAttribute('scenario', 'split-vote');
                element.setAttribute('views', 'cluster');
                document.querySelector('#place').append(element);
            }
        ";
        page.ask::<Value>(put, &[]).await;
        page.until_live("e0").await;
        pictures(page, 10).await;
        let cores: u64 = page.ask("return window.cores", &[]).await;
        assert!((1..=8).contains(&cores), "{cores} cores are loaded for a window of 700 pixels");
        assert_eq!(page.step_of("e99").await, None);
        page.scroll_to("#e99").await;
        page.until_live("e99").await;
        let fetches =
            "return performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm')).length";
        assert_eq!(page.ask::<u64>(fetches, &[]).await, 1);
        format!("of a hundred {cores} are loaded at first")
    });
}

#[test]
fn under_a_strict_policy_of_the_notes_all_of_it_works() {
    Story { window: (1000, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("strict.html").await;
        page.until_live("all").await;
        let sections = "return [...document.getElementById('all').shadowRoot.querySelectorAll('section')].map((it) => it.id).join(' ')";
        assert_eq!(page.ask::<String>(sections, &[]).await, "cluster diagram logs trace checks player");
        let accent = "return getComputedStyle(at('all', '#run')).backgroundColor";
        assert_eq!(page.ask::<String>(accent, &[]).await, "rgb(31, 95, 191)", "it wears its styles");
        page.press_within("all", "#forward").await;
        page.until_step("all", 121).await;
        page.press_within("all", "#cluster [data-process='node 2']").await;
        page.press_within("all", "#verbs").await;
        page.until("there is a menu", "at('all', '[role=menu]')?.checkVisibility()").await;
        page.press_key(Key::Escape).await;
        page.press_within("all", "#draw").await;
        page.until("a partition can be drawn", "!at('all', '#parting').hidden").await;
        page.scroll_to("#own").await;
        page.until_live("own").await;
        assert_eq!(page.ask::<u64>("return document.getElementById('own').snapshot.nodes.length", &[]).await, 3);
        page.assert_untouched().await;
        "under a strict policy all of it works".to_owned()
    });
}

#[test]
fn it_is_one_figure_among_the_headings_of_the_notes_and_never_without_width() {
    Story { window: (1000, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.ask::<Value>(
            "Object.assign(document.getElementById('place').style, { display: 'flex', justifyContent: 'center' })",
            &[],
        )
        .await;
        page.put("it", &[("scenario", "partition"), ("views", ALL), ("controls", "all"), ("step", "120")]).await;
        page.until_live("it").await;
        let width: f64 = page.ask("return at('it').getBoundingClientRect().width", &[]).await;
        assert!(width >= 280.0, "{width}");
        let spoken = page.spoken().await;
        let of = |role: &str| spoken.iter().filter(|it| it.role == role).map(|it| it.name.as_str()).collect::<Vec<_>>();
        assert_eq!(of("heading"), ["Notes with mistakes", "Why?"]);
        assert_eq!(of("region"), [""; 0]);
        let groups = of("group");
        for name in ["A partition", "Cluster", "Messages over time", "Trace", "Time", "Checks after every step"] {
            assert!(groups.iter().any(|group| group.starts_with(name)), "{name}: {groups:?}");
        }
        format!("one figure of {} groups", groups.len())
    });
}

#[test]
fn in_narrow_notes_nothing_is_wider_than_its_place() {
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        page.open_notes("strict.html").await;
        for id in ["all", "own"] {
            page.scroll_to(&format!("#{id}")).await;
            page.until_live(id).await;
            let wide = "
                const host = document.getElementById(arguments[0]);
                const { left, right } = host.getBoundingClientRect();
                const out = [...host.shadowRoot.querySelectorAll('section, button, p, h2, select, input')].filter((it) => {
                    const at = it.getBoundingClientRect();
                    return it.checkVisibility() && at.width > 1 && (at.left < left - 1 || at.right > right + 1) && !it.closest('.lines, .ledger, .figure, .bar');
                });
                return out.map((it) => `${it.localName}#${it.id} ${it.textContent.slice(0, 30)}`);
            ";
            assert_eq!(page.ask::<Vec<String>>(wide, &[id.into()]).await, [""; 0], "{id}");
        }
        let width: i64 = page.ask("return document.documentElement.scrollWidth - innerWidth", &[]).await;
        assert!(width <= 0, "the notes are {width} pixels too wide");
        "at 320 pixels nothing is too wide".to_owned()
    });
}

/// As for the laboratory, see `axe.rs`; what stands in shadow roots is looked at as well.
const LOOK: &str = "
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const rules = { 'label-content-name-mismatch': { enabled: false } };
    const { violations } = await window.axe.run(document, { runOnly: tags, rules, resultTypes: ['violations'] });
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
        .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 5).map((it) => it.html.slice(0, 200)).join(' ')}`);
";

#[test]
fn axe_finds_nothing_grave_in_notes_with_emulations() {
    let Ok(file) = env::var("RAFT_KV_AXE") else {
        println!("axe-core is not at hand (RAFT_KV_AXE is not set): what it knows is not looked at");
        return;
    };
    let axe = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file} cannot be read: {error}"));
    Story { window: (1000, 3200), ..Story::default() }.tell(async |page| {
        page.prepare(&axe).await;
        page.open_notes("wrong.html").await;
        page.put("all", &[("scenario", "partition"), ("step", "120"), ("views", ALL), ("controls", "all")]).await;
        page.until_live("all").await;
        for (theme, scheme) in [("auto", "light"), ("auto", "dark"), ("dark", "light"), ("light", "dark")] {
            page.show_on("screen", &[("prefers-color-scheme", scheme)]).await;
            page.ask::<Value>(
                "for (const it of document.querySelectorAll('raft-kv')) it.theme = arguments[0]",
                &[theme.into()],
            )
            .await;
            pictures(page, 3).await;
            let findings: Vec<String> = page.ask_patiently(LOOK, &[]).await;
            assert_eq!(findings, [""; 0], "theme {theme} in {scheme} notes");
        }
        page.ask::<Value>("document.getElementById('all').seed = 'many'", &[]).await;
        page.until_state("all", "refused").await;
        let findings: Vec<String> = page.ask_patiently(LOOK, &[]).await;
        assert_eq!(findings, [""; 0], "with a mistake");
        "axe-core finds nothing grave in notes with emulations".to_owned()
    });
}
