// @ts-check
// Joins the controls of time to the store: the player with its bar, speed and goals, and what is said beside it.
import { find } from "./dom.js";
import { renderBands } from "./views/bands.js";
import { renderEnding } from "./views/ending.js";
import { fillSpeeds, renderHappened, renderPlayer, speedOf } from "./views/player.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./emulation.js").Goal} Goal
 * @typedef {import("../pkg/raft_kv.js").Story} Story
 */

/** @type {Story} */
const NO_STORY = { reigns: [], marks: [], more_marks: 0, times: [] };

/**
 * The story of the run that is known, asked for again when more of it is.
 * @param {Store} store
 * @returns {() => Story}
 */
export function storyOf(store) {
  let [story, known] = [NO_STORY, ""];
  return () => {
    const { run, head, isEndKnown } = store.snapshot;
    const now = `${run} ${head} ${isEndKnown}`;
    if (now !== known) [story, known] = [store.ask((core) => core.story(), NO_STORY), now];
    return story;
  };
}

/**
 * @param {Store} store
 * @param {() => Story} story
 */
export function joinTime(store, story) {
  const [player, bands, marks, happened] = [find("#player"), find(".bands"), find(".marks"), find("#happened")];
  fillSpeeds(player);
  const draw = () => {
    const { snapshot } = store;
    renderPlayer(player, snapshot, story());
    renderBands(bands, marks, story(), snapshot.head);
    renderHappened(happened, snapshot);
    renderEnding(player, snapshot);
  };
  store.addEventListener("change", draw);
  new ResizeObserver(() => store.isBegun && draw()).observe(bands);
  marks.addEventListener("click", ({ target }) => {
    const { step } = /** @type {HTMLElement} */ (target).dataset;
    if (step) store.seek(Number(step));
  });
  joinButtons(store);
  joinGoals(store);
}

/** @param {Store} store */
function joinButtons(store) {
  /** @param {string} id @param {() => void} act */
  const onClick = (id, act) =>
    find(id).addEventListener("click", ({ currentTarget }) => {
      if (/** @type {Element} */ (currentTarget).getAttribute("aria-disabled") !== "true") act();
    });
  onClick("#start", () => store.seek(0));
  onClick("#back", () => store.seek(store.snapshot.step - 1));
  onClick("#run", () => store.toggle());
  onClick("#forward", () => store.seek(store.snapshot.step + 1));
  onClick("#end", () => store.finish());
  /** @type {HTMLInputElement} */
  const scrub = find("#scrub");
  scrub.addEventListener("input", () => store.seek(Number(scrub.value)));
  /** @type {HTMLSelectElement} */
  const speed = find("#speed");
  speed.addEventListener("change", () => {
    store.speed = speedOf(speed.value);
  });
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
