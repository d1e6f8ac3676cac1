// What the window shows first is asked for before its other modules are there: a start takes as long as the slower of both, not as long
// as both together.
/** @import * as t from "./types.js" */

import * as api from "./api.js";

/** The addresses that mean the table of operators, or may: while the option is off, the window begins with the options. */
const TABLE = ["", "#/operators"];

/** All operators, until somebody takes them. @type {Promise<t.Operator[]> | null} */
let operators = null;
/** What came before anybody listened. @type {t.Event[]} */
let early = [];
/** @type {(event: t.Event) => void} */
let hear = (event) => early.push(event);

const listening = api.onChanged((event) => {
  // What was read before may be old now.
  operators = null;
  hear(event);
});
export const settings = api.getSettings();
export const about = api.getAbout();
// Sent after `listening`, which needs no database: the listener is there before the first row is read.
if (TABLE.includes(location.hash)) operators = api.listOperators();

// Whoever takes one of them tells what went wrong.
for (const asked of [listening, settings, about, operators]) asked?.catch(() => {});

/** Calls back whenever something has changed since this page began. @param {(event: t.Event) => void} callback */
export async function listen(callback) {
  await listening;
  hear = callback;
  early.forEach(callback);
  early = [];
}

/** All operators; the first who asks gets them as they were read ahead. */
export function takeOperators() {
  const taken = operators;
  operators = null;
  return taken ?? api.listOperators();
}

/** The first view is shown: what it did not take would be old when another one asks. */
export function forget() {
  operators = null;
}
