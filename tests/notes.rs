//! The notes keep their word: what they say of a run is so, what they point to is there, and what is offered for copying
//! is what stands on the page.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::emulation::Ending;
use raft_kv::goal::Goal;

#[path = "notes/course.rs"]
mod course;
#[path = "notes/facts.rs"]
mod facts;
#[path = "notes/runs.rs"]
mod runs;

use course::{Page, Section, attribute, attributes, escape, folder, pages, read, sections};

/// The line of script that a page with a copied section needs.
const SCRIPT: &str = "<script type=\"module\" src=\"../raft-kv.js\"></script>";
/// Set in the environment, the copies are written anew.
const WRITE: &str = "RAFT_KV_WRITE_NOTES";

#[test]
fn every_line_that_is_told_of_a_step_happens_there() {
    let mut count = 0;
    for section in sections() {
        let mut run = runs::run_of(&section);
        run.seek(section.step());
        for claim in section.claims() {
            let mut run = run.clone();
            if let Some(sentence) = &claim.act {
                runs::act(&mut run, sentence);
            }
            run.seek(claim.step);
            let (place, lines) = (&section.place, runs::lines(&run));
            assert_eq!(run.now().step_count(), claim.step, "{place}: the run is over before");
            assert!(lines.contains(&claim.line), "{place}, step {}: not {:?}, but {lines:#?}", claim.step, claim.line);
            count += 1;
        }
    }
    assert!(count > 50, "the notes tell of {count} lines");
}

#[test]
fn every_step_that_is_named_is_told_with_a_line() {
    for section in sections() {
        let told: Vec<u64> = section.claims().iter().map(|claim| claim.step).collect();
        let untold: Vec<u64> = section.steps().into_iter().filter(|step| !told.contains(step)).collect();
        assert_eq!(untold, [0; 0], "{}", section.place);
        assert!(told.contains(&section.step()), "{}: where does the run stand?", section.place);
    }
}

#[test]
fn what_is_told_beside_the_lines_is_so() {
    let pages = pages();
    for fact in facts::FACTS {
        let is_told = pages.iter().any(|page| page.markup.contains(fact.told));
        assert!(is_told, "nobody says {:?}", fact.told);
        let mut run = runs::run(fact.run);
        run.seek(fact.step);
        assert!((fact.holds)(&run), "{}, step {}: {}", fact.run, fact.step, fact.told);
    }
}

#[test]
fn who_crashes_a_node_in_the_failure_free_run_sees_it_stuck() {
    let section = section("failure-free");
    let mut run = runs::run_of(&section);
    run.seek(section.step());
    runs::act(&mut run, &attribute(&section.markup, "data-act").expect("it says what to do"));
    run.run(u64::MAX);
    assert_eq!(run.state().ending(), Some(Ending::Stuck));
    assert_eq!(run.client(1).answered(), 0);
}

#[test]
fn figure_8_without_its_rule_is_figure_8() {
    let behind = |text: String| text.split_once("[timers]").expect("it has timers").1.to_owned();
    let without = "without_rules = [\"commit_own_term_only\"]\n";
    let broken = behind(read(folder().join("figure-8-broken.toml")));
    assert_eq!(broken.matches(without).count(), 1);
    assert_eq!(broken.replace(without, ""), behind(read(folder().join("../scenarios/figure-8.toml"))));
}

#[test]
fn who_runs_from_violation_to_violation_meets_those_of_the_answer() {
    let section = section("figure-8-broken");
    assert!(section.markup.contains("until the next, five times in all"));
    let mut run = runs::run_of(&section);
    run.seek(section.step());
    let claims = section.claims();
    for _ in 0..5 {
        assert!(run.run_until(Goal::Violation, u64::MAX).1, "there is one more");
        let step = run.now().step_count();
        let is_told = |line: &String| claims.iter().any(|claim| claim.step == step && claim.line == *line);
        let lines = runs::lines(&run);
        let violations = lines.iter().filter(|line| line.contains(&format!(", step {step}:")));
        assert!(violations.clone().count() > 0 && violations.clone().all(is_told), "{step}: {lines:?}");
    }
    assert!(!run.run_until(Goal::Violation, u64::MAX).1, "that was the last");
}

#[test]
fn a_section_asks_lets_guess_shows_and_answers() {
    for section in sections() {
        let Section { place, markup, .. } = &section;
        let parts = [
            "<h2>",
            "<strong>Question.</strong>",
            "<fieldset>",
            "<raft-kv ",
            "<img ",
            "</raft-kv>",
            "<summary>Answer<",
        ];
        let places: Vec<_> =
            parts.iter().map(|part| markup.find(part).unwrap_or_else(|| panic!("{place}: {part}"))).collect();
        assert!(places.is_sorted(), "{place}: {places:?}");
        for views in section.attribute("views").expect("it says what is shown").split(' ') {
            assert!(["cluster", "diagram", "logs", "trace", "checks"].contains(&views), "{place}: {views}");
        }
        let controls = section.attribute("controls").expect("it says what can be done");
        assert!(["none", "time", "all"].contains(&controls.as_str()), "{place}: {controls}");
        assert!(attribute(markup, "alt").is_some_and(|alt| alt.len() > 20), "{place}: what is in the picture?");
        let id = attribute(markup, "id").expect("a section has a name");
        assert!(
            attributes(markup, "name").iter().all(|name| *name == format!("raft-{id}")),
            "{place}: its own radio buttons"
        );
        assert!(!markup.contains(" class=") && !markup.contains(" href=\""), "{place}: it works on any page");
    }
}

#[test]
fn what_is_offered_for_copying_is_the_section() {
    for page in pages() {
        let copied = with_copies(&page);
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(folder().join(&page.name), copied).expect("the notes can be written");
        } else {
            assert!(copied == page.markup, "{}: {WRITE}=1 cargo test --test notes writes the copies anew", page.name);
        }
    }
}

/// The page, with each section's own markup in the copy behind it.
fn with_copies(page: &Page) -> String {
    let mut parts = page.markup.split("\n<section ");
    let mut copied = parts.next().expect("a text has a beginning").to_owned();
    for part in parts {
        let (inside, rest) = part.split_once("</section>").expect("a section ends");
        copied += &format!("\n<section {inside}</section>");
        let Some((before, copy)) = rest.split_once("<pre><code>") else {
            assert!(!inside.contains("<raft-kv"), "{}: a section that cannot be copied", page.name);
            copied += rest;
            continue;
        };
        let (_, after) = copy.split_once("</code></pre>").expect("a copy ends");
        let markup = escape(&format!("{SCRIPT}\n<section {inside}</section>"));
        copied += &format!("{before}<pre><code>{markup}</code></pre>{after}");
    }
    copied
}

#[test]
fn what_the_notes_point_to_is_there() {
    for page in pages() {
        let names = ["href", "src", "config"];
        let targets = names.iter().flat_map(|name| attributes(&page.markup, name));
        for target in targets.filter(|target| !target.starts_with("https://") && !target.starts_with("data:")) {
            assert!(folder().join(&target).is_file(), "{}: {target} is not there", page.name);
        }
        for scenario in attributes(&page.markup, "scenario") {
            let list = read(folder().join("../scenarios/list.json"));
            assert!(list.contains(&format!("\"{scenario}\"")), "{}: no scenario {scenario}", page.name);
        }
    }
}

#[test]
fn one_can_read_from_the_first_page_to_the_last() {
    let pages = pages();
    let (index, course) = pages.split_last().expect("there are pages");
    assert_eq!((index.name.as_str(), course.len()), ("index.html", 9));
    let listed: Vec<_> = attributes(&index.markup, "href").into_iter().filter(|it| it.ends_with(".html")).collect();
    for (place, page) in course.iter().enumerate() {
        assert!(page.name.starts_with(&(place + 1).to_string()), "{} is page {}", page.name, place + 1);
        assert!(listed.contains(&page.name), "the index lists {}", page.name);
        let links = |rel: &str| page.markup.matches(&format!("rel=\"{rel}\"")).count();
        let is_linked =
            |other: Option<&Page>| other.is_none_or(|other| page.markup.contains(&format!("\"{}\"", other.name)));
        assert!(is_linked(place.checked_sub(1).map(|before| &course[before])) && is_linked(course.get(place + 1)));
        assert_eq!(
            (links("prev"), links("next")),
            (2 * usize::from(place > 0), 2 * usize::from(place < 8)),
            "{}",
            page.name
        );
    }
}

#[test]
fn the_notes_are_as_strict_as_the_laboratory() {
    let policy = |markup: &str| {
        let meta = markup.lines().find(|line| line.contains("Content-Security-Policy")).expect("it has a policy");
        attribute(meta, "content").expect("a policy says something")
    };
    let laboratory = policy(&read(folder().join("../index.html")));
    for page in pages() {
        assert_eq!(policy(&page.markup).replace("img-src 'self' data:", "img-src data:"), laboratory, "{}", page.name);
    }
}

/// The section of this name.
fn section(id: &str) -> Section {
    let found = sections().into_iter().find(|section| section.markup.starts_with(&format!("<section id=\"{id}\"")));
    found.unwrap_or_else(|| panic!("no section {id}"))
}
