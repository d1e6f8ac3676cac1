// Help › About Outtray › Diagnostics: what somebody who helps has to see, read here before it is written to a file.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { act, fillProblem, say } from "../elements/form.js";
import { byId, fill, instance, part, word } from "../elements/template.js";
import { bytes } from "../format.js";

export class Diagnostics {
  /** @param {HTMLElement} root the section of this name */
  constructor(root) {
    this.root = root;
    byId(root, "collect-diagnostics").addEventListener("click", () => this.collect());
    byId(root, "export-diagnostics").addEventListener("click", () => this.export());
  }

  collect() {
    return this.act("collect-diagnostics", "collecting", (status) => this.preview(status));
  }

  /** @param {HTMLElement} status */
  async preview(status) {
    const diagnostics = await api.collectDiagnostics();
    const bundle = part(this.root, "bundle");
    bundle.replaceChildren(...diagnostics.files.map((file) => this.file(file)));
    bundle.hidden = false;
    this.showSearch(status, diagnostics);
  }

  export() {
    return this.act("export-diagnostics", "exporting", async (status) => {
      // What is written is what can be read here: nobody saves what nobody could see.
      if (part(this.root, "bundle").hidden) await this.preview(status);
      const exported = await api.exportDiagnostics();
      this.showSearch(status, exported);
      say(status, `${word("diagnostics-exported", exported)} ${status.textContent}`, status.classList.contains("good"));
    });
  }

  /** @param {string} id @param {string} busy @param {(status: HTMLElement) => Promise<void>} action */
  act(id, busy, action) {
    const status = byId(this.root, "diagnostics-status");
    return act({ root: this.root, button: byId(this.root, id), status, busy, action: () => action(status) });
  }

  /** Whether a secret was found in it. @param {HTMLElement} status @param {Pick<t.Diagnostics, "leftOut" | "notSearched">} diagnostics */
  showSearch(status, { leftOut, notSearched }) {
    fill(this.root, "left-out", leftOut.length ? word("left-out", { files: leftOut.join(", ") }) : null);
    const searched = !notSearched;
    say(status, word(searched ? "searched" : "not-searched"), searched && !leftOut.length);
    if (notSearched) fillProblem(part(this.root, "problem"), notSearched);
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
