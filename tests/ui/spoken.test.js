// What is heard by whoever does not see the page: everything that comes about, once, and nothing that has not changed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** Notes whatever changes in a region that is heard and was in the page before. */
const listen = (page) =>
  page.evaluate(() => {
    window.heard = [];
    const seen = new WeakSet();
    const isThere = (region) => region.getClientRects().length > 0;
    const watch = () => {
      for (const region of document.querySelectorAll("[role=status]")) {
        if (seen.has(region) || !isThere(region)) continue;
        seen.add(region);
        new MutationObserver(() => region.textContent.trim() && window.heard.push(region.textContent.trim())).observe(region, { childList: true, characterData: true, subtree: true });
      }
    };
    watch();
    new MutationObserver(() => setTimeout(watch)).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["hidden", "open"] });
  });
const settle = (page) => page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 250)));
const heard = async (page) => {
  await settle(page);
  return page.evaluate(() => window.heard.splice(0));
};

test("results that come without a word before are heard: the regions were there", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/jsm");
  await listen(page);
  await page.click("#open-controls");
  await heard(page);
  await page.click("#authorization-open");
  assert.deepEqual(await heard(page), ["Opened in the system browser. Ask the user to click Continue, then Allow."]);
  await page.evaluate(() => {
    window.fake.operators[1].request.advice = { code: "no_redirect", message: "Dropbox has not sent the browser back yet.", hint: "Add that line.", field: null };
    window.fake.emit({ kind: "authorization", operatorId: "jsm" });
  });
  assert.deepEqual(await heard(page), ["Dropbox has not sent the browser back yet. Add that line."]);
  await page.evaluate(() => window.fake.allow("jsm"));
  assert.deepEqual(await heard(page), ["Dropbox has confirmed. Click Save to finish."]);
  await page.context().close();
});

test("a removal, a preview of an import and a search for a command without result are heard", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr");
  await listen(page);
  await page.click("#operator-remove");
  await page.click("#ask-yes");
  await page.locator("#toast:visible").waitFor();
  assert.ok((await heard(page)).includes("Operator pvr is removed."));
  await page.click("#import-operators");
  await settle(page);
  await page.setInputFiles("#import-file", { name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("id,name\nnew1,One") });
  assert.ok((await heard(page)).includes("a.csv: 1 can be imported, 0 cannot."));
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await settle(page);
  await page.keyboard.type("zzzz");
  assert.deepEqual(await heard(page), ["No matching command."]);
  await page.context().close();
});

test("a count that is as before is not said again, however much happens", LIMIT, async () => {
  for (const [hash, count] of [["#/operators", "6 operators, 1 needs you"], ["#/deliveries", "4 deliveries"], ["#/activity", "3 entries"]]) {
    const page = await bench.open("some", hash);
    await page.getByText(count).waitFor();
    await listen(page);
    for (let times = 0; times < 5; times += 1) {
      await page.evaluate(() => window.fake.emit({ kind: "everything" }));
      await settle(page);
    }
    assert.deepEqual(await heard(page), [], hash);
    await page.context().close();
  }
});

test("of a long bulk action every tenth part is said, and the end", LIMIT, async () => {
  const page = await bench.open("many", "#/operators");
  await page.fill("#operator-search", "op000");
  await page.getByText("100 of 10,000 operators").waitFor();
  await page.check("#select-all");
  await listen(page);
  await page.evaluate(() => {
    window.fake.hold = { get checkAuthorization() { return new Promise((resolve) => setTimeout(resolve, 15)); } };
  });
  await page.click("#bulk-check");
  await page.locator("#bulk-status", { hasText: "Done: 98 of 100 went well." }).waitFor();
  const said = await heard(page);
  assert.ok(said.length <= 12, said.join("\n"));
  assert.ok(said.some((text) => /^\d+ of 100…$/.test(text)));
  assert.equal(said[said.length - 1], "Done: 98 of 100 went well.");
  await page.context().close();
});
