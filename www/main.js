// @ts-check
// The page: loads the emulation, and joins what the first picture shows to the store; then what else there is.
import { CorePanic } from "./core.js";
import { find } from "./dom.js";
import { Store } from "./emulation.js";
import * as cluster from "./joins/cluster.js";
import { playerSection, viewSection } from "./sections.js";
import { joinTime, storyOf } from "./time.js";
import { Visit } from "./visit.js";

/** The first picture is waited for so long, as none is drawn while nobody can see it; in milliseconds. */
const PICTURE_MS = 300;
/** Of what the browser says by itself, what is no breakdown: that something is laid out one frame later. */
const HARMLESS = "ResizeObserver loop";

const notice = find("#notice");
const emulation = find("#emulation");
/** What is shown here ends with the page alone. */
const { signal } = new AbortController();

/** @param {string} text */
function say(text) {
  notice.textContent = text;
  notice.hidden = text === "";
}

/**
 * What nobody expected is told, too: the page may not go on. What the core says when it panics is told by itself.
 * @param {unknown} error
 */
function sayUnexpected(error) {
  if (error instanceof CorePanic) return;
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith(HARMLESS)) return;
  say(`Something went wrong that should not have: ${message}. Reload the page: the run and your text are kept.`);
}

/**
 * What is said when the core panics, and when it is there again.
 * @param {Store} store
 * @param {Visit} visit
 */
function joinBreakdown(store, visit) {
  let words = "";
  store.addEventListener("breakdown", (event) => {
    words = /** @type {CustomEvent<string>} */ (event).detail;
    say("The emulation broke down, and is loaded again…");
  });
  store.addEventListener("recovered", async () => {
    const [{ renderBreakdown }, { copyLink, save }] = await Promise.all([import("./views/breakdown.js"), import("./saving.js")]);
    // What fails is told beneath the words that are to be reported, not in their place.
    const tell = renderBreakdown(notice, words, { copyLink: () => copyLink(visit, tell), saveRun: () => save(store, "run", 0, 0), close: () => say("") });
  });
  store.addEventListener("lost", (event) => {
    const why = /** @type {CustomEvent<string>} */ (event).detail;
    say(`The emulation broke down, and the run could not be opened again: ${why}. A step or any other button tries it again; another scenario can be chosen, and a reload keeps the run. ${words}`);
  });
}

/** Until the first picture is on the screen. */
function firstPicture() {
  return Promise.race([
    new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))),
    new Promise((resolve) => setTimeout(resolve, PICTURE_MS)),
  ]);
}

addEventListener("error", ({ error, message }) => sayUnexpected(error ?? message));
addEventListener("unhandledrejection", ({ reason }) => sayUnexpected(reason));

/** @type {() => void} */
let beShown = () => {};
/** What else there is, on its way as soon as the first picture is shown. */
const later = new Promise((resolve) => (beShown = () => resolve(undefined))).then(firstPicture).then(() => import("./later.js"));
const place = Visit.destination();
const views = /** @type {const} */ (["cluster", "diagram", "trace", "logs", "checks"]).map((name) => viewSection(name, true));
views.splice(3, 0, playerSection());
find("#views").replaceWith(...views);
const store = await Store.load();
const visit = new Visit(store, say, later.then(({ configurationOf }) => configurationOf(store, say)));
const story = storyOf(store);
joinTime(document, store, story, signal);
cluster.join(document, store, signal, true);
joinBreakdown(store, visit);
say("");
await visit.begin(await place);
emulation.hidden = false;
// So that the keys act from the beginning; a click anywhere inside brings them back. In a frame, the page around it has
// the keys until somebody clicks here.
if (top === window) emulation.focus({ preventScroll: true });
beShown();

const { joinLater } = await later;
joinLater(store, visit, say, story, signal);
store.dispatchEvent(new Event("change"));
emulation.removeAttribute("aria-busy");
store.lookAhead();
// When all else is there: nothing can be loaded any more once the browser prints.
setTimeout(() => import("./printing.js").then(({ joinPrinting }) => joinPrinting(store), sayUnexpected), 1_000);
