// @ts-check
// The run that the element shows, from its opening until it is done with: the store with its views.
import { Store } from "../emulation.js";
import { choicesOf } from "./choices.js";
import { AGAIN, DEFAULTS, Refusal, unloaded } from "./refusal.js";
import { configRefused, runRefused, sourceOf, textOf } from "./source.js";
import { tellRun } from "./telling.js";
import { joinVoice } from "./voice.js";

/**
 * @typedef {import("./choices.js").Choices} Choices
 * @typedef {import("./choices.js").Reading} Reading
 * @typedef {import("./source.js").Source} Source
 *
 * Where it is shown: what the page says of it, the place, and who is told what happens.
 * @typedef {{
 *   read: Reading, base: string, root: ShadowRoot, place: HTMLElement, tell(name: string, detail: object): void,
 *   breakDown(refusal: Refusal, isLost: boolean): void
 * }} Room
 */

/** So many steps are gone at once; farther goes one picture after another. */
const STRIDE = 5_000;

export class Showing {
  #room;
  #store;
  #signal;
  /** Ends when other views are shown. */
  #views = new AbortController();
  #raising = Promise.resolve();
  /** Which way counts. */
  #walk = 0;
  /** What the core said when it broke down, until it is there again. @type {string | undefined} */
  #broken;

  /**
   * @param {Room} room
   * @param {Store} store
   * @param {AbortSignal} signal
   */
  constructor(room, store, signal) {
    this.#room = room;
    this.#store = store;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#end(), { once: true });
    this.#joinBreakdown();
  }

  /**
   * Opens what the page asks for, and shows it at its step.
   * @param {Room} room
   * @param {AbortSignal} signal when it is done with
   * @returns {Promise<Showing | undefined>} nothing if it was done with meanwhile
   * @throws {Refusal} if it cannot be shown
   */
  static async begin(room, signal) {
    const choices = choicesOf(room.read);
    const source = sourceOf(room.read);
    const reading = textOf(source, room.base);
    // It may be refused before it is waited for.
    reading.catch(() => {});
    const store = await Store.load().catch((error) => {
      throw unloaded(error);
    });
    if (signal.aborted) return void store.dispose();
    const showing = new Showing(room, store, signal);
    await showing.#open(await reading, source, choices);
    if (signal.aborted) return undefined;
    tellRun(store, room.tell);
    await showing.show(choices);
    return signal.aborted ? undefined : showing;
  }

  /** @param {import("./source.js").Text} text @param {Source} source @param {Choices} choices */
  async #open(text, source, { seed, step, speed }) {
    if (this.#signal.aborted) return;
    if ("saved" in text) await this.#openRun(text.saved, source);
    else this.#openConfig(text, source, seed);
    if (this.#broken !== undefined) throw broken(this.#broken);
    if (this.#signal.aborted) return;
    this.speed = speed;
    // The text around it may ask what comes next.
    this.#store.hidesFuture = true;
    if (step !== undefined) await this.seek(step);
  }

  /** @param {string} saved @param {Source} source */
  async #openRun(saved, { ways }) {
    try {
      await this.#store.open(saved);
    } catch (error) {
      throw runRefused(error, ways);
    }
  }

  /** @param {{ file: string, toml: string }} text @param {Source} source @param {number | undefined} seed */
  #openConfig({ file, toml }, { ways }, seed) {
    try {
      this.#store.apply(file, toml, seed);
    } catch (error) {
      throw configRefused(file, error, ways);
    }
  }

  get store() {
    return this.#store;
  }

  /** How it is to be seen, as it is said now. @throws {Refusal} */
  choose() {
    return choicesOf(this.#room.read);
  }

  /** In steps a second; none leaves it as it is. @param {number | undefined} steps */
  set speed(steps) {
    if (steps !== undefined) this.#store.speed = { steps };
  }

  /**
   * Shows these views, once those before are there.
   * @param {Choices} choices
   */
  show(choices) {
    this.#views.abort();
    this.#views = new AbortController();
    const signal = this.#views.signal;
    this.#raising = this.#raising.catch(() => {}).then(() => this.#raise(choices, signal));
    return this.#raising;
  }

  /** @param {Choices} choices @param {AbortSignal} signal */
  async #raise({ views, controls }, signal) {
    if (signal.aborted) return;
    const { root, place } = this.#room;
    try {
      const { Stage } = await import("../stage.js");
      if (signal.aborted) return;
      await Stage.raise(root, place, this.#store, { views, controls }, signal);
      humble(place);
      if (controls !== "none") joinVoice(place, this.#store, signal);
    } catch (error) {
      if (!signal.aborted) throw unloaded(error);
    }
  }

  /**
   * Goes to a step, or to the end if the run is over before it: however far it is, the page stays alive. Whatever else is done
   * with the run ends the way.
   * @param {number} step
   */
  async seek(step) {
    const walk = this.halt();
    for (;;) {
      const { step: now, head } = this.#store.snapshot;
      const next = Math.min(step, Math.max(now, head) + STRIDE);
      this.#store.seek(next);
      if (next === step || this.#store.snapshot.over) return;
      const stand = this.#stand();
      await new Promise((resolve) => setTimeout(resolve));
      if (walk !== this.#walk || this.#signal.aborted || stand !== this.#stand()) return;
    }
  }

  /** Goes no further on the way to a step. Returns the number of the next way. */
  halt() {
    this.#walk += 1;
    return this.#walk;
  }

  /** By which it is seen that somebody has done something with the run. */
  #stand() {
    const { run, step, running, told } = this.#store.snapshot;
    return [run, step, running, told].join();
  }

  #joinBreakdown() {
    const store = this.#store;
    store.addEventListener("breakdown", (event) => {
      this.#broken = /** @type {CustomEvent<string>} */ (event).detail;
    });
    store.addEventListener("recovered", () => {
      if (!this.#signal.aborted) this.#room.breakDown(broken(this.#broken ?? ""), false);
      this.#broken = undefined;
    });
    store.addEventListener("lost", () => {
      if (!this.#signal.aborted) this.#room.breakDown(broken(this.#broken ?? ""), true);
    });
  }

  #end() {
    this.#views.abort();
    this.#store.dispose();
  }
}

/**
 * The views are parts of one figure in a page that has headings and landmarks of its own.
 * @param {HTMLElement} place
 */
function humble(place) {
  for (const section of place.querySelectorAll("section, [role=region]")) section.setAttribute("role", "group");
  // One that can have the focus is something in any case.
  for (const title of place.querySelectorAll("h2")) title.setAttribute("role", title.hasAttribute("tabindex") ? "group" : "presentation");
}

/** @param {string} said */
function broken(said) {
  return new Refusal("panic", `The emulation broke down, which is a mistake in it and not in what you did. ${said}`, [AGAIN, DEFAULTS]);
}
