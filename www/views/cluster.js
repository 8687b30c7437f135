// @ts-check
// The places of the cluster: nodes on a ring, clients outside it, links that are cut and the sides that they make.
// Colours, rings and dots mean what they mean in RaftScope.
import { activeBeside, short, svg, termClass, write } from "../dom.js";
import { ARC_GAP, areWordsAbove, CENTRE, clientRadius, isArc, isRoleAbove, nodeRadius, outline, place, round, sides, SIZE } from "../ring.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../../pkg/raft_kv.js").NodeView} NodeView
 * @typedef {import("../../pkg/raft_kv.js").ClientView} ClientView
 * @typedef {import("../ring.js").Point} Point
 */

/** More cut links than this are not drawn. */
const DRAWN_CUTS = 500;
/** More votes than this are counted, not drawn. */
const DRAWN_VOTES = 8;
/** Longer words at a client are cut off; they stand in its title. */
const SHOWN_WORDS = 16;
/** So many stand beside a client at the picture's edge, where nodes are near. */
const EDGE_WORDS = 12;
/** Longer words are not read out in full. */
const SPOKEN_LETTERS = 400;
/** Half the room that a finger needs. */
const TOUCH = 19;
/** In a larger cluster only those who are no plain followers have their role written beside them. */
const FEW = 6;
/** In a smaller node there is room for its number alone. */
const SPACIOUS = 24;
const LEGIBLE = 9;
/** Who leads or stands for election is so large at least; a plain node may be a dot. */
const NOTABLE = 6;

const VOTES = {
  granted: "has granted its vote",
  coming: "has granted its vote, which is still on its way",
  none: "has not answered",
  refused: "has refused",
};

export class Cluster {
  /** @type {Map<string, SVGElement>} */
  #groups = new Map();
  #shape = "";
  #sides = /** @type {SVGElement} */ (svg("g", { class: "sides" }));
  #cuts = ["cut", "cut of-client", "cut ends"].map((kind) => svg("path", { class: kind }));
  #places = svg("g");
  /** The words beside the nodes stand above all nodes: where it is crowded, none hides another's. */
  #roles = svg("g");

  /** @param {Element} picture */
  constructor(picture) {
    picture.setAttribute("viewBox", `0 0 ${SIZE} ${SIZE}`);
    picture.replaceChildren(this.#sides, ...this.#cuts, this.#places, this.#roles);
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    const shape = `${snapshot.nodes.length},${snapshot.clients.length}`;
    if (this.#shape !== shape) this.#lay(snapshot, shape);
    const parted = sides(snapshot);
    const side = new Map(parted.flatMap((members, at) => members.map((name) => [name, `side ${String.fromCharCode(65 + (at % 26))}`])));
    const { selection } = snapshot;
    const selected = selection?.kind === "process" ? selection.process : undefined;
    for (const node of snapshot.nodes) {
      const group = this.#mark(`node ${node.id}`, snapshot, selected, side);
      drawNode(group, this.#roles.children[node.id - 1], node, snapshot, side);
    }
    for (const client of snapshot.clients) {
      const group = this.#mark(`client ${client.id}`, snapshot, selected, side);
      drawClient(group, client, side);
    }
    const main = /** @type {SVGElement} */ (this.#groups.get("main"));
    main.classList.toggle("actor", snapshot.actor === "main");
    main.classList.toggle("busy", snapshot.messages.some(({ from, to }) => from === "main" || to === "main"));
    this.#drawLinks(snapshot, parted);
  }

  /**
   * Makes everybody's group anew, and keeps the focus on the one who has it.
   * @param {Snapshot} snapshot
   * @param {string} shape
   */
  #lay(snapshot, shape) {
    this.#shape = shape;
    const focused = activeBeside(this.#places)?.getAttribute("data-process");
    const made = [...nodes(snapshot), ...clients(snapshot), mainGroup(snapshot)];
    this.#groups = new Map(made.map((group) => [String(group.dataset.process), group]));
    this.#places.replaceChildren(...made);
    this.#roles.replaceChildren(...roles(snapshot));
    made[0].tabIndex = 0;
    if (focused) (this.#groups.get(focused) ?? made[0]).focus({ preventScroll: true });
  }

  /**
   * Marks who acts, who is selected, and on which side somebody is.
   * @param {string} process
   * @param {Snapshot} snapshot
   * @param {string | undefined} selected
   * @param {Map<string, string>} sides
   */
  #mark(process, { actor }, selected, sides) {
    const group = /** @type {SVGElement} */ (this.#groups.get(process));
    group.classList.toggle("actor", actor === process);
    group.classList.toggle("selected", selected === process);
    set(group, "aria-pressed", String(selected === process));
    const side = group.querySelector(".side");
    if (side) write(side, sides.get(process) ?? "");
    return group;
  }

  /**
   * @param {Snapshot} snapshot
   * @param {string[][]} parted
   */
  #drawLinks(snapshot, parted) {
    /** Dashed, from the sender to where its messages are lost: a link that is cut both ways is dashed all along. */
    const lines = { node: "", client: "", ends: "" };
    for (const [from, to] of snapshot.cuts.filter(isLink).slice(0, DRAWN_CUTS)) {
      const [start, end] = [place(from, snapshot), place(to, snapshot)];
      const [x, y] = [(start.x + end.x) / 2, (start.y + end.y) / 2];
      lines[`${from}${to}`.includes("client") ? "client" : "node"] += `M${round(start)}L${round({ x, y })}`;
      lines.ends += `M${round({ x: x - 4, y: y - 4 })}l8 8m0 -8l-8 8`;
    }
    for (const [order, d] of [lines.node, lines.client, lines.ends].entries()) set(this.#cuts[order], "d", d);
    const regions = parted.some((side) => !isArc(side, snapshot)) ? [] : parted;
    const outlines = regions.map((side) => outline(side, snapshot));
    if (this.#sides.dataset.outlines === outlines.join()) return;
    this.#sides.dataset.outlines = outlines.join();
    const width = 2 * nodeRadius(snapshot) + 30;
    this.#sides.replaceChildren(...outlines.map((d) => svg("path", { d, "stroke-width": width })));
  }
}

/**
 * @param {SVGElement} group
 * @param {Element} words the words beside it
 * @param {NodeView} node
 * @param {Snapshot} snapshot
 * @param {Map<string, string>} sides
 */
function drawNode(group, words, node, snapshot, sides) {
  const { crashed, paused } = node.health;
  const role = crashed ? "crashed" : node.started ? node.role : "not started";
  const classes = ["node", role.replace(" ", "-"), termClass(node.term), paused ? "paused" : ""];
  const marks = ["actor", "selected", "inside", "target", "onto"].filter((mark) => group.classList.contains(mark));
  set(group, "class", [...classes, ...marks].join(" "));
  const timer = crashed || paused ? undefined : node.timers.find(({ name }) => name === "election");
  const left = timer ? Math.max(0, timer.due_ms - snapshot.time_ms) : 0;
  const facts = [`node ${node.id}, term ${node.term}: ${role}${paused ? ", paused" : ""}, ${node.log_len} ${node.log_len === 1 ? "entry" : "entries"}`];
  if (timer) facts.push(`election timeout in ${left} ms`);
  for (const { peer, vote } of node.votes ?? []) facts.push(`node ${peer} ${VOTES[vote]}`);
  const side = sides.get(`node ${node.id}`) ?? "";
  if (side) facts.push(`on ${side}`);
  name(group, facts.join(", "));
  const sign = crashed ? "✕ " : paused ? "❚❚ " : role === "leader" ? "★ " : "";
  if (group.dataset.room === "none") {
    const isNotable = ["leader", "candidate", "pre-candidate"].includes(role);
    const radius = nodeRadius(snapshot);
    set(part(group, ".disc"), "r", String(isNotable ? Math.max(NOTABLE, radius) : radius));
    set(words, "class", `role ${role} ${words.getAttribute("data-side")}`);
    write(words, isNotable || group.classList.contains("selected") ? `${sign}${node.id} ${role}` : "");
    return;
  }
  write(part(group, ".term"), `term ${node.term}`);
  const isPlain = role === "follower" && !paused && snapshot.nodes.length > FEW;
  set(words, "class", `role ${role}`);
  write(words, [isPlain ? "" : sign + role, side].filter(Boolean).join(" · "));
  set(part(group, ".arc"), "d", timer ? arc(nodeRadius(snapshot) + ARC_GAP, left / Math.max(1, timer.full_ms)) : "");
  drawVotes(part(group, ".votes"), node);
}

/**
 * @param {SVGElement} group
 * @param {ClientView} client
 * @param {Map<string, string>} sides
 */
function drawClient(group, client, sides) {
  const side = sides.get(`client ${client.id}`) ?? "";
  // There may be a thousand of them, and few change in a step.
  const content = JSON.stringify([client.health, client.waiting_for, client.answered, client.requests, side]);
  if (group.dataset.content === content) return;
  group.dataset.content = content;
  const { crashed, paused } = client.health;
  group.classList.toggle("crashed", crashed);
  group.classList.toggle("paused", paused);
  const state = crashed ? ", crashed" : paused ? ", paused" : "";
  const waits = client.waiting_for === undefined ? "" : `, waits for: ${client.waiting_for}`;
  const on = side ? `, on ${side}` : "";
  name(group, `c${client.id}, client ${client.id}${state}: ${client.answered} of ${client.requests} answered${waits}${on}`);
  const words = group.querySelector(".words");
  if (words) write(words, crashed ? "✕ crashed" : paused ? "❚❚ paused" : short(client.waiting_for ?? "", words.classList.length > 1 ? EDGE_WORDS : SHOWN_WORDS));
}

/**
 * The dots in a candidate, its own vote first.
 * @param {Element} element
 * @param {NodeView} node
 */
function drawVotes(element, { votes, health }) {
  const shown = votes && !health.crashed ? ["granted", ...votes.map(({ vote }) => vote)] : [];
  const picture = shown.join();
  if (element.getAttribute("data-votes") === picture) return;
  element.setAttribute("data-votes", picture);
  if (shown.length > DRAWN_VOTES) {
    const granted = shown.filter((vote) => vote === "granted").length;
    element.replaceChildren(svg("text", { y: 5 }, `${granted} of ${shown.length}`));
    return;
  }
  const gap = Math.min(10, 42 / shown.length);
  const dots = shown.map((vote, order) => {
    const x = (order - (shown.length - 1) / 2) * gap;
    if (vote === "refused") return svg("path", { class: vote, d: `M${x - 3.5} 0h7` });
    return svg("circle", { class: vote, cx: x, r: Math.min(3.8, gap * 0.42) });
  });
  element.replaceChildren(...dots);
}

/** @param {Snapshot} snapshot */
function* nodes(snapshot) {
  const radius = nodeRadius(snapshot);
  const [isLegible, isSpacious] = [radius > LEGIBLE, radius > SPACIOUS];
  for (const { id } of snapshot.nodes) {
    const group = makeGroup(`node ${id}`, snapshot, isSpacious ? "all" : "none");
    group.append(
      // So that it does not lie over those beside it.
      svg("circle", { class: "halo", r: Math.max(radius + 5, Math.min(radius + ARC_GAP + 5, radius / 0.7 - 2)) }),
      svg("circle", { class: "disc", r: radius }),
      svg("path", { class: "cross", d: cross(radius * 0.72, radius * 0.72) }),
    );
    if (isLegible) group.append(svg("text", { class: "number", y: isSpacious ? -5 : 4 }, `${id} `));
    if (isSpacious) {
      group.append(
        svg("circle", { class: "track", r: radius + ARC_GAP }),
        svg("path", { class: "arc" }),
        svg("text", { class: "term", y: 8 }),
        svg("g", { class: "votes", transform: "translate(0 17.5)" }),
      );
    }
    if (isLegible && !isSpacious) group.append(svg("text", { class: "side", x: -radius - 4, y: -radius + 4 }));
    yield group;
  }
}

/**
 * Room for words outside the ring, where no message passes.
 * @param {Snapshot} snapshot
 */
function roles(snapshot) {
  const radius = nodeRadius(snapshot);
  return snapshot.nodes.map(({ id }) => {
    const { x, y } = place(`node ${id}`, snapshot);
    if (radius <= SPACIOUS) return outward({ x, y }, radius + 9);
    return svg("text", { x, y: y + (isRoleAbove({ x, y }) ? -radius - 14 : radius + 21) });
  });
}

/**
 * Words that go on outwards from a small node.
 * @param {Point} node
 * @param {number} far
 */
function outward({ x, y }, far) {
  const [dx, dy] = [x - CENTRE.x, y - CENTRE.y];
  const whole = Math.hypot(dx, dy) || 1;
  const side = dx > whole / 4 ? "starts" : dx < -whole / 4 ? "ends" : "";
  return svg("text", { x: x + (dx / whole) * far, y: y + (dy / whole) * (far + 3) + 4, "data-side": side });
}

/** @param {Snapshot} snapshot */
function* clients(snapshot) {
  const half = clientRadius(snapshot);
  for (const { id } of snapshot.clients) {
    const group = makeGroup(`client ${id}`, snapshot, half > 12 ? "all" : "none");
    group.classList.add("client");
    const at = place(`client ${id}`, snapshot);
    const [above, below] = [-half * 0.6 - 6, half * 0.6 + 13];
    const isAbove = areWordsAbove(at);
    group.append(box("halo", half + 6), box("disc", half));
    if (half > 12) {
      group.append(
        svg("rect", { class: "touch", x: -TOUCH, y: -TOUCH, width: 2 * TOUCH, height: 2 * TOUCH }),
        svg("path", { class: "cross", d: cross(half * 0.9, half * 0.5) }),
        svg("text", { class: "number", y: 4 }, `c${id}`),
        svg("text", { class: `words ${edgeOf(at)}`, y: isAbove ? above : below }),
        svg("text", { class: "side", y: isAbove ? below : above }),
      );
    }
    yield group;
  }
}

/**
 * The edge of the picture that is near, for words that are not to go beyond it.
 * @param {Point} point
 */
function edgeOf({ x }) {
  return x > SIZE * 0.75 ? "right" : x < SIZE * 0.25 ? "left" : "";
}

/** @param {Snapshot} snapshot */
function mainGroup(snapshot) {
  const { x, y } = place("main", snapshot);
  const group = /** @type {SVGElement} */ (svg("g", { class: "client main", transform: `translate(${x} ${y})` }));
  group.dataset.process = "main";
  group.append(svg("title", {}, "main: starts the nodes, the election and the clients"));
  group.append(svg("rect", { class: "disc", x: -21, y: -11, width: 42, height: 22, rx: 6 }), svg("text", { y: 4 }, "main"));
  return group;
}

/**
 * @param {string} kind
 * @param {number} half half of its width
 */
function box(kind, half) {
  const [x, y] = [half, kind === "halo" ? half * 0.6 + 2.4 : half * 0.6];
  return svg("rect", { class: kind, x: -x, y: -y, width: 2 * x, height: 2 * y, rx: half * 0.35 });
}

/**
 * @param {string} process
 * @param {Snapshot} snapshot
 * @param {string} room for how many words
 */
function makeGroup(process, snapshot, room) {
  const group = /** @type {SVGElement} */ (
    svg("g", { transform: `translate(${round(place(process, snapshot))})`, role: "button", tabindex: -1 })
  );
  group.dataset.process = process;
  group.dataset.room = room;
  group.append(svg("title"));
  return group;
}

/**
 * Whether anything is ever sent on it: clients have nothing to say to each other.
 * @param {[string, string]} cut
 */
function isLink([sender, receiver]) {
  return sender.includes("node") || receiver.includes("node");
}

/**
 * @param {number} x half of its width
 * @param {number} y half of its height
 */
function cross(x, y) {
  return `M${-x} ${-y}L${x} ${y}M${x} ${-y}L${-x} ${y}`;
}

/**
 * A part of a circle, clockwise from the top.
 * @param {number} radius
 * @param {number} share of the whole circle
 */
function arc(radius, share) {
  const angle = Math.min(0.9999, Math.max(0.005, share)) * 2 * Math.PI;
  const end = round({ x: radius * Math.sin(angle), y: -radius * Math.cos(angle) });
  return `M0 ${-radius}A${radius} ${radius} 0 ${angle > Math.PI ? 1 : 0} 1 ${end}`;
}

/**
 * Names something for eyes and ears.
 * @param {Element} group
 * @param {string} words
 */
function name(group, words) {
  set(group, "aria-label", short(words, SPOKEN_LETTERS));
  write(part(group, "title"), words);
}

/**
 * @param {Element} group
 * @param {string} selector
 */
function part(group, selector) {
  return /** @type {Element} */ (group.querySelector(selector));
}

/**
 * @param {Element} element
 * @param {string} attribute
 * @param {string} value
 */
function set(element, attribute, value) {
  if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
}
