// <copy-button for="ID"> around a button: copies the text of that field, or its own data-text, and says so. With `fetch`, it
// copies what is in no field: that goes to the clipboard and is kept nowhere.

import { announce } from "./announce.js";
import { byId, word } from "./template.js";

/** How long the button says that it has copied, in milliseconds. */
const SAID = 2000;

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

/** The clipboard takes what is still on its way: where copying is allowed at a click alone, a moment later is too late. @param {Promise<string>} text */
async function copyComing(text) {
  const data = text.then((plain) => new Blob([plain], { type: "text/plain" }));
  data.catch(() => {});
  const copied = Promise.resolve()
    .then(() => navigator.clipboard.write([new ClipboardItem({ "text/plain": data })]))
    .then(() => true, () => false);
  // That it cannot be fetched is another failure than that it cannot be copied.
  await text;
  return copied;
}

class CopyButton extends HTMLElement {
  constructor() {
    super();
    // What somebody has set before this became a button of ours stays.
    /** @type {(() => Promise<string>) | null} */
    this.fetch = this.fetch ?? null;
    /** Hears why something could not be fetched. @type {(thrown: any) => void} */
    this.failed = this.failed ?? (() => {});
    this.isCopying = false;
  }

  connectedCallback() {
    this.addEventListener("click", this);
  }

  async handleEvent() {
    if (this.isCopying) return;
    this.isCopying = true;
    try {
      this.tell(await this.copied());
    } catch (thrown) {
      this.failed(thrown);
    } finally {
      this.isCopying = false;
    }
  }

  copied() {
    if (this.fetch) return copyComing(this.fetch());
    const root = this.closest("dialog") ?? document;
    const field = this.getAttribute("for") ? byId(root, this.getAttribute("for") ?? "") : null;
    return copy(field?.value ?? this.dataset.text ?? "", field);
  }

  /** The button says it for a moment; what somebody has to do themselves stands beside it until the next try. @param {boolean} copied */
  tell(copied) {
    const said = word(copied ? "copied" : this.fetch ? "copy-failed-masked" : "copy-failed");
    announce(said);
    this.querySelector(".said")?.remove();
    if (copied) return this.sayInButton(said);
    const line = document.createElement("span");
    line.className = "said";
    line.textContent = said;
    this.append(line);
  }

  /** @param {string} said */
  sayInButton(said) {
    const button = this.querySelector("button");
    if (!button || this.classList.contains("copied")) return;
    const words = Array.from(button.childNodes);
    // What stands beside it stays where it is.
    button.style.minWidth = `${button.offsetWidth}px`;
    button.replaceChildren(said);
    this.classList.add("copied");
    setTimeout(() => {
      button.replaceChildren(...words);
      this.classList.remove("copied");
    }, SAID);
  }
}

customElements.define("copy-button", CopyButton);
