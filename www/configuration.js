// @ts-check
// The text that runs, as the page shows it before anybody turns to it: its editor is loaded then.
import { find, numberLines, write } from "./dom.js";
import { recall } from "./keep.js";

/**
 * @typedef {import("./views/editor.js").Editor} Editor
 * @typedef {import("./views/editor.js").Sheet} Sheet
 * @typedef {import("./views/editor.js").Page} Page
 */

/** What is asked of the editor before it is there is asked again. */
const CONTROLS = [["#apply", "click"], ["#save", "click"], ["#open", "change"], ["#config", "keydown"]];

export class Configuration {
  #section = find("#editor");
  #page;
  /** @type {Editor | undefined} */
  #editor;
  /** @type {Promise<Editor | undefined> | undefined} */
  #loading;
  /** @type {{ base: string, original: Sheet | null }} */
  #began = { base: "", original: null };
  /** @type {Sheet} */
  #running = { file: "config.toml", text: "" };

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    const load = () => this.#load();
    this.#section.addEventListener("pointerenter", load, { once: true });
    this.#section.addEventListener("focusin", load, { once: true });
    for (const [selector, type] of CONTROLS) {
      const control = find(selector, this.#section);
      control.addEventListener(type, async (event) => {
        if (this.#editor) return;
        const Kind = /** @type {typeof Event} */ (event.constructor);
        if (await this.#load()) control.dispatchEvent(new Kind(type, event));
      });
    }
  }

  /**
   * The page begins with this, and this runs.
   * @param {string} base by which it is seen after a reload whether the page still begins with the same
   * @param {Sheet | null} original the configuration that it stands for, if it stands for one
   * @param {Sheet} running
   */
  begin(base, original, running) {
    this.#began = { base, original };
    this.show(running);
    if (recall("config") !== undefined) this.#load();
  }

  /** The address stands for something else now, and what runs is the same. @param {string} base */
  set base(base) {
    this.#began.base = base;
    if (this.#editor) this.#editor.base = base;
  }

  /**
   * This text runs.
   * @param {Sheet} sheet
   */
  show(sheet) {
    this.#running = sheet;
    if (this.#editor) return this.#editor.adopt(sheet);
    /** @type {HTMLTextAreaElement} */ (find("textarea", this.#section)).value = sheet.text;
    numberLines(find(".gutter", this.#section), sheet.text);
    write(find("#config-state", this.#section), "this text is running");
  }

  /**
   * Shows a text that cannot be run, and why.
   * @param {Sheet} sheet
   */
  async refuse(sheet) {
    (await this.#load())?.refuse(sheet);
  }

  /**
   * Puts a text that the reader has opened in place of the other, and runs it.
   * @param {Sheet} sheet
   */
  async open(sheet) {
    (await this.#load())?.load(sheet);
  }

  #load() {
    this.#loading ??= import("./views/editor.js").then(
      ({ Editor }) => {
        this.#editor = new Editor(this.#section, this.#page);
        this.#editor.begin(this.#began.base, this.#began.original, this.#running);
        return this.#editor;
      },
      (error) => {
        this.#loading = undefined;
        this.#page.say(`The editor could not be loaded: ${error.message}. Try again, or copy your text and reload the page.`);
        return undefined;
      },
    );
    return this.#loading;
  }
}
