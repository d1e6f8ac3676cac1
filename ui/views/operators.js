// System Administrator › Setup › Operator: the table. It may have ten thousand rows: it is filtered and sorted here, at once.
/** @import * as t from "../types.js" */

import { takeOperators } from "../ahead.js";
import * as api from "../api.js";
import { isProgress } from "../changes.js";
import { writeRecently } from "../elements/day.js";
import { report, say } from "../elements/form.js";
import { folded, matches, wordsOf } from "../elements/search.js";
import { all, byId, counted, countedOf, element, fill, instance, one, part, put, setText, standingName, tag, word } from "../elements/template.js";
import { VirtualRows } from "../elements/virtual-rows.js";
import { number } from "../format.js";
import { Bulk } from "./bulk.js";
import { Removed } from "./removed.js";

/** @param {string} id */
export const address = (id) => `#/operators/${encodeURIComponent(id)}`;

/** What keeps somebody's reports from arriving until an administrator does something. @param {t.Operator} operator */
const needsYou = ({ needsAttention, active, status }) => needsAttention || (active && status === "awaitingSave");

/** @type {Record<string, (operator: t.Operator) => string | number>} */
const SORTS = {
  id: (operator) => operator.id,
  name: (operator) => operator.name,
  account: (operator) => operator.authorization?.account.email ?? "",
  status: (operator) => word(standingName(operator)),
  delivered: (operator) => operator.lastDeliveredAt ?? 0,
};

/** What is searched. @param {t.Operator} operator */
const haystack = ({ id, name, email, authorization }) =>
  folded([id, name, email ?? "", authorization?.account.email ?? ""].join("\n"));

/** The choice of what is shown that is not about the table's own operators. */
const REMOVED = "removed";

/** How the table was left: whoever comes back finds it so. */
const kept = {
  text: "", filter: "", sort: "id", descending: false, /** @type {Set<string>} */ selected: new Set(),
  /** @type {import("../elements/virtual-rows.js").Place | null} */ place: null,
  /** Whether somebody stood on a row. */ onRow: false,
};

export class Operators {
  /** Fills root, which stays this view's own. @param {HTMLElement} root */
  async build(root) {
    this.root = root;
    this.turn = 0;
    /** @type {t.Operator[]} */
    this.operators = [];
    /** How many of them need somebody. */
    this.waiting = 0;
    /** From whom a range is selected. @type {string | null} */
    this.anchor = null;
    root.append(instance("operators"));
    root.classList.add("whole");
    this.rows = new VirtualRows({
      scroller: part(root, "list"),
      body: part(root, "rows"),
      render: (operator, index) => this.row(operator, index),
      key: (/** @type {t.Operator} */ operator) => operator.id,
    });
    this.bulk = new Bulk(root, { selected: () => this.chosen(), clear: () => this.select([]), reread: () => this.read().catch(report) });
    this.removed = new Removed(root, () => this.read());
    this.wire();
    const reading = this.read();
    // Made while the program answers: the first figure and the first word take longer than a row.
    number(0);
    word("never");
    await reading;
  }

  /** To be called when it stands in the page. */
  shown() {
    const { place, onRow } = kept;
    this.rows.start(place);
    // Not to another one than before, and not away from where somebody has gone meanwhile.
    const isSame = place && this.rows.placeNow()?.key === place.key;
    if (onRow && isSame && document.activeElement === one(this.root, "h1")) this.toRow();
  }

  /** Where the page scrolls as a whole, the rows may be out of sight themselves. */
  toRow() {
    this.rows.focus(this.rows.active);
    this.rows.activeRow()?.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.keepPlace();
    this.rows.stop?.();
    this.importing?.close();
    this.bulk.close();
  }

  /** The next table is shown as this one is left. One that nobody has seen, or has no rows, says nothing about it. */
  keepPlace() {
    kept.onRow = part(this.root, "rows").contains(document.activeElement);
    if (this.rows.started && !part(this.root, "list").hidden) kept.place = this.rows.placeNow() ?? kept.place;
  }

  search() {
    return byId(this.root, "operator-search");
  }

  wire() {
    const { root } = this;
    const search = byId(root, "operator-search");
    const filter = byId(root, "operator-filter");
    [search.value, filter.value] = [kept.text, kept.filter];
    search.addEventListener("input", () => this.narrow(search.value, kept.filter));
    filter.addEventListener("change", () => this.narrow(kept.text, filter.value));
    byId(root, "show-all").addEventListener("click", () => {
      [search.value, filter.value] = ["", ""];
      this.narrow("", "");
      search.focus();
    });
    for (const button of all(root, "[data-sort]")) button.addEventListener("click", () => this.sort(button.dataset.sort));
    byId(root, "select-all").addEventListener("change", (event) => this.select(event.target.checked ? this.rows.items : []));
    byId(root, "import-operators").addEventListener("click", () => this.import().catch(report));
    const body = part(root, "rows");
    body.addEventListener("click", (event) => this.clicked(event));
    body.addEventListener("keydown", (event) => this.pressed(event));
    body.addEventListener("pointerover", (event) => this.pointedAt(event.target));
    search.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      this.rows.focus(0);
    });
  }

  async read() {
    const turn = ++this.turn;
    const [settings, operators] = await Promise.all([api.getSettings(), takeOperators()]);
    // A later reading knows more.
    if (turn !== this.turn) return;
    const there = new Set(operators.map((operator) => operator.id));
    for (const id of kept.selected) if (!there.has(id)) kept.selected.delete(id);
    this.operators = operators.map((operator) => Object.assign(operator, { haystack: haystack(operator) }));
    this.waiting = operators.filter(needsYou).length;
    // Whoever is left alone by everybody may want somebody back.
    if (operators.length === 0 || kept.filter === REMOVED) await this.removed.read();
    if (turn !== this.turn) return;
    part(this.root, "interface-off").hidden = settings.interfaceToDropbox;
    this.render();
  }

  /** @param {string} text @param {string} filter */
  narrow(text, filter) {
    const removedToo = filter === REMOVED && kept.filter !== REMOVED;
    Object.assign(kept, { text, filter });
    if (removedToo) this.read().catch(report);
    else this.render();
  }

  /** @param {string} name */
  sort(name) {
    Object.assign(kept, { descending: kept.sort === name && !kept.descending, sort: name });
    this.render();
  }

  /** @param {any} operator */
  matches(operator) {
    const { filter } = kept;
    const status = operator.active ? operator.status : "inactive";
    return (filter === "" || filter === status || (filter === "needs" && needsYou(operator))) && matches(this.words, operator.haystack);
  }

  render() {
    this.words = wordsOf(kept.text);
    const inRemoved = kept.filter === REMOVED;
    const some = this.operators.length > 0;
    part(this.root, "empty").hidden = some || inRemoved;
    for (const name of ["tools", "below"]) part(this.root, name).hidden = !some && !inRemoved && this.removed.operators.length === 0;
    for (const name of ["list", "keys"]) part(this.root, name).hidden = !some || inRemoved;
    const removed = this.removed.render(inRemoved, this.words);
    if (inRemoved) this.renderRemoved(removed);
    else this.renderRows();
  }

  /** Nothing can be done with removed records but to bring them back. @param {number} shown */
  renderRemoved(shown) {
    const count = this.removed.operators.length;
    part(this.root, "bulk").hidden = true;
    part(this.root, "no-match").hidden = shown > 0 || count === 0;
    setText(byId(this.root, "operator-count"), countedOf("removed", shown, count));
  }

  renderRows() {
    const shown = this.operators.filter((operator) => this.matches(operator));
    // They come sorted by id.
    if (kept.sort !== "id") shown.sort(this.order());
    if (kept.sort === "id" && kept.descending) shown.reverse();
    for (const button of all(this.root, "[data-sort]")) {
      const heading = button.closest("th");
      if (button.dataset.sort !== kept.sort) heading.removeAttribute("aria-sort");
      else heading.setAttribute("aria-sort", kept.descending ? "descending" : "ascending");
    }
    part(this.root, "no-match").hidden = shown.length > 0 || this.operators.length === 0;
    one(this.root, "table").setAttribute("aria-rowcount", String(shown.length + 1));
    const inside = part(this.root, "rows").contains(document.activeElement);
    this.rows.set(shown);
    // The last row has gone with the focus on it.
    if (inside && shown.length === 0) this.search().focus();
    this.renderCount(shown.length);
    this.renderSelection();
  }

  order() {
    const value = SORTS[kept.sort];
    const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const keys = new Map(this.operators.map((operator) => [operator, value(operator)]));
    const direction = kept.descending ? -1 : 1;
    return (/** @type {t.Operator} */ a, /** @type {t.Operator} */ b) => {
      const [x, y] = [keys.get(a), keys.get(b)];
      return direction * (typeof x === "number" ? x - Number(y) : collator.compare(String(x), String(y)));
    };
  }

  /** @param {number} shown */
  renderCount(shown) {
    const those = countedOf("operators", shown, this.operators.length);
    const waiting = this.waiting ? `, ${counted("needs-you", this.waiting, number(this.waiting))}` : "";
    setText(byId(this.root, "operator-count"), those + waiting);
  }

  /** @param {t.Operator} operator @param {number} index */
  row(operator, index) {
    const row = element("operator-row");
    const link = part(row, "link");
    link.textContent = operator.id;
    link.href = address(operator.id);
    put(row, "name", operator.name);
    put(row, "account", operator.authorization?.account.email ?? word("no-account"));
    part(row, "status").append(tag(standingName(operator)));
    if (operator.lastDeliveredAt) writeRecently(part(row, "delivered"), operator.lastDeliveredAt);
    else part(row, "delivered").textContent = word("never");
    const pick = part(row, "pick");
    pick.checked = kept.selected.has(operator.id);
    pick.setAttribute("aria-label", word("select-row", operator));
    row.setAttribute("aria-selected", String(pick.checked));
    row.setAttribute("aria-rowindex", String(index + 2));
    row.dataset.index = String(index);
    return row;
  }

  /** For the mouse the whole row opens the record, unless text was being selected there. @param {MouseEvent} event */
  clicked(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const row = /** @type {HTMLElement} */ (target.closest("tr[data-index]"));
    if (!row) return;
    const index = Number(row.dataset.index);
    if (target.closest(".pick")) {
      if (!target.matches("input")) event.preventDefault();
      return this.toggle(index, event.shiftKey);
    }
    const isLink = Boolean(target.closest("a"));
    if (!isLink && !getSelection().isCollapsed) return;
    // Whoever comes back comes back to it.
    this.rows.active = index;
    if (!isLink) location.hash = address(this.rows.items[index].id);
  }

  /** What is cut off is told whole. Looked for only here: a table of thousands need not be measured. @param {HTMLElement} target */
  pointedAt(target) {
    const cell = /** @type {HTMLElement | null} */ (target.closest("[data-part=name], [data-part=account]"));
    if (!cell) return;
    if (cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent;
    else cell.removeAttribute("title");
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const index = this.rows.active;
    const page = this.rows.pageSize();
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this.rows.focus(index + 1),
      ArrowUp: () => (index === 0 ? this.search().focus() : this.rows.focus(index - 1)),
      PageDown: () => this.rows.focus(index + page),
      PageUp: () => this.rows.focus(index - page),
      Home: () => this.rows.focus(0),
      End: () => this.rows.focus(this.rows.items.length - 1),
      Enter: () => (location.hash = address(this.rows.items[index].id)),
      " ": () => {
        // What is ticked is seen, wherever somebody has scrolled meanwhile.
        this.rows.focus(index);
        this.toggle(index, event.shiftKey);
      },
      Escape: () => this.select([]),
    };
    const everything = event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey);
    const action = everything ? () => this.select(this.rows.items) : keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** With Shift, all from the last one to this one. @param {number} index @param {boolean} range */
  toggle(index, range) {
    const { id } = this.rows.items[index];
    const anchor = range ? this.rows.items.findIndex((operator) => operator.id === this.anchor) : -1;
    const from = anchor < 0 ? index : anchor;
    const on = !kept.selected.has(id);
    for (let at = Math.min(from, index); at <= Math.max(from, index); at += 1) {
      if (on) kept.selected.add(this.rows.items[at].id);
      else kept.selected.delete(this.rows.items[at].id);
    }
    this.anchor = id;
    this.rows.active = index;
    this.reselect();
  }

  /** @param {t.Operator[]} operators */
  select(operators) {
    kept.selected = new Set(operators.map((operator) => operator.id));
    this.reselect();
  }

  reselect() {
    this.rows.refresh();
    this.renderSelection();
  }

  chosen() {
    return this.operators.filter((operator) => kept.selected.has(operator.id));
  }

  renderSelection() {
    const count = kept.selected.size;
    const shown = count && this.rows.items.filter((operator) => kept.selected.has(operator.id)).length;
    this.renderBulk(count > 0);
    if (count) fill(this.root, "selected", this.selectedWords(count, count - shown));
    const every = byId(this.root, "select-all");
    every.checked = shown > 0 && shown === this.rows.items.length;
    every.indeterminate = count > 0 && !every.checked;
  }

  /** What can be done stands where the keys are told otherwise. Once it was needed, its room stays. @param {boolean} visible */
  renderBulk(visible) {
    const bulk = part(this.root, "bulk");
    const isNew = bulk.hidden && visible;
    if (isNew) bulk.hidden = false;
    bulk.classList.toggle("resting", !visible);
    part(this.root, "keys").classList.toggle("resting", visible);
    // It takes its room from the rows: who stands on the last one sees that still.
    if (isNew) one(this.root, "tr:focus-visible")?.scrollIntoView({ block: "nearest" });
  }

  /** What is filtered away stays selected, and is acted on: it is told. @param {number} count @param {number} hidden */
  selectedWords(count, hidden) {
    const words = [counted("selected", count, number(count))];
    if (hidden) words.push(counted("hidden", hidden, number(hidden)));
    return words.join(", ");
  }

  async import() {
    const { Import } = await import("./import.js");
    // Pressed twice, or left meanwhile.
    if (this.importing || !this.root.isConnected) return;
    const button = byId(this.root, "import-operators");
    this.importing = new Import(() => {
      this.importing = null;
      button.focus();
      this.read().catch(report);
    });
    this.importing.open();
    say(byId(this.root, "bulk-status"), "");
  }

  /** @param {t.Event} event */
  async changed(event) {
    if (isProgress(event) || event.kind === "activity") return;
    // Many changes at once, such as those of an import, are one reading.
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.root.isConnected && this.read().catch(report), 50);
  }
}
