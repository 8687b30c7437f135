// @ts-check
// Whether all that must hold has held so far, in a few words beside the player.
import { activeBeside, html, number } from "../dom.js";

export class Verdict {
  #button;
  /** In place of the button where that would lead nowhere. */
  #words = html("span", { id: "verdict", tabindex: -1 });

  /** @param {HTMLElement} button its `data-step` is where the first property did not hold, if one did not */
  constructor(button) {
    this.#button = button;
    button.hidden = false;
  }

  /**
   * @param {import("../emulation.js").Snapshot} snapshot
   * @param {boolean} hasChecks whether there is a view of the checks to lead to
   */
  render({ properties, violations: [first, ...more] }, hasChecks) {
    const button = this.#button;
    if (!first) {
      delete button.dataset.step;
      button.title = "What is checked after every step, and what each means";
    } else {
      button.dataset.step = String(first.step);
      button.title = `${first.line}. To that step${hasChecks ? ", and to the checks" : ""}`;
    }
    button.classList.toggle("bad", first !== undefined);
    const isButton = first !== undefined || hasChecks;
    const place = isButton ? button : this.#words;
    if (!first) tell(place, `✓ ${properties.length}`, " properties", " hold");
    else tell(place, "✗", ` ${first.property}: broken`, ` at step ${number(first.step)}${more.length > 0 ? `, and ${more.length} more` : ""}`);
    this.#show(isButton);
  }

  /** @param {boolean} isButton */
  #show(isButton) {
    const [shown, other] = isButton ? [this.#button, this.#words] : [this.#words, this.#button];
    if (!other.isConnected) return;
    const hadFocus = activeBeside(other) === other;
    other.replaceWith(shown);
    if (hadFocus) shown.focus({ preventScroll: true });
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} before
 * @param {string} between what is heard, but not seen where there is little room
 * @param {string} after
 */
function tell(element, before, between, after) {
  if (element.textContent === before + between + after) return;
  element.replaceChildren(before, html("span", { class: "word" }, between), after);
}
