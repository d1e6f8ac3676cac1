// What the browser tests serve as ui/api.js: a program that keeps everything in the page. `window.fake` is the handle of the tests.
// A scenario (scenarios.js) says how it stands at the start, and what is refused.

import { NO_REDIRECT, scenario } from "./scenarios.js";

const fake = (window.fake = scenario(new URLSearchParams(location.search).get("scenario") ?? "empty"));
const listeners = new Set();
const HOUR = 3_600_000;

fake.calls = [];
// What the program has kept when the page begins anew.
if (window.savedLanguage) fake.settings.language = window.savedLanguage;
fake.emit = (event) => listeners.forEach((listener) => listener(event));

/** Every call is noted, can be refused or held back by the scenario, and answers a copy, as over a wire. */
const command = (name, action) => async (...args) => {
  fake.calls.push(name);
  await fake.hold?.[name];
  const refusal = fake.refuse[name];
  if (refusal) throw structuredClone(refusal);
  return structuredClone(await action(...args));
};

const problem = (code, message, hint = null, field = null, fields = field ? [field] : []) => ({ code, message, hint, field, fields, others: [] });
const same = (a, b) => a.toLowerCase() === b.toLowerCase();

function find(id) {
  const found = fake.operators.find((operator) => same(operator.id, id));
  if (!found) throw problem("operator_not_found", `There is no operator “${id}”.`, "Look the id up in Setup › Operator.");
  return found;
}

/** An operator as it is read: a redirect that has not come for a while has advice, and nothing tells when. */
function show(id) {
  const operator = find(id);
  const { request } = operator;
  if (request?.phase === "granted") request.warnings = warnings(operator);
  const isAdvised = !fake.silent && request?.redirectUri && request.phase === "awaitingCode" && !request.codeReceived && Date.now() >= request.createdAt + 90_000;
  return isAdvised ? { ...operator, request: { ...request, advice: request.advice ?? NO_REDIRECT } } : operator;
}

/** What has to be confirmed before Save. */
function warnings({ id, email, request }) {
  const { account } = request;
  const others = fake.operators.filter((other) => !same(other.id, id) && other.authorization && !other.authorization.revoked && same(other.authorization.account.email, account.email));
  const found = [];
  if (email && !same(email, account.email)) {
    found.push({ problem: problem("account_differs", `Dropbox was authorized as ${account.email}, but this operator’s e-mail is ${email}.`, "If this is the right Dropbox account, confirm it. If not, sign out of Dropbox in the browser and click Generate Key again."), confirms: [account.email] });
  }
  if (others.length) {
    const ids = others.map((other) => other.id);
    found.push({ problem: problem("account_taken", `The Dropbox account ${account.email} already belongs to operator “${ids.join("”, “")}”.`, "If both operators are to share this Dropbox, confirm it. If not, sign in as the other user and click Generate Key again."), confirms: ids });
  }
  return found;
}

function changed(id, kind = "operator") {
  queueMicrotask(() => fake.emit({ kind, operatorId: id }));
}

function mustBeOn() {
  if (fake.settings.interfaceToDropbox) return;
  throw problem("interface_off", "Interface to Dropbox is off, so nothing is sent to Dropbox.", "Switch it on in Administrator Options › System › General, then try again.");
}

function grant(operator) {
  Object.assign(operator.request, { phase: "granted", codeReceived: true, account: fake.account, scopes: ["account_info.read", "files.content.write"] });
  operator.request.warnings = warnings(operator);
  operator.status = "awaitingSave";
  changed(operator.id, "authorization");
}

/** The user clicks Allow, and the redirect arrives. */
fake.allow = (id) => grant(find(id));

function begin(id, appKey, appSecret, place, forceReauthentication) {
  mustBeOn();
  checkApp(id, appKey, appSecret);
  const operator = find(id);
  const redirectUri = place === "thisComputer" ? "http://127.0.0.1:17653/dropbox" : null;
  const url = `https://www.dropbox.com/oauth2/authorize?response_type=code&client_id=${appKey}&code_challenge=0123456789abcdefghijklmnopqrstuvwxyzABCDEFG&code_challenge_method=S256&state=abcdefghijklmnopqrstuv&token_access_type=offline${
    redirectUri ? `&redirect_uri=${encodeURIComponent(redirectUri)}` : ""
  }${forceReauthentication ? "&force_reauthentication=true" : ""}`;
  operator.request = { url, place, redirectUri, createdAt: Date.now(), expiresAt: Date.now() + HOUR, phase: "awaitingCode", codeReceived: false, account: null, scopes: [], warnings: [], problem: null, advice: null };
  Object.assign(operator, { status: "awaitingCode", appKey, appSecretStored: true });
  changed(operator.id, "authorization");
  return operator;
}

function checkApp(_, appKey, appSecret) {
  if (appKey.trim() === "") throw problem("invalid_input", "User Name (App Key) is missing. Copy the App key from the Settings tab in the App Console.", null, "appKey");
  if (appKey.startsWith("wrong") || appSecret?.startsWith("wrong")) {
    throw problem("invalid_app_key", "Dropbox does not know this app key and app secret.", "Copy both again from the Settings tab of the app in the App Console; the app secret shows after Show. A space at an end does no harm.", "appKey", ["appKey", "appSecret"]);
  }
}

function complete(id, code) {
  const operator = find(id);
  if (!operator.request) throw problem("no_request", `No authorization is under way for operator “${id}”.`, "Click Generate Key first.");
  if (code === null && !operator.request.codeReceived) throw problem("not_granted", "Dropbox has not confirmed the authorization yet.", "Wait until the user has clicked Allow, or type the Temporary Authorization Key.");
  if (code?.includes("wrong")) throw problem("invalid_code", "Dropbox does not accept this Temporary Authorization Key. It was mistyped, used before, has expired, or belongs to another URL.", "Ask the user for the code once more, or click Generate Key and give the user the new URL. Each code works once.", "authorizationCode");
  grant(operator);
  return operator;
}

function save(id, confirmed) {
  const operator = find(id);
  const { account, scopes } = operator.request;
  const has = ({ problem: { code }, confirms }) => (code === "account_differs" ? confirmed.account === confirms[0] : confirms.every((each) => confirmed.sharedWith.includes(each)));
  const open = warnings(operator).find((warning) => !has(warning));
  if (open) throw open.problem;
  Object.assign(operator, { status: "authorized", request: null, authorization: { account, scopes, authorizedAt: Date.now(), revoked: false } });
  changed(operator.id, "authorization");
  return operator;
}

function sendTestFile(id) {
  mustBeOn();
  const operator = find(id);
  if (!operator.authorization) throw problem("not_authorized", `Dropbox is not authorized for operator “${id}”.`, "Open Controls in the operator record and click Generate Key.");
  const now = Date.now();
  const delivery = { id: fake.deliveries.length + 1, operatorId: operator.id, origin: "test", fileName: "Outtray test 2026-11-25 0741.txt", sizeBytes: 214, bytesSent: 214, state: "delivered", dropboxPath: `/Reports/${operator.id}/Outtray test 2026-11-25 0741.txt`, contentHash: "e3b0", createdAt: now, finishedAt: now, problem: null };
  fake.deliveries.unshift(delivery);
  operator.lastDeliveredAt = now;
  fake.emit({ kind: "delivery", operatorId: operator.id, deliveryId: delivery.id, bytesSent: 214, sizeBytes: 214, state: "delivered" });
  return delivery;
}

/** Somebody decides about a delivery that needs attention: it is told as the program does, and answered. @param {(delivery: object) => void} change */
const decide = (change) => (id) => {
  const delivery = fake.deliveries.find((each) => each.id === id);
  if (delivery?.state !== "needsAttention") throw problem("nothing_to_decide", `Delivery ${id} does not need attention: it is on its way, has arrived, or was dismissed.`, "Look in Deliveries for how it stands.");
  change(delivery);
  const { operatorId, bytesSent, sizeBytes, state } = delivery;
  fake.emit({ kind: "delivery", operatorId, deliveryId: id, bytesSent, sizeBytes, state });
  if (delivery.problem && state === "needsAttention") throw delivery.problem;
  return delivery;
};

function imported(csv, preview) {
  const [, ...lines] = new TextDecoder().decode(new Uint8Array(csv)).trim().split("\n");
  const rows = lines.map((line, at) => {
    const [id, name] = line.split(",");
    const taken = fake.operators.some((operator) => same(operator.id, id));
    if (!preview && !taken) fake.operators.push(fake.operator({ id, name }));
    return { line: at + 2, id, name, problem: taken ? problem("operator_exists", `There is already an operator “${id}”. Capital and small letters count as the same.`, null, "id") : null };
  });
  const refused = rows.filter((row) => row.problem).length;
  return { added: rows.length - refused, refused, unknownColumns: [], rows };
}

export const getAbout = command("getAbout", () => fake.about);
export const getSettings = command("getSettings", () => fake.settings);
export const setSettings = command("setSettings", (settings, proxyPassword) => {
  fake.proxyPassword = proxyPassword ?? fake.proxyPassword;
  fake.settings = { ...settings, proxyPasswordStored: Boolean(settings.proxyUser && fake.proxyPassword) };
  queueMicrotask(() => fake.emit({ kind: "settings" }));
  return fake.settings;
});
export const testProxy = command("testProxy", (settings, proxyPassword) => {
  mustBeOn();
  fake.tested = { settings, proxyPassword };
  return { proxy: settings.proxy === "manual" ? `${settings.proxyAddress}, from Administrator Options` : "none" };
});
function appsInUse(id) {
  const counts = new Map();
  for (const { id: other, appKey, appSecretStored } of fake.operators) {
    if (!same(other, id) && appKey && appSecretStored) counts.set(appKey, (counts.get(appKey) ?? 0) + 1);
  }
  return [...counts].map(([appKey, operators]) => ({ appKey, operators })).sort((a, b) => b.operators - a.operators);
}

export const listAppsInUse = command("listAppsInUse", appsInUse);
export const listOperators = command("listOperators", () => fake.operators);
export const showOperator = command("showOperator", show);
export const addOperator = command("addOperator", ({ id, ...fields }) => {
  const wrong = [];
  if (id === "") wrong.push(problem("invalid_input", "The operator id is missing. Type the operator initials as the ERP knows them.", null, "id"));
  else if (!/^[\p{L}\p{N}_.-]+$/u.test(id)) wrong.push(problem("invalid_input", "The operator id may have letters, digits, hyphens, underscores and dots only, and may not start with a dot.", null, "id"));
  if (fields.name === "") wrong.push(problem("invalid_input", "The name is missing. Type the name of the person whose reports these are.", null, "name"));
  if (wrong.length) throw { ...wrong[0], others: wrong.slice(1) };
  fake.operators.push(fake.operator({ ...fields, id }));
  changed(id);
  return find(id);
});
export const changeOperator = command("changeOperator", (id, { name, email, active, destination, conflictRule }) => {
  const operator = Object.assign(find(id), { name, email, active, destination, conflictRule });
  changed(operator.id);
  return operator;
});
export const previewDestination = command("previewDestination", (id, destination, fileName) => {
  const path = destination.trim() || "/Reports/{operator}/{name}";
  if (!path.startsWith("/")) throw problem("invalid_input", "The Dropbox folder has to begin with a slash, as in /Reports/{name}.", null, "destination");
  const day = new Date().toISOString().slice(0, 10).split("-");
  const values = { "{operator}": id.trim() || "{operator}", "{yyyy}": day[0], "{MM}": day[1], "{dd}": day[2], "{name}": fileName };
  return (path.includes("{name}") ? path : `${path.replace(/\/+$/, "")}/{name}`).replace(/\{\w+\}/g, (token) => values[token] ?? token);
});
export const removeOperator = command("removeOperator", (id) => {
  const operator = find(id);
  fake.operators = fake.operators.filter((each) => each !== operator);
  fake.removed.unshift({ ...operator, removedAt: Date.now() });
  changed(id);
});
export const listRemovedOperators = command("listRemovedOperators", () => fake.removed);
export const restoreOperator = command("restoreOperator", (id) => {
  const found = fake.removed.find((operator) => same(operator.id, id));
  if (!found) throw problem("operator_not_found", `There is no operator “${id}”.`, "Look the id up in Setup › Operator.");
  if (fake.operators.some((operator) => same(operator.id, id))) throw problem("operator_exists", `There is already an operator “${id}”. Capital and small letters count as the same.`, "Open that record, or choose another id.", "id");
  fake.removed = fake.removed.filter((operator) => operator !== found);
  const { removedAt, ...operator } = found;
  fake.operators.push(Object.assign(operator, { authorization: null, status: "notAuthorized", needsAttention: false }));
  changed(id);
  return operator;
});
export const previewImport = command("previewImport", (csv) => imported(csv, true));
export const importOperators = command("importOperators", (csv) => imported(csv, false));
export const exportOperators = command("exportOperators", () => "/home/admin/Downloads/Outtray operators 2026-11-25.csv");
const begun = command("beginAuthorization", begin);
export const beginAuthorization = async (...args) => {
  const cancelled = new Promise((_, reject) => {
    fake.cancelCheck = () => reject(problem("check_cancelled", "The check of the app key and the app secret was cancelled.", "Nothing was changed. Click Generate Key to check them again."));
  });
  try {
    return await Promise.race([cancelled, begun(...args)]);
  } finally {
    fake.cancelCheck = null;
  }
};
export const completeAuthorization = command("completeAuthorization", complete);
export const cancelAuthorization = command("cancelAuthorization", (id) => {
  const operator = find(id);
  if (fake.cancelCheck) {
    fake.cancelCheck();
    return operator;
  }
  return Object.assign(operator, { request: null, status: operator.authorization ? "authorized" : "notAuthorized" });
});
export const saveAuthorization = command("saveAuthorization", save);
export const revokeAuthorization = command("revokeAuthorization", (id) => Object.assign(find(id), { authorization: null, status: "notAuthorized" }));
export const checkAuthorization = command("checkAuthorization", (id) => {
  const operator = find(id);
  if (operator.status === "authorizeAgain") throw problem("authorization_revoked", `Dropbox has ended the authorization of operator “${id}”: the user removed the app, or the app was changed or deleted.`, "Open Controls in the operator record and click Generate Key to authorize again. Nothing waiting is lost.");
  return operator;
});
export const revealAuthorization = command("revealAuthorization", () => "refresh-token-of-the-fake-dropbox");
export const openLink = command("openLink", (link, id) => {
  fake.opened = [link, id];
});
export const findLocalCopy = command("findLocalCopy", () => fake.localCopy);
export const listDeliveries = command("listDeliveries", (id) => fake.deliveries.filter((delivery) => !id || same(delivery.operatorId, id)));
export const sendAgain = command("sendAgain", decide((delivery) => {
  // It fails as the scenario says, or arrives.
  if (fake.fails) return Object.assign(delivery, { problem: fake.fails, finishedAt: Date.now() });
  Object.assign(delivery, { state: "delivered", bytesSent: delivery.sizeBytes, dropboxPath: `/Reports/${delivery.operatorId}/${delivery.fileName}`, problem: null, finishedAt: Date.now() });
}));
export const dismissDelivery = command("dismissDelivery", decide((delivery) => Object.assign(delivery, { state: "dismissed", finishedAt: Date.now() })));
export const listActivity = command("listActivity", (id) => fake.activity.filter((row) => !id || same(row.operatorId ?? "", id)));
export const diagnose = command("diagnose", () => fake.checks);
export const replaceMasterKey = command("replaceMasterKey", () => {
  fake.checks = fake.checks.map((check) => (check.problem?.code.startsWith("master_key") ? { ...check, problem: null, detail: "the master key is there" } : check));
  return null;
});
export const collectDiagnostics = command("collectDiagnostics", () => fake.diagnostics);
export const exportDiagnostics = command("exportDiagnostics", () => {
  const { leftOut, notSearched } = fake.diagnostics;
  return { path: "/home/admin/Downloads/Outtray diagnostics.zip", leftOut, notSearched };
});
export const startPractice = command("startPractice", () => void (fake.about = { ...fake.about, practice: true }));
export const zoom = command("zoom", (step) => {
  fake.zoomed = [...(fake.zoomed ?? []), step];
  return 125;
});
export const reopen = command("reopen", () => location.reload());
export const openPracticeControl = command("openPracticeControl", () => null);
export const endPractice = command("endPractice", () => void (fake.about = { ...fake.about, practice: false }));

const checked = command("checkApp", checkApp);
const sent = command("sendTestFile", sendTestFile);
export { checked as checkApp, sent as sendTestFile };

export const onTold = async () => () => {};
export const onChanged = async (callback) => {
  listeners.add(callback);
  return () => listeners.delete(callback);
};
