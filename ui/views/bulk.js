// What is done with the selected operators, one after the other, and how each of them went.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { ask } from "../elements/ask.js";
import { act, asProblem, say } from "../elements/form.js";
import { byId, instance, part, word } from "../elements/template.js";
import { translated } from "../language.js";

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
    byId(root, "bulk-test").addEventListener("click", () => this.each("test", ({ id }) => api.sendTestFile(id)));
    byId(root, "bulk-check").addEventListener("click", () => this.each("check", ({ id }) => api.checkAuthorization(id)));
    byId(root, "bulk-deactivate").addEventListener("click", () => this.deactivate());
    byId(root, "bulk-export").addEventListener("click", () => this.export());
  }

  /** One after the other: a failure of one is told, and the others go on. @param {string} name @param {(operator: t.Operator) => Promise<any>} work */
  each(name, work) {
    const operators = this.table.selected();
    const list = part(this.root, "results");
    list.replaceChildren();
    list.hidden = false;
    const action = async () => {
      let good = 0;
      for (const [at, operator] of operators.entries()) {
        say(this.status, word("bulk-working", { done: at + 1, count: operators.length }));
        const problem = await work(operator).then(() => null, asProblem);
        if (!problem) good += 1;
        list.append(this.result(operator, problem ? [translated(problem.message), translated(problem.hint)].filter(Boolean).join(" ") : word(`bulk-${name}-good`), !problem));
      }
      say(this.status, word("bulk-done", { good, count: operators.length }), good === operators.length);
      this.table.reread();
    };
    return this.act(`bulk-${name}`, action);
  }

  /** @param {t.Operator} operator @param {string} text @param {boolean} good */
  result(operator, text, good) {
    const content = instance("bulk-result");
    part(content, "id").textContent = operator.id;
    part(content, "text").textContent = text;
    part(content, "text").classList.add(good ? "good" : "bad");
    return content;
  }

  async deactivate() {
    const count = this.table.selected().length;
    const sure = await ask({ title: word("bulk-deactivate-title"), text: word("bulk-deactivate-text", { count }), yes: word("bulk-deactivate-yes") });
    byId(this.root, "bulk-deactivate").focus();
    if (!sure) return;
    await this.each("deactivate", ({ id, ...fields }) => api.changeOperator(id, { ...fields, active: false }));
  }

  export() {
    return this.act("bulk-export", async () => {
      const path = await api.exportOperators(this.table.selected().map((operator) => operator.id));
      say(this.status, word("exported", { path }), true);
    });
  }

  /** @param {string} button @param {() => Promise<void>} action */
  act(button, action) {
    return act({ root: this.root, button: byId(this.root, button), status: this.status, busy: button === "bulk-export" ? "exporting" : "saving", action });
  }
}
