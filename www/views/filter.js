// @ts-check
// How the trace is read: words to look for, and which lines are shown. It is loaded when somebody opens it.
import { html, write } from "../dom.js";
import { everybody } from "../ring.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../../pkg/raft_kv.js").Filter} Reading
 * @typedef {import("../../pkg/raft_kv.js").Group} Group
 * @typedef {{
 *   read(reading: Reading): void, mark(text: string): void, rowCount(): number,
 *   search(text: string, place: number, backwards: boolean): number | undefined,
 *   show(place: number): void, copy(): string
 * }} Host
 */

/** The kinds of lines, as the core calls them. */
/** @type {Group[]} */
const GROUPS = ["election", "replication", "clients", "faults", "other"];
/** More lines that contain a text are not counted. */
const COUNTED = 999;
/** So long is counted at a stretch; in milliseconds. */
const SLICE_MS = 6;
/** So long it is said that lines were copied; in milliseconds. */
const SAID_MS = 2_500;

export class Filter {
  #host;
  /** @type {Reading} */
  #reading;
  #text = /** @type {HTMLInputElement} */ (html("input", { type: "search", id: "sought", autocomplete: "off", spellcheck: "false", placeholder: "vote, node 3, x …" }));
  #only = check("only these lines");
  #fold = check("fold heartbeats");
  #found = html("output", { for: "sought" });
  #groups = html("div", { class: "boxes", role: "group", "aria-label": "Kinds of lines" });
  #processes = html("div", { class: "boxes", role: "group", "aria-label": "Processes" });
  /** The place of the line that was found last; -1 before the first. */
  #place = -1;
  #run = 0;
  /** Where the run was known to when its lines were counted. */
  #head = 0;
  /** The lines that were counted, and the place of the last one, behind which those stand that come later. */
  #counted = { lines: 0, place: -1 };
  #counting = 0;

  /**
   * @param {HTMLElement} element
   * @param {Reading} reading how the trace is read now
   * @param {Host} host
   */
  constructor(element, reading, host) {
    this.#host = host;
    this.#reading = reading;
    const label = html("label", { class: "find" }, "Find ");
    label.append(this.#text);
    const [back, on] = [html("button", { title: "The match before (Shift+Enter)" }, "◂ Previous"), html("button", { title: "The next match (Enter)" }, "Next ▸")];
    const copy = html("button", { title: "Copy the lines that are shown, up to the current step" }, "Copy lines");
    const line = html("div", { class: "keys" });
    line.append(label, back, on, this.#found);
    const end = html("div", { class: "keys" });
    end.append(this.#only.label, this.#fold.label, copy);
    this.#groups.append(html("span", { class: "none" }, "Kinds"), ...GROUPS.map((group) => check(group, group).label));
    element.append(line, this.#groups, this.#processes, end);
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#go(event.shiftKey);
    });
    back.addEventListener("click", () => this.#go(true));
    on.addEventListener("click", () => this.#go(false));
    copy.addEventListener("click", () => void this.#copy(copy));
    element.addEventListener("change", () => this.#changed());
    this.show(reading);
  }

  focus() {
    this.#text.focus();
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    const { run, head, running } = snapshot;
    const processes = everybody(snapshot);
    const key = processes.join();
    if (this.#processes.dataset.key !== key) {
      this.#processes.dataset.key = key;
      this.#processes.replaceChildren(html("span", { class: "none" }, "Only"), ...processes.map((process) => check(process, process).label));
      this.show(this.#reading);
    }
    if (run !== this.#run) {
      [this.#run, this.#head, this.#place] = [run, head, -1];
      this.#count();
    } else if (head !== this.#head && !running) {
      this.#head = head;
      this.#countOn();
    }
  }

  /** Forgets what was sought for, with its marks. */
  forget() {
    this.#text.value = "";
    this.#typed();
  }

  /**
   * Shows how the trace is read.
   * @param {Reading} reading
   */
  show(reading) {
    this.#reading = reading;
    this.#fold.box.checked = reading.fold;
    if (reading.text !== "") this.#text.value = reading.text;
    this.#only.box.checked = reading.text !== "";
    for (const box of boxes(this.#groups)) box.checked = reading.groups.some((group) => group === box.value);
    for (const box of boxes(this.#processes)) box.checked = reading.processes.includes(box.value);
  }

  #typed() {
    this.#place = -1;
    this.#host.mark(this.#text.value);
    if (this.#only.box.checked || this.#reading.text !== "") this.#changed();
    this.#count();
  }

  #changed() {
    this.#reading = {
      fold: this.#fold.box.checked,
      text: this.#only.box.checked ? this.#text.value : "",
      groups: GROUPS.filter((group) => chosen(this.#groups).includes(group)),
      processes: chosen(this.#processes),
    };
    this.#host.read(this.#reading);
  }

  #count() {
    this.#counted = { lines: 0, place: -1 };
    this.#countOn();
  }

  /** Counts the lines behind those that are counted which contain the text, a little in each frame. */
  #countOn() {
    cancelAnimationFrame(this.#counting);
    const text = this.#text.value;
    if (text === "") return write(this.#found, "");
    const counted = this.#counted;
    const slice = () => {
      const end = performance.now() + SLICE_MS;
      /** @type {number | undefined} */
      let place = counted.place;
      while (place !== undefined && counted.lines <= COUNTED && performance.now() < end) {
        place = this.#host.search(text, counted.place, false);
        if (place === undefined) break;
        counted.lines += 1;
        counted.place = place;
      }
      if (place !== undefined && counted.lines <= COUNTED) this.#counting = requestAnimationFrame(slice);
      else write(this.#found, countWords(counted.lines));
    };
    this.#counting = requestAnimationFrame(slice);
  }

  /** @param {boolean} isBack */
  #go(isBack) {
    const text = this.#text.value;
    if (text === "") return this.#text.focus();
    let place = this.#host.search(text, this.#place, isBack);
    // Beyond the last match the first one comes again.
    if (place === undefined) place = this.#host.search(text, isBack ? Number.MAX_SAFE_INTEGER : -1, isBack);
    if (place === undefined) return write(this.#found, "no line");
    this.#place = place;
    this.#host.show(place);
  }

  /** @param {HTMLElement} button */
  async #copy(button) {
    try {
      await navigator.clipboard.writeText(this.#host.copy());
      write(button, "Copied");
      // The button's words are not heard, those of the count are.
      write(this.#found, "The lines are copied");
    } catch {
      write(button, "The browser did not let this page copy");
    }
    setTimeout(() => {
      write(button, "Copy lines");
      this.#countOn();
    }, SAID_MS);
  }
}

/** @param {number} lines */
function countWords(lines) {
  if (lines > COUNTED) return `more than ${COUNTED} lines`;
  return lines === 0 ? "no line" : lines === 1 ? "1 line" : `${lines} lines`;
}

/**
 * @param {string} text
 * @param {string} [value]
 */
function check(text, value = "on") {
  const label = html("label", {});
  const box = /** @type {HTMLInputElement} */ (html("input", { type: "checkbox", value }));
  label.append(box, ` ${text}`);
  return { label, box };
}

/** @param {Element} group */
function boxes(group) {
  return /** @type {NodeListOf<HTMLInputElement>} */ (group.querySelectorAll("input"));
}

/** @param {Element} group */
function chosen(group) {
  return [...boxes(group)].filter(({ checked }) => checked).map(({ value }) => value);
}
