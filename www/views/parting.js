// @ts-check
// Drawing a partition: a loop around some in the picture, or boxes, say who is on one side; the others are on the other.
import { disable, find, html, rootOf, svg, write } from "../dom.js";
import { everybody, place } from "../ring.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../ring.js").Point} Point
 * @typedef {{ act(sentence: string): unknown, refusal(sentence: string): string | undefined, say(text: string): void }} Doings
 */

/** A loop that is shorter than this is a press, in the picture's units. */
const SHORTEST_LOOP = 25;

export class Parting {
  #element;
  #opener;
  #picture;
  #doings;
  #boxes;
  #split;
  #loop = svg("path", { class: "loop" });
  /** @type {Point[]} */
  #points = [];
  #pointer = 0;
  /** @type {Snapshot | undefined} */
  #snapshot;

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} opener the button that begins and ends it
   * @param {SVGSVGElement} picture
   * @param {Doings} doings
   */
  constructor(element, opener, picture, doings) {
    this.#element = element;
    this.#opener = opener;
    this.#picture = picture;
    this.#doings = doings;
    this.#boxes = find(".boxes", element);
    this.#split = find(".split", element);
    element.addEventListener("change", () => this.#show());
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // What it stands in stays open.
      event.preventDefault();
      this.toggle();
      opener.focus({ preventScroll: true });
    });
    this.#split.addEventListener("click", () => {
      const lack = this.#lack();
      if (lack !== undefined) return doings.say(`Not done: ${lack}.`);
      if (!doings.act(this.#sentence())) return;
      this.toggle();
      opener.focus({ preventScroll: true });
    });
    // Before those who pick and drag messages hear of it.
    const options = { capture: true };
    picture.addEventListener("pointerdown", (event) => this.#onDown(event), options);
    picture.addEventListener("pointermove", (event) => this.#onMove(event), options);
    picture.addEventListener("pointerup", (event) => this.#onUp(event), options);
    picture.addEventListener("pointercancel", () => this.#end(), options);
    picture.addEventListener("click", (event) => this.#isOpen && event.stopPropagation(), options);
  }

  get #isOpen() {
    return !this.#element.hidden;
  }

  /** Begins to draw, or ends it. */
  toggle() {
    const isOpen = !this.#isOpen;
    this.#element.hidden = !isOpen;
    this.#opener.setAttribute("aria-expanded", String(isOpen));
    this.#picture.classList.toggle("drawing", isOpen);
    this.#end();
    for (const box of this.#sideBoxes()) box.checked = false;
    if (this.#snapshot) this.render(this.#snapshot);
    this.#show();
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    this.#snapshot = snapshot;
    if (!this.#isOpen) return;
    const { length } = snapshot.cuts;
    const links = length === 1 ? "the link that is cut now, one way" : `the ${length} links that are cut now, one way each`;
    write(find(".instead", this.#element), length === 0 ? "" : `It takes the place of ${links}: what is not cut by it works again.`);
    const names = everybody(snapshot);
    const boxes = this.#sideBoxes();
    if (boxes.length !== names.length || boxes.some(({ value }, at) => value !== names[at])) {
      this.#boxes.replaceChildren(...names.map(box));
    }
    this.#show();
  }

  #sideBoxes() {
    return /** @type {HTMLInputElement[]} */ ([...this.#boxes.querySelectorAll("input")]);
  }

  /** Whether clients are left out, and reach everybody. */
  get #areClientsFree() {
    return /** @type {HTMLInputElement} */ (find(".free", this.#element)).checked;
  }

  /** Marks in the picture who is on the one side, and says whether that can be done. */
  #show() {
    const isFree = this.#areClientsFree;
    const groups = new Map([...this.#picture.querySelectorAll("[data-process]")].map((group) => [group.getAttribute("data-process"), group]));
    for (const box of this.#sideBoxes()) {
      const isClient = box.value.startsWith("client");
      /** @type {HTMLElement} */ (box.parentElement).hidden = isClient && isFree;
      const isInside = this.#isOpen && box.checked && !(isClient && isFree);
      groups.get(box.value)?.classList.toggle("inside", isInside);
    }
    if (!this.#isOpen || this.#snapshot?.running) return;
    const reason = this.#lack() ?? this.#doings.refusal(this.#sentence());
    disable(this.#split, reason !== undefined, reason ?? "");
  }

  /** What is missing until there are two sides. */
  #lack() {
    const [one, other] = this.#sidesOf();
    return one.length === 0 || other.length === 0 ? "choose some, but not all, for one side" : undefined;
  }

  #sidesOf() {
    const boxes = this.#sideBoxes().filter(({ value }) => !(this.#areClientsFree && value.startsWith("client")));
    return [true, false].map((side) => boxes.filter(({ checked }) => checked === side).map(({ value }) => value));
  }

  #sentence() {
    return `partition ${this.#sidesOf().map((side) => side.join(", ")).join(" | ")}`;
  }

  /** @param {PointerEvent} event */
  #onDown(event) {
    if (!this.#isOpen || event.button !== 0 || !event.isPrimary) return;
    event.stopPropagation();
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#picture.setPointerCapture(event.pointerId);
    this.#points = [this.#inPicture(event)];
    this.#picture.append(this.#loop);
  }

  /** @param {PointerEvent} event */
  #onMove(event) {
    if (this.#points.length === 0 || event.pointerId !== this.#pointer) return;
    event.stopPropagation();
    this.#points.push(this.#inPicture(event));
    const way = this.#points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
    this.#loop.setAttribute("d", `M${way.join("L")}Z`);
  }

  /** @param {PointerEvent} event */
  #onUp(event) {
    const snapshot = this.#snapshot;
    if (this.#points.length === 0 || event.pointerId !== this.#pointer || !snapshot) return;
    event.stopPropagation();
    const points = this.#points;
    this.#end();
    const isPress = length(points) < SHORTEST_LOOP;
    const pressed = isPress ? rootOf(this.#picture).elementFromPoint(event.clientX, event.clientY)?.closest("[data-process]") : null;
    const process = pressed?.getAttribute("data-process");
    for (const box of this.#sideBoxes()) {
      if (!isPress) box.checked = isInside(place(box.value, snapshot), points);
      else if (box.value === process) box.checked = !box.checked;
    }
    this.#show();
  }

  #end() {
    this.#points = [];
    this.#loop.removeAttribute("d");
    this.#loop.remove();
  }

  /** @param {PointerEvent} event */
  #inPicture({ clientX, clientY }) {
    const matrix = this.#picture.getScreenCTM();
    if (!matrix) return { x: 0, y: 0 };
    return new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
  }
}

/** @param {string} name */
function box(name) {
  const label = html("label", {}, name);
  label.prepend(html("input", { type: "checkbox", value: name }));
  return label;
}

/** @param {Point[]} points */
function length(points) {
  return points.slice(1).reduce((sum, { x, y }, at) => sum + Math.hypot(x - points[at].x, y - points[at].y), 0);
}

/**
 * Whether a point is inside a loop: a straight line from it to the right leaves it once more than it enters it.
 * @param {Point} point
 * @param {Point[]} loop
 */
function isInside({ x, y }, loop) {
  let isIn = false;
  for (const [at, corner] of loop.entries()) {
    const former = loop[(at + loop.length - 1) % loop.length];
    const crosses = corner.y > y !== former.y > y;
    if (crosses && x < ((former.x - corner.x) * (y - corner.y)) / (former.y - corner.y) + corner.x) isIn = !isIn;
  }
  return isIn;
}
