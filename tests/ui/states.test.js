// Every state, in light and dark, narrow and wide: without an accessibility violation, without a complaint, without a sideways scroll.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { picture, start } from "./bench.js";
import { STATES, openState } from "./states.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LOOKS = [
  { name: "light-1400", theme: "light", width: 1400, height: 860 },
  { name: "dark-900", theme: "dark", width: 900, height: 600 },
];

let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** What axe finds, a line each. */
async function violations(page) {
  await page.evaluate(AXE);
  const { violations: found } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }), TAGS);
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary}`));
}

const isWider = () => [document.documentElement, ...document.querySelectorAll("main, dialog[open], dialog[open] .body")].some((element) => element.scrollWidth > element.clientWidth);

/** The states that are looked at in other circumstances too: one of each kind. */
const ZOOMED = [
  "options", "operators", "operators-attention", "operators-bulk-going", "operators-to-restore", "import", "record", "record-restored", "controls-waiting",
  "controls-copied", "controls-news", "controls-confirm", "deliveries", "setup", "about-not-searched",
];
const FORCED = ["options", "operators-bulk", "operators-attention", "controls-waiting", "controls-copied", "controls-restored", "palette"];

for (const state of STATES) {
  for (const { name, ...look } of LOOKS) {
    test(`${state.name} ${name}`, { timeout: 60_000 }, async () => {
      const page = await openState(bench, state, look);
      await picture(page, `${state.name}-${name}`);
      assert.deepEqual(await violations(page), []);
      assert.equal(await page.evaluate(isWider), false, "it scrolls sideways");
      page.quiet();
      await page.context().close();
    });
  }
}

test("at 200 % on a small screen nothing is cut off", { timeout: 120_000 }, async () => {
  for (const state of STATES.filter(({ name }) => ZOOMED.includes(name))) {
    const page = await openState(bench, state, { width: 900, height: 600, zoom: 2 });
    await picture(page, `${state.name}-zoom`);
    assert.equal(await page.evaluate(isWider), false, `${state.name} scrolls sideways`);
    await page.context().close();
  }
});

test("in forced colours every state can be told", { timeout: 120_000 }, async () => {
  for (const state of STATES.filter(({ name }) => FORCED.includes(name))) {
    const page = await openState(bench, state, { forcedColors: "active" });
    await picture(page, `${state.name}-forced`);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  }
});
