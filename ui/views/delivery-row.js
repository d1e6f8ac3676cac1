// One delivery as a row, and the rows of a table: of the record, and of Deliveries.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { announce } from "../elements/announce.js";
import { writeRecently } from "../elements/day.js";
import { act, say } from "../elements/form.js";
import { all, element, fill, part, put, tag, word } from "../elements/template.js";
import { bytes } from "../format.js";
import { translated } from "../language.js";

/** The word of how it stands. @param {t.Delivery} delivery */
const stateName = ({ state, supersededBy }) => (supersededBy ? "delivery-superseded" : `delivery-${state}`);

class DeliveryRow {
  /** @param {number} id @param {DeliveryRows} table */
  constructor(id, table) {
    this.id = id;
    this.table = table;
    this.element = element("delivery-row");
    this.element.dataset.delivery = id;
    if (!table.withOperator) part(this.element, "operator").remove();
    this.wire("again", "sending-again", api.sendAgain);
    this.wire("dismiss", "dismissing", api.dismissDelivery);
  }

  /** Shows how it stands now; the element stays, and with it whatever has the focus or is about to be clicked. @param {t.Delivery} delivery */
  render(delivery) {
    const written = JSON.stringify(delivery);
    if (written === this.written) return;
    const row = this.element;
    const needsDecision = delivery.state === "needsAttention";
    // What has been decided keeps its room: the next rows, and their buttons, do not come up under the pointer.
    if (this.delivery?.state === "needsAttention" && !needsDecision) row.style.height = `${row.getBoundingClientRect().height}px`;
    this.written = written;
    this.delivery = delivery;
    if (part(row, "operator")) fill(row, "operator", delivery.operatorId);
    put(row, "file", delivery.fileName);
    fill(row, "path", delivery.dropboxPath);
    part(row, "size").textContent = bytes(delivery.sizeBytes);
    part(row, "status").replaceChildren(tag(stateName(delivery)));
    fill(row, "problem", translated(delivery.problem?.message ?? null));
    fill(row, "problem-hint", needsDecision ? translated(delivery.problem?.hint ?? null) : null);
    writeRecently(part(row, "time"), delivery.finishedAt ?? delivery.createdAt);
    progress(row, delivery, delivery.state === "uploading");
    this.offerDecision(needsDecision);
  }

  /** What a person can do about it. Who stood on one of the buttons stands on the row when they go. @param {boolean} offered */
  offerDecision(offered) {
    const decide = part(this.element, "decide");
    const hadFocus = decide.contains(document.activeElement);
    part(decide, "decide-problem").hidden = true;
    decide.hidden = !offered;
    for (const button of all(decide, "button")) button.setAttribute("aria-label", `${button.textContent}: ${part(this.element, "file").textContent}`);
    if (hadFocus && !offered) this.element.focus();
  }

  /** @param {string} name @param {string} busy @param {(id: number) => Promise<t.Delivery>} work */
  wire(name, busy, work) {
    const row = this.element;
    const [button, status] = [part(row, name), part(row, "decide-status")];
    const action = async () => {
      this.table.decided.add(this.id);
      try {
        const delivery = await work(this.id);
        announce(`${word(stateName(delivery))}: ${part(row, "file").textContent}`);
      } finally {
        // The event that tells it may come later than the answer.
        await this.table.reread();
        say(status, "");
      }
    };
    button.addEventListener("click", () => act({ root: row, button, status, busy, action, refused: (problem) => this.stands(problem), box: "decide-problem" }));
  }

  /** Whether it failed once more, and the row says so: then it is heard, and not shown twice. @param {t.Problem} problem */
  stands({ message }) {
    if (this.delivery?.problem?.message !== message) return false;
    announce(translated(message) ?? "");
    return true;
  }
}

/** How long rows that come wait for a pointer that rests on a button, in milliseconds. */
const RESTS = 5000;

/** The rows of one table. A delivery that stays has the same row at every reading. */
export class DeliveryRows {
  /** @param {HTMLElement} body @param {{withOperator?: boolean, reread: () => Promise<void>}} options */
  constructor(body, { withOperator = false, reread }) {
    this.body = body;
    this.withOperator = withOperator;
    this.reread = reread;
    /** @type {Map<number, DeliveryRow>} */
    this.rows = new Map();
    /** Those about which somebody has decided here. @type {Set<number>} */
    this.decided = new Set();
    this.waiting = new AbortController();
  }

  /** @param {t.Delivery[]} deliveries */
  render(deliveries) {
    this.waiting.abort();
    for (const delivery of deliveries) this.rows.get(delivery.id)?.render(delivery);
    const pointed = this.body.querySelector("[data-part=decide]:hover");
    if (pointed && !this.hasAll(deliveries)) this.waitFor(pointed, () => this.show(deliveries));
    else this.show(deliveries);
  }

  /** Whether there is a row for each of them, and no other. @param {t.Delivery[]} deliveries */
  hasAll(deliveries) {
    return deliveries.length === this.rows.size && deliveries.every(({ id }) => this.rows.has(id));
  }

  /** What comes or goes would move the button under the pointer: it waits until that is elsewhere, or rests. @param {Element} pointed @param {() => void} work */
  waitFor(pointed, work) {
    this.waiting = new AbortController();
    const { signal } = this.waiting;
    const go = () => {
      this.waiting.abort();
      work();
    };
    const timer = setTimeout(go, RESTS);
    signal.addEventListener("abort", () => clearTimeout(timer));
    document.addEventListener("pointermove", () => pointed.matches(":hover") || go(), { signal });
    document.documentElement.addEventListener("pointerleave", go, { signal });
  }

  /** @param {t.Delivery[]} deliveries */
  show(deliveries) {
    this.rows = new Map(deliveries.map((delivery) => [delivery.id, this.rows.get(delivery.id) ?? this.made(delivery)]));
    arrange(this.body, Array.from(this.rows.values(), (row) => row.element));
  }

  /** @param {t.Delivery} delivery */
  made(delivery) {
    const row = new DeliveryRow(delivery.id, this);
    row.render(delivery);
    return row;
  }

  /** Shows a figure that has moved. @param {t.DeliveryEvent} event */
  moved(event) {
    const row = this.rows.get(event.deliveryId);
    if (row) progress(row.element, event, true);
  }
}

/** Puts rows in order; one that is in its place already is not touched: it would lose the focus. @param {HTMLElement} body @param {HTMLElement[]} rows */
function arrange(body, rows) {
  const staying = new Set(rows);
  for (const row of Array.from(body.children)) {
    if (!staying.has(/** @type {HTMLElement} */ (row))) row.remove();
  }
  let place = body.firstElementChild;
  for (const row of rows) {
    if (row === place) place = place.nextElementSibling;
    else body.insertBefore(row, place);
  }
}

/** @param {ParentNode} root @param {{bytesSent: number, sizeBytes: number}} figures @param {boolean} visible */
function progress(root, { bytesSent, sizeBytes }, visible) {
  const bar = part(root, "progress");
  const sent = word("delivery-sent", { sent: bytes(bytesSent), size: bytes(sizeBytes) });
  bar.hidden = !visible;
  bar.max = Math.max(1, sizeBytes);
  bar.value = bytesSent;
  bar.setAttribute("aria-label", sent);
  fill(root, "sent", visible ? sent : null);
}
