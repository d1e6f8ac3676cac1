//! Sign up and sign in: a name and an e-mail, no password, because nothing here is worth one.

use axum::{http::StatusCode, response::Response};
use url::form_urlencoded;

use super::{Visit, escape, go_to, page, with_cookie};
use crate::simulator::{
    ids::{AccountId, random},
    inbound::pairs,
    state::State,
};

/// Sends somebody who is not signed in to sign in first, and back afterwards.
pub(super) fn first(target: &str) -> Response {
    let back: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
    go_to(&format!("/www/login?next={back}"))
}

pub(super) fn answer(state: &mut State, visit: &Visit<'_>) -> Response {
    if !visit.is_post() {
        return form(state, visit, None);
    }
    let (name, email) = (visit.field("name").trim(), visit.field("email").trim());
    let account = match state.account_by_email(email) {
        Some(account) => account,
        None if signup_disabled(next(visit)) => return form(state, visit, Some("Nobody has this e-mail.")),
        None if !email.contains('@') => return form(state, visit, Some("Type an e-mail address.")),
        None if name.is_empty() => return form(state, visit, Some("Nobody has this e-mail yet. Type a name to sign up.")),
        None => state.add_account(name, email),
    };
    let cookie = sign_in(state, account);
    with_cookie(go_to(next(visit)), &cookie)
}

fn sign_in(state: &mut State, account: AccountId) -> String {
    let cookie = random(24);
    state.browsers.insert(cookie.clone(), account);
    cookie
}

pub(super) fn sign_out(state: &mut State, visit: &Visit<'_>) -> Response {
    if let (true, Some(cookie)) = (visit.is_post(), visit.cookie()) {
        let cookie = cookie.to_owned();
        state.browsers.remove(&cookie);
    }
    go_to("/www/login")
}

/// Where to go afterwards: a page of ours only.
fn next<'a>(visit: &'a Visit<'_>) -> &'a str {
    let asked = if visit.is_post() {
        visit.field("next")
    } else {
        visit.query("next").unwrap_or_default()
    };
    if asked.starts_with("/www/") { asked } else { "/www/" }
}

/// The app that sent somebody here wants nobody to sign up (`disable_signup`).
fn signup_disabled(next: &str) -> bool {
    let query = next.split_once('?').map_or("", |(_, query)| query);
    pairs(query.as_bytes()).iter().any(|(name, value)| name == "disable_signup" && value == "true")
}

fn form(state: &State, visit: &Visit<'_>, wrong: Option<&str>) -> Response {
    let sign_up = !signup_disabled(next(visit));
    let next = escape(next(visit));
    let accounts: String = state
        .accounts
        .values()
        .map(|account| {
            format!(
                "<li><form method=\"post\" action=\"/www/login\"><input type=\"hidden\" name=\"next\" value=\"{next}\">\
                 <input type=\"hidden\" name=\"email\" value=\"{email}\"><button>Sign in as {name} ({email})</button></form></li>",
                email = escape(&account.email),
                name = escape(&account.name),
            )
        })
        .collect();
    let known = if accounts.is_empty() {
        String::new()
    } else {
        format!("<h2>Sign in</h2><ul>{accounts}</ul>")
    };
    let wrong = wrong
        .map(|wrong| format!("<p class=\"wrong\" role=\"alert\">{}</p>", escape(wrong)))
        .unwrap_or_default();
    if !sign_up {
        return page(StatusCode::OK, "Sign in to the practice Dropbox", None, &format!("{wrong}{known}"));
    }
    let main = format!(
        "{wrong}{known}<h2>Sign up for an account</h2>\
         <form class=\"stack\" method=\"post\" action=\"/www/login\"><input type=\"hidden\" name=\"next\" value=\"{next}\">\
         <label>Name <input name=\"name\" autocomplete=\"off\" value=\"{}\"></label>\
         <label>E-mail <input name=\"email\" type=\"email\" autocomplete=\"off\" value=\"{}\"></label>\
         <button class=\"main\">Sign up</button></form>",
        escape(visit.field("name")),
        escape(visit.field("email")),
    );
    page(StatusCode::OK, "Sign in to the practice Dropbox", None, &main)
}
