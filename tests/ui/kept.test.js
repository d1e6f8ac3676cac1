// A few pictures that are kept: what changes the look of the window changes them, and is looked at. `npm run keep` makes them anew.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { ROOT, start } from "./bench.js";
import { STATES, openState } from "./states.js";

const FOLDER = join(ROOT, "tests", "ui", "kept");
const KEPT = [
  ["operators", { theme: "light", width: 1100, height: 640 }],
  ["controls-waiting", { theme: "light", width: 1100, height: 760 }],
  ["controls-granted", { theme: "dark", width: 1100, height: 640 }],
  ["record", { theme: "dark", width: 1100, height: 760 }],
];
/** How much may differ, as a share of all points: another version of a font moves letters a little. */
const TOLERANCE = 0.04;

let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

for (const [name, look] of KEPT) {
  test(`${name} looks as it is kept`, { timeout: 60_000 }, async () => {
    const page = await openState(bench, STATES.find((state) => state.name === name), look);
    // The clock of a request goes on.
    await page.clock.pauseAt(new Date("2026-11-25T08:00:30Z"));
    const now = await page.screenshot({ animations: "disabled", caret: "hide" });
    await page.context().close();
    const file = join(FOLDER, `${name}.png`);
    if (process.env.OUTTRAY_KEEP) {
      mkdirSync(FOLDER, { recursive: true });
      return writeFileSync(file, now);
    }
    assert.ok(existsSync(file), `${file} is not there; make it with npm run keep`);
    const [kept, seen] = [PNG.sync.read(readFileSync(file)), PNG.sync.read(now)];
    assert.deepEqual([seen.width, seen.height], [kept.width, kept.height]);
    const differing = pixelmatch(kept.data, seen.data, null, kept.width, kept.height, { threshold: 0.2 });
    assert.ok(differing / (kept.width * kept.height) < TOLERANCE, `${differing} points differ`);
  });
}
