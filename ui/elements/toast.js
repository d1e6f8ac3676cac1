// What was just done or has just come about, with what can be done about it. It stays until the next one, or until somebody closes it:
// nobody has to be quick.

import { announce } from "./announce.js";
import { one, part } from "./template.js";

/** @typedef {{label: string, run: () => void}} Action */

/** Room between it and a dialog, in pixels. */
const GAP = 8;

const toast = () => /** @type {HTMLElement} */ (document.getElementById("toast"));
/** @type {Action | null} */
let offered = null;
/** Whom it is about. @type {string | null} */
let about = null;
const resized = new ResizeObserver(() => makeRoom());

/** @param {string} text @param {{action?: Action | null, about?: string | null}} more */
export function showToast(text, more = {}) {
  offered = more.action ?? null;
  about = more.about ?? null;
  part(toast(), "action").hidden = !offered;
  part(toast(), "action").textContent = offered?.label ?? "";
  part(toast(), "text").textContent = text;
  place();
  announce(text);
}

/** While a dialog is open, only what is inside it can be reached. */
function place() {
  const focused = focusedInSight();
  release();
  toast().hidden = false;
  const dialogs = Array.from(document.querySelectorAll("dialog[open]")).filter((dialog) => part(dialog, "announcer") && one(dialog, "form"));
  const dialog = dialogs[dialogs.length - 1];
  if (dialog) placeIn(one(dialog, "form"));
  else document.body.append(toast());
  // It has taken its room from what scrolls: whoever stood at the lower edge still sees where.
  focused?.scrollIntoView({ block: "nearest" });
}

/** What has the focus, unless somebody has scrolled away from it. */
function focusedInSight() {
  const focused = document.activeElement;
  if (!focused) return null;
  const { left, top, width, height } = focused.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  return focused.contains(seen) ? focused : null;
}

/** Last, so that who goes on with Tab comes to the buttons of the form as before. @param {HTMLElement} form */
function placeIn(form) {
  toast().classList.add("beside");
  form.append(toast());
  makeRoom();
  // A dialog may grow over what stands below it, and the window may become smaller.
  for (const element of [form, document.documentElement]) resized.observe(element);
}

/** Below a dialog, or else within one as large as it is: what scrolls gives way then. Neither moves what somebody is about to click. */
function makeRoom() {
  const form = toast().closest("form");
  if (!form || !toast().matches(".beside")) return;
  const { bottom, height } = form.getBoundingClientRect();
  if (innerHeight - bottom >= toast().offsetHeight + 2 * GAP) return;
  form.style.height = `${height}px`;
  toast().classList.remove("beside");
}

/** What was given way is given back. */
function release() {
  resized.disconnect();
  const form = toast().closest("form");
  if (form) form.style.height = "";
  toast().classList.remove("beside");
}

export function hideToast() {
  release();
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
  document.addEventListener("close", ({ target }) => {
    if (!(target instanceof Element && target.contains(toast()))) return;
    release();
    document.body.append(toast());
  }, true);
}
