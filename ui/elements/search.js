// What a search does not look at: capital letters, accents, the form and width of characters, the order of words. The program does the same, see
// unicode/search.rs; tests/texts.json holds the two together.

const ASCII = /^[\u0000-\u007f]*$/;
/** The accents of Latin, Greek and Cyrillic, and the vowel points of Hebrew and Arabic. Marks of other scripts make another letter. */
const ACCENTS =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
/** What nobody sees and nobody types: what elements/shown.js shows, but for spaces, and joiners and variation selectors. */
const UNSEEN =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;
/** Small letters that have no accent to take away, and signs that look alike. @type {Record<string, string>} */
const PLAIN = {
  ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ŧ: "t", ı: "i", ĸ: "k", ŋ: "n", ς: "σ",
  "‘": "'", "’": "'", ʼ: "'", "`": "'", "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
};
const LETTERS = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "gu");

/** The form in which texts are searched. @param {string} text */
export function folded(text) {
  // Nearly all texts of a table with ten thousand rows.
  if (ASCII.test(text)) return text.toLowerCase();
  // What is unseen goes first: between two marks it would keep them from coming into their order.
  const small = text.replace(UNSEEN, "").normalize("NFKD").toLowerCase().replace(ACCENTS, "");
  return small.replace(LETTERS, (letter) => PLAIN[letter]);
}

/** What was typed, as words. @param {string} text */
export const wordsOf = (text) => folded(text).split(/[\s\u0085]+/u).filter(Boolean);

/** Whether every word stands in one of these folded texts. Nothing typed finds everything. @param {string[]} words @param {string[]} texts */
export const matches = (words, ...texts) => words.every((each) => texts.some((text) => text.includes(each)));
