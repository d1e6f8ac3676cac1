// What was just done, with its Undo. It stays until the next one, or until somebody closes it: nobody has to be quick.

import { part } from "./template.js";

const toast = () => /** @type {HTMLElement} */ (document.getElementById("toast"));
/** @type {(() => void) | null} */
let undo = null;

/** @param {string} text @param {(() => void) | null} undoing */
export function showToast(text, undoing = null) {
  undo = undoing;
  part(toast(), "undo").hidden = !undoing;
  toast().hidden = false;
  part(toast(), "text").textContent = text;
}

export function hideToast() {
  toast().hidden = true;
  undo = null;
}

export function wireToast() {
  part(toast(), "undo").addEventListener("click", () => {
    const undoing = undo;
    hideToast();
    document.getElementById("main")?.focus();
    undoing?.();
  });
  part(toast(), "close").addEventListener("click", () => {
    hideToast();
    document.getElementById("main")?.focus();
  });
}
