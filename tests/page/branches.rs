//! Branches: what is done in the past begins another one, and the one that was known stays.

use fantoccini::key::Key;
use raft_kv::emulation::Emulation;
use serde::Deserialize;

use crate::TIMED;
use crate::browser::Story;
use crate::native::{act, assert_same_lines, lines_from, lines_so_far, native as run_of};
use crate::page::Page;

const WINDOW: (u32, u32) = (1280, 800);
const TELEPHONE: (u32, u32) = (320, 640);

#[test]
fn who_acts_in_the_past_begins_a_branch_and_the_known_one_stays() {
    Story { window: WINDOW, ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        page.unfold_trace().await;
        page.scrub_to(120).await;
        assert_eq!(page.text("#branches .count").await, "one so far");
        page.scrub_to(60).await;
        page.select("node 1").await;
        page.doing("crash").await;
        page.until_said("#branches .count", "2 of 16").await;
        assert_eq!(page.step().await, 61);
        assert_eq!(names(page).await, ["first run", "*crash node 1 at 60"]);
        assert_eq!(page.text("#told").await, "", "nothing is lost, so nothing is said of it");

        let (mut first, mut second) = (run_of(TIMED, 1), run_of(TIMED, 1));
        act(&mut second, 60, "crash node 1");
        compare_with(page, "first run", [(&second, "crash node 1 at 60"), (&first, "first run")], 60).await;

        page.finish().await;
        second.run(u64::MAX);
        assert_same_lines(&page.lines_of_trace().await, &lines_so_far(&second), "the new branch");
        page.press_on("[data-branch='1'][data-does='show']").await;
        page.until(
            "the first run is shown",
            "document.querySelector('[aria-current] strong').textContent === 'first run'",
        )
        .await;
        page.finish().await;
        first.run(u64::MAX);
        assert_same_lines(&page.lines_of_trace().await, &lines_so_far(&first), "the first run has stayed");

        // A branch of a branch, and what is behind the last act of it stays on it.
        page.press_on("[data-branch='2'][data-does='show']").await;
        page.scrub_to(70).await;
        page.press_on("#request [name=key]").await;
        page.type_into("#request [name=key]", "y").await;
        page.type_into("#request [name=value]", "two words").await;
        page.press_on("#request button").await;
        page.until_said("#branches .count", "3 of 16").await;
        let third = "client 1 put y two words at 70";
        assert_eq!(names(page).await, ["first run", "crash node 1 at 60", &format!("*{third}")]);
        assert!(page.text("#branches li:nth-child(3)").await.contains("leaves “crash node 1 at 60” behind step 70"));
        let mut native = run_of(TIMED, 1);
        act(&mut native, 60, "crash node 1");
        act(&mut native, 70, "client 1 put y two words");
        compare_with(page, "first run", [(&native, third), (&first, "first run")], 60).await;
        let crashed = "crash node 1 at 60";
        let told = compare_with(page, crashed, [(&native, third), (&second, crashed)], 70).await;
        format!("two of three branches part behind step 70: {told}")
    });
}

#[test]
fn what_nobody_has_gone_through_is_the_past_too_and_acts_in_a_row_are_one_branch() {
    Story { window: WINDOW, ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        page.scrub_to(60).await;
        // All of it is known, and nobody has seen more than this.
        page.press_on("#branches-title").await;
        page.type_text("t").await;
        page.until_said("#branches .count", "2 of 16").await;
        assert_eq!(page.step().await, 61);
        let branch = names(page).await;
        for step in (63..=99).step_by(2) {
            page.press_key(Key::Right).await;
            page.type_text("t").await;
            page.until_said("#where", &format!("step {step} of")).await;
        }
        assert_eq!(names(page).await, branch, "a future that nobody saw gives way");
        page.press_key(Key::Left).await;
        page.type_text("t").await;
        page.until_said("#branches .count", "3 of 16").await;
        "twenty acts in a row are one branch, and one in its past another".to_owned()
    });
}

/// Compares the branch that is shown with another: where they part, and which lines differ, is what the native runs have.
/// Returns what the page says of it.
async fn compare_with(page: &Page, name: &str, runs: [(&Emulation, &str); 2], step: u64) -> String {
    page.press_on(&format!("[data-does='compare'][title^='Compare {name} with']")).await;
    page.until_said(".comparison th:nth-child(2)", name).await;
    let heads: Vec<String> = page.ask(HEADS, &[]).await;
    assert_eq!(heads, runs.map(|(_, name)| name));
    let caption = page.text(".comparison caption").await;
    assert!(caption.starts_with(&format!("They part behind step {step}.")), "{caption}");

    let mut starts = [0; 2];
    for ((run, _), start) in runs.iter().zip(&mut starts) {
        let mut copy = (*run).clone();
        copy.seek(step);
        *start = copy.now().record_count();
    }
    let [left, right] = [0, 1].map(|side| lines_from(runs[side].0, starts[side]));
    let rows: Vec<Row> = page.ask(ROWS, &[]).await;
    let (mut at, mut same) = ([0, 0], 0);
    for row in &rows {
        // What is folded is the same in both, however long it is.
        for _ in 0..row.folded {
            assert_eq!(left[at[0]], right[at[1]], "a line is hidden that differs");
            at = [at[0] + 1, at[1] + 1];
        }
        same += row.folded;
        for (side, (cell, lines)) in row.cells.iter().zip([&left, &right]).enumerate() {
            if let Some((place, text)) = cell {
                assert_eq!((*place, text), (starts[side] + at[side] as u64, &lines[at[side]]), "on side {side}");
                at[side] += 1;
            }
        }
        if row.folded == 0 {
            let is_same = row.cells[0].as_ref().map(|cell| &cell.1) == row.cells[1].as_ref().map(|cell| &cell.1);
            assert_eq!(row.differs, !is_same, "{row:?}");
            same += usize::from(is_same);
        }
    }
    assert_eq!(same, longest_common(&left[..at[0]], &right[..at[1]]), "no line that both have is told to differ");
    let ends = at == [left.len(), right.len()];
    let is_told = "document.querySelector('.comparison-place [role=status]').textContent";
    page.until("it is told how many rows differ", is_told).await;
    let told = page.text(".comparison-place [role=status]").await;
    assert_eq!(told.ends_with("Here both end."), ends, "{told}: {at:?} of {:?}", [left.len(), right.len()]);
    let button: String =
        page.ask("return document.querySelector('.comparison .differs button').dataset.step", &[]).await;
    page.press_on(".comparison .differs button").await;
    assert_eq!(page.step().await.to_string(), button, "a line leads to its step");
    assert!(page.has("#trace .selected").await, "and is picked");
    if !page.text("#branches [aria-current] strong").await.eq(runs[0].1) {
        page.press_on(&format!("[data-does='show'][title='Show the branch {}']", runs[0].1)).await;
    }
    told
}

/// A row of a comparison: places and texts, or how many lines are hidden there.
#[derive(Debug, Deserialize)]
struct Row {
    folded: usize,
    differs: bool,
    cells: Vec<Option<(u64, String)>>,
}

const HEADS: &str = "return [...document.querySelectorAll('.comparison th')].map((it) => it.textContent)";

const ROWS: &str = "
    return [...document.querySelectorAll('.comparison tbody tr')].map((row) => {
        const buttons = [...row.cells].map((cell) => cell.querySelector('button'));
        return {
            folded: Number(row.textContent.match(/^([\\d,]+) lines are the same$/)?.[1].replace(',', '') ?? 0),
            differs: row.classList.contains('differs'),
            cells: buttons.map((it) => it && [Number(it.dataset.place), it.lastChild.data]),
        };
    });
";

/// How long the longest list is that both have, in this order.
fn longest_common(left: &[String], right: &[String]) -> usize {
    let mut lengths = vec![vec![0; right.len() + 1]; left.len() + 1];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            lengths[i][j] = match left[i] == right[j] {
                true => lengths[i + 1][j + 1] + 1,
                false => lengths[i + 1][j].max(lengths[i][j + 1]),
            };
        }
    }
    lengths[0][0]
}

/// The names of all branches, a star before the one that is shown.
async fn names(page: &Page) -> Vec<String> {
    let script = "return [...document.querySelectorAll('#branches li')]
        .map((it) => (it.ariaCurrent ? '*' : '') + it.querySelector('strong').textContent)";
    page.ask(script, &[]).await
}

#[test]
fn branches_are_renamed_shown_and_deleted_by_keys_and_sixteen_are_the_most() {
    Story { window: TELEPHONE, ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        page.scrub_to(90).await;
        for step in 61..=75 {
            page.scrub_to(step).await;
            page.press_on("#branches-title").await;
            page.type_text("t").await;
            page.until_said("#branches .count", &format!("{} of 16", step - 59)).await;
            page.press_on("[data-branch='1'][data-does='show']").await;
        }
        assert_eq!(names(page).await.len(), 16);
        let before = names(page).await;
        page.scrub_to(80).await;
        page.type_text("t").await;
        page.until_said("#told", "there are 16 branches already").await;
        assert_eq!((names(page).await, page.step().await), (before.clone(), 80), "what is refused changes nothing");

        page.tab_from("#branches-title", "[data-branch='3'][data-does='rename']").await;
        page.press_key(Key::Enter).await;
        page.type_text(" My <b>way</b> ").await;
        page.press_key(Key::Enter).await;
        page.until_said("#branches li:nth-child(3) strong", "My <b>way</b>").await;
        page.press_key(Key::Enter).await;
        page.type_text("no").await;
        page.press_key(Key::Escape).await;
        assert_eq!(names(page).await[2], "My <b>way</b>", "who escapes renames nothing");
        // Two of one name could not be told apart.
        page.tab_from("#branches-title", "[data-branch='4'][data-does='rename']").await;
        page.press_key(Key::Enter).await;
        page.type_text("My <b>way</b>").await;
        page.press_key(Key::Enter).await;
        page.until_said("#branches li:nth-child(4) strong", "My <b>way</b> (2)").await;

        page.tab_from("#branches-title", "[data-branch='3'][data-does='show']").await;
        page.press_key(Key::Enter).await;
        page.until_said("#branches [aria-current] strong", "My <b>way</b>").await;
        assert_eq!(page.step().await, 80, "another branch is shown at the same step");
        page.tab_from("#branches-title", "[data-branch='3'][data-does='delete']").await;
        page.press_key(Key::Enter).await;
        page.until_said("#branches .count", "15 of 16").await;
        assert!(names(page).await[0].starts_with("*first run"), "its parent is shown instead");
        page.scrub_to(80).await;
        page.tab_from("#branches-title", "#branches [aria-current] [data-does='rename']").await;
        let outside: u32 = page.ask("return document.documentElement.scrollWidth", &[]).await;
        assert!(outside <= 320, "{outside} px wide");
        page.press_on("#branches-title").await;
        page.type_text("t").await;
        page.until_said("#branches .count", "16 of 16").await;
        format!("{} branches at most, all by keys", before.len())
    });
}
