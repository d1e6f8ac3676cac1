// Markup and words come from the templates of index.html; nothing here writes HTML.

/** A copy of a template's content. */
export const instance = (id) => document.getElementById(id).content.cloneNode(true);

/** The element that a template marked with data-part. */
export const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

/** Sets the text of a part, or hides it when there is none. */
export function fill(root, name, text) {
  const element = part(root, name);
  element.textContent = text ?? "";
  element.hidden = text === null || text === undefined;
}

const entry = (name) => document.getElementById("words").content.querySelector(`[data-word="${name}"]`);

/** A phrase of the words, with its {slots} filled in. */
export function word(name, slots = {}) {
  return entry(name).textContent.replace(/\{(\w+)\}/g, (_, slot) => slots[slot] ?? "");
}

/** How something stands: word, sign and colour. */
export function tag(name) {
  const content = instance("tag");
  const { kind } = entry(name).dataset;
  content.querySelector(".tag").classList.add(kind);
  content.querySelector("use").setAttribute("href", `#sign-${kind}`);
  part(content, "word").textContent = word(name);
  return content;
}

/** An operator's status as a tag. */
export const statusTag = (operator) => tag(operator.active ? `status-${operator.status}` : "status-inactive");
