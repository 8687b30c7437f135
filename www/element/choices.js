// @ts-check
// How the element shows what runs: what its attributes say, and a refusal of what they cannot mean.
import { BY_STEPS } from "../views/player.js";
import { listed, nearest } from "./names.js";
import { Refusal } from "./refusal.js";

/**
 * What the page says under a name; null if nothing.
 * @typedef {(name: string) => string | null} Reading
 *
 * @typedef {{
 *   views: import("../stage.js").ViewName[], controls: import("../stage.js").Choice["controls"], speed: number | undefined,
 *   seed: number | undefined, step: number | undefined
 * }} Choices
 */

/** @type {import("../stage.js").ViewName[]} */
const VIEWS = ["cluster", "diagram", "logs", "trace", "checks"];
/** @type {import("../stage.js").ViewName[]} */
const SHOWN = ["cluster", "trace"];
const CONTROLS = /** @type {const} */ (["none", "time", "all"]);
const THEMES = ["auto", "light", "dark"];
/** The speeds of the player's list, in steps a second. */
const SPEEDS = BY_STEPS.map(([rate]) => rate).filter(Number.isFinite);
const FASTEST = "max";

/**
 * @param {Reading} read
 * @returns {Choices}
 * @throws {Refusal}
 */
export function choicesOf(read) {
  oneOf(read, "theme", THEMES);
  return {
    views: viewsOf(read),
    controls: oneOf(read, "controls", CONTROLS) ?? "time",
    speed: speedOf(read),
    seed: wholeNumber(read, "seed"),
    step: wholeNumber(read, "step"),
  };
}

/** @param {Reading} read */
function viewsOf(read) {
  const words = (read("views") ?? "").toLowerCase().split(/[\s,]+/).filter((word) => word !== "");
  for (const word of words) {
    if (VIEWS.some((view) => view === word)) continue;
    const near = nearest(word, VIEWS);
    const mended = near && words.map((it) => (it === word ? near : it)).join(" ");
    throw wrong("views", `“${word}” is none of the views, which are ${listed(VIEWS, "and")}.`, near, mended, SHOWN.join(" "));
  }
  return words.length === 0 ? SHOWN : /** @type {import("../stage.js").ViewName[]} */ ([...new Set(words)]);
}

/**
 * @template {string} N
 * @param {Reading} read
 * @param {string} name
 * @param {readonly N[]} values
 * @returns {N | undefined}
 */
function oneOf(read, name, values) {
  const word = read(name)?.trim().toLowerCase();
  const value = values.find((it) => it === word);
  if (!word || value !== undefined) return value;
  const near = nearest(word, values);
  throw wrong(name, `“${word}” is no value of ${name}, which is one of ${listed(values, "and")}.`, near, near);
}

/**
 * The speed of the list that comes next to a number of steps a second: as many times faster or slower as need be.
 * @param {Reading} read
 * @returns {number | undefined}
 */
function speedOf(read) {
  const asked = Number(read("speed")?.trim() || NaN);
  if (asked > 0) return asked === Infinity ? asked : closest(asked);
  const word = oneOf(read, "speed", [...SPEEDS.map(String), FASTEST]);
  return word === FASTEST ? Infinity : undefined;
}

/** @param {number} asked */
function closest(asked) {
  const far = (/** @type {number} */ speed) => Math.abs(Math.log(speed / asked));
  return SPEEDS.reduce((best, speed) => (far(speed) < far(best) ? speed : best));
}

/**
 * @param {Reading} read
 * @param {string} name
 */
function wholeNumber(read, name) {
  const text = read(name)?.trim();
  if (!text) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && (Number.isSafeInteger(value) || name === "step")) return value;
  throw wrong(name, `“${text}” is no ${name}, which is a whole number${name === "seed" ? ` from 0 to ${Number.MAX_SAFE_INTEGER}` : ", from 0 on"}.`);
}

/**
 * @param {string} name of the attribute
 * @param {string} words
 * @param {string} [near] what was meant, perhaps
 * @param {string} [mended] the whole attribute as it was meant then
 * @param {string} [usual] what it is without a word of the page's
 */
function wrong(name, words, near, mended, usual) {
  const ways = mended === undefined || mended === usual ? [] : [{ words: `Use ${mended}`, instead: { [name]: mended } }];
  const without = { words: usual ? `Use the usual ones: ${usual}` : `Go on without ${name}`, instead: { [name]: null } };
  const message = `The attribute ${name} of this emulation cannot be read: ${words}${near ? ` Nearest: ${near}.` : ""}`;
  return new Refusal("attribute", message, [...ways, without], name);
}
