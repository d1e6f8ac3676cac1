// The language of the window. The words of index.html are English, and they are the keys of every translation (words/*.js). What the program
// itself says is English too, see translator.js.
//
// A message is what stands in one element that has text of its own. Elements within it are numbered, and a translation may put
// them where its grammar wants them: "Next: [1]Operator[/1]"; one without words of its own is [1/].

const LANGUAGES = ["en", "de", "es"];
const ATTRIBUTES = ["aria-label", "placeholder"];
const TOKEN = /\[(\d+)\/\]|\[(\d+)\]|\[\/(\d+)\]|([^[]+|\[)/g;

/** The translator of what the program says; nothing in English. @type {import("./translator.js").Translator | null} */
let program = null;

/** @param {Element} element */
const isFixed = (element) => element.tagName === "CODE" || element.getAttribute("translate") === "no";
/** @param {Node} node */
const hasText = (node) => node.nodeType === Node.TEXT_NODE && /\p{L}/u.test(node.textContent ?? "");

/** The elements that are messages, below a root and in its templates. @param {ParentNode} root @returns {Element[]} */
export function messages(root) {
  const found = [];
  for (const element of root.children) {
    if (element instanceof HTMLTemplateElement) found.push(...messages(element.content));
    else if (isFixed(element) || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    else if (Array.from(element.childNodes).some(hasText)) found.push(element);
    else found.push(...messages(element));
  }
  return found;
}

/** The key of a message, with the elements that it numbers. @param {Element} element */
export function keyOf(element) {
  /** @type {Element[]} */
  const elements = [];
  const keepsLines = element.textContent?.includes("\n\n");
  /** @param {Node} node @returns {string} */
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return keepsLines ? (node.textContent ?? "") : (node.textContent ?? "").replace(/\s+/g, " ");
    if (!(node instanceof Element)) return "";
    const number = elements.push(node);
    if (isFixed(node) || !node.textContent?.trim()) return `[${number}/]`;
    return `[${number}]${Array.from(node.childNodes, read).join("")}[/${number}]`;
  };
  return { key: Array.from(element.childNodes, read).join("").trim(), elements };
}

/** @param {Element} element @param {string} text @param {Element[]} elements */
function rewrite(element, text, elements) {
  const open = [element];
  element.replaceChildren();
  for (const [, empty, start, end, plain] of text.matchAll(TOKEN)) {
    const place = open[open.length - 1];
    if (empty) place.append(elements[Number(empty) - 1]);
    else if (start) {
      const child = elements[Number(start) - 1];
      child.replaceChildren();
      place.append(child);
      open.push(child);
    } else if (end) open.pop();
    else place.append(plain);
  }
}

/** Every element below a root and in its templates. @param {ParentNode} root @returns {Element[]} */
function everything(root) {
  const own = Array.from(root.querySelectorAll("*"));
  return own.concat(own.flatMap((each) => (each instanceof HTMLTemplateElement ? everything(each.content) : [])));
}

/** What attributes say to people. @param {ParentNode} root */
export const spoken = (root) =>
  everything(root).flatMap((element) =>
    ATTRIBUTES.filter((name) => element.getAttribute(name)).map((name) => ({ element, name, key: element.getAttribute(name) ?? "" })),
  );

/** Which language is meant: the chosen one, or the first of the system's that there is. @param {string | undefined} chosen */
export function languageOf(chosen) {
  const wanted = !chosen || chosen === "system" ? navigator.languages.map((tag) => tag.split("-")[0]) : [chosen];
  return wanted.find((language) => LANGUAGES.includes(language)) ?? "en";
}

/** Puts the page into a language, before anything of it is shown. @param {string | undefined} chosen */
export async function speak(chosen) {
  const language = languageOf(chosen);
  document.documentElement.lang = language;
  if (language === "en") return;
  const [{ default: words }, { default: texts }, { Translator }] = await Promise.all([
    import(`./words/${language}.js`),
    import(`./words/program.${language}.js`),
    import("./translator.js"),
  ]);
  program = new Translator(texts);
  for (const element of messages(document.body)) {
    const { key, elements } = keyOf(element);
    if (words[key]) rewrite(element, words[key], elements);
  }
  for (const { element, name, key } of spoken(document.body)) element.setAttribute(name, words[key] ?? key);
}

/** A text of the program itself, such as an error's, in the language of the window. @param {string | null} text */
export const translated = (text) => (text && program ? program.text(text) : text);

/** Several of them in a row, such as the options that were changed. @param {string | null} text */
export const translatedRow = (text) => (text && program ? program.row(text) : text);
