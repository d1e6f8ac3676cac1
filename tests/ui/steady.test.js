// What comes by itself moves nothing: whoever is about to click hits what they see.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { hold, release } from "./holding.js";
import { untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
/** What somebody clicks after the key and the secret. */
const NEXT = ["#place-this-computer", "#place-users-computer", "#force-reauthentication", "#generate-key"];
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** Until what has changed is laid out, observers included. */
const laidOut = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** Something comes about for an operator whom nobody looks at. */
async function tell(page) {
  await page.evaluate(() => window.fake.allow("jsm"));
  await page.locator("#toast:visible").waitFor();
  await laidOut(page);
}

/** What can be clicked or can have the focus, and where it is. */
const clickable = (page, root) =>
  page.evaluate((root) => {
    const seen = Array.from(document.querySelector(root).querySelectorAll("button, a, input, select, textarea, h1, tr[tabindex]")).filter((element) => element.checkVisibility() && !element.closest("#toast"));
    return seen.map((element, at) => {
      const { left, top } = element.getBoundingClientRect();
      return { name: `${at} ${element.id || element.tagName}`, left, top };
    });
  }, root);

/** What of a dialog the toast touches that is always in sight: its title, its buttons. */
const touched = (page) =>
  page.evaluate(() => {
    const toast = document.getElementById("toast").getBoundingClientRect();
    return Array.from(document.querySelectorAll("dialog header, dialog footer")).flatMap((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top < toast.bottom && bottom > toast.top ? [element.tagName] : [];
    });
  });

/** What the toast lies on, although it could be scrolled no further. */
const covered = (page) =>
  page.evaluate(() => {
    const toast = document.getElementById("toast");
    return Array.from(document.querySelectorAll("button, a, input, select, textarea, summary, [tabindex]"), (element) => {
      if (!element.checkVisibility() || element.closest("[inert]") || toast.contains(element) || element.contains(toast)) return [];
      const dialog = document.querySelector("dialog[open]");
      if (dialog && !dialog.contains(element)) return [];
      element.scrollIntoView({ block: "nearest" });
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const hit = document.elementFromPoint((left + right) / 2, Math.min(innerHeight - 1, (top + bottom) / 2));
      return hit && toast.contains(hit) ? [element.id || element.innerText || element.tagName] : [];
    }).flat();
  });

/** What somebody clicks while Dropbox is to come back to this computer. */
const WAITING = [
  "#change-key", "#authorization-url", "#authorization-open", "#authorization-cancel", "#redirect-uri", "#app-console-open", "#temporary-authorization-key", "#controls-close", "#controls-save",
];

const places = (page, what = NEXT) => page.evaluate((all) => all.map((css) => document.querySelector(css).getBoundingClientRect().top), what);

test("the answer about a key and a secret moves nothing below it", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await untilFocused(page, "app-key");
  await hold(page, "checkApp");
  await page.fill("#app-key", "h7q2mzt0c4lx9ab");
  await page.fill("#app-secret", "abcdefghijklmno");
  const before = await places(page);
  await page.locator("#key-check", { hasText: "Checking with Dropbox" }).waitFor();
  assert.deepEqual(await places(page), before);
  await release(page);
  await page.locator("#key-check", { hasText: "Dropbox accepts this key and secret" }).waitFor();
  assert.deepEqual(await places(page), before);
  page.quiet();
  await page.context().close();
});

/** Where the rows of the table are that are in sight, by their operators. */
const rowsOf = (page) =>
  page.evaluate(() => {
    const list = document.querySelector("[data-part=list]").getBoundingClientRect();
    const rows = Array.from(document.querySelectorAll("[data-part=rows] tr[data-index]"), (row) => [row.querySelector("[data-part=link]").textContent, row.getBoundingClientRect().top]);
    return Object.fromEntries(rows.filter(([, top]) => top >= list.top && top < list.bottom));
  });
/** Those that are in sight both times are where they were. */
function assertStill(before, after, why) {
  const common = Object.keys(before).filter((id) => id in after);
  assert.ok(common.length >= 3, `${why}: ${common.length} rows in sight`);
  for (const id of common) assert.equal(after[id], before[id], `${why}: ${id}`);
}

for (const [width, height, locale] of [[900, 600, "en-GB"], [1200, 800, "en-GB"], [900, 600, "de"], [900, 600, "es"]]) {
  test(`selecting, and what is done with the selected ones, moves no row, ${width}, ${locale}`, LIMIT, async () => {
    const page = await bench.open("many", "#/operators", { width, height, locale });
    const box = (id) => page.locator("tr[data-index]", { hasText: id }).locator("[data-part=pick]");
    const bar = page.locator("[data-part=bulk]");
    const top = await rowsOf(page);
    await box("op00001").check();
    await bar.waitFor();
    assertStill(top, await rowsOf(page), "selected");
    await box("op00001").uncheck();
    assert.equal(await bar.isVisible(), false);
    assertStill(top, await rowsOf(page), "nothing selected");

    // At the end too, where nothing is left to scroll.
    await box("op00001").check();
    await page.evaluate(() => document.querySelector("[data-part=list]").scrollTo(0, 1e9));
    await box("op09998").waitFor();
    const end = await rowsOf(page);
    await page.keyboard.press("Escape");
    await bar.waitFor({ state: "hidden" });
    assertStill(end, await rowsOf(page), "nothing selected, at the end");

    await page.evaluate(() => document.querySelector("[data-part=list]").scrollTo(0, 0));
    await box("op00001").check();
    await box("op00002").check();
    const place = await bar.boundingBox();
    await hold(page, "checkAuthorization");
    await page.click("#bulk-check");
    await page.locator("#bulk-stop").waitFor();
    assertStill(top, await rowsOf(page), "being done");
    assert.deepEqual(await bar.boundingBox(), place);
    await release(page);
    await page.locator("[data-part=results] li").nth(1).waitFor();
    await page.locator("#bulk-stop").waitFor({ state: "hidden" });
    assertStill(top, await rowsOf(page), "done");
    assert.deepEqual(await bar.boundingBox(), place);
    page.quiet();
    await page.context().close();
  });
}

test("a second click on the box of the last row in sight does nothing but that, although the bar has come there", LIMIT, async () => {
  for (const [width, height] of [[900, 600], [1200, 800]]) {
    const page = await bench.open("many", "#/operators", { width, height });
    const list = await page.locator("[data-part=list]").boundingBox();
    const [x, y] = [list.x + 16, list.y + list.height - 12];
    await page.mouse.click(x, y);
    await page.locator("[data-part=bulk]").waitFor();
    const hit = await page.evaluate(([x, y]) => document.elementFromPoint(x, y).closest("button, tr, input")?.id ?? null, [x, y]);
    assert.equal(hit, null);
    await page.context().close();
  }
});

test("whoever selects the last row in sight by keyboard still sees it, and Tab leads to what can be done", LIMIT, async () => {
  const page = await bench.open("many", "#/operators", { width: 900, height: 600 });
  await page.focus("#operator-search");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("PageDown");
  await page.keyboard.press("Space");
  await page.locator("[data-part=bulk]").waitFor();
  const [row, list] = [await page.locator("tr:focus").boundingBox(), await page.locator("[data-part=list]").boundingBox()];
  assert.ok(row.y + row.height <= list.y + list.height, `${row.y + row.height} is below ${list.y + list.height}`);
  await page.keyboard.press("Tab");
  await untilFocused(page, "bulk-test");
  await page.context().close();
});

for (const [width, height] of [[900, 600], [1200, 800]]) {
  for (const hash of ["#/options", "#/operators/acb", "#/new-operator", "#/operators"]) {
    test(`what is told on the page takes its room below, moves nothing and covers nothing, ${hash}, ${width}`, LIMIT, async () => {
      const page = await bench.open("some", hash, { width, height });
      // Away from where the focus is.
      await page.evaluate(() => document.getElementById("main").scrollTo(0, 120));
      const before = await clickable(page, "main");
      await tell(page);
      assert.deepEqual(await clickable(page, "main"), before);
      assert.deepEqual(await covered(page), []);
      page.quiet();
      await page.context().close();
    });
  }

  for (const [name, open] of [
    ["Controls", { hash: "#/operators/pvr/controls", ready: "#app-key" }],
    ["Controls that are short", { hash: "#/operators/acb/controls", ready: "#change-key" }],
    ["Import", { hash: "#/operators", act: (page) => page.click("#import-operators") }],
  ]) {
    test(`what is told in ${name} moves nothing and covers no title and no button, ${width}`, LIMIT, async () => {
      const page = await bench.open("some", open.hash, { width, height, ready: open.ready ?? "main h1" });
      await open.act?.(page);
      await page.locator("dialog[open] footer").waitFor();
      await laidOut(page);
      const before = await clickable(page, "dialog");
      await tell(page);
      assert.deepEqual(await clickable(page, "dialog"), before);
      assert.deepEqual(await touched(page), []);
      assert.deepEqual(await covered(page), []);
      // Closed, it leaves everything where it was too.
      await page.evaluate(() => document.querySelector("dialog .body").scrollTo(0, 0));
      await page.click("#toast [data-part=close]");
      assert.deepEqual(await clickable(page, "dialog"), before);
      page.quiet();
      await page.context().close();
    });
  }
}

test("a dialog that grows while something is told below it makes room within", LIMIT, async () => {
  const page = await bench.open("some", "#/operators", { width: 900, height: 600 });
  await page.click("#import-operators");
  await page.locator("dialog[open] footer").waitFor();
  await tell(page);
  const lines = Array.from({ length: 40 }, (_, n) => `new${n},Somebody New`);
  await page.setInputFiles("#import-file", { name: "operators.csv", mimeType: "text/csv", buffer: Buffer.from(["id,name", ...lines].join("\n")) });
  await page.locator("#import-form").getByText("can be imported,").waitFor();
  await laidOut(page);
  assert.deepEqual(await touched(page), []);
  page.quiet();
  await page.context().close();
});

test("whoever stands at the lower edge when something is told still sees it", LIMIT, async () => {
  const page = await bench.open("many", "#/operators", { width: 900, height: 600 });
  await page.focus("#operator-search");
  for (const key of ["ArrowDown", "PageDown", "ArrowDown"]) await page.keyboard.press(key);
  await laidOut(page);
  await page.evaluate(() => {
    const [one] = window.fake.operators;
    Object.assign(one, { request: { createdAt: Date.now(), expiresAt: Date.now() + 1e6, phase: "granted", account: one.authorization.account, problem: null } });
    window.fake.emit({ kind: "authorization", operatorId: one.id });
  });
  await page.locator("#toast:visible").waitFor();
  const [row, list, toast] = await Promise.all(["tr:focus", "[data-part=list]", "#toast"].map((css) => page.locator(css).boundingBox()));
  assert.ok(row.y + row.height <= Math.min(list.y + list.height, toast.y), `${row.y + row.height} is below ${list.y + list.height}`);
  await page.context().close();
});

for (const [locale, advice] of [["en-GB", "Dropbox has not sent the browser back yet."], ["de", "Dropbox hat den Browser noch nicht zurückgeschickt."], ["es", "Dropbox todavía no ha devuelto el navegador."]]) {
  for (const [width, height] of [[900, 600], [1400, 1000]]) {
    test(`advice about a redirect that does not come moves nothing: ${locale}, ${width} × ${height}`, LIMIT, async () => {
      const page = await bench.open("some", "#/operators/jsm/controls", { locale, width, height });
      await page.locator("#controls-dialog").waitFor();
      const before = await places(page, WAITING);
      await page.clock.fastForward("01:32");
      await page.locator("#controls-dialog [data-part=advice]", { hasText: advice }).waitFor();
      assert.deepEqual(await places(page, WAITING), before);
      // Where the advice itself is out of sight, the line of the clock says that there is some.
      const line = await page.locator("#controls-dialog [data-part=waiting-for]").boundingBox();
      assert.ok(line.y + line.height < height && line.height < 30, `${line.y}, ${line.height}`);
      page.quiet();
      await page.context().close();
    });
  }
}
