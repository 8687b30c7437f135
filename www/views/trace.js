// @ts-check
// The trace: only the lines that can be seen are in the page, so that a hundred thousand cost no more than fifty.
import { html } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../emulation.js").Line} Line
 */

const ROW_PX = 20;
/** Lines in the page beyond those that can be seen, above and below. */
const MARGIN = 12;
/** Browsers do not draw elements much higher than this; longer traces are scrolled in proportion. */
const MAX_HEIGHT_PX = 8_000_000;

/** A scrolled list which makes its lines as they are looked at, and follows the end until its reader scrolls away. */
export class Trace {
  #list;
  #follow;
  #lines;
  #spacer = html("div", { class: "spacer", role: "presentation" });
  #rows = html("div", { class: "rows", role: "presentation" });
  #count = 0;
  #step = 0;
  #following = true;

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} follow the button which goes back to the end
   * @param {(start: number, end: number) => Line[]} lines
   * @param {(step: number, place: number) => void} onPick called with a line's step and place
   */
  constructor(list, follow, lines, onPick) {
    this.#list = list;
    this.#follow = follow;
    this.#lines = lines;
    this.#spacer.append(this.#rows);
    list.replaceChildren(this.#spacer);
    list.addEventListener("scroll", () => this.#scrolled());
    new ResizeObserver(() => this.#draw()).observe(list);
    list.addEventListener("click", (event) => {
      const row = /** @type {Element} */ (event.target).closest("[data-step]");
      if (!(row instanceof HTMLElement)) return;
      this.#following = true;
      onPick(Number(row.dataset.step), Number(row.dataset.place));
    });
    // The current step's lines are the last ones: who steps from here wants to see them.
    list.addEventListener("keydown", ({ key }) => {
      if (key.startsWith("Arrow")) this.#following = true;
    });
    follow.addEventListener("click", () => {
      this.#following = true;
      this.#draw();
      list.focus();
    });
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    this.#count = snapshot.lines;
    this.#step = snapshot.step;
    this.#draw();
  }

  #scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.#list;
    this.#following = scrollTop + clientHeight >= scrollHeight - ROW_PX;
    this.#draw();
  }

  #draw() {
    const height = this.#list.clientHeight;
    const full = this.#count * ROW_PX;
    const shown = Math.min(full, MAX_HEIGHT_PX);
    this.#spacer.style.height = `${shown}px`;
    if (this.#following) this.#list.scrollTop = shown;
    this.#follow.hidden = this.#following || shown <= height;

    const scrollable = Math.max(1, shown - height);
    const top = this.#list.scrollTop;
    const first = Math.min(1, top / scrollable) * Math.max(0, this.#count - height / ROW_PX);
    const start = Math.max(0, Math.floor(first) - MARGIN);
    const end = Math.min(this.#count, Math.ceil(first + height / ROW_PX) + MARGIN);
    this.#rows.style.transform = `translateY(${top - (first - start) * ROW_PX}px)`;
    this.#rows.replaceChildren(...this.#lines(start, end).map((line) => this.#row(line)));
  }

  /** @param {Line} line */
  #row({ place, step, process, text }) {
    const row = html("div", {
      role: "listitem",
      class: `${process.split(" ")[0]}${step === this.#step ? " now" : ""}`,
      title: `step ${step}: ${text}`,
      "data-step": step,
      "data-place": place,
      "aria-setsize": this.#count,
      "aria-posinset": place + 1,
    });
    row.append(html("span", { class: "number", "aria-hidden": "true" }, String(step)), text);
    return row;
  }
}
