// System Administrator › Setup › Operator: the table.

import * as api from "../api.js";
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

/** The link is what opens a record; for the mouse its whole row does, unless text was being selected there. */
function openRow({ target }) {
  if (target.closest("a") || !getSelection().isCollapsed) return;
  target.closest("tr")?.querySelector("a").click();
}

export class Operators {
  /** Fills root, which stays this view's own. */
  async build(root) {
    this.root = root;
    this.turn = 0;
    root.append(instance("operators"));
    part(root, "rows").addEventListener("click", openRow);
    await this.read();
  }

  async read() {
    const turn = ++this.turn;
    const [settings, operators] = await Promise.all([api.getSettings(), api.listOperators()]);
    // A later reading knows more.
    if (turn !== this.turn) return;
    const focused = this.root.contains(document.activeElement) && document.activeElement.getAttribute("href");
    part(this.root, "interface-off").hidden = settings.interfaceToDropbox;
    part(this.root, "empty").hidden = operators.length > 0;
    part(this.root, "list").hidden = operators.length === 0;
    part(this.root, "rows").replaceChildren(...operators.map(row));
    // The rows are new: whoever stood on one stands there again.
    if (focused) part(this.root, "rows").querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  }

  async changed(event) {
    if (event.kind !== "delivery") await this.read();
  }
}
