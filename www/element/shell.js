// @ts-check
// The element from within: where the views stand, what is shown before them and in their place, and the way to the
// laboratory.
import { dress } from "../assets.js";
import { html } from "../dom.js";

/** What is no picture, though it stands within the element. */
const UNSEEN = "script, template, style, link, noscript";
/** What the emulation is called where nobody has named it. */
export const NAME = "A replicated log at work";

/** About so high are two views with their player. A static picture has its own height. */
const ROOM = "calc(var(--raft-kv-height, 430px) + 170px)";

/** Holds until the styles are there, which say it, too: a page can be printed before anybody comes near. */
const BARE = ":host { display: block } :host([hidden]) { display: none } ::slotted(:is(img, svg, picture, figure)) { max-width: 100%; height: auto }";

export class Shell {
  root;
  /** Where the views stand. */
  place = html("div", { class: "stage" });
  #frame = html("div", { class: "element", role: "group", tabindex: "-1" });
  #notice = html("div", { class: "notice", part: "notice", role: "alert" });
  #link = /** @type {HTMLAnchorElement} */ (html("a", { part: "link", target: "_blank", rel: "noopener" }, "Open in the laboratory"));
  #picture = /** @type {HTMLSlotElement} */ (html("slot"));
  /** Where there is no static picture; also on paper, if nobody ever came near. */
  #loading = html("p", { class: "loading" }, "An emulation, which is loaded when it comes into view");
  /** @type {() => Promise<string>} */
  #address = async () => this.#link.href;
  /** Whether the link leads to the run as it was just now. */
  #isFresh = false;

  /** @param {ShadowRoot} root */
  constructor(root) {
    this.root = root;
    const bare = new CSSStyleSheet();
    bare.replaceSync(BARE);
    root.adoptedStyleSheets = [bare];
    this.#picture.append(this.#loading);
    this.#picture.addEventListener("slotchange", () => {
      const hasPicture = this.#picture.assignedNodes().some(isSeen);
      this.#frame.toggleAttribute("data-picture", hasPicture);
      if (hasPicture) this.#frame.style.minHeight = "";
    });
    const foot = html("p", { class: "foot" });
    foot.append(this.#link);
    this.#link.hidden = true;
    this.#frame.append(this.#notice, this.place, this.#picture, foot);
    root.append(this.#frame);
    this.name = NAME;
    // A key that has done something here does nothing more: tools that make notes turn chapters and slides by the same keys.
    this.#frame.addEventListener("keydown", (event) => event.defaultPrevented && event.stopPropagation());
    this.state = "loading";
    this.#link.addEventListener("click", (event) => this.#follow(event));
    // Who presses on it may copy the address, or open it in ways of the browser's own.
    for (const kind of ["pointerdown", "focus", "keydown"]) this.#link.addEventListener(kind, () => this.#freshen());
  }

  /** Has it wear its styles. */
  dress() {
    return dress(this.root);
  }

  /** @param {string} name */
  set name(name) {
    this.#frame.setAttribute("aria-label", name);
  }

  /** What there is to be seen: nothing yet, the run, or why there is none. @param {"loading" | "live" | "refused"} state */
  set state(state) {
    this.#frame.dataset.state = state;
    this.#loading.hidden = state !== "loading";
    // So that what stands beneath need not move far when the run is there; before there are any styles, too.
    this.#frame.style.minHeight = state === "loading" ? ROOM : "";
    this.#frame.setAttribute("aria-busy", String(state === "loading"));
    if (state === "loading") this.close();
  }

  /** Has what is told stand above all else. @param {(notice: HTMLElement) => void} fill */
  tell(fill) {
    fill(this.#notice);
  }

  /** Has this stand in place of the run. @param {(notice: HTMLElement) => void} fill */
  async refuse(fill) {
    this.state = "refused";
    this.tell(fill);
    // Without its styles it can be read, too.
    await this.dress().catch(() => {});
  }

  /** Has it take the keys, as if somebody had clicked into it. @param {FocusOptions} [options] */
  focus(options) {
    (this.#frame.dataset.state === "live" ? this.place : this.#frame).focus(options);
  }

  /** Takes away what was told. What had the focus in it leaves it to the element. */
  close() {
    const hadFocus = this.#notice.contains(this.root.activeElement);
    this.#notice.replaceChildren();
    if (hadFocus) this.#frame.focus({ preventScroll: true });
  }

  /**
   * Has the link lead to `page` at once, and when it is pressed to what `address` says then.
   * @param {string} page
   * @param {() => Promise<string>} address
   */
  leadTo(page, address) {
    this.#link.hidden = false;
    this.#link.href = page;
    this.#address = () => address().catch(() => page);
  }

  async #freshen() {
    this.#isFresh = false;
    this.#link.href = await this.#address();
    this.#isFresh = true;
  }

  /** @param {Event} event */
  async #follow(event) {
    if (!this.#isFresh) {
      event.preventDefault();
      await this.#freshen();
      this.#link.click();
    }
    this.#isFresh = false;
  }
}

/** @param {Node} node */
function isSeen(node) {
  return node instanceof Element ? !node.matches(UNSEEN) : node.textContent?.trim() !== "";
}
