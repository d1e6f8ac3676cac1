// Dropbox Authorization: masked; shown on demand, and hidden again by itself.

import { word } from "./template.js";

const MASK = "•".repeat(24);
/** How long it stays in sight, in milliseconds. */
const IN_SIGHT = 30_000;

/** A field that shows a secret for a moment. `reveal` fetches it; nothing is kept here. */
export class Masked {
  constructor(input, button, reveal, failed) {
    this.input = input;
    this.button = button;
    this.timer = 0;
    button.addEventListener("click", () => (this.timer ? this.hide() : this.show(reveal).catch(failed)));
  }

  /** Whether there is something to show. */
  set(present) {
    this.button.hidden = !present;
    if (!present || !this.timer) this.hide(present);
  }

  hide(present = true) {
    clearTimeout(this.timer);
    this.timer = 0;
    this.input.value = present ? MASK : "";
    this.button.textContent = word("show");
  }

  async show(reveal) {
    this.input.value = await reveal();
    this.button.textContent = word("hide");
    this.timer = setTimeout(() => this.hide(), IN_SIGHT);
  }
}
