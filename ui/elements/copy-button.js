// <copy-button for="ID"> around a button: copies the text of that field, or its own data-text, and says so.

import { byId, word } from "./template.js";

/** @param {string} text @param {HTMLInputElement | HTMLTextAreaElement | null} field */
async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without permission for the clipboard, the old way still works on what is selected.
    field?.select();
    return Boolean(field) && document.execCommand("copy");
  }
}

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  async handleEvent() {
    const root = this.closest("dialog") ?? document;
    const field = this.getAttribute("for") ? byId(root, this.getAttribute("for") ?? "") : null;
    const copied = await copy(field?.value ?? this.dataset.text ?? "", field);
    const said = word(copied ? "copied" : "copy-failed");
    // In a dialog only what is inside it is spoken.
    const status = this.closest("dialog")?.querySelector('[data-part="status-line"]') ?? document.getElementById("announcer");
    if (status) status.textContent = said;
    this.classList.toggle("copied", copied);
    setTimeout(() => this.classList.remove("copied"), 2000);
  }
}

customElements.define("copy-button", CopyButton);
