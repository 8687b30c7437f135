// @ts-check
// Where everything stands in the picture of the cluster: nodes on a ring, clients outside it, messages on their way.

/**
 * @typedef {import("./emulation.js").Snapshot} Snapshot
 * @typedef {import("../pkg/raft_kv.js").FlightView} FlightView
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ at: Point, from: Point, angle: number }} Travel
 */

/** The picture's width and height, in its own units. */
export const SIZE = 452;
export const CENTRE = { x: SIZE / 2, y: SIZE / 2 - 4 };
const MAIN = { x: 30, y: 24 };
const RING = 116;
/** Where nodes are too small for words, they stand farther out. */
const [WIDE_RING, CROWD] = [134, 30];
const OUTER = 196;
const LARGEST_NODE = 29;
/** The ring of a node's timer is so much wider than the node. */
export const ARC_GAP = 6;
/** A message that answers another passes it at twice this distance. */
const ASIDE = 8;
/** The size of words where the picture is large, and where it is small; the least at which they can be read, in pixels. */
const [WORDS, LARGEST_WORDS, READ_PX] = [11, 16.5, 10.1];
/** Messages keep so much of the way free in front of who sends and who receives. */
const GAP = 5;

/** All nodes and clients by name. @param {Snapshot} snapshot */
export function everybody({ nodes, clients }) {
  return [...nodes.map(({ id }) => `node ${id}`), ...clients.map(({ id }) => `client ${id}`)];
}

/**
 * Where a process stands.
 * @param {string} process
 * @param {Snapshot} snapshot
 * @returns {Point}
 */
export function place(process, { nodes, clients }) {
  const [kind, id] = process.split(" ");
  // In the corner, where nothing passes but what it sends.
  if (kind === "main") return MAIN;
  const isNode = kind === "node";
  const count = isNode ? nodes.length : clients.length;
  const turn = isNode ? (Number(id) - 1) / count : (Number(id) - 1) / count + firstClient(nodes.length, count);
  const radius = isNode ? (count === 1 ? 0 : ringRadius(count)) : OUTER;
  const angle = turn * 2 * Math.PI;
  return { x: CENTRE.x + radius * Math.sin(angle), y: CENTRE.y - radius * Math.cos(angle) };
}

/**
 * How far around the first client stands: clients are spread evenly, and keep as far from standing right behind a node as that
 * allows.
 * @param {number} nodes how many there are
 * @param {number} clients how many there are
 */
function firstClient(nodes, clients) {
  let [whole, part] = [nodes, clients];
  while (part > 0) [whole, part] = [part, whole % part];
  // Nodes and clients together stand at turns that are multiples of this, apart from where the clients begin.
  const least = whole / (nodes * clients);
  return (Math.floor(0.5 / clients / least) + 0.5) * least;
}

/**
 * How large words are in the picture, in its own units, so that they can be read however large it is drawn.
 * @param {Element} picture
 */
export function wordsIn(picture) {
  const { width, height } = picture.getBoundingClientRect();
  const scale = Math.min(width, height) / SIZE;
  return scale > 0 ? Math.min(LARGEST_WORDS, Math.max(WORDS, READ_PX / scale + 0.5)) : WORDS;
}

/** What a side of a partition is called. @param {number} side its place in the list of sides */
export function sideName(side) {
  return `side ${String.fromCharCode(65 + (side % 26))}`;
}

/** Whether a node's role stands above it: on the side where the fewest messages pass. @param {Point} node */
export function isRoleAbove({ y }) {
  return y < CENTRE.y - 1;
}

/** Whether a client's words stand above it: away from the nodes, unless that is beyond the picture. @param {Point} client */
export function areWordsAbove({ y }) {
  return y < CENTRE.y && y > 2 * LARGEST_NODE;
}

/** @param {number} count how many nodes there are */
function ringRadius(count) {
  return count > CROWD ? WIDE_RING : RING;
}

/** @param {Snapshot} snapshot */
export function nodeRadius({ nodes }) {
  const room = (2 * Math.PI * ringRadius(nodes.length)) / nodes.length;
  return Math.max(2.5, Math.min(LARGEST_NODE, room * 0.35));
}

/** Half the width of a client. @param {Snapshot} snapshot */
export function clientRadius({ clients }) {
  const room = (2 * Math.PI * OUTER) / Math.max(1, clients.length);
  return Math.max(1.5, Math.min(20, room * 0.35));
}

/** @param {Snapshot} snapshot */
export function messageRadius(snapshot) {
  return Math.max(2.5, Math.min(6.5, nodeRadius(snapshot) * 0.25));
}

/**
 * How far a process reaches, its timer's ring included.
 * @param {string} process
 * @param {Snapshot} snapshot
 */
export function reach(process, snapshot) {
  if (process.startsWith("node")) return nodeRadius(snapshot) + ARC_GAP + 2;
  return process === "main" ? 18 : clientRadius(snapshot);
}

/**
 * Where messages are on their way, by their numbers: by virtual time where messages take any, else spread out in order.
 * Those of one link keep clear of each other.
 * @param {FlightView[]} messages
 * @param {Snapshot} snapshot
 * @returns {Map<number, Travel>}
 */
export function travels(messages, snapshot) {
  /** @type {Map<string, FlightView[]>} */
  const links = new Map();
  for (const message of messages) {
    const link = `${message.from}>${message.to}`;
    const others = links.get(link);
    if (others) others.push(message);
    else links.set(link, [message]);
  }
  /** @type {Map<number, Travel>} */
  const found = new Map();
  for (const link of links.values()) {
    const way = wayOf(link[0], snapshot);
    const room = (2 * messageRadius(snapshot) + 3) / way.length;
    const parts = spread(link, snapshot, Math.min(room, 1 / link.length));
    for (const [order, { id }] of link.entries()) found.set(id, pointOn(way, parts[order]));
  }
  return found;
}

/**
 * The part of a link that its messages travel: a little to the right of the straight line, so that answers pass requests.
 * @param {FlightView} message
 * @param {Snapshot} snapshot
 */
function wayOf({ from, to }, snapshot) {
  const [start, end] = [place(from, snapshot), place(to, snapshot)];
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  if (from === to) {
    // What somebody sends to itself stands beside it, and points to it.
    const origin = { x: start.x + reach(from, snapshot) + messageRadius(snapshot) + 2 * GAP, y: start.y };
    return { origin, ux: -1, uy: 0, length: 1 };
  }
  const whole = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / whole, dy / whole];
  const free = messageRadius(snapshot) + GAP;
  const [near, far] = [reach(from, snapshot) + free, reach(to, snapshot) + free];
  // Between those that stand close to each other there is one place, which covers neither.
  const first = Math.min(near, (whole * near) / (near + far));
  const last = Math.max(whole - far, first);
  const aside = ASIDE * Math.min(1, nodeRadius(snapshot) / LARGEST_NODE + 0.3);
  const origin = { x: start.x + ux * first - uy * aside, y: start.y + uy * first + ux * aside };
  return { origin, ux, uy, length: Math.max(1, last - first) };
}

/**
 * @param {ReturnType<typeof wayOf>} way
 * @param {number} part
 * @returns {Travel}
 */
function pointOn({ origin, ux, uy, length }, part) {
  const at = { x: origin.x + ux * length * part, y: origin.y + uy * length * part };
  return { at, from: origin, angle: (Math.atan2(uy, ux) * 180) / Math.PI };
}

/**
 * What part of the way each message of a link has behind it, the one that arrives first in front.
 * @param {FlightView[]} link in the order in which they arrive
 * @param {Snapshot} snapshot
 * @param {number} room the least distance between two of them
 */
function spread(link, { timed, time_ms }, room) {
  const wanted = link.map(({ ready, sent_ms, due_ms }, order) => {
    if (!timed) return (ready ? 0.6 : 0.7) - 0.24 * order;
    return (time_ms - sent_ms) / Math.max(1, due_ms - sent_ms);
  });
  const parts = wanted.map((part) => Math.min(1, Math.max(0, part)));
  for (let order = 1; order < parts.length; order++) parts[order] = Math.min(parts[order], parts[order - 1] - room);
  // Who was pushed back behind the start pushes the others forward again.
  let least = 0;
  for (let order = parts.length - 1; order >= 0; order--) {
    parts[order] = Math.max(parts[order], least);
    least = parts[order] + room;
  }
  return parts;
}

/**
 * The sides that the cut links part the nodes into, and on which of them each client is: those of whom one
 * still reaches the other are on one side. None if that is everybody.
 * @param {Snapshot} snapshot
 * @returns {string[][]} the names of each side's processes, the one with the first node first
 */
export function sides({ nodes, clients, cuts }) {
  if (cuts.length === 0) return [];
  const cut = new Set(cuts.map(([from, to]) => `${from}>${to}`));
  /** @param {string} one @param {string} other */
  const meet = (one, other) => !cut.has(`${one}>${other}`) || !cut.has(`${other}>${one}`);
  const left = new Set(nodes.map(({ id }) => `node ${id}`));
  /** @type {string[][]} */
  const found = [];
  for (const first of left) {
    const side = [first];
    left.delete(first);
    for (const member of side) {
      for (const other of left) {
        if (!meet(member, other)) continue;
        left.delete(other);
        side.push(other);
      }
    }
    found.push(side);
  }
  if (found.length === 1) return [];
  for (const { id } of clients) {
    const name = `client ${id}`;
    const reached = found.filter((side) => side.some((member) => member.startsWith("node") && meet(name, member)));
    if (reached.length === 1) reached[0].push(name);
  }
  return found;
}

/**
 * Whether the nodes of a side stand next to each other on the ring, so that nobody else stands in its region.
 * @param {string[]} side
 * @param {Snapshot} snapshot
 */
export function isArc(side, { nodes }) {
  const isIn = nodes.map(({ id }) => side.includes(`node ${id}`));
  return isIn.filter((member, at) => member !== isIn[(at + 1) % isIn.length]).length <= 2;
}

/**
 * The path around the nodes of a side.
 * @param {string[]} side
 * @param {Snapshot} snapshot
 */
export function outline(side, snapshot) {
  const corners = snapshot.nodes.map(({ id }) => `node ${id}`).filter((node) => side.includes(node));
  const points = corners.map((node) => round(place(node, snapshot)));
  return points.length === 1 ? `M${points[0]}h.01` : `M${points.join("L")}Z`;
}

/** A point as paths write it. @param {Point} point */
export function round({ x, y }) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
