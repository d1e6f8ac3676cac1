//! `files/download`: the bytes in the body, the FileMetadata in a header. Source: Dropbox documentation, "Content-download endpoints".

use axum::{
    body::{Body, Bytes},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_RANGE, CONTENT_TYPE, ETAG},
    },
    response::Response,
};
use serde_json::Value;

use super::{
    answer::{Refusal, Result, nested, tag},
    argument::Argument,
    caller::Caller,
    inbound::Inbound,
    paths,
    shared::Shared,
    tree::{Entry, File},
};

const RESULT: HeaderName = HeaderName::from_static("dropbox-api-result");
const ORIGINAL_LENGTH: HeaderName = HeaderName::from_static("original-content-length");

/// The file that the argument names, whole or in part, or "not modified".
pub(super) fn answer(shared: &Shared, caller: &Caller, argument: &Argument, inbound: &Inbound) -> Result<Response> {
    if !inbound.content.is_empty() {
        return Err(Refusal::Request("The request body is supposed to be empty, but isn't".to_owned()));
    }
    let file = find(shared, caller, argument)?;
    let etag = format!("W/\"{}\"", file.rev);
    let known = inbound.header("if-none-match").is_some_and(|known| known == etag);
    let mut response = match known {
        true => with_status(StatusCode::NOT_MODIFIED, Bytes::new()),
        false => body(&file, inbound.header("range")),
    };
    let headers = response.headers_mut();
    headers.insert(ETAG, text(&etag));
    headers.insert(RESULT, text(&header_safe(&file.metadata(&caller.root))));
    headers.insert(ORIGINAL_LENGTH, HeaderValue::from(file.size));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    Ok(response)
}

fn find(shared: &Shared, caller: &Caller, argument: &Argument) -> Result<File> {
    let lookup = |error| Refusal::Route(nested("path", error));
    let state = shared.state();
    let place = paths::locate(&state, caller, argument.text("path")).map_err(lookup)?.to_lowercase();
    match state.space(&caller.account).entries.get(&place) {
        Some(Entry::File(file)) => Ok(file.clone()),
        Some(Entry::Folder(_)) => Err(lookup(tag("not_file"))),
        None => Err(lookup(tag("not_found"))),
    }
}

fn body(file: &File, range: Option<&str>) -> Response {
    let bytes = file.content.bytes();
    let range = range.and_then(|range| parts_of(range, bytes.len()));
    let (status, part, content_range) = match range {
        None => return with_status(StatusCode::OK, bytes),
        Some(Part::Of(first, last)) => (
            StatusCode::PARTIAL_CONTENT,
            bytes.slice(first..=last),
            format!("bytes {first}-{last}/{}", bytes.len()),
        ),
        Some(Part::None) => (StatusCode::RANGE_NOT_SATISFIABLE, Bytes::new(), format!("bytes */{}", bytes.len())),
    };
    let mut response = with_status(status, part);
    response.headers_mut().insert(CONTENT_RANGE, text(&content_range));
    response
}

/// What a range asks for.
enum Part {
    /// From the first to the last byte, both included.
    Of(usize, usize),
    /// Nothing that the file has (416).
    None,
}

/// The part that `bytes=a-b`, `bytes=a-` or `bytes=-n` asks for (RFC 9110, section 14.1.2). Anything else, several ranges too, is as if nothing
/// was asked for.
fn parts_of(range: &str, length: usize) -> Option<Part> {
    let (first, last) = range.strip_prefix("bytes=")?.trim().split_once('-')?;
    let end = match last {
        "" => None,
        last => Some(number(last)?),
    };
    let (first, last) = match (first, end) {
        ("", None) => return None,
        // So many bytes from the end, at most all of them.
        ("", Some(0)) => return Some(Part::None),
        ("", Some(count)) => (length.saturating_sub(count), usize::MAX),
        (first, Some(last)) if number(first)? > last => return None,
        (first, last) => (number(first)?, last.unwrap_or(usize::MAX)),
    };
    Some(match first < length {
        true => Part::Of(first, last.min(length - 1)),
        false => Part::None,
    })
}

/// Digits alone; more than there are bytes in the world is just much.
fn number(digits: &str) -> Option<usize> {
    let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.parse().unwrap_or(usize::MAX))
}

fn with_status(status: StatusCode, bytes: Bytes) -> Response {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response
}

fn text(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// JSON with everything but printable ASCII escaped, as Dropbox writes headers.
fn header_safe(value: &Value) -> String {
    let mut safe = String::new();
    for unit in value.to_string().encode_utf16() {
        match char::from_u32(u32::from(unit)).filter(|letter| (' '..='~').contains(letter)) {
            Some(letter) => safe.push(letter),
            None => safe.push_str(&format!("\\u{unit:04x}")),
        }
    }
    safe
}
