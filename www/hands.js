// @ts-check
// Joins what the picture's gestures ask for, the menu and the drawing of a partition, to the store. Loaded once somebody
// turns to it.
import { find } from "./dom.js";
import { Menu } from "./views/menu.js";
import { Parting } from "./views/parting.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./emulation.js").Selection} Selection
 */

/** What hands do by way of the store. @param {Store} store */
export function doingsOf(store) {
  return {
    act: (/** @type {string} */ sentence) => store.act(sentence),
    // Without the advice on how to write a sentence: here nobody writes any.
    refusal: (/** @type {string} */ sentence) => store.refusal(sentence)?.split("; write it as")[0],
    select: (/** @type {Selection | null} */ selection) => store.select(selection),
    say: (/** @type {string} */ text) => store.say(text),
  };
}

/**
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 * @param {HTMLElement} home where the menu stands
 * @param {(selection: Selection, verb: string) => void} [choose] shows where the rest of what a verb needs is chosen, if not
 *   in the menu
 */
export function joinHands(root, store, signal, home, choose) {
  const doings = doingsOf(store);
  const menu = new Menu(home, { ...doings, choose }, signal);
  const section = find("#cluster", root);
  const parting = new Parting(find("#parting", section), find("#draw", section), find("svg", section), doings);
  const draw = () => parting.render(store.snapshot);
  store.addEventListener("change", draw, { signal });
  draw();
  /** @type {(selection: Selection, at: { x: number, y: number }, opener: HTMLElement | SVGElement) => void} */
  const openMenu = (selection, at, opener) => menu.open(selection, at, opener, store.snapshot);
  return { openMenu, togglePartition: () => parting.toggle() };
}
