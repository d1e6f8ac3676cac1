// Help › About Outtray › Diagnostics: what somebody who helps has to see, read here before it is written to a file.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { announce } from "../elements/announce.js";
import { act, fillProblem, say } from "../elements/form.js";
import { byId, fill, instance, part, word } from "../elements/template.js";
import { bytes } from "../format.js";

export class Diagnostics {
  /** @param {HTMLElement} root the section of this name */
  constructor(root) {
    this.root = root;
    this.exporting = byId(root, "export-diagnostics");
    byId(root, "collect-diagnostics").addEventListener("click", () => this.collect());
    this.exporting.addEventListener("click", () => this.export());
  }

  async collect() {
    await this.act("collect-diagnostics", "collecting", async (status) => {
      const diagnostics = await api.collectDiagnostics();
      const bundle = part(this.root, "bundle");
      bundle.replaceChildren(...diagnostics.files.map((file) => this.file(file)));
      bundle.hidden = false;
      say(status, "");
      this.showSearch(diagnostics);
    });
    this.renderExport();
  }

  /** What is written is what can be read here: nobody saves what nobody could see. */
  renderExport() {
    const isShown = !part(this.root, "bundle").hidden;
    byId(this.root, "export-hint").hidden = isShown;
    if (!isShown) return;
    for (const name of ["aria-describedby", "aria-disabled"]) this.exporting.removeAttribute(name);
  }

  export() {
    const hint = byId(this.root, "export-hint");
    if (!hint.hidden) return announce(hint.textContent);
    return this.act("export-diagnostics", "exporting", async (status) => {
      const exported = await api.exportDiagnostics();
      say(status, word("diagnostics-exported", exported), true);
      this.showSearch(exported);
    });
  }

  /** @param {string} id @param {string} busy @param {(status: HTMLElement) => Promise<void>} action */
  act(id, busy, action) {
    const status = byId(this.root, "diagnostics-status");
    return act({ root: this.root, button: byId(this.root, id), status, busy, action: () => action(status) });
  }

  /** Whether a secret was found in it. It stays beside Export, whatever is done. @param {Pick<t.Diagnostics, "leftOut" | "notSearched">} diagnostics */
  showSearch({ leftOut, notSearched }) {
    fill(this.root, "searched", notSearched ? null : word(leftOut.length ? "searched-rest" : "searched"));
    fill(this.root, "left-out", leftOut.length ? word("left-out", { files: leftOut.join(", ") }) : null);
    const box = part(this.root, "not-searched");
    box.hidden = !notSearched;
    if (notSearched) fillProblem(part(box, "why"), notSearched);
    const said = ["left-out", "searched", "not-searched"].map((name) => part(this.root, name)).filter((element) => !element.hidden);
    announce(said.map((element) => element.innerText).join(" "));
  }

  /** Opened, it shows all that the file holds. @param {t.DiagnosticsFile} file */
  file({ name, text }) {
    const content = instance("diagnostics-file");
    part(content, "name").textContent = name;
    part(content, "size").textContent = bytes(new Blob([text]).size);
    const shown = part(content, "text");
    shown.setAttribute("aria-label", name);
    // Long texts cost nothing until somebody looks.
    content.querySelector("details")?.addEventListener("toggle", () => (shown.textContent ||= text));
    return content;
  }
}
