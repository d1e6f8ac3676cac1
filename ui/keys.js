// The keys that hold everywhere, as this system writes and presses them, and how large everything is shown.

import * as api from "./api.js";
import { announce } from "./elements/announce.js";
import { report } from "./elements/form.js";
import { word } from "./elements/template.js";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** A shortcut as this system writes it. @param {string} key */
export const keys = (key) => (isMac ? `⌘${key}` : `${word("control-key")}+${key}`);

/** Whether the key of commands is held. On a Mac, Control belongs to what one types. @param {KeyboardEvent} event */
export const isCommand = (event) => (isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.altKey;

/** What enlarges; where + needs Shift, the same key without it. @type {Record<string, "in" | "out" | "reset">} */
const STEPS = { "+": "in", "=": "in", "-": "out", "_": "out", 0: "reset" };

/** Everything larger, smaller, or as it usually is: whatever is open. @param {KeyboardEvent} event */
export function zoomKey(event) {
  const step = isCommand(event) ? STEPS[event.key] : undefined;
  if (!step) return;
  event.preventDefault();
  zoom(step);
}

/** @param {"in" | "out" | "reset"} step */
export async function zoom(step) {
  try {
    announce(word("zoomed", { percent: await api.zoom(step) }));
  } catch (thrown) {
    report(thrown);
  }
}
