// What somebody does who has no mouse, and where the focus is then.

import assert from "node:assert/strict";

export const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

/** The browser tells the end of a dialog, and what follows it, a moment later. */
export async function untilFocused(page, id) {
  try {
    await page.waitForFunction((id) => document.activeElement.id === id, id, { timeout: 10_000 });
  } catch {
    assert.equal(await focused(page), id);
  }
}

/** Tab until it is there, as somebody does who has no mouse; whatever cannot be reached so fails. */
export async function tabTo(page, id) {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await focused(page)) === id) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${id} cannot be reached with Tab; the focus is on ${await focused(page)}`);
}

export async function type(page, id, text) {
  await tabTo(page, id);
  await page.keyboard.type(text);
}
