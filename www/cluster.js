// @ts-check
// Joins the picture of the cluster to the store.
import { find } from "./dom.js";
import { Cluster } from "./views/cluster.js";
import { Messages } from "./views/messages.js";

/** @param {import("./emulation.js").Store} store */
export function joinCluster(store) {
  const picture = find("#cluster svg");
  const views = [new Cluster(picture), new Messages(picture)];
  store.addEventListener("change", () => {
    for (const view of views) view.render(store.snapshot);
  });
}
