// @ts-check
// Where the page's files come from in a single file: from the archive in it.

/** @type {Map<string, Uint8Array>} */
let files = new Map();

/**
 * Takes the files of the archive. Before, there are none.
 * @param {Map<string, Uint8Array>} archive
 */
export function take(archive) {
  files = archive;
}

/** The page on which there is everything; empty where nobody said where it is, and then there is no link to it. */
export const LABORATORY = "";

/** There is no configuration but the one in the page; this is the one that says nothing. @returns {Promise<string | null>} */
export async function ownConfiguration() {
  return "";
}

/** There are no scenarios but the one in the page. @param {string} _name @returns {Promise<string | null>} */
export async function scenarioText(_name) {
  return null;
}

/** @returns {Promise<string[]>} */
export async function scenarioNames() {
  return [];
}

/** Nothing is loaded from elsewhere. @param {URL} _address @returns {Promise<string | null>} */
export async function text(_address) {
  return null;
}

/**
 * Has a shadow root wear the style sheets.
 * @param {ShadowRoot} root
 * @returns {Promise<void>}
 */
export async function dress(root) {
  const names = [...files.keys()].filter((name) => name.startsWith("style/"));
  const Sheet = root.ownerDocument.defaultView?.CSSStyleSheet ?? CSSStyleSheet;
  root.adoptedStyleSheets = names.map((name) => {
    const sheet = new Sheet();
    sheet.replaceSync(textOf(name));
    return sheet;
  });
}

/**
 * The package's JavaScript.
 * @param {number} turn each has a memory of its own
 * @returns {Promise<any>}
 */
export function glue(turn) {
  return import(`data:text/javascript,${encodeURIComponent(`${textOf("pkg/raft_kv_bg.js")}//${turn}`)}`);
}

/** The package's code. */
export async function code() {
  return WebAssembly.compile(bytesOf("pkg/raft_kv_bg.wasm"));
}

/** @param {string} name @returns {BufferSource & Uint8Array} */
function bytesOf(name) {
  const bytes = files.get(name);
  if (!bytes) throw new Error(`${name} is not in this file`);
  return /** @type {Uint8Array<ArrayBuffer>} */ (bytes);
}

/** @param {string} name */
function textOf(name) {
  return new TextDecoder().decode(bytesOf(name));
}
