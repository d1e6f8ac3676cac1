// Every button is pressed once: what it asks of the program, what it says, and where the focus is afterwards.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "./bench.js";
import { hold } from "./holding.js";
import { untilFocused } from "./keyboard.js";

const LIMIT = { timeout: 60_000 };
let bench;
before(async () => (bench = await start()));
after(() => bench.stop());

const operator = (page, id) => page.evaluate((id) => window.fake.operators.find((each) => each.id === id), id);
const status = (page) => page.locator("#controls-status");

test("Cancel request", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/jsm/controls");
  await page.click("#authorization-cancel");
  await status(page).getByText("The request is cancelled.").waitFor();
  assert.equal((await operator(page, "jsm")).request, null);
  await untilFocused(page, "generate-key");
  assert.equal(await page.isVisible("#authorization-url"), false);
  page.quiet();
  await page.context().close();
});

test("Revoke: not without a yes, and with the focus where it was", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb/controls");
  await page.click("#revoke-authorization");
  await untilFocused(page, "ask-no");
  await page.keyboard.press("Enter");
  await untilFocused(page, "revoke-authorization");
  assert.notEqual((await operator(page, "acb")).authorization, null);
  await page.keyboard.press("Enter");
  await page.click("#ask-yes");
  await status(page).getByText("Revoked. Reports wait until Dropbox is authorized again.").waitFor();
  assert.equal((await operator(page, "acb")).authorization, null);
  assert.equal(await page.isVisible("#dropbox-authorization-show"), false);
  await untilFocused(page, "generate-key");
  page.quiet();
  await page.context().close();
});

test("another account than expected is said at once, confirmed, then in force", LIMIT, async () => {
  const page = await bench.open("granted", "#/operators/jsm/controls");
  await untilFocused(page, "account-confirmed");
  await status(page).getByText("Dropbox has confirmed. Confirm the account, then click Save.").waitFor();
  assert.equal(await status(page).evaluate((element) => element.classList.contains("good")), false, "it is not done yet");
  await page.keyboard.press("Enter");
  await untilFocused(page, "account-confirmed");
  assert.equal(await page.evaluate(() => window.fake.calls.includes("saveAuthorization")), false);
  await page.keyboard.press("Space");
  await page.click("#controls-save");
  await status(page).getByText("Saved. Dropbox is authorized for jsm.").waitFor();
  assert.equal((await operator(page, "jsm")).authorization.account.email, "j.smithers@example.net");
  page.quiet();
  await page.context().close();
});

test("two things to confirm are both said at once, and each has its tick", LIMIT, async () => {
  const page = await bench.open("granted", "#/operators");
  const share = () => {
    const find = (id) => window.fake.operators.find((operator) => operator.id === id);
    find("acb").authorization.account = find("jsm").request.account;
  };
  await page.evaluate(share);
  await page.evaluate(() => (location.hash = "#/operators/jsm/controls"));
  await untilFocused(page, "account-confirmed");
  const asked = page.locator("#controls-dialog [data-part=confirm]");
  for (const words of ["this operator’s e-mail is", "already belongs to operator “acb”"]) await asked.getByText(words).waitFor();
  await page.keyboard.press("Space");
  await page.click("#controls-save");
  await untilFocused(page, "account-shared");
  assert.equal(await page.evaluate(() => window.fake.calls.includes("saveAuthorization")), false);
  await page.keyboard.press("Space");
  await page.click("#controls-save");
  await status(page).getByText("Saved. Dropbox is authorized for jsm.").waitFor();
  page.quiet();
  await page.context().close();
});

test("what another program makes a question between the last look and Save is asked, and what was ticked stays", LIMIT, async () => {
  const page = await bench.open("granted", "#/operators/jsm/controls");
  await untilFocused(page, "account-confirmed");
  await page.keyboard.press("Space");
  await page.evaluate(() => {
    const find = (id) => window.fake.operators.find((operator) => operator.id === id);
    find("acb").authorization.account = find("jsm").request.account;
  });
  await page.click("#controls-save");
  await untilFocused(page, "account-shared");
  assert.equal(await page.isChecked("#account-confirmed"), true);
  await page.keyboard.press("Space");
  await page.click("#controls-save");
  await status(page).getByText("Saved. Dropbox is authorized for jsm.").waitFor();
  await page.context().close();
});

test("one state at a time: what Generate Key has said is gone when something else has come about", LIMIT, async () => {
  const refused = { code: "authorization_refused", message: "The user did not allow access: Cancel was clicked on the Dropbox page.", hint: null, field: null, fields: [] };
  for (const change of [{ phase: "failed", problem: refused }, { phase: "exchanging" }, null]) {
    const page = await bench.open("some", "#/operators/pvr/controls");
    await page.fill("#app-key", "abcdefghijklmno");
    await page.fill("#app-secret", "abcdefghijklmno");
    await page.click("#generate-key");
    await page.locator("#generate-status").getByText("The key is generated.").waitFor();
    await page.evaluate((change) => {
      const pvr = window.fake.operators.find((operator) => operator.id === "pvr");
      if (change) Object.assign(pvr.request, change);
      else pvr.request = null;
      window.fake.emit({ kind: "authorization", operatorId: "pvr" });
    }, change);
    await page.waitForFunction(() => document.getElementById("generate-status").textContent === "");
    await page.context().close();
  }
});

test("the check of key and secret can be cancelled: nothing moves for it, what was typed stays, and so does the request before", LIMIT, async () => {
  for (const [id, before] of [["pvr", null], ["jsm", "awaitingCode"]]) {
    const page = await bench.open("some", `#/operators/${id}/controls`);
    if (before) await page.click("#change-key");
    await page.fill("#app-key", "abcdefghijklmno");
    await page.fill("#app-secret", "abcdefghijklmno");
    await page.locator("#key-check", { hasText: "Dropbox accepts" }).waitFor();
    assert.equal(await page.isVisible("#generate-cancel"), false);
    await hold(page, "beginAuthorization");
    await asked(page);
    await page.click("#generate-key");
    await page.locator("#generate-status", { hasText: "Checking the key and the secret with Dropbox…" }).waitFor();
    const places = () => Promise.all(["#generate-key", "#generate-status", "#controls-dialog .body"].map((css) => page.locator(css).boundingBox()));
    const there = await places();
    await page.evaluate(() => {
      window.fake.hold.cancelAuthorization = new Promise((resolve) => (window.fake.goOn = resolve));
    });
    await page.getByRole("button", { name: "Cancel check" }).dblclick();
    await page.evaluate(() => window.fake.goOn());
    await page.locator("#generate-status", { hasText: "The check is cancelled. Nothing was changed." }).waitFor();
    assert.deepEqual(await asked(page), ["beginAuthorization", "cancelAuthorization"], "a second click is one too many");
    await page.locator("#generate-cancel").waitFor({ state: "hidden" });
    assert.deepEqual(await places(), there);
    await untilFocused(page, "generate-key");
    assert.deepEqual([await page.inputValue("#app-key"), await page.inputValue("#app-secret")], ["abcdefghijklmno", "abcdefghijklmno"]);
    assert.equal(await page.evaluate((id) => window.fake.operators.find((operator) => operator.id === id).request?.phase ?? null, id), before);
    assert.equal(await page.locator("#controls-dialog [data-part=problem]").isVisible(), false, "it is no failure");
    // The next try does all of it.
    await page.evaluate(() => (window.fake.hold = {}));
    await page.click("#generate-key");
    await page.locator("#generate-status", { hasText: "The key is generated." }).waitFor();
    assert.equal(await page.isVisible("#generate-cancel"), false);
    page.quiet();
    await page.context().close();
  }
});

test("a wrong app secret marks both fields, and can be looked at for a moment", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await page.fill("#app-key", "abcdefghijklmno");
  await page.fill("#app-secret", "wrongsecret1234");
  await page.click("#generate-key");
  for (const id of ["app-key", "app-secret"]) await page.locator(`#${id}[aria-invalid=true]`).waitFor();
  assert.equal(await page.getAttribute("#app-secret", "type"), "password");
  await page.clock.install();
  const show = page.getByRole("button", { name: "Show Password (App Secret)" });
  await show.click();
  assert.equal(await page.getAttribute("#app-secret", "type"), "text");
  await page.getByRole("button", { name: "Hide Password (App Secret)" }).click();
  assert.equal(await page.getAttribute("#app-secret", "type"), "password");
  await show.click();
  await page.clock.runFor(31_000);
  assert.equal(await page.getAttribute("#app-secret", "type"), "password", "it is masked again by itself");
  await show.click();
  await page.click("#controls-close");
  await page.evaluate(() => (location.hash = "#/operators/pvr"));
  await page.context().close();
});

test("Ask for the Dropbox account again, and where the user clicks Allow, are asked for", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb/controls");
  await page.click("#change-key");
  await page.check("#force-reauthentication");
  await page.check("#place-users-computer");
  await page.click("#generate-key");
  await page.getByText("Give the URL to the user and ask for the Access code.").waitFor();
  const url = await page.inputValue("#authorization-url");
  assert.match(url, /force_reauthentication=true/);
  assert.doesNotMatch(url, /redirect_uri/);
  await untilFocused(page, "temporary-authorization-key");
  page.quiet();
  await page.context().close();
});

/** What the dialog asks of the program, besides what it reads. */
const asked = (page) => page.evaluate(() => window.fake.calls.splice(0).filter((name) => !/^(list|show|get)/.test(name)));
/** The buttons of Controls that come first, as far as they are seen. */
const first = (page) => page.locator("#controls-dialog button.primary:visible").evaluateAll((all) => all.map(({ id }) => id));

test("Save where everything is saved says so calmly, asks nothing of the program, and leaves the focus", LIMIT, async () => {
  const page = await bench.open("granted", "#/operators/jsm/controls");
  await untilFocused(page, "account-confirmed");
  await page.evaluate(() => {
    window.fake.operators[1].email = null;
    window.fake.emit({ kind: "operator", operatorId: "jsm" });
  });
  // Nothing is left to confirm.
  await untilFocused(page, "controls-save");
  await page.keyboard.press("Enter");
  await status(page).getByText("Saved. Dropbox is authorized for jsm.").waitFor();
  await asked(page);
  await page.focus("#controls-save");
  await page.keyboard.press("Enter");
  await page.locator("#controls-status.good", { hasText: "Nothing to save: Dropbox is authorized for jsm." }).waitFor();
  assert.deepEqual(await asked(page), []);
  assert.equal(await page.locator("#controls-dialog .problem:visible").count(), 0);
  await untilFocused(page, "controls-save");
  page.quiet();
  await page.context().close();
});

test("Save where nothing is under way and nothing in force says what to do first", LIMIT, async () => {
  for (const id of ["pvr", "kho"]) {
    const page = await bench.open("some", `#/operators/${id}/controls`);
    await page.click("#controls-save");
    await page.locator("#controls-dialog .problem:visible", { hasText: "Click Generate Key first." }).waitFor();
    await page.context().close();
  }
});

test("an authorization that Dropbox has ended is not in force, and is begun again with Generate Key", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/kho");
  await page.locator("[data-part=account]", { hasText: "Dropbox has ended the authorization for Keiko Horiguchi" }).waitFor();
  await page.click("#open-controls");
  const shown = (name) => page.locator(`#controls-dialog [data-part=${name}]:visible`).innerText();
  assert.equal(await shown("authorization"), "Dropbox has ended this authorization. Click Generate Key to authorize again.");
  assert.equal(await shown("account-name"), "Keiko Horiguchi");
  assert.equal(await shown("account-since"), "no longer");
  assert.equal(await shown("no-request"), "The URL appears here after Generate Key.");
  assert.equal(await page.isVisible("#dropbox-authorization-show"), false);
  assert.deepEqual(await first(page), ["generate-key"]);
  page.quiet();
  await page.context().close();
});

test("one button of Controls comes first: the one that has something to do", LIMIT, async () => {
  for (const [scenario, id, wanted] of [["some", "pvr", ["generate-key"]], ["some", "acb", []], ["some", "jsm", ["authorization-open"]], ["remote", "jsm", []], ["granted", "jsm", ["controls-save"]], ["cancelled", "jsm", ["generate-key"]]]) {
    const page = await bench.open(scenario, `#/operators/${id}/controls`);
    await page.locator("#controls-dialog").waitFor();
    assert.deepEqual(await first(page), wanted, `${scenario} ${id}`);
    await page.context().close();
  }
  const page = await bench.open("some", "#/operators/jsm/controls");
  await page.fill("#temporary-authorization-key", "half a co");
  assert.deepEqual(await first(page), ["controls-save"]);
  await page.fill("#temporary-authorization-key", " ");
  assert.deepEqual(await first(page), ["authorization-open"]);
  await page.fill("#temporary-authorization-key", "theRightCode");
  await page.keyboard.press("Enter");
  await page.getByText("Dropbox has confirmed.").waitFor();
  assert.deepEqual(await first(page), ["controls-save"]);
  await page.click("#controls-save");
  await status(page).getByText("Saved. Dropbox is authorized for jsm.").waitFor();
  assert.deepEqual(await first(page), []);
  page.quiet();
  await page.context().close();
});

test("Generate Key without a key and a secret says at the field what it needs", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/pvr/controls");
  await untilFocused(page, "app-key");
  await asked(page);
  const needed = page.locator("#app-key-needed:visible", { hasText: "Type or paste the App key and the App secret of the user’s app." });
  await page.click("#generate-key");
  await needed.waitFor();
  await untilFocused(page, "app-key");
  assert.equal(await page.locator("#controls-dialog .problem:visible, #controls-dialog .error:visible, #controls-dialog [aria-invalid]").count(), 0);
  assert.deepEqual(await asked(page), []);
  await page.keyboard.press("Enter");
  await page.locator("#controls-dialog [data-part=announcer]", { hasText: "Type or paste the App key" }).waitFor({ state: "attached" });
  await page.keyboard.type("h");
  assert.equal(await needed.count(), 0);
  // A secret without a key is a mistake.
  await page.keyboard.press("Backspace");
  await page.fill("#app-secret", "abcdefghijklmno");
  await page.keyboard.press("Enter");
  await page.locator("#app-key-error", { hasText: "User Name (App Key) is missing." }).waitFor();
  page.quiet();
  await page.context().close();
});

test("E-mail text and QR code", LIMIT, async () => {
  const page = await bench.open("remote", "#/operators/jsm/controls");
  const url = await page.inputValue("#authorization-url");
  await page.click("#show-email");
  const text = await page.inputValue("#email-text");
  assert.ok(text.includes(url));
  assert.match(text, /^Hello Jonah Smithers,/);
  // As long as the request is there: less than the hour that it began with.
  assert.match(text, /please do this before 25 Nov 2026, 08:52 UTC:/);
  assert.match(text, /Copy the Access code/);
  await page.click("#show-qr");
  // The picture is what the library makes of this URL, and changes with it.
  const drawn = () => page.evaluate(async () => {
    const { encode } = await import("/vendor/uqr/index.mjs");
    const { data } = encode(document.getElementById("authorization-url").value, { ecc: "L", border: 4 });
    const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x},${y}h1v1h-1z` : ""))).join("");
    return document.querySelector("qr-code path + path").getAttribute("d") === path;
  });
  assert.equal(await drawn(), true);
  await page.evaluate(() => {
    window.fake.operators[1].request.url += "&again=1";
    window.fake.emit({ kind: "authorization", operatorId: "jsm" });
  });
  await page.waitForFunction(() => document.getElementById("authorization-url").value.endsWith("&again=1"));
  assert.equal(await drawn(), true);
  assert.equal(await page.getAttribute("#show-qr", "aria-expanded"), "true");
  page.quiet();
  await page.context().close();
});

test("Save does not say that everything is saved while another secret stands there", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb/controls");
  await page.click("#change-key");
  await page.fill("#app-secret", "anotherSecret01");
  await page.click("#controls-save");
  await page.locator("#controls-dialog [data-part=problem]", { hasText: "Click Generate Key first." }).waitFor();
  assert.equal(await page.textContent("#controls-status"), "");
  assert.equal(await page.inputValue("#app-secret"), "anotherSecret01");
  page.quiet();
  await page.context().close();
});

// The user may be in another zone, and read it on another day.
for (const [locale, until] of [["en-US", "before Nov 25, 2026, 8:52 AM UTC:"], ["de", "bis 25. Nov. 2026, 08:52 UTC Folgendes:"], ["es", "antes del 25 nov 2026, 8:52 UTC:"]]) {
  test(`the e-mail text says until when, as ${locale} writes times`, LIMIT, async () => {
    const page = await bench.open("remote", "#/operators/jsm/controls", { locale });
    await page.click("#show-email");
    const text = (await page.inputValue("#email-text")).replace(/\u202f/g, " ");
    assert.ok(text.includes(until), text);
    page.quiet();
    await page.context().close();
  });
}

test("a URL that works on this computer alone is not offered for somebody elsewhere", LIMIT, async () => {
  const page = await bench.open("remote", "#/operators/jsm/controls");
  await page.click("#show-email");
  await page.click("#show-qr");
  const offered = () => page.locator("#show-email, #show-qr, #email-text, qr-code").evaluateAll((all) => all.map((each) => each.checkVisibility()));
  assert.deepEqual(await offered(), [true, true, true, true]);
  await page.click("#change-key");
  await page.check("#place-this-computer");
  await page.click("#generate-key");
  await page.locator("#generate-status").getByText("The key is generated. Open the URL in the browser here.", { exact: true }).waitFor();
  assert.deepEqual(await offered(), [false, false, false, false]);
  await page.click("#change-key");
  await page.check("#place-users-computer");
  await page.click("#generate-key");
  await page.locator("#generate-status").getByText("The key is generated. Give the URL to the user and ask for the Access code.").waitFor();
  assert.deepEqual((await offered()).slice(0, 2), [true, true]);
  page.quiet();
  await page.context().close();
});

test("when the hour is over, Controls says so by itself", LIMIT, async () => {
  const page = await bench.open("remote", "#/operators/jsm/controls");
  await page.locator("[data-part=clock]").waitFor();
  await page.evaluate(() => {
    const jsm = window.fake.operators[1];
    // As the program sees it from then on.
    const { request } = jsm;
    Object.defineProperty(jsm, "request", {
      enumerable: true,
      get: () => (Date.now() < request.expiresAt ? request : { ...request, phase: "failed", problem: { code: "request_expired", message: "The request has expired.", hint: "Click Generate Key again and give the user the new URL.", field: null } }),
    });
  });
  await page.clock.fastForward("52:05");
  await page.locator("#controls-dialog .problem", { hasText: "The request has expired." }).waitFor();
  assert.equal(await page.isVisible("#temporary-authorization-key"), false);
  await page.locator("#generate-key").waitFor();
  page.quiet();
  await page.context().close();
});

test("Deliveries are searched and filtered, and shown again", LIMIT, async () => {
  const page = await bench.open("some", "#/deliveries");
  const rows = () => page.locator("[data-part=rows] tr").count();
  await page.keyboard.press("Control+f");
  await untilFocused(page, "delivery-search");
  await page.keyboard.type("quarterly");
  await page.getByText("2 of 4 deliveries").waitFor();
  await page.selectOption("#delivery-filter", "needsAttention");
  await page.getByText("1 of 4 deliveries").waitFor();
  assert.match(await page.innerText("[data-part=rows]"), /There is no room left in this Dropbox/);
  await page.fill("#delivery-search", "nothing of that kind");
  await page.click("#show-all");
  await untilFocused(page, "delivery-search");
  assert.equal(await rows(), 4);
  page.quiet();
  await page.context().close();
});

test("Activity is searched, and shown again", LIMIT, async () => {
  const page = await bench.open("some", "#/activity");
  await page.fill("#activity-search", "COMMAND line");
  await page.getByText("1 of 3 entries").waitFor();
  assert.match(await page.innerText("[data-part=rows]"), /Operator not added[^]*There is already an operator “acb”/);
  assert.doesNotMatch(await page.innerText("[data-part=rows]"), /Operator added|operator_exists/);
  await page.fill("#activity-search", "nothing of that kind");
  await page.click("#show-all");
  await untilFocused(page, "activity-search");
  await page.getByText("3 entries").waitFor();
  page.quiet();
  await page.context().close();
});

test("the focus is where it was after the palette, a question and a message", LIMIT, async () => {
  const page = await bench.open("offline", "#/operators/acb");
  await page.focus("#operator-email");
  await page.keyboard.press("Control+k");
  await untilFocused(page, "palette-input");
  await page.keyboard.press("Escape");
  await untilFocused(page, "operator-email");
  await page.click("#operator-remove");
  await page.keyboard.press("Escape");
  await untilFocused(page, "operator-remove");
  await page.evaluate(() => window.dispatchEvent(new ErrorEvent("error", { message: "Something else" })));
  await page.click("#notice [data-part=close]");
  await untilFocused(page, "main");
  assert.equal(await page.isVisible("#notice"), false);
  page.quiet();
  await page.context().close();
});

test("what cannot be sent says why, and can be tried again", LIMIT, async () => {
  const page = await bench.open("offline", "#/operators/acb");
  await page.click("#send-test-file");
  await page.locator("[data-part=test-problem]", { hasText: "Dropbox could not be reached" }).waitFor();
  await page.evaluate(() => (window.fake.refuse = {}));
  await page.click("#send-test-file");
  await page.getByText("Received by Dropbox and verified").waitFor();
  assert.equal(await page.isVisible("[data-part=test-problem]"), false);
  page.quiet();
  await page.context().close();
});

test("Try again, where Outtray could not start: it begins anew, or says what stands in the way now", LIMIT, async () => {
  const page = await bench.open("corrupt", "");
  await page.evaluate(() => (window.fake.refuse.reopen = { code: "store_newer", message: "The database was last used by a newer version of Outtray. It was left as it is.", hint: null, field: null }));
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("main", { hasText: "a newer version of Outtray" }).waitFor();
  await page.evaluate(() => (window.fake.refuse = {}));
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Try again" }).click()]);
  await page.context().close();
});

test("everything that is wrong in a form is said at once, at its fields, and no code stands there", LIMIT, async () => {
  const page = await bench.open("some", "#/new-operator");
  await page.fill("#operator-email", "somebody@example.com");
  await page.click("#operator-save");
  await page.locator("#operator-name-error", { hasText: "The name is missing." }).waitFor();
  assert.match(await page.innerText("#operator-id-error"), /The operator id is missing/);
  await untilFocused(page, "operator-id");
  const box = page.locator("#operator-form > .problem");
  assert.equal(await box.innerText(), "These fields need another look: Operator, Name");
  await box.getByText("Name", { exact: true }).click();
  await untilFocused(page, "operator-name");
  assert.doesNotMatch(await page.innerText("#operator-form"), /Code|invalid_input/);
  await page.fill("#operator-id", "new1");
  await page.click("#operator-save");
  assert.equal(await box.innerText(), "One field needs another look: Name");
  await page.fill("#operator-name", "Somebody New");
  await page.click("#operator-save");
  await page.getByText("Saved. Next, click Controls…").waitFor();
  page.quiet();
  await page.context().close();
});

test("the preview of a folder that is refused says why", LIMIT, async () => {
  const page = await bench.open("some", "#/operators/acb");
  const preview = page.locator("#operator-destination-preview");
  assert.equal(await preview.innerText(), "Today’s report.pdf goes to /Reports/acb/report.pdf");
  await page.fill("#operator-destination", "Reports");
  await preview.getByText("The Dropbox folder has to begin with a slash", { exact: false }).waitFor();
  assert.doesNotMatch(await preview.innerText(), /goes to/);
  // What was asked for first and answered last says nothing any more.
  await page.evaluate(() => (window.fake.hold = { previewDestination: new Promise((go) => (window.go = go)) }));
  await page.fill("#operator-destination", "Re");
  await page.evaluate(() => (window.fake.hold = {}));
  await page.fill("#operator-destination", "/New");
  await preview.getByText("/New/report.pdf").waitFor();
  await page.evaluate(() => window.go());
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
  assert.equal(await preview.innerText(), "Today’s report.pdf goes to /New/report.pdf");
  page.quiet();
  await page.context().close();
});
