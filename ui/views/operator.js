// System Administrator › Setup › Operator: one record, its test file and its deliveries.

import * as api from "../api.js";
import { act, say, showProblem } from "../elements/form.js";
import { fill, instance, part, statusTag, tag, word } from "../elements/template.js";
import { bytes, dateTime } from "../format.js";
import { Controls } from "./controls.js";

const FIELDS = ["id", "name", "email", "destination"];

function accountLine({ authorization }) {
  if (!authorization) return word("account-none");
  const { account, authorizedAt, revoked } = authorization;
  const slots = { name: account.displayName, email: account.email, time: dateTime(authorizedAt) };
  return word(revoked ? "account-revoked" : "account-line", slots);
}

function deliveryRow(delivery) {
  const content = instance("delivery-row");
  content.firstElementChild.dataset.delivery = delivery.id;
  part(content, "file").textContent = delivery.fileName;
  fill(content, "path", delivery.dropboxPath);
  part(content, "size").textContent = bytes(delivery.sizeBytes);
  part(content, "status").append(tag(`delivery-${delivery.state}`));
  fill(content, "problem", delivery.problem?.message);
  part(content, "time").textContent = dateTime(delivery.finishedAt ?? delivery.createdAt);
  progress(content, delivery, delivery.state === "uploading");
  return content;
}

function progress(root, { bytesSent, sizeBytes }, visible) {
  const bar = part(root, "progress");
  bar.hidden = !visible;
  bar.max = Math.max(1, sizeBytes);
  bar.value = bytesSent;
  bar.setAttribute("aria-label", bytes(bytesSent));
}

export class Operator {
  /** `id` null is a new record. */
  constructor(id) {
    this.id = id;
    this.touched = new Set();
    this.controls = null;
  }

  async build() {
    this.content = instance("operator");
    this.root = null;
    const operator = this.id === null ? null : await api.showOperator(this.id);
    if (operator) this.id = operator.id;
    const settings = await api.getSettings();
    part(this.content, "interface-off").hidden = settings.interfaceToDropbox;
    this.wire(this.content);
    if (operator) {
      this.render(this.content, operator);
      await this.renderDeliveries(this.content);
    } else {
      part(this.content, "title").textContent = word("new-operator");
      this.preview(this.content);
    }
    return this.content;
  }

  shown() {
    this.root = document.getElementById("main");
  }

  close() {
    this.controls?.close();
  }

  input(name, root = this.root) {
    return root.querySelector(`#operator-${name}`);
  }

  wire(root) {
    root.querySelector("#operator-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    for (const name of [...FIELDS, "active"]) {
      this.input(name, root).addEventListener("input", () => {
        this.touched.add(name);
        say(this.root.querySelector("#operator-status"), "");
        this.preview(this.root);
      });
    }
    root.querySelector("#open-controls").addEventListener("click", () => this.openControls());
    root.querySelector("#send-test-file").addEventListener("click", () => this.sendTestFile());
    root.querySelector("#files-link").addEventListener("click", () =>
      api.openLink("files").catch((thrown) => showProblem(this.root, thrown, "test-problem")),
    );
  }

  /** Shows a record; what somebody is typing stays. */
  render(root, operator) {
    this.operator = operator;
    part(root, "title").textContent = word("operator-title", operator);
    part(root, "status").replaceChildren(statusTag(operator));
    part(root, "dropbox").hidden = false;
    part(root, "account").textContent = accountLine(operator);
    for (const name of FIELDS) {
      if (!this.touched.has(name)) this.input(name, root).value = operator[name] ?? "";
    }
    if (!this.touched.has("active")) this.input("active", root).checked = operator.active;
    this.input("id", root).readOnly = true;
    this.preview(root);
  }

  preview(root) {
    const now = new Date();
    const values = {
      "{operator}": this.input("id", root).value.trim(),
      "{yyyy}": String(now.getFullYear()),
      "{MM}": String(now.getMonth() + 1).padStart(2, "0"),
      "{dd}": String(now.getDate()).padStart(2, "0"),
      "{name}": "report.pdf",
    };
    let path = this.input("destination", root).value.trim() || "/Reports/{operator}/{name}";
    if (!path.includes("{name}")) path = `${path.replace(/\/+$/, "")}/{name}`;
    part(root, "preview").textContent = path.replace(/\{\w+\}/g, (token) => values[token] ?? token);
  }

  typed() {
    return {
      id: this.input("id").value,
      name: this.input("name").value,
      email: this.input("email").value,
      active: this.input("active").checked,
      destination: this.input("destination").value,
    };
  }

  save() {
    const form = this.root.querySelector("#operator-form");
    const status = this.root.querySelector("#operator-status");
    return act(form, form.querySelector("#operator-save"), status, "saving", async () => {
      const { id, ...fields } = this.typed();
      const isNew = this.id === null;
      const operator = isNew ? await api.addOperator({ id, ...fields }) : await api.changeOperator(this.id, fields);
      this.id = operator.id;
      this.touched.clear();
      this.render(this.root, operator);
      // The address follows without another visit: what is on the screen stays.
      history.replaceState(null, "", `#/operators/${encodeURIComponent(operator.id)}`);
      document.title = word("title", { page: word("operator-title", operator) });
      say(status, word(isNew ? "saved-new" : "saved"), true);
    });
  }

  openControls() {
    this.controls?.close();
    say(this.root.querySelector("#operator-status"), "");
    say(this.root.querySelector("#test-result"), "");
    say(this.root.querySelector("#local-copy"), "");
    this.controls = new Controls(this.operator, () => {
      this.controls = null;
      this.root.querySelector("#open-controls").focus();
    });
    return this.controls.open().catch((thrown) => showProblem(this.root, thrown, "test-problem"));
  }

  sendTestFile() {
    const section = part(this.root, "dropbox");
    const status = this.root.querySelector("#test-result");
    const button = this.root.querySelector("#send-test-file");
    return act(section, button, status, "sending-test", async () => {
      const delivery = await api.sendTestFile(this.id);
      say(status, word("test-delivered", { path: delivery.dropboxPath, time: dateTime(delivery.finishedAt) }), true);
      this.lookForLocalCopy(delivery).catch((thrown) => showProblem(section, thrown, "test-problem"));
    }, "test-problem");
  }

  /** Step 6 of the procedure: the local directory, where the Dropbox application is installed. The result stands already. */
  async lookForLocalCopy(delivery) {
    const note = this.root.querySelector("#local-copy");
    say(note, "");
    const { kind, path } = await api.findLocalCopy(this.id, delivery.id);
    if (kind !== "notInstalled") say(note, word(`local-copy-${kind}`, { path }), kind === "seen");
  }

  async renderDeliveries(root) {
    const deliveries = await api.listDeliveries(this.id);
    part(root, "no-deliveries").hidden = deliveries.length > 0;
    part(root, "deliveries").hidden = deliveries.length === 0;
    part(root, "deliveries").querySelector('[data-part="rows"]').replaceChildren(...deliveries.map(deliveryRow));
    this.known = new Map(deliveries.map((delivery) => [delivery.id, delivery.state]));
  }

  async changed(event) {
    // Not shown yet: what is being read is new enough.
    if (!this.root) return;
    if (event.kind === "settings") {
      part(this.root, "interface-off").hidden = (await api.getSettings()).interfaceToDropbox;
    }
    if (this.id === null || (event.operatorId && event.operatorId !== this.id)) return;
    if (event.kind === "delivery") return this.deliveryChanged(event);
    const operator = await api.showOperator(this.id);
    this.render(this.root, operator);
    this.controls?.render(operator);
  }

  /** A figure that moves is shown from the event; whatever begins or ends is read again. */
  deliveryChanged(event) {
    const row = this.root.querySelector(`[data-delivery="${event.deliveryId}"]`);
    const goesOn = this.known?.get(event.deliveryId) === "uploading" && event.bytesSent < event.sizeBytes;
    if (row && goesOn && event.bytesSent > 0) return progress(row, event, true);
    return this.renderDeliveries(this.root);
  }
}
