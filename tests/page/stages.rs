//! Stages: views of runs in shadow roots of a page, several at once, each of which heeds itself alone and leaves nothing
//! behind.

use serde_json::{Value, json};

use crate::browser::Story;
use crate::page::Page;

/// Two stages beneath the laboratory: `stages[0]` to be led through time, `stages[1]` to be acted on.
const RAISE: &str = "
    const { Store } = await import(new URL('emulation.js', location));
    const { Stage } = await import(new URL('stage.js', location));
    const { dress, scenarioText } = await import(new URL('assets.js', location));
    const toml = await scenarioText('partition');
    window.stages = [];
    const choices = [
        { views: ['cluster', 'trace'], controls: 'time' },
        { views: ['logs', 'cluster', 'cluster'], controls: 'all' },
    ];
    for (const choice of choices) {
        const host = document.createElement('div');
        const root = host.attachShadow({ mode: 'open' });
        const frame = document.createElement('div');
        frame.className = 'element';
        frame.dataset.state = 'live';
        const place = document.createElement('div');
        place.className = 'stage';
        frame.append(place);
        root.append(frame);
        document.body.append(host);
        await dress(root);
        const [store, life] = [await Store.load(), new AbortController()];
        store.apply('partition.toml', toml, 7);
        await Stage.raise(root, place, store, choice, life.signal);
        stages.push({ host, root, place, store, life });
    }
    await drawn();
    return null;
";

/// The steps of the laboratory and of both stages.
async fn steps(page: &Page) -> [u64; 3] {
    let stages = "return stages.map(({ store }) => store.snapshot.step)";
    let [first, second]: [u64; 2] = page.ask(stages, &[]).await;
    [page.step().await, first, second]
}

/// Does something in the stages, and lets it be drawn.
async fn within(page: &Page, script: &str) -> Value {
    let script = format!(
        "const [first, second] = stages;
        const answer = await (async () => {{ {script} }})();
        await drawn();
        return answer ?? null;"
    );
    page.ask_patiently(&script, &[]).await
}

#[test]
fn stages_in_shadow_roots_heed_themselves_alone_and_leave_nothing() {
    Story::default().tell(async |page| {
        page.open().await;
        page.ask_patiently::<Value>(RAISE, &[]).await;
        let sections = "return stages.map(({ root }) => [...root.querySelectorAll('section')].map(({ id }) => id))";
        let expected = json!([["cluster", "trace", "player"], ["logs", "cluster", "player"]]);
        assert_eq!(within(page, sections).await, expected, "what is asked for stands there once, in this order");
        lead(page).await;
        act(page).await;
        take_away(page).await;
        "two stages beneath the laboratory are led, acted on and taken away, each by itself".to_owned()
    });
}

/// Buttons, keys and what is picked are each stage's own.
async fn lead(page: &Page) {
    within(page, "first.root.querySelector('#forward').click()").await;
    assert_eq!(steps(page).await, [0, 1, 0], "a button leads its own run");

    let press = "
        for (const key of ['ArrowRight', 'n']) {
            const event = new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true });
            second.root.querySelector('h2').dispatchEvent(event);
        }
    ";
    within(page, press).await;
    let [_, first, second] = steps(page).await;
    assert_eq!([first, second], [1, 2], "a key leads the run that it is pressed in");

    let pick = "
        for (const { store } of stages) store.seek(70);
        first.root.querySelector('#cluster [data-process=\"node 3\"]').dispatchEvent(new MouseEvent('click', { bubbles: true }));
        return stages.map(({ store }) => store.snapshot.selection?.process ?? '');
    ";
    assert_eq!(within(page, pick).await, json!(["node 3", ""]));
}

/// What is gone is still, and the others go on.
async fn take_away(page: &Page) {
    let end = "
        second.store.toggle();
        second.life.abort();
        second.store.dispose();
        const { step } = second.store.snapshot;
        second.store.seek(3);
        second.store.act('crash node 2');
        await new Promise((resolve) => setTimeout(resolve, 100));
        return [second.place.childElementCount, second.store.isBegun, second.store.snapshot.step === step];
    ";
    assert_eq!(within(page, end).await, json!([0, false, true]), "what is gone is still");
    let [_, before, _] = steps(page).await;
    within(page, "first.root.querySelector('#back').click()").await;
    assert_eq!(steps(page).await[1], before - 1, "the others go on");
}

/// Asks for the menu of a node in the second stage, and waits for it.
const OPEN_MENU: &str = "
    const node = second.root.querySelector('#cluster [data-process=\"node 3\"]');
    node.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
    while (!second.root.querySelector('#menu:popover-open')) await drawn();
";

/// What is done by hand, where there is no workbench: the menu offers the choices, and closes when something else is
/// pressed.
async fn act(page: &Page) {
    let asked = "
        const node = first.root.querySelector('#cluster [data-process=\"node 3\"]');
        const isLeft = node.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
        await new Promise((resolve) => setTimeout(resolve, 300));
        return [isLeft, first.root.querySelectorAll('#menu').length];
    ";
    assert_eq!(within(page, asked).await, json!([true, 0]), "where nothing is done by hand there is no menu");

    let chosen = format!(
        "{OPEN_MENU}
        const menu = second.root.querySelector('#menu');
        menu.querySelector('[data-verb=cut-to]').click();
        const items = [...menu.querySelectorAll('button')];
        items[1].click();
        const {{ dataset }} = second.root.activeElement;
        const names = items.slice(0, 3).map((it) => it.textContent);
        return [names, second.store.snapshot.cuts, menu.matches(':popover-open'), dataset.process];"
    );
    let expected = json!([["node 1", "node 2", "node 4"], [["node 3", "node 2"]], false, "node 3"]);
    assert_eq!(within(page, &chosen).await, expected, "the menu offers who it is cut from, and gives the focus back");

    let pressed = format!(
        "{OPEN_MENU}
        const menu = second.root.querySelector('#menu');
        menu.querySelector('button').dispatchEvent(new PointerEvent('pointerdown', {{ bubbles: true, composed: true }}));
        const stays = menu.matches(':popover-open');
        document.body.dispatchEvent(new PointerEvent('pointerdown', {{ bubbles: true }}));
        return [stays, menu.matches(':popover-open')];"
    );
    let closed = within(page, &pressed).await;
    assert_eq!(closed, json!([true, false]), "a press elsewhere closes the menu, one within it does not");
}
