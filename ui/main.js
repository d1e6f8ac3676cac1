// Starts the window: which view is shown, and who hears what changed.

/** @import * as t from "./types.js" */

import { takeUp } from "./anew.js";
import * as api from "./api.js";
import "./elements/copy-button.js";
import "./elements/qr-code.js";
import { asProblem, fillProblem, report } from "./elements/form.js";
import { endStarting, loading, patiently, showStarting } from "./elements/loading.js";
import { wirePractice } from "./elements/practice.js";
import { element, instance, part, word } from "./elements/template.js";
import { hideToastAbout, wireToast } from "./elements/toast.js";
import { isCommand, keys, zoomKey } from "./keys.js";
import { speak } from "./language.js";
import { tellNews } from "./news.js";
import { About } from "./views/about.js";
import { Activity } from "./views/activity.js";
import { Deliveries } from "./views/deliveries.js";
import { Operator } from "./views/operator.js";
import { Operators } from "./views/operators.js";
import { Options } from "./views/options.js";
import { Palette } from "./views/palette.js";
import { Setup } from "./views/setup.js";

/** @param {string} id */
const there = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const main = there("main");
const notice = there("notice");
/** @type {any} */
let view = null;
/** Whether the program has opened its data. */
let started = false;
/** The view that is shown, once it is. @type {any} */
let built = null;
/** Whether something changed while it was being read. */
let missed = false;

/** @type {Record<string, () => t.View>} */
const VIEWS = {
  options: () => new Options(),
  deliveries: () => new Deliveries(),
  activity: () => new Activity(),
  setup: () => new Setup(),
  about: () => new About(),
};

/** The view that an address means, and its link in the navigation. @param {string} hash @returns {[t.View, string]} */
function viewOf(hash) {
  const [, place, id, then] = hash.split("/");
  if (VIEWS[place]) return [VIEWS[place](), `nav-${place}`];
  if (place === "new-operator") return [new Operator(null), "nav-operators"];
  if (place === "operators" && id) return [new Operator(decoded(id), then), "nav-operators"];
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
  // Whoever has gone elsewhere while it was being read stays there.
  const elsewhere = main.ariaBusy === "true" && document.activeElement !== document.body && !main.contains(document.activeElement);
  main.ariaBusy = null;
  main.replaceChildren(content);
  const heading = main.querySelector("h1");
  document.title = word("title", { page: heading.textContent });
  scrollTo(0, 0);
  main.scrollTop = 0;
  // From the top, so that the way here stays in sight.
  if (!elsewhere) heading.focus({ preventScroll: true });
}

/** What is shown while a view is being read. @param {string} link */
function displayLoading(link) {
  display(loading(there(link).textContent));
  main.ariaBusy = "true";
}

async function show() {
  view?.close?.();
  [built, missed] = [null, false];
  notice.hidden = true;
  const [next, link] = viewOf(location.hash);
  view = next;
  mark(link);
  // A view of its own: whatever an earlier one still awaits cannot disturb it.
  const root = element("view");
  let broken = false;
  try {
    await patiently(next.build(root), () => view === next && displayLoading(link));
  } catch (thrown) {
    broken = true;
    root.replaceChildren(failed("view-failed", thrown, show));
  }
  // Another address may have been chosen meanwhile.
  if (view !== next) return;
  if (broken) view = null;
  display(root);
  if (broken) return;
  next.shown?.();
  built = next;
  hideToastAbout(next.operatorId ?? null);
  if (missed) heard({ kind: "everything" });
}

/** A re-reading that fails is told; what is on the screen, and what was typed there, stays. @param {t.Event} event */
async function heard(event) {
  const current = view;
  // Whatever cannot be read is told by the view, which reads it too.
  tellNews(event, () => view?.operatorId ?? null).catch(() => {});
  // A view that is still reading may have read too early: it reads once more.
  if (current !== built) return void (missed = true);
  try {
    await current?.changed?.(event);
  } catch (thrown) {
    // One that has been left meanwhile has nothing to say any more.
    if (view === current) report(thrown);
  }
}

async function banner() {
  const about = await api.getAbout();
  there("practice-banner").hidden = !about.practice;
  wirePractice(about, report);
}

/** Shortcuts, as this system writes them, where they are named. */
function nameKeys() {
  const inTemplates = Array.from(document.querySelectorAll("template"), (template) => template.content);
  for (const root of [document, ...inTemplates]) {
    for (const name of root.querySelectorAll("[data-keys]")) name.textContent = keys(name.getAttribute("data-keys") ?? "");
  }
}

/** Ctrl+K, Ctrl+N, Ctrl+F. @param {KeyboardEvent} event */
function shortcut(event) {
  if (!isCommand(event) || event.shiftKey || document.querySelector("dialog[open]")) return;
  const search = view?.search?.();
  /** @type {Record<string, (() => void) | undefined>} */
  const actions = { k: () => new Palette().open(), n: () => (location.hash = "#/new-operator"), f: search && (() => search.focus()) };
  const action = actions[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
}

function wire() {
  addEventListener("error", (event) => /^ResizeObserver loop/.test(event.message) || report(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => report(event.reason));
  addEventListener("hashchange", () => (started ? show() : startAgain()));
  addEventListener("keydown", shortcut);
  addEventListener("keydown", zoomKey);
  there("open-palette").addEventListener("click", () => new Palette().open());
  wireToast();
  part(notice, "close").addEventListener("click", () => {
    notice.hidden = true;
    main.focus();
  });
  there("practice-console").addEventListener("click", () => api.openLink("appConsole").catch(report));
  there("practice-files").addEventListener("click", () => api.openLink("files").catch(report));
  /** @type {HTMLElement} */ (document.querySelector(".skip")).addEventListener("click", (event) => {
    // The address says which view is shown; a skip link must not change it.
    event.preventDefault();
    main.focus();
  });
}

/** What was wrong at the start may be repaired: the program opens its data, and this page begins again. */
async function startAgain() {
  try {
    await api.reopen();
  } catch (thrown) {
    startFailed(thrown);
  }
}

/** @param {unknown} thrown */
const startFailed = (thrown) => display(failed("start-failed", thrown, startAgain));

async function start() {
  nameKeys();
  try {
    const settings = await patiently(read(), showStarting);
    if (!location.hash) {
      // The procedure begins with the option; afterwards the operators are what one comes for.
      history.replaceState(null, "", settings.interfaceToDropbox ? "#/operators" : "#/options");
    }
  } catch (thrown) {
    // The settings cannot be read either: the system says which language it is.
    await speak(undefined);
    endStarting();
    return startFailed(thrown);
  }
  started = true;
  takeUp();
  endStarting();
  await show();
}

/** What has to be known before anything is shown. */
async function read() {
  const settings = await api.getSettings();
  await speak(settings.language);
  await banner();
  await api.onChanged(heard);
  return settings;
}

wire();
start();
