// What is said to whoever hears the page instead of seeing it.

import { part } from "./template.js";

/** How long a region stays empty, in milliseconds: the same words once more are a new message then. */
const PAUSE = 30;
/** How long it stays, in milliseconds: what is over is no part of the page any more. */
const STAYS = 6000;
/** @type {any} */
let timer = 0;

/** While a dialog is open, only what is inside it is heard. */
function region() {
  const dialogs = Array.from(document.querySelectorAll("dialog[open]"));
  const inDialog = dialogs.map((dialog) => part(dialog, "announcer")).filter(Boolean);
  return inDialog[inDialog.length - 1] ?? document.getElementById("announcer");
}

/** Says something once. @param {string} text */
export function announce(text) {
  const spoken = region();
  clearTimeout(timer);
  spoken.textContent = "";
  timer = setTimeout(() => {
    spoken.textContent = text;
    timer = setTimeout(() => (spoken.textContent = ""), STAYS);
  }, PAUSE);
}
