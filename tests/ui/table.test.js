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

/** Ids and what their status says, of all rows that are shown. */
const standing = (page) =>
  page.locator("[data-part=rows] tr[data-index]").evaluateAll((rows) => rows.map((row) => [row.querySelector("[data-part=link]").textContent, row.querySelector("[data-part=status] .tag").textContent.trim()]));

test("who needs somebody is who the tray counts, and the table says why, with word and sign", LIMIT, async () => {
  const page = await bench.open("attention", "#/operators");
  await page.getByText("6 operators, 5 need you").waitFor();
  await page.selectOption("#operator-filter", "needs");
  await page.getByText("5 of 6 operators, 5 need you").waitFor();
  assert.deepEqual(await standing(page), [
    ["jsm", "Request refused"], ["kho", "Authorize again"], ["lma", "Request expired"], ["mdu", "Delivery failed"], ["pvr", "Request failed"],
  ]);
  const signs = await page.locator("[data-part=rows] [data-part=status] use").evaluateAll((uses) => uses.map((use) => use.getAttribute("href")));
  assert.deepEqual(signs, ["#sign-bad", "#sign-warn", "#sign-warn", "#sign-bad", "#sign-bad"]);
  await page.selectOption("#operator-filter", "authorized");
  assert.deepEqual((await standing(page)).map(([id]) => id), ["acb", "lma", "mdu"]);
  page.quiet();
  await page.context().close();
});

test("whoever waits for Save needs somebody too, unless the record is not active", LIMIT, async () => {
  const page = await bench.open("granted", "#/operators");
  await page.selectOption("#operator-filter", "needs");
  assert.deepEqual(await standing(page), [["jsm", "Confirmed, waiting for Save"], ["kho", "Authorize again"]]);
  await change(page, () => (window.fake.operators[1].active = false));
  assert.deepEqual(await standing(page), [["kho", "Authorize again"]]);
  await page.context().close();
});

test("the record says what needs attention beside its status", LIMIT, async () => {
  for (const [id, tags] of [["mdu", ["Authorized", "Delivery failed"]], ["kho", ["Authorize again"]], ["jsm", ["Not authorized", "Request refused"]], ["acb", ["Authorized"]]]) {
    const page = await bench.open("attention", `#/operators/${id}`);
    assert.deepEqual(await page.locator(".head .tag").allInnerTexts(), tags);
    await page.context().close();
  }
});

for (const locale of ["en-GB", "de", "es"]) {
  for (const width of [900, 1200]) {
    test(`no status is cut off in the table, nor makes its row higher, ${locale}, ${width}`, LIMIT, async () => {
      const page = await bench.open("attention", "#/operators", { width, height: 600, locale });
      const cut = await page.evaluate(async () => {
        const { tag } = await import("/elements/template.js");
        const cell = document.querySelector("[data-part=rows] td[data-part=status]");
        const height = cell.offsetHeight;
        const names = Array.from(document.getElementById("words").content.querySelectorAll("[data-word^=status-], [data-word^=attention-]"), (entry) => entry.dataset.word);
        return names.flatMap((name) => {
          cell.replaceChildren(tag(name));
          const [inner, outer] = [cell.querySelector(".tag").getBoundingClientRect(), cell.getBoundingClientRect()];
          const over = Math.max(inner.right - outer.right, outer.top - inner.top, inner.bottom - outer.bottom, cell.offsetHeight - height);
          return over > 0 ? [`${name}: ${over}`] : [];
        });
      });
      assert.deepEqual(cut, []);
      await page.context().close();
    });

    test(`no heading of the table is cut off, whichever it is sorted by, ${locale}, ${width}`, LIMIT, async () => {
      const page = await bench.open("some", "#/operators", { width, height: 600, locale });
      for (const name of ["id", "name", "account", "status"]) {
        await page.click(`[data-sort=${name}]`);
        const cut = await page.locator("[data-sort]").evaluateAll((buttons) => buttons.filter((button) => button.scrollWidth > button.clientWidth).map((button) => button.innerText));
        assert.deepEqual(cut, [], `sorted by ${name}`);
      }
      await page.context().close();
    });
  }
}

/** The text of a cell, and how much of it is in sight. */
const sight = (page, id, name) =>
  page.locator("tr[data-index]", { hasText: id }).locator(`[data-part=${name}]`).evaluate((cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    const { paddingLeft, paddingRight } = getComputedStyle(cell);
    return Math.min(1, (cell.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)) / range.getBoundingClientRect().width);
  });

test("names can be read, and dates: what the columns have is theirs who need it", LIMIT, async () => {
  for (const [width, share] of [[900, 0.8], [1200, 0.9]]) {
    const page = await bench.open("some", "#/operators", { width, height: 600 });
    for (const id of ["jsm", "kho", "lma", "mdu", "pvr"]) assert.equal(await sight(page, id, "name"), 1, `${id}, ${width}`);
    assert.ok((await sight(page, "acb", "name")) > share, `acb, ${width}`);
    if (width === 1200) assert.equal(await sight(page, "kho", "delivered"), 1);
    await page.context().close();
  }
});

test("a name or an account that is cut off tells the whole of it to whoever points at it, and no other does", LIMIT, async () => {
  const page = await bench.open("long", "#/operators", { width: 900, height: 600 });
  const title = async (id, name) => {
    const cell = page.locator("tr[data-index]", { hasText: id }).locator(`[data-part=${name}]`);
    await cell.hover();
    return cell.getAttribute("title");
  };
  const { name, email } = await page.evaluate(() => window.fake.operators[0]);
  assert.equal(await title("acb", "name"), name);
  assert.equal(await title("acb", "account"), email);
  assert.equal(await title("pvr", "name"), null);
  assert.equal(await title("acb", "status"), null);
  // Wide enough again, nothing is left to tell.
  await page.evaluate(() => {
    window.fake.operators[0].name = "Short";
    window.fake.emit({ kind: "operators" });
  });
  await page.getByRole("row", { name: /Short/ }).waitFor();
  assert.equal(await title("acb", "name"), null);
  page.quiet();
  await page.context().close();
});

test("the columns fill the table, wide and narrow", LIMIT, async () => {
  for (const width of [1400, 1100, 900]) {
    const page = await bench.open("many", "#/operators", { width });
    const [row, table] = await page.evaluate(() => ["[data-part=rows] tr[data-index] td:nth-last-child(2), [data-part=rows] tr[data-index] td:last-child", "[data-part=list]"].map((css) => Math.max(...Array.from(document.querySelectorAll(css), (element) => element.getBoundingClientRect().left + element.clientWidth))));
    assert.ok(Math.abs(row - table) <= 2, `${width}: the last cell ends at ${row}, the table at ${table}`);
    await page.context().close();
  }
});

/** How far down a row is in the list, in pixels; what is out of sight is nowhere. */
const depth = (page, id) =>
  page.evaluate((id) => {
    const list = document.querySelector("[data-part=list]").getBoundingClientRect();
    const row = Array.from(document.querySelectorAll("[data-part=rows] tr[data-index]")).find((row) => row.querySelector("[data-part=link]").textContent === id)?.getBoundingClientRect();
    return row && row.top >= list.top && row.bottom <= list.bottom ? row.top - list.top : null;
  }, id);
const scrollTo = (page, top) => page.evaluate((top) => document.querySelector("[data-part=list]").scrollTo(0, top), top);
const rowOf = (page, id) => page.locator("tr[data-index]", { hasText: id });

test("whoever comes back from a record is on its row, where it was", LIMIT, async () => {
  const page = await bench.open("many", "#/operators", { width: 900, height: 600 });
  await scrollTo(page, 100_000);
  await rowOf(page, "op02781").waitFor();
  const before = await depth(page, "op02781");
  await rowOf(page, "op02781").locator("[data-part=name]").click();
  await page.getByRole("heading", { name: /op02781/ }).waitFor();
  await page.goBack();
  await page.waitForFunction(() => document.activeElement.matches("tr"));
  assert.equal(await focusedRow(page), "op02781");
  assert.equal(await depth(page, "op02781"), before);
  // And goes on from there, by keyboard too.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /op02782/ }).waitFor();
  await page.click(".crumbs a");
  await page.waitForFunction(() => document.activeElement.matches("tr"));
  assert.equal(await focusedRow(page), "op02782");
  // Others may have come above it meanwhile.
  const there = await depth(page, "op02782");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /op02782/ }).waitFor();
  await page.evaluate(() => window.fake.operators.unshift(...["aaa", "aab", "aac"].map((id) => window.fake.operator({ id, name: "New" }))));
  await page.goBack();
  await page.waitForFunction(() => document.activeElement.matches("tr"));
  assert.equal(await focusedRow(page), "op02782");
  assert.equal(await depth(page, "op02782"), there);
  page.quiet();
  await page.context().close();
});

test("whoever went elsewhere finds the table as it was scrolled, with the focus at the beginning of the page", LIMIT, async () => {
  const page = await bench.open("many", "#/operators", { width: 900, height: 600 });
  await scrollTo(page, 100_000);
  await rowOf(page, "op02781").waitFor();
  const before = await depth(page, "op02781");
  await page.click("#nav-activity");
  await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
  await page.click("#nav-operators");
  await rowOf(page, "op02781").waitFor();
  assert.equal(await depth(page, "op02781"), before);
  assert.equal(await focusedRow(page), "H1");
  page.quiet();
  await page.context().close();
});

test("where an operator was who has gone, or is filtered away, the table is as it was, and no other one is taken for it", LIMIT, async () => {
  const page = await bench.open("many", "#/operators", { width: 900, height: 600 });
  await page.selectOption("#operator-filter", "authorized");
  await scrollTo(page, 100_000);
  await rowOf(page, "op02838").waitFor();
  const before = await depth(page, "op02838");
  await rowOf(page, "op02838").locator("[data-part=name]").click();
  await page.getByRole("heading", { name: /op02838/ }).waitFor();
  await page.evaluate(() => (window.fake.operators[2838].active = false));
  await page.goBack();
  await rowOf(page, "op02839").waitFor();
  assert.equal(await depth(page, "op02839"), before);
  assert.equal(await focusedRow(page), "H1");
  page.quiet();
  await page.context().close();
});

test("whoever has gone on while the table was being read stays there", LIMIT, async () => {
  const page = await bench.open("many", "#/operators", { width: 900, height: 600 });
  await scrollTo(page, 100_000);
  await rowOf(page, "op02781").locator("[data-part=name]").click();
  await page.getByRole("heading", { name: /op02781/ }).waitFor();
  await page.evaluate(() => (window.fake.hold = { listOperators: new Promise((resolve) => (window.fake.release = resolve)) }));
  await page.goBack();
  await page.locator("main").getByText("Reading…").waitFor();
  await page.focus("#nav-activity");
  await page.evaluate(() => window.fake.release());
  await rowOf(page, "op02781").waitFor();
  assert.notEqual(await depth(page, "op02781"), null);
  assert.equal(await focusedRow(page), "nav-activity");
  page.quiet();
  await page.context().close();
});

test("the row that has the focus is in sight, whichever key led there", LIMIT, async () => {
  const page = await bench.open("many", "#/operators", { width: 900, height: 600 });
  await page.focus("#operator-search");
  for (const key of ["ArrowDown", "PageDown", "ArrowDown", "ArrowDown", "PageDown", "ArrowUp", "End", "ArrowUp", "PageUp", "PageUp", "ArrowUp", "Home", "ArrowDown"]) {
    await page.keyboard.press(key);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 60)));
    const id = await focusedRow(page);
    assert.notEqual(await depth(page, id), null, `${id} after ${key}`);
    const head = await page.locator("[data-part=list] thead").boundingBox();
    assert.ok((await page.locator("tr:focus").boundingBox()).y >= head.y + head.height - 1, `${id} is below the head after ${key}`);
  }
  page.quiet();
  await page.context().close();
});

test("a table that was left with nothing to show is whole when everything is shown again", LIMIT, async () => {
  const page = await bench.open("many", "#/operators", { width: 1200, height: 800 });
  await page.locator("tr[data-index]").first().waitFor();
  await page.evaluate(() => document.querySelector("[data-part=list]").scrollTo(0, 3000));
  await page.locator("tr[data-index]", { hasText: "op00090" }).waitFor();
  const leave = async () => {
    await page.evaluate(() => (location.hash = "#/activity"));
    await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
    await page.goBack();
  };
  await leave();
  await page.fill("#operator-search", "nobody is called so");
  await page.locator("[data-part=no-match]").waitFor();
  await leave();
  await page.locator("[data-part=no-match]").waitFor();
  await page.fill("#operator-search", "");
  await page.locator("tr[data-index]", { hasText: "op00000" }).waitFor();
  const seen = await page.evaluate(() => {
    const list = document.querySelector("[data-part=list]").getBoundingClientRect();
    return Array.from(document.querySelectorAll("tr[data-index]")).filter((row) => row.getBoundingClientRect().top < list.bottom && row.getBoundingClientRect().bottom > list.top).length;
  });
  assert.ok(seen > 5, `${seen} rows in sight`);
  await page.context().close();
});

/** Like WebKit, where a focus that a script moves on has no ring when it began with a click. */
const withoutOwnRing = (page) =>
  page.evaluate(() => {
    const { sheet } = document.querySelector("link[rel=stylesheet]");
    const at = Array.from(sheet.cssRules).findIndex((rule) => rule.selectorText === ":focus-visible");
    sheet.deleteRule(at);
  });

test("whoever goes on with the keyboard after a click sees which row they are on", LIMIT, async () => {
  const page = await bench.open("many", "#/operators");
  await withoutOwnRing(page);
  const ring = () => page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return document.activeElement.matches("tr") && outlineStyle === "solid" && outlineWidth === "2px";
  });
  for (const key of ["ArrowDown", "PageDown", "End", "Space"]) {
    await page.evaluate(() => document.querySelector("[data-part=list]").scrollTo(0, 0));
    await page.locator("tr:has([data-part=pick])").nth(3).locator("[data-part=pick]").click();
    assert.equal(await ring(), false, "a click needs no ring");
    await page.keyboard.press("Shift");
    assert.equal(await ring(), false, "nor does a key that is only held");
    await page.keyboard.press(key);
    assert.equal(await ring(), true, key);
  }
  // Scrolled away from by the wheel: what Space ticks is in sight.
  await page.evaluate(() => document.querySelector("[data-part=list]").scrollTo(0, 4000));
  await page.keyboard.press("Space");
  const [row, list] = await Promise.all(["tr:focus", "[data-part=list]"].map((css) => page.locator(css).boundingBox()));
  assert.ok(row.y >= list.y && row.y + row.height <= list.y + list.height, `${row.y} is not in ${list.y}…${list.y + list.height}`);
  page.quiet();
  await page.context().close();
});

test("the ring comes wherever the keyboard goes on: a heading to sort by, a link, a dialog", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await withoutOwnRing(page);
  const ring = () => page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  await page.click("[data-sort=name]");
  await page.keyboard.press("Tab");
  assert.equal(await ring(), "solid");
  await page.check("#select-all");
  await page.click("#bulk-deactivate");
  await page.keyboard.press("Tab");
  assert.equal(await ring(), "solid");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement.id === "bulk-deactivate");
  assert.equal(await ring(), "solid");
  page.quiet();
  await page.context().close();
});
