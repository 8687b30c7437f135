//! Time in the reader's hands: how fast it runs, what it runs on to, and the bar that leads to any step.

use fantoccini::key::Key;
use raft_kv::emulation::Emulation;
use raft_kv::goal::Goal;
use serde_json::Value;

use crate::browser::Story;
use crate::native::{native, step_of};
use crate::page::{Page, Point, Pointer};
use crate::{LONG, SEED, TIMED};

/// A run in which one leader crashes and another follows it.
const SUCCESSION: &str = include_str!("../../www/scenarios/leader-crash.toml");

/// The seconds that pass from one step or time to another, as the bar or the words beside it say.
const SECONDS_BETWEEN: &str = "
    const [from, to, unit] = arguments;
    // Pressed here, as on a busy machine the run may be through before somebody looks.
    document.querySelector('#run').click();
    const ms = () => Number(/, ([\\d,]+) ms/.exec(document.querySelector('#where').textContent)?.[1].replaceAll(',', ''));
    const now = unit === 'ms' ? ms : () => Number(document.querySelector('#scrub').value);
    while (now() < from) await drawn();
    const [began, start] = [now(), performance.now()];
    while (now() < to) await drawn();
    return ((performance.now() - start) / 1000) * (to - from) / Math.max(1, now() - began);
";

#[test]
fn a_run_goes_as_fast_as_is_chosen_and_pauses_where_it_is_told_to() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(LONG).await;
        let mut paces = Vec::new();
        for (speed, from, to, least) in [
            ("1 s = 3 steps", 1, 3, 0.33),
            ("1 s = 10 steps", 5, 10, 0.25),
            ("1 s = 100 steps", 20, 60, 0.2),
            ("1 s = 1,000 steps", 200, 1200, 0.5),
        ] {
            page.choose("#speed", speed).await;
            let seconds: f64 = page.ask_patiently(SECONDS_BETWEEN, &[from.into(), to.into(), "steps".into()]).await;
            page.press("Pause").await;
            let stands = page.step().await;
            // Half of the time that it should take, as what a frame came too late is made up for; a busy machine is slower.
            assert!(seconds > least && seconds < least * 40.0, "{} steps at {speed} took {seconds:.2} s", to - from);
            paces.push(f64::from(to - from) / seconds);
            page.ask_patiently::<()>("await drawn(); await drawn(); return null", &[]).await;
            assert_eq!(page.step().await, stands, "a run that is paused stands still");
        }
        assert!(paces.is_sorted(), "each is faster than the one before: {paces:?}");

        page.choose("#speed", "10 s = 1 step").await;
        let stands = page.step().await;
        page.press("Run").await;
        // A run begins with a step at once.
        page.until("it has begun", &format!("Number(document.querySelector('#scrub').value) === {}", stands + 1)).await;
        page.choose("#speed", "as fast as it goes").await;
        page.until("it is far beyond", "Number(document.querySelector('#scrub').value) > 10000").await;
        page.press("Start").await;
        assert_eq!(page.count("#speed .timed[hidden]").await, 1, "without timers no time passes");

        page.run_this(TIMED).await;
        assert_eq!(page.count("#speed .timed[hidden]").await, 0);
        page.choose("#speed", "1 s = 1,000 ms").await;
        let seconds: f64 = page.ask_patiently(SECONDS_BETWEEN, &[400.into(), 900.into(), "ms".into()]).await;
        page.press("Pause").await;
        assert!(seconds > 0.25, "500 virtual ms took {seconds:.2} s");
        format!("it runs at {paces:.0?} steps a second, and 500 virtual ms take {seconds:.2} s")
    });
}

/// Where the core's own run comes to its goal, or none if it does not.
fn goal_of(core: &mut Emulation, goal: &str) -> Option<u64> {
    let (_, met) = core.run_until(Goal::named(goal).expect("a goal"), 100_000);
    met.then(|| core.now().step_count())
}

#[test]
fn it_runs_until_what_is_chosen_and_says_if_that_never_comes() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(SUCCESSION).await;
        page.until_known().await;
        let mut core = native(SUCCESSION, 1);
        let mut steps = Vec::new();
        for (goal, words) in [
            ("election", "the next election"),
            ("leader", "the next leader"),
            ("commit", "the next commit"),
            ("reply", "the next answer to a client"),
            ("leader", "the next leader"),
        ] {
            let step = goal_of(&mut core, goal).unwrap_or_else(|| panic!("{words} comes"));
            page.press_in("#until", "Until…").await;
            page.press_in("#until", words).await;
            page.until(words, "document.querySelector('#run').textContent.includes('Run')").await;
            assert_eq!(page.step().await, step, "{words} is where the core says");
            steps.push(step);
        }
        assert_eq!(page.look().await.leaders().len(), 1);

        // By keys, and in vain.
        let stands = page.step().await;
        page.tab_to("#until summary").await;
        page.press_key(Key::Enter).await;
        page.tab_to("#until [data-goal=violation]").await;
        page.press_key(Key::Enter).await;
        page.until("it is told", "document.querySelector('#told').textContent !== ''").await;
        assert_eq!(
            page.text("#told").await,
            "Up to the end of the run there is no violation: it stands where it stood."
        );
        assert_eq!(page.step().await, stands);
        assert!(goal_of(&mut core, "violation").is_none());
        assert_eq!(page.focused().await, "Until…", "the focus is where it was");
        page.press_key(Key::Enter).await;
        page.until("the choices are seen", "document.querySelector('#until').open").await;
        page.press_key(Key::Escape).await;
        assert!(!page.shows("#until .choices").await);
        format!("it stops at the steps {steps:?}, as the core does")
    });
}

/// The bands of leaders and the marks on the bar, in words.
const BANDS: &str = "
    await drawn();
    return ['#player .band', '#player .sign'].map((them) => [...document.querySelectorAll(them)].map((it) => it.title));
";

#[test]
fn the_bar_shows_who_leads_and_what_was_done_and_leads_to_any_step() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(SUCCESSION).await;
        page.until_known().await;
        // As long as nobody has guessed, the bar gives nothing away.
        let (bands, _): (Vec<String>, Vec<String>) = page.ask_patiently(BANDS, &[]).await;
        assert_eq!(bands, [""; 0]);
        page.click("#story input").await;
        page.until("the bar shows who leads", "document.querySelector('#player .band')").await;
        let mut core = native(SUCCESSION, 1);
        core.run(u64::MAX);
        let head = core.head();
        let reigns: Vec<String> = core
            .chronicle()
            .reigns()
            .iter()
            .map(|reign| {
                let (to, leader) = (reign.to.unwrap_or(head), reign.leader);
                format!("node {leader} leads term {}, from step {} to {to}", reign.term, reign.from)
            })
            .collect();
        let marks: Vec<u64> = core.chronicle().marks().iter().map(|mark| mark.step).collect();
        let (bands, signs): (Vec<String>, Vec<String>) = page.ask_patiently(BANDS, &[]).await;
        assert_eq!(bands, reigns);
        assert!(bands.len() >= 2, "{bands:?}");
        assert_eq!(signs.len(), marks.len(), "{signs:?}");
        let crash = step_of(&mut core, "Crashed", 1);
        assert!(signs.iter().any(|sign| sign.starts_with(&format!("step {crash}: crash"))), "{signs:?}");

        // Marks lead to their steps, by mouse and by keys.
        page.click(&format!("#player .sign[data-step=\"{crash}\"]")).await;
        assert_eq!(page.step().await, crash);
        page.press("Start").await;
        for &mark in marks.iter().filter(|&&mark| mark > 0) {
            page.press_char(']').await;
            assert_eq!(page.step().await, mark);
        }
        page.press_char('[').await;
        let before_last = marks.iter().rev().find(|&&mark| mark < marks[marks.len() - 1]);
        assert_eq!(Some(page.step().await), before_last.copied().or(Some(marks[marks.len() - 1])));

        scrub(page, Pointer::Mouse, head).await;
        page.tab_to("#scrub").await;
        let stands = page.step().await;
        page.press_key(Key::Right).await;
        assert_eq!(page.step().await, stands + 1, "on the bar, an arrow is a step");
        let said: String = page.ask("return document.querySelector('#scrub').ariaValueText", &[]).await;
        assert!(said.contains(&format!("step {} of {head}", stands + 1)), "{said}");
        format!("{} leaders and {} marks stand on the bar", bands.len(), signs.len())
    });
}

/// Presses the middle of the bar, and draws its handle to a quarter; a finger only presses.
async fn scrub(page: &Page, pointer: Pointer, head: u64) {
    let (x, y) = page.centre_of("#scrub").await;
    let left = page.frame("#scrub").await.left;
    let way: Vec<Point> = (0..=10).map(|part| (x + (left - x) * f64::from(part) / 20.0, y)).collect();
    let strokes = [(&way[..1], head / 2), (&way[..], head / 4)];
    let count = if pointer == Pointer::Mouse { 2 } else { 1 };
    for (way, step) in &strokes[..count] {
        page.draw(pointer, way).await;
        let is_near = format!("Math.abs(document.querySelector('#scrub').value - {step}) <= {}", head / 15 + 1);
        page.until(&format!("the run stands about at step {step}"), &is_near).await;
    }
}

#[test]
fn fingers_run_pause_step_and_move_the_bar_in_a_small_window() {
    Story { window: (320, 640), touch: true, ..Story::default() }.tell(async |page| {
        page.open().await;
        page.use_seed(&SEED.to_string()).await;
        page.until_known().await;
        for (button, step) in [("#forward", 1), ("#forward", 2), ("#back", 1)] {
            page.tap(button).await;
            assert_eq!(page.step().await, step);
        }
        page.tap("#run").await;
        page.until("the run goes on", "Number(document.querySelector('#scrub').value) > 3").await;
        page.tap("#run").await;
        page.until("it is paused", "document.querySelector('#run').textContent.includes('Run')").await;
        page.tap("#end").await;
        page.until_done().await;
        let head = page.step().await;
        scrub(page, Pointer::Finger, head).await;
        page.tap("#until summary").await;
        page.tap("#until [data-goal=reply]").await;
        page.until("somebody has heard an answer", "document.querySelector('#run').textContent.includes('Run')").await;
        let last = page.last_line().await;
        assert!(last.text.starts_with("[client ") && last.now && last.visible, "{last:?}");
        page.tap("#start").await;
        assert_eq!(page.step().await, 0);
        format!("fingers lead to any of {head} steps")
    });
}

#[test]
fn a_speed_chosen_while_the_run_goes_on_counts_from_there() {
    Story::default().tell(async |page| {
        page.open_scenario("partition").await;
        page.choose("#speed", "1 s = 100 steps").await;
        page.press_on("#run").await;
        page.until("it runs", "Number(document.querySelector('#scrub').value) > 60").await;
        page.choose("#speed", "1 s = 200 ms").await;
        let before = page.step().await;
        // Virtual time that began where the run began would stand still for more than a second.
        page.ask_patiently::<Value>("await new Promise((resolve) => setTimeout(resolve, 400))", &[]).await;
        let after = page.step().await;
        assert!(after > before, "it stands still at step {after}");
        page.press_on("#run").await;
        format!("from step {before} to {after} at once")
    });
}
