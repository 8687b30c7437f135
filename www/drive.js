// @ts-check
// The drive: takes steps over time, in slices that leave the page alive however long the run is, and looks ahead.

/**
 * @typedef {import("../pkg/raft_kv.js").Emulation} Emulation
 * @typedef {"election" | "leader" | "commit" | "reply" | "violation"} Goal
 *
 * How many steps, or how much virtual time, a second of the reader's is worth; `Infinity` for as fast as it goes.
 * @typedef {{ steps: number } | { ms: number }} Speed
 *
 * What it needs: to call the run; to know where it stands for its reader, and how far it is known; to say that it stands
 * elsewhere now, and whether that is to be drawn; to tell the reader something; to have somebody who deals with a panic of
 * the core.
 * @typedef {{
 *   call: <T>(call: (emulation: Emulation) => T) => T, place: () => { step: number, head: number },
 *   moved: (isToBeDrawn: boolean) => void, tell: (text: string) => void, guard: (act: () => void) => void
 * }} Owner
 */

/** So many steps are run ahead, so that the scrub bar spans the whole run, unless it is a very long one. */
const LOOK_AHEAD = 50_000;
/** A picture is drawn at least this often, however fast the run goes; in milliseconds. */
const SLICE_MS = 8;
/** So much of a frame is left to steps where a picture is drawn in it, too; in milliseconds. */
const PICTURE_SLICE_MS = 3;
/** As fast as it goes, pictures would take longer than steps: then one is drawn so often; in milliseconds. */
const RUSH_PICTURE_MS = 100;
/** So many steps are taken between two looks at the clock. */
const BURST = 200;
/** So long a sleep, of a hidden page for example, is not made up for; in milliseconds. */
const LONGEST_GAP_MS = 250;

/** What a goal is called when it was not met. @type {Record<Goal, string>} */
const GOALS = {
  election: "no other election",
  leader: "no other leader",
  commit: "no other commit",
  reply: "no other answer to a client",
  violation: "no violation",
};

export class Drive {
  #owner;
  #frame = 0;
  /** When the last slice began, what part of a step was left over then, and what virtual time it was. */
  #clock = { at: 0, owed: 0, ms: 0 };
  /** When a picture was drawn last. */
  #drawn = 0;
  /** Whether the speed is of no account until the run stops. */
  #isRushing = false;
  /** Where the run stood when it was sent to its goal. */
  #home = 0;
  /** How many steps are still looked ahead. */
  #ahead = 0;
  /** Whether it may look ahead: not before the page is whole. */
  #isFree = false;
  /** Whether nobody sees the run, so that time stands still. */
  #isHeld = false;
  /** How far the run is known. */
  #head = 0;
  /** Where the run stands for its reader, while the core is ahead of them. @type {number | undefined} */
  #stand;
  running = false;
  /** @type {Goal | undefined} */
  goal;
  /** @type {Speed} */
  #speed = { steps: 10 };
  /** Pairs of a step and its virtual time, evenly over the run as far as it was known when it began to run. @type {[number, number][]} */
  #times = [];
  /** Whether the farthest step that was reached is the last one. */
  isEndKnown = false;

  /** @param {Owner} owner */
  constructor(owner) {
    this.#owner = owner;
  }

  get speed() {
    return this.#speed;
  }

  /** Goes on from where the run stands, at this speed. */
  set speed(speed) {
    this.#speed = speed;
    if (this.running) this.#owner.guard(() => this.#reckon(0));
  }

  /** How many steps a second are taken now. */
  get pace() {
    if (this.#isRushing) return Infinity;
    return "steps" in this.speed ? this.speed.steps : this.speed.ms * this.#stepsPerMs();
  }

  /** Looks ahead in a run whose future is not known. */
  begin() {
    this.#stand = undefined;
    this.#head = 0;
    this.#ahead = LOOK_AHEAD;
    this.isEndKnown = false;
    this.stop();
  }

  /** From now on it looks ahead whenever it has nothing else to do. */
  free() {
    this.#isFree = true;
    this.#wait();
  }

  /** @param {boolean} isHeld */
  set isHeld(isHeld) {
    this.#isHeld = isHeld;
    this.#wait();
  }

  /** @param {number} step */
  goTo(step) {
    this.stop();
    this.#stand = undefined;
    this.#owner.call((emulation) => emulation.seek(step));
    this.#wait();
  }

  /** @param {{ from?: number, isRushing?: boolean, goal?: Goal }} how */
  start({ from, isRushing = false, goal }) {
    this.comeBack();
    if (from !== undefined) this.#owner.call((emulation) => emulation.seek(from));
    this.#isRushing = isRushing;
    this.goal = goal;
    this.#home = this.#owner.place().step;
    this.#reckon(this.running ? 0 : 1);
    this.running = true;
    this.#wait();
  }

  /** Reckons from now and here on what is due. @param {number} owed so many steps are due at once */
  #reckon(owed) {
    this.#times = this.#owner.call((emulation) => emulation.story()).times;
    this.#clock = { at: performance.now(), owed, ms: this.#msAt(this.#owner.place().step) };
  }

  stop() {
    this.running = false;
    this.goal = undefined;
    this.#wait();
  }

  /** Does nothing any more: the core has died. */
  halt() {
    this.#ahead = 0;
    this.#stand = undefined;
    this.stop();
  }

  /** Has the core stand where its reader thinks it stands: to be called before it is asked for anything. */
  comeBack() {
    const step = this.#stand;
    this.#stand = undefined;
    if (step !== undefined) this.#owner.call((emulation) => emulation.seek(step));
  }

  /** @param {number} now */
  #slice(now) {
    this.#owner.guard(() => (this.running ? this.#drive(now) : this.#lookAhead()));
    this.#wait();
  }

  /**
   * Takes the steps that are due by now, as many as fit in a slice.
   * @param {number} now
   */
  #drive(now) {
    const gap = Math.min(Math.max(now - this.#clock.at, 1), LONGEST_GAP_MS);
    const whole = this.#due(gap / 1000);
    this.#clock.at = now;
    if (whole === 0) return;
    const isPictureDue = this.pace !== Infinity || now - this.#drawn > RUSH_PICTURE_MS;
    const ending = this.#take(whole, isPictureDue ? PICTURE_SLICE_MS : SLICE_MS);
    if (ending) {
      if (ending === "over") this.isEndKnown = true;
      if (ending === "over" && this.goal) this.#giveUp(this.goal);
      this.stop();
    }
    const isDue = ending !== undefined || isPictureDue;
    if (isDue) this.#drawn = now;
    this.#owner.moved(isDue);
  }

  /**
   * How many steps are due after so many seconds.
   * @param {number} seconds
   */
  #due(seconds) {
    if (!this.#isRushing && "ms" in this.speed) {
      this.#clock.ms += seconds * this.speed.ms;
      return Math.max(0, Math.floor(this.#stepAt(this.#clock.ms)) - this.#owner.place().step);
    }
    const due = this.#clock.owed + seconds * this.pace;
    const whole = Math.floor(due);
    this.#clock.owed = Number.isFinite(due) ? due - whole : 0;
    return whole;
  }

  /**
   * Takes so many steps, or as many as fit in a slice. Returns what ended them.
   * @param {number} steps
   * @param {number} slice in milliseconds
   */
  #take(steps, slice) {
    const end = performance.now() + slice;
    let left = steps;
    do {
      const burst = Math.min(left, BURST);
      const { taken, met } = this.#burst(burst);
      if (met) return "met";
      if (taken < burst) return "over";
      left -= burst;
    } while (left > 0 && performance.now() < end);
    return undefined;
  }

  /** @param {number} steps */
  #burst(steps) {
    return this.#owner.call((emulation) => {
      if (!this.goal) return { taken: emulation.run(steps), met: false };
      const { steps: taken, met } = emulation.run_until(this.goal, steps);
      return { taken, met };
    });
  }

  /**
   * The run is over, and its goal was not met: it stands again where it stood.
   * @param {Goal} goal
   */
  #giveUp(goal) {
    const home = this.#home;
    this.#owner.call((emulation) => emulation.seek(home));
    this.#owner.tell(`Up to the end of the run there is ${GOALS[goal]}: it stands where it stood.`);
  }

  /** Goes on looking ahead, from the farthest step that is known. */
  #lookAhead() {
    if (this.#stand === undefined) {
      const { step, head } = this.#owner.place();
      const known = Math.max(head, this.#head);
      this.#ahead = Math.min(this.#ahead, Math.max(0, step + LOOK_AHEAD - known));
      this.#owner.call((emulation) => emulation.seek(known));
      [this.#stand, this.#head] = [step, known];
    }
    const end = performance.now() + SLICE_MS;
    while (this.#ahead > 0 && performance.now() < end) {
      const taken = this.#owner.call((emulation) => emulation.run(BURST));
      this.#head += taken;
      this.isEndKnown = taken < BURST;
      this.#ahead = this.isEndKnown ? 0 : Math.max(0, this.#ahead - BURST);
    }
    if (this.#ahead === 0) {
      this.comeBack();
      this.#owner.moved(true);
    }
  }

  /** How many steps a virtual millisecond has, where the run stands. */
  #stepsPerMs() {
    const ms = this.#msAt(this.#owner.place().step);
    return this.#stepAt(ms + 1) - this.#stepAt(ms);
  }

  /** About when a step comes. @param {number} step */
  #msAt(step) {
    return between(this.#times, step);
  }

  /** About which step comes at this time. @param {number} ms */
  #stepAt(ms) {
    return between(this.#times.map(([step, at]) => [at, step]), ms);
  }

  /** Takes the next slice in the next frame: one, however often it was asked for. */
  #wait() {
    cancelAnimationFrame(this.#frame);
    if (this.#isHeld) return;
    if (this.running || (this.#isFree && this.#ahead > 0)) this.#frame = requestAnimationFrame((now) => this.#slice(now));
  }
}

/**
 * What stands behind a number in a list of pairs in ascending order, or lies between two of them; behind the last one it
 * goes on as it did at the end.
 * @param {[number, number][]} pairs
 * @param {number} number
 */
function between(pairs, number) {
  const behind = pairs.findIndex(([it]) => it > number);
  const place = Math.max(1, behind === -1 ? pairs.length - 1 : behind);
  const [from, to] = [pairs[place - 1] ?? [0, 0], pairs[place] ?? [1, 1]];
  return from[1] + ((number - from[0]) * (to[1] - from[1])) / Math.max(1, to[0] - from[0]);
}
