// @ts-check
// The help: keys and gestures, how much is said aloud, what the page leaves out, and which engine runs.
import { html } from "../dom.js";
import { openDialog } from "./dialog.js";

/**
 * @typedef {{ shown: string, words: string }} Key
 * @typedef {{
 *   version: number, loudness: string, loudnesses: string[], onLoudness(loudness: string): void,
 *   areLettersOn: boolean, onLetters(areOn: boolean): void
 * }} Page
 */

const GESTURES = [
  ["A line, a row or an arrow clicked", "is gone to, and picked in every view"],
  ["A node, client or message clicked", "is picked; what can be done with it stands under By hand"],
  ["Right click, long press, Shift+F10", "on a node, client or message: what can be done with it, as a menu"],
  ["Arrow keys in the cluster", "from one node, client or message to the next; Enter or Space picks"],
  ["Enter, X, 2, H on a message", "deliver, drop, duplicate, hold it"],
  ["A message dragged", "onto its receiver is delivered, out of the picture is dropped"],
  ["Arrow keys in the trace", "from line to line"],
  ["A mark on the bar clicked", "leads to what was done there"],
  ["A file dropped on the page", "is opened: a saved run or a configuration"],
];

const LEFT_OUT = [
  "Logs are never compacted (§7), and the members of the cluster never change (§6).",
  "A leader that hears from no majority goes on leading until it hears of a higher term.",
  "What a process does takes no time: only messages and waits do.",
  "Messages are lost, late or there twice, but never altered.",
  "Time is virtual: a run shows what can happen, not how fast real machines are.",
];

/** @type {Record<string, string>} */
const LOUDNESS = { off: "nothing", important: "what matters: leaders, refusals, violations, the end", all: "every step, too" };

/**
 * @param {Key[]} keys
 * @param {Page} page
 */
export function openHelp(keys, { version, loudness, loudnesses, onLoudness, areLettersOn, onLetters }) {
  const table = html("table", { class: "keys-table" });
  const rows = keys.map(({ shown, words }) => row(html("kbd", {}, shown), words));
  table.append(html("caption", {}, "They act wherever you do not type or choose; where the page stands in another one, while the emulation has the focus."), ...rows);
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
  const letters = html("label", { class: "letters" });
  const box = /** @type {HTMLInputElement} */ (html("input", { type: "checkbox" }));
  box.checked = areLettersOn;
  box.addEventListener("change", () => onLetters(box.checked));
  letters.append(box, " letters and signs act as keys; arrows, Space, Home and End always do");
  const left = html("ul", { class: "points" });
  left.append(...LEFT_OUT.map((words) => html("li", {}, words)));
  const engine = html("p", { class: "none" }, `Engine version ${version}. A link or a saved run opens in the version that made it.`);
  const notes = html("p");
  notes.append(html("a", { href: "notes/index.html" }, "A course of nine short chapters"), " in which every picture is live.");
  openDialog("Keys and help", notes, html("h3", {}, "Keys"), table, letters, html("h3", {}, "With mouse or finger"), gestures, said, html("h3", {}, "What is left out"), left, engine);
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
