// @ts-check
// `<raft-kv>`: an emulation in a page of somebody's. What it is asked for stands in its attributes, see raft-kv.d.ts. Until it
// comes near what the reader sees, this is all that is loaded.
import { LABORATORY } from "./assets.js";
import { addressOfRun } from "./address.js";
import { isOn, isParsed, isStillWanted, Presence } from "./element/presence.js";
import { Policy } from "./element/policy.js";
import { promised } from "./element/promised.js";
import { Refusal, renderRefusal, unloaded } from "./element/refusal.js";
import { NAME, Shell } from "./element/shell.js";
import { LOOKS, SOURCES, Words } from "./element/words.js";

/**
 * @typedef {import("./element/showing.js").Showing} Showing
 * @typedef {import("./emulation.js").Goal} Goal
 */

/** @type {Goal[]} */
const GOALS = ["election", "leader", "commit", "reply", "violation"];

export class RaftKv extends HTMLElement {
  static observedAttributes = [...SOURCES, ...LOOKS];

  #shell = new Shell(this.attachShadow({ mode: "open" }));
  /** @type {Presence | undefined} */
  #presence;
  #sight = { isSeen: false, isLookedAt: false };
  #words = new Words(this);
  /** Ends what is loaded or shown. @type {AbortController | undefined} */
  #life;
  /** The run, until it is known that another one is asked for. @type {Showing | undefined} */
  #showing;
  #ready = promised();
  /** The text of the configuration in the page, as it was read last. @type {string | null} */
  #script = null;
  /** Which attributes were changed just now. @type {Set<string>} */
  #changed = new Set();
  /** Why nothing is shown, or not as it was asked for last. @type {Refusal | undefined} */
  #refusal;
  /** Whether it has run by itself already. */
  #hasPlayed = false;

  constructor() {
    super();
    new MutationObserver(() => this.#refill()).observe(this, { childList: true, characterData: true, subtree: true });
  }

  connectedCallback() {
    for (const name of RaftKv.observedAttributes) this.#upgrade(name);
    this.#presence ??= new Presence(this, {
      onNear: () => this.#life ?? this.#begin(),
      onSight: (isSeen, isLookedAt) => this.#see({ isSeen, isLookedAt }),
      isRunning: () => this.snapshot?.running ?? false,
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
    // What is asked for from now on is meant for what will run.
    if (this.#life && SOURCES.includes(name)) this.#await();
  }

  /** @returns {import("./raft-kv.js").Snapshot | null} */
  get snapshot() {
    return this.#showing?.store.snapshot ?? null;
  }

  get ready() {
    return this.#ready.promise;
  }

  play() {
    this.#lead(({ store }) => store.snapshot.running || store.toggle());
  }

  pause() {
    this.#lead(({ store }) => store.snapshot.running && store.stop());
  }

  /** @param {number} step */
  seek(step) {
    const number = Math.max(0, Math.floor(Number(step)));
    if (Number.isNaN(number)) return this.#complain(new Refusal("attribute", `“${step}” is no step to go to, which is a whole number.`));
    this.#lead((showing) => showing.seek(number));
  }

  forward() {
    this.#lead(({ store }) => store.snapshot.over || store.seek(store.snapshot.step + 1));
  }

  back() {
    this.#lead(({ store }) => store.snapshot.step > 0 && store.seek(store.snapshot.step - 1));
  }

  /** The keys are its own from now on. @param {FocusOptions} [options] */
  focus(options) {
    this.#shell.focus(options);
  }

  /** @param {Goal} goal */
  until(goal) {
    if (!GOALS.includes(goal)) return this.#complain(new Refusal("attribute", `“${goal}” is nothing to go on to, which is one of ${GOALS.join(", ")}.`));
    this.#lead(({ store }) => store.snapshot.over || store.until(goal));
  }

  /** @param {string} sentence */
  act(sentence) {
    this.#showing?.halt();
    return this.#showing?.store.act(String(sentence)) ?? false;
  }

  async link() {
    if (!LABORATORY) throw new Error("there is no laboratory beside this file");
    if (!this.isConnected) throw new Error("this emulation stands in no page");
    // Who wants it does not wait until somebody comes near.
    if (!this.#life) this.#begin();
    await this.ready;
    const showing = this.#showing;
    if (!showing) throw new Error("there is no run any more");
    const { pack } = await import("./link.js");
    return addressOfRun(await pack(showing.store.saved()), LABORATORY);
  }

  /** Does this as soon as there is a run, in place of what leads it now. @param {(showing: Showing) => unknown} act */
  #lead(act) {
    const now = () => {
      this.#showing?.halt();
      if (this.#showing) act(this.#showing);
    };
    if (this.#showing) now();
    else this.ready.then(now, () => {});
  }

  /** There is no run until the next one is there. */
  #await() {
    this.#showing = undefined;
    if (this.#ready.isSettled) this.#ready = promised();
  }

  /** Loads what is to run, and shows it. */
  async #begin() {
    this.#end();
    const life = (this.#life = new AbortController());
    const policy = new Policy(this.ownerDocument, life.signal);
    this.#script = this.#words.script;
    try {
      await isParsed(this);
      if (life.signal.aborted) return;
      this.#script = this.#words.script;
      const [{ Showing }] = await Promise.all([import("./element/showing.js"), this.#shell.dress()]);
      const showing = life.signal.aborted ? undefined : await Showing.begin(this.#room(), life.signal);
      if (showing) this.#show(showing);
    } catch (error) {
      const refusal = await policy.explain(unloaded(error));
      if (!life.signal.aborted) this.#refuse(refusal);
    }
  }

  /** What the run is given of this element. */
  #room() {
    return {
      read: (/** @type {string} */ name) => this.#words.read(name),
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
    this.#words.approve();
    this.#ready.resolve();
    this.#hasPlayed = false;
    showing.store.addEventListener("change", () => this.#presence?.watch());
    this.#see(this.#sight);
  }

  #name() {
    return this.getAttribute("label") || this.snapshot?.scenario?.title || NAME;
  }

  /** Has the link lead to the laboratory, if there is one beside this file. */
  #leadOn() {
    if (!LABORATORY) return;
    const page = new URL(LABORATORY);
    const scenario = this.getAttribute("scenario")?.trim().toLowerCase();
    if (scenario) page.searchParams.set("scenario", scenario);
    this.#shell.leadTo(page.href, () => this.link());
  }

  /** @param {{ isSeen: boolean, isLookedAt: boolean }} sight */
  #see(sight) {
    this.#sight = sight;
    const store = this.#showing?.store;
    if (!store) return;
    store.isHeld = !sight.isSeen;
    if (!sight.isLookedAt || this.#hasPlayed || !isOn(this.#words.read("autoplay")) || isStillWanted()) return;
    this.#hasPlayed = true;
    if (!store.snapshot.running && !store.snapshot.over) store.toggle();
  }

  /** Perhaps another text stands within the element. */
  #refill() {
    if (!this.#life || this.#words.script === this.#script) return;
    this.#words.renew(["script"]);
    this.#begin();
  }

  /** Has what was changed take effect. */
  #update() {
    const changed = [...this.#changed];
    this.#changed.clear();
    this.#words.renew(changed);
    this.#leadOn();
    this.#shell.name = this.#name();
    if (!this.#life) return;
    if (this.#showing) this.#showAnew(this.#showing, changed);
    // What is wrong stays so until it is changed itself; how it is called has nothing to do with what is loaded.
    else if (changed.some((name) => SOURCES.includes(name) || (this.#refusal ? this.#refusal.attribute === name : name !== "label"))) this.#begin();
  }

  /** @param {Showing} showing @param {string[]} changed */
  async #showAnew(showing, changed) {
    const { signal } = /** @type {AbortController} */ (this.#life);
    try {
      if (this.#refusal?.attribute && changed.includes(this.#refusal.attribute)) this.#close();
      const { choices, wrong } = this.#choose(showing);
      const right = changed.filter((name) => !wrong.includes(name));
      if (right.includes("autoplay")) this.#hasPlayed = false;
      this.#see(this.#sight);
      if (right.includes("speed")) showing.speed = choices.speed;
      if (right.includes("step") && choices.step !== undefined) showing.seek(choices.step);
      if (right.includes("views") || right.includes("controls")) await showing.show(choices);
    } catch (error) {
      if (!signal.aborted) this.#refuse(error);
    }
  }

  /** How the run is to be seen. What is wrong of it is told, and stays as it was. @param {Showing} showing */
  #choose(showing) {
    for (const wrong = /** @type {string[]} */ ([]); ; ) {
      try {
        const choices = showing.choose();
        this.#words.approve();
        return { choices, wrong };
      } catch (error) {
        if (!(error instanceof Refusal) || error.attribute === undefined) throw error;
        this.#words.putBack(error.attribute);
        wrong.push(error.attribute);
        this.#tellAbove(showing, error);
      }
    }
  }

  /** Has this stand above the run, which goes on. @param {Showing} showing @param {Refusal} refusal */
  #tellAbove(showing, refusal) {
    this.#refusal = refusal;
    this.#shell.tell((notice) => renderRefusal(notice, refusal, ({ instead }) => {
      this.#close();
      if (!instead) return;
      this.#words.take(instead);
      this.#showAnew(showing, Object.keys(instead));
    }));
    this.#complain(refusal);
  }

  #close() {
    this.#refusal = undefined;
    this.#shell.close();
  }

  /** @param {unknown} error why nothing can be shown */
  #refuse(error) {
    const refusal = unloaded(error);
    this.#end();
    // It has begun: what is changed from now on is looked at anew.
    this.#life = new AbortController();
    this.#refusal = refusal;
    this.#shell.refuse((notice) => renderRefusal(notice, refusal, ({ instead = {} }) => {
      this.#words.take(instead);
      this.#begin();
    }));
    this.#ready.reject(refusal);
    this.#complain(refusal);
  }

  /** @param {Refusal} refusal @param {boolean} isLost whether the run cannot go on */
  #breakDown(refusal, isLost) {
    if (isLost) return this.#refuse(refusal);
    const message = `${refusal.message} It was loaded again, and the run stands where it stood.`;
    if (this.#showing) this.#tellAbove(this.#showing, new Refusal("panic", message, [{ words: "Close" }]));
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
    this.#refusal = undefined;
    this.#await();
    this.#shell.state = "loading";
  }

  #leave() {
    this.#presence?.end();
    this.#presence = undefined;
    if (this.#life) this.#ready.reject(new DOMException("This emulation was taken out of its page.", "AbortError"));
    this.#end();
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
      return name === "autoplay" ? isOn(this.getAttribute(name)) : this.getAttribute(name);
    },
    set(value) {
      if (value === null || value === undefined || (name === "autoplay" && !(value && isOn(String(value))))) this.removeAttribute(name);
      else this.setAttribute(name, name === "autoplay" ? "" : Array.isArray(value) ? value.join(" ") : String(value));
    },
  });
}

// The page may load this twice, from two places.
if (!customElements.get("raft-kv")) customElements.define("raft-kv", RaftKv);
