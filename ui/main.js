// Starts the window: which view is shown, and who hears what changed.

/** @import * as t from "./types.js" */

import * as ahead from "./ahead.js";
import { preventReload, takeUp } from "./anew.js";
import * as api from "./api.js";
import { asProblem, fillProblem, report } from "./elements/form.js";
import { endStarting, loading, patiently, showStarting } from "./elements/loading.js";
import { wirePractice } from "./elements/practice.js";
import { followKeys } from "./elements/ring.js";
import { element, instance, part, word } from "./elements/template.js";
import { hideToastAbout, wireToast } from "./elements/toast.js";
import { isCommand, keys, zoomKey } from "./keys.js";
import { speak } from "./language.js";
import { tellNews } from "./news.js";
import { Operators } from "./views/operators.js";

/** @param {string} id */
const there = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const main = there("main");
const notice = there("notice");
/** The view that is being read or shown. @type {any} */
let view = null;
/** The view that is shown, once it is. @type {any} */
let built = null;
/** How often another view was asked for. */
let turn = 0;
/** Whether the program has opened its data. @type {"starting" | "started" | "failed"} */
let state = "starting";
/** Whether something changed while it was being read. */
let missed = false;

/** @typedef {() => t.View | Promise<t.View>} Maker makes a view; its module comes when somebody wants to see it */

/** @type {Record<string, Maker>} */
const VIEWS = {
  options: async () => new (await import("./views/options.js")).Options(),
  deliveries: async () => new (await import("./views/deliveries.js")).Deliveries(),
  activity: async () => new (await import("./views/activity.js")).Activity(),
  setup: async () => new (await import("./views/setup.js")).Setup(),
  about: async () => new (await import("./views/about.js")).About(),
};

/** One record, or a new one. @param {string | null} id @param {string} [then] @returns {Maker} */
const record = (id, then) => async () => new (await import("./views/operator.js")).Operator(id, then);

/** The view that an address means, and its link in the navigation. @param {string} hash @returns {[Maker, string]} */
function viewOf(hash) {
  const [, place, id, then] = hash.split("/");
  if (VIEWS[place]) return [VIEWS[place], `nav-${place}`];
  if (place === "new-operator") return [record(null), "nav-operators"];
  if (place === "operators" && id) return [record(decoded(id), then), "nav-operators"];
  return [() => new Operators(), "nav-operators"];
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
  endStarting();
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
  [view, built, missed] = [null, null, false];
  notice.hidden = true;
  const [make, link] = viewOf(location.hash);
  mark(link);
  const mine = (turn += 1);
  // Another address may be chosen meanwhile.
  const isWanted = () => turn === mine;
  // A view of its own: whatever an earlier one still awaits cannot disturb it.
  const root = element("view");
  const build = async () => {
    const next = await make();
    if (!isWanted()) return;
    view = next;
    await next.build(root);
  };
  try {
    await patiently(build(), () => isWanted() && displayLoading(link));
  } catch (thrown) {
    if (isWanted()) showFailed(root, thrown);
    return;
  }
  if (isWanted()) showBuilt(root);
}

/** @param {HTMLElement} root @param {unknown} thrown */
function showFailed(root, thrown) {
  view = null;
  root.replaceChildren(failed("view-failed", thrown, show));
  display(root);
}

/** @param {HTMLElement} root */
function showBuilt(root) {
  display(root);
  view.shown?.();
  built = view;
  hideToastAbout(view.operatorId ?? null);
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

/** @param {t.About} about */
function banner(about) {
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

/** Puts the page into a language: keys have other names there. @param {string | undefined} chosen */
async function speakAs(chosen) {
  await speak(chosen);
  nameKeys();
}

async function openPalette() {
  try {
    const { Palette } = await import("./views/palette.js");
    await new Palette().open();
  } catch (thrown) {
    report(thrown);
  }
}

/** Ctrl+K, Ctrl+N, Ctrl+F. @param {KeyboardEvent} event */
function shortcut(event) {
  if (!isCommand(event) || event.shiftKey || document.querySelector("dialog[open]")) return;
  const search = view?.search?.();
  /** @type {Record<string, (() => void) | undefined>} */
  const actions = { k: openPalette, n: () => (location.hash = "#/new-operator"), f: search && (() => search.focus()) };
  const action = actions[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
}

function wire() {
  addEventListener("error", (event) => /^ResizeObserver loop/.test(event.message) || report(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => report(event.reason));
  addEventListener("hashchange", moved);
  addEventListener("keydown", shortcut);
  addEventListener("keydown", zoomKey);
  followKeys();
  preventReload();
  there("open-palette").addEventListener("click", openPalette);
  wireToast();
  part(notice, "close").addEventListener("click", () => {
    notice.hidden = true;
    main.focus();
  });
  there("practice-console").addEventListener("click", () => api.openLink("appConsole").catch(report));
  there("practice-control").addEventListener("click", () => api.openPracticeControl().catch(report));
  there("practice-files").addEventListener("click", () => api.openLink("files").catch(report));
  /** @type {HTMLElement} */ (document.querySelector(".skip")).addEventListener("click", (event) => {
    // The address says which view is shown; a skip link must not change it.
    event.preventDefault();
    main.focus();
  });
}

/** Another address: while the window is still starting, it begins with that one. */
function moved() {
  if (state === "started") show();
  if (state === "failed") startAgain();
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
function startFailed(thrown) {
  state = "failed";
  display(failed("start-failed", thrown, startAgain));
}

async function start() {
  try {
    const settings = await patiently(read(), showStarting);
    if (!location.hash) {
      // The procedure begins with the option; afterwards the operators are what one comes for.
      history.replaceState(null, "", settings.interfaceToDropbox ? "#/operators" : "#/options");
    }
  } catch (thrown) {
    // The settings cannot be read either: the system says which language it is.
    await speakAs(undefined);
    return startFailed(thrown);
  }
  state = "started";
  takeUp((await ahead.about).dataFolder);
  await show();
  ahead.forget();
  // Whoever types on after Ctrl+K must not wait for it.
  await import("./views/palette.js");
}

/** What has to be known before anything is shown. */
async function read() {
  const settings = await ahead.settings;
  await speakAs(settings.language);
  banner(await ahead.about);
  await Promise.all([ahead.listen(heard), api.onTold(report)]);
  return settings;
}

wire();
start();
