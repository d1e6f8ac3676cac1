// Ctrl+K: every view, every operator, and what one does with them, found by a few letters.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { announce } from "../elements/announce.js";
import { report } from "../elements/form.js";
import { folded, matches, wordsOf } from "../elements/search.js";
import { all, byId, element, fill, part, word } from "../elements/template.js";
import { keys, zoom } from "../keys.js";
import { whyNoTest } from "./bulk.js";
import { address } from "./operators.js";

/** How many commands are offered at once. */
const OFFERED = 12;

/** @typedef {{text: string, keys?: string, run: () => void}} Command */

/** What the navigation offers. @returns {Command[]} */
function fixed() {
  const links = all(document, "nav a").map((link) => ({ text: link.textContent, run: () => (location.hash = link.hash) }));
  return [
    ...links,
    { text: word("new-operator"), keys: keys("N"), run: () => (location.hash = "#/new-operator") },
    { text: word("command-zoom-in"), keys: keys("+"), run: () => zoom("in") },
    { text: word("command-zoom-out"), keys: keys("-"), run: () => zoom("out") },
    { text: word("command-zoom-reset"), keys: keys("0"), run: () => zoom("reset") },
    { text: word("command-console"), run: () => api.openLink("appConsole").catch(report) },
    { text: word("command-files"), run: () => api.openLink("files").catch(report) },
  ];
}

/** What one does with an operator, the address of it, and with whom it can be done. @type {[string, string, (operator: t.Operator) => boolean][]} */
const ACTIONS = [["command-open", "", () => true], ["command-controls", "/controls", () => true], ["command-test", "/test", (operator) => !whyNoTest(operator)]];

/** @param {string} name @param {string} then @param {t.Operator} operator @returns {Command} */
const ofOperator = (name, then, operator) => ({ text: word(name, operator), run: () => (location.hash = `${address(operator.id)}${then}`) });

export class Palette {
  constructor() {
    this.dialog = element("palette");
    this.input = byId(this.dialog, "palette-input");
    this.list = byId(this.dialog, "palette-list");
    /** @type {Command[]} */
    this.commands = fixed();
    /** @type {(t.Operator & {haystack: string})[]} */
    this.operators = [];
    // In small letters, without an operator: ten thousand texts are not made for the twelve that are offered.
    this.actions = ACTIONS.map(([name, then, can]) => ({ name, then, can, text: folded(word(name)) }));
    /** @type {Command[]} */
    this.offered = [];
    /** Whether the operators are still to come. */
    this.isReading = true;
    this.input.addEventListener("input", () => this.offer());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.list.addEventListener("click", (event) => this.run(Array.from(this.list.children).indexOf(event.target.closest("li"))));
    // A click beside it closes it.
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.dialog.remove());
  }

  async open() {
    if (document.querySelector("dialog[open]")) return;
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.input.focus();
    this.offer();
    try {
      const operators = await api.listOperators();
      this.isReading = false;
      this.operators = operators.map((operator) => Object.assign(operator, { haystack: folded(`${operator.id} ${operator.name}`) }));
      this.offer(this.offered[this.index]?.text);
    } catch (thrown) {
      this.dialog.close();
      report(thrown);
    }
  }

  /** Offers what matches. What was marked stays so while it is offered. @param {string | undefined} marked */
  offer(marked = undefined) {
    const words = wordsOf(this.input.value);
    const found = this.commands.filter(({ text }) => matches(words, folded(text)));
    this.offered = [...found, ...this.ofOperators(words, OFFERED - found.length)].slice(0, OFFERED);
    this.list.replaceChildren(...this.offered.map((command, at) => this.option(command, at)));
    this.sayNone(this.offered.length === 0);
    this.mark(Math.max(0, this.offered.findIndex(({ text }) => text === marked)));
  }

  /** @param {string[]} words @param {number} most @returns {Command[]} */
  ofOperators(words, most) {
    const found = [];
    for (const operator of this.operators) {
      for (const { name, then, can, text } of this.actions) {
        if (found.length >= most) return found;
        if (matches(words, text, operator.haystack) && can(operator)) found.push(ofOperator(name, then, operator));
      }
    }
    return found;
  }

  /** While operators are still to come, nobody knows that there is none. @param {boolean} isNone */
  sayNone(isNone) {
    const none = part(this.dialog, "none");
    const text = word(this.isReading ? "loading" : "palette-none");
    if (isNone && (none.hidden || none.textContent !== text)) announce(text);
    none.textContent = text;
    none.hidden = !isNone;
  }

  /** @param {Command} command @param {number} at */
  option(command, at) {
    const option = element("palette-option");
    option.id = `palette-${at}`;
    part(option, "text").textContent = command.text;
    fill(option, "keys", command.keys);
    return option;
  }

  /** @param {number} index */
  mark(index) {
    this.index = index;
    for (const [at, option] of Array.from(this.list.children).entries()) option.setAttribute("aria-selected", String(at === index));
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
    if (this.offered.length) this.input.setAttribute("aria-activedescendant", `palette-${index}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const count = this.offered.length;
    if (event.key === "Enter") this.run(this.index);
    else if (event.key === "ArrowDown" && count) this.mark((this.index + 1) % count);
    else if (event.key === "ArrowUp" && count) this.mark((this.index + count - 1) % count);
    else return;
    event.preventDefault();
  }

  /** @param {number} index */
  run(index) {
    const command = this.offered[index];
    if (!command) return;
    this.dialog.close();
    command.run();
  }
}
