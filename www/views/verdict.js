// @ts-check
// Whether all that must hold has held so far, in a few words beside the player.
import { html, number, write } from "../dom.js";

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
    const words = [`✓ ${properties.length}`, " properties", " hold"];
    if (button.textContent !== words.join("")) button.replaceChildren(words[0], html("span", { class: "word" }, words[1]), words[2]);
    return;
  }
  button.dataset.step = String(first.step);
  button.title = `${first.line}. To that step, and to the checks`;
  write(button, `✗ ${first.property}: broken at step ${number(first.step)}${more.length > 0 ? `, and ${more.length} more` : ""}`);
}
