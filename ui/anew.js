// The page begins anew in another language. What was typed elsewhere, without secrets, and what is still to be said go with it: in the
// history of this window, which nobody writes to a disk.

import { plainDrafts, takeUpDrafts } from "./elements/draft.js";

/** The word that is still to be said. @type {string | null} */
let unsaid = null;

/** @param {string} said the name of a word */
export function beginAnew(said) {
  history.replaceState({ said, drafts: plainDrafts() }, "");
  location.reload();
}

/** At the start of the page. */
export function takeUp() {
  const { said, drafts } = history.state ?? {};
  history.replaceState(null, "");
  unsaid = said ?? null;
  takeUpDrafts(drafts ?? []);
}

/** The word that is still to be said, once. */
export function takeUnsaid() {
  const said = unsaid;
  unsaid = null;
  return said;
}
