//! The two request styles (RPC and upload), and the one place where an answer becomes a value or an error.
//!
//! Source: Dropbox documentation, "HTTP", "Errors" and "JSON encoding".

use std::{fmt::Write, time::Duration};

use reqwest::{
    RequestBuilder, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Client,
    error::{Error, Refusal},
};
use crate::secret::Secret;

impl Client {
    /// A call of RPC style: argument and result are JSON bodies. `()` is the argument of a route without one (`null`).
    pub(super) async fn rpc<A: Serialize + Sync, R: DeserializeOwned>(
        &self,
        route: &str,
        token: &Secret,
        argument: &A,
    ) -> Result<R, Error> {
        let request = self.http().post(self.endpoints.rpc(route)?).bearer_auth(token.expose()).json(argument);
        read(request.send().await?).await
    }

    /// A call of upload style: the argument travels in a header, the body is the file's bytes.
    pub(super) async fn upload_style<A: Serialize + Sync, R: DeserializeOwned>(
        &self,
        route: &str,
        token: &Secret,
        argument: &A,
        body: bytes::Bytes,
    ) -> Result<R, Error> {
        let request = self
            .http()
            .post(self.endpoints.content(route)?)
            .bearer_auth(token.expose())
            .header("Dropbox-API-Arg", header_safe_json(argument)?)
            .header(CONTENT_TYPE, "application/octet-stream")
            .body(body);
        read(request.send().await?).await
    }

    /// Sends a request that was built by hand.
    pub(super) async fn send<R: DeserializeOwned>(&self, request: RequestBuilder) -> Result<R, Error> {
        read(request.send().await?).await
    }
}

/// JSON that fits in a header: 0x7F and everything outside ASCII as `\uXXXX`, surrogate pairs above U+FFFF.
pub(crate) fn header_safe_json<A: Serialize>(argument: &A) -> Result<HeaderValue, Error> {
    let json = serde_json::to_string(argument).map_err(|_| Error::Unexpected {
        status: 0,
        what: "an argument as JSON",
    })?;
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            safe.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        }
    }
    HeaderValue::from_str(&safe).map_err(|_| Error::Unexpected {
        status: 0,
        what: "an argument as a header",
    })
}

async fn read<R: DeserializeOwned>(response: Response) -> Result<R, Error> {
    let status = response.status();
    let headers = response.headers().clone();
    let body = response.bytes().await?;
    if status == StatusCode::OK {
        return serde_json::from_slice(&body).map_err(|_| Error::Unexpected {
            status: 200,
            what: "JSON was expected",
        });
    }
    let error = error_of(status, &headers, &body);
    tracing::debug!(status = status.as_u16(), request_id = request_id(&headers), %error, "Dropbox refused a call");
    Err(error)
}

/// Dropbox's number for a call: what its support asks for.
fn request_id(headers: &HeaderMap) -> String {
    let id = headers.get("x-dropbox-request-id").and_then(|id| id.to_str().ok());
    id.unwrap_or("no request id").to_owned()
}

/// Reads an error from status and tag.
pub(super) fn error_of(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Error {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let error = json.as_ref().and_then(|json| json.get("error"));
    let request_id = request_id(headers);
    let refusal = || Refusal {
        status: status.as_u16(),
        tags: error.map(tags).unwrap_or_default(),
        correct_offset: error.and_then(correct_offset),
        request_id: request_id.clone(),
    };
    match status.as_u16() {
        400 => bad_request(body, refusal()),
        401 => unauthorized(error),
        403 | 404 | 409 | 422 if error.is_some() => Error::Refused(refusal()),
        429 => Error::RateLimited {
            retry_after: retry_after(error, headers),
            request_id,
        },
        status @ 500..=599 => Error::Server { status, request_id },
        status => Error::Unexpected {
            status,
            what: "an error of Dropbox was expected",
        },
    }
}

/// A 400 is plain text. One of them is not a bug of ours: the app itself lacks a scope, which is named in quotes.
fn bad_request(body: &[u8], refusal: Refusal) -> Error {
    let text = String::from_utf8_lossy(body);
    if let Some((_, rest)) = text.split_once("does not have the required scope '")
        && let Some((scope, _)) = rest.split_once('\'')
    {
        return Error::MissingScope(scope.to_owned());
    }
    Error::Refused(Refusal {
        tags: text.chars().take(300).collect(),
        ..refusal
    })
}

fn unauthorized(error: Option<&Value>) -> Error {
    let tag = error.and_then(tag).unwrap_or("no tag");
    match tag {
        "expired_access_token" => Error::ExpiredAccessToken,
        "missing_scope" => {
            let scope = error.and_then(|error| error.get("required_scope")).and_then(Value::as_str);
            Error::MissingScope(scope.unwrap_or("unknown").to_owned())
        }
        other => Error::InvalidAccessToken(other.to_owned()),
    }
}

/// Body `retry_after` first, then the header.
fn retry_after(error: Option<&Value>, headers: &HeaderMap) -> Option<Duration> {
    let body = error.and_then(|error| error.get("retry_after")).and_then(Value::as_u64);
    let header = || headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok();
    body.or_else(header).map(Duration::from_secs)
}

fn tag(union: &Value) -> Option<&str> {
    union.as_str().or_else(|| union.get(".tag")?.as_str())
}

/// All tags of a union, from outside to inside. A union's payload lies under its own tag; `files/upload` has it under `reason`.
pub(super) fn tags(union: &Value) -> String {
    let Some(outer) = tag(union) else {
        // A rate-limit error is a struct without a tag of its own.
        return union.get("reason").map(tags).unwrap_or_default();
    };
    let inner = union.get(outer).or_else(|| union.get("reason"));
    match inner.map(tags).filter(|inner| !inner.is_empty()) {
        Some(inner) => format!("{outer}/{inner}"),
        None => outer.to_owned(),
    }
}

fn correct_offset(union: &Value) -> Option<u64> {
    let inner = || tag(union).and_then(|tag| union.get(tag)).and_then(correct_offset);
    union.get("correct_offset").and_then(Value::as_u64).or_else(inner)
}
