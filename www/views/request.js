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
    const [client, command, key] = [this.#client.value, this.#command.value, this.#key.value];
    const value = command === "put" ? this.#value.value : undefined;
    const sentence = [client, command, key, ...(value === undefined ? [] : [value])].join(" ");
    const keyLack = client === "" ? "there is no client" : lackOfKey(key);
    const reason = keyLack ?? lackOfValue(value) ?? this.#doings.refusal(sentence);
    const wrong = keyLack === undefined && value !== undefined ? this.#value : this.#key;
    this.#tell(reason === undefined ? "" : `Not sent: ${reason}.`, wrong);
    if (reason === undefined) this.#doings.act(sentence);
    else wrong.focus();
  }

  /**
   * @param {string} error
   * @param {HTMLInputElement} [wrong] what it is about
   */
  #tell(error, wrong) {
    write(this.#error, error);
    for (const field of [this.#key, this.#value]) field.setAttribute("aria-invalid", String(error !== "" && field === wrong));
  }
}

/**
 * What a key lacks to have its place in a sentence.
 * @param {string} key
 */
function lackOfKey(key) {
  if (key === "") return "type a key";
  return key.includes(" ") ? "a key is one word, without spaces" : undefined;
}

/**
 * What a value lacks to be the end of a sentence as it was typed.
 * @param {string | undefined} value
 */
function lackOfValue(value) {
  if (value === "") return "type a value";
  return value?.startsWith(" ") || value?.endsWith(" ") ? "a value does not begin or end with a space" : undefined;
}
