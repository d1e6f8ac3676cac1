// Report Output › Activity: who did what, when.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { isProgress } from "../changes.js";
import { writeRecently } from "../elements/day.js";
import { sayIfCut } from "../elements/listed.js";
import { folded, matches, wordsOf } from "../elements/search.js";
import { byId, countedOf, hasWord, instance, part, put, setText, word } from "../elements/template.js";
import { translated, translatedRow } from "../language.js";

const REFUSED = "refused: ";
/** Whose details are the program's own words; the others' are names and addresses. */
const IN_WORDS = ["set_settings", "add_operator"];

/** Whether it was not done. @param {t.Activity} row */
const isRefused = ({ detail }) => Boolean(detail?.startsWith(REFUSED));

/** What was done, or was not. @param {t.Activity} row */
function actionWord(row) {
  const name = `activity-${isRefused(row) ? "not-" : ""}${row.action}`;
  return hasWord(name) ? word(name) : row.action;
}

/** Why it was refused, in the words of that time; a program of before wrote down the code alone. @param {string} refusal */
function refusalWord(refusal) {
  const [code, ...words] = refusal.split(": ");
  return words.length ? translated(words.join(": ")) ?? "" : word("activity-refused", { code });
}

/** @param {t.Activity} row @returns {string} */
function detailWord(row) {
  const { action, detail } = row;
  if (isRefused(row)) return refusalWord((detail ?? "").slice(REFUSED.length));
  return (IN_WORDS.includes(action) ? translatedRow(detail) : detail) ?? "";
}

/** As it is shown and searched. @param {t.Activity} row */
const inWords = (row) => ({ ...row, actor: translated(row.actor), action: actionWord(row), detail: detailWord(row) });

export class Activity {
  /** Fills root, which stays this view's own. @param {HTMLElement} root */
  async build(root) {
    this.root = root;
    this.turn = 0;
    /** @type {t.Activity[]} */
    this.activity = [];
    root.append(instance("activity"));
    byId(root, "activity-search").addEventListener("input", () => this.render());
    byId(root, "show-all").addEventListener("click", () => {
      this.search().value = "";
      this.render();
      this.search().focus();
    });
    await this.read();
  }

  search() {
    return byId(this.root, "activity-search");
  }

  async read() {
    const turn = ++this.turn;
    const activity = await api.listActivity(null);
    // A later reading knows more.
    if (turn !== this.turn) return;
    // Once for each reading: a search would feel it.
    this.activity = activity.map(inWords);
    part(this.root, "empty").hidden = activity.length > 0;
    part(this.root, "tools").hidden = activity.length === 0;
    sayIfCut(this.root, activity.length);
    this.render();
  }

  render() {
    const words = wordsOf(this.search().value);
    const shown = this.activity.filter((row) => matches(words, folded([row.actor, row.operatorId ?? "", row.action, row.detail].join("\n"))));
    part(this.root, "rows").replaceChildren(...shown.map((row) => this.row(row)));
    part(this.root, "list").hidden = shown.length === 0;
    const count = this.activity.length;
    part(this.root, "no-match").hidden = shown.length > 0 || count === 0;
    setText(byId(this.root, "activity-count"), countedOf("activity", shown.length, count));
  }

  /** @param {t.Activity} row */
  row(row) {
    const content = instance("activity-row");
    writeRecently(part(content, "time"), row.at);
    part(content, "action").textContent = row.action;
    put(content, "operator", row.operatorId ?? "");
    put(content, "detail", row.detail);
    put(content, "actor", row.actor);
    return content;
  }

  /** Whatever changes, somebody did it. @param {t.Event} event */
  async changed(event) {
    if (event.kind === "activity" || event.kind === "everything") await this.read();
  }
}
