// Starts the window: which view is shown, and who hears what changed.

import * as api from "./api.js";
import { asProblem, fillProblem, report } from "./elements/form.js";
import { instance, part, word } from "./elements/template.js";
import { Operator } from "./views/operator.js";
import { Operators } from "./views/operators.js";
import { Options } from "./views/options.js";

const main = document.getElementById("main");
const notice = document.getElementById("notice");
let view = null;

/** The view that an address means. */
function viewOf(hash) {
  const [, place, id] = hash.split("/");
  if (place === "options") return [new Options(), "nav-options"];
  if (place === "new-operator") return [new Operator(null), "nav-operators"];
  if (place === "operators" && id) return [new Operator(decoded(id)), "nav-operators"];
  return [new Operators(), "nav-operators"];
}

/** An id from an address; one that is malformed is looked up as it stands, and not found. */
function decoded(id) {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function mark(current) {
  for (const link of document.querySelectorAll("nav a")) {
    if (link.id === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** A page with what went wrong, and a button that does it again. */
function failed(name, thrown, again) {
  const content = instance(name);
  fillProblem(part(content, "problem"), asProblem(thrown));
  part(content, "again").addEventListener("click", again);
  return content;
}

function display(content) {
  main.replaceChildren(content);
  const heading = main.querySelector("h1");
  document.title = word("title", { page: heading.textContent });
  scrollTo(0, 0);
  main.scrollTop = 0;
  // From the top, so that the way here stays in sight.
  heading.focus({ preventScroll: true });
}

async function show() {
  view?.close?.();
  notice.hidden = true;
  const [next, link] = viewOf(location.hash);
  view = next;
  mark(link);
  // A view of its own: whatever an earlier one still awaits cannot disturb it.
  const root = instance("view").firstElementChild;
  let broken = false;
  try {
    await next.build(root);
  } catch (thrown) {
    broken = true;
    root.replaceChildren(failed("view-failed", thrown, show));
  }
  // Another address may have been chosen meanwhile.
  if (view !== next) return;
  if (broken) view = null;
  display(root);
}

/** A re-reading that fails is told; what is on the screen, and what was typed there, stays. */
async function heard(event) {
  const current = view;
  try {
    await current?.changed?.(event);
  } catch (thrown) {
    // One that has been left meanwhile has nothing to say any more.
    if (view === current) report(thrown);
  }
}

async function banner() {
  const { practice } = await api.getAbout();
  document.getElementById("practice-banner").hidden = !practice;
}

function wire() {
  addEventListener("error", (event) => report(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => report(event.reason));
  addEventListener("hashchange", show);
  part(notice, "close").addEventListener("click", () => {
    notice.hidden = true;
    main.focus();
  });
  document.getElementById("practice-console").addEventListener("click", () => api.openLink("appConsole").catch(report));
  document.getElementById("practice-files").addEventListener("click", () => api.openLink("files").catch(report));
  document.querySelector(".skip").addEventListener("click", (event) => {
    // The address says which view is shown; a skip link must not change it.
    event.preventDefault();
    main.focus();
  });
}

async function start() {
  try {
    await banner();
    await api.onChanged(heard);
    if (!location.hash) {
      const { interfaceToDropbox } = await api.getSettings();
      // The procedure begins with the option; afterwards the operators are what one comes for.
      history.replaceState(null, "", interfaceToDropbox ? "#/operators" : "#/options");
    }
  } catch (thrown) {
    return display(failed("start-failed", thrown, () => location.reload()));
  }
  await show();
}

wire();
start();
