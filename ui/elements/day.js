// "today" is true for a day. The window lives in the tray for weeks: what was written yesterday is written anew.

import { recently } from "../format.js";

/** The day that everything was written on. */
let written = today();
/** @type {any} */
let timer = 0;

function today() {
  return new Date().toDateString();
}

/** Writes a moment into an element, as recent as it is. @param {HTMLElement} element @param {number} ms */
export function writeRecently(element, ms) {
  element.textContent = recently(ms);
  element.dataset.moment = String(ms);
}

/** Calls back on another day, until it is called off. @param {() => void} work @returns {() => void} calls it off */
export function onAnotherDay(work) {
  document.addEventListener("anotherday", work);
  return () => document.removeEventListener("anotherday", work);
}

/** While nobody sees the window, nothing waits for midnight; whoever sees it again finds it right. */
function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  if (written !== today()) renew();
  timer = setTimeout(look, untilMidnight());
}

function untilMidnight() {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime();
}

/** The texts alone: nothing that has the focus, or that somebody types into, is made anew. */
function renew() {
  written = today();
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-moment]"))) {
    element.textContent = recently(Number(element.dataset.moment));
  }
  document.dispatchEvent(new Event("anotherday"));
}

document.addEventListener("visibilitychange", look);
// A computer that has slept with the window open tells nothing else.
addEventListener("focus", look);
look();
