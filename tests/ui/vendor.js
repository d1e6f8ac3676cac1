// What the page uses of other people's work, copied from the packages of package-lock.json into ui/vendor, so that the window is
// built without Node. `npm run vendor` writes it; vendor.test.js holds the two together.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const VENDOR = join(HERE, "..", "..", "ui", "vendor");
const FILES = {
  uqr: { uqr: ["dist/index.mjs", "dist/index.d.mts", "LICENSE"] },
  "virtual-core": {
    "@tanstack/virtual-core": ["index", "ios-gesture", "lazy-measurements", "scroll-classifier", "utils"]
      .flatMap((name) => [`dist/esm/${name}.js`, `dist/esm/${name}.d.ts`])
      .concat("LICENSE"),
  },
};

/** Every file of ui/vendor with its text. A browser knows no `process`: what bundlers put in its place is put there. */
export function* vendored() {
  for (const [folder, packages] of Object.entries(FILES)) {
    for (const [name, files] of Object.entries(packages)) {
      for (const file of files) {
        const text = readFileSync(join(HERE, "node_modules", name, file), "utf8");
        const plain = text.replaceAll("process.env.NODE_ENV", '"production"').replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n");
        yield { path: join(VENDOR, folder, file.split("/").pop()), text: plain };
      }
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { path, text } of vendored()) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
