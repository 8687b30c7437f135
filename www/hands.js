// @ts-check
// Joins what is done by hand to the store: panel, inboxes, clients, menu and forms. Loaded once somebody turns to it.
import { find } from "./dom.js";
import { renderClients } from "./views/clients.js";
import { Inboxes } from "./views/inboxes.js";
import { Links } from "./views/links.js";
import { Menu } from "./views/menu.js";
import { Panel } from "./views/panel.js";
import { Parting } from "./views/parting.js";
import { Request } from "./views/request.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./emulation.js").Selection} Selection
 */

/**
 * @param {Store} store
 * @returns what else the picture's gestures ask for
 */
export function joinHands(store) {
  /** @type {(selection: Selection, at: { x: number, y: number }, opener: HTMLElement | SVGElement) => void} */
  const openMenu = (selection, at, opener) => menu.open(selection, at, opener, store.snapshot);
  const doings = {
    act: (/** @type {string} */ sentence) => store.act(sentence),
    // Without the advice on how to write a sentence: here nobody writes any.
    refusal: (/** @type {string} */ sentence) => store.refusal(sentence)?.split("; write it as")[0],
    select: (/** @type {Selection | null} */ selection) => store.select(selection),
    say: (/** @type {string} */ text) => store.say(text),
    openMenu,
    choose: (/** @type {Selection} */ selection, /** @type {string} */ verb) => {
      store.select(selection);
      panel.choose(verb);
    },
  };
  const menu = new Menu(doings);
  const panel = new Panel(find("#panel"), doings);
  const parting = new Parting(find("#parting"), find("#draw"), find("#cluster svg"), doings);
  const views = [panel, parting, new Inboxes(find("#inboxes .list"), doings), new Links(find("#links"), doings), new Request(find("#request"), doings)];
  const clients = find("#clients ul");
  const draw = () => {
    for (const view of views) view.render(store.snapshot);
    renderClients(clients, store.snapshot);
  };
  clients.addEventListener("click", ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    const process = button?.dataset.process;
    if (process) store.select(button.getAttribute("aria-pressed") === "true" ? null : { kind: "process", process });
  });
  store.addEventListener("change", draw);
  draw();
  return { openMenu, togglePartition: () => parting.toggle() };
}
