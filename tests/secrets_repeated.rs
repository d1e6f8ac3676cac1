//! A proxy between Dropbox and the program answers with the whole request: what the call carried is found in no result, event, log or
//! database, in whichever way the page writes it, and whatever the page pretends to be.

use std::{collections::HashMap, time::Duration};

use outtray::{
    dropbox::{Client, Endpoints, Timeouts},
    operator::Place,
    secret::Secret,
};

use crate::{
    secrets::{Log, Seen},
    simulator::{
        Fault,
        repeated::{Page, Written},
    },
    support::{ACCESS_EMAIL, Given, TestApp, contains, files_below},
};

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const TOKEN: &str = "oauth2/token";

/// Status, Content-Type and body of every kind of answer that has a text in it.
const PAGES: [(u16, &str, &str); 15] = [
    (400, TEXT, "Error in call to API function: REQUEST"),
    (400, TEXT, "Your app does not have the required scope 'REQUEST'."),
    (400, JSON, r#"{"error":"REQUEST","error_description":"REQUEST"}"#),
    (401, JSON, r#"{"error":"invalid_request","error_description":"REQUEST"}"#),
    (401, JSON, r#"{"error":{".tag":"missing_scope","required_scope":"REQUEST"}}"#),
    (401, JSON, r#"{"error":{".tag":"REQUEST"},"user_message":{"text":"REQUEST"}}"#),
    (403, JSON, r#"{"error":{".tag":"REQUEST"},"user_message":"REQUEST"}"#),
    (
        409,
        JSON,
        r#"{"error":{".tag":"path","reason":{".tag":"malformed_path","malformed_path":"REQUEST"}},"user_message":{"text":"REQUEST"}}"#,
    ),
    (
        409,
        JSON,
        r#"{"error":{".tag":"path","path":{".tag":"REQUEST"}},"user_message":{"text":"REQUEST"}}"#,
    ),
    (
        422,
        JSON,
        r#"{"error":{".tag":"invalid_root","invalid_root":{".tag":"team","root_namespace_id":"REQUEST","home_namespace_id":"1"}}}"#,
    ),
    (
        422,
        JSON,
        r#"{"error":{".tag":"no_permission","REQUEST":"REQUEST"},"user_message":{"text":"REQUEST"}}"#,
    ),
    (
        429,
        JSON,
        r#"{"error":{"reason":{".tag":"REQUEST"},"retry_after":1},"user_message":{"text":"REQUEST"}}"#,
    ),
    (502, "text/html", "<html><pre>REQUEST</pre></html>"),
    (200, "text/html", "<html><pre>REQUEST</pre></html>"),
    (404, "text/plain", "REQUEST"),
];

/// Answers that read like successes.
const SUCCESSES: [&str; 2] = [
    r#"{"access_token":"sl.u.another-access-token","token_type":"bearer","expires_in":14400,"refresh_token":"another-refresh-token","scope":"files.content.write REQUEST"}"#,
    r#"{"account_id":"dbid:REQUEST","name":{"display_name":"REQUEST"},"email":"REQUEST","root_info":{"root_namespace_id":"1","home_namespace_id":"1"}}"#,
];

fn pages() -> impl Iterator<Item = Page> {
    let all = |(status, content_type, body)| {
        Written::ALL.map(|written| Page {
            status,
            content_type,
            body,
            written,
        })
    };
    PAGES.into_iter().flat_map(all)
}

/// Everything that somebody can see on this computer.
struct Watched {
    test: TestApp,
    given: Given,
    seen: Seen,
}

impl Watched {
    fn plan(&self, page: Page, route: &str) {
        self.test.simulator.inject(Fault::Repeat(page), 1, Some(route));
    }

    /// The calls with the app secret, a code or a refresh token.
    async fn authorize(&mut self, page: Page) {
        self.test.app.add_operator("CD", crate::support::operator_fields("Carl Dahl", None)).await.ok();
        self.plan(page, "check/app");
        self.seen.result("Generate Key", &self.test.begin("CD", &self.given, Place::UsersComputer).await);
        let begun = self.test.begin("CD", &self.given, Place::UsersComputer).await.unwrap();
        let code = self.given.browser.access_code(&begun.request.unwrap().url).await;
        self.plan(page, TOKEN);
        self.complete(Some(code)).await;
        self.plan(page, "users/get_current_account");
        self.complete(None).await;
        self.seen.result("the operator", &self.test.app.show_operator("CD").await);
        self.seen.result("Save", &self.test.app.save_authorization("CD", Some(ACCESS_EMAIL)).await);
        self.plan(page, "auth/token/revoke");
        self.seen.result("Revoke", &self.test.app.revoke_authorization("CD").await);
        self.seen.result("Cancel", &self.test.app.cancel_authorization("CD").await);
    }

    async fn complete(&mut self, code: Option<String>) {
        let completed = self.test.app.complete_authorization("CD", code.map(Secret::new)).await;
        self.seen.result("the code", &completed);
    }

    /// The calls with an access token.
    async fn send(&mut self, page: Page, large: bool) {
        self.plan(page, "files/upload");
        self.seen.result("a small file", &self.test.send("AB", "small.txt", b"content").await);
        for route in ["start", "append_v2", "finish"].into_iter().filter(|_| large) {
            self.plan(page, &format!("files/upload_session/{route}"));
            self.seen.result("a large file", &self.test.send("AB", "large.bin", &vec![1; 9 << 20]).await);
        }
        // The access token has grown old.
        self.test.advance(Duration::from_secs(5 * 3600));
        self.plan(page, TOKEN);
        self.seen.result("a refresh", &self.test.send("AB", "small.txt", b"content").await);
        self.plan(page, "users/get_current_account");
        self.seen.result("Check", &self.test.app.check_authorization("AB").await);
    }

    async fn look_around(&mut self) {
        self.seen.result("the list", &self.test.app.list_operators().await);
        self.seen.result("the deliveries", &self.test.app.list_deliveries(None).await);
        self.seen.result("the activity", &self.test.app.list_activity(None).await);
        self.seen.0.extend(files_below(&self.test.data_folder()));
        self.test.app.close().await;
        self.seen.0.extend(files_below(&self.test.data_folder()));
    }
}

async fn watched() -> Watched {
    let (test, given) = TestApp::authorized().await;
    Watched {
        test,
        given,
        seen: Seen::default(),
    }
}

/// A piece of a secret, from either end and from the middle, in every way of writing.
fn traces(secret: &str) -> Vec<Vec<u8>> {
    let length = (secret.len() / 2).clamp(10, 20).min(secret.len());
    let pieces = [0, (secret.len() - length) / 2, secret.len() - length].map(|at| &secret[at..at + length]);
    let ways = Written::ALL.into_iter().filter(|written| ![Written::InLines, Written::InBase64].contains(written));
    let plain = ways.flat_map(|written| pieces.map(|piece| written.write(piece)));
    // In base64 what stands beside a piece changes its ends.
    let aligned = (0..3).flat_map(|skip| pieces.map(|piece| &piece[skip..skip + (piece.len() - skip) / 3 * 3]));
    plain.chain(aligned.map(|piece| Written::InBase64.write(piece))).map(String::into_bytes).collect()
}

/// How many bytes of a trace are looked up at once.
const BEGINNING: usize = 8;

fn assert_untold(secrets: &[String], seen: &Seen) {
    assert!(secrets.len() > 3, "the simulator should know the secrets");
    let mut traces: HashMap<Vec<u8>, Vec<Vec<u8>>> = HashMap::new();
    for trace in secrets.iter().flat_map(|secret| self::traces(secret)) {
        traces.entry(trace[..BEGINNING].to_vec()).or_default().push(trace);
    }
    for (what, content) in &seen.0 {
        for (at, beginning) in content.windows(BEGINNING).enumerate() {
            let found = traces
                .get(beginning)
                .and_then(|traces| traces.iter().find(|trace| content[at..].starts_with(trace)));
            if found.is_some() {
                let around = &content[at.saturating_sub(200)..content.len().min(at + 200)];
                panic!("a secret was found in {what}: {}", String::from_utf8_lossy(around));
            }
        }
    }
}

fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn a_page_that_repeats_an_access_token_tells_nobody() {
    let (log, _listening) = listen();
    let mut watched = watched().await;
    let mut events = watched.test.app.events();
    for page in pages() {
        watched.send(page, page.written == Written::Plainly).await;
        while let Ok(event) = events.try_recv() {
            watched.seen.add("an event", format!("{} {event:?}", serde_json::to_string(&event).unwrap()));
        }
    }
    let [_, account] = SUCCESSES;
    for written in Written::ALL {
        watched.plan(
            Page {
                status: 200,
                content_type: JSON,
                body: account,
                written,
            },
            "users/get_current_account",
        );
        watched.seen.result("Check", &watched.test.app.check_authorization("AB").await);
    }
    watched.look_around().await;
    watched.seen.add("the log", log.written());
    assert_untold(&watched.test.simulator.issued_secrets(), &watched.seen);
    assert!(contains(&log.written(), "…".as_bytes()), "no page was read");
}

#[tokio::test]
async fn a_page_that_repeats_the_app_secret_or_a_code_tells_nobody() {
    let (log, _listening) = listen();
    let mut watched = watched().await;
    for page in pages() {
        watched.authorize(page).await;
    }
    watched.look_around().await;
    watched.seen.add("the log", log.written());
    assert_untold(&watched.test.simulator.issued_secrets(), &watched.seen);
    assert!(contains(&log.written(), "…".as_bytes()), "no page was read");
}

#[tokio::test]
async fn what_looks_like_a_success_tells_nothing_either() {
    let mut watched = watched().await;
    let [token, account] = SUCCESSES;
    for (written, route, body) in Written::ALL
        .into_iter()
        .flat_map(|written| [(TOKEN, token), ("users/get_current_account", account)].map(|(route, body)| (written, route, body)))
    {
        watched.test.app.add_operator("CD", crate::support::operator_fields("Carl Dahl", None)).await.ok();
        let begun = watched.test.begin("CD", &watched.given, Place::UsersComputer).await.unwrap();
        let code = watched.given.browser.access_code(&begun.request.unwrap().url).await;
        watched.plan(
            Page {
                status: 200,
                content_type: JSON,
                body,
                written,
            },
            route,
        );
        watched.complete(Some(code)).await;
        watched.seen.result("the operator", &watched.test.app.show_operator("CD").await);
        watched.seen.result("Cancel", &watched.test.app.cancel_authorization("CD").await);
    }
    watched.look_around().await;
    assert_untold(&watched.test.simulator.issued_secrets(), &watched.seen);
}

/// Which error it is was decided by the answer, not by a word that somebody typed.
#[tokio::test]
async fn a_code_that_reads_like_an_error_changes_no_answer() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    test.begin("AB", &given, Place::UsersComputer).await.unwrap();
    let typed = Secret::new("invalid_grant");
    let error = test.app.complete_authorization("AB", Some(typed)).await.unwrap_err();
    assert_eq!(error.code(), "invalid_code", "{error}");
}

/// A word that is not secret stays readable.
#[tokio::test]
async fn the_rest_of_a_page_is_said() {
    let (test, _) = TestApp::authorized().await;
    let page = Page {
        status: 400,
        content_type: TEXT,
        body: "Error in call to API function \"files/upload\": REQUEST was refused by gateway 7",
        written: Written::Plainly,
    };
    test.simulator.inject(Fault::Repeat(page), 1, Some("files/upload"));
    let error = test.send("AB", "report.pdf", b"content").await.unwrap_err().to_string();
    let said = "function \"files/upload\":  Authorization: Bearer … Bearer … was refused by gateway 7";
    assert!(error.contains(said), "{error}");
    // A client of its own, whose token is no token of this Dropbox.
    let timeouts = Timeouts {
        connect: Duration::from_secs(20),
        idle: Duration::from_secs(20),
    };
    let client = Client::new(Endpoints::simulator(&test.simulator.base_url()).unwrap(), timeouts).unwrap();
    test.simulator.inject(Fault::Repeat(page), 1, Some("check/user"));
    let error = client.check_user(&Secret::new("äöü-a-token-with-ümlauts\"".replace('"', ""))).await.unwrap_err();
    assert!(!error.to_string().contains("mlauts"), "{error}");
}
