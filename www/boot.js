// @ts-check
// The one script that also runs where modules do not: it loads the page, or says in words why it cannot. Until the page is
// whole, it holds the clicks and keys for which there is nobody yet, and has them done then.
(() => {
  /** What a click means nothing to without a script; the keys of time are heard as soon as they can be seen. */
  const CLICKED = "button:not(#player .keys button), [data-process], [data-message]";
  /** The keys that the page knows, see bindings.js; all others are the browser's. */
  const KNOWN = [" ", "ArrowRight", "ArrowLeft", "Home", "End", "n", "p", "]", "[", "c", "t", "?"];
  /** Where keys have a meaning of their own; and where those do that press something. */
  const [TYPED, PRESSED] = ["input, select, textarea, dialog", "button, a, summary"];
  const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
  if (location.protocol === "file:") {
    notice.textContent =
      "A browser does not let a page that was opened as a file load WebAssembly. Run “cargo xtask serve” in the " +
      "project's folder and open the address that it prints; or run “wasm-pack build” and serve the folder with any " +
      "static server, for example “python3 -m http.server”, then open http://localhost:8000/www/index.html.";
    return;
  }
  /** @type {Event[]} */
  const held = [];
  /** @param {MouseEvent | KeyboardEvent} event */
  const hold = (event) => {
    const target = /** @type {Element} */ (event.target);
    const isHeld = event instanceof KeyboardEvent ? isMeant(event, target) : target.closest(CLICKED);
    if (!isHeld) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(event);
  };
  /** @param {KeyboardEvent} event @param {Element} target */
  const isMeant = ({ key, altKey, ctrlKey, metaKey }, target) =>
    KNOWN.includes(key.length === 1 ? key.toLowerCase() : key) && !altKey && !ctrlKey && !metaKey && !target.closest(TYPED) && !(key === " " && target.closest(PRESSED));
  const letGo = () => {
    removeEventListener("click", hold, true);
    removeEventListener("keydown", hold, true);
  };
  addEventListener("click", hold, true);
  addEventListener("keydown", hold, true);
  import("./main.js").then(
    () => {
      letGo();
      for (const event of held) {
        const Kind = /** @type {typeof Event} */ (event.constructor);
        event.target?.dispatchEvent(new Kind(event.type, event));
      }
    },
    (error) => {
      letGo();
      notice.hidden = false;
      notice.textContent =
        `The emulation could not be loaded. Is it built? Run “wasm-pack build” in the project's folder. (${error.message})`;
    },
  );
})();
