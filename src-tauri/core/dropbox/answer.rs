//! The one place where an answer becomes a value or an error, decided from status and tag.
//!
//! Source: Dropbox documentation, "Errors" and "JSON encoding"; RFC 6749 section 5.2 for the token endpoint.

use jiff::Timestamp;
use oauth2::HttpResponse;
use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    carried::Carried,
    delay::{self, retry_after},
    error::{Error, Refusal},
    root::RootInfo,
};

/// How much of a text is kept, in characters.
const TEXT_MAX: usize = 300;

/// An answer, read to its end. Its texts leave it without the secrets that the call carried.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    carried: Carried,
}

impl Answer {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: Vec<u8>, carried: Carried) -> Self {
        Self {
            status,
            headers,
            body,
            carried,
        }
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// What time it is where the answer comes from.
    pub(super) fn date(&self) -> Option<Timestamp> {
        delay::date(&self.headers).and_then(|date| Timestamp::try_from(date).ok())
    }

    /// Dropbox's number for a call: what its support asks for.
    pub(super) fn request_id(&self) -> Option<String> {
        let id = self.carried.out_of(self.headers.get("x-dropbox-request-id")?.to_str().ok()?);
        Some(id.chars().filter(|c| c.is_alphanumeric() || "-_…".contains(*c)).take(64).collect())
    }

    /// What a person may read of a text that stands in it.
    fn text(&self, text: &str) -> String {
        self.carried.out_of(text).chars().take(TEXT_MAX).collect()
    }

    fn raw_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    fn json(&self) -> Option<Value> {
        let mut json = self.raw_json()?;
        match self.status {
            StatusCode::OK => self.carried.out_of_success(&mut json),
            _ => self.carried.out_of_error(&mut json),
        }
        Some(json)
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
            tags: shortened(&tags),
            request_id: self.request_id(),
            ..Refusal::default()
        }
    }
}

/// The value of a success, or the error.
pub(super) fn read<R: DeserializeOwned>(answer: &Answer) -> Result<R, Error> {
    let error = match answer.status {
        StatusCode::OK => match answer.json() {
            None => Error::NotDropbox(Box::new(answer.refusal(String::new()))),
            Some(json) => match serde_json::from_value(json) {
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

/// A success of the token endpoint, or its error: HTTP 400 (RFC 6749 would allow 401) with an `error` that is a text. Only `invalid_grant`
/// means "authorize again".
pub(super) fn read_token(answer: &Answer) -> Result<HttpResponse, Error> {
    if answer.status == StatusCode::OK
        && let Some(json) = answer.json()
    {
        return Ok(token_response(answer, json));
    }
    // The code was typed by somebody, and may be any word: what decides is the answer as it came.
    let json = answer.raw_json();
    let text = |field| json.as_ref().and_then(|json| json.get(field)).and_then(Value::as_str);
    Err(noted(match (answer.status(), text("error")) {
        (400 | 401, Some(error)) => {
            let refusal = Box::new(Refusal {
                text: text("error_description").map(|text| answer.text(text)),
                ..answer.refusal(answer.text(error))
            });
            match error {
                "invalid_grant" => Error::InvalidGrant(refusal),
                // Dropbox puts the description into the code: "invalid_client: Invalid client_id or client_secret".
                error if error.starts_with("invalid_client") => Error::InvalidClient(refusal),
                _ => Error::Refused(refusal),
            }
        }
        _ => error_of(answer),
    }))
}

/// A success as the `oauth2` crate reads it: a lifetime that is no whole number of seconds is left out, and counts as not said.
fn token_response(answer: &Answer, mut json: Value) -> HttpResponse {
    if let Some(fields) = json.as_object_mut()
        && !fields.get("expires_in").is_some_and(Value::is_u64)
    {
        fields.remove("expires_in");
    }
    let mut response = HttpResponse::new(json.to_string().into_bytes());
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers.clone();
    response
}

/// Every refusal is in the log, with Dropbox's number for the call.
fn noted(error: Error) -> Error {
    tracing::info!(%error, "Dropbox refused a call");
    error
}

/// Reads an error from status and tag.
fn error_of(answer: &Answer) -> Error {
    let json = answer.json();
    let error = json.as_ref().and_then(|json| json.get("error")).filter(|error| !error.is_null());
    let refusal = Box::new(Refusal {
        user_message: json.as_ref().and_then(user_message),
        ..error.map_or_else(|| answer.refusal(String::new()), |error| answer.refusal_of(error))
    });
    match (answer.status(), error) {
        (429, _) => Error::RateLimited {
            retry_after: retry_after(error, &answer.headers),
            refusal,
        },
        // A network that wants its users to log in (RFC 6585 section 6); Dropbox never says so.
        (511, _) => Error::NotDropbox(refusal),
        (500..=599, _) => Error::Server {
            retry_after: retry_after(error, &answer.headers),
            refusal,
        },
        (401, Some(error)) => unauthorized(error, refusal),
        (422, Some(error)) => path_root(error, refusal),
        (403 | 404 | 409, Some(_)) => Error::Refused(refusal),
        // A request that is wrong, or a route that is unknown: a plain text.
        (400 | 404, _) if !answer.is_page() => bad_request(answer, *refusal),
        _ => Error::NotDropbox(refusal),
    }
}

/// A 400 is plain text. One of them is not a bug of ours: the app itself lacks a scope, which is named in quotes.
fn bad_request(answer: &Answer, refusal: Refusal) -> Error {
    let text = answer.carried.out_of(&String::from_utf8_lossy(&answer.body));
    if let Some((_, rest)) = text.split_once("does not have the required scope '")
        && let Some((scope, _)) = rest.split_once('\'')
    {
        return Error::MissingScope {
            scope: shortened(scope),
            request_id: refusal.request_id,
        };
    }
    Error::Refused(Box::new(Refusal {
        text: Some(shortened(text.trim_end())),
        ..refusal
    }))
}

/// AuthError: three of them have a meaning of their own here; with the others the token is as good as before.
fn unauthorized(error: &Value, refusal: Box<Refusal>) -> Error {
    match tag(error) {
        Some("expired_access_token") => Error::ExpiredAccessToken(refusal),
        Some("invalid_access_token") => Error::InvalidAccessToken(refusal),
        Some("missing_scope") => Error::MissingScope {
            scope: error.get("required_scope").and_then(Value::as_str).map_or_else(|| "unknown".to_owned(), shortened),
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
