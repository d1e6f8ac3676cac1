// Copy buttons: data-copy names the input whose text is copied.

import { word } from "./template.js";

async function copy(input) {
  try {
    await navigator.clipboard.writeText(input.value);
    return true;
  } catch {
    // Without permission for the clipboard, the old way still works on what is selected.
    input.select();
    return document.execCommand("copy");
  }
}

/** Makes the copy buttons below root work. */
export function wireCopyButtons(root) {
  const announcer = document.getElementById("announcer");
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const copied = await copy(root.querySelector(`#${button.dataset.copy}`));
      // In a dialog only what is inside it is spoken.
      const status = root.querySelector("#controls-status") ?? announcer;
      status.textContent = word(copied ? "copied" : "copy-failed");
    });
  }
}
