//! Answers in Dropbox's shapes. Source: Dropbox documentation, "Errors" and "JSON encoding".

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::Response,
};
use serde_json::{Value, json};

use super::ids::random_lower;

/// A call that is refused.
#[derive(Debug)]
pub(super) enum Refusal {
    /// 400, plain text: the request itself is wrong.
    Request(String),
    /// 401: the token.
    Token(Value),
    /// 409: the route's own error.
    Route(Value),
    /// 422: the path root.
    PathRoot(Value),
    /// 429.
    TooMany {
        /// Seconds.
        retry_after: u64,
    },
}

pub(super) type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    pub(super) fn into_response(self, route: &str) -> Response {
        match self {
            Self::Request(what) => plain(
                StatusCode::BAD_REQUEST,
                format!("Error in call to API function \"{route}\": {what}"),
            ),
            Self::Token(error) => {
                let mut response = union(StatusCode::UNAUTHORIZED, &error);
                response
                    .headers_mut()
                    .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"Dropbox-API\""));
                response
            }
            Self::Route(error) => union(StatusCode::CONFLICT, &error),
            Self::TooMany { retry_after } => rate_limited(Some(retry_after), Some(retry_after), true),
            Self::PathRoot(error) => union(StatusCode::UNPROCESSABLE_ENTITY, &error),
        }
    }
}

/// JSON with exactly `application/json`.
pub(super) fn json_of(status: StatusCode, value: &Value) -> Response {
    response(status, "application/json", value.to_string())
}

pub(super) fn plain(status: StatusCode, text: String) -> Response {
    response(status, "text/plain; charset=utf-8", text)
}

pub(super) fn html(status: StatusCode, text: String) -> Response {
    response(status, "text/html; charset=utf-8", text)
}

pub(super) fn response(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// `{error_summary, error}`; the summary ends in a random run of dots, so that nobody compares it.
fn union(status: StatusCode, error: &Value) -> Response {
    json_of(status, &json!({ "error_summary": error_summary(error), "error": error }))
}

pub(super) fn error_summary(error: &Value) -> String {
    format!("{}/{}", summary(error), dots())
}

fn summary(error: &Value) -> String {
    let Some(tag) = error.get(".tag").or_else(|| error.get("reason")?.get(".tag")).and_then(Value::as_str) else {
        return "other".to_owned();
    };
    match error.get(tag).or_else(|| error.get("reason").filter(|_| error.get(".tag").is_some())) {
        Some(inner) if inner.is_object() => format!("{tag}/{}", summary(inner)),
        _ => tag.to_owned(),
    }
}

fn dots() -> String {
    ".".repeat(1 + random_lower(1).bytes().map(usize::from).sum::<usize>() % 4)
}

/// 429, in the shapes that are seen.
pub(super) fn rate_limited(body_wait: Option<u64>, header_wait: Option<u64>, as_json: bool) -> Response {
    let mut error = json!({ "reason": { ".tag": "too_many_requests" } });
    if let Some(wait) = body_wait {
        error["retry_after"] = json!(wait);
    }
    let mut response = match as_json {
        true => union(StatusCode::TOO_MANY_REQUESTS, &error),
        false => plain(StatusCode::TOO_MANY_REQUESTS, "Your app is making too many requests.".to_owned()),
    };
    if let Some(wait) = header_wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
    }
    response
}

/// 429 without a wait in the body, as Dropbox sends it to a second writer.
pub(super) fn too_many_write_operations() -> Response {
    let error = json!({ "reason": { ".tag": "too_many_write_operations" } });
    let mut response = union(StatusCode::TOO_MANY_REQUESTS, &error);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

/// A void union member.
pub(super) fn tag(name: &str) -> Value {
    json!({ ".tag": name })
}

/// A union member whose payload is a union itself: it lies under a key equal to the tag.
pub(super) fn nested(name: &str, inner: Value) -> Value {
    json!({ ".tag": name, name: inner })
}
