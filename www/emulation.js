// @ts-check
// The store: it owns the run, performs what the reader asks for, and dispatches "change" after it. With core.js it alone
// knows the WebAssembly package.
//
// What views are given of it, as callbacks from those who join them to it (main.js, cluster.js, reading.js):
//
//   snapshot            the run at its current step, the same object until the next "change"
//   select(selection)   one selection for all views; an event is gone to; null for none
//   act(sentence)       has this come next, in the little language of acts: `crash node 1`; returns whether it was done
//   refusal(sentence)   why it cannot be done now; undefined if it can
//   seek(step), toggle(), until(goal), finish()
//   ask(call, instead)  calls the core: `ask((core) => core.why(), [])`; what is to stand for it if the core has panicked

import { Core, CorePanic } from "./core.js";
import { Drive } from "./drive.js";

/**
 * @typedef {import("../pkg/raft_kv.js").Emulation} Emulation
 * @typedef {import("../pkg/raft_kv.js").Snapshot} CoreSnapshot
 * @typedef {import("../pkg/raft_kv.js").Line} Line
 * @typedef {import("./drive.js").Goal} Goal
 *
 * What the reader has picked. A process is `node 1` or `client 2`, an entry is picked by its index in the logs.
 * @typedef {{ kind: "event", place: number, step: number } | { kind: "message", id: number }
 *   | { kind: "process", process: string } | { kind: "entry", index: number }} Selection
 *
 * `run` is another number whenever another run stands behind the snapshot: what was remembered of the former one, by
 * step or place, means nothing any more. `goal` is what the run goes on to, if it goes on until something happens.
 * @typedef {CoreSnapshot & {
 *   run: number, running: boolean, goal?: Goal, stepsPerSecond: number, isSlow: boolean, isEndKnown: boolean,
 *   told: string, selection: Selection | null
 * }} Snapshot
 */

/** At up to so many steps a second, a message can be seen to travel before the next step. */
const SLOW = 12;
/** Fresh seeds have 32 bits, so that a person can copy them. */
const SEED_BITS = new Uint32Array(1);

export class Store extends EventTarget {
  #core;
  /** @type {Emulation | undefined} */
  #emulation;
  #drive = new Drive({
    call: (call) => this.#call(call),
    place: () => this.snapshot,
    moved: () => this.#changed(),
    tell: (text) => (this.#told = text),
  });
  #config = { file: "", toml: "" };
  #run = 0;
  #told = "";
  /** The farthest step that the reader has seen of this future. */
  #seen = 0;
  /** @type {Selection | null} */
  #selection = null;
  /** @type {Snapshot | undefined} */
  #snapshot;

  /** @param {Core} core */
  constructor(core) {
    super();
    this.#core = core;
  }

  static async load() {
    const core = new Core();
    await core.load();
    return new Store(core);
  }

  /**
   * Runs another configuration, from its first step.
   * @param {string} file the name that errors call it by
   * @param {string} toml
   * @param {number} [seed] instead of the configuration's own, or of a fresh one
   * @throws {import("../pkg/raft_kv.js").ConfigError} if it cannot be run; then the run goes on as it was
   */
  apply(file, toml, seed) {
    const emulation = this.#core.ask((core) => new core.Emulation(file, toml, seed));
    this.#emulation?.free();
    this.#emulation = emulation;
    this.#config = { file, toml };
    this.#run += 1;
    this.#selection = null;
    this.#seen = 0;
    this.#told = "";
    this.#drive.begin();
    this.#changed();
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
    const snapshot = this.#atHome((emulation) => emulation.snapshot());
    const { running, goal, isEndKnown, stepsPerSecond, pace } = this.#drive;
    this.#seen = Math.max(this.#seen, snapshot.step);
    this.#snapshot = {
      ...snapshot,
      run: this.#run,
      running,
      goal,
      stepsPerSecond,
      isSlow: !running || pace <= SLOW,
      isEndKnown: isEndKnown || snapshot.over,
      told: this.#told,
      selection: this.#selection,
    };
    return this.#snapshot;
  }

  /**
   * Picks something, for all views; an event is gone to.
   * @param {Selection | null} selection
   */
  select(selection) {
    this.#selection = selection;
    if (selection?.kind === "event") this.#goTo(selection.step);
    this.#changed();
  }

  /**
   * Has this come next, in place of what would come by itself. What cannot be done is told.
   * @param {string} sentence
   */
  act(sentence) {
    const { step } = this.snapshot;
    try {
      this.#atHome((emulation) => emulation.act(sentence));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "Refusal") throw error;
      this.#told = `Not done: ${error.message}.`;
      this.#changed();
      return false;
    }
    const isPast = step < this.#seen;
    this.#told = isPast ? `Another future begins here: what came after step ${step} before is forgotten.` : "";
    this.#seen = 0;
    this.#drive.begin();
    this.#changed();
    return true;
  }

  /**
   * Why this cannot be done now; undefined if it can.
   * @param {string} sentence
   */
  refusal(sentence) {
    return this.ask((emulation) => emulation.refusal(sentence), "the emulation is being loaded again");
  }

  /**
   * Calls the core.
   * @template T
   * @param {(emulation: Emulation) => T} call
   * @param {T} instead what is taken for the answer if the core has panicked
   * @returns {T}
   */
  ask(call, instead) {
    try {
      return this.#atHome(call);
    } catch (error) {
      if (!(error instanceof CorePanic)) throw error;
      return instead;
    }
  }

  /** @param {number} step */
  seek(step) {
    this.#goTo(step);
    this.#changed();
  }

  /** Runs, or pauses; at the end, runs again from the start. */
  toggle() {
    const { running, over } = this.snapshot;
    this.#told = "";
    if (running) this.#drive.stop();
    else this.#drive.start({ from: over ? 0 : undefined });
    this.#changed();
  }

  /** On to the end of the run, as fast as it goes, whatever the speed is. */
  finish() {
    this.#told = "";
    this.#drive.start({ isRushing: true });
    this.#changed();
  }

  /**
   * On until something of this kind happens, as fast as it goes.
   * @param {Goal} goal
   */
  until(goal) {
    this.#told = "";
    this.#drive.start({ isRushing: true, goal });
    this.#changed();
  }

  /** @param {number} stepsPerSecond `Infinity` for as fast as it goes */
  set stepsPerSecond(stepsPerSecond) {
    this.#drive.stepsPerSecond = stepsPerSecond;
    this.#changed();
  }

  /** @param {number} step */
  #goTo(step) {
    this.#told = "";
    this.#drive.goTo(Math.max(0, step));
  }

  /**
   * Calls the core where the run stands for its reader.
   * @template T
   * @param {(emulation: Emulation) => T} call
   */
  #atHome(call) {
    this.#drive.comeBack();
    return this.#call(call);
  }

  /**
   * @template T
   * @param {(emulation: Emulation) => T} call
   * @returns {T}
   */
  #call(call) {
    const emulation = this.#emulation;
    if (!emulation) throw new Error("no configuration was applied yet");
    return this.#core.ask(() => call(emulation));
  }

  #changed() {
    const before = this.#snapshot?.step;
    this.#snapshot = undefined;
    const { selection, step } = this.snapshot;
    if (before !== step && selection?.kind === "event" && selection.step !== step) {
      this.#selection = null;
      this.#snapshot = { ...this.snapshot, selection: null };
    }
    this.dispatchEvent(new Event("change"));
  }
}
