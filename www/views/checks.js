// @ts-check
// The checks: what must hold after every step, and whether it did.
import { html, number, write } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../../pkg/raft_kv.js").PropertyView} PropertyView
 */

const WHOLE_RUNS =
  "What can be said only of a whole run (whether the answers are linearizable, whether nothing that was acknowledged is lost) is " +
  "not judged here: the terminal does that at the end of a run.";

export class Checks {
  #seek;
  #summary = html("p", { class: "summary" });
  #chips = html("ul", { class: "chips", "aria-label": "Properties" });
  #meaning = html("div", { class: "meaning", id: "meaning" });
  #without = html("p", { class: "without" });
  /** The property whose meaning is told: the reader's choice, or the one that was violated last. */
  #told = "";
  /** Whether the reader chose what is told. */
  #isChosen = false;
  #run = /** @type {unknown} */ (undefined);
  #key = "";
  #snapshot = /** @type {Snapshot | undefined} */ (undefined);

  /**
   * @param {HTMLElement} section
   * @param {(step: number) => void} seek
   */
  constructor(section, seek) {
    this.#seek = seek;
    section.append(this.#summary, this.#chips, this.#meaning, this.#without, html("p", { class: "none" }, WHOLE_RUNS));
    this.#chips.addEventListener("click", ({ target }) => {
      const chip = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("button"));
      if (!chip) return;
      const name = chip.dataset.property ?? "";
      this.#told = this.#told === name ? "" : name;
      this.#isChosen = this.#told !== "";
      this.#draw();
    });
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    const key = JSON.stringify([snapshot.run, snapshot.properties, snapshot.violations, snapshot.without_rules]);
    if (key === this.#key) return;
    const broken = newest(snapshot.properties);
    // What was chosen in another run, or before anything broke, is not what the reader wants to know now.
    const wasWhole = !newest(this.#snapshot?.properties ?? []);
    if (snapshot.run !== this.#run || (wasWhole && broken)) this.#isChosen = false;
    if (!this.#isChosen) this.#told = broken?.name ?? "";
    this.#key = key;
    this.#run = snapshot.run;
    this.#snapshot = snapshot;
    this.#draw();
  }

  #draw() {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const { without_rules } = snapshot;
    const first = (/** @type {PropertyView} */ { step }) => step ?? Infinity;
    // What did not hold stands before all that holds.
    const properties = snapshot.properties.toSorted((one, other) => (first(one) === first(other) ? 0 : first(one) - first(other)));
    const broken = properties.filter(({ step }) => step !== undefined).length;
    const all = properties.length;
    write(this.#summary, broken === 0 ? `✓ ${all} properties hold after every step` : `✗ ${broken} of ${all} properties did not hold`);
    this.#summary.classList.toggle("bad", broken > 0);
    while (this.#chips.children.length > all) this.#chips.lastElementChild?.remove();
    properties.forEach((property, place) => {
      const item = this.#chips.children[place] ?? this.#chips.appendChild(emptyChip());
      drawChip(/** @type {HTMLElement} */ (item.firstElementChild), property, property.name === this.#told);
    });
    this.#drawMeaning(snapshot);
    write(this.#without, without_rules.length === 0 ? "" : `This configuration takes away: ${without_rules.join(", ")}.`);
  }

  /** @param {Snapshot} snapshot */
  #drawMeaning({ properties, violations }) {
    const property = properties.find(({ name }) => name === this.#told);
    this.#meaning.hidden = !property;
    if (!property) return this.#meaning.replaceChildren();
    const { name, meaning, section, step } = property;
    const text = html("p", {});
    text.append(html("strong", {}, sentence(name)), ` ${meaning}`, ...(section ? [" ", html("span", { class: "none" }, section)] : []));
    this.#meaning.replaceChildren(text);
    if (step === undefined) return;
    const line = violations.find(({ property: violated }) => violated === name)?.line;
    if (line) this.#meaning.append(html("p", { class: "bad" }, `✗ ${line}`));
    const go = html("button", { "data-step": step }, `Go to step ${number(step)}`);
    go.addEventListener("click", () => this.#seek(step));
    this.#meaning.append(go);
  }
}

/**
 * The property that was seen last for the first time not to hold.
 * @param {PropertyView[]} properties
 */
function newest(properties) {
  const broken = properties.filter(({ step }) => step !== undefined);
  return broken.toSorted((one, other) => Number(other.step) - Number(one.step))[0];
}

/** @param {string} name */
function sentence(name) {
  return `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}.`;
}

function emptyChip() {
  const item = html("li");
  item.append(html("button", { class: "chip", "aria-controls": "meaning" }));
  return item;
}

/**
 * @param {HTMLElement} chip
 * @param {PropertyView} property
 * @param {boolean} isTold
 */
function drawChip(chip, { name, meaning, section, step }, isTold) {
  const isBroken = step !== undefined;
  chip.dataset.property = name;
  chip.title = `${meaning}${section ? ` (${section})` : ""}`;
  chip.className = `chip${isBroken ? " bad" : ""}`;
  chip.setAttribute("aria-expanded", String(isTold));
  const word = isBroken ? `did not hold at step ${step}` : "holds";
  if (chip.textContent === `${isBroken ? "✗" : "✓"} ${name}: ${word}`) return;
  chip.replaceChildren(
    html("span", { class: "tick", "aria-hidden": "true" }, isBroken ? "✗" : "✓"), ` ${name}`,
    html("span", { class: isBroken ? "" : "hidden-text" }, `: ${word}`),
  );
}
