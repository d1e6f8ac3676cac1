// What the program tells by itself: figures that move, what ends, and that anything may have changed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { hold } from "./holding.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** An event of the delivery that is under way in `some`. */
const delivery = (page, fields) =>
  page.evaluate((fields) => window.fake.emit({ kind: "delivery", operatorId: "acb", deliveryId: 4, sizeBytes: 734_003_200, ...fields }), fields);

/** How often a command was called since the last time. */
async function calls(page, name) {
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 150)));
  return page.evaluate((name) => window.fake.calls.splice(0).filter((call) => call === name).length, name);
}

for (const [view, hash] of [["Deliveries", "#/deliveries"], ["the record", "#/operators/acb"]]) {
  test(`${view}: a figure that moves is shown without reading; a delivery that fails on its way is read`, LIMIT, async () => {
    const page = await bench.open("some", hash);
    const row = page.locator("[data-delivery='4']");
    await calls(page, "listDeliveries");
    await delivery(page, { state: "uploading", bytesSent: 503_316_480 });
    await row.getByText("503.3 MB of 734 MB sent").waitFor();
    assert.equal(await calls(page, "listDeliveries"), 0);

    await page.evaluate(() => Object.assign(window.fake.deliveries[0], { state: "needsAttention", bytesSent: 503_316_480, problem: { code: "network", message: "Dropbox could not be reached.", hint: null, field: null } }));
    await delivery(page, { state: "needsAttention", bytesSent: 503_316_480 });
    await row.getByText("Needs attention").waitFor();
    await row.getByText("Dropbox could not be reached.").waitFor();

    // Somebody sends it again.
    await page.evaluate(() => Object.assign(window.fake.deliveries[0], { state: "uploading", bytesSent: 0, problem: null }));
    await delivery(page, { state: "uploading", bytesSent: 0 });
    await row.getByText("Being sent").waitFor();
    page.quiet();
    await page.context().close();
  });
}

test("a delivery that is filtered away is not read at every figure, and stands at the last one when it comes back", LIMIT, async () => {
  const page = await bench.open("some", "#/deliveries");
  await page.selectOption("#delivery-filter", "delivered");
  await calls(page, "listDeliveries");
  await delivery(page, { state: "uploading", bytesSent: 503_316_480 });
  assert.equal(await calls(page, "listDeliveries"), 0);
  await page.selectOption("#delivery-filter", "");
  await page.getByText("503.3 MB of 734 MB sent").waitFor();
  await page.context().close();
});

test("the table reads when a delivery begins and when it fails, not at every figure, and not at what is only written down", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await calls(page, "listOperators");
  await delivery(page, { state: "uploading", bytesSent: 0 });
  assert.equal(await calls(page, "listOperators"), 1, "it begins");
  await delivery(page, { state: "uploading", bytesSent: 503_316_480 });
  // All is sent, and Dropbox has not confirmed it yet.
  await delivery(page, { state: "uploading", bytesSent: 734_003_200 });
  await page.evaluate(() => window.fake.emit({ kind: "activity" }));
  assert.equal(await calls(page, "listOperators"), 0, "it goes on");
  await delivery(page, { state: "needsAttention", bytesSent: 503_316_480 });
  assert.equal(await calls(page, "listOperators"), 1, "it fails");
  await page.context().close();
});

test("Activity reads when something was written down, and at nothing else", LIMIT, async () => {
  const page = await bench.open("some", "#/activity");
  await calls(page, "listActivity");
  await delivery(page, { state: "delivered", bytesSent: 734_003_200 });
  await page.evaluate(() => window.fake.emit({ kind: "settings" }));
  assert.equal(await calls(page, "listActivity"), 0);
  await page.evaluate(() => window.fake.activity.splice(0, 2));
  await page.evaluate(() => window.fake.emit({ kind: "activity" }));
  await page.getByText("1 entry", { exact: true }).waitFor();
  await page.context().close();
});

/** What every view reads, and what it shows of it. */
const VIEWS = [
  ["#/options", () => (window.fake.settings.idleTimeoutSeconds = 60), (page) => page.waitForFunction(() => document.getElementById("idle-timeout-seconds").value === "60")],
  ["#/operators", () => (window.fake.operators[0].name = "Somebody else"), (page) => page.getByText("Somebody else").waitFor()],
  ["#/deliveries", () => window.fake.deliveries.splice(0, 3), (page) => page.getByText("1 delivery", { exact: true }).waitFor()],
  ["#/activity", () => window.fake.activity.splice(0, 2), (page) => page.getByText("1 entry", { exact: true }).waitFor()],
  ["#/setup", () => (window.fake.about.redirectUris = ["http://127.0.0.1:4711/dropbox"]), (page) => page.locator("li code", { hasText: "4711" }).waitFor()],
  ["#/about", () => Object.assign(window.fake.about, { practice: true, simulatorUrl: "http://127.0.0.1:4711/" }), (page) => page.getByText("a simulated one on this computer: http://127.0.0.1:4711/").waitFor()],
];

for (const kind of ["everything", "settings", "operators"]) {
  for (const [hash, change, isShown] of VIEWS.filter(([hash]) => kind === "everything" || ["#/operators", "#/deliveries"].includes(hash))) {
    test(`${hash} reads anew after ${kind}`, LIMIT, async () => {
      const page = await bench.open("some", hash);
      await page.evaluate(change);
      await page.evaluate((kind) => window.fake.emit({ kind }), kind);
      await isShown(page);
      page.quiet();
      await page.context().close();
    });
  }

  test(`the record and its Controls read anew after ${kind}`, LIMIT, async () => {
    const page = await bench.open("some", "#/operators/jsm/controls");
    await page.locator("#controls-dialog").waitFor();
    await page.evaluate(() => {
      const [acb, jsm] = window.fake.operators;
      Object.assign(jsm, { name: "Jonah Renamed", status: "awaitingSave" });
      Object.assign(jsm.request, { phase: "granted", codeReceived: true, account: acb.authorization.account, scopes: ["files.content.write"], warnings: [] });
      window.fake.operators.splice(3, 2);
      window.fake.deliveries.unshift({ ...window.fake.deliveries[3], id: 5, operatorId: "jsm", fileName: "From the command line.pdf" });
      window.fake.settings.interfaceToDropbox = false;
    });
    await page.evaluate((kind) => window.fake.emit({ kind }), kind);
    await page.locator("#controls-dialog").getByText("Dropbox has confirmed. Confirm the account, then click Save.").waitFor();
    await page.locator("#controls-dialog h1", { hasText: "Jonah Renamed" }).waitFor();
    // The apps that other operators use, too: they were four.
    assert.equal(await page.locator("[data-part=apps-list] [data-part=count]").textContent(), "2 operators");
    await page.locator("[data-part=recent]", { hasText: "From the command line.pdf" }).waitFor();
    assert.equal(await page.locator("[data-part=interface-off]").isVisible(), true);
    page.quiet();
    await page.context().close();
  });
}

test("what changes while a view is being read is not missed", LIMIT, async () => {
  for (const [hash, command] of [["#/options", "getSettings"], ["#/operators", "listOperators"], ["#/operators/acb", "showOperator"], ["#/deliveries", "listDeliveries"]]) {
    const page = await bench.open("some", "#/setup");
    await hold(page, command);
    await page.evaluate((hash) => (location.hash = hash), hash);
    await page.waitForFunction((command) => window.fake.calls.includes(command), command);
    await page.evaluate(() => window.fake.emit({ kind: "everything" }));
    await calls(page, command);
    await page.evaluate(() => (window.fake.hold = window.fake.release()));
    await page.waitForFunction(() => !document.querySelector("#checklist"));
    assert.equal(await calls(page, command), 1, hash);
    page.quiet();
    await page.context().close();
  }
});
