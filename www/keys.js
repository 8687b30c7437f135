// @ts-check
// The keys. Where the page stands by itself they act wherever nothing is typed or chosen; in a frame, and in an element of
// somebody's page, only while the emulation has the focus, as the page around it has keys of its own.

/**
 * What a key does. `words` say it in the help.
 * @typedef {{ keys: string[], shown: string, words: string, act: () => void }} Binding
 */

/** Where keys have a meaning of their own. */
const TYPED = "textarea, select, input:not([type=range]), dialog, [contenteditable]";
/** Where space presses something. */
const PRESSED = "button, summary, label, a, [role=button], [role=option], [role^=menuitem]";

export class Keys {
  #bindings;
  /** Whether letters and signs act as keys: who speaks to the page, or types blindly, may not want them to. */
  areLettersOn = true;

  /**
   * @param {HTMLElement} element where they act
   * @param {Binding[]} bindings
   * @param {AbortSignal} signal
   */
  constructor(element, bindings, signal) {
    this.#bindings = bindings;
    element.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  get bindings() {
    return this.#bindings;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = /** @type {Element} */ (event.target);
    if (target.closest(TYPED) || (event.key === " " && target.closest(PRESSED))) return;
    // The bar moves by its own keys.
    if (target.matches("[type=range]") && event.key !== " ") return;
    if (/^Arrow(Left|Right)$/.test(event.key) && isScrolledSideways(target)) return;
    if (!this.areLettersOn && event.key.length === 1 && event.key !== " ") return;
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
