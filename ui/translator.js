// Texts of the program itself in another language: errors, hints, results of a check. The program says them in English and filled in;
// words/program.*.js has them as they stand in its source, with slots: "There is no operator “{0}”."
//
// A slot {0} holds somebody's own words, or a figure, and stays as it is. A translation writes {0*} where the slot holds another text of the
// program, such as the cause of an error: that one is translated too.

import { bytes } from "./format.js";

const SLOT = /\{(\w+)\}/;
const FILLED = /\{(\w+)(\*?)\}/g;
/** How the program puts texts in a row. */
const SEPARATOR = ", ";
/** A size, as the program writes it (src-tauri/core/size.rs). */
const SIZE = /^(\d+(?:\.\d)?) (bytes?|kB|MB|GB|TB)$/;
const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** @typedef {{shape: RegExp, slots: string[], translation: string, beginning: number, weight: number}} Pattern */

/** @param {string} text */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A size as the program writes it, as it is written in the language of the window. @param {string} text */
function sized(text) {
  const [, figure, unit] = SIZE.exec(text) ?? [];
  return figure ? bytes(Number(figure) * 1000 ** Math.max(0, UNITS.indexOf(unit))) : null;
}

/** @param {[string, string]} entry @returns {Pattern} */
function compiled([key, translation]) {
  // Every second part is the name of a slot.
  const parts = key.split(SLOT);
  const shape = parts.map((part, at) => (at % 2 ? "(.*?)" : escaped(part))).join("");
  const [slots, plain] = [parts.filter((_, at) => at % 2), parts.filter((_, at) => at % 2 === 0)];
  return { shape: new RegExp(`^${shape}$`, "s"), slots, translation, beginning: plain[0] ? 1 : 0, weight: plain.join("").length };
}

/**
 * What says how a text begins comes first, then what says most of it: a pattern that is nearly all slots fits much that is not its own.
 * @param {Pattern} one @param {Pattern} other
 */
const byWeight = (one, other) => other.beginning - one.beginning || other.weight - one.weight;

export class Translator {
  /** @param {Record<string, string>} words */
  constructor(words) {
    const entries = Object.entries(words);
    this.whole = new Map(entries);
    this.patterns = entries.filter(([key]) => SLOT.test(key)).map(compiled).sort(byWeight);
  }

  /** One text; what is none of the program's stays as it is. @param {string} text @returns {string} */
  text(text) {
    return this.found(text) ?? sized(text) ?? text;
  }

  /** Texts in a row: a part that is no text by itself belongs to the one before. @param {string} text @returns {string} */
  row(text) {
    const [first, ...rest] = text.split(SEPARATOR);
    if (this.whole.has(text) || this.found(first) === null) return this.text(text);
    const texts = [first];
    for (const part of rest) {
      if (this.found(part) === null) texts[texts.length - 1] += SEPARATOR + part;
      else texts.push(part);
    }
    return texts.map((each) => this.text(each)).join(SEPARATOR);
  }

  /** @param {string} text @returns {string | null} */
  found(text) {
    const whole = this.whole.get(text);
    if (whole !== undefined) return whole;
    for (const pattern of this.patterns) {
      const match = pattern.shape.exec(text);
      if (match) return this.filled(pattern, match.slice(1));
    }
    return null;
  }

  /** @param {Pattern} pattern @param {string[]} values */
  filled({ slots, translation }, values) {
    return translation.replace(FILLED, (_, slot, isText) => {
      const value = values[slots.indexOf(slot)];
      return isText ? this.row(value) : value;
    });
  }
}
