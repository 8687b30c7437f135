//! Messages and timers by hand: delivered, dropped, duplicated and held, by buttons, menus, keys, mouse and finger; and after
//! all that the trace is the one of the core's own run with the same acts.

use fantoccini::key::Key;
use raft_kv::emulation::Emulation;

use crate::TIMED;
use crate::browser::Story;
use crate::native::{assert_same_trace, native, step_of, trace_up_to};
use crate::page::{Page, Pointer};

const SEED: u64 = 1;

/// What was done by hand, in the page and in the core, side by side.
struct Acts {
    core: Emulation,
    count: u64,
}

impl Acts {
    fn of(toml: &str) -> Self {
        Acts { core: native(toml, SEED), count: 0 }
    }

    /// An act that was just done in the page: it made the current step, which is the same one in the core.
    async fn note(&mut self, page: &Page, sentence: &str) {
        assert_eq!(page.text("#told").await, "", "{sentence} is done");
        let step = page.step().await;
        self.core.seek(step - 1);
        self.core.act(sentence).unwrap_or_else(|refusal| panic!("{sentence} behind step {}: {refusal}", step - 1));
        let lines: Vec<String> =
            self.core.happened().iter().map(|record| record.line(self.core.texts()).to_string()).collect();
        let now = page.look().await.lines.into_iter().filter(|line| line.now).map(|line| line.text);
        assert_eq!(now.collect::<Vec<String>>(), lines, "the lines of {sentence}");
        self.count += 1;
    }

    /// Compares the page's trace up to where it stands with the core's, and returns its step.
    async fn compare(mut self, page: &Page) -> u64 {
        let step = page.step().await;
        page.unfold_trace().await;
        assert_same_trace(&page.whole_trace().await, &trace_up_to(&mut self.core, step));
        step
    }
}

/// The message that arrives first at this process; its number.
async fn first_to(page: &Page, process: &str) -> u64 {
    let script = "return Number(document.querySelector(`#cluster [data-message][data-to=\"${arguments[0]}\"]`)?.dataset.message)";
    page.ask(script, &[process.into()]).await
}

/// Opens the run at its first election, with requests for votes on their way to all others.
async fn open_at_election(page: &Page) -> u64 {
    page.open().await;
    page.run_this(TIMED).await;
    page.open_hands().await;
    let step = step_of(&mut native(TIMED, SEED), "[node 1] Starting election", 1);
    page.scrub_to(step).await;
    step
}

#[test]
fn messages_are_delivered_dropped_duplicated_and_held_as_the_core_does_it() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        open_at_election(page).await;
        let mut acts = Acts::of(TIMED);

        // By its button: this one comes next, though it was sent last.
        let id = first_to(page, "node 5").await;
        page.press_in("#inboxes", &format!("Deliver message {id} to node 5")).await;
        acts.note(page, &format!("deliver {id}")).await;
        let happened = page.text("#happened").await;
        assert!(happened.starts_with("node 5 received from node 1: RequestVote"), "{happened}");
        let focused = page.focused().await;
        assert!(focused.contains("Deliver"), "the focus goes to the next message, not to {focused}");

        // By the menu of the picture.
        let id = first_to(page, "node 2").await;
        page.ask_for_menu(Pointer::Mouse, &format!("#cluster [data-message=\"{id}\"] .disc")).await;
        page.press_in("#menu", "Drop").await;
        acts.note(page, &format!("drop {id}")).await;
        assert!(page.text("#happened").await.contains("(dropped by hand)"), "{}", page.text("#happened").await);
        assert_eq!(page.count(&format!("#cluster [data-message=\"{id}\"]")).await, 0);

        // By keys in the inbox, and in the picture.
        let id = first_to(page, "node 3").await;
        page.tab_to(&format!("#inboxes [data-message=\"{id}\"] .pick")).await;
        page.press_char('2').await;
        acts.note(page, &format!("duplicate {id}")).await;
        let inbox = page.text("#inboxes [aria-label='To node 3']").await;
        assert!(inbox.contains(&format!("a copy of {id}")), "{inbox}");
        page.press_char('h').await;
        acts.note(page, &format!("delay {id} 100")).await;

        // By the panel, with a time of one's own.
        let id = first_to(page, "node 4").await;
        page.pick(&format!("[data-message=\"{id}\"]")).await;
        page.type_into("#panel [data-verb=hold] input", "35").await;
        page.press_in("#panel .verbs", "Hold").await;
        acts.note(page, &format!("delay {id} 35")).await;
        page.press_in("#panel .verbs", "Deliver now").await;
        acts.note(page, &format!("deliver {id}")).await;
        assert_eq!(page.text("#panel .facts").await, "It is not in flight.");

        // By dragging it onto its receiver, and out of the picture; let go elsewhere, it stays.
        let id = first_to(page, "node 3").await;
        drag(page, Pointer::Mouse, id, Some("node 2")).await;
        assert_eq!(page.step().await, acts.core.now().step_count(), "it is not for node 2");
        drag(page, Pointer::Mouse, id, Some("node 3")).await;
        acts.note(page, &format!("deliver {id}")).await;
        let id = first_to(page, "node 1").await;
        drag(page, Pointer::Mouse, id, None).await;
        acts.note(page, &format!("drop {id}")).await;

        page.end_as("done").await;
        let count = acts.count;
        let step = acts.compare(page).await;
        format!("{} acts on messages make the core's own trace of {step} steps", count)
    });
}

/// Drags a message onto a process, or out of the picture, to its left.
async fn drag(page: &Page, pointer: Pointer, id: u64, onto: Option<&str>) {
    let from = page.centre_of(&format!("#cluster [data-message=\"{id}\"] .disc")).await;
    let to = match onto {
        Some(process) => page.frame(&format!("#cluster [data-process=\"{process}\"] .disc")).await.centre(),
        None => (page.frame("#cluster svg").await.left - 8.0, from.1),
    };
    let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    page.draw(pointer, &[from, middle, to, to]).await;
}

#[test]
fn fingers_deliver_and_drop_messages_in_a_small_window() {
    Story { window: (320, 640), touch: true, ..Story::default() }.tell(async |page| {
        open_at_election(page).await;
        let mut acts = Acts::of(TIMED);
        let id = first_to(page, "node 5").await;
        page.ask_for_menu(Pointer::Finger, &format!("#cluster [data-message=\"{id}\"] .disc")).await;
        page.tap("#menu [data-verb=drop]").await;
        acts.note(page, &format!("drop {id}")).await;

        let id = first_to(page, "node 2").await;
        drag(page, Pointer::Finger, id, Some("node 2")).await;
        acts.note(page, &format!("deliver {id}")).await;

        let id = first_to(page, "node 4").await;
        page.tap(&format!("#inboxes [data-message=\"{id}\"] .deliver")).await;
        acts.note(page, &format!("deliver {id}")).await;

        let id = first_to(page, "node 3").await;
        page.tap(&format!("#cluster [data-message=\"{id}\"] .disc")).await;
        page.tap("#verbs").await;
        page.until("the menu is open", "document.querySelector('#menu:popover-open')").await;
        page.tap("#menu [data-verb=duplicate]").await;
        acts.note(page, &format!("duplicate {id}")).await;

        page.end_as("done").await;
        let count = acts.count;
        let step = acts.compare(page).await;
        format!("{} acts of fingers make the core's own trace of {step} steps", count)
    });
}

/// Full Raft with an even number of nodes, and nobody who stands for election by itself soon.
const EVEN: &str = "
num_nodes = 4
num_clients = 1
seed = 1
[timers]
[network]
latency_ms = 10
";

#[test]
fn timers_fire_by_hand_all_at_once_split_the_vote_and_spread_they_do_not() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(EVEN).await;
        page.open_hands().await;
        let mut acts = Acts::of(EVEN);
        while acts.core.why_not("align election").is_some() {
            assert!(acts.core.step(), "main comes to an end with starting all");
        }
        page.scrub_to(acts.core.now().step_count()).await;
        page.press_in("#panel .common", "Align timers").await;
        acts.note(page, "align election").await;
        for _ in 0..4 {
            page.press_in("#until", "Until…").await;
            page.press_in("#until", "the next election").await;
            page.until("somebody stands", "document.querySelector('#run').textContent.includes('Run')").await;
        }
        let sight = page.look().await;
        let candidates = sight.nodes.iter().filter(|node| node.contains("candidate")).count();
        assert_eq!(candidates, 4, "all stand for election at once: {:?}", sight.nodes);
        assert!(sight.leaders().is_empty());

        // Spread, the first alone stands, and wins.
        page.press_in("#panel .common", "Spread timers").await;
        acts.note(page, "spread election 40").await;
        page.press_in("#until", "Until…").await;
        page.press_in("#until", "the next leader").await;
        page.until("somebody leads", "document.querySelector('#run').textContent.includes('Run')").await;
        let leads = page.look().await.leaders();
        assert_eq!(leads.len(), 1);

        // One timer alone, by its button and by its key.
        let other = leads[0] % 4 + 1;
        page.do_to(&format!("node {other}"), "Time out").await;
        acts.note(page, &format!("fire node {other} election")).await;
        assert!(page.look().await.nodes[other - 1].contains("candidate"), "{:?}", page.look().await.nodes);
        let due = "
            const soonest = [...document.querySelectorAll('#cluster .node')]
                .map((it) => [it.dataset.process, Number(/timeout in (\\d+)/.exec(it.ariaLabel)?.[1] ?? Infinity)])
                .sort((one, other) => one[1] - other[1]);
            return soonest[0][0];
        ";
        let soonest: String = page.ask(due, &[]).await;
        page.tab_to("#run").await;
        page.press_char('t').await;
        acts.note(page, &format!("fire {soonest} election")).await;
        page.press_key(Key::End).await;
        page.until_done().await;
        let count = acts.count;
        let step = acts.compare(page).await;
        format!("a split vote of four, then node {} leads; {} acts, {step} steps as in the core", leads[0], count)
    });
}
