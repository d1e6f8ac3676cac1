// The keys that hold everywhere, and the palette that names them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { hold, release } from "./holding.js";
import { untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const zoomed = (page) => page.evaluate(() => (window.fake.zoomed ?? []).splice(0));

test("everything is shown larger, smaller and as usual by keys, in a dialog too, and it is said", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await untilFocused(page, "app-key");
  for (const key of ["Control++", "Control+=", "Control+Shift++", "Control+-", "Control+0"]) await page.keyboard.press(key);
  assert.deepEqual(await zoomed(page), ["in", "in", "in", "out", "reset"]);
  await page.locator("#controls-dialog [data-part=announcer]", { hasText: "Shown at 125 %" }).waitFor({ state: "attached" });
  assert.equal(await page.inputValue("#app-key"), "");
  for (const key of ["+", "-", "0"]) await page.keyboard.press(key);
  await page.keyboard.press("Control+Alt+0");
  assert.deepEqual(await zoomed(page), []);
  assert.equal(await page.inputValue("#app-key"), "+-0");
  page.quiet();
  await page.context().close();
});

/** Notes which events of a kind the page keeps from the browser. */
const watch = (page, kind) =>
  page.evaluate((kind) => {
    window.kept = [];
    addEventListener(kind, (event) => setTimeout(() => window.kept.push(event.defaultPrevented)));
  }, kind);
const kept = (page) => page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(window.kept.splice(0)), 50)));

test("keys that would load the page anew do nothing, in a dialog too, and what is typed stays", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await untilFocused(page, "app-key");
  await page.keyboard.type("r");
  await watch(page, "keydown");
  for (const key of ["F5", "Shift+F5", "Control+F5", "Control+r", "Control+Shift+R"]) {
    await page.keyboard.press(key);
    assert.equal((await kept(page)).at(-1), true, key);
  }
  await page.keyboard.press("Shift+R");
  assert.equal((await kept(page)).at(-1), false);
  assert.equal(await page.inputValue("#app-key"), "rR");
  page.quiet();
  await page.context().close();
});

test("the menu of the page comes where there is text to copy or to paste, and nowhere else", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb");
  await watch(page, "contextmenu");
  const menu = async (css) => {
    await page.locator(css).first().click({ button: "right" });
    return !(await kept(page)).at(-1);
  };
  for (const css of ["main h1", "nav a", "#operator-save", "#operator-active"]) assert.equal(await menu(css), false, css);
  for (const css of ["#operator-name", "#operator-email"]) assert.equal(await menu(css), true, css);
  const select = () => page.evaluate(() => getSelection().selectAllChildren(document.querySelector("[data-part=account]")));
  await select();
  const { x, y } = await page.locator("[data-part=account]").boundingBox();
  await page.mouse.click(x + 10, y + 8, { button: "right" });
  assert.deepEqual(await kept(page), [false]);
  await select();
  assert.equal(await menu("main h1"), false);
  await page.evaluate(() => (location.hash = "#/operators/jsm/controls"));
  assert.equal(await menu("#authorization-url"), true);
  page.quiet();
  await page.context().close();
});

test("About and the palette name the keys", LIMIT, async () => {
  const page = await bench.open("some", "#/about");
  assert.match((await page.innerText(".facts >> nth=1")).replace(/\s+/g, " "), /Ctrl\+\+ Ctrl\+- Ctrl\+0 Show everything larger, smaller, or in its usual size/);
  for (const [words, step] of [["everything larger", "in"], ["everything smaller", "out"], ["usual size", "reset"]]) {
    await page.keyboard.press("Control+k");
    await page.locator("#palette-dialog").waitFor();
    await page.keyboard.type(words);
    await page.keyboard.press("Enter");
    await page.locator("#palette-dialog").waitFor({ state: "detached" });
    assert.deepEqual(await zoomed(page), [step]);
  }
  page.quiet();
  await page.context().close();
});

test("a size that cannot be had is told", LIMIT, async () => {
  const page = await bench.open("some", "#/about");
  await page.evaluate(() => (window.fake.refuse.zoom = { code: "unexpected", message: "The window could not be asked.", hint: null, field: null }));
  await page.keyboard.press("Control++");
  await page.locator("#notice", { hasText: "The window could not be asked." }).waitFor();
  page.quiet();
  await page.context().close();
});

test("on a Mac the Command key is meant; Control belongs to the text", LIMIT, async () => {
  const page = await bench.open("some", "#/about");
  const found = await page.evaluate(async () => {
    Object.defineProperty(navigator, "platform", { value: "MacIntel" });
    const { isCommand, keys } = await import("/keys.js?mac");
    const held = (fields) => isCommand({ ctrlKey: false, metaKey: false, altKey: false, ...fields });
    return [keys("K"), held({ metaKey: true }), held({ ctrlKey: true }), held({ metaKey: true, ctrlKey: true }), held({})];
  });
  assert.deepEqual(found, ["⌘K", true, false, false, false]);
  await page.context().close();
});

test("the palette finds among ten thousand at once, and what is marked stays when they arrive", LIMIT, async () => {
  const page = await bench.open("many", "#/options");
  await hold(page, "listOperators");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("op");
  await page.keyboard.press("ArrowDown");
  const marked = () => page.locator("#palette-list [aria-selected=true]").innerText();
  const before = await marked();
  await release(page);
  await page.locator("#palette-list li").nth(11).waitFor();
  assert.equal(await marked(), before);

  const times = await page.evaluate(() => {
    const input = document.getElementById("palette-input");
    return ["c", "co", "con", "cont", "controls 9", "controls 99", "controls 9999", "op09999"].map((text) => {
      const begin = window.performance.now();
      input.value = text;
      input.dispatchEvent(new Event("input"));
      return window.performance.now() - begin;
    });
  });
  // Printed, not judged: the machine may be busy.
  console.log(`the palette among 10,000 operators: ${times.map((time) => time.toFixed(1)).join(", ")} ms a keystroke`);
  assert.deepEqual(await page.locator("#palette-list li").allInnerTexts(), ["Open op09999 Operator Number 9999", "Controls of op09999 Operator Number 9999", "Send test file to op09999 Operator Number 9999"]);
  page.quiet();
  await page.context().close();
});

test("while the operators are still to come, the palette says that it reads, not that there is none", LIMIT, async () => {
  const page = await bench.open("some", "#/operators");
  await page.evaluate(() => (window.fake.hold = { listOperators: new Promise((go) => (window.go = go)) }));
  await page.keyboard.press("Control+k");
  await page.keyboard.type("horiguchi");
  const none = page.locator("#palette-dialog [data-part=none]");
  await none.getByText("Reading…").waitFor();
  await page.keyboard.type(" of nowhere");
  await none.getByText("Reading…").waitFor();
  await page.evaluate(() => window.go());
  await none.getByText("No matching command.").waitFor();
  for (let letters = " of nowhere".length; letters > 0; letters -= 1) await page.keyboard.press("Backspace");
  await page.locator("#palette-list li", { hasText: "Open kho" }).waitFor();
  assert.equal(await none.isVisible(), false);
  page.quiet();
  await page.context().close();
});

test("keys are called as they stand on the keyboard of the language", LIMIT, async () => {
  for (const [locale, named] of [["de", "Strg+K"], ["es", "Ctrl+K"], ["en-GB", "Ctrl+K"]]) {
    const page = await bench.open("some", "#/operators", { locale });
    assert.equal(await page.innerText("#open-palette kbd"), named);
    await page.keyboard.press("Control+k");
    await page.locator("#palette-list kbd:visible").first().waitFor();
    for (const text of await page.locator("#palette-list kbd:visible").allInnerTexts()) assert.ok(text.startsWith(named.slice(0, -1)), text);
    page.quiet();
    await page.context().close();
  }
});
