// Setup › Operator › Import: a CSV file is looked at first; only then something is added.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { announce } from "../elements/announce.js";
import { act, clearProblems, inOneLine, say, showProblem } from "../elements/form.js";
import { byId, element, fill, instance, part, put, tag, word } from "../elements/template.js";
import { number } from "../format.js";

/** How many rows are shown; the summary counts all. */
const SHOWN = 500;

export class Import {
  /** @param {() => void} closed */
  constructor(closed) {
    this.dialog = element("import");
    this.status = byId(this.dialog, "import-status");
    /** @type {number[] | null} */
    this.csv = null;
    this.turn = 0;
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      closed();
    });
    byId(this.dialog, "import-close").addEventListener("click", () => this.close());
    const input = byId(this.dialog, "import-file");
    input.addEventListener("change", () => this.look(input.files[0]));
    this.name(word("import-none"));
    // A button of our own: that of the browser speaks the browser's language.
    byId(this.dialog, "import-choose").addEventListener("click", () => {
      // The same file, corrected, is a new choice: a browser tells only that the name is another one.
      input.value = "";
      input.click();
    });
    byId(this.dialog, "import-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
    byId(this.dialog, "import-choose").focus();
  }

  close() {
    this.dialog.close();
  }

  /** Which file was chosen. @param {string} text */
  name(text) {
    put(this.dialog, "chosen", text);
  }

  /** @param {File | undefined} file */
  async look(file) {
    const turn = ++this.turn;
    this.forget();
    if (!file) return;
    this.name(file.name);
    say(this.status, word("import-reading"));
    try {
      const csv = Array.from(new Uint8Array(await file.arrayBuffer()));
      const preview = await api.previewImport(csv);
      // Another file may have been chosen meanwhile.
      if (turn === this.turn) this.preview(file.name, csv, preview);
    } catch (thrown) {
      if (turn !== this.turn) return;
      say(this.status, "");
      showProblem(this.dialog, thrown, { focus: false });
    }
  }

  /** Nothing of an earlier file stays: what is seen is what would be imported. */
  forget() {
    this.csv = null;
    clearProblems(this.dialog);
    say(this.status, "");
    for (const name of ["preview", "summary", "unknown"]) part(this.dialog, name).hidden = true;
  }

  /** @param {string} file @param {number[]} csv @param {t.Import} preview */
  preview(file, csv, { added, refused, unknownColumns, rows }) {
    this.csv = added ? csv : null;
    this.render(rows, "import-ready");
    say(this.status, "");
    this.summarize(rows.length ? word("import-summary", { file, good: number(added), bad: number(refused) }) : word("import-nothing", { file }));
    fill(this.dialog, "unknown", unknownColumns.length ? word("import-unknown", { columns: unknownColumns.join(", ") }) : null);
  }

  /** @param {string} text */
  summarize(text) {
    fill(this.dialog, "summary", text);
    announce(text);
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
    put(content, "id", row.id);
    put(content, "name", row.name);
    part(content, "status").append(tag(row.problem ? "import-refused" : good));
    put(content, "problem", inOneLine(row.problem));
    return content;
  }

  save() {
    if (this.csv === null) return say(this.status, word("import-choose"));
    const [csv, turn] = [this.csv, this.turn];
    const action = async () => {
      const { added, refused, rows } = await api.importOperators(csv);
      const result = word("imported", { good: number(added), bad: number(refused) });
      // Another file has been chosen meanwhile: that one is still to be imported.
      if (turn !== this.turn) return say(this.status, result);
      this.csv = null;
      this.render(rows, "import-done");
      this.summarize(result);
      say(this.status, "");
      byId(this.dialog, "import-close").focus();
    };
    return act({ root: this.dialog, button: byId(this.dialog, "import-save"), status: this.status, busy: "importing", action });
  }
}
