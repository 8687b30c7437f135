// @ts-check
// Joins the views of the cluster and of what is done by hand to the store.
import { find } from "./dom.js";
import { renderClients } from "./views/clients.js";
import { renderCluster } from "./views/cluster.js";
import { actOf, renderFaults } from "./views/faults.js";
import { renderNodes } from "./views/nodes.js";

/** @param {import("./emulation.js").Store} store */
export function joinCluster(store) {
  /** @type {SVGElement} */
  const ring = find("#cluster svg");
  const [cards, clients, faults] = [find("#nodes .cards"), find("#clients ul"), find("#faults")];
  store.addEventListener("change", () => {
    const { snapshot } = store;
    renderCluster(ring, snapshot);
    renderFaults(faults, snapshot);
    renderNodes(cards, snapshot);
    renderClients(clients, snapshot);
  });
  faults.addEventListener("change", () => renderFaults(faults, store.snapshot));
  find("#emulation").addEventListener("click", ({ target }) => {
    /** @type {HTMLElement | null} */
    const key = /** @type {Element} */ (target).closest("[data-act]");
    if (key && key.getAttribute("aria-disabled") !== "true") store.act(actOf(key, faults, store.snapshot));
  });
}
