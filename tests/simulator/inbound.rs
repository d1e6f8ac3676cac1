//! A request, read to its end.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method},
};
use url::form_urlencoded;

use super::content::Content;

/// What has come.
pub(super) struct Inbound {
    pub(super) method: Method,
    /// Behind the host's prefix, without the first slash.
    pub(super) path: String,
    /// As it came.
    pub(super) target: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    /// Of a call of the `api` host or of a page.
    pub(super) body: Bytes,
    /// Of a call of the `content` host.
    pub(super) content: Content,
}

impl Inbound {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A URL parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn form(&self) -> Vec<(String, String)> {
        pairs(&self.body)
    }
}

pub(super) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}
