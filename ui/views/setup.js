// Help › Set up a user: the procedure as a checklist.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { isGeneral } from "../changes.js";
import "../elements/copy-button.js";
import { report } from "../elements/form.js";
import { all, byId, instance, one, part, word } from "../elements/template.js";

/** What has been ticked since the start. @type {Set<string>} */
const done = new Set();
/** Whether the interface was on when that was looked at last. */
let wasOn = false;

export class Setup {
  /** Fills root, which stays this view's own. @param {HTMLElement} root */
  async build(root) {
    this.root = root;
    root.append(instance("setup"));
    for (const tick of all(root, "input[type=checkbox]")) {
      tick.checked = done.has(tick.id);
      tick.addEventListener("change", () => (tick.checked ? done.add(tick.id) : done.delete(tick.id)));
    }
    byId(root, "setup-console").addEventListener("click", () => api.openLink("appConsole").catch(report));
    await this.read();
  }

  async read() {
    const [{ redirectUris }, settings] = await Promise.all([api.getAbout(), api.getSettings()]);
    this.renderUris(redirectUris);
    this.switched(settings);
  }

  /** @param {string[]} uris */
  renderUris(uris) {
    // The same ones are not put there again: somebody may stand on one.
    if (uris.join() === this.uris) return;
    this.uris = uris.join();
    byId(this.root, "setup-text").value = word("setup-text", { uri: uris[0] });
    part(this.root, "uris").replaceChildren(...uris.map((uri) => this.uri(uri)));
  }

  /** @param {string} uri */
  uri(uri) {
    const content = instance("uri");
    part(content, "uri").textContent = uri;
    part(content, "what").textContent = uri;
    one(content, "copy-button").dataset.text = uri;
    return content;
  }

  /** That the first step is done can be seen. Whoever takes a tick away all the same knows why. @param {t.Settings} settings */
  switched({ interfaceToDropbox }) {
    const isNew = interfaceToDropbox && !wasOn;
    wasOn = interfaceToDropbox;
    if (!isNew) return;
    for (const id of ["do-1-1", "do-1-2", "do-1-3"]) {
      done.add(id);
      byId(this.root, id).checked = true;
    }
  }

  /** @param {t.Event} event */
  async changed(event) {
    if (isGeneral(event)) await this.read();
  }
}
