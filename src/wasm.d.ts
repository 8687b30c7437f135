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
  /** Timeouts of the configuration, in full Raft. */
  timing?: TimingView;
  /** Virtual milliseconds since the start. */
  time_ms: number;
  /** The seed of the run. */
  seed: number;
  /** How many lines the trace has up to the current step. */
  lines: number;
  /** The node that leads in the latest term and runs. */
  leader?: number;
  /** The index at which the entries of all `nodes` begin, so that they can stand in columns. */
  log_first: number;
  /** The length of the longest log. */
  log_end: number;
  nodes: NodeView[];
  clients: ClientView[];
  /** The messages in flight that arrive first. */
  messages: FlightView[];
  /** How many messages are in flight in all. */
  in_flight: number;
  /** The message that this step delivered. */
  delivered?: FlightView;
  /** The numbers of the messages that came to be in this step, copies included. */
  sent: number[];
  /** To whom something happened in this step: `main`, `node 1`, `client 2`. */
  actor?: string;
  /** What was done to somebody in this step, or what was lost: a line of the trace. */
  befell?: string;
  /** The links whose messages are lost, each from whom to whom. */
  cuts: [string, string][];
  /** The properties that are looked at after every step. */
  properties: PropertyView[];
  /** Those that did not hold, each when it was seen first. */
  violations: ViolationView[];
  /** What the run is to show. */
  scenario?: ScenarioView;
  /** What runs, but not as somebody would expect. */
  warnings: Warning[];
}

/** In virtual milliseconds. */
export interface TimingView {
  /** The shortest and the longest. */
  election_timeout_ms: [number, number];
  heartbeat_ms: number;
  client_timeout_ms: number;
}

export interface PropertyView {
  /** `one leader a term`. */
  name: string;
  /** What it says, in one plain sentence. */
  meaning: string;
  /** Of the paper, if it comes from there: `§5.2`. */
  section?: string;
  /** When it did not hold, first. */
  step?: number;
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

/** A timer that runs. */
export interface TimerView {
  /** `election`, `heartbeat`, `trust`; of a client `retry`, `think`. */
  name: string;
  /** When it fires, in virtual milliseconds since the start. */
  due_ms: number;
  /** How long it can be at most, in virtual milliseconds. */
  full_ms: number;
}

export interface NodeView {
  id: number;
  started: boolean;
  role: "follower" | "pre-candidate" | "candidate" | "leader";
  term: number;
  voted_for?: number;
  /** Whom it takes for the leader. */
  leader?: number;
  /** Of a candidate or pre-candidate, one for each peer. */
  votes?: VoteView[];
  /** Of a leader: what it knows of each peer. */
  peers?: PeerView[];
  /** How many entries the log has. */
  log_len: number;
  /** Those from `log_first` of the snapshot on, at most 24. */
  entries: EntryView[];
  commit_index: number;
  last_applied: number;
  /** The first pairs of the store, by key. */
  store: [string, string][];
  /** How many pairs the store has. */
  store_len: number;
  /** The peer whose reply it waits for. */
  awaits?: number;
  /** In the order in which they are due. */
  timers: TimerView[];
  health: HealthView;
  /** What this step changed; `votes` are those that it was heard to have, `peers` what it knows as a leader. */
  changed: (
    | "role" | "term" | "voted_for" | "log" | "commit_index" | "last_applied" | "store" | "peers" | "votes" | "health"
  )[];
  /** The keys under which this step changed what is stored, the first 32 of them. */
  changed_keys: string[];
  /** The first index at which this step changed the log. */
  changed_from?: number;
}

export interface VoteView {
  peer: number;
  /**
   * `coming`: granted, and the answer is on its way. `refused`: the refusal is on its way, or the peer has given its vote in
   * this term to another one. A candidate remembers no refusals: one for another reason that has arrived is `none` again.
   */
  vote: "granted" | "coming" | "none" | "refused";
}

export interface PeerView {
  id: number;
  next_index: number;
  match_index: number;
}

/** Entries of a node's log. */
export interface LogRow {
  id: number;
  entries: EntryView[];
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
  /** The node that it asks. */
  target?: number;
  /** In the order in which they are due. */
  timers: TimerView[];
  /** Its last answer: `put x hello -> OK`. */
  heard?: string;
  health: HealthView;
  /** What this step changed: it asked (again), it heard an answer, it was struck. */
  changed: ("asked" | "heard" | "health")[];
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
  /** The step in which it was sent, first if it is a copy. */
  sent_step: number;
  /** When that was, in virtual milliseconds since the start. */
  sent_ms: number;
  /** When it arrives, in virtual milliseconds since the start; without timeouts, when it was sent. */
  due_ms: number;
  /** Whether the network will lose it before it arrives. */
  lost: boolean;
  /** The number of the message that it repeats. */
  copy_of?: number;
  /** Whether it is an AppendEntries without entries. */
  heartbeat: boolean;
  /** The first and the last index of the entries that it carries. */
  entries?: [number, number];
  /** Of an answer: whether it grants, or accepts, what was asked. */
  granted?: boolean;
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
