//! Connected apps: what has access to an account, and the button that ends it.

use axum::{http::StatusCode, response::Response};

use super::{Visit, escape, page};
use crate::simulator::{ids::AccountId, state::State};

pub(super) fn answer(state: &mut State, visit: &Visit<'_>, id: &AccountId) -> Response {
    let mut said = String::new();
    if visit.is_post() {
        let key = visit.field("app");
        if let Some(app) = state.apps.get(key) {
            said = format!("<p role=\"status\">{} is disconnected.</p>", escape(&app.name));
        }
        state.disconnect(id, key);
    }
    let apps: String = state.connected_apps(id).map(|app| {
        let (name, key) = (escape(&app.name), escape(&app.key));
        let scopes = app.granted_by(id).into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ");
        format!(
            "<tr><th scope=\"row\">{name}</th><td>{}</td><td><form method=\"post\" action=\"/www/account/connected_apps\">\
             <input type=\"hidden\" name=\"app\" value=\"{key}\"><button aria-label=\"Disconnect {name}\">Disconnect</button></form></td></tr>",
            escape(&scopes),
        )
    }).collect();
    let main = match apps.is_empty() {
        true => format!("{said}<p>No app is connected to this account.</p>"),
        false => format!(
            "{said}<table><caption class=\"quiet\">Apps that may use the Dropbox of {}</caption><thead><tr><th scope=\"col\">App</th>\
             <th scope=\"col\">Permissions</th><th scope=\"col\">Action</th></tr></thead><tbody>{apps}</tbody></table>",
            escape(&state.account(id).name)
        ),
    };
    page(StatusCode::OK, "Connected apps", Some((state, id)), &main)
}
