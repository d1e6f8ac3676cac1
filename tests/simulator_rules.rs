//! The simulator keeps Dropbox's rules: what the real one refuses is refused here, so that a client's bug shows.

use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::{
    simulator::{AccountId, AppHandle, Simulator},
    support::browser::Browser,
};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "http://127.0.0.1:17653/dropbox";
const EMAIL: &str = "anna@example.com";
const UNIT: usize = 4 << 20;

struct Dropbox {
    simulator: Simulator,
    account: AccountId,
    app: AppHandle,
    browser: Browser,
    http: reqwest::Client,
}

struct Answer {
    status: StatusCode,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
}

async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    assert!(response.headers().contains_key("x-dropbox-request-id"));
    Answer {
        status: response.status(),
        text: response.text().await.unwrap(),
    }
}

impl Dropbox {
    async fn new() -> Self {
        let simulator = Simulator::start().await;
        let account = simulator.add_account("Anna Berg", EMAIL);
        let app = simulator.create_app(account.clone(), "Reports");
        simulator.add_redirect_uri(&app.key, REDIRECT);
        let browser = Browser::new();
        browser.sign_in(&simulator.base_url(), EMAIL).await;
        Self {
            account,
            app,
            browser,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            simulator,
        }
    }

    fn authorize_url(&self, more: &str) -> String {
        format!(
            "{}/www/oauth2/authorize?response_type=code&client_id={}&token_access_type=offline&code_challenge={CHALLENGE}&code_challenge_method=S256{more}",
            self.simulator.base_url(),
            self.app.key
        )
    }

    async fn code(&self) -> String {
        self.browser.access_code(&self.authorize_url("")).await
    }

    fn token(&self, fields: &[(&str, &str)]) -> RequestBuilder {
        self.http.post(format!("{}/api/oauth2/token", self.simulator.base_url())).form(fields)
    }

    async fn access_token(&self) -> String {
        let code = self.code().await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("code_verifier", VERIFIER),
            ("client_id", &self.app.key),
        ];
        let answer = answer(self.token(&fields)).await.json();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn call(&self, host: &str, route: &str, token: &str) -> RequestBuilder {
        self.http.post(format!("{}/{host}/2/{route}", self.simulator.base_url())).bearer_auth(token)
    }

    fn upload(&self, route: &str, token: &str, argument: &Value, body: Vec<u8>) -> RequestBuilder {
        let request = self.call("content", route, token).header("Dropbox-API-Arg", argument.to_string());
        request.header("Content-Type", "application/octet-stream").body(body)
    }
}

#[tokio::test]
async fn the_authorize_page_refuses_what_dropbox_refuses() {
    let dropbox = Dropbox::new().await;
    let cases = [
        ("&approval_prompt=force", "unknown field \"approval_prompt\""),
        ("&scope=", "scope must not be empty"),
        ("&redirect_uri=http%3A%2F%2F127.0.0.1%3A17653%2Fdropbox%2F", "Invalid redirect_uri"),
        ("&redirect_uri=http%3A%2F%2F127.0.0.1%3A27653%2Fdropbox", "Invalid redirect_uri"),
        ("&client_id=another", "More than one \"client_id\""),
    ];
    for (more, expected) in cases {
        let page = dropbox.browser.open(&dropbox.authorize_url(more)).await;
        assert_eq!(page.status, 400, "{more}");
        assert!(page.text.contains(expected), "{more}: {}", page.text);
    }
}

#[tokio::test]
async fn an_app_in_development_connects_its_owner_only() {
    let dropbox = Dropbox::new().await;
    dropbox.simulator.add_account("Carl Dahl", "carl@example.com");
    let carl = Browser::new();
    carl.sign_in(&dropbox.simulator.base_url(), "carl@example.com").await;
    assert_eq!(carl.open(&dropbox.authorize_url("")).await.status, 403);
    dropbox.simulator.enable_additional_users(&dropbox.app.key);
    carl.access_code(&dropbox.authorize_url("")).await;
}

#[tokio::test]
async fn a_code_works_once_with_its_verifier_and_one_way_of_client_authentication() {
    let dropbox = Dropbox::new().await;
    let code = dropbox.code().await;
    let (key, secret) = (dropbox.app.key.as_str(), dropbox.app.secret.as_str());
    let base = [("grant_type", "authorization_code"), ("code", code.as_str())];
    let with = |more: &[(&'static str, &'static str)]| [base.as_slice(), more].concat();
    let error = async |request: RequestBuilder| {
        let answer = answer(request).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        answer.json()["error"].as_str().unwrap().to_owned()
    };
    let other = "another-verifier-that-is-long-enough-0123456789";
    let wrong_verifier = [with(&[("code_verifier", other)]), vec![("client_id", key)]].concat();
    assert_eq!(error(dropbox.token(&wrong_verifier)).await, "invalid_grant");
    assert_eq!(error(dropbox.token(&with(&[("code_verifier", VERIFIER)]))).await, "invalid_request");
    let both = [with(&[("code_verifier", VERIFIER)]), vec![("client_id", key)]].concat();
    assert_eq!(error(dropbox.token(&both).basic_auth(key, Some(secret))).await, "invalid_request");
    assert!(error(dropbox.token(&both).basic_auth(key, Some("wrong"))).await.starts_with("invalid_"));
    let unknown = [both.clone(), vec![("access_type", "offline")]].concat();
    assert_eq!(error(dropbox.token(&unknown)).await, "invalid_request");
    let redirect = [both.clone(), vec![("redirect_uri", REDIRECT)]].concat();
    assert_eq!(error(dropbox.token(&redirect)).await, "invalid_grant");

    assert_eq!(answer(dropbox.token(&both)).await.status, 200);
    assert_eq!(error(dropbox.token(&both)).await, "invalid_grant");
}

#[tokio::test]
async fn a_call_that_is_not_exactly_right_is_refused_in_dropboxs_words() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let refused = async |request: RequestBuilder, expected: &str| {
        let answer = answer(request).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.text.contains(expected), "{}", answer.text);
    };
    let upload = |argument: Value| dropbox.upload("files/upload", &token, &argument, Vec::new());
    refused(upload(json!({ "path": "/a", "pat": 1 })), "unknown field 'pat'").await;
    refused(upload(json!({})), "missing required field 'path'").await;
    refused(upload(json!({ "path": "a" })), "did not match pattern").await;
    refused(
        upload(json!({ "path": "/a", "client_modified": "2026-01-01T00:00:00.5Z" })),
        "does not match format",
    )
    .await;
    let bare = dropbox.call("content", "files/upload", &token);
    refused(bare.try_clone().unwrap(), "Missing or empty HTTP Content-Type").await;
    refused(
        bare.header("Content-Type", "application/octet-stream"),
        "Must provide HTTP header \"Dropbox-API-Arg\"",
    )
    .await;
    let rpc = dropbox.call("api", "users/get_current_account", &token);
    refused(
        rpc.header("Content-Type", "text/json").body("null"),
        "Bad HTTP \"Content-Type\" header",
    )
    .await;

    let elsewhere = dropbox.call("api", "files/upload", &token).header("Dropbox-API-Arg", "{\"path\":\"/a\"}");
    let elsewhere = answer(elsewhere.header("Content-Type", "application/octet-stream")).await;
    assert!(
        elsewhere.text.contains("Unknown API function"),
        "the wrong host: {}",
        elsewhere.text
    );
    let wrong = answer(dropbox.upload("files/upload", "sl.wrong", &json!({ "path": "/a" }), Vec::new())).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.json()["error"][".tag"].as_str()),
        (401, Some("invalid_access_token"))
    );
    assert!(dropbox.simulator.files(&dropbox.account).is_empty());
    let calls = dropbox.simulator.calls();
    assert!(calls.iter().any(|call| call.host == "content" && call.status == 400 && call.request_bytes == 0));
}

#[tokio::test]
async fn names_and_conflicts_are_refused_by_tag() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let tags = async |argument: Value, body: &str| {
        let answer = answer(dropbox.upload("files/upload", &token, &argument, body.as_bytes().to_vec())).await;
        match answer.status.as_u16() {
            200 => answer.json()["path_display"].as_str().unwrap().to_owned(),
            409 => answer.json()["error_summary"].as_str().unwrap().trim_end_matches('.').to_owned(),
            _ => panic!("{}", answer.text),
        }
    };
    assert_eq!(tags(json!({ "path": "/Out/a.txt" }), "one").await, "/Out/a.txt");
    assert_eq!(tags(json!({ "path": "/out/A.TXT" }), "one").await, "/Out/a.txt");
    assert_eq!(tags(json!({ "path": "/out/A.TXT" }), "two").await, "path/conflict/file/");
    assert_eq!(
        tags(json!({ "path": "/out/A.TXT", "autorename": true }), "two").await,
        "/out/A (1).TXT"
    );
    assert_eq!(tags(json!({ "path": "/out" }), "x").await, "path/conflict/folder/");
    assert_eq!(tags(json!({ "path": "/out/a.txt/b" }), "x").await, "path/conflict/file_ancestor/");
    assert_eq!(tags(json!({ "path": "/out/a\\b" }), "x").await, "path/malformed_path/");
    assert_eq!(tags(json!({ "path": "/out/Thumbs.db" }), "x").await, "path/disallowed_name/");
    assert_eq!(
        tags(json!({ "path": "/x", "content_hash": "0".repeat(64) }), "x").await,
        "content_hash_mismatch/"
    );
}

#[tokio::test]
async fn a_concurrent_session_keeps_its_rules() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let call = async |route: &str, argument: Value, body: Vec<u8>| {
        let answer = answer(dropbox.upload(&format!("files/upload_session/{route}"), &token, &argument, body)).await;
        match answer.status.as_u16() {
            200 => answer.json(),
            409 => answer.json()["error"].clone(),
            _ => panic!("{}", answer.text),
        }
    };
    let tag = |value: Value| value[".tag"].as_str().unwrap_or_default().to_owned();
    let concurrent = json!({ "session_type": "concurrent" });
    assert_eq!(
        tag(call("start", concurrent.clone(), vec![1]).await),
        "concurrent_session_data_not_allowed"
    );
    let id = call("start", concurrent, Vec::new()).await["session_id"].as_str().unwrap().to_owned();
    let append = |offset: usize, close: bool| json!({ "cursor": { "session_id": id, "offset": offset }, "close": close });
    assert_eq!(
        tag(call("append_v2", append(1, false), vec![0; UNIT]).await),
        "concurrent_session_invalid_offset"
    );
    assert_eq!(
        tag(call("append_v2", append(0, false), vec![0; 5]).await),
        "concurrent_session_invalid_data_size"
    );
    let finish = json!({ "cursor": { "session_id": id, "offset": UNIT + 3 }, "commit": { "path": "/big" } });
    assert_eq!(
        tag(call("finish", finish.clone(), Vec::new()).await),
        "concurrent_session_not_closed"
    );
    assert!(call("append_v2", append(UNIT, true), vec![2; 3]).await.is_null());
    assert_eq!(
        tag(call("finish", finish.clone(), Vec::new()).await),
        "concurrent_session_missing_data"
    );
    assert_eq!(tag(call("append_v2", append(0, false), vec![0; UNIT]).await), "closed");
}

#[tokio::test]
async fn a_sequential_session_says_its_offset() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let call = async |route: &str, argument: Value, body: &str| {
        answer(dropbox.upload(&format!("files/upload_session/{route}"), &token, &argument, body.into()))
            .await
            .json()
    };
    let id = call("start", json!({}), "abc").await["session_id"].as_str().unwrap().to_owned();
    let wrong = call("append_v2", json!({ "cursor": { "session_id": id, "offset": 2 } }), "def").await;
    assert_eq!(wrong["error"], json!({ ".tag": "incorrect_offset", "correct_offset": 3 }));
    let commit = json!({ "cursor": { "session_id": id, "offset": 3 }, "commit": { "path": "/small" } });
    let done = call("finish", commit.clone(), "def").await;
    assert_eq!(done["size"], 6);
    let again = call("finish", commit, "").await;
    assert_eq!(again["error"]["lookup_failed"][".tag"], "not_found");
}
