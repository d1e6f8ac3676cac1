// What is done with the selected operators, one after the other, and how each of them went. It goes on when somebody leaves the table,
// and is there again when they come back.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { announce } from "../elements/announce.js";
import { ask } from "../elements/ask.js";
import { act, asProblem, say } from "../elements/form.js";
import { all, byId, instance, part, word } from "../elements/template.js";
import { bytes } from "../format.js";
import { translated } from "../language.js";

/** Spoken are so many steps of a long run, not every one. */
const SPOKEN = 10;

/** @typedef {{id: string, text: string, good: boolean}} Result */

/** What went wrong, as one line. @param {any} thrown */
function refusal(thrown) {
  const { message, hint } = asProblem(thrown);
  return [translated(message), translated(hint)].filter(Boolean).join(" ");
}

class Run {
  /** @param {string[]} ids @param {(id: string) => Promise<string>} work does it with one operator, and says how it went */
  constructor(ids, work) {
    this.ids = ids;
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

  /** One after the other: a failure of one is told, and the others go on. */
  async start() {
    for (const id of this.ids) {
      if (this.isStopped) break;
      this.changed();
      this.results.push(await this.one(id));
    }
    this.isGoing = false;
    this.changed();
  }

  /** @param {string} id @returns {Promise<Result>} */
  one(id) {
    return this.work(id).then(
      (text) => ({ id, text, good: true }),
      (thrown) => ({ id, text: refusal(thrown), good: false }),
    );
  }
}

/** The one that goes on, or whose results nobody has seen yet. @type {Run | null} */
let run = null;

/** Whether something is being done with several operators, or has been and nobody has seen how it went. */
export const isUnderWay = () => run !== null;

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
    byId(root, "bulk-deactivate").addEventListener("click", () => this.deactivate());
    byId(root, "bulk-export").addEventListener("click", () => this.export());
    byId(root, "bulk-stop").addEventListener("click", () => this.stop());
    if (run) this.show(run);
  }

  /** Somebody leaves the table: what they have seen the end of is forgotten. */
  close() {
    if (run) run.changed = () => {};
    if (run && !run.isGoing) run = null;
  }

  /** @param {string} name */
  each(name) {
    if (byId(this.root, `bulk-${name}`).getAttribute("aria-disabled") === "true") return;
    run = new Run(this.table.selected().map((operator) => operator.id), WORK[name]);
    part(this.root, "results").replaceChildren();
    say(this.status, "");
    this.show(run);
    run.start().then(() => this.root.isConnected && this.table.reread());
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
    for (const button of all(this.root, "[data-act]")) {
      if (run.isGoing) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
    const onStop = document.activeElement === byId(this.root, "bulk-stop");
    part(this.root, "bulk-going").hidden = !run.isGoing;
    if (onStop && !run.isGoing) byId(this.root, "operator-search").focus();
    if (run.isGoing) this.renderGoing(run);
    else this.renderEnd(run);
  }

  /** @param {Run} run */
  renderGoing({ ids, results, isStopped }) {
    const text = word("bulk-working", { done: Math.min(results.length + 1, ids.length), count: ids.length });
    part(this.root, "bulk-progress").textContent = text;
    if (results.length % Math.ceil(ids.length / SPOKEN) === 0) announce(text);
    if (!isStopped) byId(this.root, "bulk-stop").removeAttribute("aria-disabled");
  }

  /** @param {Run} run */
  renderEnd({ ids, results, good }) {
    const left = ids.length - results.length;
    say(this.status, word(left ? "bulk-stopped" : "bulk-done", { good, count: results.length, left }), good === ids.length);
  }

  /** @param {Result} result */
  result({ id, text, good }) {
    const content = instance("bulk-result");
    part(content, "id").textContent = id;
    part(content, "text").textContent = text;
    part(content, "text").classList.add(good ? "good" : "bad");
    return content;
  }

  async deactivate() {
    const button = byId(this.root, "bulk-deactivate");
    if (button.getAttribute("aria-disabled") === "true") return;
    const count = this.table.selected().length;
    const sure = await ask({ title: word("bulk-deactivate-title"), text: word("bulk-deactivate-text", { count }), yes: word("bulk-deactivate-yes") });
    button.focus();
    if (sure) this.each("deactivate");
  }

  export() {
    const action = async () => {
      const path = await api.exportOperators(this.table.selected().map((operator) => operator.id));
      say(this.status, word("exported", { path }), true);
    };
    return act({ root: this.root, button: byId(this.root, "bulk-export"), status: this.status, busy: "exporting", action });
  }
}
