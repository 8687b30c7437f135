// @ts-check
// The page: loads the emulation, and joins store and views.
import { bindingsOf } from "./bindings.js";
import { joinBranches } from "./branching.js";
import { joinCluster } from "./cluster.js";
import { CorePanic } from "./core.js";
import { find } from "./dom.js";
import { Store } from "./emulation.js";
import { Keys } from "./keys.js";
import { Live, LOUDNESSES } from "./live.js";
import { joinReading } from "./reading.js";
import { copyLink, joinSaving, save } from "./saving.js";
import { joinTelling } from "./telling.js";
import { joinTime, storyOf } from "./time.js";
import { renderWarnings } from "./views/warnings.js";
import { Visit } from "./visit.js";

const notice = find("#notice");
const emulation = find("#emulation");

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
  say(`Something went wrong that should not have: ${message}. Reload the page: the run and your text are kept.`);
}

/** @param {Store} store */
function joinSeed(store) {
  /** @type {HTMLInputElement} */
  const seed = find("#seed-value");
  store.addEventListener("change", () => {
    if (document.activeElement !== seed) seed.value = String(store.snapshot.seed);
  });
  find("#new-seed").addEventListener("click", () => store.useNewSeed());
  find("#seed").addEventListener("submit", (event) => {
    event.preventDefault();
    const value = Number(seed.value);
    const isSeed = /^\d+$/.test(seed.value.trim()) && Number.isSafeInteger(value);
    seed.setCustomValidity(isSeed ? "" : `A seed is a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`);
    if (seed.reportValidity()) store.useSeed(value);
  });
  seed.addEventListener("input", () => seed.setCustomValidity(""));
  seed.addEventListener("blur", ({ relatedTarget }) => {
    // What was typed and not used does not stay to pretend that it runs.
    if (relatedTarget instanceof Element && relatedTarget.closest("#seed")) return;
    seed.setCustomValidity("");
    seed.value = String(store.snapshot.seed);
  });
}

/**
 * @param {Store} store
 * @param {Keys} keys
 * @param {Live} live
 */
function joinHelp(store, keys, live) {
  find("#help").addEventListener("click", async () => {
    try {
      const { openHelp } = await import("./views/help.js");
      const version = store.consult((core) => core.engine_version()) ?? 0;
      const onLoudness = (/** @type {string} */ loudness) => (live.loudness = /** @type {Live["loudness"]} */ (loudness));
      openHelp(keys.bindings, { version, loudness: live.loudness, loudnesses: LOUDNESSES, onLoudness });
    } catch (error) {
      sayUnexpected(error);
    }
  });
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
    const { renderBreakdown } = await import("./views/breakdown.js");
    renderBreakdown(notice, words, { copyLink: () => copyLink(visit, say), saveRun: () => save(store, "run", 0, 0), close: () => say("") });
  });
}

addEventListener("error", ({ error, message }) => sayUnexpected(error ?? message));
addEventListener("unhandledrejection", ({ reason }) => sayUnexpected(reason));

const store = await Store.load();
say("");
const visit = new Visit(store, say);
const story = storyOf(store);
const live = new Live(find("#live"), find("#live-now"));
const warnings = find("#warnings");
emulation.hidden = false;
joinSeed(store);
joinTime(store, story);
joinTelling(store, visit, say);
joinCluster(store);
joinReading(store);
joinBranches(store, say);
joinSaving(store, visit, say);
joinHelp(store, new Keys(emulation, bindingsOf(store, story)), live);
joinBreakdown(store, visit);
store.addEventListener("change", () => {
  renderWarnings(warnings, store.snapshot);
  live.tell(store.snapshot, { happened: find("#happened").textContent ?? "", ending: find("#ending").textContent ?? "" });
});
await visit.begin();
// When all else is there: nothing can be loaded any more once the browser prints.
setTimeout(() => import("./printing.js").then(({ joinPrinting }) => joinPrinting(store), sayUnexpected), 1_000);
// So that the keys act from the beginning; a click anywhere inside brings them back. In a frame, the page around it has
// the keys until somebody clicks here.
if (top === window) emulation.focus({ preventScroll: true });
