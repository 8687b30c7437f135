/** A run at its current step. */
export interface Snapshot {
  /** The current step. */
  step: number;
  /** The farthest step that was reached. */
  head: number;
  /** Whether nothing can happen after the current step. */
  over: boolean;
  /** Virtual milliseconds since the start. */
  time_ms: number;
  /** The seed of the run. */
  seed: number;
  /** How many lines the trace has up to the current step. */
  lines: number;
  nodes: NodeView[];
  clients: ClientView[];
  /** The oldest messages in flight. */
  messages: FlightView[];
  /** How many messages are in flight in all. */
  in_flight: number;
  /** The message that this step delivered. */
  delivered?: FlightView;
  /** To whom something happened in this step: `main`, `node 1`, `client 2`. */
  actor?: string;
}

export interface NodeView {
  id: number;
  started: boolean;
  role: "follower" | "candidate" | "leader";
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
}

export interface EntryView {
  index: number;
  term: number;
  /** In short: `put x hello`. */
  command: string;
}

export interface ClientView {
  id: number;
  started: boolean;
  requests: number;
  answered: number;
  waiting_for?: string;
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
