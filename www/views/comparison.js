// @ts-check
// Two branches side by side from where they part: which lines only one of them has.
import { html, number } from "../dom.js";
import { pairLines } from "../pairing.js";

/**
 * @typedef {import("../../pkg/raft_kv.js").Line} Line
 * @typedef {import("../pairing.js").Pair} Pair
 * @typedef {{ id: number, name: string }} Side
 * @typedef {{
 *   lines(branch: number, start: number, end: number): Line[], goTo(branch: number, step: number, place: number): void, close(): void
 * }} Source where the lines come from, where a click on one leads, and what its end gives the focus back to
 */

/** So many lines of each branch are compared at once. */
const WINDOW = 300;
/** Of lines that both have, so many are shown before and behind what differs. */
const AROUND = 2;

export class Comparison {
  #source;
  #sides;
  #places;
  #table = html("table", { class: "comparison" });
  #more = html("button", {}, "More lines");
  #close = html("button", {}, "Close the comparison");
  #told = html("p", { role: "status" });

  /**
   * @param {Element} element
   * @param {[Side, Side]} sides
   * @param {{ step: number, places: [number, number] }} parting the last step that both have, and the place behind it
   * @param {Source} source
   */
  constructor(element, sides, { step, places }, source) {
    this.#source = source;
    this.#sides = sides;
    this.#places = places;
    const head = html("tr");
    head.append(...sides.map(({ name }) => html("th", { scope: "col" }, name)));
    const [body, top] = [html("tbody"), html("thead")];
    top.append(head);
    this.#table.append(html("caption", {}, `They part behind step ${number(step)}. A line leads to its step.`), top, body);
    body.addEventListener("click", ({ target }) => this.#pick(/** @type {Element} */ (target)));
    this.#more.addEventListener("click", () => this.#next(body));
    this.#close.addEventListener("click", () => {
      element.replaceChildren();
      source.close();
    });
    const keys = html("div", { class: "keys" });
    keys.append(this.#more, this.#close);
    element.replaceChildren(this.#table, this.#told, keys);
    this.#next(body);
  }

  /** @param {Element} target */
  #pick(target) {
    const button = target.closest("button");
    const { branch, step, place } = button?.dataset ?? {};
    if (step) this.#source.goTo(Number(branch), Number(step), Number(place));
  }

  /** @param {HTMLElement} body */
  #next(body) {
    const [left, right] = this.#sides.map(({ id }, side) => {
      const start = this.#places[side];
      return this.#source.lines(id, start, start + WINDOW);
    });
    const isLast = left.length < WINDOW && right.length < WINDOW;
    const { pairs, ...used } = pairLines(left, right, isLast);
    this.#places[0] += used.left;
    this.#places[1] += used.right;
    if (isLast && document.activeElement === this.#more) this.#close.focus({ preventScroll: true });
    this.#more.hidden = isLast;
    const differing = pairs.filter((pair) => !isSame(pair)).length;
    const end = isLast ? " Here both end." : "";
    // Only once it stands in the page is it heard.
    requestAnimationFrame(() => (this.#told.textContent = `${number(differing)} of these ${number(pairs.length)} rows differ.${end}`));
    for (const stretch of stretches(pairs)) body.append(...this.#rows(stretch));
  }

  /** @param {Pair[]} stretch lines that all are in both branches, or all are not */
  #rows(stretch) {
    const hidden = isSame(stretch[0]) ? stretch.length - 2 * AROUND : 0;
    if (hidden < 2) return stretch.map((pair) => this.#row(pair));
    const fold = html("tr", { class: "none" });
    fold.append(html("td", { colspan: 2 }, `${number(hidden)} lines are the same`));
    const shown = stretch.map((pair) => this.#row(pair));
    return [...shown.slice(0, AROUND), fold, ...shown.slice(-AROUND)];
  }

  /** @param {Pair} pair */
  #row(pair) {
    const row = html("tr", { class: isSame(pair) ? "same" : "differs" });
    row.append(...this.#sides.map((side, place) => this.#cell(place === 0 ? pair.left : pair.right, side, isSame(pair))));
    return row;
  }

  /**
   * @param {Line | undefined} line
   * @param {Side} side
   * @param {boolean} isSame whether the other one has it, too
   */
  #cell(line, { id, name }, isSame) {
    const cell = html("td");
    if (!line) return cell;
    const { step, place, text } = line;
    const title = `Go to step ${number(step)} of ${name}`;
    const button = html("button", { title, "data-branch": id, "data-step": step, "data-place": place });
    button.append(html("span", { class: "number" }, isSame ? String(step) : `≠ ${step}`), text);
    cell.append(button);
    return cell;
  }
}

/** @param {Pair} pair */
function isSame({ left, right }) {
  return left !== undefined && right !== undefined && left.text === right.text;
}

/** @param {Pair[]} pairs */
function stretches(pairs) {
  /** @type {Pair[][]} */
  const stretches = [];
  for (const pair of pairs) {
    const last = stretches.at(-1);
    if (last && isSame(last[0]) === isSame(pair)) last.push(pair);
    else stretches.push([pair]);
  }
  return stretches;
}
