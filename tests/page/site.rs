//! The page as a site under some folder of a host, where all is in one place.

use serde_json::Value;

use crate::browser::{Story, variable};

#[test]
fn the_laboratory_of_a_site_runs_below_any_folder() {
    Story::default().tell(async |page| {
        let site = variable("RAFT_KV_SITE");
        page.open_at(&format!("{site}index.html?scenario=split-vote")).await;
        page.is_ready().await;
        let sight = page.look().await;
        assert_eq!(sight.nodes.len(), 4, "the scenario is there: {:?}", sight.nodes);
        let requests = page.requests().await;
        for (address, status) in &requests {
            assert!(address.starts_with(&site) && *status == 200, "{address}: {status}");
        }
        assert!(requests.contains_key(&format!("{site}pkg/raft_kv_bg.wasm")), "{requests:?}");
        format!("the site's laboratory stands after {} requests below {site}", requests.len())
    });
}

#[test]
fn the_gallery_of_a_site_leads_to_each_scenario() {
    Story::default().tell(async |page| {
        let site = variable("RAFT_KV_SITE");
        page.open_at(&format!("{site}gallery.html")).await;
        let links: Vec<String> =
            page.ask("return [...document.querySelectorAll('h2 a')].map((it) => it.href)", &[]).await;
        assert!(links.len() >= 10 && links.iter().all(|link| link.starts_with(&site)), "{links:?}");
        let title = page.text("#figure-8 h2").await;
        page.ask::<Value>("document.querySelector('#figure-8 h2 a').click(); return null", &[]).await;
        page.is_ready().await;
        page.until_said("#story h2", &title).await;
        format!("the gallery lists {} scenarios and leads to the laboratory", links.len())
    });
}
