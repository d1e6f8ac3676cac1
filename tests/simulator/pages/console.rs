//! The App Console: Create app, the Settings tab and the Permissions tab.

use std::fmt::Write;

use axum::{http::StatusCode, response::Response};
use url::Url;

use super::{Visit, escape, go_to, message, page};
use crate::simulator::{apps::App, ids::AccountId, state::State};

/// What can be ticked on the Permissions tab.
const SCOPES: [(&str, &str); 7] = [
    ("account_info.read", "View basic information about the account"),
    ("files.metadata.read", "View information about files and folders"),
    ("files.metadata.write", "Edit information about files and folders"),
    ("files.content.read", "View content of files and folders"),
    ("files.content.write", "Edit content of files and folders"),
    ("sharing.read", "View sharing settings"),
    ("sharing.write", "Manage sharing settings"),
];
/// Longest redirect URI and app name, in characters.
const TEXT_MAX: usize = 500;

pub(super) fn answer(state: &mut State, visit: &Visit<'_>, account: &AccountId) -> Response {
    if visit.inbound.path == "developers/apps/create" {
        return create(state, visit, account);
    }
    let apps: String = state
        .apps
        .values()
        .filter(|app| app.owner == *account)
        .map(|app| {
            format!(
                "<li><a href=\"/www/developers/apps/info/{}\">{}</a></li>",
                escape(&app.key),
                escape(&app.name)
            )
        })
        .collect();
    let list = if apps.is_empty() {
        "<p>You have no apps yet.</p>".to_owned()
    } else {
        format!("<ul>{apps}</ul>")
    };
    let main = format!("{list}<p><a href=\"/www/developers/apps/create\">Create app</a></p>");
    page(StatusCode::OK, "App Console", Some((state, account)), &main)
}

fn create(state: &mut State, visit: &Visit<'_>, account: &AccountId) -> Response {
    if !visit.is_post() {
        return create_form(state, visit, account, None);
    }
    let name = visit.field("name").trim().to_owned();
    let wrong = if visit.field("scoped").is_empty() {
        Some("Choose an API: Scoped access.")
    } else if !["full", "folder"].contains(&visit.field("access")) {
        Some("Choose the type of access.")
    } else if name.is_empty() || name.chars().count() > TEXT_MAX {
        Some("Name your app.")
    } else if state.apps.values().any(|app| app.name.eq_ignore_ascii_case(&name)) {
        Some("This name is taken. The name of an app is unique.")
    } else if visit.field("terms").is_empty() {
        Some("Agree to the terms and conditions.")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        return create_form(state, visit, account, Some(wrong));
    }
    let key = state.create_app(account.clone(), &name, visit.field("access") == "folder");
    go_to(&format!("/www/developers/apps/info/{key}"))
}

fn checked(on: bool) -> &'static str {
    if on { " checked" } else { "" }
}

fn create_form(state: &State, visit: &Visit<'_>, account: &AccountId, wrong: Option<&str>) -> Response {
    let wrong = wrong
        .map(|wrong| format!("<p class=\"wrong\" role=\"alert\">{}</p>", escape(wrong)))
        .unwrap_or_default();
    let main = format!(
        "{wrong}<form class=\"stack\" method=\"post\" action=\"/www/developers/apps/create\">\
         <fieldset><legend>1. Choose an API</legend><label><input type=\"radio\" name=\"scoped\" value=\"yes\" id=\"scoped\"{}> Scoped access</label></fieldset>\
         <fieldset><legend>2. Choose the type of access you need</legend>\
         <label><input type=\"radio\" name=\"access\" value=\"folder\" id=\"app-folder\"{}> App folder</label>\
         <label><input type=\"radio\" name=\"access\" value=\"full\" id=\"full-dropbox\"{}> Full Dropbox</label></fieldset>\
         <label>3. Name your app <input name=\"name\" id=\"name\" autocomplete=\"off\" value=\"{}\"></label>\
         <label><input type=\"checkbox\" name=\"terms\" value=\"yes\" id=\"terms\"{}> I agree to the terms and conditions</label>\
         <button class=\"main\" id=\"create\">Create app</button></form>",
        checked(!visit.field("scoped").is_empty()),
        checked(visit.field("access") == "folder"),
        checked(visit.field("access") == "full"),
        escape(visit.field("name")),
        checked(!visit.field("terms").is_empty()),
    );
    page(StatusCode::OK, "Create app", Some((state, account)), &main)
}

/// One app: what was posted, then how it is now.
pub(super) fn app(state: &mut State, visit: &Visit<'_>, account: &AccountId) -> Response {
    let key = visit.inbound.path.strip_prefix("developers/apps/info/").unwrap_or_default().to_owned();
    if state.apps.get(&key).is_none_or(|app| app.owner != *account) {
        return message(StatusCode::NOT_FOUND, "Not found", "You have no such app.");
    }
    let (mut show, mut said) = (false, None);
    if visit.is_post() {
        match visit.field("action") {
            "show" => show = true,
            action => said = Some(change(state.app_mut(&key), visit, action)),
        }
    }
    let title = state.apps[&key].name.clone();
    let main = settings(&state.apps[&key], show, said);
    page(StatusCode::OK, &title, Some((state, account)), &main)
}

fn change(app: &mut App, visit: &Visit<'_>, action: &str) -> &'static str {
    match action {
        "permissions" => {
            app.scopes = SCOPES
                .iter()
                .map(|(scope, _)| (*scope).to_owned())
                .filter(|scope| visit.fields("scope").any(|ticked| ticked == scope))
                .collect();
            app.scopes.insert("account_info.read".to_owned());
            for (write, read) in [("files.metadata.write", "files.metadata.read"), ("sharing.write", "sharing.read")] {
                if app.scopes.contains(write) {
                    app.scopes.insert(read.to_owned());
                }
            }
            "The permissions are saved. They hold for authorizations from now on."
        }
        "add-redirect-uri" => add_redirect_uri(app, visit.field("redirect_uri").trim()),
        "delete-redirect-uri" => {
            app.redirect_uris.retain(|uri| uri != visit.field("redirect_uri"));
            "The redirect URI is deleted."
        }
        "additional-users" => {
            app.additional_users = true;
            "Additional users are enabled."
        }
        _ => "Nothing was changed.",
    }
}

/// `https:`, or `http:` to this computer.
pub(super) fn is_redirect_uri(uri: &str) -> bool {
    let Ok(parsed) = Url::parse(uri) else {
        return false;
    };
    match (parsed.scheme(), parsed.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => host == "localhost" || host == "127.0.0.1",
        _ => false,
    }
}

fn add_redirect_uri(app: &mut App, uri: &str) -> &'static str {
    if uri.chars().count() > TEXT_MAX || !is_redirect_uri(uri) {
        return "A redirect URI must start with https://, unless it is a localhost URI.";
    }
    if app.redirect_uris.iter().any(|known| known == uri) {
        return "This redirect URI is there already.";
    }
    app.redirect_uris.push(uri.to_owned());
    "The redirect URI is added."
}

fn settings(app: &App, show: bool, said: Option<&str>) -> String {
    let action = format!("/www/developers/apps/info/{}", escape(&app.key));
    let said = said.map(|said| format!("<p role=\"status\">{}</p>", escape(said))).unwrap_or_default();
    let secret = match show {
        true => format!("<code id=\"app-secret\">{}</code>", escape(&app.secret)),
        false => format!(
            "<form class=\"inline\" method=\"post\" action=\"{action}\"><button name=\"action\" value=\"show\" id=\"show\">Show</button></form>"
        ),
    };
    let users = match app.additional_users {
        true => "Up to 500 users".to_owned(),
        false => format!(
            "Only you <form class=\"inline\" method=\"post\" action=\"{action}\"><button name=\"action\" value=\"additional-users\" \
             id=\"additional-users\">Enable additional users</button></form>"
        ),
    };
    format!(
        "{said}<section aria-labelledby=\"settings\"><h2 id=\"settings\">Settings</h2><dl>\
         <dt>Status</dt><dd>{}</dd><dt>Development users</dt><dd>{users}</dd>\
         <dt>Permission type</dt><dd>Scoped App ({})</dd>\
         <dt>App key</dt><dd><code id=\"app-key\">{}</code></dd><dt>App secret</dt><dd>{secret}</dd>\
         <dt>Redirect URIs</dt><dd>{}<form class=\"stack\" method=\"post\" action=\"{action}\">\
         <label>Redirect URI <input name=\"redirect_uri\" id=\"redirect-uri\" autocomplete=\"off\"></label>\
         <button name=\"action\" value=\"add-redirect-uri\" id=\"add\">Add</button></form></dd></dl></section>\
         <section aria-labelledby=\"permissions\"><h2 id=\"permissions\">Permissions</h2>\
         <form class=\"stack\" method=\"post\" action=\"{action}\"><fieldset><legend>What the app may do</legend>{}</fieldset>\
         <button class=\"main\" name=\"action\" value=\"permissions\" id=\"submit\">Submit</button></form></section>",
        if app.production { "Production" } else { "Development" },
        if app.folder_only { "App folder" } else { "Full Dropbox" },
        escape(&app.key),
        redirect_uris(app, &action),
        scopes(app),
    )
}

fn redirect_uris(app: &App, action: &str) -> String {
    let items: String = app
        .redirect_uris
        .iter()
        .map(|uri| {
            let uri = escape(uri);
            format!(
                "<li><code>{uri}</code> <form class=\"inline\" method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"redirect_uri\" \
                 value=\"{uri}\"><button name=\"action\" value=\"delete-redirect-uri\" aria-label=\"Delete {uri}\">Delete</button></form></li>"
            )
        })
        .collect();
    if items.is_empty() {
        "<p class=\"quiet\">None yet</p>".to_owned()
    } else {
        format!("<ul>{items}</ul>")
    }
}

fn scopes(app: &App) -> String {
    let mut list = String::new();
    for (scope, meaning) in SCOPES {
        let always = if scope == "account_info.read" { " disabled" } else { "" };
        let on = checked(app.scopes.contains(scope));
        // Writing to a String cannot fail.
        let _ = write!(
            list,
            "<label><input type=\"checkbox\" name=\"scope\" value=\"{scope}\" id=\"{}\"{on}{always}> <strong>{scope}</strong> {meaning}</label>",
            scope.replace('.', "-"),
        );
    }
    list
}
