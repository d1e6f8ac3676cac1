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

/** What somebody clicks while Dropbox is to come back to this computer. */
const WAITING = [
  "#change-key", "#authorization-url", "#authorization-open", "#authorization-cancel", "#redirect-uri", "#app-console-open", "#temporary-authorization-key", "#controls-close", "#controls-save",
];

const places = (page, what = NEXT) => page.evaluate((all) => all.map((css) => document.querySelector(css).getBoundingClientRect().top), what);

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

for (const [locale, advice] of [["en-GB", "Dropbox has not sent the browser back yet."], ["de", "Dropbox hat den Browser noch nicht zurückgeschickt."], ["es", "Dropbox todavía no ha devuelto el navegador."]]) {
  for (const [width, height] of [[900, 600], [1400, 1000]]) {
    test(`advice about a redirect that does not come moves nothing: ${locale}, ${width} × ${height}`, LIMIT, async () => {
      const page = await bench.open("some", "#/operators/jsm/controls", { locale, width, height });
      await page.locator("#controls-dialog").waitFor();
      const before = await places(page, WAITING);
      await page.clock.fastForward("01:32");
      await page.locator("#controls-dialog [data-part=advice]", { hasText: advice }).waitFor();
      assert.deepEqual(await places(page, WAITING), before);
      page.quiet();
      await page.context().close();
    });
  }
}
