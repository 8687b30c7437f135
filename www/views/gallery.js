// @ts-check
// The gallery: each scenario a card, with a link that stands for it.
import { html } from "../dom.js";
import { openDialog } from "./dialog.js";

/**
 * @typedef {import("../../pkg/raft_kv.js").ScenarioView} ScenarioView
 * @typedef {{ name: string, address: string, scenario: ScenarioView | undefined }} Card `scenario` is missing if it cannot be loaded
 */

/**
 * @param {Card[]} cards
 * @param {string | undefined} current the title of the scenario that runs
 * @param {(name: string) => void} onPick
 */
export function openGallery(cards, current, onPick) {
  const list = html("ul", { class: "gallery" });
  list.append(...cards.map((card) => item(card, current)));
  const words = "Each shows one thing. It stands before its first step: read, guess, and then run it.";
  const dialog = openDialog("Scenarios", html("p", {}, words), list);
  list.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("a");
    // With a key held the browser opens it elsewhere, as it does with any link.
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    dialog.close();
    onPick(link.dataset.name ?? "");
  });
}

/**
 * @param {Card} card
 * @param {string | undefined} current
 */
function item({ name, address, scenario }, current) {
  const element = html("li");
  const heading = html("h3");
  heading.append(html("a", { href: address, "data-name": name }, scenario?.title ?? name));
  if (scenario && scenario.title === current) heading.append(html("small", {}, " runs now"));
  element.append(heading);
  if (!scenario) element.append(html("p", { class: "none" }, "It cannot be loaded at the moment."));
  else if (scenario.question) element.append(html("p", {}, scenario.question.ask), later(scenario));
  else element.append(html("p", {}, scenario.text), hint(scenario.look_for));
  return element;
}

/**
 * What would tell the answer, for those who want to know it now.
 * @param {ScenarioView} scenario
 */
function later({ text, look_for }) {
  const details = html("details");
  details.append(html("summary", {}, "What happens, and why"), html("p", {}, text), hint(look_for));
  return details;
}

/** @param {string} lookFor */
function hint(lookFor) {
  const hint = html("p", { class: "none" });
  hint.append(html("strong", {}, "Look for: "), lookFor);
  return hint;
}
