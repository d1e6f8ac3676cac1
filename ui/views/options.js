// System Administrator › Administration › Administrator Options › System › General.
/** @import * as t from "../types.js" */

import { beginAnew, takeUnsaid } from "../anew.js";
import * as api from "../api.js";
import { isGeneral } from "../changes.js";
import { Draft, Restored } from "../elements/draft.js";
import { act, say, setValue } from "../elements/form.js";
import { byId, instance, part, word } from "../elements/template.js";
import { languageOf, translated } from "../language.js";
import { isUnderWay } from "./bulk.js";

const NUMBERS = ["connectTimeoutSeconds", "idleTimeoutSeconds", "historyRetentionDays"];
const TICKS = ["interfaceToDropbox", "startAtLogin", "notifications", "closeToTray"];
const TEXTS = ["redirectHost", "redirectPorts", "language", "proxy", "proxyAddress", "proxyUser"];
const FIELDS = [...TICKS, ...TEXTS, ...NUMBERS];
/** It is typed, and never shown: the page does not get it. */
const PASSWORD = "proxyPassword";

/** As the fields show them. @param {t.Settings} settings @returns {Record<string, string | boolean>} */
function shownOf(settings) {
  const shown = { ...settings, redirectPorts: (settings.redirectPorts ?? []).join(", ") };
  return Object.fromEntries(FIELDS.map((name) => [name, TICKS.includes(name) ? Boolean(shown[name]) : String(shown[name] ?? "")]));
}

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
    /** What somebody has changed and not saved yet. */
    this.draft = new Draft("options");
    this.form.addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.save();
    });
    for (const name of [...FIELDS, PASSWORD]) {
      this.input(name).addEventListener("input", () => {
        this.draft.keep(name, this.value(name));
        say(this.status, "");
        say(byId(root, "proxy-status"), "");
        this.renderUris();
        this.renderProxy();
      });
    }
    byId(root, "proxy-test").addEventListener("click", () => this.testProxy());
    const settings = await api.getSettings();
    this.draft.compare(shownOf(settings));
    this.restored = new Restored(this.form, this.draft, () => this.discarded());
    this.render(settings);
  }

  /** Before the page began anew in another language, somebody had pressed Save. */
  shown() {
    const said = takeUnsaid();
    if (!said) return;
    byId(this.form, "options-save").focus();
    say(this.status, word(said), true);
  }

  /** @param {string} name @returns {string | boolean} */
  value(name) {
    return TICKS.includes(name) ? this.input(name).checked : this.input(name).value;
  }

  discarded() {
    this.render(this.settings);
    this.input("redirectHost").focus();
  }

  /** @param {string} name @returns {HTMLInputElement} */
  input(name) {
    return byId(this.root, idOf(name));
  }

  /** What somebody has changed and not saved yet stays. @param {t.Settings} settings */
  render(settings) {
    this.settings = settings;
    const shown = shownOf(settings);
    for (const name of FIELDS) {
      // The system may not say whether it starts the program.
      /** @type {HTMLElement} */ (this.input(name).closest(".tick, .field")).hidden = settings[name] === undefined || (TICKS.includes(name) && settings[name] === null);
      const value = this.draft.has(name) ? this.draft.get(name) : shown[name];
      if (TICKS.includes(name)) this.input(name).checked = value;
      else setValue(this.input(name), value);
    }
    setValue(this.input(PASSWORD), this.draft.get(PASSWORD) ?? "");
    const stored = settings.proxyPasswordStored;
    this.input(PASSWORD).placeholder = stored ? "••••••••" : "";
    part(this.root, "proxy-password-hint").textContent = word(stored ? "proxy-password-stored" : "proxy-password-none");
    this.restored.render();
    this.renderUris();
    this.renderProxy();
  }

  /** The fields of a proxy that nobody uses are not in the way. */
  renderProxy() {
    part(this.root, "proxy-manual").hidden = this.input("proxy").value !== "manual";
  }

  /** What is sent as the password: null keeps the one that is stored. */
  password() {
    return (this.input("proxy").value === "manual" && this.input(PASSWORD).value) || null;
  }

  testProxy() {
    const status = byId(this.form, "proxy-status");
    const action = async () => {
      const { proxy } = await api.testProxy(this.typed(), this.password());
      say(status, word("proxy-tested", { proxy: translated(proxy) }), true);
    };
    return act({ root: this.form, button: byId(this.form, "proxy-test"), status, busy: "testing-proxy", action, box: "proxy-problem" });
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
      redirectHost: this.input("redirectHost").value,
      redirectPorts: this.ports().map(whole),
      language: this.input("language").value,
      proxy: this.input("proxy").value,
      ...(this.input("proxy").value === "manual" && { proxyAddress: this.input("proxyAddress").value.trim() || null, proxyUser: this.input("proxyUser").value.trim() || null }),
    };
    const ticks = TICKS.filter((name) => typeof this.settings[name] === "boolean").map((name) => [name, this.input(name).checked]);
    const numbers = NUMBERS.map((name) => [name, whole(this.input(name).value)]);
    return { ...this.settings, ...texts, ...Object.fromEntries([...ticks, ...numbers]) };
  }

  save() {
    const action = async () => {
      const [sent, password] = [this.typed(), this.password()];
      const saved = await api.setSettings(sent, password);
      const now = this.typed();
      if (password !== null && this.password() === password) this.draft.drop(PASSWORD);
      for (const name of FIELDS) if (String(now[name]) === String(sent[name])) this.draft.drop(name);
      this.render(saved);
      const said = saved.interfaceToDropbox ? "saved-on" : "saved-off";
      say(this.status, word(said), true);
      if (languageOf(saved.language) !== document.documentElement.lang) this.changeLanguage(said);
      await this.pointOn(saved);
    };
    return act({ root: this.form, button: byId(this.form, "options-save"), status: this.status, busy: "saving", action });
  }

  /** The words are put in place at the start of the page. What is being done with many operators is not ended for that. @param {string} said */
  changeLanguage(said) {
    if (isUnderWay()) say(this.status, word("language-later"), true);
    else beginAnew(said);
  }

  /** Whoever has no operators yet is at the beginning of the procedure. @param {t.Settings} settings */
  async pointOn({ interfaceToDropbox }) {
    const next = part(this.form, "next");
    next.hidden = true;
    if (interfaceToDropbox) next.hidden = (await api.listOperators()).length > 0;
  }
}
