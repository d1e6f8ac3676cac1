// System Administrator › Administration › Administrator Options › System › General.

import * as api from "../api.js";
import { act, say } from "../elements/form.js";
import { instance, part, word } from "../elements/template.js";

export class Options {
  async build() {
    const [content, settings] = [instance("options"), await api.getSettings()];
    this.form = content.querySelector("form");
    this.tick = content.querySelector("#interface-to-dropbox");
    this.settings = settings;
    this.tick.checked = settings.interfaceToDropbox;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.tick.addEventListener("change", () => say(this.status(), ""));
    return content;
  }

  status() {
    return this.form.querySelector("#options-status");
  }

  save() {
    const button = this.form.querySelector("#options-save");
    return act(this.form, button, this.status(), "saving", async () => {
      const saved = await api.setSettings({ ...this.settings, interfaceToDropbox: this.tick.checked });
      this.settings = saved;
      say(this.status(), word(saved.interfaceToDropbox ? "saved-on" : "saved-off"), true);
      part(this.form, "next").hidden = !saved.interfaceToDropbox;
    });
  }
}
