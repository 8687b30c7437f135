// @ts-check
// How the run ends, and what came of the last act.
import { find, write } from "../dom.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/** More of those who wait are counted, not named. */
const NAMED = 4;

/**
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderEnding(element, snapshot) {
  write(find("#told", element), snapshot.told);
  write(find("#ending", element), endingOf(snapshot));
}

/**
 * Who waits for whom, and why in vain.
 * @param {import("../../pkg/raft_kv.js").WaitView} wait
 * @param {Snapshot} snapshot
 */
function wait({ who, for_whom, crashed }, { nodes, cuts }) {
  const isPaused = nodes.some(({ id, health }) => health.paused && `node ${id}` === for_whom);
  const isCut = cuts.some((cut) => cut.includes(who) && cut.includes(for_whom));
  const why = crashed ? ", which has crashed" : isPaused ? ", which is paused" : isCut ? ", to which the link is cut" : "";
  return `${who} waits for ${for_whom}${why}`;
}

/**
 * Why the run is over, in words; none if all is done.
 * @param {Snapshot} snapshot
 */
export function endingOf(snapshot) {
  const { ending, waits, timed } = snapshot;
  if (ending === "duration") return "The time given to the run is over (duration_ms).";
  if (ending === "steps") return "The steps given to the run are taken (max_steps).";
  if (ending !== "stuck") return "";
  const words = waits.slice(-NAMED).map((it) => wait(it, snapshot));
  if (waits.length > NAMED) words.push(`${waits.length - NAMED} more wait`);
  const who = words.join("; ") || "nothing is on its way, and nobody waits for a time to pass";
  return `Stuck: ${who}.${timed ? "" : " Nobody here ever stops waiting. Timeouts are what real Raft adds: write [timers] in the configuration."}`;
}
