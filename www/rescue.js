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
  /** Whether the core could not be brought back, and how it broke down. */
  #isLost = false;
  #words = "";
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
      if (!(error instanceof CorePanic)) {
        this.asked = "";
        throw error;
      }
      if (!this.#isUnderWay) this.#recover(error.message);
      return /** @type {T} */ (instead);
    }
  }

  /**
   * Loads the core again, and opens the run where it stood; if it panics there again, at its beginning. What cannot be
   * brought back is tried again with the next call.
   * @param {string} said
   */
  async #recover(said) {
    this.#isUnderWay = true;
    const stand = this.#owner.stand();
    // What was asked of a core that is still not there says nothing of how it broke down.
    if (!this.#isLost) this.#words = `It was to ${this.asked ? `do “${this.asked}”` : "go on"} behind step ${stand}, and said: “${said}”`;
    this.asked = "";
    this.#owner.tell(new CustomEvent("breakdown", { detail: this.#words }));
    let outcome = "it broke down there again";
    try {
      for (const step of [stand, 0]) {
        this.#owner.letGo();
        await this.#core.load();
        this.guard(() => this.#owner.reopen(step));
        if (this.#core.isAlive) break;
      }
    } catch (error) {
      outcome = error instanceof Error ? error.message : String(error);
    } finally {
      this.#isUnderWay = false;
    }
    this.#isLost = !this.#core.isAlive;
    this.#owner.tell(this.#isLost ? new CustomEvent("lost", { detail: outcome }) : new Event("recovered"));
  }
}
