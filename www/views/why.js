// @ts-check
// Why: the reasons of what happened in the current step, or what there is to say of the chosen entry.
import { html } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../../pkg/raft_kv.js").Reason} Reason
 * @typedef {{ why(): Reason[], why_entry(index: number): Reason }} Host
 */

const PAPER = "https://raft.github.io/raft.pdf";
const DISSERTATION = "https://web.stanford.edu/~ouster/cgi-bin/papers/OngaroPhD.pdf";

/**
 * @param {HTMLElement} element
 * @param {Host} host
 * @param {Snapshot} snapshot
 */
export function renderWhy(element, host, snapshot) {
  // Nobody reads reasons that change faster than steps can be followed, and what was said of another step is not left there.
  if (!snapshot.isSlow) {
    if (element.dataset.key === "") return;
    element.dataset.key = "";
    return element.replaceChildren(html("h3", {}, "Why?"), html("p", { class: "none" }, "The run goes on quickly. Pause it to see reasons."));
  }
  const { selection } = snapshot;
  const isEntry = selection?.kind === "entry";
  const reasons = isEntry ? [host.why_entry(selection.index)] : reasonsOf(host, snapshot);
  const title = isEntry ? `The entry at index ${selection.index}` : "Why?";
  const key = JSON.stringify([title, reasons, snapshot.step === 0]);
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  const parts = reasons.map(reason);
  if (parts.length === 0) parts.push(html("p", { class: "none" }, "Nothing has happened yet. After each step, its reasons stand here."));
  element.replaceChildren(html("h3", {}, title), ...parts);
}

/**
 * Those of the chosen line, if the current step has something to say of it; else all of the step.
 * @param {Host} host
 * @param {Snapshot} snapshot
 */
function reasonsOf(host, { step, selection }) {
  if (step === 0) return [];
  const reasons = host.why();
  if (selection?.kind !== "event" || selection.step !== step) return reasons;
  const chosen = reasons.filter(({ place }) => place === selection.place);
  return chosen.length > 0 ? chosen : reasons;
}

/** @param {Reason} reason */
function reason({ line, text, section }) {
  const element = html("div", { class: "reason" });
  if (line) element.append(html("p", { class: "line", dir: "auto", title: line }, line));
  const why = html("p", {});
  why.append(html("bdi", {}, text));
  if (section) {
    const isPaper = section.startsWith("§");
    const title = isPaper ? `${section} of the Raft paper, In Search of an Understandable Consensus Algorithm` : `In Ongaro's ${section}`;
    why.append(" ", html("a", { href: isPaper ? PAPER : DISSERTATION, target: "_blank", rel: "noopener", title }, section));
  }
  element.append(why);
  return element;
}
