// @ts-check
// The core: the WebAssembly package, loaded in whichever of its two forms it was built, and loaded anew when it has panicked.

/**
 * @typedef {typeof import("../pkg/raft_kv.js")} Package
 * @typedef {import("../pkg/raft_kv.js").Emulation} Emulation
 */

const PACKAGE = new URL("../pkg/", import.meta.url);

/** Thrown by a call in which the core panicked; what it said is the message. No call is of any use after it. */
export class CorePanic extends Error {
  name = "CorePanic";
}

export class Core {
  /** @type {Package | undefined} None after a panic, until it is loaded again. */
  #package;
  /** How often it was loaded: each time under another address, because what a module remembers must not survive. */
  #turn = 0;

  /** Loads the package, for the first time or again. */
  async load() {
    const again = this.#turn === 0 ? "" : `?again=${this.#turn}`;
    this.#turn += 1;
    this.#package = await load(again);
  }

  get isAlive() {
    return this.#package !== undefined;
  }

  /** What was made in another life is dead. */
  get life() {
    return this.#turn;
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

/** The compiled code. What runs keeps nothing in it, so it outlives a panic. @type {Promise<WebAssembly.Module> | undefined} */
let compiling;

/**
 * @param {string} again what tells this address from earlier ones
 * @returns {Promise<Package>}
 */
async function load(again) {
  compiling ??= compile();
  // What could not be loaded is asked for again the next time.
  compiling.catch(() => (compiling = undefined));
  const [code, glue] = await Promise.all([compiling, loadGlue(again)]);
  if (glue.default) {
    await glue.default({ module_or_path: code });
    return glue;
  }
  const instance = await WebAssembly.instantiate(code, { "./raft_kv_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  /** @type {any} */ (instance.exports).__wbindgen_start();
  return glue;
}

/**
 * The package's JavaScript; made for the web it has a default, which starts it.
 * @param {string} again
 */
async function loadGlue(again) {
  const about = await get("package.json");
  /** @type {{ files: string[] }} */
  const { files } = await about.json();
  const name = files.includes("raft_kv_bg.js") ? "raft_kv_bg.js" : "raft_kv.js";
  return import(new URL(`${name}${again}`, PACKAGE).href);
}

/** While it streams, where the host knows the type of the file. */
async function compile() {
  const code = await get("raft_kv_bg.wasm");
  if (code.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(code);
  return WebAssembly.compile(await code.arrayBuffer());
}

/** @param {string} name */
async function get(name) {
  const response = await fetch(new URL(name, PACKAGE));
  if (!response.ok) throw new Error(`pkg/${name}: ${response.status} ${response.statusText}`);
  return response;
}
