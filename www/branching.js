// @ts-check
// Joins the list of branches, and their comparison, to the store. Both are loaded when there is more than one branch.
import { find, write } from "./dom.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("../pkg/raft_kv.js").Emulation} Emulation
 * @typedef {import("../pkg/raft_kv.js").Line} Line
 */

/** So many steps are taken at once to know more lines. */
const STRIDE = 500;

/**
 * @param {Store} store
 * @param {(text: string) => void} say
 */
export function joinBranches(store, say) {
  /** @type {import("./views/branches.js").BranchList | undefined} */
  let list;
  /** @type {Promise<void> | undefined} */
  let loading;
  const [count, place, comparison] = [find("#branches .count"), find("#branches .list"), find("#branches .comparison-place")];
  const load = async () => {
    const { BranchList } = await import("./views/branches.js");
    list = new BranchList(place, {
      switchTo: (id) => store.switchTo(id),
      rename: (id, name) => store.rename(id, name),
      remove: (id) => store.remove(id),
      compare: (id) => compare(store, id, comparison),
    });
    list.render(store.snapshot);
  };
  const former = find("#former-run");
  former.addEventListener("click", () => store.former && store.bringBack(store.former));
  store.addEventListener("change", () => {
    const { branches } = store.snapshot;
    former.hidden = !store.former;
    write(count, branches.length === 1 ? "one so far" : `${branches.length} of 16 at most`);
    if (list) list.render(store.snapshot);
    else if (branches.length > 1) loading ??= load().catch(({ message }) => say(`The branches could not be loaded: ${message}.`));
    // What is compared may be gone.
    if (comparison.dataset.branches !== branches.map(({ id }) => id).join()) comparison.replaceChildren();
  });
}

/**
 * @param {Store} store
 * @param {number} id the branch that the current one is compared with
 * @param {HTMLElement} place
 */
async function compare(store, id, place) {
  const { Comparison } = await import("./views/comparison.js");
  const { branch, branches } = store.snapshot;
  const [left, right] = [branch, id].map((wanted) => branches.find((it) => it.id === wanted));
  if (!left || !right) return;
  place.dataset.branches = branches.map((it) => it.id).join();
  const step = parting(store, left.id, right.id);
  const [before, behind] = [left, right].map((side) => linesUpTo(store, side.id, step));
  new Comparison(place, [left, right], { step, places: [before, behind] }, {
    lines: (side, start, end) => store.askCopy(side, (core) => knownLines(core, start, end), []),
    goTo: (side, to, line) => {
      store.switchTo(side, to);
      store.select({ kind: "event", step: to, place: line });
    },
    close: () => /** @type {HTMLElement | null} */ (document.querySelector(`[data-branch="${id}"][data-does="compare"]`))?.focus(),
  });
  place.scrollIntoView({ block: "start" });
}

/**
 * The last step that two branches have in common: all before the first act that only one of them has.
 * @param {Store} store
 * @param {number} left
 * @param {number} right
 */
function parting(store, left, right) {
  const [ours, theirs] = [left, right].map((id) => store.askCopy(id, (core) => core.acts(), []));
  const differs = ours.findIndex((act, place) => act.step !== theirs[place]?.step || act.text !== theirs[place]?.text);
  const first = differs === -1 ? ours.length : differs;
  const steps = [ours[first]?.step, theirs[first]?.step].filter((step) => step !== undefined);
  return Math.min(...steps) - 1;
}

/**
 * How many lines a branch has up to a step.
 * @param {Store} store
 * @param {number} id
 * @param {number} step
 */
function linesUpTo(store, id, step) {
  return store.askCopy(id, (core) => {
    core.seek(step);
    return core.snapshot().lines;
  }, 0);
}

/**
 * Lines of a run, which is taken on until they are known.
 * @param {Emulation} core
 * @param {number} start
 * @param {number} end
 * @returns {Line[]}
 */
function knownLines(core, start, end) {
  core.seek(core.snapshot().head);
  while (core.snapshot().lines < end && core.run(STRIDE) === STRIDE);
  return core.lines(start, end);
}
