// @ts-check
// A scenario's question: to be answered before it runs, and answered by the run itself.
import { html, place } from "../dom.js";

/**
 * @typedef {import("../../pkg/raft_kv.js").QuestionView} QuestionView
 * @typedef {"asked" | "guessed" | "revealed"} State
 * @typedef {{ onAnswered(): void, onAgain(): void }} Reader hears that there is a guess, or the answer; has it asked afresh
 */

export class QuestionCard {
  #element;
  #question;
  #reader;
  /** The answer that the reader guesses, the first being 1; 0 while there is none. */
  #guess = 0;
  /** @type {State | undefined} */
  #state;
  /** It stays in the page: what comes together with its place is not heard. */
  #said = html("p", { role: "status", class: "said" });

  /**
   * @param {Element} element
   * @param {QuestionView} question
   * @param {Reader} reader
   */
  constructor(element, question, reader) {
    this.#reader = reader;
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
    if (state === "guessed") this.#say("Now run it, and see.");
    else this.#drawWhole(state);
    if (state !== "asked") this.#reader.onAnswered();
  }

  /** @param {"asked" | "revealed"} state */
  #drawWhole(state) {
    const { ask, answers, explain } = this.#question;
    if (state === "revealed") {
      const again = html("button", { type: "button", class: "again", title: "Begin this scenario again, at its first step" }, "Ask again");
      again.addEventListener("click", () => this.#reader.onAgain());
      place(this.#element, [html("p", {}, ask), this.#said, again]);
      return this.#say(html("strong", {}, this.#verdict()), ` ${explain}`);
    }
    const set = html("fieldset");
    set.append(html("legend", {}, ask), ...answers.map((answer, place) => this.#choice(answer, place + 1)));
    this.#said.replaceChildren();
    place(this.#element, [set, this.#said]);
  }

  /** @param {...(Node | string)} words */
  #say(...words) {
    this.#said.replaceChildren(...words);
  }

  #verdict() {
    const { right, answers } = this.#question;
    const answer = answers[right - 1];
    if (this.#guess === 0) return `${answer}.`;
    if (this.#guess === right) return `✓ You were right: ${answer}.`;
    return `✕ You guessed: ${answers[this.#guess - 1]}. But: ${answer}.`;
  }

  /**
   * @param {string} answer
   * @param {number} place
   */
  #choice(answer, place) {
    const label = html("label");
    const radio = html("input", { type: "radio", name: "guess", value: place });
    label.append(radio, answer);
    return label;
  }
}
