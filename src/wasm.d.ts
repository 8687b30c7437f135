/** A run at its current step. */
export interface Snapshot {
  /** The current step. */
  step: number;
  /** The farthest step that was reached. */
  head: number;
  /** Whether nothing more happens by itself. */
  over: boolean;
  /** Why: all is done, the time or the steps that were given are over, or somebody waits for what never comes. */
  ending?: "done" | "duration" | "steps" | "stuck";
  /** Who waits for whom, if the run is stuck. */
  waits: WaitView[];
  /** Whether there are timeouts: full Raft. Without them messages take no time. */
  timed: boolean;
  /** Virtual milliseconds since the start. */
  time_ms: number;
  /** The seed of the run. */
  seed: number;
  /** How many lines the trace has up to the current step. */
  lines: number;
  /** The node that leads in the latest term and runs. */
  leader?: number;
  nodes: NodeView[];
  clients: ClientView[];
  /** The messages in flight that arrive first. */
  messages: FlightView[];
  /** How many messages are in flight in all. */
  in_flight: number;
  /** The message that this step delivered. */
  delivered?: FlightView;
  /** To whom something happened in this step: `main`, `node 1`, `client 2`. */
  actor?: string;
  /** What was done to somebody in this step, or what was lost: a line of the trace. */
  befell?: string;
  /** The links whose messages are lost, each from whom to whom. */
  cuts: [string, string][];
  /** How many properties are looked at after every step. */
  properties: number;
  /** Those that did not hold, each when it was seen first. */
  violations: ViolationView[];
  /** What the run is to show. */
  scenario?: ScenarioView;
  /** What runs, but not as somebody would expect. */
  warnings: Warning[];
}

export interface WaitView {
  /** `client 1`. */
  who: string;
  /** `node 1`. */
  for_whom: string;
  /** Whether that one has crashed. */
  crashed: boolean;
}

export interface ViolationView {
  /** Its name: `one leader a term`. */
  property: string;
  step: number;
  /** The whole sentence, with name and step. */
  line: string;
}

export interface ScenarioView {
  title: string;
  text: string;
  look_for: string;
}

/** A warning about a place of the configuration. */
export interface Warning {
  /** Counted from 1. */
  line: number;
  /** Counted from 1. */
  column: number;
  message: string;
  /** How to mend it, or empty. */
  help: string;
}

/** What befell a process. */
export interface HealthView {
  crashed: boolean;
  paused: boolean;
  /** Whether it will crash in the middle of its next step. */
  doomed: boolean;
  /** How much of their time its timers take, in percent. */
  clock: number;
}

export interface NodeView {
  id: number;
  started: boolean;
  role: "follower" | "pre-candidate" | "candidate" | "leader";
  term: number;
  voted_for?: number;
  /** How many entries the log has. */
  log_len: number;
  /** The last of them. */
  entries: EntryView[];
  commit_index: number;
  last_applied: number;
  /** The first pairs of the store, by key. */
  store: [string, string][];
  /** How many pairs the store has. */
  store_len: number;
  /** The peer whose reply it waits for. */
  awaits?: number;
  health: HealthView;
}

export interface EntryView {
  index: number;
  term: number;
  /** In short: `put x hello`. None if the entry does nothing. */
  command?: string;
}

export interface ClientView {
  id: number;
  started: boolean;
  requests: number;
  answered: number;
  waiting_for?: string;
  health: HealthView;
}

/** A message. */
export interface FlightView {
  id: number;
  /** `main`, `node 1`, `client 2`. */
  from: string;
  to: string;
  /** `AppendEntries` and so on. */
  kind: string;
  /** What it says, in short. */
  text: string;
  /** Whether it is an answer. */
  reply: boolean;
  /** Whether its receiver takes it now; otherwise it waits in front of the door. */
  ready: boolean;
  /** When it arrives, in virtual milliseconds since the start; without timeouts, when it was sent. */
  due_ms: number;
}

/** A line of the trace. */
export interface Line {
  /** Its place in the trace, the first line being 0. */
  place: number;
  /** The step that it belongs to. */
  step: number;
  process: string;
  text: string;
}

/** Why a configuration cannot be run, and where; thrown by `new Emulation`. The message says what is wrong. */
export interface ConfigError extends Error {
  name: "ConfigError";
  /** Counted from 1. */
  line: number;
  /** Counted from 1. */
  column: number;
  /** How many characters are meant. */
  width: number;
  /** How to mend it, or empty. */
  help: string;
}

/**
 * What can be done to a run in one step. A process is `node 1` or `client 1`, or `leader` for the node that leads; a
 * message is its number.
 */
export type Act =
  | { kind: "deliver" | "drop" | "duplicate"; message: number }
  | { kind: "delay"; message: number; ms: number }
  | { kind: "fire"; process: string; timer: "election" | "heartbeat" | "trust" | "retry" | "think" }
  | { kind: "crash"; process: string; lose?: number }
  | { kind: "crash-midway" | "restart" | "pause" | "resume"; process: string }
  | { kind: "skew"; process: string; percent: number }
  | { kind: "partition"; groups: string[][] }
  | { kind: "cut" | "heal-link"; from: string; to: string }
  | { kind: "heal" }
  | { kind: "request"; process: string; op: "put"; key: string; value: string }
  | { kind: "request"; process: string; op: "get" | "delete"; key: string };

/** Why an act cannot be done; thrown by `act`. The message is a sentence without a full stop. */
export interface Refusal extends Error {
  name: "Refusal";
}

/** What of the space-time diagram is to be drawn. */
export interface DiagramOptions {
  /** The step to be in view. */
  step: number;
  /** How many rows at most. */
  rows: number;
  /** Rows are taken up to this many after that of `step`, the rest before it. */
  after: number;
  /** In CSS pixels; the diagram is wider if its columns need it. */
  width: number;
  /** Whether steps of heartbeats are folded into one row. */
  fold: boolean;
  /** First steps of folds that are opened. */
  opened: number[];
  /** Processes that are left out: `client 1`. */
  hidden: string[];
}

/** The space-time diagram: a column for each process, time downwards, an arrow for each message. */
export interface Diagram {
  width: number;
  height: number;
  /** The steps from the first row to the last one; the last is 0 if there are none. */
  first_step: number;
  last_step: number;
  /** How many processes take part in these steps, and have no column for want of room. */
  left_out: number;
  /** The columns from left to right: where the line of each process stands. */
  lanes: { process: string; x: number }[];
  rows: DiagramRow[];
  /** To be drawn in this order. */
  shapes: Shape[];
}

/** A step, or a fold of steps. An opened fold has a row of its own, and those of its steps after it. */
export interface DiagramRow {
  step: number;
  y: number;
  height: number;
  /** What happened, for tooltips and screen readers. */
  text: string;
  fold?: { first: number; last: number; count: number; open: boolean };
}

/**
 * The first word of `class` says what it is: now, cut, lane, number, fold, fold-label, arrow, head, cross, label, timeout,
 * leader, commit, crash, restart. Further words:
 * lane: apart (a client, main), follows, stands, leads; term-0 to term-6; crashed; paused.
 * arrow, head, label: main, client or term-N; reply; refused; lost; early (sent before the first row); late (arrives after
 * the last row); folded (one end is in a fold); heartbeat.
 * label: end (text-anchor: end; all others begin at x); mark (words about a process); cut (words about the network).
 * timeout: minor (not an election's). cut: one-way. fold: open. number is text-anchor: end, fold-label: middle.
 */
export interface Shape {
  tag: "line" | "path" | "circle" | "rect" | "text";
  class: string;
  /** x1 y1 x2 y2 | d | cx cy r | x y width height rx | x y. */
  at: Record<string, number | string>;
  text?: string;
  title?: string;
  step?: number;
  message?: number;
  process?: string;
}

export type ExportFormat = "text" | "json" | "svg" | "mermaid" | "shiviz";
