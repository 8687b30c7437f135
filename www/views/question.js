// @ts-check
// A scenario's question: to be answered before it runs, and answered by the run itself.
import { html } from "../dom.js";

/**
 * @typedef {import("../../pkg/raft_kv.js").QuestionView} QuestionView
 * @typedef {"asked" | "guessed" | "revealed"} State
 */

export class QuestionCard {
  #element;
  #question;
  /** The answer that the reader guesses, the first being 1; 0 while there is none. */
  #guess = 0;
  /** @type {State | undefined} */
  #state;

  /**
   * @param {Element} element
   * @param {QuestionView} question
   */
  constructor(element, question) {
    this.#element = element;
    this.#question = question;
    element.addEventListener("change", ({ target }) => {
      this.#guess = Number(/** @type {HTMLInputElement} */ (target).value);
      this.#draw("guessed");
    });
  }

  /** @param {boolean} hasHappened whether the run has come to what answers the question */
  render(hasHappened) {
    // What was seen is not forgotten when the reader goes back.
    if (this.#state !== "revealed") this.#draw(hasHappened ? "revealed" : this.#guess > 0 ? "guessed" : "asked");
  }

  /** @param {State} state */
  #draw(state) {
    if (state === this.#state) return;
    this.#state = state;
    if (state === "guessed") return this.#say("Now run it, and see.");
    const { ask } = this.#question;
    const set = html("fieldset");
    const said = html("p", { role: "status", class: "said" });
    set.append(html("legend", {}, ask), ...this.#question.answers.map((answer, place) => this.#choice(answer, place + 1)), said);
    this.#element.replaceChildren(set);
    if (state === "revealed") this.#say(this.#verdict());
  }

  /** @param {string} words */
  #say(words) {
    const said = this.#element.querySelector(".said");
    if (said) said.textContent = words;
  }

  #verdict() {
    const { right, explain, answers } = this.#question;
    const verdict = this.#guess === 0 ? "The answer" : this.#guess === right ? "✓ Right" : "✕ No";
    return `${verdict}: ${answers[right - 1]}. ${explain}`;
  }

  /**
   * @param {string} answer
   * @param {number} place
   */
  #choice(answer, place) {
    const label = html("label", this.#state === "revealed" && place === this.#question.right ? { class: "right" } : {});
    const radio = /** @type {HTMLInputElement} */ (html("input", { type: "radio", name: "guess", value: place }));
    radio.checked = place === this.#guess;
    radio.disabled = this.#state === "revealed";
    label.append(radio, answer);
    return label;
  }
}
