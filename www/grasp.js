// @ts-check
// Joins what is done in the picture of the cluster, and with the buttons beside its title, to the store.
import { disable, find, observe, write } from "./dom.js";
import { renderCuts } from "./views/cuts.js";
import { Gestures } from "./views/gestures.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {ReturnType<typeof import("./hands.js").joinHands>} Hands
 */

/**
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 * @param {HTMLElement | null} home where the menu stands; none if nothing is done by hand
 */
export function joinGrasp(root, store, signal, home) {
  const section = find("#cluster", root);
  const cuts = find("#cuts", section);
  const hands = home ? handsOf(root, store, signal, home) : undefined;
  new Gestures(find("svg", section), {
    select: (selection) => store.select(selection),
    hands: hands && {
      act: (sentence) => store.act(sentence),
      openMenu: async (...how) => (await hands()).openMenu(...how),
    },
  });
  store.addEventListener("change", () => renderCuts(cuts, store.snapshot), { signal });
  if (hands) joinKeys(section, store, signal, hands);
}

/**
 * The buttons beside the picture's title.
 * @param {HTMLElement} section
 * @param {Store} store
 * @param {AbortSignal} signal
 * @param {() => Promise<Hands>} hands
 */
function joinKeys(section, store, signal, hands) {
  const [verbs, draw] = [find("#verbs", section), find("#draw", section)];
  const offer = () => {
    const { selection } = store.snapshot;
    const picked = selection?.kind === "process" ? selection.process : selection?.kind === "message" ? `message ${selection.id}` : "";
    write(verbs, picked ? `Do with ${picked}…` : "Do with…");
    disable(verbs, picked === "" || picked === "main", "pick a node, a client or a message first");
  };
  store.addEventListener("change", offer, { signal });
  verbs.addEventListener("click", async () => {
    const { selection } = store.snapshot;
    if (verbs.getAttribute("aria-disabled") === "true" || !selection) return;
    const { left, bottom } = verbs.getBoundingClientRect();
    (await hands()).openMenu(selection, { x: left, y: bottom + 4 }, verbs);
  });
  draw.addEventListener("click", async () => (await hands()).togglePartition());
}

/**
 * What is done by hand is loaded when somebody turns to it, or comes near the workbench, if there is one.
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 * @param {HTMLElement} home
 */
function handsOf(root, store, signal, home) {
  const workbench = root.querySelector("#hands");
  /** @type {Promise<Hands> | undefined} */
  let loading;
  /** Nobody waits any more for what comes when all is gone. @param {() => Hands} join @returns {Hands | Promise<Hands>} */
  const joined = (join) => (signal.aborted ? new Promise(() => {}) : join());
  const load = () => {
    loading ??= workbench
      ? import("./workbench.js").then(({ joinWorkbench }) => joined(() => joinWorkbench(root, store, signal, home)))
      : import("./hands.js").then(({ joinHands }) => joined(() => joinHands(root, store, signal, home)));
    // What could not be loaded is asked for again the next time.
    loading.catch(() => (loading = undefined));
    return loading;
  };
  if (!workbench) return load;
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      load();
    },
    { rootMargin: "300px" },
  );
  observe(near, signal, workbench);
  return load;
}
