// @ts-check
// Joins what is done in the picture of the cluster, and with the buttons beside its title, to the store.
import { disable, find, write } from "./dom.js";
import { renderCuts } from "./views/cuts.js";
import { Gestures } from "./views/gestures.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {ReturnType<typeof import("./hands.js").joinHands>} Hands
 */

/** @param {Store} store */
export function joinGrasp(store) {
  const cuts = find("#cuts");
  const hands = handsOf(store);
  new Gestures(find("#cluster svg"), {
    act: (sentence) => store.act(sentence),
    select: (selection) => store.select(selection),
    openMenu: async (...how) => (await hands()).openMenu(...how),
  });
  store.addEventListener("change", () => renderCuts(cuts, store.snapshot));
  joinKeys(store, hands);
}

/**
 * The buttons beside the picture's title.
 * @param {Store} store
 * @param {() => Promise<Hands>} hands
 */
function joinKeys(store, hands) {
  const [verbs, draw] = [find("#verbs"), find("#draw")];
  store.addEventListener("change", () => {
    const { selection } = store.snapshot;
    const picked = selection?.kind === "process" ? selection.process : selection?.kind === "message" ? `message ${selection.id}` : "";
    write(verbs, picked ? `Do with ${picked}…` : "Do with…");
    disable(verbs, picked === "" || picked === "main", "pick a node, a client or a message first");
  });
  verbs.addEventListener("click", async () => {
    const { selection } = store.snapshot;
    if (verbs.getAttribute("aria-disabled") === "true" || !selection) return;
    const { left, bottom } = verbs.getBoundingClientRect();
    (await hands()).openMenu(selection, { x: left, y: bottom + 4 }, verbs);
  });
  draw.addEventListener("click", async () => (await hands()).togglePartition());
}

/**
 * What is done by hand is loaded when somebody turns to it, or comes near it.
 * @param {Store} store
 */
function handsOf(store) {
  /** @type {Promise<Hands> | undefined} */
  let loading;
  const load = () => {
    loading ??= import("./hands.js").then(({ joinHands }) => joinHands(store));
    // What could not be loaded is asked for again the next time.
    loading.catch(() => (loading = undefined));
    return loading;
  };
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      load();
    },
    { rootMargin: "300px" },
  );
  near.observe(find("#hands"));
  return load;
}
