// Practice mode: begun and ended from the window, which begins again on other data then.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { say } from "./form.js";
import { word } from "./template.js";

/** @param {string} id @returns {HTMLElement} */
const there = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * Makes the two buttons work; `failed` hears why one did not.
 * @param {t.About} about @param {(thrown: unknown) => void} failed
 */
export function wirePractice({ practice, canEndPractice }, failed) {
  there("practice-start").hidden = practice;
  there("practice-end").hidden = canEndPractice === false;
  // Somebody else's simulator is told by whoever has started it.
  there("practice-control").hidden = canEndPractice === false;
  wire("practice-start", "practice-starting", api.startPractice, failed);
  wire("practice-end", "practice-ending", api.endPractice, failed);
}

/** It may take a while. @param {string} id @param {string} busy @param {() => Promise<void>} action @param {(thrown: unknown) => void} failed */
function wire(id, busy, action, failed) {
  const [pressed, status] = [there(id), there(`${id}-status`)];
  pressed.addEventListener("click", async () => {
    if (pressed.getAttribute("aria-disabled") === "true") return;
    pressed.setAttribute("aria-disabled", "true");
    say(status, word(busy));
    try {
      await action();
    } catch (thrown) {
      failed(thrown);
    } finally {
      pressed.removeAttribute("aria-disabled");
      say(status, "");
    }
  });
}
