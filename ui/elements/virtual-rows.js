// The rows of a long table: only those in sight are in the page. Which those are is the work of @tanstack/virtual-core.

import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from "../vendor/virtual-core/index.js";
import { instance } from "./template.js";

/** Height of a row, in rem as in style.css. */
const ROW = 2.25;
const OVERSCAN = 8;

/** @typedef {{key: string, index: number, depth: number}} Place the active row, and how far below the upper edge it stands, in pixels */

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
    /** Whether the rows have to be made anew although their items are the same. */
    this.stale = false;
    this.before = instance("spacer").firstElementChild;
    this.after = instance("spacer").firstElementChild;
    this.scroller = scroller;
    /** @type {DOMRect | undefined} */
    this.initialRect = undefined;
    this.initialOffset = 0;
    this.virtualizer = new Virtualizer(this.options());
  }

  rowHeight() {
    return ROW * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  options() {
    const rowHeight = this.rowHeight();
    return {
      count: this.items.length,
      getScrollElement: () => this.scroller,
      estimateSize: () => rowHeight,
      overscan: OVERSCAN,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      initialRect: this.initialRect,
      initialOffset: this.initialOffset,
      // The head of the table stays in sight above the rows, and is not counted among them: by so much the last ones begin lower.
      scrollPaddingEnd: rowHeight,
      onChange: () => this.draw(),
    };
  }

  /** To be called when it stands in the page. @param {Place | null} place where somebody was when they left */
  start(place = null) {
    this.started = true;
    // Known already: the first rows are made at once, and laid out once.
    this.initialRect = this.scroller.getBoundingClientRect();
    // Without rows there is nothing to scroll: they would be drawn where nobody is.
    if (place && this.items.length) this.takeUp(place);
    this.stop = this.virtualizer._didMount();
    this.set(this.items);
    // There was nothing to scroll before the rows. Where nothing is to be scrolled, everything need not be laid out for it now.
    if (this.initialOffset) this.scroller.scrollTop = this.initialOffset;
  }

  /** Where somebody is. @returns {Place | null} */
  placeNow() {
    const item = this.items[this.active];
    return item ? { key: this.key(item), index: this.active, depth: this.active * this.rowHeight() - this.scroller.scrollTop } : null;
  }

  /** The same row as before stands where it stood. When it is gone, its neighbour does. @param {Place} place */
  takeUp({ key, index, depth }) {
    const found = this.items.findIndex((item) => this.key(item) === key);
    this.active = found >= 0 ? found : Math.min(index, Math.max(0, this.items.length - 1));
    this.initialOffset = Math.max(0, this.active * this.rowHeight() - depth);
  }

  /** Whoever stands on a row stays on its item, wherever that is now. @param {Item[]} items */
  set(items) {
    const active = this.items[this.active];
    this.items = items;
    // Before it stands in the page it has no height, and nothing to measure.
    if (!this.started) return;
    this.active = this.indexOf(active);
    this.keepingFocus(() => {
      const before = this.virtualizer.options.estimateSize(0);
      this.virtualizer.setOptions(this.options());
      // Rows are as high as before, unless somebody has changed the size of everything: ten thousand need not be measured anew.
      if (this.virtualizer.options.estimateSize(0) !== before) this.virtualizer.measure();
      this.virtualizer._willUpdate();
      this.draw();
    });
  }

  /** Where an item is now; where it was, or as near as there are rows, when it is gone. @param {Item | undefined} item */
  indexOf(item) {
    const key = item && this.key(item);
    const index = item ? this.items.findIndex((each) => this.key(each) === key) : -1;
    return index >= 0 ? index : Math.min(this.active, Math.max(0, this.items.length - 1));
  }

  /** Makes the rows anew: they look different although their items are the same. */
  refresh() {
    if (!this.started) return;
    this.stale = true;
    this.keepingFocus(() => this.draw());
    this.stale = false;
  }

  /** Whoever stood in the rows stands on the active one afterwards. @param {() => void} work */
  keepingFocus(work) {
    const inside = this.body.contains(document.activeElement);
    work();
    const row = this.activeRow();
    if (inside && row !== document.activeElement) row?.focus({ preventScroll: true });
  }

  activeRow() {
    const item = this.items[this.active];
    return item && this.shown.get(this.key(item))?.row;
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
    const isSame = known && known.item === item && known.index === index && !this.stale;
    const row = isSame ? known.row : this.rendered(item, index, known?.row);
    this.shown.set(key, { item, index, row });
    row.tabIndex = index === this.active ? 0 : -1;
    return row;
  }

  /**
   * The row of an item. The one that is in the page stays, with what is in it now: so does the focus, and nothing that looks as
   * before is spoken again.
   * @param {Item} item @param {number} index @param {HTMLElement | undefined} known
   */
  rendered(item, index, known) {
    const fresh = this.render(item, index);
    if (!known) return fresh;
    fresh.tabIndex = known.tabIndex;
    if (fresh.isEqualNode(known)) return known;
    for (const { name, value } of fresh.attributes) known.setAttribute(name, value);
    known.replaceChildren(...fresh.childNodes);
    return known;
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

  /** How many rows are in sight, below the head of the table. */
  pageSize() {
    return Math.max(1, Math.floor(this.scroller.clientHeight / this.virtualizer.options.estimateSize(0)) - 1);
  }

  /** Makes a row the active one, in sight and with the focus. @param {number} index */
  focus(index) {
    if (!this.items.length) return;
    this.active = Math.max(0, Math.min(index, this.items.length - 1));
    this.virtualizer.scrollToIndex(this.active, { align: "auto" });
    this.draw();
    this.activeRow()?.focus({ preventScroll: true });
  }
}
