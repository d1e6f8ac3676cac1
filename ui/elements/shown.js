// Texts of others for people to read. What would be unseen, or turn around what stands beside it, is written as \u{202e}: nobody's name looks like
// another's, or hides its type. The rules are those of the program, see unicode/hidden.rs; tests/texts.json holds the two together.

/** Control characters, marks and overrides of direction, fillers, and the rest of what Unicode ignores by default; without joiners and variation selectors. */
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]/gu;
/** @type {Record<string, string>} */
const SHORT = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** @param {string} character */
const escaped = (character) => SHORT[character] ?? `\\u{${/** @type {number} */ (character.codePointAt(0)).toString(16)}}`;

/** A text of another's, on one line. @param {string} text */
export const shown = (text) => text.replace(HIDDEN, escaped);

/** A text that may have several lines. @param {string} text */
export const shownLines = (text) => text.replace(HIDDEN, (character) => (character === "\n" ? character : escaped(character)));
