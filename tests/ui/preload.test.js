// Every module that the window starts with is asked for at once, and no other: the start is not a chain of modules that name each other.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { ROOT } from "./bench.js";

const IMPORT = /^\s*(?:import|export)\s[^;]*?from\s+"(\.[^"]+)"|^import\s+"(\.[^"]+)"/gms;

/** The modules below one, by their place in ui/. */
function modules(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const text = readFileSync(join(ROOT, "ui", path), "utf8");
  for (const [, from, alone] of text.matchAll(IMPORT)) modules(join(dirname(path), from ?? alone), found);
  return found;
}

test("what the window starts with is asked for at once", () => {
  const page = readFileSync(join(ROOT, "ui", "index.html"), "utf8");
  const asked = Array.from(page.matchAll(/<link rel="modulepreload" href="([^"]+)">/g), ([, href]) => href);
  const scripts = Array.from(page.matchAll(/<script type="module" src="([^"]+)">/g), ([, src]) => src);
  const needed = new Set(scripts.flatMap((script) => [...modules(script)]));
  for (const script of scripts) needed.delete(script);
  assert.ok(needed.size > 15, "the modules were not found");
  assert.deepEqual(asked.toSorted(), [...needed].toSorted());
});
