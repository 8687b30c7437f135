// @ts-check
// Names that somebody wrote, beside those that there are.

/** So many letters may be wrong in a name that is still recognized. */
const MOST_WRONG = 3;

/**
 * The name that was meant, perhaps; nothing if it resembles none.
 * @template {string} N
 * @param {string} word
 * @param {readonly N[]} names
 * @returns {N | undefined}
 */
export function nearest(word, names) {
  const [best] = names.map((name) => ({ name, wrong: distance(word, name) })).sort((one, other) => one.wrong - other.wrong);
  return best && best.wrong <= Math.min(MOST_WRONG, Math.ceil(word.length / 2)) ? best.name : undefined;
}

/**
 * How many letters have to be changed, added or left out to make one word of the other.
 * @param {string} one
 * @param {string} other
 */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (let to = 0; to < other.length; to += 1) next.push(Math.min(row[to] + (letter === other[to] ? 0 : 1), row[to + 1] + 1, next[to] + 1));
    row = next;
  }
  return row[other.length];
}

/**
 * `cluster, diagram or trace`.
 * @param {readonly string[]} names
 * @param {"and" | "or"} word
 */
export function listed(names, word) {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} ${word} ${names[names.length - 1]}`;
}
