// @ts-check
// Joins the trace, its filter, and why, to the store.
import { find, html, write } from "../dom.js";
import { Trace } from "../views/trace.js";
import { renderWhy } from "../views/why.js";

/**
 * @typedef {import("../emulation.js").Store} Store
 * @typedef {import("../emulation.js").Emulation} Emulation
 * @typedef {import("../../pkg/raft_kv.js").Filter} Reading
 */

/** @type {Reading} */
const PLAIN = { fold: true, processes: [], groups: [], text: "" };
/** While lines are looked for, so many steps are looked at in a frame. */
const LOOKED_AT = 5000;
/** So many rows are copied at most. */
const COPIED = 20_000;
/** So many rows are asked for at once. */
const PAGE = 1000;

/**
 * @param {ParentNode} root
 * @param {Store} store
 * @param {AbortSignal} signal
 */
export function join(root, store, signal) {
  const section = find("#trace", root);
  const trace = joinTrace(section, store, signal);
  const why = find(".why", section);
  const reasons = {
    why: () => store.ask((core) => core.why(), []),
    /** @param {number} index */
    why_entry: (index) => store.ask((core) => core.why_entry(index), { text: "" }),
  };
  const draw = () => {
    // The reasons come first: how much room they take decides how much the trace has.
    renderWhy(why, reasons, store.snapshot);
    trace(store.snapshot);
  };
  store.addEventListener("change", draw, { signal });
}

/**
 * The trace with its filter. Returns what draws them.
 * @param {HTMLElement} section
 * @param {Store} store
 * @param {AbortSignal} signal
 */
function joinTrace(section, store, signal) {
  let reading = PLAIN;
  /** The core that reads its trace in this way. @type {Emulation | undefined} */
  let told;
  /**
   * @template T
   * @param {(core: Emulation) => T} call
   * @param {T} instead
   */
  const ask = (call, instead) =>
    store.ask((core) => {
      if (told !== core) core.read(reading);
      told = core;
      return call(core);
    }, instead);
  const host = {
    rowCount: () => ask((core) => core.row_count(), 0),
    /** @param {number} start @param {number} end */
    rows: (start, end) => ask((core) => core.rows(start, end), []),
    /** @param {number} step */
    rowOfStep: (step) => ask((core) => core.row_of_step(step), 0),
    /** @param {number} place */
    rowOfPlace: (place) => ask((core) => core.row_of_place(place), 0),
    isFiltered: () => isFiltered(reading),
    /** @param {number} place */
    toggleFold: (place) => ask((core) => core.toggle_fold(place), undefined),
    /** @param {import("../emulation.js").Selection} selection */
    select: (selection) => store.select(selection),
    /** @param {number} step */
    seek: (step) => store.seek(step),
  };
  const trace = new Trace(find(".lines", section), find("#follow", section), host, signal);
  let frame = 0;
  // A filter looks through a long run bit by bit, in frame after frame.
  const look = (/** @type {() => void} */ draw) => {
    const isThrough = ask((core) => core.find(LOOKED_AT), true);
    draw();
    cancelAnimationFrame(frame);
    if (!isThrough) frame = requestAnimationFrame(() => look(draw));
  };
  const refresh = () => trace.refresh();
  const showState = joinFilter(find("h2", section), store, trace, {
    ask,
    reading: () => reading,
    read: (next) => {
      reading = next;
      told = undefined;
      trace.reread();
      look(refresh);
    },
  });
  /** @param {import("../emulation.js").Snapshot} snapshot */
  return (snapshot) => {
    if (isFiltered(reading)) look(() => trace.render(snapshot));
    else trace.render(snapshot);
    showState(snapshot);
  };
}

/**
 * The filter, loaded when it is opened; and beside the trace's title, whether one is in use. Returns what draws it.
 * @param {HTMLElement} title
 * @param {Store} store
 * @param {Trace} trace
 * @param {{
 *   ask: Store["ask"], reading(): Reading, read(reading: Reading): void
 * }} way how the trace is read
 */
function joinFilter(title, store, trace, { ask, reading, read }) {
  const opener = html("button", { "aria-expanded": "false", "aria-controls": "filter" }, "Find and filter…");
  const clear = html("button", { hidden: "" }, "Clear");
  const tools = html("div", { id: "filter", hidden: "" });
  title.append(opener, clear);
  title.after(tools);
  /** @type {import("../views/filter.js").Filter | undefined} */
  let filter;
  const showState = () => {
    const used = Number(!reading().fold) + Number(reading().text !== "") + reading().groups.length + reading().processes.length;
    write(opener, used === 0 ? "Find and filter…" : `Find and filter… (${used})`);
    opener.title = used === 0 ? "Look for words; choose which lines are shown" : `Shown: ${[...reading().processes, ...reading().groups, reading().text].filter(Boolean).join(", ") || "heartbeats, too"}`;
    clear.hidden = used === 0;
  };
  /** @param {Reading} next */
  const change = (next) => {
    read(next);
    filter?.show(next);
    showState();
  };
  const open = async () => {
    const loaded = await import("../views/filter.js").catch(({ message }) => store.say(`The filter could not be loaded: ${message}. Try it again.`));
    if (!loaded) return false;
    filter ??= new loaded.Filter(tools, reading(), {
      read: change,
      mark: (text) => trace.refresh(text),
      rowCount: () => ask((core) => core.row_count(), 0),
      search: (text, place, backwards) => ask((core) => core.search(text, place, backwards), undefined),
      show: (place) => trace.show(place, ask((core) => core.lines(place, place + 1)[0]?.step ?? 0, 0)),
      copy: () => textOf(ask, store.snapshot.step),
    });
    filter.render(store.snapshot);
    return true;
  };
  opener.addEventListener("click", async () => {
    if (tools.hidden && !(await open())) return;
    tools.hidden = !tools.hidden;
    opener.setAttribute("aria-expanded", String(!tools.hidden));
    if (!tools.hidden) filter?.focus();
  });
  clear.addEventListener("click", () => {
    filter?.forget();
    change(PLAIN);
    opener.focus();
  });
  /** @param {import("../emulation.js").Snapshot} snapshot */
  return (snapshot) => {
    if (!tools.hidden) filter?.render(snapshot);
  };
}

/** @param {Reading} reading */
function isFiltered({ processes, groups, text }) {
  return processes.length + groups.length > 0 || text !== "";
}

/**
 * The rows of the trace up to this step, as they are read.
 * @param {Store["ask"]} ask
 * @param {number} step
 */
function textOf(ask, step) {
  const end = ask((core) => core.row_of_step(step), 0) + 1;
  const lines = [];
  for (let start = Math.max(0, end - COPIED); start < end; start += PAGE) {
    for (const row of ask((core) => core.rows(start, Math.min(start + PAGE, end)), [])) {
      if (row.kind === "line") lines.push(row.text);
      else if (!row.open) lines.push(`(${row.lines} lines of heartbeats)`);
    }
  }
  return lines.join("\n");
}
