// @ts-check
// The branches of the run: where each left which other, and what can be done with them.
import { LONGEST_NAME } from "../branches.js";
import { disable, html, number } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../emulation.js").KeptBranch} KeptBranch
 * @typedef {{
 *   switchTo(id: number): void, rename(id: number, name: string): void, remove(id: number): void, compare(id: number): void
 * }} Reader what its reader can do
 */

/** The number of the branch that a run begins with. */
const FIRST = 1;

export class BranchList {
  #list = html("ul", { class: "branches" });
  #reader;
  /** What was drawn last. */
  #drawn = "";

  /**
   * @param {Element} element
   * @param {Reader} reader
   */
  constructor(element, reader) {
    this.#reader = reader;
    element.append(this.#list);
  }

  /** @param {Snapshot} snapshot */
  render({ branches, branch: current }) {
    const shape = JSON.stringify([current, branches.map(({ id, name, parent, at }) => [id, name, parent, at])]);
    if (shape === this.#drawn) return;
    this.#drawn = shape;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset : undefined;
    this.#list.replaceChildren(...branches.map((branch) => this.#row(branch, branches, current)));
    if (!focused?.branch) return;
    // The button that was pressed keeps the focus, or the branch that is shown gets it.
    const same = `[data-branch="${focused.branch}"][data-does="${focused.does}"]`;
    const next = this.#list.querySelector(same) ?? this.#list.querySelector("[aria-current] button");
    if (next instanceof HTMLElement) next.focus();
  }

  /**
   * @param {KeptBranch} branch
   * @param {KeptBranch[]} branches
   * @param {number} current
   */
  #row({ id, name, whole, parent, at }, branches, current) {
    const isCurrent = id === current;
    const row = html("li", isCurrent ? { "aria-current": "true" } : {});
    const left = branches.find((branch) => branch.id === parent);
    const words = left ? `leaves “${left.name}” behind step ${number(at)}` : id === FIRST ? "the run as it began" : "the branch that it left is deleted";
    const show = this.#button(id, "show", isCurrent ? "Shown" : "Show", `${isCurrent ? "Shown:" : "Show"} the branch ${name}`, this.#reader.switchTo);
    const compare = this.#button(id, "compare", "Compare", `Compare ${name} with the branch that is shown`, this.#reader.compare);
    const rename = this.#button(id, "rename", "Rename", `Rename ${name}`, () => this.#rename(row, id, name));
    const remove = this.#button(id, "delete", "Delete", `Delete the branch ${name}`, this.#reader.remove);
    disable(show, isCurrent, "this branch is shown already");
    disable(compare, isCurrent, "choose another branch than the one that is shown");
    disable(remove, branches.length === 1, "one branch has to stay");
    const keys = html("div", { class: "keys" });
    keys.append(show, compare, rename, remove);
    row.append(html("strong", { title: whole ?? name }, name), html("span", { class: "none" }, words), keys);
    return row;
  }

  /**
   * @param {number} id
   * @param {string} does
   * @param {string} words
   * @param {string} title
   * @param {(id: number) => void} act
   */
  #button(id, does, words, title, act) {
    const button = html("button", { title, "aria-label": title, "data-branch": id, "data-does": does }, words);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") act(id);
    });
    return button;
  }

  /**
   * @param {Element} row
   * @param {number} id
   * @param {string} name
   */
  #rename(row, id, name) {
    const form = html("form", { class: "keys" });
    const input = /** @type {HTMLInputElement} */ (html("input", { value: name, maxlength: LONGEST_NAME, "aria-label": `New name of ${name}` }));
    form.append(input, html("button", { class: "primary" }, "Rename"));
    const leave = () => {
      this.#drawn = "";
      this.#reader.rename(id, input.value);
      /** @type {HTMLElement | null} */ (this.#list.querySelector(`[data-branch="${id}"][data-does="rename"]`))?.focus();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      input.value = name;
      leave();
    });
    row.replaceChildren(form);
    input.focus();
    input.select();
  }
}
