//! The network by hand: crashes, pauses, partitions, cut links, and what clients are told to ask for.

use fantoccini::key::Key;

use crate::TIMED;
use crate::browser::Story;
use crate::native::{assert_same_trace, native_with_acts, trace_up_to};
use crate::page::{Page, Point, Pointer, assert_same_sight};

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

        // The crash began a branch, as what was known stays. In the past of that one, another one begins.
        page.scrub_to(60).await;
        page.do_to("node 2", "Pause").await;
        page.until("there is a third branch", "document.querySelectorAll('#branches li').length === 3").await;
        let sight = page.look().await;
        assert!(sight.nodes[1].contains("follower, paused"), "{}", sight.nodes[1]);
        assert!(sight.roles[1].contains("❚❚"), "{:?}", sight.roles);
        page.do_to("node 2", "Resume").await;
        assert!(!page.look().await.nodes[1].contains("paused"));
        assert_eq!(page.count("#branches li").await, 3, "what nobody has seen of a branch is no past");
        format!("node {} leads when node 1 has crashed", leads[0])
    });
}

/// The links that are drawn as cut.
const CUTS: &str = "return document.querySelector('#cluster .cut.ends').getAttribute('d')?.split('M').length - 1";

#[test]
fn a_cluster_is_split_by_a_loop_or_by_boxes_mended_and_split_at_one_link() {
    Story { window: (1280, 800), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.run_this(TIMED).await;
        page.open_hands().await;
        page.scrub_to(60).await;
        let mut acts = Vec::new();

        // A verb that cannot be used says why, and changes nothing.
        let before = page.look().await;
        page.press_in("#panel .common", "Heal all links").await;
        assert_eq!(page.text("#told").await, "Not done: no link is cut.");
        let reason = "return document.querySelector('#panel [data-verb=heal] button').title";
        assert_eq!(page.ask::<String>(reason, &[]).await, "Not now: no link is cut");
        assert_same_sight(&page.look().await, &before, "after what was refused");

        // A loop around nodes 1 and 2; clients reach both sides.
        page.press("Draw a partition").await;
        page.press_in("#parting", "Split").await;
        assert_eq!(page.step().await, 60, "nobody is chosen");
        page.click("#parting .free").await;
        lasso(page, Pointer::Mouse, &["node 1", "node 2"]).await;
        assert_eq!(page.count("#cluster .inside").await, 2);
        page.press_in("#parting", "Split").await;
        acts.push((60, "partition node 1, node 2 | node 3, node 4, node 5"));
        let happened = page.look().await.happened;
        assert_eq!(happened, "Partition: node 1, node 2 | node 3, node 4, node 5");
        let cuts = page.text("#cuts").await;
        assert!(cuts.starts_with("Parted, side A: node 1, node 2; side B: node 3, node 4, node 5"), "{cuts}");
        assert_eq!(page.ask::<u64>(CUTS, &[]).await, 12, "six links, both ways");
        let sight = page.look().await;
        assert!(sight.roles[0].contains("side A") && sight.roles[4].contains("side B"), "{:?}", sight.roles);
        assert!(page.count("#diagram .cut").await > 0, "the diagram shows it, too");
        assert!(!page.shows("#parting").await);
        page.press_in("#panel .common", "Heal all links").await;
        acts.push((61, "heal"));
        assert_eq!(page.text("#cuts").await, "All links work.");
        assert_eq!(page.ask::<Option<u64>>(CUTS, &[]).await.unwrap_or_default(), 0);

        // By keys: the boxes of everybody on the leader's side.
        page.tab_to("#draw").await;
        page.press_key(Key::Enter).await;
        page.tab_to("#parting .free").await;
        page.press_key(Key::Space).await;
        for process in ["node 1", "client 1"] {
            page.tab_to(&format!("#parting input[value='{process}']")).await;
            page.press_key(Key::Space).await;
        }
        page.tab_to("#parting .split").await;
        page.press_key(Key::Enter).await;
        acts.push((62, "partition node 1, client 1 | node 2, node 3, node 4, node 5"));
        assert_eq!(page.look().await.happened, "Partition: node 1, client 1 | node 2, node 3, node 4, node 5");
        assert_eq!(page.focused().await, "Draw a partition", "the focus is where it was");
        page.press_in("#panel .common", "Heal all links").await;
        acts.push((63, "heal"));

        // One link, one way; and back, by the panel of one of its ends.
        page.choose("#links .from", "node 1").await;
        page.choose("#links .to", "node 3").await;
        page.press_in("#links", "Cut").await;
        acts.push((64, "cut node 1 > node 3"));
        assert_eq!(page.text("#cuts").await, "Cut: node 1 → node 3.");
        page.press_in("#links", "Cut").await;
        assert!(page.text("#told").await.starts_with("Not done: "), "it is cut already");
        page.do_to("node 3", "Heal the link").await;
        acts.push((65, "heal node 1 > node 3"));
        assert_eq!(page.text("#cuts").await, "All links work.");
        page.do_to("node 2", "Isolate").await;
        acts.push((66, "partition node 2 | node 1, node 3, node 4, node 5, client 1"));
        page.press_in("#panel .common", "Heal all links").await;
        acts.push((67, "heal"));

        page.end_as("done").await;
        let step = page.step().await;
        page.unfold_trace().await;
        let mut core = native_with_acts(TIMED, 1, &acts);
        assert_same_trace(&page.whole_trace().await, &trace_up_to(&mut core, step));
        format!("{} acts on links make the core's own trace of {step} steps", acts.len())
    });
}

/// Draws a loop around these in the picture of the cluster: around their centre, wide enough for all.
async fn lasso(page: &Page, pointer: Pointer, processes: &[&str]) {
    page.centre_of("#cluster svg").await;
    let mut centres = Vec::new();
    for process in processes {
        centres.push(page.frame(&format!("#cluster [data-process=\"{process}\"] .disc")).await.centre());
    }
    let count = centres.len() as f64;
    let (x, y) = centres.iter().fold((0.0, 0.0), |(x, y), (dx, dy)| (x + dx / count, y + dy / count));
    let reach = centres.iter().map(|(cx, cy)| (cx - x).hypot(cy - y)).fold(0.0, f64::max) + 15.0;
    let corner = |turn: u32| {
        let angle = f64::from(turn) * std::f64::consts::TAU / 12.0;
        (x + reach * angle.cos(), y + reach * angle.sin())
    };
    let way: Vec<Point> = (0..=12).map(corner).collect();
    page.draw(pointer, &way).await;
}

#[test]
fn a_client_puts_gets_and_deletes_what_its_form_says_and_hears_the_answer() {
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        page.open().await;
        page.use_seed("7").await;
        page.open_hands().await;
        page.choose("#request [name=client]", "client 2").await;
        assert_eq!(page.value("#request [name=client]").await, "client 2");
        page.press_in("#request", "Send").await;
        assert_eq!(page.text("#request-error").await, "Not sent: type a key.");
        page.type_into("#request [name=key]", "colour").await;
        page.press_in("#request", "Send").await;
        assert_eq!(page.text("#request-error").await, "Not sent: type a value.");
        page.type_into("#request [name=key]", "two words").await;
        page.press_in("#request", "Send").await;
        assert_eq!(page.text("#request-error").await, "Not sent: a key is one word, without spaces.");
        assert_eq!(page.step().await, 0, "nothing was sent");
        page.type_into("#request [name=key]", "colour").await;
        page.type_into("#request [name=value]", "<i>light</i> blue").await;

        page.finish().await;
        let mut acts = Vec::new();
        for (command, sentence, heard) in [
            ("put", "client 2 put colour <i>light</i> blue", "put colour <i>light</i> blue -> OK"),
            ("get", "client 2 get colour", "get colour -> \"<i>light</i> blue\""),
            ("delete", "client 2 delete colour", "delete colour -> OK"),
        ] {
            page.find("#request [name=command]")
                .await
                .send_keys(command)
                .await
                .expect("it can be chosen by its letters");
            let is_fit = format!("document.querySelector('#request .value').hidden === {}", command != "put");
            page.until("a value is asked for where there is one", &is_fit).await;
            page.press_in("#request", "Send").await;
            let error = page.text("#request-error").await;
            assert_eq!(error, "", "{sentence}");
            acts.push((page.step().await - 1, sentence));
            page.press("End").await;
            page.until(sentence, "/, (done|stuck)/.test(document.querySelector('#where').textContent)").await;
            let line = page.text("#clients li:nth-child(2)").await.to_lowercase();
            assert!(line.contains(&heard.to_lowercase()), "{line}");
        }
        assert_eq!(page.count("#emulation i").await, 0, "what is asked for is text");
        let step = page.step().await;
        let mut core = native_with_acts(crate::DEFAULT, 7, &acts);
        assert_same_trace(&page.whole_trace().await, &trace_up_to(&mut core, step));
        format!("client 2 puts, gets and deletes by hand, {step} steps as in the core")
    });
}
