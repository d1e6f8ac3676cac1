// The rows of a long table: only those in sight are in the page. Which those are is the work of @tanstack/virtual-core.

import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from "../vendor/virtual-core/index.js";
import { instance } from "./template.js";

/** Height of a row, in rem as in style.css. */
const ROW = 2.25;
const OVERSCAN = 8;

/** @template Item */
export class VirtualRows {
  /**
   * `render` makes the row of an item; `key` tells items apart.
   * @param {{scroller: HTMLElement, body: HTMLElement, render: (item: Item, index: number) => HTMLElement, key: (item: Item) => string}} options
   */
  constructor({ scroller, body, render, key }) {
    this.body = body;
    this.render = render;
    this.key = key;
    /** @type {Item[]} */
    this.items = [];
    /** @type {Map<string, {item: Item, index: number, row: HTMLElement}>} */
    this.shown = new Map();
    /** The row that is kept in the page wherever it is scrolled to: it may have the focus. */
    this.active = 0;
    this.before = instance("spacer").firstElementChild;
    this.after = instance("spacer").firstElementChild;
    this.scroller = scroller;
    this.virtualizer = new Virtualizer(this.options());
  }

  options() {
    const rowHeight = ROW * parseFloat(getComputedStyle(document.documentElement).fontSize);
    return {
      count: this.items.length,
      getScrollElement: () => this.scroller,
      estimateSize: () => rowHeight,
      overscan: OVERSCAN,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      // The head of the table stays in sight, above the rows.
      scrollPaddingStart: rowHeight,
      onChange: () => this.draw(),
    };
  }

  /** To be called when it stands in the page. */
  start() {
    this.started = true;
    this.stop = this.virtualizer._didMount();
    this.set(this.items);
  }

  /** @param {Item[]} items */
  set(items) {
    this.items = items;
    // Before it stands in the page it has no height, and nothing to measure.
    if (!this.started) return;
    this.active = Math.min(this.active, Math.max(0, items.length - 1));
    this.virtualizer.setOptions(this.options());
    this.virtualizer.measure();
    this.virtualizer._willUpdate();
    this.draw();
  }

  /** Draws a row anew, wherever its item looks different although it is the same. */
  refresh() {
    this.shown.clear();
    if (this.started) this.draw();
  }

  draw() {
    const seen = this.virtualizer.getVirtualItems().map((each) => each.index);
    const total = this.virtualizer.getTotalSize();
    const indexes = this.items.length && !seen.includes(this.active) ? seen.concat(this.active).sort((a, b) => a - b) : seen;
    const before = this.shown;
    this.shown = new Map();
    const rows = indexes.filter((index) => index < this.items.length).map((index) => this.row(index, before));
    const rowHeight = this.virtualizer.options.estimateSize(0);
    const [first, last] = [seen[0] ?? 0, seen[seen.length - 1] ?? -1];
    // A kept row outside takes its place from the spacer that it stands beside.
    const [above, below] = [this.active < first ? 1 : 0, this.active > last ? 1 : 0];
    this.space(this.before, Math.max(0, first - above) * rowHeight);
    this.space(this.after, Math.max(0, total - (last + 1 + below) * rowHeight));
    this.place([this.before, ...rows, this.after]);
  }

  /** @param {number} index @param {Map<string, {item: Item, index: number, row: HTMLElement}>} before */
  row(index, before) {
    const item = this.items[index];
    const key = this.key(item);
    const known = before.get(key);
    const row = known && known.item === item && known.index === index ? known.row : this.render(item, index);
    this.shown.set(key, { item, index, row });
    row.tabIndex = index === this.active ? 0 : -1;
    return row;
  }

  /** @param {Element | null} spacer @param {number} height */
  space(spacer, height) {
    /** @type {HTMLElement} */ (spacer).style.height = `${height}px`;
  }

  /** Moves as little as possible, so that the focus stays. @param {(Element | null)[]} rows */
  place(rows) {
    const wanted = /** @type {Element[]} */ (rows);
    const keep = new Set(wanted);
    for (const child of Array.from(this.body.children)) if (!keep.has(child)) child.remove();
    wanted.forEach((row, at) => {
      if (this.body.children[at] !== row) this.body.insertBefore(row, this.body.children[at] ?? null);
    });
  }

  /** Makes a row the active one, in sight and with the focus. @param {number} index */
  focus(index) {
    if (!this.items.length) return;
    this.active = Math.max(0, Math.min(index, this.items.length - 1));
    this.virtualizer.scrollToIndex(this.active, { align: "auto" });
    this.draw();
    this.shown.get(this.key(this.items[this.active]))?.row.focus({ preventScroll: true });
  }
}
