// @ts-check
// The page: loads the emulation and the configuration, and joins controls, store and views.
import { find } from "./dom.js";
import { Store } from "./emulation.js";
import { renderClients } from "./views/clients.js";
import { renderCluster } from "./views/cluster.js";
import { Editor } from "./views/editor.js";
import { renderNodes } from "./views/nodes.js";
import { fillSpeeds, renderHappened, renderPlayer } from "./views/player.js";
import { Trace } from "./views/trace.js";

const CONFIG = new URL("../config.toml", import.meta.url);

const notice = find("#notice");
const emulation = find("#emulation");

/** The text of the configuration; empty, which means all defaults, if there is none. */
async function loadConfig() {
  const response = await fetch(CONFIG, { cache: "no-cache" });
  if (response.ok) return response.text();
  say(`config.toml could not be loaded (${response.status} ${response.statusText}); the defaults are running.`);
  return "";
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
  fillSpeeds(player);
  store.addEventListener("change", () => {
    const { snapshot } = store;
    renderPlayer(player, snapshot);
    renderHappened(happened, snapshot);
    renderCluster(ring, snapshot);
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
  emulation.addEventListener("keydown", (event) => onKey(store, event));
}

/** @param {Store} store */
function useTypedSeed(store) {
  /** @type {HTMLInputElement} */
  const input = find("#seed-value");
  const seed = Number(input.value);
  const isSeed = /^\d+$/.test(input.value.trim()) && Number.isSafeInteger(seed);
  input.setCustomValidity(isSeed ? "" : `A seed is a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`);
  if (!isSeed) {
    input.reportValidity();
    input.setCustomValidity("");
    return;
  }
  store.useSeed(seed);
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
  if (target.closest("textarea, input, select")) return;
  const isTrace = target.closest(".lines") !== null;
  if (event.key === " " ? isTrace || target.closest("button, label") : isTrace && /Home|End/.test(event.key)) return;
  const { step, over } = store.snapshot;
  const [back, forward] = isTrace ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  if (event.key === " ") store.toggle();
  else if (event.key === back && step > 0) store.seek(step - 1);
  else if (event.key === forward && !over) store.seek(step + 1);
  else if (event.key === "Home") store.seek(0);
  else if (event.key === "End") store.finish();
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
new Editor(find("#editor"), (file, text) => store.apply(file, text)).begin(toml);
// So that the keys act from the beginning; a click anywhere inside brings them back. In a frame, the page around it has
// the keys until somebody clicks here.
if (top === window) emulation.focus({ preventScroll: true });
