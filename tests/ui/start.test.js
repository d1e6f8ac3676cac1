// The start of the window: what is read ahead is never old, and whatever happens meanwhile counts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** How often a command was called. */
const calls = (page, command) => page.evaluate((command) => window.fake.calls.filter((each) => each === command).length, command);

/** A window that still waits for its settings. */
const starting = (hash) => bench.open("slowStart", hash, { ready: "#starting" });

const go = (page) => page.evaluate(() => window.fake.go());

test("the table is read once, before the modules that show it are there", LIMIT, async () => {
  const page = await starting("#/operators");
  assert.equal(await calls(page, "listOperators"), 1);
  await go(page);
  await page.getByText("6 operators").waitFor();
  assert.equal(await calls(page, "listOperators"), 1);
  page.quiet();
  await page.context().close();
});

test("what has changed since it was read ahead is read again", LIMIT, async () => {
  const page = await starting("#/operators");
  await page.evaluate(() => {
    window.fake.operators.push(window.fake.operator({ id: "new", name: "Nobody yet" }));
    window.fake.emit({ kind: "operators" });
    window.fake.go();
  });
  await page.getByText("7 operators").waitFor();
  page.quiet();
  await page.context().close();
});

test("whoever comes to the table later reads it then", LIMIT, async () => {
  const page = await starting("");
  await page.evaluate(() => {
    window.fake.settings.interfaceToDropbox = false;
    window.fake.go();
  });
  await page.getByRole("heading", { level: 1, name: "Administrator Options" }).waitFor();
  // Not told of: another program was faster than the news of it.
  await page.evaluate(() => window.fake.operators.push(window.fake.operator({ id: "new", name: "Nobody yet" })));
  await page.click("#nav-operators");
  await page.getByText("7 operators").waitFor();
  page.quiet();
  await page.context().close();
});

test("an address that is chosen while the window starts is what it begins with, once", LIMIT, async () => {
  const page = await starting("#/operators");
  await page.evaluate(() => (location.hash = "#/activity"));
  await go(page);
  await page.getByText("3 entries").waitFor();
  assert.equal(await page.locator("main h1").innerText(), "Activity");
  assert.equal(await calls(page, "reopen"), 0, "nothing has failed");
  assert.equal(await calls(page, "listActivity"), 1);
  page.quiet();
  await page.context().close();
});
