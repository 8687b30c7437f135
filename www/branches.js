// @ts-check
// The branches: runs of one configuration and seed that differ in what was done by hand. Acting in the past begins
// another one, and the one that was known stays.

/**
 * @typedef {import("../pkg/raft_kv.js").Emulation} Emulation
 * @typedef {import("./core.js").Core} Core
 *
 * A branch as it is kept. `parent` and `at` say which one it left, and behind which step. `saved` is its text as of when
 * it was left; `whole` is what its name was cut from; `seen` is the farthest step that its reader has seen of it.
 * @typedef {{ id: number, name: string, whole?: string, parent?: number, at: number, saved: string, seen: number }} KeptBranch
 *
 * A run with its branches as it is kept: the name of its configuration's file, and which branch is shown.
 * @typedef {{ file: string, branches: KeptBranch[], current: number }} Kept
 *
 * One that nobody has looked at since it was brought back has no core yet.
 * @typedef {KeptBranch & { emulation?: Emulation }} Branch
 */

/** More of them would not be told apart. */
const MOST = 16;
export const LONGEST_NAME = 60;
const [FIRST_ID, FIRST] = [1, "first run"];

export class Branches {
  #core;
  /** @type {Branch[]} */
  #list = [];
  /** @type {Branch | undefined} */
  #current;
  /** The name that errors call the configuration by. */
  file = "";
  /** The run before this one, if anything was done in it by hand. @type {Kept | undefined} */
  former;

  /** @param {Core} core */
  constructor(core) {
    this.#core = core;
  }

  get current() {
    if (!this.#current) throw new Error("no configuration was applied yet");
    return this.#current;
  }

  get isBegun() {
    return this.#current !== undefined;
  }

  /** The branches as they are kept; the texts are as of when each was left. @returns {KeptBranch[]} */
  get list() {
    return this.#list.map(({ emulation: _, ...branch }) => branch);
  }

  /** What is to be kept. */
  kept() {
    this.save();
    return this.left();
  }

  /** What can be kept without the core: the current branch, too, as of when it was acted on or left. @returns {Kept} */
  left() {
    return { file: this.file, branches: this.list, current: this.current.id };
  }

  /**
   * Begins anew with this run.
   * @param {string} file
   * @param {Emulation} emulation
   */
  begin(file, emulation) {
    const saved = this.#core.ask(() => emulation.saved());
    this.#replace(file, [{ id: FIRST_ID, name: FIRST, at: 0, saved, seen: 0, emulation }], 1);
  }

  /**
   * Brings back what was kept.
   * @param {Kept} kept
   * @param {Emulation} emulation its current branch, opened
   */
  bringBack({ file, branches, current }, emulation) {
    const list = branches.map((branch) => ({ ...branch, emulation: /** @type {Emulation | undefined} */ (undefined) }));
    (list.find(({ id }) => id === current) ?? list[0]).emulation = emulation;
    this.#replace(file, list, current);
  }

  /**
   * Calls the core of the current branch.
   * @template T
   * @param {(emulation: Emulation) => T} call
   */
  call(call) {
    const emulation = this.#wake(this.current);
    return this.#core.ask(() => call(emulation));
  }

  /**
   * Calls a copy of a branch's core, which can go where it wants.
   * @template T
   * @param {number} id
   * @param {(emulation: Emulation) => T} call
   */
  callCopy(id, call) {
    const copy = this.#core.ask(() => this.#wake(this.#find(id)).fork());
    try {
      return this.#core.ask(() => call(copy));
    } finally {
      this.#free(copy);
    }
  }

  /** The current branch as a text that can be opened, at its step. */
  save() {
    this.current.saved = this.call((emulation) => emulation.saved());
    return this.current.saved;
  }

  /**
   * Has this come next. Returns whether it did so on a branch of its own, or why it cannot be done. What is known of the
   * first branch stays always. On one that an act began, a future that nobody has seen gives way to the next act: else who
   * does one thing after another would soon have all branches that there may be.
   * @param {string} sentence
   * @param {{ step: number, head: number }} place behind this step, of so many that are known
   */
  act(sentence, { step, head }) {
    const { current } = this;
    const refusal = this.call((emulation) => emulation.refusal(sentence));
    if (refusal !== undefined) return { refusal };
    const isNew = step < (current.id === FIRST_ID ? head : current.seen);
    if (!isNew) {
      this.call((emulation) => emulation.act(sentence));
    } else {
      if (this.#list.length >= MOST) return { refusal: `there are ${MOST} branches already: delete one before you begin another` };
      this.save();
      const emulation = this.call((known) => known.fork());
      try {
        this.#core.ask(() => emulation.act(sentence));
      } catch (error) {
        this.#free(emulation);
        throw error;
      }
      const id = Math.max(...this.#list.map((branch) => branch.id)) + 1;
      const whole = `${sentence} at ${step}`;
      this.#current = { id, name: this.#freshName(whole), whole, parent: current.id, at: step, saved: "", seen: 0, emulation };
      this.#list.push(this.#current);
    }
    this.save();
    return { isNew };
  }

  /** @param {number} id */
  switchTo(id) {
    this.save();
    this.#current = this.#find(id);
  }

  /**
   * @param {number} id
   * @param {string} name
   */
  rename(id, name) {
    const branch = this.#find(id);
    const words = name.trim();
    if (words && words !== branch.name) Object.assign(branch, { name: this.#freshName(words), whole: words });
  }

  /**
   * Forgets a branch, unless it is the only one. Those that left it count as having left its parent, where it did if that
   * was earlier.
   * @param {number} id
   */
  remove(id) {
    if (this.#list.length === 1) return;
    const gone = this.#find(id);
    this.#list = this.#list.filter((branch) => branch !== gone);
    for (const branch of this.#list.filter(({ parent }) => parent === id)) {
      branch.parent = gone.parent;
      branch.at = gone.parent === undefined ? 0 : Math.min(branch.at, gone.at);
    }
    if (this.#current === gone) this.#current = this.#list.find((branch) => branch.id === gone.parent) ?? this.#list[0];
    this.#core.ask(() => gone.emulation?.free());
  }

  /** Frees all cores: nothing is asked of any of them again. */
  free() {
    for (const { emulation } of this.#list) if (emulation) this.#free(emulation);
    [this.#list, this.#current] = [[], undefined];
  }

  /** Lets go of cores that have died, without a word to them: to free what is in a broken memory could break more. */
  abandon() {
    for (const branch of this.#list) {
      /** @type {any} */ (branch.emulation)?.__destroy_into_raw();
      branch.emulation = undefined;
    }
  }

  /**
   * @param {string} file
   * @param {Branch[]} list
   * @param {number} current
   */
  #replace(file, list, current) {
    if (this.#current) {
      // One without a core is one that broke it: it is kept as it was left.
      const isAwake = this.#current.emulation !== undefined;
      const isTouched = !isAwake || this.#list.length > 1 || this.call((emulation) => emulation.acts()).length > 0;
      if (isTouched) this.former = isAwake ? this.kept() : this.left();
    }
    for (const { emulation } of this.#list) this.#core.ask(() => emulation?.free());
    this.file = file;
    this.#list = list;
    this.#current = list.find(({ id }) => id === current) ?? list[0];
  }

  /** @param {number} id */
  #find(id) {
    const branch = this.#list.find((it) => it.id === id);
    if (!branch) throw new Error(`there is no branch ${id}`);
    return branch;
  }

  /** @param {Branch} branch */
  #wake(branch) {
    branch.emulation ??= this.#core.ask((core) => core.Emulation.open(branch.saved));
    return branch.emulation;
  }

  /** What a dead core made is left to it. @param {Emulation} emulation */
  #free(emulation) {
    if (this.#core.isAlive) this.#core.ask(() => emulation.free());
  }

  /** @param {string} name */
  #freshName(name) {
    const words = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
    const isTaken = (/** @type {string} */ it) => this.#list.some((branch) => branch.name === it);
    let fresh = words;
    for (let turn = 2; isTaken(fresh); turn += 1) fresh = `${words} (${turn})`;
    return fresh;
  }
}
