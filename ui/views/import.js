// Setup › Operator › Import: a CSV file is looked at first; only then something is added.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { act, clearProblems, say, showProblem } from "../elements/form.js";
import { byId, element, fill, instance, part, tag, word } from "../elements/template.js";
import { number } from "../format.js";
import { translated } from "../language.js";

/** How many rows are shown; the summary counts all. */
const SHOWN = 500;

export class Import {
  /** @param {() => void} closed */
  constructor(closed) {
    this.dialog = element("import");
    this.status = byId(this.dialog, "import-status");
    /** @type {number[] | null} */
    this.csv = null;
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      closed();
    });
    byId(this.dialog, "import-close").addEventListener("click", () => this.close());
    byId(this.dialog, "import-file").addEventListener("change", (event) => this.look(event.target.files[0]));
    byId(this.dialog, "import-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    byId(this.dialog, "import-file").focus();
  }

  close() {
    this.dialog.close();
  }

  /** @param {File | undefined} file */
  async look(file) {
    this.csv = null;
    clearProblems(this.dialog);
    if (!file) return;
    say(this.status, word("import-reading"));
    try {
      const csv = Array.from(new Uint8Array(await file.arrayBuffer()));
      const { added, refused, unknownColumns, rows } = await api.previewImport(csv);
      this.csv = added ? csv : null;
      this.render(rows, "import-ready");
      say(this.status, "");
      fill(this.dialog, "summary", rows.length ? word("import-summary", { good: number(added), bad: number(refused) }) : word("import-nothing"));
      fill(this.dialog, "unknown", unknownColumns.length ? word("import-unknown", { columns: unknownColumns.join(", ") }) : null);
    } catch (thrown) {
      say(this.status, "");
      showProblem(this.dialog, thrown, { focus: false });
    }
  }

  /** What cannot be added comes first: it is what somebody has to look at. @param {t.ImportedRow[]} rows @param {string} good */
  render(rows, good) {
    const sorted = [...rows.filter((row) => row.problem), ...rows.filter((row) => !row.problem)];
    part(this.dialog, "preview").hidden = rows.length === 0;
    part(this.dialog, "rows").replaceChildren(...sorted.slice(0, SHOWN).map((row) => this.row(row, good)));
  }

  /** @param {t.ImportedRow} row @param {string} good */
  row(row, good) {
    const content = instance("import-row");
    part(content, "line").textContent = number(row.line);
    part(content, "id").textContent = row.id;
    part(content, "name").textContent = row.name;
    part(content, "status").append(tag(row.problem ? "import-refused" : good));
    part(content, "problem").textContent = translated(row.problem?.message ?? null) ?? "";
    return content;
  }

  save() {
    if (this.csv === null) return say(this.status, word("import-choose"));
    const action = async () => {
      const { added, refused, rows } = await api.importOperators(this.csv);
      this.csv = null;
      this.render(rows, "import-done");
      fill(this.dialog, "summary", word("imported", { good: number(added), bad: number(refused) }));
      say(this.status, "");
      byId(this.dialog, "import-close").focus();
    };
    return act({ root: this.dialog, button: byId(this.dialog, "import-save"), status: this.status, busy: "importing", action });
  }
}
