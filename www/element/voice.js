// @ts-check
// What the element says to those who do not see it: what each step did, and what matters while it runs.
import { html } from "../dom.js";
import { Live } from "../live.js";

/**
 * @param {HTMLElement} place where the views stand
 * @param {import("../emulation.js").Store} store
 * @param {AbortSignal} signal
 */
export function joinVoice(place, store, signal) {
  const [polite, assertive] = ["polite", "assertive"].map((manner) => html("p", { class: "hidden-text", "aria-live": manner }));
  place.append(polite, assertive);
  const live = new Live(polite, assertive);
  const read = (/** @type {string} */ selector) => place.querySelector(selector)?.textContent ?? "";
  const tell = () => live.tell(store.snapshot, { happened: read("#happened"), ending: read("#ending"), cuts: read("#cuts") });
  // What is there at first is not news.
  tell();
  store.addEventListener("change", tell, { signal });
  signal.addEventListener("abort", () => [polite, assertive].forEach((it) => it.remove()), { once: true });
}
