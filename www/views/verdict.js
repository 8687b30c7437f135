// @ts-check
// What is said of the run as a whole: what it is to show, whether all holds that must, how it ends.
import { find, html, write } from "../dom.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/** More of those who wait are counted, not named. */
const NAMED = 4;

/**
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderVerdict(element, snapshot) {
  const { properties, violations, told } = snapshot;
  write(find("#told", element), told);
  write(find("#ending", element), ending(snapshot));
  const left = properties.length - violations.length;
  write(find("#holds", element), violations.length === 0 ? `✓ ${properties.length} properties hold so far` : `✕ ${left} of ${properties.length} properties hold`);
  const list = find("#broken", element);
  const buttons = violations.map(({ step, line }) => html("button", { "data-step": step }, `✕ ${line}`));
  // Only where they differ, so that the focus stays.
  if (list.textContent !== buttons.map(({ textContent }) => textContent).join("")) list.replaceChildren(...buttons);
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

/** @param {Snapshot} snapshot */
function ending(snapshot) {
  const { ending, waits, timed } = snapshot;
  if (ending === "duration") return "The time given to the run is over (duration_ms).";
  if (ending === "steps") return "The steps given to the run are taken (max_steps).";
  if (ending !== "stuck") return "";
  const words = waits.slice(-NAMED).map((it) => wait(it, snapshot));
  if (waits.length > NAMED) words.push(`${waits.length - NAMED} more wait`);
  const who = words.join("; ") || "nothing is on its way, and nobody waits for a time to pass";
  return `Stuck: ${who}.${timed ? "" : " Nobody here ever stops waiting. Timeouts are what real Raft adds: write [timers] in the configuration."}`;
}

/**
 * The scenario: its name in the list, and what it tells.
 * @param {HTMLSelectElement} select
 * @param {HTMLElement} element
 * @param {Snapshot} snapshot
 */
export function renderScenario(select, element, { scenario }) {
  const option = [...select.options].find(({ text }) => text === scenario?.title);
  select.value = option?.value ?? "";
  element.hidden = !scenario;
  write(find("h2", element), scenario?.title ?? "");
  write(find(".text", element), scenario?.text ?? "");
  write(find(".look-for", element), scenario?.look_for ?? "");
}

/**
 * What runs, but not as somebody would expect.
 * @param {HTMLElement} element
 * @param {Snapshot} snapshot
 */
export function renderWarnings(element, { warnings }) {
  const lines = warnings.map(({ line, message, help }) => `Line ${line}: ${message}.${help && ` ${help[0].toUpperCase()}${help.slice(1)}.`}`);
  write(element, lines.join("\n"));
}
