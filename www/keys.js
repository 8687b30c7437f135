// @ts-check
// The keys, which act only while the emulation has the focus, and never where something is typed or chosen.

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

  /**
   * @param {HTMLElement} element
   * @param {Binding[]} bindings
   */
  constructor(element, bindings) {
    this.#bindings = bindings;
    element.addEventListener("keydown", (event) => this.#press(event));
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
