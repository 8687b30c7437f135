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
