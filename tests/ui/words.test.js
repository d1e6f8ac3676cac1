// Every word of the page, and every text of the program, exists in every language, with the same slots and the same parts; none is left
// over; and each is shown.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Translator } from "../../ui/translator.js";
import { picture, start } from "./bench.js";
import { FRAMES, GONE, TEXTS } from "./program-texts.js";

const LANGUAGES = ["de", "es"];
const LIMIT = { timeout: 60_000 };
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

const wordsOf = async (language) => (await import(`../../ui/words/${language}.js`)).default;
const programOf = async (language) => (await import(`../../ui/words/program.${language}.js`)).default;
const slots = (text) => (text.match(/\{\w+\*?\}|\[\/?\d+\/?\]/g) ?? []).map((slot) => slot.replace("*", "")).sort();
/** The slots whose texts are translated too. */
const marked = (text) => (text.match(/\{\w+\*\}/g) ?? []).sort();
/** With something in every slot. */
const filled = (text) => text.replace(/\{(\w+)\*?\}/g, "<$1>");

for (const language of LANGUAGES) {
  test(`${language} has every word, and no other`, async () => {
    const words = await wordsOf(language);
    assert.deepEqual(keys.filter((key) => !words[key]), [], "untranslated");
    assert.deepEqual(Object.keys(words).filter((key) => !keys.includes(key)), [], "left over");
  });

  test(`${language} has every text of the program, and no other`, async () => {
    const program = await programOf(language);
    assert.deepEqual(TEXTS.filter((text) => !program[text]), [], "untranslated; what the window never shows stands in program-texts.js");
    assert.deepEqual(Object.keys(program).filter((key) => ![...TEXTS, ...FRAMES].includes(key)), [], "left over");
  });

  test(`${language} has the same slots and parts in every word`, async () => {
    const entries = [...Object.entries(await wordsOf(language)), ...Object.entries(await programOf(language))];
    for (const [key, text] of entries) assert.deepEqual(slots(text), slots(key), key);
  });

  test(`${language} finds every text of the program again, whatever its slots hold`, async () => {
    const program = await programOf(language);
    const translator = new Translator(program);
    for (const [key, text] of Object.entries(program)) assert.equal(translator.text(filled(key)), filled(text), key);
  });

  test(`${language} fits on the screen`, LIMIT, async () => {
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

test("the sources are read: texts over several lines, without their marks, and nothing that is only for the log", () => {
  assert.ok(TEXTS.length > 200, "the sources were not read");
  for (const text of [
    "Dropbox does not accept this Temporary Authorization Key. It was mistyped, used before, has expired, or belongs to another URL.",
    "{token} is not known. The Dropbox folder may use {operator}, {yyyy}, {MM}, {dd} and {name}.",
    "its header has no column “{0}”",
    "none",
    "Redirect ports {value}",
  ]) assert.ok(TEXTS.includes(text), text);
  assert.deepEqual(TEXTS.filter((text) => text.includes("could not be written down") || text.includes("SELECT")), []);
  assert.deepEqual(GONE, [], "listed as never shown, and not there");
});

test("every language translates the texts in the same slots", async () => {
  const [german, spanish] = [await programOf("de"), await programOf("es")];
  for (const key of Object.keys(german)) assert.deepEqual(marked(spanish[key]), marked(german[key]), key);
});

test("a text within a text is translated too, and somebody's own words never", async () => {
  const translator = new Translator(await programOf("de"));
  const expected = {
    "Outtray cannot listen for the answer of Dropbox: port 17653 is in use by another program, port 27653 cannot be used (no device, really)":
      "Outtray kann die Antwort von Dropbox nicht entgegennehmen: Port 17653 wird von einem anderen Programm verwendet, Port 27653 kann nicht verwendet werden (no device, really)",
    "Dropbox refused the call: “Ask, then wait”, path/conflict (HTTP 409, request abc).": "Dropbox hat den Aufruf abgelehnt: „Ask, then wait“, path/conflict (HTTP 409, Request-ID abc).",
    "Dropbox could not be reached: no connection (dns error).": "Dropbox war nicht zu erreichen: keine Verbindung (dns error).",
    "The clock of this computer is 7 minutes behind Dropbox’s.": "Die Uhr dieses Computers geht gegenüber der von Dropbox 7 Minuten nach.",
    "The time to connect, in seconds, must be from 1 to 120.": "Die Zeit für die Verbindung, in Sekunden, muss zwischen 1 und 120 liegen.",
    "Outtray was refused access to the key file /etc/key.": "Outtray wurde der Zugriff auf die Schlüsseldatei /etc/key verweigert.",
    "There is no operator “none”.": "Es gibt keinen Operator „none“.",
    "The file it is empty is larger than Dropbox takes.": "Die Datei it is empty ist größer, als Dropbox annimmt.",
    "{x} is not known. The Dropbox folder may use {operator}, {yyyy}, {MM}, {dd} and {name}.": "{x} ist nicht bekannt. Der Dropbox-Ordner darf {operator}, {yyyy}, {MM}, {dd} und {name} enthalten.",
    "constructor": "constructor",
    "Something that nobody has translated.": "Something that nobody has translated.",
  };
  for (const [english, german] of Object.entries(expected)) assert.equal(translator.text(english), german);
  assert.equal(
    translator.row("Interface to Dropbox on, Redirect ports 17653, 27653, Time to connect 20 seconds"),
    "Interface to Dropbox: ein, Redirect-Ports: 17653, 27653, Zeit für die Verbindung: 20 Sekunden",
  );
});

test("the chosen language comes before the system's", async () => {
  const page = await bench.open("some", "#/options", { locale: "es" });
  const spoken = (chosen) => page.evaluate(async (language) => (await import("/language.js")).languageOf(language), chosen);
  assert.deepEqual([await spoken("de"), await spoken("system"), await spoken(undefined)], ["de", "es", "es"]);
  assert.equal(await page.locator("#options-save").innerText(), "Guardar");
  await page.context().close();
});
