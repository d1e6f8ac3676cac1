// Practice mode: begun and ended from the window, which begins again on other data then.
/** @import * as t from "../types.js" */

import * as api from "../api.js";

/** @param {string} id @returns {HTMLButtonElement} */
const button = (id) => /** @type {HTMLButtonElement} */ (document.getElementById(id));

/**
 * Makes the two buttons work; `failed` hears why one did not.
 * @param {t.About} about @param {(thrown: unknown) => void} failed
 */
export function wirePractice({ practice, canEndPractice }, failed) {
  button("practice-start").hidden = practice;
  button("practice-end").hidden = canEndPractice === false;
  wire(button("practice-start"), api.startPractice, failed);
  wire(button("practice-end"), api.endPractice, failed);
}

/** @param {HTMLButtonElement} pressed @param {() => Promise<void>} action @param {(thrown: unknown) => void} failed */
function wire(pressed, action, failed) {
  pressed.addEventListener("click", async () => {
    pressed.disabled = true;
    try {
      await action();
    } catch (thrown) {
      failed(thrown);
    } finally {
      pressed.disabled = false;
    }
  });
}
