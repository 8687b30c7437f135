// Types of `<raft-kv>`, for those who use it. The views are described in the project's notes.
import type { Snapshot as CoreSnapshot } from "../pkg/raft_kv.js";

/** What there is to be seen of a run. */
export type ViewName = "cluster" | "diagram" | "logs" | "trace" | "checks";
/** What a run can be taken on to. */
export type Goal = "election" | "leader" | "commit" | "reply" | "violation";

/** What its reader has picked: an event of the trace, a message, a process (`node 1`, `client 2`), an entry of the logs. */
export type Selection =
  | { kind: "event"; place: number; step: number }
  | { kind: "message"; id: number; steps?: number[] }
  | { kind: "process"; process: string }
  | { kind: "entry"; index: number };

/** The run at its current step, as the views are given it. */
export type Snapshot = CoreSnapshot & {
  /** Another number whenever another run stands behind the snapshot. */
  run: number;
  /** Another number whenever another run was begun; another branch of it, by an act in the past, does not count. */
  beginning: number;
  /** The last step that the views tell of, while it stands at an earlier one. */
  shown: number;
  running: boolean;
  /** What it goes on to, while it goes on until something happens. */
  goal: Goal | undefined;
  /** How many steps, or how much virtual time, a second is worth; `Infinity` for as fast as it goes. */
  speed: { steps: number } | { ms: number };
  /** Whether it goes so slowly that messages are seen to travel. */
  isSlow: boolean;
  /** Whether it is known where the run ends. */
  isEndKnown: boolean;
  /** What is told beside the player: why something was not done, for example. */
  told: string;
  selection: Selection | null;
  /** The number of the branch that is shown, and all that there are. */
  branch: number;
  branches: { id: number; name: string; parent?: number; at: number }[];
};

/** Of each event what `detail` holds. All cross the border of the shadow root; all but `error` bubble. */
export interface RaftKvEvents {
  /** The run is seen at another step; while it runs fast not at every one. `time_ms` is virtual. */
  step: CustomEvent<{ step: number; time_ms: number }>;
  /** A property of Raft does not hold: told once for each in a run. `text` is the whole sentence. */
  violation: CustomEvent<{ step: number; property: string; text: string }>;
  /** The run is over. */
  done: CustomEvent<{ step: number; reason: string }>;
  /** What was asked for cannot be shown, or the emulation broke down. */
  error: CustomEvent<{ message: string; kind: "attribute" | "config" | "scenario" | "run" | "load" | "panic" }>;
}

/**
 * An emulation in a page:
 *
 * ```html
 * <script type="module" src="https://example.org/raft_kv/raft-kv.js"></script>
 * <raft-kv scenario="leader-crash" step="40" views="cluster trace"></raft-kv>
 * ```
 *
 * What stands within the element is its static picture: it is seen until the emulation is there, on paper, and where no
 * scripts run. Each property is the attribute of the same name, in which null stands for none; what is changed later takes
 * effect. While nobody can see it, its time stands still. If several of `run`, `config`, a
 * `<script type="application/toml">` within the element and `scenario` are given, the first in this order runs; if none is,
 * the project's own configuration. What is wrong with `config`, `scenario`, `run` or `seed` is told in its place; a look that
 * is wrong is told above the run, which goes on as it was seen before.
 *
 * A page may set these on it, or on anything around it; `light-dark(…, …)` gives a colour for light pages and one for dark:
 *
 * - `--raft-kv-font`: the font of words; by default the one around
 * - `--raft-kv-mono`: the font of commands and traces
 * - `--raft-kv-accent`: what is picked, what acts, and the main button
 * - `--raft-kv-paper`: the ground of the views
 * - `--raft-kv-ink`: what is written on it; softer words and grounds are mixed of these two
 * - `--raft-kv-line`: lines and frames
 * - `--raft-kv-height`: how high the cluster, the diagram and the trace are, and at most the logs
 *
 * And it may style these parts by `raft-kv::part(…)`: `views`, around all of them; `view`, each of them, and by its name
 * (`cluster`, `diagram`, `logs`, `trace`, `checks`); `player`; `notice`, what is told when something is wrong; `link`, to the
 * laboratory.
 */
export class RaftKv extends HTMLElement {
  /** The end of a link that the laboratory made, `#run=…`, or the whole link. It has a seed of its own. */
  run: string | null;
  /** The address of a configuration, relative to the page. */
  config: string | null;
  /** The name of a scenario: `split-vote`. */
  scenario: string | null;
  /** A whole number from 0 to 2^53 - 1 in place of the configuration's own. */
  get seed(): string | null;
  set seed(seed: string | number | null);
  /** Where it stands at first: a whole number; its end, if it is over before. Where it stands now is in `snapshot`. */
  get step(): string | null;
  set step(step: string | number | null);
  /** Names of views, in the order in which they are shown: `cluster trace` if none are given. */
  get views(): string | null;
  set views(views: string | ViewName[] | null);
  /** What can be done: nothing, walking through time (if nothing is said), or all that the laboratory can do with nodes and messages. */
  controls: "none" | "time" | "all" | string | null;
  /** Steps a second: 0.1, 0.3, 1, 3, 10, 30, 100 or 1000, of which the one next to what is given is taken; or `max`. */
  get speed(): string | null;
  set speed(speed: string | number | null);
  /** Whether it runs as soon as it is looked at; never for who wants less motion. The attribute may say `false`. */
  autoplay: boolean;
  /** `auto` takes the colours of the page around it. */
  theme: "auto" | "light" | "dark" | string | null;
  /** What it is called by a screen reader, if not by the scenario's title. */
  label: string | null;

  /** The run at its current step; null before it is there, and as soon as another one is asked for. */
  readonly snapshot: Snapshot | null;
  /**
   * Kept when the run stands at its step, which it begins to load when it comes near the window; broken, with the reason, if
   * it cannot be shown, or is removed meanwhile. From the moment on in which something else is to run it is another one.
   */
  readonly ready: Promise<void>;

  /** Has it take the keys. */
  focus(options?: FocusOptions): void;
  /** Runs; at the end, again from the start. What is asked for before the run is there is done then. */
  play(): void;
  pause(): void;
  /** Goes to a step; to the end if the run is over before. */
  seek(step: number): void;
  /** One step forward. */
  forward(): void;
  /** One step back. */
  back(): void;
  /** On until something of this kind happens. */
  until(goal: Goal): void;
  /** Has this come next, in the little language of acts: `crash node 1`. Whether it was done; never before the run is there. */
  act(sentence: string): boolean;
  /** The address of the laboratory that opens this run at this step. What is not loaded yet is loaded for it. */
  link(): Promise<string>;

  addEventListener<K extends keyof RaftKvEvents>(type: K, listener: (this: RaftKv, event: RaftKvEvents[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof RaftKvEvents>(type: K, listener: (this: RaftKv, event: RaftKvEvents[K]) => unknown, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "raft-kv": RaftKv;
  }
}
