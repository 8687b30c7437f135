// @ts-check
// Joins the views that are read, diagram, logs and stores, trace, why and checks, to the store.
import { find } from "./dom.js";
import { Trace } from "./views/trace.js";
import { renderVerdict } from "./views/verdict.js";

/** @param {import("./emulation.js").Store} store */
export function joinReading(store) {
  const checks = find("#checks");
  const trace = new Trace(
    find("#trace .lines"),
    find("#follow"),
    (start, end) => store.ask((core) => core.lines(start, end), []),
    (step, place) => store.select({ kind: "event", place, step }),
  );
  store.addEventListener("change", () => {
    const { snapshot } = store;
    trace.render(snapshot);
    renderVerdict(checks, snapshot);
  });
  checks.addEventListener("click", ({ target }) => {
    /** @type {HTMLElement | null} */
    const key = /** @type {Element} */ (target).closest("[data-step]");
    if (key) store.seek(Number(key.dataset.step));
  });
}
