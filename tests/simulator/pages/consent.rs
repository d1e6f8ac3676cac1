//! `GET /oauth2/authorize`: the warning with Continue, then Allow or Cancel, then the redirect or the page with the Access code.

use axum::{http::StatusCode, response::Response};
use url::Url;

use super::{
    Visit,
    authorize::{self, Authorize},
    escape, go_to, login, message, page,
};
use crate::simulator::{
    apps::NoUser,
    ids::{AccountId, random},
    state::{Code, State},
};

pub(super) fn answer(state: &mut State, visit: &Visit<'_>, account: Option<&AccountId>) -> Response {
    let mut asked = match authorize::read(state, visit) {
        Ok(asked) => asked,
        Err(wrong) => return wrong_link(&wrong),
    };
    if asked.reauthenticate {
        return sign_in_again(state, visit);
    }
    let Some(account) = account else {
        return login::first(&visit.inbound.target);
    };
    if let Err(why) = state.apps[&asked.app_key].may_connect(account, state.now()) {
        return no_user(why);
    }
    let granted = state.apps[&asked.app_key].granted_by(account);
    match granted {
        None if asked.include_granted => return wrong_link("include_granted_scopes is for a user who has connected this app before"),
        Some(granted) if asked.include_granted => asked.scopes.extend(granted.iter().cloned()),
        _ => {}
    }
    let approved = granted.is_some_and(|granted| asked.scopes.is_subset(granted));
    let skips = state.skips_approved && approved && !asked.reapprove && asked.redirect_uri.is_some();
    match (visit.is_post(), visit.field("step"), visit.field("decision")) {
        (true, "decide", "allow") => allow(state, account, asked),
        (true, "decide", "cancel") => cancel(&asked),
        (true, "continue", _) => decide(state, visit, account, &asked),
        _ if skips => allow(state, account, asked),
        _ => warning(state, visit, account, &asked),
    }
}

fn wrong_link(wrong: &str) -> Response {
    message(StatusCode::BAD_REQUEST, "Something is wrong with this link", wrong)
}

/// Signs out first, so that another account can be chosen; the way back no longer asks for it, or it would never end.
fn sign_in_again(state: &mut State, visit: &Visit<'_>) -> Response {
    if let Some(cookie) = visit.cookie() {
        state.browsers.remove(cookie);
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let rest = visit.inbound.query.iter().filter(|(name, _)| name != "force_reauthentication");
    query.extend_pairs(rest);
    login::first(&format!("/www/{}?{}", visit.inbound.path, query.finish()))
}

fn no_user(why: NoUser) -> Response {
    let text = match why {
        NoUser::OwnerOnly => {
            "This app is in development and only its owner can connect it. The owner can choose Enable additional users in the App Console."
        }
        NoUser::Limit => "New users cannot connect this app until Dropbox has approved it for production. Its developer has to apply.",
    };
    message(StatusCode::FORBIDDEN, "This app has reached its user limit", text)
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
        "<p><strong>{}</strong> {}. Only connect an app whose developer you know.</p>{}",
        escape(&app.name),
        match app.production {
            true => "wants to be connected to your Dropbox",
            false => "is in development and has not been reviewed by Dropbox",
        },
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
    let now = state.now();
    state.app_mut(&code.app_key).connect(account, &code.scopes, now);
    state.codes.insert(value.clone(), code);
    match asked.redirect_uri {
        Some(uri) => back(&uri, &[("code", Some(&value)), ("state", asked.state.as_deref())]),
        None => {
            let main = format!(
                "<p>Enter this code into the app to finish the process. It works once, for a limited time.</p>\
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
        return wrong_link("Invalid redirect_uri");
    };
    for (name, value) in parameters {
        if let Some(value) = value {
            address.query_pairs_mut().append_pair(name, value);
        }
    }
    go_to(address.as_str())
}
