// @ts-check
// The cluster: nodes on a ring, clients outside it, and each message on the line between sender and receiver.
import { svg, termClass, write } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../../pkg/raft_kv.js").FlightView} FlightView
 * @typedef {{ x: number, y: number }} Point
 */

const CENTRE = { x: 240, y: 233 };
const RING = 128;
const OUTER = 205;
/** If more messages than this are in flight, only the next one carries words. */
const LABELLED = 3;
/** More cut links than this are not drawn. */
const DRAWN_CUTS = 500;

/** The group of each process, by the picture that it is in. @type {WeakMap<Element, Map<string | undefined, SVGElement>>} */
const groups = new WeakMap();

/**
 * @param {SVGElement} element
 * @param {Snapshot} snapshot
 */
export function renderCluster(element, snapshot) {
  const shape = `${snapshot.nodes.length},${snapshot.clients.length}`;
  if (element.dataset.shape !== shape) {
    element.dataset.shape = shape;
    const made = [...places(snapshot)];
    groups.set(element, new Map(made.map((group) => [group.dataset.process, group])));
    element.replaceChildren(svg("g", { class: "links" }), ...made, svg("g", { class: "messages" }));
  }
  for (const node of snapshot.nodes) {
    const group = groupOf(element, `node ${node.id}`);
    const role = node.health.crashed ? "crashed" : node.started ? node.role : "not started";
    const pause = node.health.paused ? ", paused" : "";
    group.setAttribute("class", `node ${role.replace(" ", "-")} ${termClass(node.term)}`);
    group.classList.toggle("paused", node.health.paused);
    group.classList.toggle("actor", snapshot.actor === `node ${node.id}`);
    write(part(group, ".term"), `term ${node.term}`);
    write(part(group, ".role"), `${role === "leader" ? "★ " : role === "crashed" ? "✕ " : ""}${role}${pause}`);
    write(part(group, "title"), `node ${node.id}: ${role}${pause}, term ${node.term}, ${node.log_len} entries`);
  }
  for (const client of snapshot.clients) {
    const group = groupOf(element, `client ${client.id}`);
    group.classList.toggle("actor", snapshot.actor === `client ${client.id}`);
    write(part(group, "title"), `client ${client.id}: ${client.answered} of ${client.requests} answered`);
  }
  const main = groupOf(element, "main");
  main.classList.toggle("actor", snapshot.actor === "main");
  main.classList.toggle("busy", snapshot.messages.some(({ from, to }) => from === "main" || to === "main"));
  drawMessages(element, snapshot);
}

/**
 * @param {Element} element
 * @param {string} process
 */
function groupOf(element, process) {
  return /** @type {SVGElement} */ (groups.get(element)?.get(process));
}

/**
 * @param {Element} group
 * @param {string} selector
 */
function part(group, selector) {
  return /** @type {Element} */ (group.querySelector(selector));
}

/**
 * Where a process stands.
 * @param {string} process
 * @param {Snapshot} snapshot
 * @returns {Point}
 */
function place(process, snapshot) {
  const [kind, id] = process.split(" ");
  if (kind === "main") return snapshot.nodes.length === 1 ? { x: 40, y: 30 } : CENTRE;
  const isNode = kind === "node";
  const count = isNode ? snapshot.nodes.length : snapshot.clients.length;
  // Clients stand a little aside, so that what they send to node 1 does not cross main.
  const turn = isNode ? (Number(id) - 1) / count : (Number(id) - 0.5) / count + 0.035;
  const radius = isNode ? (count === 1 ? 0 : RING) : OUTER;
  const angle = turn * 2 * Math.PI;
  return { x: CENTRE.x + radius * Math.sin(angle), y: CENTRE.y - radius * Math.cos(angle) };
}

/** @param {Snapshot} snapshot */
function nodeRadius(snapshot) {
  const room = (2 * Math.PI * RING) / snapshot.nodes.length;
  return Math.max(2.5, Math.min(30, room * 0.4));
}

/** @param {Snapshot} snapshot */
function* places(snapshot) {
  const radius = nodeRadius(snapshot);
  for (const { id } of snapshot.nodes) {
    const group = at(place(`node ${id}`, snapshot), `node ${id}`);
    group.append(svg("circle", { r: radius }));
    if (radius > 9) group.append(svg("text", { class: "number", y: radius > 20 ? 0 : 4 }, String(id)));
    // Outside the ring, where no message passes.
    const isOnTop = Math.cos(((id - 1) / snapshot.nodes.length) * 2 * Math.PI) > 0.5;
    const roleY = isOnTop && snapshot.nodes.length > 1 ? -radius - 8 : radius + 15;
    group.append(svg("text", { class: "term", y: 15 }), svg("text", { class: "role", y: roleY }));
    group.dataset.small = String(radius < 25);
    yield group;
  }
  const step = (2 * Math.PI * OUTER) / Math.max(1, snapshot.clients.length);
  const half = Math.max(1, Math.min(19, step * 0.35));
  for (const { id } of snapshot.clients) {
    const group = at(place(`client ${id}`, snapshot), `client ${id}`);
    group.classList.add("client");
    group.append(svg("rect", { x: -half, y: -half * 0.6, width: 2 * half, height: 1.2 * half, rx: half * 0.35 }));
    if (half > 12) group.append(svg("text", { y: 4 }, `c${id}`));
    yield group;
  }
  const main = at(place("main", snapshot), "main");
  main.classList.add("client", "main");
  main.append(svg("rect", { x: -17, y: -11, width: 34, height: 22, rx: 6 }), svg("text", { y: 4 }, "main"));
  write(part(main, "title"), "main: starts the nodes, the election and the clients");
  yield main;
}

/**
 * @param {Point} point
 * @param {string} process
 */
function at({ x, y }, process) {
  const group = svg("g", { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "data-process": process });
  group.append(svg("title"));
  return /** @type {SVGElement} */ (group);
}

/**
 * @param {SVGElement} element
 * @param {Snapshot} snapshot
 */
function drawMessages(element, snapshot) {
  const layer = /** @type {SVGElement} */ (element.querySelector(".messages"));
  const links = /** @type {SVGElement} */ (element.querySelector(".links"));
  const travels = snapshot.isSlow;
  layer.classList.toggle("travels", travels);
  const isNear = Math.abs(snapshot.step - Number(layer.dataset.step ?? 0)) === 1;
  layer.dataset.step = String(snapshot.step);

  const old = new Map([...layer.children].map((child) => [/** @type {SVGElement} */ (child).dataset.id, child]));
  const pairs = new Map();
  const lines = snapshot.cuts.filter(isLink).slice(0, DRAWN_CUTS).map((cut) => cutLine(cut, snapshot));
  const next = snapshot.messages.find(({ ready }) => ready);
  for (const message of snapshot.messages) {
    const pair = `${message.from}>${message.to}`;
    const order = pairs.get(pair) ?? 0;
    pairs.set(pair, order + 1);
    const [from, to] = [place(message.from, snapshot), place(message.to, snapshot)];
    if (order === 0) lines.push(svg("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y }));
    const known = old.get(String(message.id));
    old.delete(String(message.id));
    const dot = /** @type {SVGElement} */ (known ?? makeMessage(message, Math.max(2, nodeRadius(snapshot) * 0.23)));
    dot.classList.toggle("waits", !message.ready);
    const target = between(from, to, snapshot.timed ? progress(message, snapshot) : queued(message, order));
    if (!known) {
      move(dot, travels && isNear ? from : target);
      layer.append(dot);
      if (travels && isNear) dot.getBoundingClientRect();
    }
    move(dot, target);
    dot.classList.toggle("quiet", snapshot.messages.length > LABELLED && message !== next);
    // Words stand on the side that faces away from the centre.
    dot.querySelector("text")?.setAttribute("y", target.y < CENTRE.y ? "-11" : "19");
  }
  links.replaceChildren(...lines);
  for (const [id, dot] of old) {
    const delivered = snapshot.delivered;
    if (travels && isNear && delivered && String(delivered.id) === id) {
      move(/** @type {SVGElement} */ (dot), place(delivered.to, snapshot));
      dot.classList.add("arrived");
      delete (/** @type {SVGElement} */ (dot).dataset.id);
      setTimeout(() => dot.remove(), 350);
    } else {
      dot.remove();
    }
  }
}

/**
 * Whether anything is ever sent on it: clients have nothing to say to each other.
 * @param {[string, string]} cut
 */
function isLink([sender, receiver]) {
  return sender.includes("node") || receiver.includes("node");
}

/**
 * Dashed, from the sender to where its messages are lost: a link that is cut both ways is dashed all along.
 * @param {[string, string]} cut
 * @param {Snapshot} snapshot
 */
function cutLine([sender, receiver], snapshot) {
  const [from, to] = [place(sender, snapshot), place(receiver, snapshot)];
  const family = `${sender} ${receiver}`.includes("client") ? "cut client" : "cut";
  return svg("line", { class: family, x1: from.x, y1: from.y, x2: (from.x + to.x) / 2, y2: (from.y + to.y) / 2 });
}

/**
 * How far a message is that waits in a queue of its pair.
 * @param {FlightView} message
 * @param {number} order
 */
function queued({ ready }, order) {
  return Math.max(0.25, (ready ? 0.58 : 0.66) - 0.22 * order);
}

/**
 * How far a message is that arrives at a time, seen against the one that arrives last.
 * @param {FlightView} message
 * @param {Snapshot} snapshot
 */
function progress({ due_ms }, { time_ms, messages }) {
  const longest = Math.max(1, ...messages.map((message) => message.due_ms - time_ms));
  return 0.62 - 0.32 * Math.min(1, Math.max(0, due_ms - time_ms) / longest);
}

/**
 * @param {FlightView} message
 * @param {number} radius
 */
function makeMessage({ id, from, to, kind, text, reply, due_ms }, radius) {
  const sides = `${from} ${to}`;
  const family = sides.includes("client") ? "of-client" : sides.includes("main") ? "of-main" : "of-node";
  const group = /** @type {SVGElement} */ (svg("g", { class: `message ${family}${reply ? " reply" : ""}` }));
  group.dataset.id = String(id);
  group.append(svg("title", {}, `message ${id}, ${kind} from ${from} to ${to}: ${text}, due at ${due_ms} ms`));
  const label = text.length > 24 ? `${text.slice(0, 23)}…` : text;
  group.append(svg("circle", { r: radius }), svg("text", {}, label));
  return group;
}

/**
 * A point on the way, a little to the right of it, so that answers pass requests.
 * @param {Point} from
 * @param {Point} to
 * @param {number} part
 */
function between(from, to, part) {
  if (from === to) return { x: from.x, y: from.y - 22 };
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  return { x: from.x + dx * part - (dy / length) * 8, y: from.y + dy * part + (dx / length) * 8 };
}

/**
 * @param {SVGElement} element
 * @param {Point} point
 */
function move(element, { x, y }) {
  element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
}
