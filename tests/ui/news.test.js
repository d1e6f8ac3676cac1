// What comes about for one operator while another one is worked on.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { focused, untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const GRANTED = "jsm Jonah Smithers: Dropbox has confirmed. Open Controls and click Save.";
const toast = (page) => page.locator("#toast:visible");
const settle = (page) => page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
const authorization = (page, id) => page.evaluate((operatorId) => window.fake.emit({ kind: "authorization", operatorId }), id);

test("an answer for one operator leaves the Controls of another one alone, is told there, and leads there", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await untilFocused(page, "app-key");
  await page.fill("#app-secret", "half a secr");
  await page.evaluate(() => window.fake.allow("jsm"));
  await toast(page).getByText(GRANTED).waitFor();
  assert.match(await page.innerText("#controls-dialog h1"), /pvr/);
  assert.equal(await focused(page), "app-secret");
  assert.equal(await page.inputValue("#app-secret"), "half a secr");
  await page.locator("#controls-dialog [data-part=announcer]", { hasText: GRANTED }).waitFor({ state: "attached" });
  // It covers nothing of what is worked on.
  const [told, save] = [await toast(page).boundingBox(), await page.locator("#controls-save").boundingBox()];
  assert.ok(told.y + told.height <= save.y || told.y >= save.y + save.height);

  await page.getByRole("button", { name: "Open Controls" }).click();
  await page.locator("#controls-dialog h1", { hasText: "jsm" }).waitFor();
  await untilFocused(page, "controls-save");
  assert.equal(await toast(page).count(), 0);
  await page.evaluate(() => (location.hash = "#/operators/pvr/controls"));
  await page.locator("#controls-dialog h1", { hasText: "pvr" }).waitFor();
  assert.equal(await page.inputValue("#app-secret"), "half a secr");
  page.quiet();
  await page.context().close();
});

test("what is told in a dialog outlives it, and can be closed from either", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await untilFocused(page, "app-key");
  await page.evaluate(() => window.fake.allow("jsm"));
  await toast(page).getByText(GRANTED).waitFor();
  await page.keyboard.press("Escape");
  await untilFocused(page, "open-controls");
  await toast(page).getByText(GRANTED).waitFor();
  await page.click("#toast [data-part=close]");
  await untilFocused(page, "main");
  assert.equal(await toast(page).count(), 0);
  await page.context().close();
});

test("a refusal is told with its reason, once", LIMIT, async () => {
  const page = await bench.open("some", "#/deliveries");
  await page.evaluate(() => {
    const jsm = window.fake.operators[1];
    Object.assign(jsm, { status: "notAuthorized", needsAttention: true });
    Object.assign(jsm.request, { phase: "failed", problem: { code: "authorization_refused", message: "The user did not allow access: Cancel was clicked on the Dropbox page.", hint: null, field: null } });
  });
  await authorization(page, "jsm");
  await toast(page).getByText("jsm Jonah Smithers: The user did not allow access: Cancel was clicked on the Dropbox page.").waitFor();
  await page.click("#toast [data-part=close]");
  await authorization(page, "jsm");
  await settle(page);
  assert.equal(await toast(page).count(), 0);
  page.quiet();
  await page.context().close();
});

test("what somebody sees on the record is not told besides, and nothing old is told", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/jsm");
  await page.evaluate(() => window.fake.allow("jsm"));
  await page.getByText("Dropbox has confirmed the account").waitFor();
  await settle(page);
  assert.equal(await toast(page).count(), 0);
  // Neither afterwards, when something else about it is told.
  await page.evaluate(() => (location.hash = "#/operators"));
  await page.getByText("6 operators").waitFor();
  await authorization(page, "jsm");
  await settle(page);
  assert.equal(await toast(page).count(), 0);
  // One that failed hours ago and is looked at again.
  await page.evaluate(() => {
    const pvr = window.fake.operators[5];
    pvr.request = { ...window.fake.operators[1].request, createdAt: Date.now() - 2 * 3_600_000, phase: "failed" };
  });
  await authorization(page, "pvr");
  await settle(page);
  assert.equal(await toast(page).count(), 0);
  page.quiet();
  await page.context().close();
});

test("what was told goes when somebody opens the record", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.evaluate(() => window.fake.allow("jsm"));
  await toast(page).getByText(GRANTED).waitFor();
  await page.evaluate(() => (location.hash = "#/operators/acb"));
  await page.getByRole("heading", { name: /acb/ }).waitFor();
  assert.equal(await toast(page).count(), 1);
  await page.evaluate(() => (location.hash = "#/operators/jsm"));
  await page.getByRole("heading", { name: /jsm/ }).waitFor();
  assert.equal(await toast(page).count(), 0);
  await page.context().close();
});
