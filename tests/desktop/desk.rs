//! What an administrator does at the window, in a few words: the steps that most tests begin with.

use super::{desktop_session::DesktopSession, messages, webdriver::WebDriver};
use crate::{
    simulator::{AccountId, AppHandle, Simulator},
    support::browser::Browser,
};

/// The redirect URIs that the installed program uses.
const REDIRECT_URIS: [&str; 3] = [
    "http://127.0.0.1:17653/dropbox",
    "http://127.0.0.1:27653/dropbox",
    "http://127.0.0.1:37653/dropbox",
];

/// The window on empty data, and its Dropbox.
pub(crate) struct Desk {
    pub(crate) session: DesktopSession,
    pub(crate) simulator: Simulator,
}

/// A user after step 2 of the procedure, with a browser that is signed in.
pub(crate) struct User {
    pub(crate) email: String,
    pub(crate) account: AccountId,
    pub(crate) app: AppHandle,
    pub(crate) browser: Browser,
}

impl Desk {
    /// Empty data; Interface to Dropbox is switched on as the procedure says.
    pub(crate) async fn with_interface_on() -> Self {
        let simulator = Simulator::start().await;
        let session = DesktopSession::start(&["--simulator", &simulator.base_url()]).await;
        let desk = Self { session, simulator };
        desk.window().until_text("main", "Interface to Dropbox").await;
        messages::record(desk.window()).await;
        desk.window().click("#interface-to-dropbox").await;
        desk.window().click("#options-save").await;
        desk.window().until_text("#options-status", "Interface to Dropbox is on.").await;
        desk
    }

    pub(crate) fn window(&self) -> &WebDriver {
        &self.session.window
    }

    /// Ends the program, as a crash would, and starts it again.
    pub(crate) async fn restart(self) -> Self {
        let folder = self.session.close();
        let arguments = ["--simulator", &self.simulator.base_url()];
        let session = DesktopSession::start_in(folder, &arguments).await;
        Self { session, ..self }
    }

    /// Step 2 of the procedure.
    pub(crate) async fn user(&self, email: &str) -> User {
        let account = self.simulator.add_account("Anna Berg", email);
        let app = self.simulator.create_app(account.clone(), &format!("Reports of {email}"));
        for uri in REDIRECT_URIS {
            self.simulator.add_redirect_uri(&app.key, uri);
        }
        let browser = Browser::new();
        browser.sign_in(&self.simulator.base_url(), email).await;
        User {
            email: email.to_owned(),
            account,
            app,
            browser,
        }
    }

    /// Setup › Operator › New operator › Save.
    pub(crate) async fn add_operator(&self, id: &str, user: &User) {
        let window = self.window();
        window.click("#nav-operators").await;
        window.click("#new-operator").await;
        window.until_text("h1", "New operator").await;
        window.fill("#operator-id", id).await;
        window.fill("#operator-name", "Anna Berg").await;
        window.fill("#operator-email", &user.email).await;
        window.click("#operator-save").await;
        window.until_text("#operator-status", "Saved.").await;
    }

    /// Controls: App Key, App Secret and the place; not yet Generate Key.
    pub(crate) async fn fill_controls(&self, user: &User, place: &str) {
        let window = self.window();
        window.click("#open-controls").await;
        window.until_text("dialog h1", "Controls").await;
        window.fill("#app-key", &user.app.key).await;
        window.fill("#app-secret", &user.app.secret).await;
        window.click(place).await;
    }

    /// Controls › Generate Key; the URL for the user.
    pub(crate) async fn generate_key(&self, user: &User, place: &str) -> String {
        self.fill_controls(user, place).await;
        self.window().click("#generate-key").await;
        self.window().until_text("#generate-status", "The key is generated").await;
        self.window().value("#authorization-url").await
    }

    /// The whole way on this computer, Save included. Controls are closed afterwards.
    pub(crate) async fn authorize(&self, id: &str, user: &User) {
        let url = self.generate_key(user, "#place-this-computer").await;
        user.browser.authorize(&url).await;
        self.save(id).await;
    }

    /// Controls › Save, after Dropbox has confirmed.
    pub(crate) async fn save(&self, id: &str) {
        let window = self.window();
        window.until_text("dialog", "Confirmed, waiting for Save").await;
        window.click("#controls-save").await;
        window.until_text("#controls-status", &format!("Dropbox is authorized for {id}")).await;
        window.click("#controls-close").await;
    }

    /// Setup › Operator › the record of this operator.
    pub(crate) async fn open_record(&self, id: &str) {
        // Before the page is there, an address would be that of the empty one before it.
        self.window()
            .until_script("return document.getElementById('main') !== null;", |there| there == true)
            .await;
        self.window().script(&format!("location.hash = '#/operators/{id}';"), serde_json::json!([])).await;
        self.window().until_text("h1", id).await;
    }
}
