// @ts-check
// The menu of what can be done to a node, a client or a message, beside it.
import { verbsOf } from "../deeds.js";
import { activeBeside, disable, html, rootOf, showAt } from "../dom.js";
import { lackOf, usual } from "../verbs.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../emulation.js").Selection} Selection
 * @typedef {import("../verbs.js").Verb} Verb
 * @typedef {{
 *   act(sentence: string): unknown,
 *   refusal(sentence: string): string | undefined,
 *   select(selection: Selection): void,
 *   choose?(selection: Selection, verb: string): void,
 *   say(text: string): void,
 * }} Doings `choose` shows where the rest of what a verb needs is chosen; without it, the menu offers the choices
 */

export class Menu {
  #doings;
  #home;
  #element = /** @type {HTMLElement} */ (html("div", { id: "menu", role: "menu", popover: "manual" }));
  /** Where it was asked for, from the corner of what opened it. */
  #at = { x: 0, y: 0 };
  /** @type {HTMLElement | SVGElement | null} */
  #opener = null;
  /** Who gets the focus if the opener is gone: who was to receive the message. */
  #heir = "";

  /**
   * @param {HTMLElement} home where it stands, and what gets the focus if nothing else can
   * @param {Doings} doings
   * @param {AbortSignal} signal
   */
  constructor(home, doings, signal) {
    this.#home = home;
    this.#doings = doings;
    home.append(this.#element);
    signal.addEventListener("abort", () => this.#element.remove(), { once: true });
    this.#element.addEventListener("keydown", (event) => this.#onKey(event));
    // Not by the browser, which takes the end of a long press for a press beside it.
    const leave = (/** @type {Event} */ event) => event.composedPath().includes(this.#element) || this.#hide();
    document.addEventListener("pointerdown", leave, { capture: true, signal });
    this.#element.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.#element.contains(/** @type {Node} */ (relatedTarget))) this.#hide();
    });
    // It stays beside what opened it, whatever is scrolled.
    document.addEventListener("scroll", () => this.#isOpen && this.#place(), { passive: true, capture: true, signal });
    // The key that opened it may ask for the browser's own menu when it comes up.
    this.#element.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /**
   * @param {Selection} selection
   * @param {{ x: number, y: number }} at in CSS pixels of the window
   * @param {HTMLElement | SVGElement} opener what gets the focus when it closes
   * @param {Snapshot} snapshot
   */
  open(selection, at, opener, snapshot) {
    const verbs = verbsOf(selection, snapshot);
    if (verbs.length === 0) return;
    this.#opener = opener;
    const message = selection.kind === "message" && snapshot.messages.find(({ id }) => id === selection.id);
    this.#heir = message ? message.to : "";
    const title = selection.kind === "process" ? selection.process : `message ${selection.kind === "message" ? selection.id : ""}`;
    this.#element.setAttribute("aria-label", `What to do with ${title}`);
    const { left, top } = opener.getBoundingClientRect();
    this.#at = { x: at.x - left, y: at.y - top };
    this.#show(title, verbs.map((verb) => this.#item(verb, selection)));
  }

  /**
   * @param {string} title
   * @param {HTMLElement[]} items
   */
  #show(title, items) {
    this.#element.replaceChildren(html("p", { "aria-hidden": "true" }, title), ...items);
    this.#place();
    items[0].focus({ preventScroll: true });
  }

  /** Where it was asked for, as long as what opened it is there. */
  #place() {
    if (!this.#opener || (this.#isOpen && !this.#opener.isConnected)) return;
    const { left, top } = this.#opener.getBoundingClientRect();
    showAt(this.#element, () => ({ x: left + this.#at.x, y: top + this.#at.y }));
  }

  /**
   * @param {Verb} verb
   * @param {Selection} selection
   */
  #item(verb, selection) {
    const { input } = verb;
    const value = usual(verb);
    const words = input?.kind === "number" ? `${verb.words} ${value} ${input.unit}` : `${verb.words}${input ? "…" : ""}`;
    const item = html("button", { type: "button", role: "menuitem", tabindex: -1, "data-verb": verb.name, title: verb.title }, words);
    const lack = lackOf(verb);
    const reason = input?.kind === "choice" ? lack : this.#doings.refusal(verb.act(value));
    disable(item, reason !== undefined, reason ?? "");
    item.addEventListener("click", () => {
      if (lack === undefined && input?.kind === "choice" && !this.#doings.choose) return this.#offer(verb, input.options);
      this.#close();
      if (lack !== undefined) this.#doings.say(`Not done: ${lack}.`);
      else if (input?.kind === "choice") this.#doings.choose?.(selection, verb.name);
      else this.#doings.act(verb.act(value));
    });
    return item;
  }

  /**
   * What a verb needs is chosen in the menu itself.
   * @param {Verb} verb
   * @param {{ value: string, words: string }[]} options
   */
  #offer(verb, options) {
    const items = options.map(({ value, words }) => {
      const item = html("button", { type: "button", role: "menuitem", tabindex: -1, title: verb.title }, words);
      const reason = this.#doings.refusal(verb.act(value));
      disable(item, reason !== undefined, reason ?? "");
      item.addEventListener("click", () => {
        this.#close();
        this.#doings.act(verb.act(value));
      });
      return item;
    });
    this.#show(`${verb.words}…`, items);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const items = this.#items();
    const at = items.indexOf(/** @type {HTMLElement} */ (activeBeside(this.#element)));
    const { key } = event;
    event.stopPropagation();
    if (key === "ArrowDown") items[(at + 1) % items.length].focus();
    else if (key === "ArrowUp") items[(at + items.length - 1) % items.length].focus();
    else if (key === "Home") items[0].focus();
    else if (key === "End") items[items.length - 1].focus();
    else if (key === "Escape" || key === "Tab") this.#close();
    else return;
    event.preventDefault();
  }

  /** Closes it, and gives the focus back to what opened it, or, if that is gone, to where the keys act. */
  #close() {
    this.#hide();
    this.#opener?.focus({ preventScroll: true });
    if (activeBeside(this.#element) === this.#opener) return;
    /** @type {SVGElement | null} */
    const heir = rootOf(this.#element).querySelector(`#cluster [data-process="${this.#heir}"]`);
    (heir ?? this.#home).focus();
  }

  #hide() {
    this.#element.hidePopover();
  }

  get #isOpen() {
    return this.#element.matches(":popover-open");
  }

  #items() {
    return /** @type {HTMLElement[]} */ ([...this.#element.querySelectorAll("[role=menuitem]")]);
  }
}
