// Markup and words come from the templates of index.html; nothing here writes HTML.
/** @import * as t from "../types.js" */

import { number } from "../format.js";
import { shown, shownLines } from "./shown.js";

/** @param {string} id */
const template = (id) => /** @type {HTMLTemplateElement} */ (document.getElementById(id));

/** A copy of the one element of a template. @param {string} id @returns {any} */
export const element = (id) => instance(id).firstElementChild;

/** A copy of a template's content. @param {string} id */
export const instance = (id) => /** @type {DocumentFragment} */ (template(id).content.cloneNode(true));

/** The element that a template marked with data-part. @param {ParentNode} root @param {string} name @returns {any} */
export const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

/** The first element that a selector finds. @param {ParentNode} root @param {string} css @returns {any} */
export const one = (root, css) => root.querySelector(css);

/** All elements that a selector finds. @param {ParentNode} root @param {string} css @returns {any[]} */
export const all = (root, css) => Array.from(root.querySelectorAll(css));

/** The element with this id. @param {ParentNode} root @param {string} id @returns {any} */
export const byId = (root, id) => root.querySelector(`#${id}`);

/** Sets a text that is heard when it changes; the same one is not put there again, because it would be heard again. @param {Element} element @param {string} text */
export function setText(element, text) {
  const safe = shownLines(text);
  if (element.textContent !== safe) element.textContent = safe;
}

/** Sets a text of another's: a name, an address, a word of Dropbox. @param {ParentNode} root @param {string} name @param {string} text */
export const put = (root, name, text) => (part(root, name).textContent = shown(text));

/** Sets the text of a part, or hides it when there is none. @param {ParentNode} root @param {string} name @param {string | null | undefined} text */
export function fill(root, name, text) {
  const element = part(root, name);
  element.textContent = shownLines(text ?? "");
  element.hidden = text === null || text === undefined;
}

/** Every word's element by its name: there are hundreds, and a table asks for some in every row. @type {Map<string, HTMLElement> | null} */
let entries = null;

/** @param {string} name @returns {HTMLElement | null} */
function entry(name) {
  entries ??= new Map(all(template("words").content, "[data-word]").map((each) => [each.dataset.word, each]));
  return entries.get(name) ?? null;
}

/** Whether there is such a phrase. @param {string} name */
export const hasWord = (name) => entry(name) !== null;

/** A phrase of the words, with its {slots} filled in; a number as it is written in the language. @param {string} name @param {Record<string, any>} slots */
export function word(name, slots = {}) {
  const text = entry(name)?.textContent;
  if (text === undefined || text === null) throw new Error(`there is no word ${name}`);
  const written = (/** @type {any} */ value) => (typeof value === "number" ? number(value) : shown(String(value ?? "")));
  return text.replace(/\{(\w+)\}/g, (_, slot) => written(slots[slot]));
}

/** A phrase with a number: `name`-one or `name`-other. @param {string} name @param {number} count @param {string} shown */
export const counted = (name, count, shown) => word(`${name}-${count === 1 ? "one" : "other"}`, { count: shown });

/** How many are shown, of how many. @param {string} name @param {number} shown @param {number} count */
export const countedOf = (name, shown, count) =>
  shown === count ? counted(name, count, number(count)) : word(`${name}-some`, { shown: number(shown), count: number(count) });

/** How something stands: word, sign and colour. @param {string} name */
export function tag(name) {
  const content = instance("tag");
  const kind = entry(name)?.dataset.kind ?? "none";
  content.querySelector(".tag")?.classList.add(kind);
  content.querySelector("use")?.setAttribute("href", `#sign-${kind}`);
  part(content, "word").textContent = word(name);
  return content;
}

/** The word of an operator's status. @param {t.Operator} operator */
export const statusName = (operator) => (operator.active ? `status-${operator.status}` : "status-inactive");

/** The word of what keeps an operator's reports from arriving; nothing where the status says it. @param {t.Operator} operator */
export function attentionName({ needsAttention, status, request }) {
  if (!needsAttention) return null;
  if (status === "authorizeAgain") return `status-${status}`;
  // A delivery that failed is no more than what follows, where nothing is authorized.
  if (request?.phase !== "failed") return status === "notAuthorized" ? null : "attention-delivery";
  const reason = `attention-${request.problem?.code}`;
  return hasWord(reason) ? reason : "attention-request";
}

/** The one word that says most about an operator: what needs attention, or else the status. @param {t.Operator} operator */
export const standingName = (operator) => attentionName(operator) ?? statusName(operator);

/** An operator's status as a tag. @param {t.Operator} operator */
export const statusTag = (operator) => tag(statusName(operator));
