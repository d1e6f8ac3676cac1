// Dropbox Authorization: masked; shown on demand, and hidden again by itself.

import { part, word } from "./template.js";

const MASK = "•".repeat(24);
/** How long it stays in sight, in milliseconds. */
const IN_SIGHT = 30_000;

/** A field that shows a secret for a moment. `reveal` fetches it; nothing is kept here. */
export class Masked {
  constructor(input, button, reveal, failed) {
    this.input = input;
    this.button = button;
    this.reveal = reveal;
    this.failed = failed;
    this.timer = 0;
    this.asked = null;
    this.which = null;
    button.addEventListener("click", () => (this.timer ? this.hide() : this.show()));
  }

  /** Whether there is something to show, and which one: another one is not in sight because the one before was. */
  set(present, which = null) {
    const isOther = which !== this.which;
    this.which = which;
    this.button.hidden = !present;
    if (isOther) this.asked = null;
    if (!present || isOther || !this.timer) this.hide(present);
  }

  hide(present = true) {
    clearTimeout(this.timer);
    this.timer = 0;
    // Nothing to show any more: an answer that is still on its way comes too late.
    if (!present) this.asked = null;
    this.input.value = present ? MASK : "";
    part(this.button, "verb").textContent = word("show");
  }

  async show() {
    if (this.asked) return;
    const asked = (this.asked = {});
    try {
      const secret = await this.reveal();
      if (this.asked !== asked) return;
      this.input.value = secret;
      part(this.button, "verb").textContent = word("hide");
      this.timer = setTimeout(() => this.hide(), IN_SIGHT);
    } catch (thrown) {
      if (this.asked === asked) this.failed(thrown);
    } finally {
      if (this.asked === asked) this.asked = null;
    }
  }
}
