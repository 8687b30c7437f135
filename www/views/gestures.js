// @ts-check
// What hands do in the picture of the cluster: walk through it by arrow keys, pick, open the menu, drag a message onto its
// receiver or out of the picture. It is one stop for the Tab key.
import { rootOf } from "../dom.js";
import { actOfKey } from "../verbs.js";

/**
 * @typedef {import("../emulation.js").Selection} Selection
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{
 *   act(sentence: string): unknown,
 *   openMenu(selection: Selection, at: Point, opener: SVGElement): void,
 * }} Hands
 * @typedef {{ select(selection: Selection | null): void, isPicked(): boolean, hands?: Hands }} Doings `isPicked` tells whether anything
 *   is; without hands, one can only look and pick
 * @typedef {{
 *   pointer: number, item: SVGElement, start: Point, home: string, isMoving: boolean, onto: SVGElement | null
 * }} Drag
 */

/** A finger that moves less than this still presses, in CSS pixels. */
const STILL = 7;
/** So long a press opens the menu, where no right click does; in milliseconds. */
const LONG_PRESS_MS = 550;
/** Beside a small node, a press so near means it; in CSS pixels. */
const NEAR = 22;
const ITEMS = "[data-message], [data-process][role]";

export class Gestures {
  #picture;
  #doings;
  /** @type {Drag | null} */
  #drag = null;
  #longPress = 0;
  /** Whether the click that ends a drag or a long press is still to come: it picks nothing. */
  #isClickSpent = false;

  /**
   * @param {SVGSVGElement} picture
   * @param {Doings} doings
   */
  constructor(picture, doings) {
    this.#picture = picture;
    this.#doings = doings;
    // Not of the picture itself: browsers let the Tab key stop at whatever SVG listens to the focus.
    picture.parentElement?.addEventListener("focusin", ({ target }) => this.#rove(itemAt(target)));
    picture.addEventListener("keydown", (event) => this.#onKey(event));
    picture.addEventListener("click", (event) => this.#onClick(event));
    picture.addEventListener("contextmenu", (event) => this.#onContextMenu(event));
    picture.addEventListener("pointerdown", (event) => this.#onDown(event));
    picture.addEventListener("pointermove", (event) => this.#onMove(event));
    picture.addEventListener("pointerup", (event) => this.#onUp(event));
    picture.addEventListener("pointercancel", () => this.#letGo());
    // A finger on a message drags it, and does not scroll the page.
    picture.addEventListener("touchmove", (event) => this.#drag?.item.dataset.message && event.preventDefault(), { passive: false });
    // A press that has opened the menu is not to be a click as well, which would take the focus from the menu.
    picture.addEventListener("touchend", (event) => this.#isClickSpent && event.cancelable && event.preventDefault());
  }

  /**
   * Where Tab comes back to is where the focus was last.
   * @param {SVGElement | null} item
   */
  #rove(item) {
    if (!item) return;
    for (const stop of this.#picture.querySelectorAll("[tabindex='0']")) stop.setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const item = itemAt(event.target);
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    const { select, isPicked, hands } = this.#doings;
    const act = hands && item.dataset.message ? actOfKey(event, Number(item.dataset.message)) : undefined;
    if (hands && (key === "ContextMenu" || (key === "F10" && event.shiftKey))) {
      hands.openMenu(selectionOf(item), centre(item), item);
    } else if (hands && act) {
      hands.act(act);
    } else if (key === " " || key === "Enter") {
      select(pickOf(item));
    } else if (key === "Escape" && isPicked()) {
      select(null);
    } else {
      const next = this.#neighbour(item, key);
      if (!next) return;
      next.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * The one before or after it, or the first or last one.
   * @param {SVGElement} item
   * @param {string} key
   */
  #neighbour(item, key) {
    /** @type {SVGElement[]} */
    const items = [...this.#picture.querySelectorAll(ITEMS)].map((one) => /** @type {SVGElement} */ (one));
    const at = items.indexOf(item);
    const way = key === "ArrowRight" || key === "ArrowDown" ? 1 : key === "ArrowLeft" || key === "ArrowUp" ? -1 : 0;
    if (way) return items[(at + way + items.length) % items.length];
    return key === "Home" ? items[0] : key === "End" ? items[items.length - 1] : undefined;
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    if (this.#isClickSpent) {
      this.#isClickSpent = false;
      return;
    }
    const item = this.#itemUnder(event);
    this.#doings.select(item ? pickOf(item) : null);
  }

  /** @param {MouseEvent} event */
  #onContextMenu(event) {
    const { hands } = this.#doings;
    const item = hands && this.#itemUnder(event);
    if (!item) return;
    event.preventDefault();
    this.#letGo();
    hands.openMenu(selectionOf(item), { x: event.clientX, y: event.clientY }, item);
  }

  /** @param {PointerEvent} event */
  #onDown(event) {
    this.#isClickSpent = false;
    this.#letGo();
    const { hands } = this.#doings;
    const item = hands && this.#itemUnder(event);
    if (!item || event.button !== 0 || !event.isPrimary) return;
    const start = { x: event.clientX, y: event.clientY };
    const { pointerId: pointer } = event;
    if (event.pointerType === "touch") {
      this.#longPress = setTimeout(() => {
        this.#letGo();
        this.#isClickSpent = true;
        hands.openMenu(selectionOf(item), start, item);
      }, LONG_PRESS_MS);
    }
    this.#drag = { pointer, item, start, home: item.style.transform, isMoving: false, onto: null };
  }

  /** @param {PointerEvent} event */
  #onMove(event) {
    const drag = this.#drag;
    if (!drag || drag.pointer !== event.pointerId) return;
    const { item, start } = drag;
    if (!drag.isMoving) {
      if (Math.hypot(event.clientX - start.x, event.clientY - start.y) < STILL) return;
      clearTimeout(this.#longPress);
      if (!item.dataset.message) return;
      drag.isMoving = true;
      this.#picture.setPointerCapture(event.pointerId);
      item.classList.add("dragged");
      this.#picture.classList.add("dragging");
    }
    const { x, y } = this.#inPicture(event);
    item.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    const receiver = this.#receiver(item);
    const isOnto = receiver !== null && isWithin(receiver.querySelector(".halo"), event);
    receiver?.classList.toggle("target", true);
    receiver?.classList.toggle("onto", isOnto);
    drag.onto = isOnto ? receiver : null;
    item.classList.toggle("leaving", !isWithin(this.#picture, event));
  }

  /** @param {PointerEvent} event */
  #onUp(event) {
    const drag = this.#drag;
    if (!drag || drag.pointer !== event.pointerId) return;
    const id = drag.item.dataset.message;
    const isOut = !isWithin(this.#picture, event);
    this.#letGo();
    if (!drag.isMoving) return;
    this.#isClickSpent = true;
    if (drag.onto) this.#doings.hands?.act(`deliver ${id}`);
    else if (isOut) this.#doings.hands?.act(`drop ${id}`);
  }

  /** Ends what was begun, and has a message stand where it stood. */
  #letGo() {
    clearTimeout(this.#longPress);
    const drag = this.#drag;
    this.#drag = null;
    if (!drag?.isMoving) return;
    const { item, home } = drag;
    item.classList.remove("dragged", "leaving");
    item.style.transform = home;
    this.#picture.classList.remove("dragging");
    this.#receiver(item)?.classList.remove("target", "onto");
  }

  /**
   * @param {SVGElement} message
   * @returns {SVGElement | null}
   */
  #receiver({ dataset }) {
    return this.#picture.querySelector(`[data-process="${dataset.to}"]`);
  }

  /**
   * What a pointer means. The room that each message has for a finger covers others: then the nearest one is meant. What is
   * too small to be met is met by who comes near.
   * @param {MouseEvent} event
   */
  #itemUnder(event) {
    const item = itemAt(event.target);
    if (!item) {
      const all = /** @type {NodeListOf<SVGElement>} */ (this.#picture.querySelectorAll("[data-process][role]"));
      const near = nearest([...all], event);
      return near && near.far < NEAR ? near.item : null;
    }
    if (!item.dataset.message) return item;
    const under = rootOf(item).elementsFromPoint(event.clientX, event.clientY).map(itemAt).filter((one) => one !== null);
    return nearest(under.filter(({ dataset }) => dataset.message), event)?.item ?? item;
  }

  /** @param {PointerEvent} event */
  #inPicture({ clientX, clientY }) {
    const matrix = this.#picture.getScreenCTM();
    if (!matrix) return { x: 0, y: 0 };
    return new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
  }
}

/** @param {EventTarget | null} target */
function itemAt(target) {
  return target instanceof Element ? /** @type {SVGElement | null} */ (target.closest(ITEMS)) : null;
}

/**
 * The one of these that is nearest to a pointer, and how far it is.
 * @param {SVGElement[]} items
 * @param {MouseEvent} event
 */
function nearest(items, { clientX, clientY }) {
  const ways = items.map((item) => {
    const { x, y } = centre(item.querySelector(".disc") ?? item);
    return { item, far: Math.hypot(x - clientX, y - clientY) };
  });
  return ways.sort((one, other) => one.far - other.far).at(0);
}

/**
 * @param {SVGElement} item
 * @returns {Selection}
 */
function selectionOf({ dataset }) {
  if (dataset.message) return { kind: "message", id: Number(dataset.message) };
  return { kind: "process", process: dataset.process ?? "" };
}

/** What is picked when it is pressed: what is picked already is let go. @param {SVGElement} item */
function pickOf(item) {
  return item.getAttribute("aria-pressed") === "true" ? null : selectionOf(item);
}

/** @param {Element} item */
function centre(item) {
  const { left, top, width, height } = item.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}

/**
 * @param {Element | null} element
 * @param {PointerEvent} event
 */
function isWithin(element, { clientX, clientY }) {
  if (!element) return false;
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}
