// @ts-check
// Which links are cut, in words.
import { write } from "../dom.js";
import { sideName, sides } from "../ring.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/** More links, or sides, than this are counted, not named. */
const NAMED = 6;

/**
 * The cut links in words: the sides that they make, and each other link, those that are cut both ways once.
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderCuts(element, snapshot) {
  const parted = sides(snapshot);
  const named = parted.map((side, at) => `${sideName(at)}: ${side.join(", ")}`);
  const told = named.length > NAMED ? `${named.length} sides` : named.join("; ");
  const places = new Map(parted.flatMap((side, at) => side.map((process) => [process, at])));
  /** @param {string} process */
  const sideOf = (process) => places.get(process) ?? -1;
  /** @param {[string, string]} cut */
  const isAmongSides = ([from, to]) => sideOf(from) >= 0 && sideOf(to) >= 0 && sideOf(from) !== sideOf(to);
  const others = snapshot.cuts.filter((cut) => !isAmongSides(cut));
  write(element, told ? [`Parted, ${told}.`, cutWords(others, "")].join(" ").trim() : cutWords(others, "All links work."));
}

/**
 * Clients have nothing to say to each other: nobody misses those links.
 * @param {[string, string][]} cuts
 * @param {string} none what to say if there are none
 */
function cutWords(cuts, none) {
  /** @type {Map<string, string>} */
  const named = new Map();
  for (const [from, to] of cuts.filter((cut) => cut.join().includes("node"))) {
    const back = `${to} → ${from}`;
    if (named.has(back)) named.set(back, `${to} ↔ ${from}`);
    else named.set(`${from} → ${to}`, `${from} → ${to}`);
  }
  const words = [...named.values()];
  if (words.length === 0) return none;
  const more = words.length > NAMED ? ` and ${words.length - NAMED} more` : "";
  return `Cut: ${words.slice(0, NAMED).join(", ")}${more}.`;
}
