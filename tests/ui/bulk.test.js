// What is done with several operators: it can be stopped, outlives the table, and touches what somebody means.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** Every call of a command waits for one `next`. */
const holdEach = (page, command) =>
  page.evaluate((command) => {
    const waiting = [];
    window.fake.hold = { get [command]() { return new Promise((resolve) => waiting.push(resolve)); } };
    window.fake.next = () => waiting.shift()();
  }, command);
const next = async (page, calls, command) => {
  await page.waitForFunction(({ calls, command }) => window.fake.calls.filter((call) => call === command).length === calls, { calls, command });
  await page.evaluate(() => window.fake.next());
};
const results = (page) => page.locator("[data-part=results] li").allInnerTexts();
const isDisabled = (page, id) => page.getAttribute(`#${id}`, "aria-disabled");

test("a bulk action is stopped after the one that is under way, and says what it left", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.check("#select-all");
  await holdEach(page, "checkAuthorization");
  await page.click("#bulk-check");
  await page.locator("[data-part=bulk-progress]", { hasText: "1 of 4…" }).waitFor();
  assert.equal(await isDisabled(page, "bulk-deactivate"), "true");
  await next(page, 1, "checkAuthorization");
  await page.locator("[data-part=bulk-progress]", { hasText: "2 of 4…" }).waitFor();
  await page.locator("#bulk-stop").focus();
  await page.keyboard.press("Enter");
  assert.equal(await isDisabled(page, "bulk-stop"), "true");
  await next(page, 2, "checkAuthorization");
  await page.locator("#bulk-status", { hasText: "Stopped: 1 of 2 went well, 2 were not begun. Left out: 2 not authorized." }).waitFor();
  await untilFocused(page, "operator-search");
  assert.equal(await page.evaluate(() => window.fake.calls.filter((call) => call === "checkAuthorization").length), 2);
  assert.equal(await isDisabled(page, "bulk-deactivate"), null);
  page.quiet();
  await page.context().close();
});

test("a bulk action goes on while somebody is elsewhere, cannot be begun twice, and is there when they come back", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.check("#select-all");
  await holdEach(page, "checkAuthorization");
  await page.click("#bulk-check");
  await next(page, 1, "checkAuthorization");
  await page.evaluate(() => (location.hash = "#/deliveries"));
  await page.getByText("4 deliveries").waitFor();
  await next(page, 2, "checkAuthorization");
  await page.goBack();
  await page.locator("[data-part=bulk-progress]", { hasText: "3 of 4…" }).waitFor();
  assert.deepEqual((await results(page)).map((line) => line.split(" ")[0]), ["acb", "kho"]);
  assert.equal(await isDisabled(page, "bulk-check"), "true");
  await page.click("#bulk-check", { force: true });
  await page.evaluate(() => (location.hash = "#/deliveries"));
  await page.getByText("4 deliveries").waitFor();
  for (const call of [3, 4]) await next(page, call, "checkAuthorization");
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  await page.goBack();
  await page.locator("#bulk-status", { hasText: "Done: 3 of 4 went well. Left out: 2 not authorized." }).waitFor();
  assert.equal((await results(page)).length, 4);
  assert.equal(await isDisabled(page, "bulk-check"), null);
  // Once seen, it is over.
  await page.evaluate(() => (location.hash = "#/deliveries"));
  await page.getByText("4 deliveries").waitFor();
  await page.goBack();
  await page.getByText("6 operators").first().waitFor();
  assert.deepEqual(await results(page), []);
  assert.equal(await page.innerText("#bulk-status"), "");
  page.quiet();
  await page.context().close();
});

test("deactivating changes nothing else, although the record has changed since the table was read", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.locator("tr", { hasText: "lma" }).locator("[data-part=pick]").check();
  await page.evaluate(() => Object.assign(window.fake.operators[3], { name: "Luís Renamed", destination: "/Elsewhere" }));
  await page.click("#bulk-deactivate");
  await page.click("#ask-no");
  await untilFocused(page, "bulk-deactivate");
  assert.equal(await page.evaluate(() => window.fake.operators[3].active), true);
  await page.keyboard.press("Enter");
  await page.click("#ask-yes");
  await page.getByText("Done: 1 of 1 went well.").waitFor();
  assert.deepEqual(await page.evaluate(() => { const { name, destination, active } = window.fake.operators[3]; return [name, destination, active]; }), ["Luís Renamed", "/Elsewhere", false]);
  await page.getByRole("row", { name: /lma Luís Renamed .* Not active/ }).waitFor();
  page.quiet();
  await page.context().close();
});

test("a test file says where it went", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.locator("tr", { hasText: "acb" }).locator("[data-part=pick]").check();
  await page.click("#bulk-test");
  await page.click("#ask-yes");
  await page.getByText("Done: 1 of 1 went well.").waitFor();
  assert.match((await results(page))[0], /^acb Delivered, verified: \/Reports\/acb\/Outtray test .*\.txt, 214 bytes$/);
  await page.context().close();
});

test("an export says where it is", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.check("#select-all");
  await page.click("#bulk-export");
  await page.locator("#bulk-status", { hasText: "Saved as /home/admin/Downloads/Outtray operators 2026-11-25.csv. It holds no secret." }).waitFor();
  await page.context().close();
});

test("what is selected and filtered away is told, and the box of the head is about what is shown", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  const box = () => page.evaluate(() => { const { checked, indeterminate } = document.getElementById("select-all"); return checked ? "all" : indeterminate ? "some" : "none"; });
  for (const id of ["acb", "jsm"]) await page.locator("tr", { hasText: id }).locator("[data-part=pick]").check();
  assert.equal(await box(), "some");
  await page.fill("#operator-search", "kho");
  await page.getByText("2 operators are selected, 2 of them are not shown").waitFor();
  // As many are shown as others are selected.
  await page.fill("#operator-search", "horiguchi");
  await page.locator("tr", { hasText: "kho" }).locator("[data-part=pick]").check();
  await page.getByText("3 operators are selected, 2 of them are not shown").waitFor();
  assert.equal(await box(), "all");
  await page.fill("#operator-search", "jonah");
  await page.getByText("3 operators are selected, 2 of them are not shown").waitFor();
  await page.fill("#operator-search", "piet");
  await page.getByText("3 operators are selected, 3 of them are not shown").waitFor();
  assert.equal(await box(), "some");
  await page.check("#select-all");
  await page.getByText("1 operator is selected", { exact: true }).waitFor();
  assert.equal(await box(), "all");
  page.quiet();
  await page.context().close();
});

test("another language does not end what is being done, and says when it comes", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.check("#select-all");
  await holdEach(page, "checkAuthorization");
  await page.click("#bulk-check");
  await next(page, 1, "checkAuthorization");
  await page.evaluate(() => (location.hash = "#/options"));
  await page.selectOption("#language", "de");
  await page.click("#options-save");
  await page.locator("#options-status", { hasText: "The language changes the next time Outtray starts" }).waitFor();
  for (let calls = 2; calls <= 4; calls += 1) await next(page, calls, "checkAuthorization");
  await page.goBack();
  await page.locator("#bulk-status", { hasText: "went well" }).waitFor();
  assert.equal((await results(page)).length, 4);
  page.quiet();
  await page.context().close();
});

test("a test file is sent to many only when somebody says so, and only to those who can receive one", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  const sent = () => page.evaluate(() => window.fake.deliveries.filter((delivery) => delivery.origin === "test").map((delivery) => delivery.operatorId));
  await page.check("#select-all");
  await page.click("#bulk-test");
  assert.equal(await page.innerText("#ask-dialog h1"), "Send a test file to 2 operators?");
  assert.equal(await page.innerText("#ask-text"), "Each receives a small text file in their own Dropbox. Left out: 2 not authorized, 1 to be authorized again, 1 not active.");
  // Enter alone does nothing.
  await page.keyboard.press("Enter");
  await untilFocused(page, "bulk-test");
  assert.deepEqual(await sent(), ["acb"]);
  await page.keyboard.press("Enter");
  await page.click("#ask-yes");
  await page.locator("#bulk-status", { hasText: "Done: 2 of 2 went well. Left out: 2 not authorized" }).waitFor();
  assert.deepEqual((await results(page)).map((line) => line.split(" ")[0]), ["acb", "lma"]);
  assert.equal(await page.evaluate(() => window.fake.calls.filter((call) => call === "sendTestFile").length), 2);
  page.quiet();
  await page.context().close();
});

test("where nobody can receive a test file, nothing is asked", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  for (const id of ["pvr", "mdu"]) await page.locator("tr", { hasText: id }).locator("[data-part=pick]").check();
  await page.click("#bulk-test");
  await page.locator("#bulk-status", { hasText: "There is nothing to do. Left out: 1 not active, 1 not authorized." }).waitFor();
  assert.equal(await page.locator("#ask-dialog").count(), 0);
  await page.click("#bulk-deactivate");
  assert.equal(await page.innerText("#ask-dialog h1"), "Deactivate 1 operator?");
  page.quiet();
  await page.context().close();
});

test("with ten thousand the number is asked first, and it ends at the first refusal that holds for all", LIMIT, async () => {
  const page = await bench.open("many", "#/operators");
  await page.evaluate(() => {
    window.fake.settings.interfaceToDropbox = false;
  });
  await page.check("#select-all");
  await page.click("#bulk-test");
  assert.equal(await page.innerText("#ask-dialog h1"), "Send a test file to 9,800 operators?");
  await page.click("#ask-yes");
  await page.locator("#bulk-status", { hasText: "Stopped: 0 of 1 went well, 9,799 were not begun. Left out: 200 to be authorized again." }).waitFor();
  page.quiet();
  await page.context().close();
});

test("a test file is offered only where it can arrive, and what comes first is said", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr");
  assert.equal(await page.isVisible("#send-test-file"), false);
  await page.evaluate(() => (location.hash = "#/operators/pvr/test"));
  await page.waitForFunction(() => location.hash === "#/operators/pvr");
  assert.equal(await page.evaluate(() => window.fake.calls.includes("sendTestFile")), false);
  await page.keyboard.press("Control+K");
  await page.keyboard.type("send test file");
  await page.locator("#palette-list li", { hasText: "acb" }).waitFor();
  assert.equal(await page.locator("#palette-list li", { hasText: "pvr" }).count(), 0);
  await page.keyboard.press("Escape");
  // A delivery that failed before there was an authorization does not hide that there is none.
  await page.evaluate(() => {
    window.fake.operators.find((one) => one.id === "pvr").needsAttention = true;
    location.hash = "#/operators";
  });
  await page.getByRole("row", { name: /pvr Piet van Rijn .* Not authorized/ }).waitFor();
  // What ends while somebody stands on the button leaves them beside it.
  await page.evaluate(() => (location.hash = "#/operators/acb"));
  await page.locator("#send-test-file").focus();
  await page.evaluate(() => {
    Object.assign(window.fake.operators[0], { authorization: null, status: "notAuthorized" });
    window.fake.emit({ kind: "operator", operatorId: "acb" });
  });
  await untilFocused(page, "open-controls");
  page.quiet();
  await page.context().close();
});
