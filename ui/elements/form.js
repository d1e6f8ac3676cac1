// What every form does: one action at a time, and errors at their fields.

/** @import * as t from "../types.js" */

import { translated } from "../language.js";
import { element, fill, instance, part, word } from "./template.js";

/** The inputs that a Problem's field means. */
/** @type {Record<string, string>} */
const INPUTS = {
  id: "operator-id",
  name: "operator-name",
  email: "operator-email",
  destination: "operator-destination",
  appKey: "app-key",
  appSecret: "app-secret",
  authorizationCode: "temporary-authorization-key",
  redirectPorts: "redirect-ports",
  connectTimeoutSeconds: "connect-timeout-seconds",
  idleTimeoutSeconds: "idle-timeout-seconds",
  historyRetentionDays: "history-retention-days",
  proxyAddress: "proxy-address",
  proxyUser: "proxy-user",
  proxyPassword: "proxy-password",
};

/** Whatever was thrown, as a Problem: nothing is swallowed. @param {any} thrown @returns {t.Problem} */
export function asProblem(thrown) {
  if (thrown && typeof thrown === "object" && "code" in thrown && "message" in thrown && !(thrown instanceof Error)) return thrown;
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "unexpected", message: word("unexpected", { what }), hint: word("unexpected-hint"), field: null, fields: [], others: [] };
}

/** What somebody has typed wrongly is put right there: nobody is asked for help with it, and no code is needed. */
const TYPED = ["invalid_input", "operator_exists"];

/** @param {ParentNode} root @param {t.Problem} problem */
function fillWords(root, { message, hint, code }) {
  fill(root, "message", translated(message));
  fill(root, "hint", translated(hint));
  part(root, "problem-code").textContent = code;
  part(root, "support").hidden = TYPED.includes(code);
}

/** Fills a box with what happened, what to do, and the code. @param {HTMLElement} box @param {t.Problem} problem */
export function fillProblem(box, problem) {
  const content = instance("problem");
  fillWords(content, problem);
  box.replaceChildren(content);
  box.hidden = false;
}

/** Says it at the field alone; without a problem the field is only marked, because another one says it. @param {HTMLInputElement} input @param {t.Problem} [problem] */
export function markInput(input, problem) {
  input.setAttribute("aria-invalid", "true");
  if (!problem) return;
  const content = instance("field-problem");
  fillWords(content, problem);
  const error = /** @type {HTMLElement} */ (document.getElementById(`${input.id}-error`));
  error.replaceChildren(content);
  error.hidden = false;
}

/** The inputs that a problem is about: the first is where somebody begins. @param {ParentNode} root @param {t.Problem} problem @returns {HTMLInputElement[]} */
export function inputsOf(root, { field, fields = [] }) {
  const inputs = [...new Set([field, ...fields])].map((each) => each && INPUTS[each] && root.querySelector(`#${INPUTS[each]}`));
  return /** @type {HTMLInputElement[]} */ (inputs.filter(Boolean));
}

/** A link to a field. @param {HTMLInputElement} input */
function linkTo(input) {
  const link = element("field-link");
  link.textContent = input.labels?.[0].textContent;
  link.href = `#${input.id}`;
  link.addEventListener("click", (/** @type {Event} */ event) => {
    // The address says which view is shown; a link within a form must not change it.
    event.preventDefault();
    input.focus();
  });
  return link;
}

/** One line at the top, from where links lead to the fields, and the way to the first. @param {HTMLInputElement[]} inputs @param {HTMLElement} box @param {boolean} focus */
function summarize(inputs, box, focus) {
  const summary = instance(inputs.length === 1 ? "summary" : "summary-other");
  part(summary, "fields").append(...inputs.flatMap((input, at) => (at ? [", ", linkTo(input)] : [linkTo(input)])));
  box.replaceChildren(summary);
  box.hidden = false;
  if (!focus) return;
  inputs[0].focus();
  // With its label: what is wrong is read beside what it is about.
  inputs[0].closest(".field")?.scrollIntoView({ block: "nearest" });
}

/** Says a problem at its field, and marks the others that it may be about. The field, where it can be seen. @param {ParentNode} root @param {t.Problem} problem */
function markFields(root, problem) {
  const [input, ...others] = inputsOf(root, problem);
  if (!input || !isSeen(input)) return [];
  for (const other of others) markInput(other);
  markInput(input, problem);
  return [input];
}

/** Takes away what an earlier try left. */
export function clearProblems(root) {
  for (const box of root.querySelectorAll(".problem")) box.hidden = true;
  for (const error of root.querySelectorAll(".error")) error.hidden = true;
  for (const input of root.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/** Whether a person can see it. */
export const isSeen = (element) => Boolean(element?.isConnected) && !element.closest("[hidden]");

/**
 * Shows a problem at its field, or in the box when it has none that can be seen. `focus` false leaves everybody where they
 * are: for what comes by itself.
 */
export function showProblem(root, thrown, { box = "problem", focus = true } = {}) {
  const problem = asProblem(thrown);
  const target = part(root, box);
  const [first, ...others] = [problem, ...(problem.others ?? [])].map((each) => markFields(root, each));
  if (first.length) return summarize([first, ...others].flat(), target, focus);
  fillProblem(target, problem);
  target.scrollIntoView({ block: "nearest" });
}

/** What went wrong, as one line: also what others have to say. @param {t.Problem | null} problem @returns {string} */
export const inOneLine = (problem) => (problem ? [problem, ...(problem.others ?? [])].map(({ message }) => translated(message)).join(" ") : "");

/** Shows what belongs to no form: in the dialog when one is open, else above the view. The view stays as it is. */
export function report(thrown) {
  const dialog = document.querySelector("dialog[open]:has([data-part=problem])");
  if (dialog) return showProblem(dialog, thrown, { focus: false });
  const notice = /** @type {HTMLElement} */ (document.getElementById("notice"));
  fillProblem(part(notice, "problem"), asProblem(thrown));
  notice.hidden = false;
}

/** Shows a value. The same one is not put there again: it would disturb somebody who types. @param {HTMLInputElement} input @param {string} value */
export function setValue(input, value) {
  if (input.value !== value) input.value = value;
}

/** Says how something went. */
export function say(element, text, good = false) {
  element.textContent = text;
  element.classList.toggle("good", good);
}

/**
 * Runs an action once however often its button is pressed, says meanwhile what is being done, and shows what went wrong.
 * Buttons with data-act in the same root wait too: their actions would be about a state that is just changing.
 * `refused` sees a problem first; true says that it has shown it. Returns whether the action went well.
 * @param {{root: HTMLElement, button: HTMLElement, status: HTMLElement, busy: string, action: () => Promise<void>,
 *   refused?: (problem: t.Problem) => boolean, box?: string}} work
 */
export async function act({ root, button, status, busy, action, refused, box }) {
  if (button.getAttribute("aria-disabled") === "true") return false;
  // One that waits already waits for something else, and goes on waiting for that.
  const buttons = [...new Set([button, ...root.querySelectorAll("[data-act]")])].filter((each) => each.getAttribute("aria-disabled") !== "true");
  for (const each of buttons) each.setAttribute("aria-disabled", "true");
  clearProblems(root);
  say(status, word(busy));
  try {
    await action();
    return true;
  } catch (thrown) {
    say(status, "");
    // Whoever has closed it, or gone elsewhere, hears it all the same.
    if (!root.isConnected) report(thrown);
    else if (!refused?.(asProblem(thrown))) showProblem(root, thrown, { box });
    return false;
  } finally {
    for (const each of buttons) each.removeAttribute("aria-disabled");
  }
}
