//! The start page, and the files that have arrived.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header::CONTENT_DISPOSITION},
    response::Response,
};
use futures_util::stream;
use url::form_urlencoded;

use super::{Visit, escape, message, page};
use crate::simulator::{ids::AccountId, state::State, tree::File};

/// Longest text on a page, in bytes.
const VIEW_MAX: u64 = 256 << 10;

pub(super) fn start(state: &State, account: Option<&AccountId>) -> Response {
    let main = "<p>Everything that the procedure asks of Dropbox can be done here, without a Dropbox account.</p>\
        <ul><li><a href=\"/www/login\">Sign up for an account</a></li>\
        <li><a href=\"/www/developers/apps\">App Console</a>: Create app, Permissions, App key and App secret</li>\
        <li><a href=\"/www/home\">Arrived files</a></li>\
        <li><a href=\"/www/account/connected_apps\">Connected apps</a>: disconnect an app</li></ul>";
    page(StatusCode::OK, "Practice Dropbox", account.map(|account| (state, account)), main)
}

/// The files of a folder, or all for an empty one. Dropbox's folders are the same in capital and small letters.
pub(super) fn files(state: &State, id: &AccountId, wanted: &str) -> Response {
    let mut folders: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
    for file in state.space(id).files() {
        let folder = file.path_display.rsplit_once('/').map_or("", |(folder, _)| folder);
        if wanted.is_empty() || folder.to_lowercase() == wanted.to_lowercase() {
            folders.entry(folder).or_default().push(file);
        }
    }
    let main = match folders.is_empty() {
        true => "<p>No files have arrived yet.</p>".to_owned(),
        false => folders.iter().map(|(folder, files)| table(folder, files)).collect(),
    };
    page(StatusCode::OK, "Arrived files", Some((state, id)), &main)
}

fn table(folder: &str, files: &[&File]) -> String {
    let rows: String = files.iter().map(|file| row(file)).collect();
    let title = if folder.is_empty() { "Dropbox" } else { folder };
    format!(
        "<h2>{title}</h2><table><caption class=\"quiet\">{number} in {title}</caption><thead><tr><th scope=\"col\">File</th>\
         <th scope=\"col\">Size</th><th scope=\"col\">Arrived</th><th scope=\"col\">Content hash</th></tr></thead><tbody>{rows}</tbody></table>",
        title = escape(title),
        number = match files.len() {
            1 => "1 file".to_owned(),
            number => format!("{number} files"),
        },
    )
}

fn row(file: &File) -> String {
    let (id, name) = (
        escape(&file.id[3..]),
        escape(file.path_display.rsplit('/').next().unwrap_or_default()),
    );
    format!(
        "<tr><th scope=\"row\"><a href=\"/www/home/view/{id}\">{name}</a> (<a href=\"/www/home/file/{id}\" aria-label=\"Download {name}\">download</a>)</th>\
         <td>{} bytes</td><td>{}</td><td><code>{}</code></td></tr>",
        file.size,
        file.server_modified.strftime("%Y-%m-%d %H:%M:%S UTC"),
        file.content_hash,
    )
}

fn find<'a>(state: &'a State, visit: &Visit<'_>, id: &AccountId, prefix: &str) -> Option<&'a File> {
    let wanted = visit.inbound.path.strip_prefix(prefix)?;
    state.space(id).files().find(|file| file.id[3..] == *wanted)
}

fn no_file() -> Response {
    message(StatusCode::NOT_FOUND, "Not found", "There is no such file.")
}

/// A file on a page: its text, if it is one.
pub(super) fn view(state: &State, visit: &Visit<'_>, id: &AccountId) -> Response {
    let Some(file) = find(state, visit, id, "home/view/") else {
        return no_file();
    };
    let text = (file.size <= VIEW_MAX).then(|| String::from_utf8(file.content.bytes().to_vec()).ok()).flatten();
    let shown = match text {
        Some(text) if text.len() as u64 == file.size => format!("<pre tabindex=\"0\" aria-label=\"Content\">{}</pre>", escape(&text)),
        _ => "<p>This file cannot be shown as text.</p>".to_owned(),
    };
    let main = format!(
        "<dl><dt>Size</dt><dd>{} bytes</dd><dt>Arrived</dt><dd>{}</dd><dt>Content hash</dt><dd><code>{}</code></dd></dl>{shown}\
         <p><a href=\"/www/home/file/{}\">Download</a> <a href=\"/www/home\">Arrived files</a></p>",
        file.size,
        file.server_modified.strftime("%Y-%m-%d %H:%M:%S UTC"),
        file.content_hash,
        escape(&file.id[3..]),
    );
    page(StatusCode::OK, &file.path_display, Some((state, id)), &main)
}

/// The bytes, as a download: nothing that arrived runs in a browser on this address.
pub(super) fn download(state: &State, visit: &Visit<'_>, id: &AccountId) -> Response {
    let Some(file) = find(state, visit, id, "home/file/") else {
        return no_file();
    };
    let pieces = file.content.pieces().to_vec().into_iter().map(Ok::<_, std::io::Error>);
    let mut response = Response::new(Body::from_stream(stream::iter(pieces)));
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_DISPOSITION, disposition(&file.path_display));
    response
}

/// The name in RFC 8187 encoding.
fn disposition(path: &str) -> HeaderValue {
    let name = path.rsplit('/').next().unwrap_or_default();
    let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let value = format!("attachment; filename*=UTF-8\'\'{}", encoded.replace('+', "%20"));
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}
