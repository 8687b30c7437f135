// @ts-check
// What there is to be seen of a run: words for those who draw it. There is nothing here that runs.

/**
 * @typedef {import("./branches.js").KeptBranch} KeptBranch
 * @typedef {import("./drive.js").Goal} Goal
 * @typedef {import("./drive.js").Speed} Speed
 *
 * What the reader has picked. A process is `node 1` or `client 2`, an entry is picked by its index in the logs. `steps` are
 * those that a message was sent and arrived in, if whoever picks it knows them.
 * @typedef {{ kind: "event", place: number, step: number } | { kind: "message", id: number, steps?: number[] }
 *   | { kind: "process", process: string } | { kind: "entry", index: number }} Selection
 *
 * `run` is another number whenever another run stands behind the snapshot: what was remembered of the former one, by
 * step or place, means nothing any more. `goal` is what the run goes on to, if it goes on until something happens.
 * `beginning` is another number whenever another run was begun, not only another branch shown. `shown` is the last step that
 * may be told of: all that are known, but while a scenario's question stands open those that its reader has seen.
 * `branches` is a list of its own in each snapshot; `branch` is the number of the current one.
 * @typedef {import("../pkg/raft_kv.js").Snapshot & {
 *   run: number, beginning: number, shown: number, running: boolean, goal: Goal | undefined, speed: Speed, isSlow: boolean, isEndKnown: boolean,
 *   told: string, selection: Selection | null, branch: number, branches: KeptBranch[]
 * }} Snapshot
 */
export {};
