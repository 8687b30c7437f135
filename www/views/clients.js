// @ts-check
// A line a client: what it waits for and from whom, what it heard last, and how many answers it has.
import { html } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../../pkg/raft_kv.js").ClientView} ClientView
 */

/** More clients than this are counted, not listed. */
const LISTED = 60;

/**
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderClients(element, snapshot) {
  const listed = snapshot.clients.slice(0, LISTED);
  const extra = Math.max(0, snapshot.clients.length - listed.length);
  for (const [at, client] of listed.entries()) {
    const line = element.children[at]?.firstElementChild?.tagName === "BUTTON" ? element.children[at] : makeLine(element, at);
    draw(/** @type {HTMLElement} */ (line), client, snapshot);
  }
  while (element.children.length > listed.length) element.lastElementChild?.remove();
  if (extra > 0 || listed.length === 0) {
    element.append(html("li", { class: "none" }, extra > 0 ? `and ${extra} more` : "no clients"));
  }
}

/**
 * @param {Element} element
 * @param {number} at
 */
function makeLine(element, at) {
  const line = html("li");
  line.append(html("button", { type: "button" }));
  const former = element.children[at];
  if (former) former.replaceWith(line);
  else element.append(line);
  return line;
}

/**
 * The button stays as long as its line does, so that it keeps the focus.
 * @param {HTMLElement} line
 * @param {ClientView} client
 * @param {Snapshot} snapshot
 */
function draw(line, client, { selection, actor }) {
  const name = `client ${client.id}`;
  const isSelected = selection?.kind === "process" && selection.process === name;
  const content = JSON.stringify([client, isSelected, actor === name]);
  if (line.dataset.content === content) return;
  line.dataset.content = content;
  line.className = actor === name ? "actor" : "";
  const button = /** @type {HTMLElement} */ (line.firstElementChild);
  button.dataset.process = name;
  button.setAttribute("aria-pressed", String(isSelected));
  const state = stateOf(client);
  const parts = [
    html("strong", {}, name),
    html("span", { class: "progress" }, `${client.answered} of ${client.requests} answered`),
    html("span", { class: "waits", title: state }, state),
  ];
  if (client.heard !== undefined) {
    const heard = `heard: ${client.heard}`;
    parts.push(html("span", { class: client.changed.includes("heard") ? "heard fresh" : "heard", title: heard }, heard));
  }
  button.replaceChildren(...parts);
}

/** @param {ClientView} client */
function stateOf({ health, started, waiting_for, target, answered, requests }) {
  const struck = health.crashed ? "✕ crashed, " : health.paused ? "❚❚ paused, " : "";
  if (!started) return `${struck}not started`;
  if (waiting_for !== undefined) return `${struck}waits for: ${waiting_for}${target ? ` from node ${target}` : ""}`;
  return struck + (answered === requests ? "finished" : "ready");
}
