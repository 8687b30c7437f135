//! The element in the hands of the notes' own scripts: what they do while it tells them something, before it is there, and
//! while it goes a long way.

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::browser::Story;

#[test]
fn who_is_told_something_may_lead_the_run_on() {
    Story { window: (1000, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "leader-crash"), ("views", "trace"), ("speed", "max")]).await;
        page.until_live("it").await;
        // Whatever is done at a step, it is told once, and so is each that comes of it.
        let walk = "
            const it = document.getElementById('it');
            const heard = [];
            const hear = ({ detail: { step } }) => {
                heard.push(step);
                it.pause();
                if (step === 3) it.act('crash node 1');
                if (step < 1500) it.forward();
            };
            it.addEventListener('step', hear);
            it.forward();
            it.removeEventListener('step', hear);
            return [heard.every((step, at) => step === at + 1), heard.length === it.snapshot.step, heard.length > 50];
        ";
        assert_eq!(page.ask::<Value>(walk, &[]).await, json!([true, true, true]));
        // At its end it begins again, and again.
        let turn = "
            window.ends = 0;
            const it = document.getElementById('it');
            it.addEventListener('done', () => {
                window.ends += 1;
                it.seek(0);
                if (window.ends < 4) it.play();
            });
            it.seek(0);
            it.play();
        ";
        page.ask::<Value>(turn, &[]).await;
        page.until("it has come to its end again and again", "window.ends === 4").await;
        let told = page.told("done").await;
        assert!(told.iter().all(|it| it.detail["step"] == told[0].detail["step"]), "{told:?}");
        page.assert_untouched().await;
        "whoever is told of a step may take the next".to_owned()
    });
}

#[test]
fn what_is_asked_for_after_a_change_is_meant_for_what_will_run() {
    Story { window: (1000, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "leader-crash"), ("step", "20"), ("views", "trace")]).await;
        page.until_live("it").await;
        let change = "
            const it = document.getElementById('it');
            const former = it.ready;
            it.step = null;
            it.scenario = 'figure-8';
            const at_once = [it.snapshot, it.ready === former, it.act('crash node 1')];
            it.seek(161);
            const link = it.link();
            await it.ready;
            const { scenario, step } = it.snapshot;
            return [...at_once, scenario.title.includes('Figure 8'), step, (await link).includes('#run=')];
        ";
        let seen = page.ask_patiently::<Value>(change, &[]).await;
        assert_eq!(seen, json!([null, false, false, true, 161, true]));
        page.until_step("it", 161).await;
        page.ask::<Value>(
            "document.getElementById('it').scenario = 'split-vote'; document.getElementById('it').play()",
            &[],
        )
        .await;
        let runs =
            "document.getElementById('it').snapshot?.nodes.length && document.getElementById('it').snapshot.step > 3";
        page.until("the next one runs", runs).await;
        // What cannot be shown after that breaks the promise that is there by then.
        let refused = "
            const it = document.getElementById('it');
            it.seed = 'many';
            return it.ready.then(() => 'kept', ({ message }) => message);
        ";
        let said: String = page.ask_patiently(refused, &[]).await;
        assert!(said.contains("“many”"), "{said}");
        page.assert_untouched().await;
        "what is asked for after a change is done in what runs then".to_owned()
    });
}

#[test]
fn another_text_within_it_runs_whatever_ran_before() {
    Story { window: (1000, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.until("the element is known", "customElements.get('raft-kv')").await;
        let put = "
            const it = document.createElement('raft-kv');
            it.id = 'it';
            it.append(Object.assign(document.createElement('script'), { type: 'application/toml', textContent: 'num_nods = 4' }));
            document.querySelector('#place').append(it);
        ";
        page.ask::<Value>(put, &[]).await;
        page.until_state("it", "refused").await;
        let said: String = page.ask("return at('it', '.notice > p').textContent", &[]).await;
        assert!(said.contains("num_nods") && !said.contains(". did you"), "{said}");
        page.press_words("it", "Run the defaults").await;
        page.until_live("it").await;
        let change = "
            const script = document.querySelector('#it > script');
            const another = Object.assign(script.cloneNode(), { textContent: 'num_nodes = 4' });
            if (arguments[0] === 'replaced') script.replaceWith(another);
            else script.firstChild.data = 'num_nodes = 3';
        ";
        for (way, nodes) in [("replaced", 4), ("changed in place", 3)] {
            page.ask::<Value>(change, &[way.into()]).await;
            let runs = format!("document.getElementById('it').snapshot?.nodes.length === {nodes}");
            page.until(&format!("a text that was {way} runs"), &runs).await;
        }
        page.assert_untouched().await;
        said
    });
}

#[test]
fn what_is_promised_is_kept_or_broken_and_who_is_given_the_focus_has_the_keys() {
    Story { window: (1000, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.ask::<Value>("document.querySelector('#place').style.paddingTop = '4000px'", &[]).await;
        page.put("it", &[("scenario", "split-vote"), ("views", "cluster")]).await;
        // Nobody comes near, but somebody wants the link.
        let link: String = page.ask_patiently("return document.getElementById('it').link()", &[]).await;
        assert!(link.contains("#run="), "{link}");
        page.ask::<Value>("document.getElementById('it').seek(4)", &[]).await;
        page.scroll_to("#it").await;
        for _ in 0..3 {
            page.ask_patiently::<Value>("await drawn()", &[]).await;
        }
        assert_eq!(page.step_of("it").await, Some(4), "it is not begun anew when somebody comes");
        page.ask::<Value>("document.getElementById('it').focus({ preventScroll: true })", &[]).await;
        page.press_key(Key::Right).await;
        page.until_step("it", 5).await;
        let leave = "
            const it = document.getElementById('it');
            it.scenario = 'partition';
            const waiting = [it.ready, it.link()].map((it) => it.then(() => 'kept', ({ name }) => name));
            it.remove();
            return Promise.all([...waiting, it.link().catch(({ message }) => message)]);
        ";
        let left = page.ask_patiently::<Value>(leave, &[]).await;
        assert_eq!(left, json!(["AbortError", "AbortError", "this emulation stands in no page"]));
        page.assert_untouched().await;
        "no promise stays open".to_owned()
    });
}

#[test]
fn a_long_way_ends_where_something_else_is_done() {
    Story { window: (1000, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.until("the element is known", "customElements.get('raft-kv')").await;
        // Where it stands right after this is done, and a while later.
        let way = "
            const it = document.createElement('raft-kv');
            Object.assign(it, { id: 'it', views: 'trace' });
            it.append(Object.assign(document.createElement('script'), { type: 'application/toml', textContent: 'requests_per_client = 2000' }));
            document.querySelector('#place').replaceChildren(it);
            await it.ready;
            it.seek(80000);
            new Function('it', arguments[0])(it);
            const { step } = it.snapshot;
            for (let left = 12; left > 0; left -= 1) await drawn();
            return [step, it.snapshot.step];
        ";
        for deed in [
            "at('it', '#start').click()",
            "at('it', '#back').click()",
            "it.pause()",
            "it.back()",
            "it.act('crash node 1')",
        ] {
            let [then, later]: [u64; 2] = page.ask_patiently(way, &[deed.into()]).await;
            assert_eq!(then, later, "after {deed}");
        }
        let [then, later]: [u64; 2] = page.ask_patiently(way, &["it.until('commit')".into()]).await;
        assert!((1..1000).contains(&(later - then)), "from {then} it went on to {later}");
        let [then, later]: [u64; 2] = page.ask_patiently(way, &["".into()]).await;
        assert!(later > then, "nothing else was done, and yet it stands at {then}");
        page.assert_untouched().await;
        "a long way ends where something else is done".to_owned()
    });
}
