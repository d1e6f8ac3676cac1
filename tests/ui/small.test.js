// Small promises: a question that nobody answers, Enter where one chooses, ticks that stay, days of the calendar.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { hold, release } from "./holding.js";
import { focused, untilFocused } from "./keyboard.js";
import { LONG_FILE } from "./scenarios.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());


test("a question goes with the page that asked it, and nothing is done", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb/controls");
  await page.click("#revoke-authorization");
  await page.locator("#ask-dialog").waitFor();
  await page.evaluate(() => (location.hash = "#/deliveries"));
  await page.getByText("4 deliveries").waitFor();
  await page.waitForFunction(() => !document.querySelector("dialog"));
  await page.evaluate(() => (location.hash = "#/operators/pvr"));
  await page.click("#operator-remove");
  await page.locator("#ask-dialog").waitFor();
  await page.evaluate(() => (location.hash = "#/deliveries"));
  await page.getByText("4 deliveries").waitFor();
  await page.waitForFunction(() => !document.querySelector("dialog"));
  assert.deepEqual(await page.evaluate(() => window.fake.calls.filter((call) => /^(remove|revoke)/.test(call))), []);
  page.quiet();
  await page.context().close();
});

for (const id of ["place-this-computer", "force-reauthentication", "app-secret"]) {
  test(`Enter on ${id} generates the key`, LIMIT, async () => {
    const page = await bench.open("some", "#/operators/pvr/controls");
    await untilFocused(page, "app-key");
    await page.fill("#app-key", "h7q2mzt0c4lx9ab");
    await page.fill("#app-secret", "abcdefghijklmno");
    await page.focus(`#${id}`);
    await page.keyboard.press("Enter");
    await page.getByText("The key is generated.").waitFor();
    page.quiet();
    await page.context().close();
  });
}

test("practice mode begins with words, and where it cannot, the focus stays", LIMIT, async () => {
  const page = await bench.open("some", "#/options");
  await hold(page, "startPractice");
  await page.evaluate(() => (window.fake.refuse.startPractice = { code: "simulator_failed", message: "The practice Dropbox could not be started.", hint: null, field: null }));
  await page.focus("#practice-start");
  await page.keyboard.press("Enter");
  await page.locator("#practice-start-status", { hasText: "Practice mode is starting…" }).waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), "practice-start");
  await release(page);
  await page.locator("#notice", { hasText: "The practice Dropbox could not be started." }).waitFor();
  assert.equal(await focused(page), "practice-start");
  assert.equal(await page.innerText("#practice-start-status"), "");
  assert.equal(await page.evaluate(() => window.fake.calls.filter((call) => call === "startPractice").length), 1);
  page.quiet();
  await page.context().close();
});

test("a shown authorization is hidden as soon as another one takes its place", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb/controls");
  await page.click("#dropbox-authorization-show");
  await page.getByText("Hide").waitFor();
  const shown = await page.inputValue("#dropbox-authorization");
  // What is told about the same one leaves it in sight.
  await page.evaluate(() => window.fake.emit({ kind: "authorization", operatorId: "acb" }));
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  assert.equal(await page.inputValue("#dropbox-authorization"), shown);
  await page.evaluate(() => {
    window.fake.operators[0].authorization.authorizedAt += 1000;
    window.fake.emit({ kind: "authorization", operatorId: "acb" });
  });
  await page.waitForFunction((shown) => document.getElementById("dropbox-authorization").value !== shown, shown);
  await page.locator("#dropbox-authorization-show", { hasText: "Show" }).waitFor();
  page.quiet();
  await page.context().close();
});

test("another language is spoken at once; that it is saved is said in it, and nothing typed elsewhere is lost", LIMIT, async () => {
  const page = await bench.open("some", "#/new-operator");
  await page.fill("#operator-name", "Anna Berg");
  await page.evaluate(() => (location.hash = "#/operators/pvr/controls"));
  await page.locator("#controls-dialog").waitFor();
  await page.fill("#app-key", "half a key");
  await page.fill("#app-secret", "half a secr");
  await page.evaluate(() => (location.hash = "#/options"));
  await page.selectOption("#language", "de");
  // The program keeps it over the new beginning of the page.
  await page.evaluate(() => sessionStorage.setItem("fake-language", "de"));
  await page.addInitScript(() => (window.savedLanguage = sessionStorage.getItem("fake-language")));
  await page.click("#options-save");
  await page.locator("#options-status", { hasText: "Gespeichert. Interface to Dropbox ist ein." }).waitFor();
  await untilFocused(page, "options-save");
  await page.evaluate(() => (location.hash = "#/new-operator"));
  await page.getByRole("heading", { name: "Neuer Operator" }).waitFor();
  assert.equal(await page.inputValue("#operator-name"), "Anna Berg");
  await page.evaluate(() => (location.hash = "#/operators/pvr/controls"));
  await page.locator("#controls-dialog").waitFor();
  // A secret goes nowhere, not even for that.
  assert.deepEqual([await page.inputValue("#app-key"), await page.inputValue("#app-secret")], ["half a key", ""]);
  // It is said once.
  await page.evaluate(() => (location.hash = "#/options"));
  await page.locator("#options-save").waitFor();
  assert.equal(await page.innerText("#options-status"), "");
  page.quiet();
  await page.context().close();
});

test("a step that somebody has unticked stays so while options are saved", LIMIT, async () => {
  const page = await bench.open("some", "#/setup");
  assert.equal(await page.isChecked("#do-1-2"), true);
  await page.uncheck("#do-1-2");
  await page.check("#do-2-1");
  await page.evaluate(() => window.fake.emit({ kind: "settings" }));
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  assert.equal(await page.isChecked("#do-1-2"), false);
  await page.evaluate(() => (location.hash = "#/options"));
  await page.locator("#options-save").waitFor();
  await page.goBack();
  assert.equal(await page.isChecked("#do-2-1"), true);
  assert.equal(await page.isChecked("#do-1-2"), false);
  // Switched on anew, it is done anew.
  const turn = async (on) => {
    await page.evaluate((on) => {
      window.fake.settings.interfaceToDropbox = on;
      window.fake.emit({ kind: "settings" });
    }, on);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  };
  await turn(false);
  await turn(true);
  assert.equal(await page.isChecked("#do-1-2"), true);
  page.quiet();
  await page.context().close();
});

test("yesterday is a day of the calendar, also when a night was an hour shorter or longer", LIMIT, async () => {
  for (const [now, ms, expected] of [
    ["2026-03-30T08:00:00+02:00", "2026-03-28T23:30:00+01:00", /28 Mar 2026/],
    ["2026-03-30T08:00:00+02:00", "2026-03-29T00:30:00+01:00", /^yesterday 00:30/],
    ["2026-10-26T08:00:00+01:00", "2026-10-25T00:30:00+02:00", /^yesterday 00:30/],
    ["2026-10-26T08:00:00+01:00", "2026-10-24T23:30:00+02:00", /24 Oct 2026/],
    ["2026-10-26T08:00:00+01:00", "2026-10-26T00:10:00+01:00", /^today 00:10/],
  ]) {
    const page = await bench.open("some", "#/options", { timezoneId: "Europe/Vienna" });
    const text = await page.evaluate(async ({ now, ms }) => {
      const RealDate = Date;
      const fixed = RealDate.parse(now);
      window.Date = class extends RealDate { constructor(...args) { if (args.length) super(...args); else super(fixed); } };
      const { recently } = await import("/format.js?fixed");
      return recently(RealDate.parse(ms));
    }, { now, ms });
    assert.match(text, expected, `${ms} at ${now}`);
    await page.context().close();
  }
});

test("what a browser says about its own layout is no error of the program", LIMIT, async () => {
  const page = await bench.open("some", "#/options");
  await page.evaluate(() => dispatchEvent(new ErrorEvent("error", { message: "ResizeObserver loop completed with undelivered notifications." })));
  assert.equal(await page.isVisible("#notice"), false);
  await page.evaluate(() => dispatchEvent(new ErrorEvent("error", { message: "Something else" })));
  await page.locator("#notice", { hasText: "Something else" }).waitFor();
  await page.context().close();
});

test("a list that is as long as a list can be says that there may be more", LIMIT, async () => {
  for (const [view, list] of [["deliveries", "deliveries"], ["activity", "activity"]]) {
    const page = await bench.open("some", `#/${view}`);
    const cut = page.getByText("The newest 500 are listed here.");
    await page.locator("[data-part=rows] tr").first().waitFor();
    assert.equal(await cut.isVisible(), false);
    await page.evaluate((list) => {
      const [one] = window.fake[list];
      window.fake[list] = Array.from({ length: 500 }, (_, n) => ({ ...one, id: n + 1 }));
      window.fake.emit({ kind: "everything" });
    }, list);
    await cut.waitFor();
    // Also where nothing of it matches: an older one may.
    await page.fill("input[type=search]", "nothing is called so");
    await page.locator("[data-part=no-match]").waitFor();
    assert.equal(await cut.isVisible(), true);
    page.quiet();
    await page.context().close();
  }
});

for (const hash of ["#/deliveries", "#/operators/acb"]) {
  for (const width of [900, 1200]) {
    test(`a long file name leaves size, status, reason and time in sight, ${hash}, ${width}`, LIMIT, async () => {
      const page = await bench.open("long", hash, { width, height: 600 });
      const hidden = await page.evaluate(() => {
        const [list] = Array.from(document.querySelectorAll(".scroll")).filter((list) => list.checkVisibility());
        const edge = list.getBoundingClientRect().right;
        return Array.from(list.querySelectorAll("th, td, .tag")).filter((cell) => cell.getBoundingClientRect().right > edge).map((cell) => cell.innerText);
      });
      assert.deepEqual(hidden, []);
      // Nor is the name a tower of letters.
      const name = await page.locator("[data-part=file]", { hasText: LONG_FILE }).first().boundingBox();
      assert.ok(name.width >= 150, `${name.width} wide`);
      page.quiet();
      await page.context().close();
    });
  }
}
