//! The network by hand: crashes, pauses, partitions, cut links, and what clients are told to ask for.

use crate::TIMED;
use crate::browser::Story;

#[test]
fn the_leader_crashes_by_a_button_another_leads_and_the_first_follows_when_it_is_back() {
    Story::default().tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        page.scrub_to(60).await;
        assert_eq!(page.look().await.leaders(), [1]);
        page.do_to("node 1", "Crash").await;
        let sight = page.look().await;
        assert!(sight.nodes[0].contains("✕ crashed"), "{}", sight.nodes[0]);
        assert!(sight.ring["node 1"].contains("crashed"), "{}", sight.ring["node 1"]);
        assert!(sight.roles[0].contains("✕ crashed"), "{:?}", sight.roles);
        assert!(sight.diagram.iter().any(|head| head == "node 1, crashed, term 1"), "{:?}", sight.diagram);
        assert_eq!((sight.happened.as_str(), page.step().await), ("[node 1] Crashed", 61));
        assert_eq!(page.focused().await, "Crash", "the button keeps the focus");
        assert_eq!(page.text("#told").await, "");

        page.end_as("done").await;
        let sight = page.look().await;
        let leads = sight.leaders();
        assert!(leads.len() == 1 && leads != [1], "another leads: {:?}", sight.nodes);
        assert!(sight.ring["client 1"].contains("2 of 2 answered"), "{}", sight.ring["client 1"]);

        page.do_to("node 1", "Restart").await;
        page.end_as("done").await;
        let sight = page.look().await;
        assert!(sight.nodes[0].contains("follower") && sight.nodes[0].contains("x = hello"), "{}", sight.nodes[0]);

        // In the past, this begins another branch; the one that was known stays.
        page.scrub_to(60).await;
        page.do_to("node 2", "Pause").await;
        page.until("there is another branch", "document.querySelectorAll('#branches li').length === 2").await;
        let sight = page.look().await;
        assert!(sight.nodes[1].contains("follower, paused"), "{}", sight.nodes[1]);
        assert!(sight.roles[1].contains("❚❚"), "{:?}", sight.roles);
        page.do_to("node 2", "Resume").await;
        assert!(!page.look().await.nodes[1].contains("paused"));
        assert_eq!(page.count("#branches li").await, 2, "the end of a branch goes on in it");
        format!("node {} leads when node 1 has crashed", leads[0])
    });
}
