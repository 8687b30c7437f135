// @ts-check
// What is selected, and what can be done with it.
import { commonVerbs, verbsOf } from "../deeds.js";
import { disable, find, html, place, write } from "../dom.js";
import { lackOf, usual } from "../verbs.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../emulation.js").Selection} Selection
 * @typedef {import("../verbs.js").Verb} Verb
 * @typedef {{
 *   act(sentence: string): unknown,
 *   refusal(sentence: string): string | undefined,
 *   select(selection: Selection | null): void,
 *   say(text: string): void,
 * }} Doings
 * @typedef {{
 *   element: HTMLElement, button: HTMLElement, field?: HTMLInputElement | HTMLSelectElement, read(): string, verb: Verb
 * }} Control
 */

export class Panel {
  #element;
  #doings;
  /** @type {Control[]} */
  #controls = [];
  #common;
  /** Picks anybody by name, however small they are in the picture. @type {HTMLSelectElement} */
  #picked;

  /**
   * @param {HTMLElement} element
   * @param {Doings} doings
   */
  constructor(element, doings) {
    this.#element = element;
    this.#doings = doings;
    this.#common = commonVerbs().map((verb) => this.#control(verb));
    this.#picked = find(".picked select", element);
    this.#picked.addEventListener("change", () => {
      const { value: process } = this.#picked;
      doings.select(process ? { kind: "process", process } : null);
    });
    find(".common", element).append(...this.#common.map((control) => control.element));
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    const { selection } = snapshot;
    const { title, facts } = about(selection, snapshot);
    write(find("h3", this.#element), title);
    write(find(".facts", this.#element), facts);
    this.#offer(snapshot);
    const isThere = selection?.kind !== "message" || snapshot.messages.some(({ id }) => id === selection.id);
    const verbs = isThere ? verbsOf(selection, snapshot) : [];
    this.#make(verbs);
    // Why something cannot be done changes with every step: it is asked when there is time to read it.
    if (snapshot.running) return;
    for (const [at, { title }] of commonVerbs(snapshot.leader).entries()) this.#common[at].button.dataset.title = title;
    for (const control of [...this.#controls, ...this.#common]) this.#judge(control);
  }

  /**
   * Offers everybody there is, and shows who is selected.
   * @param {Snapshot} snapshot
   */
  #offer({ nodes, clients, selection }) {
    const names = [...nodes.map(({ id }) => `node ${id}`), ...clients.map(({ id }) => `client ${id}`)];
    const [first, ...others] = this.#picked.options;
    if (names.length !== others.length || names.some((name, place) => others[place].value !== name)) {
      this.#picked.replaceChildren(first, ...names.map((name) => html("option", { value: name }, name)));
    }
    this.#picked.value = selection?.kind === "process" && names.includes(selection.process) ? selection.process : "";
  }

  /**
   * Turns to the control of a verb, so that the rest of what it needs is chosen there.
   * @param {string} name
   */
  choose(name) {
    const control = this.#controls.find(({ verb }) => verb.name === name);
    control?.element.scrollIntoView({ block: "nearest" });
    control?.element.querySelector("select")?.focus();
  }

  /**
   * Makes the controls that do not stand there yet: those that do keep what is being typed, and the focus.
   * @param {Verb[]} verbs
   */
  #make(verbs) {
    const former = this.#controls;
    const focused = document.activeElement;
    this.#controls = verbs.map((verb) => {
      const same = former.find((control) => keyOf(control.verb) === keyOf(verb));
      return same ?? this.#control(verb, former.find((control) => sentenceOf(control.verb) === sentenceOf(verb))?.read());
    });
    if (former.length === verbs.length && former.every((control, at) => control === this.#controls[at])) return;
    const before = former.find(({ element }) => element.contains(focused));
    place(find(".verbs", this.#element), this.#controls.map(({ element }) => element));
    if (!before || document.activeElement === focused) return;
    const heir = this.#controls.find(({ verb }) => verb.name === before.verb.name);
    const part = before.field === focused ? heir?.field : heir?.button;
    /** @type {HTMLElement} */ (part ?? heir?.button ?? find("h3", this.#element)).focus({ preventScroll: true });
  }

  /**
   * @param {Verb} verb
   * @param {string} [former] what its input held
   * @returns {Control}
   */
  #control(verb, former) {
    const { name, words, title, input } = verb;
    const button = html("button", { type: "button", title }, words);
    const element = html("span", { class: "verb", "data-verb": name });
    element.append(button);
    const field = input && (input.kind === "number" ? numberField(input, words) : choiceField(input, words));
    if (input && field) {
      field.value = former ?? usual(verb);
      element.append(field);
      if (input.kind === "number") element.append(html("span", {}, input.unit));
      if (input.kind === "choice" && field.value === "") field.value = usual(verb);
    }
    /** @type {Control} */
    const control = { element, button, field, verb, read: () => field?.value ?? "" };
    // What cannot be done is asked for all the same, so that the reason is told.
    button.addEventListener("click", () => {
      const lack = lackOf(verb);
      if (lack === undefined) this.#doings.act(verb.act(control.read()));
      else this.#doings.say(`Not done: ${lack}.`);
    });
    field?.addEventListener("input", () => this.#judge(control));
    return control;
  }

  /** @param {Control} control */
  #judge({ button, read, verb }) {
    const reason = lackOf(verb) ?? this.#doings.refusal(verb.act(read()));
    disable(button, reason !== undefined, reason ?? "");
  }
}

/** @param {Verb} verb */
function sentenceOf({ name, act }) {
  return `${name} ${act("")}`;
}

/**
 * All that a control is made from.
 * @param {Verb} verb
 */
function keyOf(verb) {
  return JSON.stringify([sentenceOf(verb), verb.words, verb.title, verb.input]);
}

/**
 * @param {import("../verbs.js").NumberInput} input
 * @param {string} words
 */
function numberField({ least, most, unit }, words) {
  const field = html("input", { type: "number", min: least, max: most, step: 1, "aria-label": `${words}: ${unit}` });
  return /** @type {HTMLInputElement} */ (field);
}

/**
 * @param {import("../verbs.js").ChoiceInput} input
 * @param {string} words
 */
function choiceField({ options, none }, words) {
  const field = /** @type {HTMLSelectElement} */ (html("select", { "aria-label": words }));
  field.append(...options.map(({ value, words }) => html("option", { value }, words)));
  if (options.length === 0) field.append(html("option", { value: "" }, none));
  return field;
}

/**
 * What is selected, in words.
 * @param {Selection | null} selection
 * @param {Snapshot} snapshot
 * @returns {{ title: string, facts: string }}
 */
function about(selection, snapshot) {
  if (selection?.kind === "message") return aboutMessage(selection.id, snapshot);
  if (selection?.kind !== "process") {
    return { title: "Pick a node, a client or a message", facts: "In the picture, or here: what can be done with it stands here then." };
  }
  if (selection.process === "main") {
    return { title: "main", facts: "It starts the nodes, the election and the clients. Nothing can be done to it." };
  }
  const title = `Pick what to do with ${selection.process}`;
  const [kind, id] = selection.process.split(" ");
  if (kind === "node") return { title, facts: nodeFacts(snapshot.nodes[Number(id) - 1], snapshot) };
  return { title, facts: clientFacts(snapshot.clients[Number(id) - 1], snapshot) };
}

/**
 * @param {number} id
 * @param {Snapshot} snapshot
 */
function aboutMessage(id, { messages, timed }) {
  const message = messages.find((one) => one.id === id);
  if (!message) return { title: `Message ${id}`, facts: "It is not in flight." };
  const { kind, from, to, text, sent_step, due_ms, lost, ready, copy_of } = message;
  const lines = [text, `Sent by ${from} in step ${sent_step}${timed ? `, due at ${due_ms} ms` : ""}.`];
  if (copy_of !== undefined) lines.push(`A copy of message ${copy_of}.`);
  if (lost) lines.push("The network will lose it before it arrives.");
  if (!ready) lines.push(`It waits until ${to} is free.`);
  return { title: `Pick what to do with message ${id}: ${kind} to ${to}`, facts: lines.join("\n") };
}

/**
 * @param {import("../../pkg/raft_kv.js").NodeView} node
 * @param {Snapshot} snapshot
 */
function nodeFacts(node, snapshot) {
  const { health, term, voted_for, leader, log_len, commit_index, last_applied } = node;
  const role = health.crashed ? "crashed" : node.started ? node.role : "not started";
  const words = [role, ...healthWords(health), `term ${term}`];
  words.push(voted_for ? `voted for node ${voted_for}` : "no vote given");
  if (leader) words.push(leader === node.id ? "leads" : `takes node ${leader} for the leader`);
  const log = `${log_len} ${log_len === 1 ? "entry" : "entries"}, ${commit_index} committed, ${last_applied} applied`;
  return [words.join(" · "), log, ...timerWords(node.timers, snapshot)].join("\n");
}

/**
 * @param {import("../../pkg/raft_kv.js").ClientView} client
 * @param {Snapshot} snapshot
 */
function clientFacts(client, snapshot) {
  const { health, answered, requests, waiting_for, target, heard } = client;
  const words = [...(health.crashed ? ["crashed"] : []), ...healthWords(health), `${answered} of ${requests} answered`];
  const lines = [words.join(" · ")];
  if (waiting_for !== undefined) lines.push(`waits for: ${waiting_for}${target ? `, from node ${target}` : ""}`);
  if (heard !== undefined) lines.push(`heard last: ${heard}`);
  return [...lines, ...timerWords(client.timers, snapshot)].join("\n");
}

/** @param {import("../../pkg/raft_kv.js").HealthView} health */
function healthWords({ paused, doomed, clock }) {
  const words = paused ? ["paused"] : [];
  if (doomed) words.push("will crash midway");
  if (clock !== 100) words.push(`clock at ${clock} %`);
  return words;
}

/**
 * @param {{ name: string, due_ms: number }[]} timers
 * @param {Snapshot} snapshot
 */
function timerWords(timers, { time_ms }) {
  if (timers.length === 0) return [];
  return [timers.map(({ name, due_ms }) => `${name} timer: ${Math.max(0, due_ms - time_ms)} ms left`).join(" · ")];
}
