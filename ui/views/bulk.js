// What is done with the selected operators, one after the other, and how each of them went. It goes on when somebody leaves the table,
// and is there again when they come back.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { announce } from "../elements/announce.js";
import { ask } from "../elements/ask.js";
import { act, asProblem, say } from "../elements/form.js";
import { all, byId, counted, instance, part, word } from "../elements/template.js";
import { bytes, number } from "../format.js";
import { translated } from "../language.js";

/** Spoken are so many steps of a long run, not every one. */
const SPOKEN = 10;

/** @typedef {{id: string, text: string, good: boolean, code?: string}} Result */

/** Sentences, one after the other. @param {(string | null | undefined)[]} sentences */
const joined = (...sentences) => sentences.filter(Boolean).join(" ");

/** What went wrong, as one line. @param {any} thrown */
function refusal(thrown) {
  const { message, hint } = asProblem(thrown);
  return joined(translated(message), translated(hint));
}

class Run {
  /**
   * `work` does it with one operator, and says how it went; `leftOut` says with whom it is not done, and why.
   * @param {string[]} ids @param {(id: string) => Promise<string>} work @param {string} leftOut
   */
  constructor(ids, work, leftOut) {
    this.ids = ids;
    this.leftOut = leftOut;
    this.work = work;
    /** @type {Result[]} */
    this.results = [];
    this.isGoing = true;
    this.isStopped = false;
    /** Who shows it. @type {() => void} */
    this.changed = () => {};
  }

  get good() {
    return this.results.filter((result) => result.good).length;
  }

  /** One after the other: a failure of one is told, and the others go on, unless it is none of that one alone. */
  async start() {
    for (const id of this.ids) {
      if (this.isStopped) break;
      this.changed();
      const result = await this.one(id);
      this.results.push(result);
      if (result.code && isForAll(result.code)) break;
    }
    this.isGoing = false;
    this.changed();
  }

  /** @param {string} id @returns {Promise<Result>} */
  one(id) {
    return this.work(id).then(
      (text) => ({ id, text, good: true }),
      (thrown) => ({ id, text: refusal(thrown), good: false, code: asProblem(thrown).code }),
    );
  }
}

/** The one that goes on, or whose results nobody has seen yet. @type {Run | null} */
let run = null;

/** Whether something is being done with several operators, or has been and nobody has seen how it went. */
export const isUnderWay = () => run !== null;

/** Whether one more try would be refused for the same reason, whoever is next. @param {string} code */
const isForAll = (code) => /^(interface_off$|keychain_|key_file_|master_key_|store_)/.test(code);

/** What keeps a test file from an operator; nothing where one can be received. The program refuses the same. @param {t.Operator} operator */
export function whyNoTest({ active, authorization }) {
  if (!active) return "inactive";
  if (!authorization) return "notAuthorized";
  return authorization.revoked ? "authorizeAgain" : null;
}

/** Why an operator is left out of what is done; nothing where none is. @type {Record<string, (operator: t.Operator) => string | null>} */
const LEFT_OUT = {
  test: whyNoTest,
  check: ({ authorization }) => (authorization ? null : "notAuthorized"),
  deactivate: ({ active }) => (active ? null : "inactive"),
};

/** What has to be confirmed before it is done: it changes what others have, or what they receive. */
const ASKED = ["test", "deactivate"];

/** How many are left out, and why. @param {(string | null)[]} reasons @returns {string} */
function leftOutWords(reasons) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const reason of reasons) if (reason) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  if (!counts.size) return "";
  return word("bulk-left-out", { reasons: [...counts].map(([reason, count]) => word(`bulk-left-${reason}`, { count })).join(", ") });
}

/** @type {Record<string, (id: string) => Promise<string>>} */
const WORK = {
  async test(id) {
    const delivery = await api.sendTestFile(id);
    if (delivery.state !== "delivered") throw delivery.problem ?? delivery.state;
    return word("bulk-test-good", { path: delivery.dropboxPath, size: bytes(delivery.sizeBytes) });
  },
  async check(id) {
    await api.checkAuthorization(id);
    return word("bulk-check-good");
  },
  /** The record as it is now: somebody may have changed it since the table was read. */
  async deactivate(id) {
    const { id: _, ...fields } = await api.showOperator(id);
    await api.changeOperator(id, { ...fields, active: false });
    return word("bulk-deactivate-good");
  },
};

export class Bulk {
  /** @param {HTMLElement} root @param {{selected: () => t.Operator[], clear: () => void, reread: () => void}} table */
  constructor(root, table) {
    this.root = root;
    this.table = table;
    this.status = byId(root, "bulk-status");
    byId(root, "bulk-clear").addEventListener("click", () => {
      table.clear();
      byId(root, "operator-search").focus();
    });
    byId(root, "bulk-test").addEventListener("click", () => this.each("test"));
    byId(root, "bulk-check").addEventListener("click", () => this.each("check"));
    byId(root, "bulk-deactivate").addEventListener("click", () => this.each("deactivate"));
    byId(root, "bulk-export").addEventListener("click", () => this.export());
    byId(root, "bulk-stop").addEventListener("click", () => this.stop());
    if (run) this.show(run);
  }

  /** Somebody leaves the table: what they have seen the end of is forgotten. */
  close() {
    if (run) run.changed = () => {};
    if (run && !run.isGoing) run = null;
  }

  /** With whom it can be done, once that is confirmed where it has to be. @param {string} name */
  async each(name) {
    const button = byId(this.root, `bulk-${name}`);
    if (button.getAttribute("aria-disabled") === "true") return;
    const selected = this.table.selected();
    const ids = selected.filter((operator) => !LEFT_OUT[name](operator)).map((operator) => operator.id);
    const leftOut = leftOutWords(selected.map(LEFT_OUT[name]));
    if (!ids.length) return say(this.status, joined(word("bulk-nobody"), leftOut));
    if (ASKED.includes(name) && !(await this.confirmed(name, ids.length, leftOut, button))) return;
    this.begin(new Run(ids, WORK[name], leftOut));
  }

  /** @param {string} name @param {number} count @param {string} leftOut @param {HTMLElement} button */
  async confirmed(name, count, leftOut, button) {
    const title = counted(`bulk-${name}-title`, count, number(count));
    const sure = await ask({ title, text: joined(word(`bulk-${name}-text`), leftOut), yes: word(`bulk-${name}-yes`) });
    button.focus();
    return sure;
  }

  /** @param {Run} next */
  begin(next) {
    run = next;
    part(this.root, "results").replaceChildren();
    say(this.status, "");
    this.show(next);
    next.start().then(() => this.root.isConnected && this.table.reread());
  }

  stop() {
    if (run) run.isStopped = true;
    byId(this.root, "bulk-stop").setAttribute("aria-disabled", "true");
  }

  /** @param {Run} run */
  show(run) {
    run.changed = () => this.render(run);
    this.render(run);
  }

  /** @param {Run} run */
  render(run) {
    const list = part(this.root, "results");
    list.hidden = false;
    list.append(...run.results.slice(list.children.length).map((result) => this.result(result)));
    this.renderButtons(run);
    const onStop = document.activeElement === byId(this.root, "bulk-stop");
    part(this.root, "bulk-going").hidden = !run.isGoing;
    if (onStop && !run.isGoing) byId(this.root, "operator-search").focus();
    if (run.isGoing) this.renderGoing(run);
    else this.renderEnd(run);
  }

  /** One thing at a time. @param {Run} run */
  renderButtons(run) {
    for (const button of all(this.root, "[data-act]")) {
      if (run.isGoing) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  /** @param {Run} run */
  renderGoing({ ids, results, isStopped }) {
    const text = word("bulk-working", { done: Math.min(results.length + 1, ids.length), count: ids.length });
    part(this.root, "bulk-progress").textContent = text;
    if (results.length % Math.ceil(ids.length / SPOKEN) === 0) announce(text);
    if (!isStopped) byId(this.root, "bulk-stop").removeAttribute("aria-disabled");
  }

  /** @param {Run} run */
  renderEnd({ ids, results, good, leftOut }) {
    const left = ids.length - results.length;
    const done = word(left ? "bulk-stopped" : "bulk-done", { good, count: results.length, left });
    say(this.status, joined(done, leftOut), good === ids.length);
  }

  /** @param {Result} result */
  result({ id, text, good }) {
    const content = instance("bulk-result");
    part(content, "id").textContent = id;
    part(content, "text").textContent = text;
    part(content, "text").classList.add(good ? "good" : "bad");
    return content;
  }

  export() {
    const action = async () => {
      const path = await api.exportOperators(this.table.selected().map((operator) => operator.id));
      say(this.status, word("exported", { path }), true);
    };
    return act({ root: this.root, button: byId(this.root, "bulk-export"), status: this.status, busy: "exporting", action });
  }
}
