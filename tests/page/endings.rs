//! What goes wrong and how runs end: told in words, with the step that it leads to.

use crate::TIMED;
use crate::browser::Story;
use crate::native::{assert_same_trace, native_trace};

#[test]
fn a_run_that_is_stuck_says_who_waits_for_whom() {
    Story::default().tell(async |page| {
        page.open().await;
        page.use_seed("7").await;
        page.scrub_to(1).await;
        page.open_hands().await;
        page.pick("[data-message=\"2\"]").await;
        page.press_in("#panel .verbs", "Drop").await;
        let told = page.text("#told").await;
        assert!(told.starts_with("Not done: message #2 starts the run"), "{told}");
        page.scrub_to(60).await;
        page.do_to("node 3", "Crash").await;
        page.end_as("stuck").await;
        let ending = page.text("#ending").await;
        assert!(ending.contains("client 1 waits for node 1;"), "{ending}");
        assert!(ending.contains("node 1 waits for node 3, which has crashed."), "{ending}");
        assert!(ending.contains("write [timers]"), "{ending}");
        ending
    });
}

#[test]
fn a_broken_property_is_told_and_leads_to_its_step() {
    Story::default().tell(async |page| {
        page.open().await;
        // Two of three disks said too early that an entry was written.
        let lossy = "
            num_nodes = 3\nseed = 1\nduration_ms = 1500\n[timers]\n[network]\nlatency_ms = 10
            [[client]]\nrequests = ['wait 300', 'put x hello', 'wait 500', 'get x']
            [[fault]]\nat_ms = 50\ntimeout = 1
            [[fault]]\nat_ms = 345\ncrash = 2\nlose = 1
            [[fault]]\nat_ms = 345\ncrash = 3\nlose = 1
            [[fault]]\nat_ms = 400\nrestart = 'all'
        ";
        page.run_this(lossy).await;
        page.end_as("time is over").await;
        let ending = page.text("#ending").await;
        assert!(ending.contains("duration_ms"), "{ending}");
        assert_eq!(page.text("#checks .summary").await, "✗ 2 of 20 properties did not hold");
        page.click("[data-property=\"match index is true\"]").await;
        page.press_in("#checks", "Go to step").await;
        let step = page.step().await;
        assert_eq!(page.text("#checks .summary").await, "✗ 1 of 20 properties did not hold");
        assert_eq!(page.count(".chip.bad").await, 1);
        let chip = page.text(".chip.bad").await;
        assert_eq!(chip, format!("✗ match index is true: did not hold at step {step}"));
        assert!(page.look().await.happened.ends_with("Crashed"));
        page.press("Back").await;
        assert_eq!(page.text("#checks .summary").await, "✓ 20 properties hold after every step");
        assert_eq!(page.count(".chip.bad").await, 0);
        format!("a property breaks at step {step}")
    });
}

#[test]
fn a_scenario_is_chosen_by_its_title_tells_itself_and_runs() {
    Story::default().tell(async |page| {
        page.open().await;
        assert!(!page.shows("#story").await);
        page.press("Scenarios…").await;
        page.until("the gallery is open", "document.querySelector('dialog[open] .gallery a')").await;
        page.press("A split vote").await;
        page.until("the scenario tells itself", "document.querySelector('#story h2').textContent === 'A split vote'")
            .await;
        assert_eq!(page.step().await, 0, "it stands before its first step");
        let text = include_str!("../../www/scenarios/split-vote.toml");
        assert_eq!(page.value("#config").await, text);
        page.end_as("done").await;
        let told = page.text("#story").await;
        assert!(told.contains("Two candidates and no leader in term 1"), "{told}");
        page.unfold_trace().await;
        assert_same_trace(&page.whole_trace().await, &native_trace("split-vote", text, 1));
        let sight = page.look().await;
        assert_eq!(sight.leaders().len(), 1);
        assert!(sight.nodes.iter().all(|node| node.contains("no-op")), "{:?}", sight.nodes);

        page.run_this("[timers]\nheartbeat_ms = 200\n").await;
        let warnings = page.text("#warnings").await;
        assert!(warnings.starts_with("Line 2: heartbeat_ms is 200, but"), "{warnings}");
        assert!(!page.shows("#story").await, "another configuration is no scenario any more");
        page.run_this(TIMED).await;
        assert!(!page.shows("#warnings").await);
        "a split vote is chosen, told, and runs as it does natively".to_owned()
    });
}
