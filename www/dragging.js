// @ts-check
// A mouse drags what it scrolls; fingers do so by themselves.

/** So far a pointer moves before it drags. */
const DRAG_PX = 4;

/** @param {HTMLElement} element what is scrolled */
export function dragging(element) {
  /** @type {{ x: number, y: number, left: number, top: number } | undefined} */
  let from;
  let isDragged = false;
  element.addEventListener("pointerdown", ({ button, pointerType, clientX, clientY }) => {
    isDragged = false;
    if (button !== 0 || pointerType !== "mouse") return;
    from = { x: clientX, y: clientY, left: element.scrollLeft, top: element.scrollTop };
  });
  element.addEventListener("pointermove", ({ buttons, clientX, clientY, pointerId }) => {
    if (!from || buttons === 0) return;
    const [dx, dy] = [clientX - from.x, clientY - from.y];
    if (!isDragged && Math.hypot(dx, dy) < DRAG_PX) return;
    if (!isDragged) element.setPointerCapture(pointerId);
    isDragged = true;
    element.scrollLeft -= clientX - from.x;
    element.scrollTop -= clientY - from.y;
    from = { ...from, x: clientX, y: clientY };
  });
  element.addEventListener("pointerup", () => (from = undefined));
  // What was dragged was not clicked on.
  element.addEventListener("click", (event) => isDragged && event.stopPropagation(), { capture: true });
}
