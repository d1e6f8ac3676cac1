//! A call of the API: which route, whose token, which argument. Source: Dropbox documentation, "HTTP".

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};

use super::{
    answer::{self, Refusal, Result},
    argument::Argument,
    caller::{self, Caller},
    content::Content,
    download,
    faults::Fault,
    inbound::Inbound,
    left_out::is_left_out,
    path_root::path_root,
    routes::{Auth, ROUTES, Route, Style},
    shared::Shared,
};

pub(super) fn answer(shared: &Shared, host: &str, route: &str, inbound: &Inbound, fault: Option<Fault>) -> Response {
    let known = ROUTES.iter().find(|known| known.name == route && inbound.path.starts_with("2/"));
    let known = known.filter(|known| host == host_of(known) && (!known.new || shared.state().has_new_routes));
    let Some(known) = known else {
        if inbound.path.starts_with("2/") && is_left_out(host, route) {
            return left_out(route);
        }
        return Refusal::Request(format!("Unknown API function: /{}", inbound.path)).into_response(route);
    };
    match call(shared, known, inbound, fault) {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(route),
    }
}

/// Dropbox has it, this simulator does not. Saying that the function is unknown would be a lie about Dropbox.
fn left_out(route: &str) -> Response {
    answer::plain(StatusCode::NOT_IMPLEMENTED, format!("This practice Dropbox does not have {route}."))
}

fn host_of(route: &Route) -> &'static str {
    match route.style {
        Style::Rpc => "api",
        Style::Upload | Style::Download => "content",
    }
}

fn call(shared: &Shared, route: &Route, inbound: &Inbound, fault: Option<Fault>) -> Result<Response> {
    let is_read = route.style == Style::Download && inbound.method == "GET";
    if inbound.method != "POST" && !is_read {
        return Err(Refusal::Request("Your request method must be POST.".to_owned()));
    }
    let mut caller = who(shared, route, inbound)?;
    let argument = match route.style {
        Style::Rpc => rpc_argument(route, inbound)?,
        Style::Upload => upload_argument(route, inbound)?,
        Style::Download => download_argument(route, inbound)?,
    };
    {
        let state = shared.state();
        caller::check_scope(&state, route.scope, &caller, fault.as_ref())?;
        caller.root = path_root(&state, &caller, inbound)?;
    }
    caller.fault = fault;
    let body = match route.style {
        Style::Rpc => Content::default(),
        Style::Upload => inbound.content.clone(),
        Style::Download => return download::answer(shared, &caller, &argument, inbound),
    };
    let value = (route.handler)(shared, &caller, &argument, body)?;
    Ok(answer::json_of(StatusCode::OK, &value))
}

fn who(shared: &Shared, route: &Route, inbound: &Inbound) -> Result<Caller> {
    let mut state = shared.state();
    let caller = match route.auth {
        Auth::App => caller::app(&state, inbound)?,
        Auth::User => caller::user(&state, inbound)?,
    };
    let now = state.now();
    match state.limits.count(&caller.account, &caller.app_key, now) {
        Some(retry_after) => Err(Refusal::TooMany { retry_after }),
        None => Ok(caller),
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
    let value: Value = decode(PLACE, &inbound.body)?;
    match route.fields {
        None if value.is_null() => Argument::new(PLACE, json!({}), &[]),
        None => Err(Refusal::Request(format!("{PLACE}: expected null, got value"))),
        Some(fields) => Argument::new(PLACE, value, fields),
    }
}

fn upload_argument(route: &Route, inbound: &Inbound) -> Result<Argument> {
    check_content_type(inbound, &["application/octet-stream", HACK])?;
    content_argument(route, inbound)
}

/// There is nothing in the body, so there is no type either; some clients send one, and it is let pass.
fn download_argument(route: &Route, inbound: &Inbound) -> Result<Argument> {
    if inbound.header("content-type").is_some_and(|content_type| !content_type.is_empty()) {
        check_content_type(
            inbound,
            &["application/octet-stream", "application/octet-stream; charset=utf-8", HACK],
        )?;
    }
    content_argument(route, inbound)
}

fn content_argument(route: &Route, inbound: &Inbound) -> Result<Argument> {
    let fields = route.fields.unwrap_or_default();
    let header = inbound.headers.get("dropbox-api-arg");
    if let Some(header) = header {
        const PLACE: &str = "HTTP header \"Dropbox-API-Arg\"";
        return Argument::new(PLACE, decode(PLACE, header.as_bytes())?, fields);
    }
    const PLACE: &str = "URL parameter \"arg\"";
    match inbound.parameter("arg") {
        Some(parameter) => Argument::new(PLACE, decode(PLACE, parameter.as_bytes())?, fields),
        None => Err(Refusal::Request(
            "Must provide HTTP header \"Dropbox-API-Arg\" or URL parameter \"arg\".".to_owned(),
        )),
    }
}

/// JSON in UTF-8: raw or escaped, but not in Latin-1.
fn decode(place: &str, text: &[u8]) -> Result<Value> {
    serde_json::from_slice(text).map_err(|_| Refusal::Request(format!("{place}: could not decode input as JSON")))
}
