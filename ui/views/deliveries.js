// Report Output › Deliveries: of all operators, live.
/** @import * as t from "../types.js" */

import * as api from "../api.js";
import { isGeneral, isProgress } from "../changes.js";
import { sayIfCut } from "../elements/listed.js";
import { folded, matches, wordsOf } from "../elements/search.js";
import { byId, countedOf, instance, part, setText } from "../elements/template.js";
import { DeliveryRows } from "./delivery-row.js";

export class Deliveries {
  /** Fills root, which stays this view's own. @param {HTMLElement} root */
  async build(root) {
    this.root = root;
    this.turn = 0;
    /** @type {t.Delivery[]} */
    this.deliveries = [];
    root.append(instance("deliveries"));
    this.rows = new DeliveryRows(part(root, "rows"), { withOperator: true, reread: () => this.read() });
    byId(root, "delivery-search").addEventListener("input", () => this.filter());
    byId(root, "delivery-filter").addEventListener("change", () => this.filter());
    byId(root, "show-all").addEventListener("click", () => {
      byId(root, "delivery-search").value = byId(root, "delivery-filter").value = "";
      this.filter();
      this.search().focus();
    });
    await this.read();
  }

  search() {
    return byId(this.root, "delivery-search");
  }

  async read() {
    const turn = ++this.turn;
    const [settings, deliveries] = await Promise.all([api.getSettings(), api.listDeliveries(null)]);
    // A later reading knows more.
    if (turn !== this.turn) return;
    this.deliveries = deliveries;
    part(this.root, "interface-off").hidden = settings.interfaceToDropbox;
    part(this.root, "empty").hidden = deliveries.length > 0;
    part(this.root, "tools").hidden = deliveries.length === 0;
    sayIfCut(this.root, deliveries.length);
    this.render();
  }

  /** Begins with what matches now: what was decided among the earlier ones has stayed there until then. */
  filter() {
    this.rows.decided.clear();
    this.render();
  }

  render() {
    const words = wordsOf(this.search().value);
    const filter = byId(this.root, "delivery-filter").value;
    const shown = this.deliveries.filter(({ id, operatorId, fileName, dropboxPath, state }) => {
      const searched = folded([operatorId, fileName, dropboxPath ?? ""].join("\n"));
      return (filter === "" || filter === state || this.rows.decided.has(id)) && matches(words, searched);
    });
    this.rows.render(shown);
    part(this.root, "list").hidden = shown.length === 0;
    const count = this.deliveries.length;
    part(this.root, "no-match").hidden = shown.length > 0 || count === 0;
    setText(byId(this.root, "delivery-count"), countedOf("deliveries", shown.length, count));
  }

  /** A figure that moves is shown from the event; whatever begins or ends is read again. @param {t.Event} event */
  async changed(event) {
    if (isProgress(event) && this.moved(event)) return;
    if (event.kind === "delivery" || isGeneral(event)) await this.read();
  }

  /** Whether it was known to be under way. One that is filtered away has no row. @param {t.DeliveryEvent} event */
  moved(event) {
    const known = this.deliveries.find((delivery) => delivery.id === event.deliveryId);
    if (known?.state !== "uploading") return false;
    known.bytesSent = event.bytesSent;
    this.rows.moved(event);
    return true;
  }
}
