//! A run from its first step to its end, forward and back, by buttons and by keys.

use fantoccini::key::Key;

use crate::browser::Story;
use crate::native::{assert_same_trace, native_trace};
use crate::page::{Line, Sight, assert_same_sight};
use crate::{DEFAULT, LONG, SEED};

/// Whether the last line of the trace can be seen as a whole.
const LAST_LINE: &str = "
    document.querySelector('#trace .lines [role=listitem]:last-child').getBoundingClientRect().bottom
        < document.querySelector('#trace .lines').getBoundingClientRect().bottom + 1
";

#[test]
fn it_runs_to_done_and_offers_to_run_again() {
    Story::default().tell(async |page| {
        page.open().await;
        page.choose("#speed", "as fast as it goes").await;
        page.press("Run").await;
        page.until_done().await;

        let last = page.last_line().await;
        assert_eq!(last.text, "Done");
        assert!(last.visible, "the list shows its end");
        let sight = page.look().await;
        assert_eq!(sight.leaders(), [1], "node 1 leads, and nobody else");
        assert!(sight.clients().all(|client| client.contains("5 of 5 answered")), "{:?}", sight.ring);
        assert_eq!(page.text("#run").await, "↻ Run again");

        page.press("Start").await;
        assert_eq!(page.step().await, 0);
        page.finish().await;
        page.press("Run again").await;
        page.until_done().await;
        page.until("the list shows its end", LAST_LINE).await;
        assert_same_sight(&page.look().await, &sight, "at the end of the second run");
        format!("it runs to {}", sight.place)
    });
}

#[test]
fn a_step_forward_and_a_step_back_lead_to_the_same_sight() {
    Story::default().tell(async |page| {
        page.open().await;
        page.open_hands().await;
        page.use_seed("7").await;
        page.until_known().await;
        let steps = [0, 1, 2, 12, 40, 130, 240];
        let mut turns = 0;
        for step in steps {
            page.scrub_to(step).await;
            let before = page.look().await;
            page.press("Step").await;
            let after = page.look().await;
            assert_eq!(page.step().await, step + 1);
            assert_ne!((&after.place, &after.happened), (&before.place, &before.happened));
            assert_one_acts(&after);
            turns += usize::from(after.highlighted != before.highlighted);
            let new: Vec<&Line> = after.lines.iter().filter(|line| line.step == step + 1).collect();
            assert!(new.iter().all(|line| line.now), "the lines of the step are marked: {new:?}");
            assert_eq!(after.lines.iter().filter(|line| line.now).count(), new.len(), "and no others");

            page.press("Back").await;
            assert_eq!(page.step().await, step);
            assert_same_sight(
                &page.look().await,
                &before,
                &format!("at step {step}, after a step forward and a step back"),
            );
            page.press("Step").await;
            assert_same_sight(&page.look().await, &after, &format!("at step {}, for the second time", step + 1));
        }
        assert!(turns >= 3, "the turn goes from one to another, {turns} times");
        format!("a step forward and a step back change nothing, at the steps {steps:?}")
    });
}

/// One process is highlighted: on the ring, and on its card or in its row where it has one.
fn assert_one_acts(sight: &Sight) {
    let ring = sight.highlighted.iter().find_map(|it| it.strip_prefix("cluster: "));
    let actor = ring.unwrap_or_else(|| panic!("nobody acts on the ring: {:?}", sight.highlighted));
    let mut expected = vec![format!("cluster: {actor}")];
    match actor.split(' ').next() {
        Some("node") => expected.push(format!("logs: {actor}")),
        Some("client") => expected.push(format!("hands: {actor}")),
        _ => assert_eq!(actor, "main"),
    }
    assert_eq!(sight.highlighted, expected);
}

/// A time in a test: one frame at 60 pictures a second is what a step back may take. So it has the machine to itself
/// and counts the median.
#[test]
fn a_step_back_at_step_5000_takes_less_than_a_frame() {
    const TIMES: usize = 21;
    const FRAME_MS: f64 = 16.0;
    Story { alone: true, ..Story::default() }.tell(async |page| {
        page.open().await;
        page.apply_with_seed(LONG, SEED).await;
        page.scrub_to(5000).await;
        let mut times: Vec<f64> = page.ask_patiently(TIMES_OF_BACK, &[TIMES.into()]).await;
        assert_eq!((page.step().await, times.len()), (4999, TIMES));
        times.sort_by(f64::total_cmp);
        let (median, worst) = (times[TIMES / 2], times[TIMES - 1]);
        assert!(median < FRAME_MS, "a step back takes {median:.1} ms: {times:?}");
        format!("a step back at step 5,000 takes {median:.1} ms, at worst {worst:.1} ms")
    });
}

/// The milliseconds that steps back take, from the press of the button until all views are made anew.
const TIMES_OF_BACK: &str = "
    const button = (id) => document.querySelector(id);
    const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const times = [];
    for (let left = arguments[0]; left > 0; left -= 1) {
        await drawn();
        const start = performance.now();
        button('#back').click();
        times.push(performance.now() - start);
        if (left > 1) button('#forward').click();
    }
    return times;
";

#[test]
fn the_trace_is_the_native_programs_to_the_byte() {
    Story::default().tell(async |page| {
        page.open().await;
        let mut counts = Vec::new();
        for (name, toml) in [("default", DEFAULT), ("101 nodes", "num_nodes = 101\n")] {
            match toml {
                DEFAULT => page.use_seed(&SEED.to_string()).await,
                _ => page.apply_with_seed(toml, SEED).await,
            }
            page.finish().await;
            let native = native_trace(name, toml, SEED);
            assert_same_trace(&page.whole_trace().await, &native);
            counts.push(format!("{} bytes for {name}", native.len()));
        }
        format!("the trace is the native program's, {}", counts.join(", "))
    });
}

#[test]
fn a_new_seed_makes_another_run_and_the_old_one_brings_the_old_run_back() {
    Story::default().tell(async |page| {
        page.open().await;
        let old = page.look().await.seed;
        page.finish().await;
        let trace = page.whole_trace().await;

        page.press("New seed").await;
        let new = page.look().await.seed;
        assert_ne!(new, old);
        assert_eq!(page.step().await, 0);
        page.finish().await;
        assert_ne!(page.whole_trace().await, trace, "seeds {old} and {new}");

        page.use_seed(&old).await;
        page.finish().await;
        assert_same_trace(&page.whole_trace().await, &trace);

        let before = page.look().await;
        for bad in ["abc", "-1", "1.5", "9007199254740992", " "] {
            page.use_seed(bad).await;
            let after = page.look().await;
            assert_eq!((&after.place, &after.nodes), (&before.place, &before.nodes), "with the seed {bad:?}");
            assert_eq!(after.lines, before.lines, "with the seed {bad:?}");
        }
        page.press("Back").await;
        page.press("Step").await;
        assert_eq!(page.look().await, before, "the run before goes on, and its seed is shown again");
        format!("seed {old} and {new} make two runs, and each its own again")
    });
}

#[test]
fn keys_run_and_step_where_no_text_is_typed() {
    Story::default().tell(async |page| {
        page.open().await;
        page.press_key(Key::Right).await;
        assert_eq!(page.step().await, 1, "the keys act from the beginning");
        page.press("Step").await;
        page.press_key(Key::Right).await;
        assert_eq!(page.step().await, 3);
        page.press_key(Key::Left).await;
        assert_eq!(page.step().await, 2);
        page.press_key(Key::Home).await;
        assert_eq!(page.step().await, 0);
        page.press_key(Key::End).await;
        page.until_done().await;
        page.press_key(Key::Home).await;
        assert_eq!(page.step().await, 0);

        page.tab_to("#trace .lines").await;
        page.press_key(Key::Down).await;
        page.press_key(Key::Down).await;
        page.press_key(Key::Up).await;
        assert_eq!(page.step().await, 1, "in the trace, down is forward and up is back");
        page.press_key(Key::Left).await;

        page.tab_to("#run").await;
        page.press_key(Key::Space).await;
        page.until("the run has taken some steps", "/^step [2-9]/.test(document.querySelector('#where').textContent)")
            .await;
        assert!(page.text("#run").await.contains("Pause"));
        page.press_key(Key::Space).await;
        assert!(page.text("#run").await.contains("Run"));
        let paused = page.step().await;
        assert!(paused >= 2, "it ran");

        page.type_into("#config", "num_nodes = 3").await;
        for key in [Key::Space, Key::Left, Key::Left, Key::Left, Key::Right, Key::Space, Key::Home, Key::End] {
            page.press_key(key).await;
        }
        assert_eq!(page.value("#config").await, "num_nodes =  3 ", "keys in the text are the text's");
        assert_eq!(page.step().await, paused, "and not the run's");
        page.type_into("#seed-value", "12").await;
        page.press_key(Key::Left).await;
        page.press_key(Key::Home).await;
        assert_eq!(page.step().await, paused);
        "space runs and pauses, arrows, Home and End step, and none of them while typing".to_owned()
    });
}
