// @ts-check
// The scenario that runs: what it tells, at once or, if it asks a question, when the run has answered that.
import { find, write } from "../dom.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/**
 * @param {HTMLElement} element
 * @param {Snapshot} snapshot
 * @param {boolean} isAnswered whether the run has answered the scenario's question
 */
export function renderStory(element, { scenario }, isAnswered) {
  element.hidden = !scenario;
  /** @type {HTMLDetailsElement} */
  const told = find(".told", element);
  // The reader may open and close it; it opens by itself once.
  const state = `${scenario?.title}, ${isAnswered || !scenario?.question}`;
  if (told.dataset.state !== state) {
    told.dataset.state = state;
    told.open = state.endsWith("true");
  }
  write(find("h2", element), scenario?.title ?? "");
  write(find(".text", element), scenario?.text ?? "");
  write(find(".look-for", element), scenario?.look_for ?? "");
}
