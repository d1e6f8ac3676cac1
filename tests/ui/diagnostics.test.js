// Diagnostics: nobody writes what nobody could see, and whether it was searched for secrets stands beside it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { tabTo } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
const HINT = "Click Preview first: Export writes what it shows.";
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const isDisabled = (page) => page.getAttribute("#export-diagnostics", "aria-disabled");
const calls = (page) => page.evaluate(() => window.fake.calls.filter((call) => call.endsWith("Diagnostics")));

test("Export waits for Preview, and says so to whoever sees and whoever hears", LIMIT, async () => {
  const page = await bench.open("some", "#/about");
  assert.equal(await isDisabled(page), "true");
  await page.locator("#export-hint", { hasText: HINT }).waitFor();
  assert.equal(await page.getAttribute("#export-diagnostics", "aria-describedby"), "export-hint");
  await tabTo(page, "export-diagnostics");
  await page.keyboard.press("Enter");
  await page.locator("#announcer", { hasText: HINT }).waitFor({ state: "attached" });
  assert.deepEqual(await calls(page), []);

  // What is done elsewhere on the page does not end the wait.
  await page.click("#diagnose");
  await page.getByText("Needs your attention").waitFor();
  assert.equal(await isDisabled(page), "true");

  // A preview that fails shows nothing to write.
  await page.evaluate(() => (window.fake.refuse.collectDiagnostics = { code: "store_failed", message: "The database could not be used.", hint: null, field: null }));
  await page.click("#collect-diagnostics");
  await page.locator("#diagnostics .problem").first().waitFor();
  assert.equal(await isDisabled(page), "true");
  await page.evaluate(() => (window.fake.refuse = {}));

  await page.click("#collect-diagnostics");
  await page.locator("[data-part=searched]", { hasText: "Searched for every secret that Outtray knows: none is in it." }).waitFor();
  assert.equal(await isDisabled(page), null);
  assert.equal(await page.isVisible("#export-hint"), false);
  await page.click("#export-diagnostics");
  await page.locator("#diagnostics-status", { hasText: "Saved as /home/admin/Downloads/Outtray diagnostics.zip." }).waitFor();
  assert.equal(await page.isVisible("[data-part=searched]"), true);
  // As often as somebody wants.
  await page.click("#export-diagnostics");
  await page.getByText("Saved as").waitFor();
  assert.deepEqual(await calls(page), ["collectDiagnostics", "collectDiagnostics", "exportDiagnostics", "exportDiagnostics"]);
  page.quiet();
  await page.context().close();
});

test("what was left out, and that it could not be searched, stays beside Export when it is written", LIMIT, async () => {
  const page = await bench.open("some", "#/about");
  await page.evaluate(() => Object.assign(window.fake.diagnostics, { leftOut: ["operators.json"] }));
  await page.click("#collect-diagnostics");
  await page.getByText("Everything else was searched").first().waitFor();
  await page.evaluate(() => Object.assign(window.fake.diagnostics, { notSearched: { code: "keychain_locked", message: "The system keychain is locked.", hint: "Unlock the keychain and try again. Nothing is lost.", field: null } }));
  await page.click("#collect-diagnostics");
  const not = page.locator("[data-part=not-searched]:visible");
  await not.getByText("It could not be searched for secrets. Read it before you give it away.").waitFor();
  await not.getByText("The system keychain is locked.").waitFor();
  assert.equal(await page.isVisible("[data-part=searched]"), false);
  await page.click("#export-diagnostics");
  await page.getByText("Saved as").waitFor();
  assert.equal(await not.isVisible(), true);
  await page.locator("[data-part=left-out]:visible", { hasText: "operators.json" }).waitFor();
  page.quiet();
  await page.context().close();
});
