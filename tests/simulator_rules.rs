//! The simulator keeps Dropbox's rules: what the real one refuses is refused here, so that a client's bug shows.

mod arguments;
mod batches;
mod calls;
mod control;
mod faults;
mod files;
mod folders;
mod left_out;
mod limits;
mod memory;
mod pages;
mod ranges;
mod sessions;
mod teams;
mod token;

use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{CONTENT_LENGTH, HeaderMap, HeaderValue},
};
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
    content_type: String,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
}

async fn answer(request: RequestBuilder) -> Answer {
    let response = send(request).await.unwrap();
    assert!(response.headers().contains_key("x-dropbox-request-id"));
    let headers = response.headers().clone();
    let text = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    Answer {
        content_type: text("content-type"),
        headers: headers.clone(),
        status: response.status(),
        text: response.text().await.unwrap(),
    }
}

/// A POST says its length also where it is zero, which this client leaves out.
async fn send(request: RequestBuilder) -> reqwest::Result<Response> {
    let (client, request) = request.build_split();
    let mut request = request?;
    let is_empty = request.body().is_none_or(|body| body.as_bytes().is_some_and(<[u8]>::is_empty));
    if request.method() == Method::POST && is_empty {
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    client.execute(request).await
}

impl Dropbox {
    async fn new() -> Self {
        let simulator = Simulator::start().await;
        let account = simulator.add_account("Anna Berg", EMAIL);
        Self::with(simulator, account).await
    }

    async fn of_a_team() -> Self {
        let simulator = Simulator::start().await;
        let team = simulator.create_team("Berg & Co");
        let account = simulator.add_team_account(&team, "Anna Berg", EMAIL);
        Self::with(simulator, account).await
    }

    async fn with(simulator: Simulator, account: AccountId) -> Self {
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

    /// Another person, signed in to an own account.
    async fn carl(&self) -> Browser {
        self.simulator.add_account("Carl Dahl", "carl@example.com");
        let browser = Browser::new();
        browser.sign_in(&self.simulator.base_url(), "carl@example.com").await;
        browser
    }

    async fn access_token(&self) -> String {
        let token = self.token_of(&self.code().await).await;
        token["access_token"].as_str().unwrap().to_owned()
    }

    /// What the token endpoint gives for a code.
    async fn token_of(&self, code: &str) -> Value {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", VERIFIER),
            ("client_id", &self.app.key),
        ];
        answer(self.token(&fields)).await.json()
    }

    fn call(&self, host: &str, route: &str, token: &str) -> RequestBuilder {
        self.http.post(format!("{}/{host}/2/{route}", self.simulator.base_url())).bearer_auth(token)
    }

    fn rpc(&self, route: &str, token: &str, argument: &Value) -> RequestBuilder {
        let request = self.call("api", route, token).header("Content-Type", "application/json");
        request.body(argument.to_string())
    }

    fn upload(&self, route: &str, token: &str, argument: &Value, body: Vec<u8>) -> RequestBuilder {
        let request = self
            .call("content", route, token)
            .header("Dropbox-API-Arg", argument.to_string().replace('\u{7f}', "\\u007f"));
        request.header("Content-Type", "application/octet-stream").body(body)
    }
}
