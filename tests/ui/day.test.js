// The window stays open for weeks: what is called today is of today, and nobody is disturbed by its becoming another day.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { focused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** Hides the window, and shows it again, as the tray does. */
const setHidden = (page, hidden) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
const text = (page) => page.innerText("main");
/** What waits for longer than an hour. */
const countLong = (page) =>
  page.addInitScript(() => {
    window.waiting = new Set();
    const { setTimeout, clearTimeout } = window;
    window.setTimeout = (work, ms, ...rest) => {
      const timer = setTimeout((...args) => {
        window.waiting.delete(timer);
        work(...args);
      }, ms, ...rest);
      if (ms > 3_600_000) window.waiting.add(timer);
      return timer;
    };
    window.clearTimeout = (timer) => {
      window.waiting.delete(timer);
      clearTimeout(timer);
    };
  });
const waiting = (page) => page.evaluate(() => window.waiting.size);

for (const [hash, today] of [["#/operators", "acb"], ["#/deliveries", "Quarterly report.pdf"], ["#/activity", "Test file sent"], ["#/operators/acb", "Outtray test"]]) {
  test(`at midnight, what was of today is of yesterday, ${hash}`, LIMIT, async () => {
    const page = await bench.open("some", hash);
    await page.locator("main", { hasText: today }).waitFor();
    assert.match(await text(page), /today 07:42/);
    // Where a report of the day goes is asked for anew; nothing else is.
    const asked = () => page.evaluate(() => window.fake.calls.filter((call) => call !== "previewDestination").length);
    const calls = await asked();
    await page.clock.runFor("16:00:01");
    assert.match(await text(page), /yesterday 07:42/);
    assert.doesNotMatch(await text(page), /today/);
    // And on the day after that, without another look at the program.
    await page.clock.runFor("24:00:00");
    assert.match(await text(page), /25 Nov 2026, 07:42/);
    assert.equal(await asked(), calls);
    page.quiet();
    await page.context().close();
  });
}

test("whoever opens the window on another day sees that day's words, also when the computer has slept", LIMIT, async () => {
  const page = await bench.open("removed", "#/operators");
  await page.selectOption("#operator-filter", "removed");
  await page.getByText("today 07:30").waitFor();
  await setHidden(page, true);
  await page.clock.fastForward("23:00:00");
  assert.match(await text(page), /today 07:30/);
  await setHidden(page, false);
  assert.match(await text(page), /yesterday 07:30/);
  // Asleep with the window open: nothing tells but the focus.
  await page.clock.setSystemTime(new Date("2026-11-28T09:00:00Z"));
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  assert.match(await text(page), /25 Nov 2026, 07:30/);
  page.quiet();
  await page.context().close();
});

test("one thing waits for midnight, and none while nobody sees the window", LIMIT, async () => {
  const page = await bench.open("some", "#/setup");
  await countLong(page);
  await page.reload();
  await page.locator("main h1").waitFor();
  assert.equal(await waiting(page), 1);
  for (const [hash, there] of [["#/operators", "6 operators"], ["#/operators/acb", "Recent deliveries"], ["#/deliveries", "4 deliveries"], ["#/operators/pvr", "Piet"]]) {
    await page.evaluate((hash) => (location.hash = hash), hash);
    await page.locator("main", { hasText: there }).waitFor();
  }
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  assert.equal(await waiting(page), 1);
  await setHidden(page, true);
  assert.equal(await waiting(page), 0);
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  assert.equal(await waiting(page), 0);
  await setHidden(page, false);
  assert.equal(await waiting(page), 1);
  page.quiet();
  await page.context().close();
});

test("whoever types over midnight is not disturbed, and today's report goes where it goes today", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb");
  await page.fill("#operator-destination", "/Reports/{yyyy}-{MM}-{dd}/{name}");
  await page.getByText("/Reports/2026-11-25/report.pdf").waitFor();
  await page.fill("#operator-name", "Half a na");
  await page.evaluate(() => document.getElementById("operator-name").setSelectionRange(2, 4));
  await page.clock.runFor("16:00:01");
  await page.getByText("/Reports/2026-11-26/report.pdf").waitFor();
  assert.equal(await focused(page), "operator-name");
  assert.deepEqual(await page.evaluate(() => { const { value, selectionStart, selectionEnd } = document.activeElement; return [value, selectionStart, selectionEnd]; }), ["Half a na", 2, 4]);
  page.quiet();
  await page.context().close();
});

test("the row that has the focus keeps it over midnight", LIMIT, async () => {
  const page = await bench.open("many", "#/operators");
  await page.focus("#operator-search");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.clock.runFor("16:00:01");
  assert.match(await page.innerText("tr:focus"), /op00001.*yesterday 07:42/s);
  // And those that come into sight later are right too.
  await page.keyboard.press("End");
  await page.waitForFunction(() => document.activeElement.getAttribute("aria-rowindex") === "10001");
  assert.match(await page.innerText("tr:focus"), /yesterday 07:42/);
  page.quiet();
  await page.context().close();
});
