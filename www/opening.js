// @ts-check
// Opening saved runs, a slice at a time: a run that goes far holds up nobody, and whoever wants another run meanwhile
// has it.

/**
 * @typedef {import("../pkg/raft_kv.js").Emulation} Emulation
 * @typedef {import("../pkg/raft_kv.js").Opening} Opening
 *
 * Who has runs opened: does what may meet a panic of the core; is told how far a long one has come.
 * @typedef {{ guard<T>(act: () => T): T | undefined, tell(step: number, goal: number): void }} Owner
 */

/** Slices end after so long, in milliseconds; */
const SLICE_MS = 12;
/** so many steps are taken between two looks at the clock. */
const BURST = 500;

export class Opener {
  #core;
  #owner;
  /** Which opening counts. */
  #turn = 0;

  /**
   * @param {import("./core.js").Core} core
   * @param {Owner} owner
   */
  constructor(core, owner) {
    this.#core = core;
    this.#owner = owner;
  }

  /** What is on its way is not wanted any more. Returns what tells whether that which begins now still is. */
  overtake() {
    this.#turn += 1;
    const turn = this.#turn;
    return () => turn === this.#turn;
  }

  /**
   * Opens a saved run, at its step.
   * @param {string} saved
   * @returns {Promise<Emulation | undefined>} nothing if the core has panicked, or something else has begun meanwhile
   * @throws {Error} a `ConfigError` or a `SavedError` if it cannot be opened
   */
  async open(saved) {
    const isNewest = this.overtake();
    const opening = this.#owner.guard(() => this.#core.ask((core) => new core.Opening(saved)));
    const { life } = this.#core;
    /** Whether it is not in vain to go on. */
    const isWanted = () => isNewest() && life === this.#core.life && this.#core.isAlive;
    try {
      while (opening && isWanted()) {
        const emulation = this.#owner.guard(() => this.#slice(opening));
        if (emulation) return emulation;
        if (isWanted()) this.#owner.tell(opening.step(), opening.goal());
        await new Promise((resolve) => setTimeout(resolve));
      }
    } catch (error) {
      opening?.free();
      throw error;
    }
    // What a dead core made is left to it.
    if (opening && life === this.#core.life && this.#core.isAlive) opening.free();
  }

  /** @param {Opening} opening */
  #slice(opening) {
    const end = performance.now() + SLICE_MS;
    do {
      if (this.#core.ask(() => opening.go_on(BURST))) return this.#core.ask(() => opening.finish());
    } while (performance.now() < end);
  }
}
