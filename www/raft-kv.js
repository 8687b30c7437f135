// @ts-check
// `<raft-kv>`: an emulation in a page of somebody's. What it is asked for stands in its attributes, see raft-kv.d.ts. Until it
// comes near what the reader sees, this is all that is loaded.
import { LABORATORY } from "./assets.js";
import { addressOfRun } from "./address.js";
import { isParsed, isStillWanted, Presence } from "./element/presence.js";
import { Refusal, renderRefusal, unloaded } from "./element/refusal.js";
import { NAME, Shell } from "./element/shell.js";

/**
 * @typedef {import("./element/showing.js").Showing} Showing
 * @typedef {import("./emulation.js").Goal} Goal
 */

/** What runs; a change begins anew. */
const SOURCES = ["config", "scenario", "run", "seed"];
/** How it is seen. */
const LOOKS = ["step", "views", "controls", "speed", "autoplay", "theme", "label"];
/** @type {Goal[]} */
const GOALS = ["election", "leader", "commit", "reply", "violation"];
const TOML = ":scope > script[type='application/toml']";

// Where pages are only written, there are no elements: what embeds this one can be loaded there all the same.
export class RaftKv extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = [...SOURCES, ...LOOKS];

  #shell = new Shell(this.attachShadow({ mode: "open" }), () => this.#refill());
  /** @type {Presence | undefined} */
  #presence;
  #sight = { isSeen: false, isLookedAt: false };
  /** What is taken in place of what the page says, as somebody pressed a way on. @type {Map<string, string | null>} */
  #instead = new Map();
  /** Ends what is loaded or shown. @type {AbortController | undefined} */
  #life;
  /** @type {Showing | undefined} */
  #showing;
  #ready = promised();
  /** The text of the configuration in the page that runs. @type {string | null} */
  #script = null;
  /** Which attributes were changed just now. */
  #changed = new Set();
  /** Whether it has run by itself already. */
  #hasPlayed = false;

  connectedCallback() {
    for (const name of RaftKv.observedAttributes) this.#upgrade(name);
    this.#presence ??= new Presence(this, {
      onNear: () => this.#begin(),
      onSight: (isSeen, isLookedAt) => this.#see({ isSeen, isLookedAt }),
    });
    this.#leadOn();
  }

  disconnectedCallback() {
    // What is only moved is there again at once.
    queueMicrotask(() => this.isConnected || this.#leave());
  }

  /** Moved as a whole: everything goes on. */
  connectedMoveCallback() {}

  adoptedCallback() {
    this.#leave();
  }

  /** @param {string} name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(name, before, now) {
    // Who is to stand at a step once more may have left it meanwhile.
    if (before === now && name !== "step") return;
    if (this.#changed.size === 0) queueMicrotask(() => this.#update());
    this.#changed.add(name);
  }

  get snapshot() {
    return this.#showing?.store.snapshot ?? null;
  }

  get ready() {
    return this.#ready.promise;
  }

  play() {
    this.#do(({ store }) => store.snapshot.running || store.toggle());
  }

  pause() {
    this.#do(({ store }) => store.snapshot.running && store.stop());
  }

  /** @param {number} step */
  seek(step) {
    const number = Math.max(0, Math.floor(Number(step)));
    if (Number.isNaN(number)) return this.#complain(new Refusal("attribute", `“${step}” is no step to go to, which is a whole number.`));
    this.#do((showing) => showing.seek(number));
  }

  forward() {
    this.#do(({ store }) => store.snapshot.over || store.seek(store.snapshot.step + 1));
  }

  back() {
    this.#do(({ store }) => store.snapshot.step > 0 && store.seek(store.snapshot.step - 1));
  }

  /** @param {Goal} goal */
  until(goal) {
    if (!GOALS.includes(goal)) return this.#complain(new Refusal("attribute", `“${goal}” is nothing to go on to, which is one of ${GOALS.join(", ")}.`));
    this.#do(({ store }) => store.snapshot.over || store.until(goal));
  }

  /** @param {string} sentence */
  act(sentence) {
    return this.#showing?.store.act(String(sentence)) ?? false;
  }

  async link() {
    if (!LABORATORY) throw new Error("there is no laboratory beside this file");
    await this.ready;
    const showing = this.#showing;
    if (!showing) throw new Error("there is no run any more");
    const { pack } = await import("./link.js");
    return addressOfRun(await pack(showing.store.saved()), LABORATORY);
  }

  /** Does this as soon as there is a run. @param {(showing: Showing) => unknown} act */
  #do(act) {
    if (this.#showing) act(this.#showing);
    else this.ready.then(() => this.#showing && act(this.#showing), () => {});
  }

  /** What the page says under this name, or what is taken in its place. @param {string} name */
  #read(name) {
    if (this.#instead.has(name)) return this.#instead.get(name) ?? null;
    if (name === "defaults") return null;
    return name === "script" ? this.querySelector(TOML)?.textContent ?? null : this.getAttribute(name);
  }

  /** Loads what is to run, and shows it. */
  async #begin() {
    this.#end();
    const life = (this.#life = new AbortController());
    if (this.#ready.isSettled) this.#ready = promised();
    try {
      await isParsed(this);
      if (life.signal.aborted) return;
      this.#script = this.#read("script");
      const [{ Showing }] = await Promise.all([import("./element/showing.js"), this.#shell.dress()]);
      const showing = life.signal.aborted ? undefined : await Showing.begin(this.#room(), life.signal);
      if (showing) this.#show(showing);
    } catch (error) {
      if (!life.signal.aborted) this.#refuse(error);
    }
  }

  /** What the run is given of this element. */
  #room() {
    return {
      read: (/** @type {string} */ name) => this.#read(name),
      base: this.ownerDocument.baseURI,
      root: this.#shell.root,
      place: this.#shell.place,
      tell: (/** @type {string} */ name, /** @type {object} */ detail) => this.#tell(name, detail),
      breakDown: (/** @type {Refusal} */ refusal, /** @type {boolean} */ isLost) => this.#breakDown(refusal, isLost),
    };
  }

  /** @param {Showing} showing */
  #show(showing) {
    this.#showing = showing;
    this.#shell.state = "live";
    this.#shell.name = this.#name();
    this.#ready.resolve();
    this.#hasPlayed = false;
    this.#see(this.#sight);
  }

  #name() {
    return this.getAttribute("label") || this.snapshot?.scenario?.title || NAME;
  }

  /** Has the link lead to the laboratory, if there is one beside this file. */
  #leadOn() {
    if (!LABORATORY) return;
    const page = new URL(LABORATORY);
    const scenario = this.getAttribute("scenario");
    if (scenario) page.searchParams.set("scenario", scenario);
    this.#shell.leadTo(page.href, () => this.link());
  }

  /** @param {{ isSeen: boolean, isLookedAt: boolean }} sight */
  #see(sight) {
    this.#sight = sight;
    const store = this.#showing?.store;
    if (!store) return;
    store.isHeld = !sight.isSeen;
    if (!sight.isLookedAt || this.#hasPlayed || this.#read("autoplay") === null || isStillWanted()) return;
    this.#hasPlayed = true;
    if (!store.snapshot.running && !store.snapshot.over) store.toggle();
  }

  /** Another text stands within the element. */
  #refill() {
    if (this.#life && this.#read("script") !== this.#script) this.#begin();
  }

  /** Has what was changed take effect. */
  #update() {
    const changed = [...this.#changed];
    this.#changed.clear();
    const isOther = changed.some((name) => SOURCES.includes(name));
    for (const name of isOther ? [...changed, ...SOURCES, "defaults", "script"] : changed) this.#instead.delete(name);
    this.#leadOn();
    if (!this.#life) return;
    if (isOther || !this.#showing) this.#begin();
    else this.#showAnew(this.#showing, changed);
  }

  /** @param {Showing} showing @param {string[]} changed */
  async #showAnew(showing, changed) {
    const { signal } = /** @type {AbortController} */ (this.#life);
    try {
      const choices = showing.choose();
      this.#shell.name = this.#name();
      if (changed.includes("autoplay")) this.#hasPlayed = false;
      this.#see(this.#sight);
      if (changed.includes("step") && choices.step !== undefined) showing.seek(choices.step);
      if (changed.includes("views") || changed.includes("controls")) await showing.show(choices);
    } catch (error) {
      if (!signal.aborted) this.#refuse(error);
    }
  }

  /** @param {unknown} error why nothing can be shown */
  #refuse(error) {
    const refusal = error instanceof Refusal ? error : unloaded(error);
    this.#end();
    // It has begun: what is changed from now on is looked at anew.
    this.#life = new AbortController();
    this.#shell.refuse((notice) => renderRefusal(notice, refusal, ({ instead = {} }) => {
      for (const [name, value] of Object.entries(instead)) this.#instead.set(name, value);
      this.#begin();
    }));
    this.#ready.reject(refusal);
    this.#complain(refusal);
  }

  /** @param {Refusal} refusal @param {boolean} isLost whether the run cannot go on */
  #breakDown(refusal, isLost) {
    if (isLost) return this.#refuse(refusal);
    const message = `${refusal.message} It was loaded again, and the run stands where it stood.`;
    this.#shell.tell((notice) => renderRefusal(notice, new Refusal("panic", message, [{ words: "Close" }]), () => this.#shell.close()));
    this.#complain(refusal);
  }

  /** @param {Refusal} refusal */
  #complain({ message, kind }) {
    this.dispatchEvent(new CustomEvent("error", { composed: true, detail: { message, kind } }));
  }

  /** @param {string} name @param {object} detail */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  #end() {
    this.#life?.abort();
    this.#life = undefined;
    this.#showing = undefined;
    this.#shell.state = "loading";
  }

  #leave() {
    this.#presence?.end();
    this.#presence = undefined;
    this.#end();
    if (this.#ready.isSettled) this.#ready = promised();
  }

  /** What was set before the browser knew what this element is counts as if it was set now. @param {string} name */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const it = /** @type {any} */ (this);
    const value = it[name];
    delete it[name];
    it[name] = value;
  }
}

for (const name of RaftKv.observedAttributes) {
  Object.defineProperty(RaftKv.prototype, name, {
    configurable: true,
    enumerable: true,
    get() {
      return name === "autoplay" ? this.hasAttribute(name) : this.getAttribute(name);
    },
    set(value) {
      if (value === null || value === undefined || (name === "autoplay" && !value)) this.removeAttribute(name);
      else this.setAttribute(name, name === "autoplay" ? "" : Array.isArray(value) ? value.join(" ") : String(value));
    },
  });
}

/** A promise that is settled from outside; nobody has to listen. */
function promised() {
  const { promise, resolve, reject } = /** @type {PromiseWithResolvers<void>} */ (Promise.withResolvers());
  promise.catch(() => {});
  const it = {
    promise,
    isSettled: false,
    resolve: () => settle(() => resolve()),
    reject: (/** @type {unknown} */ why) => settle(() => reject(why)),
  };
  /** @param {() => void} how */
  const settle = (how) => {
    it.isSettled = true;
    how();
  };
  return it;
}

// The page may load this twice, from two places.
if (globalThis.customElements && !customElements.get("raft-kv")) customElements.define("raft-kv", RaftKv);
