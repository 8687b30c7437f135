// @ts-check
// The help: keys and gestures, how much is said aloud, what the page leaves out, and which engine runs.
import { html } from "../dom.js";
import { openDialog } from "./dialog.js";

/**
 * @typedef {{ shown: string, words: string }} Key
 * @typedef {{ version: number, loudness: string, loudnesses: string[], onLoudness(loudness: string): void }} Page
 */

const GESTURES = [
  ["A click on a line, an arrow, a row", "goes to its step, and picks it in every view"],
  ["A click on a node or a client", "picks it; what can be done to it is offered below"],
  ["A click on a message", "picks it: deliver, drop, duplicate or hold it"],
  ["A click on a mark of the bar", "goes to what was done there"],
  ["A file dropped on the page", "is opened: a saved run or a configuration"],
];

const LEFT_OUT = [
  "Logs are not compacted, and the members of the cluster do not change.",
  "A process does one thing at a time, and its own work takes no time; only messages and timers do.",
  "Messages between two processes arrive in any order in full Raft, and are never altered.",
  "A disk keeps what was written, unless a crash is told to lose entries.",
  "Time is virtual: a run says what can happen, not how fast real machines are.",
];

/** @type {Record<string, string>} */
const LOUDNESS = { off: "nothing", important: "what matters: leaders, refusals, violations, the end", all: "every step, too" };

/**
 * @param {Key[]} keys
 * @param {Page} page
 */
export function openHelp(keys, { version, loudness, loudnesses, onLoudness }) {
  const table = html("table", { class: "keys-table" });
  const rows = keys.map(({ shown, words }) => row(html("kbd", {}, shown), words));
  table.append(html("caption", {}, "They act while the emulation has the focus, and never where you type."), ...rows);
  const gestures = html("table", { class: "keys-table" });
  gestures.append(...GESTURES.map(([what, does]) => row(what, does)));
  const said = html("fieldset");
  said.append(html("legend", {}, "A screen reader says"));
  for (const choice of loudnesses) {
    const label = html("label");
    const radio = /** @type {HTMLInputElement} */ (html("input", { type: "radio", name: "loudness", value: choice }));
    radio.checked = choice === loudness;
    label.append(radio, LOUDNESS[choice]);
    said.append(label);
  }
  said.addEventListener("change", ({ target }) => onLoudness(/** @type {HTMLInputElement} */ (target).value));
  const left = html("ul", { class: "points" });
  left.append(...LEFT_OUT.map((words) => html("li", {}, words)));
  const engine = html("p", { class: "none" }, `Engine version ${version}. A link or a saved run opens in the version that made it.`);
  openDialog("Keys and help", html("h3", {}, "Keys"), table, html("h3", {}, "With mouse or finger"), gestures, said, html("h3", {}, "What is left out"), left, engine);
}

/**
 * @param {Node | string} what
 * @param {string} does
 */
function row(what, does) {
  const row = html("tr");
  const head = html("th", { scope: "row" });
  head.append(what);
  row.append(head, html("td", {}, does));
  return row;
}
