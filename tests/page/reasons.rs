//! Why?: what happened answers in sentences, with the paper's section; and the checks say what held, and since when not.

use fantoccini::key::Key;
use raft_kv::emulation::Emulation;
use serde::Deserialize;

use crate::browser::Story;
use crate::native::{act, native as run_of, scenario};
use crate::page::Page;

const WINDOW: (u32, u32) = (1280, 800);
const TELEPHONE: (u32, u32) = (320, 640);

/// Two leaders in one term.
const TWO_VOTES: &str = "seed = 1\n[raft]\nwithout_rules = ['one_vote_per_term']\n[timers]\n\
    election_timeout_ms = [150, 300]\n[[fault]]\nat_ms = 100\ntimeout = [1, 2]\n\
    [[client]]\nrequests = ['put x hello', 'get x']\n";

/// What the page says of why something happened.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Said {
    line: Option<String>,
    text: String,
    section: Option<String>,
}

const SAID: &str = "
    return [...document.querySelectorAll('#trace .why .reason')].map((it) => ({
        line: it.querySelector('.line')?.textContent ?? null,
        text: it.querySelector('bdi').textContent,
        section: it.querySelector('a')?.textContent ?? null,
    }));
";

/// What is said where the run stands is what the native run says there.
async fn assert_told(page: &Page, native: &mut Emulation, place: Option<u64>) -> Vec<Said> {
    native.seek(page.step().await);
    let reasons = native.why().into_iter().map(|it| (it.line.as_ref().map(|line| line.0), it));
    let expected: Vec<Said> = reasons
        .filter(|(at, _)| place.is_none() || *at == place)
        .map(|(_, it)| Said {
            line: it.line.map(|line| line.1),
            text: it.why.text,
            section: it.why.section.map(str::to_owned),
        })
        .collect();
    let said: Vec<Said> = page.ask(SAID, &[]).await;
    assert_eq!(said, expected, "at step {}", page.step().await);
    said
}

/// The step of the first line that reads so, and is explained by this section if one is named, and the line's place.
fn find_line(native: &mut Emulation, words: &str, section: Option<&str>) -> (u64, u64) {
    native.seek(0);
    while native.run(1) == 1 {
        for reason in native.why() {
            if let Some((place, line)) = reason.line
                && line.contains(words)
                && (section.is_none() || reason.why.section == section)
            {
                return (native.now().step_count(), place);
            }
        }
    }
    panic!("no line says {words:?} by {section:?}");
}

#[test]
fn what_happened_answers_why_with_the_section_of_the_paper() {
    Story { window: WINDOW, ..Story::default() }.tell(async |page| {
        // A vote that is denied because the candidate's log is behind: node 5 was down, is back, and stands for election.
        page.open_scenario("follower-lag-and-repair").await;
        assert!(page.text("#trace .why").await.contains("Nothing has happened yet"));
        let mut native = run_of(&scenario("follower-lag-and-repair"), 1);
        let (back, _) = find_line(&mut native, "[node 5] Restarted", None);
        page.scrub_to(back).await;
        page.select("node 5").await;
        for step in [back, back + 1] {
            page.doing("fire-election").await;
            act(&mut native, step, "fire node 5 election");
        }
        let (step, place) = find_line(&mut native, "Denying vote", Some("§5.4.1"));
        page.scrub_to(step).await;
        page.press_on(&format!("#trace [data-place='{place}']")).await;
        let said = assert_told(page, &mut native, Some(place)).await;
        assert_eq!(said.len(), 1, "of one line: {said:?}");
        assert!(said[0].text.contains("its log") && said[0].text.contains("more up-to-date"), "{said:?}");
        let link: String = page.ask("return document.querySelector('#trace .reason a').href", &[]).await;
        assert_eq!(link, "https://raft.github.io/raft.pdf");
        let denied = &said[0].text;

        page.open_scenario("figure-8").await;
        let mut native = run_of(&scenario("figure-8"), 1);
        // A step without a line, and all that has a line after it: nothing is left without a reason.
        for step in 1..40 {
            page.scrub_to(step).await;
            assert!(!assert_told(page, &mut native, None).await.is_empty());
        }

        // Copies of an entry of an old term, which its leader must not count.
        let (step, place) = find_line(&mut native, "ACK", Some("§5.4.2"));
        page.scrub_to(step).await;
        page.press_on(&format!("#trace [data-place='{place}']")).await;
        let said = assert_told(page, &mut native, Some(place)).await;
        assert!(said[0].text.contains("Figure 8"), "{said:?}");
        page.press_on("#logs thead button[data-index='2']").await;
        page.until_said("#trace .why h3", "The entry at index 2").await;
        native.seek(step);
        let entry = native.why_entry(2);
        let told: Vec<Said> = page.ask(SAID, &[]).await;
        assert_eq!((told[0].text.as_str(), told[0].section.as_deref()), (entry.text.as_str(), entry.section));
        assert!(entry.text.contains("not committed yet"), "{}", entry.text);
        format!("{denied} {}", entry.text)
    });
}

#[test]
fn by_keys_each_line_is_asked_why() {
    Story { window: TELEPHONE, ..Story::default() }.tell(async |page| {
        page.open_scenario("partition").await;
        let mut native = run_of(&scenario("partition"), 1);
        let (step, place) = find_line(&mut native, "Denying vote", Some("§5.2"));
        page.scrub_to(step).await;
        page.tab_from("#trace-title", "#trace .lines").await;
        // Down to the next step's line, and up again to the one that is asked for; there may be a fold between them.
        page.press_key(Key::Down).await;
        page.until("it goes on", &format!("document.querySelector('#scrub').value > {step}")).await;
        let stand =
            "document.querySelector('#scrub').value + ' ' + document.querySelector('#trace .cursor')?.dataset.place";
        let selected = format!("#trace .selected[data-place='{place}']");
        for _ in 0..10 {
            let former: String = page.ask(&format!("return {stand}"), &[]).await;
            page.press_key(Key::Up).await;
            page.until("it is at the row above", &format!("{stand} !== '{former}'")).await;
            if page.has(&selected).await {
                break;
            }
        }
        let said = assert_told(page, &mut native, Some(place)).await;
        page.press_key(Key::Tab).await;
        let focused: String = page.ask("return document.activeElement.className", &[]).await;
        assert_eq!(focused, "why", "the answer can be turned to, and scrolled");
        page.press_key(Key::Tab).await;
        let focused: String = page.ask("return document.activeElement.textContent", &[]).await;
        assert_eq!(focused, "§5.2", "and so can the paper");
        format!("by keys: {}", said[0].text)
    });
}

#[test]
fn the_checks_say_what_must_hold_and_a_red_one_leads_to_its_step() {
    Story { window: WINDOW, ..Story::default() }.tell(async |page| {
        page.open().await;
        let count = "return document.querySelectorAll('#checks .chip').length";
        let all: usize = page.ask(count, &[]).await;
        assert_eq!(page.text("#checks .summary").await, format!("✓ {all} properties hold after every step"));
        page.press_on("#checks .chip[data-property='one leader a term']").await;
        let meaning = page.text("#checks .meaning").await;
        assert!(meaning.starts_with("One leader a term.") && meaning.ends_with("§5.2"), "{meaning}");
        assert!(meaning.len() > 40, "{meaning}");

        page.run_this(TWO_VOTES).await;
        assert!(page.text("#checks").await.contains("This configuration takes away: one_vote_per_term."));
        page.finish_quietly().await;
        let mut native = run_of(TWO_VOTES, 1);
        native.run(u64::MAX);
        let violations = native.state().safety().violations();
        assert!(!violations.is_empty(), "something goes wrong without the rule");
        let words = format!("✗ {} of {all} properties did not hold", violations.len());
        assert_eq!(page.text("#checks .summary").await, words);
        for violation in violations {
            let name = violation.property.name();
            let chip = format!("#checks .chip.bad[data-property='{name}']");
            if page
                .ask::<bool>(
                    "return document.querySelector(arguments[0]).ariaExpanded === 'true'",
                    &[chip.clone().into()],
                )
                .await
            {
                page.press_on(&chip).await;
            }
            page.tab_from("#checks-title", &chip).await;
            page.press_key(Key::Enter).await;
            let line = violation.line(native.texts()).to_string();
            assert!(page.text("#checks .meaning").await.contains(&line), "{line}");
            page.tab_to("#checks .meaning button").await;
            page.press_key(Key::Enter).await;
            assert_eq!(page.step().await, violation.step, "{name}");
            assert!(page.has(&chip).await, "it is red at its step");
            page.press_on("#back").await;
            assert!(!page.has(&chip).await, "{name} held before");
            page.scrub_to(native.head()).await;
        }
        words
    });
}

#[test]
fn the_newest_violation_is_explained_unless_the_reader_has_chosen_another() {
    Story { window: WINDOW, ..Story::default() }.tell(async |page| {
        let broken = include_str!("../../www/notes/figure-8-broken.toml");
        page.open().await;
        page.run_this(broken).await;
        page.finish_quietly().await;
        let mut native = run_of(broken, 1);
        native.run(u64::MAX);
        let violations = native.state().safety().violations();
        let steps: Vec<_> = violations.iter().map(|it| (it.step, it.line(native.texts()).to_string())).collect();
        assert!(steps.len() >= 4 && steps.is_sorted_by(|one, other| one.0 < other.0), "{steps:?}");
        for (step, line) in &steps {
            page.scrub_to(*step).await;
            page.until_said("#checks .meaning", line).await;
            page.scrub_to(step - 1).await;
            assert!(!page.text("#checks .meaning").await.contains(line), "{line}");
        }
        let [(_, first), .., (before, newer), (last, newest)] = &steps[..] else { unreachable!("there are so many") };
        let chip = format!("#checks .chip[data-property='{}']", violations[0].property.name());
        page.scrub_to(steps[1].0).await;
        page.press_on(&chip).await;
        page.scrub_to(*before).await;
        let meaning = page.text("#checks .meaning").await;
        assert!(meaning.contains(first) && !meaning.contains(newer), "it is the reader's choice: {meaning}");
        page.press_on(&chip).await;
        page.scrub_to(*last).await;
        page.until_said("#checks .meaning", newest).await;
        newest.clone()
    });
}
