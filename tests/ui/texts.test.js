// A search finds here what it finds in the program, and what cannot be seen is shown here as there: the cases of tests/texts.json.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { folded, matches, wordsOf } from "../../ui/elements/search.js";
import { shown, shownLines } from "../../ui/elements/shown.js";
import { ROOT, start } from "./bench.js";

const LIMIT = { timeout: 60_000 };
const cases = JSON.parse(readFileSync(join(ROOT, "tests", "texts.json"), "utf8"));
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

test("a search takes no notice of case, accents, form and order", () => {
  for (const [search, text] of cases.found) assert.ok(matches(wordsOf(search), folded(text)), `${search} in ${text}`);
  for (const [search, text] of cases.notFound) assert.ok(!matches(wordsOf(search), folded(text)), `${search} in ${text}`);
  assert.ok(matches(wordsOf("berg ab"), folded("AB"), folded("Anna Berg")), "words may stand in several fields");
});

test("what cannot be seen is shown", () => {
  for (const [text, expected] of cases.shown) {
    assert.equal(shown(text), expected);
    assert.equal(shown(expected), expected, "what is shown is text alone");
  }
  assert.equal(shownLines("one\ntwo\r\u001b"), "one\ntwo\\r\\u{1b}");
});

test("every search of the window finds a name without its accents, in any order", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  const first = await page.evaluate(async () => (await (await import("/api.js")).listOperators())[0]);
  // The program's answer is another one from now on.
  await page.evaluate(async (id) => {
    const api = await import("/api.js");
    const operator = (await api.listOperators()).find((each) => each.id === id);
    await api.changeOperator(id, { ...operator, name: "García Mu\u0308ller" });
  }, first.id);
  const row = page.locator("[data-part=rows] tr[data-index]", { hasText: "García" });
  for (const typed of ["muller garcia", "MÜLLER", "Mu\u0308ller"]) {
    await page.locator("#operator-search").fill(typed);
    await row.first().waitFor();
    assert.equal(await page.locator("[data-part=rows] tr[data-index]").count(), 1, typed);
  }
  await page.context().close();
});
