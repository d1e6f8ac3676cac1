// What was just done or has just come about, with what can be done about it. It stays until the next one, or until somebody closes it:
// nobody has to be quick.

import { announce } from "./announce.js";
import { one, part } from "./template.js";

/** @typedef {{label: string, run: () => void}} Action */

const toast = () => /** @type {HTMLElement} */ (document.getElementById("toast"));
/** @type {Action | null} */
let offered = null;
/** Whom it is about. @type {string | null} */
let about = null;

/** @param {string} text @param {{action?: Action | null, about?: string | null}} more */
export function showToast(text, more = {}) {
  offered = more.action ?? null;
  about = more.about ?? null;
  part(toast(), "action").hidden = !offered;
  part(toast(), "action").textContent = offered?.label ?? "";
  part(toast(), "text").textContent = text;
  toast().hidden = false;
  place();
  announce(text);
}

/** While a dialog is open, only what is inside it can be reached. */
function place() {
  const dialogs = Array.from(document.querySelectorAll("dialog[open]")).filter((dialog) => part(dialog, "announcer") && one(dialog, "form"));
  const dialog = dialogs[dialogs.length - 1];
  if (dialog) dialog.prepend(toast());
  else document.body.append(toast());
}

export function hideToast() {
  toast().hidden = true;
  offered = about = null;
}

/** Somebody looks at what it is about. @param {string | null} id */
export function hideToastAbout(id) {
  if (id !== null && about === id) hideToast();
}

/** Whoever stood on it stands at the beginning of what is there. */
function leave() {
  const dialog = toast().closest("dialog");
  hideToast();
  (dialog ? one(dialog, "h1") : document.getElementById("main")).focus();
}

export function wireToast() {
  part(toast(), "action").addEventListener("click", () => {
    const action = offered;
    leave();
    action?.run();
  });
  part(toast(), "close").addEventListener("click", leave);
  // It outlives the dialog that it is in.
  document.addEventListener("close", ({ target }) => target instanceof Element && target.contains(toast()) && document.body.append(toast()), true);
}
