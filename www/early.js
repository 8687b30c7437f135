// @ts-check
// Holds the clicks and keys for which there is nobody yet, and has them done once there is.

/** What a click means nothing to without a script; the keys of time are heard from the beginning. */
const CLICKED = "button:not(#player .keys button), [data-process], [data-message]";
/** Where keys have a meaning of their own. */
const TYPED = "button, a, summary, input, select, textarea, dialog";

/** @returns {() => void} to be called when there is somebody for everything */
export function holdEarly() {
  /** @type {Event[]} */
  const held = [];
  /** @param {MouseEvent | KeyboardEvent} event */
  const hold = (event) => {
    const target = /** @type {Element} */ (event.target);
    const isOther = event.altKey || event.ctrlKey || event.metaKey;
    const isHeld = event instanceof KeyboardEvent ? event.key !== "Tab" && !isOther && !target.closest(TYPED) : target.closest(CLICKED);
    if (!isHeld) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(event);
  };
  addEventListener("click", hold, true);
  addEventListener("keydown", hold, true);
  return () => {
    removeEventListener("click", hold, true);
    removeEventListener("keydown", hold, true);
    for (const event of held) {
      const Kind = /** @type {typeof Event} */ (event.constructor);
      event.target?.dispatchEvent(new Kind(event.type, event));
    }
  };
}
