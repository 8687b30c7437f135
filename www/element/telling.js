// @ts-check
// What the element tells the page around it: that the run stands at another step, that a property does not hold, that the run
// is over.
import { endingOf } from "../views/ending.js";

/** What is told of a run that has come to its end as it should. */
const DONE = "All that was to be done is done.";

/**
 * @param {import("../emulation.js").Store} store
 * @param {(name: string, detail: object) => void} tell
 */
export function tellRun(store, tell) {
  let before = store.snapshot.step;
  /** What was told of this run, branch by branch. */
  let [told, beginning, isOver] = [new Set(), 0, false];
  const look = () => {
    const { snapshot } = store;
    const { step, time_ms, violations, over, branch } = snapshot;
    if (snapshot.beginning !== beginning) [told, beginning, isOver] = [new Set(), snapshot.beginning, false];
    if (step !== before) tell("step", { step, time_ms });
    before = step;
    for (const violation of violations) {
      const name = `${branch} ${violation.property}`;
      if (!told.has(name)) tell("violation", { step: violation.step, property: violation.property, text: violation.line });
      told.add(name);
    }
    if (over && !isOver) tell("done", { step, reason: endingOf(snapshot) || DONE });
    isOver = over;
  };
  store.addEventListener("change", look);
  look();
}
