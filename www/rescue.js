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
  /** Whether the core could not be loaded again, and how it broke down. */
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
   * Loads the core again, and opens the run where it stood; if it panics there again, at its beginning. If that
   * fails, too, the next call tries it again, or another run begins.
   * @param {string} said
   */
  async #recover(said) {
    this.#isUnderWay = true;
    const stand = this.#owner.stand();
    // What was asked of a core that is still not there says nothing of how it broke down.
    if (!this.#isLost) this.#words = `It was to ${this.asked ? `do “${this.asked}”` : "go on"} behind step ${stand}, and said: “${said}”`;
    this.asked = "";
    this.#owner.tell(new CustomEvent("breakdown", { detail: this.#words }));
    let why = "it breaks down wherever this run is opened";
    let isOpen = false;
    try {
      isOpen = (await this.#reopen(stand)) || (await this.#reopen(0));
      if (!isOpen) await this.#reload();
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    } finally {
      this.#isUnderWay = false;
    }
    this.#isLost = !this.#core.isAlive;
    this.#owner.tell(isOpen ? new Event("recovered") : new CustomEvent("lost", { detail: why }));
  }

  /** Has a new core open the run at this step. Returns whether it lives. @param {number} step */
  async #reopen(step) {
    await this.#reload();
    this.guard(() => this.#owner.reopen(step));
    return this.#core.isAlive;
  }

  async #reload() {
    this.#owner.letGo();
    await this.#core.load();
  }
}
