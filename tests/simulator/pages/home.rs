//! The start page, and the files that have arrived.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header::CONTENT_DISPOSITION},
    response::Response,
};
use futures_util::stream;

use super::{Visit, escape, message, page};
use crate::simulator::state::{AccountId, State};

pub(super) fn start(state: &State, account: Option<&AccountId>) -> Response {
    let main = "<p>Everything that the procedure asks of Dropbox can be done here, without a Dropbox account.</p>\
        <ul><li><a href=\"/www/login\">Sign up for an account</a></li>\
        <li><a href=\"/www/developers/apps\">App Console</a>: Create app, Permissions, App key and App secret</li>\
        <li><a href=\"/www/home\">Arrived files</a></li>\
        <li><a href=\"/www/account/connected_apps\">Connected apps</a>: disconnect an app</li></ul>";
    page(StatusCode::OK, "Practice Dropbox", account.map(|account| (state, account)), main)
}

pub(super) fn files(state: &State, id: &AccountId) -> Response {
    let account = state.account(id);
    let rows: String = state
        .space(id)
        .files()
        .rev()
        .map(|file| {
            format!(
                "<tr><td><a href=\"/www/home/file/{}\">{}</a></td><td>{} bytes</td><td>{}</td><td><code>{}</code></td></tr>",
                escape(&file.id[3..]),
                escape(&file.path_display),
                file.size,
                file.server_modified.strftime("%Y-%m-%d %H:%M:%S UTC"),
                file.content_hash,
            )
        })
        .collect();
    let main = match rows.is_empty() {
        true => "<p>No files have arrived yet.</p>".to_owned(),
        false => format!(
            "<table><caption class=\"quiet\">The Dropbox of {}</caption><thead><tr><th scope=\"col\">File</th><th scope=\"col\">Size</th>\
             <th scope=\"col\">Arrived</th><th scope=\"col\">Content hash</th></tr></thead><tbody>{rows}</tbody></table>",
            escape(&account.name)
        ),
    };
    page(StatusCode::OK, "Arrived files", Some((state, id)), &main)
}

pub(super) fn download(state: &State, visit: &Visit<'_>, id: &AccountId) -> Response {
    let wanted = visit.inbound.path.strip_prefix("home/file/").unwrap_or_default();
    let Some(file) = state.space(id).files().find(|file| file.id[3..] == *wanted) else {
        return message(StatusCode::NOT_FOUND, "Not found", "There is no such file.");
    };
    let pieces = file.content.pieces().to_vec().into_iter().map(Ok::<_, std::io::Error>);
    let mut response = Response::new(Body::from_stream(stream::iter(pieces)));
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    response
}
