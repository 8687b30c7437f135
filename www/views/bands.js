// @ts-check
// The run's story on the bar: who leads when, and what was done or went wrong. The same is said in words by the bar's
// value, the trace and the help's keys, so this is for the eye alone.
import { html, termClass } from "../dom.js";

/**
 * @typedef {import("../../pkg/raft_kv.js").Story} Story
 * @typedef {Story["marks"][number]} Mark
 */

/** Words need so much of the bar, in pixels a letter. */
const LETTER_PX = 6.2;

/**
 * What is told: the story of the run, when each property was seen first not to hold, how far the run is known and how far it
 * may be told, and the bar's width in pixels.
 * @typedef {{ story: Story, violations: { property: string, step: number }[], head: number, shown: number, width: number }} Told
 */

/** What was drawn last into an element, so that it is drawn again only if that differs. @type {WeakMap<Element, Told>} */
const drawn = new WeakMap();

/**
 * @param {HTMLElement} bands
 * @param {HTMLElement} marks
 * @param {Told} told
 */
export function renderBands(bands, marks, told) {
  const former = drawn.get(bands);
  const isSame = former && /** @type {(keyof Told)[]} */ (Object.keys(told)).every((part) => former[part] === told[part]);
  if (isSame) return;
  drawn.set(bands, told);
  const { story, violations, head, shown, width } = told;
  const scale = 100 / Math.max(1, head);
  const reigns = story.reigns.filter(({ from }) => from <= shown).map((reign) => ({ ...reign, to: Math.min(reign.to, shown) }));
  bands.replaceChildren(...reigns.map((reign) => band(reign, scale, width)));
  const signs = story.marks.filter(({ step }) => step <= shown);
  const ends = [...signs.slice(1).map(({ step }) => step), head];
  marks.replaceChildren(
    ...signs.map((mark, place) => {
      const words = mark.by_hand ? `${mark.text}, by hand` : mark.text;
      const room = ((ends[place] - mark.step) * scale * width) / 100 / LETTER_PX;
      return sign(mark, words, room > words.length + 4, scale);
    }),
    ...violations.map(({ property, step }) => broken(property, step, scale)),
  );
  if (story.more_marks > 0 && shown === head) marks.append(html("span", { class: "more" }, `and ${story.more_marks} more`));
}

/**
 * @param {string} property
 * @param {number} step
 * @param {number} scale
 */
function broken(property, step, scale) {
  const element = html("span", { class: "sign broken", title: `step ${step}: ${property} does not hold`, "data-step": step }, "✗");
  element.style.left = `${step * scale}%`;
  return element;
}

/**
 * @param {Story["reigns"][number]} reign
 * @param {number} scale
 * @param {number} width
 */
function band({ from, to, term, leader }, scale, width) {
  const share = (to - from) * scale;
  const long = `term ${term}, leader ${leader}`;
  const room = (share * width) / 100 / LETTER_PX;
  const words = room > long.length ? long : room > 3 ? String(leader) : "";
  const title = `node ${leader} leads term ${term}, from step ${from} to ${to}`;
  const element = html("span", { class: `band ${termClass(term)}`, title }, words);
  element.style.left = `${from * scale}%`;
  element.style.width = `${share}%`;
  return element;
}

/**
 * @param {Mark} mark
 * @param {string} words
 * @param {boolean} hasRoom
 * @param {number} scale
 */
function sign({ step, kind, text, by_hand }, words, hasRoom, scale) {
  const title = `step ${step}: ${text}${by_hand ? " (by hand)" : ""}`;
  const element = html("span", { class: `sign ${kind}`, title, "data-step": step }, hasRoom ? `▲ ${words}` : "▲");
  element.style.left = `${step * scale}%`;
  return element;
}
