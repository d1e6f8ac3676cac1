// Help › About Outtray: versions, where things are, a check of everything, and the diagnostics.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { isGeneral } from "../changes.js";
import { ask } from "../elements/ask.js";
import { act, say } from "../elements/form.js";
import { byId, fill, instance, part, put, tag, word } from "../elements/template.js";
import { translated } from "../language.js";
import { Diagnostics } from "./diagnostics.js";

/** The engine that draws this page, as it names itself. */
function engine() {
  const { userAgent } = navigator;
  for (const [mark, name] of [["Edg", "WebView2"], ["Chrome", "Chromium"], ["AppleWebKit", "WebKit"]]) {
    const found = new RegExp(`${mark}/([\\d.]+)`).exec(userAgent);
    if (found) return `${name} ${found[1]}`;
  }
  return userAgent;
}

export class About {
  /** Fills root, which stays this view's own. @param {HTMLElement} root */
  async build(root) {
    this.root = root;
    root.append(instance("about"));
    new Diagnostics(byId(root, "diagnostics"));
    byId(root, "diagnose").addEventListener("click", () => this.diagnose());
    byId(root, "replace-master-key").addEventListener("click", () => this.replaceMasterKey());
    this.render(await api.getAbout());
  }

  /** @param {t.About} about */
  render(about) {
    const texts = {
      version: about.version,
      system: about.system,
      engine: engine(),
      dropbox: about.practice ? word("about-practice", { url: about.simulatorUrl }) : word("about-real"),
      data: about.dataFolder,
      logs: about.logFolder,
      sealed: about.keyFile ? word("about-key-file", { path: about.keyFile }) : word("about-keychain"),
    };
    for (const [name, text] of Object.entries(texts)) put(this.root, name, text);
  }

  /** @param {t.Event} event */
  async changed(event) {
    if (isGeneral(event)) this.render(await api.getAbout());
  }

  diagnose() {
    const status = byId(this.root, "diagnose-status");
    const action = async () => {
      const checks = await api.diagnose();
      part(this.root, "rows").replaceChildren(...checks.map((check) => this.row(check)));
      part(this.root, "checks").hidden = false;
      part(this.root, "replace").hidden = !checks.some((check) => ["master_key_lost", "master_key_wrong"].includes(check.problem?.code ?? ""));
      const bad = checks.filter((check) => check.problem).length;
      say(status, bad ? word("diagnosed-not", { count: bad }) : word("diagnosed"), bad === 0);
    };
    return act({ root: this.root, button: byId(this.root, "diagnose"), status, busy: "diagnosing", action });
  }

  async replaceMasterKey() {
    const button = byId(this.root, "replace-master-key");
    const sure = await ask({ title: word("replace-title"), text: word("replace-text"), yes: word("replace-yes") });
    button.focus();
    if (!sure) return;
    const status = byId(this.root, "replace-status");
    const action = async () => void (await api.replaceMasterKey());
    if (!(await act({ root: this.root, button, status, busy: "replacing", action }))) return;
    say(status, "");
    await this.diagnose();
    // The button is gone with what it was for.
    byId(this.root, "diagnose").focus();
    say(byId(this.root, "diagnose-status"), word("replaced-key"), true);
  }

  /** @param {t.Check} check */
  row({ name, detail, problem }) {
    const content = instance("check-row");
    put(content, "name", translated(name) ?? name);
    part(content, "status").append(tag(problem ? "check-bad" : "check-good"));
    put(content, "detail", translated(problem?.message ?? detail) ?? "");
    fill(content, "hint", translated(problem?.hint ?? null));
    return content;
  }
}
