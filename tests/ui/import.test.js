// Import: a list is looked at, corrected, chosen again, and added.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const csv = (name, ...rows) => ({ name, mimeType: "text/csv", buffer: Buffer.from(["id,name", ...rows].join("\n")) });
const BAD = csv("operators.csv", "acb,Anneliese", "new1,Somebody New", "new2,Another One");
const OTHER = csv("others.csv", "other,Somebody Else");

async function open() {
  const page = await bench.open("some", "#/operators");
  await page.click("#import-operators");
  await untilFocused(page, "import-choose");
  return page;
}

const isSeen = (page) => page.evaluate(() => ["preview", "summary", "unknown"].filter((name) => !document.querySelector(`#import-dialog [data-part=${name}]`).hidden));
const rows = (page) => page.locator("#import-dialog [data-part=rows] tr").evaluateAll((all) => all.map((row) => Array.from(row.cells, (cell) => cell.textContent.trim())));

test("what can be imported is imported, what cannot stays out, and the table has it", LIMIT, async () => {
  const page = await open();
  await page.setInputFiles("#import-file", BAD);
  await page.locator("#import-form").getByText("operators.csv: 2 can be imported, 1 cannot.").waitFor();
  assert.deepEqual((await rows(page)).map(([line, id]) => [line, id]), [["2", "acb"], ["3", "new1"], ["4", "new2"]]);
  assert.deepEqual(await page.evaluate(() => window.fake.operators.length), 6);
  await page.click("#import-save");
  await page.locator("#import-form").getByText("2 imported, 1 not.").waitFor();
  assert.match((await rows(page))[0][3], /^Not imported There is already an operator “acb”/);
  assert.equal((await rows(page))[1][3], "Imported");
  await untilFocused(page, "import-close");
  // What has been imported is not imported again.
  await page.click("#import-save");
  await page.getByText("Choose a CSV file first.").waitFor();
  await page.keyboard.press("Escape");
  await untilFocused(page, "import-operators");
  await page.getByText("8 operators").waitFor();
  await page.getByRole("row", { name: /new2 Another One/ }).waitFor();
  page.quiet();
  await page.context().close();
});

test("the same file can be chosen again, once it is corrected", LIMIT, async () => {
  const page = await open();
  await page.setInputFiles("#import-file", BAD);
  await page.locator("#import-form").getByText("operators.csv: 2 can be imported, 1 cannot.").waitFor();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.click("#import-choose")]);
  // While something stands there, a browser does not tell that the same name is chosen once more.
  assert.equal(await page.inputValue("#import-file"), "");
  // Whoever chooses nothing after all keeps what was read; the summary names it.
  await page.locator("#import-form").getByText("operators.csv: 2 can be imported, 1 cannot.").waitFor();
  await chooser.setFiles(csv("operators.csv", "new0,Anneliese", "new1,Somebody New", "new2,Another One"));
  await page.locator("#import-form").getByText("operators.csv: 3 can be imported, 0 cannot.").waitFor();
  page.quiet();
  await page.context().close();
});

test("a choice that is refused leaves nothing of the one before, and nothing to import", LIMIT, async () => {
  const page = await open();
  await page.setInputFiles("#import-file", BAD);
  await page.locator("#import-form").getByText("2 can be imported").waitFor();
  await page.evaluate(() => (window.fake.refuse.previewImport = { code: "import_refused", message: "The file could not be read as CSV.", hint: null, field: null }));
  await page.setInputFiles("#import-file", OTHER);
  await page.locator("#import-dialog .problem", { hasText: "could not be read as CSV" }).waitFor();
  assert.deepEqual(await isSeen(page), []);
  await page.click("#import-save");
  await page.getByText("Choose a CSV file first.").waitFor();
  assert.equal(await page.evaluate(() => window.fake.calls.includes("importOperators")), false);

  await page.evaluate(() => delete window.fake.refuse.previewImport);
  await page.setInputFiles("#import-file", OTHER);
  await page.locator("#import-form").getByText("others.csv: 1 can be imported, 0 cannot.").waitFor();
  assert.equal(await page.locator("#import-dialog .problem").isVisible(), false);
  // Nothing chosen is nothing to import.
  await page.setInputFiles("#import-file", []);
  assert.deepEqual(await isSeen(page), []);
  page.quiet();
  await page.context().close();
});

/** The next call of a command waits until it is released; those after it do not. */
async function holdNext(page, command) {
  await page.evaluate((command) => {
    const waits = new Promise((resolve) => (window.fake.release = resolve));
    window.fake.hold = { get [command]() { window.fake.hold = {}; return waits; } };
  }, command);
}

test("of two files, the one that was chosen last is imported, whichever answer comes last", LIMIT, async () => {
  const page = await open();
  await holdNext(page, "previewImport");
  await page.setInputFiles("#import-file", BAD);
  await page.getByText("Reading the file…").waitFor();
  await page.setInputFiles("#import-file", OTHER);
  await page.locator("#import-form").getByText("others.csv: 1 can be imported, 0 cannot.").waitFor();
  await page.evaluate(() => window.fake.release());
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  await page.locator("#import-form").getByText("others.csv: 1 can be imported, 0 cannot.").waitFor();
  await page.click("#import-save");
  await page.locator("#import-form").getByText("1 imported, 0 not.").waitFor();
  assert.deepEqual(await page.evaluate(() => window.fake.operators.slice(6).map(({ id }) => id)), ["other"]);
  page.quiet();
  await page.context().close();
});

test("a file that is chosen while another one is being imported stays to be imported", LIMIT, async () => {
  const page = await open();
  await page.setInputFiles("#import-file", BAD);
  await page.locator("#import-form").getByText("2 can be imported").waitFor();
  await holdNext(page, "importOperators");
  await page.click("#import-save");
  await page.getByText("Importing…").waitFor();
  await page.setInputFiles("#import-file", OTHER);
  await page.locator("#import-form").getByText("others.csv: 1 can be imported, 0 cannot.").waitFor();
  await page.evaluate(() => window.fake.release());
  await page.locator("#import-status", { hasText: "2 imported, 1 not." }).waitFor();
  await page.locator("#import-form").getByText("others.csv: 1 can be imported, 0 cannot.").waitFor();
  await page.click("#import-save");
  await page.locator("[data-part=summary]", { hasText: "1 imported, 0 not." }).waitFor();
  page.quiet();
  await page.context().close();
});

test("pressed twice, Import opens once; whoever has gone elsewhere meanwhile is left alone", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.evaluate(() => {
    const button = document.getElementById("import-operators");
    button.click();
    button.click();
  });
  await page.locator("#import-dialog").first().waitFor();
  assert.equal(await page.locator("dialog").count(), 1);
  page.quiet();
  await page.context().close();

  const other = await bench.open("some", "#/operators");
  await other.route("**/views/import.js", async (route) => {
    await other.evaluate(() => (location.hash = "#/activity"));
    await other.getByText("3 entries").waitFor();
    await route.continue();
  });
  const asked = other.waitForResponse("**/views/import.js");
  await other.click("#import-operators");
  await asked;
  await other.evaluate(() => import("/views/import.js").then(() => new Promise((resolve) => setTimeout(resolve, 0))));
  assert.equal(await other.locator("dialog").count(), 0);
  other.quiet();
  await other.context().close();
});
