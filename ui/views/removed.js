// Setup › Operator, the removed records: who was removed when, and the way back.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { writeRecently } from "../elements/day.js";
import { act } from "../elements/form.js";
import { folded, matches } from "../elements/search.js";
import { all, byId, instance, part, put, word } from "../elements/template.js";
import { showToast } from "../elements/toast.js";

/** What is searched. @param {t.Operator} operator */
const haystack = ({ id, name, email }) => folded([id, name, email ?? ""].join("\n"));

/** Says that a record is back. @param {t.Operator} removed as it was */
export const sayRestored = ({ id, authorization }) => showToast(word(authorization ? "restored" : "restored-plain", { id }));

export class Removed {
  /** @param {HTMLElement} root @param {() => Promise<void>} reread reads the table, and this with it */
  constructor(root, reread) {
    this.root = root;
    this.reread = reread;
    /** @type {t.RemovedOperator[]} */
    this.operators = [];
  }

  /** The last one first. */
  async read() {
    const operators = await api.listRemovedOperators();
    this.operators = operators.sort((a, b) => b.removedAt - a.removedAt);
  }

  /** Shows those that match; nothing while others are shown. @param {boolean} visible @param {string[]} words @returns {number} how many */
  render(visible, words) {
    const shown = this.operators.filter((operator) => matches(words, haystack(operator)));
    part(this.root, "removed").hidden = !visible;
    part(this.root, "removed-list").hidden = shown.length === 0;
    part(this.root, "no-removed").hidden = this.operators.length > 0;
    this.keepingFocus(() => {
      const rows = shown.map((operator) => this.row(operator));
      part(this.root, "removed-rows").replaceChildren(...rows);
    });
    return shown.length;
  }

  /** Whoever stood on a button stands on the same one, on its neighbour when that is gone, or at the choice of what is shown. @param {() => void} work */
  keepingFocus(work) {
    const before = this.buttons();
    const index = before.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    work();
    if (index < 0) return;
    const buttons = this.buttons();
    const same = buttons.find((button) => button.dataset.key === before[index].dataset.key);
    (same ?? buttons[Math.min(index, buttons.length - 1)] ?? byId(this.root, "operator-filter")).focus();
  }

  /** @returns {HTMLElement[]} */
  buttons() {
    return all(part(this.root, "removed-rows"), "[data-part=restore]:not([hidden])");
  }

  /** @param {t.RemovedOperator} operator */
  row(operator) {
    const content = instance("removed-row");
    put(content, "id", operator.id);
    put(content, "name", operator.name);
    put(content, "email", operator.email ?? word("no-account"));
    writeRecently(part(content, "time"), operator.removedAt);
    const button = part(content, "restore");
    part(button, "who").textContent = operator.id;
    button.dataset.key = `${operator.id} ${operator.removedAt}`;
    // An id may have been removed twice: the last of them comes back first.
    const last = this.operators.find(({ id }) => id.toLowerCase() === operator.id.toLowerCase());
    button.hidden = last !== operator;
    button.addEventListener("click", () => this.restore(operator, button));
    return content;
  }

  /** @param {t.RemovedOperator} operator @param {HTMLElement} button */
  restore(operator, button) {
    const root = part(this.root, "removed");
    const action = async () => {
      await api.restoreOperator(operator.id);
      sayRestored(operator);
      status.textContent = "";
      await this.reread();
    };
    const status = byId(this.root, "removed-status");
    return act({ root, button, status, busy: "restoring", action });
  }
}
