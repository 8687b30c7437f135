// @ts-check
// The editor of the configuration: an error stands beside its line, and nothing that was typed is lost.
import { find, numberLines } from "../dom.js";
import { readFile, saveFile } from "../files.js";
import { keep, recall } from "../keep.js";

/** @typedef {import("../../pkg/raft_kv.js").ConfigError} ConfigError */

const LINE_PX = 20;

/**
 * A text and the name of its file.
 * @typedef {{ file: string, text: string }} Sheet
 *
 * What the editor needs of the page around it: to run a configuration, or throw a `ConfigError`; to tell the reader
 * something.
 * @typedef {{ apply(file: string, toml: string): void, say(text: string): void }} Page
 *
 * What is kept over a reload: what the page began with, what stands in the editor and whether it was refused, and the
 * former text.
 * @typedef {{ base: string, sheet: Sheet, refused: boolean, former: Sheet | null }} Draft
 */

/** The name that it is kept by. */
const DRAFT = "config";

export class Editor {
  #element;
  /** @type {HTMLTextAreaElement} */
  #area;
  #page;
  #file = "config.toml";
  /** What the page began with, by which it is seen after a reload whether it still begins with the same. */
  base = "";
  /** The text that ran then. */
  #beginning = "";
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
   * Shows what runs, or after a reload what was typed.
   * @param {string} base what the page began with
   * @param {Sheet | null} original its configuration, if it began with one
   * @param {Sheet} running
   */
  begin(base, original, running) {
    /** @type {Draft | undefined} */
    const draft = recall(DRAFT);
    // As a text area has it.
    const text = running.text.replace(/\r\n?/g, "\n");
    /** Whether something was typed while this was being loaded: it stays, and the caret where it is. */
    const isTyped = this.#area.value !== text;
    this.base = base;
    this.#beginning = original?.text ?? running.text;
    this.#file = running.file;
    this.#opened = this.#applied = text;
    this.#edited();
    if (draft?.base === base && !isTyped) {
      this.#former = draft.former ?? original;
      if (draft.sheet.text !== running.text) this.#restore(draft);
    } else if (draft) {
      this.#former = draft.sheet;
    }
    this.#isBegun = true;
    this.#changed();
  }

  /**
   * Takes over a text that runs. What was typed and not applied stays the former text.
   * @param {Sheet} sheet
   */
  adopt({ file, text }) {
    if (this.#isBegun && text === this.#applied) return;
    const isTyped = this.#area.value !== this.#applied && this.#area.value !== text;
    if (this.#isBegun && isTyped) this.#former = this.#sheet;
    this.#file = file;
    // To put the same text there again would move the caret to its end.
    if (this.#area.value !== text) this.#area.value = text;
    this.#opened = this.#applied = this.#area.value;
    this.#edited();
  }

  /**
   * Shows a text that the page began with, and why it cannot be run.
   * @param {Sheet} sheet
   */
  refuse({ file, text }) {
    this.#file = file;
    this.#area.value = text;
    this.#opened = this.#area.value;
    this.apply(true);
  }

  /** @param {Draft} draft */
  #restore({ sheet, refused }) {
    this.#file = sheet.file;
    this.#area.value = sheet.text;
    this.#edited();
    if (refused) this.apply(true);
  }

  /**
   * Runs the text, or shows why it cannot be run. Returns whether it runs.
   * @param {boolean} [isQuiet] whether the reader has not asked for it, and stays where they are
   */
  apply(isQuiet = false) {
    const [before, text] = [this.#applied, this.#area.value];
    try {
      this.#applied = text;
      this.#page.apply(this.#file, text);
    } catch (error) {
      this.#applied = before;
      if (!isConfigError(error)) throw error;
      this.#showError(error, isQuiet);
      return false;
    }
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
    const [base, beginning, text] = [this.base, this.#beginning, this.#area.value];
    const [applied, former] = [this.#applied, this.#former];
    const refused = this.#errorLine !== undefined;
    // A file that could not be run at the beginning was not touched either.
    const isTouched = text !== beginning || (applied !== beginning && !refused) || former !== null;
    const sheet = { file: this.#file, text };
    return keep(DRAFT, isTouched ? { base, sheet, refused, former } : undefined);
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
    const text = await readFile(file).catch((error) => this.#page.say(error.message));
    if (text === undefined) return;
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
    saveFile(this.#file, this.#area.value);
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
