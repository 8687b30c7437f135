// @ts-check
// The page: loads the emulation and the configuration, and joins controls, store and views.
import { find } from "./dom.js";
import { Store } from "./emulation.js";
import { renderClients } from "./views/clients.js";
import { renderCluster } from "./views/cluster.js";
import { Editor } from "./views/editor.js";
import { actOf, renderFaults } from "./views/faults.js";
import { renderNodes } from "./views/nodes.js";
import { fillSpeeds, renderHappened, renderPlayer } from "./views/player.js";
import { Trace } from "./views/trace.js";
import { renderScenario, renderVerdict, renderWarnings } from "./views/verdict.js";

const CONFIG = new URL("../config.toml", import.meta.url);

const notice = find("#notice");
const emulation = find("#emulation");

/** The text of the configuration; null if it could not be loaded. */
async function loadConfig() {
  const response = await fetch(CONFIG, { cache: "no-cache" });
  if (response.ok) return response.text();
  return null;
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

/** @param {Store} store */
function joinViews(store) {
  const player = find("#player");
  const trace = new Trace(
    find("#trace .lines"),
    find("#follow"),
    (start, end) => store.lines(start, end),
    (step) => store.seek(step),
  );
  /** @type {SVGElement} */
  const ring = find("#cluster svg");
  const [cards, clients, happened] = [find("#nodes .cards"), find("#clients ul"), find("#happened")];
  /** @type {HTMLInputElement} */
  const seed = find("#seed-value");
  /** @type {HTMLSelectElement} */
  const scenarios = find("#scenario");
  const [story, faults, warnings] = [find("#story"), find("#faults"), find("#warnings")];
  fillSpeeds(player);
  store.addEventListener("change", () => {
    const { snapshot } = store;
    renderPlayer(player, snapshot);
    renderHappened(happened, snapshot);
    renderVerdict(player, snapshot);
    renderScenario(scenarios, story, snapshot);
    renderCluster(ring, snapshot);
    renderFaults(faults, snapshot);
    renderWarnings(warnings, snapshot);
    renderNodes(cards, snapshot);
    renderClients(clients, snapshot);
    trace.render(snapshot);
    if (document.activeElement !== seed) seed.value = String(snapshot.seed);
  });
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
  const faults = find("#faults");
  faults.addEventListener("change", () => renderFaults(faults, store.snapshot));
  emulation.addEventListener("click", ({ target }) => {
    /** @type {HTMLElement | null} */
    const key = /** @type {Element} */ (target).closest("[data-act], #broken [data-step]");
    if (!key || key.getAttribute("aria-disabled") === "true") return;
    if (key.dataset.step) store.seek(Number(key.dataset.step));
    else store.act(actOf(key, faults, store.snapshot));
  });
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
if (notice.textContent?.startsWith("Loading")) say("");
emulation.hidden = false;
joinViews(store);
joinControls(store);
const editor = new Editor(find("#editor"), {
  apply: (file, text, seed) => store.apply(file, text, seed),
  seed: () => store.snapshot.seed,
  say,
});
editor.begin(toml);
/** @type {HTMLSelectElement} */
const scenario = find("#scenario");
scenario.addEventListener("change", async () => {
  const file = `${scenario.value}.toml`;
  const response = await fetch(new URL(`scenarios/${file}`, import.meta.url), { cache: "no-cache" }).catch(() => null);
  if (!response?.ok) return say(`The scenario ${file} could not be loaded.`);
  editor.load({ file, text: await response.text() });
  store.toggle();
});
if (toml === null) say("config.toml could not be loaded; the text below is running, and if it is empty, the defaults.");
// So that the keys act from the beginning; a click anywhere inside brings them back. In a frame, the page around it has
// the keys until somebody clicks here.
if (top === window) emulation.focus({ preventScroll: true });
