// One delivery as a row: of the record, and of Deliveries.
/** @import * as t from "../types.js" */

import { writeRecently } from "../elements/day.js";
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
  part(content, "status").append(tag(`delivery-${delivery.state}`));
  fill(content, "problem", translated(delivery.problem?.message ?? null));
  fill(content, "problem-hint", translated(delivery.problem?.hint ?? null));
  writeRecently(part(content, "time"), delivery.finishedAt ?? delivery.createdAt);
  progress(content, delivery, delivery.state === "uploading");
  return content;
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
