// How the fake program stands at the start. Names are what a test asks for by `?scenario=`.

const problem = (code, message, hint = null, field = null) => ({ code, message, hint, field });
const NETWORK = problem("network", "Dropbox could not be reached: the name www.dropbox.com was not found.", "Check the network connection and the proxy of this computer, then try again.");

/** What the program has to say about a redirect that does not come. */
export const NO_REDIRECT = problem("no_redirect", "Dropbox has not sent the browser back yet. If its page says “Invalid redirect_uri”, the app does not have this line among its Redirect URIs: http://127.0.0.1:17653/dropbox", "Add that line on the Settings tab of the app in the App Console, exactly as it stands, and open the URL again. Or click Generate Key again with “On the user’s computer”: then the Access code is typed, and no redirect URI is needed.");

const operator = (fields) => ({
  email: null, active: true, destination: "/Reports/{operator}/{name}", conflictRule: "keepBoth", status: "notAuthorized", needsAttention: false, appKey: null, appSecretStored: false,
  lastDeliveredAt: null, authorization: null, request: null, ...fields,
});

const at = (day, hour, minute) => Date.UTC(2026, 10, day, hour, minute);

const authorized = (fields) =>
  operator({
    status: "authorized", appKey: "h7q2mzt0c4lx9ab", appSecretStored: true, lastDeliveredAt: at(25, 7, 42),
    authorization: { account: { accountId: `dbid:${fields.id}`, displayName: fields.name, email: fields.email }, scopes: ["account_info.read", "files.content.write"], authorizedAt: at(3, 9, 30), revoked: fields.status === "authorizeAgain" },
    ...fields,
  });

const waiting = (place) => ({
  url: "https://www.dropbox.com/oauth2/authorize?response_type=code&client_id=h7q2mzt0c4lx9ab&code_challenge=0123456789abcdefghijklmnopqrstuvwxyzABCDEFG&code_challenge_method=S256&state=abcdefghijklmnopqrstuv&token_access_type=offline",
  place, redirectUri: place === "thisComputer" ? "http://127.0.0.1:17653/dropbox" : null, createdAt: at(25, 8, 0), expiresAt: at(25, 8, 52), phase: "awaitingCode",
  codeReceived: false, account: null, scopes: [], warnings: [], problem: null, advice: null,
});

const delivery = (fields) => ({
  origin: "send", sizeBytes: 481_233, bytesSent: 481_233, state: "delivered", dropboxPath: `/Reports/${fields.operatorId}/${fields.fileName}`,
  contentHash: "e3b0", createdAt: at(25, 7, 41), finishedAt: at(25, 7, 42), problem: null, ...fields,
});

const base = () => ({
  operator,
  about: {
    version: "0.1.0", system: "linux x86_64", practice: false, simulatorUrl: null, dataFolder: "/home/admin/.local/share/outtray", logFolder: "/home/admin/.local/share/outtray/logs", keyFile: null,
    redirectUris: [17653, 27653, 37653].map((port) => `http://127.0.0.1:${port}/dropbox`),
  },
  settings: {
    interfaceToDropbox: true, reportOutputRoot: "/srv/erp/output", redirectHost: "127.0.0.1", redirectPorts: [17653, 27653, 37653], connectTimeoutSeconds: 20,
    idleTimeoutSeconds: 120, historyRetentionDays: 365, language: "system", startAtLogin: false, notifications: true, closeToTray: true, proxy: "system", proxyAddress: null, proxyUser: null, proxyPasswordStored: false,
  },
  account: { accountId: "dbid:anna", displayName: "Anna Berg", email: "anna.berg@example.com" },
  operators: [],
  removed: [],
  deliveries: [],
  activity: [],
  checks: [],
  localCopy: { kind: "seen", path: "/home/anna/Dropbox/Reports/AB/Outtray test 2026-11-25 0741.txt" },
  diagnostics: {
    files: [
      { name: "about.json", text: '{\n  "version": "0.1.0",\n  "system": "linux x86_64"\n}' },
      { name: "logs/outtray.2026-11-25.log", text: "2026-11-25T07:41:02.1Z  INFO outtray::delivery: delivered delivery=3\n".repeat(60) + `2026-11-25T07:41:03.4Z  WARN outtray::dropbox: refused body=${"e3b0c44298fc1c14".repeat(60)}\n` },
    ],
    leftOut: [], notSearched: null,
  },
  refuse: {},
});

const some = () => ({
  ...base(),
  operators: [
    authorized({ id: "acb", name: "Anneliese Carver-Brandt", email: "a.carver@example.com" }),
    operator({ id: "jsm", name: "Jonah Smithers", status: "awaitingCode", appKey: "h7q2mzt0c4lx9ab", appSecretStored: true, request: waiting("thisComputer") }),
    authorized({ id: "kho", name: "Keiko Horiguchi", email: "horiguchi@example.com", status: "authorizeAgain", needsAttention: true, lastDeliveredAt: at(20, 18, 5) }),
    authorized({ id: "lma", name: "Luís Machado", email: "luis.m@example.com" }),
    authorized({ id: "mdu", name: "Maud Dujardin", email: "maud@example.org", active: false, lastDeliveredAt: at(24, 23, 30) }),
    operator({ id: "pvr", name: "Piet van Rijn" }),
  ],
  deliveries: [
    delivery({ id: 4, operatorId: "acb", fileName: "Open orders.xlsx", sizeBytes: 734_003_200, bytesSent: 251_658_240, state: "uploading", dropboxPath: null, finishedAt: null }),
    delivery({ id: 3, operatorId: "kho", fileName: "Quarterly report.pdf", state: "needsAttention", dropboxPath: null, problem: problem("dropbox_full", "There is no room left in this Dropbox.", "Ask the user to make room in Dropbox, then send again.") }),
    delivery({ id: 2, operatorId: "lma", fileName: "Quarterly report.pdf" }),
    delivery({ id: 1, operatorId: "acb", fileName: "Outtray test 2026-11-25 0741.txt", sizeBytes: 214, bytesSent: 214, origin: "test" }),
  ],
  activity: [
    { id: 3, at: at(25, 7, 42), actor: "admin, window", action: "send_test_file", operatorId: "acb", detail: null },
    { id: 2, at: at(25, 7, 40), actor: "admin, window", action: "save_authorization", operatorId: "acb", detail: "a.carver@example.com" },
    { id: 1, at: at(24, 16, 3), actor: "root, command line", action: "add_operator", operatorId: "acb", detail: "refused: operator_exists: There is already an operator “acb”. Capital and small letters count as the same." },
  ],
  checks: [
    { name: "database", detail: "/home/admin/.local/share/outtray/outtray.db", problem: null },
    { name: "keychain", detail: null, problem: problem("keychain_locked", "The system keychain is locked.", "Unlock the keychain and try again. Nothing is lost.") },
    { name: "redirect port 17653", detail: "http://127.0.0.1:17653/dropbox", problem: null },
  ],
});

/** Changes one operator of `some`. */
const withOne = (id, change) => () => {
  const state = some();
  change(state.operators.find((each) => each.id === id), state);
  return state;
};

const granted = (one) => {
  Object.assign(one, { status: "awaitingSave", email: "jonah@example.com" });
  Object.assign(one.request, { phase: "granted", codeReceived: true, account: { accountId: "dbid:j", displayName: "Jonah S.", email: "j.smithers@example.net" }, scopes: ["account_info.read", "files.content.write"] });
};

const REFUSED = problem("authorization_refused", "The user did not allow access: Cancel was clicked on the Dropbox page.", "Click Generate Key again, and ask the user to click Continue and then Allow.");

/** A request that failed is none any more: the status is that of what is in force. */
const fail = (one, why) => {
  Object.assign(one, { needsAttention: true, status: one.authorization ? "authorized" : "notAuthorized" });
  Object.assign(one.request, { phase: "failed", problem: why });
};

const refused = (commands) => () => ({ ...some(), refuse: commands });

export const LONG_FILE = "MONTHLY_OPEN_ORDERS_BY_CUSTOMER_AND_REGION_WEST_2026-11-25_074233.pdf";

/** Names as somebody may have them who does not think of a column: without a blank, or long. */
const long = () => {
  const state = some();
  const [acb, jsm] = state.operators;
  acb.name = acb.authorization.account.displayName = "Bereichsleitung".repeat(12).slice(0, 170);
  acb.email = acb.authorization.account.email = `${"bereichsleitung.".repeat(4)}west@example.com`;
  jsm.name = "Jonah Smithers of the Department for Open Orders by Customer and Region";
  Object.assign(state.deliveries[3], { fileName: LONG_FILE, dropboxPath: `/Reports/acb/${LONG_FILE}` });
  Object.assign(state.deliveries[0], { fileName: LONG_FILE });
  return state;
};

/** What is never answered. */
const NEVER = new Promise(() => {});

const SCENARIOS = {
  empty: base,
  some,
  long,
  proxied: () => ({ ...some(), settings: { ...base().settings, proxy: "manual", proxyAddress: "http://proxy.example.com:8080", proxyUser: "anna", proxyPasswordStored: true } }),
  off: () => ({ ...some(), settings: { ...base().settings, interfaceToDropbox: false } }),
  first: () => ({ ...base(), settings: { ...base().settings, interfaceToDropbox: false } }),
  slow: () => ({ ...some(), hold: { listOperators: NEVER } }),
  slowStart: () => {
    const state = some();
    return Object.assign(state, { hold: { getSettings: new Promise((go) => Object.assign(state, { go })) } });
  },
  practice: () => ({ ...some(), about: { ...base().about, practice: true, simulatorUrl: "http://127.0.0.1:8080/" } }),
  many: () => ({ ...base(), operators: Array.from({ length: 10_000 }, (_, n) => authorized({ id: `op${String(n).padStart(5, "0")}`, name: `Operator Number ${n}`, email: `op${n}@example.com`, status: n % 50 ? "authorized" : "authorizeAgain", needsAttention: n % 50 === 0 })) }),
  granted: withOne("jsm", granted),
  remote: withOne("jsm", (one) => (one.request = waiting("usersComputer"))),
  advice: withOne("jsm", (one) => (one.request.advice = NO_REDIRECT)),
  removed: () => ({
    ...some(),
    removed: [
      { ...authorized({ id: "tob", name: "Tobias Oberg", email: "tobias@example.com" }), removedAt: at(25, 7, 30) },
      { ...operator({ id: "zoe", name: "Zoë Ng" }), removedAt: at(20, 9, 15) },
      { ...operator({ id: "TOB", name: "Tobias before" }), removedAt: at(2, 9, 15) },
    ],
  }),
  nobodyLeft: () => ({ ...base(), removed: [{ ...operator({ id: "zoe", name: "Zoë Ng" }), removedAt: at(20, 9, 15) }] }),
  cancelled: withOne("jsm", (one) => fail(one, REFUSED)),
  attention: () => {
    const state = some();
    const { jsm, lma, mdu, pvr } = Object.fromEntries(state.operators.map((one) => [one.id, one]));
    fail(jsm, REFUSED);
    fail(Object.assign(lma, { request: waiting("usersComputer") }), problem("request_expired", "The request has expired: no code came within one hour.", "Click Generate Key again and give the user the new URL."));
    fail(Object.assign(pvr, { request: waiting("thisComputer") }), problem("missing_scope", "The app lacks files.content.write.", "Select it on the Permissions tab, then click Generate Key."));
    Object.assign(mdu, { active: true, needsAttention: true });
    return state;
  },
  offline: refused({ beginAuthorization: NETWORK, checkApp: NETWORK, sendTestFile: NETWORK, checkAuthorization: NETWORK, removeOperator: NETWORK }),
  locked: refused({ beginAuthorization: problem("keychain_locked", "The system keychain is locked.", "Unlock the keychain and try again. Nothing is lost."), revealAuthorization: problem("keychain_locked", "The system keychain is locked.", "Unlock the keychain and try again. Nothing is lost.") }),
  lost: () => ({ ...some(), checks: [{ name: "keychain", detail: null, problem: problem("master_key_lost", "The master key is no longer in the system keychain, so the stored authorizations cannot be opened.", "If the keychain can be restored, restore it. If not, replace the master key (Help › About Outtray, or outtray master-key replace) and authorize each operator again. Records and history are kept.") }] }),
  newer: refused(Object.fromEntries(["getSettings", "getAbout"].map((name) => [name, problem("store_newer", "The database was last used by a newer version of Outtray. It was left as it is.", "Install the newest version of Outtray on this computer.")]))),
  corrupt: refused(Object.fromEntries(["getSettings", "getAbout"].map((name) => [name, problem("store_corrupt", "The database file /home/admin/.local/share/outtray/outtray.db is damaged or is not a database. It was left as it is.", "Restore the file from a backup, or move it away to begin with an empty database.")]))),
  failing: refused({ listOperators: problem("store_failed", "The database could not be used: database is locked.", "Check what is named, that the disk has room, and that the data folder may be written. Then try again."), showOperator: NETWORK }),
};

export function scenario(name) {
  if (!SCENARIOS[name]) throw new Error(`there is no scenario ${name}`);
  return SCENARIOS[name]();
}
