// @ts-check
// Joins the picture of the cluster to the store.
import { find } from "../dom.js";
import { Cluster } from "../views/cluster.js";
import { Messages } from "../views/messages.js";

/** @typedef {import("../emulation.js").Store} Store */

/**
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 * @param {boolean} isByHand whether things are done in it, not only looked at
 */
export function join(root, store, signal, isByHand) {
  /** @type {SVGElement} */
  const picture = find("#cluster svg", root);
  const views = [new Cluster(picture), new Messages(picture, isByHand, signal)];
  const draw = () => {
    for (const view of views) view.render(store.snapshot);
  };
  store.addEventListener("change", draw, { signal });
}
