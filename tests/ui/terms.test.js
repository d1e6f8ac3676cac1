// One thing has one word, in the pages, in what the program says, and in what stands outside the window (src-tauri/desktop/words.rs); and a
// button is called what stands on it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./bench.js";

const LANGUAGES = { de: "GERMAN", es: "SPANISH" };

/**
 * What stands on the screen as the procedure has it: whoever has that page open beside the program finds it. Save is translated all the same: it
 * is an ordinary verb, every program of a system has it in that system's language, and nobody who looks for it takes another button for it.
 */
const SCREEN = [
  "System Administrator", "Administration", "Administrator Options", "System", "General", "Interface to Dropbox", "Setup", "Operator", "Controls…", "Generate Key",
  "User Name (App Key)", "Password (App Secret)", "Temporary Authorization Key", "Dropbox Authorization",
];

/** Words of the procedure and of Dropbox's own pages, which stay as they are there, within a sentence too. */
const FIXED = [
  "Generate Key", "Controls", "Administrator Options", "Setup › Operator", "System › General", "Interface to Dropbox", "Temporary Authorization Key",
  "Dropbox Authorization", "Access code", "User Name (App Key)", "Password (App Secret)", "App Console", "Settings", "Permissions", "Submit", "Cancel was", "click Allow", "clicked Allow", "Continue",
];
/** As it stands in a sentence of ours: "click Allow" is the name Allow. */
const nameIn = (fixed) => fixed.replace(/^click(ed)? | was$/g, "");

/** What is meant, and the words for it. */
const TERMS = [
  [/\breports?\b/i, { de: /report/i, es: /informes?\b/i }],
  [/\boperators?\b/i, { de: /operator/i, es: /operador/i }],
  [/\boperator record\b/i, { de: /Datensatz/, es: /registro/ }],
  [/\bdeliver(y|ies)\b/i, { de: /Zustellung/, es: /entrega/i }],
  [/\btray\b/, { de: /Infobereich/, es: /bandeja del sistema/ }],
  [/\bkeychain\b/i, { de: /Schlüsselbund/, es: /llavero/i }],
  [/\bmaster key\b/i, { de: /Hauptschlüssel/, es: /clave maestra/i }],
  [/\bcomputers?\b/i, { de: /Computer/, es: /equipo/i }],
  [/\bneeds? attention\b/i, { de: /Aktion erforderlich/, es: /requieren? atención/i }],
  [/\bfolders?\b/i, { de: /ordner/i, es: /carpeta/i }],
  [/\bredirect port\b/i, { de: /Redirect-Port/, es: /puerto de redirección/i }],
  [/\bredirect URIs?\b/i, { de: /Redirect-URI/, es: /URI de redirección/ }],
  [/\bpractice mode\b/i, { de: /Übungsmodus/, es: /modo de práctica/i }],
];

/** The e-mails quote Dropbox's own page. */
const QUOTES = /^(Hello,)/;

const pages = async (language) => Object.entries((await import(`../../ui/words/${language}.js`)).default).filter(([key]) => !QUOTES.test(key));
const program = async (language) => Object.entries((await import(`../../ui/words/program.${language}.js`)).default);

/** The texts of one language in words.rs, with the fields that they stand in. */
function textsOf(language) {
  const source = readFileSync(join(ROOT, "src-tauri", "desktop", "words.rs"), "utf8").replaceAll("\r\n", "\n");
  const [, rest] = source.split(`static ${language}: Words = Words {`);
  return [...rest.split("\n};")[0].matchAll(/(\w+): "([^"]*)"/g)].map(([, field, text]) => ({ field, text }));
}

/** What stands outside the window: English and another language. */
function outside(language) {
  const [english, other] = [textsOf("ENGLISH"), textsOf(LANGUAGES[language])];
  assert.ok(english.length > 15, "words.rs was not read");
  assert.deepEqual(other.map(({ field }) => field), english.map(({ field }) => field));
  return english.map(({ text }, at) => [text, other[at].text]);
}

const everything = async (language) => [...(await pages(language)), ...(await program(language)), ...outside(language)];

/** Without what stays as it is, and without slots and paths: there, a word is no word. The screen of the procedure is called Operator. */
const ownWords = (text) =>
  FIXED.reduce((rest, fixed) => rest.replaceAll(nameIn(fixed), ""), text.replace(/\{\w+\}|\/Reports\/|\[\/?\d+\/?\]/g, "")).replace(/^Operator$|› Operator/, "");

for (const language of Object.keys(LANGUAGES)) {
  test(`${language} has one word for one thing`, async () => {
    const all = await everything(language);
    for (const [meant, { [language]: said }] of TERMS) {
      const astray = all.filter(([english, text]) => meant.test(ownWords(english)) && !said.test(text));
      assert.deepEqual(astray, [], String(said));
    }
  });

  test(`${language} has the words of the procedure on the screen, and Save in its own`, async () => {
    const words = Object.fromEntries(await pages(language));
    for (const name of SCREEN) assert.equal(words[name], name);
    assert.equal(words["Save"], { de: "Speichern", es: "Guardar" }[language]);
  });

  test(`${language} leaves the words of the procedure and of Dropbox as they are`, async () => {
    for (const [english, text] of await everything(language)) {
      for (const fixed of FIXED.filter((each) => english.includes(each))) assert.ok(text.includes(nameIn(fixed)), `${english}\n${text}`);
    }
  });

  test(`${language} calls buttons and fields by what stands on them`, async () => {
    const words = Object.fromEntries(await pages(language));
    const place = "On the user’s computer";
    const shown = {
      "click Save": words["Save"],
      "Tick Active": words["Active"],
      "Send test file": words["Send test file"],
      [`“${place}”`]: Object.entries(words).find(([key]) => key.startsWith(`${place}[`))[1].split("[")[0],
      "Quit ": textsOf(LANGUAGES[language]).find(({ field }) => field === "quit").text,
    };
    for (const [english, text] of [...(await program(language)), ...outside(language)]) {
      for (const [name, said] of Object.entries(shown)) {
        if (english.includes(name)) assert.ok(text.includes(said), `${english}\n${text}`);
      }
    }
  });
}

test("other words for the same things are not used", async () => {
  for (const [, text] of await everything("de")) assert.doesNotMatch(text, /Bericht|Anwender|Tablett|Taskleiste/);
  for (const [, text] of await everything("es")) assert.doesNotMatch(text, /ordenador|computador|reporte|fichero/i);
});

test("every language writes quotation marks as it does", async () => {
  for (const [, text] of await everything("de")) assert.doesNotMatch(text, /["«»]|“[^“]*”/);
  for (const [, text] of await everything("es")) assert.doesNotMatch(text, /["„“”]/);
});
