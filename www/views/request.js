// @ts-check
// The form by which a client is given something to ask for.
import { find, html, write } from "../dom.js";

/**
 * @typedef {import("../emulation.js").Snapshot} Snapshot
 * @typedef {{ act(sentence: string): unknown, refusal(sentence: string): string | undefined }} Doings
 */

export class Request {
  #element;
  #doings;
  /** @type {HTMLSelectElement} */
  #client;
  /** @type {HTMLSelectElement} */
  #command;
  /** @type {HTMLInputElement} */
  #key;
  /** @type {HTMLInputElement} */
  #value;
  #error;

  /**
   * @param {HTMLFormElement} element
   * @param {Doings} doings
   */
  constructor(element, doings) {
    this.#element = element;
    this.#doings = doings;
    this.#client = find("[name=client]", element);
    this.#command = find("[name=command]", element);
    this.#key = find("[name=key]", element);
    this.#value = find("[name=value]", element);
    this.#error = find(".error", element);
    element.addEventListener("input", () => {
      this.#showValue();
      this.#tell("");
    });
    element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** @param {Snapshot} snapshot */
  render({ clients, selection }) {
    const names = clients.map(({ id }) => `client ${id}`);
    if (this.#client.length !== names.length) {
      const { value } = this.#client;
      this.#client.replaceChildren(...names.map((name) => html("option", { value: name }, name)));
      if (names.includes(value)) this.#client.value = value;
    }
    const picked = selection?.kind === "process" && names.includes(selection.process) ? selection.process : undefined;
    // A client that is picked is the one that asks, until somebody picks another one here.
    if (picked && this.#element.dataset.picked !== picked) this.#client.value = picked;
    this.#element.dataset.picked = picked ?? "";
  }

  #showValue() {
    find(".value", this.#element).hidden = this.#command.value !== "put";
  }

  #send() {
    const [client, command] = [this.#client.value, this.#command.value];
    const words = [client, command, this.#key.value, ...(command === "put" ? [this.#value.value] : [])];
    const sentence = words.join(" ");
    const reason = this.#key.value === "" ? "type a key" : this.#doings.refusal(sentence);
    this.#tell(reason === undefined ? "" : `Not sent: ${reason}.`);
    if (reason === undefined) this.#doings.act(sentence);
    else this.#key.focus();
  }

  /** @param {string} error */
  #tell(error) {
    write(this.#error, error);
    for (const field of [this.#key, this.#value]) field.setAttribute("aria-invalid", String(error !== ""));
  }
}
