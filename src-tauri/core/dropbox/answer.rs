//! The one place where an answer becomes a value or an error, decided from status and tag.
//!
//! Source: Dropbox documentation, "Errors" and "JSON encoding"; RFC 6749 section 5.2 for the token endpoint.

use std::{borrow::Cow, time::Duration};

use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    error::{Error, Refusal},
    users::RootInfo,
};

/// How much of a text is kept, in characters.
const TEXT_MAX: usize = 300;

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Dropbox's number for a call: what its support asks for.
    pub(super) fn request_id(&self) -> Option<String> {
        let id = self.headers.get("x-dropbox-request-id")?.to_str().ok()?;
        Some(id.chars().take(64).collect())
    }

    fn is_page(&self) -> bool {
        let content_type = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        content_type.is_some_and(|content_type| content_type.starts_with("text/html"))
    }

    /// The refusal that a union of this answer says: the error of a call, or of one entry of a batch.
    pub(super) fn refusal_of(&self, union: &Value) -> Refusal {
        Refusal {
            correct_offset: correct_offset(union),
            ..self.refusal(tags(union))
        }
    }

    fn refusal(&self, tags: String) -> Refusal {
        Refusal {
            status: self.status.as_u16(),
            tags,
            request_id: self.request_id(),
            ..Refusal::default()
        }
    }
}

/// The value of a success, or the error.
pub(super) fn read<R: DeserializeOwned>(answer: &Answer) -> Result<R, Error> {
    let error = match answer.status {
        StatusCode::OK => match serde_json::from_slice::<Value>(&answer.body) {
            Err(_) => Error::NotDropbox(Box::new(answer.refusal(String::new()))),
            Ok(json) => match serde_json::from_value(json) {
                Ok(value) => return Ok(value),
                Err(_) => Error::Unexpected {
                    what: "a field is missing or has another type",
                    request_id: answer.request_id(),
                },
            },
        },
        _ => error_of(answer),
    };
    Err(noted(error))
}

/// A success of the token endpoint as it came, or its error: HTTP 400 (RFC 6749 would allow 401) with an `error` that is a text. Only
/// `invalid_grant` means "authorize again".
pub(super) fn read_token(answer: Answer) -> Result<Answer, Error> {
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    if answer.status == StatusCode::OK && json.is_some() {
        return Ok(answer);
    }
    let text = |field| json.as_ref().and_then(|json| json.get(field)).and_then(Value::as_str);
    Err(noted(match (answer.status.as_u16(), text("error")) {
        (400 | 401, Some(error)) => {
            let refusal = Box::new(Refusal {
                text: text("error_description").map(shortened),
                ..answer.refusal(shortened(error))
            });
            match error {
                "invalid_grant" => Error::InvalidGrant(refusal),
                // Dropbox puts the description into the code: "invalid_client: Invalid client_id or client_secret".
                error if error.starts_with("invalid_client") => Error::InvalidClient(refusal),
                _ => Error::Refused(refusal),
            }
        }
        _ => error_of(&answer),
    }))
}

/// Every refusal is in the log, with Dropbox's number for the call.
fn noted(error: Error) -> Error {
    tracing::info!(%error, "Dropbox refused a call");
    error
}

/// Reads an error from status and tag.
fn error_of(answer: &Answer) -> Error {
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let error = json.as_ref().and_then(|json| json.get("error")).filter(|error| !error.is_null());
    let refusal = Box::new(Refusal {
        user_message: json.as_ref().and_then(user_message),
        ..error.map_or_else(|| answer.refusal(String::new()), |error| answer.refusal_of(error))
    });
    match (answer.status.as_u16(), error) {
        (429, _) => Error::RateLimited {
            retry_after: retry_after(error, &answer.headers),
            refusal,
        },
        (500..=599, _) => Error::Server {
            retry_after: retry_after(error, &answer.headers),
            refusal,
        },
        (401, Some(error)) => unauthorized(error, refusal),
        (422, Some(error)) => path_root(error, refusal),
        (403 | 404 | 409, Some(_)) => Error::Refused(refusal),
        // A request that is wrong, or a route that is unknown: a plain text.
        (400 | 404, _) if !answer.is_page() => bad_request(&answer.body, *refusal),
        _ => Error::NotDropbox(refusal),
    }
}

/// A 400 is plain text. One of them is not a bug of ours: the app itself lacks a scope, which is named in quotes.
fn bad_request(body: &[u8], refusal: Refusal) -> Error {
    let text = String::from_utf8_lossy(body);
    if let Some((_, rest)) = text.split_once("does not have the required scope '")
        && let Some((scope, _)) = rest.split_once('\'')
    {
        return Error::MissingScope {
            scope: scope.to_owned(),
            request_id: refusal.request_id,
        };
    }
    Error::Refused(Box::new(Refusal {
        text: Some(shortened(without_token(text.trim_end()).as_ref())),
        ..refusal
    }))
}

/// Dropbox repeats an authorization that it does not understand; a token must not come back in its words.
fn without_token(text: &str) -> Cow<'_, str> {
    match text.split_once("Bearer ") {
        Some((before, rest)) => {
            let after = rest.find(|c: char| c == '"' || c.is_whitespace()).map_or("", |end| &rest[end..]);
            Cow::Owned(format!("{before}Bearer …{after}"))
        }
        None => Cow::Borrowed(text),
    }
}

/// AuthError: three of them have a meaning of their own here; with the others the token is as good as before.
fn unauthorized(error: &Value, refusal: Box<Refusal>) -> Error {
    match tag(error) {
        Some("expired_access_token") => Error::ExpiredAccessToken(refusal),
        Some("invalid_access_token") => Error::InvalidAccessToken(refusal),
        Some("missing_scope") => Error::MissingScope {
            scope: error.get("required_scope").and_then(Value::as_str).unwrap_or("unknown").to_owned(),
            request_id: refusal.request_id,
        },
        _ => Error::Refused(refusal),
    }
}

/// PathRootError: `invalid_root` carries the present RootInfo.
fn path_root(error: &Value, refusal: Box<Refusal>) -> Error {
    let root = error.get("invalid_root").cloned().and_then(|root| serde_json::from_value::<RootInfo>(root).ok());
    match root {
        Some(root) if tag(error) == Some("invalid_root") => Error::InvalidRoot { root, refusal },
        _ => Error::Refused(refusal),
    }
}

/// Body `retry_after` first, then the header.
fn retry_after(error: Option<&Value>, headers: &HeaderMap) -> Option<Duration> {
    let body = error.and_then(|error| error.get("retry_after")).and_then(Value::as_u64);
    let header = || headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok();
    body.or_else(header).map(Duration::from_secs)
}

/// A text that Dropbox wants the user to read.
fn user_message(json: &Value) -> Option<String> {
    let message = json.get("user_message")?;
    let text = message.get("text").unwrap_or(message).as_str()?;
    Some(shortened(text))
}

fn tag(union: &Value) -> Option<&str> {
    union.as_str().or_else(|| union.get(".tag")?.as_str())
}

/// All tags of a union, from outside to inside. A union's payload lies under its own tag; `files/upload` has it under `reason`.
fn tags(union: &Value) -> String {
    let Some(outer) = tag(union) else {
        // A rate-limit error is a struct without a tag of its own.
        return union.get("reason").map(tags).unwrap_or_default();
    };
    let inner = union.get(outer).or_else(|| union.get("reason"));
    // The payload of `malformed_path` is a text, no tag.
    match inner.filter(|inner| inner.is_object()).map(tags).filter(|inner| !inner.is_empty()) {
        Some(inner) => format!("{outer}/{inner}"),
        None => outer.to_owned(),
    }
}

fn correct_offset(union: &Value) -> Option<u64> {
    let inner = || tag(union).and_then(|tag| union.get(tag)).and_then(correct_offset);
    union.get("correct_offset").and_then(Value::as_u64).or_else(inner)
}

fn shortened(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}
