// @ts-check
// The sections that a run is seen in, as they stand in the laboratory and in an element of somebody's page. Their ids are
// those of the document or shadow root that they stand in.
import { html } from "./dom.js";

/**
 * What there is to be seen of a run.
 * @typedef {"cluster" | "diagram" | "logs" | "trace" | "checks"} ViewName
 */

/** What a picture that is only looked at is called, and one in which things are done. */
const LOOKED_AT = "Cluster: arrow keys go from one to the next, Enter or Space picks a node, client or message";
const ACTED_ON =
  "Cluster: arrow keys go from one to the next, Enter or Space picks a node or client, Space a message; Enter delivers it; " +
  "Shift+F10 opens the menu; a message can be dragged onto its receiver, or out of the picture to lose it";
const GOALS = [
  ["election", "the next election", "Until a node stands for election"],
  ["leader", "the next leader", "Until a node becomes leader"],
  ["commit", "the next commit", "Until a leader commits an entry"],
  ["reply", "the next answer to a client", "Until a client hears an answer"],
  ["violation", "a violation", "Until a property of Raft does not hold"],
];

/** The section of each view; in the cluster's, what is done by hand has its place or not. @type {Record<ViewName, (isByHand: boolean) => HTMLElement>} */
const VIEWS = {
  cluster,
  diagram: () => titled("diagram", "Messages over time"),
  logs: () => {
    const signs = "in the square: term and command · dashed: not known here to be committed · line: commit index · ▴ applied · ● match index · ➜ next index";
    return titled("logs", "Logs and stores ", gap(), " ", html("small", {}, signs));
  },
  trace,
  checks: () => {
    const section = titled("checks", "Checks ", gap(), " ", html("small", {}, "after every step"));
    section.firstElementChild?.setAttribute("tabindex", "-1");
    return section;
  },
};

/**
 * @param {ViewName} name
 * @param {boolean} isByHand whether things are done in it, not only looked at
 */
export function viewSection(name, isByHand) {
  return VIEWS[name](isByHand);
}

/** The controls of time. */
export function playerSection() {
  const end = (/** @type {string} */ sign, /** @type {string} */ words) => [sign, html("span", { class: "hidden-text" }, ` ${words}`)];
  return nest("section", { id: "player", "aria-label": "Time" },
    nest("div", { class: "keys" },
      nest("button", { id: "start", title: "Back to the start (Home)" }, ...end("|◂", "Start")),
      nest("button", { id: "back", title: "One step back (left arrow)" }, "◂", html("span", { class: "word" }, " Back")),
      html("button", { id: "run", class: "primary", title: "Run or pause (space)" }, "▶ Run"),
      nest("button", { id: "forward", title: "One step forward (right arrow)" }, html("span", { class: "word" }, "Step "), "▸"),
      nest("button", { id: "end", title: "On to the end (End)" }, ...end("▸|", "End")),
    ),
    nest("details", { id: "until", class: "menu" },
      html("summary", { class: "button", title: "Run on until something happens, as fast as it goes" }, "Until…"),
      nest("div", { class: "choices", popover: "manual" }, ...GOALS.map(([goal, words, title]) => html("button", { "data-goal": goal, title }, words))),
    ),
    nest("div", { class: "bar" },
      html("div", { class: "bands", "aria-hidden": "true" }),
      html("input", { id: "scrub", type: "range", min: 0, max: 0, step: 1, value: 0, "aria-label": "Step" }),
      html("div", { class: "marks", "aria-hidden": "true" }),
    ),
    nest("label", { class: "speed" }, "Speed ", html("select", { id: "speed" })),
    html("p", { id: "where" }),
    nest("div", { class: "now" }, html("p", { id: "happened" }), html("button", { id: "verdict", hidden: "" })),
    html("p", { id: "told" }),
    html("p", { id: "ending" }),
  );
}

/** @param {boolean} isByHand */
function cluster(isByHand) {
  const caption = nest("div", { class: "caption" }, html("h2", { id: "cluster-title" }, "Cluster"));
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("role", "group");
  picture.setAttribute("aria-label", isByHand ? ACTED_ON : LOOKED_AT);
  const section = nest("section", { id: "cluster", "aria-labelledby": "cluster-title" }, caption, picture);
  if (isByHand) {
    const verbs = "What can be done with what is picked (right click, long press, or Shift+F10 on it)";
    const draw = "Part the cluster in two: draw a loop around one side, or tick who is on it";
    caption.append(
      html("button", { id: "verbs", "aria-haspopup": "menu", title: verbs }, "Do with…"),
      html("button", { id: "draw", "aria-expanded": "false", "aria-controls": "parting", title: draw }, "Draw a partition"),
    );
    section.append(parting());
  }
  section.append(html("p", { id: "cuts" }), legend());
  return section;
}

function parting() {
  return nest("div", { id: "parting", role: "group", "aria-label": "Partition", hidden: "" },
    html("p", {}, "Draw a loop around one side, or tick who is on it."),
    html("div", { class: "boxes", role: "group", "aria-label": "Who is on this side" }),
    nest("div", { class: "keys" },
      html("button", { type: "button", class: "split primary", title: "Cut all links between this side and the others" }, "Split"),
      nest("label", { class: "box" }, html("input", { class: "free", type: "checkbox" }), " clients reach both sides"),
    ),
    html("p", { class: "instead", role: "status" }),
  );
}

function legend() {
  const sign = (/** @type {string} */ name) => html("span", { class: name });
  return nest("p", { class: "legend" },
    sign("dot"), " request ", sign("dot reply"), " reply, + granted, − refused ", sign("dot waits"), " waits ",
    sign("dot client"), " of a client ", sign("dash"), " cut ", sign("turn"), " time to its election timeout",
  );
}

function trace() {
  const section = titled("trace", "Trace ", gap(), " ", html("button", { id: "follow", hidden: "" }, "Follow the run"));
  const title = "Arrows: from line to line. Enter: opens a fold. Click on a line: its step.";
  section.append(
    html("div", { class: "lines", role: "list", tabindex: 0, "aria-labelledby": "trace-title", title }),
    html("div", { class: "why", role: "region", tabindex: 0, "aria-label": "Why" }),
  );
  return section;
}

/**
 * A section with a heading.
 * @param {ViewName} id
 * @param {...(Node | string)} title
 */
function titled(id, ...title) {
  return nest("section", { id, "aria-labelledby": `${id}-title` }, nest("h2", { id: `${id}-title` }, ...title));
}

function gap() {
  return html("span", { class: "gap" });
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
function nest(tag, attributes, ...children) {
  const element = html(tag, attributes);
  element.append(...children);
  return element;
}
