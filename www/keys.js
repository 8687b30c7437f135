// @ts-check
// The keys. Where the page stands by itself they act wherever nothing is typed or chosen; in a frame only while the emulation
// has the focus, as the page around it has keys of its own.

import { keepSetting, recallSetting } from "./keep.js";

/**
 * What a key does. `words` say it in the help.
 * @typedef {{ keys: string[], shown: string, words: string, act: () => void }} Binding
 */

/** Where keys have a meaning of their own. */
const TYPED = "textarea, select, input:not([type=range]), dialog, [contenteditable]";
/** Where space presses something. */
const PRESSED = "button, summary, label, a, [role=button], [role=option], [role^=menuitem]";

/** What is kept of the reader's choice: "off" if letters and signs do nothing. */
const SETTING = "letters";

export class Keys {
  #bindings;
  #areLettersOn = recallSetting(SETTING) !== "off";

  /**
   * @param {HTMLElement} element where they act
   * @param {Binding[]} bindings
   */
  constructor(element, bindings) {
    this.#bindings = bindings;
    element.addEventListener("keydown", (event) => this.#press(event));
  }

  get bindings() {
    return this.#bindings;
  }

  /** Whether letters and signs act as keys: who speaks to the page, or types blindly, may not want them to. */
  get areLettersOn() {
    return this.#areLettersOn;
  }

  /** @param {boolean} areOn */
  set areLettersOn(areOn) {
    this.#areLettersOn = areOn;
    keepSetting(SETTING, areOn ? "on" : "off");
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest(TYPED) || (event.key === " " && target.closest(PRESSED))) return;
    // The bar moves by its own keys.
    if (target.matches("[type=range]") && event.key !== " ") return;
    if (/^Arrow(Left|Right)$/.test(event.key) && isScrolledSideways(target)) return;
    if (!this.#areLettersOn && event.key.length === 1 && event.key !== " ") return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const binding = this.#bindings.find(({ keys }) => keys.includes(key));
    if (!binding) return;
    event.preventDefault();
    binding.act();
  }
}

/**
 * Whether the arrows move what is in it.
 * @param {Element} element
 */
function isScrolledSideways(element) {
  return element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX);
}
