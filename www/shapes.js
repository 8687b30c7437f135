// @ts-check
// What the core draws of the space-time diagram, as elements of the page, and the names above its lanes.
import { svg, termClass } from "./dom.js";

/**
 * @typedef {import("./emulation.js").Snapshot} Snapshot
 * @typedef {import("../pkg/raft_kv.js").DiagramRow} Row
 * @typedef {import("../pkg/raft_kv.js").Shape} Shape
 */

/**
 * Behind what a row shows: what is clicked on to go to its step, or to open it.
 * @param {Row} row
 * @param {number} width
 */
export function band({ step, y, height, text, fold }, width) {
  const element = svg("rect", { class: "row", x: 0, y, width, height, "data-step": step });
  if (fold) element.setAttribute("data-fold", String(fold.first));
  element.append(svg("title", {}, fold ? `${text} (click to ${fold.open ? "fold" : "show"} them)` : text));
  return element;
}

/**
 * A shape as it is drawn; around an arrow, as much room as a finger needs.
 * @param {Shape} shape
 */
function drawn({ tag, class: name, at, text, title, step, message, sent, process }) {
  const isArrow = tag === "line" && message !== undefined;
  return (isArrow ? [`hit`, name] : [name]).map((name) => {
    const element = svg(tag, { class: name, ...at }, text);
    if (step !== undefined) element.setAttribute("data-step", String(step));
    if (message !== undefined) element.setAttribute("data-message", String(message));
    if (sent !== undefined) element.setAttribute("data-sent", String(sent));
    if (process !== undefined) element.setAttribute("data-process", process);
    if (title !== undefined) element.append(svg("title", {}, title));
    return element;
  });
}

/**
 * All shapes as they are drawn, in an order in which each arrow can be picked: the room for fingers lies below all that is
 * seen, and of arrows along one line those that end first lie above the longer ones.
 * @param {Shape[]} shapes
 */
export function arranged(shapes) {
  const elements = shapes.flatMap(drawn);
  const isRoom = (/** @type {Element} */ { classList }) => classList.contains("hit");
  const isArrow = (/** @type {Element} */ { classList }) => classList.contains("arrow");
  const arrows = elements.filter(isArrow);
  const seen = elements.filter((element) => !isRoom(element)).map((element) => (isArrow(element) ? (arrows.pop() ?? element) : element));
  return [...elements.filter(isRoom).reverse(), ...seen];
}

/**
 * The name above a lane, with what its process is now.
 * @param {HTMLElement} head
 * @param {string} process
 * @param {number} x
 * @param {Snapshot} snapshot
 */
export function drawHead(head, process, x, { nodes, clients, selection }) {
  const id = Number(process.split(" ")[1]);
  const node = process.startsWith("node") ? nodes.find((node) => node.id === id) : undefined;
  const crashed = (node ?? clients.find((client) => client.id === id))?.health.crashed;
  const sign = crashed ? "✕ " : node?.role === "leader" ? "★ " : "";
  const isChosen = selection?.kind === "process" && selection.process === process;
  const words = [process, ...(node ? [crashed ? "crashed" : node.role, `term ${node.term}`] : crashed ? ["crashed"] : [])].join(", ");
  const key = `${words} ${x} ${isChosen}`;
  if (head.dataset.key === key) return;
  head.dataset.key = key;
  head.dataset.process = process;
  head.className = node ? `node ${termClass(node.term)}` : "client";
  head.style.left = `${x}px`;
  head.setAttribute("aria-label", words);
  head.setAttribute("aria-pressed", String(isChosen));
  head.title = words;
  head.textContent = `${sign}${node ? id : process.startsWith("client") ? `c${id}` : process}`;
}
