// @ts-check
// Logs and stores: a row a node, a square an entry. What stands at one index stands in one column.
import { activeBeside, html, isTextMarkedBeside, observe, termClass } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {import("../emulation.js").Selection} Selection
 * @typedef {import("../../pkg/raft_kv.js").NodeView} NodeView
 * @typedef {import("../../pkg/raft_kv.js").EntryView} EntryView
 * @typedef {import("../../pkg/raft_kv.js").LogRow} LogRow
 * @typedef {{ logs(first: number): LogRow[], select(selection: Selection | null): void }} Host
 * @typedef {{ match?: number, next?: number, by: number }} Known what the leader knows of a peer's log
 * @typedef {{ first: number, last: number, chosen?: number }} Columns the indices that are shown, and the chosen one
 */

/** Entries a row. The core's windows are as wide. */
const WIDTH = 24;
/** How high a row is taken to be before there is one. */
const ROW_PX = 52;
/** Up to so many nodes, all rows are drawn, in sight or not. */
const FEW = 12;

export class Logs {
  #host;
  #earlier = html("button", { title: "Entries before these" }, "◂ Earlier");
  #later = html("button", { title: "Entries after these" }, "Later ▸");
  #newest = html("button", { title: "Back to the newest entries, and follow them" }, "Newest");
  #paper = html("div", { class: "ledger", role: "group", tabindex: 0, "aria-label": "Entries" });
  #head = html("tr");
  #body = html("tbody");
  /** Where a reader who looks at earlier entries has them begin. */
  #first = /** @type {number | undefined} */ (undefined);
  /** The index whose heading takes the focus; the arrows move it. */
  #focused = 1;
  #isSeen = true;
  /** In pixels. To ask for it has the page laid out, so it is noted when that is done anyway. */
  #sizes = { top: 0, height: 0, row: ROW_PX };
  #columns = /** @type {Columns} */ ({ first: 1, last: 0 });
  #snapshot = /** @type {Snapshot | undefined} */ (undefined);

  /**
   * @param {HTMLElement} section
   * @param {Host} host
   * @param {AbortSignal} signal
   */
  constructor(section, host, signal) {
    this.#host = host;
    const table = html("table");
    const head = html("thead");
    head.append(this.#head);
    table.append(head, this.#body);
    this.#paper.append(table);
    section.querySelector("h2")?.append(this.#earlier, this.#later, this.#newest);
    section.append(this.#paper);
    observe(new IntersectionObserver(([{ isIntersecting }]) => (this.#isSeen = isIntersecting)), signal, section);
    this.#earlier.addEventListener("click", () => this.#turn(-WIDTH));
    this.#later.addEventListener("click", () => this.#turn(WIDTH));
    this.#newest.addEventListener("click", () => this.#turn(0));
    table.addEventListener("click", ({ target }) => this.#pick(/** @type {Element} */ (target)));
    this.#head.addEventListener("keydown", (event) => this.#onKey(event));
    this.#paper.addEventListener("scroll", () => this.#measure());
    observe(new ResizeObserver(() => this.#measure()), signal, this.#paper);
  }

  /** @param {Snapshot} snapshot */
  render(snapshot) {
    // At full speed nobody follows what is out of sight.
    if (!snapshot.isSlow && !this.#isSeen) return;
    const { log_first, log_end, nodes, selection, run } = snapshot;
    // Who turned back follows again where the newest entries have come again, and in another run.
    if (run !== this.#snapshot?.run || (this.#first ?? 0) >= log_first) this.#first = undefined;
    this.#snapshot = snapshot;
    const first = this.#first ?? log_first;
    const last = Math.min(first + WIDTH - 1, log_end);
    this.#earlier.hidden = first <= 1;
    this.#later.hidden = this.#newest.hidden = this.#first === undefined;
    const grown = last > this.#columns.last;
    this.#columns = { first, last, chosen: selection?.kind === "entry" ? selection.index : undefined };
    this.#drawHead();
    const logs = this.#first === undefined ? undefined : this.#host.logs(first);
    while (this.#body.children.length > nodes.length) this.#body.lastElementChild?.remove();
    const [from, to] = this.#inSight(nodes.length);
    const leader = nodes.find(({ id }) => id === snapshot.leader);
    nodes.forEach((node, place) => {
      const row = this.#body.children[place] ?? this.#body.appendChild(html("tr"));
      if (place < from || place > to) return clear(/** @type {HTMLElement} */ (row));
      const peer = leader?.peers?.find(({ id }) => id === node.id);
      const known = peer && leader ? { match: peer.match_index, next: peer.next_index, by: leader.id } : undefined;
      const isChosen = selection?.kind === "process" && selection.process === `node ${node.id}`;
      drawRow(row, node, logs?.[place]?.entries ?? node.entries, this.#columns, known, isChosen, snapshot.actor);
    });
    // With the next picture: to ask for sizes now would have the page laid out once more.
    if (grown && this.#first === undefined) requestAnimationFrame(() => this.#showNewest());
  }

  /**
   * The places of the rows that can be seen.
   * @param {number} count
   * @returns {[number, number]}
   */
  #inSight(count) {
    if (count <= FEW) return [0, count];
    const { top, height, row } = this.#sizes;
    const first = Math.floor(top / row) - 2;
    return [first, first + Math.ceil(height / row) + 4];
  }

  /** Notes how the rows stand, and draws those that have come into sight. */
  #measure() {
    const { scrollTop: top, clientHeight: height } = this.#paper;
    const row = /** @type {HTMLElement | null} */ (this.#body.querySelector("[data-key]"))?.offsetHeight || ROW_PX;
    this.#sizes = { top, height, row };
    if (this.#snapshot && this.#snapshot.nodes.length > FEW) requestAnimationFrame(() => this.#snapshot && this.render(this.#snapshot));
  }

  /** Scrolls sideways until the newest entry, and what points behind it, can be seen. */
  #showNewest() {
    const [edge, kept] = /** @type {HTMLElement[]} */ ([...this.#head.children].slice(-2));
    // Where there is room for it, the column of the stores stays in sight beside the entries.
    const covered = getComputedStyle(kept).right === "auto" ? 0 : kept.offsetWidth;
    this.#paper.scrollLeft = edge.offsetLeft + edge.offsetWidth + covered - this.#paper.clientWidth;
  }

  /** @param {number} by how many entries further on; 0 for the newest */
  #turn(by) {
    const { first } = this.#columns;
    this.#first = by === 0 ? undefined : Math.max(1, first + by);
    this.#columns.last = 0;
    if (this.#snapshot) this.render(this.#snapshot);
    if (by < 0) this.#paper.scrollLeft = 0;
    // A button that goes away leaves the focus to its neighbour.
    const active = activeBeside(this.#paper);
    if (!active || active === document.body) this.#paper.focus();
  }

  #drawHead() {
    const { first, last, chosen } = this.#columns;
    const key = `${first} ${last} ${chosen} ${this.#focused}`;
    if (this.#head.dataset.key === key) return;
    this.#head.dataset.key = key;
    this.#focused = Math.min(Math.max(this.#focused, first), Math.max(last, first));
    const hadFocus = this.#head.contains(activeBeside(this.#head));
    const cells = [html("th", { scope: "col", class: "who" }, "node"), html("td", { class: "edge" }, first > 1 ? "…" : "")];
    for (let index = first; index <= last; index += 1) {
      const button = html("button", {
        "data-index": index,
        tabindex: index === this.#focused ? 0 : -1,
        "aria-pressed": String(index === chosen),
        "aria-label": `index ${index}`,
        title: `What there is to say of the entry at index ${index}`,
      }, String(index));
      const cell = html("th", { scope: "col", class: index === chosen ? "chosen" : "" });
      cell.append(button);
      cells.push(cell);
    }
    cells.push(html("td", { class: "edge" }), html("th", { scope: "col", class: "kept" }, "store"));
    this.#head.replaceChildren(...cells);
    if (hadFocus) /** @type {HTMLElement | null} */ (this.#head.querySelector("[tabindex='0']"))?.focus();
  }

  /** @param {Element} target */
  #pick(target) {
    const element = /** @type {HTMLElement | null} */ (target.closest("[data-process], [data-index]"));
    // Who marks a text, to copy it, picks nothing.
    if (!element || (element.tagName === "TD" && isTextMarkedBeside(element))) return;
    const { process, index } = element.dataset;
    const selection = this.#snapshot?.selection;
    if (process !== undefined) {
      const isChosen = selection?.kind === "process" && selection.process === process;
      this.#host.select(isChosen ? null : { kind: "process", process });
    } else {
      const isChosen = selection?.kind === "entry" && selection.index === Number(index);
      this.#host.select(isChosen ? null : { kind: "entry", index: Number(index) });
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { first, last } = this.#columns;
    const ways = /** @type {Record<string, number>} */ ({
      ArrowLeft: this.#focused - 1, ArrowRight: this.#focused + 1, Home: first, End: last,
    });
    const to = ways[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.#focused = Math.min(Math.max(to, first), last);
    this.#drawHead();
  }
}

/**
 * A row that nobody sees costs nothing but its height.
 * @param {HTMLElement} row
 */
function clear(row) {
  if (row.dataset.key === undefined) return;
  delete row.dataset.key;
  row.replaceChildren();
}

/**
 * @param {Element} element
 * @param {NodeView} node
 * @param {EntryView[]} entries
 * @param {Columns} columns
 * @param {Known | undefined} known
 * @param {boolean} isChosen
 * @param {string} [actor]
 */
function drawRow(element, node, entries, columns, known, isChosen, actor) {
  const row = /** @type {HTMLElement} */ (element);
  const isActor = actor === `node ${node.id}`;
  // Timers go on in every step, and are not shown here.
  const key = JSON.stringify([{ ...node, timers: 0, entries: 0, votes: 0 }, entries, columns, known, isChosen, isActor]);
  if (row.dataset.key === key) return;
  row.dataset.key = key;
  row.className = `${isActor ? "actor " : ""}${isChosen ? "chosen " : ""}${node.health.crashed ? "crashed" : ""}`;
  const hadFocus = row.contains(activeBeside(row));
  const { first, last } = columns;
  const cells = [who(node, isChosen), edge(first - 1, (index) => index > 0 && index < first, node, known, "‹")];
  for (let index = first; index <= last; index += 1) {
    const entry = entries[index - first];
    cells.push(entry ? square(entry, node, known, columns) : gap(index, node, known, columns));
  }
  cells.push(edge(last + 1, (index) => index > last, node, known, "›"), store(node));
  row.replaceChildren(...cells);
  if (hadFocus) row.querySelector("button")?.focus();
}

/**
 * The node: name, role, term, and its facts; marked, those that this step changed.
 * @param {NodeView} node
 * @param {boolean} isChosen
 */
function who(node, isChosen) {
  const { id, term, role, started, health, changed } = node;
  const cell = html("th", { scope: "row", class: "who" });
  const line = html("div", { class: "title" });
  const name = html("button", { "data-process": `node ${id}`, "aria-pressed": String(isChosen), title: `Select node ${id}` });
  name.append(`${role === "leader" && !health.crashed ? "★ " : ""}node ${id}`);
  const badge = html("span", { class: `badge ${termClass(term)}` }, `term ${term}`);
  line.append(name, " ", fact(badge, changed.includes("term")), " ", fact(html("span", {}, state(node)), changed.includes("role") || changed.includes("health")));
  cell.append(line);
  if (!started) return cell;
  const facts = html("div", { class: "facts" });
  const vote = node.voted_for === undefined ? "no vote" : `voted for ${node.voted_for}`;
  const leader = node.leader === undefined ? "knows no leader" : `leader ${node.leader}`;
  facts.append(
    fact(html("span", {}, `commit ${node.commit_index}`), changed.includes("commit_index")), ", ",
    fact(html("span", {}, `applied ${node.last_applied}`), changed.includes("last_applied")), html("br"),
    fact(html("span", {}, vote), changed.includes("voted_for")), `, ${leader}`,
  );
  facts.title = `commit ${node.commit_index}, applied ${node.last_applied}, ${vote}, ${leader}`;
  cell.append(facts);
  return cell;
}

/** @param {NodeView} node */
function state({ role, started, health, awaits }) {
  if (health.crashed) return "✕ crashed";
  if (!started) return "not started";
  const words = [role === "leader" ? "leader" : String(role)];
  if (health.paused) words.push("paused");
  if (health.doomed) words.push("will crash midway");
  if (health.clock !== 100) words.push(`clock at ${health.clock} %`);
  if (awaits !== undefined) words.push(`waits for node ${awaits}`);
  return words.join(", ");
}

/**
 * @param {HTMLElement} element
 * @param {boolean} isChanged
 */
function fact(element, isChanged) {
  if (!isChanged) return element;
  const mark = html("mark", { title: "Changed in this step" });
  mark.append(element);
  return mark;
}

/**
 * @param {EntryView} entry
 * @param {NodeView} node
 * @param {Known | undefined} known
 * @param {Columns} columns
 */
function square({ index, term, command = "no-op" }, node, known, columns) {
  const isCommitted = index <= node.commit_index;
  const isNew = node.changed.includes("log") && index >= (node.changed_from ?? Infinity);
  const cell = html("td", { class: classes(index, node, columns, "square"), "data-index": index });
  // So that the style can give it the room that it wants.
  cell.style.setProperty("--letters", String(`${term} ${command}`.length));
  const entry = html("div", { class: `entry ${termClass(term)}${isCommitted ? "" : " open"}${isNew ? " new" : ""}` });
  entry.append(html("small", {}, `${term} `), html("bdi", {}, command));
  const words = [isCommitted ? "" : "not committed", isNew ? "new" : ""].filter(Boolean);
  if (words.length > 0) entry.append(html("span", { class: "hidden-text" }, ` (${words.join(", ")})`));
  entry.title = `index ${index}, term ${term}: ${command} (${isCommitted ? "committed" : "not known here to be committed"}${isNew ? ", new in this step" : ""})`;
  cell.append(entry, points((place) => place === index, node, known));
  return cell;
}

/**
 * Where this log has nothing.
 * @param {number} index
 * @param {NodeView} node
 * @param {Known | undefined} known
 * @param {Columns} columns
 */
function gap(index, node, known, columns) {
  const cell = html("td", { class: classes(index, node, columns, ""), "data-index": index });
  cell.append(html("div", { class: "entry none" }), points((place) => place === index, node, known));
  return cell;
}

/**
 * Beside the columns: what points to an index that is not shown.
 * @param {number} beside the first index that is not shown here
 * @param {(index: number) => boolean} isBeyond
 * @param {NodeView} node
 * @param {Known | undefined} known
 * @param {string} way
 */
function edge(beside, isBeyond, node, known, way) {
  const isFar = [known?.match, known?.next].some((index) => index !== undefined && isBeyond(index) && index !== beside);
  const cell = html("td", { class: `edge${node.commit_index === beside ? " commit" : ""}` });
  cell.append(html("div", { class: "entry none" }, isFar ? way : ""), points(isBeyond, node, known));
  return cell;
}

/**
 * @param {number} index
 * @param {NodeView} node
 * @param {Columns} columns
 * @param {string} name
 */
function classes(index, { commit_index }, { chosen }, name) {
  return `${name}${index === commit_index ? " commit" : ""}${index === chosen ? " chosen" : ""}`;
}

/**
 * What points to an index: applied up to here, and what the leader knows, match and next index.
 * @param {(index: number) => boolean} isHere
 * @param {NodeView} node
 * @param {Known | undefined} known
 */
function points(isHere, { id, last_applied }, known) {
  const line = html("div", { class: "points" });
  const by = known ? `of node ${id}, as node ${known.by} has it` : "";
  if (last_applied > 0 && isHere(last_applied)) line.append(html("span", { class: "applied", title: `Applied up to index ${last_applied}` }, "▴"));
  if (known?.match && isHere(known.match)) line.append(html("span", { class: "match", title: `Match index ${known.match} ${by}` }, "●"));
  if (known?.next && isHere(known.next)) line.append(html("span", { class: "next", title: `Next index ${known.next} ${by}` }, "➜"));
  return line;
}

/** @param {NodeView} node */
function store({ store, store_len, changed_keys, started }) {
  const cell = html("td", { class: "kept" });
  const list = html("ul", {});
  for (const [key, value] of store) {
    const isChanged = changed_keys.includes(key);
    const item = html("li", { title: `${key} = ${value}${isChanged ? " (changed in this step)" : ""}` });
    item.append(fact(html("bdi", {}, `${key} = ${value}`), isChanged));
    list.append(item);
  }
  const hidden = store_len - store.length;
  const gone = hidden > 0 ? [] : changed_keys.filter((key) => store.every(([kept]) => kept !== key));
  for (const key of gone) {
    const item = html("li", { title: `${key} was deleted in this step` });
    item.append(fact(html("del", {}, key), true));
    list.append(item);
  }
  if (hidden > 0) list.append(html("li", { class: "none" }, `${hidden} more`));
  if (store_len + gone.length === 0 && started) list.append(html("li", { class: "none" }, "empty"));
  cell.append(list);
  return cell;
}
