// The table of operators while something changes: where the focus is, which operator is meant, and who needs somebody.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** The row that has the focus, by its operator; what has it otherwise. */
const focusedRow = (page) => page.evaluate(() => document.activeElement.matches("tr") ? document.activeElement.querySelector("[data-part=link]").textContent : document.activeElement.id || document.activeElement.tagName);

/** Changes the operators of the program, tells it, and waits until the table has read them. */
async function change(page, work) {
  const before = await page.evaluate(() => window.fake.calls.length);
  await page.evaluate(work);
  await page.evaluate(() => window.fake.emit({ kind: "operators" }));
  await page.waitForFunction((before) => window.fake.calls.slice(before).includes("listOperators"), before);
  // It is drawn in the same turn in which the answer comes.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
}

/** To the row of an operator, as with the arrow keys. */
async function goTo(page, id) {
  await page.focus("#operator-search");
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press("ArrowDown");
    if ((await focusedRow(page)) === id) return;
  }
  throw new Error(`${id} was not reached`);
}

test("the focus stays on its row while the program reports changes", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await goTo(page, "jsm");
  await change(page, () => (window.fake.operators[0].name = "Somebody else"));
  assert.equal(await focusedRow(page), "jsm");
  await change(page, () => (window.fake.operators[1].name = "Jonah Renamed"));
  assert.equal(await focusedRow(page), "jsm");
  assert.match(await page.innerText("tr:focus"), /Jonah Renamed/);
  await page.keyboard.press("ArrowDown");
  assert.equal(await focusedRow(page), "kho");
  page.quiet();
  await page.context().close();
});

test("the active row is an operator, not a place: a new record above it changes nothing", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await goTo(page, "kho");
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await change(page, () => window.fake.operators.unshift(window.fake.operator({ id: "aaa", name: "Aaron Aardvark" })));
  assert.equal(await focusedRow(page), "lma");
  await page.keyboard.press("Shift+Space");
  await page.getByText("2 operators are selected").waitFor();
  const selected = await page.locator("tr[aria-selected=true] [data-part=link]").allInnerTexts();
  assert.deepEqual(selected, ["kho", "lma"]);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /lma/ }).waitFor();
  await page.context().close();
});

test("whoever stands on a row that goes is on its neighbour, and at last in the search", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await goTo(page, "kho");
  await change(page, () => window.fake.operators.splice(2, 1));
  assert.equal(await focusedRow(page), "lma");
  await change(page, () => window.fake.operators.splice(2, 3));
  assert.equal(await focusedRow(page), "jsm");
  await page.selectOption("#operator-filter", "awaitingCode");
  await goTo(page, "jsm");
  await change(page, () => (window.fake.operators[1].status = "notAuthorized"));
  assert.equal(await focusedRow(page), "operator-search");
  await page.context().close();
});
