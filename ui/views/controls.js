// Controls: Generate Key, the user's Allow, Dropbox Authorization, Save. Three steps, in the order of the procedure.

import * as api from "../api.js";
import { wireCopyButtons } from "../elements/copy.js";
import { Countdown } from "../elements/countdown.js";
import { act, asProblem, clearProblems, fillProblem, say, showProblem } from "../elements/form.js";
import { Masked } from "../elements/masked.js";
import { fill, instance, part, statusTag, word } from "../elements/template.js";
import { dateTime, time } from "../format.js";

/** What must be confirmed before Save. */
const TO_CONFIRM = ["account_differs", "account_taken"];

export class Controls {
  constructor(operator, closed) {
    this.operator = operator;
    this.closed = closed;
    this.dialog = instance("controls").querySelector("dialog");
    this.countdown = new Countdown(this.dialog, () => this.refresh());
    this.touched = new Set();
    this.wire();
  }

  get(id) {
    return this.dialog.querySelector(`#${id}`);
  }

  get status() {
    return this.get("controls-status");
  }

  async open() {
    document.body.append(this.dialog);
    this.masked = new Masked(
      this.get("dropbox-authorization"),
      this.get("dropbox-authorization-show"),
      () => api.revealAuthorization(this.operator.id),
      (thrown) => showProblem(this.dialog, thrown),
    );
    if (this.operator.request) this.get(this.operator.request.place === "thisComputer" ? "place-this-computer" : "place-users-computer").checked = true;
    this.render(this.operator);
    this.dialog.showModal();
    const first = this.operator.appKey ? this.dialog.querySelector("h1") : this.get("app-key");
    first.focus();
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  wire() {
    this.dialog.addEventListener("close", () => {
      this.countdown.stop();
      this.masked?.hide(false);
      this.dialog.remove();
      this.closed();
    });
    this.dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      // Enter in the fields of the first step means its own button.
      if (["app-key", "app-secret"].includes(document.activeElement?.id) && !event.submitter?.matches(":focus")) this.generate();
      else this.save();
    });
    const clicks = {
      "controls-close": () => this.close(),
      "generate-key": () => this.generate(),
      "change-key": () => this.unfold(this.get("key-fields").hidden),
      "authorization-open": () => this.openUrl(),
      "authorization-cancel": () => this.cancel(),
      "app-console-open": () => this.link("appConsole"),
    };
    for (const [id, action] of Object.entries(clicks)) this.get(id).addEventListener("click", action);
    for (const id of ["app-key", "app-secret"]) this.get(id).addEventListener("input", () => this.touched.add(id));
    wireCopyButtons(this.dialog);
  }

  place() {
    return this.dialog.querySelector("[name=place]:checked").value;
  }

  /** Shows how it stands. What is being typed, and where somebody stands, stays. */
  render(operator) {
    const before = this.operator.request;
    this.operator = operator;
    part(this.dialog, "id").textContent = operator.id;
    part(this.dialog, "name").textContent = operator.name;
    part(this.dialog, "status").replaceChildren(statusTag(operator));
    if (!this.touched.has("app-key")) this.get("app-key").value = operator.appKey ?? "";
    part(this.dialog, "secret-stored").hidden = !operator.appSecretStored;
    this.renderRequest(operator.request);
    this.renderAuthorization(operator);
    this.renderSteps(operator);
    if (operator.request?.phase !== before?.phase || operator.request?.problem?.code !== before?.problem?.code) this.arrived(operator.request);
  }

  renderRequest(request) {
    const waits = request && request.phase !== "failed" && request.phase !== "granted";
    part(this.dialog, "request").hidden = !waits;
    part(this.dialog, "code").hidden = !waits;
    part(this.dialog, "no-request").hidden = waits || this.operator.status !== "notAuthorized";
    if (!waits) return this.countdown.stop();
    const here = request.place === "thisComputer";
    this.get("authorization-url").value = request.url;
    const listening = here ? word("waiting-here", { place: new URL(request.redirectUri).host }) : word("waiting-there");
    part(this.dialog, "waiting-for").textContent = request.phase === "exchanging" ? word("exchanging") : listening;
    part(this.dialog, "redirect").hidden = !here;
    this.get("redirect-uri").value = request.redirectUri ?? "";
    part(this.dialog, "hint-here").hidden = !here;
    part(this.dialog, "hint-there").hidden = here;
    if (this.countdown.until !== request.expiresAt || !this.countdown.timer) this.countdown.start(request.expiresAt);
  }

  renderAuthorization({ authorization, request }) {
    const granted = request?.phase === "granted";
    const shown = granted ? request : authorization;
    this.masked.set(Boolean(shown) && !(shown === authorization && authorization?.revoked));
    let words = word("authorization-none");
    if (shown) {
      const slots = { name: shown.account.displayName, email: shown.account.email, scopes: shown.scopes.join(", "), time: dateTime(shown.authorizedAt ?? 0) };
      words = word(granted ? "authorization-granted" : "authorization-in-force", slots);
    }
    if (!granted && authorization?.revoked) words = word("authorization-revoked");
    part(this.dialog, "authorization").textContent = words;
    if (!granted) this.unconfirm();
  }

  renderSteps({ authorization, request, status }) {
    const waits = status === "awaitingCode";
    const granted = request?.phase === "granted";
    const inForce = Boolean(authorization) && !authorization.revoked && !waits && !granted;
    const now = inForce ? 0 : granted ? 3 : waits ? 2 : 1;
    for (const step of this.dialog.querySelectorAll(".step")) {
      const number = Number(step.dataset.step);
      const done = now === 0 || number < now;
      step.classList.toggle("done", done);
      step.classList.toggle("now", number === now);
      part(step, "done").hidden = !done;
    }
    this.renderKey(now);
  }

  /** The first step folds itself when it is done; whoever unfolds it keeps it unfolded. */
  renderKey(now) {
    const isNow = now === 1;
    this.get("change-key").hidden = isNow;
    // One action comes first at any time.
    this.get("generate-key").classList.toggle("primary", isNow);
    if (this.stepNow !== now) this.unfold(isNow);
    this.stepNow = now;
  }

  unfold(open) {
    this.get("key-fields").hidden = !open;
    this.get("change-key").setAttribute("aria-expanded", String(open));
    fill(this.dialog, "key-summary", open ? null : word("key-summary", { key: this.operator.appKey }));
  }

  /** Something has come from the browser or from Dropbox: say it, and go where the next step is. */
  arrived(request) {
    if (!request) return;
    if (request.problem && request.phase !== "granted") {
      fillProblem(part(this.dialog, "problem"), request.problem);
      if (request.phase === "failed") say(this.status, "");
    }
    if (request.phase === "granted") {
      clearProblems(this.dialog);
      say(this.get("generate-status"), "");
      say(this.status, word("granted"), true);
      this.get("controls-save").focus();
    } else if (request.phase === "awaitingCode" && !request.problem && this.get("generate-key").getAttribute("aria-disabled")) {
      say(this.status, word("kept", { time: time(request.expiresAt) }));
    }
  }

  async refresh() {
    try {
      this.render(await api.showOperator(this.operator.id));
    } catch (thrown) {
      showProblem(this.dialog, thrown);
    }
  }

  generate() {
    const status = this.get("generate-status");
    return act(this.dialog, this.get("generate-key"), status, "generating", async () => {
      const key = this.get("app-key").value;
      const secret = this.get("app-secret").value;
      // A stored secret belongs to its key.
      const keeps = secret === "" && this.operator.appSecretStored && key.trim() === this.operator.appKey;
      const operator = await api.beginAuthorization(this.operator.id, key, keeps ? null : secret, this.place());
      this.touched.clear();
      this.get("app-secret").value = "";
      this.get("temporary-authorization-key").value = "";
      this.render(operator);
      const here = operator.request.place === "thisComputer";
      say(status, word(here ? "generated" : "generated-there"), true);
      this.get(here ? "authorization-open" : "temporary-authorization-key").focus();
    });
  }

  async link(name) {
    try {
      await api.openLink(name, this.operator.id);
      return true;
    } catch (thrown) {
      showProblem(this.dialog, thrown);
      return false;
    }
  }

  async openUrl() {
    if (await this.link("authorize")) say(this.get("controls-status"), word("opened"));
  }

  cancel() {
    return act(this.dialog, this.get("authorization-cancel"), this.status, "saving", async () => {
      this.render(await api.cancelAuthorization(this.operator.id));
      say(this.get("generate-status"), "");
      say(this.status, word("cancelled"));
      this.get("generate-key").focus();
    });
  }

  save() {
    const code = this.get("temporary-authorization-key");
    const { request } = this.operator;
    if (request?.phase === "granted") return this.putInForce();
    const typed = code.value.trim() === "" ? null : code.value;
    return act(this.dialog, this.get("controls-save"), this.status, "completing", async () => {
      const operator = await api.completeAuthorization(this.operator.id, typed);
      code.value = "";
      this.render(operator);
    });
  }

  async putInForce() {
    const confirmed = this.get("account-confirmed").checked;
    const button = this.get("controls-save");
    button.setAttribute("aria-disabled", "true");
    clearProblems(this.dialog);
    say(this.status, word("saving"));
    try {
      this.render(await api.saveAuthorization(this.operator.id, confirmed));
      say(this.status, word("in-force", this.operator), true);
      say(this.get("generate-status"), "");
      this.get("controls-close").focus();
    } catch (thrown) {
      this.refused(asProblem(thrown));
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  refused(problem) {
    say(this.status, "");
    if (!TO_CONFIRM.includes(problem.code)) return showProblem(this.dialog, problem);
    part(this.dialog, "confirm-message").textContent = `${problem.message} ${problem.hint}`;
    part(this.dialog, "confirm").hidden = false;
    this.get("account-confirmed").focus();
  }

  unconfirm() {
    part(this.dialog, "confirm").hidden = true;
    this.get("account-confirmed").checked = false;
  }
}
