// @ts-check
// The controls of time: where the run stands, and how fast it goes.
import { disable, find, html, write } from "../dom.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/** @type {[number, string][]} */
const SPEEDS = [
  [1, "1 step/s"],
  [3, "3 steps/s"],
  [10, "10 steps/s"],
  [30, "30 steps/s"],
  [100, "100 steps/s"],
  [1000, "1,000 steps/s"],
  [Infinity, "full speed"],
];

/** What stands behind the step when nothing more happens. */
const ENDINGS = { done: ", done", duration: ", time is over", steps: ", steps are over", stuck: ", stuck" };

/** @param {Element} element */
export function fillSpeeds(element) {
  const options = SPEEDS.map(([speed, name]) => html("option", { value: speed }, name));
  find("#speed", element).replaceChildren(...options);
}

/**
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderPlayer(element, snapshot) {
  const { step, over, ending, running, time_ms } = snapshot;
  const head = `${snapshot.head.toLocaleString("en")}${snapshot.isEndKnown ? "" : "+"}`;
  write(find("#run", element), running ? "❚❚ Pause" : over ? "↻ Run again" : "▶ Run");
  disable(find("#start", element), step === 0, "the run stands at its start");
  disable(find("#back", element), step === 0, "the run stands at its start");
  disable(find("#forward", element), over, "the run is over");
  disable(find("#end", element), over, "the run is over");
  /** @type {HTMLInputElement} */
  const scrub = find("#scrub", element);
  scrub.max = String(snapshot.head);
  scrub.value = String(step);
  scrub.setAttribute("aria-valuetext", `step ${step} of ${head}`);
  /** @type {HTMLSelectElement} */ (find("#speed", element)).value = String(snapshot.stepsPerSecond);
  const steps = `step ${step.toLocaleString("en")} of ${head}`;
  write(find("#where", element), `${steps}${ending ? ENDINGS[ending] : ""} · ${time_ms.toLocaleString("en")} ms`);
}

/** @param {Snapshot} snapshot */
function happened({ running, step, delivered, befell, actor, time_ms }) {
  if (running) return "Running…";
  if (step === 0) return "Nothing has happened yet: run, or take a step.";
  if (delivered) return `${delivered.to} received from ${delivered.from}: ${delivered.text}`;
  if (befell) return befell;
  return `the wait of ${actor} was over at ${time_ms.toLocaleString("en")} ms`;
}

/**
 * Says in words what the current step did; while the run goes on only that it does, so that nobody is talked over.
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderHappened(element, snapshot) {
  const text = happened(snapshot);
  write(element, text);
  element.setAttribute("title", text);
}
