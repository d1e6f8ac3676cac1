// What came about for an operator whom nobody looks at: it is told, with the way there.
/** @import * as t from "./types.js" */

import * as api from "./api.js";
import { word } from "./elements/template.js";
import { showToast } from "./elements/toast.js";
import { translated } from "./language.js";
import { address } from "./views/operators.js";

const HOUR = 3_600_000;

/** How the request of an operator stood when it was last heard of. @type {Map<string, string>} */
const known = new Map();

/** @param {t.AuthorizationRequest} request */
const standing = (request) => `${request.createdAt} ${request.phase}`;

/** What has ended, one way or the other, and was not known to. One that was never heard of counts while its hour lasts. @param {t.Operator} operator */
function isNews({ id, request }) {
  if (request?.phase !== "granted" && request?.phase !== "failed") return false;
  const before = known.get(id);
  return before === undefined ? Date.now() - request.createdAt <= HOUR : before !== standing(request);
}

/** @param {t.Event} event @param {() => string | null} shown whose record is on the screen */
export async function tellNews(event, shown) {
  if (event.kind !== "authorization") return;
  const operator = await api.showOperator(event.operatorId);
  const isTold = isNews(operator) && operator.id !== shown();
  if (operator.request) known.set(operator.id, standing(operator.request));
  else known.delete(operator.id);
  if (isTold) tell(operator);
}

/** @param {t.Operator} operator */
function tell({ id, name, request }) {
  const what = translated(request?.problem?.message ?? null) ?? "";
  const text = request?.phase === "granted" ? word("news-granted", { id, name }) : word("news-failed", { id, name, what });
  const action = { label: word("open-controls"), run: () => (location.hash = `${address(id)}/controls`) };
  showToast(text, { action, about: id });
}
