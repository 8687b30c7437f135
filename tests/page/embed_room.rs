//! The room that the element has in somebody's notes: how wide it is there, what it takes from them and what it leaves as it
//! is, and that what opens in it stays where it belongs.

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::browser::Story;
use crate::page::Page;

/// Puts `it` into containers one after another, and returns of each its name, how wide `it` is in it, and how much wider than
/// the window the page is.
const WIDTHS: &str = "
    const it = document.getElementById('it');
    const place = document.getElementById('place');
    const box = (style, tag = 'div') => Object.assign(document.createElement(tag), { style });
    const text = () => Object.assign(box('margin: 0', 'p'), { textContent: 'Text that stands beside. '.repeat(20) });
    const within = (...boxes) => (place.append(boxes[0]), boxes.reduce((outer, inner) => (outer.append(inner), inner)));
    const containers = {
        block: () => within(box('')),
        details: () => within(Object.assign(box('', 'details'), { open: true })),
        column: () => within(box('display: flex; flex-direction: column; align-items: center')),
        grid: () => within(box('display: grid; place-items: center')),
        narrow: () => within(box('width: 260px')),
        float: () => within(box('float: left')),
        inline: () => within(box('display: inline-block')),
        cell: () => within(box('', 'table'), box('', 'tr'), box('', 'td')),
        row: () => (within(box('display: flex')).append(text()), place.lastChild),
        beside: () => (within(box('display: grid; grid-template-columns: auto auto')).append(text()), place.lastChild),
    };
    return Object.entries(containers).map(([name, make]) => {
        make().append(it);
        const { width } = it.getBoundingClientRect();
        const within = at('it', '#cluster').getBoundingClientRect().width;
        const over = document.documentElement.scrollWidth - innerWidth;
        place.replaceChildren(it);
        return [name, Math.round(width), Math.round(width - within), over];
    });
";

async fn widths(page: &Page) -> Vec<(String, i64, i64, i64)> {
    page.open_notes("wrong.html").await;
    let all_of_the_window = "
        document.body.style.cssText = 'margin: 0; padding: 0; max-width: none';
        document.documentElement.style.scrollbarGutter = 'auto';
    ";
    page.ask::<Value>(all_of_the_window, &[]).await;
    page.put("it", &[("scenario", "partition"), ("views", "cluster"), ("controls", "none")]).await;
    page.until_live("it").await;
    page.ask(WIDTHS, &[]).await
}

#[test]
fn it_has_a_width_in_every_container() {
    Story { window: (1000, 800), ..Story::default() }.tell(async |page| {
        for (name, width, less, over) in widths(page).await {
            let (least, most) = match name.as_str() {
                "block" | "details" | "column" | "grid" => (1000, 1000),
                "narrow" => (260, 260),
                "float" | "inline" => (640, 640),
                "cell" | "row" | "beside" => (280, 640),
                _ => unreachable!("{name} is one of the above"),
            };
            assert!((least..=most).contains(&width) && (less, over) == (0, 0), "{name}: {width}, {less}, {over}");
        }
        "it fills what is wide, and is wide enough in what is not".to_owned()
    });
    Story { window: (320, 640), ..Story::default() }.tell(async |page| {
        for (name, width, _, over) in widths(page).await {
            // Beside a text there is none left.
            let is_alone = !["row", "beside"].contains(&name.as_str());
            assert!((260..=320).contains(&width) && (!is_alone || over <= 0), "{name}: {width}, {over}");
        }
        "in narrow notes, too".to_owned()
    });
}

/// What is set otherwise within the views than where nothing is set, and the colours of link and loaded words.
const LEAKS: &str = "
    const bare = document.body.appendChild(document.createElement('iframe'));
    const usual = bare.contentWindow.getComputedStyle(bare.contentDocument.body);
    const names = ['wordBreak', 'textAlignLast', 'letterSpacing', 'textTransform', 'textEmphasisStyle', 'webkitTextStrokeWidth',
        'stroke', 'fillOpacity', 'fontSynthesis', 'direction', 'fontStyle', 'fontWeight', 'cursor'];
    const style = getComputedStyle(at('it', '#happened'));
    const leaks = names.filter((name) => style[name] !== usual[name]);
    if (style.webkitTextFillColor !== style.color) leaks.push('webkitTextFillColor');
    bare.remove();
    return leaks;
";

#[test]
fn the_static_picture_is_the_pages_own_and_the_views_take_the_font_alone() {
    Story { window: (1000, 800), ..Story::default() }.tell(async |page| {
        page.open_notes("room.html").await;
        page.until_state("pictured", "refused").await;
        let same = "
            const names = ['color', 'fontSize', 'lineHeight', 'fontStyle', 'fontWeight', 'direction', 'textAlign', 'colorScheme', 'letterSpacing'];
            const [prose, ...own] = ['prose', 'figure', 'words'].map((id) => getComputedStyle(document.getElementById(id)));
            return names.filter((name) => own.some((it) => it[name] !== prose[name]));
        ";
        assert_eq!(page.ask::<Vec<String>>(same, &[]).await, [""; 0], "the picture has this otherwise than its page");
        let wide = "
            const sizes = ['wide', 'far'].map((id) => document.getElementById(id).getBoundingClientRect());
            const fits = ({ width, height }) => width <= innerWidth && Math.round(width / height) === 10;
            return sizes.every(fits) && document.documentElement.scrollWidth <= innerWidth;
        ";
        assert!(page.ask::<bool>(wide, &[]).await, "no picture is wider than its place");
        page.show_on("print", &[]).await;
        assert!(page.ask::<bool>(wide, &[]).await, "nor on paper");
        page.show_on("screen", &[]).await;

        page.put("it", &[("scenario", "partition"), ("step", "60")]).await;
        page.until_live("it").await;
        assert_eq!(page.ask::<Vec<String>>(LEAKS, &[]).await, [""; 0], "this is set by the page, and heeded by the views");
        let font = "return getComputedStyle(at('it', '#happened')).fontFamily === getComputedStyle(document.body).fontFamily";
        assert!(page.ask::<bool>(font, &[]).await);
        let colour = "return getComputedStyle(at('it', '[part=link]')).color";
        assert_eq!(page.ask::<String>(colour, &[]).await, "rgb(238, 238, 238)", "the link is read where the text is");
        page.ask::<Value>("document.querySelector('main').style.visibility = 'hidden'", &[]).await;
        let seen = "return at('it', '#run').checkVisibility({ visibilityProperty: true })";
        assert!(!page.ask::<bool>(seen, &[]).await, "what the page hides is hidden");
        "the picture looks as its page, and the views as ever".to_owned()
    });
}

/// Whether the page's dialog, the menu of goals, the drawing of a partition are open, and whether something is picked.
const OPEN: &str = "
    const picked = at('it', '#cluster [aria-pressed=true]') !== null;
    return [document.querySelector('dialog').open, at('it', '#until').open, !at('it', '#parting').hidden, picked];
";

#[test]
fn escape_closes_one_thing_and_only_then_the_pages_dialog() {
    Story { window: (1000, 800), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "partition"), ("views", "cluster"), ("controls", "all"), ("step", "60")]).await;
        let dialog = "
            const dialog = document.createElement('dialog');
            dialog.append(document.getElementById('it'));
            document.querySelector('main').append(dialog);
            dialog.showModal();
        ";
        page.ask::<Value>(dialog, &[]).await;
        page.until_live("it").await;
        page.press_within("it", "#until summary").await;
        assert_eq!(page.ask::<Value>(OPEN, &[]).await, json!([true, true, false, false]));
        page.press_key(Key::Escape).await;
        assert_eq!(page.ask::<Value>(OPEN, &[]).await, json!([true, false, false, false]));
        page.press_within("it", "#draw").await;
        page.until("a partition can be drawn", "!at('it', '#parting').hidden").await;
        page.ask::<Value>("at('it', '#parting input').focus()", &[]).await;
        page.press_key(Key::Escape).await;
        assert_eq!(page.ask::<Value>(OPEN, &[]).await, json!([true, false, false, false]));
        page.ask::<Value>("at('it', '#cluster [data-process=\"node 3\"]').focus()", &[]).await;
        page.press_char(' ').await;
        assert_eq!(page.ask::<Value>(OPEN, &[]).await, json!([true, false, false, true]));
        page.press_key(Key::Escape).await;
        assert_eq!(page.ask::<Value>(OPEN, &[]).await, json!([true, false, false, false]));
        page.press_key(Key::Escape).await;
        page.until("the dialog is closed", "!document.querySelector('dialog').open").await;
        "the dialog was closed by the fourth Escape".to_owned()
    });
}

/// How far the menu of goals is from its button, and the menu of verbs from the middle of its node: to the right and downward.
const AWAY: &str = "
    const [isOfGoals] = arguments;
    const place = (selector) => at('it', selector).getBoundingClientRect();
    const [opener, menu] = (isOfGoals ? ['#until summary', '.choices'] : ['#cluster [data-process=\"node 1\"]', '#menu']).map(place);
    const beside = Math.min(Math.abs(menu.top - opener.bottom), Math.abs(opener.top - menu.bottom));
    const away = isOfGoals ? [menu.left - opener.left, beside]
        : [menu.left - opener.left - opener.width / 2, menu.top - opener.top - opener.height / 2];
    return Math.max(...away.map(Math.abs));
";

#[test]
fn menus_stay_beside_what_opened_them_where_the_page_is_zoomed_and_scrolled_in_part() {
    Story { window: (1200, 900), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "partition"), ("views", "cluster"), ("controls", "all"), ("step", "60")]).await;
        let part = "
            const place = document.getElementById('place');
            document.body.style.maxWidth = 'none';
            place.style = 'height: 700px; overflow: auto';
            for (const [where, height] of [['prepend', 300], ['append', 2000]]) {
                place[where](Object.assign(document.createElement('div'), { style: `height: ${height}px` }));
            }
        ";
        page.ask::<Value>(part, &[]).await;
        page.until_live("it").await;
        for zoom in [1.0, 0.7] {
            let scroll = "
                const place = document.getElementById('place');
                document.body.style.zoom = arguments[0];
                place.scrollTop = arguments[1];
                await drawn();
            ";
            page.ask_patiently::<Value>(scroll, &[zoom.into(), 250.into()]).await;
            page.press_within("it", "#until summary").await;
            page.until("there are goals", "at('it', '.choices').matches(':popover-open')").await;
            for top in [250, 290] {
                page.ask_patiently::<Value>(scroll, &[zoom.into(), top.into()]).await;
                let away: f64 = page.ask(AWAY, &[true.into()]).await;
                assert!(away < 7.0, "the goals are {away} pixels away, {zoom} times as large, scrolled to {top}");
            }
            page.press_key(Key::Escape).await;
            let ask = "
                const node = at('it', '#cluster [data-process=\"node 1\"]');
                const { left, top, width, height } = node.getBoundingClientRect();
                const at_ = { clientX: left + width / 2, clientY: top + height / 2 };
                node.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, composed: true, ...at_ }));
            ";
            page.ask::<Value>(ask, &[]).await;
            page.until("there is a menu", "at('it', '#menu')?.matches(':popover-open')").await;
            for top in [290, 310] {
                page.ask_patiently::<Value>(scroll, &[zoom.into(), top.into()]).await;
                let away: f64 = page.ask(AWAY, &[false.into()]).await;
                assert!(away < 3.0, "the menu is {away} pixels away, {zoom} times as large, scrolled to {top}");
            }
            page.press_key(Key::Escape).await;
        }
        "menus stay beside what opened them".to_owned()
    });
}

#[test]
fn what_leads_nowhere_is_no_button_and_what_is_heard_is_heard_once() {
    Story { window: (1000, 800), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("config", "broken.toml"), ("views", "cluster")]).await;
        page.until_live("it").await;
        let verdict = "const it = at('it', '#verdict'); return [it.localName, it.textContent.includes('properties hold')]";
        assert_eq!(page.ask::<Value>(verdict, &[]).await, json!(["span", true]));
        let heard = "return [...document.getElementById('it').shadowRoot.querySelectorAll('[role=status], [aria-live]')].map((it) => it.ariaLive)";
        assert_eq!(page.ask::<Value>(heard, &[]).await, json!(["polite", "assertive"]), "one voice, in two tones");

        page.ask::<Value>("document.getElementById('it').until('violation')", &[]).await;
        page.until("a property is violated", "document.getElementById('it').snapshot.violations.length > 0").await;
        let broken = page.step_of("it").await.expect("it stands somewhere");
        page.ask::<Value>("document.getElementById('it').seek(1e6)", &[]).await;
        page.until("the run is over", "document.getElementById('it').snapshot.over").await;
        page.press_within("it", "button#verdict").await;
        page.until_step("it", broken).await;
        // Who steps back with the focus on it stays there.
        page.press_key(Key::Left).await;
        page.until_step("it", broken - 1).await;
        assert_eq!(page.ask::<Value>(verdict, &[]).await, json!(["span", true]));
        let focused = "return document.getElementById('it').shadowRoot.activeElement?.id";
        assert_eq!(page.ask::<String>(focused, &[]).await, "verdict");

        page.ask::<Value>("document.getElementById('it').views = 'cluster checks'", &[]).await;
        page.until("there are checks", "at('it', '#checks-title')").await;
        page.press_within("it", "button#verdict").await;
        assert_eq!(page.ask::<String>(focused, &[]).await, "checks-title");
        format!("without checks the verdict leads to step {broken} alone")
    });
}

#[test]
fn what_is_moved_keeps_its_styles_and_what_is_changed_keeps_the_focus() {
    Story { window: (1000, 800), ..Story::default() }.tell(async |page| {
        page.open_notes("wrong.html").await;
        page.put("it", &[("scenario", "partition"), ("step", "60")]).await;
        page.until_live("it").await;
        let moved = "
            const it = document.getElementById('it');
            const heights = [it.offsetHeight];
            document.querySelector('main').append(it);
            for (let left = 4; left > 0; left -= 1) {
                heights.push(it.offsetHeight);
                await drawn();
            }
            return heights.every((height) => height === heights[0]);
        ";
        assert!(page.ask_patiently::<bool>(moved, &[]).await, "its height is the same all the time");
        assert_eq!(page.step_of("it").await, Some(60));

        let focused = "return document.getElementById('it').shadowRoot.activeElement?.className ?? ''";
        let changes = [
            ("views", "logs", "at('it', '#logs')"),
            ("controls", "all", "at('it', '#player')"),
            ("scenario", "split-vote", "at('it').ariaLabel === 'A split vote' && at('it', '#logs')"),
        ];
        for (name, value, is_there) in changes {
            page.ask::<Value>("at('it', '#forward').focus({ preventScroll: true })", &[]).await;
            page.ask::<Value>("document.getElementById('it')[arguments[0]] = arguments[1]", &[name.into(), value.into()]).await;
            page.until("the other is there", is_there).await;
            page.until_live("it").await;
            assert_eq!(page.ask::<String>(focused, &[]).await, "element", "{name}");
        }

        // In another document, too.
        let away = "
            const frame = document.querySelector('main').appendChild(document.createElement('iframe'));
            frame.style = 'width: 800px; height: 600px';
            frame.contentDocument.body.append(document.getElementById('it'));
            window.moved = frame.contentDocument.getElementById('it');
            frame.scrollIntoView();
        ";
        page.ask::<Value>(away, &[]).await;
        page.until("it is there", "window.moved.shadowRoot.querySelector('.element').dataset.state === 'live'").await;
        let grid = "const win = window.moved.ownerDocument.defaultView; return win.getComputedStyle(window.moved.shadowRoot.querySelector('.stage')).display";
        assert_eq!(page.ask::<String>(grid, &[]).await, "grid");
        page.assert_untouched().await;
        "moved and changed it stays what it was".to_owned()
    });
}
