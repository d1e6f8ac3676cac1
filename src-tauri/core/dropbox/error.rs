//! What Dropbox, or the way to it, can answer. Decided once, from status and tag, never from text later.

use std::time::Duration;

/// A call that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer: no network, no name, no connection, silence, or a connection that broke.
    #[error("{}", network_words(.0))]
    Network(#[source] Box<reqwest::Error>),
    /// 429: too many calls, or another writer in the same Dropbox.
    #[error("too many calls ({request_id})")]
    RateLimited {
        /// How long to wait, where Dropbox says so.
        retry_after: Option<Duration>,
        /// Dropbox's number for the call.
        request_id: String,
    },
    /// 5xx.
    #[error("HTTP {status} ({request_id})")]
    Server {
        /// The HTTP status.
        status: u16,
        /// Dropbox's number for the call.
        request_id: String,
    },
    /// 401 `expired_access_token`: refresh, then call again.
    #[error("the access token has expired")]
    ExpiredAccessToken,
    /// 401 of another kind: the authorization has ended.
    #[error("the access token is not valid ({0})")]
    InvalidAccessToken(String),
    /// The token, or the app itself, lacks a permission.
    #[error("the permission {0} is missing")]
    MissingScope(String),
    /// `invalid_grant`: a code or refresh token that does not work, or no longer.
    #[error("invalid_grant: {0}")]
    InvalidGrant(String),
    /// `invalid_client`, or `check/app` refused key and secret.
    #[error("the app key or the app secret is wrong")]
    InvalidClient,
    /// The route's own error, by tag.
    #[error("{0}")]
    Refused(Refusal),
    /// An answer that makes no sense here: usually a proxy's page instead of Dropbox's answer.
    #[error("an answer that is not Dropbox’s (HTTP {status}, {what})")]
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// What was expected.
        what: &'static str,
    },
    /// An address that is neither Dropbox's nor a loopback address.
    #[error("{0} is not an address of Dropbox or of this computer")]
    Address(String),
}

/// A route's own error union, flattened to its tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The tags from outside to inside, `path/conflict/file`; for a 400 the text that Dropbox sent.
    pub tags: String,
    /// `incorrect_offset` says how much the session has.
    pub correct_offset: Option<u64>,
    /// Dropbox's number for the call.
    pub request_id: String,
}

impl Refusal {
    /// Whether a tag occurs, at any depth.
    pub fn has(&self, tag: &str) -> bool {
        self.tags.split('/').any(|part| part == tag)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} (HTTP {}, request {})", self.tags, self.status, self.request_id)
    }
}

impl Error {
    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Network(_) | Self::RateLimited { .. } | Self::Server { .. } => true,
            Self::Refused(refusal) => refusal.has("too_many_write_operations") || refusal.has("content_hash_mismatch"),
            _ => false,
        }
    }

    /// How long Dropbox asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether a refusal carries this tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.has(tag))
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The address may carry a code or a state; a log or a message must not.
        Self::Network(Box::new(error.without_url()))
    }
}

/// What went wrong on the way, in words for a person.
fn network_words(error: &reqwest::Error) -> String {
    let cause = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    match innermost(error) {
        Some(detail) => format!("{cause} ({detail})"),
        None => cause.to_owned(),
    }
}

fn innermost(error: &dyn std::error::Error) -> Option<String> {
    let mut innermost = error.source()?;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Some(innermost.to_string())
}

/// The general translation. What a refusal means for a code, a file or an operator is said by whoever made the call.
impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Network(_) => Self::Network(error.to_string()),
            Error::RateLimited { .. } | Error::Server { .. } => Self::DropboxBusy,
            Error::MissingScope(scope) => Self::MissingScope(scope),
            Error::InvalidClient => Self::InvalidApp,
            Error::Address(address) => Self::AddressRefused(address),
            Error::Refused(ref refusal) if refusal.has("insufficient_space") => Self::DropboxFull,
            Error::Refused(ref refusal) if refusal.has("too_many_write_operations") => Self::DropboxBusy,
            other => Self::DropboxRefused(other.to_string()),
        }
    }
}
