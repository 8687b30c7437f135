// @ts-check
// Whether all holds that must.
import { find, html, write } from "../dom.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/**
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderVerdict(element, { properties, violations }) {
  const left = properties - violations.length;
  write(find("#holds", element), violations.length === 0 ? `✓ ${properties} properties hold so far` : `✕ ${left} of ${properties} properties hold`);
  const list = find("#broken", element);
  const buttons = violations.map(({ step, line }) => html("button", { "data-step": step }, `✕ ${line}`));
  // Only where they differ, so that the focus stays.
  if (list.textContent !== buttons.map(({ textContent }) => textContent).join("")) list.replaceChildren(...buttons);
}
