// What comes late: answers for a dialog that has been closed, a record that has been left, a window that nobody sees.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { hold, release } from "./holding.js";
import { untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
const PROBLEM = { code: "network", message: "Dropbox could not be reached.", hint: null, field: null };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const settle = (page) => page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));

/** How many clocks tick: one for each interval that has not been cleared. */
const countClocks = (page) =>
  page.evaluate(() => {
    const { setInterval, clearInterval } = window;
    window.clocks = new Set();
    window.setInterval = (...args) => {
      const timer = setInterval(...args);
      window.clocks.add(timer);
      return timer;
    };
    window.clearInterval = (timer) => {
      window.clocks.delete(timer);
      clearInterval(timer);
    };
  });
const clocks = (page) => page.evaluate(() => window.clocks.size);
/** The browser tells the end of a dialog a moment later. */
const untilClocks = (page, count) => page.waitForFunction((count) => window.clocks.size === count, count);

/** Hides the window, and shows it again, as the tray does. */
const setHidden = (page, hidden) =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

async function generate(page) {
  await page.fill("#app-key", "h7q2mzt0c4lx9ab");
  await page.fill("#app-secret", "abcdefghijklmno");
  await page.keyboard.press("Enter");
}

test("Controls that are closed while the key is generated start no clock, and the next ones show the request", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await untilFocused(page, "app-key");
  await countClocks(page);
  await hold(page, "beginAuthorization");
  await generate(page);
  await page.getByText("Checking the key and the secret").waitFor();
  await page.keyboard.press("Escape");
  await untilFocused(page, "open-controls");
  await release(page);
  await page.getByText("A key is generated, and Outtray waits").waitFor();
  assert.equal(await clocks(page), 0);
  await page.keyboard.press("Enter");
  await page.locator("#authorization-url").waitFor();
  assert.equal(await clocks(page), 1);
  await page.keyboard.press("Escape");
  await untilClocks(page, 0);
  page.quiet();
  await page.context().close();
});

test("a refusal that comes after Controls has been closed is told where somebody is", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await untilFocused(page, "app-key");
  await hold(page, "beginAuthorization");
  await page.evaluate((problem) => (window.fake.refuse.beginAuthorization = problem), PROBLEM);
  await generate(page);
  await page.getByText("Checking the key and the secret").waitFor();
  await page.keyboard.press("Escape");
  await untilFocused(page, "open-controls");
  await release(page);
  await page.locator("#notice", { hasText: "Dropbox could not be reached." }).waitFor();
  // What was typed is there again.
  await page.click("#open-controls");
  assert.equal(await page.inputValue("#app-secret"), "abcdefghijklmno");
  page.quiet();
  await page.context().close();
});

test("a record that cannot be saved after it has been left is told", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb");
  await hold(page, "changeOperator");
  await page.evaluate((problem) => (window.fake.refuse.changeOperator = problem), PROBLEM);
  await page.fill("#operator-name", "Somebody else");
  await page.keyboard.press("Enter");
  await page.getByText("Saving…").waitFor();
  await page.evaluate(() => (location.hash = "#/deliveries"));
  await page.getByText("4 deliveries").waitFor();
  await release(page);
  await page.locator("#notice", { hasText: "Dropbox could not be reached." }).waitFor();
  page.quiet();
  await page.context().close();
});

test("the clock of the hour rests while nobody sees the window, and is right when somebody does", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/jsm");
  await countClocks(page);
  await page.click("#open-controls");
  await page.getByText("52:00 left").or(page.getByText("51:59 left")).waitFor();
  assert.equal(await clocks(page), 1);
  await setHidden(page, true);
  assert.equal(await clocks(page), 0);
  await page.clock.fastForward("10:00");
  await setHidden(page, false);
  await page.locator("[data-part=clock]", { hasText: /^41:5\d left|^42:00 left/ }).waitFor();
  assert.equal(await clocks(page), 1);
  await page.click("#controls-close");
  await untilClocks(page, 0);
  await setHidden(page, true);
  await setHidden(page, false);
  assert.equal(await clocks(page), 0);
  page.quiet();
  await page.context().close();
});

const asked = (page) => page.evaluate(() => window.fake.calls.splice(0).filter((name) => name === "showOperator").length);
const advice = (page) => page.locator("#controls-dialog [data-part=advice]:visible", { hasText: "Dropbox has not sent the browser back yet." });

test("a redirect that does not come is asked about once, when there is advice about it, and the advice is said", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/jsm/controls");
  await page.locator("#redirect-uri").waitFor();
  await asked(page);
  await page.clock.fastForward("01:00");
  await settle(page);
  assert.equal(await asked(page), 0);
  await page.clock.fastForward("00:32");
  await advice(page).waitFor();
  await page.locator("#controls-dialog [data-part=announcer]", { hasText: "Dropbox has not sent the browser back yet." }).waitFor({ state: "attached" });
  assert.equal(await asked(page), 1);
  await page.clock.fastForward("10:00");
  await settle(page);
  assert.equal(await asked(page), 0);
  page.quiet();
  await page.context().close();
});

test("nobody asks for advice once Controls is closed, or the request is another, or where no redirect is awaited", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/jsm/controls");
  await page.locator("#redirect-uri").waitFor();
  await page.click("#controls-close");
  await untilFocused(page, "open-controls");
  await asked(page);
  await page.clock.fastForward("02:00");
  await settle(page);
  assert.equal(await asked(page), 0);
  // Another key has its own time.
  await page.click("#open-controls");
  await page.click("#change-key");
  await page.click("#generate-key");
  await page.locator("#generate-status", { hasText: "The key is generated." }).waitFor();
  await settle(page);
  await asked(page);
  await page.clock.fastForward("01:00");
  await settle(page);
  assert.equal(await asked(page), 0);
  await page.clock.fastForward("00:40");
  await advice(page).waitFor();
  await page.click("#change-key");
  await page.check("#place-users-computer");
  await page.click("#generate-key");
  await page.locator("#generate-status", { hasText: "ask for the Access code" }).waitFor();
  await settle(page);
  await asked(page);
  await page.clock.fastForward("10:00");
  await settle(page);
  assert.equal(await asked(page), 0);
  page.quiet();
  await page.context().close();
});

test("a record that was read before there was advice asks for it when Controls is opened, and once where there is none", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/jsm");
  await page.clock.fastForward("05:00");
  await page.click("#open-controls");
  await advice(page).waitFor();
  await page.click("#controls-close");
  await untilFocused(page, "open-controls");
  await page.evaluate(() => {
    window.fake.silent = true;
    window.fake.emit({ kind: "authorization", operatorId: "jsm" });
  });
  await settle(page);
  await asked(page);
  await page.click("#open-controls");
  for (let times = 0; times < 3; times += 1) {
    await page.clock.fastForward("05:00");
    await settle(page);
  }
  assert.equal(await asked(page), 1);
  page.quiet();
  await page.context().close();
});

test("removing a record takes its time, and takes nobody away who has gone on", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr");
  await hold(page, "removeOperator");
  await page.click("#operator-remove");
  await page.click("#ask-yes");
  await page.getByText("Removing…").waitFor();
  await page.evaluate(() => (location.hash = "#/operators/acb"));
  await page.getByRole("heading", { name: /acb/ }).waitFor();
  await page.fill("#operator-name", "Half a na");
  await release(page);
  await page.locator("#toast").getByText("Operator pvr is removed.").waitFor();
  await settle(page);
  assert.equal(new URL(page.url()).hash, "#/operators/acb");
  assert.equal(await page.inputValue("#operator-name"), "Half a na");
  page.quiet();
  await page.context().close();
});

test("the record that is being removed does not say that there is none", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr");
  await page.evaluate(() => {
    window.told = false;
    new MutationObserver(() => (window.told ||= !document.getElementById("notice").hidden)).observe(document.getElementById("notice"), { attributes: true });
  });
  await hold(page, "removeOperator");
  await page.click("#operator-remove");
  await page.click("#ask-yes");
  await page.getByText("Removing…").waitFor();
  // The program tells it before it answers.
  await page.evaluate(() => {
    window.fake.operators = window.fake.operators.filter(({ id }) => id !== "pvr");
    window.fake.emit({ kind: "operator", operatorId: "pvr" });
  });
  await settle(page);
  assert.equal(await page.evaluate(() => window.told), false);
  await page.context().close();
});

test("while somebody types the Access code, the key is not tried with Dropbox", LIMIT, async () => {
  const page = await bench.open("remote", "#/operators/jsm/controls");
  await untilFocused(page, "temporary-authorization-key");
  await page.keyboard.type("half a code");
  await page.clock.runFor(2000);
  await settle(page);
  assert.equal(await page.evaluate(() => window.fake.calls.includes("checkApp")), false);
  await page.context().close();
});
