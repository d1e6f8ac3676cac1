// What the window asks of the program: one function for each command, with the same name. A refusal is a Problem:
// {code, message, hint, field}.

const { invoke } = window.__TAURI__.core;
const { listen } = window.__TAURI__.event;

export const getAbout = () => invoke("get_about");
export const getSettings = () => invoke("get_settings");

/** `settings`: all of them, as `getSettings` gave them, with what has changed. */
export const setSettings = (settings) => invoke("set_settings", { settings });

export const listOperators = () => invoke("list_operators");
export const showOperator = (operatorId) => invoke("show_operator", { operatorId });
export const addOperator = (operator) => invoke("add_operator", { operator });
export const changeOperator = (operatorId, operator) => invoke("change_operator", { operatorId, operator });

/**
 * `appSecret`: null keeps the stored one, "" says that there is none. `place`: "thisComputer" or "usersComputer".
 * `forceReauthentication`: Dropbox asks for another account than the one that is signed in to the browser.
 */
export const beginAuthorization = (operatorId, appKey, appSecret, place, forceReauthentication = false) =>
  invoke("begin_authorization", { operatorId, appKey, appSecret, place, forceReauthentication });

/** `authorizationCode`: null tries again with the code that has come already. */
export const completeAuthorization = (operatorId, authorizationCode) =>
  invoke("complete_authorization", { operatorId, authorizationCode });

export const cancelAuthorization = (operatorId) => invoke("cancel_authorization", { operatorId });
export const saveAuthorization = (operatorId, accountConfirmed) =>
  invoke("save_authorization", { operatorId, accountConfirmed });

/** The only secret that this window ever receives. */
export const revealAuthorization = (operatorId) => invoke("reveal_authorization", { operatorId });

/** `link`: "authorize", "appConsole" or "files"; opened in the system browser. */
export const openLink = (link, operatorId = null) => invoke("open_link", { link, operatorId });

export const sendTestFile = (operatorId) => invoke("send_test_file", { operatorId });

/** Waits a while for a delivered file in the local Dropbox folder: {kind: "notInstalled" | "notSeen" | "seen", path}. */
export const findLocalCopy = (operatorId, deliveryId) => invoke("find_local_copy", { operatorId, deliveryId });
export const listDeliveries = (operatorId) => invoke("list_deliveries", { operatorId });

/** Calls back with {kind, operatorId, …} whenever something changed. */
export const onChanged = (callback) => listen("changed", ({ payload }) => callback(payload));
