// @ts-check
// The controls of time: where the run stands, how fast it goes, and what it goes on to.
import { disable, find, html, number, write } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../emulation.js").Speed} Speed
 * @typedef {import("../../pkg/raft_kv.js").Story} Story
 */

/** Steps a second, and what they are called. @type {[number, string][]} */
export const BY_STEPS = [
  [0.1, "10 s = 1 step"],
  [0.3, "3 s = 1 step"],
  [1, "1 s = 1 step"],
  [3, "1 s = 3 steps"],
  [10, "1 s = 10 steps"],
  [30, "1 s = 30 steps"],
  [100, "1 s = 100 steps"],
  [1000, "1 s = 1,000 steps"],
  [Infinity, "as fast as it goes"],
];
const BY_TIME = [5, 20, 50, 200, 1000];

/** What stands behind the step when nothing more happens. */
const ENDINGS = { done: ", done", duration: ", time is over", steps: ", steps are over", stuck: ", stuck" };

/** @param {Element} element */
export function fillSpeeds(element) {
  const steps = html("optgroup", { label: "By steps" });
  steps.append(...BY_STEPS.map(([rate, name]) => html("option", { value: `steps ${rate}` }, name)));
  const time = html("optgroup", { label: "By virtual time", class: "timed" });
  time.append(...BY_TIME.map((rate) => html("option", { value: `ms ${rate}` }, `1 s = ${number(rate)} ms`)));
  find("#speed", element).replaceChildren(steps, time);
}

/**
 * The speed that is chosen.
 * @param {string} value
 * @returns {Speed}
 */
export function speedOf(value) {
  const [unit, rate] = value.split(" ");
  return unit === "ms" ? { ms: Number(rate) } : { steps: Number(rate) };
}

/** @param {Speed} speed */
function valueOf(speed) {
  return "ms" in speed ? `ms ${speed.ms}` : `steps ${speed.steps}`;
}

/**
 * Where the run stands, in words: `step 214 of 512, 1,204 ms`.
 * @param {Snapshot} snapshot
 */
function place({ step, head, isEndKnown, ending, timed, time_ms }) {
  const steps = `step ${number(step)} of ${number(head)}${isEndKnown ? "" : "+"}`;
  return `${steps}${timed ? `, ${number(time_ms)} ms` : ""}${ending ? ENDINGS[ending] : ""}`;
}

/**
 * @param {Element} element
 * @param {Snapshot} snapshot
 * @param {Story} story
 */
export function renderPlayer(element, snapshot, story) {
  const { step, head, over, running, goal, speed, timed, time_ms, isEndKnown } = snapshot;
  write(find("#run", element), running ? (goal ? "❚❚ Stop" : "❚❚ Pause") : over ? "↻ Run again" : "▶ Run");
  disable(find("#start", element), step === 0, "the run stands at its start");
  disable(find("#back", element), step === 0, "the run stands at its start");
  disable(find("#forward", element), over, "the run is over");
  disable(find("#end", element), over, "the run is over");
  disable(find("#until summary", element), over, "the run is over");
  /** @type {HTMLInputElement} */
  const scrub = find("#scrub", element);
  scrub.max = String(head);
  scrub.value = String(step);
  const reign = story.reigns.find(({ from, to }) => from <= step && step <= to);
  const who = reign ? `, node ${reign.leader} leads term ${reign.term}` : ", nobody leads";
  // While it runs, nobody is told every step.
  if (!running) scrub.setAttribute("aria-valuetext", `${place(snapshot)}${who}`);
  /** @type {HTMLSelectElement} */
  const select = find("#speed", element);
  find(".timed", select).hidden = !timed;
  select.value = valueOf("ms" in speed && !timed ? { steps: 10 } : speed);
  const where = find("#where", element);
  write(where, place(snapshot));
  const known = isEndKnown ? "" : " that are known so far";
  const time = timed ? `${number(time_ms)} milliseconds of virtual time have passed, in the emulation alone` : "no time passes without timeouts";
  where.title = `Step ${number(step)} of ${number(head)}${known}: each is one thing that happens. ${time[0].toUpperCase()}${time.slice(1)}.`;
}

/** @param {Snapshot} snapshot */
function happened({ running, goal, step, delivered, befell, act, actor, time_ms }) {
  if (running) return goal ? "Running until it happens…" : "Running…";
  if (step === 0) return "Nothing has happened yet: run, or take a step.";
  if (delivered) return `${delivered.to} received from ${delivered.from}: ${delivered.text}`;
  if (befell) return befell;
  if (act) return `by hand: ${act}`;
  return `the wait of ${actor} was over at ${number(time_ms)} ms`;
}

/**
 * Says in words what the current step did; while the run goes on only that it does, so that nobody is talked over.
 * @param {HTMLElement} element
 * @param {Snapshot} snapshot
 */
export function renderHappened(element, snapshot) {
  const text = happened(snapshot);
  write(element, text);
  element.title = text;
}
