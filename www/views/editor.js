// @ts-check
// The editor of the configuration: an error stands beside its line, and nothing that was typed is lost.
import { find, numberLines } from "../dom.js";

/** @typedef {import("../../pkg/raft_kv.js").ConfigError} ConfigError */

const LINE_PX = 20;

/**
 * A text and the name of its file.
 * @typedef {{ file: string, text: string }} Sheet
 *
 * What the editor needs of the page around it: to run a configuration, or throw a `ConfigError`; to know the seed that
 * runs; to tell the reader something; the name that the text is kept by over a reload.
 * @typedef {{ apply(file: string, toml: string, seed?: number): void, seed(): number, say(text: string): void, draft: string }} Page
 *
 * What is kept over a reload: what the page began with, what stands in the editor and whether it was refused, what runs
 * with which seed, and the former text.
 * @typedef {{ base: string, sheet: Sheet, refused: boolean, applied: string, seed: number, former: Sheet | null }} Draft
 */

export class Editor {
  #element;
  /** @type {HTMLTextAreaElement} */
  #area;
  #page;
  #file = "config.toml";
  /** What the page began with. */
  #base = "";
  /** What runs now. */
  #applied = "";
  /** The text as it was opened. */
  #opened = "";
  /** @type {Sheet | null} What stood here before another text was put in its place. */
  #former = null;
  /** Whether there is anything to keep. */
  #isBegun = false;
  /** @type {number | undefined} The line that the error is about, the first being 0. */
  #errorLine;

  /**
   * @param {HTMLElement} element
   * @param {Page} page
   */
  constructor(element, page) {
    this.#element = element;
    this.#page = page;
    this.#area = find("textarea", element);
    this.#area.addEventListener("input", () => this.#edited());
    this.#area.addEventListener("scroll", () => this.#place());
    this.#area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.apply();
    });
    find("#apply", element).addEventListener("click", () => this.apply());
    find("#save", element).addEventListener("click", () => this.#save());
    find("#former", element).addEventListener("click", () => this.#bringBack());
    /** @type {HTMLInputElement} */
    const open = find("#open", element);
    open.addEventListener("change", () => this.#open(open));
    addEventListener("pagehide", () => this.#keep());
    addEventListener("beforeunload", (event) => {
      if (this.#area.value !== this.#applied && !this.#keep()) event.preventDefault();
    });
  }

  /**
   * Shows the configuration that the page begins with, and runs it; or, after a reload, what was typed and what ran.
   * @param {string | null} toml null if it could not be loaded
   */
  begin(toml) {
    const draft = recall(this.#page.draft);
    const text = toml ?? draft?.base ?? "";
    const isSame = draft?.base === text;
    this.#base = this.#opened = text;
    if (draft) this.#former = isSame ? (draft.former ?? { file: this.#file, text }) : draft.sheet;
    this.#area.value = isSame ? draft.applied : text;
    if (!this.apply(isSame ? draft.seed : undefined, true)) {
      this.#page.apply(this.#file, "");
      this.#page.say(`${this.#file} has an error in line ${(this.#errorLine ?? 0) + 1}, see below; the defaults are running.`);
    }
    if (isSame) this.#restore(draft);
    this.#isBegun = true;
  }

  /**
   * Takes over a text that the page began with and that runs; it may have been edited since.
   * @param {string} text
   */
  adopt(text) {
    this.#base = this.#opened = this.#applied = text;
    this.#isBegun = true;
    this.#edited();
  }

  /** @param {Draft} draft */
  #restore({ sheet, refused, applied }) {
    this.#file = sheet.file;
    if (sheet.text === applied) return;
    this.#area.value = sheet.text;
    this.#edited();
    if (refused) this.apply(undefined, true);
  }

  /**
   * Runs the text, or shows why it cannot be run. Returns whether it runs.
   * @param {number} [seed]
   * @param {boolean} [isQuiet] whether the reader has not asked for it, and stays where they are
   */
  apply(seed, isQuiet = false) {
    try {
      this.#page.apply(this.#file, this.#area.value, seed);
    } catch (error) {
      if (!isConfigError(error)) throw error;
      this.#showError(error, isQuiet);
      return false;
    }
    this.#applied = this.#area.value;
    this.#edited();
    this.#page.say("");
    return true;
  }

  #edited() {
    this.#errorLine = undefined;
    this.#area.removeAttribute("aria-invalid");
    this.#state(this.#area.value === this.#applied ? "this text is running" : "edited, not applied");
    this.#changed();
  }

  #changed() {
    this.#keep();
    numberLines(find(".gutter", this.#element), this.#area.value);
    this.#place();
    find("#former", this.#element).hidden = this.#former === null || this.#former.text === this.#area.value;
  }

  /** Keeps over a reload what is not in the file that the page begins with. Returns whether nothing would be lost. */
  #keep() {
    if (!this.#isBegun) return true;
    const [base, text, applied, former] = [this.#base, this.#area.value, this.#applied, this.#former];
    const refused = this.#errorLine !== undefined;
    // A file that could not be run at the beginning was not touched either.
    const isTouched = text !== base || (applied !== base && !refused) || former !== null;
    const sheet = { file: this.#file, text };
    return keep(this.#page.draft, isTouched ? { base, sheet, refused, applied, seed: this.#page.seed(), former } : null);
  }

  /** @param {string} text */
  #state(text) {
    find("#config-state", this.#element).textContent = text;
  }

  /**
   * @param {ConfigError} error
   * @param {boolean} isQuiet
   */
  #showError(error, isQuiet) {
    this.#errorLine = error.line - 1;
    const help = error.help ? ` ${sentence(error.help)}` : "";
    const where = `Line ${error.line}, column ${error.column}: `;
    find("#config-error", this.#element).textContent = `${where}${error.message}.${help}`;
    this.#area.setAttribute("aria-invalid", "true");
    this.#state("not applied: see the error");
    if (!isQuiet) this.#select(this.#errorLine, error.column - 1, error.width);
    this.#changed();
  }

  /**
   * Selects some characters of a line and brings them into sight. A character may be two units of the text.
   * @param {number} line
   * @param {number} column
   * @param {number} width
   */
  #select(line, column, width) {
    const area = this.#area;
    const start = lineStart(area.value, line);
    const characters = [...area.value.slice(start).split("\n", 1)[0]];
    const from = start + characters.slice(0, column).join("").length;
    area.focus();
    area.setSelectionRange(from, from + characters.slice(column, column + width).join("").length);
    area.scrollTop = Math.max(0, (line - 4) * LINE_PX);
    const share = column / Math.max(1, characters.length);
    area.scrollLeft = area.scrollWidth * share - area.clientWidth / 2;
  }

  /** Puts line numbers, mark and error beside their lines. */
  #place() {
    const top = this.#area.scrollTop;
    find(".gutter", this.#element).style.transform = `translateY(${-top}px)`;
    const mark = find(".mark", this.#element);
    const error = find("#config-error", this.#element);
    mark.hidden = error.hidden = this.#errorLine === undefined;
    if (this.#errorLine === undefined) return;
    const y = this.#errorLine * LINE_PX - top;
    mark.style.transform = `translateY(${y}px)`;
    const room = Math.max(0, this.#area.clientHeight - error.offsetHeight);
    error.style.setProperty("--y", `${Math.min(Math.max(0, y + LINE_PX + 2), room)}px`);
  }

  /** @param {HTMLInputElement} input */
  async #open(input) {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    const bytes = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null);
    if (!bytes) return this.#page.say(`${file.name} cannot be read.`);
    const text = decode(bytes);
    if (text === null) return this.#page.say(`${file.name} cannot be opened: ${placeOfBadByte(bytes)} is not UTF-8 text.`);
    this.load({ file: file.name, text });
  }

  /**
   * Puts another text in place of what stands here, and runs it.
   * @param {Sheet} sheet
   */
  load(sheet) {
    // What was typed is worth more than another file that was only opened.
    if (this.#former === null || this.#area.value !== this.#opened) this.#former = this.#sheet;
    this.#show(sheet);
  }

  #bringBack() {
    const former = this.#former;
    if (!former) return;
    this.#former = this.#sheet;
    this.#show(former);
  }

  /** @returns {Sheet} */
  get #sheet() {
    return { file: this.#file, text: this.#area.value };
  }

  /** @param {Sheet} sheet */
  #show({ file, text }) {
    this.#area.value = text;
    this.#opened = this.#area.value;
    this.#file = file;
    this.#edited();
    this.apply();
  }

  #save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.#area.value], { type: "text/plain" }));
    link.download = this.#file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}

/**
 * @param {unknown} error
 * @returns {error is ConfigError}
 */
function isConfigError(error) {
  return error instanceof Error && error.name === "ConfigError";
}

/** @param {string} text */
function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

/**
 * @param {string} text
 * @param {number} line
 */
function lineStart(text, line) {
  let start = 0;
  for (let left = line; left > 0; left -= 1) start = text.indexOf("\n", start) + 1;
  return start;
}

/**
 * The text of these bytes; null if they are not UTF-8.
 * @param {Uint8Array} bytes
 * @param {boolean} [stream] whether the last character may be incomplete
 */
function decode(bytes, stream = false) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
  } catch {
    return null;
  }
}

/**
 * Where the first byte stands that is not UTF-8, found by halving: `line 3, column 7`.
 * @param {Uint8Array} bytes
 */
function placeOfBadByte(bytes) {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decode(bytes.subarray(0, middle), true) === null) bad = middle;
    else good = middle;
  }
  const lines = (decode(bytes.subarray(0, good), true) ?? "").split("\n");
  return `line ${lines.length}, column ${[...(lines.at(-1) ?? "")].length + 1}`;
}

/**
 * Keeps it, where the browser lets it. Returns whether it does.
 * @param {string} name
 * @param {Draft | null} draft
 */
function keep(name, draft) {
  try {
    if (draft) sessionStorage.setItem(name, JSON.stringify(draft));
    else sessionStorage.removeItem(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} name
 * @returns {Draft | null}
 */
function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}
