// @ts-check
// What the keys do that are the same wherever a run is shown.
/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./keys.js").Binding} Binding
 * @typedef {import("../pkg/raft_kv.js").Story} Story
 */

/**
 * The keys that lead through time.
 * @param {Store} store
 * @param {() => Story} story
 * @returns {Binding[]}
 */
export function bindingsOfTime(store, story) {
  return [
    { keys: [" "], shown: "Space", words: "run or pause", act: () => store.toggle() },
    { keys: ["ArrowRight"], shown: "→", words: "one step forward", act: () => walk(store, 1) },
    { keys: ["ArrowLeft"], shown: "←", words: "one step back", act: () => walk(store, -1) },
    { keys: ["Home"], shown: "Home", words: "back to the start", act: () => store.seek(0) },
    { keys: ["End"], shown: "End", words: "on to the end", act: () => store.finish() },
    { keys: ["n"], shown: "N", words: "the next line of the trace", act: () => toLine(store, 1) },
    { keys: ["p"], shown: "P", words: "the line of the trace before", act: () => toLine(store, -1) },
    { keys: ["]"], shown: "]", words: "the next act or fault", act: () => toMark(store, story(), 1) },
    { keys: ["["], shown: "[", words: "the act or fault before", act: () => toMark(store, story(), -1) },
  ];
}

/**
 * The key that does something by hand.
 * @param {Store} store
 * @returns {Binding}
 */
export function bindingOfTimeout(store) {
  return { keys: ["t"], shown: "T", words: "time out: the election timer that would fire next fires now", act: () => timeOut(store) };
}

/**
 * @param {Store} store
 * @param {1 | -1} way
 */
function walk(store, way) {
  const { step, over } = store.snapshot;
  if (way === 1 ? !over : step > 0) store.seek(step + way);
}

/**
 * Picks the line next to the one that is picked, or to those of the current step.
 * @param {Store} store
 * @param {1 | -1} way
 */
function toLine(store, way) {
  const { selection, lines, step } = store.snapshot;
  const now = selection?.kind === "event" ? selection.place : way === 1 ? lines - 1 : lines;
  const place = now + way;
  const line = place < 0 ? undefined : store.ask((core) => core.lines(place, place + 1), [])[0];
  if (line) store.select({ kind: "event", place: line.place, step: line.step });
  else if (way === 1) store.seek(step + 1);
}

/**
 * @param {Store} store
 * @param {Story} story
 * @param {1 | -1} way
 */
function toMark(store, { marks }, way) {
  const { step } = store.snapshot;
  const mark = way === 1 ? marks.find((it) => it.step > step) : marks.findLast((it) => it.step < step);
  if (mark) store.seek(mark.step);
}

/** @param {Store} store */
function timeOut(store) {
  const waiting = store.snapshot.nodes.flatMap(({ id, health, timers }) =>
    timers.filter(({ name }) => name === "election" && !health.crashed && !health.paused).map(({ due_ms }) => ({ id, due_ms })),
  );
  const [first] = waiting.sort((one, other) => one.due_ms - other.due_ms);
  if (first) store.act(`fire node ${first.id} election`);
  else store.say("Not done: no node waits for an election timeout now.");
}
