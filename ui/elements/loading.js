// What is seen and heard while something is being read for longer than a moment: words, never a window without any.

import { languageOf } from "../language.js";
import { announce } from "./announce.js";
import { instance, one, part, word } from "./template.js";

/** What is read within this time, in milliseconds, needs no words: they would only flicker. */
const MOMENT = 150;

/** Shows words if a work takes longer than a moment. @template T @param {Promise<T>} work @param {() => void} show @returns {Promise<T>} */
export async function patiently(work, show) {
  const timer = setTimeout(show, MOMENT);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

/** A page that says so. It is heard from outside the page: what is busy is not listened to. @param {string} title */
export function loading(title) {
  const content = instance("loading");
  part(content, "title").textContent = title;
  announce(word("loading"));
  return content;
}

const starting = () => /** @type {HTMLElement} */ (document.getElementById("starting"));
let isOver = false;

/** The window at the start. The chosen language is not known yet: the system says which one it is. */
export async function showStarting() {
  const [language, english] = [languageOf(undefined), word("starting")];
  const text = language === "en" ? english : (await import(`../words/${language}.js`)).default[english];
  if (isOver) return;
  document.body.classList.add("starting");
  document.body.hidden = starting().hidden = false;
  starting().lang = language;
  // A region is heard when something comes into it.
  setTimeout(() => isOver || (one(starting(), "p").textContent = text), 0);
}

/** The page is there: its first view comes with it, so that everything is laid out once. */
export function endStarting() {
  if (isOver) return;
  isOver = true;
  document.body.classList.remove("starting");
  document.body.hidden = false;
  starting().remove();
}
