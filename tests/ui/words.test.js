// Every word of the page exists in every language, with the same slots and the same parts; none is left over.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { picture, start } from "./bench.js";

const LANGUAGES = ["de", "es"];
let bench;
let keys;
before(async () => {
  bench = await start();
  const page = await bench.open("newer");
  keys = await page.evaluate(async () => {
    const { messages, keyOf, spoken } = await import("/language.js");
    // What is shown already is a copy of a template.
    document.getElementById("main").replaceChildren();
    document.getElementById("notice").hidden = true;
    return [...new Set([...messages(document.body).map((element) => keyOf(element).key), ...spoken(document.body).map(({ key }) => key)])];
  });
  await page.context().close();
});
after(() => bench.stop());

const slots = (text) => (text.match(/\{\w+\}|\[\/?\d+\/?\]/g) ?? []).sort();

for (const language of LANGUAGES) {
  test(`${language} has every word, and no other`, async () => {
    const { default: words } = await import(`../../ui/words/${language}.js`);
    assert.deepEqual(keys.filter((key) => !words[key]), [], "untranslated");
    assert.deepEqual(Object.keys(words).filter((key) => !keys.includes(key)), [], "left over");
  });

  test(`${language} has the same slots and parts in every word`, async () => {
    const { default: words } = await import(`../../ui/words/${language}.js`);
    for (const [key, text] of Object.entries(words)) assert.deepEqual(slots(text), slots(key), key);
  });

  test(`${language} fits on the screen`, { timeout: 60_000 }, async () => {
    const isWider = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    for (const [name, hash] of [["options", "#/options"], ["operators", "#/operators"], ["controls", "#/operators/jsm/controls"], ["setup", "#/setup"]]) {
      const page = await bench.open("some", hash, { width: 900, height: 600, locale: language });
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      await picture(page, `${language}-${name}`);
      assert.equal(await page.evaluate(isWider), false, `${name} scrolls sideways`);
      page.quiet();
      await page.context().close();
    }
  });
}

test("the chosen language comes before the system's", async () => {
  const page = await bench.open("some", "#/options", { locale: "es" });
  const spoken = (chosen) => page.evaluate(async (language) => (await import("/language.js")).languageOf(language), chosen);
  assert.deepEqual([await spoken("de"), await spoken("system"), await spoken(undefined)], ["de", "es", "es"]);
  assert.equal(await page.locator("#options-save").innerText(), "Guardar");
  await page.context().close();
});
