// System Administrator › Setup › Operator: the table.

import * as api from "../api.js";
import { showProblem } from "../elements/form.js";
import { instance, part, statusTag, word } from "../elements/template.js";

const address = (id) => `#/operators/${encodeURIComponent(id)}`;

function row(operator) {
  const content = instance("operator-row");
  const link = part(content, "link");
  link.textContent = operator.id;
  link.href = address(operator.id);
  part(content, "name").textContent = operator.name;
  part(content, "account").textContent = operator.authorization?.account.email ?? word("no-account");
  part(content, "status").append(statusTag(operator));
  return content;
}

export class Operators {
  async build() {
    const content = instance("operators");
    await this.fill(content);
    return content;
  }

  async fill(root) {
    const [settings, operators] = await Promise.all([api.getSettings(), api.listOperators()]);
    // Another view may have taken its place meanwhile.
    if (!root.querySelector("#new-operator")) return;
    part(root, "interface-off").hidden = settings.interfaceToDropbox;
    part(root, "empty").hidden = operators.length > 0;
    part(root, "list").hidden = operators.length === 0;
    part(root, "rows").replaceChildren(...operators.map(row));
  }

  async changed(event) {
    if (event.kind === "delivery") return;
    const main = document.getElementById("main");
    const focused = document.activeElement?.getAttribute("href");
    try {
      await this.fill(main);
    } catch (thrown) {
      showProblem(main, thrown);
    }
    // The rows are new: whoever stood on one stands there again.
    if (focused) main.querySelector(`[data-part="rows"] a[href="${CSS.escape(focused)}"]`)?.focus();
  }
}
