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
  /** What was done in this step by hand or by the configuration, as a sentence that `act` reads. */
  act?: string;
  /** The links whose messages are lost, each from whom to whom. */
  cuts: [string, string][];
  /** The properties that are looked at after every step. */
  properties: PropertyView[];
  /** Those that did not hold, each when it was seen first. */
  violations: ViolationView[];
  /** What the run is to show. */
  scenario?: ScenarioView;
  /** The rules of Raft that the configuration takes away. */
  without_rules: string[];
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
  /** What to think about before it runs. */
  question?: QuestionView;
}

export interface QuestionView {
  ask: string;
  answers: string[];
  /** The number of the right one, the first being 1. */
  right: number;
  /** When the run has come to a line with this text, the answer is to be seen. */
  reveal_on: string;
  explain: string;
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

/** Why something happened. */
export interface Reason {
  /** The place of its line in the trace, if it has one. */
  place?: number;
  /** That line. */
  line?: string;
  /** One or more sentences. */
  text: string;
  /** Where the paper says so: `§5.4.1`; `dissertation §9.6` is in Ongaro's dissertation. */
  section?: string;
}

/**
 * What a run can be taken on to: a node stands for election, becomes the leader; a leader commits more than before; a
 * client hears an answer; a property that held does not hold any more.
 */
export type Goal = "election" | "leader" | "commit" | "reply" | "violation";

export interface Reached {
  /** How many steps were taken; fewer than allowed if it was met, or if the run is over. */
  steps: number;
  /** Whether it happened, in the last of these steps. */
  met: boolean;
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

/** What there is to tell of a run as far as it is known. */
export interface Story {
  /** Who led when, in order; at most one at a time. */
  reigns: ReignView[];
  /** What was done to the run, in order; the first 500 things. */
  marks: MarkView[];
  /** How many things more were done to it. */
  more_marks: number;
  /** Some steps in ascending order from step 0 on, 64 at most, each with its virtual time in milliseconds. */
  times: [number, number][];
}

export interface ReignView {
  /** The step in which the node became leader. */
  from: number;
  /** The step in which it crashed, stepped down, or another one became leader of a later term; else the head. */
  to: number;
  term: number;
  leader: number;
}

/** An act, or a fault of the configuration that took place. */
export interface MarkView {
  step: number;
  /** The first word of `text`, or `request`. */
  kind: string;
  /** The sentence, as `act` takes it. */
  text: string;
  /** Whether it was done by hand, not by the configuration. */
  by_hand: boolean;
}

/** How the trace is read. It is active if anything but `fold` is given; then nothing is folded. */
export interface Filter {
  /**
   * Whether quiet stretches are folded: at least two lines of steps in which heartbeats were sent, heard and answered,
   * or lost because of a crash or a cut, and nothing else happened.
   */
  fold: boolean;
  /** Only lines of these processes, `main` or `node 1`; of all if it is empty. */
  processes: string[];
  /** Only lines about these; about everything if it is empty. */
  groups: Group[];
  /** Only lines that contain this, letters from A to Z in either case; all if it is empty. */
  text: string;
}

/** What a line is about. */
export type Group = "election" | "replication" | "clients" | "faults" | "other";

/** A row of the trace as it is read. */
export type Row =
  | {
      kind: "line";
      place: number;
      step: number;
      process: string;
      text: string;
      group: Group;
      /** Whether it stands in a fold that is open. */
      folded?: boolean;
    }
  | {
      kind: "fold";
      /** The place of its first line. */
      place: number;
      lines: number;
      steps: number;
      first_step: number;
      last_step: number;
      /** Whether its lines follow as rows. */
      open: boolean;
    };

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
 * What was done to a run by hand.
 *
 * An act is a sentence; a process is `node 1` or `client 2`, a message its number, a time in virtual milliseconds:
 *
 *     deliver 57           drop 57              duplicate 57         delay 57 20
 *     fire node 1 election                      (or heartbeat, trust; retry, think for clients)
 *     align election       spread election 40   (all election timers at once; each 40 ms after the one before)
 *     crash node 1         crash node 1 lose 2  crash node 1 midway
 *     restart node 1       pause node 1         resume node 1        skew node 1 150
 *     partition node 1, node 2, client 1 | node 3, node 4
 *     cut node 1 > node 2  heal node 1 > node 2 heal
 *     client 1 put x hello world                client 1 get x       client 1 delete x
 */
export interface ActView {
  /** The step that it made. */
  step: number;
  /** The sentence. */
  text: string;
}

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
  /** The last step that may be shown, if not the last that is known. */
  latest?: number;
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
  /** The step that it shows; of an arrow the one in which its message arrived or was lost, or, if that is to come, was sent. */
  step?: number;
  message?: number;
  /** The step in which that message was sent. */
  sent?: number;
  /** The first and the last index of the entries that it carries. */
  entries?: [number, number];
  process?: string;
}

export type ExportFormat = "text" | "json" | "svg" | "mermaid" | "shiviz";
