// @ts-check
// Joins the checks to the store.
import { find } from "../dom.js";
import { Checks } from "../views/checks.js";

/** @typedef {import("../emulation.js").Store} Store */

/**
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 */
export function join(root, store, signal) {
  const checks = new Checks(find("#checks", root), (step) => store.seek(step));
  store.addEventListener("change", () => checks.render(store.snapshot), { signal });
}
