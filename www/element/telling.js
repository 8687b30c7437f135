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
  /** What is still to be told. @type {[name: string, detail: object][]} */
  const news = [];
  let isTelling = false;
  const look = () => {
    const { snapshot } = store;
    const { step, time_ms, violations, over, branch } = snapshot;
    if (snapshot.beginning !== beginning) [told, beginning, isOver] = [new Set(), snapshot.beginning, false];
    if (step !== before) news.push(["step", { step, time_ms }]);
    for (const violation of violations) {
      const name = `${branch} ${violation.property}`;
      if (!told.has(name)) news.push(["violation", { step: violation.step, property: violation.property, text: violation.line }]);
      told.add(name);
    }
    if (over && !isOver) news.push(["done", { step, reason: endingOf(snapshot) || DONE }]);
    [before, isOver] = [step, over];
    tellAll();
  };
  // Who is told something may lead the run on: what comes of it is told after all that was there before.
  const tellAll = () => {
    if (isTelling) return;
    isTelling = true;
    for (let next = news.shift(); next; next = news.shift()) tell(...next);
    isTelling = false;
  };
  store.addEventListener("change", look);
  look();
}
