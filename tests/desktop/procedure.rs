//! The procedure from end to end in the real window, both ways of authorizing, from empty data to the verified file.

use std::{fs, path::Path, process::Command};

use serde_json::json;

use super::{
    desktop_session::{DesktopSession, browser},
    walk::Walk,
    webdriver::WebDriver,
};
use crate::{
    simulator::Simulator,
    support::{STANDARD_PORTS, assert_no_secret},
};

struct Procedure {
    session: DesktopSession,
    browser: WebDriver,
    simulator: Simulator,
    walk: Walk,
}

/// What the user hands to the administrator.
struct App {
    key: String,
    secret: String,
}

#[tokio::test]
async fn both_ways_from_empty_data_to_the_verified_file() {
    let _one = STANDARD_PORTS.lock().await;
    let simulator = Simulator::start().await;
    let mut procedure = Procedure {
        session: DesktopSession::start(&["--simulator", &simulator.base_url()]).await,
        browser: browser().await,
        simulator,
        walk: Walk::default(),
    };
    procedure.switch_the_interface_on().await;
    let app = procedure.user_creates_an_app().await;

    procedure.add_operator("AB", "Anna Berg", "anna.berg@example.com").await;
    procedure.authorize_on_this_computer(&app).await;
    procedure.send_test_file("AB").await;

    procedure.add_operator("CD", "Carl Dahl", "anna.berg@example.com").await;
    procedure.authorize_on_the_users_computer(&app).await;
    procedure.send_test_file("CD").await;

    procedure.send_a_report("AB").await;
    procedure.user_sees_the_files().await;
    procedure.no_secret_was_left_anywhere();
}

impl Procedure {
    fn window(&self) -> &WebDriver {
        &self.session.window
    }

    async fn see(&mut self, name: &str, css: &str) {
        let seen = self.session.window.text(css).await;
        self.walk.step(&self.session.window, name, &seen).await;
    }

    async fn browser_sees(&mut self, name: &str) {
        let seen = self.browser.text("main").await;
        self.walk.step(&self.browser, name, &seen).await;
    }

    /// Step 1: Administrator Options › System › General › Interface to Dropbox › Save.
    async fn switch_the_interface_on(&mut self) {
        self.window().until_text("main", "Interface to Dropbox").await;
        self.window().click("#nav-options").await;
        self.window().click("#interface-to-dropbox").await;
        self.window().click("#options-save").await;
        self.window().until_text("#options-status", "Saved. Interface to Dropbox is on.").await;
        self.window().script("document.getElementById('main').scrollTo(0, 0);", json!([])).await;
        self.see("administrator-options", "main").await;
        self.look_at_the_proxy().await;
    }

    /// What a proxy set by hand asks for. Nothing of it is saved.
    async fn look_at_the_proxy(&mut self) {
        const SET: &str = "const field = document.getElementById(arguments[0]); field.value = arguments[1]; \
            field.dispatchEvent(new Event('input', { bubbles: true })); document.getElementById('proxy').closest('fieldset').scrollIntoView();";
        for (field, value) in [
            ("proxy", "manual"),
            ("proxy-address", "http://proxy.example.com:8080"),
            ("proxy-user", "outtray"),
        ] {
            self.window().script(SET, json!([field, value])).await;
        }
        self.see("proxy", "main").await;
        for (field, value) in [("proxy-address", ""), ("proxy-user", ""), ("proxy", "system")] {
            self.window().script(SET, json!([field, value])).await;
        }
    }

    /// Step 2, in the user's browser: sign up, Create app, Permissions, Settings.
    async fn user_creates_an_app(&mut self) -> App {
        let browser = &self.browser;
        browser.go(&format!("{}/www/developers/apps/create", self.simulator.base_url())).await;
        browser.fill("[name=name]", "Anna Berg").await;
        browser.fill("[name=email]:not([type=hidden])", "anna.berg@example.com").await;
        browser.click("form.stack button").await;
        browser.click("#scoped").await;
        browser.click("#full-dropbox").await;
        browser.fill("#name", "Report output").await;
        browser.click("#terms").await;
        browser.click("#create").await;
        browser.click("#files-content-write").await;
        browser.click("#submit").await;
        browser.until_text("[role=status]", "The permissions are saved").await;
        browser.click("#additional-users").await;
        browser.until_text("main", "Up to 500 users").await;
        browser.fill("#redirect-uri", "http://127.0.0.1:17653/dropbox").await;
        browser.click("#add").await;
        browser.until_text("main", "The redirect URI is added").await;
        browser.click("#show").await;
        let secret = browser.until_text("#app-secret", "").await;
        let secret = if secret.is_empty() {
            browser.text("#app-secret").await
        } else {
            secret
        };
        let key = browser.text("#app-key").await;
        assert!(key.len() == 15 && secret.len() == 15, "App key and App secret are shown");
        let seen = browser.text("main").await.replace(&secret, "…");
        self.walk.step(&self.browser, "app-console", &seen).await;
        // Here the secret is shown on purpose.
        self.walk.pages.pop();
        App { key, secret }
    }

    /// Step 3.1: Setup › Operator.
    async fn add_operator(&mut self, id: &str, name: &str, email: &str) {
        let window = self.window();
        window.click("#nav-operators").await;
        window.click("#new-operator").await;
        window.until_text("h1", "New operator").await;
        window.fill("#operator-id", id).await;
        window.fill("#operator-name", name).await;
        window.fill("#operator-email", email).await;
        window.click("#operator-save").await;
        window.until_text("#operator-status", "Saved.").await;
        self.see(&format!("operator-{}", id.to_lowercase()), "main").await;
    }

    /// Steps 3.2 to 3.5: Controls, Generate Key, App Key, App Secret, the URL.
    async fn generate_key(&mut self, app: &App, place: &str) -> String {
        let window = self.window();
        window.click("#open-controls").await;
        window.until_text("dialog h1", "Controls").await;
        window.fill("#app-key", &app.key).await;
        window.fill("#app-secret", &app.secret).await;
        window.click(place).await;
        window.click("#generate-key").await;
        window.until_text("#generate-status", "The key is generated").await;
        let url = window.value("#authorization-url").await;
        assert!(
            url.contains("code_challenge_method=S256") && url.contains("token_access_type=offline"),
            "{url}"
        );
        url
    }

    async fn authorize_on_this_computer(&mut self, app: &App) {
        let url = self.generate_key(app, "#place-this-computer").await;
        self.see("controls-url", "dialog").await;
        self.window().click("#authorization-open").await;
        assert_eq!(self.session.opened().await, url, "the system browser was opened with this URL");

        // Step 4: Continue, Allow.
        self.browser.go(&url).await;
        self.browser_sees("dropbox-continue").await;
        self.browser.click("#continue").await;
        self.browser.until_text("main", "would like access").await;
        self.browser_sees("dropbox-allow").await;
        self.browser.click("#allow").await;
        self.browser.until_text("main", "You can close this page").await;
        let last = self.browser.url().await;
        assert!(last.starts_with("http://127.0.0.1:17653/dropbox/confirmed/"), "{last}");
        self.browser_sees("back-on-this-computer").await;

        self.window().until_text("#controls-status", "Dropbox has confirmed").await;
        self.dropbox_authorization().await;
        self.save("AB").await;
    }

    async fn authorize_on_the_users_computer(&mut self, app: &App) {
        let url = self.generate_key(app, "#place-users-computer").await;
        assert!(!url.contains("redirect_uri"));
        self.see("controls-url-for-the-user", "dialog").await;
        self.browser.go(&url).await;
        self.browser.click("#continue").await;
        self.browser.click("#allow").await;
        self.browser.until_text("main", "Access code").await;
        let code = self.browser.text("#access-code").await;
        let seen = self.browser.text("main").await.replace(&code, "…");
        self.walk.step(&self.browser, "access-code", &seen).await;
        self.walk.pages.pop();

        // Step 5: a wrong one first, then Temporary Authorization Key, Save.
        self.window().fill("#temporary-authorization-key", "notTheRightCode123").await;
        self.window().click("#controls-save").await;
        self.window().until_text("#temporary-authorization-key-error", "does not accept").await;
        self.see("controls-wrong-code", "dialog").await;
        self.window().fill("#temporary-authorization-key", &code).await;
        self.window().click("#controls-save").await;
        self.window().until_text("#controls-status", "Dropbox has confirmed").await;
        self.dropbox_authorization().await;

        // Two operators share this Dropbox: that has to be confirmed.
        self.window().click("#controls-save").await;
        self.window().until_text("dialog", "already belongs to operator").await;
        self.see("controls-confirm-account", "dialog").await;
        self.window().click("#account-shared").await;
        self.save("CD").await;
    }

    /// The final authorization key is displayed: masked, shown on demand, hidden again.
    async fn dropbox_authorization(&mut self) {
        let masked = self.window().value("#dropbox-authorization").await;
        assert!(!masked.is_empty() && masked.chars().all(|c| c == '•'), "masked: {masked}");
        self.see("dropbox-authorization", "dialog").await;
        self.window().click("#dropbox-authorization-show").await;
        self.window().until_text("#dropbox-authorization-show", "Hide").await;
        let shown = self.window().value("#dropbox-authorization").await;
        assert!(self.simulator.issued_secrets().contains(&shown), "the refresh token is shown");
        self.window().click("#dropbox-authorization-show").await;
        self.window().until_text("#dropbox-authorization-show", "Show").await;
        assert_eq!(self.window().value("#dropbox-authorization").await, masked);
    }

    async fn save(&mut self, id: &str) {
        self.window().click("#controls-save").await;
        self.window().until_text("#controls-status", &format!("Dropbox is authorized for {id}")).await;
        self.see("controls-saved", "dialog").await;
        self.window().click("#controls-close").await;
    }

    /// Step 6: from the record.
    async fn send_test_file(&mut self, id: &str) {
        self.window().click("#send-test-file").await;
        let said = self.window().until_text("#test-result", "Dropbox’s content hash equals ours").await;
        assert!(said.contains(&format!("/Reports/{id}/Outtray test ")), "{said}");
        self.window().until_text("main", "Delivered, verified").await;
        self.window().until_text("#local-copy", "not installed on this computer").await;
        self.see("test-file", "main").await;
    }

    /// A report goes the same way, from the command line, at the same time as the window is open.
    async fn send_a_report(&mut self, id: &str) {
        let report = self.session.folder().join("Quarterly report.pdf");
        fs::write(&report, b"%PDF-1.7\nnot much of a report\n%%EOF\n").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_outtray"));
        command
            .args(["--simulator", &self.simulator.base_url(), "--data-folder"])
            .arg(self.session.data_folder());
        command.args(["send", "--operator", id]).arg(&report);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert!(said.contains("delivered to /Reports/AB/Quarterly report.pdf"), "{said}");
    }

    async fn user_sees_the_files(&mut self) {
        self.window().click("#files-link").await;
        let address = self.session.opened().await;
        let all = address.strip_suffix("/Reports/CD").expect("the link opens the operator's own folder");
        self.browser.go(&address).await;
        self.browser.until_text("main", "/Reports/CD").await;
        self.browser.go(all).await;
        let seen = self.browser.until_text("main", "Quarterly report.pdf").await;
        assert!(
            seen.contains("/Reports/AB") && seen.contains("/Reports/CD") && seen.matches("Outtray test ").count() == 2,
            "{seen}"
        );
        self.browser_sees("arrived-files").await;
        self.window().click("#nav-operators").await;
        self.window().until_text("main", "Carl Dahl").await;
        self.see("operators", "main").await;
    }

    fn no_secret_was_left_anywhere(&self) {
        let mut seen: Vec<(String, Vec<u8>)> =
            self.walk.pages.iter().map(|(name, page)| (name.clone(), page.clone().into_bytes())).collect();
        seen.extend(files_below(&self.session.data_folder()));
        assert!(seen.iter().any(|(name, _)| name.ends_with(".log")) && seen.iter().any(|(name, _)| name.ends_with("outtray.db")));
        assert_no_secret(&self.simulator.issued_secrets(), &seen);
    }
}

fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    crate::support::files_below(folder)
}

/// What the window holds that nobody sees: fields keep nothing after their use.
#[tokio::test]
async fn what_was_typed_is_kept_when_saving_fails() {
    let _one = STANDARD_PORTS.lock().await;
    let simulator = Simulator::start().await;
    let session = DesktopSession::start(&["--simulator", &simulator.base_url()]).await;
    let window = &session.window;
    window.until_text("main", "Interface to Dropbox").await;
    window.click("#nav-operators").await;
    window.click("#new-operator").await;
    window.fill("#operator-id", "two words").await;
    window.fill("#operator-name", "Anna Berg").await;
    window.click("#operator-save").await;
    window.until_text("#operator-id-error", "letters, digits").await;
    assert_eq!(window.value("#operator-name").await, "Anna Berg");
    let focused = window.script("return document.activeElement.id;", json!([])).await;
    assert_eq!(focused, "operator-id");

    // With the interface off the way back is named, and the record can be kept all the same.
    window.fill("#operator-id", "AB").await;
    window.click("#operator-save").await;
    window.until_text("#operator-status", "Saved.").await;
    window.click("#open-controls").await;
    window.fill("#app-key", "abcdefghijklmno").await;
    window.click("#generate-key").await;
    window.until_text("dialog .problem", "Interface to Dropbox is off").await;
    assert_eq!(window.value("#app-key").await, "abcdefghijklmno");
}
