// What every form does: one action at a time, and errors at their fields.

import { fill, instance, part, word } from "./template.js";

/** The inputs that a Problem's field means. */
const INPUTS = {
  id: "operator-id",
  name: "operator-name",
  email: "operator-email",
  destination: "operator-destination",
  appKey: "app-key",
  appSecret: "app-secret",
  authorizationCode: "temporary-authorization-key",
};

/** Whatever was thrown, as a Problem: nothing is swallowed. */
export function asProblem(thrown) {
  if (thrown && typeof thrown === "object" && "code" in thrown && "message" in thrown) return thrown;
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "unexpected", message: word("unexpected", { what }), hint: word("unexpected-hint"), field: null };
}

/** Fills a box with what happened, what to do, and the code. */
export function fillProblem(box, problem) {
  const content = instance("problem");
  fill(content, "message", problem.message);
  fill(content, "hint", problem.hint);
  part(content, "problem-code").textContent = problem.code;
  box.replaceChildren(content);
  box.hidden = false;
}

/** Says it at the field and goes there: whoever reads the field hears it. */
function markField(input, { message, hint, code }) {
  const error = document.getElementById(`${input.id}-error`);
  error.textContent = word("field-error", { message, hint: hint ?? "", code });
  error.hidden = false;
  input.setAttribute("aria-invalid", "true");
  input.focus();
  error.scrollIntoView({ block: "nearest" });
}

/** Takes away what an earlier try left. */
export function clearProblems(root) {
  for (const box of root.querySelectorAll(".problem")) box.hidden = true;
  for (const error of root.querySelectorAll(".error")) error.hidden = true;
  for (const input of root.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
}

/** Shows a problem at its field, or in the box when it has none that can be seen. */
export function showProblem(root, thrown, boxName = "problem") {
  const problem = asProblem(thrown);
  const input = problem.field && root.querySelector(`#${INPUTS[problem.field]}`);
  if (input && !input.closest("[hidden]")) return markField(input, problem);
  const box = part(root, boxName);
  fillProblem(box, problem);
  box.scrollIntoView({ block: "nearest" });
}

/** Says how something went. */
export function say(element, text, good = false) {
  element.textContent = text;
  element.classList.toggle("good", good);
}

/**
 * Runs an action once however often its button is pressed, says meanwhile what is being done, and shows what went wrong.
 * Returns whether it went well.
 */
export async function act(root, button, status, busyWord, action, boxName) {
  if (button.getAttribute("aria-disabled") === "true") return false;
  button.setAttribute("aria-disabled", "true");
  clearProblems(root);
  say(status, word(busyWord));
  try {
    await action();
    return true;
  } catch (thrown) {
    say(status, "");
    showProblem(root, thrown, boxName);
    return false;
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
