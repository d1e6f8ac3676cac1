// The page begins anew: in another language, or because something reloads it. What was typed, without secrets, and what is still to be said
// go with it: in the history of this window, which nobody writes to a disk.

import { plainDrafts, takeUpDrafts } from "./elements/draft.js";
import { isCommand } from "./keys.js";

/** What one types into, or copies from. */
const FIELDS = "textarea, input:not([type=checkbox], [type=radio], [type=file])";

/** The word that is still to be said. @type {string | null} */
let unsaid = null;
/** Where the data lies that this page shows: what was typed belongs to no other. */
let folder = "";

/** @param {string} said the name of a word */
export function beginAnew(said) {
  unsaid = said;
  handOn();
  location.reload();
}

function handOn() {
  history.replaceState({ folder, said: unsaid, drafts: plainDrafts() }, "");
}

/** At the start of the page. @param {string} dataFolder */
export function takeUp(dataFolder) {
  const { state } = history;
  folder = dataFolder;
  if (state?.folder === folder) {
    unsaid = state.said;
    takeUpDrafts(state.drafts);
  }
  history.replaceState(null, "");
  // Both: an engine may have read what goes with the page before it hides it.
  for (const end of ["beforeunload", "pagehide"]) addEventListener(end, handOn);
}

/** The word that is still to be said, once. */
export function takeUnsaid() {
  const said = unsaid;
  unsaid = null;
  return said;
}

/** @param {KeyboardEvent} event */
const isReload = (event) => event.key === "F5" || event.key === "BrowserRefresh" || (isCommand(event) && event.key.toLowerCase() === "r");

/** Whether a pointer is on what is selected; keys mean the selection wherever it is. @param {MouseEvent} event */
function isOnSelection({ button, clientX: x, clientY: y }) {
  const selection = getSelection();
  if (!selection || selection.isCollapsed) return false;
  const rects = Array.from(selection.getRangeAt(0).getClientRects());
  return button !== 2 || rects.some(({ left, right, top, bottom }) => left <= x && x <= right && top <= y && y <= bottom);
}

/** Whether there is something to copy or to paste. @param {MouseEvent} event */
const hasText = (event) => (event.target instanceof Element && Boolean(event.target.closest(FIELDS))) || isOnSelection(event);

/** A habit does not reload the page: nothing gets newer by it, and a secret that was typed would be gone. */
export function preventReload() {
  addEventListener("keydown", (event) => isReload(event) && event.preventDefault());
  // Reload stands in the menu of the page.
  addEventListener("contextmenu", (event) => hasText(event) || event.preventDefault());
}
