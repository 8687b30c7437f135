// @ts-check
// The messages in the picture of the cluster, each on its way from sender to receiver.
import { activeBeside, observe, short, svg, write } from "../dom.js";
import { areWordsAbove, clientRadius, isRoleAbove, messageRadius, place, reach, SIZE, travels, wordsIn } from "../ring.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../../pkg/raft_kv.js").FlightView} FlightView
 * @typedef {import("../ring.js").Point} Point
 * @typedef {{ left: number, right: number, top: number, bottom: number, weight: number }} Box
 */

/** More messages than this are not drawn: those that arrive first are. */
const DRAWN = 40;
/** If more messages than this are in flight, only the next one and the selected one carry words. */
const LABELLED = 4;
/** Longer words are cut off; they stand in the title. */
const SHOWN_LETTERS = 22;
/** Words that cover more than this of what stands there are left out; they stand in the title, too. */
const MOST_COVERED = 400;
/** Longer words are not read out in full. */
const SPOKEN_LETTERS = 120;
/** How long a message that was delivered is seen to arrive, in milliseconds. */
const ARRIVAL_MS = 350;
/** Room that a finger needs. */
const TOUCH_RADIUS = 18;
/** How wide a letter is, and how high words are beyond their line, each for the size of words. */
const [LETTER, ABOVE] = [0.28, 0.62];
/** What can be done with a message. */
const KEYS = "Enter or D delivers it, X drops it, 2 duplicates it, H holds it.";

export class Messages {
  #picture;
  #isByHand;
  #chords = svg("path", { class: "chords" });
  #layer = /** @type {SVGElement} */ (svg("g"));
  /** @type {Map<number, SVGElement>} */
  #dots = new Map();
  #step = 0;
  /** How large words are: to ask for it has the page laid out, so it is noted. @type {number | undefined} */
  #words;
  /** Writes the words beside the messages as they are now once more. */
  #relabel = () => {};

  /**
   * @param {SVGElement} picture that the places of the cluster are in already
   * @param {boolean} isByHand whether things are done with messages, not only looked at
   * @param {AbortSignal} signal
   */
  constructor(picture, isByHand, signal) {
    this.#picture = picture;
    this.#isByHand = isByHand;
    observe(new ResizeObserver(() => this.#words !== this.#sizeWords() && this.#relabel()), signal, picture);
    picture.querySelector(".cut")?.before(this.#chords);
    picture.append(this.#layer);
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    const isNear = snapshot.isSlow && Math.abs(snapshot.step - this.#step) === 1;
    this.#step = snapshot.step;
    this.#layer.setAttribute("class", `messages${snapshot.isSlow ? " travels" : ""}${snapshot.running ? "" : " standing"}`);
    const shown = snapshot.messages.slice(0, DRAWN);
    const ways = travels(shown, snapshot);
    this.#remove(new Set(shown.map(({ id }) => id)), isNear ? snapshot : undefined);
    const fresh = [];
    for (const message of shown) {
      if (this.#dots.has(message.id)) continue;
      const dot = makeMessage(message, messageRadius(snapshot));
      this.#dots.set(message.id, dot);
      this.#layer.append(dot);
      const way = ways.get(message.id);
      if (isNear && way) move(dot, way.from);
      fresh.push(dot);
    }
    // One look at the page, so that those that are new begin where they were sent.
    if (isNear && fresh[0]) void getComputedStyle(fresh[0]).opacity;
    const { selection } = snapshot;
    const selected = selection?.kind === "message" ? selection.id : undefined;
    for (const message of shown) {
      const [dot, way] = [this.#dots.get(message.id), ways.get(message.id)];
      if (!dot || !way) continue;
      if (!dot.classList.contains("dragged")) move(dot, way.at);
      mark(dot, message, snapshot, selected, this.#isByHand);
      dot.querySelector(".arrow")?.setAttribute("transform", `rotate(${way.angle.toFixed(1)})`);
    }
    this.#relabel = () => this.#label(shown, ways, snapshot, selected);
    this.#relabel();
    this.#chords.setAttribute("d", chords(shown, snapshot));
  }

  /** Has all words of the picture be as large as they must be where it is drawn like this. */
  #sizeWords() {
    this.#words = wordsIn(this.#picture);
    this.#picture.style.setProperty("--words", `${this.#words.toFixed(1)}px`);
    return this.#words;
  }

  /**
   * Takes away what is in flight no more. What had the focus hands it to who was to receive it.
   * @param {Set<number>} kept
   * @param {Snapshot} [snapshot] if the one that was delivered is to be seen arriving
   */
  #remove(kept, snapshot) {
    for (const [id, dot] of this.#dots) {
      if (kept.has(id)) continue;
      this.#dots.delete(id);
      const items = ["", `[data-process="${dot.dataset.to}"]`].map((who) => this.#picture.querySelector(`[data-process][role]${who}`));
      const receiver = /** @type {SVGElement | null} */ (items[1] ?? items[0]);
      if (dot.tabIndex === 0 && receiver) receiver.tabIndex = 0;
      if (activeBeside(this.#picture) === dot) receiver?.focus({ preventScroll: true });
      if (snapshot?.delivered?.id === id) {
        move(dot, place(snapshot.delivered.to, snapshot));
        dot.setAttribute("class", `${dot.getAttribute("class")} arrived`);
        for (const name of ["role", "tabindex", "aria-label", "data-message"]) dot.removeAttribute(name);
        setTimeout(() => dot.remove(), ARRIVAL_MS);
      } else {
        dot.remove();
      }
    }
  }

  /**
   * Words beside some of the messages, each where it covers the least.
   * @param {FlightView[]} shown
   * @param {ReturnType<typeof travels>} ways
   * @param {Snapshot} snapshot
   * @param {number | undefined} selected
   */
  #label(shown, ways, snapshot, selected) {
    const next = shown.find(({ ready }) => ready)?.id;
    const isLabelled = (/** @type {number} */ id) => shown.length <= LABELLED || id === next || id === selected;
    const size = this.#words ?? this.#sizeWords();
    /** @type {Box[]} */
    const taken = [...places(snapshot)];
    const radius = messageRadius(snapshot) + 2;
    for (const { at } of ways.values()) taken.push(boxAt(at, radius, radius, 1));
    for (const { id, text, heartbeat } of shown) {
      const label = /** @type {Element} */ (this.#dots.get(id)?.querySelector(".label"));
      const way = ways.get(id);
      if (!way || !isLabelled(id)) {
        write(label, "");
        continue;
      }
      const words = heartbeat ? "heartbeat" : short(text, SHOWN_LETTERS);
      write(label, words);
      const half = { x: words.length * size * LETTER + 3, y: size * ABOVE };
      const spot = freeSpot(way.at, half, taken);
      if (spot.covered > MOST_COVERED) {
        write(label, "");
        continue;
      }
      taken.push(boxAt({ x: way.at.x + spot.x, y: way.at.y + spot.y }, half.x, half.y));
      label.setAttribute("x", spot.x.toFixed(1));
      label.setAttribute("y", (spot.y + size * 0.35).toFixed(1));
    }
  }
}

/**
 * Says what a message is now.
 * @param {SVGElement} dot
 * @param {FlightView} message
 * @param {Snapshot} snapshot
 * @param {number | undefined} selected
 * @param {boolean} isByHand
 */
function mark(dot, message, snapshot, selected, isByHand) {
  const { classList } = dot;
  classList.toggle("waits", !message.ready);
  classList.toggle("fresh", snapshot.sent.includes(message.id));
  classList.toggle("selected", selected === message.id);
  dot.setAttribute("aria-pressed", String(selected === message.id));
  const words = [];
  if (message.copy_of !== undefined) words.push(`a copy of message ${message.copy_of}`);
  if (snapshot.timed) words.push(`due at ${message.due_ms} ms`);
  if (!message.ready) words.push("waits until its receiver is free");
  if (message.lost) words.push("the network will lose it");
  const head = `message ${message.id}, ${message.kind} from ${message.from} to ${message.to}: `;
  const name = [head + short(message.text, SPOKEN_LETTERS), ...words].join(", ");
  if (dot.getAttribute("aria-label") === name) return;
  dot.setAttribute("aria-label", name);
  const whole = [head + message.text, ...words].join(", ");
  write(/** @type {Element} */ (dot.querySelector("title")), isByHand ? `${whole}. ${KEYS}` : whole);
}

/**
 * @param {FlightView} message
 * @param {number} radius
 */
function makeMessage({ id, from, to, reply, granted, lost }, radius) {
  const names = `${from} ${to}`;
  const family = names.includes("client") ? "of-client" : names.includes("main") ? "of-main" : "of-node";
  const dot = /** @type {SVGElement} */ (
    svg("g", { class: `message ${family}${reply ? " reply" : ""}`, role: "button", tabindex: -1 })
  );
  dot.dataset.message = String(id);
  dot.dataset.to = to;
  const tip = radius + 8;
  const sign = lost ? "✕" : granted === undefined ? "" : granted ? "+" : "−";
  dot.append(
    svg("title"),
    svg("circle", { class: "touch", r: TOUCH_RADIUS }),
    svg("circle", { class: "halo", r: radius + 6 }),
    svg("path", { class: "arrow", d: `M${tip} 0L${tip - 5} -3.6V3.6Z` }),
    svg("circle", { class: "disc", r: radius }),
    svg("text", { class: "sign", y: 4 }, sign),
    svg("text", { class: "label" }),
  );
  return dot;
}

/**
 * The straight lines that messages travel along.
 * @param {FlightView[]} shown
 * @param {Snapshot} snapshot
 */
function chords(shown, snapshot) {
  const lines = new Set(
    shown.map(({ from, to }) => {
      const [start, end] = [place(from, snapshot), place(to, snapshot)];
      return `M${start.x.toFixed(1)} ${start.y.toFixed(1)}L${end.x.toFixed(1)} ${end.y.toFixed(1)}`;
    }),
  );
  return [...lines].join("");
}

/**
 * What words are not to cover: processes, and what stands above or below them.
 * @param {Snapshot} snapshot
 */
function* places(snapshot) {
  for (const { id } of snapshot.nodes) {
    const name = `node ${id}`;
    const at = place(name, snapshot);
    const radius = reach(name, snapshot);
    yield boxAt(at, radius, radius);
    // Role, and side if there are sides.
    yield boxAt({ x: at.x, y: at.y + (isRoleAbove(at) ? -1 : 1) * (radius + 9) }, snapshot.cuts.length > 0 ? 48 : 30, 8);
  }
  yield boxAt(place("main", snapshot), 18, 12);
  const half = clientRadius(snapshot);
  for (const { id } of snapshot.clients) {
    const { x, y } = place(`client ${id}`, snapshot);
    yield boxAt({ x, y: y + (areWordsAbove({ x, y }) ? -7 : 7) }, half + 8, half * 0.6 + 9);
  }
}

/**
 * Where words of this size cover the least, from near to far.
 * @param {Point} at
 * @param {Point} half
 * @param {Box[]} taken
 */
function freeSpot(at, half, taken) {
  let best = { x: 0, y: 0, covered: 0 };
  let least = Infinity;
  for (const far of [12, 22, 34, 48, 64]) {
    for (const [x, y] of [[0, -1], [0, 1], [1, 0], [-1, 0], [0.8, -1], [-0.8, -1], [0.8, 1], [-0.8, 1]]) {
      const spot = { x: x * (half.x + far), y: y * (half.y + far - 5) };
      const box = boxAt({ x: at.x + spot.x, y: at.y + spot.y }, half.x, half.y);
      const outside = Math.max(0, -box.left, box.right - SIZE) * 40 + Math.max(0, -box.top, box.bottom - SIZE) * 40;
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), outside + far);
      if (covered < least) [best, least] = [{ ...spot, covered: covered - far }, covered];
    }
  }
  return best;
}

/**
 * @param {Box} one
 * @param {Box} other
 */
function overlap(one, other) {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return width > 0 && height > 0 ? width * height * other.weight : 0;
}

/**
 * @param {Point} centre
 * @param {number} x half of its width
 * @param {number} y half of its height
 * @param {number} [weight] how bad it is to cover it
 * @returns {Box}
 */
function boxAt(centre, x, y, weight = 3) {
  return { weight, left: centre.x - x, right: centre.x + x, top: centre.y - y, bottom: centre.y + y };
}

/**
 * @param {SVGElement} element
 * @param {Point} point
 */
function move(element, { x, y }) {
  element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
}
