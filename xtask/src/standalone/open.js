// @ts-check
// Opens the archive of a single file: its scripts become modules without an address of their own, which find each other by
// name, and the element begins.
import { bytesOf } from "./letters.js";
import { unpackLzma } from "./lzma.js";
import { unsealed } from "./seal.js";

/** The names under which scripts find each other begin so. */
const OURS = "raft_kv/";

/** @param {string} script */
function addressOf(script) {
  return `data:text/javascript,${encodeURIComponent(script)}`;
}

/**
 * The files of an archive: a line that lists names and lengths, and then one behind the other.
 * @param {Uint8Array} archive
 * @returns {Map<string, Uint8Array>}
 */
function filesOf(archive) {
  const end = archive.indexOf(10);
  /** @type {[string, number][]} */
  const list = JSON.parse(new TextDecoder().decode(archive.subarray(0, end)));
  let place = end + 1;
  return new Map(list.map(([name, length]) => [name, archive.subarray(place, (place += length))]));
}

/** The configuration stands in the page once, for the element; here it is to be read. */
function showConfiguration() {
  const shown = document.querySelector("pre code");
  const toml = document.querySelector("script[type='application/toml']");
  if (shown && toml) shown.textContent = toml.textContent.trim();
}

async function open() {
  showConfiguration();
  // Who passes a file on may break its lines.
  const letters = document.getElementById("archive")?.textContent?.replace(/\s+/g, "") ?? "";
  const files = filesOf(unpackLzma(unsealed(bytesOf(letters))));
  /** @type {Record<string, string>} */
  const imports = {};
  for (const [name, bytes] of files) {
    if (name.endsWith(".js")) imports[OURS + name] = addressOf(new TextDecoder().decode(bytes));
  }
  const map = document.createElement("script");
  map.type = "importmap";
  map.textContent = JSON.stringify({ imports });
  document.head.append(map);
  const { take } = await import(`${OURS}assets.js`);
  take(files);
  await import(`${OURS}raft-kv.js`);
}

open().catch((/** @type {Error} */ error) => {
  const notice = document.createElement("p");
  notice.role = "alert";
  notice.textContent = `The emulation in this file cannot be opened: ${error.message}. Is the file whole, and the browser of 2024 or later?`;
  document.querySelector("main")?.prepend(notice);
});
