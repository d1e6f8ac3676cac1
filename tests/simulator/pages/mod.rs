//! What a person sees: plain pages without scripts, in the words of the procedure.

mod authorize;
mod connected;
mod consent;
mod console;
mod home;
mod login;

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, SET_COOKIE},
    },
    response::Response,
};
use url::form_urlencoded;

use super::{answer, ids::AccountId, inbound::Inbound, state::State};

pub(super) const STYLE: &str = include_str!("style.css");

/// A request to a page, from a browser that may be signed in.
struct Visit<'a> {
    inbound: &'a Inbound,
    form: Vec<(String, String)>,
}

impl Visit<'_> {
    fn field(&self, name: &str) -> &str {
        self.form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.form.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.inbound.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn is_post(&self) -> bool {
        self.inbound.method == "POST"
    }

    fn cookie(&self) -> Option<&str> {
        let cookies = self.inbound.header("cookie")?;
        cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix("practice="))
    }
}

pub(super) fn answer(state: &mut State, inbound: &Inbound) -> Response {
    if inbound.path == "style.css" {
        let mut response = answer::html(StatusCode::OK, STYLE.to_owned());
        response.headers_mut().insert("content-type", HeaderValue::from_static("text/css"));
        return response;
    }
    let visit = Visit {
        inbound,
        form: inbound.form(),
    };
    // Another site's page must not press our buttons.
    let same_origin = inbound
        .header("origin")
        .is_none_or(|origin| origin == "null" || inbound.header("host").is_some_and(|host| origin == format!("http://{host}")));
    if visit.is_post() && !same_origin {
        return message(StatusCode::FORBIDDEN, "Not from here", "This form belongs to another page.");
    }
    let signed_in = visit.cookie().and_then(|cookie| state.browsers.get(cookie)).cloned();
    match (inbound.path.as_str(), signed_in) {
        ("login", _) => login::answer(state, &visit),
        ("logout", _) => login::sign_out(state, &visit),
        ("", account) => home::start(state, account.as_ref()),
        ("oauth2/authorize", account) => consent::answer(state, &visit, account.as_ref()),
        (path, None) if ["home", "account", "developers"].contains(&path.split('/').next().unwrap_or_default()) => {
            login::first(&inbound.target)
        }
        ("account/connected_apps", Some(account)) => connected::answer(state, &visit, &account),
        ("home", Some(account)) => home::files(state, &account, ""),
        ("developers" | "developers/apps" | "developers/apps/create", Some(account)) => console::answer(state, &visit, &account),
        (path, Some(account)) if path.starts_with("developers/apps/info/") => console::app(state, &visit, &account),
        (path, Some(account)) if path.starts_with("home/view/") => home::view(state, &visit, &account),
        (path, Some(account)) if path.starts_with("home/file/") => home::download(state, &visit, &account),
        (path, Some(account)) if path.starts_with("home/") => home::files(state, &account, &unescaped(&path["home".len()..])),
        _ => message(StatusCode::NOT_FOUND, "Not found", "There is no such page in the practice Dropbox."),
    }
}

pub(super) fn to_start() -> Response {
    go_to("/www/")
}

/// 303 (RFC 9110 section 15.4.4).
fn go_to(address: &str) -> Response {
    let mut response = answer::html(StatusCode::SEE_OTHER, String::new());
    if let Ok(location) = HeaderValue::from_str(address) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(&format!("practice={cookie}; Path=/; HttpOnly; SameSite=Lax")) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// A path of an address as people write it (RFC 3986 section 2.1).
fn unescaped(path: &str) -> String {
    let form = format!("path={}", path.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(form.as_bytes())
        .next()
        .map(|(_, path)| path.into_owned())
        .unwrap_or_default()
}

/// Text as it may stand in HTML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// A page for somebody, with the way around.
fn page(status: StatusCode, title: &str, signed_in: Option<(&State, &AccountId)>, main: &str) -> Response {
    let who = signed_in.map_or_else(
        || "<a href=\"/www/login\">Sign in</a>".to_owned(),
        |(state, id)| {
            let account = state.account(id);
            format!(
                "<span>{} ({})</span> <form method=\"post\" action=\"/www/logout\"><button>Sign out</button></form>",
                escape(&account.name),
                escape(&account.email)
            )
        },
    );
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title} – Practice Dropbox</title>\n<link rel=\"stylesheet\" href=\"/www/style.css\">\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n\
         <aside class=\"banner\" aria-label=\"Practice\">This is a practice Dropbox on this computer. Nothing leaves it.</aside>\n\
         <header><nav aria-label=\"Practice Dropbox\"><a href=\"/www/\">Start</a> <a href=\"/www/home\">Arrived files</a> \
         <a href=\"/www/developers/apps\">App Console</a> <a href=\"/www/account/connected_apps\">Connected apps</a></nav><div class=\"who\">{who}</div></header>\n\
         <main id=\"main\">\n<h1>{title}</h1>\n{main}\n</main>\n</body>\n</html>\n",
        title = escape(title),
    );
    let mut response = answer::html(status, html);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        // No form-action: some browsers hold it against the redirect after Allow.
        HeaderValue::from_static("default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
    );
    response
}

/// A page with one sentence.
fn message(status: StatusCode, title: &str, text: &str) -> Response {
    page(status, title, None, &format!("<p>{}</p>", escape(text)))
}
