// A question before something that cannot simply be taken back.

import { byId, element, part } from "./template.js";

/** Resolves to whether it was confirmed. Cancel has the focus: Enter alone does no harm. @param {{title: string, text: string, yes: string}} words @returns {Promise<boolean>} */
export function ask({ title, text, yes }) {
  const dialog = element("ask");
  part(dialog, "title").textContent = title;
  part(dialog, "text").textContent = text;
  part(dialog, "yes").textContent = yes;
  document.body.append(dialog);
  dialog.showModal();
  byId(dialog, "ask-no").focus();
  // The page that asked may be left by the tray or the menu: then nobody has confirmed anything.
  const leave = () => dialog.close("no");
  addEventListener("hashchange", leave);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      removeEventListener("hashchange", leave);
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
