// System Administrator › Administration › Administrator Options › System › General.

import * as api from "../api.js";
import { act, say } from "../elements/form.js";
import { instance, part, word } from "../elements/template.js";

export class Options {
  /** Fills root, which stays this view's own. */
  async build(root) {
    root.append(instance("options"));
    this.form = root.querySelector("form");
    this.tick = root.querySelector("#interface-to-dropbox");
    this.status = root.querySelector("#options-status");
    this.edited = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.tick.addEventListener("change", () => {
      this.edited = true;
      say(this.status, "");
    });
    this.render(await api.getSettings());
  }

  /** What somebody has ticked and not saved yet stays. */
  render(settings) {
    this.settings = settings;
    if (!this.edited) this.tick.checked = settings.interfaceToDropbox;
  }

  async changed(event) {
    if (event.kind === "settings") this.render(await api.getSettings());
  }

  save() {
    const interfaceToDropbox = this.tick.checked;
    const action = async () => {
      const saved = await api.setSettings({ ...this.settings, interfaceToDropbox });
      if (this.tick.checked === interfaceToDropbox) this.edited = false;
      this.render(saved);
      say(this.status, word(saved.interfaceToDropbox ? "saved-on" : "saved-off"), true);
      await this.pointOn(saved);
    };
    return act({ root: this.form, button: this.form.querySelector("#options-save"), status: this.status, busy: "saving", action });
  }

  /** Whoever has no operators yet is at the beginning of the procedure. */
  async pointOn({ interfaceToDropbox }) {
    const next = part(this.form, "next");
    next.hidden = true;
    if (interfaceToDropbox) next.hidden = (await api.listOperators()).length > 0;
  }
}
