// While something is being read for longer than a moment, the window says so.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { hold, release } from "./holding.js";
import { focused, tabTo } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const goTo = (page, hash) => page.evaluate((hash) => (location.hash = hash), hash);
const isBusy = (page) => page.evaluate(() => document.getElementById("main").ariaBusy);

test("a view that takes its time says so, in words that are seen and heard, and is there in the end", LIMIT, async () => {
  const page = await bench.open("some", "#/setup");
  await hold(page, "listDeliveries");
  await goTo(page, "#/deliveries");
  await page.locator("main").getByText("Reading…").waitFor();
  await page.getByRole("heading", { level: 1, name: "Deliveries" }).waitFor();
  assert.equal(await isBusy(page), "true");
  assert.equal(await page.title(), "Deliveries – Outtray");
  assert.equal(await page.getAttribute("#nav-deliveries", "aria-current"), "page");
  assert.equal(await focused(page), "H1");
  await page.locator("#announcer", { hasText: "Reading…" }).waitFor({ state: "attached" });
  await release(page);
  await page.getByText("4 deliveries").waitFor();
  assert.equal(await isBusy(page), null);
  assert.equal(await page.locator("main").getByText("Reading…").count(), 0);
  assert.equal(await focused(page), "H1");
  page.quiet();
  await page.context().close();
});

test("a view that is there within a moment shows no such words", LIMIT, async () => {
  const page = await bench.open("some", "#/setup");
  await page.evaluate(() => {
    window.busy = false;
    new MutationObserver(() => (window.busy ||= document.getElementById("main").ariaBusy === "true")).observe(document.getElementById("main"), { attributes: true });
  });
  for (const [hash, there] of [["#/deliveries", "4 deliveries"], ["#/operators", "6 operators"]]) {
    await goTo(page, hash);
    await page.getByText(there).waitFor();
  }
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400)));
  assert.equal(await page.evaluate(() => window.busy), false);
  await page.context().close();
});

test("whoever goes on while a view is being read stays there", LIMIT, async () => {
  const page = await bench.open("some", "#/setup");
  await hold(page, "listDeliveries");
  await goTo(page, "#/deliveries");
  await page.locator("main").getByText("Reading…").waitFor();
  await tabTo(page, "nav-activity");
  await release(page);
  await page.getByText("4 deliveries").waitFor();
  assert.equal(await focused(page), "nav-activity");

  // And a view that has been left meanwhile does not come back.
  await hold(page, "listDeliveries");
  await goTo(page, "#/setup");
  await goTo(page, "#/deliveries");
  await page.locator("main").getByText("Reading…").waitFor();
  await goTo(page, "#/activity");
  await page.getByText("3 entries").waitFor();
  await release(page);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  assert.equal(await page.locator("main h1").innerText(), "Activity");
  page.quiet();
  await page.context().close();
});

for (const [locale, text] of [["en-GB", "Outtray is starting…"], ["de", "Outtray startet…"]]) {
  test(`the start says so, ${locale}`, LIMIT, async () => {
    const page = await bench.open("slowStart", "", { locale, ready: "#starting" });
    await page.locator("#starting", { hasText: text }).waitFor();
    assert.equal(await page.locator("nav").isVisible(), false);
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "BODY", "there is nothing to go to yet");
    page.quiet();
    await page.context().close();
  });
}

test("the start that takes its time ends in the chosen language", LIMIT, async () => {
  const page = await bench.open("slowStart", "#/operators", { ready: "#starting" });
  await page.evaluate(() => {
    window.fake.settings.language = "es";
    window.fake.go();
  });
  await page.getByRole("heading", { level: 1, name: "Operator" }).waitFor();
  await page.getByRole("button", { name: "Importar…" }).waitFor();
  assert.equal(await page.locator("#starting").count(), 0);
  page.quiet();
  await page.context().close();
});
