// @ts-check
// Joins what the first picture does without: loaded right behind it, all at once.
import { bindingOfTimeout, bindingsOfTime } from "./bindings.js";
import { joinBranches } from "./branching.js";
import { joinBar } from "./bar.js";
import { Configuration } from "./configuration.js";
import { find } from "./dom.js";
import { joinGrasp } from "./grasp.js";
import * as checks from "./joins/checks.js";
import * as diagram from "./joins/diagram.js";
import * as logs from "./joins/logs.js";
import * as trace from "./joins/trace.js";
import { keepSetting, recallSetting } from "./keep.js";
import { Keys } from "./keys.js";
import { Live, LOUDNESSES } from "./live.js";
import { copyLink, joinSaving, save } from "./saving.js";
import { joinTelling } from "./telling.js";
import { renderWarnings } from "./views/warnings.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./visit.js").Visit} Visit
 * @typedef {import("../pkg/raft_kv.js").Story} Story
 */

/** What is kept of the reader's choice: "off" if letters and signs do nothing as keys. */
const LETTERS = "letters";

/**
 * The text that runs, at the page's end.
 * @param {Store} store
 * @param {(text: string) => void} say
 */
export function configurationOf(store, say) {
  return new Configuration({ apply: (file, toml) => store.apply(file, toml), say });
}

/**
 * @param {Store} store
 * @param {Visit} visit
 * @param {(text: string) => void} say
 * @param {() => Story} story
 * @param {AbortSignal} signal
 */
export function joinLater(store, visit, say, story, signal) {
  const live = new Live(find("#live"), find("#live-now"));
  const warnings = find("#warnings");
  joinSeed(store);
  joinBar(document, store, story, signal);
  joinHeight();
  joinTelling(store, visit, say);
  joinGrasp(document, store, signal, /** @type {HTMLElement} */ (find("#emulation")));
  for (const view of [diagram, trace, logs, checks]) view.join(document, store, signal);
  joinBranches(store, say);
  joinSaving(store, visit, say, (text) => live.mention(text));
  joinHelp(store, keysOf(store, story, signal), live, say);
  const draw = () => {
    renderWarnings(warnings, store.snapshot);
    live.tell(store.snapshot, wordsOf());
  };
  store.addEventListener("change", draw);
}

/** What is said of the run, as it stands in the page. */
function wordsOf() {
  const [happened, ending, cuts] = ["#happened", "#ending", "#cuts"].map((place) => find(place).textContent ?? "");
  return { happened, ending, cuts };
}

/** What is gone to in the page keeps clear of the player, which stays in sight. */
function joinHeight() {
  new ResizeObserver(([{ borderBoxSize }]) => {
    document.documentElement.style.setProperty("--player", `${borderBoxSize[0].blockSize}px`);
  }).observe(find("#player"));
}

/**
 * @param {Store} store
 * @param {() => Story} story
 * @param {AbortSignal} signal
 */
function keysOf(store, story, signal) {
  const toRequest = () => find("#hands form select").focus();
  const bindings = [
    ...bindingsOfTime(store, story),
    { keys: ["c"], shown: "C", words: "a client's request: to its form", act: toRequest },
    bindingOfTimeout(store),
    { keys: ["?"], shown: "?", words: "this help", act: () => find("#help").click() },
  ];
  const keys = new Keys(top === window ? document.documentElement : find("#emulation"), bindings, signal);
  keys.areLettersOn = recallSetting(LETTERS) !== "off";
  return keys;
}

/** @param {Store} store */
function joinSeed(store) {
  /** @type {HTMLInputElement} */
  const seed = find("#seed-value");
  store.addEventListener("change", () => {
    if (document.activeElement !== seed) seed.value = String(store.snapshot.seed);
  });
  // Of 32 bits, so that a person can copy it.
  find("#new-seed").addEventListener("click", () => store.useSeed(crypto.getRandomValues(new Uint32Array(1))[0]));
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
 * @param {(text: string) => void} say
 */
function joinHelp(store, keys, live, say) {
  find("#help").addEventListener("click", async () => {
    try {
      const { openHelp } = await import("./views/help.js");
      const version = store.consult((core) => core.engine_version()) ?? 0;
      const onLoudness = (/** @type {string} */ loudness) => (live.loudness = /** @type {Live["loudness"]} */ (loudness));
      const onLetters = (/** @type {boolean} */ areOn) => {
        keys.areLettersOn = areOn;
        keepSetting(LETTERS, areOn ? "on" : "off");
      };
      openHelp(keys.bindings, { version, loudness: live.loudness, loudnesses: LOUDNESSES, onLoudness, areLettersOn: keys.areLettersOn, onLetters });
    } catch (error) {
      say(`The help could not be loaded: ${error instanceof Error ? error.message : error}.`);
    }
  });
}
