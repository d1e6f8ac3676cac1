//! `POST /oauth2/token` (RFC 6749 section 3.2, with Dropbox's own rules and words).

use std::{collections::BTreeSet, time::Duration};

use axum::{http::StatusCode, response::Response};
use base64::{Engine, engine::general_purpose};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    answer::json_of,
    ids::{AccountId, random},
    inbound::Inbound,
    state::{AccessToken, Code, Grant, State},
};

/// How long an access token works, in seconds.
const ACCESS_LIFETIME: u64 = 14400;

/// What every token call may say, and what each `grant_type` adds.
const FIELDS: [&str; 4] = ["grant_type", "client_id", "client_secret", "locale"];
const CODE_FIELDS: [&str; 3] = ["code", "redirect_uri", "code_verifier"];
const REFRESH_FIELDS: [&str; 2] = ["refresh_token", "scope"];

/// `error` and `error_description`.
struct Failed(&'static str, Option<String>);

impl Failed {
    fn grant(description: &str) -> Self {
        Self("invalid_grant", Some(description.to_owned()))
    }

    fn request(description: &str) -> Self {
        Self("invalid_request", Some(description.to_owned()))
    }

    fn client() -> Self {
        Self("invalid_client: Invalid client_id or client_secret", None)
    }

    fn no_auth() -> Self {
        Self::request("No auth function available for given request")
    }
}

/// Who asks, and whether with the app secret.
struct Client {
    app_key: String,
    with_secret: bool,
}

struct Form(Vec<(String, String)>);

impl Form {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn check_known(&self, fields: &[&str]) -> Result<(), Failed> {
        let is_known = |name: &str| FIELDS.contains(&name) || fields.contains(&name);
        match self.0.iter().find(|(name, _)| !is_known(name)) {
            Some((unknown, _)) => Err(Failed::request(&format!("unknown field \"{unknown}\""))),
            None => Ok(()),
        }
    }

    /// The same field twice is tolerated when it says the same twice: Dropbox's own Rust client does so.
    fn check_twice(&self) -> Result<(), Failed> {
        match self.0.iter().find(|(name, value)| self.get(name) != Some(value)) {
            Some((twice, _)) => Err(Failed::request(&format!("more than one \"{twice}\""))),
            None => Ok(()),
        }
    }
}

pub(super) fn answer(state: &mut State, inbound: &Inbound) -> Response {
    match token(state, inbound) {
        Ok(value) => json_of(StatusCode::OK, &value),
        Err(Failed(error, description)) => refusal(StatusCode::BAD_REQUEST, error, description.as_deref()),
    }
}

pub(super) fn refusal(status: StatusCode, error: &str, description: Option<&str>) -> Response {
    match description {
        Some(description) => json_of(status, &json!({ "error": error, "error_description": description })),
        None => json_of(status, &json!({ "error": error })),
    }
}

fn token(state: &mut State, inbound: &Inbound) -> Result<serde_json::Value, Failed> {
    if inbound.method != "POST" {
        return Err(Failed::request("only POST is supported"));
    }
    let form = form(inbound)?;
    for name in ["client_secret", "code", "code_verifier", "refresh_token"] {
        if let Some(secret) = form.get(name) {
            state.secret(secret.to_owned());
        }
    }
    form.check_twice()?;
    match form.get("grant_type") {
        Some("authorization_code") => {
            form.check_known(&CODE_FIELDS)?;
            exchange(state, &client(state, inbound, &form)?, &form)
        }
        Some("refresh_token") => {
            form.check_known(&REFRESH_FIELDS)?;
            refresh(state, &client(state, inbound, &form)?, &form)
        }
        _ => Err(Failed::request("grant_type must be authorization_code or refresh_token")),
    }
}

fn form(inbound: &Inbound) -> Result<Form, Failed> {
    let mut pairs = inbound.query.clone();
    let content_type = inbound.header("content-type").unwrap_or_default();
    if content_type.starts_with("application/x-www-form-urlencoded") {
        pairs.extend(inbound.form());
    } else if !inbound.body.is_empty() {
        return Err(Failed::no_auth());
    }
    Ok(Form(pairs))
}

/// For whom a token is asked.
pub(super) fn account_of<'a>(state: &'a State, inbound: &Inbound) -> Option<&'a AccountId> {
    let form = form(inbound).ok()?;
    let grant = form
        .get("refresh_token")
        .and_then(|token| state.refresh_tokens.get(token))
        .map(|grant| &grant.account);
    let code = || form.get("code").and_then(|code| state.codes.get(code)).map(|code| &code.account);
    grant.or_else(code)
}

/// Exactly one of Basic, key and secret in the body, key alone.
fn client(state: &State, inbound: &Inbound, form: &Form) -> Result<Client, Failed> {
    if let Some(basic) = inbound.header("authorization") {
        if let Some(field) = ["client_id", "client_secret"].into_iter().find(|field| form.get(field).is_some()) {
            return Err(Failed::request(&format!("unknown field \"{field}\"")));
        }
        let (app_key, secret) = basic_credentials(basic).ok_or_else(Failed::client)?;
        return checked(state, app_key, &secret);
    }
    let app_key = form.get("client_id").ok_or_else(Failed::no_auth)?.to_owned();
    match form.get("client_secret") {
        Some(secret) => checked(state, app_key, secret),
        None if state.apps.contains_key(&app_key) => Ok(Client {
            app_key,
            with_secret: false,
        }),
        None => Err(Failed::client()),
    }
}

fn checked(state: &State, app_key: String, secret: &str) -> Result<Client, Failed> {
    match state.apps.get(&app_key) {
        Some(app) if app.secret == secret => Ok(Client {
            app_key,
            with_secret: true,
        }),
        _ => Err(Failed::client()),
    }
}

/// Key and secret of an `Authorization: Basic …`.
pub(super) fn basic_credentials(header: &str) -> Option<(String, String)> {
    let decoded = general_purpose::STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (key, secret) = text.split_once(':')?;
    Some((key.to_owned(), secret.to_owned()))
}

fn exchange(state: &mut State, client: &Client, form: &Form) -> Result<serde_json::Value, Failed> {
    let value = form.get("code").ok_or_else(|| Failed::request("missing required field \"code\""))?;
    let unusable = || Failed::grant("code doesn't exist or has expired");
    let code = state.codes.get(value).filter(|code| code.app_key == client.app_key).cloned().ok_or_else(unusable)?;
    if state.now().duration_since(code.issued_at).unsigned_abs() > state.code_lifetime {
        return Err(unusable());
    }
    if form.get("redirect_uri") != code.redirect_uri.as_deref() {
        return Err(Failed::grant("redirect_uri mismatch"));
    }
    check_verifier(client, &code, form.get("code_verifier"))?;
    state.codes.remove(value);
    Ok(grant(state, client, code))
}

/// RFC 7636 section 4.6.
fn check_verifier(client: &Client, code: &Code, verifier: Option<&str>) -> Result<(), Failed> {
    match (&code.challenge, verifier) {
        (None, None) if client.with_secret => Ok(()),
        (None, None) => Err(Failed::no_auth()),
        (Some(challenge), Some(verifier)) if is_verifier(verifier) => {
            let digest = general_purpose::URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
            (digest == *challenge).then_some(()).ok_or_else(|| Failed::grant("invalid code verifier"))
        }
        _ => Err(Failed::grant("invalid code verifier")),
    }
}

fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn grant(state: &mut State, client: &Client, code: Code) -> serde_json::Value {
    let refresh_token = code.offline.then(|| state.secret(random(64)));
    if let Some(token) = &refresh_token {
        let grant = Grant {
            app_key: client.app_key.clone(),
            account: code.account.clone(),
            scopes: code.scopes.clone(),
            pkce: code.challenge.is_some(),
        };
        state.refresh_tokens.insert(token.clone(), grant);
    }
    let mut answer = json!({
        "token_type": "bearer",
        "expires_in": ACCESS_LIFETIME,
        "scope": words(&code.scopes),
        "uid": state.account(&code.account).uid(),
        "account_id": code.account.0,
    });
    if let Some(token) = &refresh_token {
        answer["refresh_token"] = json!(token);
    }
    answer["access_token"] = json!(access_token(state, client, &code.account, code.scopes, refresh_token));
    answer
}

fn words(scopes: &BTreeSet<String>) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn access_token(
    state: &mut State,
    client: &Client,
    account: &AccountId,
    scopes: BTreeSet<String>,
    refresh_token: Option<String>,
) -> String {
    let token = state.secret(format!("sl.u.{}", random(180)));
    let access = AccessToken {
        app_key: client.app_key.clone(),
        account: account.clone(),
        scopes,
        refresh_token,
        expires_at: state.now() + Duration::from_secs(ACCESS_LIFETIME),
    };
    state.access_tokens.insert(token.clone(), access);
    token
}

fn refresh(state: &mut State, client: &Client, form: &Form) -> Result<serde_json::Value, Failed> {
    let token = form
        .get("refresh_token")
        .ok_or_else(|| Failed::request("missing required field \"refresh_token\""))?;
    if token.len() < 40 {
        return Err(Failed::grant("refresh token is malformed"));
    }
    let revoked = || Failed::grant("refresh token is invalid or revoked");
    let grant = state
        .refresh_tokens
        .get(token)
        .filter(|grant| grant.app_key == client.app_key && !state.is_suspended(token, None))
        .cloned()
        .ok_or_else(revoked)?;
    if !client.with_secret && !grant.pkce {
        return Err(Failed::no_auth());
    }
    let mut answer = json!({ "token_type": "bearer", "expires_in": ACCESS_LIFETIME });
    let scopes = match form.get("scope") {
        Some(asked) => narrower(&grant, asked)?,
        None => grant.scopes,
    };
    if form.get("scope").is_some() {
        answer["scope"] = json!(words(&scopes));
    }
    answer["access_token"] = json!(access_token(state, client, &grant.account, scopes, Some(token.to_owned())));
    Ok(answer)
}

/// A refresh may ask for less than was granted, never for more (RFC 6749 section 6).
fn narrower(grant: &Grant, asked: &str) -> Result<BTreeSet<String>, Failed> {
    let asked: BTreeSet<String> = asked.split_whitespace().map(str::to_owned).collect();
    match !asked.is_empty() && asked.is_subset(&grant.scopes) {
        true => Ok(asked),
        false => Err(Failed(
            "invalid_scope",
            Some("scope must be a subset of what was granted".to_owned()),
        )),
    }
}
