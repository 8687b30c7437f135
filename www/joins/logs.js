// @ts-check
// Joins the logs and stores of the nodes to the store of the run.
import { find } from "../dom.js";
import { Logs } from "../views/logs.js";

/** @typedef {import("../emulation.js").Store} Store */

/**
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 */
export function join(root, store, signal) {
  const host = {
    /** @param {number} first */
    logs: (first) => store.ask((core) => core.logs(first), []),
    /** @param {import("../emulation.js").Selection | null} selection */
    select: (selection) => store.select(selection),
  };
  const logs = new Logs(find("#logs", root), host, signal);
  store.addEventListener("change", () => logs.render(store.snapshot), { signal });
}
