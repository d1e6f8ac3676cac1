//! `GET /oauth2/authorize`: the warning with Continue, then Allow or Cancel, then the redirect or the page with the Access code.

use std::collections::BTreeSet;

use axum::{http::StatusCode, response::Response};
use url::Url;

use super::{Visit, escape, go_to, login, message, page};
use crate::simulator::state::{AccountId, App, Code, State, random};

/// Every parameter that Dropbox knows; another one is refused.
const KNOWN: [&str; 14] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "token_access_type",
    "code_challenge",
    "code_challenge_method",
    "force_reapprove",
    "force_reauthentication",
    "include_granted_scopes",
    "disable_signup",
    "require_role",
    "locale",
];

/// A request for authorization that is in order.
struct Authorize {
    app_key: String,
    redirect_uri: Option<String>,
    state: Option<String>,
    challenge: Option<String>,
    scopes: BTreeSet<String>,
    offline: bool,
}

pub(super) fn answer(state: &mut State, visit: &Visit<'_>, account: Option<&AccountId>) -> Response {
    let asked = match read(state, visit) {
        Ok(asked) => asked,
        Err(wrong) => return message(StatusCode::BAD_REQUEST, "Something is wrong with this link", &wrong),
    };
    let Some(account) = account else {
        return login::first(visit.inbound);
    };
    // Signs out first, so that another account can be chosen; once, or it would never end.
    if visit.query("force_reauthentication") == Some("true") {
        if let Some(cookie) = visit.cookie() {
            state.browsers.remove(cookie);
        }
        let target = visit.inbound.target.replace("force_reauthentication=true", "force_reauthentication=false");
        let back: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        return go_to(&format!("/www/login?next={back}"));
    }
    let app = &state.apps[&asked.app_key];
    if app.owner != *account && !app.additional_users {
        let text = "This app is in development and only its owner can connect it. The owner can choose Enable Additional Users in the App Console.";
        return message(StatusCode::FORBIDDEN, "This app has reached its user limit", text);
    }
    match (visit.is_post(), visit.field("step"), visit.field("decision")) {
        (true, "decide", "allow") => allow(state, account, asked),
        (true, "decide", "cancel") => cancel(&asked),
        (true, "continue", _) => decide(state, visit, account, &asked),
        _ => warning(state, visit, account, &asked),
    }
}

fn once<'a>(visit: &'a Visit<'_>, name: &str) -> Result<Option<&'a str>, String> {
    let mut values = visit.inbound.query.iter().filter(|(key, _)| key == name);
    let first = values.next().map(|(_, value)| value.as_str());
    match values.next() {
        Some(_) => Err(format!("More than one \"{name}\"")),
        None => Ok(first),
    }
}

fn read(state: &State, visit: &Visit<'_>) -> Result<Authorize, String> {
    if let Some((unknown, _)) = visit.inbound.query.iter().find(|(name, _)| !KNOWN.contains(&name.as_str())) {
        return Err(format!("unknown field \"{unknown}\""));
    }
    let client_id = once(visit, "client_id")?.unwrap_or_default();
    let app = state.apps.get(client_id).ok_or_else(|| format!("Invalid client_id: \"{client_id}\""))?;
    if once(visit, "response_type")? != Some("code") {
        return Err("response_type must be \"code\"".to_owned());
    }
    let state_text = once(visit, "state")?;
    if state_text.is_some_and(|text| text.len() > 500) {
        return Err("state must be at most 500 bytes".to_owned());
    }
    Ok(Authorize {
        redirect_uri: redirect_uri(app, once(visit, "redirect_uri")?)?,
        state: state_text.map(str::to_owned),
        challenge: challenge(once(visit, "code_challenge")?, once(visit, "code_challenge_method")?)?,
        scopes: scopes(app, once(visit, "scope")?)?,
        offline: match once(visit, "token_access_type")? {
            None | Some("online") => false,
            Some("offline") => true,
            Some(other) => return Err(format!("Invalid token_access_type: \"{other}\"")),
        },
        app_key: app.key.clone(),
    })
}

/// Compared exactly: scheme, host, port, path.
fn redirect_uri(app: &App, asked: Option<&str>) -> Result<Option<String>, String> {
    match asked {
        None => Ok(None),
        Some(uri) if app.redirect_uris.iter().any(|known| known == uri) => Ok(Some(uri.to_owned())),
        Some(uri) => Err(format!(
            "Invalid redirect_uri: \"{uri}\". It must exactly match one of the redirect URIs you've pre-configured for your app (including the path)."
        )),
    }
}

fn challenge(challenge: Option<&str>, method: Option<&str>) -> Result<Option<String>, String> {
    match (challenge, method) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) if challenge.len() == 43 => Ok(Some(challenge.to_owned())),
        (Some(_), Some("S256")) => Err("Invalid code_challenge".to_owned()),
        _ => Err("Invalid code_challenge_method".to_owned()),
    }
}

fn scopes(app: &App, asked: Option<&str>) -> Result<BTreeSet<String>, String> {
    match asked {
        None => Ok(app.scopes.clone()),
        Some("") => Err("scope must not be empty".to_owned()),
        Some(text) => text
            .split(' ')
            .map(|scope| match app.scopes.contains(scope) {
                true => Ok(scope.to_owned()),
                false => Err(format!("This app does not have the scope \"{scope}\"")),
            })
            .collect(),
    }
}

fn form(visit: &Visit<'_>, step: &str, buttons: &str) -> String {
    format!(
        "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"step\" value=\"{step}\">{buttons}</form>",
        escape(&visit.inbound.target)
    )
}

fn warning(state: &State, visit: &Visit<'_>, account: &AccountId, asked: &Authorize) -> Response {
    let app = &state.apps[&asked.app_key];
    let main = format!(
        "<p><strong>{}</strong> is in development and has not been reviewed by Dropbox. Only connect an app whose developer you know.</p>{}",
        escape(&app.name),
        form(visit, "continue", "<button class=\"main\" id=\"continue\">Continue</button>"),
    );
    page(StatusCode::OK, "Before you connect this app…", Some((state, account)), &main)
}

fn decide(state: &State, visit: &Visit<'_>, account: &AccountId, asked: &Authorize) -> Response {
    let app = &state.apps[&asked.app_key];
    let scopes: String = asked.scopes.iter().map(|scope| format!("<li>{}</li>", escape(scope))).collect();
    let place = if app.folder_only {
        "its own folder in your Dropbox"
    } else {
        "the files and folders in your Dropbox"
    };
    let buttons = "<button class=\"main\" name=\"decision\" value=\"allow\" id=\"allow\">Allow</button> \
        <button name=\"decision\" value=\"cancel\" id=\"cancel\">Cancel</button>";
    let main = format!(
        "<p><strong>{}</strong> would like access to {place}:</p><ul>{scopes}</ul>{}",
        escape(&app.name),
        form(visit, "decide", buttons)
    );
    page(StatusCode::OK, "Connect this app to your Dropbox?", Some((state, account)), &main)
}

fn allow(state: &mut State, account: &AccountId, asked: Authorize) -> Response {
    let value = state.secret(random(43));
    let code = Code {
        app_key: asked.app_key,
        account: account.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.challenge,
        scopes: asked.scopes,
        offline: asked.offline,
        issued_at: state.now(),
    };
    state.codes.insert(value.clone(), code);
    match asked.redirect_uri {
        Some(uri) => back(&uri, &[("code", Some(&value)), ("state", asked.state.as_deref())]),
        None => {
            let main = format!(
                "<p>Enter this code into the app to finish the process. It works for one hour, once.</p>\
                 <h2 id=\"label\">Access code</h2><output class=\"code\" id=\"access-code\" aria-labelledby=\"label\">{}</output>",
                escape(&value)
            );
            page(StatusCode::OK, "Access code generated", Some((state, account)), &main)
        }
    }
}

fn cancel(asked: &Authorize) -> Response {
    let description = "The user chose not to give your app access to their Dropbox account.";
    match &asked.redirect_uri {
        Some(uri) => back(
            uri,
            &[
                ("error", Some("access_denied")),
                ("error_description", Some(description)),
                ("state", asked.state.as_deref()),
            ],
        ),
        None => message(StatusCode::OK, "Access was not allowed", "You can close this page."),
    }
}

/// To the redirect URI, which was checked before.
fn back(uri: &str, parameters: &[(&str, Option<&str>)]) -> Response {
    let Ok(mut address) = Url::parse(uri) else {
        return message(StatusCode::BAD_REQUEST, "Something is wrong with this link", "Invalid redirect_uri");
    };
    for (name, value) in parameters {
        if let Some(value) = value {
            address.query_pairs_mut().append_pair(name, value);
        }
    }
    go_to(address.as_str())
}
