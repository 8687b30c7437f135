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
  const withHands = home ? handsOf(root, store, signal, home) : undefined;
  new Gestures(find("svg", section), {
    select: (selection) => store.select(selection),
    isPicked: () => store.snapshot.selection !== null,
    hands: withHands && {
      act: (sentence) => store.act(sentence),
      openMenu: (...how) => withHands(({ openMenu }) => openMenu(...how)),
    },
  });
  store.addEventListener("change", () => renderCuts(cuts, store.snapshot), { signal });
  if (withHands) joinKeys(section, store, signal, withHands);
}

/**
 * The buttons beside the picture's title.
 * @param {HTMLElement} section
 * @param {Store} store
 * @param {AbortSignal} signal
 * @param {(act: (hands: Hands) => void) => void} withHands
 */
function joinKeys(section, store, signal, withHands) {
  const [verbs, draw] = [find("#verbs", section), find("#draw", section)];
  const offer = () => {
    const { selection } = store.snapshot;
    const picked = selection?.kind === "process" ? selection.process : selection?.kind === "message" ? `message ${selection.id}` : "";
    write(verbs, picked ? `Do with ${picked}…` : "Do with…");
    disable(verbs, picked === "" || picked === "main", "pick a node, a client or a message first");
  };
  store.addEventListener("change", offer, { signal });
  verbs.addEventListener("click", () => {
    const { selection } = store.snapshot;
    if (verbs.getAttribute("aria-disabled") === "true" || !selection) return;
    const { left, bottom } = verbs.getBoundingClientRect();
    withHands(({ openMenu }) => openMenu(selection, { x: left, y: bottom + 4 }, verbs));
  });
  draw.addEventListener("click", () => withHands(({ togglePartition }) => togglePartition()));
}

/**
 * What is done by hand is loaded when somebody turns to it, or comes near the workbench, if there is one. Returns what has
 * something done then.
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 * @param {HTMLElement} home
 */
function handsOf(root, store, signal, home) {
  const workbench = root.querySelector("#hands");
  /** @type {Hands | undefined} */
  let joined;
  const load = () => (workbench ? import("./workbench.js").then((it) => it.joinWorkbench) : import("./hands.js").then((it) => it.joinHands));
  /** @param {(hands: Hands) => void} act */
  const withHands = async (act) => {
    const join = joined ? undefined : await load().catch(({ message }) => store.say(`What is done by hand could not be loaded: ${message}. Try it again.`));
    if (signal.aborted) return;
    if (join) joined ??= join(root, store, signal, home);
    if (joined) act(joined);
  };
  if (!workbench) return withHands;
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      withHands(() => {});
    },
    { rootMargin: "300px" },
  );
  observe(near, signal, workbench);
  return withHands;
}
