// Every text of the program that reaches the window, as it stands in the Rust sources. Whatever has a space and a letter counts as one
// unless it is known to be something else: a new text is noticed by itself.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./bench.js";
import { literals } from "./rust.js";

/** Where slots are filled in; elsewhere a brace is a brace. */
const FORMATS = ["error", "format!", "write!"];
/** Around what is for the log, the database, or whoever writes programs. */
const NOT_SAID = /^(cfg!|tracing::\w+!|sqlx::query\w*|debug_assert\w*!|strftime|serde|expect)$/;
/** What is SQL although no call of it stands around: a statement, or names of columns. */
const SQL = /^\s*((\{SELECT\}|SELECT|INSERT|UPDATE|DELETE|WHERE)(?!\w)|\w+, \w+_\w+,)/;
/** Files that speak elsewhere: in the browser in which Allow was clicked, and outside the window (words.rs: see terms.test.js). */
const OTHERS = ["core/loopback/head.rs", "core/loopback/html.rs", "core/loopback/page.rs", "core/loopback/request.rs", "core/loopback/words.rs", "desktop/failure.rs", "desktop/words.rs"];

/** What the window never shows. */
const NEVER_SHOWN = {
  "core/activity.rs": ["refused: "], // The window has a word of its own for it, activity-refused.
  "core/delivery.rs": ["This is a test file of Outtray.\n\nOperator: {0} ({1})\nSent: {2}\n\nIf you can read this in Dropbox, report output arrives here.\n", "Outtray test {0}.txt"], // Files and their names.
  "core/delivery/steady.rs": ["size={0} modified={modified} {1}", "inode={inode} changed={seconds}.{nanoseconds}"], // Which file it is.
  "core/diagnostics.rs": ["could not be written down: {error}"], // In the bundle.
  "core/dropbox/oauth.rs": ["Basic {0}"], // A header.
  "core/dropbox/answer.rs": ["does not have the required scope '"], // Looked for in an answer.
  // Each of them becomes an error of core/error.rs, which has words of its own.
  "core/dropbox/error.rs": ["the permission {scope} is missing ({0})", "the app key or the app secret is wrong: {0}", "an answer that is not Dropbox’s, {0}", "{0} is not an address of Dropbox or of this computer", "the proxy {proxy}: {trouble}", "the proxy in {origin} cannot be used: {reason}", "no connection, and the script {0} is not read"],
  "core/dropbox/tunnel.rs": ["Proxy-Authorization: Basic {pair}\r\n", "CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\nUser-Agent: {USER_AGENT}\r\n{login}\r\n"], // What a proxy is sent.
  "core/file_lock.rs": ["another program holds it and does not let it go", "this drive cannot lock files", "it is not a file"],
  "core/store/trouble.rs": ["the file {0} is damaged or not a database", "the record of delivery {0} is damaged", "the database is newer than this program", "the file {0} is empty", "the file {0} is missing", "the file {0} is the database of another program", "{0} is no file", "the disk of {0} is full", "there is no room: {0}", "{0} may only be read", "{holder} holds {path}", "{0} cannot lock files", "the database failed"],
  "core/vault.rs": ["no keychain: {0}", "the keychain is locked", "the keychain does not answer", "access to {0} was refused", "the key file {0} holds no master key", "the key file {0} can be read by others", "the key file {path}: {reason}", "the key file {0} is gone", "the key file {0} does not fit", "the master key is gone", "the master key does not fit", "outtray master key", "master key {0}"],
  "core/size.rs": ["1 byte", "{bytes} bytes"], // The translator writes sizes as the language does.
  "core/paths.rs": ["written by the doctor"],
  "core/system_proxy.rs": ["Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings", "Software\\Policies\\Microsoft\\Windows\\CurrentVersion\\Internet Settings"],
  "desktop/commands.rs": ["Outtray operators", "Outtray diagnostics"], // Names of files.
  "desktop/tray.rs": ["Outtray: {0}"],
  "desktop/window.rs": ["location.hash = '{address}'"],
};

/** Where a single word is a text too. */
const isSaid = (path, { fn, within, text }) =>
  (path === "core/store/operators.rs" && text === "imported") ||
  path === "core/diagnosis.rs" || (["core/settings.rs", "core/proxy.rs"].includes(path) && ["described", "on_or_off", "text_or_none"].includes(fn)) || within.some((name) => ["at_most", "activity::insert"].includes(name));

/** Slots have names or numbers here, and nothing about how they are written: `{}, {:?}` → `{0}, {1}`. */
function withSlots(text) {
  let number = 0;
  return text.replace(/\{\{|\}\}|\{(\w*)(?::[^}]*)?\}/g, (found, name) => (name === undefined ? found[0] : `{${name || number++}}`));
}

/** What is said beside its slots. */
const plain = (text) => text.replace(/\{\w+\}/g, "");

/** The name of an option stands before its value. */
const asShown = (path, { text, fn }) => (path === "core/settings.rs" && fn === "described" && /^\p{Lu}/u.test(text) ? `${text} {value}` : text);

const hasLetters = (text) => /\p{L}/u.test(plain(text));

/** The texts of one file, and what is nothing but slots and signs. */
function textsOf(path) {
  const found = literals(readFileSync(join(ROOT, "src-tauri", path), "utf8"));
  const said = found.filter(({ text, within }) => !within.some((name) => NOT_SAID.test(name)) && !SQL.test(text));
  const read = said.map((each) => ({ ...each, text: each.within.some((name) => FORMATS.includes(name)) ? withSlots(each.text) : each.text }));
  const texts = read.filter((each) => (hasLetters(each.text) ? each.text.includes(" ") || isSaid(path, each) : each.text.includes("{")));
  return texts.map((each) => ({ path, text: asShown(path, each) }));
}

/** @param {string} folder */
const sources = (folder) =>
  readdirSync(join(ROOT, "src-tauri", folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".rs") && !OTHERS.includes(path));

/** The command line does not come to the window, but who uses it does. */
const actor = () => textsOf("cli/main.rs").filter(({ text }) => text.startsWith("{name}, "));

const all = [...["core", "desktop"].flatMap(sources).sort().flatMap(textsOf), ...actor()];
const isShown = ({ path, text }) => !NEVER_SHOWN[path]?.includes(text);

/** What has to be translated. */
export const TEXTS = [...new Set(all.filter((each) => isShown(each) && hasLetters(each.text)).map(({ text }) => text))];
/** What may be: slots with signs between them, of which one may hold a text. */
export const FRAMES = [...new Set(all.filter(({ text }) => !hasLetters(text)).map(({ text }) => text))];
/** What is listed as never shown, and is not there any more. */
export const GONE = Object.entries(NEVER_SHOWN).flatMap(([path, texts]) => texts.filter((text) => !all.some((each) => each.path === path && each.text === text)));
