// What somebody has typed and not saved: closing a form, going elsewhere, and coming back lose nothing of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
const IS_BACK = "What was typed here before is back. It is not saved yet.";
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** As the tray, the menu of the system and the palette do. */
async function goTo(page, hash, heading) {
  await page.evaluate((hash) => (location.hash = hash), hash);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

async function openControls(page) {
  await page.click("#open-controls");
  await page.locator("#controls-dialog").waitFor();
}

/** What the fields show, by their ids. */
const values = (page, ids) => page.evaluate((ids) => ids.map((id) => document.getElementById(id)).map((field) => (field.matches("[type=radio], [type=checkbox]") ? field.checked : field.value)), ids);
const isBack = async (page) => (await page.locator(".restored:visible").count()) > 0;
const untilBack = (page) => page.locator(".restored:visible", { hasText: IS_BACK }).waitFor();
const STEP_ONE = ["app-key", "app-secret", "place-users-computer", "force-reauthentication"];

test("Controls: what was typed into the first step is there again after Esc, and can be discarded", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await page.locator("#controls-dialog").waitFor();
  assert.equal(await isBack(page), false);
  await page.keyboard.type("h7q2mzt0c4lx9ab");
  await page.fill("#app-secret", "half a secr");
  await page.check("#place-users-computer");
  await page.check("#force-reauthentication");
  await page.keyboard.press("Escape");
  await untilFocused(page, "open-controls");

  await openControls(page);
  assert.deepEqual(await values(page, STEP_ONE), ["h7q2mzt0c4lx9ab", "half a secr", true, true]);
  await untilBack(page);
  await page.getByRole("button", { name: "Discard it" }).click();
  await untilFocused(page, "app-key");
  assert.deepEqual(await values(page, STEP_ONE), ["", "", false, false]);
  assert.equal(await isBack(page), false);
  await page.click("#controls-close");
  await openControls(page);
  assert.deepEqual(await values(page, STEP_ONE), ["", "", false, false]);
  assert.equal(await isBack(page), false);
  page.quiet();
  await page.context().close();
});

test("Controls: going elsewhere in the middle loses nothing, and nothing of it comes to another operator", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb/controls");
  await page.click("#change-key");
  await page.fill("#app-key", "anotherKey01234");
  await page.fill("#app-secret", "half a secr");
  await goTo(page, "#/operators/pvr", /pvr/);
  await openControls(page);
  assert.deepEqual(await values(page, ["app-key", "app-secret"]), ["", ""]);
  await goTo(page, "#/operators/acb", /acb/);
  await openControls(page);
  // The first step is done and would be folded.
  assert.equal(await page.isVisible("#app-secret"), true);
  assert.deepEqual(await values(page, ["app-key", "app-secret"]), ["anotherKey01234", "half a secr"]);
  assert.equal(await isBack(page), true);
  await page.context().close();
});

test("Controls: what has been used is nowhere any more", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await page.locator("#controls-dialog").waitFor();
  await page.fill("#app-key", "h7q2mzt0c4lx9ab");
  await page.fill("#app-secret", "abcdefghijklmno");
  await page.check("#place-users-computer");
  await page.keyboard.press("Escape");
  await openControls(page);
  await page.click("#generate-key");
  await page.getByText("The key is generated.").waitFor();
  assert.equal(await isBack(page), false);
  await page.keyboard.type("half a co");
  await page.keyboard.press("Escape");
  await untilFocused(page, "open-controls");
  await openControls(page);
  assert.deepEqual(await values(page, ["app-secret", "temporary-authorization-key"]), ["", "half a co"]);
  assert.equal(await isBack(page), true);
  await page.keyboard.type("theRightCode");
  await page.click("#controls-save");
  await page.getByText("Dropbox has confirmed.").waitFor();
  assert.equal(await isBack(page), false);
  await page.keyboard.press("Escape");
  await untilFocused(page, "open-controls");
  await openControls(page);
  assert.deepEqual(await values(page, ["app-secret", "temporary-authorization-key"]), ["", ""]);
  assert.equal(await isBack(page), false);
  await page.context().close();
});

test("Controls: a code that belongs to another URL does not come back", LIMIT, async () => {
  const page = await bench.open("remote", "#/operators/jsm/controls");
  await untilFocused(page, "temporary-authorization-key");
  await page.keyboard.type("half a co");
  await page.keyboard.press("Escape");
  await untilFocused(page, "open-controls");
  await page.evaluate(() => {
    window.fake.operators[1].request.createdAt += 60_000;
    window.fake.emit({ kind: "authorization", operatorId: "jsm" });
  });
  await openControls(page);
  assert.deepEqual(await values(page, ["temporary-authorization-key"]), [""]);
  assert.equal(await isBack(page), false);
  await page.context().close();
});

test("the record: what was typed is there again, is told, and is gone once it is saved", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb");
  await page.fill("#operator-name", "Somebody else");
  await page.uncheck("#operator-active");
  await goTo(page, "#/operators/lma", /lma/);
  assert.deepEqual(await values(page, ["operator-name", "operator-active"]), ["Luís Machado", true]);
  await goTo(page, "#/operators/acb", /acb/);
  assert.deepEqual(await values(page, ["operator-name", "operator-active"]), ["Somebody else", false]);
  await untilBack(page);
  await page.getByRole("button", { name: "Discard it" }).click();
  await untilFocused(page, "operator-name");
  assert.deepEqual(await values(page, ["operator-name", "operator-active"]), ["Anneliese Carver-Brandt", true]);

  await page.fill("#operator-name", "Somebody else");
  await goTo(page, "#/operators/lma", /lma/);
  await goTo(page, "#/operators/acb", /acb/);
  await page.click("#operator-save");
  await page.getByText("Saved.", { exact: true }).waitFor();
  assert.equal(await isBack(page), false);
  await goTo(page, "#/operators/lma", /lma/);
  await goTo(page, "#/operators/acb", /acb Somebody else/);
  assert.equal(await isBack(page), false);
  page.quiet();
  await page.context().close();
});

test("a new record that nobody has saved is there again; once it is saved, the next new one is empty", LIMIT, async () => {
  const page = await bench.open("some", "#/new-operator");
  await page.fill("#operator-id", "AB");
  await page.fill("#operator-destination", "/Elsewhere");
  await goTo(page, "#/operators", "Operator");
  await page.keyboard.press("Control+n");
  await untilBack(page);
  assert.deepEqual(await values(page, ["operator-id", "operator-destination"]), ["AB", "/Elsewhere"]);
  await page.locator("#operator-destination-preview", { hasText: "/Elsewhere/report.pdf" }).waitFor();
  await page.fill("#operator-name", "Anna Berg");
  await page.click("#operator-save");
  await page.getByText("Saved. Next,").waitFor();
  assert.equal(await isBack(page), false);
  await goTo(page, "#/new-operator", "New operator");
  assert.deepEqual(await values(page, ["operator-id", "operator-name", "operator-destination"]), ["", "", "/Reports/{operator}/{name}"]);
  assert.equal(await isBack(page), false);
  await page.context().close();
});

test("what was typed about an operator who is removed is forgotten", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await page.locator("#controls-dialog").waitFor();
  await page.fill("#app-secret", "half a secr");
  await page.click("#controls-close");
  await page.fill("#operator-name", "Somebody else");
  await page.click("#operator-remove");
  await page.click("#ask-yes");
  await page.click("#toast [data-part=action]");
  await page.locator("#toast").getByText("Operator pvr is back.").waitFor();
  await goTo(page, "#/operators/pvr", /pvr/);
  assert.deepEqual(await values(page, ["operator-name"]), ["Piet van Rijn"]);
  await openControls(page);
  assert.deepEqual(await values(page, ["app-secret"]), [""]);
  await page.context().close();
});

test("Administrator Options: what was changed and not saved is there again, and can be discarded", LIMIT, async () => {
  const ids = ["redirect-host", "redirect-ports", "close-to-tray", "idle-timeout-seconds"];
  const page = await bench.open("some", "#/options");
  await page.selectOption("#redirect-host", "localhost");
  await page.fill("#redirect-ports", "4711");
  await page.uncheck("#close-to-tray");
  // Typed, and typed back again: nothing is unsaved about it.
  await page.fill("#idle-timeout-seconds", "12");
  await page.fill("#idle-timeout-seconds", "120");
  await goTo(page, "#/operators", "Operator");
  await goTo(page, "#/options", "Administrator Options");
  assert.deepEqual(await values(page, ids), ["localhost", "4711", false, "120"]);
  assert.equal(await page.locator("[data-part=uris]").innerText(), "http://localhost:4711/dropbox");
  await untilBack(page);
  await page.getByRole("button", { name: "Discard it" }).click();
  await untilFocused(page, "redirect-host");
  assert.deepEqual(await values(page, ids), ["127.0.0.1", "17653, 27653, 37653", true, "120"]);
  assert.equal(await isBack(page), false);

  await page.fill("#idle-timeout-seconds", "60");
  await goTo(page, "#/operators", "Operator");
  await goTo(page, "#/options", "Administrator Options");
  await page.click("#options-save");
  await page.getByText("Saved. Interface to Dropbox is on.").waitFor();
  assert.equal(await isBack(page), false);
  // What is stored and not offered stays as it is.
  assert.deepEqual(await page.evaluate(() => [window.fake.settings.idleTimeoutSeconds, window.fake.settings.reportOutputRoot]), [60, "/srv/erp/output"]);
  await goTo(page, "#/operators", "Operator");
  await goTo(page, "#/options", "Administrator Options");
  assert.equal(await isBack(page), false);
  page.quiet();
  await page.context().close();
});

test("a page that is loaded anew has what was typed, and no secret; nothing of it comes to other data", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb");
  await page.fill("#operator-name", "Somebody else");
  await goTo(page, "#/operators/pvr", /pvr/);
  await openControls(page);
  await page.fill("#app-key", "half a key");
  await page.fill("#app-secret", "half a secr");
  await page.check("#place-users-computer");
  await page.reload();
  await page.getByRole("heading", { level: 1, name: /pvr/ }).waitFor();
  assert.equal(await page.evaluate(() => history.state), null);
  await openControls(page);
  await untilBack(page);
  assert.deepEqual(await values(page, ["app-key", "app-secret", "place-users-computer"]), ["half a key", "", true]);
  await page.click("#controls-close");
  await goTo(page, "#/operators/acb", /acb/);
  assert.deepEqual(await values(page, ["operator-name"]), ["Somebody else"]);
  await untilBack(page);

  // Once more, and what was saved meanwhile is not unsaved again.
  await page.click("#operator-save");
  await page.getByText("Saved.", { exact: true }).waitFor();
  await page.fill("#operator-email", "half@");
  await page.reload();
  await page.getByRole("heading", { level: 1, name: /acb/ }).waitFor();
  assert.deepEqual(await values(page, ["operator-name", "operator-email"]), ["Anneliese Carver-Brandt", "half@"]);

  // As in practice mode.
  await page.addInitScript(() => history.replaceState({ ...history.state, folder: "/elsewhere" }, ""));
  await page.reload();
  await page.getByRole("heading", { level: 1, name: /acb/ }).waitFor();
  assert.deepEqual(await values(page, ["operator-email"]), ["a.carver@example.com"]);
  assert.equal(await isBack(page), false);
  page.quiet();
  await page.context().close();
});

test("a new record begins with its fields, also where something typed before is back", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.keyboard.press("Control+n");
  await untilFocused(page, "operator-id");
  await page.keyboard.type("half");
  await goTo(page, "#/deliveries", "Deliveries");
  await page.keyboard.press("Control+n");
  await untilFocused(page, "operator-id");
  await untilBack(page);
  assert.deepEqual(await values(page, ["operator-id"]), ["half"]);
  await page.keyboard.press("Shift+Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Discard it");
  page.quiet();
  await page.context().close();
});
