// @ts-check
// What is on its way to each node and client, in the order in which it arrives, and what can be done with it.
import { disable, html, place, short, write } from "../dom.js";
import { actOfKey } from "../verbs.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../emulation.js").Selection} Selection
 * @typedef {import("../../pkg/raft_kv.js").FlightView} FlightView
 * @typedef {{
 *   act(sentence: string): unknown,
 *   refusal(sentence: string): string | undefined,
 *   select(selection: Selection | null): void,
 *   openMenu(selection: Selection, at: { x: number, y: number }, opener: HTMLElement): void,
 * }} Doings
 */

/** More messages than this to one receiver are counted, not listed. */
const LISTED = 12;
/** Longer texts are cut off in the list; they stand in the title, and in the panel of the selected message. */
const SHOWN_LETTERS = 200;

export class Inboxes {
  #element;
  #doings;
  /** @type {Map<number, HTMLElement>} */
  #rows = new Map();
  /** @type {Map<string, HTMLElement>} */
  #boxes = new Map();
  #empty = html("p", { class: "none", tabindex: -1 });

  /**
   * @param {HTMLElement} element
   * @param {Doings} doings
   */
  constructor(element, doings) {
    this.#element = element;
    this.#doings = doings;
    element.append(this.#empty);
    element.addEventListener("click", (event) => this.#onClick(event));
    element.addEventListener("keydown", (event) => this.#onKey(event));
    element.addEventListener("contextmenu", (event) => {
      const row = rowAt(event.target);
      if (!row) return;
      event.preventDefault();
      this.#openMenu(row, { x: event.clientX, y: event.clientY });
    });
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    // Nobody reads lists that change many times a second.
    if (!snapshot.isSlow) return this.#rest();
    /** @type {Map<string, FlightView[]>} */
    const inboxes = new Map();
    for (const message of snapshot.messages) {
      const inbox = inboxes.get(message.to);
      if (inbox) inbox.push(message);
      else inboxes.set(message.to, [message]);
    }
    const focus = this.#focusToKeep(new Set(snapshot.messages.map(({ id }) => id)));
    write(this.#empty, emptyWords(snapshot));
    this.#empty.hidden = snapshot.messages.length > 0 && snapshot.in_flight === snapshot.messages.length;
    const receivers = [...inboxes.keys()].sort(byName);
    for (const [name, box] of this.#boxes) {
      if (inboxes.has(name)) continue;
      box.remove();
      this.#boxes.delete(name);
    }
    /** @type {Set<number>} */
    const listed = new Set();
    for (const name of receivers) this.#fill(name, inboxes.get(name) ?? [], snapshot, listed);
    place(this.#element, [...receivers.map((name) => /** @type {HTMLElement} */ (this.#boxes.get(name))), this.#empty]);
    for (const id of this.#rows.keys()) if (!listed.has(id)) this.#rows.delete(id);
    focus?.();
  }

  #rest() {
    const hadFocus = this.#element.contains(document.activeElement);
    write(this.#empty, "The run goes on quickly. Pause it to see what is on its way.");
    this.#empty.hidden = false;
    this.#boxes.clear();
    this.#rows.clear();
    place(this.#element, [this.#empty]);
    if (hadFocus) this.#empty.focus({ preventScroll: true });
  }

  /**
   * @param {string} name the receiver
   * @param {FlightView[]} messages
   * @param {Snapshot} snapshot
   * @param {Set<number>} listed grows by those that it lists
   */
  #fill(name, messages, snapshot, listed) {
    const box = this.#boxes.get(name) ?? makeBox(name);
    this.#boxes.set(name, box);
    write(box.children[0], `To ${name}`);
    const rows = messages.slice(0, LISTED).map((message) => {
      listed.add(message.id);
      return this.#row(message, snapshot);
    });
    place(box.children[1], rows);
    const more = messages.length - rows.length;
    write(box.children[2], more > 0 ? `and ${more} more after these` : "");
  }

  /**
   * @param {FlightView} message
   * @param {Snapshot} snapshot
   */
  #row(message, snapshot) {
    const row = this.#rows.get(message.id) ?? makeRow(message);
    this.#rows.set(message.id, row);
    const { selection, sent, running, timed } = snapshot;
    const isSelected = selection?.kind === "message" && selection.id === message.id;
    row.classList.toggle("fresh", sent.includes(message.id));
    const [pick, deliver] = /** @type {HTMLElement[]} */ ([...row.children]);
    pick.setAttribute("aria-pressed", String(isSelected));
    write(pick.children[2], facts(message, timed));
    if (!running) {
      const reason = this.#doings.refusal(`deliver ${message.id}`);
      disable(deliver, reason !== undefined, reason ?? "");
    }
    return row;
  }

  /**
   * If what has the focus goes away, the one after it gets it, or the one before it; returns how, once all is drawn.
   * @param {Set<number>} kept
   */
  #focusToKeep(kept) {
    const focused = document.activeElement;
    if (focused === this.#empty) return () => this.#empty.hidden && this.#element.querySelector("button")?.focus({ preventScroll: true });
    const row = rowAt(focused);
    if (!row || !focused || !this.#element.contains(row)) return undefined;
    const at = [...row.children].indexOf(focused);
    const rows = /** @type {HTMLElement[]} */ ([...this.#element.querySelectorAll("[data-message]")]);
    const order = rows.indexOf(row);
    const heirs = [...rows.slice(order), ...rows.slice(0, order).reverse()];
    const heir = heirs.find(({ dataset }) => kept.has(Number(dataset.message)));
    return () => {
      const target = /** @type {HTMLElement} */ (heir?.isConnected ? heir.children[at] : this.#empty);
      if (document.activeElement !== target) target.focus({ preventScroll: true });
    };
  }

  /** @param {MouseEvent} event */
  #onClick({ target }) {
    const row = rowAt(target);
    const button = target instanceof Element ? target.closest("button") : null;
    if (!row || !button) return;
    const id = Number(row.dataset.message);
    if (button.className === "pick") this.#doings.select(button.getAttribute("aria-pressed") === "true" ? null : { kind: "message", id });
    else if (button.className === "more") this.#openMenu(row);
    else this.#doings.act(`deliver ${id}`);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const row = rowAt(event.target);
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!row || !button) return;
    const isMenuKey = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    // On the two other buttons Enter presses them.
    const act = event.key === "Enter" && button.className !== "pick" ? undefined : actOfKey(event, Number(row.dataset.message));
    if (isMenuKey) this.#openMenu(row);
    else if (act) this.#doings.act(act);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {HTMLElement} row
   * @param {{ x: number, y: number }} [at]
   */
  #openMenu(row, at) {
    const more = /** @type {HTMLElement} */ (row.children[2]);
    const { left, bottom } = more.getBoundingClientRect();
    this.#doings.openMenu({ kind: "message", id: Number(row.dataset.message) }, at ?? { x: left, y: bottom }, more);
  }
}

/** @param {string} name */
function makeBox(name) {
  const box = html("section", { class: "inbox", "aria-label": `To ${name}` });
  box.append(html("h4"), html("ol"), html("p", { class: "none" }));
  return box;
}

/** @param {FlightView} message */
function makeRow({ id, from, kind, text, to }) {
  const row = html("li", { "data-message": id });
  const pick = html("button", { class: "pick", type: "button", title: `${text}\nEnter or D: deliver. X: drop. 2: duplicate. H: hold.` });
  const head = html("span", { class: "sender" });
  head.append(html("strong", {}, kind), ` from ${from}`);
  pick.append(head, html("span", { class: "said" }, short(text, SHOWN_LETTERS)), html("span", { class: "due" }));
  const deliver = html("button", { class: "deliver", type: "button", title: "Let its receiver have it next" }, "Deliver");
  deliver.append(html("span", { class: "hidden-text" }, ` message ${id} to ${to}`));
  const more = html("button", {
    class: "more", type: "button", "aria-haspopup": "menu", "aria-label": `More to do with message ${id}`, title: "Drop, duplicate, hold",
  }, "⋯");
  row.append(pick, deliver, more);
  return row;
}

/**
 * @param {FlightView} message
 * @param {boolean} timed
 */
function facts({ id, due_ms, copy_of, lost, ready }, timed) {
  const words = [`message ${id}`];
  if (timed) words.push(`due at ${due_ms} ms`);
  if (copy_of !== undefined) words.push(`a copy of ${copy_of}`);
  if (lost) words.push("✕ will be lost");
  if (!ready) words.push("waits");
  return words.join(" · ");
}

/** @param {Snapshot} snapshot */
function emptyWords({ messages, in_flight }) {
  if (in_flight === 0) return "Nothing is on its way.";
  return messages.length < in_flight ? `And ${in_flight - messages.length} more are on their way.` : "";
}

/** @param {EventTarget | null} target */
function rowAt(target) {
  return target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest("li[data-message]")) : null;
}

/**
 * Nodes first, then clients, by number.
 * @param {string} one
 * @param {string} other
 */
function byName(one, other) {
  const [kind, id] = one.split(" ");
  const [otherKind, otherId] = other.split(" ");
  return otherKind.localeCompare(kind) || Number(id) - Number(otherId);
}
