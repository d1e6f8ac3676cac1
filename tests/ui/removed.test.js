// Removed records: who they are, and that they come back, also long after the Undo has gone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { focused, tabTo, untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const rows = (page) => page.locator("[data-part=removed-rows] tr").evaluateAll((all) => all.map((row) => row.querySelector("[data-part=id]").textContent));
/** Whose Restore has the focus. */
const restoring = (page) => page.evaluate(() => document.activeElement.querySelector("[data-part=who]")?.textContent ?? document.activeElement.id);

test("removed records are listed with the day, searched, and brought back by keyboard", LIMIT, async () => {
  const page = await bench.open("removed", "#/operators");
  await tabTo(page, "operator-filter");
  await page.selectOption("#operator-filter", "removed");
  await page.getByText("3 removed operators").waitFor();
  assert.deepEqual(await rows(page), ["tob", "zoe", "TOB"]);
  assert.match(await page.innerText("[data-part=removed-rows]"), /tob\s+Tobias Oberg\s+tobias@example.com\s+today 07:30/);
  assert.equal(await page.isVisible("#operators table, [data-part=list]"), false);
  await page.fill("#operator-search", "zo");
  await page.getByText("1 of 3 removed operators").waitFor();
  assert.deepEqual(await rows(page), ["zoe"]);
  await page.fill("#operator-search", "");

  // Of two that had the same id, the last one comes back first.
  assert.deepEqual(await page.locator("[data-part=removed-rows] button:visible").allTextContents(), ["Restore tob", "Restore zoe"]);
  await page.getByRole("button", { name: "Restore tob" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("#toast").getByText("Operator tob is back. Dropbox has to be authorized again.").waitFor();
  await page.getByText("2 removed operators").waitFor();
  await page.waitForFunction(() => document.activeElement.matches("[data-part=restore]"));
  assert.equal(await restoring(page), "zoe");
  await page.keyboard.press("Enter");
  await page.locator("#toast").getByText("Operator zoe is back.", { exact: true }).waitFor();
  await page.selectOption("#operator-filter", "");
  await page.getByText("8 operators").waitFor();
  await page.waitForFunction(() => document.querySelectorAll("[data-part=rows] tr[data-index]").length === 8);
  page.quiet();
  await page.context().close();
});

test("the last one that comes back leaves the focus at the choice", LIMIT, async () => {
  const page = await bench.open("nobodyLeft", "#/operators");
  await page.getByText("No operators yet").waitFor();
  await page.selectOption("#operator-filter", "removed");
  await page.getByRole("button", { name: "Restore zoe" }).click();
  await page.getByText("Nobody has been removed in the last 30 days.").waitFor();
  await untilFocused(page, "operator-filter");
  await page.getByText("0 removed operators").waitFor();
  page.quiet();
  await page.context().close();
});

test("a record whose id is taken stays where it is, and it is said", LIMIT, async () => {
  const page = await bench.open("removed", "#/operators");
  await page.evaluate(() => window.fake.operators.push(window.fake.operator({ id: "zoe", name: "Another Zoë" })));
  await page.selectOption("#operator-filter", "removed");
  await page.getByRole("button", { name: "Restore zoe" }).click();
  await page.locator("[data-part=removed] .problem", { hasText: "There is already an operator “zoe”." }).waitFor();
  assert.deepEqual(await rows(page), ["tob", "zoe", "TOB"]);
  assert.equal(await restoring(page), "zoe");
  page.quiet();
  await page.context().close();
});

test("what is removed and restored elsewhere is seen, and nobody loses their place", LIMIT, async () => {
  const page = await bench.open("removed", "#/operators");
  await page.selectOption("#operator-filter", "removed");
  await page.getByRole("button", { name: "Restore zoe" }).focus();
  await page.evaluate(() => {
    window.fake.removed.unshift({ ...window.fake.operators.pop(), removedAt: Date.now() });
    window.fake.emit({ kind: "operator", operatorId: "pvr" });
  });
  await page.getByText("4 removed operators").waitFor();
  assert.equal(await restoring(page), "zoe");
  page.quiet();
  await page.context().close();
});

test("the question before a removal says where the way back is", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr");
  await page.click("#operator-remove");
  await page.getByText("under the status Removed in Setup › Operator").waitFor();
  await page.click("#ask-yes");
  await page.locator("#toast").getByText("Operator pvr is removed.").waitFor();
  await page.click("#toast [data-part=close]");
  await page.selectOption("#operator-filter", "removed");
  await page.getByRole("button", { name: "Restore pvr" }).click();
  await page.locator("#toast").getByText("Operator pvr is back.").waitFor();
  assert.notEqual(await focused(page), "BODY");
  await page.context().close();
});
