// The string literals of a Rust source: what each means, and where it stands.

const TOKEN = new RegExp(
  [
    String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`,
    String.raw`b?r(?<hashes>#*)"(?<raw>[\s\S]*?)"\k<hashes>`,
    String.raw`b?"(?<text>(?:[^"\\]|\\[\s\S])*)"`,
    // A sign in quotation marks; a lifetime has one of them only.
    String.raw`b?'(?:[^'\\\n]|\\(?:u\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|.))'`,
    String.raw`'[A-Za-z_]\w*`,
    String.raw`(?<name>[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*!?)`,
    String.raw`(?<sign>\S)`,
  ].join("|"),
  "g",
);
const ESCAPES = { n: "\n", r: "\r", t: "\t", 0: "\0" };

/** A backslash at the end of a line takes the line end with it, and what the next line is indented by. */
const meant = (text) =>
  text.replace(/\\(?:u\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|\n\s*|([\s\S]))/g, (_, unicode, byte, sign) =>
    unicode || byte ? String.fromCodePoint(parseInt(unicode ?? byte, 16)) : (ESCAPES[sign] ?? sign ?? ""),
  );

/**
 * The literals in their order, each with the function that it stands in and with the names before the brackets that are open there:
 * `#[error("…")]` is within `#` and `error`, `Error::invalid(Field::Id, "…")` within `Error::invalid`.
 * @param {string} source @returns {{text: string, fn: string, within: string[]}[]}
 */
export function literals(source) {
  const found = [];
  const open = [];
  let [before, fn] = ["", ""];
  for (const { 0: token, groups } of source.replaceAll("\r\n", "\n").matchAll(TOKEN)) {
    const text = groups.raw ?? groups.text;
    if (text !== undefined) found.push({ text: groups.raw ?? meant(text), fn, within: [...open] });
    if ("([{".includes(token)) open.push(before);
    if (")]}".includes(token)) open.pop();
    if (before === "fn" && groups.name) fn = groups.name;
    before = groups.name ?? groups.sign ?? "";
  }
  return found;
}
