// @ts-check
// The store: it owns the run, performs what the reader asks for, and dispatches "change" after it. It alone knows the
// WebAssembly package.

/**
 * @typedef {import("../pkg/raft_kv.js").Emulation} Emulation
 * @typedef {import("../pkg/raft_kv.js").Snapshot} CoreSnapshot
 * @typedef {import("../pkg/raft_kv.js").Line} Line
 * @typedef {CoreSnapshot & {
 *   running: boolean, stepsPerSecond: number, isSlow: boolean, isEndKnown: boolean, told: string
 * }} Snapshot
 */

const PACKAGE = new URL("../pkg/", import.meta.url);
/** So many steps are run ahead, so that the scrub bar spans the whole run at once, unless it is a very long one. */
const LOOK_AHEAD = 50_000;
/** A picture is drawn at least this often, however fast the run goes; in milliseconds. */
const SLICE_MS = 8;
/** So many steps are taken between two looks at the clock. */
const BURST = 500;
/** So long a sleep, of a hidden page for example, is not made up for; in milliseconds. */
const LONGEST_GAP_MS = 250;
/** At up to so many steps a second, a message can be seen to travel before the next step. */
const SLOW = 12;
/** Fresh seeds have 32 bits, so that a person can copy them. */
const SEED_BITS = new Uint32Array(1);

/** @type {ReturnType<typeof load> | undefined} */
let loaded;

/** The package. It is loaded once: its glue has room for one instance. */
export function loadPackage() {
  loaded ??= load();
  return loaded;
}

/**
 * Loads the package, whichever of its two forms `wasm-pack build` has written.
 * @returns {Promise<typeof import("../pkg/raft_kv.js")>}
 */
async function load() {
  const about = await fetch(new URL("package.json", PACKAGE));
  if (!about.ok) throw new Error(`pkg/package.json: ${about.status} ${about.statusText}`);
  /** @type {{ files: string[] }} */
  const { files } = await about.json();
  if (!files.includes("raft_kv_bg.js")) {
    const web = await import(new URL("raft_kv.js", PACKAGE).href);
    await web.default();
    return web;
  }
  const glue = await import(new URL("raft_kv_bg.js", PACKAGE).href);
  const code = await fetch(new URL("raft_kv_bg.wasm", PACKAGE));
  if (!code.ok) throw new Error(`pkg/raft_kv_bg.wasm: ${code.status} ${code.statusText}`);
  // Not while it streams, which only works where the host knows the type of the file.
  const { instance } = await WebAssembly.instantiate(await code.arrayBuffer(), { "./raft_kv_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  /** @type {any} */ (instance.exports).__wbindgen_start();
  return glue;
}

export class Store extends EventTarget {
  #package;
  /** @type {Emulation | undefined} */
  #emulation;
  #config = { file: "", toml: "" };
  #running = false;
  #stepsPerSecond = 10;
  /** Whether the speed is of no account until the run stops. */
  #rushing = false;
  /** When the last slice began, and what part of a step was left over then. */
  #clock = { at: 0, owed: 0 };
  #frame = 0;
  /** Whether the farthest step that was reached is the last one. */
  #isEndKnown = false;
  /** The farthest step that the reader has seen of this future. */
  #seen = 0;
  /** What came of the last act, if the reader is to be told. */
  #told = "";
  /** @type {Snapshot | undefined} */
  #snapshot;

  /** @param {typeof import("../pkg/raft_kv.js")} core */
  constructor(core) {
    super();
    this.#package = core;
  }

  static async load() {
    return new Store(await loadPackage());
  }

  /**
   * Runs another configuration, from its first step.
   * @param {string} file the name that errors call it by
   * @param {string} toml
   * @param {number} [seed] instead of the configuration's own, or of a fresh one
   * @throws {import("../pkg/raft_kv.js").ConfigError} if it cannot be run; then the run goes on as it was
   */
  apply(file, toml, seed) {
    const emulation = new this.#package.Emulation(file, toml, seed);
    this.#emulation?.free();
    this.#emulation = emulation;
    this.#config = { file, toml };
    this.#running = false;
    this.#seen = 0;
    this.#told = "";
    this.#lookAhead(0);
    this.#changed();
  }

  /**
   * Does something to the run in its next step. In the past, another future begins.
   * @param {string} act a sentence, see `ActView`
   */
  act(act) {
    const { step } = this.snapshot;
    try {
      this.#core.act(act);
      const isPast = step < this.#seen;
      this.#told = isPast ? `Another future begins here: what came after step ${step} before is forgotten.` : "";
      this.#seen = 0;
      this.#lookAhead(step + 1);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "Refusal") throw error;
      this.#told = `Not done: ${error.message}.`;
    }
    this.#changed();
  }

  /** @param {number} step where the run stands */
  #lookAhead(step) {
    this.#isEndKnown = this.#core.run(LOOK_AHEAD) < LOOK_AHEAD;
    this.#core.seek(step);
  }

  /** @param {number} seed */
  useSeed(seed) {
    this.apply(this.#config.file, this.#config.toml, seed);
  }

  useNewSeed() {
    this.useSeed(crypto.getRandomValues(SEED_BITS)[0]);
  }

  /** The run at its current step. The same object until the next "change". */
  get snapshot() {
    if (this.#snapshot) return this.#snapshot;
    const snapshot = this.#core.snapshot();
    this.#isEndKnown ||= snapshot.over;
    this.#seen = Math.max(this.#seen, snapshot.step);
    this.#snapshot = {
      ...snapshot,
      isEndKnown: this.#isEndKnown,
      told: this.#told,
      running: this.#running,
      stepsPerSecond: this.#stepsPerSecond,
      isSlow: !this.#running || this.#pace <= SLOW,
    };
    return this.#snapshot;
  }

  /**
   * The lines of the trace in these places, or the first thousand of them.
   * @param {number} start
   * @param {number} end
   * @returns {Line[]}
   */
  lines(start, end) {
    return this.#core.lines(start, end);
  }

  /** @param {number} step */
  seek(step) {
    this.#running = false;
    this.#told = "";
    this.#core.seek(Math.max(0, step));
    this.#changed();
  }

  /** Runs, or pauses; at the end, runs again from the start. */
  toggle() {
    if (this.#running) {
      this.#running = false;
      this.#changed();
    } else {
      if (this.snapshot.over) this.#core.seek(0);
      this.#start(false);
    }
  }

  /** On to the end of the run, as fast as it goes, whatever the speed is. */
  finish() {
    this.#start(true);
  }

  /** @param {number} stepsPerSecond `Infinity` for as fast as it goes */
  set stepsPerSecond(stepsPerSecond) {
    this.#stepsPerSecond = stepsPerSecond;
    this.#changed();
  }

  /** How many steps a second are taken now. */
  get #pace() {
    return this.#rushing ? Infinity : this.#stepsPerSecond;
  }

  get #core() {
    if (!this.#emulation) throw new Error("no configuration was applied yet");
    return this.#emulation;
  }

  /** @param {boolean} rushing */
  #start(rushing) {
    this.#rushing = rushing;
    this.#told = "";
    if (!this.#running) {
      this.#running = true;
      this.#clock = { at: performance.now(), owed: 1 };
      this.#wait();
    }
    this.#changed();
  }

  /**
   * Takes the steps that are due by now, as many as fit in a slice.
   * @param {number} now
   */
  #slice(now) {
    if (!this.#running) return;
    const gap = Math.min(Math.max(now - this.#clock.at, 1), LONGEST_GAP_MS);
    const due = this.#clock.owed + (gap / 1000) * this.#pace;
    let left = Math.floor(due);
    this.#clock = { at: now, owed: Number.isFinite(due) ? due - left : 0 };
    if (left > 0) {
      const end = performance.now() + SLICE_MS;
      do {
        const burst = Math.min(left, BURST);
        if (this.#core.run(burst) < burst) break;
        left -= burst;
      } while (left > 0 && performance.now() < end);
      this.#changed();
      if (this.snapshot.over) this.#stop();
    }
    this.#wait();
  }

  /** Takes the next slice in the next frame: one, however often it was asked for. */
  #wait() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame((now) => this.#slice(now));
  }

  #stop() {
    this.#running = false;
    this.#changed();
  }

  #changed() {
    this.#snapshot = undefined;
    this.dispatchEvent(new Event("change"));
  }
}
