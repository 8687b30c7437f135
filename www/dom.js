// @ts-check
// Small helpers of the views. User text enters the page through `textContent` alone.

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {string} [text]
 */
export function html(tag, attributes = {}, text) {
  return fill(document.createElement(tag), attributes, text);
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {string} [text]
 */
export function svg(tag, attributes = {}, text) {
  return fill(document.createElementNS(SVG, tag), attributes, text);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function fill(element, attributes, text) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * The element that this page has under this selector.
 * @template {Element} [E=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {E}
 */
export function find(selector, within = document) {
  const element = within.querySelector(selector);
  if (!element) throw new Error(`the page has no ${selector}`);
  return /** @type {E} */ (element);
}

/**
 * The root that an element stands in: the document, or the shadow root of somebody's element.
 * @param {Node} node
 */
export function rootOf(node) {
  return /** @type {Document | ShadowRoot} */ (node.getRootNode());
}

/**
 * What has the focus in the root that an element stands in.
 * @param {Node} node
 */
export function activeBeside(node) {
  return rootOf(node).activeElement ?? null;
}

/**
 * Whether a text is marked, to be copied, in the root that an element stands in.
 * @param {Node} node
 */
export function isTextMarkedBeside(node) {
  // Not all browsers tell the page what is marked in a shadow root, and not all tell the shadow root.
  const root = /** @type {{ getSelection?: () => Selection | null }} */ (rootOf(node));
  return (root.getSelection?.() ?? getSelection())?.isCollapsed === false;
}

/**
 * Has an observer look at these until they are gone.
 * @param {ResizeObserver | IntersectionObserver} observer
 * @param {AbortSignal} signal
 * @param {...Element} elements
 */
export function observe(observer, signal, ...elements) {
  for (const element of elements) observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}

/**
 * Writes a text where it differs, so that nothing is drawn or announced again in vain.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * A text as it is, or cut off with dots after so many letters.
 * @param {string} text
 * @param {number} most
 */
export function short(text, most) {
  // A letter may take several units; of a long text not all are looked at.
  const letters = [...text.slice(0, 2 * most + 2)];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

/** A count as it is read: `1,204`. @param {number} count */
export function number(count) {
  return count.toLocaleString("en");
}

/**
 * A button that cannot be used says why, and keeps the focus if it has it.
 * @param {HTMLElement} button
 * @param {boolean} disabled
 * @param {string} reason
 */
export function disable(button, disabled, reason) {
  button.dataset.title ??= button.title;
  button.title = disabled ? `Not now: ${reason}` : button.dataset.title;
  button.setAttribute("aria-disabled", String(disabled));
}

/**
 * Has these stand there in this order, and moves none that stands right: what is moved loses the focus.
 * @param {Element} parent
 * @param {Element[]} children
 */
export function place(parent, children) {
  for (const child of [...parent.children]) if (!children.includes(child)) child.remove();
  for (const [at, child] of children.entries()) {
    if (parent.children[at] !== child) parent.insertBefore(child, parent.children[at] ?? null);
  }
}

/** What is shown above all else keeps so far away from the window's edges, in pixels. */
const MARGIN = 8;

/**
 * Shows a popover where there is room for it in the window, as near as can be to where it is wanted.
 * @param {HTMLElement} popover
 * @param {(size: { width: number, height: number }) => { x: number, y: number }} spot the corner that is wanted, in the window,
 *   given how large the popover is
 */
export function showAt(popover, spot) {
  if (!popover.matches(":popover-open")) popover.showPopover();
  const { width, height } = popover.getBoundingClientRect();
  const { x, y } = spot({ width, height });
  // Where the page around is zoomed, its lengths are not the window's.
  const { currentCSSZoom: zoom = 1 } = popover;
  popover.style.left = `${Math.max(MARGIN, Math.min(x, innerWidth - width - MARGIN)) / zoom}px`;
  popover.style.top = `${Math.max(MARGIN, Math.min(y, innerHeight - height - MARGIN)) / zoom}px`;
}

/**
 * The CSS class for the colour of a term; terms take turns in six colours.
 * @param {number} term
 */
export function termClass(term) {
  return term === 0 ? "term-0" : `term-${((term - 1) % 6) + 1}`;
}

/**
 * Numbers the lines of a text beside it.
 * @param {HTMLElement} gutter
 * @param {string} text
 */
export function numberLines(gutter, text) {
  write(gutter, text.split("\n").map((_, line) => line + 1).join("\n"));
}
