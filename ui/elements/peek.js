// A secret while it is typed: masked, shown on demand, and masked again by itself.

import { part, word } from "./template.js";

/** How long it stays in sight, in milliseconds. */
const IN_SIGHT = 30_000;

/** A password field with a button that shows it for a moment. */
export class Peek {
  /** @param {HTMLInputElement} input @param {HTMLElement} button */
  constructor(input, button) {
    this.input = input;
    this.button = button;
    this.timer = 0;
    button.addEventListener("click", () => (this.timer ? this.hide() : this.show()));
    this.hide();
  }

  show() {
    this.input.type = "text";
    part(this.button, "verb").textContent = word("hide");
    this.timer = window.setTimeout(() => this.hide(), IN_SIGHT);
  }

  hide() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.input.type = "password";
    part(this.button, "verb").textContent = word("show");
  }
}
