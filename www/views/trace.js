// @ts-check
// The trace: only the rows that can be seen are in the page, so that a hundred thousand cost no more than fifty.
import { activeBeside, html, isTextMarkedBeside, number, observe } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../emulation.js").Selection} Selection
 * @typedef {import("../../pkg/raft_kv.js").Row} Row
 * @typedef {{
 *   rowCount(): number, rows(start: number, end: number): Row[], rowOfStep(step: number): number,
 *   rowOfPlace(place: number): number, isFiltered(): boolean, toggleFold(place: number): void, select(selection: Selection): void, seek(step: number): void
 * }} Host
 */

/** Rows in the page beyond those that can be seen, above and below. */
const MARGIN = 12;
/** Browsers do not draw elements much higher than this; longer traces are scrolled in proportion. */
const MAX_HEIGHT_PX = 8_000_000;
/** So many rows are printed, the current step's being the last. */
const PRINTED = 2000;
/** So many rows are asked for at once. */
const PAGE = 1000;

/** A scrolled list which makes its rows as they are looked at, and follows the current step until its reader scrolls away. */
export class Trace {
  #list;
  #follow;
  #host;
  #spacer = html("div", { class: "spacer", role: "presentation" });
  #rows = html("div", { class: "rows", role: "presentation" });
  #count = 0;
  /** The row where the current step's last line stands. */
  #now = 0;
  /** The row that the arrows go on from, if a reader has picked one. @type {number | undefined} */
  #cursor;
  /** The chosen message, and the steps in which it is known to have been sent and to have arrived. */
  #message = { id: -1, steps: /** @type {Set<number>} */ (new Set()) };
  /** What is marked in the lines. */
  #sought = "";
  #following = true;
  /** Where the page, not its reader, has scrolled to. */
  #top = 0;
  /** How high the list is, in pixels: as the browser tells it, as to ask for it has it lay out the page. */
  #height = 0;
  /** How high a row is, as the style says: where there is little room, as high as a finger needs. */
  #rowHeight = 20;
  #isPrinted = false;
  /** @type {Snapshot | undefined} */
  #snapshot;

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} follow the button which goes back to the current step
   * @param {Host} host
   * @param {AbortSignal} signal
   */
  constructor(list, follow, host, signal) {
    this.#list = list;
    this.#follow = follow;
    this.#host = host;
    this.#spacer.append(this.#rows);
    list.replaceChildren(this.#spacer);
    this.#measure();
    list.addEventListener("scroll", () => this.#scrolled());
    // Not at once: what is drawn may change the size again.
    const sizes = new ResizeObserver(() => {
      this.#measure();
      requestAnimationFrame(() => this.#draw());
    });
    observe(sizes, signal, list);
    list.addEventListener("click", (event) => this.#pick(/** @type {Element} */ (event.target)));
    list.addEventListener("keydown", (event) => this.#onKey(event));
    follow.addEventListener("click", () => {
      this.#following = true;
      this.#draw();
      list.focus({ preventScroll: true });
    });
    const leave = () => {
      this.#isPrinted = false;
      this.#draw();
    };
    addEventListener("beforeprint", () => this.#print(), { signal });
    addEventListener("afterprint", leave, { signal });
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    const { step, run } = this.#snapshot ?? {};
    if (snapshot.run !== run) this.#following = true;
    if (snapshot.run !== run || snapshot.step !== step) this.#cursor = undefined;
    this.#snapshot = snapshot;
    this.#follows(snapshot);
    this.refresh();
  }

  /**
   * Notes where the chosen message comes from and goes to.
   * @param {Snapshot} snapshot
   */
  #follows({ selection, messages, delivered, step }) {
    const { id, steps = [] } = selection?.kind === "message" ? selection : { id: -1 };
    if (id !== this.#message.id) this.#message = { id, steps: new Set(steps) };
    if (id === -1) return;
    const sent = messages.find((message) => message.id === id)?.sent_step;
    if (sent !== undefined) this.#message.steps.add(sent);
    if (delivered?.id === id) this.#message.steps.add(delivered.sent_step).add(step);
  }

  /**
   * Draws anew what is read in another way: filtered, folded, or with other words marked.
   * @param {string} [sought]
   */
  refresh(sought = this.#sought) {
    this.#sought = sought;
    const { step = 0, lines = 0 } = this.#snapshot ?? {};
    const count = this.#host.rowCount();
    this.#now = Math.min(lines === 0 ? -1 : this.#host.rowOfStep(step), count - 1);
    // Who looks for something may look for what is still to come; else the trace ends with the current step.
    this.#count = this.#host.isFiltered() ? count : this.#now + 1;
    this.#draw();
  }

  /** Draws anew what is read in another way: rows stand elsewhere, so that the arrows go on from the current step. */
  reread() {
    this.#cursor = undefined;
    this.refresh();
  }

  /**
   * Goes to a line and picks it; if it is in a fold, opens that.
   * @param {number} place the place of its line
   * @param {number} step its step
   */
  show(place, step) {
    const index = this.#host.rowOfPlace(place);
    const row = this.#host.rows(index, index + 1)[0];
    if (row?.kind === "fold" && !row.open) this.#host.toggleFold(row.place);
    this.#go(place, step, this.#host.rowOfPlace(place));
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#list;
    if (scrollTop === this.#top) return;
    // What has become shorter, or has more room, is scrolled back to its end by the browser, not by its reader.
    const isByReader = clientHeight === this.#height && (scrollTop > this.#top || scrollTop < scrollHeight - clientHeight - 1);
    this.#top = scrollTop;
    const [first, height] = this.#view();
    if (isByReader) this.#following = this.#now >= Math.floor(first) && this.#now + 1 <= first + height + 0.5;
    this.#draw();
  }

  /**
   * The first row that can be seen and how many can be; both may be broken.
   * @returns {[number, number]}
   */
  #view() {
    const height = this.#height / this.#rowHeight;
    const beyond = Math.max(0, this.#count - height);
    return [Math.min(1, this.#top / Math.max(1, this.#scrollable)) * beyond, height];
  }

  /** @param {number} row the row to be the first */
  #scrollTo(row) {
    const beyond = Math.max(1e-9, this.#count - this.#height / this.#rowHeight);
    this.#list.scrollTop = Math.max(0, Math.min(1, row / beyond)) * this.#scrollable;
    this.#top = this.#list.scrollTop;
  }

  #measure() {
    this.#height = this.#list.clientHeight;
    this.#rowHeight = parseFloat(getComputedStyle(this.#list).getPropertyValue("--row")) || this.#rowHeight;
  }

  /** How high all rows are, in the page. */
  get #full() {
    return Math.min(this.#count * this.#rowHeight, MAX_HEIGHT_PX);
  }

  get #scrollable() {
    return Math.max(0, this.#full - this.#height);
  }

  #draw() {
    if (!this.#snapshot || this.#isPrinted) return;
    this.#spacer.style.height = `${this.#full}px`;
    // The browser does not leave it beyond the end, either.
    this.#top = Math.min(this.#top, this.#scrollable);
    let [first, height] = this.#view();
    if (this.#following && this.#now >= 0) {
      for (const wanted of [this.#now, this.#cursor ?? this.#now]) {
        if (wanted + 1 > first + height) this.#scrollTo(wanted + 1 - height);
        else if (wanted < first) this.#scrollTo(wanted - height / 3);
        [first, height] = this.#view();
      }
    }
    this.#follow.hidden = this.#following || this.#count <= height;
    // Where pictures follow each other faster than anybody scrolls, what cannot be seen is not drawn.
    const margin = this.#snapshot.isSlow ? MARGIN : 0;
    const start = Math.max(0, Math.floor(first) - margin);
    const end = Math.min(this.#count, Math.ceil(first + height) + margin);
    this.#rows.style.transform = `translateY(${this.#top - (first - start) * this.#rowHeight}px)`;
    this.#fill(this.#host.rows(start, end), start);
  }

  /**
   * Puts these rows into the page, and leaves those alone that are there already: a reader may be marking them.
   * @param {Row[]} rows
   * @param {number} start the index of the first one
   */
  #fill(rows, start) {
    const former = new Map([...this.#rows.children].map((element) => [/** @type {HTMLElement} */ (element).dataset.key, element]));
    const wanted = rows.map((row, place) => {
      const marks = this.#marks(row, start + place);
      const key = JSON.stringify([row, marks, this.#sought]);
      const element = former.get(key) ?? this.#row(row, marks);
      former.delete(key);
      /** @type {HTMLElement} */ (element).dataset.key = key;
      element.setAttribute("aria-setsize", String(this.#count));
      element.setAttribute("aria-posinset", String(start + place + 1));
      return element;
    });
    for (const element of former.values()) element.remove();
    let next = this.#rows.firstElementChild;
    for (const element of wanted) {
      if (element === next) next = next.nextElementSibling;
      else this.#rows.insertBefore(element, next);
    }
  }

  /**
   * What a row is marked as.
   * @param {Row} row
   * @param {number} index
   */
  #marks(row, index) {
    const { step, selection } = /** @type {Snapshot} */ (this.#snapshot);
    const isNow = row.kind === "line" ? row.step === step : row.first_step <= step && step <= row.last_step;
    const isChosen = row.kind === "line" && selection?.kind === "event" && selection.place === row.place;
    const isOf = row.kind === "line" && (selection?.kind === "process" ? selection.process === row.process : this.#message.steps.has(row.step));
    const isFuture = row.kind === "line" && row.step > step;
    return [isNow && "now", isFuture && "future", isChosen && "selected", isOf && "belongs", index === this.#cursor && "cursor"].filter(Boolean).join(" ");
  }

  /**
   * @param {Row} row
   * @param {string} marks
   */
  #row(row, marks) {
    if (row.kind === "fold") return foldRow(row, marks);
    const { place, step, process, text, folded } = row;
    const element = html("div", {
      role: "listitem",
      class: `${process.split(" ")[0]} ${folded ? "folded " : ""}${marks}`,
      title: `step ${step}: ${text}`,
      "data-step": step,
      "data-place": place,
    });
    if (marks.includes("now")) element.setAttribute("aria-current", "step");
    element.append(html("span", { class: "number", "aria-hidden": "true" }, String(step)), ...marked(text, this.#sought));
    return element;
  }

  /** @param {Element} target */
  #pick(target) {
    const row = /** @type {HTMLElement | null} */ (target.closest("[data-place]"));
    // Who marks a text, to copy it, goes nowhere.
    if (!row || isTextMarkedBeside(row)) return;
    const [place, step] = [Number(row.dataset.place), Number(row.dataset.step)];
    if (row.dataset.fold !== undefined) this.#toggle(place);
    else this.#go(place, step, Number(row.ariaPosInSet) - 1);
  }

  /** @param {number} place */
  #toggle(place) {
    this.#host.toggleFold(place);
    const hadFocus = this.#rows.contains(activeBeside(this.#rows));
    // What was clicked on stays where it is.
    this.#following = false;
    this.refresh();
    if (!hadFocus) return;
    const button = /** @type {HTMLElement | null} */ (this.#rows.querySelector(`[data-fold][data-place="${place}"] button`));
    (button ?? this.#list).focus();
  }

  /**
   * @param {number} place
   * @param {number} step
   * @param {number} index the row's
   */
  #go(place, step, index) {
    this.#following = true;
    this.#host.select({ kind: "event", place, step });
    this.#cursor = index;
    this.#draw();
  }

  /**
   * The arrows go from row to row, and beyond the last one to the next step; Enter opens a fold, and closes it.
   * @param {KeyboardEvent} event
   */
  #onKey(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!this.#snapshot || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && event.target === this.#list) {
      const fold = this.#host.rows(this.#at, this.#at + 1)[0];
      if (fold?.kind === "fold") this.#toggle(fold.place);
    }
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const to = this.#at + by;
    const row = to < 0 ? undefined : this.#host.rows(to, to + 1)[0];
    if (row) {
      const step = row.kind === "line" ? row.step : by > 0 ? row.first_step : row.last_step;
      this.#go(row.place, step, to);
    } else if (by > 0 && !this.#snapshot.over) {
      this.#following = true;
      this.#host.seek(this.#snapshot.step + 1);
    }
  }

  /** The row that the arrows go on from. */
  get #at() {
    return this.#cursor ?? this.#now;
  }

  /** Puts the rows up to the current step into the page, at most as many as are printed. */
  #print() {
    if (!this.#snapshot) return;
    this.#isPrinted = true;
    const end = this.#now + 1;
    const start = Math.max(0, end - PRINTED);
    const rows = [];
    for (let from = start; from < end; from += PAGE) rows.push(...this.#host.rows(from, Math.min(from + PAGE, end)));
    this.#fill(rows, start);
    if (start > 0) this.#rows.prepend(html("div", { class: "none" }, `${number(start)} earlier rows are not printed`));
  }
}

/**
 * @param {Extract<Row, { kind: "fold" }>} fold
 * @param {string} marks
 */
function foldRow({ place, lines, first_step, last_step, open }, marks) {
  const element = html("div", { role: "listitem", class: `fold ${marks}`, "data-place": place, "data-fold": "" });
  const steps = first_step === last_step ? `step ${first_step}` : `steps ${first_step} to ${last_step}`;
  const words = `${number(lines)} ${lines === 1 ? "line" : "lines"} of heartbeats, ${steps}`;
  if (marks.includes("now")) element.setAttribute("aria-current", "step");
  const button = html("button", { tabindex: -1, "aria-expanded": String(open), title: open ? "Fold them" : "Show them" }, words);
  element.append(html("span", { class: "number", "aria-hidden": "true" }, String(first_step)), button);
  return element;
}

/**
 * A text whose parts that were sought for are marked.
 * @param {string} text
 * @param {string} sought
 */
function marked(text, sought) {
  const [lower, part] = [text.toLowerCase(), sought.toLowerCase()];
  // In some languages' letters the small one is longer: then places would not agree.
  if (part === "" || lower.length !== text.length) return [text];
  const parts = [];
  let from = 0;
  for (let at = lower.indexOf(part); at >= 0; at = lower.indexOf(part, from)) {
    parts.push(text.slice(from, at), html("mark", {}, text.slice(at, at + part.length)));
    from = at + part.length;
  }
  return [...parts, text.slice(from)];
}
