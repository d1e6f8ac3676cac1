//! Where a person, a program or a test says what goes wrong: a page for people (`/`, *Try what happens when…*, in three languages), one with
//! everything that can be told (`/faults`), and the same as a small interface for programs (`docs/simulator.md`).
//!
//! It has a port of its own. Nothing that a client of Dropbox can reach leads here, and it goes on when the network of the simulator does not.
//! A page of another site cannot use it: the Host must be this address (a name that has been pointed here is refused), a request that changes
//! something must not come from another origin, and it is either JSON, which a foreign page may not send, or a form with a token that a foreign
//! page cannot read.

mod catalogue;
mod everything;
mod fields;
mod options;
mod orders;
mod practice;
mod state;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State as Extract},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    response::Response,
};
use serde_json::json;
use tokio::net::TcpListener;

use self::{fields::Fields, words::Words};
use super::{
    answer,
    ids::random,
    pages::{STYLE, escape},
    shared::Shared,
};

/// Largest request, in bytes.
const REQUEST_MAX: usize = 64 << 10;

/// What the connections share.
struct Desk {
    shared: Arc<Shared>,
    /// In every form of ours.
    token: String,
}

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let desk = Arc::new(Desk { shared, token: random(32) });
    let router = Router::new().fallback(answer_one).with_state(desk);
    if let Err(error) = axum::serve(listener, router).await {
        tracing::error!(%error, "the control page has ended");
    }
}

/// An option of the command line, as the order that it is; says which field is wrong.
pub(super) fn option(shared: &Shared, name: &str, value: &str) -> Result<(), String> {
    let order = |order, field: &str| orders::follow(shared, order, &Fields(vec![(field.to_owned(), value.to_owned())]));
    match name {
        "fault" => options::fault(shared, value),
        "account" => options::account(shared, value),
        "offline" => order("network", name),
        "ahead" => order("time", name),
        _ => Err(format!("{name}: there is no such option")),
    }
}

/// The options about speed, which are one order.
pub(super) fn limits(shared: &Shared, latency: &str, calls: &str, contention: bool) -> Result<(), String> {
    let contention = if contention { "on" } else { "off" };
    let fields = [("latency", latency), ("calls", calls), ("contention", contention)];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    orders::follow(shared, "limits", &Fields(fields.to_vec()))
}

async fn answer_one(Extract(desk): Extract<Arc<Desk>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, REQUEST_MAX).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.");
    };
    let path = parts.uri.path().trim_start_matches('/');
    let mut response = match parts.method {
        _ if !is_own_host(&desk, &parts.headers) => plain(StatusCode::FORBIDDEN, "This page answers at its own address only."),
        Method::GET => show(&desk, path, &parts.headers, parts.uri.query().unwrap_or_default()),
        Method::POST => change(&desk, path, &parts.headers, &body),
        _ => plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and POST are understood."),
    };
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A name that somebody has pointed to this computer is not ours (DNS rebinding).
fn is_own_host(desk: &Desk, headers: &HeaderMap) -> bool {
    let port = desk.shared.ports().control;
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    [format!("127.0.0.1:{port}"), format!("localhost:{port}")].iter().any(|own| own == host)
}

fn show(desk: &Desk, path: &str, headers: &HeaderMap, query: &str) -> Response {
    match path {
        "" => practice::page(desk, Words::wanted(headers, query)),
        "faults" => everything::page(desk, StatusCode::OK, None),
        "state" => answer::json_of(StatusCode::OK, &state::state(&desk.shared)),
        "style.css" => answer::response(StatusCode::OK, "text/css", STYLE.to_owned()),
        _ => plain(StatusCode::NOT_FOUND, "There is no such page."),
    }
}

fn change(desk: &Desk, name: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    if !is_from_here(headers) {
        return plain(StatusCode::FORBIDDEN, "This belongs to another page.");
    }
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match content_type.split(';').next().unwrap_or_default().trim() {
        "application/json" => by_program(desk, name, body),
        "application/x-www-form-urlencoded" => by_form(desk, name, body),
        _ => plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send JSON, or a form of the page."),
    }
}

/// Browsers say from which page a request that changes something comes; programs say nothing.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let own = text(HOST.as_str()).map(|host| format!("http://{host}"));
    let same_origin = text(ORIGIN.as_str()).is_none_or(|origin| Some(origin) == own.as_deref());
    same_origin && text("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none")
}

fn by_program(desk: &Desk, name: &str, body: &[u8]) -> Response {
    let followed = Fields::of_json(body).and_then(|fields| orders::follow(&desk.shared, name, &fields));
    match followed {
        Ok(()) => answer::json_of(StatusCode::OK, &state::state(&desk.shared)),
        Err(wrong) => answer::json_of(StatusCode::BAD_REQUEST, &json!({ "error": wrong })),
    }
}

fn by_form(desk: &Desk, name: &str, body: &[u8]) -> Response {
    let mut fields = Fields::of_form(body);
    if fields.take("token") != Some(desk.token.clone()) {
        return plain(StatusCode::FORBIDDEN, "Open the page again: this form is of an earlier run.");
    }
    let language = fields.take("language");
    match (orders::follow(&desk.shared, name, &fields), language) {
        (Ok(()), Some(language)) => go_to(&format!("/?language={}", Words::of(&language).tag)),
        (Ok(()), None) => go_to("/faults"),
        (Err(wrong), _) => everything::page(desk, StatusCode::BAD_REQUEST, Some(&wrong)),
    }
}

/// 303 (RFC 9110 section 15.4.4).
fn go_to(address: &str) -> Response {
    let mut response = answer::html(StatusCode::SEE_OTHER, String::new());
    if let Ok(location) = HeaderValue::from_str(address) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn plain(status: StatusCode, text: &str) -> Response {
    answer::plain(status, text.to_owned())
}

/// A page: its language, its title, its banner, and what is on it.
fn page(status: StatusCode, language: &str, title: &str, banner: &str, main: &str) -> Response {
    let title = escape(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n\
         <div class=\"banner\" role=\"note\">{}</div>\n<main id=\"main\">\n<h1>{title}</h1>\n{main}\n</main>\n</body>\n</html>\n",
        escape(banner),
    );
    answer::html(status, html)
}
