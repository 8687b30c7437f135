// @ts-check
// Where the page's files come from that it does not import by name: texts, styles, and the WebAssembly package in
// whichever of its two forms it was built. Elsewhere, as in a single file, another module with these functions stands in
// its place.

/** Where the configuration and the package are. */
const HOME = new URL("../", import.meta.url);
const PACKAGE = new URL("pkg/", HOME);

/** The page on which there is everything. */
export const LABORATORY = new URL("index.html", import.meta.url).href;

/** The text of the page's own configuration; null if it cannot be loaded. */
export function ownConfiguration() {
  return text(new URL("config.toml", HOME));
}

/**
 * The text of a scenario's configuration; null if there is none of that name.
 * @param {string} name
 */
export async function scenarioText(name) {
  return /^[a-z0-9-]+$/.test(name) ? text(new URL(`scenarios/${name}.toml`, import.meta.url)) : null;
}

/** The names of the scenarios. @returns {Promise<string[]>} */
export async function scenarioNames() {
  const response = await fetch(new URL("scenarios/list.json", import.meta.url), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return response.json();
}

/**
 * A text, as a text area has it; null if it cannot be loaded.
 * @param {URL} address
 */
export async function text(address) {
  const response = await fetch(address, { cache: "no-cache" }).catch(() => null);
  if (!response?.ok) return null;
  return (await response.text()).replace(/\r\n?/g, "\n");
}

/** The style sheets of an element in somebody's page. */
const STYLES = ["theme", "cluster", "reading", "element"];

/** What stands in them. @type {Promise<string[]> | undefined} */
let styling;
/** Each document has sheets of its own. @type {WeakMap<Document, CSSStyleSheet[]>} */
const wardrobe = new WeakMap();

/**
 * Has a shadow root wear the style sheets. Not by links, which are loaded anew wherever the root is moved to.
 * @param {ShadowRoot} root
 * @returns {Promise<void>} when they are there
 * @throws {Error} if one cannot be loaded; then it wears none
 */
export async function dress(root) {
  styling ??= Promise.all(STYLES.map(styleText));
  // What could not be loaded is asked for again the next time.
  styling.catch(() => (styling = undefined));
  const texts = await styling;
  const { ownerDocument } = root;
  const Sheet = ownerDocument.defaultView?.CSSStyleSheet ?? CSSStyleSheet;
  const sheets = wardrobe.get(ownerDocument) ?? texts.map(() => new Sheet());
  if (!wardrobe.has(ownerDocument)) sheets.forEach((sheet, at) => sheet.replaceSync(texts[at]));
  wardrobe.set(ownerDocument, sheets);
  root.adoptedStyleSheets = sheets;
}

/** @param {string} name */
async function styleText(name) {
  const address = new URL(`style/${name}.css`, import.meta.url);
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  return response.text();
}

/** Which form the package has is told by its list of files. @type {Promise<string> | undefined} */
let naming;

/**
 * The package's JavaScript; made for the web it has a default, which starts it.
 * @param {number} turn each has a memory of its own
 * @returns {Promise<any>} the package, and what starts it
 */
export async function glue(turn) {
  naming ??= nameOfGlue();
  // What could not be loaded is asked for again the next time.
  naming.catch(() => (naming = undefined));
  const again = turn === 0 ? "" : `?again=${turn}`;
  return import(new URL(`${await naming}${again}`, PACKAGE).href);
}

async function nameOfGlue() {
  const about = await get("package.json");
  /** @type {{ files: string[] }} */
  const { files } = await about.json();
  return files.includes("raft_kv_bg.js") ? "raft_kv_bg.js" : "raft_kv.js";
}

/** The package's code, compiled while it streams, where the host knows the type of the file. */
export async function code() {
  const code = await get("raft_kv_bg.wasm");
  if (code.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(code);
  return WebAssembly.compile(await code.arrayBuffer());
}

/** @param {string} name */
async function get(name) {
  const response = await fetch(new URL(name, PACKAGE));
  if (!response.ok) throw new Error(`pkg/${name}: ${response.status} ${response.statusText}`);
  return response;
}
