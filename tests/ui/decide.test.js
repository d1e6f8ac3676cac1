// Send again and Dismiss, where a delivery needs attention: what is called, what is heard, where the focus is, and that nothing moves under the pointer.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { hold, release } from "./holding.js";

const LIMIT = { timeout: 60_000 };
const FULL = { code: "dropbox_full", message: "There is no room left in this Dropbox.", hint: "Ask the user to make room in Dropbox, then send again.", field: null };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** Where the rows stand: of all operators, and of one. */
const PLACES = [["Deliveries", "#/deliveries"], ["the record", "#/operators/kho"]];
const row = (page, id = 3) => page.locator(`[data-delivery='${id}']`);
const button = (page, name, id = 3) => row(page, id).getByRole("button", { name });
const calls = (page) => page.evaluate(() => window.fake.calls.filter((name) => ["sendAgain", "dismissDelivery"].includes(name)));
const heard = (page, text) => page.locator("#announcer", { hasText: text }).waitFor({ state: "attached" });
const focusedRow = (page) => page.evaluate(() => (document.activeElement.tagName === "TR" ? document.activeElement.dataset.delivery : document.activeElement.outerHTML.slice(0, 80)));

/** Where the buttons of all rows are. */
const tops = (page) => page.evaluate(() => Object.fromEntries(Array.from(document.querySelectorAll("[data-delivery]"), (each) => [each.dataset.delivery, each.getBoundingClientRect().top])));

/** Opens a place with a second and a third delivery that need attention, below the first. */
async function open(hash, options = {}) {
  const page = await bench.open("some", hash, options);
  await page.evaluate((problem) => {
    const { deliveries } = window.fake;
    const failed = { ...deliveries.find(({ id }) => id === 3), problem };
    deliveries.push({ ...failed, id: 0, fileName: "Open orders.xlsx" }, { ...failed, id: -1, fileName: "Stock.csv" });
    window.fake.emit({ kind: "everything" });
  }, FULL);
  await row(page, -1).waitFor();
  return page;
}

for (const [place, hash] of PLACES) {
  test(`${place}: a delivery is sent again by keyboard; its row says that it has arrived, and has the focus`, LIMIT, async () => {
    const page = await open(hash);
    await button(page, "Send again: Quarterly report.pdf").focus();
    await page.keyboard.press("Enter");
    await row(page).getByText("Delivered, verified").waitFor();
    await heard(page, "Delivered, verified: Quarterly report.pdf");
    assert.deepEqual(await calls(page), ["sendAgain"]);
    assert.equal(await focusedRow(page), "3");
    assert.equal(await button(page, /./).count(), 0);
    // From there Tab leads to the next one that needs somebody.
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Send again: Open orders.xlsx");
    page.quiet();
    await page.context().close();
  });

  test(`${place}: a delivery is dismissed by mouse; nothing comes up under the pointer`, LIMIT, async () => {
    for (const width of [900, 1400]) {
      const page = await open(hash, { width });
      await button(page, "Dismiss: Quarterly report.pdf").hover();
      const before = await tops(page);
      await page.mouse.down();
      await page.mouse.up();
      await row(page).getByText("Dismissed").waitFor();
      await heard(page, "Dismissed: Quarterly report.pdf");
      assert.deepEqual(await calls(page), ["dismissDelivery"]);
      assert.deepEqual(await tops(page), before);
      assert.equal(await row(page).getByText("Ask the user to make room").isVisible(), false, "there is nothing to do any more");
      page.quiet();
      await page.context().close();
    }
  });

  test(`${place}: what is refused stands in the row with its code, and can be tried again`, LIMIT, async () => {
    const page = await open(hash);
    await page.evaluate(() => {
      window.fake.refuse.sendAgain = { code: "file_unreadable", message: "The file /srv/out/Quarterly report.pdf cannot be read: it is not there.", hint: "Check the path and the permissions of the file.", field: null };
    });
    await button(page, "Send again").hover();
    const before = await row(page).locator("[data-part=again]").boundingBox();
    await button(page, "Send again").click();
    const alert = row(page).getByRole("alert");
    await alert.getByText("cannot be read").waitFor();
    assert.match(await alert.innerText(), /Check the path[^]*file_unreadable/);
    assert.deepEqual(await row(page).locator("[data-part=again]").boundingBox(), before);
    await page.evaluate(() => delete window.fake.refuse.sendAgain);
    await button(page, "Send again").click();
    await row(page).getByText("Delivered, verified").waitFor();
    assert.equal(await alert.count(), 0);
    page.quiet();
    await page.context().close();
  });

  test(`${place}: what fails once more is heard and stands there once`, LIMIT, async () => {
    const page = await open(hash);
    await page.evaluate((fails) => (window.fake.fails = { ...fails, message: "Dropbox does not accept the name Quarterly report.pdf." }), FULL);
    await button(page, "Send again").focus();
    await page.keyboard.press("Enter");
    await heard(page, "Dropbox does not accept the name");
    assert.equal(await row(page).getByText("Dropbox does not accept the name").count(), 1);
    assert.equal(await row(page).getByRole("alert").count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Send again: Quarterly report.pdf");
    page.quiet();
    await page.context().close();
  });
}

test("while one is decided, neither button does anything more, and other news leaves both as they are", LIMIT, async () => {
  const page = await open("#/deliveries");
  await hold(page, "dismissDelivery");
  await button(page, "Dismiss").click();
  await row(page).getByText("Dismissing…").waitFor({ state: "attached" });
  await page.evaluate(() => window.fake.emit({ kind: "everything" }));
  for (const name of ["Send again", "Dismiss"]) await button(page, name).click({ force: true });
  await release(page);
  await row(page).getByText("Dismissed").waitFor();
  assert.deepEqual(await calls(page), ["dismissDelivery"]);
  page.quiet();
  await page.context().close();
});

test("what was decided stays among those that need attention until somebody looks for others", LIMIT, async () => {
  const page = await open("#/deliveries");
  await page.selectOption("#delivery-filter", "needsAttention");
  await page.getByText("3 of 6 deliveries").waitFor();
  const before = await tops(page);
  await button(page, "Dismiss").click();
  await row(page).getByText("Dismissed").waitFor();
  assert.deepEqual(await tops(page), before);
  await page.fill("#delivery-search", "kho");
  await page.getByText("2 of 6 deliveries").waitFor();
  assert.equal(await row(page).count(), 0);
  await page.context().close();
});

test("a delivery that begins meanwhile waits until the pointer has left the buttons, or rests", LIMIT, async () => {
  const page = await open("#/deliveries");
  const arrive = (id) =>
    page.evaluate((id) => {
      window.fake.deliveries.unshift({ ...window.fake.deliveries[0], id });
      window.fake.emit({ kind: "delivery", operatorId: "acb", deliveryId: id, bytesSent: 0, sizeBytes: 1, state: "uploading" });
    }, id);
  const before = await tops(page);
  await button(page, "Dismiss", 0).hover();
  await arrive(5);
  await page.getByText("7 deliveries").waitFor();
  assert.deepEqual(await tops(page), before);
  await page.mouse.move(5, 5);
  await row(page, 5).waitFor();

  await button(page, "Dismiss", 0).hover();
  await arrive(6);
  await page.getByText("8 deliveries").waitFor();
  assert.equal(await row(page, 6).count(), 0);
  await page.clock.runFor(6000);
  await row(page, 6).waitFor();
  page.quiet();
  await page.context().close();
});

test("news leaves the focus where it is, and the rows the same", LIMIT, async () => {
  const page = await open("#/deliveries");
  await button(page, "Dismiss", 0).focus();
  await page.evaluate(() => {
    window.fake.deliveries.splice(0, 1);
    window.fake.deliveries.unshift({ ...window.fake.deliveries[1], id: 7 });
    window.fake.emit({ kind: "everything" });
  });
  await row(page, 7).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Dismiss: Open orders.xlsx");
  assert.deepEqual(Object.keys(await tops(page)).length, 6);
  page.quiet();
  await page.context().close();
});
