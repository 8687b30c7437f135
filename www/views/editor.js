// @ts-check
// The editor of the configuration: an error stands beside its line, and nothing that was typed is lost.
import { find } from "../dom.js";

/** @typedef {import("../../pkg/raft_kv.js").ConfigError} ConfigError */

const LINE_PX = 20;
/** Where the text is kept over a reload: of this page, not of another one on the same host. */
const DRAFT = `raft_kv config ${location.pathname}`;

export class Editor {
  #element;
  /** @type {HTMLTextAreaElement} */
  #area;
  #file = "config.toml";
  /** What the page began with. */
  #base = "";
  /** What runs now. */
  #applied = "";
  /** What stood here before another text was put in its place. */
  #former = "";
  #apply;
  /** @type {number | undefined} The line that the error is about, the first being 0. */
  #errorLine;

  /**
   * @param {HTMLElement} element
   * @param {(file: string, toml: string) => void} apply runs a configuration, or throws a `ConfigError`
   */
  constructor(element, apply) {
    this.#element = element;
    this.#apply = apply;
    this.#area = find("textarea", element);
    this.#area.addEventListener("input", () => this.#edited());
    this.#area.addEventListener("scroll", () => this.#place());
    this.#area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.apply();
    });
    find("#apply", element).addEventListener("click", () => this.apply());
    find("#save", element).addEventListener("click", () => this.#save());
    find("#former", element).addEventListener("click", () => this.#replace(this.#former, this.#file));
    /** @type {HTMLInputElement} */
    const open = find("#open", element);
    open.addEventListener("change", () => this.#open(open));
    addEventListener("beforeunload", (event) => {
      if (this.#isEdited && !this.#keep()) event.preventDefault();
    });
  }

  /**
   * Shows the configuration that the page begins with, and runs it; or, after a reload of the same, what was typed and
   * what ran then.
   * @param {string} toml
   */
  begin(toml) {
    const kept = recall();
    this.#base = toml;
    if (kept?.base !== toml) {
      this.#begin(toml, toml);
    } else {
      this.#former = toml;
      find("#former", this.#element).hidden = kept.text === toml;
      this.#begin(kept.applied, kept.text);
    }
  }

  /**
   * Runs one text, or all defaults if it cannot be run, and shows the other.
   * @param {string} applied
   * @param {string} text
   */
  #begin(applied, text) {
    this.#area.value = applied;
    if (!this.apply()) this.#apply(this.#file, "");
    if (text !== applied) {
      this.#area.value = text;
      this.#edited();
    }
  }

  /** Runs the text, or shows why it cannot be run. Returns whether it runs. */
  apply() {
    try {
      this.#apply(this.#file, this.#area.value);
    } catch (error) {
      if (!isConfigError(error)) throw error;
      this.#showError(error);
      return false;
    }
    this.#applied = this.#area.value;
    this.#edited();
    return true;
  }

  get #isEdited() {
    return this.#area.value !== this.#applied;
  }

  #edited() {
    this.#errorLine = undefined;
    this.#area.removeAttribute("aria-invalid");
    this.#keep();
    this.#state(this.#isEdited ? "edited, not applied" : "this text is running");
    this.#number();
    this.#place();
  }

  /** Numbers the lines. */
  #number() {
    const count = this.#area.value.split("\n").length;
    const gutter = find(".gutter", this.#element);
    if (gutter.dataset.count === String(count)) return;
    gutter.dataset.count = String(count);
    gutter.textContent = Array.from({ length: count }, (_, line) => line + 1).join("\n");
  }

  /** Keeps over a reload what is not in the file. Returns whether nothing would be lost. */
  #keep() {
    const [base, text, applied] = [this.#base, this.#area.value, this.#applied];
    return keep(text === base && applied === base ? null : { base, text, applied });
  }

  /** @param {string} text */
  #state(text) {
    find("#config-state", this.#element).textContent = text;
  }

  /** @param {ConfigError} error */
  #showError(error) {
    this.#errorLine = error.line - 1;
    const help = error.help ? ` ${sentence(error.help)}` : "";
    const where = `Line ${error.line}, column ${error.column}: `;
    find("#config-error", this.#element).textContent = `${where}${error.message}.${help}`;
    this.#area.setAttribute("aria-invalid", "true");
    this.#number();
    this.#state("not applied: see the error");
    this.#select(this.#errorLine, error.column - 1, error.width);
    this.#place();
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
    const bytes = await file.arrayBuffer();
    try {
      this.#replace(new TextDecoder("utf-8", { fatal: true }).decode(bytes), file.name);
    } catch {
      const good = new TextDecoder().decode(bytes).split("\uFFFD")[0].split("\n");
      const column = (good.at(-1) ?? "").length + 1;
      this.#state(`${file.name} cannot be opened: line ${good.length}, column ${column} is not UTF-8 text`);
    }
  }

  /**
   * Puts another text in place of this one, which can be brought back.
   * @param {string} text
   * @param {string} file
   */
  #replace(text, file) {
    this.#former = this.#area.value;
    find("#former", this.#element).hidden = false;
    this.#area.value = text;
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
 * What is kept over a reload: what the page began with, what was typed, and what ran.
 * @typedef {{ base: string, text: string, applied: string }} Draft
 */

/**
 * Keeps it, where the browser lets it. Returns whether it does.
 * @param {Draft | null} draft
 */
function keep(draft) {
  try {
    if (draft) sessionStorage.setItem(DRAFT, JSON.stringify(draft));
    else sessionStorage.removeItem(DRAFT);
    return true;
  } catch {
    return false;
  }
}

/** @returns {Draft | null} */
function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
  } catch {
    return null;
  }
}
