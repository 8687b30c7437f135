// @ts-check
// Joins what is told on the bar of time and below it, and the menu of goals, to the store.
import { find, observe, showAt } from "./dom.js";
import { renderBands } from "./views/bands.js";
import { renderEnding } from "./views/ending.js";
import { Verdict } from "./views/verdict.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./emulation.js").Goal} Goal
 * @typedef {import("../pkg/raft_kv.js").Story} Story
 */

/** How far the menu of goals stands from its button, and what is left free beyond it; in pixels. */
const [GAP, FREE] = [6, 8];

/**
 * @param {ParentNode} root
 * @param {Store} store
 * @param {() => Story} story
 * @param {AbortSignal} signal
 */
export function joinBar(root, store, story, signal) {
  const player = find("#player", root);
  const [bands, marks, button] = [find(".bands", player), find(".marks", player), find("#verdict", player)];
  const verdict = new Verdict(button);
  // As the browser tells it: to ask for it while the page is drawn would have it laid out once more.
  let width = 0;
  const broken = violationsOf();
  const drawBands = () => {
    const { head, shown } = store.snapshot;
    if (width > 0) renderBands(bands, marks, { story: story(), violations: broken(store.snapshot), head, shown, width });
  };
  const draw = () => {
    drawBands();
    renderEnding(player, store.snapshot);
    verdict.render(store.snapshot, root.querySelector("#checks") !== null);
  };
  store.addEventListener("change", draw, { signal });
  const sizes = new ResizeObserver(([{ contentRect }]) => {
    width = contentRect.width;
    requestAnimationFrame(drawBands);
  });
  observe(sizes, signal, bands);
  marks.addEventListener("click", ({ target }) => {
    const { step } = /** @type {HTMLElement} */ (target).dataset;
    if (step) store.seek(Number(step));
  });
  button.addEventListener("click", () => {
    const { step } = button.dataset;
    if (step) store.seek(Number(step));
    /** @type {HTMLElement | null} */
    const title = root.querySelector("#checks-title");
    // The page around an element stays where its reader has scrolled to.
    if (root instanceof Document) title?.scrollIntoView({ block: "center" });
    title?.focus({ preventScroll: true });
  });
  joinGoals(player, store, signal);
}

/** What was seen so far not to hold in the run that is shown, once for each property: the same list until there is more. */
function violationsOf() {
  /** @type {{ property: string, step: number }[]} */
  let seen = [];
  let of = 0;
  return (/** @type {import("./emulation.js").Snapshot} */ { run, violations }) => {
    if (run !== of) [of, seen] = [run, []];
    const fresh = violations.filter(({ property }) => seen.every((it) => it.property !== property));
    if (fresh.length > 0) seen = [...seen, ...fresh];
    return seen;
  };
}

/**
 * The menu of what the run goes on to: it opens where there is room, and closes when something is chosen or turned to.
 * @param {HTMLElement} player
 * @param {Store} store
 * @param {AbortSignal} signal
 */
function joinGoals(player, store, signal) {
  /** @type {HTMLDetailsElement} */
  const menu = find("#until", player);
  const choices = find(".choices", menu);
  const close = () => (menu.open = false);
  // Beside its button in the window, not in the player, which may scroll and would cut it off.
  const place = () => {
    if (!menu.open) return;
    const { left, top, bottom } = menu.getBoundingClientRect();
    showAt(choices, ({ height }) => ({ x: left, y: bottom + GAP + height <= innerHeight - FREE ? bottom + GAP : top - GAP - height }));
  };
  find("summary", menu).addEventListener("click", (event) => {
    if (store.snapshot.over) event.preventDefault();
  });
  menu.addEventListener("toggle", () => (menu.open ? place() : choices.hidePopover()));
  // Also where a part of the page scrolls, not the page.
  addEventListener("scroll", place, { passive: true, capture: true, signal });
  addEventListener("resize", place, { signal });
  menu.addEventListener("click", ({ target }) => {
    const { goal } = /** @type {HTMLElement} */ (target).dataset;
    if (!goal) return;
    close();
    find("summary", menu).focus();
    store.until(/** @type {Goal} */ (goal));
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    // What it stands in stays open.
    event.preventDefault();
    close();
    find("summary", menu).focus();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) close();
  });
  // What is pressed need not take the focus.
  const leave = (/** @type {Event} */ event) => event.composedPath().includes(menu) || close();
  addEventListener("pointerdown", leave, { signal });
}
