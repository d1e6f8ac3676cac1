// User Name (App Key) and Password (App Secret): tried with Dropbox while one types, or taken from another operator.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { announce } from "../elements/announce.js";
import { asProblem, inputsOf, markInput, say } from "../elements/form.js";
import { Peek } from "../elements/peek.js";
import { byId, counted, fill, instance, part, word } from "../elements/template.js";
import { number } from "../format.js";

/** How long somebody has to stop typing, in milliseconds. */
const PAUSE = 500;
/** Shorter ones are still being typed; Dropbox's have 15 characters. */
const CREDENTIAL_MIN = 15;
/** How many apps of other operators are offered. */
const OFFERED = 3;
/** What is told while one types; whatever else is wrong is told at Generate Key. */
const TOLD = ["invalid_app_key", "invalid_app_secret", "invalid_input"];

export class AppKey {
  /** @param {HTMLElement} dialog @param {{operator: () => t.Operator, typed: (id: string) => void, failed: (thrown: any) => void}} controls */
  constructor(dialog, controls) {
    this.dialog = dialog;
    this.controls = controls;
    this.key = byId(dialog, "app-key");
    this.secretInput = byId(dialog, "app-secret");
    this.peek = new Peek(this.secretInput, byId(dialog, "app-secret-show"));
    this.status = byId(dialog, "key-check");
    /** Those of other operators, most used first. @type {t.AppInUse[]} */
    this.apps = [];
    this.offered = "[]";
    this.turn = 0;
    this.timer = 0;
  }

  stop() {
    clearTimeout(this.timer);
    this.turn += 1;
  }

  /** The dialog is gone. */
  close() {
    this.stop();
    this.peek.hide();
  }

  /** The apps that other operators use: "additional users up to 500". */
  async readApps() {
    try {
      this.apps = await api.listAppsInUse(this.controls.operator().id);
      this.renderApps();
      this.renderSecretHint();
    } catch (thrown) {
      this.controls.failed(thrown);
    }
  }

  renderApps() {
    const apps = this.apps.slice(0, OFFERED);
    // The same ones are not put there again: somebody may stand on one.
    const offered = JSON.stringify(apps);
    if (offered === this.offered) return;
    this.offered = offered;
    part(this.dialog, "apps").hidden = apps.length === 0;
    part(this.dialog, "apps-list").replaceChildren(...apps.map((app) => this.app(app)));
  }

  /** @param {t.AppInUse} app */
  app({ appKey, operators }) {
    const content = instance("app-in-use");
    part(content, "key").textContent = appKey;
    part(content, "count").textContent = counted("app-users", operators, number(operators));
    part(content, "use").addEventListener("click", () => {
      [this.key.value, this.secretInput.value] = [appKey, ""];
      for (const input of [this.key, this.secretInput]) this.controls.typed(input.id);
      this.typed();
      byId(this.dialog, "generate-key").focus();
    });
    return content;
  }

  /** A stored secret belongs to its key: with another key there is none to keep. */
  keeps() {
    const { appKey, appSecretStored } = this.controls.operator();
    return appSecretStored && this.key.value.trim() === appKey;
  }

  shares() {
    const key = this.key.value.trim();
    return !this.keeps() && this.apps.some(({ appKey }) => appKey === key);
  }

  /** As the program wants it: null is the stored one. */
  secret() {
    const { value } = this.secretInput;
    return value === "" && (this.keeps() || this.shares()) ? null : value;
  }

  isEmpty() {
    return this.key.value.trim() === "" && this.secretInput.value === "";
  }

  /** Says at the field what it needs. Nobody has made a mistake yet. */
  ask() {
    const needed = word("key-needed");
    fill(this.dialog, "key-needed", needed);
    // Who stands there already does not hear the field once more.
    if (document.activeElement === this.key) announce(needed);
    this.key.focus();
  }

  renderSecretHint() {
    part(this.dialog, "secret-stored").hidden = !this.keeps();
    part(this.dialog, "secret-shared").hidden = !this.shares();
  }

  typed() {
    this.renderSecretHint();
    this.stop();
    say(this.status, "");
    fill(this.dialog, "key-needed", null);
    for (const input of [this.key, this.secretInput]) {
      input.removeAttribute("aria-invalid");
      byId(this.dialog, `${input.id}-error`).hidden = true;
    }
    const secret = this.secret();
    const complete = this.key.value.trim().length >= CREDENTIAL_MIN && (secret === null || secret.trim().length >= CREDENTIAL_MIN);
    if (complete) this.timer = setTimeout(() => this.check(), PAUSE);
  }

  /** Generate Key has done the same check. */
  settled() {
    this.close();
    say(this.status, "");
  }

  /** Only what somebody who types can put right is told; the rest is told when the key is generated. */
  async check() {
    const turn = ++this.turn;
    say(this.status, word("checking-app"));
    const problem = await api.checkApp(this.controls.operator().id, this.key.value, this.secret()).then(() => null, asProblem);
    // Something else stands there by now.
    if (turn !== this.turn) return;
    say(this.status, problem ? "" : word("app-accepted"), !problem);
    if (!problem || !TOLD.includes(problem.code)) return;
    const [first, ...others] = inputsOf(this.dialog, problem);
    if (first) markInput(first, problem);
    for (const other of others) markInput(other);
  }
}
