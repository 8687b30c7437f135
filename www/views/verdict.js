// @ts-check
// Whether all that must hold has held so far, in a few words beside the player.
import { html, number } from "../dom.js";

/**
 * @param {HTMLElement} button its `data-step` is where the first property did not hold, if one did not
 * @param {import("../emulation.js").Snapshot} snapshot
 */
export function renderVerdict(button, { properties, violations: [first, ...more] }) {
  button.hidden = false;
  button.classList.toggle("bad", first !== undefined);
  if (!first) {
    delete button.dataset.step;
    button.title = "What is checked after every step, and what each means";
    return tell(button, `✓ ${properties.length}`, " properties", " hold");
  }
  button.dataset.step = String(first.step);
  button.title = `${first.line}. To that step, and to the checks`;
  tell(button, "✗", ` ${first.property}: broken`, ` at step ${number(first.step)}${more.length > 0 ? `, and ${more.length} more` : ""}`);
}

/**
 * @param {HTMLElement} button
 * @param {string} before
 * @param {string} between what is heard, but not seen where there is little room
 * @param {string} after
 */
function tell(button, before, between, after) {
  if (button.textContent === before + between + after) return;
  button.replaceChildren(before, html("span", { class: "word" }, between), after);
}
