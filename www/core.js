// @ts-check
// The core: the WebAssembly package with a memory of its own, loaded anew when it has panicked.
import { code, glue } from "./assets.js";

/**
 * @typedef {typeof import("../pkg/raft_kv.js")} Package
 * @typedef {import("../pkg/raft_kv.js").Emulation} Emulation
 */

/** How many cores were loaded, anew or for another run: each has an address of its own, because what a module remembers must not be shared. */
let turns = 0;

/** Packages whose cores are not used any more: a browser never forgets a module, so the next core takes one of them. @type {Package[]} */
const spare = [];

/** Thrown by a call in which the core panicked; what it said is the message. No call is of any use after it. */
export class CorePanic extends Error {
  name = "CorePanic";
}

export class Core {
  /** @type {Package | undefined} None after a panic, until it is loaded again. */
  #package;
  /** How often it was loaded. */
  #life = 0;
  #isReleased = false;

  /** Loads the package, for the first time or again. */
  async load() {
    this.#life += 1;
    const loaded = spare.pop() ?? (await load(turns++));
    if (this.#isReleased) spare.push(loaded);
    else this.#package = loaded;
  }

  /** Is not used any more. All that was made in it must have been freed. */
  release() {
    this.#isReleased = true;
    if (this.#package) spare.push(this.#package);
    this.#package = undefined;
  }

  get isAlive() {
    return this.#package !== undefined;
  }

  /** What was made in another life is dead. */
  get life() {
    return this.#life;
  }

  /**
   * Calls the core. After a panic its memory is not to be trusted, so nothing is called any more until it is loaded again.
   * @template T
   * @param {(core: Package) => T} call
   * @returns {T}
   * @throws {CorePanic} if it panics, or has panicked
   */
  ask(call) {
    const core = this.#package;
    if (!core) throw new CorePanic("the emulation is being loaded again");
    try {
      return call(core);
    } catch (error) {
      if (!isFatal(error)) throw error;
      this.#package = undefined;
      throw new CorePanic(lastWords(core) ?? error.message);
    }
  }
}

/** So begins what the glue says when a call finds its object still in use, by an earlier one that never came back. */
const STILL_IN_USE = "recursive use of an object";

/**
 * A trap; a stack that is used up in the middle of something; an answer that is none; what comes of either later. What the
 * core throws on purpose is none of these.
 * @param {unknown} error
 * @returns {error is Error}
 */
function isFatal(error) {
  if ([WebAssembly.RuntimeError, RangeError, TypeError].some((kind) => error instanceof kind)) return true;
  return error instanceof Error && error.message.startsWith(STILL_IN_USE);
}

/** @param {Package} core */
function lastWords(core) {
  try {
    return core.last_panic();
  } catch {
    return undefined;
  }
}

/** The compiled code. What runs keeps nothing in it, so it outlives a panic, and serves all. @type {Promise<WebAssembly.Module> | undefined} */
let compiling;

/**
 * @param {number} turn
 * @returns {Promise<Package>}
 */
async function load(turn) {
  compiling ??= code();
  // What could not be loaded is asked for again the next time.
  compiling.catch(() => (compiling = undefined));
  const [compiled, core] = await Promise.all([compiling, glue(turn)]);
  if (core.default) {
    await core.default({ module_or_path: compiled });
    return core;
  }
  const instance = await WebAssembly.instantiate(compiled, { "./raft_kv_bg.js": core });
  core.__wbg_set_wasm(instance.exports);
  /** @type {any} */ (instance.exports).__wbindgen_start();
  return core;
}
