// A function fits on a screen: at most 60 lines from its name to its last brace, comments and all. `tests/lengths.rs` says the same of Rust.
// What describes tests by holding them is not a function of code.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { isCallExpression } from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";

const LINES_MAX = 60;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Others' code. */
const LEFT_OUT = ["node_modules", "vendor"];
/** Their functions hold tests. */
const SUITES = ["describe", "suite"];

/** @param {string} folder @returns {string[]} */
const scripts = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return LEFT_OUT.includes(entry.name) ? [] : scripts(path);
    return entry.name.endsWith(".js") ? [path] : [];
  });

const isSuite = ({ parent }) => isCallExpression(parent) && SUITES.includes(parent.expression.getText());

/** Every function of a file, in the order in which they begin: its first line and how many lines it has. */
function functions(file) {
  const found = [];
  const line = (at) => file.text.slice(0, at).split("\n").length;
  const visit = (node) => {
    // In JavaScript nothing else has a body.
    if (node.body && !isSuite(node)) {
      const first = line(node.getStart(file));
      found.push({ first, lines: line(node.end) - first + 1 });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

test("every function of the pages and of their tests fits on a screen", () => {
  const paths = ["ui", "tests/ui"].flatMap((folder) => scripts(join(ROOT, folder)));
  const api = new API({ cwd: ROOT });
  try {
    const snapshot = api.updateSnapshot({ openFiles: paths });
    const all = paths.flatMap((path) => {
      const file = snapshot.getDefaultProjectForFile(path).program.getSourceFile(path);
      return functions(file).map((each) => ({ ...each, place: relative(ROOT, path) }));
    });
    assert.ok(all.length > 1000, `the functions were not found: only ${all.length}`);
    const long = all.filter(({ lines }) => lines > LINES_MAX).map(({ place, first, lines }) => `${place}:${first}: ${lines} lines`);
    assert.deepEqual(long, []);
  } finally {
    api.close();
  }
});
