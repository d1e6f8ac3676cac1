// Copy: what comes to the clipboard, and how somebody sees and hears that it did.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";

const LIMIT = { timeout: 60_000 };
const SECRET = "refresh-token-of-the-fake-dropbox";
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());
/** What the page says to those who hear it. */
const spoken = (page, text) => page.locator(".spoken[role=status]", { hasText: text }).waitFor({ state: "attached" });

/** Every value that a field ever had, and everything that was ever in the page. */
const watch = (page) =>
  page.evaluate((secret) => {
    window.seen = false;
    const { set, get } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    Object.defineProperty(HTMLInputElement.prototype, "value", { get, set(value) { window.seen ||= String(value).includes(secret); set.call(this, value); } });
    new MutationObserver(() => (window.seen ||= document.documentElement.outerHTML.includes(secret))).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  }, SECRET);

test("Dropbox Authorization is copied although it stays masked", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb/controls");
  await watch(page);
  const masked = await page.inputValue("#dropbox-authorization");
  await page.getByRole("button", { name: "Copy Dropbox Authorization" }).click();
  await page.locator("#dropbox-authorization-copy", { hasText: "Copied." }).waitFor();
  await spoken(page, "Copied.");
  assert.equal(await clipboard(page), SECRET);
  assert.equal(await page.inputValue("#dropbox-authorization"), masked);
  assert.equal(await page.evaluate(() => window.seen), false);
  assert.deepEqual(await page.evaluate(() => window.fake.calls.filter((call) => call === "revealAuthorization")), ["revealAuthorization"]);
  page.quiet();
  await page.context().close();
});

test("without an authorization there is nothing to copy", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await page.locator("#controls-dialog").waitFor();
  assert.equal(await page.isVisible("#dropbox-authorization-copy"), false);
  await page.context().close();
});

test("an authorization that cannot be opened is told as an error, and one that cannot be copied with what to do", LIMIT, async () => {
  const page = await bench.open("locked", "#/operators/acb/controls");
  const button = page.getByRole("button", { name: "Copy Dropbox Authorization" });
  await button.click();
  await page.locator("#controls-dialog").getByText("The system keychain is locked.").waitFor();
  await page.evaluate(() => {
    window.fake.refuse = {};
    navigator.clipboard.write = navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await button.click();
  await page.locator("#controls-dialog .said").getByText("It could not be copied. Click Show, then select the text and copy it yourself.").waitFor();
  page.quiet();
  await page.context().close();
});

for (const [place, hash, name] of [["a dialog", "#/operators/jsm/controls", "Copy the URL"], ["a page", "#/setup", "Copy the text"]]) {
  test(`in ${place} the button itself says that it has copied, for a moment, and again the second time`, LIMIT, async () => {
    const page = await bench.open("some", hash);
    const button = page.getByRole("button", { name });
    const status = await page.locator("#controls-status").allInnerTexts();
    await button.click();
    const copied = page.getByRole("button", { name: "Copied." });
    await copied.waitFor();
    assert.equal(await copied.evaluate((element) => element === document.activeElement), true);
    await spoken(page, "Copied.");
    assert.ok((await clipboard(page)).length > 100);
    assert.deepEqual(await page.locator("#controls-status").allInnerTexts(), status, "what the dialog says stays");
    await page.clock.runFor(2_500);
    await button.waitFor();
    const said = page.evaluate(() => new Promise((resolve) => {
      const region = [...document.querySelectorAll(".spoken[role=status]")].find((each) => each.textContent === "Copied.");
      new MutationObserver(() => region.textContent === "Copied." && resolve("again")).observe(region, { childList: true });
    }));
    await button.click();
    assert.equal(await said, "again");
    page.quiet();
    await page.context().close();
  });
}

test("where the clipboard is forbidden, it is said in words that can be seen", LIMIT, async () => {
  const page = await bench.open("some", "#/setup");
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    document.execCommand = () => false;
  });
  await page.getByRole("button", { name: "Copy the text" }).click();
  await page.locator(".said:visible", { hasText: "It could not be copied. Select the text and copy it yourself." }).waitFor();
  await spoken(page, "It could not be copied.");
  page.quiet();
  await page.context().close();
});
