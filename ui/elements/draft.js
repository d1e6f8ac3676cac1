// What somebody has typed into a form and neither saved nor used. It outlives the form: closing one, or going elsewhere, loses nothing.
// It is kept in memory alone, because it may hold secrets, and forgotten as soon as it has been saved or used.

import { part } from "./template.js";

/** The fields of every draft, by its name. @type {Map<string, Map<string, any>>} */
const drafts = new Map();

/** What goes nowhere but into the program. */
const SECRETS = ["app-secret", "temporary-authorization-key", "proxyPassword"];

/** All drafts without what is secret in them. @returns {[string, [string, any][]][]} */
export const plainDrafts = () => [...drafts].map(([name, fields]) => [name, [...fields].filter(([field]) => !SECRETS.includes(field))]);

/** @param {[string, [string, any][]][]} plain */
export function takeUpDrafts(plain) {
  for (const [name, fields] of plain) if (fields.length) drafts.set(name, new Map(fields));
}

/** The draft of one form, wherever that is opened again. */
export class Draft {
  /** @param {string} form @param {string} id whose form it is */
  constructor(form, id = "") {
    this.form = form;
    this.name = `${form} ${id}`;
  }

  /** @param {string} field */
  has(field) {
    return Boolean(drafts.get(this.name)?.has(field));
  }

  /** @param {string} field */
  get(field) {
    return drafts.get(this.name)?.get(field);
  }

  /** @param {string} field @param {any} value */
  keep(field, value) {
    if (!drafts.has(this.name)) drafts.set(this.name, new Map());
    drafts.get(this.name)?.set(field, value);
  }

  /** It has been saved or used, or stands for nothing. @param {string} field */
  drop(field) {
    drafts.get(this.name)?.delete(field);
    if (this.isEmpty()) this.clear();
  }

  clear() {
    drafts.delete(this.name);
  }

  isEmpty() {
    return !drafts.get(this.name)?.size;
  }

  /** What was typed into the form of a new record belongs to the record now. @param {string} id */
  moveTo(id) {
    const [moved, fields] = [new Draft(this.form, id), drafts.get(this.name)];
    this.clear();
    if (fields) drafts.set(moved.name, fields);
    return moved;
  }

  /** What is as it stands anyway is no change. @param {Record<string, any>} standing */
  compare(standing) {
    for (const [field, value] of Object.entries(standing)) if (this.has(field) && this.get(field) === value) this.drop(field);
  }
}

/** The line of a form that says that something has come back, and takes it away again. */
export class Restored {
  /** @param {HTMLElement} root @param {Draft} draft @param {() => void} discarded shows the form without it */
  constructor(root, draft, discarded) {
    this.line = part(root, "restored");
    this.draft = draft;
    this.line.hidden = draft.isEmpty();
    part(this.line, "discard").addEventListener("click", () => {
      this.draft.clear();
      this.render();
      discarded();
    });
  }

  /** It goes with the last change. It never comes while somebody types: only what was there before is told. */
  render() {
    if (this.draft.isEmpty()) this.line.hidden = true;
  }
}
