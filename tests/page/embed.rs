//! The element in somebody's notes: what it runs, what it shows, what can be done with it and what it tells.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::browser::{Story, variable};
use crate::native::{assert_same_lines, lines_so_far, native as run_of};
use crate::page::Page;

/// The configuration of the first emulation in `notes.html`.
const FIRST: &str = "
seed = 7
num_nodes = 3
[timers]
[network]
latency_ms = 10
[[client]]
requests = ['wait 300', 'put x hello']
";

/// The lines of the trace that an emulation shows, all of them being in sight.
const LINES: &str = "
    return [...document.getElementById(arguments[0]).shadowRoot.querySelectorAll('#trace .lines [data-step]')]
        .map((it) => it.title.replace(/^step \\d+: /, ''));
";

/// How often the package's code was fetched.
const FETCHES: &str =
    "return performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm')).length";

#[test]
fn two_emulations_on_a_page_share_one_compiled_module_and_nothing_else() {
    Story { window: (1100, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("notes.html").await;
        page.until_live("first").await;
        page.until_live("second").await;
        assert_eq!(page.ask::<u64>(FETCHES, &[]).await, 1, "the code is fetched once for all");
        assert_eq!((page.step_of("first").await, page.step_of("second").await), (Some(0), Some(60)));
        let nodes = "return ['first', 'second'].map((id) => document.getElementById(id).snapshot.nodes.length)";
        assert_eq!(page.ask::<Vec<u64>>(nodes, &[]).await, [3, 5]);
        let views = "return ['first', 'second', 'third'].map((id) =>
            [...document.getElementById(id).shadowRoot.querySelectorAll('section')].map((it) => it.id).join(' '))";
        let views: Vec<String> = page.ask(views, &[]).await;
        assert_eq!(views, ["cluster trace player", "cluster logs player", ""], "each has its own, the far one none");

        // By hand in one, and the other stays as it is.
        let done: bool = page.ask("return document.getElementById('second').act('crash node 1')", &[]).await;
        assert!(done);
        for _ in 0..3 {
            page.press_within("first", "#forward").await;
        }
        assert_eq!((page.step_of("first").await, page.step_of("second").await), (Some(3), Some(61)));
        let crashed =
            "return ['first', 'second'].map((id) => document.getElementById(id).snapshot.nodes[0].health.crashed)";
        assert_eq!(page.ask::<Vec<bool>>(crashed, &[]).await, [false, true]);

        // The same run as natively.
        page.ask::<Value>("document.getElementById('first').seek(12)", &[]).await;
        page.until_step("first", 12).await;
        let mut native = run_of(FIRST, 7);
        native.seek(12);
        assert_same_lines(&page.ask::<Vec<String>>(LINES, &["first".into()]).await, &lines_so_far(&native), "first");

        // The third is loaded when the reader comes near, and not before.
        assert_eq!(page.step_of("third").await, None);
        page.scroll_to("#third").await;
        page.until_live("third").await;
        assert_eq!(page.step_of("third").await, Some(0));
        assert_eq!(page.ask::<u64>(FETCHES, &[]).await, 1, "the code is fetched once for all");
        let labels = "return [...document.querySelectorAll('raft-kv')].map(({ id }) => at(id).ariaLabel)";
        let labels: Vec<String> = page.ask(labels, &[]).await;
        assert_eq!(labels[0], "A replicated log at work");
        assert_eq!(labels[2], "A split vote", "the scenario names it");
        page.assert_untouched().await;
        "three emulations on a page share one module and nothing else".to_owned()
    });
}

#[test]
fn what_has_not_been_seen_of_a_run_is_not_shown() {
    Story { window: (1100, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "leader-crash"), ("step", "60"), ("views", "diagram")]).await;
        page.until_live("it").await;
        page.until("the run's end is known", "document.getElementById('it').snapshot.isEndKnown").await;
        // The first leader is on the bar, the next one is not, nor is what comes in the diagram.
        let bands = "[...document.getElementById('it').shadowRoot.querySelectorAll('.bar .band')].map((it) => it.title)";
        let steps = "[...document.getElementById('it').shadowRoot.querySelectorAll('#diagram [data-step]')].map((it) => Number(it.dataset.step))";
        page.until("the past is on the bar", &format!("{bands}.length > 0")).await;
        let before: usize = page.ask(&format!("return {bands}.length"), &[]).await;
        let farthest: u64 = page.ask(&format!("return Math.max(...{steps})"), &[]).await;
        assert_eq!(farthest, page.step_of("it").await.expect("it stands somewhere"));
        page.ask::<Value>("document.getElementById('it').seek(1e9)", &[]).await;
        page.until("the end is seen", "document.getElementById('it').snapshot.over").await;
        page.ask::<Value>("document.getElementById('it').seek(60)", &[]).await;
        page.until_step("it", 60).await;
        let after: usize = page.ask(&format!("return {bands}.length"), &[]).await;
        assert!(after > before, "what was seen is shown: {before}, then {after} leaders");
        page.until("the diagram goes on", &format!("Math.max(...{steps}) > {farthest}")).await;
        format!("{before} of {after} leaders were shown before the end was seen")
    });
}

/// As in the stories of the laboratory: what is needed to break a core.
const KEEP_CORES: &str = "
    window.cores = [];
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...parts) => {
        const made = await instantiate(...parts);
        const { memory } = (made.instance ?? made).exports;
        window.cores.push({ memory, end: new Uint8Array(memory.buffer).findLastIndex((byte) => byte !== 0) });
        return made;
    };
";

#[test]
fn a_panic_in_one_emulation_is_told_there_and_the_other_goes_on() {
    // The core says on the console what it says to the page.
    Story { window: (1100, 900), quiet: false, ..Story::default() }.tell(async |page| {
        page.prepare(KEEP_CORES).await;
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "leader-crash"), ("step", "100")]).await;
        page.until_live("it").await;
        let other = "
            const other = document.createElement('raft-kv');
            other.id = 'other';
            other.setAttribute('scenario', 'partition');
            document.querySelector('#place').prepend(other);
        ";
        page.ask::<Value>(other, &[]).await;
        page.until_live("other").await;
        let spoil = "
            const { memory, end } = window.cores[0];
            new Uint8Array(memory.buffer).fill(0, end + 0x10000);
            document.getElementById('it').forward();
        ";
        page.ask::<Value>(spoil, &[]).await;
        page.until("it is told", "at('it', '.notice').textContent.includes('stands where it stood')").await;
        let told = page.told("error").await;
        assert_eq!((told.len(), told[0].id.as_str(), &told[0].detail["kind"]), (1, "it", &json!("panic")));
        let stood = page.step_of("it").await.expect("the run is there again");
        assert!((100..=101).contains(&stood), "it stands where it stood: {stood}");
        page.press_within("it", "#forward").await;
        assert_eq!(page.step_of("it").await, Some(stood + 1));
        page.press_words("it", "Close").await;
        assert_eq!(page.ask::<String>("return at('it', '.notice').textContent", &[]).await, "");
        assert_eq!(page.ask::<String>("return at('other', '.notice').textContent", &[]).await, "");
        page.press_within("other", "#forward").await;
        assert_eq!(page.step_of("other").await, Some(1));
        page.assert_untouched().await;
        format!("after a panic at step {stood} both emulations go on")
    });
}

#[test]
fn what_is_changed_later_takes_effect() {
    Story { window: (1100, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "partition")]).await;
        page.until_live("it").await;
        let set = async |name: &str, value: Value| {
            page.ask::<Value>("document.getElementById('it')[arguments[0]] = arguments[1]", &[name.into(), value])
                .await;
        };
        set("step", 40.into()).await;
        page.until_step("it", 40).await;
        assert_eq!(page.ask::<String>("return document.getElementById('it').step", &[]).await, "40");
        page.press_within("it", "#forward").await;
        set("step", 40.into()).await;
        page.until_step("it", 40).await;
        // Where it stands stays when it is seen in another way.
        set("views", json!(["logs", "diagram"])).await;
        let sections =
            "[...document.getElementById('it').shadowRoot.querySelectorAll('section')].map((it) => it.id).join(' ')";
        page.until("other views are shown", &format!("{sections} === 'logs diagram player'")).await;
        set("controls", "none".into()).await;
        page.until("the player is gone", &format!("{sections} === 'logs diagram'")).await;
        set("controls", "all".into()).await;
        set("views", "cluster".into()).await;
        page.until("all controls are there", &format!("{sections} === 'cluster player' && at('it', '#draw')")).await;
        assert_eq!(page.step_of("it").await, Some(40));
        set("label", "What a partition does".into()).await;
        page.until("it is called so", "at('it').ariaLabel === 'What a partition does'").await;
        set("speed", "max".into()).await;
        page.until("it is fast", "at('it', '#speed').value === 'steps Infinity'").await;
        for (asked, taken) in [("7", "10"), ("5", "3"), ("0.01", "0.1"), ("1e9", "1000")] {
            set("speed", asked.into()).await;
            let is_so = format!("at('it', '#speed').value === 'steps {taken}'");
            page.until(&format!("{asked} is taken for {taken} steps a second"), &is_so).await;
        }
        set("theme", "dark".into()).await;
        let is_dark = "getComputedStyle(document.getElementById('it')).colorScheme === 'dark'";
        page.until("it is dark", is_dark).await;
        // Far beyond the end is the end.
        set("step", 1e15.into()).await;
        page.until("the run is over", "document.getElementById('it').snapshot.over").await;

        // Something else runs, from its own beginning.
        set("step", Value::Null).await;
        set("scenario", "Figure-8".into()).await;
        page.until("another scenario", "document.getElementById('it').snapshot?.scenario?.title.includes('Figure 8')")
            .await;
        page.until_live("it").await;
        assert_eq!(page.step_of("it").await, Some(0));
        set("seed", 12.into()).await;
        page.until("another seed", "document.getElementById('it').snapshot?.seed === 12").await;
        set("config", "three.toml".into()).await;
        page.until("another configuration", "document.getElementById('it').snapshot?.nodes.length === 3").await;
        set("seed", Value::Null).await;
        page.until("its own seed", "document.getElementById('it').snapshot?.seed === 3").await;
        page.until_live("it").await;
        assert_eq!(page.told("error").await, []);
        page.assert_untouched().await;
        "attributes and properties take effect when they are changed".to_owned()
    });
}

#[test]
fn made_by_scripts_before_and_after_it_is_known_moved_cloned_and_removed() {
    Story { window: (1100, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("later.html").await;
        // Before the browser knows it: properties, and a configuration that comes a piece at a time.
        let early = "
            const early = document.createElement('raft-kv');
            Object.assign(early, { id: 'early', scenario: 'split-vote', step: 5, views: ['cluster'], autoplay: false });
            document.querySelector('#place').append(early);
        ";
        page.ask::<Value>(early, &[]).await;
        let define = "await import(new URL('raft-kv.js', arguments[0])); await import(new URL('raft-kv.js?twice', arguments[0]));";
        page.ask_patiently::<Value>(define, &[variable("RAFT_KV_SITE").into()]).await;
        page.until_step("early", 5).await;
        page.until_live("early").await;
        assert_eq!(page.ask::<String>("return document.getElementById('early').getAttribute('views')", &[]).await, "cluster");

        // Afterwards: first the element, then its configuration.
        let late = "
            const late = document.createElement('raft-kv');
            late.id = 'late';
            document.querySelector('#place').prepend(late);
            await drawn();
            const script = document.createElement('script');
            script.type = 'application/toml';
            script.textContent = 'seed = 5\\nnum_nodes = 4\\n';
            late.append(script);
            await late.ready;
        ";
        page.ask_patiently::<Value>(late, &[]).await;
        let of_late = "document.getElementById('late').snapshot";
        page.until("its configuration runs", &format!("{of_late}?.nodes.length === 4 && {of_late}.seed === 5")).await;

        // What comes after it is not what runs, until all of it has come.
        let slow = "
            document.open();
            document.write('<main><div id=place><raft-kv id=slow views=cluster>');
            for (let left = 10; left > 0; left -= 1) await drawn();
            const before = document.getElementById('slow').snapshot;
            document.write('<script type=application/toml>num_nodes = 4<' + '/script></raft-kv></div></main>');
            document.close();
            await document.getElementById('slow').ready;
            return [before, document.getElementById('slow').snapshot.nodes.length];
        ";
        assert_eq!(page.ask_patiently::<Value>(slow, &[]).await, json!([null, 4]));
        let late = "
            const late = document.createElement('raft-kv');
            late.id = 'late';
            late.append(Object.assign(document.createElement('script'), { type: 'application/toml', textContent: 'num_nodes = 3' }));
            document.querySelector('#place').append(late);
        ";
        page.ask::<Value>(late, &[]).await;
        page.until_live("late").await;

        // Moved, it goes on; a clone begins anew.
        page.ask::<Value>("document.getElementById('late').seek(9)", &[]).await;
        page.until_step("late", 9).await;
        let move_it = "
            const late = document.getElementById('late');
            document.querySelector('#place').append(late);
            const copy = late.cloneNode(true);
            copy.id = 'copy';
            document.querySelector('#place').prepend(copy);
        ";
        page.ask::<Value>(move_it, &[]).await;
        page.scroll_to("#copy").await;
        page.until_live("copy").await;
        assert_eq!((page.step_of("late").await, page.step_of("copy").await), (Some(9), Some(0)));
        page.press_within("copy", "#forward").await;
        assert_eq!((page.step_of("late").await, page.step_of("copy").await), (Some(9), Some(1)));

        // Removed, it ends; what is put back begins anew.
        let remove = "
            window.late = document.getElementById('late');
            late.play();
            late.remove();
            await drawn();
            return [late.snapshot === null, late.shadowRoot.querySelectorAll('section').length];
        ";
        assert_eq!(page.ask_patiently::<Value>(remove, &[]).await, json!([true, 0]));
        page.ask::<Value>("document.querySelector('#place').prepend(window.late)", &[]).await;
        page.until_live("late").await;
        assert_eq!(page.step_of("late").await, Some(0));
        page.assert_untouched().await;
        "made, moved, cloned, removed and put back".to_owned()
    });
}

#[test]
fn methods_lead_the_run_and_events_tell_of_it() {
    Story { window: (1100, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        // Asked for before it is there, and done then.
        page.put("it", &[("scenario", "partition"), ("speed", "100"), ("views", "trace")]).await;
        page.ask::<Value>("document.getElementById('it').forward(); document.getElementById('it').forward()", &[])
            .await;
        page.until_step("it", 2).await;
        let call =
            async |call: &str| page.ask::<Value>(&format!("return document.getElementById('it').{call}"), &[]).await;
        call("back()").await;
        page.until_step("it", 1).await;
        // Who does not see it hears it.
        let heard = "[...document.getElementById('it').shadowRoot.querySelectorAll('[aria-live]')].map((it) => it.textContent).join('')";
        page.until("the step is said", &format!("{heard} === at('it', '#happened').textContent && {heard} !== ''")).await;
        call("until('leader')").await;
        page.until(
            "there is a leader",
            "document.getElementById('it').snapshot.leader && !document.getElementById('it').snapshot.running",
        )
        .await;
        assert_eq!(call("act('crash node 99')").await, false);
        call("seek(10)").await;
        page.until_step("it", 10).await;
        call("play()").await;
        page.until("it runs on", "document.getElementById('it').snapshot.step > 40").await;
        call("pause()").await;
        let stood = page.step_of("it").await.expect("it is there");
        let steps = page.told("step").await;
        assert!(steps.iter().all(|told| told.composed && told.bubbles && told.id == "it"), "{steps:?}");
        assert_eq!(steps[0].detail["step"], 1, "each step is told: {steps:?}");
        assert_eq!(steps.last().expect("some were told").detail["step"], stood);
        let repeated = steps.windows(2).any(|two| two[0].detail["step"] == two[1].detail["step"]);
        assert!(!repeated, "none is told twice: {steps:?}");
        call("seek(Infinity)").await;
        page.until("it is over", "document.getElementById('it').snapshot.over").await;
        let done = page.told("done").await;
        assert_eq!(done.len(), 1, "{done:?}");
        assert_eq!(
            (&done[0].detail["step"], done[0].bubbles, done[0].composed),
            (&json!(page.step_of("it").await), true, true)
        );
        assert!(done[0].detail["reason"].as_str().is_some_and(|reason| reason.len() > 5), "{done:?}");

        // What nobody can mean is told, not thrown.
        call("seek('soon')").await;
        call("until('tomorrow')").await;
        let errors = page.told("error").await;
        assert!(errors.len() == 2 && errors.iter().all(|told| told.composed && !told.bubbles), "{errors:?}");

        // Its link, whole, is what another one runs.
        let link: String = page.ask_patiently("return document.getElementById('it').link()", &[]).await;
        assert!(link.starts_with(&variable("RAFT_KV_SITE")) && link.contains("index.html#run=1."), "{link}");
        page.put("linked", &[("run", &link), ("views", "trace")]).await;
        page.until_live("linked").await;
        assert!(page.ask::<bool>("return document.getElementById('linked').snapshot.over", &[]).await, "it stands at its end");
        page.assert_untouched().await;
        format!("{} steps were told", steps.len())
    });
}

#[test]
fn a_violation_is_told_once() {
    Story { window: (1100, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("config", "broken.toml"), ("controls", "none"), ("views", "checks")]).await;
        page.until_live("it").await;
        page.ask::<Value>("document.getElementById('it').until('violation')", &[]).await;
        page.until("a property is violated", "document.getElementById('it').snapshot.violations.length > 0").await;
        page.ask::<Value>("document.getElementById('it').back()", &[]).await;
        page.ask::<Value>("document.getElementById('it').forward()", &[]).await;
        let told = page.told("violation").await;
        let violations: u64 = page.ask("return document.getElementById('it').snapshot.violations.length", &[]).await;
        assert_eq!(told.len() as u64, violations, "{told:?}");
        let text = told[0].detail["text"].as_str().expect("it is told in words");
        assert!(text.contains(told[0].detail["property"].as_str().expect("it has a name")), "{text}");
        text.to_owned()
    });
}

#[test]
fn the_link_leads_to_this_very_run_in_the_laboratory() {
    Story { window: (1100, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "figure-8"), ("step", "30"), ("controls", "none"), ("views", "cluster")]).await;
        page.until_live("it").await;
        let before: String = page.ask("return at('it', '[part=link]').href", &[]).await;
        assert!(before.ends_with("index.html?scenario=figure-8"), "{before}");
        page.ask::<Value>("document.getElementById('it').forward()", &[]).await;
        page.press_within("it", "[part=link]").await;
        turn_to_opened(page).await;
        page.is_ready().await;
        assert_eq!(page.step().await, 31);
        assert!(page.shown_address().await.contains("#run="));
        page.until_said("#story h2", "On a majority, and yet overwritten").await;
        "the link leads to step 31 in the laboratory".to_owned()
    });
}

/// Turns to the window that was opened beside the notes, as soon as there is one.
async fn turn_to_opened(page: &Page) {
    let notes = page.client.window().await.expect("one is in front");
    let start = Instant::now();
    loop {
        let windows = page.client.windows().await.expect("there are windows");
        if let Some(opened) = windows.into_iter().find(|it| *it != notes) {
            return page.client.switch_to_window(opened).await.expect("it can be turned to");
        }
        assert!(start.elapsed() < Duration::from_secs(10), "no window is opened");
        sleep(Duration::from_millis(20)).await;
    }
}
