// @ts-check
// What the reader can do to the cluster: part the nodes, mend the links, lose a message.
import { disable, find, html, write } from "../dom.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/** More links than this are counted, not named. */
const NAMED = 6;

/** @param {Snapshot} snapshot */
function nodeNames({ nodes }) {
  return nodes.map(({ id }) => `node ${id}`);
}

/** @param {Element} element */
function chosenNodes(element) {
  return [...element.querySelectorAll("input:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value);
}

/**
 * What a button does.
 * @param {HTMLElement} button
 * @param {Element} element where nodes are chosen
 * @param {Snapshot} snapshot
 * @returns {string} a sentence of the little language of acts
 */
export function actOf(button, element, snapshot) {
  const { act = "", process = "" } = button.dataset;
  /** @param {string[]} side */
  const part = (side) => [side, nodeNames(snapshot).filter((name) => !side.includes(name))].map((it) => it.join(", ")).join(" | ");
  if (act === "split") return `partition ${part(chosenNodes(element))}`;
  if (act === "isolate") return `partition ${part(snapshot.leader ? [`node ${snapshot.leader}`] : [])}`;
  if (act === "drop") return `drop ${snapshot.messages.find(({ ready }) => ready)?.id ?? 0}`;
  return `${act} ${process}`.trim();
}

/**
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderFaults(element, snapshot) {
  const names = nodeNames(snapshot);
  const boxes = find(".boxes", element);
  if (boxes.children.length !== names.length) boxes.replaceChildren(...names.map(box));
  const chosen = chosenNodes(element).length;
  disable(find("[data-act=split]", element), chosen % names.length === 0, "choose some of the nodes");
  disable(find("[data-act=drop]", element), !snapshot.messages.some(({ ready }) => ready), "no message is in flight");
  write(find("#cuts", element), links(snapshot.cuts));
}

/** @param {string} name */
function box(name) {
  const label = html("label", {}, name.replace("node ", ""));
  label.prepend(html("input", { type: "checkbox", value: name, "aria-label": name }));
  return label;
}

/**
 * The cut links in words, those that are cut both ways once. Clients have nothing to say to each other.
 * @param {[string, string][]} cuts
 */
function links(cuts) {
  /** @type {Map<string, string>} */
  const named = new Map();
  for (const [from, to] of cuts.filter((cut) => cut.join().includes("node"))) {
    const back = `${to} → ${from}`;
    if (named.has(back)) named.set(back, `${to} ↔ ${from}`);
    else named.set(`${from} → ${to}`, `${from} → ${to}`);
  }
  const words = [...named.values()];
  if (words.length === 0) return "All links work.";
  const more = words.length > NAMED ? ` and ${words.length - NAMED} more` : "";
  return `Cut: ${words.slice(0, NAMED).join(", ")}${more}.`;
}
