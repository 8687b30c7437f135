// @ts-check
// Joins the laboratory's workbench, the panel, inboxes, clients and forms, to the store. Loaded once somebody turns to it.
import { find } from "./dom.js";
import { doingsOf, joinHands } from "./hands.js";
import { renderClients } from "./views/clients.js";
import { Inboxes } from "./views/inboxes.js";
import { Links } from "./views/links.js";
import { Panel } from "./views/panel.js";
import { Request } from "./views/request.js";

/** @typedef {import("./emulation.js").Store} Store */

/**
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 * @param {HTMLElement} home where the menu stands
 * @returns what the picture's gestures ask for
 */
export function joinWorkbench(root, store, signal, home) {
  const hands = joinHands(root, store, signal, home, (selection, verb) => {
    store.select(selection);
    panel.choose(verb);
  });
  const doings = { ...doingsOf(store), openMenu: hands.openMenu };
  const panel = new Panel(find("#panel", root), doings);
  const views = [panel, new Inboxes(find("#inboxes .list", root), doings), new Links(find("#links", root), doings), new Request(find("#request", root), doings)];
  const clients = find("#clients ul", root);
  const draw = () => {
    for (const view of views) view.render(store.snapshot);
    renderClients(clients, store.snapshot);
  };
  clients.addEventListener("click", ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    const process = button?.dataset.process;
    if (process) store.select(button.getAttribute("aria-pressed") === "true" ? null : { kind: "process", process });
  });
  store.addEventListener("change", draw, { signal });
  draw();
  return hands;
}
