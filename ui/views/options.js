// System Administrator › Administration › Administrator Options › System › General.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { isGeneral } from "../changes.js";
import { act, say } from "../elements/form.js";
import { byId, instance, part, word } from "../elements/template.js";
import { languageOf } from "../language.js";

const NUMBERS = ["connectTimeoutSeconds", "idleTimeoutSeconds", "historyRetentionDays"];
const TICKS = ["interfaceToDropbox", "startAtLogin", "notifications", "closeToTray"];
const TEXTS = ["reportOutputRoot", "redirectHost", "redirectPorts", "language"];

/** connectTimeoutSeconds → connect-timeout-seconds. @param {string} name */
const idOf = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What somebody typed as a number; what is none becomes 0, which the program refuses in words. @param {string} text */
const whole = (text) => (/^\s*\d{1,9}\s*$/.test(text) ? Number(text) : 0);

export class Options {
  /** Fills root, which stays this view's own. @param {HTMLElement} root */
  async build(root) {
    root.append(instance("options"));
    this.root = root;
    this.form = byId(root, "options-form");
    this.status = byId(root, "options-status");
    /** What somebody has changed and not saved yet. @type {Set<string>} */
    this.edited = new Set();
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.save();
    });
    for (const name of [...TICKS, ...TEXTS, ...NUMBERS]) {
      this.input(name).addEventListener("input", () => {
        this.edited.add(name);
        say(this.status, "");
        this.renderUris();
      });
    }
    this.render(await api.getSettings());
  }

  /** @param {string} name @returns {HTMLInputElement} */
  input(name) {
    return byId(this.root, idOf(name));
  }

  /** What somebody has changed and not saved yet stays. @param {t.Settings} settings */
  render(settings) {
    this.settings = settings;
    const shown = { ...settings, redirectPorts: (settings.redirectPorts ?? []).join(", ") };
    for (const name of [...TICKS, ...TEXTS, ...NUMBERS]) {
      // The system may not say whether it starts the program.
      /** @type {HTMLElement} */ (this.input(name).closest(".tick, .field")).hidden = settings[name] === undefined || (TICKS.includes(name) && settings[name] === null);
      if (this.edited.has(name)) continue;
      if (TICKS.includes(name)) this.input(name).checked = Boolean(shown[name]);
      else this.input(name).value = String(shown[name] ?? "");
    }
    this.renderUris();
  }

  ports() {
    return this.input("redirectPorts").value.split(/[\s,;]+/).filter(Boolean);
  }

  renderUris() {
    const host = this.input("redirectHost").value;
    const uris = this.ports().map((port) => {
      const code = document.createElement("code");
      code.textContent = `http://${host}:${port}/dropbox`;
      return code;
    });
    part(this.root, "uris").replaceChildren(...uris.flatMap((code) => [code, " "]));
  }

  /** @param {t.Event} event */
  async changed(event) {
    if (isGeneral(event)) this.render(await api.getSettings());
  }

  /** @returns {t.Settings} */
  typed() {
    const texts = {
      reportOutputRoot: this.input("reportOutputRoot").value.trim() || null,
      redirectHost: this.input("redirectHost").value,
      redirectPorts: this.ports().map(whole),
      language: this.input("language").value,
    };
    const ticks = TICKS.filter((name) => typeof this.settings[name] === "boolean").map((name) => [name, this.input(name).checked]);
    const numbers = NUMBERS.map((name) => [name, whole(this.input(name).value)]);
    return { ...this.settings, ...texts, ...Object.fromEntries([...ticks, ...numbers]) };
  }

  save() {
    const action = async () => {
      const sent = this.typed();
      const saved = await api.setSettings(sent);
      const now = this.typed();
      for (const name of this.edited) if (String(now[name]) === String(sent[name])) this.edited.delete(name);
      this.render(saved);
      say(this.status, word(saved.interfaceToDropbox ? "saved-on" : "saved-off"), true);
      // The words are put in place at the start.
      if (languageOf(saved.language) !== document.documentElement.lang) location.reload();
      await this.pointOn(saved);
    };
    return act({ root: this.form, button: byId(this.form, "options-save"), status: this.status, busy: "saving", action });
  }

  /** Whoever has no operators yet is at the beginning of the procedure. @param {t.Settings} settings */
  async pointOn({ interfaceToDropbox }) {
    const next = part(this.form, "next");
    next.hidden = true;
    if (interfaceToDropbox) next.hidden = (await api.listOperators()).length > 0;
  }
}
