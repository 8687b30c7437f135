// @ts-check
// A form that cuts or mends a link, one way.
import { disable, find, html } from "../dom.js";
import { everybody } from "../ring.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {{ act(sentence: string): unknown, refusal(sentence: string): string | undefined }} Doings
 */

export class Links {
  #doings;
  /** @type {HTMLSelectElement[]} */
  #ends;
  /** @type {HTMLElement[]} */
  #buttons;
  #names = "";

  /**
   * @param {HTMLElement} element
   * @param {Doings} doings
   */
  constructor(element, doings) {
    this.#doings = doings;
    this.#ends = [find(".from", element), find(".to", element)];
    this.#buttons = [find(".cut-link", element), find(".heal-link", element)];
    element.addEventListener("input", () => this.#judge());
    for (const [at, button] of this.#buttons.entries()) button.addEventListener("click", () => doings.act(this.#sentences()[at]));
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    const names = everybody(snapshot);
    if (this.#names !== names.join()) {
      this.#names = names.join();
      for (const [at, end] of this.#ends.entries()) {
        const { value } = end;
        end.replaceChildren(...names.map((name) => html("option", { value: name }, name)));
        end.value = names.includes(value) ? value : (names[at] ?? "");
      }
    }
    if (!snapshot.running) this.#judge();
  }

  #sentences() {
    const link = this.#ends.map(({ value }) => value).join(" > ");
    return [`cut ${link}`, `heal ${link}`];
  }

  #judge() {
    for (const [at, sentence] of this.#sentences().entries()) {
      const reason = this.#doings.refusal(sentence);
      disable(this.#buttons[at], reason !== undefined, reason ?? "");
    }
  }
}
