// Ctrl+K: every view, every operator, and what one does with them, found by a few letters.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { announce } from "../elements/announce.js";
import { report } from "../elements/form.js";
import { all, byId, element, fill, part, word } from "../elements/template.js";
import { address } from "./operators.js";

/** How many commands are offered at once. */
const OFFERED = 12;
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** A shortcut as this system writes it. @param {string} key */
export const keys = (key) => (isMac ? `⌘${key}` : `Ctrl+${key}`);

/** @typedef {{text: string, keys?: string, run: () => void}} Command */

/** What the navigation offers. @returns {Command[]} */
function fixed() {
  const links = all(document, "nav a").map((link) => ({ text: link.textContent, run: () => (location.hash = link.hash) }));
  return [
    ...links,
    { text: word("new-operator"), keys: keys("N"), run: () => (location.hash = "#/new-operator") },
    { text: word("command-console"), run: () => api.openLink("appConsole").catch(report) },
    { text: word("command-files"), run: () => api.openLink("files").catch(report) },
  ];
}

/** @param {t.Operator} operator @returns {Command[]} */
const ofOperator = (operator) => [
  { text: word("command-open", operator), run: () => (location.hash = address(operator.id)) },
  { text: word("command-controls", operator), run: () => (location.hash = `${address(operator.id)}/controls`) },
  { text: word("command-test", operator), run: () => (location.hash = `${address(operator.id)}/test`) },
];

export class Palette {
  constructor() {
    this.dialog = element("palette");
    this.input = byId(this.dialog, "palette-input");
    this.list = byId(this.dialog, "palette-list");
    /** @type {Command[]} */
    this.commands = fixed();
    /** @type {Command[]} */
    this.offered = [];
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
      this.commands = [...fixed(), ...(await api.listOperators()).flatMap(ofOperator)];
      this.offer();
    } catch (thrown) {
      this.dialog.close();
      report(thrown);
    }
  }

  /** Every word that is typed has to be found. */
  offer() {
    const words = this.input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    this.offered = this.commands.filter(({ text }) => words.every((each) => text.toLocaleLowerCase().includes(each))).slice(0, OFFERED);
    this.list.replaceChildren(...this.offered.map((command, at) => this.option(command, at)));
    this.sayNone(this.offered.length === 0);
    this.mark(0);
  }

  /** @param {boolean} isNone */
  sayNone(isNone) {
    const none = part(this.dialog, "none");
    if (isNone && none.hidden) announce(none.textContent);
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
