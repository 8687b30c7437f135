// @ts-check
// A dialog: opened over the page, closed by its button, by Escape, or by a click beside it.
import { html } from "../dom.js";

/**
 * Opens a dialog, and forgets it when it is closed. If one is open, as after a double click, it stays the only one.
 * @param {string} title
 * @param {...(Node | string)} content
 */
export function openDialog(title, ...content) {
  const other = document.querySelector("dialog");
  if (other) return other;
  const dialog = /** @type {HTMLDialogElement} */ (html("dialog", { "aria-labelledby": "dialog-title" }));
  const head = html("h2", { id: "dialog-title" }, title);
  const close = html("button", { class: "close" }, "Close");
  close.addEventListener("click", () => dialog.close());
  const top = html("div", { class: "top" });
  top.append(head, close);
  const body = html("div", { class: "body" });
  body.append(...content);
  dialog.append(top, body);
  /** Where the pointer was put down: what is dragged out of the dialog does not close it. @type {EventTarget | null} */
  let pressed = null;
  dialog.addEventListener("pointerdown", ({ target }) => (pressed = target));
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog && pressed === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
