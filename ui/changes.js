// What an event means for a view. It says that something changed, not how it is now: a view reads again.
/** @import * as t from "./types.js" */

/** Anything may be different: options, many records at once, or whatever another program did. @param {t.Event} event @returns {event is t.GeneralEvent} */
export const isGeneral = (event) => !("operatorId" in event) && event.kind !== "activity";

/** Only the figure of a delivery has moved; nothing has begun or ended. @param {t.Event} event @returns {event is t.DeliveryEvent} */
export const isProgress = (event) => event.kind === "delivery" && event.state === "uploading" && event.bytesSent > 0;
