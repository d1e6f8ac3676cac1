// What ui/vendor holds is what the packages of the lock file hold.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { vendored } from "./vendor.js";

test("ui/vendor is what `npm run vendor` writes", () => {
  for (const { path, text } of vendored()) assert.equal(readFileSync(path, "utf8").replaceAll("\r\n", "\n"), text.replaceAll("\r\n", "\n"), path);
});
