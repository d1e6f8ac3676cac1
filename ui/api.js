// What the window asks of the program: one function for each command, with the same name. A refusal is a Problem:
// {code, kind, message, hint, field, …}. No other file knows Tauri.
/** @import * as t from "./types.js" */

const { invoke } = window.__TAURI__.core;
const { listen } = window.__TAURI__.event;

/** @returns {Promise<t.About>} */
export const getAbout = () => invoke("get_about");
/** @returns {Promise<t.Settings>} */
export const getSettings = () => invoke("get_settings");
/**
 * `proxyPassword`: null keeps the one that is stored, "" takes it away.
 * @param {t.Settings} settings @param {string | null} proxyPassword @returns {Promise<t.Settings>}
 */
export const setSettings = (settings, proxyPassword = null) => invoke("set_settings", { settings, proxyPassword });
/**
 * Whether Dropbox answers by the way of these options, saved or not. `proxyPassword`: as for setSettings.
 * @param {t.Settings} settings @param {string | null} proxyPassword @returns {Promise<t.ProxyTest>}
 */
export const testProxy = (settings, proxyPassword = null) => invoke("test_proxy", { settings, proxyPassword });

/** @returns {Promise<t.Operator[]>} */
export const listOperators = () => invoke("list_operators");
/** @param {string} operatorId @returns {Promise<t.Operator>} */
export const showOperator = (operatorId) => invoke("show_operator", { operatorId });
/** @param {t.OperatorFields & {id: string}} operator @returns {Promise<t.Operator>} */
export const addOperator = (operator) => invoke("add_operator", { operator });
/** @param {string} operatorId @param {t.OperatorFields} operator @returns {Promise<t.Operator>} */
export const changeOperator = (operatorId, operator) => invoke("change_operator", { operatorId, operator });
/**
 * Where a report of today would go with what is typed into a record.
 * @param {string} operatorId @param {string} destination @param {string} fileName @returns {Promise<string>}
 */
export const previewDestination = (operatorId, destination, fileName) => invoke("preview_destination", { operatorId, destination, fileName });
/** @param {string} operatorId @returns {Promise<void>} */
export const removeOperator = (operatorId) => invoke("remove_operator", { operatorId });
/** What can be brought back with restoreOperator. @returns {Promise<t.RemovedOperator[]>} */
export const listRemovedOperators = () => invoke("list_removed_operators");
/** @param {string} operatorId @returns {Promise<t.Operator>} */
export const restoreOperator = (operatorId) => invoke("restore_operator", { operatorId });

/** What importOperators would do. @param {number[]} csv the bytes of a file @returns {Promise<t.Import>} */
export const previewImport = (csv) => invoke("preview_import", { csv });
/** Adds what can be added. @param {number[]} csv the bytes of a file @returns {Promise<t.Import>} */
export const importOperators = (csv) => invoke("import_operators", { csv });
/** Writes these operators, or all for an empty list, as CSV; answers where. @param {string[]} operatorIds @returns {Promise<string>} */
export const exportOperators = (operatorIds) => invoke("export_operators", { operatorIds });

/** The apps that other operators use, most used first. @param {string} operatorId @returns {Promise<t.AppInUse[]>} */
export const listAppsInUse = (operatorId) => invoke("list_apps_in_use", { operatorId });
/**
 * Whether Dropbox knows this key and secret. `appSecret`: as for beginAuthorization.
 * @param {string} operatorId @param {string} appKey @param {string | null} appSecret @returns {Promise<void>}
 */
export const checkApp = (operatorId, appKey, appSecret) => invoke("check_app", { operatorId, appKey, appSecret });

/**
 * `appSecret`: null uses the one that is stored for this key, "" says that there is none.
 * @param {string} operatorId @param {string} appKey @param {string | null} appSecret @param {t.Place} place
 * @param {boolean} forceReauthentication @returns {Promise<t.Operator>}
 */
export const beginAuthorization = (operatorId, appKey, appSecret, place, forceReauthentication) =>
  invoke("begin_authorization", { operatorId, appKey, appSecret, place, forceReauthentication });

/**
 * `authorizationCode`: null tries again with the code that has come already.
 * @param {string} operatorId @param {string | null} authorizationCode @returns {Promise<t.Operator>}
 */
export const completeAuthorization = (operatorId, authorizationCode) =>
  invoke("complete_authorization", { operatorId, authorizationCode });

/** @param {string} operatorId @returns {Promise<t.Operator>} */
export const cancelAuthorization = (operatorId) => invoke("cancel_authorization", { operatorId });
/** @param {string} operatorId @param {t.Confirmed} confirmed what was read and ticked @returns {Promise<t.Operator>} */
export const saveAuthorization = (operatorId, confirmed) => invoke("save_authorization", { operatorId, confirmed });
/** @param {string} operatorId @returns {Promise<t.Operator>} */
export const revokeAuthorization = (operatorId) => invoke("revoke_authorization", { operatorId });
/** Asks Dropbox whether it still accepts what is in force. @param {string} operatorId @returns {Promise<t.Operator>} */
export const checkAuthorization = (operatorId) => invoke("check_authorization", { operatorId });

/** The only secret that this window ever receives. @param {string} operatorId @returns {Promise<string>} */
export const revealAuthorization = (operatorId) => invoke("reveal_authorization", { operatorId });

/**
 * Opened in the system browser; the program knows the address.
 * @param {"authorize" | "appConsole" | "files"} link @param {string | null} operatorId @returns {Promise<void>}
 */
export const openLink = (link, operatorId = null) => invoke("open_link", { link, operatorId });

/** @param {string} operatorId @returns {Promise<t.Delivery>} */
export const sendTestFile = (operatorId) => invoke("send_test_file", { operatorId });

/** To where it was going. @param {number} deliveryId @returns {Promise<t.Delivery>} */
export const sendAgain = (deliveryId) => invoke("send_again", { deliveryId });
/** @param {number} deliveryId @returns {Promise<t.Delivery>} */
export const dismissDelivery = (deliveryId) => invoke("dismiss_delivery", { deliveryId });

/** Waits a while for a delivered file in the local Dropbox folder. @param {string} operatorId @param {number} deliveryId @returns {Promise<t.LocalCopy>} */
export const findLocalCopy = (operatorId, deliveryId) => invoke("find_local_copy", { operatorId, deliveryId });
/** Of one operator, or of all. @param {string | null} operatorId @returns {Promise<t.Delivery[]>} */
export const listDeliveries = (operatorId) => invoke("list_deliveries", { operatorId });
/** Of one operator, or of all. @param {string | null} operatorId @returns {Promise<t.Activity[]>} */
export const listActivity = (operatorId) => invoke("list_activity", { operatorId });
/** @returns {Promise<t.Check[]>} */
export const diagnose = () => invoke("diagnose");
/** Help › About Outtray: gives up what a master key that is lost has sealed. @returns {Promise<null>} */
export const replaceMasterKey = () => invoke("replace_master_key");
/** What a bundle for whoever helps would hold; kept for exportDiagnostics. @returns {Promise<t.Diagnostics>} */
export const collectDiagnostics = () => invoke("collect_diagnostics");
/**
 * Writes the bundle that was collected last as a ZIP file; answers where, and what whoever gives it away has to know.
 * @returns {Promise<t.ExportedDiagnostics>}
 */
export const exportDiagnostics = () => invoke("export_diagnostics");

/** Try it without a Dropbox account: the window begins again on practice data. @returns {Promise<void>} */
export const startPractice = () => invoke("start_practice");
/** Back to the real Dropbox. @returns {Promise<void>} */
export const endPractice = () => invoke("end_practice");
/** Try what happens when…: the page of the practice Dropbox on which it is told what goes wrong. @returns {Promise<void>} */
export const openPracticeControl = () => invoke("open_practice_control");
/** Tries once more to open the data: the window begins again, or says what stands in the way now. @returns {Promise<void>} */
export const reopen = () => invoke("reopen");
/** Everything larger, smaller, or as it usually is; answers how large, in percent. @param {"in" | "out" | "reset"} step @returns {Promise<number>} */
export const zoom = (step) => invoke("zoom", { step });

/** Calls back whenever something changed. @param {(event: t.Event) => void} callback */
export const onChanged = (callback) => listen("changed", ({ payload }) => callback(payload));

/** Calls back with a problem that no call has met. @param {(problem: t.Problem) => void} callback */
export const onTold = (callback) => listen("told", ({ payload }) => callback(payload));
