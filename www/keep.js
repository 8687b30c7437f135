// @ts-check
// What outlives a reload: the run with its branches, and what the reader has set. What cannot be kept is forgotten.

/**
 * The names are of this very address, so that frames of one page can differ by their query.
 * @param {string} what
 */
function nameOf(what) {
  return `raft_kv ${what} ${location.pathname}${location.search}`;
}

/**
 * Keeps it for this visit. Returns whether the browser lets it be kept.
 * @param {string} what
 * @param {unknown} value `undefined` to forget it
 */
export function keep(what, value) {
  return store(() => sessionStorage, nameOf(what), value);
}

/**
 * What was kept in this visit.
 * @param {string} what
 * @returns {any} `undefined` if nothing was
 */
export function recall(what) {
  return read(() => sessionStorage, nameOf(what));
}

/**
 * Keeps a setting of the reader's, for all visits.
 * @param {string} what
 * @param {unknown} value
 */
export function keepSetting(what, value) {
  store(() => localStorage, `raft_kv ${what}`, value);
}

/**
 * @param {string} what
 * @returns {any} `undefined` if it was never set
 */
export function recallSetting(what) {
  return read(() => localStorage, `raft_kv ${what}`);
}

/**
 * @param {() => Storage} place a browser may refuse even to name it
 * @param {string} name
 * @param {unknown} value
 */
function store(place, name, value) {
  try {
    if (value === undefined) place().removeItem(name);
    else place().setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {() => Storage} place
 * @param {string} name
 */
function read(place, name) {
  try {
    return JSON.parse(place().getItem(name) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
