//! What nobody can run: the element shows why in its place, with a way on, and the notes around it are untouched.

use serde_json::{Value, json};

use crate::browser::Story;
use crate::page::Page;

/// What is asked for, what the element says of it, and what can be pressed.
struct Wrong {
    attributes: &'static [(&'static str, &'static str)],
    kind: &'static str,
    words: &'static [&'static str],
    buttons: &'static [&'static str],
}

const DEFAULTS: &str = "Run the defaults";

const MISTAKES: [Wrong; 14] = [
    Wrong {
        attributes: &[("views", "diagram, trac")],
        kind: "attribute",
        words: &["views", "“trac” is none", "Nearest: trace", "cluster, diagram, logs, trace and checks"],
        buttons: &["Use diagram trace", "Use the usual ones: cluster trace"],
    },
    Wrong {
        attributes: &[("controls", "some")],
        kind: "attribute",
        words: &["controls", "“some”", "none, time and all", "Nearest: none"],
        buttons: &["Use none", "Go on without controls"],
    },
    Wrong {
        attributes: &[("speed", "mx")],
        kind: "attribute",
        words: &["speed", "“mx”", "0.1, 0.3, 1, 3, 10, 30, 100, 1000 and max", "Nearest: max"],
        buttons: &["Use max", "Go on without speed"],
    },
    Wrong {
        attributes: &[("seed", "-1")],
        kind: "attribute",
        words: &["seed", "“-1”", "a whole number from 0 to 9007199254740991"],
        buttons: &["Go on without seed"],
    },
    Wrong {
        attributes: &[("seed", "9007199254740992")],
        kind: "attribute",
        words: &["seed", "9007199254740991"],
        buttons: &["Go on without seed"],
    },
    Wrong {
        attributes: &[("step", "twelve")],
        kind: "attribute",
        words: &["step", "“twelve”", "a whole number"],
        buttons: &["Go on without step"],
    },
    Wrong {
        attributes: &[("theme", "drak")],
        kind: "attribute",
        words: &["theme", "Nearest: dark", "auto, light and dark"],
        buttons: &["Use dark", "Go on without theme"],
    },
    Wrong {
        attributes: &[("scenario", "leader-crush")],
        kind: "scenario",
        words: &["no scenario “leader-crush”", "Nearest: leader-crash", "failure-free", "figure-8"],
        buttons: &["Show leader-crash", DEFAULTS],
    },
    Wrong {
        attributes: &[("scenario", "../../config")],
        kind: "scenario",
        words: &["no scenario “../../config”"],
        buttons: &[DEFAULTS],
    },
    Wrong {
        attributes: &[("config", "missing.toml")],
        kind: "config",
        words: &["/missing.toml could not be loaded"],
        buttons: &["Try again", DEFAULTS],
    },
    Wrong {
        attributes: &[("config", "http://[")],
        kind: "config",
        words: &["“http://[” is no address"],
        buttons: &[DEFAULTS],
    },
    Wrong {
        attributes: &[("config", "notes.css")],
        kind: "config",
        words: &["notes.css has an error in line 1, column"],
        buttons: &[DEFAULTS],
    },
    Wrong {
        attributes: &[("run", "#run=1.AAAA"), ("scenario", "split-vote")],
        kind: "run",
        words: &["The run of this link cannot be shown", "it is damaged, or a part of it is missing"],
        buttons: &["Show the scenario from its beginning", DEFAULTS],
    },
    Wrong {
        attributes: &[("run", "https://example.org/index.html")],
        kind: "run",
        words: &["it has no #run= in it"],
        buttons: &[DEFAULTS],
    },
];

/// The element under `it` in the state of a refusal.
async fn assert_refused(page: &Page, wrong: &Wrong, count: usize) {
    page.until_state("it", "refused").await;
    let told = page.told("error").await;
    assert_eq!(told.len(), count, "an error is told once: {told:?}");
    let told = &told[count - 1];
    assert_eq!((&told.detail["kind"], told.composed, told.bubbles), (&json!(wrong.kind), true, false));
    let said: String = page.ask("return at('it', '.notice > p').textContent", &[]).await;
    assert_eq!(told.detail["message"], said, "what is told is what is seen");
    for words in wrong.words {
        assert!(said.contains(words), "{words} is not in: {said}");
    }
    let buttons = "return [...at('it', '.notice').querySelectorAll('button')].map((it) => it.textContent)";
    assert_eq!(page.ask::<Vec<String>>(buttons, &[]).await, wrong.buttons, "{said}");
    let rejected = "return document.getElementById('it').ready.then(() => 'kept', ({ message }) => message)";
    assert_eq!(page.ask_patiently::<String>(rejected, &[]).await, said, "and who waits for it hears it");
    let state = "
        const seen = (it) => it.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
        return [at('it', '.notice').getAttribute('role'), document.getElementById('it').snapshot, seen(at('it', '.notice')), seen(at('it', '.stage'))];
    ";
    assert_eq!(page.ask::<Value>(state, &[]).await, json!(["alert", null, true, false]));
    page.assert_untouched().await;
}

#[test]
fn whatever_cannot_be_shown_is_told_in_its_place_with_a_way_on() {
    // The browser itself complains about what is not there.
    Story { window: (1000, 800), quiet: false, ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        let prose = "return document.getElementById('prose').getBoundingClientRect().toJSON()";
        let before: Value = page.ask(prose, &[]).await;
        let mut count = 0;
        for wrong in &MISTAKES {
            for way in wrong.buttons {
                page.put("it", wrong.attributes).await;
                count += 1;
                assert_refused(page, wrong, count).await;
                page.press_words("it", way).await;
                if *way == "Try again" {
                    count += 1;
                    page.until(
                        "it is tried again",
                        &format!("window.told.filter(({{ name }}) => name === 'error').length === {count}"),
                    )
                    .await;
                    assert_refused(page, wrong, count).await;
                } else {
                    page.until_live("it").await;
                    assert_eq!(page.told("error").await.len(), count);
                    let focused = "document.getElementById('it').shadowRoot.activeElement !== null";
                    page.until("the focus stays in it", focused).await;
                }
            }
        }
        assert_eq!(page.ask::<Value>(prose, &[]).await, before, "the notes stand where they stood");
        format!("{count} mistakes are told, and each has its way on")
    });
}

#[test]
fn a_mistake_that_is_mended_is_forgotten_and_a_picture_stays_beneath_it() {
    Story { window: (1000, 800), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("views", "nothing"), ("scenario", "split-vote")]).await;
        page.ask::<Value>("document.getElementById('it').append(Object.assign(document.createElement('p'), { id: 'picture', textContent: 'A picture.' }))", &[]).await;
        page.until_state("it", "refused").await;
        let picture = "return document.getElementById('picture').checkVisibility()";
        assert!(page.ask::<bool>(picture, &[]).await, "the picture stays");
        page.ask::<Value>("document.getElementById('it').views = 'trace'", &[]).await;
        page.until_live("it").await;
        assert!(!page.ask::<bool>(picture, &[]).await, "the run is there");
        assert_eq!(page.ask::<String>("return at('it', '.notice').textContent", &[]).await, "");
        page.assert_untouched().await;
        "a mistake that is mended is forgotten".to_owned()
    });
}

#[test]
fn a_run_that_is_there_stays_whatever_is_wrong_with_how_it_is_to_be_seen() {
    Story { window: (1000, 800), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "leader-crash"), ("views", "trace"), ("speed", "10"), ("label", "Mine")]).await;
        page.until_live("it").await;
        let set = async |name: &str, value: &str| {
            let set = "document.getElementById('it')[arguments[0]] = arguments[1]; await drawn();";
            page.ask_patiently::<Value>(set, &[name.into(), value.into()]).await;
        };
        let said = "return at('it', '.notice > p')?.textContent ?? ''";
        let stands = "
            const { shadowRoot, snapshot } = document.getElementById('it');
            const sections = [...shadowRoot.querySelectorAll('section')].map((it) => it.id).join(' ');
            return [at('it').dataset.state, snapshot.step, sections, at('it', '#speed')?.value];
        ";
        page.ask::<Value>(
            "document.getElementById('it').act('crash node 1'); document.getElementById('it').forward()",
            &[],
        )
        .await;
        // Its reader has chosen a speed of their own: only another `speed` changes it.
        let choose = "at('it', '#speed').value = 'steps 3'; at('it', '#speed').dispatchEvent(new Event('change'))";
        page.ask::<Value>(choose, &[]).await;
        set("views", "clustr").await;
        assert!(page.ask::<String>(said, &[]).await.contains("“clustr”"));
        assert_eq!(page.ask::<Value>(stands, &[]).await, json!(["live", 1, "trace player", "steps 3"]));
        assert!(page.ask::<bool>("return at('it', '.notice').checkVisibility()", &[]).await);
        // It is told once, and what else is changed takes effect.
        set("label", "Yours").await;
        set("theme", "dark").await;
        set("step", "5").await;
        assert_eq!(page.told("error").await.len(), 1);
        assert!(page.ask::<String>(said, &[]).await.contains("“clustr”"));
        assert_eq!(page.ask::<String>("return at('it').ariaLabel", &[]).await, "Yours");
        assert_eq!(page.step_of("it").await, Some(5));
        page.press_words("it", "Use cluster").await;
        page.until("the cluster is there", "at('it', '#cluster')").await;
        assert_eq!(page.ask::<Value>(stands, &[]).await, json!(["live", 5, "cluster player", "steps 3"]));
        assert_eq!(page.ask::<String>(said, &[]).await, "");
        // What was taken in its place counts until it is changed.
        set("controls", "few").await;
        page.press_words("it", "Go on without controls").await;
        set("controls", "many").await;
        assert!(page.ask::<String>(said, &[]).await.contains("“many”"));
        set("controls", "none").await;
        page.until("there is no player", "!at('it', '#player')").await;
        assert_eq!(page.ask::<String>(said, &[]).await, "");
        let ready = "return document.getElementById('it').ready.then(() => 'kept', () => 'broken')";
        assert_eq!(page.ask_patiently::<String>(ready, &[]).await, "kept");
        assert_eq!(page.told("error").await.len(), 3);

        // Where nothing could be shown, nothing is tried again because of what is not to blame.
        page.put("it", &[("scenario", "leader-crash"), ("controls", "few"), ("views", "trace")]).await;
        page.until_state("it", "refused").await;
        for (name, value) in [("label", "Mine"), ("theme", "dark"), ("views", "cluster"), ("step", "3")] {
            set(name, value).await;
        }
        assert_eq!(page.told("error").await.len(), 4, "it is told once");
        set("controls", "time").await;
        page.until_step("it", 3).await;
        page.assert_untouched().await;
        "a run stays where it is until another one is asked for".to_owned()
    });
}

/// While `window.isGone`, the package cannot be fetched.
const LOSE: &str = "
    const get = window.fetch;
    window.fetch = (...what) => window.isGone ? Promise.reject(new TypeError('Failed to fetch')) : get(...what);
    window.isGone = true;
";

#[test]
fn what_could_not_be_loaded_is_loaded_when_it_is_asked_for_again() {
    Story { window: (1000, 800), ..Story::default() }.tell(async |page| {
        page.prepare(LOSE).await;
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "split-vote"), ("step", "7")]).await;
        page.until_state("it", "refused").await;
        let told = page.told("error").await;
        assert_eq!(told[0].detail["kind"], "load", "{told:?}");
        page.ask::<Value>("window.isGone = false", &[]).await;
        page.press_words("it", "Try again").await;
        page.until_live("it").await;
        assert_eq!(page.step_of("it").await, Some(7));
        page.assert_untouched().await;
        "what could not be loaded is loaded later".to_owned()
    });
}

#[test]
fn what_the_policy_of_the_notes_forbids_is_named() {
    // The browser itself complains about what is forbidden.
    Story { window: (1000, 800), quiet: false, ..Story::default() }.tell(async |page| {
        let mut heard = Vec::new();
        for (policy, missing) in
            [("script-src 'self'", "'wasm-unsafe-eval' in script-src"), ("connect-src 'none'", " in connect-src")]
        {
            page.open_notes("wrong.html").await;
            let forbid = "
                const meta = Object.assign(document.createElement('meta'), { httpEquiv: 'Content-Security-Policy', content: arguments[0] });
                document.head.append(meta);
            ";
            page.ask::<Value>(forbid, &[policy.into()]).await;
            page.put("it", &[("scenario", "split-vote")]).await;
            page.until_state("it", "refused").await;
            let said: String = page.ask("return at('it', '.notice > p').textContent", &[]).await;
            assert!(said.contains("Content-Security-Policy") && said.contains(missing), "{said}");
            assert_eq!(page.told("error").await[0].detail["message"], said);
            heard.push(said);
        }
        heard.join(" ")
    });
}
