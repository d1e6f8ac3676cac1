// What comes by itself moves nothing: whoever is about to click hits what they see.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { hold, release } from "./holding.js";
import { untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
/** What somebody clicks after the key and the secret. */
const NEXT = ["#place-this-computer", "#place-users-computer", "#force-reauthentication", "#generate-key"];
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const places = (page) => page.evaluate((all) => all.map((css) => document.querySelector(css).getBoundingClientRect().top), NEXT);

test("the answer about a key and a secret moves nothing below it", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await untilFocused(page, "app-key");
  await hold(page, "checkApp");
  await page.fill("#app-key", "h7q2mzt0c4lx9ab");
  await page.fill("#app-secret", "abcdefghijklmno");
  const before = await places(page);
  await page.locator("#key-check", { hasText: "Checking with Dropbox" }).waitFor();
  assert.deepEqual(await places(page), before);
  await release(page);
  await page.locator("#key-check", { hasText: "Dropbox accepts this key and secret" }).waitFor();
  assert.deepEqual(await places(page), before);
  page.quiet();
  await page.context().close();
});
