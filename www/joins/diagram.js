// @ts-check
// Joins the space-time diagram to the store.
import { find } from "../dom.js";
import { Diagram } from "../views/diagram.js";

/** @typedef {import("../emulation.js").Store} Store */

/**
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 */
export function join(root, store, signal) {
  const host = {
    /** @param {import("../../pkg/raft_kv.js").DiagramOptions} options */
    diagram: (options) => store.ask((core) => core.diagram({ ...options, latest: store.snapshot.shown }), undefined),
    /** @param {import("../emulation.js").Selection | null} selection */
    select: (selection) => store.select(selection),
    /** @param {number} step */
    seek: (step) => store.seek(step),
  };
  const diagram = new Diagram(find("#diagram", root), host, signal);
  store.addEventListener("change", () => diagram.render(store.snapshot), { signal });
}
