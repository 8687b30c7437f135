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

/** What was drawn last into an element, so that it is drawn again only if that differs. @type {WeakMap<Element, { story: Story, head: number, width: number }>} */
const drawn = new WeakMap();

/**
 * @param {HTMLElement} bands
 * @param {HTMLElement} marks
 * @param {{ story: Story, head: number, width: number }} told the story of a run of so many steps, and the bar's width in
 *   pixels
 */
export function renderBands(bands, marks, { story, head, width }) {
  const former = drawn.get(bands);
  if (former?.story === story && former.head === head && former.width === width) return;
  drawn.set(bands, { story, head, width });
  const scale = 100 / Math.max(1, head);
  bands.replaceChildren(...story.reigns.map((reign) => band(reign, scale, width)));
  const ends = [...story.marks.slice(1).map(({ step }) => step), head];
  marks.replaceChildren(
    ...story.marks.map((mark, place) => {
      const words = mark.by_hand ? `${mark.text}, by hand` : mark.text;
      const room = ((ends[place] - mark.step) * scale * width) / 100 / LETTER_PX;
      return sign(mark, words, room > words.length + 4, scale);
    }),
  );
  if (story.more_marks > 0) marks.append(html("span", { class: "more" }, `and ${story.more_marks} more`));
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
