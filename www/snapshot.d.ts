// What there is to be seen of a run: words for those who draw it.
import type { KeptBranch } from "./branches.js";
import type { Goal, Speed } from "./drive.js";
import type { Snapshot as CoreSnapshot } from "../pkg/raft_kv.js";

/**
 * What the reader has picked. A process is `node 1` or `client 2`, an entry is picked by its index in the logs. `steps` are
 * those that a message was sent and arrived in, if whoever picks it knows them.
 */
export type Selection =
  | { kind: "event"; place: number; step: number }
  | { kind: "message"; id: number; steps?: number[] }
  | { kind: "process"; process: string }
  | { kind: "entry"; index: number };

export type Snapshot = CoreSnapshot & {
  /** Another number whenever another run stands behind the snapshot: what was remembered of the former one, by step or
   * place, means nothing any more. */
  run: number;
  /** Another number whenever another run was begun, not only another branch shown. */
  beginning: number;
  /** The last step that may be told of: all that are known, but while a scenario's question stands open those that its
   * reader has seen. */
  shown: number;
  running: boolean;
  /** What the run goes on to, if it goes on until something happens. */
  goal: Goal | undefined;
  speed: Speed;
  isSlow: boolean;
  isEndKnown: boolean;
  told: string;
  selection: Selection | null;
  /** The number of the current branch. */
  branch: number;
  /** A list of its own in each snapshot. */
  branches: KeptBranch[];
};
