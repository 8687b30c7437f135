//! The element in the hands of the notes' own scripts: what they do while it tells them something, before it is there, and
//! while it goes a long way.

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
        page.ask::<Value>("document.getElementById('it').scenario = 'split-vote'; document.getElementById('it').play()", &[])
            .await;
        let runs = "document.getElementById('it').snapshot?.nodes.length && document.getElementById('it').snapshot.step > 3";
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
