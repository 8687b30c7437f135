// @ts-check
// What is saved as a file, and what is opened from one.
import { html, number } from "../dom.js";
import { openDialog } from "./dialog.js";

/**
 * @typedef {"text" | "json" | "svg" | "mermaid" | "shiviz"} Format
 * @typedef {{
 *   head: number, isEndKnown: boolean, save(format: Format | "config" | "run", from: number, to: number): void, open(file: File): void,
 *   embedding(): Promise<string>
 * }} Page `embedding` makes the lines by which another page shows this run
 */

/** What tells more of it. */
const MORE = [["recipes.html", "Ways for mdBook, Jupyter Book, slides, Canvas and others"], ["notes/index.html", "A course to copy from"]];

/** What can be saved, what is said of it, and whether a part of the run can be. @type {[Format | "config" | "run", string, string, boolean][]} */
const KINDS = [
  ["text", "Trace as text", "the terminal's lines, byte for byte", true],
  ["json", "Trace as JSON", "one object a line", true],
  ["svg", "Diagram as a picture", "SVG, at most 10,000 steps", true],
  ["mermaid", "Diagram for Mermaid", "a sequence diagram as text", true],
  ["shiviz", "Run for ShiViz", "with vector clocks", true],
  ["config", "Configuration", "TOML", false],
  ["run", "This run", "configuration, seed and what was done by hand: it can be opened here again", false],
];

/** @param {Page} page */
export function openExports(page) {
  const range = rangeOf(page.head, page.isEndKnown);
  const list = html("ul", { class: "kinds" });
  for (const [kind, name, words, isOfSteps] of KINDS) {
    const button = html("button", { "data-kind": kind }, name);
    button.addEventListener("click", () => {
      /** @type {[number, number] | undefined} */
      const steps = isOfSteps ? range.read() : [1, page.head];
      if (steps) page.save(kind, ...steps);
    });
    const item = html("li");
    item.append(button, html("span", { class: "none" }, words));
    list.append(item);
  }
  const dialog = openDialog("Save and open", html("h3", {}, "Save as a file"), range.element, list, html("h3", {}, "Put it into a page"), embedder(page), html("h3", {}, "Open a file"), opener(page, () => dialog.close()));
}

/**
 * The steps that are saved.
 * @param {number} head
 * @param {boolean} isEndKnown
 */
function rangeOf(head, isEndKnown) {
  const element = html("p", { class: "range" });
  const [from, to] = [1, Math.max(1, head)].map((value) =>
    /** @type {HTMLInputElement} */ (html("input", { type: "number", min: 1, max: Math.max(1, head), value, required: "" })),
  );
  const labels = [html("label", {}, "Steps "), html("label", {}, " to ")];
  labels[0].append(from);
  labels[1].append(to);
  const more = isEndKnown ? "" : " It goes on behind that: run it on to save more.";
  element.append(...labels, html("span", { class: "none" }, ` of ${number(head)}.${more}`));
  /** @returns {[number, number] | undefined} */
  const read = () => {
    to.setCustomValidity(to.valueAsNumber < from.valueAsNumber ? "The last step cannot come before the first." : "");
    return from.reportValidity() && to.reportValidity() ? [from.valueAsNumber, to.valueAsNumber] : undefined;
  };
  return { element, read };
}

/**
 * The lines by which another page shows this run, made and copied when they are asked for.
 * @param {Page} page
 */
function embedder(page) {
  const element = html("div", { class: "embedding" });
  const button = html("button", {}, "Copy the lines for a page");
  const said = html("p", { class: "none", role: "status" }, "This run at this step, live in a page of yours");
  const lines = /** @type {HTMLTextAreaElement} */ (html("textarea", { readonly: "", rows: 3, "aria-label": "The lines for a page", hidden: "" }));
  button.addEventListener("click", async () => {
    try {
      lines.value = await page.embedding();
      lines.hidden = false;
      lines.select();
      await navigator.clipboard.writeText(lines.value);
      said.textContent = "✓ Copied";
    } catch (error) {
      said.textContent = lines.hidden ? `They could not be made: ${error instanceof Error ? error.message : error}.` : "Copy them from here: the browser does not let the page do it.";
    }
  });
  const more = html("p");
  more.append(...MORE.flatMap(([address, words]) => [html("a", { href: address }, words), " "]));
  element.append(button, said, lines, more);
  return element;
}

/**
 * @param {Page} page
 * @param {() => void} done
 */
function opener(page, done) {
  const element = html("p");
  const label = html("label", { class: "button" }, "Open a run or a configuration…");
  const input = /** @type {HTMLInputElement} */ (html("input", { type: "file", "aria-label": "Open a run or a configuration" }));
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (!file) return;
    done();
    page.open(file);
  });
  label.append(input);
  element.append(label, html("span", { class: "none" }, " or drop it anywhere on the page"));
  return element;
}
