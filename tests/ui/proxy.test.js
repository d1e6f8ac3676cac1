// Administrator Options › Proxy: what is typed is tested before it is saved, and the password goes in and never comes back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";

const LIMIT = { timeout: 30_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const said = (page) => page.locator("#proxy-status").innerText();
const typed = (page) => page.evaluate(() => window.fake.tested);

test("a proxy is typed, tested, saved, and its password is kept", LIMIT, async () => {
  const page = await bench.open("some", "#/options");
  const address = page.locator("#proxy-address");
  assert.equal(await address.isVisible(), false, "the fields of a proxy that is not used are in the way");
  await page.focus("#proxy");
  await page.selectOption("#proxy", "manual");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "proxy");
  await address.fill(" http://proxy.example.com:8080 ");
  await page.fill("#proxy-user", "anna");
  await page.fill("#proxy-password", "p@ss");
  await page.click("#proxy-test");
  await page.getByText("Dropbox answers.").waitFor();
  assert.equal(await said(page), "Dropbox answers. Proxy: http://proxy.example.com:8080, from Administrator Options");
  const { settings, proxyPassword } = await typed(page);
  assert.deepEqual([settings.proxy, settings.proxyAddress, settings.proxyUser, proxyPassword], ["manual", "http://proxy.example.com:8080", "anna", "p@ss"]);
  assert.equal(await page.evaluate(() => window.fake.settings.proxy), "system", "a test saves nothing");

  await page.fill("#proxy-user", "anna b");
  assert.equal(await said(page), "", "what was said holds for what was typed then");
  await page.fill("#proxy-user", "anna");
  await page.click("#options-save");
  await page.getByText("Saved.").waitFor();
  assert.equal(await page.evaluate(() => window.fake.proxyPassword), "p@ss");
  assert.equal(await page.inputValue("#proxy-password"), "");
  assert.match(await page.locator("#proxy-password-hint").innerText(), /^A password is stored/);

  // Left empty it is kept.
  await page.fill("#connect-timeout-seconds", "30");
  await page.click("#proxy-test");
  await page.getByText("Dropbox answers.").waitFor();
  assert.equal((await typed(page)).proxyPassword, null);
  await page.context().close();
});

test("another choice sends what is stored, whatever stands in the fields", LIMIT, async () => {
  const page = await bench.open("proxied", "#/options");
  await page.fill("#proxy-address", "no address");
  await page.fill("#proxy-password", "typed");
  await page.selectOption("#proxy", "none");
  await page.click("#proxy-test");
  await page.getByText("Dropbox answers.").waitFor();
  const { settings, proxyPassword } = await typed(page);
  assert.deepEqual([settings.proxyAddress, proxyPassword], ["http://proxy.example.com:8080", null]);
  await page.selectOption("#proxy", "manual");
  assert.equal(await page.inputValue("#proxy-address"), "no address", "what was typed is lost");
  await page.context().close();
});

test("what a test finds stands at its field, or beside the button", LIMIT, async () => {
  const page = await bench.open("proxied", "#/options");
  const refuse = (problem) => page.evaluate((problem) => (window.fake.refuse.testProxy = problem), problem);
  await refuse({ code: "proxy_credentials_wrong", message: "The proxy http://proxy.example.com:8080 does not accept this user name and password.", hint: null, field: "proxyPassword" });
  await page.click("#proxy-test");
  await page.locator("#proxy-password-error").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "proxy-password");
  await refuse({ code: "not_dropbox", message: "Something on the way answered in place of Dropbox: a log-in page, by way of the proxy http://proxy.example.com:8080.", hint: null, field: null });
  await page.click("#proxy-test");
  await page.locator("[data-part=proxy-problem]").getByText("a log-in page").waitFor();
  assert.equal(await page.locator("#proxy-password-error").isVisible(), false);
  await page.context().close();
});

test("a typed password is not kept when the page begins anew", LIMIT, async () => {
  const page = await bench.open("proxied", "#/options");
  await page.fill("#proxy-password", "typed-and-secret");
  const kept = await page.evaluate(async () => {
    const { plainDrafts } = await import("/elements/draft.js");
    return JSON.stringify(plainDrafts());
  });
  assert.doesNotMatch(kept, /typed-and-secret/);
  await page.context().close();
});
