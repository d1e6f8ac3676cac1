//! A call of the API: which route, whose token, which argument. Source: Dropbox documentation, "HTTP".

use axum::{body::Bytes, http::StatusCode, response::Response};
use serde_json::{Value, json};

use super::{
    answer::{self, Refusal, Result, tag},
    argument::Argument,
    batches,
    faults::Fault,
    files,
    server::Inbound,
    sessions,
    state::{AccountId, State},
    teams::path_root,
    token::basic_credentials,
    users,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Rpc,
    Upload,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Auth {
    App,
    User,
}

type Handler = fn(&mut State, &Caller, &Argument, &Bytes) -> Result<Value>;

struct Route {
    name: &'static str,
    style: Style,
    auth: Auth,
    scope: Option<&'static str>,
    /// The fields of the argument; nothing for a route without one.
    fields: Option<&'static [&'static str]>,
    handler: Handler,
    /// Whether a Dropbox of some months ago does not have it.
    new: bool,
}

const fn rpc(name: &'static str, scope: Option<&'static str>, fields: Option<&'static [&'static str]>, handler: Handler) -> Route {
    Route {
        name,
        style: Style::Rpc,
        auth: Auth::User,
        scope,
        fields,
        handler,
        new: false,
    }
}

const fn upload(name: &'static str, fields: &'static [&'static str], handler: Handler) -> Route {
    Route {
        name,
        style: Style::Upload,
        auth: Auth::User,
        scope: Some("files.content.write"),
        fields: Some(fields),
        handler,
        new: false,
    }
}

const READ: Option<&str> = Some("account_info.read");

static ROUTES: [Route; 13] = [
    Route {
        auth: Auth::App,
        ..rpc("check/app", None, Some(&["query"]), users::check)
    },
    rpc("check/user", READ, Some(&["query"]), users::check),
    rpc("users/get_current_account", READ, None, users::get_current_account),
    rpc("users/get_space_usage", READ, None, users::get_space_usage),
    rpc("auth/token/revoke", None, None, users::revoke),
    rpc(
        "files/get_metadata",
        Some("files.metadata.read"),
        Some(files::GET_METADATA),
        files::get_metadata,
    ),
    upload("files/upload", files::UPLOAD, files::upload),
    upload("files/upload_session/start", sessions::START, sessions::start),
    upload("files/upload_session/append_v2", sessions::APPEND, sessions::append),
    upload("files/upload_session/finish", sessions::FINISH, sessions::finish),
    Route {
        new: true,
        ..rpc(
            "files/upload_session/start_batch",
            Some("files.content.write"),
            Some(batches::START),
            batches::start,
        )
    },
    Route {
        new: true,
        ..upload("files/upload_session/append_batch", batches::APPEND, batches::append)
    },
    rpc(
        "files/upload_session/finish_batch_v2",
        Some("files.content.write"),
        Some(&["entries"]),
        batches::finish,
    ),
];

/// Who calls, and with what.
pub(super) struct Caller {
    pub(super) account: AccountId,
    pub(super) app_key: String,
    pub(super) token: String,
    pub(super) fault: Option<Fault>,
    /// Where the paths of this call begin, in the account's space: `/Anna Berg` of a team, `/Apps/Name` of an app with its own folder.
    pub(super) root: String,
}

pub(super) fn answer(state: &mut State, host: &str, route: &str, inbound: &Inbound, fault: Option<Fault>) -> Response {
    let known = ROUTES.iter().find(|known| known.name == route && inbound.path.starts_with("2/"));
    let Some(known) = known.filter(|known| host == host_of(known)) else {
        return answer::plain(StatusCode::NOT_FOUND, format!("Unknown API function: /{}", inbound.path));
    };
    if known.new && !state.has_new_routes {
        return answer::plain(StatusCode::NOT_FOUND, format!("Unknown API function: /{}", inbound.path));
    }
    match call(state, known, inbound, fault) {
        Ok(value) => answer::json_of(StatusCode::OK, &value),
        Err(refusal) => refusal.into_response(route),
    }
}

fn host_of(route: &Route) -> &'static str {
    match route.style {
        Style::Rpc => "api",
        Style::Upload => "content",
    }
}

fn call(state: &mut State, route: &Route, inbound: &Inbound, fault: Option<Fault>) -> Result<Value> {
    if inbound.method != "POST" {
        return Err(Refusal::Request("Your request method must be POST.".to_owned()));
    }
    let mut caller = match route.auth {
        Auth::App => app(state, inbound)?,
        Auth::User => user(state, inbound)?,
    };
    let argument = match route.style {
        Style::Rpc => rpc_argument(route, inbound)?,
        Style::Upload => upload_argument(route, inbound)?,
    };
    check_scope(state, route, &caller, fault.as_ref())?;
    caller.root = path_root(state, &caller, inbound)?;
    caller.fault = fault;
    let body = match route.style {
        Style::Rpc => Bytes::new(),
        Style::Upload => inbound.body.clone(),
    };
    (route.handler)(state, &caller, &argument, &body)
}

fn authorization(inbound: &Inbound) -> Result<&str> {
    let missing = "Must provide HTTP header \"Authorization\" or URL parameter \"authorization\".";
    inbound.header("authorization").ok_or_else(|| Refusal::Request(missing.to_owned()))
}

fn app(state: &State, inbound: &Inbound) -> Result<Caller> {
    let header = authorization(inbound)?;
    let (key, secret) = basic_credentials(header).ok_or_else(|| {
        Refusal::Request(
            "Invalid authorization value in HTTP header \"Authorization\".  Expecting \"Basic <base64(app key:app secret)>\".".to_owned(),
        )
    })?;
    match state.apps.get(&key) {
        Some(app) if app.secret == secret => Ok(Caller {
            account: app.owner.clone(),
            app_key: key,
            token: String::new(),
            fault: None,
            root: String::new(),
        }),
        _ => Err(Refusal::Token(tag("invalid_access_token"))),
    }
}

fn user(state: &State, inbound: &Inbound) -> Result<Caller> {
    let header = authorization(inbound)?;
    let token = header.strip_prefix("Bearer ").ok_or_else(|| {
        Refusal::Request(format!(
            "Invalid authorization value in HTTP header \"Authorization\": {header:?}.  Expecting \"Bearer <oauth2-access-token>\"."
        ))
    })?;
    let access = state.access_tokens.get(token).ok_or_else(|| Refusal::Token(tag("invalid_access_token")))?;
    if access.expires_at <= state.now() {
        return Err(Refusal::Token(tag("expired_access_token")));
    }
    Ok(Caller {
        account: access.account.clone(),
        app_key: access.app_key.clone(),
        token: token.to_owned(),
        fault: None,
        root: String::new(),
    })
}

/// Makes the token of this request old.
pub(super) fn expire_token_of(state: &mut State, inbound: &Inbound) {
    let now = state.now();
    let token = inbound.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    if let Some(access) = token.and_then(|token| state.access_tokens.get_mut(token)) {
        access.expires_at = now;
    }
}

fn check_scope(state: &State, route: &Route, caller: &Caller, fault: Option<&Fault>) -> Result<()> {
    let Some(scope) = route.scope else {
        return Ok(());
    };
    let app = &state.apps[&caller.app_key];
    if !app.scopes.contains(scope) {
        return Err(Refusal::Request(format!(
            "Your app (ID: {}) is not permitted to access this endpoint because it does not have the required scope '{scope}'. The owner of \
             the app can enable the scope for the app using the Permissions tab on the App Console.",
            app.number
        )));
    }
    let has = state.access_tokens.get(&caller.token).is_some_and(|access| access.scopes.contains(scope));
    match has && fault != Some(&Fault::MissingScope) {
        true => Ok(()),
        false => Err(Refusal::Token(json!({ ".tag": "missing_scope", "required_scope": scope }))),
    }
}

fn check_content_type(inbound: &Inbound, expected: &[&str]) -> Result<()> {
    let Some(content_type) = inbound.header("content-type").filter(|value| !value.is_empty()) else {
        return Err(Refusal::Request("Missing or empty HTTP Content-Type".to_owned()));
    };
    if expected.contains(&content_type) {
        return Ok(());
    }
    let list: Vec<String> = expected.iter().map(|expected| format!("\"{expected}\"")).collect();
    Err(Refusal::Request(format!(
        "Bad HTTP \"Content-Type\" header: \"{content_type}\".  Expecting one of {}.",
        list.join(", ")
    )))
}

const HACK: &str = "text/plain; charset=dropbox-cors-hack";

fn rpc_argument(route: &Route, inbound: &Inbound) -> Result<Argument> {
    const PLACE: &str = "request body";
    let without = route.fields.is_none();
    if without && inbound.body.is_empty() && inbound.header("content-type").is_none() {
        return Argument::new(PLACE, json!({}), &[]);
    }
    check_content_type(inbound, &["application/json", "application/json; charset=utf-8", HACK])?;
    let value: Value =
        serde_json::from_slice(&inbound.body).map_err(|_| Refusal::Request(format!("{PLACE}: could not decode input as JSON")))?;
    match route.fields {
        None if value.is_null() => Argument::new(PLACE, json!({}), &[]),
        None => Err(Refusal::Request(format!("{PLACE}: expected null, got value"))),
        Some(fields) => Argument::new(PLACE, value, fields),
    }
}

fn upload_argument(route: &Route, inbound: &Inbound) -> Result<Argument> {
    const PLACE: &str = "HTTP header \"Dropbox-API-Arg\"";
    check_content_type(inbound, &["application/octet-stream", HACK])?;
    let Some(header) = inbound.headers.get("dropbox-api-arg") else {
        return Err(Refusal::Request(
            "Must provide HTTP header \"Dropbox-API-Arg\" or URL parameter \"arg\".".to_owned(),
        ));
    };
    let undecoded = || Refusal::Request(format!("{PLACE}: could not decode input as JSON"));
    let value: Value = serde_json::from_slice(header.as_bytes()).map_err(|_| undecoded())?;
    Argument::new(PLACE, value, route.fields.unwrap_or_default())
}
