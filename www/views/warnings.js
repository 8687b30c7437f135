// @ts-check
import { write } from "../dom.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/**
 * What runs, but not as somebody would expect.
 * @param {HTMLElement} element
 * @param {Snapshot} snapshot
 */
export function renderWarnings(element, { warnings }) {
  const lines = warnings.map(({ line, message, help }) => `Line ${line}: ${message}.${help && ` ${help[0].toUpperCase()}${help.slice(1)}.`}`);
  write(element, lines.join("\n"));
}
