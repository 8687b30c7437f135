//! How elements come into somebody's notes and go: made by scripts, before and after the browser knows them; moved, cloned,
//! removed.

use serde_json::{Value, json};

use crate::browser::{Story, variable};
use crate::page::Page;

/// Makes the element known, twice as two scripts on a page may do.
async fn define(page: &Page) {
    let define = "for (const name of ['raft-kv.js', 'raft-kv.js?twice']) await import(new URL(name, arguments[0]));";
    page.ask_patiently::<Value>(define, &[variable("RAFT_KV_SITE").into()]).await;
}

#[test]
fn made_by_scripts_before_and_after_it_is_known() {
    Story { window: (1100, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("later.html").await;
        // Before the browser knows it: properties, and a configuration that comes a piece at a time.
        let early = "
            const early = document.createElement('raft-kv');
            Object.assign(early, { id: 'early', scenario: 'split-vote', step: 5, views: ['cluster'], autoplay: false });
            document.querySelector('#place').append(early);
        ";
        page.ask::<Value>(early, &[]).await;
        define(page).await;
        page.until_step("early", 5).await;
        page.until_live("early").await;
        let views = "return document.getElementById('early').getAttribute('views')";
        assert_eq!(page.ask::<String>(views, &[]).await, "cluster");

        // Afterwards: first the element, then its configuration.
        let late = "
            const late = document.createElement('raft-kv');
            late.id = 'late';
            document.querySelector('#place').prepend(late);
            await drawn();
            const script = document.createElement('script');
            script.type = 'application/toml';
            script.textContent = 'seed = 5\\nnum_nodes = 4\\n';
            late.append(script);
            await late.ready;
        ";
        page.ask_patiently::<Value>(late, &[]).await;
        let of_late = "document.getElementById('late').snapshot";
        page.until("its configuration runs", &format!("{of_late}?.nodes.length === 4 && {of_late}.seed === 5")).await;

        // What comes after it is not what runs, until all of it has come.
        let slow = "
            document.open();
            document.write('<main><div id=place><raft-kv id=slow views=cluster>');
            for (let left = 10; left > 0; left -= 1) await drawn();
            const before = document.getElementById('slow').snapshot;
            document.write('<script type=application/toml>num_nodes = 4<' + '/script></raft-kv></div></main>');
            document.close();
            await document.getElementById('slow').ready;
            return [before, document.getElementById('slow').snapshot.nodes.length];
        ";
        assert_eq!(page.ask_patiently::<Value>(slow, &[]).await, json!([null, 4]));
        page.assert_untouched().await;
        "made before and after it is known, and a piece at a time".to_owned()
    });
}

#[test]
fn moved_cloned_removed_and_put_back() {
    Story { window: (1100, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("later.html").await;
        define(page).await;
        let late = "
            const late = document.createElement('raft-kv');
            late.id = 'late';
            const script = document.createElement('script');
            late.append(Object.assign(script, { type: 'application/toml', textContent: 'num_nodes = 3' }));
            document.querySelector('#place').append(late);
        ";
        page.ask::<Value>(late, &[]).await;
        page.until_live("late").await;

        // Moved, it goes on; a clone begins anew.
        page.ask::<Value>("document.getElementById('late').seek(9)", &[]).await;
        page.until_step("late", 9).await;
        let move_it = "
            const late = document.getElementById('late');
            document.querySelector('#place').append(late);
            const copy = late.cloneNode(true);
            copy.id = 'copy';
            document.querySelector('#place').prepend(copy);
        ";
        page.ask::<Value>(move_it, &[]).await;
        page.scroll_to("#copy").await;
        page.until_live("copy").await;
        assert_eq!((page.step_of("late").await, page.step_of("copy").await), (Some(9), Some(0)));
        page.press_within("copy", "#forward").await;
        assert_eq!((page.step_of("late").await, page.step_of("copy").await), (Some(9), Some(1)));

        // Removed, it ends; what is put back begins anew.
        let remove = "
            window.late = document.getElementById('late');
            late.play();
            late.remove();
            await drawn();
            return [late.snapshot === null, late.shadowRoot.querySelectorAll('section').length];
        ";
        assert_eq!(page.ask_patiently::<Value>(remove, &[]).await, json!([true, 0]));
        page.ask::<Value>("document.querySelector('#place').prepend(window.late)", &[]).await;
        page.until_live("late").await;
        assert_eq!(page.step_of("late").await, Some(0));
        page.assert_untouched().await;
        "moved it goes on; cloned, and put back, it begins anew".to_owned()
    });
}
