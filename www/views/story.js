// @ts-check
// The scenario that runs: what it tells.
import { find, write } from "../dom.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/**
 * @param {HTMLElement} element
 * @param {Snapshot} snapshot
 */
export function renderStory(element, { scenario }) {
  element.hidden = !scenario;
  write(find("h2", element), scenario?.title ?? "");
  write(find(".text", element), scenario?.text ?? "");
  write(find(".look-for", element), scenario?.look_for ?? "");
}
