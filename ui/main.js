// Starts the window: which view is shown, and who hears what changed.

import * as api from "./api.js";
import { asProblem, fillProblem } from "./elements/form.js";
import { instance, part, word } from "./elements/template.js";
import { Operator } from "./views/operator.js";
import { Operators } from "./views/operators.js";
import { Options } from "./views/options.js";

const main = document.getElementById("main");
let view = null;

/** The view that an address means. */
function viewOf(hash) {
  const [, place, id] = hash.split("/");
  if (place === "options") return [new Options(), "nav-options"];
  if (place === "new-operator") return [new Operator(null), "nav-operators"];
  if (place === "operators" && id) return [new Operator(decodeURIComponent(id)), "nav-operators"];
  return [new Operators(), "nav-operators"];
}

function mark(current) {
  for (const link of document.querySelectorAll("nav a")) {
    if (link.id === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function fail(thrown) {
  const content = instance("failed");
  fillProblem(part(content, "problem"), asProblem(thrown));
  main.replaceChildren(content);
}

async function show() {
  view?.close?.();
  const [next, link] = viewOf(location.hash);
  view = next;
  try {
    const content = await next.build();
    // Another address may have been chosen meanwhile.
    if (view !== next) return;
    main.replaceChildren(content);
    next.shown?.();
    mark(link);
    const heading = main.querySelector("h1");
    document.title = word("title", { page: heading.textContent });
    main.scrollTop = 0;
    heading.focus();
  } catch (thrown) {
    fail(thrown);
  }
}

async function banner() {
  const { practice } = await api.getAbout();
  document.getElementById("practice-banner").hidden = !practice;
  document.getElementById("practice-console").addEventListener("click", () => api.openLink("appConsole").catch(fail));
  document.getElementById("practice-files").addEventListener("click", () => api.openLink("files").catch(fail));
}

/** Tells the view that is shown. One that has been left meanwhile has nothing to say any more. */
async function hear(event) {
  const current = view;
  try {
    await current?.changed?.(event);
  } catch (thrown) {
    if (view === current) fail(thrown);
  }
}

async function start() {
  try {
    await banner();
    await api.onChanged(hear);
    if (!location.hash) {
      const { interfaceToDropbox } = await api.getSettings();
      // The procedure begins with the option; afterwards the operators are what one comes for.
      history.replaceState(null, "", interfaceToDropbox ? "#/operators" : "#/options");
    }
    addEventListener("hashchange", show);
    await show();
  } catch (thrown) {
    fail(thrown);
  }
}

document.querySelector(".skip").addEventListener("click", (event) => {
  // The address says which view is shown; a skip link must not change it.
  event.preventDefault();
  main.focus();
});
start();
