// @ts-check
// A card a node: role, term, log, commit index and store.
import { html, termClass } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../../pkg/raft_kv.js").NodeView} NodeView
 */

/**
 * @param {Element} element
 * @param {Snapshot} snapshot
 */
export function renderNodes(element, snapshot) {
  while (element.children.length > snapshot.nodes.length) element.lastElementChild?.remove();
  for (const node of snapshot.nodes) {
    const card = /** @type {HTMLElement} */ (element.children[node.id - 1] ?? element.appendChild(emptyCard(node.id)));
    const isActor = snapshot.actor === `node ${node.id}`;
    const content = JSON.stringify([node, isActor]);
    if (card.dataset.content === content) continue;
    card.dataset.content = content;
    card.className = `card${isActor ? " actor" : ""}${node.health.crashed ? " crashed" : ""}`;
    card.children[0].replaceChildren(title(node), log(node), facts(node), store(node));
    const [life, motion] = card.children[1].children;
    show(life, node.health.crashed ? "restart" : "crash", node.id);
    show(motion, node.health.paused ? "resume" : "pause", node.id);
  }
}

/**
 * The buttons of a card stay as long as it does, so that they can be pressed, and keep the focus, while the run goes on.
 * @param {number} id
 */
function emptyCard(id) {
  const card = html("article", { class: "card" });
  const keys = html("div", { class: "keys" });
  keys.append(...["", ""].map(() => html("button", { "data-process": `node ${id}` })));
  card.append(html("div"), keys);
  return card;
}

/**
 * @param {Element} button
 * @param {string} act
 * @param {number} id
 */
function show(button, act, id) {
  /** @type {HTMLElement} */ (button).dataset.act = act;
  button.replaceChildren(act[0].toUpperCase() + act.slice(1), html("span", { class: "hidden-text" }, ` node ${id}`));
}

/** @param {NodeView} node */
function title({ id, term, started, role, health }) {
  const words = [started ? `${role === "leader" ? "★ " : ""}${role}` : "not started"];
  if (health.crashed) words[0] = "✕ crashed";
  if (health.paused) words.push("paused");
  if (health.doomed) words.push("will crash midway");
  if (health.clock !== 100) words.push(`clock at ${health.clock} %`);
  const heading = html("h3", {}, `node ${id} `);
  heading.append(html("span", { class: `badge ${termClass(term)}` }, `term ${term}`), ` ${words.join(", ")}`);
  return heading;
}

/** @param {NodeView} node */
function log(node) {
  const list = html("ol", { class: "log", "aria-label": `log of node ${node.id}` });
  const hidden = node.log_len - node.entries.length;
  if (node.log_len === 0) list.append(html("li", { class: "none" }, "empty log"));
  if (hidden > 0) list.append(html("li", { class: "none" }, `${hidden} more`));
  for (const { index, term, command = "no-op" } of node.entries) {
    const committed = index <= node.commit_index;
    const title = `index ${index}, term ${term}: ${command} (${committed ? "committed" : "not known here to be committed"})`;
    const item = html("li", { class: `entry ${termClass(term)}${committed ? "" : " open"}`, title });
    item.append(html("small", {}, String(index)), ` ${command}`);
    list.append(item);
  }
  return list;
}

/** @param {NodeView} node */
function facts(node) {
  const vote = node.voted_for === undefined ? "no vote" : `voted for ${node.voted_for}`;
  const waits = node.awaits === undefined ? "" : `, waits for node ${node.awaits}`;
  const lines = [`commit ${node.commit_index}, applied ${node.last_applied}`, `${vote}${waits}`];
  return html("p", { class: "facts" }, lines.join("\n"));
}

/** @param {NodeView} node */
function store(node) {
  const list = html("ul", { class: "store", "aria-label": `store of node ${node.id}` });
  if (node.store_len === 0) list.append(html("li", { class: "none" }, "empty store"));
  for (const [key, value] of node.store) {
    const pair = `${key} = ${value}`;
    list.append(html("li", { title: pair }, pair));
  }
  const hidden = node.store_len - node.store.length;
  if (hidden > 0) list.append(html("li", { class: "none" }, `${hidden} more`));
  return list;
}
