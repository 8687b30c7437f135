// @ts-check
// What is printed: beside the pictures as they stand, which run it is, and its trace, which on the page has only those lines
// that can be seen.
import { html } from "./dom.js";

/** @typedef {import("./emulation.js").Store} Store */

/** More lines than these are counted, not printed. */
const MOST_LINES = 3_000;

/** @param {Store} store */
export function joinPrinting(store) {
  const sheet = html("section", { id: "printed" });
  const show = () => {
    const { step, head, seed, time_ms, timed, lines } = store.snapshot;
    const time = timed ? `, ${time_ms} ms` : "";
    const first = Math.max(0, lines - MOST_LINES);
    const left = first > 0 ? ` The first ${first} lines are left out.` : "";
    const trace = [];
    while (first + trace.length < lines) {
      const more = store.ask((core) => core.lines(first + trace.length, lines), []);
      if (more.length === 0) break;
      trace.push(...more);
    }
    sheet.replaceChildren(
      html("h2", {}, `Trace of the run with seed ${seed}, up to step ${step} of ${head}${time}.${left}`),
      html("pre", {}, trace.map(({ step, text }) => `${step}\t${text}`).join("\n")),
    );
    document.body.append(sheet);
  };
  addEventListener("beforeprint", show);
  addEventListener("afterprint", () => sheet.remove());
  // What is shown as on paper without being printed: a preview, a file made of the page.
  matchMedia("print").addEventListener("change", ({ matches }) => (matches ? show() : sheet.remove()));
}
