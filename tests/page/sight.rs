//! What is seen of the run: in the pictures, in the logs, and in the trace.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::{Frame, Page};

/// All that is seen of the run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Sight {
    /// The line that says at which step the run stands.
    pub(crate) place: String,
    /// What this step did, in words.
    pub(crate) happened: String,
    pub(crate) seed: String,
    /// Nodes, clients and main on the ring: how they are drawn, and all that is said of them.
    pub(crate) ring: BTreeMap<String, String>,
    /// The words beside the nodes on the ring.
    pub(crate) roles: Vec<String>,
    pub(crate) messages: Vec<String>,
    /// The heads of the diagram's lanes, and its row of the current step.
    pub(crate) diagram: Vec<String>,
    /// The nodes' rows in the logs: what they are, their entries and their stores.
    pub(crate) nodes: Vec<String>,
    pub(crate) why: String,
    /// Whose turn it was, in each of the views.
    pub(crate) highlighted: Vec<String>,
    pub(crate) lines: Vec<Line>,
}

impl Sight {
    /// What the ring says of each client.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &str> {
        self.ring.iter().filter(|(process, _)| process.starts_with("client")).map(|(_, words)| words.as_str())
    }

    /// The numbers of the nodes that are drawn as leaders on the ring and told as such in the logs.
    pub(crate) fn leaders(&self) -> Vec<usize> {
        let is_leader = |&id: &usize| {
            let (ring, row) = (&self.ring[&format!("node {id}")], &self.nodes[id - 1]);
            let leads = row.contains("★ ");
            assert_eq!(ring.contains(": leader,"), leads, "ring and logs agree on node {id}: {ring}");
            leads
        };
        (1..=self.nodes.len()).filter(is_leader).collect()
    }
}

/// Compares two sights, and tells what differs. Which lines of the trace and which rows of the diagram are in the page depends
/// on the way there: those of the current step always are.
#[track_caller]
pub(crate) fn assert_same_sight(one: &Sight, other: &Sight, when: &str) {
    let [one, other] = [one, other].map(|sight| {
        let lines = sight.lines.iter().filter(|line| line.now).cloned().collect();
        // Which lanes there is room for depends on the rows that are drawn.
        let diagram = sight.diagram.iter().next_back().cloned().into_iter().collect();
        format!("{:#?}", Sight { lines, diagram, ..sight.clone() })
    });
    let differs = |(one, other): &(&str, &str)| one != other;
    let differing: Vec<(&str, &str)> = one.lines().zip(other.lines()).filter(differs).take(5).collect();
    assert!(one == other, "{when} it looks otherwise: {differing:#?}");
}

/// A line of the trace.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Line {
    /// The first one is 1.
    pub(crate) place: u64,
    pub(crate) step: u64,
    pub(crate) text: String,
    /// Whether it belongs to the current step, and is drawn so.
    pub(crate) now: bool,
    /// Whether it can be seen as the list is scrolled; the others stand ready above and below.
    pub(crate) visible: bool,
}

const LINES: &str = "
    const list = document.querySelector('#trace .lines');
    const { top, bottom } = list.getBoundingClientRect();
    const said = (row) => [...row.childNodes].slice(1).map((it) => it.textContent).join('');
    const lines = [...list.querySelectorAll('[role=listitem]:not(.fold)')].map((row) => {
        const frame = row.getBoundingClientRect();
        return {
            place: Number(row.dataset.place) + 1,
            step: Number(row.dataset.step),
            text: said(row),
            now: row.classList.contains('now'),
            visible: frame.top > top - 1 && frame.bottom < bottom + 1,
        };
    });
";

const SIGHT: &str = "
    // Who looks at the pictures has them in the window.
    document.querySelector('#diagram').scrollIntoView({ block: 'nearest' });
    await drawn();
    await drawn();
    const all = (selector, tell) => [...document.querySelectorAll(selector)].map(tell);
    const text = (selector) => document.querySelector(selector).textContent;
    const title = (element) => element.querySelector('title').textContent;
    const classes = (element) => [...element.classList].sort().join(' ');
    const current = document.querySelector('#diagram .row.current');
    return {
        place: text('#where'),
        happened: text('#happened'),
        seed: document.querySelector('#seed-value').value,
        ring: Object.fromEntries(all('#cluster [data-process]', (it) =>
            [it.dataset.process, `${classes(it)} ${title(it)} ${it.querySelector('.votes')?.dataset.votes ?? ''}`])),
        roles: all('#cluster .role', (it) => it.textContent),
        messages: all('#cluster [data-message]', (it) => [classes(it), title(it), it.style.transform].join(' ')).sort(),
        diagram: [...all('#diagram .heads button', (it) => it.ariaLabel), current ? `at step ${current.dataset.step}` : 'no row'],
        nodes: all('#logs tbody tr', (it) => it.innerText),
        why: text('#trace .why'),
        highlighted: all('#emulation .actor', (it) =>
            it.closest('section').id + ': ' + (it.dataset.process ?? it.querySelector('[data-process]').dataset.process)),
        lines,
    };
";

const WHOLE_TRACE: &str = "
    const list = document.querySelector('#trace .lines');
    const lines = [];
    // What is still being drawn may scroll it once more.
    do {
        list.scrollTop = 0;
        await drawn();
    } while (list.scrollTop > 0);
    for (let left = 100; left > 0 && !list.querySelector('[data-place=\"0\"]'); left -= 1) await drawn();
    for (;;) {
        await drawn();
        const rows = [...list.querySelectorAll('[role=listitem]')];
        for (const row of rows) {
            if (row.dataset.fold !== undefined) throw new Error('lines are folded');
            lines[row.dataset.place] = [...row.childNodes].slice(1).map((it) => it.textContent).join('');
        }
        if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) break;
        list.scrollTop += (rows.length - 14) * 20;
    }
    return Array.from(lines, (line, place) => line ?? `line ${place + 1} was never in the page`).join('\\n') + '\\n';
";

impl Page {
    /// All that is seen of the run.
    pub(crate) async fn look(&self) -> Sight {
        self.ask_patiently(&format!("await drawn(); {LINES}{SIGHT}"), &[]).await
    }

    /// The lines of the trace that are in the page now.
    pub(crate) async fn lines(&self) -> Vec<Line> {
        self.ask(&format!("{LINES} return lines"), &[]).await
    }

    /// The last line of the trace that is in the page now.
    pub(crate) async fn last_line(&self) -> Line {
        let lines: Vec<Line> = self.ask_patiently(&format!("await drawn(); {LINES} return lines"), &[]).await;
        lines.into_iter().next_back().expect("the trace has a line")
    }

    /// The trace up to the current step, read line by line while scrolling from its start. Folded, it cannot be read so.
    pub(crate) async fn whole_trace(&self) -> String {
        self.ask_patiently(WHOLE_TRACE, &[]).await
    }

    /// Has the trace show heartbeats line by line.
    pub(crate) async fn unfold_trace(&self) {
        self.open_filter().await;
        self.click("#filter .keys:last-child label:nth-child(2) input").await;
        self.press_in("#trace", "Find and filter…").await;
    }

    /// Opens the tools that look for lines and choose among them.
    pub(crate) async fn open_filter(&self) {
        self.press_in("#trace", "Find and filter…").await;
        self.until("the tools are there", "document.activeElement.id === 'sought'").await;
    }

    /// Where a line of the configuration is drawn: beside its number.
    pub(crate) async fn config_line(&self, line: usize) -> Frame {
        let script = "
            const numbers = document.querySelector('#editor .gutter').firstChild;
            const start = numbers.data.split('\\n').slice(0, arguments[0] - 1).join('\\n').length + (arguments[0] > 1 ? 1 : 0);
            const range = document.createRange();
            range.setStart(numbers, start);
            range.setEnd(numbers, start + String(arguments[0]).length);
            return range.getBoundingClientRect();
        ";
        self.ask(script, &[json!(line)]).await
    }
}
