// @ts-check
// The snapshot that views are given: what the core tells of the current step, and what the page knows beside it.

/**
 * @typedef {import("../pkg/raft_kv.js").Snapshot} CoreSnapshot
 * @typedef {import("./snapshot.js").Selection} Selection
 * @typedef {import("./snapshot.js").Snapshot} Snapshot
 */

/** At up to so many steps a second, a message is seen to travel before the next step. */
const SLOW = 12;

/**
 * @param {CoreSnapshot} core
 * @param {import("./drive.js").Drive} drive
 * @param {import("./branches.js").Branches} branches
 * @param {{ run: number, beginning: number, told: string, selection: Selection | null }} stand
 * @param {{ isGuessed: boolean, hidesFuture: boolean }} future whether its reader has answered the scenario's question, or seen its
 *   answer; and whether what has not been seen is hidden all the same
 * @returns {Snapshot}
 */
export function snapshotOf(core, { running, goal, isEndKnown, speed }, { current, list }, stand, { isGuessed, hidesFuture }) {
  current.seen = Math.max(current.seen, core.step);
  const isHidden = hidesFuture || (core.scenario?.question !== undefined && !isGuessed);
  return {
    ...core,
    ...stand,
    running,
    goal,
    speed,
    isSlow: true,
    isEndKnown: isEndKnown || core.over,
    shown: isHidden ? current.seen : core.head,
    branch: current.id,
    branches: list,
  };
}

/**
 * Whether steps can be followed as they come.
 * @param {import("./drive.js").Drive} drive
 */
export function isSlow({ running, pace }) {
  return !running || pace <= SLOW;
}
