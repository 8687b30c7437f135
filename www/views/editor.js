// @ts-check
// The editor of the configuration: an error stands beside its line, and nothing that was typed is lost.
import { find } from "../dom.js";

/** @typedef {import("../../pkg/raft_kv.js").ConfigError} ConfigError */

const LINE_PX = 20;
/** Where the text is kept over a reload. */
const DRAFT = "raft_kv config";

export class Editor {
  #element;
  /** @type {HTMLTextAreaElement} */
  #area;
  #file = "config.toml";
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
      if (this.#isEdited && !keep(this.#area.value)) event.preventDefault();
    });
  }

  /**
   * Shows the configuration that the page begins with; and over it what was typed before a reload.
   * @param {string} toml
   */
  begin(toml) {
    const draft = kept();
    this.#area.value = toml;
    this.apply();
    if (draft !== null && draft !== toml) {
      this.#former = toml;
      this.#area.value = draft;
      find("#former", this.#element).hidden = false;
    }
    this.#edited();
  }

  /** Runs the text, or shows why it cannot be run. */
  apply() {
    try {
      this.#apply(this.#file, this.#area.value);
      this.#applied = this.#area.value;
      this.#edited();
    } catch (error) {
      if (!isConfigError(error)) throw error;
      this.#showError(error);
    }
  }

  get #isEdited() {
    return this.#area.value !== this.#applied;
  }

  #edited() {
    this.#errorLine = undefined;
    this.#area.removeAttribute("aria-invalid");
    keep(this.#area.value);
    this.#state(this.#isEdited ? "edited, not applied" : `${this.#file} is running`);
    const count = this.#area.value.split("\n").length;
    find(".gutter", this.#element).textContent = Array.from({ length: count }, (_, line) => line + 1).join("\n");
    this.#place();
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
    this.#state("not applied: see the error");
    const start = lineStart(this.#area.value, this.#errorLine) + error.column - 1;
    this.#area.focus();
    this.#area.setSelectionRange(start, start + error.width);
    this.#area.scrollTop = Math.max(0, (this.#errorLine - 4) * LINE_PX);
    this.#place();
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
 * Keeps the text over a reload, where the browser lets it.
 * @param {string} text
 */
function keep(text) {
  try {
    sessionStorage.setItem(DRAFT, text);
    return true;
  } catch {
    return false;
  }
}

function kept() {
  try {
    return sessionStorage.getItem(DRAFT);
  } catch {
    return null;
  }
}
