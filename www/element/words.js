// @ts-check
// What the page says of the element, by name, and what is taken in place of it.

/** What runs. */
export const SOURCES = ["config", "scenario", "run", "seed"];
/** How it is seen. */
export const LOOKS = ["step", "views", "controls", "speed", "autoplay", "theme", "label"];

const TOML = ":scope > script[type='application/toml']";

export class Words {
  #element;
  /** What was taken in place of what the page says: somebody pressed a way on, or it was wrong. @type {Map<string, string | null>} */
  #instead = new Map();
  /** How the run is seen since it could be seen so. @type {Map<string, string | null>} */
  #right = new Map();

  /** @param {Element} element */
  constructor(element) {
    this.#element = element;
  }

  /** What counts under this name; null if nothing. @param {string} name */
  read(name) {
    if (this.#instead.has(name)) return this.#instead.get(name) ?? null;
    if (name === "defaults") return null;
    return name === "script" ? this.script : this.#element.getAttribute(name);
  }

  /** The text of the configuration in the page. */
  get script() {
    return this.#element.querySelector(TOML)?.textContent ?? null;
  }

  /** @param {Record<string, string | null>} instead what is taken from now on */
  take(instead) {
    for (const [name, value] of Object.entries(instead)) this.#instead.set(name, value);
  }

  /** What the page says anew counts; for what runs, with all that it is chosen of. @param {string[]} names */
  renew(names) {
    const isOther = names.some((name) => name === "script" || SOURCES.includes(name));
    for (const name of isOther ? [...names, ...SOURCES, "defaults", "script"] : names) this.#instead.delete(name);
  }

  /** The run can be seen as is said now. */
  approve() {
    for (const name of LOOKS) this.#right.set(name, this.read(name));
  }

  /** This cannot be: what was right before is taken in its place. @param {string} name */
  putBack(name) {
    this.#instead.set(name, this.#right.get(name) ?? null);
  }
}
