// @ts-check
// Joins the controls of time to the store: the player with its speed, and where the run stands.
import { find } from "./dom.js";
import { fillSpeeds, renderHappened, renderPlayer, speedOf } from "./views/player.js";

/**
 * @typedef {import("./emulation.js").Store} Store
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
 * @param {ParentNode} root
 * @param {Store} store
 * @param {() => Story} story
 * @param {AbortSignal} signal
 */
export function joinTime(root, store, story, signal) {
  const [player, happened] = [find("#player", root), find("#happened", root)];
  fillSpeeds(player);
  const draw = () => {
    renderPlayer(player, store.snapshot, story());
    renderHappened(happened, store.snapshot);
  };
  store.addEventListener("change", draw, { signal });
  joinButtons(player, store);
}

/**
 * @param {HTMLElement} player
 * @param {Store} store
 */
function joinButtons(player, store) {
  /** @param {string} id @param {() => void} act */
  const onClick = (id, act) =>
    find(id, player).addEventListener("click", ({ currentTarget }) => {
      if (/** @type {Element} */ (currentTarget).getAttribute("aria-disabled") !== "true") act();
    });
  onClick("#start", () => store.seek(0));
  onClick("#back", () => store.seek(store.snapshot.step - 1));
  onClick("#run", () => store.toggle());
  onClick("#forward", () => store.seek(store.snapshot.step + 1));
  onClick("#end", () => store.finish());
  /** @type {HTMLInputElement} */
  const scrub = find("#scrub", player);
  scrub.addEventListener("input", () => store.seek(Number(scrub.value)));
  /** @type {HTMLSelectElement} */
  const speed = find("#speed", player);
  speed.addEventListener("change", () => {
    store.speed = speedOf(speed.value);
  });
}
