// What the program says is shown in the language of the window, wherever it is shown.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Translator } from "../../ui/translator.js";
import { picture, start } from "./bench.js";
import { TEXTS } from "./program-texts.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

/** Texts that are long enough beside their slots to be nothing else, and no name of the procedure. */
const sentences = TEXTS.filter((text) => text.replace(/\{\w+\}/g, "").length > "Interface to Dropbox".length);
const english = new Translator(Object.fromEntries(sentences.map((text) => [text, ""])));

const problem = (code, message, hint = null, field = null) => ({ code, message, hint, field });
const PORTS = problem(
  "ports_busy",
  "Outtray cannot listen for the answer of Dropbox: port 17653 is in use by another program, port 27653 is reserved by the system",
  "Close the program that uses the ports, or choose “On the user’s computer” and type the Access code.",
);
const PORT = problem("invalid_input", "The redirect port 80 cannot be used. Choose one from 1024 to 49151.", null, "redirectPorts");
const KEY = problem("invalid_app_key", "Dropbox does not know this app key and app secret.", "Copy both again from the Settings tab of the app in the App Console; the app secret shows after Show. A space at an end does no harm.", "appKey");
const STANDARD = problem("import_refused", "The file cannot be read as a list of operators: its header has no column “name”.", "The file has to be CSV in UTF-8 whose first line names the columns: id, name, and where wanted email, destination, active. In Excel choose Save As › CSV UTF-8.");
const LOCKED = problem("keychain_locked", "The system keychain is locked.", "Unlock the keychain and try again. Nothing is lost.");

const refuse = (page, refusals) => page.evaluate((refusals) => Object.assign(window.fake.refuse, refusals), refusals);

async function csv(page, text) {
  await page.click("#import-operators");
  await page.setInputFiles("#import-file", { name: "operators.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
}

async function generate(page, refusal) {
  await refuse(page, { beginAuthorization: refusal });
  await page.locator("#controls-dialog").waitFor();
  await page.fill("#app-key", "h7q2mzt0c4lx9ab");
  await page.click("#generate-key");
}

const PLACES = [
  {
    name: "above a view", scenario: "some", hash: "#/operators/nobody",
    de: ["Es gibt keinen Operator „nobody“.", "Suchen Sie die ID in Setup › Operator."],
    es: ["No hay ningún operador «nobody».", "Busque el id en Setup › Operator."],
  },
  {
    name: "at a field", scenario: "some", hash: "#/options",
    act: async (page) => {
      await refuse(page, { setSettings: PORT });
      await page.click("#options-save");
    },
    de: ["Der Redirect-Port 80 kann nicht verwendet werden. Wählen Sie einen von 1024 bis 49151."],
    es: ["El puerto de redirección 80 no se puede usar. Elija uno de 1024 a 49151."],
  },
  {
    name: "at the app key, while it is typed", scenario: "some", hash: "#/operators/pvr/controls",
    act: async (page) => {
      await refuse(page, { checkApp: KEY });
      await page.fill("#app-key", "wrong0123456789");
      await page.fill("#app-secret", "abcdefghijklmno");
      await page.clock.runFor(1000);
    },
    de: ["Dropbox kennt diesen App key mit diesem App secret nicht.", "das App secret erscheint nach einem Klick auf Show."],
    es: ["Dropbox no conoce este App key con este App secret.", "el App secret aparece tras hacer clic en Show."],
  },
  {
    name: "in Controls, with the cause of each port", scenario: "some", hash: "#/operators/pvr/controls",
    act: (page) => generate(page, PORTS),
    de: ["nicht entgegennehmen: Port 17653 wird von einem anderen Programm verwendet, Port 27653 ist vom System reserviert", "wählen Sie „Auf dem Computer des Benutzers“"],
    es: ["la respuesta de Dropbox: el puerto 17653 lo usa otro programa, el puerto 27653 está reservado por el sistema", "elija «En el equipo del usuario»"],
  },
  {
    name: "as advice in Controls", scenario: "advice", hash: "#/operators/jsm/controls",
    de: ["„Invalid redirect_uri“ steht, fehlt der App unter ihren Redirect-URIs diese Zeile: http://127.0.0.1:17653/dropbox"],
    es: ["«Invalid redirect_uri», a la app le falta esta línea entre sus URI de redirección: http://127.0.0.1:17653/dropbox"],
  },
  {
    name: "before an account is confirmed", scenario: "granted", hash: "#/operators/jsm/controls",
    act: (page) => page.click("#controls-save"),
    de: ["Dropbox wurde als j.smithers@example.net autorisiert, aber die E-Mail-Adresse dieses Operators ist jonah@example.com.", "bestätigen Sie es."],
    es: ["Dropbox se autorizó como j.smithers@example.net, pero el correo de este operador es jonah@example.com.", "confírmela."],
  },
  {
    name: "about a request that ended, in the record", scenario: "cancelled", hash: "#/operators/jsm",
    de: ["Auf der Seite von Dropbox wurde auf Cancel geklickt.", "Klicken Sie noch einmal auf Generate Key, und bitten Sie den Benutzer"],
    es: ["en la página de Dropbox se hizo clic en Cancel.", "Haga clic de nuevo en Generate Key y pida al usuario"],
  },
  {
    name: "about a test file", scenario: "some", hash: "#/operators/acb",
    act: async (page) => {
      await refuse(page, { sendTestFile: problem("network", "Dropbox could not be reached: no answer in time.", "Check the network connection and the proxy of this computer, then try again.") });
      await page.click("#send-test-file");
    },
    de: ["Dropbox war nicht zu erreichen: keine Antwort innerhalb des Zeitlimits.", "Prüfen Sie die Netzwerkverbindung"],
    es: ["No se pudo contactar con Dropbox: sin respuesta dentro del límite de tiempo.", "Compruebe la conexión de red"],
  },
  {
    name: "about each of many operators", scenario: "some", hash: "#/operators",
    act: async (page) => {
      await page.check("#select-all");
      await page.click("#bulk-check");
    },
    de: ["Dropbox hat die Autorisierung von Operator „kho“ beendet", "Nichts, was wartet, geht verloren."],
    es: ["Dropbox ha anulado la autorización del operador «kho»", "Nada de lo que espera se pierde."],
  },
  {
    name: "about a row of a file", scenario: "some", hash: "#/operators",
    act: (page) => csv(page, "id,name\nacb,Anneliese"),
    de: ["Es gibt schon einen Operator „acb“. Groß- und Kleinbuchstaben gelten als gleich."],
    es: ["Ya hay un operador «acb». Mayúsculas y minúsculas cuentan como iguales."],
  },
  {
    name: "about a whole file", scenario: "some", hash: "#/operators",
    act: async (page) => {
      await refuse(page, { previewImport: STANDARD });
      await csv(page, "id\nacb");
    },
    de: ["als Liste von Operatoren gelesen werden: ihre Kopfzeile hat keine Spalte „name“.", "Speichern unter › CSV UTF-8"],
    es: ["como lista de operadores: su encabezado no tiene ninguna columna «name».", "Guardar como › CSV UTF-8"],
  },
  {
    name: "about a delivery", scenario: "some", hash: "#/deliveries",
    de: ["In dieser Dropbox ist kein Platz mehr.", "Bitten Sie den Benutzer, in Dropbox Platz zu schaffen"],
    es: ["Ya no queda espacio en este Dropbox.", "Pida al usuario que libere espacio en Dropbox"],
  },
  {
    name: "in the activity", scenario: "some", hash: "#/deliveries",
    act: async (page) => {
      await page.evaluate(() => window.fake.activity.push({ id: 9, at: Date.UTC(2026, 10, 25), actor: "admin, window", action: "set_settings", operatorId: null, detail: "Interface to Dropbox on, Redirect ports 17653, 27653, History kept 30 days" }));
      await page.evaluate(() => (location.hash = "#/activity"));
    },
    de: ["Interface to Dropbox: ein, Redirect-Ports: 17653, 27653, Verlauf der Zustellungen: 30 Tage", "admin, Fenster", "root, Befehlszeile"],
    es: ["Interface to Dropbox: activado, Puertos de redirección: 17653, 27653, Historial de entregas: 30 días", "admin, ventana", "root, línea de comandos"],
  },
  {
    name: "in the check", scenario: "some", hash: "#/about",
    act: async (page) => {
      await page.evaluate(() => window.fake.checks.push(
        { name: "data folder", detail: "/home/admin/.local/share/outtray, 79.5 GB free", problem: null },
        { name: "proxy", detail: "none: the practice Dropbox runs on this computer", problem: null },
        { name: "clock", detail: null, problem: { code: "clock_wrong", message: "The clock of this computer is 7 minutes ahead of Dropbox’s.", hint: "Set date, time and time zone of this computer, or let it set them by itself.", field: null } },
        { name: "operator none", detail: "none@example.com", problem: null },
      ));
      await page.click("#diagnose");
    },
    de: ["Datenbank", "Schlüsselbund des Systems ist gesperrt.", "Redirect-Port 17653", "outtray, 79,5 GB frei", "keiner: die Übungs-Dropbox läuft auf diesem Computer", "Die Uhr dieses Computers geht gegenüber der von Dropbox 7 Minuten vor.", "Stellen Sie Datum, Uhrzeit", "Operator none", "none@example.com"],
    es: ["base de datos", "El llavero del sistema está bloqueado.", "puerto de redirección 17653", "outtray, 79,5 GB libres", "no hay: el Dropbox de práctica funciona en este equipo", "El reloj de este equipo va 7 minutos adelantado respecto al de Dropbox.", "Ajuste la fecha, la hora", "operador none", "none@example.com"],
  },
  {
    name: "where the diagnostics were not searched", scenario: "some", hash: "#/about",
    act: async (page) => {
      await page.evaluate((locked) => (window.fake.diagnostics.notSearched = locked), LOCKED);
      await page.click("#collect-diagnostics");
    },
    de: ["Der Schlüsselbund des Systems ist gesperrt.", "Entsperren Sie den Schlüsselbund"],
    es: ["El llavero del sistema está bloqueado.", "Desbloquee el llavero"],
  },
  {
    name: "where Outtray cannot start", scenario: "corrupt", hash: "",
    de: ["Die Datenbankdatei /home/admin/.local/share/outtray/outtray.db ist beschädigt oder keine Datenbank.", "Stellen Sie die Datei aus einer Sicherung wieder her"],
    es: ["El archivo de base de datos /home/admin/.local/share/outtray/outtray.db está dañado o no es una base de datos.", "Restaure el archivo de una copia de seguridad"],
  },
];

/** What can be read of the page, a text for each node. */
const readable = (page) =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) if (walker.currentNode.parentElement.checkVisibility()) texts.push(walker.currentNode.data.trim());
    return texts.filter(Boolean);
  });

for (const language of ["de", "es"]) {
  for (const place of PLACES) {
    test(`${language} ${place.name}`, LIMIT, async () => {
      const page = await bench.open(place.scenario, place.hash, { width: 900, height: 600, locale: language });
      await place.act?.(page);
      for (const text of place[language]) await page.getByText(text).first().waitFor();
      await picture(page, `${language}-${place.name.replace(/\W+/g, "-")}`);
      // The name of the screen is the procedure's, in every language.
      const left = (await readable(page)).filter((text) => text !== "Administrator Options" && english.found(text) !== null);
      assert.deepEqual(left, [], "left in English");
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false, "it scrolls sideways");
      page.quiet();
      await page.context().close();
    });
  }
}
