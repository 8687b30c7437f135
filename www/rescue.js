// @ts-check
// The rescue: when the core has panicked, it is loaded again, and the run is opened where it stood.
import { CorePanic } from "./core.js";

/**
 * Whose run it is: to let go of the cores that have died; to know the step where the run stood last; to show it there
 * again in a new core; to tell that it broke down, and that it is there again.
 * @typedef {{ letGo(): void, stand(): number, reopen(step: number): void, tell(event: Event): void }} Owner
 */

export class Rescue {
  #core;
  #owner;
  #isUnderWay = false;
  /** The act that is being done. */
  asked = "";

  /**
   * @param {import("./core.js").Core} core
   * @param {Owner} owner
   */
  constructor(core, owner) {
    this.#core = core;
    this.#owner = owner;
  }

  /**
   * Does what may meet a panic of the core; then the run is opened again in a new one.
   * @template T
   * @param {() => T} act
   * @param {T} [instead] what is taken for the answer then
   * @returns {T}
   */
  guard(act, instead) {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof CorePanic)) throw error;
      if (!this.#isUnderWay) this.#recover(error.message);
      return /** @type {T} */ (instead);
    }
  }

  /**
   * Loads the core again, and opens the run where it stood; if it panics there again, at its beginning.
   * @param {string} said
   */
  async #recover(said) {
    this.#isUnderWay = true;
    const stand = this.#owner.stand();
    const asked = this.asked ? `do “${this.asked}”` : "go on";
    this.asked = "";
    this.#owner.tell(new CustomEvent("breakdown", { detail: `It was to ${asked} behind step ${stand}, and said: “${said}”` }));
    for (const step of [stand, 0]) {
      this.#owner.letGo();
      await this.#core.load();
      this.guard(() => this.#owner.reopen(step));
      if (this.#core.isAlive) break;
    }
    this.#isUnderWay = false;
    this.#owner.tell(new Event("recovered"));
  }
}
