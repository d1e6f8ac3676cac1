// A browser, and the pages of ui/ served to it as the window gets them: the same content security policy, but a fake api.js.

import { createServer } from "node:http";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, "..", "..");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css" };
const OURS = ["fake-api.js", "scenarios.js"];
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--force-color-profile=srgb", "--font-render-hinting=none",
];
// The one without windows first: it opens a page in half the time.
const BROWSERS = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"];

/** What the window forbids its pages, from tauri.conf.json. */
function policy() {
  const { csp } = JSON.parse(readFileSync(join(ROOT, "tauri.conf.json"), "utf8")).app.security;
  return Object.entries(csp).map(([name, value]) => `${name} ${value}`).join("; ");
}

function fileOf(path) {
  const name = path === "/" ? "index.html" : path.slice(1);
  if (name === "api.js") return join(HERE, "fake-api.js");
  return OURS.includes(name) ? join(HERE, name) : join(ROOT, "ui", normalize(name));
}

function serve() {
  const headers = { "content-security-policy": policy(), "cache-control": "no-store" };
  const server = createServer((request, response) => {
    const file = fileOf(new URL(request.url, "http://localhost").pathname);
    if (request.url === "/favicon.ico") return response.writeHead(204).end();
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { ...headers, "content-type": `${TYPES[extname(file)]}; charset=utf-8` }).end(readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** One browser and one server for a file of tests. */
export async function start() {
  const executablePath = process.env.OUTTRAY_CHROMIUM ?? BROWSERS.find(existsSync);
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  const server = await serve();
  const base = `http://127.0.0.1:${server.address().port}`;
  return {
    stop: async () => {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
    open: (scenario, hash, options) => open(browser, base, scenario, hash, options),
  };
}

/** The time that it is in every test: minutes before requests end, so that clocks and days read the same on every day. */
const NOW = new Date("2026-11-25T08:00:00Z");

/** A page in a scenario. Anything that it complains about fails the test that calls `quiet`. */
async function open(browser, base, scenario, hash = "", { theme = "light", width = 1400, height = 860, locale = "en-GB", zoom = 1, ready = "main h1", ...more } = {}) {
  const context = await browser.newContext({
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) }, deviceScaleFactor: zoom, colorScheme: theme, locale, timezoneId: "UTC", reducedMotion: "reduce", permissions: ["clipboard-read", "clipboard-write"], ...more,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.clock.install({ time: NOW });
  await page.goto(`${base}/?scenario=${scenario}${hash}`);
  await page.locator(ready).first().waitFor();
  page.quiet = () => {
    if (complaints.length) throw new Error(complaints.join("\n"));
  };
  return page;
}

/** Where pictures go that somebody wants to look at: OUTTRAY_PICTURES. */
export async function picture(page, name) {
  const folder = process.env.OUTTRAY_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
