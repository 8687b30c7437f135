// @ts-check
// What a verb is: a sentence of the little language of acts, with words for the reader, and those for a message. They are
// the same in menus, in panels and by key.

/**
 * @typedef {{ kind: "number", value: number, least: number, most: number, unit: string }} NumberInput
 * @typedef {{ kind: "choice", options: { value: string, words: string }[], none: string }} ChoiceInput
 * @typedef {{
 *   name: string, words: string, title: string, key?: string, input?: NumberInput | ChoiceInput,
 *   act: (value: string) => string
 * }} Verb
 */

/** How long a message is held back unless the reader says how long, in virtual milliseconds. */
const HOLD_MS = 100;
export const LONGEST_MS = 1_000_000;

/**
 * @param {string} name
 * @param {string} words
 * @param {string} title
 * @param {string} act
 * @returns {Verb}
 */
export function plain(name, words, title, act) {
  return { name, words, title, act: () => act };
}

/**
 * @param {number} message its number
 * @returns {Verb[]}
 */
export function messageVerbs(message) {
  const hold = number(HOLD_MS, 1, LONGEST_MS, "ms");
  return [
    { ...plain("deliver", "Deliver now", "Let its receiver have it next (Enter or D)", `deliver ${message}`), key: "d" },
    { ...plain("drop", "Drop", "Lose it (X)", `drop ${message}`), key: "x" },
    { ...plain("duplicate", "Duplicate", "Send it a second time (2)", `duplicate ${message}`), key: "2" },
    {
      name: "hold",
      words: "Hold",
      title: "Have it take so much longer (H)",
      key: "h",
      input: hold,
      act: (ms) => `delay ${message} ${ms}`,
    },
  ];
}

/**
 * What a key means for a message that has the focus.
 * @param {KeyboardEvent} event
 * @param {number} message its number
 * @returns {string | undefined} the act
 */
export function actOfKey({ key, altKey, ctrlKey, metaKey }, message) {
  if (altKey || ctrlKey || metaKey) return undefined;
  const pressed = key === "Enter" ? "d" : key.toLowerCase();
  const verb = messageVerbs(message).find((one) => one.key === pressed);
  return verb?.act(usual(verb));
}

/**
 * Why a verb is no sentence yet: there is nothing to choose from. Undefined if it is one.
 * @param {Verb} verb
 */
export function lackOf({ input }) {
  return input?.kind === "choice" && input.options.length === 0 ? input.none : undefined;
}

/**
 * What an input of a verb holds before somebody changes it.
 * @param {Verb} verb
 */
export function usual({ input }) {
  if (!input) return "";
  return input.kind === "number" ? String(input.value) : (input.options[0]?.value ?? "");
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 * @param {string} unit
 * @returns {NumberInput}
 */
export function number(value, least, most, unit) {
  return { kind: "number", value, least, most, unit };
}
