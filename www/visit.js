// @ts-check
// What runs: what the address stands for, or after a reload what ran before it; and the text beside it.
import { addressOfPage, addressOfRun, addressOfScenario, destination, isRun, show } from "./address.js";
import { number } from "./dom.js";
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
  /** The address that was asked for last, and the one that stands for what runs. */
  #asked = new URL(location.href);
  #home = this.#asked;
  /** The run whose text is shown. */
  #run = 0;
  /** Whether it is told that the run is not kept. */
  #isTold = false;
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
    if (!(await this.#bringBack(place))) await this.#open(place, this.#store.overtake());
    this.#arrive();
    this.#store.addEventListener("change", () => this.#showText());
    addEventListener("popstate", () => this.#follow());
    addEventListener("click", (event) => this.#goInPage(event));
    addEventListener("pagehide", () => this.#keep());
    // A browser may end a page that is not seen without a word to it.
    document.addEventListener("visibilitychange", () => document.hidden && this.#keep());
    await this.#follow();
  }

  /**
   * Runs a scenario, and has the address say so.
   * @param {string} name
   */
  async goToScenario(name) {
    show(addressOfScenario(name));
    await this.#go();
  }

  /** Has the address stand for the run as it is now, and returns it. */
  async link() {
    const { pack } = await import("./link.js");
    const packed = await pack(this.#store.saved());
    const address = addressOfRun(packed);
    show(address);
    this.#home = this.#asked = new URL(location.href);
    this.#base = (await this.#configuration).base = packed;
    return address;
  }

  /**
   * Opens a file of the reader's: a saved run or a configuration.
   * @param {string} file
   * @param {Promise<string>} reading its text
   */
  async openFile(file, reading) {
    const isWanted = this.#store.overtake();
    const [text, configuration] = await Promise.all([reading, this.#configuration]);
    if (!isWanted()) return;
    if (file.endsWith(".toml")) return configuration.open({ file, text });
    try {
      if (await this.#store.open(text)) this.#say("");
    } catch (error) {
      this.#say(`${file} cannot be opened. What can be are runs that were saved here (.run) and configurations (.toml). As a run: ${sentenceOf(error)}`);
    }
  }

  /** @param {Destination} place */
  async #bringBack({ kind, base }) {
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
    const { search, hash } = location;
    if (placeOf(location) === placeOf(this.#asked)) return;
    const isPartOfPage = hash !== "" && !isRun(hash) && search === this.#asked.search;
    if (!isPartOfPage) await this.#go();
  }

  /** Opens what the address stands for, unless something else is asked for meanwhile. */
  async #go() {
    const isWanted = this.#store.overtake();
    const asked = (this.#asked = new URL(location.href));
    const place = await destination();
    if (isWanted()) await this.#open(place, isWanted);
    // Nothing runs that this address stands for, and no other was asked for.
    if (this.#asked === asked && this.#home !== asked) this.#goHome();
  }

  /** Has the address stand again for what runs. */
  #goHome() {
    this.#asked = this.#home;
    history.replaceState(null, "", this.#home);
  }

  /**
   * While the address holds a run, leads to another part of the page without changing it: that would lose the run.
   * @param {MouseEvent} event
   */
  #goInPage(event) {
    const link = event.target instanceof Element && event.target.closest("a[href^='#']");
    if (!link || !isRun(location.hash) || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const part = /** @type {HTMLElement | null} */ (document.querySelector(link.getAttribute("href") ?? ""));
    if (!part) return;
    event.preventDefault();
    // Only so that the next Tab goes on from there.
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
    part.scrollIntoView();
  }

  /**
   * @param {Destination} place
   * @param {() => boolean} isWanted
   */
  async #open(place, isWanted) {
    this.#say("");
    if (place.kind === "run") await this.#openRun(place.base, isWanted);
    else this.#openConfig({ file: place.file, text: place.base });
  }

  /**
   * @param {string} packed
   * @param {() => boolean} isWanted
   */
  async #openRun(packed, isWanted) {
    try {
      const { unpack } = await import("./link.js");
      const saved = await unpack(packed);
      if (!isWanted()) return;
      // From here on it is the store that sees to whether it is still wanted.
      isWanted = () => true;
      if (!(await this.#store.open(saved))) return;
      this.#say("");
      this.#began(packed, null);
    } catch (error) {
      if (isWanted()) await this.#refuse(error);
    }
  }

  /** @param {unknown} error why the run of the address cannot be shown */
  async #refuse(error) {
    const isRunning = this.#store.isBegun;
    if (isRunning) this.#goHome();
    else {
      history.replaceState(null, "", addressOfPage());
      await this.#go();
    }
    const instead = isRunning ? "The run before goes on." : "The page's own configuration runs instead.";
    this.#say(`The run of this link cannot be shown: ${sentenceOf(error)} ${instead} Ask for the link again, or for the run as a file.`);
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
    this.#home = this.#asked;
    this.#configuration.then((configuration) => configuration.begin(base, original, this.#store.config));
  }

  /** Keeps the run over a reload; that there is no room for it is told once. */
  #keep() {
    const isKept = keep(RUN, { base: this.#base, kept: this.#store.kept() });
    if (!isKept && !this.#isTold) this.#say("The browser has no room to keep this run over a reload: copy its link, or save it as a file.");
    this.#isTold = !isKept;
  }

  /** @param {{ step: number, goal: number }} way */
  #tellHowFar({ step, goal }) {
    this.#isOnWay = true;
    const percent = Math.floor((100 * step) / Math.max(goal, 1));
    this.#say(`Going to step ${number(goal)} of the run: ${percent} % of the way.`);
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
 * @param {Location | URL} address
 */
function placeOf({ search, hash }) {
  return isRun(hash) ? hash : search;
}

/** @param {unknown} error */
function sentenceOf(error) {
  const words = error instanceof Error ? error.message : String(error);
  return `${words.replace(/\.$/, "")}.`;
}
