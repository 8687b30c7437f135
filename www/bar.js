// @ts-check
// Joins what is told on the bar of time and below it, and the menu of goals, to the store.
import { find } from "./dom.js";
import { renderBands } from "./views/bands.js";
import { renderEnding } from "./views/ending.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./emulation.js").Goal} Goal
 * @typedef {import("../pkg/raft_kv.js").Story} Story
 */

/**
 * @param {Store} store
 * @param {() => Story} story
 */
export function joinBar(store, story) {
  const [player, bands, marks] = [find("#player"), find(".bands"), find(".marks")];
  // As the browser tells it: to ask for it while the page is drawn would have it laid out once more.
  let width = 0;
  const drawBands = () => width > 0 && renderBands(bands, marks, { story: story(), head: store.snapshot.head, width });
  store.addEventListener("change", () => {
    drawBands();
    renderEnding(player, store.snapshot);
  });
  new ResizeObserver(([{ contentRect }]) => {
    width = contentRect.width;
    requestAnimationFrame(drawBands);
  }).observe(bands);
  new ResizeObserver(([{ borderBoxSize }]) => {
    document.documentElement.style.setProperty("--player", `${borderBoxSize[0].blockSize}px`);
  }).observe(player);
  marks.addEventListener("click", ({ target }) => {
    const { step } = /** @type {HTMLElement} */ (target).dataset;
    if (step) store.seek(Number(step));
  });
  joinGoals(store);
}

/**
 * The menu of what the run goes on to: it opens where there is room, and closes when something is chosen or turned to.
 * @param {Store} store
 */
function joinGoals(store) {
  /** @type {HTMLDetailsElement} */
  const menu = find("#until");
  const close = () => (menu.open = false);
  find("summary", menu).addEventListener("click", (event) => {
    if (store.snapshot.over) event.preventDefault();
  });
  menu.addEventListener("toggle", () => {
    menu.classList.toggle("upwards", menu.getBoundingClientRect().top > innerHeight / 2);
  });
  menu.addEventListener("click", ({ target }) => {
    const { goal } = /** @type {HTMLElement} */ (target).dataset;
    if (!goal) return;
    close();
    find("summary", menu).focus();
    store.until(/** @type {Goal} */ (goal));
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    find("summary", menu).focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) close();
  });
}
