// @ts-check
// Joins what leaves the page and comes back, links and files, to the store.
import { LABORATORY } from "./assets.js";
import { find } from "./dom.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./visit.js").Visit} Visit
 * @typedef {import("./views/exports.js").Format} Format
 */

/** How files of each kind end, and what they are. @type {Record<Format, [string, string]>} */
const FORMATS = {
  text: ["txt", "text/plain"],
  json: ["jsonl", "application/jsonl"],
  svg: ["svg", "image/svg+xml"],
  mermaid: ["mmd", "text/plain"],
  shiviz: ["log", "text/plain"],
};
/** So long a button says that it has done something; in milliseconds. */
const SAID_MS = 2_500;

/**
 * @param {Store} store
 * @param {Visit} visit
 * @param {(text: string) => void} say
 * @param {(text: string) => void} mention says it to those who do not see the button change
 */
export function joinSaving(store, visit, say, mention) {
  find("#copy-link").addEventListener("click", async () => {
    if (await copyLink(visit, say)) mention("The link is copied.");
  });
  find("#exports").addEventListener("click", async () => {
    try {
      const { openExports } = await import("./views/exports.js");
      const { head, isEndKnown } = store.snapshot;
      openExports({
        head,
        isEndKnown,
        save: (kind, from, to) => save(store, kind, from, to),
        open: (file) => open(visit, file, say),
        embedding: () => embedding(visit),
      });
    } catch (error) {
      say(`What can be saved could not be loaded: ${error instanceof Error ? error.message : error}.`);
    }
  });
  addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    open(visit, file, say);
  });
}

/**
 * Returns whether it is copied; if not, why not is said.
 * @param {Visit} visit
 * @param {(text: string) => void} say
 */
export async function copyLink(visit, say) {
  const button = find("#copy-link");
  /** @type {string} */
  let address;
  try {
    address = await visit.link();
  } catch (error) {
    say(`The link could not be made: ${error instanceof Error ? error.message : error}. Save the run as a file instead.`);
    return false;
  }
  try {
    await navigator.clipboard.writeText(address);
    button.dataset.words ??= button.textContent ?? "";
    button.textContent = `✓ Copied`;
    setTimeout(() => (button.textContent = button.dataset.words ?? ""), SAID_MS);
    return true;
  } catch {
    say("The browser does not let the page copy. The link stands in the address bar: copy it from there.");
    return false;
  }
}

/**
 * The lines by which another page shows the run as it stands.
 * @param {Visit} visit
 */
async function embedding(visit) {
  const { hash } = new URL(await visit.link());
  const script = new URL("raft-kv.js", LABORATORY);
  return `<script type="module" src="${script}"></script>\n<raft-kv run="${hash}"></raft-kv>\n`;
}

/**
 * @param {Store} store
 * @param {Format | "config" | "run"} kind
 * @param {number} from
 * @param {number} to
 */
export async function save(store, kind, from, to) {
  const { saveFile } = await import("./files.js");
  if (kind === "config") return saveFile(store.config.file, store.config.text);
  const name = `raft_kv seed ${store.snapshot.seed}`;
  if (kind === "run") return saveFile(`${name}.run`, store.saved());
  const [ending, type] = FORMATS[kind];
  saveFile(`${name} steps ${from} to ${to}.${ending}`, store.ask((core) => core.export(kind, from, to), ""), type);
}

/**
 * @param {Visit} visit
 * @param {File} file
 * @param {(text: string) => void} say
 */
async function open(visit, file, say) {
  try {
    const { readFile } = await import("./files.js");
    await visit.openFile(file.name, readFile(file));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}
