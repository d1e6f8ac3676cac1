// Controls: Generate Key, the user's Allow, Dropbox Authorization, Save. Three steps, in the order of the procedure.

/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { announce } from "../elements/announce.js";
import { ask } from "../elements/ask.js";
import "../elements/copy-button.js";
import { Countdown } from "../elements/countdown.js";
import { Draft, Restored } from "../elements/draft.js";
import { act, clearProblems, fillProblem, isSeen, report, say, setValue, showProblem } from "../elements/form.js";
import { Masked } from "../elements/masked.js";
import "../elements/qr-code.js";
import { all, element, fill, one, part, put, statusTag, word } from "../elements/template.js";
import { dateTime, dateTimeElsewhere, time } from "../format.js";
import { translated } from "../language.js";
import { AppKey } from "./app-key.js";

/** What has to be confirmed before Save, and its tick. @type {Record<string, string>} */
const TICKS = { account_differs: "account-confirmed", account_taken: "account-shared" };
/** The fields that somebody types into, and that nothing may overwrite then. */
const TYPED = ["app-key", "app-secret", "temporary-authorization-key"];
const CODE = "temporary-authorization-key";
/** Which request a code was typed for, by the time of its key. */
const CODE_OF = "code-of";
const PLACE = "place";
const FORCE = "force-reauthentication";
const STEP_ONE = ["app-key", "app-secret", PLACE, FORCE];

/** How far a request is, and what went wrong with it: when this changes there is something to say. */
const standing = (request) =>
  request ? [request.createdAt, request.phase, request.problem?.code, request.problem?.message, ...warnings(request).map(({ problem }) => problem.message)].join() : null;

/** What has to be confirmed before Save. @returns {t.Warning[]} */
const warnings = (request) => (request?.phase === "granted" ? request.warnings : []);

/** When the program begins to advise about a redirect that does not come, in milliseconds after the key: a little later it is sure to. */
const ADVISED_AFTER = 91_000;

/** Whether advice may still come about it: nothing tells when it does. */
const awaitsAdvice = (request) => request?.phase === "awaitingCode" && Boolean(request.redirectUri) && !request.codeReceived && !request.problem && !request.advice;

const waits = (request) => Boolean(request) && request.phase !== "failed" && request.phase !== "granted";

export class Controls {
  /** `reread` reads the operator again and renders it here too; `closed` hears that the dialog is gone. */
  /** @param {t.Operator} operator @param {{reread: () => Promise<void>, closed: () => void}} record */
  constructor(operator, { reread, closed }) {
    this.operator = operator;
    this.reread = () => reread().catch(report);
    this.closed = closed;
    this.dialog = element("controls");
    this.countdown = new Countdown(this.dialog, this.reread);
    const reveal = () => api.revealAuthorization(this.operator.id);
    const failed = (/** @type {any} */ thrown) => showProblem(this.dialog, thrown);
    this.masked = new Masked(this.get("dropbox-authorization"), this.get("dropbox-authorization-show"), reveal, failed);
    Object.assign(this.get("dropbox-authorization-copy"), { fetch: reveal, failed });
    /** What somebody has typed and not used yet. */
    this.draft = new Draft("controls", operator.id);
    this.standing = null;
    /** Which request is shown, by the time of its key. @type {number | null} */
    this.shownRequest = null;
    /** About which request advice was asked for, by the time of its key: once is enough. @type {number | null} */
    this.askedAdvice = null;
    this.adviceTimer = 0;
    this.appKey = new AppKey(this.dialog, {
      operator: () => this.operator,
      typed: (id) => this.draft.keep(id, this.get(id).value),
      failed: (thrown) => report(thrown),
    });
    this.wire();
  }

  /** @param {string} id @returns {any} */
  get(id) {
    return one(this.dialog, `#${id}`);
  }

  get status() {
    return this.get("controls-status");
  }

  open() {
    const { request } = this.operator;
    document.body.append(this.dialog);
    this.restore();
    this.dialog.showModal();
    this.render(this.operator);
    this.firstFocus(request).focus();
    this.appKey.readApps();
  }

  /** What was typed when this was closed is there again. A code is not when its URL has gone: it belongs to that one alone. */
  restore() {
    const { request } = this.operator;
    if (!waits(request) || this.draft.get(CODE_OF) !== request.createdAt) this.draft.drop(CODE);
    this.draft.drop(CODE_OF);
    this.draft.compare(this.standingValues());
    if (this.draft.has(CODE)) this.draft.keep(CODE_OF, request.createdAt);
    this.restored = new Restored(this.dialog, this.draft, () => this.discarded());
    this.putChoices();
  }

  /** What the fields show when nobody has typed. */
  standingValues() {
    const { appKey, request } = this.operator;
    return { "app-key": appKey ?? "", "app-secret": "", [CODE]: "", [PLACE]: request?.place ?? "thisComputer", [FORCE]: false };
  }

  /** @param {string} id @returns {any} */
  value(id) {
    return this.draft.has(id) ? this.draft.get(id) : this.standingValues()[id];
  }

  putChoices() {
    this.get(this.value(PLACE) === "thisComputer" ? "place-this-computer" : "place-users-computer").checked = true;
    this.get(FORCE).checked = this.value(FORCE);
  }

  discarded() {
    this.putChoices();
    this.render(this.operator);
    this.appKey.typed();
    this.firstFocus(this.operator.request).focus();
  }

  /** Where the next step is. */
  firstFocus(request) {
    if (request?.phase === "granted" || request?.codeReceived) return this.unconfirmed() ?? this.get("controls-save");
    if (waits(request) && request.place === "usersComputer") return this.get("temporary-authorization-key");
    return this.operator.appKey ? one(this.dialog, "h1") : this.get("app-key");
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  wire() {
    this.dialog.addEventListener("close", () => {
      this.countdown.stop();
      clearTimeout(this.adviceTimer);
      this.appKey.close();
      this.masked.set(false);
      this.dialog.remove();
      this.closed();
    });
    one(this.dialog, "form").addEventListener("submit", (event) => {
      event.preventDefault();
      // Enter in the first step means its own button.
      if (this.get("key-fields").contains(document.activeElement)) this.generate();
      else this.save();
    });
    const clicks = {
      "controls-close": () => this.close(),
      "generate-key": () => this.generate(),
      "generate-cancel": () => this.cancelCheck(),
      "change-key": () => this.unfold(this.get("key-fields").hidden),
      "authorization-open": () => this.openUrl(),
      "authorization-cancel": () => this.cancel(),
      "app-console-open": () => this.link("appConsole"),
      "show-email": () => this.toggle("show-email", "email"),
      "show-qr": () => this.toggle("show-qr", "qr"),
      "revoke-authorization": () => this.revoke(),
    };
    for (const [id, action] of Object.entries(clicks)) this.get(id).addEventListener("click", action);
    for (const id of TYPED) {
      this.get(id).addEventListener("input", () => {
        this.draft.keep(id, this.get(id).value);
        if (id === CODE) {
          this.draft.keep(CODE_OF, this.operator.request?.createdAt);
          this.renderFirst();
        } else this.appKey.typed();
      });
    }
    for (const choice of all(this.dialog, "[name=place]")) choice.addEventListener("change", () => this.draft.keep(PLACE, this.place()));
    this.get(FORCE).addEventListener("change", () => this.draft.keep(FORCE, this.get(FORCE).checked));
  }

  /** @param {string} button @param {string} id */
  toggle(button, id) {
    const shown = this.get(id);
    shown.hidden = !shown.hidden;
    this.get(button).setAttribute("aria-expanded", String(!shown.hidden));
    if (!shown.hidden) shown.scrollIntoView({ block: "nearest" });
  }

  place() {
    return one(this.dialog, "[name=place]:checked").value;
  }

  /** Shows how it stands. What is being typed, and where somebody stands, stays. */
  render(operator) {
    // An answer may come after it has been closed: the record shows it.
    if (!this.dialog.isConnected) return;
    this.operator = operator;
    part(this.dialog, "id").textContent = operator.id;
    put(this.dialog, "name", operator.name);
    part(this.dialog, "status").replaceChildren(statusTag(operator));
    for (const id of TYPED) setValue(this.get(id), this.value(id));
    this.restored.render();
    this.appKey.renderSecretHint();
    this.renderRequest(operator.request);
    this.renderAuthorization(operator);
    this.renderSteps(operator);
    const before = this.standing;
    this.standing = standing(operator.request);
    if (this.standing !== before) this.arrived(operator.request);
    this.keepFocus(operator.request);
  }

  renderRequest(request) {
    const waiting = waits(request);
    this.awaitAdvice(request);
    part(this.dialog, "request").hidden = !waiting;
    part(this.dialog, "code").hidden = !waiting;
    part(this.dialog, "redirect-help").hidden = !waiting || request.place !== "thisComputer" || request.codeReceived;
    part(this.dialog, "no-request").hidden = waiting || !["notAuthorized", "authorizeAgain"].includes(this.operator.status);
    if (!waiting) return this.countdown.stop();
    const here = request.place === "thisComputer";
    // A code that is here already has used the URL up, and no clock runs for it.
    const awaitsUser = !request.codeReceived;
    part(this.dialog, "url").hidden = !awaitsUser;
    part(this.dialog, "redirect").hidden = !here || !awaitsUser;
    part(this.dialog, "clock").hidden = !awaitsUser;
    part(this.dialog, "clock-bar").hidden = !awaitsUser;
    this.renderUrl(request, here);
    this.get("redirect-uri").value = request.redirectUri ?? "";
    part(this.dialog, "waiting-for").textContent = this.waitingFor(request, here);
    part(this.dialog, "hint-here").hidden = !here;
    part(this.dialog, "hint-there").hidden = here;
    if (awaitsUser) this.countdown.start(request.expiresAt);
    else this.countdown.stop();
  }

  /** @param {t.AuthorizationRequest} request @param {boolean} here */
  renderUrl(request, here) {
    // Where Dropbox comes back to this computer, the URL is of no use on another one.
    part(this.dialog, "elsewhere").hidden = here;
    part(this.dialog, "only-here").hidden = !here;
    this.get("email-text").value = word("email-text", { name: this.operator.name, url: request.url, time: dateTimeElsewhere(request.expiresAt) });
    const field = this.get("authorization-url");
    if (field.value !== request.url) one(this.dialog, "qr-code").text = request.url;
    field.value = request.url;
    const advice = part(this.dialog, "advice");
    const advised = request.advice?.message ?? null;
    // The same words are not put there again: they would be spoken again.
    if (advised === this.advised) return;
    this.advised = advised;
    advice.hidden = !request.advice;
    this.get("redirect-uri-hint").hidden = Boolean(request.advice);
    if (!request.advice) return;
    fillProblem(advice, request.advice);
    announce([request.advice.message, request.advice.hint].map(translated).filter(Boolean).join(" "));
  }

  /** Reads the request again when the program has advice about it. */
  awaitAdvice(request) {
    clearTimeout(this.adviceTimer);
    if (!awaitsAdvice(request) || this.askedAdvice === request.createdAt) return;
    const ask = () => {
      this.askedAdvice = request.createdAt;
      this.reread();
    };
    this.adviceTimer = setTimeout(ask, Math.max(0, request.createdAt + ADVISED_AFTER - Date.now()));
  }

  waitingFor(request, here) {
    if (request.phase === "exchanging") return word("exchanging");
    if (request.codeReceived) return word("code-here");
    if (request.advice) return word("waiting-advice");
    return here ? word("waiting-here", { place: new URL(request.redirectUri).host }) : word("waiting-there");
  }

  renderAuthorization({ authorization, request }) {
    const granted = request?.phase === "granted";
    const shown = granted ? request : authorization;
    const isThere = Boolean(shown) && !(shown === authorization && authorization?.revoked);
    this.masked.set(isThere, granted ? request.createdAt : authorization?.authorizedAt);
    this.get("dropbox-authorization-copy").hidden = !isThere;
    const words = word(!granted && authorization?.revoked ? "authorization-revoked" : "authorization-none");
    fill(this.dialog, "authorization", shown && !(!granted && authorization?.revoked) ? null : words);
    this.renderFacts(shown, granted, authorization);
    this.renderWarnings(warnings(request));
  }

  /** Everything that has to be confirmed, each with its tick. Whoever has confirmed one thing has not confirmed what stands there next. */
  renderWarnings(warnings) {
    part(this.dialog, "confirm").hidden = warnings.length === 0;
    for (const [code, id] of Object.entries(TICKS)) {
      const [tick, words] = [this.get(id), this.get(`${id}-words`)];
      const problem = warnings.find((each) => each.problem.code === code)?.problem;
      tick.closest(".confirm").hidden = !problem;
      const before = words.dataset.message;
      words.dataset.message = problem?.message ?? "";
      if (words.dataset.message === before) continue;
      tick.checked = false;
      if (problem) fillProblem(words, problem);
    }
  }

  /** The first tick that is missing. */
  unconfirmed() {
    return warnings(this.operator.request).map(({ problem }) => this.get(TICKS[problem.code])).find((tick) => !tick.checked);
  }

  /** Whose Dropbox, what it permits, since when. */
  renderFacts(shown, granted, authorization) {
    part(this.dialog, "facts").hidden = !shown;
    part(this.dialog, "revoke").hidden = !authorization || granted;
    if (!shown) return;
    put(this.dialog, "account-name", shown.account.displayName);
    put(this.dialog, "account-email", shown.account.email);
    put(this.dialog, "account-scopes", shown.scopes.join(" "));
    part(this.dialog, "account-since").textContent = this.since(shown, granted);
  }

  since({ revoked, authorizedAt }, granted) {
    if (granted) return word("in-force-not-yet");
    return revoked ? word("in-force-ended") : word("in-force-since", { time: dateTime(authorizedAt) });
  }

  renderSteps({ authorization, request }) {
    const waiting = waits(request);
    const granted = request?.phase === "granted";
    // A renewal that failed is where somebody has to go on, although the authorization before it still works.
    const failed = request?.phase === "failed";
    const inForce = Boolean(authorization) && !authorization.revoked && !waiting && !granted && !failed;
    const now = inForce ? 0 : granted ? 3 : waiting ? 2 : 1;
    for (const step of all(this.dialog, ".step")) {
      const number = Number(step.dataset.step);
      const done = now === 0 || number < now;
      step.classList.toggle("done", done);
      step.classList.toggle("now", number === now);
      part(step, "done").hidden = !done;
    }
    this.renderKey(now);
  }

  /** The first step folds itself when it is done; whoever unfolds it, or is typing there, keeps it unfolded. */
  renderKey(now) {
    const isNow = now === 1;
    const fields = this.get("key-fields");
    const inUse = !fields.hidden && (fields.contains(document.activeElement) || this.hasStepOneTyped());
    this.get("change-key").hidden = isNow;
    if (this.stepNow !== now && !inUse) this.unfold(isNow);
    this.get("change-key").setAttribute("aria-expanded", String(!fields.hidden));
    this.stepNow = now;
    this.renderFirst();
  }

  /** Whether something stands in the first step that Generate Key has not used yet. */
  hasStepOneTyped() {
    return STEP_ONE.some((id) => this.draft.has(id));
  }

  /** One action comes first at any time, and none that has nothing to do. */
  renderFirst() {
    const { request } = this.operator;
    const saves = this.hasToSave();
    const first = { "generate-key": this.stepNow === 1, "authorization-open": this.stepNow === 2 && !saves && request?.place === "thisComputer", "controls-save": saves };
    for (const [id, isFirst] of Object.entries(first)) this.get(id).classList.toggle("primary", isFirst);
  }

  /** Whether a grant waits, or a code that has come or been typed. */
  hasToSave() {
    const { request } = this.operator;
    if (!waits(request)) return request?.phase === "granted";
    return request.codeReceived || this.get(CODE).value.trim() !== "";
  }

  unfold(open) {
    this.get("key-fields").hidden = !open;
    this.get("change-key").setAttribute("aria-expanded", String(open));
    fill(this.dialog, "key-summary", open ? null : word("key-summary", { key: this.operator.appKey }));
  }

  /** Something has come, from the browser, from Dropbox, or while this was closed: say it. */
  arrived(request) {
    if (!request) return say(this.get("generate-status"), "");
    const problem = request.phase === "granted" ? null : request.problem;
    // A request that waits again after a code that was refused: what the dialog says about that code stays.
    const goesOn = waits(request) && request.createdAt === this.shownRequest;
    this.shownRequest = request.createdAt;
    if (problem || !goesOn) clearProblems(this.dialog);
    // What Generate Key has said is over.
    if (problem || request.phase !== "awaitingCode" || request.codeReceived) say(this.get("generate-status"), "");
    if (problem) {
      say(this.status, "");
      return showProblem(this.dialog, problem, { focus: false });
    }
    if (request.phase === "granted") {
      const unconfirmed = this.unconfirmed();
      say(this.status, word(unconfirmed ? "granted-confirm" : "granted"), !unconfirmed);
      if (!this.isTyping()) (unconfirmed ?? this.get("controls-save")).focus();
    } else if (request.phase === "exchanging") {
      say(this.status, word("exchanging"));
    } else {
      say(this.status, word("kept", { time: time(request.expiresAt) }));
    }
  }

  /** Whether somebody stands in a field where something has been typed. */
  isTyping() {
    const { activeElement } = document;
    return this.draft.has(activeElement?.id ?? "") && isSeen(activeElement);
  }

  /** Whoever stood on what is gone now stands at the next step. */
  keepFocus(request) {
    const { activeElement } = document;
    if (this.dialog.contains(activeElement) && isSeen(activeElement)) return;
    if (waits(request)) one(this.dialog, "h1").focus();
    else if (request?.phase === "granted") this.firstFocus(request).focus();
    else (isSeen(this.get("generate-key")) ? this.get("generate-key") : this.get("change-key")).focus();
  }

  generate() {
    if (this.appKey.isEmpty()) {
      clearProblems(this.dialog);
      return this.appKey.ask();
    }
    const status = this.get("generate-status");
    const action = async () => {
      const key = this.get("app-key").value;
      const secret = this.get("app-secret").value;
      const force = this.get("force-reauthentication").checked;
      this.showCancel(true);
      const begun = api.beginAuthorization(this.operator.id, key, this.appKey.secret(), this.place(), force);
      const operator = await begun.finally(() => this.showCancel(false));
      this.used("app-key", key);
      this.used("app-secret", secret);
      for (const id of [PLACE, FORCE]) this.draft.drop(id);
      this.appKey.settled();
      // A code belongs to the URL that it came from.
      this.used(CODE, this.get(CODE).value);
      this.stepNow = null;
      this.get("generate-key").focus();
      this.render(operator);
      const here = operator.request.place === "thisComputer";
      say(status, word(here ? "generated" : "generated-there"), true);
      if (!this.isTyping()) this.fold(here ? "authorization-open" : "temporary-authorization-key");
      this.reread();
    };
    return this.act("generate-key", status, "generating", action, (problem) => this.isCancelled(problem));
  }

  /** The way out while key and secret are checked. It stands where nothing else does, so nothing moves for it. @param {boolean} shown */
  showCancel(shown) {
    const cancel = this.get("generate-cancel");
    if (!shown && document.activeElement === cancel) this.get("generate-key").focus();
    cancel.removeAttribute("aria-disabled");
    cancel.hidden = !shown;
  }

  /** Ends the check. A second click would end the request that waited before it. */
  async cancelCheck() {
    const cancel = this.get("generate-cancel");
    if (cancel.getAttribute("aria-disabled") === "true") return;
    cancel.setAttribute("aria-disabled", "true");
    try {
      await api.cancelAuthorization(this.operator.id);
    } catch (thrown) {
      cancel.removeAttribute("aria-disabled");
      showProblem(this.dialog, thrown);
    }
  }

  /** What somebody has cancelled is no failure: the line says so where it said what was going on. */
  isCancelled(problem) {
    if (problem.code !== "check_cancelled") return false;
    say(this.get("generate-status"), word("check-cancelled"));
    return true;
  }

  /** What was sent needs no keeping, unless it was typed on meanwhile. */
  used(id, sent) {
    if (this.get(id).value !== sent) return;
    this.draft.drop(id);
    if (id === CODE) this.draft.drop(CODE_OF);
  }

  /** The first step is done: on to the next. */
  fold(next) {
    this.unfold(false);
    this.get(next).focus();
  }

  act(button, status, busy, action, refused) {
    return act({ root: this.dialog, button: this.get(button), status, busy, action, refused });
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
    if (await this.link("authorize")) say(this.status, word("opened"));
  }

  cancel() {
    return this.act("authorization-cancel", this.status, "cancelling", async () => {
      this.render(await api.cancelAuthorization(this.operator.id));
      say(this.get("generate-status"), "");
      say(this.status, word("cancelled"));
      this.reread();
    });
  }

  async revoke() {
    const { id } = this.operator;
    const sure = await ask({ title: word("revoke-title", { id }), text: word("revoke-text"), yes: word("revoke-yes") });
    this.get("revoke-authorization").focus();
    if (!sure) return;
    await this.act("revoke-authorization", this.status, "revoking", async () => {
      this.render(await api.revokeAuthorization(id));
      say(this.status, word("revoked"), true);
      this.reread();
    });
  }

  save() {
    const { authorization, request } = this.operator;
    if (request?.phase === "granted") return this.putInForce();
    if (authorization && !authorization.revoked && !request && !this.hasStepOneTyped()) return this.nothingToSave();
    return this.act("controls-save", this.status, "completing", async () => {
      const code = this.get(CODE).value;
      const operator = await api.completeAuthorization(this.operator.id, code.trim() === "" ? null : code);
      this.used(CODE, code);
      this.render(operator);
      this.reread();
    });
  }

  /** The procedure says Save twice, and somebody may press it once more: that is no mistake. */
  nothingToSave() {
    // Something is under way, and will say itself how it went.
    if (this.get("controls-save").getAttribute("aria-disabled") !== "true") say(this.status, word("nothing-to-save", this.operator), true);
  }

  putInForce() {
    const unconfirmed = this.unconfirmed();
    if (unconfirmed) {
      say(this.status, word("granted-confirm"));
      return unconfirmed.focus();
    }
    const action = async () => {
      this.render(await api.saveAuthorization(this.operator.id, this.confirmed()));
      say(this.status, word("in-force", this.operator), true);
      say(this.get("generate-status"), "");
      if (!this.isTyping()) this.get("controls-close").focus();
      this.reread();
    };
    return this.act("controls-save", this.status, "saving", action, (problem) => this.toConfirm(problem));
  }

  /** What was read and ticked. @returns {t.Confirmed} */
  confirmed() {
    const confirms = (/** @type {string} */ code) => warnings(this.operator.request).find(({ problem }) => problem.code === code)?.confirms ?? [];
    return { account: confirms("account_differs")[0] ?? null, sharedWith: confirms("account_taken") };
  }

  /** Another program has made it a question since it was read here: the request has it now. */
  toConfirm(problem) {
    if (!TICKS[problem.code]) return false;
    this.reread();
    return true;
  }
}
