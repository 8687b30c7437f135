// @ts-check
// The space-time diagram: a lane a process, time downwards, an arrow a message. The core makes its shapes; only the rows
// around those that can be seen are asked for, and asked for anew as they are scrolled to.
import { html, number, observe, svg, write } from "../dom.js";
import { dragging } from "../dragging.js";
import { everybody } from "../ring.js";
import { arranged, band, drawHead } from "../shapes.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../emulation.js").Selection} Selection
 * @typedef {import("../../pkg/raft_kv.js").Diagram} Picture
 * @typedef {import("../../pkg/raft_kv.js").DiagramOptions} DiagramOptions
 * @typedef {import("../../pkg/raft_kv.js").DiagramRow} Row
 * @typedef {{
 *   diagram(options: DiagramOptions): Picture | undefined, select(selection: Selection | null): void, seek(step: number): void
 * }} Host
 */

/** How high a row is taken to be before there is one. */
const ROW_PX = 22;
/** So long the run stands where it has jumped to before all rows around are drawn that can be scrolled to; in milliseconds. */
const WHOLE_MS = 200;
/** What scrolls by itself so soon after it was drawn or laid out anew was not scrolled by its reader; in milliseconds. */
const SETTLING_MS = 300;
/** So long a reader's swipe or turn of the wheel goes on; in milliseconds. */
const COASTING_MS = 1_000;
/** The current step is kept between these parts of the height. */
const [HIGHEST, LOWEST] = [0.12, 0.78];

export class Diagram {
  #host;
  #figure = html("div", { class: "time", role: "figure", tabindex: 0 });
  #heads = html("div", { class: "heads" });
  #picture = svg("svg", { "aria-hidden": "true", focusable: "false" });
  #bands = svg("g");
  #shapes = svg("g");
  /** Veils what is still to come. */
  #future = svg("rect", { class: "future", x: 0 });
  #back = html("button", { hidden: "" });
  #fold = /** @type {HTMLInputElement} */ (html("input", { type: "checkbox", checked: "" }));
  #lanes = html("button", { "aria-expanded": "false", "aria-controls": "lanes" }, "Lanes");
  #menu = html("div", { class: "boxes", id: "lanes", role: "group", "aria-label": "Lanes that are shown", hidden: "" });
  /** First steps of the folds that are open. @type {number[]} */
  #opened = [];
  /** @type {Set<string>} */
  #hidden = new Set();
  /** @type {Row[]} */
  #rows = [];
  /** The messages that are drawn with entries, and which. @type {{ message: number, entries: [number, number] }[]} */
  #carriers = [];
  /** Whether the current step is kept in view, as long as its reader does not scroll away. */
  #following = true;
  /** The step around which rows are asked for, after its reader has scrolled away. */
  #around = 0;
  /** Where the page, not its reader, has scrolled to. */
  #top = 0;
  #frame = 0;
  #later = 0;
  #hasJumped = false;
  #isSeen = true;
  /** When it was drawn or laid out anew, and when its reader last did what scrolls it. */
  #drawn = 0;
  #grasped = -COASTING_MS;
  /** How wide the rows are and how much of them can be seen, in pixels. To ask for it has the page laid out, so it is noted. */
  #size = { width: 0, height: 1 };
  #key = "";
  /** @type {Snapshot | undefined} */
  #snapshot;

  /**
   * @param {HTMLElement} section
   * @param {Host} host
   * @param {AbortSignal} signal
   */
  constructor(section, host, signal) {
    this.#host = host;
    const fold = html("label", {});
    fold.append(this.#fold, " fold heartbeats");
    section.querySelector("h2")?.append(html("span", { class: "gap" }), this.#back, fold, this.#lanes);
    this.#picture.append(this.#bands, this.#shapes, this.#future);
    this.#figure.append(this.#heads, this.#picture);
    section.append(this.#menu, this.#figure);
    this.#fold.addEventListener("change", () => {
      this.#opened = [];
      this.#wait();
    });
    this.#back.addEventListener("click", () => {
      this.#following = true;
      this.#figure.focus({ preventScroll: true });
      this.#wait();
    });
    this.#lanes.addEventListener("click", () => {
      this.#menu.hidden = !this.#menu.hidden;
      this.#lanes.setAttribute("aria-expanded", String(!this.#menu.hidden));
    });
    this.#menu.addEventListener("change", ({ target }) => this.#toggleLane(/** @type {HTMLInputElement} */ (target)));
    this.#figure.addEventListener("scroll", () => this.#scrolled());
    const grasp = () => (this.#grasped = performance.now());
    for (const kind of ["wheel", "touchmove", "pointerdown"]) this.#figure.addEventListener(kind, grasp, { passive: true });
    this.#figure.addEventListener("keydown", (event) => this.#onKey(event));
    this.#heads.addEventListener("click", ({ target }) => {
      const head = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-process]"));
      if (!head) return;
      const isChosen = head.getAttribute("aria-pressed") === "true";
      this.#host.select(isChosen ? null : { kind: "process", process: head.dataset.process ?? "" });
    });
    this.#picture.addEventListener("click", (event) => this.#pick(/** @type {Element} */ (event.target)));
    dragging(this.#figure);
    const sizes = new ResizeObserver(() => {
      this.#drawn = performance.now();
      this.#measure();
      this.#wait();
    });
    observe(sizes, signal, this.#figure, this.#heads);
    const sight = new IntersectionObserver(([entry]) => {
      this.#isSeen = entry.isIntersecting;
      this.#wait();
    }, { rootMargin: "50%" });
    observe(sight, signal, section);
    const print = () => {
      this.#measure();
      this.#draw();
    };
    addEventListener("beforeprint", print, { signal });
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    const former = this.#snapshot;
    if (snapshot.run !== former?.run) {
      this.#opened = [];
      this.#following = true;
      this.#rows = [];
    } else if (!snapshot.running && Math.abs(snapshot.step - former.step) > 1) {
      // Who jumps wants to see where to, wherever they have scrolled before.
      this.#following = true;
    }
    this.#snapshot = snapshot;
    this.#wait();
  }

  /** Draws in the next frame: once, however often it is asked for, and not while nobody can see it. */
  #wait() {
    if (!this.#isSeen) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const picture = this.#host.diagram({
      ...this.#window(snapshot),
      width: this.#size.width,
      fold: this.#fold.checked,
      opened: this.#opened,
      hidden: [...this.#hidden],
    });
    if (!picture) return;
    const top = this.#rowAt(this.#top);
    const inset = top ? this.#top - top.y : 0;
    this.#drawn = performance.now();
    this.#show(picture);
    const same = top && rowOf(this.#rows, top.step);
    this.#scrollTo(same ? same.y + inset : 0);
    this.#mark();
    this.#say(picture);
  }

  /**
   * Which rows are asked for: those that can be scrolled to, too, but not while pictures follow each other faster than anybody
   * scrolls, nor at once where the run has jumped to; and the same ones as long as the current step stands well within them,
   * so that little is drawn anew.
   * @param {Snapshot} snapshot
   */
  #window({ step, head, isSlow }) {
    const seen = Math.max(4, Math.ceil(this.#size.height / (this.#rows[0]?.height ?? ROW_PX)));
    // At the start nothing has happened yet: the first row is where it stands.
    const place = this.#rows.findIndex((row) => row === rowOf(this.#rows, Math.max(1, step)));
    const few = { rows: Math.ceil(seen * 1.3), after: Math.ceil(seen / 3) };
    const hasJumped = place < 0 && this.#around !== step;
    if (this.#following && (hasJumped || !isSlow)) this.#around = step;
    if (this.#following && !isSlow) return { step, ...few };
    if (this.#following && (hasJumped || this.#hasJumped)) {
      this.#rest();
      return { step: this.#around, ...few };
    }
    const isWithin =
      (place > seen / 2 || this.#rows[0]?.step === 1) && (place < this.#rows.length - seen / 2 || this.#rows.at(-1)?.step === head);
    if (this.#following && !isWithin) this.#around = step;
    return { step: this.#around, rows: seen * 3, after: Math.ceil(seen * 1.5) };
  }

  /** The run has jumped: once it stands for a while, all rows around are drawn. */
  #rest() {
    this.#hasJumped = true;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => {
      this.#hasJumped = false;
      this.#wait();
    }, WHOLE_MS);
  }

  /** Heads stay above the rows. On paper the figure is as high as its rows. */
  #measure() {
    const { clientWidth: width, clientHeight } = this.#figure;
    this.#size = { width, height: Math.max(1, Math.min(clientHeight, innerHeight) - this.#heads.offsetHeight) };
  }

  /**
   * Scrolls to where the rows stand as they stood, or, if the current step is followed, to where it can be seen.
   * @param {number} as
   */
  #scrollTo(as) {
    const height = this.#size.height;
    let top = as;
    const now = this.#snapshot && rowOf(this.#rows, Math.max(1, this.#snapshot.step));
    if (this.#following && now) {
      if (now.y + now.height > top + LOWEST * height) top = now.y + now.height - LOWEST * height;
      if (now.y < top + HIGHEST * height) top = now.y - HIGHEST * height;
    }
    if (Math.abs(top - this.#top) < 1) return;
    this.#figure.scrollTop = top;
    this.#top = this.#figure.scrollTop;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#figure;
    if (!this.#snapshot || Math.abs(scrollTop - this.#top) < 1) return;
    const since = performance.now();
    if (this.#following && since - this.#drawn < SETTLING_MS && since - this.#grasped > COASTING_MS) {
      // Laid out anew: the browser, not its reader, has moved it.
      this.#top = scrollTop;
      this.#wait();
      return;
    }
    this.#top = scrollTop;
    const height = this.#size.height;
    const now = rowOf(this.#rows, Math.max(1, this.#snapshot.step));
    this.#following = now !== undefined && now.y >= scrollTop && now.y + now.height <= scrollTop + height;
    const middle = this.#rowAt(scrollTop + height / 2)?.step ?? 0;
    const isAtEdge = scrollTop < height / 2 || scrollTop + clientHeight > scrollHeight - height / 2;
    if (isAtEdge && middle !== this.#around) {
      this.#around = middle;
      this.#wait();
    }
    this.#back.hidden = this.#following;
  }

  /** @param {number} y */
  #rowAt(y) {
    return this.#rows.find((row) => row.y + row.height > y);
  }

  /** @param {Picture} picture */
  #show(picture) {
    const { width, height, rows } = picture;
    this.#rows = rows;
    // Where the run stands is marked here, without drawing all anew.
    const shapes = picture.shapes.filter(({ class: name }) => name !== "now");
    const key = JSON.stringify([width, rows, shapes]);
    if (key === this.#key) return;
    this.#key = key;
    this.#carriers = shapes.flatMap(({ message, entries }) => (message !== undefined && entries ? [{ message, entries }] : []));
    this.#picture.setAttribute("width", String(width));
    this.#picture.setAttribute("height", String(height));
    this.#bands.replaceChildren(...rows.map((row) => band(row, width)));
    this.#shapes.replaceChildren(...arranged(shapes));
    this.#future.setAttribute("width", String(width));
  }

  /** Marks what stands for the current step, for what is still to come, and for the selection. */
  #mark() {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const { selection } = snapshot;
    const now = rowOf(this.#rows, snapshot.step);
    const chosen = selection?.kind === "event" ? rowOf(this.#rows, selection.step) : undefined;
    this.#rows.forEach((row, place) => {
      this.#bands.children[place].classList.toggle("current", row === now);
      this.#bands.children[place].classList.toggle("selected", row === chosen);
    });
    const messages = selection?.kind === "message" ? new Set([selection.id]) : this.#carrying(selection);
    const process = selection?.kind === "process" ? selection.process : undefined;
    for (const shape of /** @type {Iterable<SVGElement>} */ (this.#shapes.children)) {
      const { message, process: whose } = shape.dataset;
      const isChosen = message !== undefined ? messages.has(Number(message)) : whose !== undefined && whose === process;
      shape.classList.toggle("selected", isChosen);
    }
    const end = now ? now.y + now.height : 0;
    this.#future.setAttribute("y", String(end));
    this.#future.setAttribute("height", String(Math.max(0, Number(this.#picture.getAttribute("height")) - end)));
  }

  /**
   * The messages that carry the chosen entry.
   * @param {Selection | null} selection
   */
  #carrying(selection) {
    if (selection?.kind !== "entry") return new Set();
    const { index } = selection;
    return new Set(this.#carriers.filter(({ entries: [first, last] }) => first <= index && index <= last).map(({ message }) => message));
  }

  /** @param {Picture} picture */
  #say({ lanes, left_out }) {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const { step, head } = snapshot;
    const [first, last] = [this.#rowAt(this.#top), this.#rowAt(this.#top + this.#size.height - 1) ?? this.#rows.at(-1)];
    const label = `Space-time diagram of the messages. In view: steps ${first?.step ?? 0} to ${last?.fold?.last ?? last?.step ?? 0} of ${head}; the run stands at step ${step}. The trace tells the same in words.`;
    if (this.#figure.ariaLabel !== label) this.#figure.ariaLabel = label;
    write(this.#back, `Back to step ${number(step)}`);
    this.#back.hidden = this.#following;
    const missing = this.#hidden.size + left_out;
    write(this.#lanes, missing === 0 ? "Lanes" : `Lanes (${missing} hidden)`);
    this.#lanes.title = left_out > 0 ? `Choose the lanes; for ${left_out} of those that take part here there is no room` : "Choose the lanes";
    while (this.#heads.children.length > lanes.length) this.#heads.lastElementChild?.remove();
    lanes.forEach(({ process, x }, place) => {
      const head = this.#heads.children[place] ?? this.#heads.appendChild(html("button", { tabindex: -1 }));
      drawHead(/** @type {HTMLElement} */ (head), process, x, snapshot);
    });
    this.#drawMenu(everybody(snapshot));
  }

  /** @param {string[]} processes */
  #drawMenu(processes) {
    const key = processes.join();
    if (this.#menu.dataset.key === key) return;
    this.#menu.dataset.key = key;
    this.#hidden = new Set([...this.#hidden].filter((process) => processes.includes(process)));
    const boxes = processes.map((process) => {
      const label = html("label", {});
      const box = /** @type {HTMLInputElement} */ (html("input", { type: "checkbox", value: process }));
      box.checked = !this.#hidden.has(process);
      label.append(box, ` ${process}`);
      return label;
    });
    this.#menu.replaceChildren(...boxes);
  }

  /** @param {HTMLInputElement} box */
  #toggleLane(box) {
    const isLast = this.#menu.querySelectorAll("input:checked").length === 0;
    if (isLast) box.checked = true;
    else if (box.checked) this.#hidden.delete(box.value);
    else this.#hidden.add(box.value);
    this.#wait();
  }

  /** @param {Element} target */
  #pick(target) {
    const element = /** @type {SVGElement | null} */ (target.closest("[data-message], [data-step]"));
    if (!element || !this.#snapshot) return;
    const { message, step, sent, fold } = element.dataset;
    const { selection } = this.#snapshot;
    const isChosen = selection?.kind === "message" && selection.id === Number(message);
    if (message !== undefined && !isChosen) this.#host.select({ kind: "message", id: Number(message), steps: [Number(sent), Number(step)] });
    else if (fold !== undefined) this.#toggleFold(Number(fold));
    else this.#host.seek(Number(step));
  }

  /** @param {number} first the first step of a fold */
  #toggleFold(first) {
    this.#opened = this.#opened.includes(first) ? this.#opened.filter((step) => step !== first) : [...this.#opened, first];
    this.#wait();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!this.#snapshot || event.target !== this.#figure || event.altKey || event.ctrlKey || event.metaKey) return;
    const { step, over } = this.#snapshot;
    const row = rowOf(this.#rows, step);
    if (event.key === "ArrowUp" && step > 0) this.#go((row?.fold?.first ?? step) - 1);
    else if (event.key === "ArrowDown" && !over) this.#go((row?.fold?.last ?? step) + 1);
    else if (event.key === "Enter" && row?.fold) this.#toggleFold(row.fold.first);
    else {
      this.#grasped = performance.now();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} step */
  #go(step) {
    this.#following = true;
    this.#host.seek(step);
  }
}

/**
 * The row of a step, or the fold that it is in; the head of an opened fold is nobody's.
 * @param {Row[]} rows
 * @param {number} step
 */
function rowOf(rows, step) {
  return rows.find(({ step: own, fold }) => (fold ? !fold.open && fold.first <= step && step <= fold.last : own === step));
}
