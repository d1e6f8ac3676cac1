// Report Output › Activity: who did what, when.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { byId, counted, hasWord, instance, part, word } from "../elements/template.js";
import { number, recently } from "../format.js";

const REFUSED = "refused: ";

/** @param {t.Activity} row */
const actionWord = ({ action }) => (hasWord(`activity-${action}`) ? word(`activity-${action}`) : action);

/** @param {t.Activity} row */
const detailWord = ({ detail }) => (detail?.startsWith(REFUSED) ? word("activity-refused", { code: detail.slice(REFUSED.length) }) : (detail ?? ""));

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
    this.activity = activity;
    part(this.root, "empty").hidden = activity.length > 0;
    part(this.root, "tools").hidden = activity.length === 0;
    this.render();
  }

  render() {
    const text = this.search().value.trim().toLocaleLowerCase();
    const shown = this.activity.filter((row) =>
      [row.actor, row.operatorId ?? "", actionWord(row), detailWord(row)].join("\n").toLocaleLowerCase().includes(text),
    );
    part(this.root, "rows").replaceChildren(...shown.map((row) => this.row(row)));
    part(this.root, "list").hidden = shown.length === 0;
    const count = this.activity.length;
    part(this.root, "no-match").hidden = shown.length > 0 || count === 0;
    byId(this.root, "activity-count").textContent =
      shown.length === count ? counted("activity", count, number(count)) : word("activity-some", { shown: number(shown.length), count: number(count) });
  }

  /** @param {t.Activity} row */
  row(row) {
    const content = instance("activity-row");
    part(content, "time").textContent = recently(row.at);
    part(content, "action").textContent = actionWord(row);
    part(content, "operator").textContent = row.operatorId ?? "";
    part(content, "detail").textContent = detailWord(row);
    part(content, "actor").textContent = row.actor;
    return content;
  }

  /** Whatever changes, somebody did it. @param {t.Event} event */
  async changed(event) {
    if (event.kind !== "delivery" || event.bytesSent === event.sizeBytes) await this.read();
  }
}
