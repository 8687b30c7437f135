// @ts-check
// Joins the scenario that runs to the store: its card, its question, and the gallery that it is chosen from.
import { addressOfScenario } from "./address.js";
import { scenarioNames, scenarioText } from "./assets.js";
import { find } from "./dom.js";
import { renderStory } from "./views/story.js";

/**
 * @typedef {import("./emulation.js").Store} Store
 * @typedef {import("./visit.js").Visit} Visit
 */

/**
 * @param {Store} store
 * @param {Visit} visit
 * @param {(text: string) => void} say
 */
export function joinTelling(store, visit, say) {
  const story = find("#story");
  const hasHappened = answerOf(store);
  // The pictures leave the story the room that it takes, so that the player stays where it is.
  new ResizeObserver(([{ borderBoxSize }]) => {
    find("main").style.setProperty("--story", `${Math.ceil(borderBoxSize[0]?.blockSize ?? 0)}px`);
  }).observe(story);
  const question = questionOf(store, find(".ask", story), hasHappened, say);
  store.addEventListener("change", () => {
    const isAnswered = hasHappened();
    renderStory(story, store.snapshot, isAnswered);
    question(isAnswered);
  });
  find("#scenarios").addEventListener("click", () => {
    gallery(store, visit).catch(({ message }) => say(`The scenarios could not be loaded: ${message}.`));
  });
}

/**
 * Shows the question of the scenario that runs, if it has one, and the answer once the run has come to it.
 * @param {Store} store
 * @param {HTMLElement} place
 * @param {() => boolean} hasHappened
 * @param {(text: string) => void} say
 */
function questionOf(store, place, hasHappened, say) {
  /** @type {import("./views/question.js").QuestionCard | undefined} */
  let card;
  let asked = 0;
  return (/** @type {boolean} */ isAnswered) => {
    const { scenario, beginning } = store.snapshot;
    if (beginning !== asked) {
      [asked, card] = [beginning, undefined];
      place.replaceChildren();
      if (scenario?.question) load(scenario.question);
    }
    card?.render(isAnswered);
  };
  /** @param {import("../pkg/raft_kv.js").QuestionView} question */
  async function load(question) {
    try {
      const { QuestionCard } = await import("./views/question.js");
      const fresh = document.createElement("div");
      place.replaceChildren(fresh);
      card = new QuestionCard(fresh, question, {
        onAnswered: () => store.showFuture(),
        // The same run once more.
        onAgain: () => store.useSeed(store.snapshot.seed),
      });
      card.render(hasHappened());
    } catch (error) {
      store.showFuture();
      say(`The question of this scenario could not be loaded: ${error instanceof Error ? error.message : error}.`);
    }
  }
}

/**
 * Whether the run has come to the line that answers its question. It is looked for when more of the run is known.
 * @param {Store} store
 */
function answerOf(store) {
  /** @type {number | undefined} */
  let place;
  /** Of which run, up to which step, this is known; and the lines before this one are not looked at again. */
  let [its, known, looked] = [0, -1, 0];
  return () => {
    const { scenario, lines, run, head } = store.snapshot;
    const text = scenario?.question?.reveal_on;
    if (!text) return false;
    if (run !== its) [its, known, looked, place] = [run, -1, 0, undefined];
    // What lies ahead may still be changed by hand.
    const isFound = place !== undefined && place < looked;
    if (head !== known && !isFound) place = store.ask((core) => core.search(text, looked - 1, false), undefined);
    [known, looked] = [head, Math.max(looked, lines)];
    return place !== undefined && place < lines;
  };
}

/**
 * @param {Store} store
 * @param {Visit} visit
 */
async function gallery(store, visit) {
  const [{ openGallery }, names] = await Promise.all([import("./views/gallery.js"), scenarioNames()]);
  const cards = await Promise.all(names.map(async (name) => {
    // One that cannot be read does not take the others away.
    const scenario = await toldBy(store, name).catch(() => undefined);
    return { name, address: addressOfScenario(name), scenario };
  }));
  openGallery(cards, store.snapshot.scenario?.title, async (name) => {
    await visit.goToScenario(name);
    // So that the keys act at once.
    find("#emulation").focus({ preventScroll: true });
    scrollTo(0, 0);
  });
}

/**
 * What a scenario tells of itself; nothing if it cannot be loaded.
 * @param {Store} store
 * @param {string} name
 */
async function toldBy(store, name) {
  const text = await scenarioText(name);
  if (text === null) return undefined;
  return store.consult((core) => {
    const emulation = new core.Emulation(`${name}.toml`, text);
    const { scenario } = emulation.snapshot();
    emulation.free();
    return scenario;
  });
}
