// @ts-check
// The store: it owns the run and its branches, performs what the reader asks for, and dispatches "change" after it. With
// core.js it alone knows the WebAssembly package. Views are given of it, as callbacks from those who join them to it:
//   snapshot            the run at its current step, the same object until the next "change"
//   select(selection)   one selection for all views; an event is gone to; null for none
//   act(sentence)       has this come next, in the little language of acts: `crash node 1`; returns whether it was done
//   refusal(sentence)   why it cannot be done now; undefined if it can
//   seek(step), toggle(), until(goal), finish(), stop()
//   ask(call, instead)  calls the core: `ask((core) => core.why(), [])`; what is to stand for it if the core has panicked
//   say(text)           tells the reader a sentence, beside the player
//
// "opening" is dispatched as long as a saved run is on its way to its step. When the core panics, "breakdown" is dispatched with the words for it, and "recovered" when the run is open in a new core.

import { Branches } from "./branches.js";
import { Core } from "./core.js";
import { Drive } from "./drive.js";
import { Opener } from "./opening.js";
import { Rescue } from "./rescue.js";
import { isSlow, snapshotOf } from "./sight.js";

/**
 * @typedef {import("../pkg/raft_kv.js").Emulation} Emulation
 * @typedef {import("./branches.js").Kept} Kept
 * @typedef {import("./branches.js").KeptBranch} KeptBranch
 * @typedef {import("./drive.js").Goal} Goal
 * @typedef {import("./drive.js").Speed} Speed
 * @typedef {import("./snapshot.js").Selection} Selection
 * @typedef {import("./snapshot.js").Snapshot} Snapshot
 */

export class Store extends EventTarget {
  #core;
  #branches;
  #opener;
  /** @type {Drive} */
  #drive = new Drive({
    call: (call) => this.#branches.call(call),
    place: () => this.snapshot,
    moved: (isToBeDrawn) => (isToBeDrawn ? this.#changed() : this.#outdate()),
    tell: (text) => (this.#told = text),
    guard: (act) => this.#guard(act),
  });
  #rescue;
  #isDisposed = false;
  #run = 0;
  /** How many runs were begun; branches of one are not counted. */
  #beginning = 0;
  /** What has not been seen of the run is hidden until the scenario's question is answered; or always, if it is wished. */
  #isGuessed = false;
  hidesFuture = false;
  #told = "";
  /** @type {Selection | null} */
  #selection = null;
  /** The run as it was seen last, and whether it still stands so. @type {{ snapshot: Snapshot, isNow: boolean } | undefined} */
  #seen;

  /** @param {Core} core */
  constructor(core) {
    super();
    this.#core = core;
    this.#branches = new Branches(core);
    this.#opener = new Opener(core, {
      guard: (act) => this.#guard(act),
      tell: (step, goal) => this.dispatchEvent(new CustomEvent("opening", { detail: { step, goal } })),
    });
    this.#rescue = new Rescue(core, {
      letGo: () => {
        this.#drive.halt();
        this.#branches.abandon();
      },
      stand: () => this.#seen?.snapshot.step ?? 0,
      // Nobody looks ahead then: what lies there may be what broke it.
      reopen: (step) => void (this.#show(step), this.#drive.halt()),
      tell: (event) => this.dispatchEvent(event),
    });
  }

  static async load() {
    const core = new Core();
    await core.load();
    return new Store(core);
  }

  /** Ends all that goes on, and frees all runs. Nothing is done any more then, and it looks as it did last. */
  dispose() {
    if (this.#isDisposed) return;
    this.#opener.overtake();
    this.#drive.halt();
    this.#guard(() => this.#branches.free());
    this.#isDisposed = true;
    this.#core.release();
  }

  /**
   * Runs another configuration, from its first step.
   * @param {string} file the name that errors call it by
   * @param {string} toml
   * @param {number} [seed] instead of the configuration's own, or of a fresh one
   * @throws {import("../pkg/raft_kv.js").ConfigError} if it cannot be run; then the run goes on as it was
   */
  apply(file, toml, seed) {
    this.#guard(() => {
      const emulation = this.#core.ask((core) => new core.Emulation(file, toml, seed));
      this.#begin(() => this.#branches.begin(file, emulation));
    });
  }

  /**
   * Opens a saved run, at its step; what runs goes on until it is there. Returns whether it is: something else may have
   * begun since.
   * @param {string} saved
   * @throws {Error} a `ConfigError` or a `SavedError` if it cannot be opened
   */
  open(saved) {
    return this.#open(saved, (emulation) => this.#branches.begin("config.toml", emulation));
  }

  /** Whether anything runs. */
  get isBegun() {
    return this.#branches.isBegun;
  }

  /** What is on its way is not wanted any more. Returns what tells whether that which begins now still is. */
  overtake() {
    return this.#opener.overtake();
  }

  /** What is to be kept over a reload; none if nothing runs. @returns {Kept | undefined} */
  kept() {
    return this.isBegun ? this.#guard(() => this.#atHome(() => this.#branches.kept())) ?? this.#branches.left() : undefined;
  }

  /** The run before this one, if anything was done in it by hand. */
  get former() {
    return this.#branches.former;
  }

  /**
   * Brings back what was kept.
   * @param {Kept} kept
   * @throws {Error} as `open`
   */
  bringBack(kept) {
    const { saved } = kept.branches.find(({ id }) => id === kept.current) ?? kept.branches[0];
    return this.#open(saved, (emulation) => this.#branches.bringBack(kept, emulation));
  }

  /** @param {number} seed */
  useSeed(seed) {
    this.apply(this.#branches.file, this.config.text, seed);
  }

  /** The configuration that runs. */
  get config() {
    return { file: this.#branches.file, text: this.ask((emulation) => emulation.config_text(), "") };
  }

  /** The run as a text that `open` reads. */
  saved() {
    this.#guard(() => {
      this.#drive.comeBack();
      this.#branches.save();
    });
    return this.#branches.current.saved;
  }

  /**
   * Asks the package itself, not the run: for the engine's version, for what a configuration says.
   * @template T
   * @param {(core: import("./core.js").Package) => T} call
   * @returns {T | undefined} nothing if it has panicked
   */
  consult(call) {
    return this.#guard(() => this.#core.ask(call));
  }

  /** The run at its current step. The same object until the next "change". */
  get snapshot() {
    if (this.#seen?.isNow) return this.#seen.snapshot;
    const core = this.#guard(() => this.#atHome((emulation) => emulation.snapshot()));
    // While the core is loaded again, the reader keeps what was seen last before them.
    if (!core && this.#seen) return this.#seen.snapshot;
    if (!core) throw new Error("the emulation broke down before it could be shown");
    if (this.#selection?.kind === "event" && this.#selection.step !== core.step) this.#selection = null;
    const stand = { run: this.#run, beginning: this.#beginning, told: this.#told, selection: this.#selection };
    const snapshot = snapshotOf(core, this.#drive, this.#branches, stand, { isGuessed: this.#isGuessed, hidesFuture: this.hidesFuture });
    this.#seen = { snapshot, isNow: true };
    // The pace depends on the place in the run, for which the snapshot is asked.
    snapshot.isSlow = isSlow(this.#drive);
    return snapshot;
  }

  /** Picks something, for all views; an event is gone to. @param {Selection | null} selection */
  select(selection) {
    this.#guard(() => {
      if (selection?.kind === "event" && selection.step !== this.snapshot.step) this.#goTo(selection.step);
      this.#selection = selection;
      this.#changed();
    });
  }

  /** Has this come next: in the past, on a branch of its own. What cannot be done is told. @param {string} sentence */
  act(sentence) {
    return this.#guard(() => {
      const { snapshot } = this;
      this.#drive.stop();
      this.#drive.comeBack();
      this.#rescue.asked = sentence;
      const { refusal, isNew } = this.#branches.act(sentence, snapshot);
      this.#rescue.asked = "";
      // Who was dealt with may be dealt with again, also on another branch.
      const { selection } = snapshot;
      if (refusal === undefined && isNew) this.#show(undefined, selection?.kind === "process" ? selection : null);
      else if (refusal === undefined) this.#drive.begin();
      this.say(refusal === undefined ? "" : `Not done: ${refusal}.`);
      return refusal === undefined;
    }, false);
  }

  /** Why this cannot be done now; undefined if it can. @param {string} sentence */
  refusal(sentence) {
    return this.ask((emulation) => emulation.refusal(sentence), "the emulation is being loaded again");
  }

  /** Shows another branch, at this step, or where this one stands. @param {number} id @param {number} [step] */
  switchTo(id, step) {
    this.#guard(() => {
      const stand = step ?? this.snapshot.step;
      this.#drive.comeBack();
      this.#branches.switchTo(id);
      this.#show(stand);
    });
  }

  /** @param {number} id @param {string} name */
  rename(id, name) {
    this.#branches.rename(id, name);
    this.#changed();
  }

  /** @param {number} id */
  remove(id) {
    this.#guard(() => {
      const { step, branch } = this.snapshot;
      this.#drive.comeBack();
      this.#branches.remove(id);
      if (branch === id) this.#show(step);
      else this.#changed();
    });
  }

  /**
   * Calls a copy of a branch's core, which can go where it wants.
   * @template T
   * @param {number} id
   * @param {(emulation: Emulation) => T} call
   * @param {T} instead what is taken for the answer if the core has panicked
   */
  askCopy(id, call, instead) {
    return this.#guard(() => this.#branches.callCopy(id, call), instead);
  }

  /**
   * Calls the core.
   * @template T
   * @param {(emulation: Emulation) => T} call
   * @param {T} instead what is taken for the answer if the core has panicked, or nothing runs yet
   * @returns {T}
   */
  ask(call, instead) {
    return this.isBegun ? this.#guard(() => this.#atHome(call), instead) : instead;
  }

  /** @param {string} text */
  say(text) {
    // What is told a second time is told anew, also to those who hear it.
    if (text && text === this.#told) this.say("");
    this.#told = text;
    this.#changed();
  }

  /** @param {number} step */
  seek(step) {
    this.#guard(() => {
      this.#goTo(step);
      this.#changed();
    });
  }

  /** Runs, or pauses; at the end, runs again from the start. */
  toggle() {
    const { running, over } = this.snapshot;
    if (running) this.stop();
    else this.#start({ from: over ? 0 : undefined });
  }

  /** On to the end of the run, as fast as it goes, whatever the speed is. */
  finish() {
    this.#start({ isRushing: true });
  }

  /** On until something of this kind happens, as fast as it goes. @param {Goal} goal */
  until(goal) {
    this.#start({ isRushing: true, goal });
  }

  /** From now on the run is known farther than it was taken, so that the bar spans it. */
  lookAhead() {
    this.#drive.free();
  }

  /** The scenario's question is answered, by its reader or by the run: from now on views show what is known of the future. */
  showFuture() {
    if (this.#isGuessed) return;
    this.#isGuessed = true;
    this.#changed();
  }

  stop() {
    this.#drive.stop();
    this.say("");
  }

  /** Whether time stands still, as nobody sees the run. @param {boolean} isHeld */
  set isHeld(isHeld) {
    this.#drive.isHeld = isHeld;
  }

  /** @param {Speed} speed */
  set speed(speed) {
    this.#drive.speed = speed;
    this.#changed();
  }

  /** @param {{ from?: number, isRushing?: boolean, goal?: Goal }} how */
  #start(how) {
    this.#told = "";
    this.#guard(() => {
      this.#drive.start(how);
      this.#changed();
    });
  }

  /** @param {number} step */
  #goTo(step) {
    this.#told = "";
    this.#drive.goTo(Math.max(0, step));
  }

  /** @param {string} saved @param {(emulation: Emulation) => void} begin puts the run in its place */
  async #open(saved, begin) {
    const emulation = await this.#opener.open(saved);
    if (emulation) this.#begin(() => begin(emulation));
    return emulation !== undefined;
  }

  /** @param {() => void} begin puts another run in the place of this one */
  #begin(begin) {
    this.#opener.overtake();
    this.#drive.comeBack();
    begin();
    this.#beginning += 1;
    this.#isGuessed = false;
    this.#show();
  }

  /**
   * Another run stands behind the snapshot now.
   * @param {number} [step] where it is to stand, if not where it does
   * @param {Selection | null} [selection] what is still picked
   */
  #show(step, selection = null) {
    this.#run += 1;
    this.#selection = selection;
    this.#told = "";
    this.#drive.begin();
    if (step !== undefined) this.#branches.call((emulation) => emulation.seek(step));
    this.#changed();
  }

  /** Calls the core where the run stands for its reader. @template T @param {(emulation: Emulation) => T} call */
  #atHome(call) {
    this.#drive.comeBack();
    return this.#branches.call(call);
  }

  /** @template T @param {() => T} act @param {T} [instead] @returns {T} */
  #guard(act, instead) {
    return this.#isDisposed ? /** @type {T} */ (instead) : this.#rescue.guard(act, instead);
  }

  #outdate() {
    if (this.#seen) this.#seen.isNow = false;
  }

  #changed() {
    this.#outdate();
    this.dispatchEvent(new Event("change"));
  }
}
