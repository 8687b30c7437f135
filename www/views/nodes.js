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
  const old = new Map([...element.children].map((child) => [/** @type {HTMLElement} */ (child).dataset.content, child]));
  const cards = snapshot.nodes.map((node) => {
    const isActor = snapshot.actor === `node ${node.id}`;
    const content = JSON.stringify([node, isActor]);
    const known = old.get(content);
    if (known) return known;
    const made = card(node, isActor);
    made.dataset.content = content;
    return made;
  });
  const isSame = cards.length === element.children.length && cards.every((made, place) => made === element.children[place]);
  if (!isSame) element.replaceChildren(...cards);
}

/**
 * @param {NodeView} node
 * @param {boolean} isActor
 */
function card(node, isActor) {
  const article = html("article", { class: isActor ? "card actor" : "card" });
  const title = html("h3", {}, `node ${node.id} `);
  const role = node.started ? `${node.role === "leader" ? "★ " : ""}${node.role}` : "not started";
  title.append(html("span", { class: `badge ${termClass(node.term)}` }, `term ${node.term}`), ` ${role}`);
  article.append(title, log(node), facts(node), store(node));
  return article;
}

/** @param {NodeView} node */
function log(node) {
  const list = html("ol", { class: "log", "aria-label": `log of node ${node.id}` });
  const hidden = node.log_len - node.entries.length;
  if (node.log_len === 0) list.append(html("li", { class: "none" }, "empty log"));
  if (hidden > 0) list.append(html("li", { class: "none" }, `${hidden} more`));
  for (const { index, term, command } of node.entries) {
    const committed = index <= node.commit_index;
    const title = `index ${index}, term ${term}: ${command} (${committed ? "committed" : "not committed"})`;
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
