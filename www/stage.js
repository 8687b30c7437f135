// @ts-check
// A stage: the views of a run that are asked for, in this order, and the controls that are asked for, in a place of somebody's
// page. Only what is asked for is loaded.
import { activeBeside, html } from "./dom.js";
import { playerSection, viewSection } from "./sections.js";

/**
 * `controls` says what one can do: only look and pick; lead the run through time; or do things by hand, too.
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./sections.js").ViewName} ViewName
 * @typedef {{ views: ViewName[], controls: "none" | "time" | "all" }} Choice
 * @typedef {{ root: ParentNode & Node, place: HTMLElement, store: Store, signal: AbortSignal }} Ground
 * @typedef {(ground: Ground, isByHand: boolean) => void} Join
 */

/** The joins of each view. @type {Record<ViewName, () => Promise<Join>>} */
const JOINS = {
  cluster: async () => {
    const [cluster, { joinGrasp }] = await Promise.all([import("./joins/cluster.js"), import("./grasp.js")]);
    return ({ root, place, store, signal }, isByHand) => {
      cluster.join(root, store, signal, isByHand);
      joinGrasp(root, store, signal, isByHand ? place : null);
    };
  },
  diagram: () => import("./joins/diagram.js").then(joinOf),
  logs: () => import("./joins/logs.js").then(joinOf),
  trace: () => import("./joins/trace.js").then(joinOf),
  checks: () => import("./joins/checks.js").then(joinOf),
};

export class Stage {
  #ground;
  #isByHand;

  /**
   * @param {Ground} ground
   * @param {Choice} choice
   */
  constructor(ground, { views, controls }) {
    this.#ground = ground;
    this.#isByHand = controls === "all";
    const frame = html("div", { class: "views", part: "views" });
    frame.append(...views.map((name) => withPart(viewSection(name, this.#isByHand), `view ${name}`)));
    const parts = controls === "none" ? [frame] : [frame, withPart(playerSection(), "player")];
    ground.place.append(...parts);
    // So that a click anywhere within brings the keys.
    ground.place.tabIndex = -1;
    const clear = () => {
      const hadFocus = ground.place.contains(activeBeside(ground.place));
      for (const part of parts) part.remove();
      if (hadFocus) boxOf(ground.place).focus({ preventScroll: true });
    };
    ground.signal.addEventListener("abort", clear, { once: true });
  }

  /**
   * Loads what is asked for, and shows the run in it, now and after each change, until the signal is aborted: then all of it
   * is gone again. A store can be shown before anything runs in it.
   * @param {ParentNode & Node} root what the place stands in, and no other stage: the shadow root, or the document
   * @param {HTMLElement} place where the sections stand
   * @param {Store} store
   * @param {Choice} choice a view that is named twice is shown once
   * @param {AbortSignal} signal
   * @throws {Error} if something could not be loaded, or the signal's reason if it was aborted meanwhile; then nothing stands
   *   there
   */
  static async raise(root, place, store, { views, controls }, signal) {
    const choice = { views: [...new Set(views)], controls };
    const [joins, joinTime] = await Promise.all([Promise.all(choice.views.map((name) => JOINS[name]())), timeOf(controls)]);
    signal.throwIfAborted();
    const stage = new Stage({ root, place, store, signal }, choice);
    stage.#join([joinTime, ...joins]);
    if (store.isBegun) store.dispatchEvent(new Event("change"));
    if (controls !== "none") store.lookAhead();
    return stage;
  }

  /** @param {Join[]} joins */
  #join(joins) {
    for (const join of joins) join(this.#ground, this.#isByHand);
  }
}

/**
 * What can have the focus while nothing stands in a place: the box around, if it can, as the place may go, too.
 * @param {HTMLElement} place
 * @returns {HTMLElement}
 */
function boxOf(place) {
  return place.parentElement?.closest("[tabindex]") ?? place;
}

/**
 * The join of the player and its keys.
 * @param {Choice["controls"]} controls
 * @returns {Promise<Join>}
 */
async function timeOf(controls) {
  if (controls === "none") return () => {};
  const [{ joinTime, storyOf }, { joinBar }, { Keys }, { bindingOfTimeout, bindingsOfTime }] = await Promise.all([
    import("./time.js"), import("./bar.js"), import("./keys.js"), import("./bindings.js"),
  ]);
  return ({ root, place, store, signal }, isByHand) => {
    const story = storyOf(store);
    joinTime(root, store, story, signal);
    joinBar(root, store, story, signal);
    new Keys(place, [...bindingsOfTime(store, story), ...(isByHand ? [bindingOfTimeout(store)] : [])], signal);
  };
}

/**
 * @param {{ join: (root: ParentNode, store: Store, signal: AbortSignal) => void }} module
 * @returns {Join}
 */
function joinOf({ join }) {
  return ({ root, store, signal }) => join(root, store, signal);
}

/**
 * @param {HTMLElement} section
 * @param {string} part what a page's own styles call it
 */
function withPart(section, part) {
  section.setAttribute("part", part);
  return section;
}
