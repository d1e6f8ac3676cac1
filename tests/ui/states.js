// Every state that a person can come upon: its scenario, its address, and what is done until it is there.

const controls = async (page) => {
  await page.click("#open-controls");
  await page.locator("#controls-dialog").waitFor();
};

export const STATES = [
  { name: "options", scenario: "some", hash: "#/options" },
  { name: "options-first", scenario: "first", hash: "" },
  { name: "options-field", scenario: "some", hash: "#/options", refuse: { setSettings: { code: "invalid_input", message: "There must be one to 3 redirect ports.", hint: null, field: "redirectPorts" } }, act: (page) => page.click("#options-save") },
  {
    name: "options-proxy", scenario: "proxied", hash: "#/options",
    act: async (page) => {
      await page.click("#proxy-test");
      await page.getByText("Dropbox answers.").waitFor();
    },
  },
  {
    name: "options-proxy-refused", scenario: "proxied", hash: "#/options",
    refuse: { testProxy: { code: "proxy_credentials_wrong", message: "The proxy http://proxy.example.com:8080 does not accept this user name and password.", hint: "Type them in Administrator Options › Proxy, set by hand. Whoever runs the proxy knows them.", field: "proxyPassword" } },
    act: async (page) => {
      await page.click("#proxy-test");
      await page.locator("#proxy-password-error").waitFor();
    },
  },
  { name: "operators", scenario: "some", hash: "#/operators" },
  { name: "operators-empty", scenario: "empty", hash: "#/operators" },
  { name: "operators-attention", scenario: "attention", hash: "#/operators" },
  { name: "operators-loading", scenario: "slow", hash: "#/operators", ready: "main[aria-busy]" },
  { name: "starting", scenario: "slowStart", hash: "", ready: "#starting" },
  { name: "operators-off", scenario: "off", hash: "#/operators" },
  { name: "operators-practice", scenario: "practice", hash: "#/operators" },
  { name: "operators-many", scenario: "many", hash: "#/operators" },
  { name: "operators-long", scenario: "long", hash: "#/operators" },
  { name: "operators-no-match", scenario: "some", hash: "#/operators", act: (page) => page.fill("#operator-search", "nobody at all") },
  { name: "operators-failed", scenario: "failing", hash: "#/operators" },
  {
    name: "operators-bulk", scenario: "some", hash: "#/operators",
    act: async (page) => {
      await page.check("#select-all");
      await page.click("#bulk-check");
      await page.getByText("Done:").waitFor();
    },
  },
  {
    name: "operators-bulk-going", scenario: "some", hash: "#/operators",
    act: async (page) => {
      await page.check("#select-all");
      await page.fill("#operator-search", "a");
      await page.evaluate(() => (window.fake.hold = { checkAuthorization: new Promise(() => {}) }));
      await page.click("#bulk-check");
      await page.locator("#bulk-stop").waitFor();
    },
  },
  {
    name: "operators-removed", scenario: "some", hash: "#/operators/pvr",
    act: async (page) => {
      await page.click("#operator-remove");
      await page.click("#ask-yes");
      await page.locator("#toast").getByText("is removed").waitFor();
      await page.locator("#new-operator").waitFor();
    },
  },
  {
    name: "operators-to-restore", scenario: "removed", hash: "#/operators",
    act: async (page) => {
      await page.selectOption("#operator-filter", "removed");
      await page.getByText("3 removed operators").waitFor();
    },
  },
  {
    name: "operators-none-removed", scenario: "some", hash: "#/operators",
    act: async (page) => {
      await page.selectOption("#operator-filter", "removed");
      await page.getByText("Nobody has been removed").waitFor();
    },
  },
  { name: "operators-nobody-left", scenario: "nobodyLeft", hash: "#/operators" },
  {
    name: "import", scenario: "some", hash: "#/operators",
    act: async (page) => {
      await page.click("#import-operators");
      await page.setInputFiles("#import-file", { name: "operators.csv", mimeType: "text/csv", buffer: Buffer.from("id,name\nacb,Anneliese\nnew1,Somebody New\nnew2,Another One") });
      await page.locator("#import-form").getByText("can be imported,").waitFor();
    },
  },
  { name: "record", scenario: "some", hash: "#/operators/acb" },
  { name: "record-long", scenario: "long", hash: "#/operators/acb" },
  { name: "record-new", scenario: "some", hash: "#/new-operator" },
  { name: "record-waiting", scenario: "some", hash: "#/operators/jsm" },
  { name: "record-attention", scenario: "attention", hash: "#/operators/mdu" },
  { name: "record-not-found", scenario: "some", hash: "#/operators/nobody" },
  {
    name: "record-test", scenario: "some", hash: "#/operators/acb",
    act: async (page) => {
      await page.click("#send-test-file");
      await page.getByText("local Dropbox folder:").waitFor();
    },
  },
  { name: "record-offline", scenario: "offline", hash: "#/operators/acb", act: (page) => page.click("#send-test-file") },
  { name: "record-remove", scenario: "some", hash: "#/operators/acb", act: (page) => page.click("#operator-remove") },
  { name: "controls-new", scenario: "some", hash: "#/operators/pvr", act: controls },
  { name: "controls-waiting", scenario: "some", hash: "#/operators/jsm", act: controls },
  {
    name: "controls-url", scenario: "remote", hash: "#/operators/jsm",
    act: async (page) => {
      await controls(page);
      await page.click("#show-qr");
      await page.click("#show-email");
    },
  },
  { name: "controls-remote", scenario: "remote", hash: "#/operators/jsm", act: controls },
  { name: "controls-advice", scenario: "advice", hash: "#/operators/jsm", act: controls },
  { name: "controls-granted", scenario: "granted", hash: "#/operators/jsm", act: controls },
  {
    name: "controls-confirm", scenario: "granted", hash: "#/operators/jsm",
    act: async (page) => {
      await controls(page);
      await page.click("#controls-save");
      await page.locator("#account-confirmed").waitFor();
    },
  },
  {
    name: "controls-restored", scenario: "some", hash: "#/operators/pvr",
    act: async (page) => {
      await page.fill("#operator-name", "Piet van R");
      await page.evaluate(() => (location.hash = "#/operators/pvr/controls"));
      await page.locator("#controls-dialog").waitFor();
      await page.fill("#app-secret", "half a secr");
      await page.keyboard.press("Escape");
      await controls(page);
      await page.locator("#controls-dialog .restored").waitFor();
    },
  },
  {
    name: "record-restored", scenario: "some", hash: "#/operators/acb",
    act: async (page) => {
      await page.fill("#operator-name", "Somebody else");
      await page.evaluate(() => (location.hash = "#/operators"));
      await page.locator("#operator-search").waitFor();
      await page.goBack();
      await page.locator(".restored").waitFor();
    },
  },
  { name: "controls-authorized", scenario: "some", hash: "#/operators/acb", act: controls },
  {
    name: "controls-copied", scenario: "some", hash: "#/operators/acb",
    act: async (page) => {
      await controls(page);
      // It says so for a moment only: here until it has been looked at.
      await page.evaluate(() => {
        const { setTimeout } = window;
        window.setTimeout = (work, ms, ...rest) => (ms === 2000 ? 0 : setTimeout(work, ms, ...rest));
      });
      await page.getByRole("button", { name: "Copy Dropbox Authorization" }).click();
      await page.getByRole("button", { name: "Copied." }).waitFor();
    },
  },
  {
    name: "controls-not-copied", scenario: "some", hash: "#/operators/jsm",
    act: async (page) => {
      await controls(page);
      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
        document.execCommand = () => false;
      });
      await page.getByRole("button", { name: "Copy the URL" }).click();
      await page.locator(".said:visible").waitFor();
    },
  },
  {
    name: "controls-news", scenario: "some", hash: "#/operators/pvr",
    act: async (page) => {
      await controls(page);
      await page.evaluate(() => window.fake.allow("jsm"));
      await page.locator("#toast:visible").waitFor();
    },
  },
  { name: "record-again", scenario: "some", hash: "#/operators/kho" },
  { name: "controls-again", scenario: "some", hash: "#/operators/kho", act: controls },
  { name: "controls-long", scenario: "long", hash: "#/operators/acb", act: controls },
  { name: "controls-cancelled", scenario: "cancelled", hash: "#/operators/jsm", act: controls },
  {
    name: "controls-wrong-key", scenario: "some", hash: "#/operators/pvr",
    act: async (page) => {
      await controls(page);
      await page.fill("#app-key", "wrong0123456789");
      await page.fill("#app-secret", "abcdefghijklmno");
      await page.clock.runFor(1000);
      await page.locator("#app-key-error .message").waitFor();
    },
  },
  {
    name: "controls-locked", scenario: "locked", hash: "#/operators/pvr",
    act: async (page) => {
      await controls(page);
      await page.fill("#app-key", "h7q2mzt0c4lx9ab");
      await page.click("#generate-key");
      await page.getByText("keychain is locked").waitFor();
    },
  },
  {
    name: "controls-revoke", scenario: "some", hash: "#/operators/acb",
    act: async (page) => {
      await controls(page);
      await page.click("#revoke-authorization");
    },
  },
  { name: "deliveries", scenario: "some", hash: "#/deliveries" },
  {
    name: "deliveries-refused", scenario: "some", hash: "#/deliveries",
    refuse: { sendAgain: { code: "source_replaced", message: "The file /srv/erp/output/kho/Quarterly report.pdf is not the one that was to be delivered: it was changed or replaced since.", hint: "Send what is there now as a new report, and dismiss the delivery.", field: null } },
    act: async (page) => {
      await page.getByRole("button", { name: "Send again" }).click();
      await page.getByText("source_replaced").waitFor();
    },
  },
  {
    name: "deliveries-dismissed", scenario: "some", hash: "#/deliveries",
    act: async (page) => {
      await page.getByRole("button", { name: "Dismiss" }).focus();
      await page.keyboard.press("Enter");
      await page.locator("tr", { hasText: "Dismissed" }).waitFor();
    },
  },
  { name: "deliveries-long", scenario: "long", hash: "#/deliveries" },
  { name: "deliveries-empty", scenario: "empty", hash: "#/deliveries" },
  { name: "activity", scenario: "some", hash: "#/activity" },
  { name: "activity-empty", scenario: "empty", hash: "#/activity" },
  { name: "setup", scenario: "some", hash: "#/setup" },
  { name: "about", scenario: "some", hash: "#/about" },
  {
    name: "about-checked", scenario: "some", hash: "#/about",
    act: async (page) => {
      await page.click("#diagnose");
      await page.getByText("keychain is locked").waitFor();
    },
  },
  {
    name: "about-key-lost", scenario: "lost", hash: "#/about",
    act: async (page) => {
      await page.click("#diagnose");
      await page.locator("#replace-master-key").waitFor();
    },
  },
  {
    name: "about-diagnostics", scenario: "some", hash: "#/about",
    act: async (page) => {
      await page.click("#collect-diagnostics");
      await page.locator("[data-part=searched]", { hasText: "none is in it" }).waitFor();
      await page.getByText("logs/outtray").click();
      await page.getByText("delivered delivery=3").waitFor();
    },
  },
  {
    name: "about-not-searched", scenario: "some", hash: "#/about",
    act: async (page) => {
      await page.evaluate(() => Object.assign(window.fake.diagnostics, {
        leftOut: ["operators.json"],
        notSearched: { code: "keychain_locked", message: "The keychain is locked.", hint: "Unlock it, then try again.", field: null },
      }));
      await page.click("#collect-diagnostics");
      await page.locator("[data-part=left-out]", { hasText: "Left out, because it holds a secret: operators.json" }).waitFor();
      await page.click("#export-diagnostics");
      await page.getByText("Saved as").waitFor();
    },
  },
  {
    name: "palette", scenario: "some", hash: "#/operators",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("jonah");
      await page.locator("#palette-list li").nth(1).waitFor();
    },
  },
  { name: "store-newer", scenario: "newer", hash: "" },
  { name: "store-corrupt", scenario: "corrupt", hash: "" },
];

/** A page in a state. */
export async function openState(bench, state, options) {
  const page = await bench.open(state.scenario, state.hash, { ...options, ...(state.ready && { ready: state.ready }) });
  if (state.refuse) await page.evaluate((refuse) => Object.assign(window.fake.refuse, refuse), state.refuse);
  await state.act?.(page);
  return page;
}
