// Deliveries and Activity list what is newest. A list that is as long as a list can be says so: there may be older ones.

import { part } from "./template.js";

/** How many the program lists at most; tests/contract.rs holds it to the library. */
const LISTED = 500;

/** Shows the words about older ones where there may be any. @param {ParentNode} root @param {number} count */
export function sayIfCut(root, count) {
  part(root, "cut").hidden = count < LISTED;
}
