// @ts-check
// A line a client: what it waits for, and how many answers it has.
import { html } from "../dom.js";

/** @typedef {import("../emulation.js").Snapshot} Snapshot */

/** More clients than this are counted, not listed. */
const LISTED = 60;

/**
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderClients(element, snapshot) {
  const lines = snapshot.clients.slice(0, LISTED).map((client) => {
    const line = html("li", { class: snapshot.actor === `client ${client.id}` ? "actor" : "" });
    const { crashed, paused } = client.health;
    const health = crashed ? "✕ crashed, " : paused ? "paused, " : "";
    const state = !client.started
      ? "not started"
      : client.waiting_for !== undefined
        ? `waits for: ${client.waiting_for}`
        : client.answered === client.requests
          ? "finished"
          : "ready";
    const progress = html("span", { class: "progress" }, `${client.answered} of ${client.requests} answered`);
    const waits = html("span", { class: "waits", title: health + state }, health + state);
    line.append(html("strong", {}, `client ${client.id}`), progress, waits);
    return line;
  });
  const hidden = snapshot.clients.length - lines.length;
  if (hidden > 0) lines.push(html("li", { class: "none" }, `and ${hidden} more`));
  if (snapshot.clients.length === 0) lines.push(html("li", { class: "none" }, "no clients"));
  element.replaceChildren(...lines);
}
