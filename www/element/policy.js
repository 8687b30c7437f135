// @ts-check
// What the policy of the page around (Content-Security-Policy) forbids the element: no network mends that.
import { LABORATORY } from "../assets.js";
import { AGAIN, Refusal } from "./refusal.js";

/** So long after something was not loaded the browser may take to tell that it was forbidden; in milliseconds. */
const MOMENT_MS = 50;
/** What is forbidden in place of an address where code may not be compiled. */
const CODE = "wasm-eval";

export class Policy {
  /** What would have to be allowed. @type {string | undefined} */
  #missing;

  /**
   * @param {Document} document
   * @param {AbortSignal} signal
   */
  constructor(document, signal) {
    const origin = LABORATORY && new URL(LABORATORY).origin;
    /** @param {SecurityPolicyViolationEvent} event */
    const heed = ({ blockedURI, effectiveDirective, disposition }) => {
      const isCode = blockedURI === CODE;
      const directive = effectiveDirective.replace(/-(elem|attr)$/, "");
      if (disposition === "enforce" && (isCode || (origin && blockedURI.startsWith(origin)))) this.#missing ??= `${isCode ? "'wasm-unsafe-eval'" : origin} in ${directive}`;
    };
    document.addEventListener("securitypolicyviolation", heed, { signal });
  }

  /** What is told of this. @param {Refusal} refusal */
  async explain(refusal) {
    if (refusal.kind !== "load") return refusal;
    await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
    if (this.#missing === undefined) return refusal;
    return new Refusal("load", `The emulation may not be loaded here: the Content-Security-Policy of this page has to allow ${this.#missing}.`, [AGAIN]);
  }
}
