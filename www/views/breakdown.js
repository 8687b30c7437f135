// @ts-check
// What is told when the core has panicked: what it said, that the run goes on, and the run that repeats it.
import { find, html } from "../dom.js";

/**
 * Returns what tells more, beneath it.
 * @param {Element} notice
 * @param {string} said
 * @param {{ copyLink(): void, saveRun(): void, close(): void }} reader
 */
export function renderBreakdown(notice, said, { copyLink, saveRun, close }) {
  const words =
    `The emulation broke down, which is a mistake in it and not in what you did. ${said} It was loaded again, and the run ` +
    "stands where it stood. To report it, send these words and the run:";
  const keys = html("div", { class: "keys" });
  for (const [name, act] of /** @type {[string, () => void][]} */ ([["Copy link to the run", copyLink], ["Save the run", saveRun], ["Close", close]])) {
    const button = html("button", {}, name);
    button.addEventListener("click", act);
    // What has the focus goes away with the words.
    if (act === close) button.addEventListener("click", () => find("#emulation").focus({ preventScroll: true }));
    keys.append(button);
  }
  const more = html("p");
  notice.replaceChildren(html("p", {}, words), keys, more);
  return (/** @type {string} */ text) => {
    more.textContent = text;
  };
}
