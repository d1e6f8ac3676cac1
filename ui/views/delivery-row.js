// One delivery as a row: of the record, and of Deliveries.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { writeRecently } from "../elements/day.js";
import { asProblem, say } from "../elements/form.js";
import { element, fill, part, put, tag, word } from "../elements/template.js";
import { bytes } from "../format.js";
import { translated } from "../language.js";

/** @param {t.Delivery} delivery @param {boolean} withOperator */
export function deliveryRow(delivery, withOperator = false) {
  const content = element("delivery-row");
  content.dataset.delivery = delivery.id;
  if (withOperator) fill(content, "operator", delivery.operatorId);
  else part(content, "operator").remove();
  put(content, "file", delivery.fileName);
  fill(content, "path", delivery.dropboxPath);
  part(content, "size").textContent = bytes(delivery.sizeBytes);
  part(content, "status").append(tag(delivery.supersededBy ? "delivery-superseded" : `delivery-${delivery.state}`));
  fill(content, "problem", translated(delivery.problem?.message ?? null));
  fill(content, "problem-hint", translated(delivery.problem?.hint ?? null));
  writeRecently(part(content, "time"), delivery.finishedAt ?? delivery.createdAt);
  progress(content, delivery, delivery.state === "uploading");
  if (delivery.state === "needsAttention") offerDecision(content, delivery);
  return content;
}

/** What a person can do about it: the row is read again when it is done. @param {HTMLElement} row @param {t.Delivery} delivery */
function offerDecision(row, { id, fileName }) {
  const status = part(row, "decide-status");
  const buttons = [part(row, "again"), part(row, "dismiss")];
  const decide = (/** @type {string} */ busy, /** @type {(id: number) => Promise<t.Delivery>} */ work) => async () => {
    if (buttons[0].getAttribute("aria-disabled") === "true") return;
    for (const button of buttons) button.setAttribute("aria-disabled", "true");
    say(status, word(busy));
    try {
      await work(id);
    } catch (thrown) {
      const { message, hint } = asProblem(thrown);
      say(status, [translated(message), translated(hint)].filter(Boolean).join(" "));
    } finally {
      for (const button of buttons) button.removeAttribute("aria-disabled");
    }
  };
  buttons[0].addEventListener("click", decide("sending-again", api.sendAgain));
  buttons[1].addEventListener("click", decide("dismissing", api.dismissDelivery));
  for (const button of buttons) button.setAttribute("aria-label", `${button.textContent}: ${fileName}`);
  part(row, "decide").hidden = false;
}

/** @param {ParentNode} root @param {{bytesSent: number, sizeBytes: number}} figures @param {boolean} visible */
export function progress(root, { bytesSent, sizeBytes }, visible) {
  const bar = part(root, "progress");
  const sent = word("delivery-sent", { sent: bytes(bytesSent), size: bytes(sizeBytes) });
  bar.hidden = !visible;
  bar.max = Math.max(1, sizeBytes);
  bar.value = bytesSent;
  bar.setAttribute("aria-label", sent);
  fill(root, "sent", visible ? sent : null);
}
