// @ts-check
// The page: loads the emulation and the configuration, and joins controls, store and views.
import { joinCluster } from "./cluster.js";
import { find, numberLines, write } from "./dom.js";
import { Store } from "./emulation.js";
import { joinReading } from "./reading.js";
import { renderEnding } from "./views/ending.js";
import { fillSpeeds, renderHappened, renderPlayer } from "./views/player.js";
import { renderStory } from "./views/story.js";
import { renderWarnings } from "./views/warnings.js";

const CONFIG = new URL("../config.toml", import.meta.url);
/** Where the editor keeps its text over a reload: of this very address, so that frames can differ by their query. */
const DRAFT = `raft_kv config ${location.pathname}${location.search}`;

const notice = find("#notice");
const emulation = find("#emulation");

/** The text of the configuration, as a text area has it; null if it could not be loaded. */
async function loadConfig() {
  const response = await fetch(CONFIG, { cache: "no-cache" });
  if (!response.ok) return null;
  return (await response.text()).replace(/\r\n?/g, "\n");
}

/** Whether there is a text of the reader's, kept over a reload. */
function isDraftKept() {
  try {
    return sessionStorage.getItem(DRAFT) !== null;
  } catch {
    return false;
  }
}

/** @param {string} text */
function say(text) {
  notice.textContent = text;
  notice.hidden = text === "";
}

/**
 * What nobody expected is told, too: the page may not go on.
 * @param {unknown} error
 */
function sayUnexpected(error) {
  const message = error instanceof Error ? error.message : String(error);
  say(`Something went wrong that should not have: ${message}. Reload the page to begin anew; your text is kept.`);
}

/**
 * Runs a configuration if it can be run. Returns whether it can.
 * @param {string} text
 */
function runs(text) {
  try {
    store.apply("config.toml", text);
    return true;
  } catch {
    // The editor meets the same error, and tells it.
    return false;
  }
}

async function loadEditor() {
  const { Editor } = await import("./views/editor.js");
  return new Editor(find("#editor"), {
    apply: (file, text, seed) => store.apply(file, text, seed),
    seed: () => store.snapshot.seed,
    say,
    draft: DRAFT,
  });
}

/**
 * Shows the text that runs, and loads its editor as soon as somebody turns to it, or calls what is returned.
 * @param {string} text
 */
function showText(text) {
  const section = find("#editor");
  /** @type {HTMLTextAreaElement} */ (find("textarea", section)).value = text;
  numberLines(find(".gutter", section), text);
  write(find("#config-state", section), "this text is running");
  /** @type {Promise<void> | undefined} */
  let loading;
  const load = () => {
    loading ??= loadEditor().then(
      (loaded) => {
        editor = loaded;
        editor.adopt(text);
      },
      (error) => {
        loading = undefined;
        say(`The editor could not be loaded: ${error.message}. Try again, or copy your text and reload the page.`);
      },
    );
    return loading;
  };
  section.addEventListener("pointerenter", load, { once: true });
  section.addEventListener("focusin", load, { once: true });
  // What is asked of it before it is there is asked again.
  for (const [selector, type] of [["#apply", "click"], ["#save", "click"], ["#open", "change"], ["#config", "keydown"]]) {
    const control = find(selector, section);
    control.addEventListener(type, async (event) => {
      if (editor) return;
      await load();
      const Kind = /** @type {typeof Event} */ (event.constructor);
      if (editor) control.dispatchEvent(new Kind(type, event));
    });
  }
  return load;
}

/** @param {Store} store */
function joinViews(store) {
  const [player, happened, story, warnings] = [find("#player"), find("#happened"), find("#story"), find("#warnings")];
  /** @type {HTMLInputElement} */
  const seed = find("#seed-value");
  fillSpeeds(player);
  store.addEventListener("change", () => {
    const { snapshot } = store;
    renderPlayer(player, snapshot);
    renderHappened(happened, snapshot);
    renderEnding(player, snapshot);
    renderStory(story, snapshot);
    renderWarnings(warnings, snapshot);
    if (document.activeElement !== seed) seed.value = String(snapshot.seed);
  });
  joinCluster(store);
  joinReading(store);
}

/** @param {Store} store */
function joinControls(store) {
  /** @param {string} id @param {() => void} act */
  const onClick = (id, act) =>
    find(id).addEventListener("click", ({ currentTarget }) => {
      if (/** @type {Element} */ (currentTarget).getAttribute("aria-disabled") !== "true") act();
    });
  onClick("#start", () => store.seek(0));
  onClick("#back", () => store.seek(store.snapshot.step - 1));
  onClick("#run", () => store.toggle());
  onClick("#forward", () => store.seek(store.snapshot.step + 1));
  onClick("#end", () => store.finish());
  onClick("#new-seed", () => store.useNewSeed());
  /** @type {HTMLInputElement} */
  const scrub = find("#scrub");
  scrub.addEventListener("input", () => store.seek(Number(scrub.value)));
  /** @type {HTMLSelectElement} */
  const speed = find("#speed");
  speed.addEventListener("change", () => {
    store.stepsPerSecond = Number(speed.value);
  });
  find("#seed").addEventListener("submit", (event) => {
    event.preventDefault();
    useTypedSeed(store);
  });
  /** @type {HTMLInputElement} */
  const seed = find("#seed-value");
  seed.addEventListener("input", () => seed.setCustomValidity(""));
  seed.addEventListener("blur", ({ relatedTarget }) => {
    // What was typed and not used does not stay to pretend that it runs.
    if (relatedTarget instanceof Element && relatedTarget.closest("#seed")) return;
    seed.setCustomValidity("");
    seed.value = String(store.snapshot.seed);
  });
  document.addEventListener("keydown", (event) => onKey(store, event));
}

/** @param {Store} store */
function useTypedSeed(store) {
  /** @type {HTMLInputElement} */
  const input = find("#seed-value");
  const seed = Number(input.value);
  const isSeed = /^\d+$/.test(input.value.trim()) && Number.isSafeInteger(seed);
  input.setCustomValidity(isSeed ? "" : `A seed is a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`);
  if (input.reportValidity()) store.useSeed(seed);
}

/**
 * Space, arrows, Home and End, wherever they have no meaning of their own; in the trace, where lines follow each other
 * downwards, the arrows up and down.
 * @param {Store} store
 * @param {KeyboardEvent} event
 */
function onKey(store, event) {
  const target = /** @type {Element} */ (event.target);
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const isTrace = target.closest(".lines") !== null;
  if (target.closest(event.key === " " ? "textarea, select, #seed, button, label" : "textarea, select, input")) return;
  const { step, over } = store.snapshot;
  const isBack = event.key === "ArrowLeft" || (isTrace && event.key === "ArrowUp");
  const isForward = event.key === "ArrowRight" || (isTrace && event.key === "ArrowDown");
  if (event.key === " ") store.toggle();
  else if (isBack && step > 0) store.seek(step - 1);
  else if (isForward && !over) store.seek(step + 1);
  else if (event.key === "Home" && !isTrace) store.seek(0);
  else if (event.key === "End" && !isTrace) store.finish();
  else return;
  event.preventDefault();
}

addEventListener("error", ({ error, message }) => sayUnexpected(error ?? message));
addEventListener("unhandledrejection", ({ reason }) => sayUnexpected(reason));

const [store, toml] = await Promise.all([Store.load(), loadConfig()]);
/** The editor, once it is needed. A first visit does without it: the text stands there, and runs. */
let editor = toml === null || isDraftKept() || !runs(toml) ? await loadEditor() : undefined;
if (notice.textContent?.startsWith("Loading")) say("");
emulation.hidden = false;
joinViews(store);
joinControls(store);
if (editor) {
  editor.begin(toml);
} else {
  store.dispatchEvent(new Event("change"));
  showText(toml ?? "");
}
if (toml === null) say("config.toml could not be loaded; the text below is running, and if it is empty, the defaults.");
// So that the keys act from the beginning; a click anywhere inside brings them back. In a frame, the page around it has
// the keys until somebody clicks here.
if (top === window) emulation.focus({ preventScroll: true });
