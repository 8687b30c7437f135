// @ts-check
// Two lists of lines side by side: what is in both stands beside itself.

/**
 * @typedef {import("../pkg/raft_kv.js").Line} Line
 * @typedef {{ left?: Line, right?: Line }} Pair
 */

/**
 * Pairs the lines of two windows, by the longest list that is in both. What stands behind the last line that both have is
 * left for the next windows, unless these are the last ones, or have nothing in common.
 * @param {Line[]} left
 * @param {Line[]} right
 * @param {boolean} isLast
 * @returns {{ pairs: Pair[], left: number, right: number }} the pairs, and how many lines of each were used
 */
export function pairLines(left, right, isLast) {
  const lengths = commonLengths(left, right);
  /** @type {Pair[]} */
  const pairs = [];
  let [i, j, used] = [0, 0, { pairs: 0, left: 0, right: 0 }];
  while (i < left.length && j < right.length) {
    if (left[i].text === right[j].text) {
      pairs.push({ left: left[i], right: right[j] });
      i += 1;
      j += 1;
      used = { pairs: pairs.length, left: i, right: j };
    } else if (lengths[i + 1][j] >= lengths[i][j + 1]) {
      pairs.push({ left: left[i] });
      i += 1;
    } else {
      pairs.push({ right: right[j] });
      j += 1;
    }
  }
  if (!isLast && used.pairs > 0) return { pairs: beside(pairs.slice(0, used.pairs)), left: used.left, right: used.right };
  for (; i < left.length; i += 1) pairs.push({ left: left[i] });
  for (; j < right.length; j += 1) pairs.push({ right: right[j] });
  return { pairs: beside(pairs), left: left.length, right: right.length };
}

/**
 * How long the longest common list is of what stands from each line on.
 * @param {Line[]} left
 * @param {Line[]} right
 */
function commonLengths(left, right) {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const isSame = left[i].text === right[j].text;
      lengths[i][j] = isSame ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

/**
 * What only one has beside what only the other has, in between two lines that both have.
 * @param {Pair[]} pairs
 */
function beside(pairs) {
  /** @type {Pair[]} */
  const rows = [];
  /** @type {{ left: Line[], right: Line[] }} */
  let open = { left: [], right: [] };
  const close = () => {
    for (let row = 0; row < Math.max(open.left.length, open.right.length); row += 1) {
      rows.push({ left: open.left[row], right: open.right[row] });
    }
    open = { left: [], right: [] };
  };
  for (const pair of pairs) {
    if (pair.left && pair.right) {
      close();
      rows.push(pair);
    } else if (pair.left) open.left.push(pair.left);
    else if (pair.right) open.right.push(pair.right);
  }
  close();
  return rows;
}
