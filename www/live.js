// @ts-check
// What is said to those who do not see the page: as much of it as they want.
import { keepSetting, recallSetting } from "./keep.js";

/**
 * How much is said: nothing, what matters (refusals, leaders, violations, the end), or every step.
 * @typedef {"off" | "important" | "all"} Loudness
 * @typedef {import("./emulation.js").Snapshot} Snapshot
 */

const SETTING = "loudness";
/** @type {Loudness[]} */
export const LOUDNESSES = ["off", "important", "all"];

export class Live {
  #polite;
  #assertive;
  /** @type {Loudness} */
  #loudness;
  /** @type {{ told: string, leader: string, ending: string, cuts: string, violations: number, happened: string } | undefined} */
  #before;

  /**
   * @param {Element} polite where what can wait is said
   * @param {Element} assertive where what cannot is
   */
  constructor(polite, assertive) {
    this.#polite = polite;
    this.#assertive = assertive;
    const kept = recallSetting(SETTING);
    this.#loudness = LOUDNESSES.includes(kept) ? kept : "all";
  }

  get loudness() {
    return this.#loudness;
  }

  /** @param {Loudness} loudness */
  set loudness(loudness) {
    this.#loudness = loudness;
    keepSetting(SETTING, loudness);
  }

  /**
   * Says what came of a press that shows it elsewhere.
   * @param {string} text
   */
  mention(text) {
    if (this.#loudness !== "off") sayAnew(this.#polite, text);
  }

  /**
   * Says what is new, given in words what the step did, which links are cut and how the run ended. While it runs nobody is talked over but by
   * what matters.
   * @param {Snapshot} snapshot
   * @param {{ happened: string, ending: string, cuts: string }} words
   */
  tell({ told, leader, nodes, violations, running }, { happened, ending, cuts }) {
    const term = leader === undefined ? 0 : nodes[leader - 1].term;
    const leads = leader === undefined ? "nobody leads" : `node ${leader} leads term ${term}`;
    const before = this.#before;
    this.#before = { told, leader: leads, ending, cuts, violations: violations.length, happened };
    if (!before || this.#loudness === "off") return;
    const important = [];
    if (leads !== before.leader) important.push(leads);
    if (cuts !== before.cuts) important.push(cuts);
    if (ending && ending !== before.ending) important.push(ending);
    if (violations.length > before.violations) important.push(violations[violations.length - 1].line);
    const step = this.#loudness === "all" && !running && happened !== before.happened ? [happened] : [];
    const words = [...step, ...important];
    if (words.length > 0) this.#polite.textContent = words.join(". ");
    if (told !== before.told) sayAnew(this.#assertive, told);
  }
}

/**
 * Empties a region first: the same words once more are not heard otherwise.
 * @param {Element} region
 * @param {string} text
 */
function sayAnew(region, text) {
  region.textContent = "";
  if (text) requestAnimationFrame(() => (region.textContent = text));
}
