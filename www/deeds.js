// @ts-check
// What the reader can do to a process, and to all at once.
import { everybody } from "./ring.js";
import { LONGEST_MS, messageVerbs, number, plain } from "./verbs.js";

/**
 * @typedef {import("./emulation.js").Snapshot} Snapshot
 * @typedef {import("./emulation.js").Selection} Selection
 * @typedef {import("./verbs.js").Verb} Verb
 */

/** How far apart election timers are spread unless the reader says how far, in virtual milliseconds. */
const SPREAD_MS = 40;
/** What a skewed clock's timers take of their time unless the reader says how much, in percent. */
const SKEW_PERCENT = 150;

/** @type {Record<string, { words: string, title: string }>} */
const TIMERS = {
  election: { words: "Time out", title: "Its election timeout is over: it starts an election" },
  heartbeat: { words: "Send heartbeats", title: "The time to its next heartbeats is over" },
  trust: { words: "Doubt the leader", title: "It no longer takes the leader that it heard from for alive" },
  retry: { words: "Ask again", title: "Its wait for an answer is over: it asks again" },
  think: { words: "Ask now", title: "Its pause between two requests is over" },
};

/**
 * @param {string} process
 * @param {Snapshot} snapshot
 * @returns {Verb[]}
 */
function processVerbs(process, snapshot) {
  if (process === "main") return [];
  const isNode = process.startsWith("node");
  /** @type {Verb[]} */
  const verbs = [];
  for (const timer of timersOf(process, snapshot)) {
    const { words, title } = TIMERS[timer];
    verbs.push(plain(`fire-${timer}`, words, title, `fire ${process} ${timer}`));
  }
  verbs.push(plain("crash", "Crash", "Stop it; what is not on its disk is forgotten", `crash ${process}`));
  if (isNode) {
    verbs.push(
      plain("midway", "Crash midway", "Crash it in the middle of its next step: it writes, but sends nothing", `crash ${process} midway`),
      {
        name: "lose",
        words: "Crash, losing",
        title: "Crash it, with so many entries at the end of its log lost",
        input: number(1, 1, LONGEST_MS, "of its entries"),
        act: (entries) => `crash ${process} lose ${entries}`,
      },
    );
  }
  verbs.push(
    plain("restart", "Restart", "Start it again after a crash", `restart ${process}`),
    plain("pause", "Pause", "Have it stand still: what comes for it waits", `pause ${process}`),
    plain("resume", "Resume", "Have it go on after a pause", `resume ${process}`),
    {
      name: "skew",
      words: "Skew its clock",
      title: "Have its timers take this many percent of their time",
      input: number(SKEW_PERCENT, 1, 1000, "%"),
      act: (percent) => `skew ${process} ${percent}`,
    },
  );
  const rest = others(process, snapshot).join(", ");
  if (rest) verbs.push(plain("isolate", "Isolate", "Cut its links to everybody", `partition ${process} | ${rest}`));
  verbs.push(...linkVerbs(process, snapshot));
  return verbs;
}

/**
 * The timers that can be over: the one that everybody expects of its kind, and those that run.
 * @param {string} process
 * @param {Snapshot} snapshot
 */
function timersOf(process, { nodes, clients }) {
  const [kind, id] = process.split(" ");
  const owner = (kind === "node" ? nodes : clients)[Number(id) - 1];
  const running = owner.timers.map(({ name }) => name).filter((name) => name in TIMERS);
  return new Set([kind === "node" ? "election" : "retry", ...running]);
}

/**
 * @param {string} process
 * @param {Snapshot} snapshot
 * @returns {Verb[]}
 */
function linkVerbs(process, snapshot) {
  const peers = others(process, snapshot).filter((other) => `${process} ${other}`.includes("node"));
  const options = peers.map((peer) => ({ value: peer, words: peer }));
  const healed = snapshot.cuts
    .filter((cut) => cut.includes(process))
    .map(([from, to]) => ({ value: `${from} > ${to}`, words: `${from} → ${to}` }));
  return [
    {
      name: "cut-to",
      words: "Cut the link to",
      title: "Lose what it sends to this one; answers still come",
      input: { kind: "choice", options, none: "nobody else is there" },
      act: (to) => `cut ${process} > ${to}`,
    },
    {
      name: "cut-from",
      words: "Cut the link from",
      title: "Lose what this one sends to it",
      input: { kind: "choice", options, none: "nobody else is there" },
      act: (from) => `cut ${from} > ${process}`,
    },
    {
      name: "heal-link",
      words: "Heal the link",
      title: "Let messages on this link arrive again",
      input: { kind: "choice", options: healed, none: "none of its links is cut" },
      act: (link) => `heal ${link}`,
    },
  ];
}

/**
 * What is done to all at once.
 * @param {number} [leader] who leads, if somebody does
 * @returns {Verb[]}
 */
export function commonVerbs(leader) {
  const unless = leader
    ? `, unless the next heartbeat of node ${leader}, which leads, comes first and winds them up again: crash or pause it before`
    : ", unless a leader's heartbeat comes first";
  return [
    plain("align", "Align timers", `All election timeouts are over at once: a split vote is likely${unless}`, "align election"),
    {
      name: "spread",
      words: "Spread timers",
      title: `Election timeouts are over one after another, so far apart: no split vote${unless}`,
      input: number(SPREAD_MS, 1, LONGEST_MS, "ms"),
      act: (ms) => `spread election ${ms}`,
    },
    plain("heal", "Heal all links", "Mend all links that are cut", "heal"),
  ];
}

/**
 * The verbs for what is selected.
 * @param {Selection | null} selection
 * @param {Snapshot} snapshot
 * @returns {Verb[]}
 */
export function verbsOf(selection, snapshot) {
  if (selection?.kind === "message") return messageVerbs(selection.id);
  if (selection?.kind === "process") return processVerbs(selection.process, snapshot);
  return [];
}

/**
 * Everybody but these.
 * @param {string} process
 * @param {Snapshot} snapshot
 */
function others(process, snapshot) {
  return everybody(snapshot).filter((other) => other !== process);
}
