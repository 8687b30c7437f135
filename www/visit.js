// @ts-check
// What runs: what the address stands for, or after a reload what ran before it; and the text beside it.
import { addressOfPage, addressOfRun, addressOfScenario, destination, isRun, show } from "./address.js";
import { keep, recall } from "./keep.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./address.js").Destination} Destination
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {import("./views/editor.js").Sheet} Sheet
 */

/** The name that the run is kept by. */
const RUN = "run";

export class Visit {
  #store;
  #say;
  #configuration;
  #base = "";
  /** What of the address stands for what runs. */
  #place = "";
  /** The run whose text is shown. */
  #run = 0;
  /** Whether it is told how far a run has come on its way. */
  #isOnWay = false;

  /**
   * @param {Store} store
   * @param {(text: string) => void} say
   * @param {Promise<Configuration>} configuration where the text stands, as soon as it is there
   */
  constructor(store, say, configuration) {
    this.#store = store;
    this.#say = say;
    this.#configuration = configuration;
  }

  /** What the address stands for. */
  static destination() {
    return destination();
  }

  /**
   * Opens what the address stands for, or what ran before a reload; and from now on whatever the address changes to.
   * @param {Destination} place what it stands for
   */
  async begin(place) {
    this.#store.addEventListener("opening", (event) => this.#tellHowFar(/** @type {CustomEvent} */ (event).detail));
    if (!(await this.#bringBack(place))) await this.#open(place);
    this.#arrive();
    this.#store.addEventListener("change", () => this.#showText());
    addEventListener("popstate", () => this.#follow());
    addEventListener("pagehide", () => keep(RUN, { base: this.#base, kept: this.#store.kept() }));
  }

  /**
   * Runs a scenario, and has the address say so.
   * @param {string} name
   */
  async goToScenario(name) {
    show(addressOfScenario(name));
    await this.#open(await destination());
  }

  /** Has the address stand for the run as it is now, and returns it. */
  async link() {
    const { pack } = await import("./link.js");
    const packed = await pack(this.#store.saved());
    const address = addressOfRun(packed);
    show(address);
    this.#place = placeOf(location);
    this.#base = (await this.#configuration).base = packed;
    return address;
  }

  /**
   * Opens a file of the reader's: a saved run or a configuration.
   * @param {string} file
   * @param {string} text
   */
  async openFile(file, text) {
    if (file.endsWith(".toml")) return (await this.#configuration).open({ file, text });
    try {
      if (await this.#store.open(text)) this.#say("");
    } catch (error) {
      this.#say(`${file} cannot be opened. What can be are runs that were saved here (.run) and configurations (.toml). As a run: ${sentenceOf(error)}`);
    }
  }

  /** @param {Destination} place */
  async #bringBack({ kind, base }) {
    this.#place = placeOf(location);
    // Who comes by a link wants a scenario from its beginning.
    if (location.search && !isReturn()) return false;
    const record = recall(RUN);
    if (!record?.kept || record.base !== (base ?? "")) return false;
    try {
      if (!(await this.#store.bringBack(record.kept))) return false;
    } catch {
      // Kept by another version of the engine, perhaps: the address still stands for something.
      return false;
    }
    const original = base === null ? null : { file: "config.toml", text: base };
    this.#began(base ?? "", kind === "run" ? null : original);
    return true;
  }

  /** The address has changed: to another place, or only to another part of the page. */
  async #follow() {
    if (placeOf(location) !== this.#place) await this.#open(await destination());
  }

  /** @param {Destination} place */
  async #open(place) {
    this.#place = placeOf(location);
    this.#say("");
    if (place.kind === "run") await this.#openRun(place.base);
    else this.#openConfig({ file: place.file, text: place.base });
  }

  /** @param {string} packed */
  async #openRun(packed) {
    try {
      const { unpack } = await import("./link.js");
      if (!(await this.#store.open(await unpack(packed)))) return;
      this.#say("");
      this.#began(packed, null);
    } catch (error) {
      const isRunning = this.#store.isBegun;
      history.replaceState(null, "", addressOfPage());
      if (!isRunning) await this.#open(await destination());
      const instead = isRunning ? "The run before goes on." : "The page's own configuration runs instead.";
      this.#say(`The run of this link cannot be shown: ${sentenceOf(error)} ${instead} Ask for the link again, or for the run as a file.`);
    }
  }

  /** @param {{ file: string, text: string | null }} config */
  #openConfig({ file, text }) {
    const sheet = { file, text: text ?? "" };
    try {
      this.#store.apply(file, sheet.text);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ConfigError") throw error;
      const { line } = /** @type {import("../pkg/raft_kv.js").ConfigError} */ (error);
      this.#store.apply(file, "");
      this.#began(sheet.text, sheet);
      this.#configuration.then((configuration) => configuration.refuse(sheet));
      return this.#say(`${file} has an error in line ${line}, see below; the defaults are running.`);
    }
    this.#began(sheet.text, sheet);
    if (text === null) this.#say(`${file} could not be loaded: the defaults are running.`);
  }

  /**
   * @param {string} base
   * @param {Sheet | null} original
   */
  #began(base, original) {
    this.#base = base;
    this.#configuration.then((configuration) => configuration.begin(base, original, this.#store.config));
  }

  /** @param {{ step: number, goal: number }} way */
  #tellHowFar({ step, goal }) {
    this.#isOnWay = true;
    const percent = Math.floor((100 * step) / Math.max(goal, 1));
    this.#say(`Going to step ${goal.toLocaleString("en")} of the run: ${percent} % of the way.`);
  }

  #arrive() {
    if (this.#isOnWay) this.#say("");
    this.#isOnWay = false;
  }

  #showText() {
    if (this.#run === this.#store.snapshot.run) return;
    this.#run = this.#store.snapshot.run;
    this.#arrive();
    this.#configuration.then((configuration) => configuration.show(this.#store.config));
  }
}

/** Whether the browser shows the page once more, and was not led to it anew. */
function isReturn() {
  const [navigation] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return navigation !== undefined && ["reload", "back_forward"].includes(navigation.type);
}

/**
 * The part of an address that stands for what runs.
 * @param {Location} address
 */
function placeOf({ search, hash }) {
  return isRun(hash) ? hash : search;
}

/** @param {unknown} error */
function sentenceOf(error) {
  const words = error instanceof Error ? error.message : String(error);
  return `${words.replace(/\.$/, "")}.`;
}
