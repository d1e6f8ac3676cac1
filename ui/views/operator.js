// System Administrator › Setup › Operator: one record, its test file and its deliveries.

/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { isGeneral, isProgress } from "../changes.js";
import { ask } from "../elements/ask.js";
import { onAnotherDay } from "../elements/day.js";
import { Draft, Restored } from "../elements/draft.js";
import { act, asProblem, fillProblem, report, say, setValue, showProblem } from "../elements/form.js";
import { shown } from "../elements/shown.js";
import { attentionName, fill, instance, part, statusName, tag, word } from "../elements/template.js";
import { showToast } from "../elements/toast.js";
import { bytes, dateTime, time } from "../format.js";
import { translated } from "../language.js";
import { whyNoTest } from "./bulk.js";
import { Controls } from "./controls.js";
import { DeliveryRows } from "./delivery-row.js";
import { sayRestored } from "./removed.js";

const FIELDS = ["id", "name", "email", "destination", "conflictRule", "active"];

/** As the fields show them. @param {t.Operator} operator @returns {Record<string, any>} */
const valuesOf = (operator) => Object.fromEntries(FIELDS.map((name) => [name, operator[name] ?? ""]));

/** How it stands, and what needs attention besides. @param {t.Operator} operator */
const tagsOf = (operator) => [...new Set([statusName(operator), attentionName(operator)])].filter((name) => name !== null).map(tag);

/** What is in force. */
function accountLine({ authorization }) {
  if (!authorization) return null;
  const { account, authorizedAt, revoked } = authorization;
  const slots = { name: account.displayName, email: account.email, time: dateTime(authorizedAt) };
  return word(revoked ? "account-revoked" : "account-line", slots);
}

/** What is under way, and what to do next. */
function requestLine({ authorization, request }) {
  if (!request) return authorization ? null : word("account-none");
  if (request.phase === "granted") return word("request-granted", { name: request.account.displayName, email: request.account.email });
  if (request.phase === "failed") return null;
  return request.codeReceived ? word("request-code-here") : word("request-waiting", { time: time(request.expiresAt) });
}

/** @param {t.Operator} removed */
async function restore(removed) {
  try {
    await api.restoreOperator(removed.id);
    sayRestored(removed);
  } catch (thrown) {
    report(thrown);
  }
}

export class Operator {
  /** `id` null is a new record; `then`: "controls" or "test", once it is shown. @param {string | null} id @param {string | undefined} then */
  constructor(id, then = undefined) {
    this.id = id;
    this.then = then;
    this.operator = null;
    /** What somebody has typed and not saved yet. */
    this.draft = new Draft("record");
    this.controls = null;
    this.isRemoving = false;
    this.turns = { operator: 0, deliveries: 0, preview: 0 };
  }

  get operatorId() {
    return this.id;
  }

  /** Fills root, which stays this view's own. */
  async build(root) {
    this.root = root;
    root.append(instance("operator"));
    this.rows = new DeliveryRows(part(root, "rows"), { reread: () => this.readWithDeliveries() });
    this.wire();
    await this.readInterface();
    if (this.id === null) {
      this.renderNew();
      return this.readPreview();
    }
    const operator = await api.showOperator(this.id);
    this.id = operator.id;
    this.draft = new Draft("record", operator.id);
    this.restore(valuesOf(operator));
    this.render(operator);
    await Promise.all([this.readDeliveries(), this.readPreview()]);
  }

  renderNew() {
    part(this.root, "title").textContent = word("new-operator");
    const empty = this.typed();
    this.restore(empty);
    this.put(empty);
    this.preview();
  }

  /** Whoever comes back to what was typed is told so. @param {Record<string, any>} standing */
  restore(standing) {
    this.draft.compare(standing);
    this.restored = new Restored(this.get("operator-form"), this.draft, () => {
      this.put(this.operator ? valuesOf(this.operator) : standing);
      this.preview();
      this.input(this.id === null ? "id" : "name").focus();
    });
  }

  /** Puts values into the fields; what somebody is typing stays. @param {Record<string, any>} standing */
  put(standing) {
    for (const name of FIELDS) {
      const value = this.draft.has(name) ? this.draft.get(name) : standing[name];
      if (name === "active") this.input(name).checked = value;
      else setValue(this.input(name), value);
    }
  }

  shown() {
    // Where today's report goes may have the date in it.
    this.callOff = onAnotherDay(() => this.preview());
    this.begin();
    // Whoever begins a new record begins with its fields, also where something stands above them; not from where they have gone meanwhile.
    if (this.id === null && document.activeElement === part(this.root, "title")) this.input("id").focus();
  }

  /** What the address asks for besides. It is done once: going back must not do it again. */
  begin() {
    if (!this.then || !this.operator) return;
    this.named(this.operator);
    if (this.then === "controls") this.openControls();
    if (this.then === "test" && !whyNoTest(this.operator)) this.sendTestFile();
  }

  close() {
    this.callOff?.();
    this.controls?.close();
  }

  /** @param {string} id @returns {any} */
  get(id) {
    return this.root.querySelector(`#${id}`);
  }

  input(name) {
    return this.get(`operator-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  }

  wire() {
    this.get("operator-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    for (const name of FIELDS) {
      this.input(name).addEventListener("input", () => {
        this.draft.keep(name, this.typed()[name]);
        say(this.get("operator-status"), "");
        this.preview();
      });
    }
    this.get("open-controls").addEventListener("click", () => this.openControls());
    this.get("send-test-file").addEventListener("click", () => this.sendTestFile());
    this.get("operator-remove").addEventListener("click", () => this.remove());
    this.get("files-link").addEventListener("click", () =>
      api.openLink("files", this.id).catch((thrown) => showProblem(this.root, thrown, { box: "test-problem" })),
    );
  }

  /** Shows a record; what somebody is typing stays. */
  render(operator) {
    const { root } = this;
    this.operator = operator;
    part(root, "title").textContent = word("operator-title", operator);
    part(root, "status").replaceChildren(...tagsOf(operator));
    part(root, "dropbox").hidden = false;
    part(root, "recent").hidden = false;
    this.get("operator-remove").hidden = false;
    fill(root, "account", accountLine(operator));
    fill(root, "request", requestLine(operator));
    this.renderRequestProblem(operator.request);
    this.offerTest(!whyNoTest(operator));
    this.put(valuesOf(operator));
    this.restored.render();
    this.input("id").readOnly = true;
    this.preview();
  }

  /** Where it cannot arrive no test file is offered: the line above says what comes first. @param {boolean} offered */
  offerTest(offered) {
    const button = this.get("send-test-file");
    if (!offered && document.activeElement === button) this.get("open-controls").focus();
    button.hidden = !offered;
  }

  /** A request may fail while Controls is closed: the record says so. */
  renderRequestProblem(request) {
    const box = part(this.root, "request-problem");
    const problem = request?.phase === "granted" ? null : request?.problem;
    const shown = problem ? problem.code + problem.message : null;
    // The same words are not put there again: they would be spoken again.
    if (shown === this.requestProblem) return;
    this.requestProblem = shown;
    if (problem) fillProblem(box, problem);
    else box.hidden = true;
  }

  preview() {
    this.readPreview().catch(report);
  }

  /** The program says where a file goes, and why it would go nowhere. What was asked for earlier has nothing to say any more. */
  async readPreview() {
    const turn = ++this.turns.preview;
    const { id, destination } = this.typed();
    let refusal = null;
    let path = "";
    try {
      path = await api.previewDestination(id, destination, part(this.root, "sample").textContent);
    } catch (thrown) {
      refusal = asProblem(thrown);
    }
    if (turn !== this.turns.preview) return;
    part(this.root, "preview").textContent = shown(path);
    part(this.root, "goes").hidden = refusal !== null;
    fill(this.root, "goes-nowhere", refusal && translated(refusal.message));
  }

  typed() {
    return {
      id: this.input("id").value,
      name: this.input("name").value,
      email: this.input("email").value,
      active: this.input("active").checked,
      destination: this.input("destination").value,
      conflictRule: this.input("conflictRule").value,
    };
  }

  /** What was sent is saved; what was typed since then is not. */
  settle(sent) {
    const now = this.typed();
    this.draft.drop("id");
    for (const name of Object.keys(sent)) {
      if (now[name] === sent[name]) this.draft.drop(name);
    }
  }

  /** What was typed since the new record was sent belongs to the record. @param {string} id */
  owned(id) {
    this.draft = this.restored.draft = this.draft.moveTo(id);
  }

  save() {
    const form = this.get("operator-form");
    const status = this.get("operator-status");
    const action = async () => {
      const sent = this.typed();
      const { id, ...typed } = sent;
      // What this form does not have stays as it is.
      const fields = { ...this.operator, ...typed };
      const isNew = this.id === null;
      const operator = isNew ? await api.addOperator({ id, ...fields }) : await api.changeOperator(this.id, fields);
      this.id = operator.id;
      this.settle(sent);
      if (isNew) this.owned(operator.id);
      this.render(operator);
      say(status, word(isNew ? "saved-new" : "saved"), true);
      // Somebody may have gone elsewhere meanwhile.
      if (this.root.isConnected) this.named(operator);
    };
    return act({ root: form, button: this.get("operator-save"), status, busy: "saving", action });
  }

  /** Out of sight, with its way back. */
  async remove() {
    const removed = this.operator;
    const { id } = removed;
    const sure = await ask({ title: word("remove-title", { id }), text: word("remove-text"), yes: word("remove-yes") });
    this.get("operator-remove").focus();
    if (!sure) return;
    const action = async () => {
      await this.removed(id);
      for (const form of ["record", "controls"]) new Draft(form, id).clear();
      // Somebody may have gone elsewhere meanwhile.
      if (this.root.isConnected) location.hash = "#/operators";
      showToast(word("removed", { id }), { action: { label: word("undo"), run: () => restore(removed) } });
    };
    await act({ root: this.get("operator-form"), button: this.get("operator-remove"), status: this.get("operator-status"), busy: "removing", action });
  }

  /** From now on nobody wonders where the record is. @param {string} id */
  async removed(id) {
    this.isRemoving = true;
    try {
      await api.removeOperator(id);
    } catch (thrown) {
      this.isRemoving = false;
      // Whatever was told meanwhile has not been heard.
      this.read().catch(report);
      throw thrown;
    }
  }

  /** The address follows without another visit: what is on the screen stays. */
  named(operator) {
    history.replaceState(null, "", `#/operators/${encodeURIComponent(operator.id)}`);
    document.title = word("title", { page: word("operator-title", operator) });
  }

  openControls() {
    this.controls?.close();
    say(this.get("operator-status"), "");
    say(this.get("test-result"), "");
    say(this.get("local-copy"), "");
    const closed = () => {
      this.controls = null;
      this.get("open-controls").focus();
    };
    this.controls = new Controls(this.operator, { reread: () => this.read(), closed });
    this.controls.open();
  }

  sendTestFile() {
    const status = this.get("test-result");
    const action = async () => {
      say(this.get("local-copy"), "");
      const delivery = await api.sendTestFile(this.id);
      if (delivery.state !== "delivered") throw delivery.problem ?? delivery.state;
      say(status, word("test-delivered", { path: delivery.dropboxPath, size: bytes(delivery.sizeBytes), time: dateTime(delivery.finishedAt) }), true);
      part(this.root, "test").scrollIntoView({ block: "nearest" });
      this.lookForLocalCopy(delivery).catch((thrown) => showProblem(root, thrown, { box: "test-problem" }));
    };
    const root = part(this.root, "test");
    return act({ root, button: this.get("send-test-file"), status, busy: "sending-test", action, box: "test-problem" });
  }

  /** Step 6 of the procedure: the local directory, where the Dropbox application is installed. The result stands already. */
  async lookForLocalCopy(delivery) {
    const look = (this.look = {});
    const { kind, path } = await api.findLocalCopy(this.id, delivery.id);
    // A later test file has its own answer.
    if (look !== this.look) return;
    say(this.get("local-copy"), word(`local-copy-${kind}`, { path }), kind === "seen");
  }

  /** Reads the record again, for this view and for Controls. A later reading knows more than one that is still on its way. */
  async read() {
    const turn = ++this.turns.operator;
    const operator = await api.showOperator(this.id);
    if (turn !== this.turns.operator) return;
    this.render(operator);
    this.controls?.render(operator);
  }

  async readDeliveries() {
    const turn = ++this.turns.deliveries;
    const deliveries = await api.listDeliveries(this.id);
    if (turn !== this.turns.deliveries) return;
    const table = part(this.root, "deliveries");
    part(this.root, "no-deliveries").hidden = deliveries.length > 0;
    table.hidden = deliveries.length === 0;
    this.rows.render(deliveries);
    this.known = new Map(deliveries.map((delivery) => [delivery.id, delivery.state]));
  }

  /** @param {t.Event} event */
  async changed(event) {
    if (this.isRemoving) return;
    if (isGeneral(event)) return this.readEverything();
    if (event.kind === "activity" || this.id === null || event.operatorId !== this.id) return;
    if (event.kind === "delivery") return this.deliveryChanged(event);
    await this.read();
  }

  /** Whatever changed, of this record, of the options, and of the others in Controls. */
  async readEverything() {
    const reads = [this.readInterface()];
    if (this.id !== null) reads.push(this.read(), this.readDeliveries());
    if (this.controls) reads.push(this.controls.appKey.readApps());
    await Promise.all(reads);
  }

  async readInterface() {
    part(this.root, "interface-off").hidden = (await api.getSettings()).interfaceToDropbox;
  }

  /** A figure that moves is shown from the event; whatever begins or ends is read again. @param {t.DeliveryEvent} event */
  async deliveryChanged(event) {
    if (isProgress(event) && this.known?.get(event.deliveryId) === "uploading") return this.rows.moved(event);
    await this.readWithDeliveries();
  }

  /** How the record stands depends on how its last delivery does. */
  async readWithDeliveries() {
    await Promise.all([this.read(), this.readDeliveries()]);
  }
}
