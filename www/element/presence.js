// @ts-check
// Whether the element is near what the reader sees, in it, and looked at.

/** So often it is asked whether what is in the window is hidden there, as slides and tabs are; in milliseconds. */
const PAUSE_MS = 500;

/** So far from the window's borders the element begins to load. */
const NEAR = "200px";
/** Looked at is what fills half of the window, or of which so much is in it. */
const LOOKED_AT = 0.2;
/** After which parts of it come into the window this is asked. */
const THRESHOLDS = [0, 0.05, 0.1, 0.15, LOOKED_AT];

/**
 * @typedef {{ onNear(): void, onSight(isSeen: boolean, isLookedAt: boolean): void, isRunning(): boolean }} Heed
 */

export class Presence {
  #observers;
  #element;
  #heed;
  /** Where it is, whether it can be seen there or not. */
  #place = { isInWindow: false, isLookedAt: false };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Element} element
   * @param {Heed} heed
   */
  constructor(element, heed) {
    this.#element = element;
    this.#heed = heed;
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        near.disconnect();
        heed.onNear();
      },
      // Also where a part of the page scrolls, not the page.
      /** @type {IntersectionObserverInit} */ ({ rootMargin: NEAR, scrollMargin: NEAR }),
    );
    const sight = new IntersectionObserver(
      (entries) => {
        const { isIntersecting, intersectionRatio, intersectionRect, rootBounds } = entries[entries.length - 1];
        const isTall = rootBounds !== null && intersectionRect.height >= rootBounds.height / 2;
        this.#place = { isInWindow: isIntersecting, isLookedAt: isIntersecting && (intersectionRatio >= LOOKED_AT || isTall) };
        this.#look();
      },
      { threshold: THRESHOLDS },
    );
    this.#observers = [near, sight];
    for (const observer of this.#observers) observer.observe(element);
  }

  /** It may run now: from here on it is asked whether it is seen, as no observer tells what hides it. */
  watch() {
    if (this.#timer !== undefined || !this.#place.isInWindow || !this.#heed.isRunning()) return;
    this.#timer = setTimeout(() => this.#look(), PAUSE_MS);
  }

  #look() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { isInWindow, isLookedAt } = this.#place;
    const isSeen = isInWindow && this.#element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    this.#heed.onSight(isSeen, isSeen && isLookedAt);
    if (isInWindow && !isSeen) this.#timer = setTimeout(() => this.#look(), PAUSE_MS);
    else this.watch();
  }

  end() {
    clearTimeout(this.#timer);
    for (const observer of this.#observers) observer.disconnect();
  }
}

/** Whether what is there or not is meant to be there: “false” is meant as it reads. @param {string | null} text */
export function isOn(text) {
  return text !== null && !/^\s*(false|0|no|off)\s*$/i.test(text);
}

/** Whether nothing is to move that its reader has not set in motion. */
export function isStillWanted() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Waits until the parser has read all that is in this element.
 * @param {Element} element
 */
export async function isParsed(element) {
  const { ownerDocument } = element;
  if (ownerDocument.readyState !== "loading") return;
  for (let it = /** @type {Node | null} */ (element); it; it = it.parentNode) if (it.nextSibling) return;
  await new Promise((resolve) => ownerDocument.addEventListener("DOMContentLoaded", resolve, { once: true }));
}
