// @ts-check
// What stands in the element's place when it cannot show what it was asked for: the reason, and ways on.
import { html } from "../dom.js";

/**
 * What went wrong: with an attribute, a configuration, a scenario, the run of a link, what was to be loaded, or the core.
 * @typedef {"attribute" | "config" | "scenario" | "run" | "load" | "panic"} Kind
 *
 * What can be pressed: its words, and what is taken in place of what the page says, by name; null as if it was not said.
 * @typedef {{ words: string, instead?: Record<string, string | null> }} Way
 */

/** The same once more. @type {Way} */
export const AGAIN = { words: "Try again" };
/** What runs without a word of the page's. @type {Way} */
export const DEFAULTS = { words: "Run the defaults", instead: { defaults: "", run: null, config: null, script: null, scenario: null } };

/** Why the element cannot show what it was asked for, as whole sentences. */
export class Refusal extends Error {
  name = "Refusal";

  /**
   * @param {Kind} kind
   * @param {string} message
   * @param {Way[]} [ways]
   * @param {string} [attribute] which one is wrong, if one is
   */
  constructor(kind, message, ways = [], attribute) {
    super(message);
    this.kind = kind;
    this.ways = ways;
    this.attribute = attribute;
  }
}

/**
 * What could not be loaded may come when it is asked for again.
 * @param {unknown} error
 */
export function unloaded(error) {
  if (error instanceof Refusal) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new Refusal("load", `The emulation could not be loaded (${why}). Is there a connection? If it stays so, reload the page.`, [AGAIN]);
}

/**
 * @param {Element} place
 * @param {Refusal} refusal
 * @param {(way: Way) => void} go takes a way on
 */
export function renderRefusal(place, { message, ways }, go) {
  const keys = html("div", { class: "keys" });
  for (const way of ways) {
    const button = html("button", { type: "button" }, way.words);
    button.addEventListener("click", () => go(way));
    keys.append(button);
  }
  place.replaceChildren(html("p", {}, message), ...(ways.length > 0 ? [keys] : []));
}
